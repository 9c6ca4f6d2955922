"""Which days of a year, and of each month in it, a rule's BY parts leave or make. Pure.

days = Days(rule, first)               # `first` is the day of the first occurrence: what the rule leaves open is its
days.of_year(2028)                     # {2: (59,)}: by month, as days after 1 January

Source: RFC 5545, 3.3.10 (the table of what expands and what limits); RFC 7529, 4.1, for days a month does not have.
The Gregorian calendar has few kinds of year: each is worked out once, so that a rule that never matches costs little.
Where BYWEEKNO stands without a day, the day is the first occurrence's, as it is for every other part that is missing.
"""

from calendar import isleap, monthrange
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache

from calpair.model.rule import Day, Frequency, Rule, Skip

Months = Mapping[int, tuple[int, ...]]
"""Days after 1 January by the month they belong to; with SKIP=FORWARD the last may lie in the month after."""

END = date.max.toordinal()
WEEK = 7
THURSDAY = 3


def filled(rule: Rule, first: date) -> Rule:
    """Fill in which days are meant, from the first occurrence, where the rule does not say."""
    if rule.by_day or rule.by_month_day or rule.by_year_day:
        return rule
    if rule.by_week or rule.frequency is Frequency.WEEKLY:
        return replace(rule, by_day=(Day(first.weekday()),))
    if rule.frequency is Frequency.MONTHLY:
        return replace(rule, by_month_day=(first.day,))
    if rule.frequency is Frequency.YEARLY:
        return replace(rule, by_month=rule.by_month or (first.month,), by_month_day=(first.day,))
    return rule


class Days:
    """The days of one rule, with the kinds of year met so far."""

    def __init__(self, rule: Rule, first: date) -> None:
        self.rule = filled(rule, first)
        if rule.frequency not in (Frequency.MONTHLY, Frequency.YEARLY):
            self.rule = replace(self.rule, skip=Skip.OMIT)
        self._shape = replace(self.rule, interval=1, count=None, until=None)
        self.all = not (
            self.rule.by_month
            or self.rule.by_month_day
            or self.rule.by_year_day
            or self.rule.by_week
            or self.rule.by_day
        )
        """No part names a day: every one is meant."""
        self._kinds: dict[tuple[int, bool, bool, bool], Months] = {}
        self._start = self._length = 0
        self._named: frozenset[int] = frozenset()

    def has(self, day: int) -> bool:
        """Tell whether the day with that ordinal is among them, for a rule that its parts only limit."""
        if self.all:
            return True
        if not self._start <= day < self._start + self._length:
            year = date.fromordinal(day).year
            self._start, self._length = date(year, 1, 1).toordinal(), 365 + isleap(year)
            self._named = frozenset(number for month in self.of_year(year).values() for number in month)
        return day - self._start in self._named

    def of_year(self, year: int) -> Months:
        """Give the days of a year."""
        kind = (date(year, 1, 1).weekday(), isleap(year - 1), isleap(year), isleap(year + 1))
        if kind not in self._kinds:
            self._kinds[kind] = _months(self._shape, kind)
        return self._kinds[kind]


@lru_cache(maxsize=512)
def _months(rule: Rule, kind: tuple[int, bool, bool, bool]) -> Months:
    new_year, _, leap, _ = kind
    lengths = [monthrange(2028 if leap else 2027, month)[1] for month in range(1, 13)]
    firsts = [sum(lengths[:month]) for month in range(12)]
    whole = sum(lengths)
    year_days = _year_days(rule, whole) if rule.by_year_day else None
    weeks = _in_weeks(rule, kind) if rule.by_week else None
    found: dict[int, tuple[int, ...]] = {}
    for month, (start, length) in enumerate(zip(firsts, lengths, strict=True), 1):
        if rule.by_month and month not in rule.by_month:
            continue
        days: Iterable[int] = range(start, start + length)
        if rule.by_month_day:
            days = sorted({start + day - 1 for day in _month_days(rule, length)})
        if year_days is not None:
            late = whole in year_days and month == len(lengths) and not rule.by_month_day
            days = [day for day in days if day in year_days] + [whole] * late
        if weeks is not None:
            days = [day for day in days if day in weeks]
        if rule.by_day:
            days = [day for day in days if _is_day(rule, day, new_year, (start, length), whole)]
        found[month] = tuple(days)
    return found


def _month_days(rule: Rule, length: int) -> Iterator[int]:
    """Give the days of BYMONTHDAY in a month of that length, from 1; 0 and length + 1 are its neighbours."""
    for day in rule.by_month_day:
        if abs(day) <= length:
            yield day if day > 0 else length + 1 + day
        elif rule.skip is Skip.BACKWARD:
            yield length if day > 0 else 0
        elif rule.skip is Skip.FORWARD:
            yield length + 1 if day > 0 else 1


def _year_days(rule: Rule, whole: int) -> set[int]:
    days = {day - 1 if day > 0 else whole + day for day in rule.by_year_day if abs(day) <= whole}
    if any(day > whole for day in rule.by_year_day) and rule.skip is not Skip.OMIT:
        days.add(whole - 1 if rule.skip is Skip.BACKWARD else whole)
    return days


def _in_weeks(rule: Rule, kind: tuple[int, bool, bool, bool]) -> set[int]:
    """Give the days in the weeks of BYWEEKNO: week 1 is the first with four days in the year, and weeks cross New Year."""
    new_year, before, leap, after = kind
    whole = 365 + leap
    this = _first_week(new_year, rule.week_start)
    following = whole + _first_week(new_year + whole, rule.week_start)
    previous = _first_week(new_year - 365 - before, rule.week_start) - 365 - before
    after_that = whole + 365 + after + _first_week(new_year + whole + 365 + after, rule.week_start)
    found: set[int] = set()
    for start, end in ((previous, this), (this, following), (following, after_that)):
        total = (end - start) // WEEK
        for week in rule.by_week:
            number = week - 1 if week > 0 else total + week
            if 0 <= number < total:
                found.update(range(start + number * WEEK, start + number * WEEK + WEEK))
    return found


def _first_week(new_year: int, week_start: int) -> int:
    """Give the first day of week 1, in days after 1 January, of a year that starts on that weekday."""
    gone = (new_year - week_start) % WEEK
    return -gone if gone <= THURSDAY else WEEK - gone


def _is_day(rule: Rule, day: int, new_year: int, month: tuple[int, int], whole: int) -> bool:
    weekday = (new_year + day) % WEEK
    counted = rule.frequency in (Frequency.MONTHLY, Frequency.YEARLY)
    start, length = month if rule.frequency is Frequency.MONTHLY or rule.by_month else (0, whole)
    ahead, behind = (day - start) // WEEK + 1, -((start + length - 1 - day) // WEEK + 1)
    return any(each.weekday == weekday and (not counted or each.nth in (0, ahead, behind)) for each in rule.by_day)
