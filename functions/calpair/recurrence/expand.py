"""The dates of a series: every original start of a recurrence set, what rules are compared by, and their numbers. Pure.

for original in expand.originals(when, repeats): ...      # ascending, each once, endless where the rule is
expand.same(when, repeats, when, other)                   # rules compare by what they generate, never as text
expand.index(when, repeats, original)                     # 1 for the first: Exchange's InstanceIndex

The set is what the rules and dates give without what the exceptions give (RFC 5545, 3.8.5). A first occurrence that no
rule names is none, except where there is no rule: then it and the dates are the set.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import islice, takewhile

from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, When
from calpair.recurrence import clock, moments
from calpair.recurrence.span import span

MOST = 3000
"""Original starts kept of a set, at most."""

REACH = 20_000
"""Original starts looked through for the last one of a set that ends."""

FOREVER = 4500
"""A rule that is said to end in this year or later is taken for one that does not (Exchange knows no later end)."""

UNCHANGING = 30_000
"""Original starts looked through without one that is not excepted, before a set is taken to have no more."""


@dataclass(frozen=True, slots=True)
class Generated:
    """What a set generates: its first years, and its last original start, or None if endless or beyond reach."""

    originals: tuple[Original, ...]
    last: Original | None
    ends: bool


def originals(when: When, repeats: Recurrence) -> Iterator[Original]:
    """Give every original start of the set, ascending and each once."""
    dates = sorted({*repeats.dates, *(() if repeats.rules else (when.start,))})
    wanted = _merged([*(of_rule(when, rule) for rule in repeats.rules), dates])
    unwanted = _merged([*(of_rule(when, rule) for rule in repeats.except_rules), sorted(set(repeats.except_dates))])
    if not repeats.except_rules and not repeats.except_dates:
        return wanted
    return _without(wanted, unwanted)


def of_rule(when: When, rule: Rule) -> Iterator[Original]:
    """Give the original starts of one rule."""
    return clock.ordered(when, times(when, rule), daily=moments.once_a_day(rule, clock.wall(when)))


def times(when: When, rule: Rule, *, skip: int = 0) -> Iterator[datetime]:
    """Give the times of one rule on the wall clock; UNTIL is compared as an instant."""
    found = moments.of(rule, clock.wall(when), skip=skip)
    if rule.until is None:
        return found
    return _until(when, found, rule.until)


def _until(when: When, found: Iterator[datetime], until: Original) -> Iterator[datetime]:
    if isinstance(when, AllDay):
        day = until.date() if isinstance(until, datetime) else until
        yield from takewhile(lambda moment: moment.date() <= day, found)
        return
    instant = until if isinstance(until, datetime) else clock.day_over(when, until)
    shown = instant.replace(tzinfo=None)
    sure, over = clock.shifted(shown, -clock.FAR), clock.shifted(shown, clock.FAR)
    read = clock.reader(when)
    for moment in found:
        if moment > over:
            return
        if moment < sure or read(moment) <= instant:
            yield moment


def _merged(streams: Iterable[Iterable[Original]]) -> Iterator[Original]:
    previous = None
    for original in heapq.merge(*streams):
        if original != previous:
            yield original
        previous = original


def _without(wanted: Iterator[Original], unwanted: Iterator[Original]) -> Iterator[Original]:
    barred = next(unwanted, None)
    in_vain = 0
    for original in wanted:
        while barred is not None and barred < original:
            barred = next(unwanted, None)
        if barred == original:
            in_vain += 1
            if in_vain > UNCHANGING:
                return
            continue
        in_vain = 0
        yield original


@lru_cache(maxsize=64)
def generated(when: When, repeats: Recurrence) -> Generated:
    """Give the first five years and at least two full cycles of the rules, up to 3,000, and the last original start."""
    return upto(when, repeats, span(repeats))


def upto(when: When, repeats: Recurrence, years: int) -> Generated:
    """Give what the set generates in its first years."""
    ends = all(bounded(rule) for rule in repeats.rules)
    found: list[Original] = []
    stream = originals(when, repeats)
    limit = None
    for original in islice(stream, MOST):
        limit = limit or years_later(original, years)
        if original >= limit:
            return Generated(tuple(found), _last(original, stream) if ends else None, ends)
        found.append(original)
    last = None
    if ends and found:
        last = _last(found[-1], stream)
    return Generated(tuple(found), last, ends)


def _last(known: Original, stream: Iterator[Original]) -> Original | None:
    """Give the last of what is left, or of what is known if nothing is; None where that is beyond reach."""
    left = deque(enumerate(islice(stream, REACH), 1), maxlen=1)
    count, last = left[0] if left else (0, known)
    return last if count < REACH else None


def bounded(rule: Rule) -> bool:
    """Tell whether a rule ends within any calendar's lifetime."""
    return rule.count is not None or (rule.until is not None and rule.until.year < FOREVER)


def years_later(original: Original, years: int) -> Original:
    """Give the same time so many years later, or the end of time."""
    if original.year + years > date.max.year:
        return datetime.max.replace(tzinfo=original.tzinfo) if isinstance(original, datetime) else date.max
    return original + timedelta(days=365 * years + years // 4)


def same(when: When, repeats: Recurrence, other_when: When, other: Recurrence) -> bool:
    """Tell whether two sets have the same original starts, as far as `generated` looks at either."""
    years = max(span(repeats), span(other))
    if isinstance(when, AllDay) is not isinstance(other_when, AllDay):
        return False
    if years == span(repeats) == span(other):
        return generated(when, repeats) == generated(other_when, other)
    return upto(when, repeats, years) == upto(other_when, other, years)


def index(when: When, repeats: Recurrence, original: Original) -> int | None:
    """Give the number of an original start in the set, from 1; None if it is none of it."""
    plain = _plain(when, repeats)
    if plain is None:
        return _counted(originals(when, repeats), original, 0)
    moment, first = clock.on_wall(when, original), clock.wall(when)
    skip = max(0, moments.periods_before(plain, first.date(), moment.date()) - 1)
    endless = Rule(plain.frequency, plain.interval, until=plain.until, by_day=plain.by_day, week_start=plain.week_start)
    passed = 0
    if skip:
        each = len(plain.by_day) or 1
        late = sum(_before(day.weekday, first, plain.week_start) for day in plain.by_day)
        passed = skip * each - late
    number = _counted(clock.ordered(when, times(when, endless, skip=skip), daily=True), original, passed)
    return None if number is None or (plain.count is not None and number > plain.count) else number


def _plain(when: When, repeats: Recurrence) -> Rule | None:
    """Give the one rule of a set whose periods all hold the same number of occurrences, and can be passed over."""
    if len(repeats.rules) != 1 or repeats.dates or repeats.except_dates or repeats.except_rules:
        return None
    rule = repeats.rules[0]
    parts = rule.by_month or rule.by_month_day or rule.by_year_day or rule.by_week or rule.by_position
    if parts or not moments.once_a_day(rule, clock.wall(when)):
        return None
    weekly = rule.frequency is Frequency.WEEKLY and len({day.weekday for day in rule.by_day}) == len(rule.by_day)
    return rule if weekly or (rule.frequency is Frequency.DAILY and not rule.by_day) else None


def _before(weekday: int, first: datetime, week_start: int) -> bool:
    return (weekday - week_start) % 7 < (first.weekday() - week_start) % 7


def _counted(stream: Iterable[Original], wanted: Original, passed: int) -> int | None:
    for number, original in enumerate(stream, passed + 1):
        if original >= wanted:
            return number if original == wanted else None
    return None
