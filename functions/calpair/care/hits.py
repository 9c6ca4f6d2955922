"""Why an event is found by a start: how it, or an occurrence of it, has to do with that time. Pure.

    hits({Side.GOOGLE: item}, Home.GOOGLE, date(2026, 9, 14))
                                        # ("an occurrence was moved from there to 2026-09-14 16:00 Europe/Berlin",)
    meant({Side.GOOGLE: item}, Home.GOOGLE, date(2026, 9, 14))      # which occurrence that is

A day stands for all of it, a time without a zone is what the event's own clock shows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from calpair.care.occurrences import at
from calpair.care.starts import told
from calpair.model.event import Event, Item
from calpair.model.rule import Original
from calpair.model.side import Home, Side
from calpair.model.when import AllDay, When
from calpair.recurrence import clock, expand

MOST = 5
"""Reasons told of one event."""

_DELETED = "an occurrence then was deleted"
_NEVER = "deleted on {side}, since its series gives no such date"


@dataclass(frozen=True, slots=True)
class Hit:
    """What one side has to do with a start; `original`: with which occurrence of a series."""

    said: str
    original: Original | None = None


def hits(items: Mapping[Side, Item], home: Home, start: Original) -> tuple[str, ...]:
    """Say why an event is found at a start, by what both sides have of it; empty: it is not.

    What one side alone says is told with its name. What a copy has deleted may never have been in its original; where
    the original cannot be read, nothing is told of it.
    """
    found: dict[str, dict[Side, None]] = {}
    for side, hit in _found(items, home, start):
        found.setdefault(hit.said, {})[side] = None
    never = {_NEVER.format(side=side.value.capitalize()) for side in Side}
    return tuple(
        said if len(sides) == len(items) or said in never else f"{said}, on {next(iter(sides)).value.capitalize()}"
        for said, sides in found.items()
    )[:MOST]


def meant(items: Mapping[Side, Item], home: Home, start: Original) -> Original | None:
    """Give the occurrence that a start means; None: that of no series, or it may be several."""
    found = {hit.original for _, hit in _found(items, home, start)}
    return found.pop() if len(found) == 1 else None


def _found(items: Mapping[Side, Item], home: Home, start: Original) -> Iterator[tuple[Side, Hit]]:
    for side, item in items.items():
        for hit in _of_item(item, start):
            if hit.said != _DELETED or home.owns(side):
                yield side, hit
            elif hit.original is not None and (original := items.get(side.other)) and original.event:
                never = not _gives(original.event, hit.original)
                yield side, replace(hit, said=_NEVER.format(side=side.value.capitalize())) if never else hit


def _gives(event: Event, original: Original) -> bool:
    return event.repeats is not None and expand.index(event.when, event.repeats, original) is not None


def _of_item(item: Item, start: Original) -> Iterator[Hit]:
    event = item.event
    when = event.when if event else item.starts
    if when is None:
        return
    if event is None or event.repeats is None:
        if shows(when, when.start, start):
            yield Hit("starts then")
        return
    yield from _of_series(event, expand.generated(event.when, event.repeats).originals, start)


def _of_series(event: Event, originals: Sequence[Original], start: Original) -> Iterator[Hit]:
    usual = [original for original in originals if shows(event.when, original, start)]
    for original in usual:
        said = event.overrides.get(original, event)
        if said is None:
            yield Hit(_DELETED, original)
        elif said is event or said.when.start == original:
            yield Hit("starts then" if original == originals[0] else "has an occurrence then", original)
        else:
            yield Hit(f"an occurrence was moved from there to {told(said.when)}", original)
    for original, said in event.overrides.items():
        if said and said.when.start != original and shows(said.when, said.when.start, start):
            yield Hit(f"an occurrence was moved there from {at(event.when, original)}", original)


def shows(when: When, moment: Original, start: Original) -> bool:
    """Tell whether a moment is that start, by the clock of what happens then."""
    if isinstance(when, AllDay) or not isinstance(moment, datetime):
        day = clock.on_wall(when, moment).date()
        return not isinstance(start, datetime) and day == start
    local = clock.on_wall(when, moment)
    if not isinstance(start, datetime):
        return local.date() == start
    if start.tzinfo:
        return moment == start
    return local.replace(second=0) == start.replace(second=0)
