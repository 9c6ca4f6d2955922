"""One digit an interval: the highest status that touches it. Judged by a clock that looks at every minute."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calpair.exchange.availability_service import parse, render
from calpair.model.busy import Block, Busy
from unit.exchange.availability_ground import BERLIN, INDIA_TIME, NEW_YORK, at, options, request, told

ANA = "ana@a.test"
MINUTE = timedelta(minutes=1)
DIGITS = {Busy.TENTATIVE: 1, Busy.BUSY: 2, Busy.AWAY: 3, Busy.ELSEWHERE: 0}
FROM = datetime(2026, 10, 23, tzinfo=UTC)
SPAN = 4 * 24 * 60
"""Minutes around the Sunday on which Europe's clocks go back."""


def stream(body: bytes, blocks: list[Block]) -> str:
    (found,) = told(render(parse(body), {ANA: blocks}))
    assert found.merged is not None
    return found.merged


def minute_by_minute(blocks: list[Block], start: datetime, end: datetime, step: int) -> str:
    """What a person with a watch would write down: at each minute, who is what; of each interval the highest."""
    found = []
    since = start
    while since < end:
        until = min(since + step * MINUTE, end)
        highest, minute = 0, since
        while minute < until:
            highest = max([highest, *(DIGITS[one.busy] for one in blocks if one.start <= minute < one.end)])
            minute += MINUTE
        found.append(str(highest))
        since = until
    return "".join(found)


def test_the_example_of_the_reference() -> None:
    """Four hours by the hour: an hour out of office and an hour and a half busy are 3220."""
    body = request(asked=options("2026-11-02T08:00:00", "2026-11-02T12:00:00", 60))
    assert stream(body, [Block(at(8), at(9), Busy.AWAY), Block(at(9), at(10, 30), Busy.BUSY)]) == "3220"


@pytest.mark.parametrize(
    ("blocks", "digits"),
    [
        ([], "00000"),
        ([Block(at(9), at(10), Busy.BUSY)], "22000"),
        # A second of an interval is enough, and its very end is none of it.
        ([Block(at(9, 29), at(9, 30) + timedelta(seconds=1), Busy.BUSY)], "22000"),
        ([Block(at(9, 30) - timedelta(seconds=1), at(9, 30), Busy.BUSY)], "20000"),
        ([Block(at(9, 30), at(10), Busy.TENTATIVE), Block(at(9, 45), at(9, 50), Busy.AWAY)], "03000"),
        ([Block(at(9), at(11), Busy.AWAY), Block(at(9), at(11), Busy.BUSY)], "33330"),
        ([Block(at(9), at(11), Busy.TENTATIVE), Block(at(10), at(10, 30), Busy.BUSY)], "11210"),
        ([Block(at(9), at(11), Busy.ELSEWHERE)], "00000"),
        ([Block(at(9), at(11), Busy.ELSEWHERE), Block(at(10), at(10, 1), Busy.TENTATIVE)], "00100"),
        # From before the window and beyond it; and the last interval, of which there are ten minutes.
        ([Block(at(1), at(9, 1), Busy.BUSY), Block(at(11, 9), at(20), Busy.AWAY)], "20003"),
        ([Block(at(8), at(9), Busy.BUSY), Block(at(11, 10), at(12), Busy.BUSY)], "00000"),
    ],
)
def test_the_highest_status_that_touches_an_interval_is_its_digit(blocks: list[Block], digits: str) -> None:
    body = request(asked=options("2026-11-02T09:00:00", "2026-11-02T11:10:00", 30, "MergedOnly"))
    assert stream(body, blocks) == digits


@st.composite
def calendars(draw: st.DrawFn) -> list[Block]:
    blocks = []
    for _ in range(draw(st.integers(0, 8))):
        start = draw(st.integers(-600, SPAN))
        length = draw(st.one_of(st.integers(1, 90), st.integers(1, 2000)))
        busy = draw(st.sampled_from(list(DIGITS)))
        blocks.append(Block(FROM + start * MINUTE, FROM + (start + length) * MINUTE, busy))
    return blocks


@given(
    blocks=calendars(),
    zoned=st.sampled_from([(BERLIN, 2), (NEW_YORK, -4), (INDIA_TIME, 5.5)]),
    start=st.integers(0, 24 * 60),
    length=st.integers(5, SPAN - 24 * 60),
    step=st.one_of(st.integers(5, 90), st.integers(5, 1440)),
)
def test_every_minute_is_in_its_digit(
    blocks: list[Block], zoned: tuple[str, float], start: int, length: int, step: int
) -> None:
    """The window is told by the clock of its first day, the calendar's offset being known by hand, and by offsets at its end."""
    step = min(step, length)
    since, until = FROM + start * MINUTE, FROM + (start + length) * MINUTE
    zone, hours = zoned
    wall = (since + timedelta(hours=hours)).replace(tzinfo=None).isoformat()
    body = request(zone=zone, asked=options(wall, until.isoformat(), step))
    assert stream(body, blocks) == minute_by_minute(blocks, since, until, step)
