"""The patterns of Exchange, expanded: dates worked out by hand, and, at random, the same by dateutil's RRULE.

Sources: MS-OXOCAL 2.2.1.44.1; facts 2.6, and 4 of the page on Google for what equals which rule.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from simulators.exchange.pattern import WEEK, Pattern, dates, first, last, nth, starts

BERLIN = ZoneInfo("Europe/Berlin")
rrule: Any = import_module("dateutil.rrule")


def _days(pattern: Pattern, count: int = 5) -> list[str]:
    return [day.isoformat() for day in islice(dates(pattern), count)]


def _of(kind: str, start: str, **more: Any) -> Pattern:
    return Pattern(kind, date.fromisoformat(start), **more)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (_of("Daily", "2026-02-27", interval=2), ["2026-02-27", "2026-03-01", "2026-03-03"]),
        (_of("Weekly", "2026-11-03", days=("Thursday", "Tuesday")), ["2026-11-03", "2026-11-05", "2026-11-10"]),
        (_of("AbsoluteMonthly", "2027-12-31", day=31), ["2027-12-31", "2028-01-31", "2028-02-29", "2028-03-31"]),
        (_of("AbsoluteMonthly", "2026-01-30", day=30), ["2026-01-30", "2026-02-28", "2026-03-30"]),
        (_of("AbsoluteMonthly", "2026-01-30", day=30, interval=13), ["2026-01-30", "2027-02-28", "2028-03-30"]),
        (
            _of("RelativeMonthly", "2026-11-01", days=("Tuesday",), index="Fourth"),
            ["2026-11-24", "2026-12-22", "2027-01-26"],
        ),
        (
            _of("RelativeMonthly", "2026-11-01", days=("Friday",), index="Last", interval=3),
            ["2026-11-27", "2027-02-26", "2027-05-28"],
        ),
        (_of("RelativeMonthly", "2026-01-01", days=("Day",), index="Last"), ["2026-01-31", "2026-02-28", "2026-03-31"]),
        (
            _of("RelativeMonthly", "2026-08-01", days=("Weekday",), index="First"),
            ["2026-08-03", "2026-09-01", "2026-10-01"],
        ),
        (
            _of("RelativeMonthly", "2026-08-01", days=("WeekendDay",), index="Second"),
            ["2026-08-02", "2026-09-06", "2026-10-04"],
        ),
        (_of("AbsoluteYearly", "2026-01-01", month=2, day=29), ["2026-02-28", "2027-02-28", "2028-02-29"]),
        (_of("AbsoluteYearly", "2026-01-01", month=4, day=31), ["2026-04-30", "2027-04-30"]),
        (
            _of("RelativeYearly", "2026-01-01", month=11, days=("Thursday",), index="Fourth"),
            ["2026-11-26", "2027-11-25", "2028-11-23"],
        ),
    ],
)
def test_each_pattern_gives_its_dates(pattern: Pattern, expected: list[str]) -> None:
    """Facts 2.6; a day the month does not have is its last."""
    assert _days(pattern, len(expected)) == expected


def test_the_first_day_of_the_week_decides_which_weeks_count() -> None:
    """MS-OXOCAL 2.2.1.44.1: every other week on Sunday and Monday, from Monday, 2 November 2026; Sunday by default."""
    days = {"days": ("Sunday", "Monday"), "interval": 2}
    assert _days(_of("Weekly", "2026-11-02", **days), 4) == ["2026-11-02", "2026-11-15", "2026-11-16", "2026-11-29"]
    monday = _of("Weekly", "2026-11-02", first_day="Monday", **days)
    assert _days(monday, 4) == ["2026-11-02", "2026-11-08", "2026-11-16", "2026-11-22"]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (_of("Weekly", "2026-11-04", days=("Tuesday",)), "2026-11-10"),
        (_of("Weekly", "2026-11-04", days=("Tuesday",), interval=2), "2026-11-17"),
        (_of("AbsoluteMonthly", "2026-11-15", day=10, interval=2), "2027-01-10"),
        (_of("RelativeMonthly", "2026-11-15", days=("Monday",), index="First"), "2026-12-07"),
        (_of("AbsoluteYearly", "2026-11-15", month=3, day=1), "2027-03-01"),
        (_of("AbsoluteYearly", "2026-03-01", month=3, day=1), "2026-03-01"),
    ],
)
def test_a_start_the_pattern_does_not_give_only_says_where_counting_begins(pattern: Pattern, expected: str) -> None:
    """A judgement: the first occurrence is the first date of the pattern on or after the range's start."""
    assert str(first(pattern)) == expected


def test_ranges_end_on_a_date_after_a_number_or_never() -> None:
    """EndDateRecurrence includes its date; a number counts what the pattern gives."""
    until = _of("Daily", "2026-11-03", until=date(2026, 11, 5))
    assert _days(until) == ["2026-11-03", "2026-11-04", "2026-11-05"]
    assert (first(until), last(until)) == (date(2026, 11, 3), date(2026, 11, 5))
    clipped = _of("AbsoluteMonthly", "2026-01-31", day=31, number=3)
    assert _days(clipped) == ["2026-01-31", "2026-02-28", "2026-03-31"]
    assert [nth(clipped, place) for place in (0, 1, 3, 4)] == [None, date(2026, 1, 31), date(2026, 3, 31), None]
    endless = _of("Daily", "2026-11-03")
    assert (endless.ends, last(endless)) == (False, None)
    assert first(_of("Weekly", "2026-11-04", days=("Tuesday",), until=date(2026, 11, 9))) is None


def test_nothing_happens_from_september_4500_on() -> None:
    """Facts 2.6."""
    assert _days(_of("Daily", "4500-08-30")) == ["4500-08-30", "4500-08-31"]
    assert _days(_of("AbsoluteMonthly", "4500-07-31", day=31, interval=99)) == ["4500-07-31"]
    assert len(list(dates(_of("Weekly", "4500-08-01", days=WEEK)))) == 31


def test_the_wall_clock_stays_when_the_clocks_are_turned() -> None:
    """Facts 5 of the page on Google: the gap takes the offset from before it, a repeated hour is the first."""
    spring = _of("Daily", "2027-03-27", number=3)
    assert list(starts(spring, time(2, 30), BERLIN)) == [
        datetime(2027, 3, 27, 1, 30, tzinfo=UTC),
        datetime(2027, 3, 28, 1, 30, tzinfo=UTC),  # 02:30 at +01:00, which the clocks show as 03:30
        datetime(2027, 3, 29, 0, 30, tzinfo=UTC),
    ]
    autumn = _of("Daily", "2027-10-31", number=2)
    assert list(starts(autumn, time(2, 30), BERLIN)) == [
        datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
        datetime(2027, 11, 1, 1, 30, tzinfo=UTC),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "Hourly"},
        {"kind": "Daily", "interval": 1000},
        {"kind": "Weekly", "days": ("Monday",), "interval": 100},
        {"kind": "Weekly"},
        {"kind": "Weekly", "days": ("Day",)},
        {"kind": "Weekly", "days": ("Monday",), "first_day": "Day"},
        {"kind": "AbsoluteMonthly", "day": 32},
        {"kind": "AbsoluteMonthly", "day": 0},
        {"kind": "AbsoluteYearly", "day": 1, "month": 13},
        {"kind": "AbsoluteYearly", "day": 1, "month": 1, "interval": 2},
        {"kind": "RelativeMonthly", "days": ("Monday",), "index": "Fifth"},
        {"kind": "RelativeMonthly", "days": ("Monday", "Tuesday"), "index": "First"},
        {"kind": "Daily", "number": 1000},
        {"kind": "Daily", "number": 0},
        {"kind": "Daily", "number": 2, "until": date(2026, 12, 1)},
        {"kind": "Daily", "days": ("Monday",)},
    ],
)
def test_a_pattern_no_server_has_cannot_be_built(wrong: dict[str, Any]) -> None:
    """Facts 2.6: the limits."""
    with pytest.raises(ValueError, match=r"."):
        Pattern(start=date(2026, 11, 3), **wrong)


def _twin(dice: random.Random) -> tuple[Pattern, Any]:
    """A pattern, and the rule that equals it (facts 4.1 of the page on Google)."""
    start = date(2020, 1, 1) + timedelta(days=dice.randrange(4000))
    kind = dice.choice(("Daily", "Weekly", "AbsoluteMonthly", "RelativeMonthly", "AbsoluteYearly", "RelativeYearly"))
    interval = 1 if kind.endswith("Yearly") else dice.choice((1, 1, 2, 3, 12, 17))
    more: dict[str, Any] = {"interval": interval}
    rule: dict[str, Any] = {"interval": interval, "dtstart": datetime.combine(start, time())}
    if kind == "Daily":
        return Pattern(kind, start, **more), rrule.rrule(rrule.DAILY, **rule)
    if kind == "Weekly":
        days = dice.sample(range(7), dice.randint(1, 7))
        begins = dice.randrange(7)
        pattern = Pattern(kind, start, days=tuple(WEEK[day] for day in days), first_day=WEEK[begins], **more)
        return pattern, rrule.rrule(rrule.WEEKLY, byweekday=days, wkst=begins, **rule)
    if kind.endswith("Yearly"):
        more["month"] = rule["bymonth"] = dice.randint(1, 12)
    every = rrule.YEARLY if kind.endswith("Yearly") else rrule.MONTHLY
    if kind.startswith("Absolute"):
        day = dice.randint(1, 31)
        monthdays = {"bymonthday": list(range(min(28, day), day + 1)), "bysetpos": -1}
        return Pattern(kind, start, day=day, **more), rrule.rrule(every, **monthdays, **rule)
    place = dice.randrange(5)
    index, position = ("First", "Second", "Third", "Fourth", "Last")[place], (1, 2, 3, 4, -1)[place]
    groups = {"Day": range(7), "Weekday": range(5), "WeekendDay": (5, 6)}
    one = dice.choice((*WEEK, *groups))
    weekdays = list(groups[one]) if one in groups else [WEEK.index(one)]
    return Pattern(kind, start, days=(one,), index=index, **more), rrule.rrule(
        every, byweekday=weekdays, bysetpos=position, **rule
    )


@pytest.mark.parametrize("seed", range(8))
def test_dateutil_finds_the_same_dates_by_the_rule_that_is_equal(seed: int) -> None:
    """Facts 4.1 of the page on Google."""
    dice = random.Random(seed)  # noqa: S311 - chance by a seed
    for _ in range(50):
        pattern, rule = _twin(dice)
        assert list(islice(dates(pattern), 40)) == [each.date() for each in islice(rule, 40)], pattern
