"""A zone as an item defines it: periods, groups of yearly changes, and which group counts from when. Pure.

    found = read(element)                # a StartTimeZone; None where it has a name and no more

Source: "TimeZoneDefinition", "Periods", "TransitionsGroups" and "RecurringDayTransition" (EWS reference); a Bias is what
local time lacks to UTC, a change is told in the wall clock before it. What a server answers may be anything: sizes are
bounded, and what makes no sense is a ValueError for the one who reads the item.
"""

import re
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from calpair.exchange.soap import Element, child, local_name, text
from calpair.model.clocks import EVER, LAST, LEAP_YEAR, WEEKS, Change, Group, Rules

__all__ = ["MAX_PARTS", "Rules", "read"]

MAX_PARTS = 64
"""Periods, groups, changes of a group, and groups in turn: more than any zone ever had."""

_MAX_OFFSET = timedelta(hours=24) - timedelta(microseconds=1)
"""Python has no clocks that are a whole day apart."""
_MAX_HOUR = timedelta(hours=48)
_MAX_TEXT = 200
_DURATION = re.compile(
    r"(-?)P(?:([0-9]{1,3})D)?(?:T(?:([0-9]{1,3})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,6}(?:\.[0-9]{1,9})?)S)?)?"
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = 12

Value = TypeVar("Value")


def read(definition: Element) -> Rules | None:
    """Read a definition; None where it says no more than a name. Raises ValueError for one that makes no sense."""
    periods = _parts(child(definition, "Periods"))
    if not periods:
        return None
    offsets = {_word(period.get("Id")): -_duration(period.get("Bias", ""), _MAX_OFFSET) for period in periods}
    groups = {
        _word(group.get("Id")): _group(group, offsets) for group in _parts(child(definition, "TransitionsGroups"))
    }
    turns = [_turn(turn, offsets, groups) for turn in _parts(child(definition, "Transitions"))]
    if not turns:
        alone = list(groups.values()) or [Group(offset=offset) for offset in offsets.values()]
        if len(alone) != 1:
            raise ValueError("several groups, and nothing says which counts")
        turns = [(EVER, alone[0])]
    turns.sort(key=lambda turn: turn[0])
    if turns[0][0] != EVER or len({start for start, _ in turns}) != len(turns):
        raise ValueError("one group counts from ever, and one at a time")
    rules = Rules(tuple(group for _, group in turns), tuple(start for start, _ in turns))
    # Nonsense shows when it is reckoned with, which is to be now.
    rules.changes(LEAP_YEAR, LEAP_YEAR)
    return rules


def _group(element: Element, offsets: dict[str, timedelta]) -> Group:
    parts = _parts(element)
    if not parts:
        raise ValueError("a group of nothing")
    if len(parts) == 1 and local_name(parts[0]) == "Transition":
        return Group(offset=_known(offsets, _target(parts[0], "Period")))
    changes = [_change(part, _known(offsets, _target(part, "Period"))) for part in parts]
    return Group(tuple(sorted(changes, key=lambda change: change.wall(LEAP_YEAR))))


def _change(element: Element, offset: timedelta) -> Change:
    at = _duration(text(element, "TimeOffset"), _MAX_HOUR)
    # Windows cannot say 24:00 and says a millisecond before it.
    at = timedelta(seconds=round(at.total_seconds()))
    month = _number(text(element, "Month"))
    if not 1 <= month <= _MONTHS:
        raise ValueError("a year has no such month")
    change: Change
    match local_name(element):
        case "RecurringDayTransition":
            weekday = _DAYS.index(text(element, "DayOfWeek").strip())
            week = _number(text(element, "Occurrence"))
            change = Change(offset, month, at, weekday=weekday, week=LAST if week == 5 else week)  # noqa: PLR2004 - the fifth of Windows' own rules is the last
            if change.week not in WEEKS:
                raise ValueError("a month has no such week")
        case "RecurringDateTransition":
            change = Change(offset, month, at, day=_number(text(element, "Day")))
        case _:
            raise ValueError("a change of every year is expected")
    # Raises for a day that no year has.
    change.wall(LEAP_YEAR)
    return change


def _turn(element: Element, offsets: dict[str, timedelta], groups: dict[str, Group]) -> tuple[datetime, Group]:
    name = local_name(element)
    if name not in ("Transition", "AbsoluteDateTransition"):
        raise ValueError("groups follow each other by date")
    to = child(element, "To")
    if to is not None and to.get("Kind") == "Period":
        group = Group(offset=_known(offsets, _target(element, "Period")))
    else:
        group = _known(groups, _target(element, "Group"))
    if name == "Transition":
        return EVER, group
    start = datetime.fromisoformat(text(element, "DateTime").strip()[:_MAX_TEXT])
    return start.replace(tzinfo=UTC), group


def _target(element: Element, kind: str) -> str:
    to = child(element, "To")
    if to is None or to.get("Kind") != kind:
        raise ValueError("a change leads to something")
    return _word(to.text)


def _known(found: "dict[str, Value]", name: str) -> "Value":
    if name not in found:
        raise ValueError("a change leads to something that is defined")
    return found[name]


def _parts(element: Element | None) -> list[Element]:
    parts = [] if element is None else [part for part in element if local_name(part)]
    if len(parts) > MAX_PARTS:
        raise ValueError("no zone has so many parts")
    return parts


def _word(words: str | None) -> str:
    return (words or "").strip()


def _number(words: str) -> int:
    words = words.strip()
    if not re.fullmatch(r"-?[0-9]{1,4}", words):
        raise ValueError("a number is expected")
    return int(words)


def _duration(words: str, longest: timedelta) -> timedelta:
    found = _DURATION.fullmatch(words.strip()[:_MAX_TEXT])
    if found is None or not any(found.groups()[1:]):
        raise ValueError("a duration is expected")
    sign, days, hours, minutes, seconds = found.groups()
    span = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=float(seconds or 0))
    if span > longest:
        raise ValueError("clocks are not so far apart")
    return -span if sign else span
