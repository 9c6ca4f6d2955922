"""GetUserAvailability: the free/busy of up to a hundred mailboxes, each with an answer of its own, in the order asked.

What is wrong with the request as a whole refuses it all, by default as a SOAP fault: so Microsoft Graph and the EWS
Managed API tell it, which are both clients of this operation. Source: the pages GetUserAvailability, RequestedView,
CalendarEventDetails, IsPrivate; facts on free/busy 4.4; MS-OXWAVLS 3.1.4.1 for the mailbox that is not there.
"""

import base64
from collections.abc import Sequence
from datetime import datetime

from simulators.exchange import contact_availability, free_busy, rule, zones
from simulators.exchange.availability import Asked, View, access, read, targets
from simulators.exchange.errors import EwsError
from simulators.exchange.items import Item
from simulators.exchange.mailbox import Mailbox, WorkingHours
from simulators.exchange.soap import Element, bool_text, m, t
from simulators.exchange.turn import Job, Outcome, Turn
from simulators.exchange.versions import server

_OF_ALL = (
    "ErrorMailboxDataArrayTooBig",
    "ErrorInvalidFreeBusyViewType",
    "ErrorInvalidMergedFreeBusyInterval",
    "ErrorInvalidTimeInterval",
    "ErrorTimeIntervalTooBig",
    "ErrorTimeZone",
)


def get_user_availability(turn: Turn, request: Element) -> Element:
    """Answer a GetUserAvailability request."""
    addresses = targets(request)
    try:
        asked = read(turn, request, len(addresses))
        jobs = [_look(turn, asked, address) for address in addresses]
    except EwsError as refused:
        if turn.switches.availability_refusals == "fault" or refused.code not in _OF_ALL:
            raise
        jobs = [_refuse(refused) for _ in addresses]
    return m("GetUserAvailabilityResponse", m("FreeBusyResponseArray", *turn.run(jobs, _response, _nothing)))


def _look(turn: Turn, asked: Asked, address: str) -> Job:
    def look(_: object) -> Outcome:
        if "@" not in address:
            raise EwsError("ErrorInvalidSmtpAddress", "The SMTP address cannot be read.")
        mailbox = turn.boxes.get(address)
        if mailbox is None:
            return Outcome((contact_availability.answer(turn, asked, address),))
        right = access(turn, mailbox)
        if right == "None":
            raise EwsError("ErrorNoFreeBusyAccess", f"{turn.user} may not see the free/busy of {address}.")
        view = asked.view.without_details() if right == "TimeOnly" else asked.view
        return Outcome((_told(turn, asked, mailbox, view),))

    return look


def _refuse(refused: EwsError) -> Job:
    def refuse(_: object) -> Outcome:
        raise EwsError(refused.code, refused.text)

    return refuse


def _told(turn: Turn, asked: Asked, mailbox: Mailbox, view: View) -> Element:
    kept = mailbox.calendar.items.values()
    items = free_busy.inside(kept, asked.start, asked.end, turn.switches.availability_events, mailbox.mint)
    of = free_busy.digits(server(turn.switches.version))
    stream = free_busy.merged(items, asked.start, asked.end, asked.step, of) if view.merged else None
    own = turn.user == mailbox.address
    events = [_event(turn, asked, item, view, hidden=item.sensitivity == "Private" and not own) for item in items]
    return m(
        "FreeBusyView",
        t("FreeBusyViewType", text=view.name),
        t("MergedFreeBusy", text=stream) if view.merged else None,
        t("CalendarEventArray", *events) if view.events else None,
        _working(mailbox.working, asked.start) if view.events else None,
    )


def _event(turn: Turn, asked: Asked, item: Item, view: View, *, hidden: bool) -> Element:
    def wall(instant: datetime) -> str:
        there = instant.astimezone(asked.zone)
        return (there if turn.switches.availability_offsets else there.replace(tzinfo=None)).isoformat()

    return t(
        "CalendarEvent",
        t("StartTime", text=wall(item.start)),
        t("EndTime", text=wall(item.end)),
        t("BusyType", text=item.show_as),
        _details(item, hidden=hidden) if view.details else None,
    )


def _details(item: Item, *, hidden: bool) -> Element:
    # The id is that of the store, in hexadecimal: no operation of EWS but ConvertId takes it.
    named = (
        t("ID", text=base64.b64decode(item.id).hex().upper()),
        t("Subject", text=item.subject),
        t("Location", text=item.location),
    )
    return t(
        "CalendarEventDetails",
        *(() if hidden else named),
        t("IsMeeting", text=bool_text(item.is_meeting)),
        t("IsRecurring", text=bool_text(bool(item.master_id))),
        t("IsException", text=bool_text(item.exception)),
        t("IsReminderSet", text=bool_text(item.reminder_minutes is not None)),
        t("IsPrivate", text=bool_text(item.sensitivity == "Private")),
    )


def _working(hours: WorkingHours, at: datetime) -> Element:
    period = t(
        "WorkingPeriod",
        t("DayOfWeek", text=" ".join(hours.days)),
        t("StartTimeInMinutes", text=str(hours.start)),
        t("EndTimeInMinutes", text=str(hours.end)),
    )
    zone = rule.of_year(zones.rules(hours.zone), at.astimezone(zones.rules(hours.zone)).year)
    return t("WorkingHours", rule.element(zone), t("WorkingPeriodArray", period))


def _nothing() -> tuple[Element, ...]:
    return (m("FreeBusyView", t("FreeBusyViewType", text="None")),)


def _response(kind: str, said: Sequence[Element | None], elements: Sequence[Element | None]) -> Element:
    return m("FreeBusyResponse", m("ResponseMessage", *said, ResponseClass=kind), *elements)
