"""The clocks that an event brings with it, where no zone of IANA's keeps them: offsets, and when they change. Pure.

    rules.offset(instant)                # timedelta east of UTC
    rules.changes(2026, 2027)            # the instants at which the clocks change, each with the new offset
    name = named(rules)                  # stands where an IANA name stands (`Timed.zone`)
    is_own(name), zone(name)             # True, a tzinfo

A name is the rules themselves as text, so that whoever has the event can tell its occurrences, and no table of such zones
is kept. A time that the clocks leave out is read with the offset from before the gap, of one that comes twice the first
is meant, as PEP 495 has it. The shape is that of Exchange's definitions (`exchange/zone_rules.py`).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import pairwise
from typing import Any

LAST = -1
WEEKS = (LAST, 1, 2, 3, 4)
"""Which of a month's weekdays a change may come on."""

LEAP_YEAR = 2024
_WEEK = timedelta(days=7)
_FIRST_YEAR, _LAST_YEAR = 2, 9998

_OWN = "own:"
_TICK = timedelta(microseconds=1)
_DAY = timedelta(days=1)

EVER = datetime.min.replace(tzinfo=UTC)
"""Stands for the beginning of all groups."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change of every year: in `month`, on a `weekday` (0 is Monday; `week` -1 is the last) or, where that is None, on `day`.

    `at`: how long after that day's midnight, by the clock before it. `offset`: the new one.
    """

    offset: timedelta
    month: int
    at: timedelta
    weekday: int | None = None
    week: int = 0
    day: int = 0

    def wall(self, year: int) -> datetime:
        """Give the wall clock, before the change, at which it comes in a year; it says UTC and is none."""
        return datetime.combine(self._date(year), time(), UTC) + self.at

    def _date(self, year: int) -> date:
        if self.weekday is None:
            leap = date(year, 3, 1) - date(year, 2, 1) == timedelta(days=29)
            return date(year, self.month, 28 if (self.month, self.day) == (2, 29) and not leap else self.day)
        if self.week == LAST:
            last = date(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - self.weekday) % 7)
        first = date(year, self.month, 1)
        return first + timedelta(days=(self.weekday - first.weekday()) % 7) + (self.week - 1) * _WEEK


@dataclass(frozen=True, slots=True)
class Group:
    """What counts for a while: yearly changes in the order of the year, or one offset all the time."""

    changes: tuple[Change, ...] = ()
    offset: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Rules:
    """Groups in turn: `groups[n]` counts from the wall clock `starts[n]` on; the first from `EVER`."""

    groups: tuple[Group, ...]
    starts: tuple[datetime, ...]

    def offset(self, instant: datetime) -> timedelta:
        """Tell by how much local time is ahead of UTC."""
        year = instant.astimezone(UTC).year
        told = _told(self, year, year)
        return next(offset for start, offset in reversed(told) if start <= instant)

    def changes(self, first: int, last: int) -> tuple[tuple[datetime, timedelta], ...]:
        """Give the instants at which the offset changes from one year to another, after what counts at the beginning."""
        return _told(self, first, last)


@lru_cache(maxsize=256)
def _told(rules: Rules, first: int, last: int) -> tuple[tuple[datetime, timedelta], ...]:
    # The year before says what counts at the beginning; the one after is needed for those far west of Greenwich.
    walls: list[tuple[datetime, timedelta]] = []
    years = range(max(first - 1, _FIRST_YEAR), min(last + 2, _LAST_YEAR + 1))
    ends = (*rules.starts[1:], datetime.max.replace(tzinfo=UTC))
    for group, start, end in zip(rules.groups, rules.starts, ends, strict=True):
        walls.append((start, _at_start(group, start)))
        yearly = ((change.wall(year), change.offset) for year in years for change in group.changes)
        walls.extend((wall, offset) for wall, offset in yearly if start < wall < end)
    walls.sort(key=lambda one: one[0])
    told: list[tuple[datetime, timedelta]] = []
    for wall, offset in walls:
        if wall.year < first - 1 and told:
            told[0] = (told[0][0], offset)
        elif not told:
            told.append((EVER, offset))
        elif offset != told[-1][1]:
            told.append((wall - told[-1][1], offset))
    if any(later <= earlier for (earlier, _), (later, _) in pairwise(told)):
        raise ValueError("clocks that change before they changed")
    return tuple(told)


def _at_start(group: Group, start: datetime) -> timedelta:
    """Tell the offset with which a group begins: that of its last change before."""
    if not group.changes:
        return group.offset
    year = min(max(start.year, _FIRST_YEAR), _LAST_YEAR)
    before = [change for change in group.changes if change.wall(year) <= start]
    return (before or group.changes)[-1].offset


def named(rules: Rules) -> str:
    """Name these clocks; the same rules always have the same name. ValueError for clocks that no day can show."""
    offsets = [offset for group in rules.groups for offset in (group.offset, *(each.offset for each in group.changes))]
    if any(abs(offset) >= _DAY for offset in offsets):
        raise ValueError("clocks are not so far apart")
    turns = zip(rules.starts, rules.groups, strict=True)
    return _OWN + json.dumps([[_start(start), _group(group)] for start, group in turns], separators=(",", ":"))


def is_own(name: str) -> bool:
    """Tell whether a zone is named by its clocks, and by no name that anybody else knows."""
    return name.startswith(_OWN)


@lru_cache(maxsize=64)
def zone(name: str) -> tzinfo:
    """Give the clocks of a name that `named` made."""
    turns = json.loads(name.removeprefix(_OWN))
    starts = tuple(datetime.fromisoformat(start) if start else EVER for start, _ in turns)
    return _Clocks(Rules(tuple(_read_group(told) for _, told in turns), starts))


class _Clocks(tzinfo):
    """Rules as Python's dates ask for them."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._years: dict[int, Sequence[tuple[datetime, timedelta]]] = {}

    def utcoffset(self, moment: datetime | None, /) -> timedelta | None:
        """Tell the offset of a time on the wall."""
        if moment is None:
            return None
        wall, told = moment.replace(tzinfo=UTC), self._told(moment.year)
        choose = min if moment.fold else max
        for (_, before), (instant, after) in reversed(list(pairwise(told))):
            if wall >= instant + choose(before, after):
                return after
        return told[0][1]

    def fromutc(self, moment: datetime, /) -> datetime:
        """Give the time on the wall at an instant."""
        instant = moment.replace(tzinfo=UTC)
        offset = next(offset for start, offset in reversed(self._told(moment.year)) if start <= instant)
        wall = moment + offset
        return wall if self.utcoffset(wall) == offset else wall.replace(fold=1)

    def dst(self, _moment: datetime | None, /) -> timedelta | None:
        """Tell nothing: which of the offsets is the usual one, is nobody's to say."""
        return None

    def tzname(self, _moment: datetime | None, /) -> str | None:
        """Tell nothing: it has no name."""
        return None

    def _told(self, year: int) -> Sequence[tuple[datetime, timedelta]]:
        if year not in self._years:
            try:
                self._years[year] = self._rules.changes(year, year)
            except ValueError:
                # Two changes that only in this year come in the wrong order: no reason to lose all the others.
                self._years[year] = ((EVER, self._rules.offset(datetime(LEAP_YEAR, 1, 1, tzinfo=UTC))),)
        return self._years[year]


def _start(start: datetime) -> str:
    return "" if start == EVER else start.isoformat()


def _group(group: Group) -> Any:
    if not group.changes:
        return group.offset // _TICK
    return [
        [each.offset // _TICK, each.month, each.at // _TICK, each.weekday, each.week, each.day]
        for each in group.changes
    ]


def _read_group(told: Any) -> Group:
    if isinstance(told, int):
        return Group(offset=told * _TICK)
    return Group(
        tuple(
            Change(offset * _TICK, month, at * _TICK, weekday, week, day)
            for offset, month, at, weekday, week, day in told
        )
    )
