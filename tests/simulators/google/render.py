"""How stored events look in answers: computed fields, `self`, the reader's share, the zone of times.

Source: facts/google.md 3.1 (etag, links), 3.4 (tombstones, timeZone), 3.5 (rendering), 3.7 (self, maxAttendees,
private events), [S] samples for the order of fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.google import ids, series
from simulators.google.people import same
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import shown

_HIDDEN = (
    "id",
    "status",
    "created",
    "start",
    "end",
    "recurrence",
    "iCalUID",
    "visibility",
    "transparency",
    "eventType",
    "recurringEventId",
    "originalStartTime",
)

Json = dict[str, Any]


@dataclass(frozen=True)
class View:
    """For whom an event is shown: role, zone of times, how many guests, and whether tombstones are bare."""

    role: str = "owner"
    zone: str = ""
    max_attendees: int = 0
    bare: bool = False


def updated_text(micros: int) -> str:
    """`updated` as answers give it, to the millisecond."""
    moment = datetime.fromtimestamp(micros // 1_000_000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{micros // 1000 % 1000:03d}Z"


def render(ground: Ground, calendar: Calendar, entry: Entry, view: View) -> Json:
    """One event in API form."""
    head = {"kind": "calendar#event", "etag": ids.etag(entry.updated), "id": entry.id}
    event = entry.copy()
    if entry.instance_of:
        event["originalStartTime"] = _shown(ground, calendar, event["originalStartTime"], view)
        if calendar.dead(entry):
            names = ("recurringEventId", "originalStartTime")
            return head | {"status": "cancelled"} | {name: event[name] for name in names}
    if entry.cancelled and (view.bare or ground.switches.tombstones == "bare"):
        return head | {"status": "cancelled"}
    if view.role == "reader" and event.get("visibility") in ("private", "confidential"):
        event = {name: value for name, value in event.items() if name in _HIDDEN}
    for name in ("start", "end"):
        event[name] = _shown(ground, calendar, event[name], view)
    for name in ("creator", "organizer"):
        if name in event:
            event[name] = _marked(event[name], calendar)
    if "attendees" in event:
        organizer = event["organizer"]["email"]
        event["attendees"] = [_row(row, calendar, organizer) for row in event["attendees"]]
        if view.max_attendees and len(event["attendees"]) > view.max_attendees:
            event["attendees"] = [row for row in event["attendees"] if row.get("self")]
            event["attendeesOmitted"] = True
    link = {
        "htmlLink": ids.html_link(_linked(ground, calendar, entry), calendar.id),
        "updated": updated_text(entry.updated),
    }
    return head | {"status": event["status"]} | link | event


def _shown(ground: Ground, calendar: Calendar, moment: Mapping[str, str], view: View) -> Json:
    switches = ground.switches
    there = view.zone or calendar.zone
    return dict(shown(moment, there, alias=switches.zone_alias, offset=switches.date_time_offset))


def _linked(ground: Ground, calendar: Calendar, entry: Entry) -> str:
    """What a link names: of a series its first instance."""
    first = next(series.originals(ground, entry.body), None) if series.is_series(entry) else None
    return entry.id if first is None else series.instance_id(ground, calendar, entry.id, series.key_of(first))


def _marked(person: Mapping[str, Any], calendar: Calendar) -> Json:
    return dict(person) | ({"self": True} if same(person["email"], calendar.id) else {})


def _row(row: Mapping[str, Any], calendar: Calendar, organizer: str) -> Json:
    return _marked(row, calendar) | ({"organizer": True} if same(row["email"], organizer) else {})
