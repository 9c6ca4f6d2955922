r"""What Exchange's public folders say of when somebody is not free: one message a person, encoded and read back. Pure.

    published(blocks, first_of_month(now), 3).busy      # Months((32427,), (b"\xfc\x6c\x92\x6d",))
    read({0x6853: (32427,), 0x6854: (b"\xfc\x6c\x92\x6d",)})      # [Block(...)], or Unreadable(...)

A message holds four pairs of lists: busy and away together, tentative, busy, away. Of each pair the first list names
months (year * 16 + month), the second has for each of these months its blocks, four bytes each: the minutes since the
first of the month, in UTC, of start and end. A pair without a block is not there at all. Source: MS-OXOPFFB 2.2.1.

The specification leaves open how a block ends that goes on in the next month: with the month's length (44640 in a month
of 31 days) or with its last minute (44639). The length is written, since the other way leaves a minute free that is not;
both are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any

from calpair.model.busy import Block, Busy, joined, trimmed
from calpair.model.when import first_of_month

MOST_MONTHS = 36
"""The longest range a message can tell of (MS-OXOPFFB)."""

MERGED, TENTATIVE, BUSY, AWAY = (0x684F, 0x6850), (0x6851, 0x6852), (0x6853, 0x6854), (0x6855, 0x6856)
"""The ids of the four pairs of properties: months, and their blocks."""

Spans = list[tuple[datetime, datetime]]

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_INT32 = 2**31
_BASE = 16
_PAIR = Struct("<HH")
_LONGEST_DN = 1024
_LONGEST_SUBJECT = 255
_SHOWN = 120
_NO_DN = (
    "{!r} is no legacyExchangeDN: it reads /o=ORGANISATION/ou=ADMINISTRATIVE GROUP/cn=Recipients/cn=NAME; "
    "copy it from Exchange as it stands there"
)
# Lists of messages show no more of a subject: such a message would never be found again.
_TOO_LONG = f"{{!r}} is too long: the subject made of it may have {_LONGEST_SUBJECT} characters"


@dataclass(frozen=True, slots=True)
class Months:
    """One pair: the months in which somebody is so, in order, and each one's blocks as the message holds them."""

    months: tuple[int, ...]
    blobs: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Published:
    """What a message says: of which months, and the four pairs; one that is None must not be in the message."""

    start: datetime
    months: int
    merged: Months | None
    tentative: Months | None
    busy: Months | None
    away: Months | None

    @property
    def end(self) -> datetime:
        """The first instant of which nothing is said."""
        return first_of_month(self.start, self.months)

    def pairs(self) -> tuple[tuple[tuple[int, int], Months | None], ...]:
        """Give the four pairs, each with the ids of its properties."""
        return ((MERGED, self.merged), (TENTATIVE, self.tentative), (BUSY, self.busy), (AWAY, self.away))


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A message that nobody can read: of its person nothing is known."""

    reason: str


def subject_of(legacy_dn: str) -> str:
    """Name the message of a person by their legacyExchangeDN. ValueError: it is none."""
    subject = "USER-" + "".join(f"/{_upper(part)}" for part in _parts(legacy_dn) if _is_cn(part))
    if len(subject) > _LONGEST_SUBJECT:
        raise ValueError(_TOO_LONG.format(legacy_dn[:_SHOWN]))
    return subject


def folder_of(legacy_dn: str) -> str:
    """Name the folder their message is in, that of their administrative group. ValueError: it is no legacyExchangeDN."""
    parts = _parts(legacy_dn)
    group = parts[: next(number for number, part in enumerate(parts) if _is_cn(part))]
    return "EX:" + "".join(f"/{part}" for part in group)


def minutes(instant: datetime) -> int:
    """Count the minutes since 1601, the unit of the ends of the range."""
    return (instant - _EPOCH) // _MINUTE


def published(blocks: Iterable[Block], start: datetime, months: int) -> Published:
    """Encode when somebody is not free in some months, of which `start` is the first instant. ValueError: it is not.

    Who works elsewhere can be met, so that is not told. What is not told in whole minutes is told in the minutes it
    touches.
    """
    if not 1 <= months <= MOST_MONTHS:
        raise ValueError(f"{months} months cannot be published: publish between 1 and {MOST_MONTHS}")
    if start != first_of_month(start):
        raise ValueError(f"{start.isoformat()} is not the first instant of a month in UTC")
    start = start.astimezone(UTC)
    end = first_of_month(start, months)
    if start < _EPOCH or minutes(end) >= _INT32:
        raise ValueError(f"the year {start.year} cannot be published: minutes since 1601 are counted in 31 bits")
    inside = [_in_minutes(block) for block in trimmed(blocks, start, end)]
    of = {busy: [block for block in inside if block.busy is busy] for busy in Busy}
    return Published(
        start,
        months,
        merged=_months(of[Busy.BUSY] + of[Busy.AWAY]),
        tentative=_months(of[Busy.TENTATIVE]),
        busy=_months(of[Busy.BUSY]),
        away=_months(of[Busy.AWAY]),
    )


def read(properties: Mapping[int, object]) -> list[Block] | Unreadable:
    """Read a message's four pairs, by the ids of their properties; whatever wrote it, and in whatever order.

    The inverse of `published`, by which that is proven: nothing that runs reads what it has published, for a calendar
    knows better. Nothing is free that any of the pairs says is not: what only the merged one tells is busy.
    """
    try:
        told = {busy: _spans(properties, ids) for ids, busy in _READ}
        merged = _spans(properties, MERGED)
    except ValueError as error:
        return Unreadable(str(error))
    of = {busy: list(_blocks(spans, busy)) for busy, spans in told.items()}
    of[Busy.BUSY] += _without(merged, [block for blocks in of.values() for block in blocks])
    blocks = [Block(*span, busy) for busy, several in of.items() for span in joined(several)]
    return sorted(blocks, key=lambda block: (block.start, block.end, block.busy))


_READ = ((TENTATIVE, Busy.TENTATIVE), (BUSY, Busy.BUSY), (AWAY, Busy.AWAY))


def _parts(legacy_dn: str) -> list[str]:
    before, *parts = legacy_dn.split("/")
    named = [name.lower() for name, equals, value in (part.partition("=") for part in parts) if equals and value]
    if (
        before
        or len(legacy_dn) > _LONGEST_DN
        or not legacy_dn.isprintable()
        or len(named) < len(parts)
        or named[:1] != ["o"]
        or "cn" not in named
    ):
        raise ValueError(_NO_DN.format(legacy_dn[:_SHOWN]))
    return parts


def _is_cn(part: str) -> bool:
    return part[:3].lower() == "cn="


def _upper(part: str) -> str:
    # As Windows does it, letter by letter: a name is as long in upper case as in lower, and its sharp s stays.
    return "".join(upper if len(upper := letter.upper()) == 1 else letter for letter in part)


def _in_minutes(block: Block) -> Block:
    whole = block.end.replace(second=0, microsecond=0)
    end = whole if whole == block.end else whole + _MINUTE
    return Block(block.start.replace(second=0, microsecond=0), end, block.busy)


def _months(blocks: list[Block]) -> Months | None:
    """Encode what is busy in one way. The months without a block are left out, as is a pair without a month."""
    of: dict[int, list[bytes]] = {}
    for span in joined(blocks):
        for first, start, end in _split(*span):
            packed = _PAIR.pack((start - first) // _MINUTE, (end - first) // _MINUTE)
            of.setdefault(first.year * _BASE + first.month, []).append(packed)
    return Months(tuple(of), tuple(map(b"".join, of.values()))) if of else None


def _split(start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, datetime]]:
    """Cut a span at the borders of months: the first of the month, and what of the span lies in it."""
    while start < end:
        after = first_of_month(start, 1)
        yield first_of_month(start), start, min(end, after)
        start = after


def _spans(properties: Mapping[int, object], ids: tuple[int, int]) -> Spans:
    """Read one pair, some of whose spans may have no length. ValueError: it is broken."""
    months, blobs = (properties.get(one, ()) for one in ids)
    if not (isinstance(months, list | tuple) and isinstance(blobs, list | tuple)) or len(months) != len(blobs):
        raise ValueError("months and blocks do not come in the same number")
    return [span for month, blob in zip(months, blobs, strict=True) for span in _month(month, blob)]


def _month(month: Any, blob: Any) -> Iterator[tuple[datetime, datetime]]:
    try:
        year, number = divmod(month, _BASE)
        first = datetime(year, number, 1, tzinfo=UTC)
        length = (first_of_month(first, 1) - first) // _MINUTE
    except (ValueError, OverflowError, TypeError):
        raise ValueError("a month is none") from None
    if not isinstance(blob, bytes) or len(blob) % _PAIR.size:
        raise ValueError("a month's blocks are not of four bytes each")
    for start, end in _PAIR.iter_unpack(blob):
        if start > end:
            raise ValueError("a block ends before it starts")
        if end > length:
            raise ValueError("a block goes beyond its month")
        yield first + start * _MINUTE, first + end * _MINUTE


def _without(spans: Spans, others: Iterable[Block]) -> Iterator[Block]:
    """Give, as busy, what of some spans none of the others covers. Both are walked through once, side by side."""
    covered = joined(others)
    number = 0
    for start, end in joined(_blocks(spans, Busy.BUSY)):
        since = start
        while number < len(covered) and covered[number][0] < end:
            taken, free = covered[number]
            if since < taken:
                yield Block(since, taken, Busy.BUSY)
            since = max(since, free)
            if free > end:
                # The next span may begin in it, too.
                break
            number += 1
        if since < end:
            yield Block(since, end, Busy.BUSY)


def _blocks(spans: Spans, busy: Busy) -> Iterator[Block]:
    """Make blocks of spans: one that ends in a month's last minute goes on if another starts the next."""
    starts = {start for start, _ in spans}
    for start, end in spans:
        after = end + _MINUTE
        until = after if after in starts and after == first_of_month(after) else end
        if start < until:
            yield Block(start, until, busy)
