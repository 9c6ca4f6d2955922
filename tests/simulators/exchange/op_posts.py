"""The item operations on posts of public folders: create, read, find, update, delete.

Each function makes the job of one item; the operation's own file asks for it when an id is one of the public folders'.
Source: the operations' pages; ResponseCode (ErrorCreateItemAccessDenied, ErrorOperationNotAllowedWithPublicFolderRoot);
zm-mailbox' ExchangeEWSFreeBusyProvider, which writes free/busy messages so.
"""

from dataclasses import replace

from simulators.exchange import post_draft, render_post
from simulators.exchange.conflicts import check_key
from simulators.exchange.draft import attempt, granted
from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.items import PropertyKey
from simulators.exchange.public_address import (
    check_right,
    folder_of,
    is_public,
    post_of,
    readable,
    rights,
)
from simulators.exchange.public_search import holds, post_value, sort_key
from simulators.exchange.public_store import IPM, Post, PublicFolder
from simulators.exchange.rows import page, struck, tell
from simulators.exchange.shapes import Shape
from simulators.exchange.soap import Element, child, children, local, m, only, t
from simulators.exchange.times import utc_text
from simulators.exchange.turn import Job, Outcome, Turn
from simulators.record import Fault

SOMEBODY = "somebody else"
_RANGE_WRITTEN = PropertyKey(tag=0x6868, type="SystemTime")


def create(turn: Turn, request: Element, element: Element) -> Job:
    """Create a post."""
    _check_disposition(request)
    # Read before anything is stored: what breaks the schema refuses the whole request.
    read = attempt(lambda: post_draft.read_item(element))

    def job(fault: Fault | None) -> Outcome:
        folder = _target(turn, request)
        written = granted(read).applied(_blank(turn))
        post = _stored(turn, folder, written)
        if fault is not None and fault.kind == "duplicate":
            _stored(turn, folder, written)
        return Outcome((m("Items", t("PostItem", render_post.item_id(post))),), changed=True)

    return job


def _blank(turn: Turn) -> Post:
    return Post("", "", "", turn.clock.now(), turn.clock.now(), "", "")


def _stored(turn: Turn, folder: PublicFolder, post: Post) -> Post:
    names = ("subject", "item_class", "sensitivity", "importance", "culture", "is_read", "properties")
    return turn.public.add(folder, turn.user, **{name: getattr(post, name) for name in names})


def _target(turn: Turn, request: Element) -> PublicFolder:
    saved = child(request, "SavedItemFolderId")
    if saved is None or not is_public(turn, only(saved)):
        raise not_modelled("creating a PostItem outside public folders")
    folder = folder_of(turn, only(saved), "ErrorSavedItemFolderNotFound", content=True)
    if folder.special == IPM:
        raise EwsError("ErrorOperationNotAllowedWithPublicFolderRoot", "the public folder root holds no items")
    if "Create" not in rights(turn, folder):
        raise EwsError(turn.switches.public_create_code, f"{turn.user} may not create items in {folder.name}")
    return folder


def get(turn: Turn, shape: Shape, element: Element) -> Job:
    """Read a post."""

    def job(_: object) -> Outcome:
        folder, post = post_of(turn, element)
        render_post.check(shape, turn.switches)
        return Outcome((m("Items", _told(turn, folder, post, shape, found=False)),))

    return job


def find(turn: Turn, request: Element, shape: Shape, address: Element) -> Outcome:
    """Search the posts of a folder that the caller may read."""
    if child(request, "CalendarView") is not None or child(request, "ContactsView") is not None:
        raise EwsError("ErrorCalendarFolderIsInvalidForCalendarView", "such a view is not of a folder of posts")
    folder = folder_of(turn, address, content=True)
    render_post.check(shape, turn.switches)
    found = readable(turn, folder)
    restriction = child(request, "Restriction")
    if restriction is not None:
        # An empty folder too refuses what is not modelled.
        _meets(turn, only(restriction), _blank(turn))
        found = [post for post in found if _meets(turn, only(restriction), post)]
    for order in reversed(list(children(child(request, "SortOrder")))):
        found.sort(key=sort_key(only(order)), reverse=order.get("Order") == "Descending")
    rows = struck(turn, page(child(request, "IndexedPageItemView"), found, turn.switches.find_limit))
    items = t("Items", *(_told(turn, folder, post, shape, found=True) for post in rows.shown))
    return Outcome((tell(m("RootFolder", items), rows),))


def _meets(turn: Turn, test: Element, post: Post) -> bool:
    return holds(
        test, lambda path: post_value(path, post), turn.zone, ignore_case=turn.switches.public_search_ignores_case
    )


def update(turn: Turn, request: Element, change: Element) -> Job:
    """Write to a post."""
    _check_disposition(request)
    read = attempt(lambda: post_draft.read_updates(change))

    def job(fault: Fault | None) -> Outcome:
        address, kind = only(change), fault.kind if fault else ""
        folder, post = post_of(turn, address)
        check_right(turn, folder, "Edit", post)
        if kind == "conflict":
            post = _elsewhere(turn, post)
        check_key(request.get("ConflictResolution") or "", address.get("ChangeKey"), post.change_key)
        after = granted(read).applied(post)
        if kind == "lost_edit":
            return Outcome(_answer(replace(post, change_key=turn.public.mint.change_key())))
        return Outcome(_answer(turn.public.save(after, turn.user)), changed=True)

    return job


def _elsewhere(turn: Turn, post: Post) -> Post:
    """Somebody else writes the message just before: when its range was written is all that changes."""
    written = {**post.properties, _RANGE_WRITTEN: (utc_text(turn.clock.now()),)}
    return turn.public.save(replace(post, properties=written), SOMEBODY)


def delete(turn: Turn, request: Element, element: Element) -> Job:
    """Delete a post; public folders have no Deleted Items."""

    def job(_: object) -> Outcome:
        folder, post = post_of(turn, element)
        if request.get("DeleteType") != "HardDelete":
            raise not_modelled(f"{request.get('DeleteType')} in public folders")
        check_right(turn, folder, "Delete", post)
        turn.public.remove(post)
        return Outcome(changed=True)

    return job


def _answer(post: Post) -> tuple[Element, ...]:
    return m("Items", t("PostItem", render_post.item_id(post))), m("ConflictResults", t("Count", text="0"))


def _told(turn: Turn, folder: PublicFolder, post: Post, shape: Shape, *, found: bool) -> Element:
    may = rights(turn, folder)
    return render_post.render(post, folder, shape, may, turn.user, turn.switches, found=found)


def _check_disposition(request: Element) -> None:
    if request.get("MessageDisposition") not in (None, "SaveOnly"):
        raise not_modelled(f"{local(request)} of posts with {request.get('MessageDisposition')}")
