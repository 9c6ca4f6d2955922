"""A zone keeps the name by which each side knows it, as long as it is the same zone to the other. Pure.

Exchange has one name for many zones: an event of Google's in Europe/Amsterdam is read there as Europe/Berlin. What the
other side would hold of a side's event tells whether it is the very zone the other side has now; then nobody chose
another, and the side's own name stands.
"""

from collections.abc import Mapping
from dataclasses import replace

from calpair.model.event import Event
from calpair.model.side import Side
from calpair.model.when import Timed


def own_names(wanted: Mapping[Side, Event], are: Mapping[Side, Event]) -> dict[Side, Event]:
    """Give `wanted` with zones as the sides' own events (`are`) call them, where the other side means the same.

    `wanted[side]`: what that side would be made to hold of the other one's event.
    """
    return {side: _own(wanted[side], are[side], _same(wanted[side.other], are[side.other])) for side in Side}


def _same(would: Event, holds: Event) -> bool:
    return isinstance(would.when, Timed) and isinstance(holds.when, Timed) and would.when.zone == holds.when.zone


def _own(wanted: Event, own: Event, same: bool) -> Event:
    if not same or not isinstance(wanted.when, Timed) or not isinstance(own.when, Timed):
        return wanted
    theirs, name = wanted.when.zone, own.when.zone
    overrides = {start: override and _renamed(override, theirs, name) for start, override in wanted.overrides.items()}
    return replace(_renamed(wanted, theirs, name), overrides=overrides)


def _renamed(event: Event, theirs: str, name: str) -> Event:
    if not isinstance(event.when, Timed) or event.when.zone != theirs:
        return event
    return replace(event, when=replace(event.when, zone=name))
