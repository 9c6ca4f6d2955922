"""Exchange's calendar items as calpair's: a parsed `CalendarItem` in, an `Item` out.

Pure. An item is read property by property, and one that cannot be read becomes an item of kind `BROKEN`, so that it
harms nobody but itself. A series' element tells its rule, what was deleted of it, and the names of its exceptions, which
are items to be asked for (`joined.py`). Sources: "CalendarItem" and its elements (EWS reference); facts about servers
stand where they matter. What Exchange would hold is in `holding.py`, what is written in `fields.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from calpair.exchange import recurrence
from calpair.exchange import stamp as stamps
from calpair.exchange.days import day_zone, days
from calpair.exchange.soap import TYPES, Element, child, local_name, text
from calpair.exchange.zone_series import repeating
from calpair.exchange.zone_told import Told, rest, told, without_zone, zone_losses
from calpair.model import clocks
from calpair.model.body import Body
from calpair.model.event import Event, Item, Kind, Mark, Privacy, ShowAs
from calpair.model.link import Stamp
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed, When

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

_ALONE = ("", "Single", "Exception", "Occurrence")
"""The types of items that are one event, at one time."""

_TROUBLE = "unreadable"
_DAY = timedelta(days=1)


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
        cancelled=cancelled(element),
        losses=tuple(losses(element, people=people)),
    )
    kind = text(element, "CalendarItemType")
    try:
        if kind == "RecurringMaster":
            return _series(base, element, own_zone)
        if kind not in _ALONE:
            return replace(base, kind=Kind.OTHER, trouble=kind.lower())
        event = content(element, own_zone)
        alone = _alone(element, event.when, kind)
    except (ValueError, OverflowError):
        return base
    return replace(
        base,
        kind=Kind.SINGLE,
        trouble="",
        event=event,
        losses=(*base.losses, *zone_losses(element, event.when, own_zone)),
        alone=alone,
        rest=rest(element),
    )


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


def cancelled(element: Element) -> bool:
    """Tell whether the organizer called it off."""
    return _yes(element, "IsCancelled")


def losses(element: Element, *, people: bool) -> Iterator[str]:
    """Give short words for what an item holds that the other side will not get."""
    if people:
        yield "guests"
    if _yes(element, "HasAttachments"):
        yield "attachments"


def content(element: Element, own_zone: Callable[[], str]) -> Event:
    """Read what an item says, of a series what its occurrences say. Raises ValueError, OverflowError."""
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


def _bare(element: Element) -> Item:
    item_id, version = identity(element)
    created, modified = _told(element, "DateTimeCreated"), _told(element, "LastModifiedTime")
    return Item(Side.EXCHANGE, item_id, version, "", created, modified, None, Kind.BROKEN, trouble=_TROUBLE)


def _series(base: Item, element: Element, own_zone: Callable[[], str]) -> Item:
    """Read a series: IsRecurring is false on it, so its type alone tells. Raises ValueError, OverflowError."""
    base = replace(base, starts=_when(element, own_zone))
    event = content(element, own_zone)
    rules = _zone(element, _required(element, "Start"), own_zone).rules
    lost = zone_losses(element, event.when, own_zone)
    if isinstance(event.when, Timed) and not event.when.zone and rules is None:
        # With neither a zone nor clocks nobody knows when the other half of the year's occurrences are.
        return replace(base, losses=(*base.losses, *lost), trouble="zone")
    try:
        pattern = recurrence.read(child(element, "Recurrence"))
        when, repeats = repeating(pattern, event.when, rules)
    except (ValueError, OverflowError):
        return replace(base, losses=(*base.losses, *lost), trouble="rule")
    if isinstance(when, Timed) and not clocks.is_own(when.zone):
        lost = without_zone(lost)
    event = replace(event, when=when)
    base = replace(base, losses=(*base.losses, *lost))
    midnights = _midnights(element, own_zone) if isinstance(event.when, AllDay) else ""
    first = _required(element, "Start")
    # Both lists are missing where they would be empty.
    deleted = _all(child(element, "DeletedOccurrences"), "DeletedOccurrence")
    modified = _all(child(element, "ModifiedOccurrences"), "Occurrence")
    marks = {_original(found, "OriginalStart", event.when, first): Mark(identity(found)[0]) for found in modified}
    gone = {_original(found, "Start", event.when, first) for found in deleted}
    overrides = dict[Original, Event | None](dict.fromkeys(sorted(gone - set(marks))))
    return replace(
        base,
        kind=Kind.SERIES,
        trouble="",
        event=replace(event, repeats=repeats, overrides=overrides),
        marks=marks,
        rest=replace(rest(element), midnights=midnights, series=pattern),
    )


def _alone(element: Element, when: When, kind: str) -> Original | None:
    """Tell which occurrence it is of a series that is not here; None of an event that is none."""
    name = next((name for name in ("OriginalStart", "RecurrenceId") if text(element, name)), "")
    if name:
        return _original(element, name, when, _required(element, "Start"))
    return None if kind in ("", "Single") else when.start


def _original(element: Element, name: str, when: When, start: datetime) -> Original:
    """Read an original start: of whole days, as many days away as the two midnights are, whatever their zone."""
    instant = _required(element, name)
    return when.start + _DAY * round((instant - start) / _DAY) if isinstance(when, AllDay) else instant


def _when(element: Element, own_zone: Callable[[], str]) -> When:
    start, end = _required(element, "Start"), _required(element, "End")
    found = _zone(element, start, own_zone)
    if not _yes(element, "IsAllDayEvent"):
        return Timed(start, end, found.zone)
    return days(start, end, found.zone, () if found.zone else (own_zone(),), found.rules)


def _midnights(element: Element, own_zone: Callable[[], str]) -> str:
    """Name the zone whose midnights a series of whole days is at; empty where nobody knows."""
    start, end = _required(element, "Start"), _required(element, "End")
    zone = _zone(element, start, own_zone).zone
    return day_zone(start, end, zone, () if zone else (own_zone(),))


def _zone(element: Element, start: datetime, own_zone: Callable[[], str]) -> Told:
    # A series' zone is to be good for the years to come.
    last = None if text(element, "CalendarItemType") == "RecurringMaster" else start
    return told(child(element, "StartTimeZone"), start, last, own_zone)


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


def _yes(element: Element, name: str) -> bool:
    return text(element, name).strip() in ("true", "1")


def _required(element: Element, name: str) -> datetime:
    instant = _instant(text(element, name))
    if instant is None:
        raise ValueError("an event has a start and an end")
    return instant


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
