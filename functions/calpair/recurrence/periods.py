"""A rule's periods (days, weeks, months, years), and the days it names in each. Pure.

Days are ordinals: `date.fromordinal(day)`.
"""

from collections.abc import Iterator, Sequence
from datetime import MAXYEAR, date

from calpair.model.rule import Frequency, Rule
from calpair.recurrence.days import END, WEEK, Days

Period = tuple[int, Sequence[int]]
"""A day in the period, and the days that the rule names there, ascending."""


def periods(rule: Rule, first: date, skip: int) -> Iterator[Period]:
    """Give every period from the one of the first occurrence on, to the end of time, without the first `skip`."""
    days = Days(rule, first)
    if rule.frequency is Frequency.DAILY:
        return _days(days, first.toordinal() + skip * rule.interval)
    if rule.frequency is Frequency.WEEKLY:
        start = first.toordinal() - (first.weekday() - rule.week_start) % WEEK
        return _weeks(days, start + skip * WEEK * rule.interval)
    if rule.frequency is Frequency.MONTHLY:
        return _months(days, first.year * 12 + first.month - 1 + skip * rule.interval)
    return _years(days, first.year + skip * rule.interval)


def _days(days: Days, start: int) -> Iterator[Period]:
    for day in range(start, END + 1, days.rule.interval):
        yield day, (day,) if days.has(day) else ()


def _weeks(days: Days, start: int) -> Iterator[Period]:
    for week in range(start, END + 1, WEEK * days.rule.interval):
        yield week, [day for day in range(max(week, 1), min(week + WEEK, END + 1)) if days.has(day)]


def _months(days: Days, start: int) -> Iterator[Period]:
    for number in range(start, (MAXYEAR + 1) * 12, days.rule.interval):
        year, month = divmod(number, 12)
        origin = date(year, 1, 1).toordinal()
        yield origin, [origin + day for day in days.of_year(year).get(month + 1, ())]


def _years(days: Days, start: int) -> Iterator[Period]:
    for year in range(start, MAXYEAR + 1, days.rule.interval):
        origin = date(year, 1, 1).toordinal()
        yield origin, sorted({origin + day for month in days.of_year(year).values() for day in month})
