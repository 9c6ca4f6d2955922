"""What stays with an item for its next write: of its zone and its pattern, what an event does not say. Pure.

A zone that an item defines itself, or calls by no name of Windows', is never written over unless a person chooses
another: times are then written alone, with their offsets, and the item keeps the zone it has.
"""

from dataclasses import dataclass

from calpair.model.event import Item
from calpair.model.when import Timed
from calpair.ports import Edit
from calpair.recurrence.pattern import Series


@dataclass(frozen=True, slots=True)
class Rest:
    """`own_zone`: writing the zone as it was read would put another one in its place.

    `midnights`: the zone whose midnights a series of whole days is at, where it is known; its occurrences are written so.
    `series`: its pattern as the server spells it.
    """

    own_zone: bool = False
    midnights: str = ""
    series: Series | None = None


def spelled(item: Item) -> Series | None:
    """Give the pattern of a series as the server spells it, where it is known."""
    return item.rest.series if isinstance(item.rest, Rest) else None


def midnights(item: Item) -> str:
    """Name the zone whose midnights an item of whole days is at; empty where nobody knows."""
    return item.rest.midnights if isinstance(item.rest, Rest) else ""


def keeps_zone(edit: Edit) -> bool:
    """Tell whether an edit of an event's times is to leave the zone of the item alone."""
    rest, was, event = edit.item.rest, edit.item.event, edit.event
    if not isinstance(rest, Rest) or not rest.own_zone or was is None:
        return False
    timed = isinstance(was.when, Timed) and isinstance(event.when, Timed)
    return timed and getattr(was.when, "zone", "") == getattr(event.when, "zone", "")
