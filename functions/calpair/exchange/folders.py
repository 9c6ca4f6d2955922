"""Which folder a pair means: the mailbox's own calendar, or a path of names below it (`Team/Travel`).

The calendar itself is named, never looked up. A path costs one FindFolder, once for as long as the process remembers.
"""

from calpair.errors import AccessLostError, BackOffError, CursorLostError, SideError, SignInError
from calpair.exchange import bodies
from calpair.exchange.errors import ServerSaidError, classify
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, Element, child, text
from calpair.exchange.versions import EXCHANGE_2010

SEPARATOR = "/"
_FREE_BUSY_ONLY = "of Exchange 2007 only free/busy is supported: its calendars cannot be paired"


def ask_calendar(connection: ExchangeConnection, mailbox: str, body: Element) -> Element:
    """Ask about a mailbox's calendar, of a server whose calendars are understood. Raises AccessLostError otherwise."""
    _understood(connection)
    try:
        return ask_one(connection, mailbox, body)
    finally:
        # The first answer of all, be it a refusal, tells which server this is.
        _understood(connection)


def _understood(connection: ExchangeConnection) -> None:
    if connection.build < EXCHANGE_2010:
        raise AccessLostError("ErrorInvalidServerVersion", _FREE_BUSY_ONLY)


def ask_one(connection: ExchangeConnection, mailbox: str, body: Element) -> Element:
    """Ask about one folder and give the one message of the answer.

    Whatever else is wrong with a whole folder than waiting, signing in or a lost place is that we cannot use it.
    """
    try:
        return _only(connection.ask(mailbox, body, writing=False))
    except (BackOffError, SignInError, AccessLostError, CursorLostError):
        raise
    except SideError as error:
        raise AccessLostError(error.code, "the server refuses this folder") from None


def _only(messages: "tuple[Element | ServerSaidError, ...]") -> Element:
    if len(messages) != 1:
        raise BackOffError("TornAnswer", "the server answered about another number of things")
    if isinstance(messages[0], ServerSaidError):
        raise classify(messages[0], writing=False)
    return messages[0]


class Folder:
    """One folder of one mailbox. `path` empty: the calendar itself."""

    def __init__(self, connection: ExchangeConnection, mailbox: str, path: str) -> None:
        self._connection = connection
        self._mailbox = mailbox
        self._path = path
        self._id = ""
        self.listed = False
        """Whether the mailbox has shown its folders: it opens, whatever becomes of the path."""

    @property
    def name(self) -> str:
        """What to call it in a sentence."""
        return f"folder {self._path!r}" if self._path else "calendar"

    def element(self) -> Element:
        """Name the folder for a request. Raises AccessLostError where the path leads nowhere."""
        calendar = bodies.calendar_folder(self._mailbox)
        if not self._path:
            return calendar
        if not self._id:
            found = ask_calendar(self._connection, self._mailbox, bodies.find_folders(calendar))
            self.listed = True
            self._id = self._walk(found)
        return bodies.folder_id(self._id)

    def forget(self) -> None:
        """Look the path up again next time: folders move, and moved mailboxes have new ids."""
        self._id = ""

    def _walk(self, message: Element) -> str:
        listed = child(child(message, "RootFolder", namespace=MESSAGES), "Folders")
        folders = [_Found(folder) for folder in (() if listed is None else listed)]
        known = {folder.id for folder in folders}
        # The calendar's own id is not told; what hangs on nothing listed hangs on the calendar.
        level = [folder for folder in folders if folder.parent not in known]
        place = ""
        for name in filter(None, self._path.split(SEPARATOR)):
            place = next((folder.id for folder in level if folder.name == name.strip().casefold()), "")
            if not place:
                raise AccessLostError(
                    "ErrorFolderNotFound",
                    f"no folder {self._path!r} below the calendar of {self._mailbox}: write the path to it as Outlook "
                    "shows it, or leave `folder` out for the calendar itself",
                )
            level = [folder for folder in folders if folder.parent == place]
        return place


class _Found:
    def __init__(self, element: Element) -> None:
        self.id = _id(element, "FolderId")
        self.parent = _id(element, "ParentFolderId")
        self.name = text(element, "DisplayName").strip().casefold()


def _id(element: Element, name: str) -> str:
    found = child(element, name)
    return "" if found is None else found.get("Id", "")
