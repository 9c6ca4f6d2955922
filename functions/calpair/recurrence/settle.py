"""The proof: both sides expanded, and what differs deleted or added, where that is finite; or no conversion. Pure.

parts = settle(target, pieces)        # None: these pieces do not come to the target

What Exchange forbids is refused here too: an occurrence that lasts into the next one of its series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise

from calpair.model.rule import Original
from calpair.recurrence import clock
from calpair.recurrence.conversion import Part
from calpair.recurrence.laid_out import dates
from calpair.recurrence.series import at
from calpair.recurrence.shapes import MOST, NoEnd, Series
from calpair.recurrence.target import Target

MOST_DELETED = 500
MOST_SINGLES = 200


@dataclass(frozen=True, slots=True)
class Piece:
    """A series and the time of the day it has, on the wall clock; midnight for whole days."""

    series: Series
    time: time


def settle(target: Target, pieces: Sequence[Piece], *, spare: int = 0) -> tuple[Part, ...] | None:
    """Give the parts that have the target's occurrences exactly and each once, or None.

    `spare`: how many occurrences that no piece has may become singles, beside the dates the set lists.
    """
    wanted = set(target.originals)
    parts = []
    for piece in pieces:
        part = _part(target, piece, wanted)
        if part is None:
            return None
        parts.append(part)
    left = sorted(wanted)
    if (left and not parts) or len(left) > MOST_SINGLES or sum(each not in target.listed for each in left) > spare:
        return None
    return (*parts, *(Part(at(target.when, original)) for original in left))


def _part(target: Target, piece: Piece, wanted: set[Original]) -> Part | None:
    """Take from what is wanted what a piece has."""
    series = piece.series
    first = datetime.combine(series.start, piece.time)
    when = at(target.when, clock.original(target.when, first))
    endless = isinstance(series.range, NoEnd)
    if clock.wall(when) != first or (target.limit is None and endless):
        return None  # a first time that the clocks leave out: the series would keep the time after the gap
    read = clock.reader(when)
    days, found = [], []
    for day in dates(series):
        original = read(datetime.combine(day, piece.time))
        if target.limit is not None and original >= target.limit:
            break
        if endless and original not in wanted and original not in target.holes:
            return None
        days.append(day)
        found.append(original)
    cancelled = tuple(original for original in found if original not in wanted)
    beside = sum(original not in target.holes for original in cancelled)
    if not found or _overlaps(days, target.length) or len(cancelled) > MOST_DELETED:
        return None
    if beside and not _ended(series, len(found)):
        return None
    wanted.difference_update(found)
    return Part(when, series, cancelled)


def _ended(series: Series, seen: int) -> bool:
    """Tell whether these are all of its occurrences, and few enough for it to have others than the rule's."""
    return seen <= MOST and not isinstance(series.range, NoEnd) and len(list(islice(dates(series), seen + 1))) == seen


def _overlaps(days: Sequence[date], length: timedelta) -> bool:
    return any(after - before < length for before, after in pairwise(days))
