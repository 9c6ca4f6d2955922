"""Ends, exceptions, further dates, several rules, and what cannot be: the rest of what becomes of Google's rules."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calpair.model.rule import Recurrence
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence.ladder import Conversion, Part, Rung, convert
from calpair.recurrence.pattern import (
    Daily,
    EndDate,
    NoEnd,
    Numbered,
    Weekly,
)
from unit.recurrence.conversions import BERLIN, at_nine, converted, patterns, shown


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ("RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "empty"),
        ("RRULE:FREQ=DAILY;UNTIL=20261129T000000Z", "empty"),
        ("RRULE:FREQ=DAILY;COUNT=1\nEXDATE:20261130T080000Z", "empty"),
        ("RRULE:FREQ=MINUTELY", "many"),
        ("RRULE:FREQ=HOURLY;INTERVAL=5", "many"),
    ],
)
def test_what_cannot_be(lines: str, why: str) -> None:
    found = converted(lines, at_nine("2026-11-30"))
    assert found == Conversion(Rung.IMPOSSIBLE, (), ("rule",), why)


def test_what_is_long_past_is_not_made() -> None:
    lines = "RRULE:FREQ=WEEKLY;BYMONTH=12,3;COUNT=300"
    found = converted(lines, at_nine("1970-12-07"), horizon=datetime(2028, 11, 1, tzinfo=UTC))
    assert found == Conversion(Rung.IMPOSSIBLE, (), ("rule",), "past")


def only(lines: str, when: When) -> Part:
    (part,) = converted(lines, when).parts
    return part


def test_what_is_excepted_is_deleted_from_the_series_the_first_one_too() -> None:
    part = only("RRULE:FREQ=DAILY;COUNT=5\nEXDATE:20261130T080000Z,20261204T080000Z", at_nine("2026-11-30"))
    assert part.when == at_nine("2026-11-30")
    assert part.series is not None
    assert part.series.range == Numbered(5)
    assert part.cancelled == (at_nine("2026-11-30").start, at_nine("2026-12-04").start)


def test_a_far_exception_is_deleted() -> None:
    lines = "RRULE:FREQ=DAILY\nEXDATE:20361207T080000Z"
    assert only(lines, at_nine("2026-11-30")).cancelled == (at_nine("2036-12-07").start,)
    assert converted(lines, at_nine("2026-11-30")).rung is Rung.EQUAL


def test_an_exception_rule_that_ends_is_deleted() -> None:
    part = only("RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY;COUNT=2", at_nine("2026-11-30"))
    assert part.cancelled == (at_nine("2026-11-30").start, at_nine("2026-12-07").start)


def test_a_further_date_is_an_appointment_beside_the_series() -> None:
    found = converted("RRULE:FREQ=DAILY;COUNT=3\nRDATE:20270105T080000Z,20261201T080000Z", at_nine("2026-11-30"))
    assert (found.rung, found.why) == (Rung.SPLIT, "dates")
    assert patterns(found) == [Daily(1), None]
    assert found.parts[1] == Part(at_nine("2027-01-05"))


def test_more_further_dates_than_anybody_adds_are_too_many() -> None:
    further = ",".join(f"{date(2030, 1, 1) + timedelta(days=number * number):%Y%m%d}T120000Z" for number in range(201))
    found = converted(f"RRULE:FREQ=DAILY;COUNT=2\nRDATE:{further}", at_nine("2026-11-30"))
    assert (found.rung, found.losses) == (Rung.SINGLES, ("rule:horizon",))


def test_dates_alone_are_appointments_or_the_series_they_are() -> None:
    found = converted("RDATE:20270105T080000Z", at_nine("2026-11-30"))
    assert (found.rung, len(found.parts)) == (Rung.SINGLES, 2)
    found = converted("RDATE:20270105T080000Z,20270107T080000Z", at_nine("2026-11-30"))
    assert (found.rung, len(found.parts)) == (Rung.SINGLES, 3)
    part = only("RDATE:20261207T080000Z,20261214T080000Z", at_nine("2026-11-30"))
    assert part.series is not None
    assert (part.series.pattern, part.series.range) == (Weekly(1, (0,)), Numbered(3))


def test_a_number_stays_a_number_up_to_999_and_is_then_an_end_date() -> None:
    part = only("RRULE:FREQ=DAILY;COUNT=999", at_nine("2026-11-30"))
    assert part.series is not None
    assert part.series.range == Numbered(999)
    part = only("RRULE:FREQ=DAILY;COUNT=1000", at_nine("2026-11-30"))
    assert part.series is not None
    assert part.series.range == EndDate(date(2029, 8, 25))
    part = only("RRULE:FREQ=DAILY;COUNT=10000", at_nine("2026-11-30"))
    assert part.series is not None
    assert part.series.range == EndDate(date(2054, 4, 16))
    part = only("RRULE:FREQ=DAILY;INTERVAL=600;COUNT=100000", at_nine("2026-11-30"))
    assert part.series is not None
    assert part.series.range == NoEnd()


def test_a_number_is_shared_out_among_series() -> None:
    found = converted("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=7", at_nine("2026-12-01"))
    assert [part.series.range for part in found.parts if part.series] == [Numbered(4), Numbered(3)]
    found = converted("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=3", at_nine("2026-12-01"))
    assert shown(found, 9) == "2026-12-01 2026-12-15 2027-01-01"


@pytest.mark.parametrize(
    ("until", "end"),
    [
        ("20261203T075959Z", date(2026, 12, 2)),
        ("20261203T080000Z", date(2026, 12, 3)),
        ("20261203T235959Z", date(2026, 12, 3)),
        ("20261203", date(2026, 12, 3)),
        ("20991203T075959Z", date(2099, 12, 2)),
        ("20991203T080000Z", date(2099, 12, 3)),
    ],
)
def test_the_end_date_is_the_day_of_the_last_occurrence(until: str, end: date) -> None:
    part = only(f"RRULE:FREQ=DAILY;UNTIL={until}", at_nine("2026-11-30"))
    assert part.series is not None
    assert part.series.range == EndDate(end)


def test_the_end_date_is_a_day_of_the_series_own_zone() -> None:
    start = datetime(2026, 11, 30, 20, tzinfo=ZoneInfo("Pacific/Honolulu"))
    part = only("RRULE:FREQ=DAILY;UNTIL=20261203T060000Z", Timed(start, start, "Pacific/Honolulu"))
    assert part.series is not None
    assert (part.series.start, part.series.range) == (date(2026, 11, 30), EndDate(date(2026, 12, 2)))
    part = only("RRULE:FREQ=DAILY;UNTIL=20991203", AllDay(date(2026, 11, 30), date(2026, 12, 1)))
    assert part.series is not None
    assert part.series.range == EndDate(date(2099, 12, 3))


def test_an_end_beyond_all_calendars_is_none() -> None:
    part = only("RRULE:FREQ=DAILY;UNTIL=99991231T000000Z", at_nine("2026-11-30"))
    assert part.series is not None
    assert part.series.range == NoEnd()


def test_a_far_end_of_several_series_is_the_end_of_each() -> None:
    found = converted("RRULE:FREQ=DAILY;BYHOUR=9,17;UNTIL=20991203T120000Z", at_nine("2026-11-30"))
    assert [part.series.range for part in found.parts if part.series] == [
        EndDate(date(2099, 12, 3)),
        EndDate(date(2099, 12, 2)),
    ]


def test_a_far_number_is_not_shared_out() -> None:
    found = converted("RRULE:FREQ=DAILY;BYHOUR=9,17;COUNT=50000", at_nine("2026-11-30"))
    assert (found.rung, found.why) == (Rung.IMPOSSIBLE, "many")


def test_what_is_left_over_of_a_few_series_is_an_appointment() -> None:
    found = converted("RRULE:FREQ=MONTHLY;BYMONTHDAY=-2,1;COUNT=3", at_nine("2026-12-01"))
    assert shown(found, 9) == "2026-12-01 2026-12-30 2027-01-01"


def test_a_series_does_not_start_with_a_time_that_the_clocks_leave_out() -> None:
    start = datetime(2027, 3, 27, 9, tzinfo=BERLIN)
    when = Timed(start, start, "Europe/Berlin")
    found = converted("RRULE:FREQ=DAILY;BYHOUR=2;BYMINUTE=30;COUNT=3", when)
    assert found.rung is Rung.SINGLES
    starts = [f"{part.when.start:%m-%dT%H:%M}" for part in found.parts]
    assert starts == ["03-28T01:30", "03-29T00:30", "03-30T00:30"]


def test_nothing_but_a_recurrence_without_rules_and_dates_is_the_first_occurrence() -> None:
    assert convert(at_nine("2026-11-30"), Recurrence()).parts == (Part(at_nine("2026-11-30")),)


def test_more_than_twelve_series_are_too_many() -> None:
    lines = "RRULE:FREQ=MONTHLY;BYMONTHDAY=31\nRRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=17"
    assert converted(lines, at_nine("2026-12-31")).rung is Rung.SINGLES
    lines = "RRULE:FREQ=MONTHLY;BYMONTHDAY=31\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-2;BYHOUR=17"
    assert converted(lines, at_nine("2026-12-31")).rung is Rung.SINGLES


def test_a_rule_without_a_date_beside_another_is_nothing() -> None:
    lines = "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30\nRRULE:FREQ=DAILY;COUNT=2"
    assert patterns(converted(lines, at_nine("2026-12-31"))) == [Daily(1)]


def test_what_two_rules_share_is_there_once() -> None:
    found = converted("RRULE:FREQ=WEEKLY;COUNT=5\nRRULE:FREQ=MONTHLY;COUNT=2;BYMONTHDAY=7", at_nine("2026-12-07"))
    assert shown(found, 99) == "2026-12-07 2026-12-14 2026-12-21 2026-12-28 2027-01-04 2027-01-07"
    assert [len(part.cancelled) for part in found.parts] == [0, 1]
    endless = "RRULE:FREQ=DAILY;UNTIL=20991203T080000Z\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20981203T080000Z"
    assert converted(endless, at_nine("2026-12-07")).rung is Rung.SINGLES
    endless = "RRULE:FREQ=WEEKLY;UNTIL=21991203T080000Z\nRRULE:FREQ=MONTHLY;BYMONTHDAY=7;UNTIL=21981203T080000Z"
    assert converted(endless, at_nine("2026-12-07")).rung is Rung.SINGLES
    endless = "RRULE:FREQ=WEEKLY\nRRULE:FREQ=MONTHLY;BYMONTHDAY=7"
    assert converted(endless, at_nine("2026-12-07")).rung is Rung.SINGLES


def test_of_a_rule_that_is_excepted_wholly_the_further_dates_are_left() -> None:
    lines = "RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY\nRDATE:20270105T120000Z"
    start = datetime(2027, 1, 5, 12, tzinfo=UTC)
    found = converted(lines, at_nine("2026-12-07"))
    assert [part.when.start for part in found.parts] == [start]


def test_what_happens_at_the_end_of_time_is_out_of_sight() -> None:
    part = only("RRULE:FREQ=DAILY\nEXDATE:99990101T080000Z", at_nine("2026-12-07"))
    assert part.cancelled == ()
    start = datetime(9998, 6, 1, tzinfo=UTC)
    assert converted("RRULE:FREQ=HOURLY;INTERVAL=5", Timed(start, start)).why == "horizon"
