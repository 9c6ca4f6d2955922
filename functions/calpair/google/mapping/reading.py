"""An event resource read as an item. Pure; never raises for what an event says, however odd."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from calpair.google import stamp
from calpair.google.mapping import colours, times
from calpair.google.mapping.reminders import Reminders, Row
from calpair.google.mapping.reminders import read as read_reminders
from calpair.model.body import Body
from calpair.model.event import Event, Item, Kind, Privacy, ShowAs
from calpair.model.side import Side
from calpair.model.when import When

_PRIVACY = {
    "default": Privacy.NORMAL,
    "public": Privacy.PUBLIC,
    "private": Privacy.PRIVATE,
    "confidential": Privacy.CONFIDENTIAL,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What has to be known of the calendar to read its events: its id, its own reminders, the table of colours."""

    calendar_id: str
    defaults: tuple[Row, ...] = ()
    table: colours.Table = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rest:
    """What stays with an item for the next write: its reminders, all of them."""

    reminders: Reminders = field(default_factory=Reminders)


def cancelled(event: Mapping[str, Any]) -> bool:
    """Tell a tombstone."""
    return event.get("status") == "cancelled"


def item(event: Mapping[str, Any], known: Known) -> Item:
    """Read an event that is not a tombstone; `id` and `etag` are all it must have."""
    kind, trouble = _kind(event)
    found = read_reminders(event.get("reminders"), known.defaults)
    content = None
    if kind is Kind.SINGLE:
        try:
            content = _content(event, found, known)
        except (ValueError, OverflowError):
            kind, trouble = Kind.BROKEN, "times"
        except TypeError:
            kind, trouble = Kind.BROKEN, "text"
    others = _others(event, known.calendar_id)
    return Item(
        side=Side.GOOGLE,
        id=str(event["id"]),
        version=str(event["etag"]),
        uid=str(event.get("iCalUID") or ""),
        created=times.instant(event.get("created")),
        modified=times.instant(event.get("updated")),
        event=content,
        kind=kind,
        stamp=stamp.parse(_private(event)),
        people=others or _elsewhere(event, known.calendar_id),
        trouble=trouble,
        starts=None if content else _starts(event),
        losses=_losses(event, found, known, guests=others) if content else (),
        rest=Rest(found),
    )


def _starts(event: Mapping[str, Any]) -> When | None:
    try:
        return times.read(event)
    except (ValueError, OverflowError, TypeError):
        return None


def _kind(event: Mapping[str, Any]) -> tuple[Kind, str]:
    sort = str(event.get("eventType") or "default")
    if sort != "default":
        return Kind.OTHER, sort
    if event.get("recurrence") or event.get("recurringEventId"):
        return Kind.SERIES, "series"
    return Kind.SINGLE, ""


def _content(event: Mapping[str, Any], found: Reminders, known: Known) -> Event:
    return Event(
        title=_text(event, "summary"),
        when=times.read(event),
        body=Body.guess(_text(event, "description")),
        place=_text(event, "location"),
        show_as=ShowAs.FREE if event.get("transparency") == "transparent" else ShowAs.BUSY,
        privacy=_PRIVACY.get(_text(event, "visibility"), Privacy.NORMAL),
        reminder=found.carried,
        categories=colours.read(_text(event, "colorId"), known.table),
    )


def _text(event: Mapping[str, Any], name: str) -> str:
    value = event.get(name) or ""
    if not isinstance(value, str):
        raise TypeError(f"{name} is a text")
    return value


def _private(event: Mapping[str, Any]) -> Any:
    properties = event.get("extendedProperties")
    return properties.get("private") if isinstance(properties, Mapping) else None


def _others(event: Mapping[str, Any], calendar_id: str) -> bool:
    rows = event.get("attendees")
    guests = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, Sequence) else []
    return bool(event.get("attendeesOmitted")) or any(not _own(row, calendar_id) for row in guests)


def _elsewhere(event: Mapping[str, Any], calendar_id: str) -> bool:
    organizer = event.get("organizer")
    return isinstance(organizer, Mapping) and not _own(organizer, calendar_id)


def _own(person: Mapping[str, Any], calendar_id: str) -> bool:
    # On a secondary calendar nobody is "self" but the calendar's own address.
    return bool(person.get("self")) or str(person.get("email") or "").casefold() == calendar_id.casefold()


def _losses(event: Mapping[str, Any], found: Reminders, known: Known, *, guests: bool) -> tuple[str, ...]:
    words = {
        "guests": guests,
        "attachments": bool(event.get("attachments")),
        "conference": bool(event.get("conferenceData") or event.get("hangoutLink")),
        "colour": colours.strange(str(event.get("colorId") or ""), known.table),
        "end_zone": times.two_zones(event),
    }
    return tuple(sorted([*(word for word, so in words.items() if so), *found.losses]))
