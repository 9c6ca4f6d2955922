"""Which of Exchange's patterns a list of days may be: guessed from the days themselves. Pure.

for pattern in guesses(days, hint): ...     # the likeliest first; each is a guess, to be proven or dropped
for pattern in equal(days, hint): ...       # those that have exactly these days, from the first of them on

So DAILY with five weekdays, MONTHLY with the weekday between the 8th and the 14th and YEARLY in four months are known
for what they are, however they are written. `hint` is the rule the days come from: where several patterns have the same
days it says which of them a person would mean.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import reduce
from itertools import islice, pairwise
from math import gcd

from calpair.model.rule import Frequency, Rule, Skip
from calpair.recurrence.laid_out import counted, dates
from calpair.recurrence.shapes import (
    LONGEST,
    LONGEST_DAILY,
    MEMBERS,
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    Group,
    Index,
    Kind,
    Pattern,
    RelativeMonthly,
    RelativeYearly,
    Series,
    Weekly,
)

YEAR = 12


def equal(days: Sequence[date], hint: Rule | None) -> Iterator[Pattern]:
    """Give the patterns that begin with exactly these days, which are ascending and each there once."""
    for pattern in guesses(days, hint):
        if list(islice(dates(Series(pattern, days[0])), len(days))) == list(days):
            yield pattern


def guesses(days: Sequence[date], hint: Rule | None) -> Iterator[Pattern]:
    """Give patterns that may have these days, or these among others."""
    monthly = (_relative, _absolute) if hint is not None and hint.by_day else (_absolute, _relative)
    order = {
        Frequency.WEEKLY: (_weekly, _daily, *monthly),
        Frequency.MONTHLY: (*monthly, _weekly, _daily),
        Frequency.YEARLY: (*monthly, _weekly, _daily),
    }
    by_day = (_daily, _weekly, *monthly)
    if len({day.weekday() for day in days}) == 1 < len(days) and not _plainly_daily(hint):
        by_day = (_weekly, _daily, *monthly)
    for guess in order.get(hint.frequency, by_day) if hint is not None else by_day:
        yield from guess(days, hint)


def _plainly_daily(hint: Rule | None) -> bool:
    return hint is not None and hint.frequency is Frequency.DAILY and not hint.by_day


def _step(numbers: Sequence[int], alone: int) -> int:
    """Give the interval that leads through all of these; `alone` where there is but one."""
    return reduce(gcd, (after - before for before, after in pairwise(numbers)), 0) or alone


def _daily(days: Sequence[date], hint: Rule | None) -> Iterator[Pattern]:
    alone = hint.interval if hint is not None and hint.frequency is Frequency.DAILY else 1
    interval = _step([day.toordinal() for day in days], alone)
    if interval <= LONGEST_DAILY:
        yield Daily(interval)


def _weekly(days: Sequence[date], hint: Rule | None) -> Iterator[Pattern]:
    first_day = hint.week_start if hint is not None else 0
    alone = hint.interval if hint is not None and hint.frequency is Frequency.WEEKLY else 1
    weekdays = tuple({day.weekday() for day in days})
    if hint is None and len(days) < 2 * len(weekdays):
        return
    for start in sorted(range(7), key=lambda day: day != first_day):
        interval = _step([(day.toordinal() - 1 - start) // 7 for day in days], alone)
        if interval <= LONGEST:
            yield Weekly(interval, weekdays, start)
        if interval == 1 or len(weekdays) == 1:
            return


def _interval(days: Sequence[date], hint: Rule | None) -> int | None:
    """Give the interval in months; None where there are two days in one, or Exchange cannot count as far."""
    numbers = [day.year * 12 + day.month for day in days]
    if any(before == after for before, after in pairwise(numbers)):
        return None
    alone = 1
    if hint is not None and hint.frequency in (Frequency.MONTHLY, Frequency.YEARLY):
        alone = hint.interval * (YEAR if hint.frequency is Frequency.YEARLY else 1)
    interval = _step(numbers, alone)
    return interval if interval <= LONGEST else None


def _yearly(interval: int, hint: Rule | None) -> bool:
    told = hint is not None and hint.frequency is Frequency.MONTHLY and hint.interval == YEAR
    return interval == YEAR and not told


def _absolute(days: Sequence[date], hint: Rule | None) -> Iterator[Pattern]:
    interval = _interval(days, hint)
    if interval is None:
        return
    greatest = max(day.day for day in days)
    for day in dict.fromkeys((_meant(hint, greatest), greatest)):
        yield AbsoluteYearly(days[0].month, day) if _yearly(interval, hint) else AbsoluteMonthly(interval, day)


def _meant(hint: Rule | None, greatest: int) -> int:
    """Give the day a rule means that clips: 31 where it says the last."""
    if hint is None or hint.by_day:
        return greatest
    if hint.by_month_day == (-1,):
        return 31
    clips = hint.skip is Skip.BACKWARD or hint.by_position == (-1,)
    return max(hint.by_month_day) if clips and hint.by_month_day and max(hint.by_month_day) > 0 else greatest


def _relative(days: Sequence[date], hint: Rule | None) -> Iterator[Pattern]:
    interval = _interval(days, hint)
    if interval is None:
        return
    for index, kind in _places(days[0], hint):
        if all(counted(day.year, day.month, index, kind) == day for day in days):
            if _yearly(interval, hint):
                yield RelativeYearly(days[0].month, index, kind)
            else:
                yield RelativeMonthly(interval, index, kind)


def _places(day: date, hint: Rule | None) -> Iterator[tuple[Index, Kind]]:
    """Give what a day is in its month: the second Tuesday, the last weekday; as the rule counts, first."""
    backward = hint is not None and (any(each.nth < 0 for each in hint.by_day) or min(hint.by_position, default=1) < 0)
    found: list[tuple[Index, Kind]] = []
    kinds: tuple[Kind, ...] = (day.weekday(), Group.WEEKDAY, Group.WEEKEND_DAY, Group.DAY)
    for kind in kinds:
        if isinstance(kind, Group) and day.weekday() not in MEMBERS[kind]:
            continue
        found += [(index, kind) for index in Index if counted(day.year, day.month, index, kind) == day]
    return iter(sorted(found, key=lambda place: (place[0] is Index.LAST) is not backward))
