"""What a conversion has to come to: the original starts a set generates, as far as it is looked at. Pure."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import islice

from calpair.model.rule import Original, Recurrence, Rule
from calpair.model.when import When
from calpair.recurrence import expand
from calpair.recurrence.span import span

WHOLE = 4000
"""Original starts of a set that ends, up to which all of them are compared."""

MOST_HOLES = 1000
"""Exceptions that are followed one by one, at most."""


@dataclass(frozen=True, slots=True)
class Target:
    """A set's original starts up to `limit`, which is the next one; None where these are all."""

    when: When
    originals: tuple[Original, ...]
    limit: Original | None
    holes: frozenset[Original]
    """What the exceptions leave out, where they end; deleting those occurrences is no detour."""
    listed: frozenset[Original]
    """What is in the set by its own date alone or beside a rule."""

    @property
    def length(self) -> timedelta:
        """How long an occurrence lasts."""
        return self.when.end - self.when.start


def target(when: When, repeats: Recurrence) -> Target:
    """Look at a set: whole if it ends soon, else for five years and two full cycles, and to its last listed date."""
    ends = all(expand.bounded(rule) for rule in repeats.rules)
    far = max((*repeats.dates, *repeats.except_dates), default=None)
    years, most = span(repeats), WHOLE if ends else expand.MOST
    found: list[Original] = []
    limit = None
    for original in islice(expand.originals(when, repeats), expand.REACH):
        done = len(found) >= most or (not ends and bool(found) and original >= expand.years_later(found[0], years))
        if done and (far is None or original > far):
            limit = original
            break
        found.append(original)
    if len(found) == expand.REACH:
        limit = found.pop()
    return Target(when, tuple(found), limit, holes(when, repeats), frozenset(repeats.dates))


def holes(when: When, repeats: Recurrence) -> frozenset[Original]:
    """Give what the exceptions that end leave out."""
    rules = tuple(rule for rule in repeats.except_rules if expand.bounded(rule))
    ruled = expand.originals(when, Recurrence(rules)) if rules else iter(())
    return frozenset(repeats.except_dates) | frozenset(islice(ruled, MOST_HOLES))


def endless(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Give the rules without their ends."""
    return tuple(replace(rule, count=None, until=None) for rule in rules)
