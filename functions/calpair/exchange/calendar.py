"""One folder of one Exchange mailbox, as the engine's `Calendar` port sees a side.

Requests: a page of changes is one; reading n items ceil(n/50), where exceptions of the series among them are known one for
each 50 more of these, and one for each 100 that are not; creating, updating, deleting n items twice that (the write and a look: after it, or for a deletion, which checks nothing
itself, before it), and for occurrences of series what `overriding.py` says. Cold or warm, nothing else but one FindFolder
where the pair names a folder by its path.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from calpair.errors import AbsentError, AccessLostError, BackOffError, RefusedError, SideError
from calpair.exchange import bodies, fields, holding, mapping
from calpair.exchange.batch import BATCH, each, in_turn
from calpair.exchange.examine import examination
from calpair.exchange.folders import Folder, ask_calendar
from calpair.exchange.joined import exceptions, joined
from calpair.exchange.overriding import Overriding
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, Element, child, local_name, text
from calpair.exchange.updating import Updating
from calpair.exchange.writing import Known, content, delete, write
from calpair.model.event import Event, Item
from calpair.model.side import Side
from calpair.model.when import AllDay
from calpair.ports import NO_HINTS, Change, Draft, Edit, Finding, Held, Hint, Page, Removal, Written

_LOOK = 2 * BATCH
"""Items read in a request: a batch, and as many exceptions of the series among them."""

LARGE = 100
"""After a page of as many changes the list is asked on, whatever it says: one family of servers ends it too early."""


class ExchangeCalendar:
    """A mailbox's calendar folder. `folder` is a path below the mailbox's calendar, or empty.

    `zone` tells the calendar's IANA zone (empty: unknown); it is asked only for all-day events that have none of
    their own.
    """

    def __init__(self, connection: ExchangeConnection, mailbox: str, folder: str, *, zone: Callable[[], str]) -> None:
        self._connection = connection
        self._mailbox = mailbox
        self._folder = Folder(connection, mailbox, folder)
        self._zone = zone
        self._overriding = Overriding(connection, mailbox, self._look, self._day_zone)
        self._updating = Updating(connection, mailbox, self._overriding, self._day_zone)

    @property
    def side(self) -> Side:
        """Exchange."""
        return Side.EXCHANGE

    def changes(self, cursor: str) -> Page:
        """List one page of changes by SyncFolderItems. Raises CursorLostError."""
        try:
            message = ask_calendar(self._connection, self._mailbox, bodies.sync(self._folder.element(), cursor))
        except AccessLostError:
            self._folder.forget()
            raise
        after = text(message, "SyncState", namespace=MESSAGES)
        if not after:
            raise BackOffError("TornAnswer", "the change list came without its place")
        listed = child(message, "Changes", namespace=MESSAGES)
        entries = tuple(_entries(listed)) if listed is not None else ()
        last = text(message, "IncludesLastItemInRange", namespace=MESSAGES).strip() in ("true", "1")
        # A place that does not move would be asked for ever.
        more = (not last or len(entries) >= LARGE) and after != cursor
        return Page(entries, after, more, whole=not cursor, bare=True)

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        """Read items by GetItem."""
        wanted, exceptions = list(dict.fromkeys(ids)), {one: hint.overrides for one, hint in known.items()}
        return dict(zip(wanted, in_turn(wanted, lambda batch: self._look(batch, exceptions)), strict=True))

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """Make copies by CreateItem, stamp and UID inside, and read them back."""
        return in_turn(drafts, self._create)

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """Change items by UpdateItem, each in its version only, and read them back."""
        return in_turn(edits, self._updating.update)

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """Look at the items' versions, then delete by DeleteItem those that still are in theirs."""
        return in_turn(removals, lambda batch: delete(self._connection, self._mailbox, batch))

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        """Tell what this server would hold of an event; see the port."""
        return holding.hold(event, self._connection.build, until)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """Look at address, certificate, sign-in, mailbox, folder and rights, with one GetFolder."""
        return examination(self._connection, self._mailbox, self._folder, writing=writing)

    def _look(self, ids: Sequence[str], known: Known) -> list[Item | SideError]:
        found = self._elements([*ids, *(name for one in ids for name in known.get(one, ()))])
        items = [self._item(one, found[one]) for one in ids]
        named = [name for item in items if isinstance(item, Item) for name in exceptions(item)]
        found |= self._elements([name for name in named if name not in found])
        return [item if isinstance(item, SideError) else self._joined(item, found) for item in items]

    def _elements(self, ids: Sequence[str]) -> dict[str, Element | SideError]:
        names, answers = list(dict.fromkeys(ids)), list[Element | SideError]()
        for start in range(0, len(names), _LOOK):
            batch = names[start : start + _LOOK]
            answers += each(self._connection, self._mailbox, bodies.get_items, batch, writing=False)
        found = (answer if isinstance(answer, SideError) else _content(answer) for answer in answers)
        return dict(zip(names, found, strict=True))

    def _item(self, identifier: str, answer: Element | SideError) -> Item | SideError:
        if isinstance(answer, RefusedError):
            return mapping.broken(identifier, answer.code)
        if isinstance(answer, SideError):
            return answer
        return mapping.read(answer, self._mailbox, self._zone)

    def _joined(self, item: Item, found: Mapping[str, Element | SideError]) -> Item | SideError:
        # An exception that will be read another time makes the whole series wait for it.
        waits = next((answer for name in exceptions(item) if isinstance(answer := found[name], BackOffError)), None)
        return waits or joined(item, found, self._mailbox, self._zone)

    def _create(self, drafts: Sequence[Draft]) -> list[Written | SideError]:
        folder = self._folder.element()
        return write(
            self._connection,
            self._mailbox,
            drafts,
            lambda draft: fields.new_item(draft, self._connection.build, self._day_zone(draft.zone, draft.event)),
            lambda built: bodies.create_items(folder, [element for _, element in built]),
            self._overriding.made,
            creating=True,
        )

    def _day_zone(self, named: str, event: Event) -> str:
        return named or (self._zone() if isinstance(event.when, AllDay) else "")


def _content(answer: Element) -> Element | SideError:
    element = content(answer)
    return AbsentError("NoItem") if element is None else element


def _entries(listed: Element) -> Iterator[Change]:
    for change in listed:
        kind = local_name(change)
        if kind in ("Create", "Update"):
            # Whatever sort of item it is, only its name matters here; one without a name cannot be asked for.
            found = next((names for names in map(mapping.identity, change) if names[0]), None)
            if found is not None:
                yield Change(*found)
        elif kind == "Delete":
            identifier, _ = mapping.identity(change)
            if identifier:
                yield Change(identifier, gone=True)
