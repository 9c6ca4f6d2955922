"""An event resource read as an item. Pure; never raises for what an event says, however odd.

Of a series this reads the series itself; `series.py` puts its exceptions beside it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from calpair.google import stamp
from calpair.google.mapping import colours, recurrence, times
from calpair.google.mapping.reminders import Reminders, Row
from calpair.google.mapping.reminders import read as read_reminders
from calpair.model.body import Body
from calpair.model.event import Event, Item, Kind, Privacy, ShowAs
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.model.when import When

_CANCELLED = "cancelled"
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
    """What stays with an item for the next write: its reminders, all of them; of a series all its resources.

    `exceptions` is None where nobody looked for them. `looked_up`: occurrences without a resource of their own.
    """

    reminders: Reminders = field(default_factory=Reminders)
    master: Mapping[str, Any] | None = None
    exceptions: Mapping[Original, Mapping[str, Any]] | None = None
    looked_up: Mapping[Original, Mapping[str, Any]] = field(default_factory=dict)


class UnreadableError(ValueError):
    """What an event says cannot be understood; `word` tells what of it (`times`, `text`, `rule`)."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


def cancelled(event: Mapping[str, Any]) -> bool:
    """Tell a tombstone."""
    return event.get("status") == _CANCELLED


def exception(event: Mapping[str, Any]) -> bool:
    """Tell an occurrence that has a resource of its own, cancelled or not."""
    return bool(event.get("recurringEventId"))


def whole(event: Mapping[str, Any]) -> bool:
    """Tell a series, alive, which is read with its exceptions."""
    return _kind(event)[0] is Kind.SERIES and not cancelled(event)


def version(event: Mapping[str, Any]) -> str:
    """Give an event's version; a cancelled one may come without."""
    return str(event.get("etag") or _CANCELLED)


def item(event: Mapping[str, Any], known: Known) -> Item:
    """Read an event that is not a tombstone; `id` and `etag` are all it must have."""
    kind, trouble = _kind(event)
    said, alone = None, None
    if kind is not Kind.OTHER:
        try:
            alone = original(event) if exception(event) else None
            said = content(event, known)
            said = _repeating(said, event["recurrence"]) if kind is Kind.SERIES else said
        except UnreadableError as error:
            kind, trouble, said = Kind.BROKEN, error.word, None
    return Item(
        side=Side.GOOGLE,
        id=str(event["id"]),
        version=version(event),
        uid=str(event.get("iCalUID") or ""),
        created=times.instant(event.get("created")),
        modified=times.instant(event.get("updated")),
        event=said,
        kind=kind,
        stamp=stamp.parse(_private(event)),
        people=people(event, known),
        trouble=trouble,
        starts=None if said else _starts(event),
        losses=losses(event, known) if said else (),
        alone=alone,
        rest=Rest(reminders(event, known), event if event.get("recurrence") else None),
    )


def original(event: Mapping[str, Any]) -> Original:
    """Read which occurrence an exception is. UnreadableError."""
    try:
        return times.original(event)
    except (ValueError, OverflowError) as error:
        raise UnreadableError("times") from error


def content(event: Mapping[str, Any], known: Known) -> Event:
    """Read what an event says, but for how it repeats. UnreadableError."""
    try:
        return Event(
            title=_text(event, "summary"),
            when=times.read(event),
            body=Body.guess(_text(event, "description")),
            place=_text(event, "location"),
            show_as=ShowAs.FREE if event.get("transparency") == "transparent" else ShowAs.BUSY,
            privacy=_PRIVACY.get(_text(event, "visibility"), Privacy.NORMAL),
            reminder=reminders(event, known).carried,
            categories=colours.read(_text(event, "colorId"), known.table),
        )
    except (ValueError, OverflowError) as error:
        raise UnreadableError("times") from error
    except TypeError as error:
        raise UnreadableError("text") from error


def reminders(event: Mapping[str, Any], known: Known) -> Reminders:
    """Read an event's reminders, all of them."""
    return read_reminders(event.get("reminders"), known.defaults)


def people(event: Mapping[str, Any], known: Known) -> bool:
    """Tell whether others are invited, or somebody else organises it."""
    return _others(event, known.calendar_id) or _elsewhere(event, known.calendar_id)


def losses(event: Mapping[str, Any], known: Known) -> tuple[str, ...]:
    """Say what of a readable event the other side will not get."""
    words = {
        "guests": _others(event, known.calendar_id),
        "attachments": bool(event.get("attachments")),
        "conference": bool(event.get("conferenceData") or event.get("hangoutLink")),
        "colour": colours.strange(str(event.get("colorId") or ""), known.table),
        "end_zone": times.two_zones(event),
    }
    return tuple(sorted([*(word for word, so in words.items() if so), *reminders(event, known).losses]))


def _repeating(event: Event, lines: Any) -> Event:
    try:
        repeats, holes = recurrence.plain(recurrence.read(lines, event.when), event.when)
    except (ValueError, OverflowError) as error:
        raise UnreadableError(recurrence.TROUBLE) from error
    return replace(event, repeats=repeats, overrides=dict.fromkeys(sorted(holes)))


def _kind(event: Mapping[str, Any]) -> tuple[Kind, str]:
    sort = str(event.get("eventType") or "default")
    if sort != "default":
        return Kind.OTHER, sort
    return (Kind.SERIES if event.get("recurrence") else Kind.SINGLE), ""


def _starts(event: Mapping[str, Any]) -> When | None:
    try:
        return times.read(event)
    except (ValueError, OverflowError, TypeError):
        return None


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
