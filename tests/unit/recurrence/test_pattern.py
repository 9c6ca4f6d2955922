"""Exchange's patterns: which days they have, which rule they are, and what of it Google may be told instead."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from calpair.model.when import AllDay, Timed
from calpair.recurrence import expand, text
from calpair.recurrence.pattern import (
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    EndDate,
    Group,
    Index,
    NoEnd,
    Numbered,
    Pattern,
    Range,
    RelativeMonthly,
    RelativeYearly,
    Series,
    Weekly,
    dates,
    to_recurrence,
)
from calpair.recurrence.refusal import RuleError


def whole(series: Series) -> AllDay:
    return AllDay(series.start, series.start + timedelta(days=1))


def rule(pattern: Pattern, start: date, end: Range = NoEnd()) -> str:  # noqa: B008 - a value that does not change
    series = Series(pattern, start, end)
    (line,) = text.lines(to_recurrence(series, whole(series)), whole(series))
    return line.removeprefix("RRULE:")


MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("pattern", "start", "line"),
    [
        (Daily(1), MONDAY, "FREQ=DAILY"),
        (Daily(3), MONDAY, "FREQ=DAILY;INTERVAL=3"),
        (Weekly(1, (2, 0)), MONDAY, "FREQ=WEEKLY;BYDAY=MO,WE"),
        (Weekly(2, (0, 6), 6), MONDAY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"),
        (Weekly(2, (0,), 0), MONDAY, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=MO"),
        (AbsoluteMonthly(2, 28), date(2026, 11, 28), "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=28"),
        (AbsoluteMonthly(1, 31), date(2026, 10, 31), "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (AbsoluteMonthly(1, 30), MONDAY, "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
        (AbsoluteMonthly(1, 29), date(2026, 11, 29), "FREQ=MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1"),
        (AbsoluteMonthly(3, 30), date(2026, 10, 30), "FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=30"),
        (AbsoluteMonthly(24, 31), date(2026, 10, 31), "FREQ=MONTHLY;INTERVAL=24;BYMONTHDAY=31"),
        (RelativeMonthly(1, Index.SECOND, 1), date(2026, 12, 8), "FREQ=MONTHLY;BYDAY=2TU"),
        (RelativeMonthly(1, Index.LAST, 4), date(2026, 11, 27), "FREQ=MONTHLY;BYDAY=-1FR"),
        (RelativeMonthly(1, Index.THIRD, Group.DAY), date(2026, 12, 3), "FREQ=MONTHLY;BYMONTHDAY=3"),
        (RelativeMonthly(1, Index.LAST, Group.DAY), MONDAY, "FREQ=MONTHLY;BYMONTHDAY=-1"),
        (RelativeMonthly(1, Index.LAST, Group.WEEKDAY), MONDAY, "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        (RelativeMonthly(2, Index.FIRST, Group.WEEKEND_DAY), date(2026, 12, 5), "FREQ=MONTHLY;INTERVAL=2;BYDAY=SA,SU;BYSETPOS=1"),
        (AbsoluteYearly(11, 30), MONDAY, "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=30"),
        (AbsoluteYearly(11, 31), MONDAY, "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=-1"),
        (AbsoluteYearly(2, 29), date(2027, 2, 28), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"),
        (AbsoluteYearly(2, 28), date(2027, 2, 28), "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28"),
        (AbsoluteYearly(12, 31), date(2026, 12, 31), "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
        (RelativeYearly(11, Index.FOURTH, 3), date(2026, 11, 26), "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"),
        (RelativeYearly(1, Index.FIRST, Group.WEEKDAY), date(2027, 1, 1), "FREQ=YEARLY;BYMONTH=1;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1"),
    ],
)  # fmt: skip
def test_every_pattern_is_a_rule_of_the_same_days(pattern: Pattern, start: date, line: str) -> None:
    assert rule(pattern, start) == line
    series = Series(pattern, start)
    by_rule = list(islice(expand.originals(whole(series), to_recurrence(series, whole(series))), 60))
    assert by_rule == list(islice(dates(series), 60))


@pytest.mark.parametrize(
    ("pattern", "start", "days"),
    [
        (Daily(10), MONDAY, "2026-11-30 2026-12-10 2026-12-20"),
        (Weekly(2, (0, 6), 0), date(2026, 12, 6), "2026-12-06 2026-12-14 2026-12-20"),
        (Weekly(2, (0, 6), 6), date(2026, 12, 6), "2026-12-06 2026-12-07 2026-12-20"),
        (AbsoluteMonthly(1, 31), date(2027, 1, 31), "2027-01-31 2027-02-28 2027-03-31 2027-04-30"),
        (AbsoluteMonthly(1, 29), date(2028, 1, 29), "2028-01-29 2028-02-29 2028-03-29"),
        (AbsoluteMonthly(2, 15), date(2027, 1, 20), "2027-03-15 2027-05-15 2027-07-15"),
        (RelativeMonthly(1, Index.FOURTH, 0), date(2027, 2, 22), "2027-02-22 2027-03-22 2027-04-26"),
        (RelativeMonthly(1, Index.LAST, 0), date(2027, 2, 22), "2027-02-22 2027-03-29 2027-04-26"),
        (RelativeMonthly(1, Index.SECOND, Group.DAY), date(2027, 2, 2), "2027-02-02 2027-03-02 2027-04-02"),
        (RelativeMonthly(1, Index.FIRST, Group.WEEKDAY), date(2027, 4, 1), "2027-04-01 2027-05-03 2027-06-01"),
        (RelativeMonthly(1, Index.LAST, Group.WEEKDAY), date(2027, 4, 30), "2027-04-30 2027-05-31 2027-06-30"),
        (RelativeMonthly(1, Index.SECOND, Group.WEEKEND_DAY), date(2027, 4, 4), "2027-04-04 2027-05-02 2027-06-06"),
        (AbsoluteYearly(2, 31), date(2027, 2, 28), "2027-02-28 2028-02-29 2029-02-28"),
        (RelativeYearly(3, Index.LAST, 6), date(2027, 3, 28), "2027-03-28 2028-03-26 2029-03-25"),
    ],
)
def test_the_days_of_a_pattern(pattern: Pattern, start: date, days: str) -> None:
    assert " ".join(str(day) for day in islice(dates(Series(pattern, start)), len(days.split()))) == days


def test_a_number_stays_a_number() -> None:
    assert rule(Daily(1), MONDAY, Numbered(10)) == "FREQ=DAILY;COUNT=10"
    assert list(dates(Series(Daily(1), MONDAY, Numbered(2)))) == [MONDAY, date(2026, 12, 1)]


def test_an_end_date_becomes_the_last_occurrence() -> None:
    assert rule(Weekly(1, (0,)), MONDAY, EndDate(date(2026, 12, 13))) == "FREQ=WEEKLY;UNTIL=20261207;BYDAY=MO"
    assert rule(Weekly(1, (0,)), MONDAY, EndDate(date(2026, 12, 14))) == "FREQ=WEEKLY;UNTIL=20261214;BYDAY=MO"


def test_the_end_of_a_timed_series_is_its_last_start_in_utc_of_the_day_it_has_in_its_own_zone() -> None:
    start = datetime(2026, 11, 30, 20, tzinfo=ZoneInfo("Pacific/Honolulu"))
    when = Timed(start, start + timedelta(hours=1), "Pacific/Honolulu")
    repeats = to_recurrence(Series(Daily(1), MONDAY, EndDate(date(2026, 12, 2))), when)
    assert text.lines(repeats, when) == ["RRULE:FREQ=DAILY;UNTIL=20261203T060000Z"]
    assert len(list(expand.originals(when, repeats))) == 3
    auckland = datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("Pacific/Auckland"))
    when = Timed(auckland, auckland + timedelta(hours=1), "Pacific/Auckland")
    repeats = to_recurrence(Series(Daily(1), MONDAY, EndDate(date(2026, 12, 2))), when)
    assert text.lines(repeats, when) == ["RRULE:FREQ=DAILY;UNTIL=20261201T200000Z"]


def test_a_far_end_stands_for_itself() -> None:
    assert rule(Daily(1), MONDAY, EndDate(date(4500, 8, 31))) == "FREQ=DAILY;UNTIL=45000831"


def test_a_series_without_an_occurrence_is_no_rule() -> None:
    with pytest.raises(RuleError, match="no occurrence"):
        rule(Daily(1), MONDAY, EndDate(date(2026, 11, 29)))


@pytest.mark.parametrize(
    "build",
    [
        lambda: Daily(0),
        lambda: Daily(1000),
        lambda: Weekly(100, (0,)),
        lambda: Weekly(1, ()),
        lambda: Weekly(1, (7,)),
        lambda: Weekly(1, (0,), 7),
        lambda: AbsoluteMonthly(100, 1),
        lambda: AbsoluteMonthly(1, 32),
        lambda: RelativeMonthly(1, Index.FIRST, 7),
        lambda: RelativeMonthly(0, Index.FIRST, 1),
        lambda: AbsoluteYearly(13, 1),
        lambda: AbsoluteYearly(1, 0),
        lambda: RelativeYearly(0, Index.FIRST, 1),
        lambda: RelativeYearly(1, Index.FIRST, -1),
        lambda: Numbered(0),
        lambda: Numbered(1000),
        lambda: EndDate(date(4500, 9, 1)),
        lambda: EndDate(datetime(2026, 11, 30, tzinfo=UTC)),
    ],
)
def test_what_exchange_refuses_cannot_be_built(build: object) -> None:
    assert callable(build)
    with pytest.raises(RuleError):
        build()


def test_the_last_day_of_all_ends_every_pattern() -> None:
    start = date(9999, 12, 20)
    assert len(list(dates(Series(Daily(1), start)))) == 12
    assert len(list(dates(Series(Weekly(1, (0, 6)), start)))) == 3
    assert len(list(dates(Series(AbsoluteMonthly(1, 31), start)))) == 1
