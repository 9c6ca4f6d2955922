"""SyncFolderItems: what changed in a folder since a state (facts 2.1).

The arithmetic is in `changes.py`; here are its XML, its errors and its faults.
"""

from simulators.exchange import changes, foreign
from simulators.exchange.addresses import check_items, target_folder
from simulators.exchange.errors import EwsError
from simulators.exchange.mailbox import Folder
from simulators.exchange.render import item_id, render
from simulators.exchange.shapes import NOT_IN_SYNC, Shape, read_shape
from simulators.exchange.soap import Element, bool_text, child, children, m, need, number, t, text_of
from simulators.exchange.turn import Outcome, Turn


def sync_folder_items(turn: Turn, request: Element) -> Element:
    """Answer a SyncFolderItems request. An error too carries an empty SyncState and says it is the last (facts 1.7)."""
    shape = read_shape(request, turn.rank).without(NOT_IN_SYNC)
    return turn.batch([lambda _: _sync(turn, request, shape)], lambda: _told("", last=True))


def _sync(turn: Turn, request: Element, shape: Shape) -> Outcome:
    folder = target_folder(turn, request, "SyncFolderId", "ErrorSyncFolderNotFound")
    check_items(turn, folder.items.values())
    limit = number(text_of(need(request, "MaxChangesReturned")), "MaxChangesReturned")
    if not 1 <= limit <= 512:
        raise EwsError("ErrorSchemaValidation", "MaxChangesReturned is 1 to 512", fault=True)
    given = text_of(child(request, "SyncState"))
    foreign.check(shape.foreign, turn.switches.refuses_foreign_fields)
    if turn.fault_kind == "invalid_sync_state":
        raise _void()
    state = _state(turn, folder, given)
    if turn.fault_kind == "empty_page":
        return Outcome((*_told(given or _written(turn, folder, state), last=True), m("Changes")))
    page = changes.page(folder, state, limit)
    deletions = sum(change.kind == "Delete" for change in page.changes)
    after, last = page.state, page.last
    if not last and turn.switches.early_last and deletions > limit // 2:
        last = True
    if turn.fault_kind == "truncated_list":
        if last and page.changes:
            page = _cut_short(folder, state, page)
            after = page.state
        if turn.fault and turn.fault.detail == "skip" and after.at:
            after = changes.finished(after)
        last = True
    ignored = {each.get("Id") for each in children(child(request, "Ignore"))}
    shown = [_change(turn, change, shape) for change in page.changes if change.item_id not in ignored]
    return Outcome((*_told(_written(turn, folder, after), last=last), m("Changes", *shown)))


def _cut_short(folder: Folder, state: changes.State, page: changes.Page) -> changes.Page:
    """Of a page that shows everything, the first half (none of a single change), so that something remains."""
    kept = len(page.changes) // 2
    if kept:
        return changes.page(folder, state, kept)
    rest = state if state.at else changes.State(state.base, folder.place, folder.place + 1)
    return changes.Page((), rest, last=False)


def _state(turn: Turn, folder: Folder, given: str) -> changes.State:
    if not given:
        return changes.State()
    state = changes.read_state(given, turn.mailbox, folder)
    if state is None and not turn.switches.silent_resync:
        raise _void()
    return state or changes.State()


def _void() -> EwsError:
    return EwsError("ErrorInvalidSyncStateData", "Synchronization state data is corrupt or otherwise invalid.")


def _written(turn: Turn, folder: Folder, state: changes.State) -> str:
    return changes.write_state(state, turn.mailbox, folder, turn.switches.sync_state_bytes)


def _told(state: str, *, last: bool) -> tuple[Element, ...]:
    return m("SyncState", text=state), m("IncludesLastItemInRange", text=bool_text(last))


def _change(turn: Turn, change: changes.Change, shape: Shape) -> Element:
    if change.item is None:
        return t("Delete", t("ItemId", Id=change.item_id, ChangeKey=turn.mailbox.mint.change_key()))
    if change.kind == "ReadFlagChange":
        return t("ReadFlagChange", item_id(change.item), t("IsRead", text=bool_text(change.item.is_read)))
    return t(change.kind, render(change.item, shape, turn.mailbox, turn.switches))
