"""One simulated mailbox: its folders, their items, and the log of changes that SyncFolderItems reads.

Every save takes a new ChangeKey and a new place in its folder's log; moving takes a new ItemId and leaves a mark of
departure behind (facts 2.1, 2.2). Nothing here knows XML. `Mailbox` is not thread-safe; the simulator's lock is.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from simulators.clock import Clock
from simulators.exchange import series
from simulators.exchange.ids import Mint
from simulators.exchange.items import Item

CALENDAR, DELETED = "calendar", "deleteditems"
SOFT, PURGES = "recoverableitemsdeletions", "recoverableitemspurges"
READ_ACCESS = ("None", "TimeOnly", "TimeAndSubjectAndLocation", "FullDetails")
_TREE = (
    ("root", "", "Top of the mailbox", "IPF"),
    ("msgfolderroot", "root", "Top of Information Store", "IPF.Note"),
    (CALENDAR, "msgfolderroot", "Calendar", "IPF.Appointment"),
    ("inbox", "msgfolderroot", "Inbox", "IPF.Note"),
    ("sentitems", "msgfolderroot", "Sent Items", "IPF.Note"),
    (DELETED, "msgfolderroot", "Deleted Items", "IPF.Note"),
    ("recoverableitemsroot", "root", "Recoverable Items", "IPF"),
    (SOFT, "recoverableitemsroot", "Deletions", "IPF.Note"),
    (PURGES, "recoverableitemsroot", "Purges", "IPF.Note"),
)


@dataclass
class Trail:
    """What the log of a folder knows of one item id: places in the log, ascending."""

    saves: list[int]
    gone: int = 0
    read: int = 0


@dataclass
class Folder:
    """A folder; `distinguished` is its well-known name, if it has one."""

    id: str
    change_key: str
    name: str
    parent: str
    folder_class: str
    distinguished: str = ""
    items: dict[str, Item] = field(default_factory=dict)
    log: dict[str, Trail] = field(default_factory=dict)
    place: int = 0

    def mark(self) -> int:
        """Take the next place in the log."""
        self.place += 1
        return self.place


@dataclass(frozen=True)
class WorkingHours:
    """When the owner works: days of the week, and minutes after midnight of a zone."""

    zone: str = "UTC"
    days: tuple[str, ...] = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
    start: int = 8 * 60
    end: int = 17 * 60


class Mailbox:
    """Folders and items of one address. `generation` invalidates every sync state handed out before.

    `free_busy` are the rights on the calendar's free/busy by address, "" for everybody else's; what is not in it, the
    switches say.
    """

    def __init__(self, address: str, mint: Mint, clock: Clock) -> None:
        self.address = address
        self.mint = mint
        self.clock = clock
        self.generation = 1
        self.read_only = False
        self.free_busy: dict[str, str] = {}
        self.working = WorkingHours()
        self.folders: dict[str, Folder] = {}
        for distinguished, parent, name, folder_class in _TREE:
            above = self.distinguished(parent).id if parent else ""
            self.add_folder(name, above, folder_class, distinguished)

    def add_folder(
        self, name: str, parent: str, folder_class: str = "IPF.Appointment", distinguished: str = ""
    ) -> Folder:
        """Create a folder under a parent's id."""
        folder = Folder(
            self.mint.item_id(self.address), self.mint.change_key(), name, parent, folder_class, distinguished
        )
        self.folders[folder.id] = folder
        return folder

    def distinguished(self, name: str) -> Folder:
        """The folder of a well-known name; KeyError when the simulator has none such."""
        for folder in self.folders.values():
            if folder.distinguished == name:
                return folder
        raise KeyError(name)

    @property
    def calendar(self) -> Folder:
        """The default calendar."""
        return self.distinguished(CALENDAR)

    def subfolders(self, parent: str, *, deep: bool = False) -> Iterator[Folder]:
        """The folders right below a parent, or all below it."""
        for folder in list(self.folders.values()):
            if folder.parent == parent:
                yield folder
                if deep:
                    yield from self.subfolders(folder.id, deep=True)

    def find(self, item_id: str) -> Item | None:
        """The item of exactly that id, in any folder."""
        for folder in self.folders.values():
            if item_id in folder.items:
                return folder.items[item_id]
        return None

    def look(self, item_id: str) -> Item | None:
        """The stored item of that id, or the occurrence that a stored series shows under it."""
        found = self.find(item_id)
        named = self.mint.read_occurrence_id(item_id) if found is None else None
        if named is None:
            return found
        master = self.find(named[0])
        if master is None or not master.recurrence or not series.has(master, named[1]):
            return None
        return series.occurrence(master, named[1], self.mint)

    def find_formerly(self, item_id: str) -> Item | None:
        """The item that has, or before moves had, that id."""
        found = self.find(item_id)
        if found is not None:
            return found
        every = (item for folder in self.folders.values() for item in folder.items.values())
        return next((item for item in every if item_id in item.former_ids), None)

    def add(self, folder: Folder, **values: Any) -> Item:
        """Store a new item; `values` are fields of `Item`, of which start and end are mandatory."""
        now = self.clock.now()
        values.setdefault("created", now)
        values.setdefault("uid", "")
        if not values["uid"]:
            values["uid"] = self.mint.uid(self.address, now)
        item = Item(
            id=self.mint.item_id(self.address),
            change_key=self.mint.change_key(),
            folder_id=folder.id,
            modified=now,
            **values,
        )
        self._put(folder, item)
        return item

    def save(self, item: Item) -> Item:
        """Store new content for an item; it takes a new ChangeKey and time of change."""
        folder = self.folders[item.folder_id]
        saved = replace(item, change_key=self.mint.change_key(), modified=self.clock.now())
        folder.items[item.id] = saved
        folder.log[item.id].saves.append(folder.mark())
        return saved

    def change(self, before: Item, after: Item, *, reaches: bool) -> Item:
        """Store new content for an item or an occurrence; that of an occurrence is a save of its master (facts 2.2)."""
        master = self.find(before.master_id)
        if master is None:
            return self.save(after)
        saved = self.save(series.amended(master, after, self.mint, reaches=reaches))
        return self.look(before.id) or saved

    def forget(self, shown: Item) -> None:
        """Delete an occurrence: an edit of its master, and nothing is left of it anywhere (facts 2.6)."""
        master = self.find(shown.master_id)
        if master is not None:
            self.save(series.without(master, shown, self.mint))

    def set_read(self, item: Item, *, is_read: bool) -> None:
        """Change the read flag alone: neither a save nor a new ChangeKey."""
        folder = self.folders[item.folder_id]
        folder.items[item.id] = replace(item, is_read=is_read)
        folder.log[item.id].read = folder.mark()

    def move(self, item: Item, target: Folder) -> Item:
        """Move an item; it takes a new id (facts 2.1, 2.2)."""
        source = self.folders[item.folder_id]
        del source.items[item.id]
        source.log[item.id].gone = source.mark()
        moved = replace(
            item,
            id=self.mint.item_id(self.address),
            change_key=self.mint.change_key(),
            folder_id=target.id,
            former_ids=(*item.former_ids, item.id),
        )
        self._put(target, moved)
        return moved

    def purge(self, item: Item) -> None:
        """Take an item out of its folder for good."""
        folder = self.folders[item.folder_id]
        del folder.items[item.id]
        folder.log[item.id].gone = folder.mark()

    def copy(self, item: Item, target: Folder) -> Item:
        """Copy an item with its UID and extended properties; only id and ChangeKey are new."""
        now = self.clock.now()
        twin = replace(
            item,
            id=self.mint.item_id(self.address),
            change_key=self.mint.change_key(),
            folder_id=target.id,
            created=now,
            modified=now,
            former_ids=(),
        )
        self._put(target, twin)
        return twin

    def relocate(self) -> None:
        """The mailbox moves to another server: all ids and ChangeKeys are new, UIDs stay, sync states are void."""
        renamed = {old: self.mint.item_id(self.address) for old in self.folders}
        moved: dict[str, Folder] = {}
        for folder in self.folders.values():
            fresh = Folder(
                renamed[folder.id],
                self.mint.change_key(),
                folder.name,
                renamed.get(folder.parent, ""),
                folder.folder_class,
                folder.distinguished,
            )
            for item in folder.items.values():
                self._put(
                    fresh,
                    replace(
                        item,
                        id=self.mint.item_id(self.address),
                        change_key=self.mint.change_key(),
                        folder_id=fresh.id,
                        former_ids=(*item.former_ids, item.id),
                    ),
                )
            moved[fresh.id] = fresh
        self.folders = moved
        self.generation += 1

    @staticmethod
    def _put(folder: Folder, item: Item) -> None:
        folder.items[item.id] = item
        folder.log[item.id] = Trail([folder.mark()])
