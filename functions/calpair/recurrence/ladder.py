"""What a recurrence set becomes on Exchange: one series if it can be, else as little less as possible. Pure.

conversion = ladder.convert(when, repeats, horizon=now + two years)
conversion.rung                 # EQUAL, SUPERSET, SPLIT, SINGLES or IMPOSSIBLE
for part in conversion.parts:   # a series with the occurrences to delete from it, or a single appointment

1. One series with the same occurrences, whatever the rule is called; 2. where there is an end, one with more of them, and
the rest deleted, unless that is many and a few series have the dates exactly; 3. up to twelve series that have them between them; 4. an appointment for each, up to a horizon where
there is no end. Candidates are guessed from the dates the set generates, and every one is proven by expanding it
(`recurrence/settle.py`): five years and two full cycles of the rule, or all there is. One that fails falls to the next.
"""

from collections.abc import Iterator
from functools import lru_cache

from calpair.model.rule import Original, Recurrence
from calpair.model.when import When
from calpair.recurrence import pieces
from calpair.recurrence.conversion import Conversion, Part, Rung
from calpair.recurrence.settle import Piece, settle
from calpair.recurrence.singles import singles
from calpair.recurrence.split import MOST_PARTS, splits
from calpair.recurrence.strand import of_dates, of_rules
from calpair.recurrence.target import Target, target

__all__ = ["Conversion", "Part", "Rung", "convert"]

WORTH = 4
"""Deletions for each occurrence, up to which one series is better than many."""

FEW_PARTS = 4
"""Series that have the dates exactly, up to which they are better than one where more than a third is deleted."""

FEWEST_DATES = 3
"""Dates listed one by one that are taken for a series if they look like one."""


@lru_cache(maxsize=32)
def convert(when: When, repeats: Recurrence, *, horizon: Original | None = None) -> Conversion:
    """Turn a set whose first occurrence is at `when` into parts; `horizon` ends what singles are made of endless ones."""
    goal = target(when, repeats)
    if not goal.originals:
        return Conversion(Rung.IMPOSSIBLE, losses=("rule",), why="empty")
    for why, made, spare in _candidates(goal, repeats):
        parts = settle(goal, made, spare=spare)
        if parts is not None:
            return Conversion(_rung(goal, parts), parts, why=why)
    return singles(goal, repeats, horizon)


def _rung(goal: Target, parts: tuple[Part, ...]) -> Rung:
    if len(parts) > 1:
        return Rung.SPLIT
    return Rung.EQUAL if goal.holes.issuperset(parts[0].cancelled) else Rung.SUPERSET


def _candidates(goal: Target, repeats: Recurrence) -> Iterator[tuple[str, list[Piece], int]]:
    """Give what may do, the best first: why, the series, and how many occurrences may be left over for singles."""
    if not repeats.rules:
        if goal.limit is None and len(goal.originals) >= FEWEST_DATES:
            for piece in pieces.equal(of_dates(goal.when, goal.originals)):
                yield "dates", [piece], 0
        return
    whole = of_rules(goal.when, repeats.rules, repeats.except_rules)
    for piece in pieces.equal(whole):
        yield "dates" if repeats.dates else "equal", [piece], 0
    yield from (("rules", made, 0) for made in _by_rule(goal, repeats))
    covers = pieces.covers(whole)
    few, worth = len(goal.originals) // 2, WORTH * len(goal.originals)
    yield from (("deletions", [piece], 0) for beside, piece in covers if beside <= few)
    if any(few < beside <= worth for beside, _ in covers):
        # A person can read two monthly series, and not a weekly one with half of its dates crossed out.
        yield from ((why, made, 0) for why, made in splits(whole, FEW_PARTS))
        yield from (("deletions", [piece], 0) for beside, piece in covers if few < beside <= worth)
    found = list(splits(whole))
    yield from ((why, made, 0) for why, made in found)
    if goal.limit is None:
        yield from ((why, made, MOST_PARTS - len(made)) for why, made in found)


def _by_rule(goal: Target, repeats: Recurrence) -> Iterator[list[Piece]]:
    """Give the series of each rule side by side, if every rule has some."""
    if not 1 < len(repeats.rules) <= MOST_PARTS:
        return
    made: list[Piece] = []
    for rule in dict.fromkeys(repeats.rules):
        strand = of_rules(goal.when, (rule,), repeats.except_rules)
        if strand.shown:
            alone = next(pieces.equal(strand), None)
            found = [alone] if alone is not None else next((made for _, made in splits(strand)), None)
            if found is None:
                return
            made += found
    if len(made) <= MOST_PARTS:
        yield made
