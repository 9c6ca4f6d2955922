"""CreateItem: store what a client writes, with the server's defaults for the rest (facts 1.3, 2.3-2.5, 2.7)."""

from dataclasses import replace
from typing import Any

from simulators.exchange import op_posts, zones
from simulators.exchange.addresses import check_calendar, check_writable, folder_at
from simulators.exchange.draft import Draft, attempt, granted
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.items import Item
from simulators.exchange.mailbox import Folder
from simulators.exchange.op_move import SENDING
from simulators.exchange.render import item_id
from simulators.exchange.series import settled
from simulators.exchange.soap import Element, child, children, choice, listed, local, m, need, only, t
from simulators.exchange.times import read_time
from simulators.exchange.turn import Job, Outcome, Turn
from simulators.record import Fault


def create_item(turn: Turn, request: Element) -> Element:
    """Answer a CreateItem request."""
    if request.get("SendMeetingInvitations") is not None:
        choice(request.get("SendMeetingInvitations"), "SendMeetingInvitations", SENDING)

    def job(element: Element) -> Job:
        if local(element) == "PostItem":
            return op_posts.create(turn, request, element)
        # Read before anything is stored: what breaks the schema refuses the whole request.
        draft = attempt(lambda: _draft(element, turn.rank))
        return lambda fault: _create(turn, request, draft, fault)

    return turn.batch([job(element) for element in listed(need(request, "Items"))], lambda: (m("Items"),))


def _draft(element: Element, rank: int) -> Draft:
    if local(element) != "CalendarItem":
        raise not_modelled(f"creating {local(element)}")
    draft = Draft(rank)
    for each in children(element):
        draft.set(each)
    return draft


def _create(turn: Turn, request: Element, read: Draft | EwsError, fault: Fault | None) -> Outcome:
    check_calendar(turn)
    check_writable(turn)
    sending = request.get("SendMeetingInvitations")
    if sending is None:
        raise EwsError("ErrorSendMeetingInvitationsRequired", "SendMeetingInvitations is required for calendar items")
    folder = _folder(turn, request)
    draft = granted(read)
    blank = _blank(turn, draft)
    made = settled(blank, draft.settle(blank, turn.zone), snaps=turn.switches.range_start_snaps)
    if made.attendees:
        made = replace(made, my_response="Organizer", request_was_sent=sending != "SendToNone")
    item = turn.mailbox.add(folder, **_values(made))
    if fault is not None and fault.kind == "duplicate":
        turn.mailbox.add(folder, **{**_values(made), "uid": "", "properties": {}})
    if sending != "SendToNone":
        turn.mail(item, item.attendees, "invitation")
    return Outcome((m("Items", t("CalendarItem", item_id(item))),), changed=True)


def _folder(turn: Turn, request: Element) -> Folder:
    saved = child(request, "SavedItemFolderId")
    folder = turn.mailbox.calendar if saved is None else folder_at(turn, only(saved), "ErrorSavedItemFolderNotFound")
    if not folder.folder_class.startswith("IPF.Appointment"):
        raise EwsError("ErrorCannotCreateCalendarItemInNonCalendarFolder", "calendar items belong in calendar folders")
    return folder


def _blank(turn: Turn, draft: Draft) -> Item:
    """An item of nothing but defaults, in the zones the draft will have."""
    if "Start" not in draft.times or "End" not in draft.times:
        raise not_modelled("a CalendarItem without Start and End")
    start_zone = draft.times.get("StartTimeZone") or turn.zone or zones.TZONE_UTC
    if "StartTimeZone" in draft.times:
        draft.times.setdefault("EndTimeZone", start_zone)
    end_zone = draft.times.get("EndTimeZone") or start_zone
    # The zones are the blank's own already: nothing is to be moved from one wall clock to another.
    start = read_time(draft.times["Start"], draft.times.get("StartTimeZone") or turn.zone)
    mailbox, now = turn.mailbox, turn.clock.now()
    return Item(
        id="",
        change_key="",
        folder_id="",
        created=now,
        modified=now,
        start=start,
        end=start,
        start_zone=start_zone,
        end_zone=end_zone,
        organizer=mailbox.address,
        organizer_name=mailbox.address,
    )


def _values(item: Item) -> dict[str, Any]:
    """The fields of an item that are content, not identity."""
    identity = ("id", "change_key", "folder_id", "created", "modified", "former_ids")
    return {name: value for name, value in vars(item).items() if name not in identity}
