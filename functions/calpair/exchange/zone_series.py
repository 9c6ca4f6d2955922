"""A series whose zone nobody knows by name, as it repeats by the clocks it brings with it. Pure.

    when, repeats = repeating(pattern, when, rules)        # `rules` as the item defines them (`zone_told.py`)

Whether an IANA zone has the same clocks all the year round, is found out before. Here it is asked less: that one has them
whenever the series has an occurrence, so that the same rule there comes to the same instants. A series that ends before
the clocks change, or that happens in winter only, has such a zone as a rule. One whose clocks differ from every zone's by
some minutes, but never change, repeats the same by those of the next whole hour, unless it then falls on another day.
Only what is left goes by clocks of its own, which the other side has to be told occurrence by occurrence.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from calpair.exchange.zone_match import keeping
from calpair.exchange.zone_resolver import hours_from_greenwich
from calpair.exchange.zone_rules import Rules
from calpair.model import clocks
from calpair.model.rule import Recurrence
from calpair.model.when import Timed, When
from calpair.recurrence import clock, expand
from calpair.recurrence.pattern import Series, dates, to_recurrence
from calpair.recurrence.series import at

_HOUR = timedelta(hours=1)


def repeating(pattern: Series, when: When, rules: Rules | None) -> tuple[When, Recurrence]:
    """Give when the first occurrence is, and how it goes on. `rules` count where no zone is known.

    Raises ValueError, OverflowError for a pattern without an occurrence, or beyond all time.
    """
    if not isinstance(when, Timed) or when.zone or rules is None:
        return _placed(pattern, when)
    own, repeats = _placed(pattern, replace(when, zone=clocks.named(rules)))
    for name in _alike(own, repeats, rules):
        # The first occurrence is given, and the same instant in whatever zone.
        there = replace(own, zone=name) if isinstance(own, Timed) else own
        other = to_recurrence(pattern, there)
        if expand.same(own, repeats, there, other):
            return there, other
    return own, repeats


def _placed(pattern: Series, when: When) -> tuple[When, Recurrence]:
    """Put a series' first occurrence where its pattern has one, whatever day its range is said to start."""
    day = next(dates(pattern), None)
    if day is None:
        raise ValueError("a series has an occurrence")
    first = at(when, clock.original(when, datetime.combine(day, clock.wall(when).time())))
    return first, to_recurrence(pattern, first)


def _alike(when: When, repeats: Recurrence, rules: Rules) -> Iterator[str]:
    """Give the zones in which the rule may come to the same, the best first."""
    found = expand.generated(when, repeats)
    known = (*found.originals, *([found.last] if found.last else ()))
    moments = tuple((each, rules.offset(each)) for each in known if isinstance(each, datetime))
    name = keeping(moments)
    if name:
        yield name
    offsets = {offset for _, offset in moments}
    if len(offsets) == 1:
        below = min(offsets) // _HOUR
        yield from filter(None, map(hours_from_greenwich, (below, below + 1)))
