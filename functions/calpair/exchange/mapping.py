"""Exchange's calendar items as calpair's: a parsed `CalendarItem` in, an `Item` out; and what Exchange would hold.

Pure. An item is read property by property, and one that cannot be read becomes an item of kind `BROKEN`, so that it
harms nobody but itself. Sources: "CalendarItem" and its elements (EWS reference); facts about servers stand where
they matter. What is written is in `fields.py`, with the same limits as here (`held`).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime

from calpair.exchange import stamp as stamps
from calpair.exchange import zones
from calpair.exchange.days import days
from calpair.exchange.soap import TYPES, Element, child, clean, local_name, text
from calpair.exchange.versions import EXCHANGE_2013, Build
from calpair.exchange.zone_told import rest, told, zone_losses
from calpair.model.body import MAX_CHARACTERS, Body
from calpair.model.event import Event, Item, Kind, Privacy, ShowAs
from calpair.model.link import Stamp
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Held

MAX_LINE = 255
"""Characters of a subject, and of a location: Outlook's limit."""

MAX_REMINDER = 2_629_800
"""Minutes; the schema's limit."""

NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a creation or modification time a server did not tell."""

SHOW_AS = {
    ShowAs.FREE: "Free",
    ShowAs.TENTATIVE: "Tentative",
    ShowAs.BUSY: "Busy",
    ShowAs.AWAY: "OOF",
    ShowAs.ELSEWHERE: "WorkingElsewhere",
}
PRIVACY = {
    Privacy.NORMAL: "Normal",
    Privacy.PERSONAL: "Personal",
    Privacy.PRIVATE: "Private",
    Privacy.CONFIDENTIAL: "Confidential",
}
_SHOWN = {word: value for value, word in SHOW_AS.items()}
_PRIVATE = {word: value for value, word in PRIVACY.items()}
_GUEST_LISTS = ("RequiredAttendees", "OptionalAttendees", "Resources")
_MEETING = 0b11
"""Bits of AppointmentState: a meeting, and received from its organizer. The next one is "cancelled"."""

_MAX_DIGITS = 10

_TROUBLE = "unreadable"


def read(element: Element, mailbox: str, own_zone: Callable[[], str]) -> Item:
    """Turn one element of a GetItem answer into an item.

    `mailbox` is whose calendar it is; `own_zone` tells the calendar's IANA zone, asked only where an item does not
    name its own.
    """
    base = _bare(element)
    if local_name(element) != "CalendarItem":
        return replace(base, kind=Kind.OTHER, trouble=local_name(element).lower())
    people = has_people(element, mailbox)
    base = replace(
        base,
        uid=text(element, "UID"),
        stamp=_stamp(element),
        people=people,
        cancelled=_yes(element, "IsCancelled"),
        losses=tuple(_losses(element, people=people)),
    )
    kind = text(element, "CalendarItemType")
    if kind == "RecurringMaster":
        return replace(base, kind=Kind.SERIES, trouble="series", starts=_starts(element, own_zone))
    if kind not in ("", "Single"):
        return replace(base, kind=Kind.OTHER, trouble=kind.lower())
    try:
        event = _event(element, own_zone)
        return replace(
            base,
            kind=Kind.SINGLE,
            trouble="",
            event=event,
            losses=(*base.losses, *zone_losses(element, event.when, own_zone)),
            rest=rest(element),
        )
    except (ValueError, OverflowError):
        return base


def broken(item_id: str, code: str) -> Item:
    """Stand in for an item the server itself cannot read."""
    return Item(Side.EXCHANGE, item_id, "", "", NO_TIME, NO_TIME, None, Kind.BROKEN, trouble=code)


def identity(element: Element) -> tuple[str, str]:
    """Give the id and the version (ItemId, ChangeKey) of an item's element; empty where there is none."""
    found = child(element, "ItemId")
    return ("", "") if found is None else (found.get("Id", ""), found.get("ChangeKey", ""))


def has_people(element: Element, mailbox: str) -> bool:
    """Tell whether anybody but the mailbox's owner has to do with the item."""
    if _yes(element, "IsMeeting"):
        return True
    if any(child(element, name, "Attendee") is not None for name in _GUEST_LISTS):
        return True
    state = text(element, "AppointmentState").strip()
    if state.isdecimal() and len(state) <= _MAX_DIGITS:
        # The owner's appointments name the mailbox's main address as organizer; the pair may know it by another.
        return bool(int(state) & _MEETING)
    organizer = text(element, "Organizer", "Mailbox", "EmailAddress").strip().lower()
    # Some answers give a legacyExchangeDN here, which tells nothing; the owner's own is always there.
    return "@" in organizer and organizer != mailbox.lower()


def hold(event: Event, build: Build) -> Held:
    """Tell what a server of that build would hold of an event, and what it would not."""
    losses: list[str] = []
    title, place = line(event.title), line(event.place)
    if len(event.title) > MAX_LINE:
        losses.append("title:shortened")
    if len(event.place) > MAX_LINE:
        losses.append("place:shortened")
    if event.body.html and len(event.body.content) > MAX_CHARACTERS:
        losses.append("body:shortened")
    shown = event.show_as
    if shown is ShowAs.ELSEWHERE and build < EXCHANGE_2013:
        shown = ShowAs.BUSY
        losses.append("show_as")
    privacy = event.privacy
    if privacy not in PRIVACY:
        privacy = Privacy.NORMAL
        losses.append("privacy")
    reminder = event.reminder
    if reminder is not None and not 0 <= reminder <= MAX_REMINDER:
        reminder = min(max(reminder, 0), MAX_REMINDER)
        losses.append("reminder")
    if isinstance(event.when, Timed) and event.when.zone and not zones.windows(event.when.zone):
        losses.append("zone")
    held = Event(
        title=title,
        when=_when_held(event.when),
        body=Body(clean(event.body.markup()), html=True),
        place=place,
        show_as=shown,
        privacy=privacy,
        reminder=reminder,
        categories=None if event.categories is None else tuple(map(clean, event.categories)),
    )
    return Held(held, tuple(losses))


def line(words: str) -> str:
    """Make one line of at most `MAX_LINE` characters."""
    return " ".join(clean(words).splitlines())[:MAX_LINE]


def _when_held(when: When) -> When:
    if isinstance(when, AllDay):
        return when
    # A zone comes back under the best-known name of its rules; one that Exchange has no name for is written as UTC.
    zone = zones.iana(zones.windows(when.zone)) or zones.UTC_NAME
    return Timed(when.start.replace(microsecond=0), when.end.replace(microsecond=0), zone)


def _bare(element: Element) -> Item:
    item_id, version = identity(element)
    created, modified = _told(element, "DateTimeCreated"), _told(element, "LastModifiedTime")
    return Item(Side.EXCHANGE, item_id, version, "", created, modified, None, Kind.BROKEN, trouble=_TROUBLE)


def _event(element: Element, own_zone: Callable[[], str]) -> Event:
    body = child(element, "Body")
    return Event(
        title=text(element, "Subject"),
        when=_when(element, own_zone),
        body=Body("" if body is None else body.text or "", html=body is not None and body.get("BodyType") == "HTML"),
        place=text(element, "Location"),
        show_as=_SHOWN.get(text(element, "LegacyFreeBusyStatus"), ShowAs.BUSY),
        privacy=_PRIVATE.get(text(element, "Sensitivity"), Privacy.NORMAL),
        reminder=_reminder(element),
        categories=tuple(found.text or "" for found in _all(child(element, "Categories"), "String")),
    )


def _when(element: Element, own_zone: Callable[[], str]) -> When:
    start, end = _instant(text(element, "Start")), _instant(text(element, "End"))
    if start is None or end is None:
        raise ValueError("an event has a start and an end")
    found = told(child(element, "StartTimeZone"), start, start, own_zone)
    if not _yes(element, "IsAllDayEvent"):
        return Timed(start, end, found.zone)
    return days(start, end, found.zone, () if found.zone else (own_zone(),), found.rules)


def _starts(element: Element, own_zone: Callable[[], str]) -> When | None:
    try:
        return _when(element, own_zone)
    except (ValueError, OverflowError):
        return None


def _reminder(element: Element) -> int | None:
    if not _yes(element, "ReminderIsSet"):
        return None
    # A reminder after the start, which some clients can set, is one at the start.
    return max(0, int(text(element, "ReminderMinutesBeforeStart") or "0"))


def _stamp(element: Element) -> Stamp | None:
    for found in _all(element, "ExtendedProperty"):
        uri = child(found, "ExtendedFieldURI")
        if uri is None or uri.get("PropertyName") != stamps.PROPERTY_NAME:
            continue
        if uri.get("PropertySetId", "").lower() == stamps.PROPERTY_SET:
            return stamps.parse(text(found, "Value"))
    return None


def _losses(element: Element, *, people: bool) -> Iterator[str]:
    if people:
        yield "guests"
    if _yes(element, "HasAttachments"):
        yield "attachments"


def _yes(element: Element, name: str) -> bool:
    return text(element, name).strip() in ("true", "1")


def _instant(words: str) -> datetime | None:
    if not words:
        return None
    instant = datetime.fromisoformat(words.strip())
    return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


def _told(element: Element, name: str) -> datetime:
    try:
        return _instant(text(element, name)) or NO_TIME
    except (ValueError, OverflowError):
        return NO_TIME


def _all(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else element.findall(f"{{{TYPES}}}{name}")
