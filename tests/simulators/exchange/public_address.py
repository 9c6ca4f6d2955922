"""Ids in requests that name public folders and their posts, and how a wrong or forbidden one is refused.

Source: the page "Public folder access with EWS in Exchange"; ResponseCode (ErrorNoPublicFolderServerAvailable: no server,
or none that is the caller's home); exchangelib's DistinguishedFolderId, which quotes a server on naming a mailbox.
"""

from simulators.exchange.errors import EwsError
from simulators.exchange.public_rights import allowed
from simulators.exchange.public_store import IPM, Post, PublicFolder, PublicStore
from simulators.exchange.soap import Element, child, local
from simulators.exchange.turn import Turn


def is_public(turn: Turn, element: Element) -> bool:
    """Tell whether an id of a folder or an item is one of the public folders', whether or not it is still there."""
    if local(element) == "DistinguishedFolderId":
        return element.get("Id") == IPM
    return (element.get("Id") or "") in turn.public.issued


def folder_of(turn: Turn, element: Element, missing: str = "ErrorFolderNotFound", *, content: bool) -> PublicFolder:
    """The public folder an id names, as far as the caller sees it; `content` asks the folder's replica, not the tree."""
    store = _store(turn)
    if local(element) == "DistinguishedFolderId":
        if child(element, "Mailbox") is not None:
            raise EwsError("ErrorInvalidOperation", "It is not valid to specify a mailbox with the public folder root.")
        folder = store.special(IPM)
    else:
        found = store.folders.get(element.get("Id") or "")
        if found is None and store.find(element.get("Id") or ""):
            raise EwsError("ErrorCannotUseItemIdForFolderId", "the id is that of an item")
        if found is None or not store.is_there(found, turn.switches):
            raise EwsError(missing, "the specified folder could not be found in the store")
        folder = found
    if "FolderVisible" not in rights(turn, folder):
        raise _denied(turn, folder)
    if content:
        check_replica(turn, folder)
    return folder


def post_of(turn: Turn, element: Element) -> tuple[PublicFolder, Post]:
    """The post an ItemId names, with its folder, as far as the caller may read it."""
    store = _store(turn)
    post_id, key = element.get("Id") or "", element.get("ChangeKey")
    if key and not store.mint.is_change_key(key):
        raise EwsError("ErrorInvalidChangeKey", "the change key is invalid")
    if post_id in store.folders:
        raise EwsError("ErrorCannotUseFolderIdForItemId", "the id is that of a folder")
    post = store.find(post_id)
    if post is None or not store.is_there(store.folders[post.folder_id], turn.switches):
        raise EwsError("ErrorItemNotFound", "the specified object was not found in the store")
    folder = store.folders[post.folder_id]
    check_replica(turn, folder)
    check_right(turn, folder, "Read", post)
    return folder, post


def rights(turn: Turn, folder: PublicFolder) -> frozenset[str]:
    """What the caller may do in a folder."""
    return turn.public.rights(folder, turn.user, turn.switches)


def readable(turn: Turn, folder: PublicFolder) -> list[Post]:
    """The posts of a folder the caller may read, oldest first."""
    may = rights(turn, folder)
    return [post for post in folder.posts.values() if allowed(may, "Read", own=post.creator == turn.user)]


def check_right(turn: Turn, folder: PublicFolder, what: str, post: Post) -> None:
    """ErrorAccessDenied for who may not Read, Edit or Delete a post."""
    may = rights(turn, folder)
    if "FolderVisible" not in may or not allowed(may, what, own=post.creator == turn.user):
        raise _denied(turn, folder)


def check_replica(turn: Turn, folder: PublicFolder) -> None:
    """Refuse what needs a folder's contents when no server within reach has a replica of them."""
    if not folder.has_replica:
        raise EwsError(turn.switches.public_replica_code, f"no replica of the folder {folder.name} can be reached")


def _store(turn: Turn) -> PublicStore:
    if turn.box is None or not turn.public.exists or turn.box.address in turn.public.homeless:
        raise EwsError(
            "ErrorNoPublicFolderServerAvailable",
            "There is no public folder server available, or the caller has no home public folder server.",
        )
    return turn.public


def _denied(turn: Turn, folder: PublicFolder) -> EwsError:
    return EwsError("ErrorAccessDenied", f"Access is denied: {turn.user} lacks the right in the folder {folder.name}.")
