"""What a free/busy message says, as whoever reads it sees it: Outlook itself, or the Availability service.

    published = read(post.values)
    published.busy, published.stream(start, end, timedelta(minutes=30)), published.faults

Months are `year * 16 + month`; each has a binary value of 4-byte blocks, the first and the last minute of a time as 16 bits
each, low byte first, counted from the first of the month, UTC. Whether a time that goes on in the next month ends with the
month's length or with its last minute differs between writers; both are read as going on. `faults` tells in sentences what
is against MS-OXOPFFB 2.2.1.2; `broken` that what is left cannot be trusted.

Source: MS-OXOPFFB 2.2.1.2; the canonical-property pages of the same properties; for the ends of months
googlearchive's FreeBusyConverter.cs and openchange (last minute), Kopano's freebusyutil.cpp and e2k-freebusy.c (length).
"""

import base64
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulators.exchange.times import read_time

ValuesOf = Callable[[int, str], tuple[str, ...] | None]
Span = tuple[datetime, datetime]
PAIRS = {
    "merged": (0x684F, 0x6850),
    "tentative": (0x6851, 0x6852),
    "busy": (0x6853, 0x6854),
    "away": (0x6855, 0x6856),
}
RESOURCE, START, END, EMAIL, OBSOLETE = 0x6841, 0x6847, 0x6848, 0x6849, 0x686C
WRITTEN, COUNT = 0x6868, 0x6869
_ZERO = datetime(1601, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_MOST_MONTHS = 36
_DIGITS = {"tentative": 1, "merged": 2, "busy": 2, "away": 3}
_NO_DATA = 4


def minutes_of(instant: datetime) -> int:
    """An instant as minutes since 1601-01-01 00:00 UTC."""
    return (instant - _ZERO) // _MINUTE


def instant_of(minutes: int) -> datetime:
    """The instant so many minutes after 1601-01-01 00:00 UTC."""
    return _ZERO + minutes * _MINUTE


def month_of(instant: datetime) -> int:
    """The value of the month an instant is in."""
    return instant.year * 16 + instant.month


def first_of(month: int) -> datetime:
    """When the month of that value begins; ValueError when it is none."""
    return datetime(month // 16, month % 16, 1, tzinfo=UTC)


def next_month(first: datetime) -> datetime:
    """When the month after the one an instant is in begins."""
    return datetime(first.year + first.month // 12, first.month % 12 + 1, 1, tzinfo=UTC)


def blocks(value: bytes) -> list[tuple[int, int]]:
    """The blocks of one month's value, as minutes from its first; what is left of a cut block is not told."""
    return list(struct.iter_unpack("<HH", value[: len(value) // 4 * 4]))


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Times in order, touching and overlapping ones joined; so is one that stops with the last minute of its month."""
    found: list[Span] = []
    for start, end in sorted(span for span in spans if span[1] > span[0]):
        if found and (start <= found[-1][1] or (start == found[-1][1] + _MINUTE == next_month(found[-1][1]))):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return tuple(found)


@dataclass(frozen=True)
class Published:
    """The times of a message, each status joined, in UTC; the range it speaks of, and when that was written."""

    start: datetime | None
    end: datetime | None
    written: datetime | None
    busy: tuple[Span, ...]
    tentative: tuple[Span, ...]
    away: tuple[Span, ...]
    merged: tuple[Span, ...]
    faults: tuple[str, ...] = ()
    broken: bool = False

    def stream(self, start: datetime, end: datetime, step: timedelta) -> str:
        """One digit for each interval: the highest status that touches it, 4 where the range does not reach."""
        slots = [0] * -((start - end) // step)
        for status, digit in _DIGITS.items():
            for since, until in getattr(self, status):
                first, beyond = max(0, (since - start) // step), min(len(slots), -((start - until) // step))
                for place in range(first, beyond):
                    slots[place] = max(slots[place], digit)
        for place, digit in enumerate(slots):
            since = start + place * step
            until = min(since + step, end)
            known = self.start is not None and self.end is not None and self.start <= since and until <= self.end
            if not digit and not known:
                slots[place] = _NO_DATA
        return "".join(map(str, slots))


class _Reader:
    """Reads one message, and notes what is wrong with it."""

    def __init__(self, values_of: ValuesOf) -> None:
        self._values_of = values_of
        self.faults: list[str] = []
        self.broken = False

    def number(self, tag: int) -> int | None:
        found = self._values_of(tag, "Integer")
        return int(found[0]) if found else None

    def instant(self, tag: int, name: str) -> datetime | None:
        minutes = self.number(tag)
        if minutes is None:
            self.wrong(f"{name} is missing")
            return None
        if minutes < 0:
            self.wrong(f"{name} is before 1601: {minutes}")
            return None
        found = instant_of(minutes)
        if found != first_of(month_of(found)):
            self.faults.append(f"{name} is not the first of a month: {found:%Y-%m-%d %H:%M}")
        return found

    def wrong(self, sentence: str) -> None:
        self.faults.append(sentence)
        self.broken = True

    def spans(self, status: str) -> tuple[Span, ...]:
        month_tag, value_tag = PAIRS[status]
        months, values = self._values_of(month_tag, "IntegerArray"), self._values_of(value_tag, "BinaryArray")
        if months is None and values is None:
            return ()
        if months is None or values is None or len(months) != len(values):
            self.wrong(f"{status}: {len(months or ())} months, {len(values or ())} values")
        numbers = [int(month) for month in months or ()]
        if numbers != sorted(set(numbers)):
            self.faults.append(f"{status}: the months are not ascending: {numbers}")
        found: list[Span] = []
        for month, value in zip(numbers, values or (), strict=False):
            found += self._of_month(status, month, base64.b64decode(value))
        return joined(found)

    def _of_month(self, status: str, month: int, value: bytes) -> Iterator[Span]:
        if not 1 <= month % 16 <= 12 or not 1601 <= month // 16 <= 4500:
            self.wrong(f"{status}: {month} is no month")
            return
        first = first_of(month)
        length = minutes_of(next_month(first)) - minutes_of(first)
        where = f"{status} {first:%Y-%m}"
        if len(value) % 4:
            self.wrong(f"{where}: {len(value)} bytes are no blocks")
        if not value:
            self.faults.append(f"{where}: no block")
        before: tuple[int, int] | None = None
        for start, end in blocks(value):
            if not start <= end <= length:
                self.wrong(f"{where}: a block from {start} to {end} in a month of {length} minutes")
            elif start == end:
                self.faults.append(f"{where}: a block at {start} that takes no time")
            if before is not None and start <= before[1]:
                told = "not in order" if start < before[0] else "not merged"
                self.faults.append(f"{where}: blocks {told}: {before} and {(start, end)}")
            before = (start, end)
            yield first + start * _MINUTE, first + end * _MINUTE


def read(values_of: ValuesOf) -> Published:
    """Read the message whose properties `values_of(tag, type)` gives."""
    reader = _Reader(values_of)
    start, end = reader.instant(START, "the publish start"), reader.instant(END, "the publish end")
    found = {status: reader.spans(status) for status in PAIRS}
    if found["merged"] != joined((*found["busy"], *found["away"])):
        reader.faults.append("merged is not what busy and away come to")
    if start and end:
        _check_range(reader, start, end, found)
    written = values_of(WRITTEN, "SystemTime")
    if not written:
        reader.faults.append("nothing tells when the range was written")
    if reader.number(RESOURCE):
        reader.faults.append(f"the resource type is {reader.number(RESOURCE)}, not 0")
    if values_of(OBSOLETE, "Binary"):
        reader.faults.append("the obsolete PidTagScheduleInfoFreeBusy is set")
    at = read_time(written[0], None) if written else None
    return Published(start, end, at, **found, faults=tuple(reader.faults), broken=reader.broken)


def _check_range(reader: _Reader, start: datetime, end: datetime, found: dict[str, tuple[Span, ...]]) -> None:
    if end <= start:
        reader.wrong(f"the range ends before it begins: {start:%Y-%m-%d} to {end:%Y-%m-%d}")
    for status, spans in found.items():
        if any(since < start or until > end for since, until in spans):
            reader.faults.append(f"{status}: a time outside the range")
    count = reader.number(COUNT)
    covered = (end.year - start.year) * 12 + end.month - start.month
    if count is not None and (not 0 <= count <= _MOST_MONTHS or count != covered):
        reader.faults.append(f"{count} months are said to be published, the range has {covered}")
