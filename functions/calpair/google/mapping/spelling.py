"""Ways to say how a series repeats, for a server that does not take every rule RFC 5545 has. Pure.

    for lines in spellings(repeats, when): ...    # the first as it stands; the next where Google refuses those before

All of them have the same occurrences. What reports have Google refuse (sets with BYSETPOS, several ordinals, RSCALE,
EXRULE, a high COUNT, steps below a day) is said as another rule where there is one, or as a list of dates if it ends
soon; a day of the month without end, as that day and a list of the short months' last days of ten years. Any other
endless rule that Google refuses in every way stays refused. Sources: RFC 5545, 3.3.10; RFC 7529.
"""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from calpair.model.rule import Frequency, Recurrence, Rule, Skip
from calpair.model.when import When
from calpair.recurrence import expand, text

SHORTEST, LONGEST = 28, 31
"""Days of the shortest month and of the longest."""

MOST_DATES = 366
"""Dates that are listed in place of a rule."""

AHEAD = 10
"""Years of which short months' days are listed."""

HIGH_COUNT = 730
_DAYS = frozenset({Frequency.DAILY, Frequency.WEEKLY, Frequency.MONTHLY, Frequency.YEARLY})


def spellings(repeats: Recurrence, when: When) -> list[list[str]]:
    """Give the lines to write, in each way there is."""
    ways = (repeats, *_clipped(repeats), *_listed(repeats, when), *_beside(repeats, when))
    return [text.lines(one, when) for one in dict.fromkeys(ways)]


def _clipped(repeats: Recurrence) -> Iterator[Recurrence]:
    """Say a day of the month that short months have on their last day as a set, or with SKIP."""
    if len(repeats.rules) != 1:
        return
    (rule,) = repeats.rules
    last = max(rule.by_month_day, default=0)
    days = tuple(range(SHORTEST, last + 1))
    if rule.skip is Skip.BACKWARD and rule.by_month_day == (last,) and len(days) > 1 and not rule.by_day:
        said = {"by_month_day": (-1,)} if last == LONGEST else {"by_month_day": days, "by_position": (-1,)}
        yield replace(repeats, rules=(replace(rule, skip=Skip.OMIT, **said),))
    elif rule.by_position == (-1,) and rule.by_month_day == days and len(days) > 1 and not rule.by_day:
        yield replace(repeats, rules=(replace(rule, by_month_day=(last,), by_position=(), skip=Skip.BACKWARD),))


def _listed(repeats: Recurrence, when: When) -> Iterator[Recurrence]:
    """List the dates of a set that ends soon and has anything unusual about it."""
    if not repeats.rules or not (repeats.except_rules or any(map(_unusual, repeats.rules))):
        return
    found = expand.generated(when, repeats)
    dates = found.originals[:MOST_DATES]
    # A list of dates has the start among them, whatever it says.
    if dates[:1] == (when.start,) and dates[-1] == found.last:
        yield Recurrence(dates=dates)


def _beside(repeats: Recurrence, when: When) -> Iterator[Recurrence]:
    """Say a day of the month that short months have on their last day as that day, and those last days as dates."""
    for said in (repeats, *_clipped(repeats)):
        rule = said.rules[0] if len(said.rules) == 1 else None
        if rule is None or rule.skip is not Skip.BACKWARD or rule.count is not None or said.dates:
            continue
        plain = replace(said, rules=(replace(rule, skip=Skip.OMIT),))
        soon = islice(expand.originals(when, said), MOST_DATES)
        last = when.start.year + AHEAD
        dates = tuple(one for one in soon if one.year < last and expand.index(when, plain, one) is None)
        if dates:
            yield replace(plain, dates=dates)
        return


def _unusual(rule: Rule) -> bool:
    ordinals = sum(1 for day in rule.by_day if day.nth)
    return bool(
        rule.by_position
        or ordinals > 1
        or (ordinals and rule.by_month_day)
        or rule.skip is not Skip.OMIT
        or rule.frequency not in _DAYS
        or (rule.count or 0) > HIGH_COUNT
    )
