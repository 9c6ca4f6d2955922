"""Several Exchange series that have the times of a strand between them. Pure.

The times are grouped by something they may repeat by (the time of the day, the weekday, the month...), and every group
has to be a series of its own: the 31st is seven yearly series, 9 and 17 o'clock are two daily ones, days that last longer
than a day every second and every other one. Which grouping it is, is found by trying, the fewest series first.
"""

from calendar import monthrange
from collections.abc import Callable, Hashable, Iterator
from datetime import datetime
from itertools import pairwise

from calpair.model.rule import Frequency
from calpair.recurrence import pieces
from calpair.recurrence.settle import Piece
from calpair.recurrence.strand import Strand

MOST_PARTS = 12
"""Series a rule may become."""

Key = Callable[[int, datetime], Hashable]


def _nth(moment: datetime) -> int:
    return (moment.day - 1) // 7


def _to_end(moment: datetime) -> int:
    return monthrange(moment.year, moment.month)[1] - moment.day


def _every(step: int) -> Key:
    return lambda number, _: number % step


_WEEKDAYS: Key = lambda _, at: (at.time(), at.weekday())  # noqa: E731 - one of the table below

KEYS: tuple[tuple[str, Key], ...] = (
    ("times", lambda _, at: at.time()),
    ("weekdays", _WEEKDAYS),
    ("days", lambda _, at: (at.time(), at.day)),
    ("days", lambda _, at: (at.time(), _to_end(at))),
    ("days", lambda _, at: (at.time(), at.day if at.day <= _to_end(at) else -1 - _to_end(at))),
    ("weekdays", lambda _, at: (at.time(), _nth(at), at.weekday())),
    ("weekdays", lambda _, at: (at.time(), _to_end(at) // 7, at.weekday())),
    ("months", lambda _, at: (at.time(), at.month)),
    ("months", lambda _, at: (at.time(), at.month, at.day)),
    ("months", lambda _, at: (at.time(), at.month, _to_end(at))),
    ("months", lambda _, at: (at.time(), at.month, _nth(at), at.weekday())),
    ("months", lambda _, at: (at.time(), at.month, _to_end(at) // 7, at.weekday())),
)
"""What times may repeat by, with the word that says why a rule was split so."""

IN_TURN: tuple[tuple[str, Key], ...] = tuple(("turns", _every(step)) for step in range(2, MOST_PARTS + 1))
"""Every second, third... of them, for occurrences that last into the next one, and for what goes round in years."""


def splits(strand: Strand, room: int = MOST_PARTS) -> Iterator[tuple[str, list[Piece]]]:
    """Give ways to have a strand's times in at most `room` series, the fewest first; most of them come to nothing."""
    found = []
    long = any(after - before < strand.when.end - strand.when.start for before, after in pairwise(strand.shown))
    for order, (why, key) in enumerate((*KEYS, *(IN_TURN if long or not strand.ends else ()))):
        groups = _groups(strand, key, room)
        if groups is not None and len(groups) > 1:
            found.append((len(groups), key is _WEEKDAYS and _counts_by_months(strand), order, why, groups))
    for _, _, _, why, groups in sorted(found, key=lambda each: each[:3]):
        made = [next(pieces.equal(group), None) for group in groups]
        if all(made):
            yield why, [piece for piece in made if piece is not None]


def _counts_by_months(strand: Strand) -> bool:
    """Tell whether the rule counts by months or years: that its few dates fall on the same weekdays is chance."""
    return strand.hint is not None and strand.hint.frequency in (Frequency.MONTHLY, Frequency.YEARLY)


def _groups(strand: Strand, key: Key, room: int) -> list[Strand] | None:
    """Give the strand's times by what they share; None if there are too many kinds of it."""
    shown = _grouped(strand.shown, key, room)
    ended = _grouped(strand.ended or (), key, room)
    if shown is None or ended is None:
        return None
    if strand.ended is None:
        far = strand.far if strand.far is not None and strand.far.count is None else None
        return [
            Strand(strand.when, strand.hint, times, None, strand.ends, far)
            for times in shown.values()
            if len(times) > 1
        ]
    return [
        Strand(strand.when, strand.hint, shown.get(name, ()) if strand.open else (), times, ends=True)
        for name, times in ended.items()
        if len(times) > 1
    ]


def _grouped(times: tuple[datetime, ...], key: Key, room: int) -> dict[Hashable, tuple[datetime, ...]] | None:
    groups: dict[Hashable, list[datetime]] = {}
    for number, moment in enumerate(times):
        groups.setdefault(key(number, moment), []).append(moment)
        if len(groups) > room:
            return None
    return {name: tuple(members) for name, members in groups.items()}
