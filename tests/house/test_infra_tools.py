"""The tools that judge `infra/`, each by itself and without Terraform."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from house.tree import tracked
from tools.infra import messages, pages, policy, provider, schema, store, table, text, wire
from tools.infra.rights import roles_on

QUEUE = {
    "attributes": {
        "name": {"type": "string", "required": True},
        "state": {"type": "string", "computed": True},
        "mode": {"type": "string", "optional": True, "computed": True, "one_of": ["PULL", "PUSH"]},
    },
    "block_types": {
        "rate": {
            "nesting_mode": "list",
            "block": {"attributes": {"burst": {"type": "number", "computed": True}}},
        }
    },
}


@pytest.mark.parametrize("schedule", ["* * * * *", "*/5 0-6,22 1 1-12/2 7", "59 23 31 12 0"])
def test_a_schedule_is_accepted(schedule: str) -> None:
    assert text.cron(schedule) == ""


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("@hourly", "has 1 fields"),
        ("60 * * * *", "60 is no minute (0 to 59)"),
        ("* * 0 * *", "0 is no day of the month (1 to 31)"),
        ("5-1 * * * *", "5-1 is no minute"),
        ("* * * * MON", "MON is no day of the week"),
        ("*/0 * * * *", "a step of 0 is no step of the minute"),
        ("*,, * * * *", " is no minute"),
    ],
)
def test_a_schedule_gone_wrong_is_named(schedule: str, said: str) -> None:
    assert said in text.cron(schedule)


def test_a_duration_is_seconds_with_their_unit() -> None:
    assert [text.duration(one) for one in ("600s", "0.5s")] == ["", ""]
    assert all(text.duration(one) for one in ("600", "10m", "-1s", "s", ""))


def test_an_account_has_six_to_thirty_characters() -> None:
    assert text.account("calpair-sync-pair") == ""
    assert all(text.account(one) for one in ("short", "a" * 31, "1calpair", "calpair_sync", "calpair-"))


def test_rights_are_known_by_the_kind_of_thing() -> None:
    assert roles_on("publish_queue") == {"roles/cloudtasks.enqueuer"}
    assert roles_on("moon") == set()


def test_a_provider_refuses_what_google_alone_sets_and_what_is_not_on_the_list() -> None:
    written = {"name": "q", "state": "RUNNING", "mode": "SHOVE", "rate": [{"burst": 3}]}
    assert list(provider.faults(QUEUE, written)) == [
        (("state",), "state is set by Google alone and cannot be written"),
        (("mode",), "mode is one of PULL, PUSH, not SHOVE"),
        (("rate", 0, "burst"), "burst is set by Google alone and cannot be written"),
    ]


def test_a_provider_is_content_with_what_is_right_or_not_yet_known() -> None:
    written = {"name": "q", "state": None, "mode": wire.UNKNOWN, "rate": [{"burst": None}]}
    assert list(provider.faults(QUEUE, written)) == []
    assert list(provider.faults(QUEUE, None)) == []


def test_what_google_would_fill_in_is_invented_and_what_was_written_stays() -> None:
    written = {"name": "q", "state": None, "mode": "PULL", "rate": [{"burst": None}]}
    filled = provider.filled(QUEUE, written, lambda name: f"made-up {name}")
    assert filled == {"name": "q", "state": "made-up state", "mode": "PULL", "rate": [{"burst": "made-up burst"}]}
    assert provider.filled(QUEUE, None, str) is None


def test_a_provider_is_started_by_terraform_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_PLUGIN_MAGIC_COOKIE", raising=False)
    assert provider.main() == 2


def test_messages_are_on_the_wire_as_the_protocol_numbers_them() -> None:
    path = messages.message("AttributePath")(steps=[messages.message("AttributePath.Step")(element_key_int=0)])
    told = messages.message("Diagnostic")(severity=1, summary="no", attribute=path)
    # field 1 varint 1; field 2 "no"; field 4 a path of one step, whose field 3 is zero and yet there
    assert told.SerializeToString() == b"\x08\x01\x12\x02no\x22\x04\x0a\x02\x18\x00"


def test_a_schema_is_kept_without_prose() -> None:
    described = {"type": "string", "optional": True, "description": 'Way. Possible values: ["PULL", "PUSH"]', "x": 1}
    whole: dict[str, Any] = {
        "provider": {
            "block": {"attributes": {name: {"type": "string"} for name in (*schema.PROVIDER_ARGUMENTS, "zone")}}
        },
        "resource_schemas": {
            "google_queue": {
                "version": 2,
                "block": {
                    "attributes": {"mode": described},
                    "block_types": {"rate": {"nesting_mode": "list", "max_items": 1, "block": {}}},
                },
            },
            "google_moon": {"block": {}},
        },
        "data_source_schemas": {},
    }
    kept = schema.trimmed(whole, {"resource": {"google_queue"}, "data": set()})
    assert sorted(kept["provider"]["block"]["attributes"]) == ["default_labels", "project", "region"]
    assert kept["resource_schemas"] == {
        "google_queue": {
            "version": 2,
            "block": {
                "attributes": {"mode": {"type": "string", "optional": True, "one_of": ["PULL", "PUSH"]}},
                "block_types": {"rate": {"nesting_mode": "list", "max_items": 1, "block": {}}},
            },
        }
    }


def test_the_kept_schema_has_what_the_files_use_and_says_whence_it_is() -> None:
    kept, used = schema.load(), schema.kinds(schema.ROOT / "infra")
    assert set(kept["resource_schemas"]) == used["resource"]
    assert set(kept["data_source_schemas"]) == used["data"]
    assert "hashicorp/google 6.50.0" in kept["origin"]
    assert "MPL-2.0" in kept["licence"]


def test_no_value_and_no_state_of_an_installation_is_kept_here() -> None:
    assert not tracked("infra/*.tfvars", "infra/*.tfvars.json", "*.tfstate", "*.tfstate.*", "infra/*.plan")


def test_tables_of_the_page_follow_the_configuration() -> None:
    plan = {
        "configuration": {
            "root_module": {
                "variables": {"zone": {"description": "Where.", "default": ["a"]}, "name": {"description": "Who."}},
                "outputs": {"url": {"description": "Address."}},
            }
        }
    }
    page = "# x\n<!-- variables -->\nold\n<!-- end -->\n\n<!-- outputs -->\n-\n<!-- end -->\nrest\n"
    assert pages.written(page, plan) == (
        "# x\n<!-- variables -->\n"
        "| variable | what it is | when left out |\n|---|---|---|\n"
        "| `name` | Who. | *required* |\n"
        '| `zone` | Where. | `["a"]` |\n'
        "<!-- end -->\n\n<!-- outputs -->\n"
        "| output | what it is |\n|---|---|\n| `url` | Address. |\n"
        "<!-- end -->\nrest\n"
    )


def planned(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"planned_values": {"root_module": {"resources": list(resources)}}}


def test_kinds_that_would_take_rights_away_or_put_secrets_into_the_state_are_refused() -> None:
    kinds = ("google_project_iam_binding", "google_service_account_key", "google_secret_manager_secret_version")
    plan = planned(*({"address": kind, "type": kind, "values": {}} for kind in kinds))
    assert [line.partition(":")[0] for line in policy.problems(plan, set())] == list(kinds)


def test_a_runbook_without_an_alert_is_named() -> None:
    [line] = policy.problems(planned(), {"moon-missing"})
    assert line.endswith("moon-missing.md: there is no alert of that name")


def test_the_database_follows_the_table_of_queries(tmp_path: Path) -> None:
    queries = tmp_path / store.QUERIES
    plan = planned(
        {
            "type": "google_firestore_field",
            "values": {"collection": "links", "field": "data", "index_config": [{}]},
        }
    )
    assert store.problems(tmp_path, plan) == []
    queries.parent.mkdir(parents=True)
    queries.write_text('UNINDEXED = ("data",)\nFIND = Shape("find", index=())\n')
    (queries.parent / "records.py").write_text(
        'LINKS = "links"\n\ndef write(collection):\n    Doc(LINKS, 1)\n    Doc(collection, 1)\n'
    )
    assert store.problems(tmp_path, plan) == []
    queries.write_text('UNINDEXED = ("body",)\nFIND = Shape("find", index=("pair", "keys"))\n')
    (queries.parent / "records.py").write_text('NOTES = "notes"\nDoc(NOTES, 1)\n')
    assert [line.removeprefix("database.tf: ") for line in store.problems(tmp_path, plan)] == [
        "links: data is left out of the indexes, and functions/calpair/gcp/queries.py does not say UNINDEXED of it",
        "notes: body is UNINDEXED in functions/calpair/gcp/queries.py and is not left out of the indexes",
        "links: nobody in functions/calpair writes that collection",
        "no google_firestore_index of pair, keys, which a query in functions/calpair/gcp/queries.py needs",
    ]


ROW: dict[str, Any] = {
    "does": "Looks.",
    "entry_point": "look",
    "trigger": {"https": "look_up_callers"},
    "cpu": 1,
    "memory": "1Gi",
    "concurrency": 4,
    "timeout_seconds": 60,
    "instances": {"fewest": 0, "most": 2},
    "settings": ["CALPAIR_FREE_BUSY_IDENTITY"],
    "rights": {"database": "roles/datastore.viewer", "free_busy_identity": "roles/iam.serviceAccountTokenCreator"},
    "alert": {"failing_percent": 1},
}


def wrong(tmp_path: Path, rows: dict[str, Any]) -> list[str]:
    """Say what is wrong with a table of these rows, where Terraform provides two settings."""
    (tmp_path / "infra").mkdir()
    (tmp_path / "infra" / "functions.yaml").write_text(yaml.safe_dump(rows))
    (tmp_path / "infra" / "settings.tf").write_text('  CALPAIR_FREE_BUSY_IDENTITY = "x"\n  CALPAIR_AUDIENCE = "y"\n')
    return table.problems(tmp_path)


def test_a_row_that_is_right_is_right(tmp_path: Path) -> None:
    assert wrong(tmp_path, {"google_free_busy": ROW}) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"colour": "red"}, "colour is unknown"),
        ({"cpu": None}, "cpu is None, which is of the wrong kind"),
        ({"cpu": True}, "cpu is True, which is of the wrong kind"),
        ({"cpu": 3}, "cpu is 3; take 1, 2, 4 or 8"),
        ({"memory": "1G"}, "memory is '1G'; write it with Mi or Gi"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"timeout_seconds": 0}, "timeout_seconds is 0"),
        ({"instances": {"fewest": 3, "most": 2}}, "instances is {fewest: n, most: m}"),
        ({"instances": {"fewest": 0, "most": "2"}}, "instances is {fewest: n, most: m}"),
        ({"instances": {"most": 2}}, "instances is {fewest: n, most: m}"),
        ({"trigger": {}}, "a trigger is exactly one of"),
        ({"trigger": {"schedule": 5}}, "schedule is 5, which is no text"),
        ({"trigger": {"documents": "pairs/ana"}}, "'pairs/ana' is no pattern of documents"),
        ({"trigger": {"https": "friends"}}, "https is look_up_callers or passwords, not 'friends'"),
        ({"rights": {"moon": "roles/owner"}, "settings": []}, "nobody knows how to give a right on moon"),
        ({"settings": []}, "free_busy_identity is of no use without CALPAIR_FREE_BUSY_IDENTITY in settings"),
        ({"rights": {}}, "CALPAIR_FREE_BUSY_IDENTITY is of no use without free_busy_identity"),
        ({"alert": {"stopped_after_minutes": 5}}, "its alert is failing_percent: n, with n at least 1"),
        ({"alert": {"failing_percent": 0}}, "its alert is failing_percent: n, with n at least 1"),
    ],
)
def test_a_row_gone_wrong_is_named(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    [line] = wrong(tmp_path, {"google_free_busy": ROW | change})
    assert line.startswith(f"functions.yaml: google_free_busy: {said}")


def test_a_field_left_out_is_named(tmp_path: Path) -> None:
    rows = {"google_free_busy": {field: value for field, value in ROW.items() if field != "alert"}}
    assert wrong(tmp_path, rows) == ["functions.yaml: google_free_busy: alert is missing"]


def test_a_name_too_long_for_an_account_is_named(tmp_path: Path) -> None:
    row = ROW | {"trigger": {"queue": "look"}, "settings": [], "rights": {}}
    [line] = wrong(tmp_path, {"look_up_everybodys_time": row})
    assert "at most 18 characters" in line


@pytest.mark.parametrize(
    "alert", [{"failing_percent": 5}, {"failing_percent": 5, "stopped_after_minutes": 60}], ids=["one", "both"]
)
def test_of_a_queues_function_more_may_be_watched(alert: dict[str, int], tmp_path: Path) -> None:
    assert wrong(tmp_path, {"google_free_busy": ROW | {"trigger": {"queue": "look"}, "alert": alert}}) == []


def test_of_a_queues_function_failures_are_watched_in_any_case(tmp_path: Path) -> None:
    row = ROW | {"trigger": {"queue": "look"}, "alert": {"stopped_after_minutes": 60}}
    [line] = wrong(tmp_path, {"google_free_busy": row})
    assert line.endswith("failing_percent: n or failing_percent: n, stopped_after_minutes: n, with n at least 1")


def test_who_has_something_few_have_is_on_a_list(tmp_path: Path) -> None:
    row = ROW | {"trigger": {"queue": "look"}, "reaches_exchange": True}
    assert [line.removesuffix("; tools/infra/rights.py says so") for line in wrong(tmp_path, {"look": row})] == [
        "functions.yaml: look: free_busy_identity is for google_free_busy, publish_free_busy alone",
        "functions.yaml: look: reaches_exchange is for exchange_free_busy, publish_free_busy, sync_pair alone",
    ]


def test_rows_of_one_entry_point_share_their_alert(tmp_path: Path) -> None:
    other = ROW | {"settings": [], "rights": {}, "alert": {"failing_percent": 2}}
    [line] = wrong(tmp_path, {"google_free_busy": ROW, "exchange_free_busy": other})
    assert "rows of one entry point share one alert" in line


def test_the_door_and_the_table_name_the_same_entry_points(tmp_path: Path) -> None:
    (tmp_path / "functions" / "calpair").mkdir(parents=True)
    (tmp_path / "functions" / "main.py").write_text("from calpair.entrypoints import sleep\n_hidden = 1\n")
    (tmp_path / "functions" / "calpair" / "settings.py").write_text('IDENTITY = "CALPAIR_FREE_BUSY_IDENTITY"\n')
    assert wrong(tmp_path, {"google_free_busy": ROW}) == [
        "functions.yaml: look is no entry point of functions/main.py",
        "functions/main.py: sleep has no row in infra/functions.yaml",
        "settings.tf: nobody in functions/calpair reads CALPAIR_AUDIENCE",
    ]
