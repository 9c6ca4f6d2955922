"""Who may do what in a public folder: the permission levels, and the rights each stands for.

Source: the page PermissionLevel; MS-OXCPERM 2.2.7, by which whoever may not read any message still reads his own, and
whoever does not see a folder gets nothing of it.
"""

from collections.abc import Mapping

_VISIBLE = frozenset(("FolderVisible",))
_REVIEWER = _VISIBLE | {"ReadAny"}
_NONEDITING = _REVIEWER | {"Create", "DeleteOwned"}
_AUTHOR = _NONEDITING | {"EditOwned"}
_EDITOR = _AUTHOR | {"EditAny", "DeleteAny"}
_SUBFOLDERS = frozenset(("CreateSubfolder",))

LEVELS: Mapping[str, frozenset[str]] = {
    "None": frozenset(),
    "Contributor": _VISIBLE | {"Create"},
    "Reviewer": _REVIEWER,
    "NoneditingAuthor": _NONEDITING,
    "Author": _AUTHOR,
    "PublishingAuthor": _AUTHOR | _SUBFOLDERS,
    "Editor": _EDITOR,
    "PublishingEditor": _EDITOR | _SUBFOLDERS,
    "Owner": _EDITOR | _SUBFOLDERS | {"FolderOwner"},
}


def check(level: str) -> None:
    """ValueError for a level that is none."""
    if level not in LEVELS:
        raise ValueError(f"permission level {level!r} is none of {', '.join(LEVELS)}")


def allowed(rights: frozenset[str], what: str, *, own: bool) -> bool:
    """Tell whether rights allow to Read, Edit or Delete a message, one's own or somebody else's."""
    if own and what == "Read":
        return True
    return f"{what}Any" in rights or (own and f"{what}Owned" in rights)
