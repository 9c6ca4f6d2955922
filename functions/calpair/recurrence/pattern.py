"""Exchange's patterns and the rules they are: always expressible, RFC 5545 says more. Pure.

series = Series(Weekly(2, (0, 2), first_day=0), start=date(2026, 11, 30), range=Numbered(10))
for day in dates(series): ...                         # the days Exchange puts it on
repeats = to_recurrence(series, when)                 # the same as a rule; `when` is the first occurrence

The one trap: Exchange moves a day that a month does not have to its last day, a rule leaves it out.
"""

from dataclasses import replace
from datetime import date, datetime
from itertools import islice

from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import When
from calpair.recurrence import clock
from calpair.recurrence.laid_out import dates
from calpair.recurrence.refusal import RuleError
from calpair.recurrence.shapes import (
    MEMBERS,
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    EndDate,
    Group,
    Index,
    Kind,
    NoEnd,
    Numbered,
    Pattern,
    Range,
    RelativeMonthly,
    RelativeYearly,
    Series,
    Weekly,
)

__all__ = [
    "AbsoluteMonthly",
    "AbsoluteYearly",
    "Daily",
    "EndDate",
    "Group",
    "Index",
    "Kind",
    "NoEnd",
    "Numbered",
    "Pattern",
    "Range",
    "RelativeMonthly",
    "RelativeYearly",
    "Series",
    "Weekly",
    "dates",
    "to_recurrence",
]

LENGTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SHORTEST, LEAP_DAY = 28, 29

REACH = 3000
"""Occurrences looked through for the last one up to an end date; a farther end stands for itself."""


def to_recurrence(series: Series, when: When) -> Recurrence:
    """Give the rule of a series; RuleError if it has no occurrence."""
    rule = _rule(series.pattern, series.start)
    if isinstance(series.range, Numbered):
        rule = replace(rule, count=series.range.count)
    elif isinstance(series.range, EndDate):
        rule = replace(rule, until=_original(when, _last(series, series.range.date)))
    return Recurrence((rule,))


def _rule(pattern: Pattern, start: date) -> Rule:
    if isinstance(pattern, Daily):
        return Rule(Frequency.DAILY, pattern.interval)
    if isinstance(pattern, Weekly):
        days = tuple(Day(day) for day in pattern.days)
        return Rule(Frequency.WEEKLY, pattern.interval, by_day=days, week_start=pattern.first_day)
    if isinstance(pattern, AbsoluteMonthly):
        return _absolute(Rule(Frequency.MONTHLY, pattern.interval), pattern.day, start.month)
    if isinstance(pattern, AbsoluteYearly):
        yearly = Rule(Frequency.YEARLY, by_month=(pattern.month,))
        return _absolute(yearly, pattern.day, pattern.month)
    if isinstance(pattern, RelativeMonthly):
        return _relative(Rule(Frequency.MONTHLY, pattern.interval), pattern.index, pattern.days)
    return _relative(Rule(Frequency.YEARLY, by_month=(pattern.month,)), pattern.index, pattern.days)


def _absolute(rule: Rule, day: int, month: int) -> Rule:
    """Say a day of the month so that short months have it on their last day."""
    step = 12 if rule.frequency is Frequency.YEARLY else rule.interval
    shortest, longest = _lengths(month, step)
    if day <= shortest:
        return replace(rule, by_month_day=(day,))
    if day >= longest:
        return replace(rule, by_month_day=(-1,))
    return replace(rule, by_month_day=tuple(range(SHORTEST, day + 1)), by_position=(-1,))


def _lengths(month: int, step: int) -> tuple[int, int]:
    """Give the lengths of the shortest and the longest of the months that steps from one lead to."""
    met = {(month - 1 + number * step) % 12 for number in range(12)}
    return min(LENGTHS[each] for each in met), max(LEAP_DAY if each == 1 else LENGTHS[each] for each in met)


def _relative(rule: Rule, index: Index, days: Kind) -> Rule:
    if days is Group.DAY:
        return replace(rule, by_month_day=(int(index),))
    if isinstance(days, Group):
        return replace(rule, by_day=tuple(Day(day) for day in sorted(MEMBERS[days])), by_position=(int(index),))
    return replace(rule, by_day=(Day(days, int(index)),))


def _last(series: Series, end: date) -> date:
    """Give the last day of a series that ends by date, or its end where that is far."""
    found = list(islice(dates(series), REACH))
    if not found:
        raise RuleError("no occurrence")
    return found[-1] if len(found) < REACH else end


def _original(when: When, day: date) -> Original:
    return clock.original(when, datetime.combine(day, clock.wall(when).time()))
