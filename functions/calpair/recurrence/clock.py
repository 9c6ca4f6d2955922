"""From the clock on the wall to the instant and back: a series repeats on the wall clock of its zone. Pure.

zone = clock.zone(when)                    # UTC where the series names none, or one nobody knows
start = clock.wall(when)                   # 2026-11-30 09:00, naive; midnight for whole days
original = clock.original(when, start)     # the aware instant in UTC; the date for whole days

A time that a zone leaves out is read with the offset from before the gap, of a time that comes twice the first is meant
(RFC 5545, 3.3.5), except that the start of the series is what it is.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from calpair.model import clocks
from calpair.model.rule import Original
from calpair.model.when import AllDay, Timed, When

T = TypeVar("T")

_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

FAR = timedelta(days=2)
"""No two clocks in the world differ by as much."""


@lru_cache(maxsize=256)
def named(name: str) -> tzinfo | None:
    """Give the zone of that name, IANA's or an event's own clocks; None where there is none."""
    if clocks.is_own(name):
        return clocks.zone(name)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def zone(when: When) -> tzinfo:
    """Give the zone a series repeats in."""
    return (named(when.zone) if isinstance(when, Timed) and when.zone else None) or UTC


def wall(when: When) -> datetime:
    """Give the first occurrence's start on the wall clock, naive."""
    return on_wall(when, when.start)


def on_wall(when: When, original: Original) -> datetime:
    """Give an original start on the series' wall clock, naive; a date is its midnight."""
    if not isinstance(original, datetime):
        return datetime.combine(original, time())
    if isinstance(when, AllDay):
        return datetime.combine(original.date(), time())
    return original.astimezone(zone(when)).replace(tzinfo=None)


def original(when: When, moment: datetime) -> Original:
    """Give the original start that the wall clock shows as `moment`."""
    return reader(when)(moment)


def reader(when: When) -> Callable[[datetime], Original]:
    """Give what turns times of the series' wall clock into original starts, for many of them."""
    if isinstance(when, AllDay):
        return datetime.date
    here, first, start = zone(when), wall(when), when.start
    return lambda moment: start if moment == first else instant(moment, here)


def instant(moment: datetime, here: tzinfo) -> datetime:
    """Give the instant of a time on the wall, or the end of time, which comes earlier in the west."""
    try:
        return moment.replace(tzinfo=here).astimezone(UTC)
    except OverflowError:
        return _LAST if moment.year == _LAST.year else _FIRST


def shifted(moment: datetime, by: timedelta) -> datetime:
    """Move a time, no further than to the ends of time."""
    try:
        return moment + by
    except OverflowError:
        return (_LAST if by > timedelta() else _FIRST).replace(tzinfo=None)


def day_over(when: Timed, day: date) -> datetime:
    """Give the last second of a day in the series' zone, as an instant."""
    return datetime.combine(day, time(23, 59, 59), tzinfo=zone(when)).astimezone(UTC)


def ordered(when: When, moments: Iterable[datetime], *, daily: bool) -> Iterator[Original]:
    """Turn ascending times of the wall clock into original starts, ascending and each once.

    `daily`: no two of them are closer than a day, so that a gap cannot put one behind its successor.
    """
    if daily or isinstance(when, AllDay):
        return _each_once(map(reader(when), moments))
    return _each_once(_settled(when, moments))


def _settled(when: Timed, moments: Iterable[datetime]) -> Iterator[datetime]:
    """Hold back what a gap has thrown forward until what belongs before it has come."""
    here, first = zone(when), wall(when)
    held: list[datetime] = []
    for moment in moments:
        found = when.start if moment == first else instant(moment, here)
        if found.astimezone(here).replace(tzinfo=None) != moment:
            held.append(found)
            continue
        if held:
            held.sort()
            while held and held[0] <= found:
                yield held.pop(0)
        yield found
    yield from sorted(held)


def _each_once(values: Iterable[T]) -> Iterator[T]:
    previous = None
    for value in values:
        if value != previous:
            yield value
        previous = value
