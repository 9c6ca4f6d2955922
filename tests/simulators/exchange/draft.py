"""What a client writes, field by field, until it becomes an item.

`Draft` collects the fields of a CreateItem or the updates of an UpdateItem in order; `settle()` then works out the times
from all of them together: zones (facts 2.5), all-day midnights, and the end that may not precede the start.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from simulators.exchange import recurrence, zones
from simulators.exchange.errors import EwsError
from simulators.exchange.extended import read_value
from simulators.exchange.fields import check_settable, check_version
from simulators.exchange.items import Attendee, Item, PropertyKey
from simulators.exchange.soap import Element, child, children, choice, local, need, number, text_of, truth
from simulators.exchange.times import read_time
from simulators.exchange.versions import R2013

Read = TypeVar("Read")
_LONGEST = timedelta(days=5 * 366)
_TEXTS = {
    "ItemClass": "item_class",
    "Subject": "subject",
    "Sensitivity": "sensitivity",
    "Importance": "importance",
    "Location": "location",
    "Culture": "culture",
}
_FLAGS = {"IsResponseRequested": "response_requested", "AllowNewTimeProposal": "allow_new_time"}
_CHOICES = {
    "Sensitivity": ("Normal", "Personal", "Private", "Confidential"),
    "Importance": ("Low", "Normal", "High"),
    "LegacyFreeBusyStatus": ("Free", "Tentative", "Busy", "OOF", "WorkingElsewhere", "NoData"),
}
_PEOPLE = {"RequiredAttendees": "required", "OptionalAttendees": "optional", "Resources": "resources"}
_EMPTY: Mapping[str, dict[str, Any]] = {
    "Subject": {"subject": ""},
    "Body": {"body": "", "body_type": "Text"},
    "Categories": {"categories": ()},
    "Location": {"location": ""},
    "RequiredAttendees": {"required": ()},
    "OptionalAttendees": {"optional": ()},
    "Resources": {"resources": ()},
    "Recurrence": {"recurrence": ""},
    "Culture": {"culture": ""},
}


@dataclass
class Draft:
    """Fields as written so far. `times` holds Start, End and the zone ids as text, still to be worked out."""

    rank: int
    values: dict[str, Any] = field(default_factory=dict)
    times: dict[str, str] = field(default_factory=dict)
    properties: dict[PropertyKey, tuple[str, ...] | None] = field(default_factory=dict)
    reminder: dict[str, str] = field(default_factory=dict)

    def set(self, element: Element) -> None:
        """Take one field of a CalendarItem element. Refuses what cannot be set."""
        name = local(element)
        check_version(name, self.rank)
        check_settable(name)
        if name in _CHOICES:
            choice(text_of(element), name, _CHOICES[name])
        if name in _TEXTS:
            self.values[_TEXTS[name]] = text_of(element)
        elif name in _FLAGS:
            self.values[_FLAGS[name]] = truth(element)
        elif name in _PEOPLE:
            self.values[_PEOPLE[name]] = tuple(_attendee(each) for each in children(element))
        elif name in ("Start", "End"):
            read_time(text_of(element), None)
            self.times[name] = text_of(element)
        elif name in ("StartTimeZone", "EndTimeZone"):
            self.times[name] = zones.read(element)
        elif name in ("ReminderIsSet", "ReminderMinutesBeforeStart"):
            self.reminder[name] = text_of(element)
        elif name == "ExtendedProperty":
            key, values = read_value(element)
            self.properties[key] = values
        else:
            self._set_special(name, element)

    def _set_special(self, name: str, element: Element) -> None:
        if name == "Body":
            form = choice(element.get("BodyType"), "BodyType", ("HTML", "Text"))
            self.values.update(body=text_of(element), body_type=form)
        elif name == "Categories":
            self.values["categories"] = tuple(text_of(each) for each in children(element))
        elif name == "UID":
            if not text_of(element):
                raise EwsError("ErrorInvalidPropertySet", "UID is empty")
            self.values["uid"] = text_of(element)
        elif name == "Recurrence":
            self.values["recurrence"] = recurrence.text(recurrence.read(element))
        elif name == "IsAllDayEvent":
            self.values["all_day"] = truth(element)
        elif name == "LegacyFreeBusyStatus":
            if text_of(element) == "WorkingElsewhere" and self.rank < R2013:
                raise EwsError("ErrorSchemaValidation", "WorkingElsewhere needs Exchange 2013", fault=True)
            self.values["show_as"] = text_of(element)

    def drop(self, name: str) -> None:
        """Take the deletion of one deletable field."""
        self.values.update(_EMPTY[name])

    def settle(self, before: Item, zone_context: str | None) -> Item:
        """Apply the draft to an item (for a new one: the server's defaults); raises `EwsError`."""
        properties = dict(before.properties)
        for key, values in self.properties.items():
            if values is None:
                properties.pop(key, None)
            else:
                properties[key] = values
        after = replace(before, **self.values, properties=properties)
        return _with_times(_with_reminder(after, self.reminder), self.times, before, zone_context)


def attempt(read: Callable[[], Read]) -> Read | EwsError:
    """Read a draft now and keep its refusal for later, unless that refuses the whole request."""
    try:
        return read()
    except EwsError as refused:
        if refused.fault:
            raise
        return refused


def granted(read: Read | EwsError) -> Read:
    """The draft, or its refusal raised."""
    if isinstance(read, EwsError):
        raise read
    return read


def _attendee(element: Element) -> Attendee:
    mailbox = need(element, "Mailbox")
    address = text_of(child(mailbox, "EmailAddress"))
    if not address:
        raise EwsError("ErrorInvalidRecipients", "an attendee without an address")
    response = text_of(child(element, "ResponseType"))
    return Attendee(address, text_of(child(mailbox, "Name")) or address, response or "Unknown")


def _with_reminder(item: Item, reminder: Mapping[str, str]) -> Item:
    is_set, kept = item.reminder_minutes is not None, item.reminder_kept
    if "ReminderIsSet" in reminder:
        is_set = truth(None, reminder["ReminderIsSet"])
    if "ReminderMinutesBeforeStart" in reminder:
        kept = number(reminder["ReminderMinutesBeforeStart"], "ReminderMinutesBeforeStart")
    return replace(item, reminder_minutes=kept if is_set else None, reminder_kept=kept)


def _with_times(item: Item, times: Mapping[str, str], before: Item, zone_context: str | None) -> Item:
    start_zone = times.get("StartTimeZone", item.start_zone)
    end_zone = times.get("EndTimeZone", item.end_zone)
    start = _moved("Start", times, before.start, before.start_zone, start_zone, zone_context)
    end = _moved("End", times, before.end, before.end_zone, end_zone, zone_context)
    if item.all_day and (times or not before.all_day):
        start = zones.midnight_before(start, start_zone)
        end = zones.midnight_after(end, end_zone)
        if end == start:
            end = zones.next_midnight(start, start_zone)
    if end < start:
        raise EwsError("ErrorCalendarEndDateIsEarlierThanStartDate", "the end precedes the start")
    if end - start > _LONGEST:
        raise EwsError("ErrorCalendarDurationIsTooLong", "an item may not last longer than five years")
    return replace(item, start=start, end=end, start_zone=start_zone, end_zone=end_zone)


def _moved(
    name: str, times: Mapping[str, str], old: datetime, old_zone: str, zone: str, zone_context: str | None
) -> datetime:
    if name in times:
        return read_time(times[name], times.get(f"{name}TimeZone") or zone_context)
    # A zone changed without its time keeps the wall clock, so the instant shifts (facts 2.5).
    return zones.rezone(old, old_zone, zone) if f"{name}TimeZone" in times else old
