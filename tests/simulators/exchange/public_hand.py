"""What an administrator does with public folders, and what Outlook and others do to the messages in them.

    group = "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"
    public = simulator.public_folders
    public.add_administrative_group(group)
    public.grant("ana@a.test", "Owner", group)
    public.overwrite(f"{group}/cn=Recipients/cn=gus", busy=[(start, end)])
    public.read(f"{group}/cn=Recipients/cn=gus").busy

Folders are named by id, by name, or by the DN of an administrative group; accounts by address, everybody by "". Every
method takes the simulator's lock and acts at once and without asking. Source: Add-PublicFolderClientPermission; Microsoft's
"Free/Busy Data in Exchange"; technet aa997491: Outlook replaces the whole message, its range begins with this month.
"""

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from simulators.exchange import publishing
from simulators.exchange.directory import split
from simulators.exchange.public_store import GROUP, IPM, SCHEDULE, Post, PublicFolder, PublicStore
from simulators.exchange.published import Published, Span, read
from simulators.exchange.switches import Switches

OUTLOOK = "outlook"


class PublicHand:
    """Acts on the organization's public folders."""

    def __init__(self, store: PublicStore, lock: AbstractContextManager[Any], switches: Callable[[], Switches]) -> None:
        self._store = store
        self._lock = lock
        self._switches = switches

    def create_database(self) -> None:
        """Make the public folder database, or bring it back."""
        with self._lock:
            self._store.create()

    def drop_database(self) -> None:
        """Take the last public folder database away: no server has public folders now."""
        with self._lock:
            self._store.exists = False

    def add_administrative_group(self, legacy_dn: str, *, name: str = "") -> str:
        """Add the folder of free/busy messages for `/o=.../ou=...`, and the database if need be; returns its id.

        `name` spells the folder otherwise, in other case for example.
        """
        if not legacy_dn.lower().startswith("/o=") or "/cn=" in legacy_dn.lower():
            raise ValueError(f"{legacy_dn!r} is no administrative group: /o=ORGANIZATION/ou=GROUP")
        with self._lock:
            self._store.create()
            if self._store.group(name or f"EX:{legacy_dn}"):
                raise ValueError(f"the administrative group {legacy_dn!r} has a folder")
            return self._store.add_folder(name or f"EX:{legacy_dn}", self._store.special(SCHEDULE).id, GROUP).id

    def add_folder(self, name: str, parent: str = "") -> str:
        """Add an ordinary folder below the root of public folders, or below another one; returns its id."""
        with self._lock:
            self._store.create()
            above = self._folder(parent) if parent else self._store.special(IPM)
            return self._store.add_folder(name, above.id).id

    def remove_folder(self, folder: str) -> None:
        """Take a folder away, with what is in it."""
        with self._lock:
            del self._store.folders[self._folder(folder).id]

    def folder_id(self, folder: str) -> str:
        """The id of a folder; KeyError when there is none."""
        with self._lock:
            return self._folder(folder).id

    def grant(self, account: str, level: str, folder: str) -> None:
        """Give an account (or everybody: "") a permission level in a folder; the store's cache may hold it up."""
        with self._lock:
            wait = timedelta(minutes=self._switches().permission_cache_minutes)
            self._store.grant(self._folder(folder), account.lower(), level, wait)

    def set_replica(self, folder: str, *, within_reach: bool) -> None:
        """Take the folder's replica out of everybody's reach, or bring it back."""
        with self._lock:
            self._folder(folder).has_replica = within_reach

    def set_home(self, address: str, *, has_one: bool) -> None:
        """Move a mailbox to a database without a home public folder server, or back."""
        with self._lock:
            (self._store.homeless.discard if has_one else self._store.homeless.add)(address.lower())

    def posts(self, folder: str) -> tuple[Post, ...]:
        """What lies in a folder, oldest first."""
        with self._lock:
            return tuple(self._folder(folder).posts.values())

    def groups(self) -> dict[str, tuple[Post, ...]]:
        """What lies in each administrative group's folder, by its name."""
        with self._lock:
            folders = [folder for folder in self._store.folders.values() if folder.special == GROUP]
            return {folder.name: tuple(folder.posts.values()) for folder in folders}

    def messages(self, legacy_dn: str) -> tuple[Post, ...]:
        """All free/busy messages of a person: there should be one; empty without a folder for the group, too."""
        with self._lock:
            return self._messages(legacy_dn)

    def read(self, legacy_dn: str) -> Published | None:
        """What Outlook makes of a person's free/busy message, the first one it finds; None when there is none."""
        found = self.messages(legacy_dn)
        return read(found[0].values) if found else None

    def overwrite(
        self,
        legacy_dn: str,
        *,
        busy: Iterable[Span] = (),
        tentative: Iterable[Span] = (),
        away: Iterable[Span] = (),
        first: datetime | None = None,
        months: int = 3,
        by: str = OUTLOOK,
        style: str = "month_length",
        every_month: bool = False,
        new_item: bool = False,
    ) -> str:
        """Replace a person's whole message, or make it, as Outlook does of somebody with a calendar; returns its id.

        The range is `months` from the month of `first`, by default this one; it is written now. `new_item` deletes the
        message and makes another instead of writing to it.
        """
        with self._lock:
            now = self._store.clock.now()
            properties = publishing.properties(
                busy=busy,
                tentative=tentative,
                away=away,
                first=first or now,
                months=months,
                written=now,
                email=legacy_dn,
                style=style,
                every_month=every_month,
            )
            found = self._messages(legacy_dn)
            if found and not new_item:
                return self._store.save(replace(found[0], properties=properties), by).id
            for post in found[:1]:
                self._store.remove(post)
            return self._put(legacy_dn, properties, by).id

    def put(self, legacy_dn: str, properties: publishing.Properties, *, subject: str = "", by: str = OUTLOOK) -> str:
        """Add a message with just these properties, a second one too, with the subject of the DN or another one."""
        with self._lock:
            return self._put(legacy_dn, properties, by, subject).id

    def duplicate(self, legacy_dn: str) -> str:
        """Make a second message with the subject and the properties of a person's first; returns its id."""
        with self._lock:
            return self._put(legacy_dn, self._messages(legacy_dn)[0].properties, OUTLOOK).id

    def remove(self, legacy_dn: str) -> None:
        """Delete all messages of a person."""
        with self._lock:
            for post in self._messages(legacy_dn):
                self._store.remove(post)

    def _put(self, legacy_dn: str, properties: publishing.Properties, by: str, subject: str = "") -> Post:
        name, usual = split(legacy_dn)
        return self._store.add(self._folder(name), by, subject=subject or usual, properties=dict(properties))

    def _messages(self, legacy_dn: str) -> tuple[Post, ...]:
        return self._store.messages(*split(legacy_dn))

    def _folder(self, named: str) -> PublicFolder:
        if named in self._store.folders:
            return self._store.folders[named]
        for folder in self._store.folders.values():
            if folder.name.casefold() in (named.casefold(), f"EX:{named}".casefold()):
                return folder
        raise KeyError(named)
