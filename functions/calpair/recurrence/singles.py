"""An appointment for each occurrence: what is left when no series will do. Pure."""

from datetime import datetime, timedelta
from itertools import islice

from calpair.model.rule import Original, Recurrence
from calpair.model.when import AllDay
from calpair.recurrence import expand
from calpair.recurrence.conversion import Conversion, Part, Rung
from calpair.recurrence.series import at
from calpair.recurrence.settle import MOST_SINGLES
from calpair.recurrence.target import Target

AHEAD, BEHIND = timedelta(days=731), timedelta(days=365)
"""How far ahead of its base a horizon lies, and how far behind the base an endless rule's occurrences are still made."""

MOST_WITHIN = 1100
"""Appointments a rule without an end may become: one a day, as far ahead and behind as they are made."""


def singles(target: Target, repeats: Recurrence, horizon: Original | None) -> Conversion:
    """Give them all where they are few; else those up to the horizon, from three years before it on; one at least."""
    if target.limit is None and len(target.originals) <= MOST_SINGLES:
        return Conversion(Rung.SINGLES, tuple(Part(at(target.when, each)) for each in target.originals), why="bounded")
    end = horizon if horizon is not None else _moved(target.originals[0], AHEAD)
    if isinstance(target.when, AllDay) and isinstance(end, datetime):
        end = end.date()
    elif not isinstance(target.when, AllDay) and not isinstance(end, datetime):
        end = at(target.when, end).start
    start = _moved(end, -AHEAD - BEHIND)
    found: list[Original] = []
    for original in islice(expand.originals(target.when, repeats), expand.REACH):
        if (found and original >= end) or len(found) > MOST_WITHIN:
            break
        if original >= start:
            found.append(original)
    if not found or len(found) > MOST_WITHIN:
        return Conversion(Rung.IMPOSSIBLE, losses=("rule",), why="many" if found else "past")
    return Conversion(Rung.SINGLES, tuple(Part(at(target.when, each)) for each in found), ("rule:horizon",), "horizon")


def _moved(original: Original, by: timedelta) -> Original:
    try:
        return original + by
    except OverflowError:
        return original
