"""The dates of a recurrence set: RFC 5545's own examples, clocks that change, sets, ends, and rules without any date."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from calpair.model.rule import Day, Frequency, Recurrence, Rule, Skip
from calpair.model.when import AllDay, Timed
from calpair.recurrence import clock, expand, series, text


def timed(zone: str, *start: int) -> Timed:
    begin = datetime(*start, tzinfo=ZoneInfo(zone))  # type: ignore[arg-type,misc]
    return Timed(begin, begin + timedelta(minutes=30), zone)


def shown(when: Timed, lines: str, most: int = 100) -> str:
    """Give the starts on the wall clock, as `1997 09-02 09-03 1998 01-01`; the time where it is not 09:00."""
    zone, year, words = ZoneInfo(when.zone), 0, []
    for original in islice(expand.originals(when, text.parse(lines.split(), when)), most):
        assert isinstance(original, datetime)
        local = original.astimezone(zone)
        if local.year != year:
            year = local.year
            words.append(str(year))
        words.append(f"{local:%m-%d}" if (local.hour, local.minute) == (9, 0) else f"{local:%m-%dT%H:%M}")
    return " ".join(words)


SEPTEMBER = timed("America/New_York", 1997, 9, 2, 9)
"""A Tuesday; the start of most examples of RFC 5545, 3.8.5.3."""


@pytest.mark.parametrize(
    ("lines", "dates"),
    [
        ("RRULE:FREQ=DAILY;COUNT=10", "1997 09-02 09-03 09-04 09-05 09-06 09-07 09-08 09-09 09-10 09-11"),
        ("RRULE:FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 09-02 09-12 09-22 10-02 10-12"),
        ("RRULE:FREQ=WEEKLY;COUNT=4", "1997 09-02 09-09 09-16 09-23"),
        ("RRULE:FREQ=WEEKLY;UNTIL=19970923T130000Z", "1997 09-02 09-09 09-16 09-23"),
        ("RRULE:FREQ=WEEKLY;UNTIL=19970923T125959Z", "1997 09-02 09-09 09-16"),
        ("RRULE:FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
         "1997 09-02 09-04 09-09 09-11 09-16 09-18 09-23 09-25 09-30 10-02"),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
         "1997 09-02 09-04 09-16 09-18 09-30 10-02 10-14 10-16"),
        ("RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
         "1997 09-07 09-28 11-02 11-30 1998 01-04 01-25 03-01 03-29 05-03 05-31"),
        ("RRULE:FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997 09-22 10-20 11-17 12-22 1998 01-19 02-16"),
        ("RRULE:FREQ=MONTHLY;COUNT=6;BYMONTHDAY=-3", "1997 09-28 10-29 11-28 12-29 1998 01-29 02-26"),
        ("RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15", "1997 09-02 09-15 10-02 10-15 11-02 11-15 12-02 12-15 1998 01-02 01-15"),
        ("RRULE:FREQ=MONTHLY;COUNT=6;BYMONTHDAY=1,-1", "1997 09-30 10-01 10-31 11-01 11-30 12-01"),
        ("RRULE:FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
         "1997 09-10 09-11 09-12 09-13 09-14 09-15 1999 03-10 03-11 03-12 03-13"),
        ("RRULE:FREQ=MONTHLY;INTERVAL=2;COUNT=9;BYDAY=TU",
         "1997 09-02 09-09 09-16 09-23 09-30 11-04 11-11 11-18 11-25"),
        ("RRULE:FREQ=MONTHLY;COUNT=5;BYDAY=FR;BYMONTHDAY=13", "1998 02-13 03-13 11-13 1999 08-13 2000 10-13"),
        ("RRULE:FREQ=MONTHLY;COUNT=5;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13", "1997 09-13 10-11 11-08 12-13 1998 01-10"),
        ("RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 09-04 10-07 11-06"),
        ("RRULE:FREQ=MONTHLY;COUNT=4;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2", "1997 09-29 10-30 11-27 12-30"),
        ("RRULE:FREQ=YEARLY;COUNT=10;BYMONTH=6,7", "1998 06-02 07-02 1999 06-02 07-02 2000 06-02 07-02 2001 06-02 07-02 2002 06-02 07-02"),
        ("RRULE:FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
         "2000 01-01 04-09 07-18 2003 01-01 04-10 07-19 2006 01-01 04-10 07-19 2009 01-01"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYDAY=20MO", "1998 05-18 1999 05-17 2000 05-15"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYDAY=-1MO", "1997 12-29 1998 12-28 1999 12-27"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=20;BYDAY=MO", "1998 05-11 1999 05-17 2000 05-15"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=20", "1998 05-12 1999 05-18 2000 05-16"),
        ("RRULE:FREQ=YEARLY;COUNT=5;BYWEEKNO=1;BYDAY=MO", "1997 12-29 1999 01-04 2000 01-03 2001 01-01 12-31"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=53;BYDAY=MO", "1998 12-28 2004 12-27 2009 12-28"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYWEEKNO=-1;BYDAY=SU", "1997 12-28 1999 01-03 2000 01-02"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=3;BYDAY=TH", "1998 03-05 03-12 03-19"),
        ("RRULE:FREQ=YEARLY;INTERVAL=4;COUNT=3;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "1997 11-04 2001 11-06 2005 11-08"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=2;BYMONTHDAY=29", "2000 02-29 2004 02-29 2008 02-29"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYYEARDAY=366", "2000 12-31 2004 12-31 2008 12-31"),
        ("RRULE:FREQ=DAILY;COUNT=3;BYMONTH=1;BYDAY=MO", "1998 01-05 01-12 01-19"),
        ("RRULE:FREQ=DAILY;COUNT=3;BYMONTHDAY=-31;SKIP=BACKWARD", "1997 10-01 12-01 1998 01-01"),
        ("RRULE:FREQ=MONTHLY;COUNT=5;BYMONTHDAY=31;SKIP=BACKWARD", "1997 09-30 10-31 11-30 12-31 1998 01-31"),
        ("RRULE:FREQ=MONTHLY;COUNT=5;BYMONTHDAY=31;SKIP=FORWARD", "1997 10-01 10-31 12-01 12-31 1998 01-31"),
        ("RRULE:FREQ=MONTHLY;COUNT=4;BYMONTHDAY=-31;SKIP=BACKWARD", "1997 10-01 10-31 12-01 1998 01-01"),
        ("RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=-31;SKIP=FORWARD", "1997 10-01 11-01 12-01"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYYEARDAY=366;SKIP=BACKWARD", "1997 12-31 1998 12-31 1999 12-31"),
        ("RRULE:FREQ=YEARLY;COUNT=3;BYYEARDAY=366;SKIP=FORWARD", "1998 01-01 1999 01-01 2000 01-01"),
        ("RRULE:FREQ=HOURLY;INTERVAL=3;COUNT=3", "1997 09-02 09-02T12:00 09-02T15:00"),
        ("RRULE:FREQ=HOURLY;INTERVAL=36;COUNT=3", "1997 09-02 09-03T21:00 09-05"),
        ("RRULE:FREQ=MINUTELY;INTERVAL=90;COUNT=4", "1997 09-02 09-02T10:30 09-02T12:00 09-02T13:30"),
        ("RRULE:FREQ=MINUTELY;INTERVAL=720;BYHOUR=21;COUNT=2", "1997 09-02T21:00 09-03T21:00"),
        ("RRULE:FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10;COUNT=7",
         "1997 09-02 09-02T09:20 09-02T09:40 09-02T10:00 09-02T10:20 09-02T10:40 09-03"),
        ("RRULE:FREQ=HOURLY;BYMINUTE=0,30;BYSETPOS=-1;COUNT=2", "1997 09-02T09:30 09-02T10:30"),
        ("RRULE:FREQ=MINUTELY;BYMINUTE=5,6;BYSECOND=0;COUNT=3", "1997 09-02T09:05 09-02T09:06 09-02T10:05"),
        ("RRULE:FREQ=SECONDLY;INTERVAL=60;BYMINUTE=0;BYSECOND=0;COUNT=2", "1997 09-02 09-02T10:00"),
        ("RRULE:FREQ=HOURLY;BYDAY=WE;BYHOUR=9;COUNT=2", "1997 09-03 09-10"),
        ("RRULE:FREQ=DAILY;BYHOUR=9,17;COUNT=3", "1997 09-02 09-02T17:00 09-03"),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU,TH;BYHOUR=9,17;BYSETPOS=-1;COUNT=2", "1997 09-04T17:00 09-11T17:00"),
        ("RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1;COUNT=2", "1997 09-08 09-15"),
        ("RRULE:FREQ=DAILY;COUNT=3\nRRULE:FREQ=WEEKLY;COUNT=2", "1997 09-02 09-03 09-04 09-09"),
        ("RRULE:FREQ=DAILY;COUNT=3\nRDATE:19971001T130000Z,19970903T130000Z", "1997 09-02 09-03 09-04 10-01"),
        ("RRULE:FREQ=DAILY;COUNT=3\nEXDATE:19970902T130000Z,19970801T130000Z", "1997 09-03 09-04"),
        ("RRULE:FREQ=DAILY;COUNT=5\nEXRULE:FREQ=DAILY;INTERVAL=2", "1997 09-03 09-05"),
        ("RDATE:19971001T130000Z", "1997 09-02 10-01"),
        ("EXDATE:19970902T130000Z", ""),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1;COUNT=1", "1997 10-01"),
        ("RRULE:FREQ=DAILY;UNTIL=19970902T125959Z", ""),
    ],
)  # fmt: skip
def test_the_dates_of_a_rule(lines: str, dates: str) -> None:
    assert shown(SEPTEMBER, lines) == dates


def test_the_day_a_week_starts_on_matters_from_every_second_week_on() -> None:
    august = timed("America/New_York", 1997, 8, 5, 9)
    assert shown(august, "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO") == "1997 08-05 08-10 08-19 08-24"
    assert shown(august, "RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU") == "1997 08-05 08-17 08-19 08-31"


def test_the_wall_clock_is_kept_when_the_clocks_change() -> None:
    when = timed("Europe/Berlin", 2027, 3, 27, 9)
    found = list(islice(expand.originals(when, Recurrence((Rule(Frequency.DAILY),))), 2))
    assert found == [datetime(2027, 3, 27, 8, tzinfo=UTC), datetime(2027, 3, 28, 7, tzinfo=UTC)]


def test_a_time_left_out_is_read_with_the_offset_before_and_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    spring, autumn = timed("Europe/Berlin", 2027, 3, 27, 2, 30), timed("Europe/Berlin", 2027, 10, 30, 2, 30)
    daily = "RRULE:FREQ=DAILY;COUNT=3"
    assert shown(spring, daily) == "2027 03-27T02:30 03-28T03:30 03-29T02:30"
    found = list(expand.originals(autumn, text.parse([daily], autumn)))
    assert found[1] == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


def test_hours_left_out_come_in_order_and_once() -> None:
    when = timed("Europe/Berlin", 2027, 3, 28, 1, 45)
    assert (
        shown(when, "RRULE:FREQ=MINUTELY;INTERVAL=45;COUNT=5")
        == "2027 03-28T01:45 03-28T03:15 03-28T03:30 03-28T04:00 03-28T04:45"
    )
    assert shown(when, "RRULE:FREQ=HOURLY;COUNT=3") == "2027 03-28T01:45 03-28T03:45"


def test_what_a_gap_throws_forward_is_not_lost_at_the_end() -> None:
    when = timed("Europe/Berlin", 2027, 3, 28, 1, 30)
    assert shown(when, "RRULE:FREQ=HOURLY;COUNT=2") == "2027 03-28T01:30 03-28T03:30"


def test_a_start_in_the_second_of_two_equal_hours_stays_there() -> None:
    start = datetime(2027, 10, 31, 1, 30, tzinfo=UTC)
    when = Timed(start, start, "Europe/Berlin")
    assert next(expand.originals(when, Recurrence((Rule(Frequency.DAILY),)))) == start


def test_a_zone_nobody_knows_is_utc() -> None:
    start = datetime(2027, 3, 27, 9, tzinfo=UTC)
    for name in ("", "Nowhere/Land"):
        found = expand.originals(Timed(start, start, name), Recurrence((Rule(Frequency.DAILY),)))
        assert list(islice(found, 2)) == [start, start + timedelta(days=1)]


def test_half_an_hour_of_summer_time() -> None:
    when = timed("Australia/Lord_Howe", 2026, 10, 3, 9)
    found = list(islice(expand.originals(when, Recurrence((Rule(Frequency.DAILY),))), 2))
    assert found == [datetime(2026, 10, 2, 22, 30, tzinfo=UTC), datetime(2026, 10, 3, 22, tzinfo=UTC)]


CAMP = AllDay(date(2026, 1, 31), date(2026, 2, 1))


def test_whole_days_are_dates() -> None:
    rule = Rule(Frequency.MONTHLY, until=date(2026, 5, 31))
    expected = [date(2026, 1, 31), date(2026, 3, 31), date(2026, 5, 31)]
    assert list(expand.originals(CAMP, Recurrence((rule,)))) == expected
    assert clock.original(CAMP, clock.wall(CAMP)) == series.first(CAMP)
    until = datetime(2026, 5, 31, 22, tzinfo=UTC)
    assert list(expand.originals(CAMP, Recurrence((Rule(Frequency.MONTHLY, until=until),)))) == expected


def test_an_end_that_is_a_date_is_the_end_of_that_day() -> None:
    rule = Rule(Frequency.DAILY, until=date(1997, 9, 3))
    assert len(list(expand.originals(SEPTEMBER, Recurrence((rule,))))) == 2


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=WEEKLY;BYMONTH=2;BYMONTHDAY=30",
        "RRULE:FREQ=YEARLY;BYSETPOS=2",
        "RRULE:FREQ=DAILY;BYSETPOS=2",
        "RRULE:FREQ=HOURLY;BYSETPOS=2",
        "RRULE:FREQ=SECONDLY;INTERVAL=2;BYSECOND=1",
        "RRULE:FREQ=DAILY\nEXRULE:FREQ=DAILY",
        "RRULE:FREQ=DAILY;UNTIL=19970901T000000Z",
    ],
)
def test_a_rule_without_a_date_ends(line: str) -> None:
    assert shown(SEPTEMBER, line) == ""


def test_time_ends_with_the_year_9999() -> None:
    when = AllDay(date(9998, 12, 30), date(9998, 12, 31))
    for frequency, number in (
        (Frequency.DAILY, 367),
        (Frequency.WEEKLY, 53),
        (Frequency.MONTHLY, 12),
        (Frequency.YEARLY, 2),
    ):
        repeats = Recurrence((Rule(frequency),))
        assert len(list(expand.originals(when, repeats))) == number
        assert expand.generated(when, repeats).last is None
    late = datetime(9999, 12, 31, 22, tzinfo=UTC)
    assert len(expand.generated(Timed(late, late), Recurrence((Rule(Frequency.HOURLY),))).originals) == 2
    west = Timed(late, late, "America/New_York")
    end = datetime.max.replace(tzinfo=UTC)
    assert list(expand.originals(west, Recurrence((Rule(Frequency.HOURLY),)))) == [late, late + timedelta(hours=1), end]
    until = Rule(Frequency.DAILY, until=end)
    assert list(expand.originals(west, Recurrence((until,)))) == [late]


def test_time_begins_with_the_year_1() -> None:
    first = datetime(1, 1, 2, tzinfo=UTC)
    repeats = Recurrence((Rule(Frequency.DAILY, until=first),))
    assert list(expand.originals(Timed(first, first, "Asia/Kolkata"), repeats)) == [first]
    assert clock.instant(datetime(1, 1, 1), ZoneInfo("Asia/Kolkata")) == datetime.min.replace(tzinfo=UTC)  # noqa: DTZ001 - a wall clock


def test_an_original_start_is_shown_on_the_wall_clock() -> None:
    assert clock.on_wall(SEPTEMBER, date(1997, 9, 3)) == datetime(1997, 9, 3)  # noqa: DTZ001 - a wall clock
    assert clock.on_wall(CAMP, datetime(1997, 9, 3, 9, tzinfo=UTC)) == datetime(1997, 9, 3)  # noqa: DTZ001 - a wall clock


DAILY = Recurrence((Rule(Frequency.DAILY),))


def test_five_years_are_kept_of_what_is_endless() -> None:
    found = expand.generated(SEPTEMBER, DAILY)
    assert (len(found.originals), found.last, found.ends) == (1826, None, False)


def test_of_what_ends_the_last_is_known_however_far_it_is() -> None:
    found = expand.generated(SEPTEMBER, Recurrence((Rule(Frequency.DAILY, count=10_000),)))
    assert (len(found.originals), found.last) == (1826, datetime(2025, 1, 17, 14, tzinfo=UTC))
    found = expand.generated(SEPTEMBER, Recurrence((Rule(Frequency.MINUTELY, count=3_001),)))
    assert (len(found.originals), found.last) == (3000, datetime(1997, 9, 4, 15, tzinfo=UTC))
    found = expand.generated(SEPTEMBER, Recurrence((Rule(Frequency.DAILY, count=2),)))
    assert found.last == datetime(1997, 9, 3, 13, tzinfo=UTC)
    assert expand.generated(SEPTEMBER, Recurrence((Rule(Frequency.DAILY, count=90_000),))).last is None


def test_an_end_beyond_all_calendars_is_none() -> None:
    rule = Rule(Frequency.DAILY, until=datetime(4500, 1, 1, tzinfo=UTC))
    assert expand.same(SEPTEMBER, Recurrence((rule,)), SEPTEMBER, DAILY)


def test_rules_compare_by_what_they_generate() -> None:
    every_day = Recurrence((Rule(Frequency.WEEKLY, by_day=tuple(Day(n) for n in range(7))),))
    assert expand.same(SEPTEMBER, DAILY, SEPTEMBER, every_day)
    assert not expand.same(SEPTEMBER, DAILY, SEPTEMBER, Recurrence((Rule(Frequency.DAILY, count=5),)))
    assert not expand.same(SEPTEMBER, DAILY, SEPTEMBER, Recurrence((Rule(Frequency.DAILY, count=90_000),)))
    assert not expand.same(CAMP, DAILY, SEPTEMBER, DAILY)


def test_a_rule_of_long_cycles_is_looked_at_for_two_of_them() -> None:
    leap = AllDay(date(2028, 2, 29), date(2028, 3, 1))
    clipped = Recurrence((Rule(Frequency.YEARLY, by_month=(2,), by_month_day=(29,), skip=Skip.BACKWARD),))
    left_out = Recurrence((Rule(Frequency.YEARLY, by_month=(2,), by_month_day=(29,)),))
    months = Recurrence((Rule(Frequency.MONTHLY, 48, by_month_day=(29,)),))
    assert not expand.same(leap, clipped, leap, left_out)
    assert expand.same(leap, months, leap, left_out)
    fortnight = Recurrence((Rule(Frequency.DAILY, 14),))
    assert not expand.same(leap, fortnight, leap, months)


def test_occurrences_are_numbered_from_one() -> None:
    repeats = text.parse(["RRULE:FREQ=MONTHLY;COUNT=3;BYMONTHDAY=2"], SEPTEMBER)
    assert expand.index(SEPTEMBER, repeats, SEPTEMBER.start) == 1
    assert expand.index(SEPTEMBER, repeats, datetime(1997, 11, 2, 14, tzinfo=UTC)) == 3
    assert expand.index(SEPTEMBER, repeats, datetime(1997, 12, 2, 14, tzinfo=UTC)) is None
    assert expand.index(SEPTEMBER, repeats, datetime(1997, 10, 2, 14, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("line", "number", "local"),
    [
        ("RRULE:FREQ=DAILY;INTERVAL=3", 1001, (2005, 11, 19, 9)),
        ("RRULE:FREQ=DAILY;COUNT=1001;INTERVAL=3", 1001, (2005, 11, 19, 9)),
        ("RRULE:FREQ=DAILY;COUNT=1000;INTERVAL=3", None, (2005, 11, 19, 9)),
        ("RRULE:FREQ=DAILY;INTERVAL=3", None, (2005, 11, 20, 9)),
        ("RRULE:FREQ=DAILY;UNTIL=20051118T000000Z;INTERVAL=3", None, (2005, 11, 19, 9)),
        ("RRULE:FREQ=DAILY", 1, (1997, 9, 2, 9)),
        ("RRULE:FREQ=DAILY", None, (1997, 9, 1, 9)),
        ("RRULE:FREQ=DAILY", None, (1999, 9, 1, 10)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", 1, (1997, 9, 4, 9)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", 2, (1997, 9, 15, 9)),
        ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TH", 53, (1998, 9, 3, 9)),
        ("RRULE:FREQ=WEEKLY", 53, (1998, 9, 1, 9)),
        ("RRULE:FREQ=WEEKLY;BYDAY=TU\nEXDATE:19970902T130000Z", 52, (1998, 9, 1, 9)),
    ],
)
def test_a_far_number_is_found(line: str, number: int | None, local: tuple[int, ...]) -> None:
    original = datetime(*local, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)  # type: ignore[arg-type,misc]
    assert expand.index(SEPTEMBER, text.parse(line.split(), SEPTEMBER), original) == number


def test_an_occurrence_that_a_gap_moved_has_its_number() -> None:
    when = timed("Europe/Berlin", 2027, 3, 27, 2, 30)
    assert expand.index(when, DAILY, datetime(2027, 3, 28, 1, 30, tzinfo=UTC)) == 2
