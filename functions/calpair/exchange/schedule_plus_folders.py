r"""The folders of free/busy messages among the public folders: found once, remembered, and found anew when they are gone.

They hang at `\NON_IPM_SUBTREE\SCHEDULE+ FREE BUSY`, one for each administrative group, named like the start of its
members' legacyExchangeDN. EWS has a name only for the folder beside that tree, so the way leads over its parent, one
request a step: names are compared here, whole and without case, since servers differ in how they compare them. Sources:
MS-OXOPFFB 1.3; "Public folder access with EWS in Exchange" (Microsoft Learn).

All of it is done as the account itself, which is who has rights in public folders; no mailbox is impersonated.
"""

from collections.abc import Callable, Mapping

from calpair.errors import AccessLostError, BackOffError, RefusedError, SideError
from calpair.exchange import bodies
from calpair.exchange import schedule_plus_message as message
from calpair.exchange.folders import ask_one
from calpair.exchange.schedule_plus_cures import (
    DENIED,
    HIDDEN,
    NO_FOLDER,
    NO_MAILBOX,
    NO_REPLICA,
    NO_SERVER,
    NO_STORE,
    STORE,
    sentence,
)
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, Element, child, local_name
from calpair.exchange.versions import EXCHANGE_2013

ITSELF = ""
"""The mailbox that requests are about: none."""

OF_FOLDER = {NO_FOLDER, DENIED, NO_REPLICA, NO_SERVER}
"""Codes of what may be wrong with one folder only."""

GONE = {
    "ErrorFolderNotFound",
    "ErrorParentFolderNotFound",
    "ErrorSavedItemFolderNotFound",
    "ErrorItemNotFound",
    "ErrorInvalidId",
    "ErrorInvalidIdMalformed",
    "ErrorInvalidFolderId",
    "ErrorCannotAccessDeletedPublicFolder",
}
"""What a server says of an id whose folder it does not have."""

_OF_ITEMS = {"ErrorItemNotFound", "ErrorInvalidId", "ErrorInvalidIdMalformed"}
"""Those of them that are about an item where one was named."""

_MOST_ROWS = 500_000
_RELATIVES = (
    ({DENIED, "ErrorCreateItemAccessDenied"}, DENIED),
    ({NO_SERVER, "ErrorPublicFolderServerNotFound"}, NO_SERVER),
    ({NO_MAILBOX, "ErrorNonExistentMailbox"}, NO_MAILBOX),
    (GONE, NO_FOLDER),
)

Build = Callable[[int], Element]
"""Builds the request for a page of a list, which starts at a row."""


class Folders:
    """The folders of one server. `known` is what `remembered` gave an earlier process."""

    def __init__(self, connection: ExchangeConnection, known: Mapping[str, str]) -> None:
        self._connection = connection
        self._ids = {name.casefold(): identifier for name, identifier in known.items()}

    def remembered(self) -> dict[str, str]:
        """Give the ids of the folders found so far, to be stored."""
        return dict(self._ids)

    def id(self, name: str) -> str:
        """Give the id of a folder (`EX:/o=...`). Raises what is wrong on the way there."""
        if not self.knows(name):
            try:
                self._find(name)
            except AccessLostError as error:
                raise cured(error, name, self._connection) from None
        return self._ids[name.casefold()]

    def knows(self, name: str) -> bool:
        """Tell whether a folder is remembered."""
        return name.casefold() in self._ids

    def forget(self, name: str) -> None:
        """Look for a folder anew next time: its id does not lead to it any more."""
        self._ids.pop(name.casefold(), None)

    def _find(self, name: str) -> None:
        remembered = self.knows(STORE)
        try:
            listed = self._children(self._store())
        except AccessLostError as error:
            if not remembered or error.code not in GONE:
                raise
            self.forget(STORE)
            listed = self._children(self._store())
        self._ids |= {one: identifier for one, identifier in listed.items() if one.startswith("ex:")}
        if not self.knows(name):
            raise AccessLostError(NO_FOLDER)

    def _store(self) -> str:
        if not self.knows(STORE):
            place = self._top()
            for step in (HIDDEN, STORE):
                place = self._children(place).get(step.casefold(), "")
                if not place:
                    raise AccessLostError(NO_STORE)
            self._ids[STORE.casefold()] = place
        return self._ids[STORE.casefold()]

    def _top(self) -> str:
        try:
            answer = ask_one(self._connection, ITSELF, message.get_public_folders())
        except AccessLostError as error:
            raise AccessLostError(NO_STORE) if error.code in GONE else error from None
        listed = child(answer, "Folders", namespace=MESSAGES)
        seen = None if listed is None else next((folder for folder in listed if local_name(folder)), None)
        above = "" if seen is None else message.identity(seen, "ParentFolderId")[0]
        if not above:
            raise AccessLostError(NO_STORE)
        return above

    def _children(self, above: str) -> dict[str, str]:
        """Give the folders right below one: their ids by their names, without case."""
        listed = rows(
            self._connection, lambda offset: message.find_children(bodies.folder_id(above), offset), "Folders"
        )
        return {name.casefold(): identifier for name, identifier in map(message.read_folder, listed) if identifier}


def rows(connection: ExchangeConnection, build: Build, inside: str) -> list[Element]:
    """Read a list of folders or items (`inside`) to its end, page by page."""
    found = list[Element]()
    while True:
        root = child(ask_one(connection, ITSELF, build(len(found))), "RootFolder", namespace=MESSAGES)
        listed = child(root, inside)
        page = [] if listed is None else [row for row in listed if local_name(row)]
        found += page
        if root is not None and root.get("IncludesLastItemInRange", "").strip() in ("true", "1"):
            return found
        if not page or len(found) > _MOST_ROWS:
            raise BackOffError("TornAnswer", "the server's list has no end")


def cured(error: SideError, name: str, connection: ExchangeConnection) -> SideError:
    """Say of an error what an administrator does about it; what has nothing to do with public folders stays."""
    code = next((known for codes, known in _RELATIVES if error.code in codes), error.code)
    if code == NO_SERVER and connection.version and connection.build >= EXCHANGE_2013:
        code = NO_STORE
    about = isinstance(error, AccessLostError) or (isinstance(error, RefusedError) and error.code not in _OF_ITEMS)
    cure = sentence(code, name, connection.settings.username or connection.settings.client_id)
    return AccessLostError(code, cure) if cure and about else error
