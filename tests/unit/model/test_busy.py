"""Blocks: what is one, what of it lies in a window, what several cover together."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from calpair.model.busy import Block, Busy, Unknown, joined, together, trimmed, whole_seconds


def at(hour: int) -> datetime:
    return datetime(2026, 11, 2, hour, tzinfo=UTC)


def block(start: int, end: int, busy: Busy = Busy.BUSY) -> Block:
    return Block(at(start), at(end), busy)


@pytest.mark.parametrize(("start", "end"), [(at(9), at(9)), (at(9), at(8)), (at(9).replace(tzinfo=None), at(10))])
def test_what_is_no_span_of_time_is_no_block(start: datetime, end: datetime) -> None:
    with pytest.raises((ValueError, TypeError)):
        Block(start, end, Busy.BUSY)


def test_a_block_is_in_utc_wherever_its_times_come_from() -> None:
    """Berlin's clocks go back on 25 October 2026 at 01:00 UTC: from half past two to half past two is an hour."""
    half_past_two = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    hour = Block(half_past_two, half_past_two.replace(fold=1), Busy.BUSY)
    assert (hour.start.isoformat(), hour.end.isoformat()) == ("2026-10-25T00:30:00+00:00", "2026-10-25T01:30:00+00:00")
    with pytest.raises(ValueError, match="after its first"):
        Block(half_past_two.replace(fold=1), half_past_two.replace(minute=45), Busy.BUSY)


def test_half_known_is_not_known() -> None:
    unknown = Unknown("no_data")
    assert together([block(9, 10)], [block(11, 12)]) == [block(9, 10), block(11, 12)]
    assert together(unknown, []) == together([], unknown) == together(unknown, Unknown("not_found")) == unknown


def test_a_second_that_is_touched_is_asked_about() -> None:
    part = timedelta(microseconds=1)
    assert whole_seconds(at(9), at(10)) == (at(9), at(10))
    assert whole_seconds(at(9) + part, at(10) + part) == (at(9), at(10) + timedelta(seconds=1))
    assert whole_seconds(at(9) + part, at(9) + 2 * part) == (at(9), at(9) + timedelta(seconds=1))


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
