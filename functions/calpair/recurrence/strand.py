"""The times that rules of a set have on the wall clock: without their ends, and with them. Pure.

A rule is looked at twice: without its end, which shows what it is however few occurrences it has, and as it is, which
tells how many those are and which is the last.
"""

import heapq
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from calpair.model.rule import Original, Recurrence, Rule
from calpair.model.when import When
from calpair.recurrence import clock, expand
from calpair.recurrence.span import span
from calpair.recurrence.target import WHOLE, endless


@dataclass(frozen=True, slots=True)
class Strand:
    """Times of rules, ascending: `open` as if they had no end (empty where their ends differ), `ended` as they end.

    `ended` is None where that is never or far. `hint` is the rule that says what a person would mean; None for dates
    that were listed one by one. `far` is that rule where its own end tells the series' (COUNT only if nothing is barred).
    """

    when: When
    hint: Rule | None
    open: tuple[datetime, ...]
    ended: tuple[datetime, ...] | None
    ends: bool
    far: Rule | None = None

    @property
    def shown(self) -> tuple[datetime, ...]:
        """The times that show best what it is."""
        return self.open or self.ended or ()


def of_rules(when: When, rules: tuple[Rule, ...], except_rules: tuple[Rule, ...]) -> Strand:
    """Look at rules, less what exceptions without an end leave out."""
    barring = tuple(rule for rule in except_rules if not expand.bounded(rule))
    free = endless(rules)
    found: tuple[datetime, ...] = ()
    if len(rules) == 1 or rules == free:
        years = span(Recurrence(rules, except_rules))
        found = tuple(_first(_times(when, free, barring), years))
    ends = all(expand.bounded(rule) for rule in rules)
    ended: tuple[datetime, ...] | None = None
    if ends:
        looked = tuple(islice(_times(when, rules, barring), WHOLE + 1))
        ended = looked if len(looked) <= WHOLE else None
        found = found if looked else ()
    far = rules[0] if len(rules) == 1 and (rules[0].until is not None or not barring) else None
    return Strand(when, rules[0], found, ended, ends, far)


def of_dates(when: When, originals: Iterable[Original]) -> Strand:
    """Look at dates that were listed one by one."""
    return Strand(when, None, (), tuple(clock.on_wall(when, original) for original in originals), ends=True)


def _first(times: Iterable[datetime], years: int) -> Iterator[datetime]:
    limit = None
    for moment in islice(times, expand.MOST):
        limit = limit or expand.years_later(moment, years)
        if moment >= limit:
            return
        yield moment


def _times(when: When, rules: tuple[Rule, ...], barring: tuple[Rule, ...]) -> Iterator[datetime]:
    barred = expand.originals(when, Recurrence(barring)) if barring else iter(())
    ahead = next(barred, None)
    passed: set[Original] = set()
    previous, in_vain = None, 0
    read = clock.reader(when)
    for moment in heapq.merge(*(expand.times(when, rule) for rule in rules)):
        if moment == previous:
            continue
        previous = moment
        if barring:
            original = read(moment)
            while ahead is not None and ahead <= original:
                passed.add(ahead)
                ahead = next(barred, None)
            in_vain = in_vain + 1 if original in passed else 0
            if in_vain > expand.UNCHANGING:
                return
            if in_vain:
                continue
        yield moment
