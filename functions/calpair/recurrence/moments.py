"""The times one rule names, on the wall clock of its series, ascending. Pure.

for moment in moments.of(rule, first): ...        # naive, from `first` on; COUNT is heeded here, UNTIL by `until`

Source: RFC 5545, 3.3.10: a period of the rule's frequency, the days in it, the times of those days, BYSETPOS among all of
these, and then only what is not before the first occurrence. A first occurrence that the rule does not name is none.
Ends at the year 9999, and where nothing was found for twice the 400 years after which the calendar repeats itself.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from calpair.model.rule import Frequency, Rule
from calpair.recurrence.days import END, WEEK, Days
from calpair.recurrence.periods import periods
from calpair.recurrence.times import PER_DAY, Steps, chosen, of_day

IDLE = 800 * 366
"""Days without an occurrence after which a rule is taken to have no more."""

LONGEST = {Frequency.DAILY: 1, Frequency.WEEKLY: 7, Frequency.MONTHLY: 31, Frequency.YEARLY: 366}
"""Days in a period, at most."""


def of(rule: Rule, first: datetime, *, skip: int = 0) -> Iterator[datetime]:
    """Give the rule's times from `first` on; `skip` periods are passed over (and then COUNT must not be)."""
    left = rule.count if rule.count is not None else -1
    previous = None
    for moment in _within_days(rule, first) if rule.frequency in PER_DAY else _by_period(rule, first, skip):
        if moment < first or moment == previous:
            continue
        if left == 0:
            return
        left -= 1
        previous = moment
        yield moment


def once_a_day(rule: Rule, first: datetime) -> bool:
    """Tell whether all of the rule's times are one time of the day."""
    return rule.frequency not in PER_DAY and len(of_day(rule, first)) == 1


def periods_before(rule: Rule, first: date, day: date) -> int:
    """Give how many periods of a daily or weekly rule are over before the one `day` is in."""
    if rule.frequency is Frequency.DAILY:
        return (day - first).days // rule.interval
    start = first.toordinal() - (first.weekday() - rule.week_start) % WEEK
    return (day.toordinal() - start) // (WEEK * rule.interval)


def _by_period(rule: Rule, first: datetime, skip: int) -> Iterator[datetime]:
    times = of_day(rule, first)
    if rule.by_position and not chosen(LONGEST[rule.frequency] * len(times), rule.by_position):
        return
    last_found = first.toordinal()
    for reached, days in periods(rule, first.date(), skip):
        if days:
            places = chosen(len(days) * len(times), rule.by_position) if rule.by_position else None
            if places != []:
                last_found = reached
                yield from _moments(days, times, places)
        if reached - last_found > IDLE:
            return


def _moments(days: Sequence[int], times: Sequence[time], places: list[int] | None) -> Iterator[datetime]:
    if places is None:
        for day in days:
            on = date.fromordinal(day)
            for at in times:
                yield datetime.combine(on, at)
        return
    for place in places:
        number, at_number = divmod(place, len(times))
        yield datetime.combine(date.fromordinal(days[number]), times[at_number])


def _within_days(rule: Rule, first: datetime) -> Iterator[datetime]:
    days, steps = Days(rule, first.date()), Steps(rule, first)
    if not steps.units or not steps.within:
        return
    start = last_found = first.toordinal()
    for day in range(start, END + 1):
        if days.has(day):
            on = date.fromordinal(day)
            for at in steps.of_day(day - start):
                last_found = day
                yield datetime.combine(on, at)
        if day - last_found > IDLE:
            return
