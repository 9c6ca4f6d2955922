"""The guards: lease, breaker, oscillation, and how long a parked event rests. Pure; the walk acts on what they say."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from calpair.model.side import Side
from calpair.sync.cursors import Lease

LEASE = timedelta(minutes=10)
"""How long one machine's run may hold a pair; a lease whose process is gone is void at once.

Where nobody can tell whether a process lives, a lease is as long as a function may run, and a call beyond.
"""

CONFIRM_AFTER = timedelta(minutes=10)
"""An item not found is believed gone only when it is still not found this much later (G4)."""

_WINDOW = timedelta(hours=24)
_ALWAYS_ALLOWED = 10
_SHARE = 0.2
_FEW = 5
_FLIP_WINDOW = timedelta(hours=1)
_FLIPS = 3
_VALUES = 2
_KEPT = 24
_RESTS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=3),
    timedelta(hours=12),
)


def is_held(lease: Lease | None, now: datetime, alive: Callable[[str], bool]) -> bool:
    """Tell whether somebody else is at work: the lease has not run out and its process still lives."""
    return lease is not None and lease.until > now and alive(lease.holder)


def recent(deletions: Sequence[datetime], now: datetime) -> tuple[datetime, ...]:
    """Keep the deletions of the last 24 hours."""
    return tuple(at for at in deletions if at > now - _WINDOW)


def trips(earlier: int, planned: int, links: int) -> bool:
    """Tell whether the deletions of a day are too many to be believed without asking.

    More than max(10, a fifth of the pair's links), or at least five and more than half of them.
    """
    total = earlier + planned
    if not planned:
        return False
    return total > max(_ALWAYS_ALLOWED, _SHARE * links) or (total >= _FEW and total > links / 2)


def rest(tries: int) -> timedelta:
    """Say how long a parked event is left alone after so many tries."""
    return _RESTS[min(tries, len(_RESTS)) - 1]


def flip(flips: Sequence[str], side: Side, digests: Mapping[str, str], now: datetime) -> tuple[str, ...]:
    """Remember that these fields, with these values' digests, were just carried to `side`; the last hour counts."""
    kept = [old for old in flips if datetime.fromisoformat(old.split("|")[0]) > now - _FLIP_WINDOW]
    new = [f"{now.isoformat()}|{side.value}|{name}|{digest}" for name, digest in sorted(digests.items())]
    return (*kept, *new)[-_KEPT:]


def oscillates(flips: Sequence[str], now: datetime) -> bool:
    """Tell whether a field went back and forth between the same two values three times within an hour.

    Or was put back to the same value so often. Two programs at odds do that, people do not: their edits bring new
    values.
    """
    by_field: dict[str, list[tuple[str, str]]] = {}
    for entry in flips:
        at, side, name, digest = entry.split("|")
        if datetime.fromisoformat(at) > now - _FLIP_WINDOW:
            by_field.setdefault(name, []).append((side, digest))
    return any(_repeats(steps[-_FLIPS - 1 :]) for steps in by_field.values() if len(steps) > _FLIPS)


def _repeats(steps: Sequence[tuple[str, str]]) -> bool:
    turns = all(before[0] != after[0] for before, after in itertools.pairwise(steps))
    return len(set(steps)) == 1 or (turns and len({digest for _, digest in steps}) <= _VALUES)
