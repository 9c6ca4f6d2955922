"""A calendar, a store and a clock in memory, the least that fits the ports: for watching the engine alone.

The calendar keeps no wire words and refuses what the port does not promise; `crash_at` kills the run before or after
the nth write, as a process dies.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from calpair.errors import AbsentError, CursorLostError, IdTakenError, SideError, StaleError, VersionError
from calpair.model.event import Event, Item, ShowAs
from calpair.model.pair import Direction, Pair
from calpair.model.side import Side
from calpair.model.when import Timed
from calpair.ports import Change, Doc, Draft, Edit, Finding, Held, Page, Removal, Written
from calpair.sync.digest import Digester
from calpair.sync.run import Report, World, sync

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    def advance(self, by: timedelta) -> None:
        self.at += by


class Crash(BaseException):
    """The process dies."""


@dataclass
class FakeCalendar:
    side: Side
    now: Clock
    items: dict[str, Item] = field(default_factory=dict)
    log: list[tuple[str, bool]] = field(default_factory=list)
    burned: set[str] = field(default_factory=set)
    lists: int = 0
    writes: list[str] = field(default_factory=list)
    version: int = 0
    lost: bool = False
    crash_at: tuple[int, str] | None = None

    # the person's hand

    def put(self, event: Event, id_: str = "", uid: str = "", **more: Any) -> str:
        self.version += 1
        id_ = id_ or f"{self.side.value[0]}{self.version:04d}"
        old = self.items.get(id_)
        at = self.now()
        uid = uid or (old.uid if old else f"{id_}@{self.side.value}")
        more.setdefault("stamp", old.stamp if old else None)
        created = old.created if old else at
        self.items[id_] = Item(self.side, id_, f"v{self.version}", uid, created, at, event, **more)
        self.log.append((id_, False))
        return id_

    def edit(self, id_: str, **fields: Any) -> None:
        item = self.items[id_]
        assert item.event
        self.put(replace(item.event, **fields), id_, people=item.people)

    def remove(self, id_: str) -> None:
        del self.items[id_]
        self.burned.add(id_)
        self.log.append((id_, True))

    def named(self, title: str) -> str:
        return next(id_ for id_, event in self.events().items() if event.title == title)

    def events(self) -> dict[str, Event]:
        return {item.id: item.event for item in self.items.values() if item.event}

    # the port

    def changes(self, cursor: str) -> Page:
        self.lists += 1
        if cursor and self.lost:
            self.lost = False
            raise CursorLostError("lost")
        if not cursor:
            found = tuple(Change(item.id, item.version, item=self._shown(item)) for item in self.items.values())
            return Page(found, str(len(self.log)), more=False, whole=True, zone="Europe/Berlin")
        changes = []
        for id_, gone in self.log[int(cursor) :]:
            item = self.items.get(id_)
            if gone or item is None:
                changes.append(Change(id_, gone=True))
            else:
                changes.append(Change(id_, item.version, item=self._shown(item)))
        return Page(tuple(changes), str(len(self.log)), more=False, zone="Europe/Berlin")

    def _shown(self, item: Item) -> Item | None:
        return item if self.side is Side.GOOGLE else None

    def read(self, ids: Sequence[str]) -> Mapping[str, Item | SideError]:
        def one(id_: str) -> Item | SideError:
            if id_ in self.items:
                return self.items[id_]
            cancelled = self.side is Side.GOOGLE and id_ in self.burned
            return AbsentError("cancelled" if cancelled else "notFound")

        return {id_: one(id_) for id_ in ids}

    def _effect(self, what: str) -> None:
        self.writes.append(what)
        if self.crash_at == (len(self.writes), "after"):
            raise Crash

    def _before(self) -> None:
        if self.crash_at == (len(self.writes) + 1, "before"):
            raise Crash

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        answers: list[Written | SideError] = []
        for draft in drafts:
            self._before()
            if draft.id and draft.id in self.items:
                answers.append(Written(draft.id, self.items[draft.id], sure=False))
                continue
            if draft.id in self.burned and draft.id not in self.items and self.side is Side.EXCHANGE:
                answers.append(IdTakenError("burned"))
                continue
            id_ = self.put(draft.event, draft.id, draft.uid, stamp=draft.stamp)
            self._effect(f"create {id_}")
            answers.append(Written(id_, self.items[id_], sure=True))
        return answers

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        answers: list[Written | SideError] = []
        for edit in edits:
            self._before()
            item = self.items.get(edit.item.id)
            if item is None or item.version != edit.item.version:
                answers.append(StaleError("conflict"))
                continue
            assert item.event
            event = replace(item.event, **{name.value: getattr(edit.event, name.value) for name in edit.fields})
            self.put(event, item.id, stamp=edit.stamp or item.stamp, people=item.people)
            self._effect(f"update {item.id}")
            answers.append(Written(item.id, self.items[item.id], sure=True))
        return answers

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        answers: list[SideError | None] = []
        for removal in removals:
            self._before()
            item = self.items.get(removal.id)
            if item and item.version != removal.version:
                answers.append(StaleError("conflict"))
                continue
            if item:
                self.remove(removal.id)
                self._effect(f"delete {removal.id}")
            answers.append(None)
        return answers

    def hold(self, event: Event) -> Held:
        if self.side is Side.EXCHANGE:
            return Held(replace(event, categories=event.categories or ()))
        busy = event.show_as is not ShowAs.FREE
        losses = ("categories",) if event.categories else ()
        return Held(replace(event, categories=None, show_as=ShowAs.BUSY if busy else ShowAs.FREE), losses)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        yield Finding("calendar", ok=True, found=f"writing: {writing}")


@dataclass
class FakeStore:
    docs: dict[tuple[str, str], Doc] = field(default_factory=dict)
    count: int = 0
    writes: int = 0
    reads: int = 0

    def get(self, collection: str, key: str) -> Doc | None:
        self.reads += 1
        return self.docs.get((collection, key))

    def put(self, doc: Doc) -> Doc:
        old = self.docs.get((doc.collection, doc.key))
        if (old.version if old else "") != doc.version:
            raise VersionError(doc.key)
        self.count += 1
        self.writes += 1
        stored = replace(doc, version=str(self.count))
        self.docs[doc.collection, doc.key] = stored
        return stored

    def delete(self, doc: Doc) -> None:
        self.writes += 1
        self.docs.pop((doc.collection, doc.key), None)

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        raise NotImplementedError

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        assert len(values) <= 30
        self.reads += 1
        wanted = set(values)
        return [
            doc
            for doc in self.docs.values()
            if doc.collection == collection and doc.pair == pair and wanted & set(doc.data.get("keys", ()))
        ]

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        self.reads += 1
        found = [d for d in self.docs.values() if d.collection == collection and pair in (None, d.pair)]
        return sorted(found, key=lambda doc: doc.key), page and ""

    def drop(self, pair: str) -> None:
        self.docs = {name: doc for name, doc in self.docs.items() if doc.pair != pair}


class Bench:
    """One pair, two calendars and a store, with a run at hand."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.exchange = FakeCalendar(Side.EXCHANGE, self.clock)
        self.google = FakeCalendar(Side.GOOGLE, self.clock)
        self.store = FakeStore()
        settings.setdefault("direction", Direction.TWO_WAY)
        self.pair = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", **settings)
        self.dead: set[str] = set()
        self.runs = 0

    def world(self) -> World:
        self.runs += 1
        return World(
            calendars={Side.EXCHANGE: self.exchange, Side.GOOGLE: self.google},
            store=self.store,
            digester=Digester(b"k" * 32),
            now=self.clock,
            holder=f"run {self.runs}",
            alive=lambda holder: holder not in self.dead,
            live_pairs=frozenset({self.pair.key}),
            progress=lambda *_: None,
        )

    def run(self) -> Report:
        return sync(self.pair, self.world())

    def crash(self) -> None:
        """Run into a planted crash; the process is gone."""
        try:
            self.run()
        except Crash:
            self.dead.add(f"run {self.runs}")
        self.exchange.crash_at = self.google.crash_at = None

    def settle(self) -> None:
        """Run, then run again and expect silence."""
        self.run()
        self.silent()

    def silent(self) -> None:
        writes = len(self.exchange.writes), len(self.google.writes)
        lists = self.exchange.lists, self.google.lists
        report = self.run()
        assert report.outcome == "ok"
        assert (len(self.exchange.writes), len(self.google.writes)) == writes
        assert (self.exchange.lists, self.google.lists) == (lists[0] + 1, lists[1] + 1)

    def titles(self, side: Side) -> list[str]:
        calendar = self.exchange if side is Side.EXCHANGE else self.google
        return sorted(event.title for event in calendar.events().values())

    def both(self) -> list[str]:
        """The titles both sides hold; they must be the same."""
        assert self.titles(Side.EXCHANGE) == self.titles(Side.GOOGLE)
        return self.titles(Side.GOOGLE)


def meeting(title: str, hour: int = 10, day: int = 5, **more: Any) -> Event:
    start = datetime(2026, 11, day, hour, 0, tzinfo=UTC)
    return Event(title, Timed(start, start + timedelta(hours=1), "Europe/Berlin"), **more)
