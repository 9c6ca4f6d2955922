"""Ids in requests: which folder or item they name, and how a wrong one is refused (facts 2.1, 2.2)."""

from collections.abc import Iterable

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.ids import looks_like_id
from simulators.exchange.items import Item
from simulators.exchange.mailbox import Folder
from simulators.exchange.pattern import nth
from simulators.exchange.public_address import is_public
from simulators.exchange.series import occurrence, pattern_of
from simulators.exchange.soap import Element, child, listed, local, need, number, only, text_of
from simulators.exchange.turn import Turn
from simulators.exchange.versions import R2010

_ITEM_IDS = {"ItemId": "Id", "OccurrenceItemId": "RecurringMasterId", "RecurringMasterItemId": "OccurrenceId"}


def folder_at(turn: Turn, element: Element, missing: str = "ErrorFolderNotFound") -> Folder:
    """The folder a FolderId or DistinguishedFolderId names; `missing` is the code for a folder that is not there."""
    if is_public(turn, element):
        raise not_modelled(f"{turn.operation} in public folders")
    mailbox = turn.mailbox
    if local(element) == "DistinguishedFolderId":
        owner = text_of(child(child(element, "Mailbox"), "EmailAddress"))
        if owner and owner.lower() != mailbox.address:
            raise EwsError("ErrorAccessDenied", f"{turn.user} has no access to the mailbox of {owner}")
        name = element.get("Id") or ""
        try:
            return _modelled(turn, mailbox.distinguished(name))
        except KeyError:
            raise EwsError(missing, f"the simulator has no folder {name!r}") from None
    if local(element) != "FolderId":
        raise not_modelled(f"the folder address {local(element)}")
    folder_id = element.get("Id") or ""
    _check_form(folder_id)
    if folder_id not in mailbox.folders:
        raise EwsError(missing, "the specified folder could not be found in the store")
    return _modelled(turn, mailbox.folders[folder_id])


def check_calendar(turn: Turn) -> None:
    """Refuse calendars of Exchange 2007, whose items have one zone, spelt as no later server spells it (facts 2.11)."""
    if turn.rank < R2010:
        raise not_modelled("calendar items of Exchange 2007")


def check_items(turn: Turn, items: Iterable[Item]) -> None:
    """Refuse what else lies in a mailbox of Exchange 2007."""
    kinds = {item.element for item in items} if turn.rank < R2010 else set()
    if "CalendarItem" in kinds:
        check_calendar(turn)
    if kinds:
        raise not_modelled(f"a {kinds.pop()} of Exchange 2007")


def _modelled(turn: Turn, folder: Folder) -> Folder:
    if folder.folder_class.startswith("IPF.Appointment"):
        check_calendar(turn)
    return folder


def target_folder(turn: Turn, request: Element, name: str, missing: str) -> Folder:
    """The folder inside a ToFolderId, SyncFolderId or SavedItemFolderId element."""
    return folder_at(turn, only(need(request, name)), missing)


def item_at(turn: Turn, element: Element) -> Item:
    """The item an ItemId names, an occurrence by its own id too; or by OccurrenceItemId or RecurringMasterItemId."""
    how = local(element)
    if how not in _ITEM_IDS:
        raise not_modelled(f"the item address {how}")
    item_id = element.get(_ITEM_IDS[how]) or ""
    if is_public(turn, element):
        raise not_modelled(f"{turn.operation} of items in public folders")
    _check_form(item_id)
    key = element.get("ChangeKey")
    if key and not turn.mailbox.mint.is_change_key(key):
        raise EwsError("ErrorInvalidChangeKey", "the change key is invalid")
    item = turn.mailbox.look(item_id)
    if item is None:
        raise EwsError("ErrorItemNotFound", "the specified object was not found in the store")
    check_items(turn, [item])
    if how == "OccurrenceItemId":
        return _occurrence(turn, item, number(element.get("InstanceIndex"), "InstanceIndex"))
    return _master(turn, item) if how == "RecurringMasterItemId" else item


def opened(turn: Turn, element: Element) -> Item:
    """The item an id names, as far as it can be opened: ErrorItemCorrupt for a broken one."""
    item = item_at(turn, element)
    if item.broken:
        raise EwsError("ErrorItemCorrupt", "the item is corrupt and cannot be opened")
    return item


def _occurrence(turn: Turn, item: Item, index: int) -> Item:
    """The occurrence of that place in the original pattern: deleted ones keep their number (facts 2.6)."""
    if not item.recurrence:
        raise EwsError("ErrorCalendarCannotUseIdForRecurringMasterId", "the id is not that of a recurring master")
    day = nth(pattern_of(item), index)
    if day is None:
        raise EwsError("ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", f"there is no occurrence {index}")
    if day in item.deleted:
        raise EwsError("ErrorCalendarOccurrenceIsDeletedFromRecurrence", f"occurrence {index} has been deleted")
    return occurrence(item, day, turn.mailbox.mint)


def _master(turn: Turn, item: Item) -> Item:
    master = turn.mailbox.find(item.master_id)
    if master is None:
        raise EwsError("ErrorCalendarCannotUseIdForOccurrenceId", "the id is not that of an occurrence")
    return master


def item_ids(request: Element) -> list[Element]:
    """The ids listed in a request's ItemIds."""
    return listed(need(request, "ItemIds"))


def check_writable(turn: Turn) -> None:
    """ErrorAccessDenied in a mailbox that may only be read."""
    if turn.mailbox.read_only:
        raise EwsError("ErrorAccessDenied", "Access is denied. The mailbox may only be read.")


def _check_form(text: str) -> None:
    if not text:
        raise EwsError("ErrorInvalidIdEmpty", "the id is empty")
    if not looks_like_id(text):
        raise EwsError("ErrorInvalidIdMalformed", "the id is malformed")
