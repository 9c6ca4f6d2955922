"""Free/busy as both sides speak of it: who is asked about, when they are not free, and what could not be learnt.

Nothing that cannot be read is ever free: it is `Unknown`, with its reason.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Busy(StrEnum):
    """Why a person is not free."""

    TENTATIVE = "tentative"
    BUSY = "busy"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    """Working, at another place; the person can be met."""


@dataclass(frozen=True, slots=True)
class Block:
    """A span in which somebody is not free: two instants in UTC, the second one after the first."""

    start: datetime
    end: datetime
    busy: Busy

    def __post_init__(self) -> None:
        """Make sure that a block is one."""
        if self.start.utcoffset() is None or self.end.utcoffset() is None or not self.start < self.end:
            raise ValueError("a block is two instants, the second after the first")


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
