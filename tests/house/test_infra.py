"""`infra/` is right, a good number of mistakes in it are seen, and each right that is given is one we meant to give."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.app.deployment import Deployment
from calpair.app.queues import PUBLISHED_WITHIN
from house.mistakes import MISTAKES, Mistake
from house.tree import ROOT
from tools.infra import layers, table
from tools.infra.terraform import workshop

LAYERS: dict[str, Callable[[Path], list[str]]] = {layer.__name__: layer for layer in layers.LAYERS}
NEEDS_NOTHING = "table"

ENTRY_POINTS = """
from calpair.entrypoints import dispatch, document_written, renew, sync_pair
from calpair.entrypoints import exchange_free_busy, google_free_busy, publish_free_busy
"""
READ = """
CALPAIR_QUEUE CALPAIR_SYNC_URL CALPAIR_TASKS_ACCOUNT CALPAIR_SYNC_IDENTITY CALPAIR_FREE_BUSY_IDENTITY CALPAIR_CALLERS
CALPAIR_AUDIENCE CALPAIR_TIMEOUT_SECONDS CALPAIR_STORE CALPAIR_DIGEST_KEY CALPAIR_PROJECT CALPAIR_PUBLISH_QUEUE
CALPAIR_PUBLISH_URL CALPAIR_WORKSPACE_ACCOUNT
"""
"""A door and a package as they would be, so that a mistake in the table is judged by itself."""


NONE = Mistake("none", "", "infra/functions.yaml", "", "", "")
NEW_ROWS = """
tidy:
  does: Takes away what nobody needs.
  entry_point: tidy
  trigger: {schedule: "7 * * * *"}
  cpu: 1
  memory: 512Mi
  concurrency: 1
  timeout_seconds: 540
  instances: {fewest: 0, most: 1}
  settings: []
  rights: {database: roles/datastore.user}
  alert: {stopped_after_minutes: 150}

fetch:
  does: Fetches something for somebody.
  entry_point: fetch
  trigger: {queue: fetch}
  cpu: 1
  memory: 1Gi
  concurrency: 2
  timeout_seconds: 300
  instances: {fewest: 0, most: 3}
  settings: []
  rights: {database: roles/datastore.viewer}
  alert: {failing_percent: 5}
"""
"""Two functions as they may come: one by the clock, one with a queue of its own."""


def of(*names: str) -> list[Mistake]:
    return [one for one in MISTAKES if one.layer in names]


def with_mistake(mistake: Mistake, place: Path) -> Path:
    """Copy what the layers read, with one mistake in it."""
    for folder in ("infra", "docs/runbooks"):
        shutil.copytree(ROOT / folder, place / folder, ignore=shutil.ignore_patterns(".terraform*"))
    (place / "functions" / "calpair").mkdir(parents=True)
    (place / "functions" / "main.py").write_text(ENTRY_POINTS)
    (place / "functions" / "calpair" / "settings.py").write_text(READ)
    file = place / mistake.file
    text = file.read_text()
    assert mistake.old in text, f"{mistake.name}: nothing to get wrong"
    file.write_text(text.replace(mistake.old, mistake.new, 1))
    return place


@pytest.fixture(scope="module")
def planned() -> list[dict[str, Any]]:
    """What a first installation would make."""
    with workshop(ROOT) as place:
        plan, said = place.plan()
    assert plan, said
    resources: list[dict[str, Any]] = plan["planned_values"]["root_module"]["resources"]
    return resources


def test_there_are_mistakes_for_every_layer_and_twenty_in_all() -> None:
    assert {one.layer for one in MISTAKES} == set(LAYERS)
    assert len(MISTAKES) >= 20


@pytest.mark.parametrize("mistake", of("table"), ids=lambda one: one.name)
def test_a_mistake_in_the_table_is_named(mistake: Mistake, tmp_path: Path) -> None:
    assert [line for line in layers.table(with_mistake(mistake, tmp_path)) if mistake.said in line]


@pytest.mark.needs("terraform")
@pytest.mark.parametrize("mistake", of("style", "schema", "plan"), ids=lambda one: one.name)
def test_a_mistake_in_terraform_is_named(mistake: Mistake, tmp_path: Path) -> None:
    found = LAYERS[mistake.layer](with_mistake(mistake, tmp_path))
    assert [line for line in found if mistake.said in line], found


@pytest.mark.needs("terraform")
@pytest.mark.parametrize("mistake", of("behaviour"), ids=lambda one: one.name)
def test_a_mistake_of_meaning_is_named(mistake: Mistake, tmp_path: Path) -> None:
    found = layers.behaviour(with_mistake(mistake, tmp_path), mistake.only)
    assert [line for line in found if mistake.said in line], found


@pytest.mark.needs("terraform")
def test_a_row_and_a_runbook_are_all_that_a_new_function_needs(tmp_path: Path) -> None:
    place = with_mistake(NONE, tmp_path)
    with (place / "infra" / "functions.yaml").open("a") as table:
        table.write(NEW_ROWS)
    (place / "functions" / "main.py").write_text(f"{ENTRY_POINTS}from calpair.entrypoints import tidy, fetch\n")
    for alert in ("tidy-stopped", "fetch-failing"):
        (place / "docs" / "runbooks" / f"{alert}.md").write_text(f"# {alert}\n\nWhat to do.\n")
    assert layers.table(place) == []
    assert layers.plan(place) == []
    with workshop(place) as copy:
        plan, _ = copy.plan()
    made = {one["address"]: one["values"] for one in plan["planned_values"]["root_module"]["resources"]}
    assert made['google_cloud_scheduler_job.main["tidy"]']["schedule"] == "7 * * * *"
    assert made['google_cloud_run_v2_service_iam_member.caller["tidy scheduler"]']["role"] == "roles/run.invoker"
    assert made['google_cloud_tasks_queue.main["fetch"]']["rate_limits"][0]["max_concurrent_dispatches"] == 6
    assert made['google_project_iam_member.database["fetch"]']["role"] == "roles/datastore.viewer"
    assert 'google_monitoring_alert_policy.main["fetch-failing"]' in made


def test_the_table_is_right() -> None:
    assert layers.table(ROOT) == []


@pytest.mark.needs("terraform")
@pytest.mark.parametrize("layer", [name for name in LAYERS if name != NEEDS_NOTHING])
def test_what_is_here_is_right(layer: str) -> None:
    assert LAYERS[layer](ROOT) == []


@pytest.mark.needs("terraform")
def test_no_check_leaves_anything_behind() -> None:
    before = {path: path.stat().st_mtime_ns for path in (ROOT / "infra").rglob("*")}
    layers.schema(ROOT)
    layers.plan(ROOT)
    assert before == {path: path.stat().st_mtime_ns for path in (ROOT / "infra").rglob("*")}


WRITES, LOOKS = "datastore.user on the database", "datastore.viewer on the database"
ASKS = {"cloudtasks.enqueuer on the sync queue", "iam.serviceAccountUser on the tasks' account"}
PASSWORD, CALLERS, DIGEST_KEY = (
    f"secretmanager.secretAccessor on {name}" for name in ("altostrat-exchange", "altostrat-look-up", "the digest key")
)
SYNC, FREE_BUSY = (f"iam.serviceAccountTokenCreator on the {name} identity" for name in ("sync", "free_busy"))


@pytest.mark.needs("terraform")
def test_every_right_is_one_we_meant_to_give(planned: list[dict[str, Any]]) -> None:
    given: dict[str, set[str]] = {}
    for one in planned:
        if one["type"].endswith("_iam_member"):
            right = f"{one['values']['role'].removeprefix('roles/')} on {_thing(one)}"
            given.setdefault(_short(one["values"]["member"]), set()).add(right)
    assert given == {
        "builder": {
            "artifactregistry.writer on the project",
            "logging.logWriter on the project",
            "storage.objectViewer on the project",
        },
        "eventarc's agent": {"eventarc.serviceAgent on the project"},
        "events": {
            "eventarc.eventReceiver on the project",
            "run.invoker on domain_written",
            "run.invoker on entry_written",
            "run.invoker on pair_written",
        },
        "scheduler": {"run.invoker on dispatch", "run.invoker on renew"},
        "tasks": {"run.invoker on sync_pair", "run.invoker on publish_free_busy"},
        "room-finder@altostrat-tools": {"run.invoker on exchange_free_busy"},
        "allUsers": {"run.invoker on google_free_busy"},
        "dispatch": {WRITES, *ASKS, "cloudtasks.enqueuer on the publish queue"},
        "renew": {WRITES, *ASKS},
        "sync-pair": {WRITES, *ASKS, SYNC, DIGEST_KEY, PASSWORD},
        "publish-free-busy": {WRITES, FREE_BUSY, DIGEST_KEY, PASSWORD},
        "domain-written": {WRITES, *ASKS},
        "entry-written": {WRITES},
        "pair-written": {WRITES, *ASKS},
        "exchange-free-busy": {LOOKS, PASSWORD, CALLERS},
        "google-free-busy": {LOOKS, FREE_BUSY, CALLERS},
    }


def test_a_task_of_publishing_waits_as_long_as_the_function_may_take() -> None:
    row = table.read(ROOT)["publish_free_busy"]
    assert timedelta(seconds=row["timeout_seconds"]) == PUBLISHED_WITHIN


ASKING = ("project", "queue", "sync_url", "tasks_account", "callers")


@pytest.mark.needs("terraform")
def test_the_code_finds_in_its_environment_what_it_needs(planned: list[dict[str, Any]]) -> None:
    given = {
        one["index"]: one["values"]["service_config"][0]["environment_variables"]
        for one in planned
        if one["type"] == "google_cloudfunctions2_function"
    }
    needs = {
        "dispatch": (*ASKING, "audience", "publish_queue", "publish_url"),
        "renew": (*ASKING, "audience"),
        "sync_pair": (*ASKING, "audience", "digest_key", "sync_identity"),
        "publish_free_busy": ("project", "callers", "audience", "digest_key", "free_busy_identity"),
        "domain_written": ASKING,
        "entry_written": ("project", "callers"),
        "pair_written": ASKING,
        "exchange_free_busy": ("project", "audience"),
        "google_free_busy": ("project", "audience", "free_busy_identity"),
    }
    told = {function: Deployment.from_env(given.pop(function), *names) for function, names in needs.items()}
    assert not given
    assert {name for name, deployment in told.items() if not deployment.audience} == {
        "domain_written",
        "entry_written",
        "pair_written",
    }
    assert {name for name, deployment in told.items() if deployment.digest_key} == {"sync_pair", "publish_free_busy"}
    assert {name for name, deployment in told.items() if deployment.sync_identity} == {"sync_pair"}
    assert {name for name, deployment in told.items() if deployment.publish_queue} == {"dispatch"}
    assert {name for name, deployment in told.items() if deployment.queue} == {
        "dispatch",
        "renew",
        "sync_pair",
        "domain_written",
        "pair_written",
    }


def _thing(one: dict[str, Any]) -> str:
    """What a right is on, in words."""
    first, _, second = str(one.get("index", "")).partition(" ")
    match one["type"].removeprefix("google_").removesuffix("_iam_member"), one["name"]:
        case "project", "database":
            return "the database"
        case "cloud_tasks_queue", _:
            return f"the {second} queue"
        case "service_account", "identity":
            return f"the {second} identity"
        case "service_account", "tasks":
            return "the tasks' account"
        case "secret_manager_secret", "digest_key":
            return "the digest key"
        case "secret_manager_secret", "domain":
            return second
        case "cloud_run_v2_service", _:
            return first
        case kind, _:
            return f"the {kind}"


def _short(member: str) -> str:
    name = member.removeprefix("serviceAccount:").removesuffix(".iam.gserviceaccount.com")
    if name.endswith("@gcp-sa-eventarc"):
        return "eventarc's agent"
    return name.removesuffix("@altostrat-calendars").removeprefix("calpair-")
