"""UpdateItem: fields set and deleted in order, under one of three rules for conflicts (facts 2.2, 2.4, 2.7)."""

from dataclasses import replace

from simulators.exchange import extended, op_posts, series
from simulators.exchange.addresses import check_writable, opened
from simulators.exchange.conflicts import RULES, check_key
from simulators.exchange.draft import Draft, attempt, granted
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.fields import check_deletable, check_settable, path_name
from simulators.exchange.items import Attendee, Item
from simulators.exchange.op_move import SENDING
from simulators.exchange.public_address import is_public
from simulators.exchange.render import item_id
from simulators.exchange.soap import Element, children, choice, listed, local, m, need, only, t
from simulators.exchange.turn import Job, Outcome, Turn
from simulators.record import Fault


def update_item(turn: Turn, request: Element) -> Element:
    """Answer an UpdateItem request."""
    choice(request.get("ConflictResolution"), "ConflictResolution", RULES)
    sending = request.get("SendMeetingInvitationsOrCancellations")
    if sending is not None:
        choice(
            sending,
            "SendMeetingInvitationsOrCancellations",
            (*SENDING, "SendOnlyToChanged", "SendToChangedAndSaveCopy"),
        )

    def job(change: Element) -> Job:
        if is_public(turn, only(change)):
            return op_posts.update(turn, request, change)
        # Read before anything is stored: what breaks the schema refuses the whole request.
        draft = attempt(lambda: _draft(change, turn.rank))
        return lambda fault: _update(turn, request, change, draft, fault)

    return turn.batch([job(change) for change in listed(need(request, "ItemChanges"))], lambda: (m("Items"),))


def _draft(change: Element, rank: int) -> Draft:
    draft = Draft(rank)
    for update in listed(need(change, "Updates")):
        _take(draft, update, rank)
    return draft


def _update(turn: Turn, request: Element, change: Element, read: Draft | EwsError, fault: Fault | None) -> Outcome:
    check_writable(turn)
    sending = request.get("SendMeetingInvitationsOrCancellations")
    address = only(change)
    item = opened(turn, address)
    if item.element != "CalendarItem":
        raise not_modelled(f"updating {item.element}")
    if sending is None:
        raise EwsError(
            "ErrorSendMeetingInvitationsOrCancellationsRequired",
            "SendMeetingInvitationsOrCancellations is required for calendar items",
        )
    kind = fault.kind if fault else ""
    if fault is not None and kind == "conflict":
        elsewhere = replace(item, location=fault.detail or f"{item.location} (moved by hand)")
        item = turn.mailbox.change(item, elsewhere, reaches=turn.switches.master_reaches_exceptions)
    check_key(request.get("ConflictResolution") or "", address.get("ChangeKey"), item.change_key)
    after = _settled(turn, granted(read), item)
    if after.attendees and after.my_response == "Unknown":
        after = replace(after, my_response="Organizer")
    after = replace(after, request_was_sent=item.request_was_sent or (sending != "SendToNone" and after.is_meeting))
    if kind == "lost_edit":
        unsaved = replace(item, change_key=turn.mailbox.mint.change_key())
        return Outcome(_answer(unsaved))
    saved = turn.mailbox.change(item, after, reaches=turn.switches.master_reaches_exceptions)
    if sending != "SendToNone":
        turn.mail(saved, _recipients(sending, item, saved), "update")
    return Outcome(_answer(saved), changed=True)


def _settled(turn: Turn, draft: Draft, item: Item) -> Item:
    after = draft.settle(item, turn.zone)
    if not item.master_id:
        wipes = turn.switches.same_rule_wipes and bool(draft.values.get("recurrence"))
        return series.settled(item, after, snaps=turn.switches.range_start_snaps, wipes=wipes)
    for name in ("recurrence", "uid"):
        if name in draft.values:
            raise not_modelled(f"writing the {name} of an occurrence")
    return after


def _answer(item: Item) -> tuple[Element, ...]:
    return m("Items", t("CalendarItem", item_id(item))), m("ConflictResults", t("Count", text="0"))


def _take(draft: Draft, update: Element, rank: int) -> None:
    path = only(update)
    kind = choice(local(update), "an update", ("SetItemField", "DeleteItemField", "AppendToItemField"))
    if kind == "AppendToItemField":
        raise EwsError("ErrorInvalidPropertyAppend", "this property cannot be appended to")
    if kind == "DeleteItemField":
        if extended.is_path(path):
            key = extended.read_key(path)
            extended.check_writable(key)
            draft.properties[key] = None
            return
        name = path_name(path.get("FieldURI") or "", rank)
        check_deletable(name)
        draft.drop(name)
        return
    fields = list(children(list(children(update))[-1]))
    if len(fields) != 1:
        raise EwsError("ErrorIncorrectUpdatePropertyCount", "a SetItemField sets exactly one property")
    if local(path) == "IndexedFieldURI":
        raise not_modelled("indexed fields")
    wanted = "ExtendedProperty" if extended.is_path(path) else path_name(path.get("FieldURI") or "", rank)
    check_settable(wanted)
    same = local(fields[0]) == wanted
    if same and extended.is_path(path):
        same = extended.read_key(path) == extended.read_key(need(fields[0], "ExtendedFieldURI"))
    if not same:
        raise EwsError("ErrorUpdatePropertyMismatch", f"the path names {wanted}, the value is another property")
    draft.set(fields[0])


def _recipients(sending: str, before: Item, after: Item) -> list[Attendee]:
    everybody = {person.email.lower(): person for person in (*before.attendees, *after.attendees)}
    if "Changed" not in sending:
        return list(everybody.values())
    old = {person.email.lower() for person in before.attendees}
    new = {person.email.lower() for person in after.attendees}
    return [person for email, person in everybody.items() if (email in old) != (email in new)]
