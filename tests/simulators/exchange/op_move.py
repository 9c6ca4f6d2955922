"""DeleteItem, MoveItem and CopyItem: where items go, and under which new ids (facts 2.1, 2.7, 2.8)."""

from simulators.exchange import mailbox as boxes
from simulators.exchange import op_posts
from simulators.exchange.addresses import check_writable, item_at, item_ids, target_folder
from simulators.exchange.errors import EwsError
from simulators.exchange.items import Attendee, Item
from simulators.exchange.public_address import is_public
from simulators.exchange.render import item_id
from simulators.exchange.soap import Element, child, choice, m, t, truth
from simulators.exchange.turn import Job, Outcome, Turn

SENDING = ("SendToNone", "SendOnlyToAll", "SendToAllAndSaveCopy")
_WHERE = {"HardDelete": boxes.PURGES, "SoftDelete": boxes.SOFT, "MoveToDeletedItems": boxes.DELETED}


def delete_item(turn: Turn, request: Element) -> Element:
    """Answer a DeleteItem request. A change key is not needed and a stale one does no harm (facts 2.2)."""
    choice(request.get("DeleteType"), "DeleteType", tuple(_WHERE))
    if request.get("SendMeetingCancellations") is not None:
        choice(request.get("SendMeetingCancellations"), "SendMeetingCancellations", SENDING)

    def job(element: Element) -> Job:
        public = is_public(turn, element)
        return op_posts.delete(turn, request, element) if public else _delete(turn, request, element)

    return turn.batch([job(each) for each in item_ids(request)])


def move_item(turn: Turn, request: Element) -> Element:
    """Answer a MoveItem request."""
    return turn.batch([_carry(turn, request, each, copy=False) for each in item_ids(request)], lambda: (m("Items"),))


def copy_item(turn: Turn, request: Element) -> Element:
    """Answer a CopyItem request; the copy keeps UID and extended properties."""
    return turn.batch([_carry(turn, request, each, copy=True) for each in item_ids(request)], lambda: (m("Items"),))


def _delete(turn: Turn, request: Element, element: Element) -> Job:
    def job(_: object) -> Outcome:
        check_writable(turn)
        item = item_at(turn, element)
        sending = request.get("SendMeetingCancellations")
        if sending is None and item.element == "CalendarItem":
            raise EwsError(
                "ErrorSendMeetingCancellationsRequired", "SendMeetingCancellations is required for calendar items"
            )
        remove(turn.mailbox, item, request.get("DeleteType") or "")
        if sending != "SendToNone":
            turn.mail(item, _told(item), "cancellation")
        return Outcome(changed=True)

    return job


def remove(mailbox: boxes.Mailbox, item: Item, kind: str) -> Item | None:
    """Delete an item in one of the three ways; None when nothing is left of it, as of every occurrence (facts 2.6)."""
    if item.master_id:
        mailbox.forget(item)
        return None
    target = mailbox.distinguished(_WHERE[kind])
    if item.folder_id == target.id:
        mailbox.purge(item)
        return None
    return mailbox.move(item, target)


def _told(item: Item) -> list[Attendee]:
    """Whom a deletion is mailed to: the guests of one's own meeting, the organizer of somebody else's."""
    if item.my_response in ("Unknown", "Organizer"):
        return list(item.attendees)
    return [Attendee(item.organizer)]


def _carry(turn: Turn, request: Element, element: Element, *, copy: bool) -> Job:
    # Read before anything moves: what breaks the schema refuses the whole request.
    wanted = child(request, "ReturnNewItemIds")
    tells = wanted is None or truth(wanted)

    def job(_: object) -> Outcome:
        check_writable(turn)
        target = target_folder(turn, request, "ToFolderId", "ErrorToFolderNotFound")
        item = item_at(turn, element)
        if item.master_id:
            raise EwsError("ErrorCalendarCannotMoveOrCopyOccurrence", "an occurrence cannot be moved or copied")
        new = turn.mailbox.copy(item, target) if copy else turn.mailbox.move(item, target)
        shown = m("Items", t(new.element, item_id(new))) if tells else m("Items")
        return Outcome((shown,), changed=True)

    return job
