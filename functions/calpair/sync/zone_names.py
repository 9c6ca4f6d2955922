"""A zone keeps the name by which each side knows it, as long as it is the same zone to the other. Pure.

Exchange has one name for many zones: an event of Google's in Europe/Amsterdam is read there as Europe/Berlin. Where the
other side would hold the zones of both events as one, nobody chose another, and the side's own name stands.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from calpair.model.event import Event
from calpair.model.side import Side
from calpair.model.when import Timed
from calpair.ports import Held

Hold = Callable[[Event], Held]


def own_names(wanted: Mapping[Side, Event], are: Mapping[Side, Event], hold: Mapping[Side, Hold]) -> dict[Side, Event]:
    """Give `wanted` with zones as the sides' own events (`are`) call them, where the other side means the same.

    `wanted[side]`: what that side would be made to hold of the other one's event.
    """
    return {side: _own(wanted[side], are[side], same=_same(are, hold[side.other])) for side in Side}


def _same(are: Mapping[Side, Event], hold: Hold) -> bool:
    # Asked of a bare event: what a whole series would be held as may take a while to find out.
    held = [hold(Event("", are[side].when)).event.when for side in Side]
    return len({when.zone for when in held if isinstance(when, Timed)}) == 1


def _own(wanted: Event, own: Event, *, same: bool) -> Event:
    if not same or not isinstance(wanted.when, Timed) or not isinstance(own.when, Timed):
        return wanted
    theirs, name = wanted.when.zone, own.when.zone
    overrides = {start: override and _renamed(override, theirs, name) for start, override in wanted.overrides.items()}
    return replace(_renamed(wanted, theirs, name), overrides=overrides)


def _renamed(event: Event, theirs: str, name: str) -> Event:
    if not isinstance(event.when, Timed) or event.when.zone != theirs:
        return event
    return replace(event, when=replace(event.when, zone=name))
