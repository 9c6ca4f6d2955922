"""The person's hand on series, and the agenda it reads."""

from datetime import UTC, date, datetime

import pytest

from simulators.google.agenda import Seen
from simulators.google.errors import RefusedError
from unit.simulators.series_world import all_day, daily, ends, instances, on, starts, world

STAMP = {"private": {"stamp": "abc"}}
WEEK = ("2026-11-02", "2026-11-16")


def nine(day: int) -> str:
    return f"2026-11-{day:02d}T08:00:00Z"


def utc(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_the_agenda_has_every_occurrence_a_person_sees() -> None:
    """By start; instants in UTC, dates for whole days; the original start of those that are of a series."""
    _, _, hand = world(
        daily(recurrence=["RRULE:FREQ=DAILY;COUNT=3"]), {"id": "lunch", "summary": "Lunch", **ends("2026-11-03", 12)}
    )
    hand.create(
        summary="Fair",
        start={"date": "2026-11-02"},
        end={"date": "2026-11-04"},
        recurrence=["RRULE:FREQ=WEEKLY;COUNT=2"],
    )
    hand.move_instance("morning", nine(3), start="2026-11-05T15:00:00+01:00", end="2026-11-05T16:00:00+01:00")
    hand.cancel_instance("morning", nine(4))
    hand.delete(hand.create(summary="Gone", **ends("2026-11-03")))
    assert hand.agenda(*WEEK) == [
        Seen("Fair", date(2026, 11, 2), date(2026, 11, 4), date(2026, 11, 2)),
        Seen("Stand-up", utc(2, 8), utc(2, 9), utc(2, 8)),
        Seen("Lunch", utc(3, 11), utc(3, 12)),
        Seen("Stand-up", utc(5, 14), utc(5, 15), utc(3, 8)),
        Seen("Fair", date(2026, 11, 9), date(2026, 11, 11), date(2026, 11, 9)),
    ]
    assert [seen.title for seen in hand.agenda("2026-11-03T11:30:00Z", utc(3, 23))] == ["Fair", "Lunch"]
    with pytest.raises(ValueError, match="offset"):
        hand.agenda("2026-11-03T11:30:00", "2026-11-04")


def test_one_instance_is_edited_moved_cancelled_and_brought_back() -> None:
    _, ana, hand = world(daily())
    event_id = hand.edit_instance("morning", nine(4), summary="Long")
    assert hand.move_instance("morning", nine(4), start=utc(4, 14), end=utc(4, 16)) == event_id
    assert hand.instance("morning", nine(4))["end"]["dateTime"] == "2026-11-04T17:00:00+01:00"
    assert hand.event(event_id)["summary"] == "Long"
    hand.cancel_instance("morning", nine(4))
    assert hand.instance("morning", nine(4))["status"] == "cancelled"
    hand.restore_instance("morning", nine(4))
    assert starts(instances(ana)) == ["02 09:00", "03 09:00", "04 15:00", "05 09:00", "06 09:00"]
    with pytest.raises(RefusedError, match="404"):
        hand.cancel_instance("morning", nine(9))


def test_an_instance_of_an_all_day_series_is_named_by_its_date() -> None:
    _, ana, hand = world(all_day())
    hand.move_instance("trade", "2026-11-03", start=date(2026, 11, 12), end=date(2026, 11, 14))
    hand.cancel_instance("trade", "2026-11-04", as_exdate=True)
    assert [item["start"]["date"][8:] for item in instances(ana, "trade")] == ["02", "12", "05", "06"]
    assert ana.read("trade").json["recurrence"] == ["RRULE:FREQ=DAILY;COUNT=5", "EXDATE;VALUE=DATE:20261104"]


def test_an_instance_is_duplicated_as_a_single_event_and_answered_for_itself() -> None:
    _, _, hand = world(daily(attendees=[{"email": "ana@g.test"}]))
    event_id = hand.instance("morning", nine(4))["id"]
    copied = hand.event(hand.copy(event_id))
    assert ("recurringEventId" in copied, copied["start"]["dateTime"]) == (False, "2026-11-04T09:00:00+01:00")
    hand.respond(event_id, "declined")
    answers = [hand.instance("morning", nine(day))["attendees"][0]["responseStatus"] for day in (3, 4)]
    assert answers == ["accepted", "declined"]


def test_an_instance_may_become_a_whole_day() -> None:
    _, ana, hand = world(daily())
    hand.move_instance("morning", nine(4), start="2026-11-04", end="2026-11-05")
    found = on(ana, "2026-11-04")
    assert (found["start"], found["originalStartTime"]["dateTime"]) == (
        {"date": "2026-11-04"},
        "2026-11-04T09:00:00+01:00",
    )


def test_this_and_following_ends_a_series_and_begins_another() -> None:
    """Facts 3.2 [C]: `_R` and the original start, iCalUID shared, private properties cloned, later exceptions reset."""
    _, ana, hand = world(daily(extendedProperties=STAMP, location="Room 1"))
    hand.edit_instance("morning", nine(2), summary="First")
    hand.edit_instance("morning", nine(5), summary="Long")
    hand.cancel_instance("morning", nine(6))
    new = hand.split("morning", nine(4), summary="Sit-down")
    assert new == "morning_R20261104T080000"
    old, later = ana.read("morning").json, ana.read(new).json
    assert (old["recurrence"], later["recurrence"]) == (
        ["RRULE:FREQ=DAILY;UNTIL=20261104T075959Z"],
        ["RRULE:FREQ=DAILY;COUNT=3"],
    )
    assert (later["iCalUID"], later["extendedProperties"], later["location"]) == (old["iCalUID"], STAMP, "Room 1")
    assert [(seen.title, seen.start) for seen in hand.agenda(*WEEK)] == [
        ("First", utc(2, 8)),
        ("Stand-up", utc(3, 8)),
        ("Sit-down", utc(4, 8)),
        ("Sit-down", utc(5, 8)),
        ("Sit-down", utc(6, 8)),
    ]


def test_a_split_off_series_has_instances_named_after_the_old_one() -> None:
    """Facts 3.2 [C]: `<base>_<ts>` with recurringEventId `<base>_R<range>`, with classic ids."""
    _, ana, hand = world(daily(), instance_ids="classic")
    new = hand.split("morning", nine(4))
    item = on(ana, "2026-11-05", new)
    assert (item["id"], item["recurringEventId"]) == ("morning_20261105T080000Z", new)
    assert ana.read("morning_20261105T080000Z").json == item
    assert ana.read("morning_20261103T080000Z").json["recurringEventId"] == "morning"
    again = hand.split(new, nine(5))
    assert again == "morning_R20261105T080000"


def test_two_instances_of_a_split_series_never_share_an_id() -> None:
    """README: the old series made to last again has the days of the new one, and the ids."""
    _, ana, hand = world(daily(), instance_ids="classic")
    new = hand.split("morning", nine(4))
    hand.change_rule("morning", "RRULE:FREQ=DAILY;COUNT=5")
    assert on(ana, "2026-11-05")["id"] == "morning_20261105T080000Z"
    item = on(ana, "2026-11-05", new)
    assert item["id"] == f"{new}_20261105T080000Z"
    assert ana.read(item["id"]).json == item


def test_a_split_may_move_what_follows_and_takes_its_dates_along() -> None:
    lines = ["RRULE:FREQ=DAILY;UNTIL=20261110T080000Z", "EXDATE:20261103T080000Z,20261106T080000Z"]
    _, ana, hand = world(daily(recurrence=lines))
    new = hand.split("morning", nine(5), start=utc(5, 10), end=utc(5, 11))
    assert ana.read("morning").json["recurrence"] == [
        "RRULE:FREQ=DAILY;UNTIL=20261105T075959Z",
        "EXDATE:20261103T080000Z",
    ]
    assert ana.read(new).json["recurrence"] == [
        "RRULE:FREQ=DAILY;UNTIL=20261110T080000Z",
        "EXDATE:20261106T080000Z",
    ]
    assert starts(instances(ana, new)) == [f"{day} 11:00" for day in ("05", "06", "07", "08", "09")]


def test_an_all_day_series_is_split_by_its_dates() -> None:
    """Facts 3.2 [C]: `_R<YYYYMMDD>`."""
    _, ana, hand = world(all_day())
    assert hand.split("trade", "2026-11-04", summary="Show") == "trade_R20261104"
    assert ana.read("trade").json["recurrence"] == ["RRULE:FREQ=DAILY;UNTIL=20261103"]
    assert [seen.title for seen in hand.agenda(*WEEK)] == ["Fair", "Fair", "Show", "Show", "Show"]


def test_the_first_instance_and_those_that_follow_are_the_series() -> None:
    _, _, hand = world(daily())
    with pytest.raises(ValueError, match="first instance"):
        hand.split("morning", nine(2))


def test_an_invitation_to_one_instance_is_an_exception_without_series() -> None:
    """Facts 3.2 [C]: a guest invited to one instance; its series may arrive later, and has it then."""
    _, ana, hand = world()
    guests = [{"email": "ana@g.test"}]
    told = {"iCalUID": "u@x.test", "organizer": {"email": "boss@x.test"}, "attendees": guests}
    lone = hand.import_lone_instance(nine(4), summary="Review", **told, **ends("2026-11-04", 15))
    (item,) = ana.list().json["items"]
    assert (item["id"], item["iCalUID"], item["originalStartTime"]["dateTime"]) == (
        lone,
        "u@x.test",
        "2026-11-04T09:00:00+01:00",
    )
    assert ana.read(item["recurringEventId"]).status == 404
    assert ana.list(singleEvents=True).json["items"] == [item]
    assert hand.agenda(*WEEK) == [Seen("Review", utc(4, 14), utc(4, 15), utc(4, 8))]
    series_id = hand.import_event(
        summary="Reviews", recurrence=["RRULE:FREQ=DAILY;COUNT=5"], **told, **ends("2026-11-02")
    )
    assert series_id == item["recurringEventId"]
    assert [seen.title for seen in hand.agenda(*WEEK)] == ["Reviews", "Reviews", "Review", "Reviews", "Reviews"]


def test_a_lone_instance_is_answered_and_cancelled_like_any_event() -> None:
    """Facts 3.2: cancelled, it is bare and told of."""
    _, ana, hand = world()
    told = {"iCalUID": "u@x.test", "organizer": {"email": "boss@x.test"}, "attendees": [{"email": "ana@g.test"}]}
    lone = hand.import_lone_instance("2026-11-04", **told, start={"date": "2026-11-04"}, end={"date": "2026-11-05"})
    hand.respond(lone, "accepted")
    assert ana.read(lone).json["attendees"][0]["responseStatus"] == "accepted"
    token = ana.list().json["nextSyncToken"]
    hand.delete(lone)
    (item,) = ana.list(syncToken=token).json["items"]
    assert (item["status"], item["originalStartTime"], "summary" in item) == (
        "cancelled",
        {"date": "2026-11-04"},
        False,
    )


def test_a_whole_series_is_moved_and_given_another_rule() -> None:
    """Facts 3.2 [C]: the exceptions are dropped."""
    _, ana, hand = world(daily())
    hand.cancel_instance("morning", nine(4))
    hand.move_series("morning", start="2026-11-03T10:00:00+01:00", end="2026-11-03T11:00:00+01:00")
    assert starts(instances(ana)) == ["03 10:00", "04 10:00", "05 10:00", "06 10:00", "07 10:00"]
    hand.change_rule("morning", "RRULE:FREQ=WEEKLY;COUNT=2")
    assert starts(instances(ana)) == ["03 10:00", "10 10:00"]


def test_a_series_becomes_single_and_a_series_again_and_its_days_whole_and_not() -> None:
    """Facts 3.2: the id stays throughout."""
    _, ana, hand = world(daily())
    hand.change_rule("morning")
    assert (starts([ana.read("morning").json]), len(hand.agenda(*WEEK))) == (["02 09:00"], 1)
    hand.change_rule("morning", "RRULE:FREQ=DAILY;COUNT=2")
    hand.move_series("morning", start="2026-11-02", end="2026-11-03")
    assert [seen.start for seen in hand.agenda(*WEEK)] == [date(2026, 11, 2), date(2026, 11, 3)]
    hand.move_series("morning", start=utc(2, 8), end=utc(2, 9))
    assert [seen.start for seen in hand.agenda(*WEEK)] == [utc(2, 8), utc(3, 8)]
