"""The public-folder store of Exchange 2007 and 2010: a tree of folders, their posts, and who may do what in them.

The tree is one for the whole organization: a true root, below it IPM_SUBTREE (the distinguished `publicfoldersroot`) and
NON_IPM_SUBTREE, which no distinguished id names; in the latter `SCHEDULE+ FREE BUSY` with one folder for each
administrative group, `EX:/o=.../ou=...`. A server has a store only once its administrator made a public folder database.
From Exchange 2013 on there are public folders, but nothing of `SCHEDULE+ FREE BUSY` in them.

Nothing here knows XML, and nothing of it is thread-safe: the simulator's lock is. Source: MS-OXOPFFB;
Microsoft's "Free/Busy Data in Exchange" (openspecification blog, 2011); zm-mailbox' ExchangeEWSFreeBusyProvider.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from simulators.clock import Clock
from simulators.exchange import public_rights
from simulators.exchange.ids import Mint
from simulators.exchange.items import PropertyKey
from simulators.exchange.switches import Switches
from simulators.exchange.versions import R2013, server

ROOT, IPM, NON_IPM, SCHEDULE, GROUP = "root", "publicfoldersroot", "non_ipm", "schedule", "group"
EVERYBODY = ""
_OWNER = "public folders"
_POST_CLASS = "IPM.Post"
_TREE = (
    (ROOT, "", "Public Root"),
    (IPM, ROOT, "IPM_SUBTREE"),
    (NON_IPM, ROOT, "NON_IPM_SUBTREE"),
    ("eforms", NON_IPM, "EFORMS REGISTRY"),
    ("oab", NON_IPM, "OFFLINE ADDRESS BOOK"),
    (SCHEDULE, NON_IPM, "SCHEDULE+ FREE BUSY"),
)


@dataclass(frozen=True)
class Post:
    """One message of a public folder. `properties` are those set by tag or name; the rest is computed from the fields."""

    id: str
    change_key: str
    folder_id: str
    created: datetime
    modified: datetime
    creator: str
    modifier: str
    subject: str = ""
    item_class: str = _POST_CLASS
    sensitivity: str = "Normal"
    importance: str = "Normal"
    culture: str = ""
    is_read: bool = False
    properties: Mapping[PropertyKey, tuple[str, ...]] = field(default_factory=dict)

    def values(self, tag: int, kind: str) -> tuple[str, ...] | None:
        """The values of the property of that tag and type; None when there is none."""
        return self.properties.get(PropertyKey(tag=tag, type=kind))


@dataclass
class PublicFolder:
    """A folder; `special` tells which part of the tree it is. `grants` are levels by account, each with its beginning."""

    id: str
    change_key: str
    name: str
    parent: str
    folder_class: str = "IPF.Note"
    special: str = ""
    posts: dict[str, Post] = field(default_factory=dict)
    grants: dict[str, list[tuple[datetime, str]]] = field(default_factory=dict)
    has_replica: bool = True


class PublicStore:
    """The tree of one organization. `homeless` are the mailboxes whose database has no public folder server."""

    def __init__(self, mint: Mint, clock: Clock) -> None:
        self.mint = mint
        self.clock = clock
        self.exists = False
        self.homeless: set[str] = set()
        self.folders: dict[str, PublicFolder] = {}
        self.issued: set[str] = set()

    def create(self) -> None:
        """Make the public folder database, with the folders every one has; nothing happens when there is one."""
        self.exists = True
        if self.folders:
            return
        made: dict[str, str] = {}
        for special, parent, name in _TREE:
            made[special] = self.add_folder(name, made.get(parent, ""), special).id

    def add_folder(self, name: str, parent: str, special: str = "") -> PublicFolder:
        """Add a folder below the one of that id."""
        folder = PublicFolder(self._id(), self.mint.change_key(), name, parent, special=special)
        self.folders[folder.id] = folder
        return folder

    def special(self, special: str) -> PublicFolder:
        """The folder that is that part of the tree; KeyError when there is no such."""
        for folder in self.folders.values():
            if folder.special == special:
                return folder
        raise KeyError(special)

    def children(self, parent: PublicFolder, switches: Switches) -> Iterator[PublicFolder]:
        """The folders right below one, as far as a server of that version has them."""
        for folder in list(self.folders.values()):
            if folder.parent == parent.id and self.is_there(folder, switches):
                yield folder

    def group(self, name: str) -> PublicFolder | None:
        """The folder of an administrative group, by `EX:` and its DN in any case; None when there is none."""
        for folder in self.folders.values():
            if folder.special == GROUP and folder.name.casefold() == name.casefold():
                return folder
        return None

    def messages(self, group: str, subject: str) -> tuple[Post, ...]:
        """The posts of exactly that subject in a group's folder, oldest first: what a find-row comes upon."""
        folder = self.group(group)
        return tuple(post for post in folder.posts.values() if post.subject == subject) if folder else ()

    @staticmethod
    def is_there(folder: PublicFolder, switches: Switches) -> bool:
        """Tell whether a server of that version has the folder: those of the free/busy ended with 2010."""
        return folder.special not in (SCHEDULE, GROUP) or server(switches.version).rank < R2013

    def rights(self, folder: PublicFolder, user: str, switches: Switches) -> frozenset[str]:
        """What an account may do in a folder: by its own level, else by everybody's."""
        level = self._level(folder, user) or self._level(folder, EVERYBODY)
        if not level:
            level = switches.public_free_busy_rights if folder.special == GROUP else "Reviewer"
        return public_rights.LEVELS[level]

    def _level(self, folder: PublicFolder, user: str) -> str:
        begun = [level for since, level in folder.grants.get(user, []) if since <= self.clock.now()]
        return begun[-1] if begun else ""

    def grant(self, folder: PublicFolder, user: str, level: str, wait: timedelta) -> None:
        """Give an account, or everybody, a level; it counts once the store's cache of permissions is renewed."""
        public_rights.check(level)
        folder.grants.setdefault(user, []).append((self.clock.now() + wait, level))

    def find(self, post_id: str) -> Post | None:
        """The post of that id, in whatever folder."""
        for folder in self.folders.values():
            if post_id in folder.posts:
                return folder.posts[post_id]
        return None

    def add(self, folder: PublicFolder, by: str, **values: Any) -> Post:
        """Store a new post by an account; `values` are fields of `Post`."""
        now = self.clock.now()
        post = Post(self._id(), self.mint.change_key(), folder.id, now, now, by, by, **values)
        folder.posts[post.id] = post
        return post

    def save(self, post: Post, by: str) -> Post:
        """Store new content of a post, by an account; it takes a new ChangeKey and time of change."""
        saved = replace(post, change_key=self.mint.change_key(), modified=self.clock.now(), modifier=by)
        self.folders[post.folder_id].posts[post.id] = saved
        return saved

    def remove(self, post: Post) -> None:
        """Take a post out of its folder for good."""
        del self.folders[post.folder_id].posts[post.id]

    def _id(self) -> str:
        new = self.mint.item_id(_OWNER)
        self.issued.add(new)
        return new
