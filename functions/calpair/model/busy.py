"""Free/busy as both sides speak of it: who is asked about, when they are not free, and what could not be learnt.

Nothing that cannot be read is ever free: it is `Unknown`, with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

YEARS = range(1980, 3000)
"""Which may be asked about: far from the ends of the calendar, and from times whose offsets had seconds."""

_SECOND = timedelta(seconds=1)


class Busy(StrEnum):
    """Why a person is not free."""

    TENTATIVE = "tentative"
    BUSY = "busy"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    """Working, at another place; the person can be met."""


@dataclass(frozen=True, slots=True)
class Block:
    """A span in which somebody is not free: two instants, the second one after the first. In UTC, however they came."""

    start: datetime
    end: datetime
    busy: Busy

    def __post_init__(self) -> None:
        """Make sure that a block is one."""
        if self.start.utcoffset() is None or self.end.utcoffset() is None:
            raise ValueError("a block is two instants")
        # Before they are compared: two times of one zone are compared by what its clock shows, which goes back.
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if not self.start < self.end:
            raise ValueError("a block's second instant is after its first")


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing can be said of somebody: `not_found`, `no_access`, `no_data` or `unavailable` (ask again later)."""

    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, in the order asked, and the window; at least one address, and `start` before `end`."""

    addresses: tuple[str, ...]
    start: datetime
    end: datetime


Told = Sequence[Block] | Unknown
Answer = Mapping[str, Told]
"""By address, as it was asked."""


def trimmed(blocks: Iterable[Block], start: datetime, end: datetime) -> list[Block]:
    """Give what of the blocks lies in the window, in order."""
    inside = [
        Block(max(block.start, start), min(block.end, end), block.busy)
        for block in blocks
        if block.start < end and block.end > start
    ]
    return sorted(set(inside), key=lambda block: (block.start, block.end, block.busy))


def joined(blocks: Iterable[Block]) -> list[tuple[datetime, datetime]]:
    """Give the spans that the blocks cover together: those that overlap or touch are one."""
    spans: list[tuple[datetime, datetime]] = []
    for block in sorted(blocks, key=lambda block: block.start):
        if spans and block.start <= spans[-1][1]:
            spans[-1] = spans[-1][0], max(spans[-1][1], block.end)
        else:
            spans.append((block.start, block.end))
    return spans


def together(before: Told, more: Told) -> Told:
    """Put together what two windows tell of somebody; half of whose time is unknown, of them nothing is known."""
    if isinstance(before, Unknown):
        return before
    return more if isinstance(more, Unknown) else [*before, *more]


def whole_seconds(start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Give the whole seconds that a span touches: what is asked for is never cut short."""
    whole = end.replace(microsecond=0)
    return start.replace(microsecond=0), whole if whole == end else whole + _SECOND
