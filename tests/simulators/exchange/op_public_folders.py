"""GetFolder and FindFolder in the tree of public folders.

Source: the page FindFolder operation (no Deep traversal of public folders; their AllProperties shape has no TotalCount),
ResponseCode (ErrorInvalidOperation for it), "Public folder access with EWS in Exchange".
"""

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.public_address import folder_of, rights
from simulators.exchange.public_search import Value, ValueOf, holds
from simulators.exchange.public_store import PublicFolder
from simulators.exchange.render_post import rights as effective_rights
from simulators.exchange.rows import page, tell
from simulators.exchange.soap import Element, child, children, local, m, need, only, t, text_of
from simulators.exchange.turn import Job, Outcome, Turn

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


def get(turn: Turn, request: Element, address: Element) -> Job:
    """Read a folder; that asks for its contents, so it needs a replica."""

    def job(_: object) -> Outcome:
        names = _names(request, finding=False)
        folder = folder_of(turn, address, content=True)
        return Outcome((m("Folders", _told(turn, folder, names)),))

    return job


def find(turn: Turn, request: Element, address: Element) -> Job:
    """Search the folders right below one."""

    def job(_: object) -> Outcome:
        names = _names(request, finding=True)
        if request.get("Traversal") == "Deep":
            raise EwsError("ErrorInvalidOperation", "A deep traversal of public folders is not allowed.")
        if request.get("Traversal") != "Shallow":
            raise not_modelled(f"the traversal {request.get('Traversal')}")
        if child(request, "FractionalPageFolderView") is not None:
            raise not_modelled("FractionalPageFolderView")
        parent = folder_of(turn, address, content=False)
        found = _children(turn, parent)
        restriction = child(request, "Restriction")
        if restriction is not None:
            _meets(turn, only(restriction), parent)  # refuses what is not modelled where nothing is found, too
            found = [each for each in found if _meets(turn, only(restriction), each)]
        rows = page(child(request, "IndexedPageFolderView"), found, turn.switches.find_limit)
        root = m("RootFolder", t("Folders", *(_told(turn, each, names) for each in rows.shown)))
        return Outcome((tell(root, rows),))

    return job


def _children(turn: Turn, parent: PublicFolder) -> list[PublicFolder]:
    below = turn.public.children(parent, turn.switches)
    return [folder for folder in below if "FolderVisible" in rights(turn, folder)]


def _meets(turn: Turn, test: Element, folder: PublicFolder) -> bool:
    return holds(test, _value_of(folder), turn.zone, ignore_case=turn.switches.public_search_ignores_case)


def _value_of(folder: PublicFolder) -> ValueOf:
    def value(path: Element) -> Value:
        uri = path.get("FieldURI") or local(path)
        known = {"folder:DisplayName": folder.name, "folder:FolderClass": folder.folder_class}
        if uri not in known:
            raise not_modelled(f"searching folders by {uri}")
        return known[uri]

    return value


def _names(request: Element, *, finding: bool) -> frozenset[str]:
    shape = need(request, "FolderShape")
    base = text_of(need(shape, "BaseShape"))
    names = {"IdOnly": frozenset(("FolderId",)), "Default": _DEFAULT}.get(base, _ALL)
    if finding and base == "AllProperties":
        names -= {"TotalCount"}
    for path in children(child(shape, "AdditionalProperties")):
        if local(path) != "FieldURI":
            raise not_modelled(f"the property path {local(path)} of a public folder")
        names |= {(path.get("FieldURI") or "").partition(":")[2]}
    return names


def _told(turn: Turn, folder: PublicFolder, names: frozenset[str]) -> Element:
    element = t("Folder")
    above = turn.public.folders.get(folder.parent)
    may = rights(turn, folder)
    texts = {
        "FolderClass": folder.folder_class,
        "DisplayName": folder.name,
        "TotalCount": str(len(folder.posts)),
        "ChildFolderCount": str(len(_children(turn, folder))),
    }
    for name in _ORDER:
        if name not in names:
            continue
        if name == "FolderId":
            element.append(t(name, Id=folder.id, ChangeKey=folder.change_key))
        elif name == "ParentFolderId":
            if above is not None:
                element.append(t(name, Id=above.id, ChangeKey=above.change_key))
        elif name == "EffectiveRights":
            owner = "FolderOwner" in may
            element.append(effective_rights(may, delete=owner, modify=owner))
        else:
            element.append(t(name, text=texts[name]))
    return element
