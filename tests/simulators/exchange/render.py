"""Stored items as XML, in the order the schema wants, with the fields a shape asks for and no others.

Fields the simulator stores nothing for are left out, as a server leaves out what an item does not have.
"""

import html
import re
from collections.abc import Callable
from datetime import timedelta

from simulators.exchange import extended, render_series, zones
from simulators.exchange.fields import CALENDAR_2010, CALENDAR_LATER, ITEM_2010
from simulators.exchange.items import Attendee, Item
from simulators.exchange.mailbox import Mailbox
from simulators.exchange.shapes import Shape
from simulators.exchange.soap import Element, bool_text, t
from simulators.exchange.switches import Switches
from simulators.exchange.times import utc_text

# What an occurrence is to Outlook's add-ins, and the class MS-OXOCAL gives the message an exception is kept in.
_CLASSES = {
    "Occurrence": "IPM.Appointment.Occurrence",
    "Exception": "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}",
}
_ORDER = (*ITEM_2010, "TextBody", *CALENDAR_2010, *CALENDAR_LATER)


def item_id(item: Item) -> Element:
    """The ItemId element of an item."""
    return t("ItemId", Id=item.id, ChangeKey=item.change_key)


def render(item: Item, shape: Shape, mailbox: Mailbox, switches: Switches) -> Element:
    """The item's element with the fields of the shape."""
    element = t(item.element)
    for name in _ORDER:
        if name == "ExtendedProperty":
            for path in shape.paths:
                _append(element, extended.render(path, item))
        elif name in shape.names:
            if item.element != "CalendarItem" and name in CALENDAR_2010 + CALENDAR_LATER:
                continue
            _append(element, _field(name, item, shape, mailbox, switches))
    return element


def _append(parent: Element, found: Element | None) -> None:
    if found is not None:
        parent.append(found)


def _field(name: str, item: Item, shape: Shape, mailbox: Mailbox, switches: Switches) -> Element | None:
    if name in _PLAIN:
        value = _PLAIN[name](item)
        return None if value is None else t(name, text=value)
    if name in _BUILT:
        return _BUILT[name](item)
    if name == "ParentFolderId":
        folder = mailbox.folders[item.folder_id]
        return t(name, Id=folder.id, ChangeKey=folder.change_key)
    if name == "Body":
        return _body(item, shape.body, switches)
    if name == "EffectiveRights":
        return rights(mailbox)
    if name in ("StartTimeZone", "EndTimeZone"):
        return _zone(name, item, item.end_zone if name == "EndTimeZone" else item.start_zone, switches)
    if name in render_series.FIELDS:
        return render_series.field(name, item, mailbox.mint, switches) if item.recurrence else None
    if name == "UID":
        return t(name, text=item.uid.lower() if switches.uid_case == "lower" else item.uid)
    return None


def rights(mailbox: Mailbox) -> Element:
    """EffectiveRights of everything in a mailbox: all, or reading only."""
    write = bool_text(not mailbox.read_only)
    names = ("CreateAssociated", "CreateContents", "CreateHierarchy", "Delete", "Modify")
    return t("EffectiveRights", *(t(name, text=write) for name in names), t("Read", text="true"))


def as_text(item: Item) -> str:
    """The body as plain text."""
    if item.body_type == "Text":
        return item.body
    broken = re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\r\n", re.sub(r"(?is)<(head|style|script)\b.*?</\1>", "", item.body))
    return html.unescape(re.sub(r"<[^>]*>", "", broken)).strip()


def _body(item: Item, wanted: str, switches: Switches) -> Element:
    form = item.body_type if wanted == "Best" else wanted
    if form == "Text":
        return t("Body", text=as_text(item), BodyType="Text")
    inner = item.body if item.body_type == "HTML" else html.escape(item.body).replace("\n", "<br>")
    if item.body_type == "Text" or (switches.html_normalise and "<html" not in inner.lower()):
        head = '<head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n</head>'
        inner = f"<html>\r\n{head}\r\n<body>\r\n{inner}\r\n</body>\r\n</html>\r\n"
    return t("Body", text=inner, BodyType="HTML")


def _people(name: str, people: tuple[Attendee, ...]) -> Element | None:
    return t(name, *(_attendee(each) for each in people)) if people else None


def _attendee(person: Attendee) -> Element:
    return t("Attendee", _mailbox(person.name, person.email), t("ResponseType", text=person.response))


def _mailbox(name: str, email: str) -> Element:
    return t("Mailbox", t("Name", text=name or email), t("EmailAddress", text=email), t("RoutingType", text="SMTP"))


def _zone(name: str, item: Item, zone: str, switches: Switches) -> Element:
    defined = zones.elements(zone, item.start.year) if switches.zone_definitions else []
    return t(name, *defined, Id=zones.shown_id(zone), Name=zones.shown_name(zone))


def _categories(item: Item) -> Element | None:
    return t("Categories", *(t("String", text=each) for each in item.categories)) if item.categories else None


def _duration(span: timedelta) -> str:
    minutes, seconds = divmod(int(span.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{seconds}S" * bool(seconds)
    return f"P{days}D" * bool(days) + ("" if days else "P") + f"T{parts}" * bool(parts) if days or parts else "PT0S"


def _state(item: Item) -> int:
    received = item.is_meeting and item.my_response not in ("Unknown", "Organizer")
    return int(item.is_meeting) | int(received) << 1 | int(item.is_cancelled) << 2


def _response(item: Item) -> str:
    return "Organizer" if item.is_meeting and item.my_response == "Unknown" else item.my_response


def _wall(item: Item, *, end: bool) -> str:
    instant, zone = (item.end, item.end_zone) if end else (item.start, item.start_zone)
    return instant.astimezone(zones.rules(zone)).isoformat(timespec="seconds")


def _attendee_names(people: tuple[Attendee, ...]) -> str:
    return "; ".join(each.name or each.email for each in people)


_PLAIN: dict[str, Callable[[Item], str | None]] = {
    "ItemClass": lambda item: _CLASSES.get(item.kind, item.item_class),
    "Subject": lambda item: item.subject,
    "Sensitivity": lambda item: item.sensitivity,
    "Importance": lambda item: item.importance,
    "DateTimeReceived": lambda item: utc_text(item.created),
    "DateTimeSent": lambda item: utc_text(item.created),
    "DateTimeCreated": lambda item: utc_text(item.created),
    "LastModifiedTime": lambda item: utc_text(item.modified),
    "IsSubmitted": lambda _: "false",
    "IsDraft": lambda _: "false",
    "IsFromMe": lambda _: "false",
    "IsResend": lambda _: "false",
    "IsUnmodified": lambda _: "false",
    "IsAssociated": lambda _: "false",
    "HasAttachments": lambda _: "false",
    "Size": lambda item: str(512 + len(item.subject) + len(item.body)),
    "ReminderDueBy": lambda item: utc_text(item.start),
    "ReminderIsSet": lambda item: bool_text(item.reminder_minutes is not None),
    "ReminderMinutesBeforeStart": lambda item: str(item.reminder_kept),
    "DisplayTo": lambda item: _attendee_names(item.required),
    "DisplayCc": lambda item: _attendee_names(item.optional),
    "Culture": lambda item: item.culture or None,
    "RecurrenceId": lambda item: utc_text(item.original_start) if item.original_start else None,
    "OriginalStart": lambda item: utc_text(item.original_start) if item.original_start and item.master_id else None,
    "DateTimeStamp": lambda item: utc_text(item.modified),
    "Start": lambda item: utc_text(item.start),
    "End": lambda item: utc_text(item.end),
    "IsAllDayEvent": lambda item: bool_text(item.all_day),
    "LegacyFreeBusyStatus": lambda item: item.show_as,
    "Location": lambda item: item.location or None,
    "IsMeeting": lambda item: bool_text(item.is_meeting),
    "IsCancelled": lambda item: bool_text(item.is_cancelled),
    "IsRecurring": lambda item: bool_text(bool(item.master_id)),
    "MeetingRequestWasSent": lambda item: bool_text(item.request_was_sent),
    "IsResponseRequested": lambda item: bool_text(item.response_requested),
    "CalendarItemType": lambda item: item.kind,
    "MyResponseType": _response,
    "Duration": lambda item: _duration(item.end - item.start),
    "TimeZone": lambda item: zones.shown_name(item.start_zone),
    "AppointmentSequenceNumber": lambda item: str(item.sequence),
    "AppointmentState": lambda item: str(_state(item)),
    "AllowNewTimeProposal": lambda item: bool_text(item.allow_new_time),
    "IsOnlineMeeting": lambda _: "false",
    "StartWallClock": lambda item: _wall(item, end=False),
    "EndWallClock": lambda item: _wall(item, end=True),
    "StartTimeZoneId": lambda item: zones.shown_id(item.start_zone),
    "EndTimeZoneId": lambda item: zones.shown_id(item.end_zone),
    "IsOrganizer": lambda item: bool_text(item.my_response in ("Unknown", "Organizer")),
}
_BUILT: dict[str, Callable[[Item], Element | None]] = {
    "ItemId": item_id,
    "Categories": _categories,
    "TextBody": lambda item: t("TextBody", text=as_text(item), BodyType="Text"),
    "Organizer": lambda item: t("Organizer", _mailbox(item.organizer_name, item.organizer)),
    "RequiredAttendees": lambda item: _people("RequiredAttendees", item.required),
    "OptionalAttendees": lambda item: _people("OptionalAttendees", item.optional),
    "Resources": lambda item: _people("Resources", item.resources),
}
