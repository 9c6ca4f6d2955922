"""Why an event is found by a start: how it, or an occurrence of it, has to do with that time. Pure.

    hits({Side.GOOGLE: item}, Home.GOOGLE, date(2026, 9, 14))
                                        # ("an occurrence was moved from there to 2026-09-14 16:00 Europe/Berlin",)

A day stands for all of it, a time without a zone is what the event's own clock shows.
"""

from collections.abc import Iterator, Mapping, Sequence
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


def hits(items: Mapping[Side, Item], home: Home, start: Original) -> tuple[str, ...]:
    """Say why an event is found at a start, by what both sides have of it; empty: it is not.

    What one side alone says is told with its name. What a copy has deleted may never have been in its original.
    """
    found: dict[str, list[Side]] = {}
    for side, item in items.items():
        for hit in dict.fromkeys(_of_item(item, start)):
            found.setdefault(hit, []).append(side)
    if not any(home.owns(side) for side in found.get(_DELETED, ())):
        found.pop(_DELETED, None)
    return tuple(
        hit if len(sides) == len(items) else f"{hit}, on {sides[0].value.capitalize()}" for hit, sides in found.items()
    )[:MOST]


def _of_item(item: Item, start: Original) -> Iterator[str]:
    event = item.event
    when = event.when if event else item.starts
    if when is None:
        return
    if event is None or event.repeats is None:
        if shows(when, when.start, start):
            yield "starts then"
        return
    yield from _of_series(event, expand.generated(event.when, event.repeats).originals, start)


def _of_series(event: Event, originals: Sequence[Original], start: Original) -> Iterator[str]:
    usual = [original for original in originals if shows(event.when, original, start)]
    for original in usual:
        said = event.overrides.get(original, event)
        if said is None:
            yield _DELETED
        elif said is event or said.when.start == original:
            yield "starts then" if original == originals[0] else "has an occurrence then"
        else:
            yield f"an occurrence was moved from there to {told(said.when)}"
    for original, said in event.overrides.items():
        if said and said.when.start != original and shows(said.when, said.when.start, start):
            yield f"an occurrence was moved there from {at(event.when, original)}"


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
