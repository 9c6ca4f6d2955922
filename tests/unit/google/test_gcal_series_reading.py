"""Series and their exceptions read as one item; the resources stand here as Google gives them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calpair.google.mapping.reading import Known, Rest, item
from calpair.google.mapping.reminders import Reminders
from calpair.google.mapping.series import gathered, whole
from calpair.model.event import Event, Item, Kind, Mark
from calpair.model.link import Stamp
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from calpair.recurrence import text

ANA = "ana@g.test"
KNOWN = Known(ANA, defaults=(("popup", 10),))
BERLIN = "Europe/Berlin"
MASTER: dict[str, Any] = {
    "kind": "calendar#event",
    "etag": '"3587212800012000"',
    "id": "abc123",
    "status": "confirmed",
    "created": "2026-10-01T08:00:00.000Z",
    "updated": "2026-10-02T08:00:00.006Z",
    "summary": "Stand-up",
    "location": "Room 1",
    "creator": {"email": ANA, "self": True},
    "organizer": {"email": ANA, "self": True},
    "start": {"dateTime": "2026-10-12T09:00:00+02:00", "timeZone": BERLIN},
    "end": {"dateTime": "2026-10-12T09:30:00+02:00", "timeZone": BERLIN},
    "recurrence": ["RRULE:FREQ=WEEKLY;BYDAY=MO"],
    "iCalUID": "abc123@google.com",
    "sequence": 0,
    "reminders": {"useDefault": False},
    "eventType": "default",
}
"""Mondays at nine, in Berlin; the clocks go back on 25 October."""

FIRST = datetime(2026, 10, 12, 7, tzinfo=UTC)
SECOND = datetime(2026, 10, 19, 7, tzinfo=UTC)
THIRD = datetime(2026, 10, 26, 8, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)
WEEKLY = Recurrence((Rule(Frequency.WEEKLY, by_day=(Day(0),)),))
STAND_UP = Event("Stand-up", Timed(FIRST, FIRST + HALF_AN_HOUR, BERLIN), place="Room 1", repeats=WEEKLY)

BARE: dict[str, Any] = {
    "kind": "calendar#event",
    "id": "abc123_20261019T070000Z",
    "status": "cancelled",
    "recurringEventId": "abc123",
    "originalStartTime": {"dateTime": "2026-10-19T09:00:00+02:00", "timeZone": BERLIN},
}
"""A cancelled occurrence, as a list gives it."""

MOVED: dict[str, Any] = {
    **{name: value for name, value in MASTER.items() if name != "recurrence"},
    "etag": '"3587212800099000"',
    "id": "eeopaque77",
    "start": {"dateTime": "2026-10-27T14:00:00+01:00", "timeZone": BERLIN},
    "end": {"dateTime": "2026-10-27T14:30:00+01:00", "timeZone": BERLIN},
    "recurringEventId": "abc123",
    "originalStartTime": {"dateTime": "2026-10-26T09:00:00+01:00", "timeZone": BERLIN},
    "sequence": 1,
}
"""The third one, held on Tuesday afternoon."""


def read(*exceptions: dict[str, Any], **fields: Any) -> Item:
    master = {name: value for name, value in {**MASTER, **fields}.items() if value is not None}
    return whole(gathered(master, exceptions), KNOWN)


def overrides(*exceptions: dict[str, Any], **fields: Any) -> dict[Original, Event | None]:
    event = read(*exceptions, **fields).event
    assert event is not None
    return dict(event.overrides)


def occurrence(start: datetime, **changes: Any) -> Event:
    when = Timed(start, start + HALF_AN_HOUR, BERLIN)
    return replace(STAND_UP, when=when, repeats=None, overrides={}, **changes)


def test_a_series_without_exceptions() -> None:
    found = read()
    assert (found.kind, found.trouble, found.id, found.version) == (Kind.SERIES, "", "abc123", MASTER["etag"])
    assert found.event == STAND_UP
    assert (found.marks, found.alone, found.starts, found.losses, found.people) == ({}, None, None, (), False)
    assert found.rest == Rest(Reminders(), MASTER, {})


def test_a_bare_cancelled_occurrence_is_an_override_that_is_none() -> None:
    found = read(BARE)
    assert found.event == replace(STAND_UP, overrides={SECOND: None})
    assert found.marks == {SECOND: Mark("abc123_20261019T070000Z", "cancelled")}


def test_a_moved_occurrence_goes_by_its_original_start() -> None:
    found = read(MOVED)
    tuesday = datetime(2026, 10, 27, 13, tzinfo=UTC)
    assert found.event == replace(STAND_UP, overrides={THIRD: occurrence(tuesday)})
    assert found.marks == {THIRD: Mark("eeopaque77", '"3587212800099000"')}


def test_exceptions_may_come_before_their_series_and_among_others() -> None:
    split = {**MASTER, "id": "abc123_R20261102T080000", "etag": '"1"'}
    theirs = {**BARE, "id": "other", "recurringEventId": split["id"]}
    listed = [BARE, theirs, MOVED, {**MASTER, "etag": '"2"'}, split]
    found = whole(gathered(MASTER, listed), KNOWN)
    assert found.version == '"2"'
    assert list(found.marks) == [SECOND, THIRD]


def test_an_exception_that_says_nothing_else_has_a_mark_and_no_more() -> None:
    same = {
        **MOVED,
        "start": {"dateTime": "2026-10-26T08:00:00Z", "timeZone": "Europe/London"},
        "end": {"dateTime": "2026-10-26T08:30:00Z"},
    }
    found = read(same)
    assert found.event == STAND_UP
    assert found.marks == {THIRD: Mark("eeopaque77", '"3587212800099000"')}


def test_an_occurrence_may_become_whole_days() -> None:
    days = {**MOVED, "start": {"date": "2026-10-26"}, "end": {"date": "2026-10-27"}}
    assert overrides(days) == {THIRD: replace(occurrence(THIRD), when=AllDay(date(2026, 10, 26), date(2026, 10, 27)))}


def test_an_occurrence_says_everything_for_itself() -> None:
    other = {
        **MOVED,
        "start": {"dateTime": "2026-10-26T08:00:00Z"},
        "end": {"dateTime": "2026-10-26T08:30:00Z"},
        "summary": "Stand-up, long",
        "reminders": {"useDefault": True},
    }
    assert overrides(other) == {THIRD: occurrence(THIRD, title="Stand-up, long", reminder=10)}


def test_of_two_for_one_occurrence_the_one_alive_counts() -> None:
    gone = {**BARE, "id": "gone", "originalStartTime": MOVED["originalStartTime"]}
    for listed in ((gone, MOVED), (MOVED, gone)):
        assert read(*listed).marks == {THIRD: Mark("eeopaque77", '"3587212800099000"')}


def test_whole_days_go_by_their_date() -> None:
    day = {"start": {"date": "2026-12-24"}, "end": {"date": "2026-12-26"}}
    gone = {**BARE, "originalStartTime": {"date": "2027-12-24"}}
    found = read(gone, **day, recurrence=["RRULE:FREQ=YEARLY"])
    assert found.event == Event(
        "Stand-up",
        AllDay(date(2026, 12, 24), date(2026, 12, 26)),
        place="Room 1",
        repeats=Recurrence((Rule(Frequency.YEARLY),)),
        overrides={date(2027, 12, 24): None},
    )


class TestDatesTakenOut:
    @pytest.mark.parametrize(
        "line",
        [
            "EXDATE:20261019T070000Z",
            "EXDATE;TZID=Europe/Berlin:20261019T090000",
            "EXDATE;TZID=America/New_York:20261019T030000",
        ],
    )
    def test_they_are_overrides_that_are_none(self, line: str) -> None:
        found = read(recurrence=[*MASTER["recurrence"], line])
        assert found.event == replace(STAND_UP, overrides={SECOND: None})
        assert found.marks == {}

    def test_of_whole_days(self) -> None:
        day = {"start": {"date": "2026-10-12"}, "end": {"date": "2026-10-13"}}
        lines = ["EXDATE;VALUE=DATE:20261019,20261021", "RRULE:FREQ=WEEKLY"]
        found = read(**day, recurrence=lines)
        assert found.event is not None
        assert found.event.overrides == {date(2026, 10, 19): None}
        assert found.event.repeats == Recurrence((Rule(Frequency.WEEKLY),))

    def test_one_that_hits_nothing_is_passed_over(self) -> None:
        assert read(recurrence=[*MASTER["recurrence"], "EXDATE:20261019T080000Z"]).event == STAND_UP

    def test_an_occurrence_cancelled_in_both_ways_is_cancelled_once(self) -> None:
        found = read(BARE, recurrence=[*MASTER["recurrence"], "EXDATE:20261019T070000Z"])
        assert found.event == replace(STAND_UP, overrides={SECOND: None})
        assert list(found.marks) == [SECOND]

    def test_one_alive_all_the_same_is_there(self) -> None:
        found = read(MOVED, recurrence=[*MASTER["recurrence"], "EXDATE:20261026T080000Z"])
        assert found.event is not None
        assert found.event.overrides[THIRD] is not None

    def test_further_dates_and_rules_that_except_stay(self) -> None:
        lines = [*MASTER["recurrence"], "RDATE:20261014T070000Z", "EXRULE:FREQ=WEEKLY;INTERVAL=4"]
        event = read(recurrence=lines).event
        assert event is not None
        assert event.overrides == {}
        assert event.repeats == Recurrence(
            WEEKLY.rules, (Rule(Frequency.WEEKLY, 4),), dates=(datetime(2026, 10, 14, 7, tzinfo=UTC),)
        )


def test_an_occurrence_cancelled_under_another_rule_says_nothing() -> None:
    old = {**BARE, "originalStartTime": {"dateTime": "2026-10-20T09:00:00+02:00"}}
    day = {**BARE, "id": "day", "originalStartTime": {"date": "2026-10-19"}}
    far = {**BARE, "id": "far", "originalStartTime": {"dateTime": "9998-10-19T09:00:00+02:00"}}
    found = read(old, day, far)
    assert found.event == STAND_UP
    assert [mark.id for mark in found.marks.values()] == ["day", "abc123_20261019T070000Z", "far"]


def test_an_occurrence_alive_under_another_rule_is_there() -> None:
    old = {**MOVED, "originalStartTime": {"dateTime": "2026-10-20T09:00:00+02:00"}}
    assert list(overrides(old)) == [datetime(2026, 10, 20, 7, tzinfo=UTC)]


class TestTrouble:
    @pytest.mark.parametrize(
        "lines",
        [
            ["RRULE:FREQ=FORTNIGHTLY"],
            ["RRULE:FREQ=DAILY;COUNT=2;UNTIL=20261101T000000Z"],
            ["DTSTART:20261012T070000Z"],
            ["RRULE"],
            [7],
            "RRULE:FREQ=DAILY",
            {"RRULE": "FREQ=DAILY"},
            ["RRULE:FREQ=DAILY"] * 10_000,
            ["EXDATE:" + ",".join(["20261019T070000Z"] * 100_000)],
        ],
    )
    def test_a_rule_nobody_understands_breaks_the_series(self, lines: Any) -> None:
        found = read(BARE, recurrence=lines)
        assert (found.kind, found.trouble, found.event) == (Kind.BROKEN, "rule", None)
        assert found.starts == STAND_UP.when

    def test_a_series_without_times_is_broken_in_its_times(self) -> None:
        assert (read(start={}).kind, read(start={}).trouble, read(start={}).starts) == (Kind.BROKEN, "times", None)

    @pytest.mark.parametrize(
        ("changes", "trouble"), [({"start": {}}, "times"), ({"summary": ["no"]}, "text"), ({"end": None}, "times")]
    )
    def test_an_exception_nobody_understands_is_marked_and_spoils_nothing(
        self, changes: dict[str, Any], trouble: str
    ) -> None:
        found = read(BARE, {**MOVED, **changes}, recurrence=[*MASTER["recurrence"], "EXDATE:20261026T080000Z"])
        assert found.event == replace(STAND_UP, overrides={SECOND: None})
        assert found.marks[THIRD] == Mark("eeopaque77", '"3587212800099000"', trouble)

    @pytest.mark.parametrize(
        "moment",
        [
            None,
            {},
            {"dateTime": "2026-10-26T09:00:00"},
            {"date": "tomorrow"},
            {"dateTime": "0001-01-01T00:00:00+10:00"},
        ],
    )
    def test_an_exception_of_nobody_knows_which_occurrence_breaks_the_series(self, moment: Any) -> None:
        found = read(BARE, {**MOVED, "originalStartTime": moment})
        assert (found.kind, found.trouble, found.event, found.marks) == (Kind.BROKEN, "times", None, {})
        assert found.starts == STAND_UP.when

    def test_another_type_stays_what_it_is(self) -> None:
        found = read(BARE, eventType="birthday")
        assert (found.kind, found.trouble) == (Kind.OTHER, "birthday")


class TestPeople:
    def test_others_at_one_occurrence_are_others(self) -> None:
        guest = {**MOVED, "attendees": [{"email": "bo@x.test"}]}
        assert (read(guest).people, read(guest).losses) == (True, ("guests",))
        gone = {**BARE, "attendees": [{"email": "bo@x.test"}]}
        assert not read(gone).people

    def test_what_gets_lost_of_an_occurrence_is_said_of_the_series(self) -> None:
        found = read(
            {**MOVED, "attachments": [{}], "end": {**MOVED["end"], "timeZone": "UTC"}}, hangoutLink="https://x"
        )
        assert found.losses == ("attachments", "conference", "end_zone")

    def test_what_an_occurrence_alone_loses_is_said_of_it_too(self) -> None:
        files = [{"fileUrl": "https://x"}]
        found = read({**MOVED, "attachments": files, "attendees": [{"email": "bo@x.test"}]}, attachments=files)
        assert found.losses == ("attachments", "guests")
        assert found.marks[THIRD].losses == ("guests",)


class TestAlone:
    def test_an_occurrence_without_its_series_is_an_event_by_itself(self) -> None:
        found = item(MOVED, KNOWN)
        tuesday = datetime(2026, 10, 27, 13, tzinfo=UTC)
        assert (found.kind, found.id, found.alone) == (Kind.SINGLE, "eeopaque77", THIRD)
        assert found.event == occurrence(tuesday)
        assert found.rest == Rest(Reminders())

    def test_it_has_to_say_which_one_it_is(self) -> None:
        found = item({**MOVED, "originalStartTime": None}, KNOWN)
        assert (found.kind, found.trouble, found.alone) == (Kind.BROKEN, "times", None)


def test_the_half_that_a_split_made_has_the_stamp_of_the_other() -> None:
    words = {"calpair": "1", "calpairPair": "p", "calpairLink": "l", "calpairSelf": "abc123", "calpairPartner": "uid"}
    numbers = {"calpairPart": "0", "calpairGeneration": "0", "calpairMapping": "2"}
    half = read(id="abc123_R20261102T080000", extendedProperties={"private": {**words, **numbers}})
    assert half.id == "abc123_R20261102T080000"
    assert half.stamp == Stamp("p", "l", "abc123", "uid")
    assert half.uid == MASTER["iCalUID"]


@pytest.mark.parametrize(
    ("rule", "own", "kept"),
    [
        ("RRULE:FREQ=NEVER", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY"),
        ("RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY"),
        ("RRULE:FREQ=DAILY;INTERVAL=7", "RRULE:FREQ=WEEKLY", "RRULE:FREQ=DAILY;INTERVAL=7"),
    ],
    ids=["unreadable", "another", "the same"],
)
def test_a_copy_repeats_as_its_partner_says_where_that_comes_to_the_same(rule: str, own: str, kept: str) -> None:
    words = {"calpair": "1", "calpairPair": "p", "calpairLink": "l", "calpairSelf": "abc123", "calpairPartner": "uid"}
    numbers = {"calpairPart": "0", "calpairGeneration": "0", "calpairMapping": "2", "calpairRule0": rule}
    copy = read(recurrence=[own], extendedProperties={"private": {**words, **numbers}})
    assert copy.event
    assert copy.event.repeats == text.parse([kept], copy.event.when)
