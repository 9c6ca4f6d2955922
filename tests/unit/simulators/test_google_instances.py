"""Writing single instances of series: ids, versions, what they inherit, and what a change of the series does to them."""

from typing import Any

import pytest

from simulators.google.asking import Asking
from unit.simulators.series_world import all_day, daily, ends, instances, on, starts, world

WEDNESDAY = "2026-11-04"


def test_ids_of_instances_tell_nothing_and_stay() -> None:
    """Facts 3.2: announced for 2026, ids are opaque; switch instance_ids, the default."""
    simulator, ana, _ = world(daily())
    event_id = on(ana, WEDNESDAY)["id"]
    assert set(event_id) <= set("abcdefghijklmnopqrstuv0123456789")
    assert "morning" not in event_id
    assert ana.read("morning_20261104T080000Z").status == 404
    ana.patch(event_id, ends("2026-11-04", 15))
    assert starts([ana.read(event_id).json]) == ["04 15:00"]
    simulator.turn(instance_ids="classic")
    assert ana.read(event_id).status == 200
    assert on(ana, WEDNESDAY)["id"] == event_id


def test_classic_ids_of_instances_say_series_and_original_start() -> None:
    """Facts 3.2, row 35: in UTC, a date for all-day ones; they are good without having been told."""
    simulator, ana, _ = world(daily(), all_day(), instance_ids="classic")
    event_id = "morning_20261104T080000Z"
    assert starts([ana.read(event_id).json]) == ["04 09:00"]
    assert ana.patch(event_id, ends("2026-11-20")).json["id"] == event_id
    assert on(ana, WEDNESDAY)["id"] == event_id
    assert ana.read("trade_20261104").json["start"] == {"date": "2026-11-04"}
    for nothing in ("morning_20261104T090000Z", "morning_20261104", "trade_20261120", "nothing_20261104", "morning_x"):
        assert ana.read(nothing).status == 404
    told = ana.read("trade_20261105").json["id"]
    simulator.turn(instance_ids="opaque")
    assert ana.read(told).status == 200


def test_an_untouched_instance_has_its_series_version_and_an_exception_its_own() -> None:
    """README: the exception's change is no change of the series; switch exception_touches_master."""
    simulator, ana, _ = world(daily())
    before = ana.read("morning").json
    event = on(ana, WEDNESDAY)
    assert (event["etag"], event["updated"]) == (before["etag"], before["updated"])
    changed = ana.patch(event["id"], {"summary": "Long"}, match=before["etag"]).json
    assert changed["etag"] != before["etag"]
    assert ana.read("morning").json == before
    assert on(ana, "2026-11-05")["etag"] == before["etag"]
    assert ana.patch(event["id"], {"summary": "Longer"}, match=before["etag"]).status == 412
    simulator.turn(exception_touches_master=True)
    ana.patch(event["id"], {"summary": "Longer"})
    assert ana.read("morning").json["etag"] != before["etag"]


def test_a_patch_that_changes_nothing_makes_no_exception() -> None:
    """Facts 3.5, the no-op patch."""
    _, ana, _ = world(daily())
    ana.patch(on(ana, WEDNESDAY)["id"], {"summary": "Stand-up"})
    assert len(ana.list().json["items"]) == 1


def test_an_instance_is_cancelled_by_delete_and_by_its_status() -> None:
    """Facts 3.2 [D]: DELETE, PATCH and PUT."""
    _, ana, _ = world(daily())
    first, second, third = (on(ana, f"2026-11-0{day}") for day in (2, 3, 4))
    assert ana.delete(first["id"], match=first["etag"]).status == 204
    assert ana.delete(first["id"]).status == 410
    assert ana.patch(second["id"], {"status": "cancelled"}).json["status"] == "cancelled"
    assert ana.update(third["id"], {**third, "status": "cancelled"}).json["status"] == "cancelled"
    assert starts(instances(ana)) == ["05 09:00", "06 09:00"]
    assert ana.read("morning").json["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=5"]


def test_a_cancelled_instance_comes_back_by_status_confirmed() -> None:
    """Facts 3.1; switch undelete_allowed."""
    simulator, ana, _ = world(daily())
    event_id = on(ana, WEDNESDAY)["id"]
    ana.delete(event_id)
    assert ana.patch(event_id, {"summary": "Ghost"}).status == 403
    simulator.turn(undelete_allowed="forbidden")
    assert ana.patch(event_id, {"status": "confirmed"}).status == 403
    simulator.turn(undelete_allowed="allowed")
    assert ana.patch(event_id, {"status": "confirmed"}).json["start"]["dateTime"] == "2026-11-04T09:00:00+01:00"
    assert len(instances(ana)) == 5


def test_sequence_grows_with_the_time_of_an_instance_and_not_with_its_title() -> None:
    """Facts 3.2, 3.5."""
    _, ana, _ = world(daily())
    event_id = on(ana, WEDNESDAY)["id"]
    assert ana.patch(event_id, {"summary": "Long"}).json["sequence"] == 0
    assert ana.patch(event_id, ends("2026-11-04", 15)).json["sequence"] == 1
    assert ana.read("morning").json["sequence"] == 0


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"recurrence": ["RRULE:FREQ=DAILY"]}, "invalid"),
        ({"recurringEventId": "other"}, "invalid"),
        ({"iCalUID": "other"}, "invalid"),
        ({"start": {"dateTime": "2026-11-04T12:00:00Z"}}, "timeRangeEmpty"),
    ],
)
def test_what_an_instance_cannot_be(body: dict[str, Any], reason: str) -> None:
    """Facts 3.2, 3.5."""
    _, ana, _ = world(daily())
    answer = ana.patch(on(ana, WEDNESDAY)["id"], body)
    assert (answer.status, answer.reason) == (400, reason)


def test_an_instance_is_replaced_whole() -> None:
    """Facts 3.5: what is not sent is cleared; what it is an instance of stays, said or not."""
    _, ana, _ = world(daily(location="Room 1"))
    event = on(ana, WEDNESDAY)
    found = ana.update(event["id"], {"summary": "Alone", **ends("2026-11-04")}).json
    assert (found["summary"], "location" in found, found["recurringEventId"]) == ("Alone", False, "morning")
    assert found["originalStartTime"] == event["originalStartTime"]


# When the series changes.


def world_with_exceptions(**switches: Any) -> tuple[Any, Asking]:
    """Wednesday has another title, Thursday is at three, Friday is cancelled."""
    simulator, ana, _ = world(daily(location="Room 1"), **switches)
    ana.patch(on(ana, "2026-11-04")["id"], {"summary": "Long"})
    ana.patch(on(ana, "2026-11-05")["id"], ends("2026-11-05", 15))
    ana.delete(on(ana, "2026-11-06")["id"])
    return simulator, ana


def test_what_an_exception_does_not_say_itself_it_has_from_its_series() -> None:
    """Facts 3.2 [D/C]: and what it says stays; its version stays too."""
    _, ana = world_with_exceptions()
    before = on(ana, "2026-11-04")
    ana.patch("morning", {"summary": "Sit-down", "location": "Room 2"})
    found = instances(ana)
    assert [item["summary"] for item in found] == ["Sit-down", "Sit-down", "Long", "Sit-down"]
    assert {item["location"] for item in found} == {"Room 2"}
    assert starts(found) == ["02 09:00", "03 09:00", "04 09:00", "05 15:00"]
    assert on(ana, "2026-11-04")["etag"] == before["etag"]


def test_a_field_an_exception_has_not_is_not_inherited() -> None:
    """Facts 3.2 [D/C]."""
    _, ana, _ = world(daily(location="Room 1"))
    event_id = on(ana, WEDNESDAY)["id"]
    ana.patch(event_id, {"location": None})
    ana.patch("morning", {"location": "Room 2"})
    assert "location" not in ana.read(event_id).json


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("RRULE:FREQ=DAILY;COUNT=4", ["02 09:00", "03 09:00", "04 09:00", "05 15:00"]),
        ("RRULE:COUNT=4;INTERVAL=1;FREQ=DAILY;WKST=MO", ["02 09:00", "03 09:00", "04 09:00", "05 15:00"]),
        ("RRULE:FREQ=DAILY;COUNT=6", ["02 09:00", "03 09:00", "04 09:00", "05 15:00", "07 09:00"]),
        ("RRULE:FREQ=DAILY;UNTIL=20261104T080000Z", ["02 09:00", "03 09:00", "04 09:00"]),
    ],
)
def test_another_end_keeps_the_exceptions_before_it(rule: str, told: list[str]) -> None:
    """Facts 3.2 [C]: COUNT and UNTIL; those beyond are gone for good."""
    _, ana = world_with_exceptions()
    ana.patch("morning", {"recurrence": [rule]})
    assert starts(instances(ana)) == told
    assert on(ana, "2026-11-04")["summary"] == "Long"
    ana.patch("morning", {"recurrence": ["RRULE:FREQ=DAILY;COUNT=5"]})
    assert (len(instances(ana)) == 5) == ("COUNT=6" not in rule)


@pytest.mark.parametrize(
    "change",
    [
        ends("2026-11-02", 11),
        {"end": {"dateTime": "2026-11-02T11:00:00", "timeZone": "Europe/Berlin"}},
        {"recurrence": ["RRULE:FREQ=DAILY;INTERVAL=2;COUNT=5"]},
        ends("2026-11-02", 8, "Europe/London"),
    ],
)
def test_another_time_or_pattern_drops_the_exceptions(change: dict[str, Any]) -> None:
    """Facts 3.2 [C]: start, length, pattern, zone; switch exceptions_on_master_change, the default."""
    _, ana = world_with_exceptions()
    assert ana.patch("morning", change).json["sequence"] == 1
    assert [item["id"] for item in ana.list(showDeleted=True).json["items"]] == ["morning"]
    assert len(instances(ana)) == 5
    assert {item["summary"] for item in instances(ana)} == {"Stand-up"}


def test_exceptions_may_outlive_a_change_of_time_as_orphans() -> None:
    """Facts 3.2 [?]; exceptions_on_master_change=keep: with their old originalStartTime and times."""
    _, ana = world_with_exceptions(exceptions_on_master_change="keep")
    ana.patch("morning", ends("2026-11-02", 11))
    found = instances(ana)
    told = ["02 11:00", "03 11:00", "04 09:00", "04 11:00", "05 15:00", "05 11:00", "06 11:00"]
    assert starts(found) == told
    assert on(ana, "2026-11-05")["originalStartTime"]["dateTime"] == "2026-11-05T09:00:00+01:00"
    assert on(ana, "2026-11-06")["status"] == "cancelled"


def test_single_to_series_to_single_is_one_event() -> None:
    """Facts 3.2: the id stays, the exceptions do not."""
    _, ana, _ = world({"id": "lunch", "summary": "Lunch", **ends("2026-11-02", 12)})
    ana.patch("lunch", {"recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
    ana.patch(instances(ana, "lunch")[1]["id"], {"summary": "Late lunch"})
    single = ana.patch("lunch", {"recurrence": None}).json
    assert (single["id"], "recurrence" in single) == ("lunch", False)
    assert [item["id"] for item in ana.list(showDeleted=True).json["items"]] == ["lunch"]


def test_timed_to_all_day_to_timed_is_one_series() -> None:
    """Facts 3.2: the id stays, the exceptions do not."""
    _, ana = world_with_exceptions()
    days = {
        "start": {"date": "2026-11-02", "dateTime": None, "timeZone": None},
        "end": {"date": "2026-11-03", "dateTime": None, "timeZone": None},
    }
    assert ana.patch("morning", days).json["start"] == {"date": "2026-11-02"}
    assert [item["start"]["date"][8:] for item in instances(ana)] == ["02", "03", "04", "05", "06"]
    back = ends("2026-11-02", 11)
    ana.patch("morning", {name: {**moment, "date": None} for name, moment in back.items()})
    assert starts(instances(ana)) == ["02 11:00", "03 11:00", "04 11:00", "05 11:00", "06 11:00"]


def test_faults_strike_instances_as_they_do_events() -> None:
    """README: edited_before and lost_edit."""
    from simulators.record import Fault  # noqa: PLC0415 - the one test that plants

    simulator, ana, _ = world(daily())
    event = on(ana, WEDNESDAY)
    simulator.record.plant(Fault("edited_before", "events.patch"))
    assert ana.patch(event["id"], {"summary": "Mine"}, match=event["etag"]).status == 412
    assert on(ana, WEDNESDAY)["summary"] == "Stand-up (edited meanwhile)"
    simulator.record.plant(Fault("lost_edit", "events.delete"))
    assert ana.delete(event["id"]).status == 204
    assert on(ana, WEDNESDAY)["status"] == "confirmed"
    simulator.record.plant(Fault("lost_edit", "events.patch"))
    untouched = on(ana, "2026-11-05")
    assert ana.patch(untouched["id"], {"summary": "Lost"}).json["summary"] == "Lost"
    assert on(ana, "2026-11-05") == untouched
