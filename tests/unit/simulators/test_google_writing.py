"""Versions, preconditions, sequence numbers, and what patch and update do to what was there."""

from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking

TIMED = {
    "start": {"dateTime": "2026-11-05T09:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-11-05T10:00:00+01:00", "timeZone": "Europe/Berlin"},
}
DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


def world(body: Any = None, **switches: Any) -> tuple[GoogleSimulator, Asking]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    ana = Asking(simulator)
    if body is not None:
        assert ana.insert({"id": "abcde", **body}).status == 200
    return simulator, ana


def test_the_etag_is_twice_updated_in_microseconds() -> None:
    """Facts 3.1: 2026-11-02T08:00:00.004Z is 1793606400.004 s."""
    event = world(DAY)[1].read("abcde").json
    assert (event["updated"], event["etag"]) == ("2026-11-02T08:00:00.004Z", '"3587212800008000"')


def test_a_write_under_the_right_version_passes_and_under_another_does_not() -> None:
    """Facts 3.5: patch, update and delete honour If-Match."""
    _, ana = world(DAY)
    old = ana.read("abcde").json["etag"]
    new = ana.patch("abcde", {"summary": "x"}, match=old).json["etag"]
    assert new != old
    for answer in (
        ana.patch("abcde", {"summary": "y"}, match=old),
        ana.update("abcde", DAY, match=old),
        ana.delete("abcde", match=old),
    ):
        assert (answer.status, answer.reason) == (412, "conditionNotMet")
        assert answer.json["error"]["errors"][0]["location"] == "If-Match"
        assert answer.json["error"]["errors"][0]["locationType"] == "header"
    assert ana.update("abcde", DAY, match=new).status == 200
    assert ana.patch("abcde", {"summary": "z"}, match="*").status == 200
    assert ana.delete("abcde", match=ana.read("abcde").json["etag"]).status == 204


def test_a_patch_that_changes_nothing_makes_no_new_version() -> None:
    """Facts 3.5, row 58; switch noop_patch."""
    simulator, ana = world({**DAY, "summary": "x"})
    token = ana.list().json["nextSyncToken"]
    before = ana.read("abcde").json
    assert ana.patch("abcde", {"summary": "x"}).json == before
    assert ana.list(syncToken=token).json["items"] == []
    simulator.turn(noop_patch="bumps")
    assert ana.patch("abcde", {"summary": "x"}).json["etag"] != before["etag"]


def test_reminders_touch_neither_updated_nor_the_etag() -> None:
    """Facts 3.4, 3.5; switch reminders_in_delta."""
    simulator, ana = world(DAY)
    token = ana.list().json["nextSyncToken"]
    before = ana.read("abcde").json
    changed = ana.patch("abcde", {"reminders": {"useDefault": False}}).json
    assert (changed["etag"], changed["updated"]) == (before["etag"], before["updated"])
    assert changed["reminders"] == {"useDefault": False}
    assert len(ana.list(syncToken=token).json["items"]) == 1
    simulator.turn(reminders_in_delta=False)
    token = ana.list().json["nextSyncToken"]
    ana.patch("abcde", {"reminders": {"useDefault": True}})
    assert ana.list(syncToken=token).json["items"] == []
    assert ana.read("abcde").json["reminders"] == {"useDefault": True}


def test_a_time_change_raises_the_sequence_and_a_summary_does_not() -> None:
    """Facts 3.5."""
    _, ana = world(DAY)
    assert ana.patch("abcde", {"summary": "x"}).json["sequence"] == 0
    assert ana.patch("abcde", {"end": {"date": "2026-11-07"}}).json["sequence"] == 1
    assert ana.patch("abcde", {"sequence": 5, "end": {"date": "2026-11-08"}}).json["sequence"] == 5


def test_the_sequence_does_not_fall() -> None:
    """Facts 3.5: lower, or missing on update, is refused."""
    _, ana = world({**DAY, "sequence": 3})
    answer = ana.update("abcde", DAY)
    assert (answer.status, answer.reason) == (400, "invalid")
    assert answer.json["error"]["message"].startswith("Invalid sequence value.")
    assert ana.patch("abcde", {"sequence": 2}).reason == "invalid"
    assert ana.patch("abcde", {"summary": "x"}).json["sequence"] == 3
    assert ana.update("abcde", {**DAY, "sequence": 3}).status == 200


def test_patch_merges_objects_removes_nulls_and_replaces_arrays() -> None:
    """Facts 3.5."""
    _, ana = world(
        {
            **DAY,
            "summary": "Kept",
            "location": "Dropped",
            "attendees": [{"email": "bob@x.test"}, {"email": "cleo@x.test"}],
            "extendedProperties": {"private": {"one": "1", "two": "2"}, "shared": {"all": "s"}},
        }
    )
    event = ana.patch(
        "abcde",
        {
            "location": None,
            "attendees": [{"email": "dora@x.test"}],
            "extendedProperties": {"private": {"two": None, "three": "3"}},
        },
    ).json
    assert event["summary"] == "Kept"
    assert "location" not in event
    assert [row["email"] for row in event["attendees"]] == ["dora@x.test"]
    assert event["extendedProperties"] == {"private": {"one": "1", "three": "3"}, "shared": {"all": "s"}}


def test_update_clears_what_is_not_sent() -> None:
    """Facts 3.5: attendees, recurrence, reminders and properties too; organizer, birth and uid stay."""
    _, ana = world(
        {
            **TIMED,
            "summary": "Gone",
            "attendees": [{"email": "bob@x.test"}],
            "recurrence": ["RRULE:FREQ=DAILY"],
            "reminders": {"useDefault": False},
            "extendedProperties": {"private": {"one": "1"}},
            "status": "tentative",
        }
    )
    before = ana.read("abcde").json
    event = ana.update("abcde", TIMED).json
    assert {"summary", "attendees", "recurrence", "extendedProperties"} & set(event) == set()
    assert (event["reminders"], event["status"]) == ({"useDefault": True}, "confirmed")
    for name in ("id", "iCalUID", "created", "creator", "organizer"):
        assert event[name] == before[name]


def test_patching_status_cancelled_deletes() -> None:
    """Facts 3.1 and the discovery document on `status`."""
    simulator, ana = world(DAY)
    assert ana.patch("abcde", {"status": "cancelled"}).json["status"] == "cancelled"
    assert simulator.calendar("ana@g.test").events() == []


def test_read_only_fields_in_a_body_are_ignored() -> None:
    """Facts 3.5."""
    _, ana = world(DAY)
    before = ana.read("abcde").json
    sent = {
        "etag": '"1"',
        "created": "2001-01-01T00:00:00Z",
        "creator": {"email": "eve@x.test"},
        "organizer": {"email": "eve@x.test"},
        "htmlLink": "https://x.test",
        "locked": True,
    }
    assert ana.patch("abcde", sent).json == before


def test_what_was_read_may_be_written_back_whole() -> None:
    """A client that updates with the event as it got it changes nothing."""
    _, ana = world({**TIMED, "summary": "x", "attendees": [{"email": "ana@g.test"}], "colorId": "3"})
    event = ana.read("abcde").json
    assert ana.update("abcde", event).json == event


@pytest.mark.parametrize(
    ("start", "end", "reason"),
    [
        ({"date": "2026-11-05"}, {"date": "2026-11-05"}, "timeRangeEmpty"),
        ({"date": "2026-11-05"}, {"date": "2026-11-04"}, "timeRangeEmpty"),
        ({"dateTime": "2026-11-05T10:00:00Z"}, {"dateTime": "2026-11-05T10:00:00Z"}, "timeRangeEmpty"),
        ({"dateTime": "2026-11-05T10:00:00Z"}, {"dateTime": "2026-11-05T10:30:00+01:00"}, "timeRangeEmpty"),
        ({"date": "2026-11-05"}, {"dateTime": "2026-11-05T10:00:00Z"}, "invalid"),
        ({"date": "2026-11-05", "dateTime": "2026-11-05T10:00:00Z"}, {"date": "2026-11-06"}, "invalid"),
        ({"date": "2026-02-30"}, {"date": "2026-11-06"}, "invalid"),
        ({"date": "5 November"}, {"date": "2026-11-06"}, "invalid"),
        ({"dateTime": "2026-11-05T25:00:00Z"}, {"dateTime": "2026-11-06T10:00:00Z"}, "invalid"),
        ({"dateTime": "2026-11-05 10:00"}, {"dateTime": "2026-11-06T10:00:00Z"}, "invalid"),
        ({"dateTime": "2026-11-05T10:00:00"}, {"dateTime": "2026-11-06T10:00:00Z"}, "required"),
        ({"dateTime": "2026-11-05T10:00:00", "timeZone": "CET-1"}, {"dateTime": "2026-11-06T10:00:00Z"}, "invalid"),
        ({}, {"date": "2026-11-06"}, "required"),
        ({"timeZone": "Europe/Berlin"}, {"date": "2026-11-06"}, "required"),
    ],
)
def test_times_that_are_none_are_refused(start: Any, end: Any, reason: str) -> None:
    """Facts 3.5, 5: no mixing, end after start, IANA zones only."""
    answer = world()[1].insert({"start": start, "end": end})
    assert (answer.status, answer.reason) == (400, reason)


def test_patching_one_form_of_time_over_the_other_needs_the_old_one_removed() -> None:
    """Facts 3.5: patch merges, and date with dateTime is refused."""
    _, ana = world(DAY)
    assert ana.patch("abcde", TIMED).reason == "invalid"
    moved = {name: {**moment, "date": None} for name, moment in TIMED.items()}
    assert ana.patch("abcde", moved).json["start"] == TIMED["start"]
    back = {name: {**moment, "dateTime": None, "timeZone": None} for name, moment in DAY.items()}
    assert ana.patch("abcde", back).json["start"] == {"date": "2026-11-05"}


def test_a_time_without_offset_is_meant_in_its_zone_and_a_zone_is_always_returned() -> None:
    """Facts 3.5: 09:00 in New York is 15:00 in Berlin; the calendar's zone stands in where none was sent."""
    _, ana = world(
        {
            "start": {"dateTime": "2026-11-05T09:00:00", "timeZone": "America/New_York"},
            "end": {"dateTime": "2026-11-05T15:00:00.500Z"},
        }
    )
    event = ana.read("abcde").json
    assert event["start"] == {"dateTime": "2026-11-05T15:00:00+01:00", "timeZone": "America/New_York"}
    assert event["end"] == {"dateTime": "2026-11-05T16:00:00+01:00", "timeZone": "Europe/Berlin"}


def test_answers_may_give_utc() -> None:
    """Facts 3.5; switch date_time_offset."""
    event = world(TIMED, date_time_offset="utc")[1].read("abcde").json
    assert event["start"] == {"dateTime": "2026-11-05T08:00:00Z", "timeZone": "Europe/Berlin"}


def test_zone_names_come_back_as_sent_or_as_what_they_stand_for() -> None:
    """Facts 5; switch zone_alias."""
    moment = {"dateTime": "2026-11-05T09:00:00", "timeZone": "Asia/Calcutta"}
    simulator, ana = world({"start": moment, "end": {**moment, "dateTime": "2026-11-05T10:00:00"}})
    assert ana.read("abcde").json["start"]["timeZone"] == "Asia/Calcutta"
    simulator.turn(zone_alias="canonical")
    assert ana.read("abcde").json["start"]["timeZone"] == "Asia/Kolkata"


@pytest.mark.parametrize(
    ("lines", "all_day", "status"),
    [
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231T230000Z"], False, 200),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231T230000"], False, 400),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231"], False, 400),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231"], True, 200),
        (["RRULE:FREQ=WEEKLY;UNTIL=20261231T230000Z"], True, 400),
        (["RRULE:FREQ=WEEKLY;COUNT=3;UNTIL=20261231T230000Z"], False, 400),
        (["RRULE:FREQ=WEEKLY;COUNT=-1"], False, 400),
        (["RRULE:COUNT=3"], False, 400),
        (["DTSTART:20261105T090000Z", "RRULE:FREQ=DAILY"], False, 400),
        (["RRULE:FREQ=DAILY", "EXDATE;TZID=Europe/Berlin:20261106T090000", "RDATE:20261201T080000Z"], False, 200),
    ],
)
def test_recurrence_lines_are_checked_and_kept_as_sent(lines: list[str], *, all_day: bool, status: int) -> None:
    """Facts 3.3."""
    answer = world()[1].insert({**(DAY if all_day else TIMED), "recurrence": lines})
    assert answer.status == status
    if status == 200:
        assert answer.json["recurrence"] == lines
    else:
        assert answer.json["error"]["message"] == "Invalid recurrence rule."


def test_a_series_has_one_zone_and_says_it() -> None:
    """Facts 3.2."""
    _, ana = world()
    rule = {"recurrence": ["RRULE:FREQ=DAILY"]}
    plain = {"start": {"dateTime": "2026-11-05T09:00:00Z"}, "end": {"dateTime": "2026-11-05T10:00:00Z"}}
    assert ana.insert({**plain, **rule}).reason == "required"
    other = {**TIMED, "end": {**TIMED["end"], "timeZone": "Europe/Paris"}}
    assert ana.insert({**other, **rule}).reason == "invalid"
    assert ana.insert({**TIMED, **rule}).status == 200


def test_instances_are_not_made_by_themselves() -> None:
    """Facts 3.6: undocumented; an instance is changed, not inserted."""
    answer = world()[1].insert({**DAY, "recurringEventId": "abcde"})
    assert (answer.status, answer.reason) == (501, "notModelled")
