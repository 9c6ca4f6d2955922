"""A series and its occurrences: what a master shows on each date, and what becomes of it when one is changed.

Nothing here stores anything or knows XML: functions take a master and return items, or the master as it is to be saved.
Occurrences are kept by the date the pattern gives. Their wall clock is that of the series' start zone, for the end too.

Sources: facts 2.2, 2.6, and 4 of the page on Google; MS-OXOCAL 2.2.1.44 (no two on a day, no overtaking, no overlap);
the page ResponseCode for the codes.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from itertools import islice, pairwise
from typing import Any

from simulators.exchange import recurrence, zones
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.ids import Mint
from simulators.exchange.items import Item
from simulators.exchange.pattern import Pattern, dates, first, instant

_MOST_CHECKED = 1000
_EVER = datetime(1, 1, 1, tzinfo=UTC)
_MARGIN = timedelta(days=2)  # more than any two zones differ
_IDENTITY = ("id", "change_key", "folder_id", "created", "modified", "element", "uid", "former_ids", "is_read")
_OWN = frozenset((*_IDENTITY, "recurrence", "overrides", "deleted", "original_start", "master_id", "exception"))
_CONTENT = tuple(field.name for field in fields(Item) if field.name not in _OWN)

pattern_of_text = lru_cache(maxsize=4096)(recurrence.read_text)


def pattern_of(master: Item) -> Pattern:
    """The rule of a series."""
    return pattern_of_text(master.recurrence)


def zone_of(master: Item) -> tzinfo:
    """The zone a series runs in: rules stored with the item, its start zone's."""
    return zones.rules(master.start_zone)


def original_day(item: Item) -> date:
    """The date the pattern gave an occurrence, in the zone of its start."""
    return (item.original_start or item.start).astimezone(zones.rules(item.start_zone)).date()


def has(master: Item, day: date) -> bool:
    """Whether a series has an occurrence of that date, deleted ones not counted."""
    reached = next((each for each in dates(pattern_of(master)) if each >= day), None)
    return reached == day and day not in master.deleted


def occurrences(master: Item, mint: Mint, since: datetime = _EVER) -> Iterator[Item]:
    """What is left of a series, in order; moved ones never overtake others. Those over long before `since` are skipped."""
    _, length, _ = _clock(master)
    earliest = max(since, _EVER + length + _MARGIN) - length - _MARGIN
    for day in dates(pattern_of(master)):
        if day not in master.deleted and (day >= earliest.date() or day in master.overrides):
            yield occurrence(master, day, mint)


def last(master: Item, mint: Mint) -> Item | None:
    """The last occurrence that is left; None for a series without end."""
    if not pattern_of(master).ends:
        return None
    left = (day for day in dates(pattern_of(master)) if day not in master.deleted)
    return next((occurrence(master, day, mint) for day in deque(left, maxlen=1)), None)


def occurrence(master: Item, day: date, mint: Mint) -> Item:
    """What a series shows for a date of its pattern, which is not asked whether it gives it."""
    at, length, zone = _clock(master)
    override = master.overrides.get(day)
    start = instant(day, at, zone)
    shown = replace(
        master,
        id=mint.occurrence_id(master.id, day),
        recurrence="",
        overrides={},
        deleted=(),
        former_ids=(),
        start=start,
        end=_end(day, at, length, zone),
        original_start=start,
        master_id=master.id,
        exception=override is not None,
    )
    return replace(shown, **override) if override else shown


def expanded(items: Iterable[Item], start: datetime, end: datetime, mint: Mint) -> list[Item]:
    """The single items and occurrences that reach into a window, by time. An item without length counts inside it."""
    found: list[Item] = []
    for item in items:
        if item.element != "CalendarItem":
            continue
        for each in occurrences(item, mint, start) if item.recurrence else (item,):
            if each.start >= end:
                break
            if each.end > start:
                found.append(each)
    return sorted(found, key=lambda item: (item.start, item.end))


def content(item: Item) -> dict[str, Any]:
    """What an exception could have of its own, as another item has it."""
    return {name: getattr(item, name) for name in _CONTENT}


def amended(master: Item, after: Item, mint: Mint, *, reaches: bool) -> Item:
    """The master of an occurrence that is to become `after`, which makes it an exception, changed or not.

    Unless the master `reaches` its exceptions, a new exception takes along all that it shows.
    """
    day = _day_of(master, after, mint)
    before = occurrence(master, day, mint)
    old = master.overrides.get(day)
    names = {name for name in _CONTENT if getattr(after, name) != getattr(before, name)}
    names |= {"start", "end"} if names & {"start", "end"} else set()
    if names & {"start", "end"}:
        _check_place(master, day, after, mint)
    if old is None and not reaches:
        names |= set(_CONTENT)
    values = {**(old or {}), **{name: getattr(after, name) for name in sorted(names)}}
    return replace(master, overrides={**master.overrides, day: values})


def without(master: Item, gone: Item, mint: Mint) -> Item:
    """The master of an occurrence that is to go; ErrorRecurrenceHasNoOccurrence for the last one."""
    day = _day_of(master, gone, mint)
    left = (each for each in dates(pattern_of(master)) if each != day and each not in master.deleted)
    if next(left, None) is None:
        raise EwsError("ErrorRecurrenceHasNoOccurrence", "no occurrence of the series would be left")
    overrides = {key: value for key, value in master.overrides.items() if key != day}
    return replace(master, overrides=overrides, deleted=tuple(sorted({*master.deleted, day})))


def settled(before: Item, after: Item, *, snaps: bool, wipes: bool = False) -> Item:
    """An item after a change of its own, with its occurrences: a rule, time, zone or range that is new forgets them all.

    The start of a series is its first occurrence, at the clock its Start says; `snaps`: its range begins there too.
    `wipes`: the occurrences are forgotten whether or not anything is new.
    """
    if not after.recurrence:
        return replace(after, overrides={}, deleted=()) if before.recurrence else after
    if before.recurrence and _shape(before) == _shape(after) and not wipes:
        return after
    if before.recurrence == after.recurrence and _date(before) != _date(after):
        raise not_modelled("moving a series to another date by its Start alone; write its Recurrence too")
    pattern = pattern_of(after)
    opening = first(pattern)
    if opening is None:
        raise EwsError("ErrorRecurrenceHasNoOccurrence", "the recurrence has no occurrence")
    at, length, zone = _clock(after)
    _check_length(pattern, length)
    if snaps:
        pattern = replace(pattern, start=opening)
    return replace(
        after,
        start=instant(opening, at, zone),
        end=_end(opening, at, length, zone),
        recurrence=recurrence.text(pattern),
        overrides={},
        deleted=(),
    )


def _clock(master: Item) -> tuple[time, timedelta, tzinfo]:
    zone = zone_of(master)
    start, end = (moment.astimezone(zone).replace(tzinfo=None) for moment in (master.start, master.end))
    return start.time(), end - start, zone


def _end(day: date, at: time, length: timedelta, zone: tzinfo) -> datetime:
    end = datetime.combine(day, at.replace(fold=0)) + length
    return instant(end.date(), end.time(), zone)


def _date(item: Item) -> date:
    return item.start.astimezone(zones.rules(item.start_zone)).date()


def _shape(item: Item) -> tuple[object, ...]:
    return item.recurrence, item.start, item.end, item.start_zone, item.end_zone, item.all_day


def _day_of(master: Item, shown: Item, mint: Mint) -> date:
    found = mint.read_occurrence_id(shown.id)
    if found is None or found[0] != master.id:
        raise ValueError("the item is no occurrence of that series")
    return found[1]


def _check_place(master: Item, day: date, after: Item, mint: Mint) -> None:
    """Refuse an occurrence on or past a neighbour's day, or one that overlaps it; who is deleted is nobody's neighbour."""
    zone = zone_of(master)
    earlier, later = (occurrence(master, each, mint) if each else None for each in _neighbours(master, day))
    here = after.start.astimezone(zone).date()
    if (earlier and here <= earlier.start.astimezone(zone).date()) or (
        later and here >= later.start.astimezone(zone).date()
    ):
        raise EwsError("ErrorOccurrenceCrossingBoundary", "the occurrence would not lie between its neighbours' days")
    if (earlier and earlier.end > after.start) or (later and after.end > later.start):
        raise EwsError("ErrorOccurrenceTimeSpanTooBig", "the occurrence would overlap another one of its series")


def _neighbours(master: Item, day: date) -> tuple[date | None, date | None]:
    before = None
    for each in dates(pattern_of(master)):
        if each in master.deleted or each == day:
            continue
        if each > day:
            return before, each
        before = each
    return before, None


def _check_length(pattern: Pattern, length: timedelta) -> None:
    days = islice(dates(pattern), _MOST_CHECKED)
    if any(length > one - other for other, one in pairwise(days)):
        raise EwsError("ErrorOccurrenceTimeSpanTooBig", "the occurrences of the series would overlap")
