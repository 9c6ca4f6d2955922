"""When events start, read live for whoever looks: an id alone tells a person nothing, and a time is kept nowhere.

    starts(calendars, {"l1": {Side.GOOGLE: "g1"}})          # {"l1": Timed(...)}

Titles are never asked for here, nor anything else of what an event says.
"""

from collections.abc import Mapping
from datetime import UTC
from zoneinfo import ZoneInfo

from calpair.care.parts import part
from calpair.model.event import Item
from calpair.model.link import series_of
from calpair.model.side import Side
from calpair.model.when import AllDay, When
from calpair.ports import Calendar

MOST = 100
"""Events looked up at once; of more the first ones."""


def starts(calendars: Mapping[Side, Calendar], places: Mapping[str, Mapping[Side, str]]) -> Mapping[str, When]:
    """Tell when events happen, by whatever they are named; what cannot be read is left out. Raises SideError.

    `places`: each event's item id on one side or both; the one that still is there is read.
    """
    found: dict[str, When] = {}
    wanted = dict(list(places.items())[:MOST])
    for side, calendar in calendars.items():
        ids = {name: items[side] for name, items in wanted.items() if side in items and name not in found}
        answers = calendar.read(list(dict.fromkeys(map(series_of, ids.values())))) if ids else {}
        for name, item_id in ids.items():
            item = part(answers.get(series_of(item_id)), item_id)
            when = _when(item) if item else None
            if when:
                found[name] = when
    return found


def told(when: When | None) -> str:
    """Say when it starts, in the event's own zone: `2026-11-05 10:00 Europe/Berlin`; empty: not known."""
    if when is None:
        return ""
    if isinstance(when, AllDay):
        return when.start.isoformat()
    try:
        zone = ZoneInfo(when.zone) if when.zone else UTC
    except (ValueError, OSError, LookupError):
        # A server's name for a zone that this machine does not know; the instant is right all the same.
        zone = UTC
    return f"{when.start.astimezone(zone):%Y-%m-%d %H:%M} {zone}"


def _when(item: Item) -> When | None:
    return item.event.when if item.event else item.starts
