"""Blocks: what is one, what of it lies in a window, what several cover together."""

from datetime import UTC, datetime

import pytest

from calpair.model.busy import Block, Busy, joined, trimmed


def at(hour: int) -> datetime:
    return datetime(2026, 11, 2, hour, tzinfo=UTC)


def block(start: int, end: int, busy: Busy = Busy.BUSY) -> Block:
    return Block(at(start), at(end), busy)


@pytest.mark.parametrize(("start", "end"), [(at(9), at(9)), (at(9), at(8)), (at(9).replace(tzinfo=None), at(10))])
def test_what_is_no_span_of_time_is_no_block(start: datetime, end: datetime) -> None:
    with pytest.raises((ValueError, TypeError)):
        Block(start, end, Busy.BUSY)


def test_a_window_cuts_off_what_sticks_out_and_leaves_out_what_touches() -> None:
    blocks = [
        block(13, 15),
        block(6, 9),
        block(8, 20, Busy.AWAY),
        block(5, 8),
        block(14, 16),
        block(20, 21),
        block(13, 15),
    ]
    assert trimmed(blocks, at(8), at(14)) == [block(8, 9), block(8, 14, Busy.AWAY), block(13, 14)]


def test_what_overlaps_or_touches_is_one_span() -> None:
    blocks = [block(12, 13), block(9, 11), block(10, 10 + 1), block(11, 12), block(15, 16)]
    assert joined(blocks) == [(at(9), at(13)), (at(15), at(16))]
    assert joined([]) == []
