"""The free/busy message of public folders: what is published is read back, whoever wrote it. Source: MS-OXOPFFB."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from struct import pack

from hypothesis import given
from hypothesis import strategies as any_

from calpair.exchange.schedule_plus import (
    AWAY,
    BUSY,
    MERGED,
    TENTATIVE,
    Published,
    Unreadable,
    published,
    read,
)
from calpair.model.busy import Block, Busy
from calpair.model.when import first_of_month

MINUTE = timedelta(minutes=1)
MONTH = 31 * 24 * 60


def properties(message: Published) -> dict[int, object]:
    """The four pairs as a server holds them."""
    told: dict[int, object] = {}
    for (months, blocks), pair in (
        (MERGED, message.merged),
        (TENTATIVE, message.tentative),
        (BUSY, message.busy),
        (AWAY, message.away),
    ):
        if pair is not None:
            told |= {months: list(pair.months), blocks: list(pair.blobs)}
    return told


def whole(start: datetime, lengths: list[tuple[int, int, Busy]]) -> list[Block]:
    """Blocks from a number of minutes after the start, so many minutes long."""
    return [Block(start + since * MINUTE, start + (since + long) * MINUTE, kind) for since, long, kind in lengths]


starts = any_.builds(
    lambda year, month: datetime(year, month, 1, tzinfo=UTC), any_.integers(1999, 2101), any_.integers(1, 12)
)
lengths = any_.lists(
    any_.tuples(
        # Close to the borders of months more often than not.
        any_.one_of(
            any_.integers(-MONTH, 5 * MONTH), any_.sampled_from([0, 40320, 41760, 43200, 44640, 87840])
        ).flatmap(lambda since: any_.integers(since - 3, since + 3)),
        any_.one_of(any_.integers(1, 6), any_.integers(1, 2 * MONTH)),
        any_.sampled_from(Busy),
    ),
    max_size=12,
)


def covered(blocks: list[Block], kind: Busy, start: datetime, end: datetime) -> set[int]:
    """The minutes of the range, by number, in which somebody is so: what a minute-by-minute calendar would show."""
    found: set[int] = set()
    for block in blocks:
        if block.busy is kind:
            since, until = max(block.start, start), min(block.end, end)
            found |= set(range((since - start) // MINUTE, max((until - start) // MINUTE, (since - start) // MINUTE)))
    return found


def mended(shown: set[int], start: datetime, months: int) -> set[int]:
    """The same with every single minute before a month filled between two others: the gap a message cannot tell."""
    borders = {(first_of_month(start, ahead) - start) // MINUTE for ahead in range(1, months)}
    return shown | {one - 1 for one in borders if one in shown and one - 2 in shown}


@given(starts, any_.integers(1, 4), lengths)
def test_what_is_published_is_read_back(start: datetime, months: int, told: list[tuple[int, int, Busy]]) -> None:
    blocks = whole(start, told)
    message = published(blocks, start, months)
    back = read(properties(message))
    assert not isinstance(back, Unreadable)
    for kind in (Busy.BUSY, Busy.AWAY, Busy.TENTATIVE):
        expected = mended(covered(blocks, kind, start, message.end), start, months)
        assert covered(back, kind, start, message.end) == expected
    assert all(start <= block.start and block.end <= message.end for block in back)
    assert published(back, start, months) == published(back[::-1], start, months)


@given(starts, any_.integers(1, 4), lengths)
def test_what_ends_in_last_minutes_is_read_as_what_ends_with_the_month(
    start: datetime, months: int, told: list[tuple[int, int, Busy]]
) -> None:
    message = published(whole(start, told), start, months)
    pairs = [pair for pair in (message.merged, message.tentative, message.busy, message.away) if pair]
    other = properties(message)
    for ids, pair in (
        (MERGED, message.merged),
        (TENTATIVE, message.tentative),
        (BUSY, message.busy),
        (AWAY, message.away),
    ):
        if pair:
            other[ids[1]] = [last_minute(*one) for one in zip(pair.months, pair.blobs, strict=True)]
    one, two = read(properties(message)), read(other)
    assert not isinstance(one, Unreadable)
    assert not isinstance(two, Unreadable)
    # Only an end at a border after which nothing follows is told otherwise, by that minute.
    for kind in (Busy.BUSY, Busy.AWAY, Busy.TENTATIVE):
        missing = covered(one, kind, start, message.end) - covered(two, kind, start, message.end)
        borders = {(first_of_month(start, ahead) - start) // MINUTE for ahead in range(1, months + 1)}
        assert all(minute + 1 in borders for minute in missing)
        assert covered(two, kind, start, message.end) <= covered(one, kind, start, message.end)
    assert all(blob for pair in pairs for blob in pair.blobs)


def last_minute(month: int, blob: bytes) -> bytes:
    """A month's blocks as other programs end them."""
    first = datetime(month // 16, month % 16, 1, tzinfo=UTC)
    length = (first_of_month(first, 1) - first) // MINUTE
    return blob[:-2] + pack("<H", length - 1) if blob[-2:] == pack("<H", length) else blob


@given(starts, any_.integers(1, 4), lengths)
def test_lists_are_in_order_and_blocks_apart(start: datetime, months: int, told: list[tuple[int, int, Busy]]) -> None:
    message = published(whole(start, told), start, months)
    for pair in (message.merged, message.tentative, message.busy, message.away):
        if pair is None:
            continue
        assert list(pair.months) == sorted(set(pair.months))
        assert 1 <= len(pair.months) == len(pair.blobs) <= months
        for month, blob in zip(pair.months, pair.blobs, strict=True):
            first = datetime(month // 16, month % 16, 1, tzinfo=UTC)
            assert start <= first < message.end
            numbers = [int.from_bytes(blob[place : place + 2], "little") for place in range(0, len(blob), 2)]
            assert len(blob) % 4 == 0
            assert len(blob) >= 4
            assert all(before < after for before, after in pairwise(numbers))


@given(any_.dictionaries(any_.sampled_from([*MERGED, *BUSY, *AWAY]), any_.one_of(
    any_.lists(any_.integers(-1, 70000)), any_.lists(any_.binary(max_size=9)), any_.none(), any_.text()
)))  # fmt: skip
def test_whatever_a_message_holds_it_is_read_or_it_is_not(told: dict[int, object]) -> None:
    assert isinstance(read(told), list | Unreadable)
