"""GetFolder and FindFolder: the calendar, its subfolders, and what may be done in them (facts 1.1, 1.3)."""

from simulators.exchange import op_public_folders
from simulators.exchange.addresses import folder_at
from simulators.exchange.errors import not_modelled
from simulators.exchange.mailbox import Folder
from simulators.exchange.public_address import is_public
from simulators.exchange.render import rights
from simulators.exchange.soap import Element, bool_text, child, children, listed, m, need, number, t, text_of
from simulators.exchange.turn import Job, Outcome, Turn
from simulators.exchange.versions import R2010

_DEFAULT = frozenset(("FolderId", "DisplayName", "TotalCount", "ChildFolderCount"))
_ALL = _DEFAULT | {"ParentFolderId", "FolderClass", "EffectiveRights"}
_ORDER = (
    "FolderId",
    "ParentFolderId",
    "FolderClass",
    "DisplayName",
    "TotalCount",
    "ChildFolderCount",
    "EffectiveRights",
)


def get_folder(turn: Turn, request: Element) -> Element:
    """Answer a GetFolder request."""
    names = _shape(request)

    def job(address: Element) -> Job:
        if is_public(turn, address):
            return op_public_folders.get(turn, request, address)
        return lambda _: Outcome((m("Folders", _folder(turn, folder_at(turn, address), names)),))

    return turn.batch([job(each) for each in listed(need(request, "FolderIds"))], lambda: (m("Folders"),))


def find_folder(turn: Turn, request: Element) -> Element:
    """Answer a FindFolder request: in a mailbox Shallow or Deep, without restriction; public folders have their own."""
    names = _shape(request)

    def job(address: Element) -> Job:
        if is_public(turn, address):
            return op_public_folders.find(turn, request, address)

        def find(_: object) -> Outcome:
            if turn.rank < R2010:
                raise not_modelled("FindFolder in a mailbox of Exchange 2007")
            if child(request, "Restriction") is not None:
                raise not_modelled("a Restriction in FindFolder")
            view = child(request, "IndexedPageFolderView")
            if child(request, "FractionalPageFolderView") is not None:
                raise not_modelled("FractionalPageFolderView")
            parent = folder_at(turn, address)
            found = list(turn.mailbox.subfolders(parent.id, deep=request.get("Traversal") == "Deep"))
            offset = number(view.get("Offset") or "0", "Offset") if view is not None else 0
            asked = view.get("MaxEntriesReturned") if view is not None else None
            limit = len(found) if asked is None else number(asked, "MaxEntriesReturned")
            shown = found[offset : offset + limit]
            last = offset + limit >= len(found)
            root = m("RootFolder", t("Folders", *(_folder(turn, each, names) for each in shown)))
            root.set("IndexedPagingOffset", str(min(offset + limit, len(found))))
            root.set("TotalItemsInView", str(len(found)))
            root.set("IncludesLastItemInRange", bool_text(last))
            return Outcome((root,))

        return find

    return turn.batch([job(each) for each in listed(need(request, "ParentFolderIds"))])


def _shape(request: Element) -> frozenset[str]:
    shape = need(request, "FolderShape")
    names = {"IdOnly": frozenset(("FolderId",)), "Default": _DEFAULT}.get(text_of(need(shape, "BaseShape")), _ALL)
    asked = (path.get("FieldURI") or "" for path in children(child(shape, "AdditionalProperties")))
    return names | {uri.partition(":")[2] for uri in asked}


def _folder(turn: Turn, folder: Folder, names: frozenset[str]) -> Element:
    calendar = folder.folder_class.startswith("IPF.Appointment")
    element = t("CalendarFolder" if calendar else "Folder")
    above = turn.mailbox.folders.get(folder.parent)
    for name in _ORDER:
        if name not in names:
            continue
        if name == "FolderId":
            element.append(t(name, Id=folder.id, ChangeKey=folder.change_key))
        elif name == "ParentFolderId" and above is not None:
            element.append(t(name, Id=above.id, ChangeKey=above.change_key))
        elif name == "FolderClass":
            element.append(t(name, text=folder.folder_class))
        elif name == "DisplayName":
            element.append(t(name, text=folder.name))
        elif name == "TotalCount":
            element.append(t(name, text=str(len(folder.items))))
        elif name == "ChildFolderCount":
            element.append(t(name, text=str(len(list(turn.mailbox.subfolders(folder.id))))))
        elif name == "EffectiveRights":
            element.append(rights(turn.mailbox))
    return element
