"""Days drawn in the terminal: a line a day, a character a half hour, midnight to midnight. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from calpair.model.busy import Block, Busy

HALF_HOURS = 48
FREE = "."
_MARKS = {Busy.BUSY: "#", Busy.AWAY: "A", Busy.TENTATIVE: "?", Busy.ELSEWHERE: "e"}
"""The first that touches a half hour is drawn, in this order."""
LEGEND = "# busy   A away   ? tentative   e works elsewhere   . free"
_MARGIN = 18
_HALF_HOUR = timedelta(minutes=30)
_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def head() -> str:
    """Write the hours above the days."""
    return " " * _MARGIN + "".join(f"{hour:<4}" for hour in range(0, 24, 2)).rstrip()


def days(blocks: Sequence[Block], first: date, last: date, zone: tzinfo) -> Iterator[str]:
    """Draw each day from the first to the last, by the clocks of a zone."""
    theirs = _by_day(blocks, first, last, zone)
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield f"  {_NAMES[day.weekday()]} {day}".ljust(_MARGIN) + _day(theirs.get(day, ()), day, zone)


def _by_day(blocks: Sequence[Block], first: date, last: date, zone: tzinfo) -> Mapping[date, Sequence[Block]]:
    """Give each day the blocks that may touch it."""
    found: dict[date, list[Block]] = {}
    for block in blocks:
        day = max(block.start.astimezone(zone).date(), first)
        end = min(block.end.astimezone(zone).date(), last)
        while day <= end:
            found.setdefault(day, []).append(block)
            day += timedelta(days=1)
    return found


def _day(blocks: Sequence[Block], day: date, zone: tzinfo) -> str:
    midnight = datetime.combine(day, time(), zone)
    return "".join(_mark(blocks, midnight + number * _HALF_HOUR) for number in range(HALF_HOURS))


def _mark(blocks: Sequence[Block], start: datetime) -> str:
    """Draw half an hour of the clock: one that the clock leaves out as free, one that it has twice as what is in either."""
    first, second = (start.replace(fold=fold).timestamp() for fold in (0, 1))
    if first > second:
        return FREE
    length = _HALF_HOUR.total_seconds()
    touched = {
        block.busy
        for block in blocks
        for since in (first, second)
        if block.start.timestamp() < since + length and block.end.timestamp() > since
    }
    return next((mark for busy, mark in _MARKS.items() if busy in touched), FREE)
