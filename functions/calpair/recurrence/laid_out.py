"""The days on which Exchange puts a series. Pure.

Worked out from the patterns themselves and not by way of a rule: what a rule is turned into is proven against these.
Source: MS-OXOCAL 2.2.1.44.1. A day that a month does not have is its last day there, which RFC 5545 would leave out.
"""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import islice, takewhile

from calpair.recurrence.shapes import (
    MEMBERS,
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    EndDate,
    Group,
    Index,
    Kind,
    Numbered,
    Pattern,
    RelativeMonthly,
    RelativeYearly,
    Series,
    Weekly,
)

Monthly = AbsoluteMonthly | RelativeMonthly | AbsoluteYearly | RelativeYearly


def dates(series: Series) -> Iterator[date]:
    """Give the days of a series, ascending, endless where it is (to the end of time)."""
    found = _pattern_dates(series.pattern, series.start)
    if isinstance(series.range, Numbered):
        return islice(found, series.range.count)
    if isinstance(series.range, EndDate):
        end = series.range.date
        return takewhile(lambda day: day <= end, found)
    return found


def _pattern_dates(pattern: Pattern, start: date) -> Iterator[date]:
    if isinstance(pattern, Daily):
        return _daily(pattern, start)
    if isinstance(pattern, Weekly):
        return _weekly(pattern, start)
    return (day for day in _monthly(pattern, start) if day >= start)


def _daily(pattern: Daily, start: date) -> Iterator[date]:
    for day in range(start.toordinal(), date.max.toordinal() + 1, pattern.interval):
        yield date.fromordinal(day)


def _weekly(pattern: Weekly, start: date) -> Iterator[date]:
    first = start.toordinal() - (start.weekday() - pattern.first_day) % 7
    offsets = sorted((day - pattern.first_day) % 7 for day in pattern.days)
    for week in range(first, date.max.toordinal() + 1, 7 * pattern.interval):
        for offset in offsets:
            if start.toordinal() <= week + offset <= date.max.toordinal():
                yield date.fromordinal(week + offset)


def _monthly(pattern: Monthly, start: date) -> Iterator[date]:
    month = pattern.month if isinstance(pattern, AbsoluteYearly | RelativeYearly) else start.month
    interval = pattern.interval if isinstance(pattern, AbsoluteMonthly | RelativeMonthly) else 12
    first = start.year * 12 + month - 1
    for number in range(first, (date.max.year + 1) * 12, interval):
        year, month = divmod(number, 12)
        if isinstance(pattern, AbsoluteMonthly | AbsoluteYearly):
            yield date(year, month + 1, min(pattern.day, monthrange(year, month + 1)[1]))
        else:
            yield counted(year, month + 1, pattern.index, pattern.days)


def counted(year: int, month: int, index: Index, days: Kind) -> date:
    """Give the first, second, ... last of those days in a month."""
    length = monthrange(year, month)[1]
    if not isinstance(days, Group):
        first = 1 + (days - date(year, month, 1).weekday()) % 7
        last = first + (length - first) // 7 * 7
        return date(year, month, last if index is Index.LAST else first + 7 * (index - 1))
    numbers = range(length, 0, -1) if index is Index.LAST else range(1, length + 1)
    members = (day for day in (date(year, month, number) for number in numbers) if day.weekday() in MEMBERS[days])
    return next(islice(members, max(0, index - 1), None))
