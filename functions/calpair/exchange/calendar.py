"""One folder of one Exchange mailbox, as the engine's `Calendar` port sees a side.

Requests: a page of changes is one; reading n items ceil(n/50), and as much for the exceptions of the series among them;
creating, updating, deleting n items twice that (the write and a look: after it, or for a deletion, which checks nothing
itself, before it), and for occurrences of series what `overriding.py` says. Cold or warm, nothing else but one FindFolder
where the pair names a folder by its path.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from calpair.errors import AbsentError, AccessLostError, BackOffError, RefusedError, SideError
from calpair.exchange import bodies, fields, holding, mapping, occurrences
from calpair.exchange.batch import BATCH, each, in_turn
from calpair.exchange.examine import examination
from calpair.exchange.folders import Folder, ask_one
from calpair.exchange.joined import exceptions, joined
from calpair.exchange.overriding import THEIRS, Overriding
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import MESSAGES, Element, child, local_name, text
from calpair.exchange.writing import PEOPLE, content, delete, write
from calpair.model.event import Event, Item
from calpair.model.side import Side
from calpair.model.when import AllDay
from calpair.ports import Change, Draft, Edit, Finding, Held, Page, Removal, Written

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

    @property
    def side(self) -> Side:
        """Exchange."""
        return Side.EXCHANGE

    def changes(self, cursor: str) -> Page:
        """List one page of changes by SyncFolderItems. Raises CursorLostError."""
        try:
            message = ask_one(self._connection, self._mailbox, bodies.sync(self._folder.element(), cursor))
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

    def read(self, ids: Sequence[str]) -> Mapping[str, Item | SideError]:
        """Read items by GetItem."""
        wanted = list(dict.fromkeys(ids))
        return dict(zip(wanted, in_turn(wanted, self._look), strict=True))

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """Make copies by CreateItem, stamp and UID inside, and read them back."""
        return in_turn(drafts, self._create)

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """Change items by UpdateItem, each in its version only, and read them back."""
        return in_turn(edits, self._update)

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """Look at the items' versions, then delete by DeleteItem those that still are in theirs."""
        return in_turn(removals, lambda batch: delete(self._connection, self._mailbox, batch))

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        """Tell what this server would hold of an event; see the port."""
        return holding.hold(event, self._connection.build, until)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """Look at address, certificate, sign-in, mailbox, folder and rights, with one GetFolder."""
        return examination(self._connection, self._mailbox, self._folder, writing=writing)

    def _look(self, ids: Sequence[str]) -> list[Item | SideError]:
        answers = self._elements(ids)
        items = [self._item(identifier, answer) for identifier, answer in zip(ids, answers, strict=True)]
        wanted = [name for item in items if isinstance(item, Item) for name in exceptions(item)]
        if not wanted:
            return items
        found = dict(zip(wanted, self._elements(wanted), strict=True))
        return [item if isinstance(item, SideError) else self._joined(item, found) for item in items]

    def _elements(self, ids: Sequence[str]) -> list[Element | SideError]:
        answers = list[Element | SideError]()
        for start in range(0, len(ids), BATCH):
            batch = ids[start : start + BATCH]
            answers += each(self._connection, self._mailbox, bodies.get_items, batch, writing=False)
        return [answer if isinstance(answer, SideError) else _content(answer) for answer in answers]

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

    def _update(self, edits: Sequence[Edit]) -> list[Written | SideError]:
        return write(
            self._connection,
            self._mailbox,
            edits,
            self._changes,
            lambda built: bodies.update_items(
                [(bodies.item_id(edit.item.id, edit.item.version), updates) for edit, updates in built],
                self._connection.build,
            ),
            self._overriding.changed,
            creating=False,
        )

    def _changes(self, edit: Edit) -> Element | Written:
        if edit.item.people and edit.fields & THEIRS:
            raise RefusedError(PEOPLE, "others are invited: it is changed where it lives, so that they are told")
        build = self._connection.build
        zone = self._day_zone(edit.zone, edit.event)
        updates = fields.changes(edit, build, zone, forgetting=occurrences.forgetting(edit, build))
        if not len(updates) and edit.overrides:
            # So that whoever changed the series meanwhile is noticed, before its occurrences are written.
            updates.append(fields.unchanged(edit))
        # An edit of nothing that Exchange holds is done as it stands.
        return updates if len(updates) else Written(edit.item.id, edit.item, sure=True)

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
