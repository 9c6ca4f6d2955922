"""`infra/` is right, a good number of mistakes in it are seen, and each right that is given is one we meant to give."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from calpair.app.deployment import Deployment
from house.mistakes import MISTAKES, Mistake
from house.tree import ROOT
from tools.infra import layers
from tools.infra.terraform import workshop

LAYERS: dict[str, Callable[[Path], list[str]]] = {layer.__name__: layer for layer in layers.LAYERS}
NEEDS_NOTHING = "table"

ENTRY_POINTS = "from calpair.entrypoints import dispatch, document_written, exchange_free_busy, renew, sync_pair\n"
READ = """
CALPAIR_QUEUE CALPAIR_SYNC_URL CALPAIR_TASKS_ACCOUNT CALPAIR_SYNC_IDENTITY CALPAIR_FREE_BUSY_IDENTITY CALPAIR_CALLERS
CALPAIR_AUDIENCE CALPAIR_TIMEOUT_SECONDS CALPAIR_STORE CALPAIR_DIGEST_KEY CALPAIR_PROJECT
"""
"""A door and a package as they would be, so that a mistake in the table is judged by itself."""


NONE = Mistake("none", "", "infra/functions.yaml", "", "", "")
NEW_ROWS = """
renew:
  does: Renews what runs out.
  entry_point: renew
  trigger: {schedule: "7 * * * *"}
  cpu: 1
  memory: 512Mi
  concurrency: 1
  timeout_seconds: 540
  instances: {fewest: 0, most: 1}
  settings: []
  rights: {database: roles/datastore.user}
  alert: {stopped_after_minutes: 150}

publish_free_busy:
  does: Tells Exchange when Google's users are free.
  entry_point: publish_free_busy
  trigger: {queue: publish}
  cpu: 1
  memory: 1Gi
  concurrency: 2
  timeout_seconds: 300
  instances: {fewest: 0, most: 3}
  reaches_exchange: true
  settings: [CALPAIR_FREE_BUSY_IDENTITY]
  rights:
    database: roles/datastore.user
    free_busy_identity: roles/iam.serviceAccountTokenCreator
    domain_secrets: roles/secretmanager.secretAccessor
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
    (place / "functions" / "main.py").write_text(
        f"{ENTRY_POINTS}from calpair.entrypoints import renew, publish_free_busy\n"
    )
    for alert in ("renew-stopped", "publish-free-busy-failing"):
        (place / "docs" / "runbooks" / f"{alert}.md").write_text(f"# {alert}\n\nWhat to do.\n")
    assert layers.table(place) == []
    assert layers.plan(place) == []
    with workshop(place) as copy:
        plan, _ = copy.plan()
    made = {one["address"]: one["values"] for one in plan["planned_values"]["root_module"]["resources"]}
    assert made['google_cloud_scheduler_job.main["renew"]']["schedule"] == "7 * * * *"
    assert made['google_cloud_run_v2_service_iam_member.caller["renew scheduler"]']["role"] == "roles/run.invoker"
    assert made['google_cloud_tasks_queue.main["publish"]']["rate_limits"][0]["max_concurrent_dispatches"] == 6
    assert 'google_service_account_iam_member.identity["publish_free_busy free_busy"]' in made
    assert 'google_monitoring_alert_policy.main["publish-free-busy-failing"]' in made


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


@pytest.mark.needs("terraform")
def test_every_right_is_one_we_meant_to_give(planned: list[dict[str, Any]]) -> None:
    given = {
        (_short(value["member"]), value["role"].removeprefix("roles/"), one["type"].removeprefix("google_"))
        for one in planned
        if one["type"].endswith("_iam_member")
        for value in [one["values"]]
    }
    project, queue, secret = "project_iam_member", "cloud_tasks_queue_iam_member", "secret_manager_secret_iam_member"
    account, service = "service_account_iam_member", "cloud_run_v2_service_iam_member"
    assert given == {
        ("builder", "artifactregistry.writer", project),
        ("builder", "logging.logWriter", project),
        ("builder", "storage.objectViewer", project),
        ("events", "eventarc.eventReceiver", project),
        ("eventarc's agent", "eventarc.serviceAgent", project),
        ("dispatch", "datastore.user", project),
        ("renew", "datastore.user", project),
        ("sync-pair", "datastore.user", project),
        ("domain-written", "datastore.user", project),
        ("pair-written", "datastore.user", project),
        ("exchange-free-busy", "datastore.viewer", project),
        ("dispatch", "cloudtasks.enqueuer", queue),
        ("renew", "cloudtasks.enqueuer", queue),
        ("sync-pair", "cloudtasks.enqueuer", queue),
        ("domain-written", "cloudtasks.enqueuer", queue),
        ("pair-written", "cloudtasks.enqueuer", queue),
        ("dispatch", "iam.serviceAccountUser", account),
        ("renew", "iam.serviceAccountUser", account),
        ("sync-pair", "iam.serviceAccountUser", account),
        ("domain-written", "iam.serviceAccountUser", account),
        ("pair-written", "iam.serviceAccountUser", account),
        ("sync-pair", "iam.serviceAccountTokenCreator", account),
        ("sync-pair", "secretmanager.secretAccessor", secret),
        ("exchange-free-busy", "secretmanager.secretAccessor", secret),
        ("scheduler", "run.invoker", service),
        ("tasks", "run.invoker", service),
        ("events", "run.invoker", service),
        ("room-finder@altostrat-tools", "run.invoker", service),
    }


ASKING = ("project", "queue", "sync_url", "tasks_account", "callers")


@pytest.mark.needs("terraform")
def test_the_code_finds_in_its_environment_what_it_needs(planned: list[dict[str, Any]]) -> None:
    given = {
        one["index"]: one["values"]["service_config"][0]["environment_variables"]
        for one in planned
        if one["type"] == "google_cloudfunctions2_function"
    }
    needs = {
        "dispatch": (*ASKING, "audience"),
        "renew": (*ASKING, "audience"),
        "sync_pair": (*ASKING, "audience", "digest_key", "sync_identity"),
        "domain_written": ASKING,
        "pair_written": ASKING,
        "exchange_free_busy": ("project", "audience", "callers"),
    }
    told = {function: Deployment.from_env(given.pop(function), *names) for function, names in needs.items()}
    assert not given
    assert {name for name, deployment in told.items() if not deployment.audience} == {"domain_written", "pair_written"}
    assert {name for name, deployment in told.items() if deployment.digest_key} == {"sync_pair"}


def _short(member: str) -> str:
    name = member.removeprefix("serviceAccount:").removesuffix(".iam.gserviceaccount.com")
    if name.endswith("@gcp-sa-eventarc"):
        return "eventarc's agent"
    return name.removesuffix("@altostrat-calendars").removeprefix("calpair-")
