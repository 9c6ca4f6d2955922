"""A calendar, a store and a clock in memory, the least that fits the ports: for watching the engine alone.

The calendar keeps no wire words and refuses what the port does not promise. What it models: versions and conditions,
change lists that tell the last of an item, ids that are burned, answers that get lost, items not shown yet, what
Google cannot hold (categories, shades of busy), and series whose overrides go with their time and are written one by
one. What it does not: pages, overrides with versions of their own, normalising, anybody's mail.
A `Trap` counts every write of both calendars and of the store and kills the run before or after any of them, as a
process dies. `bench.py` puts them together.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from calpair.errors import (
    AbsentError,
    CursorLostError,
    RefusedError,
    SideError,
    StaleError,
    UnknownOutcomeError,
    VersionError,
)
from calpair.model.event import Event, Field, Item, ShowAs
from calpair.model.rule import Original
from calpair.model.side import Side
from calpair.ports import NO_HINTS, Change, Doc, Draft, Edit, Finding, Held, Hint, Page, Removal, Written
from calpair.recurrence.spelling import rebased

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
class Trap:
    """Counts writes by kind; dies `before` or `after` the one with that number."""

    at: tuple[int, str] | None = None
    kinds: list[str] = field(default_factory=list)

    def before(self, kind: str) -> None:
        self.kinds.append(kind)
        if self.at == (len(self.kinds), "before"):
            raise Crash

    def after(self) -> None:
        if self.at == (len(self.kinds), "after"):
            raise Crash


@dataclass
class FakeCalendar:
    side: Side
    now: Clock
    trap: Trap = field(default_factory=Trap)
    items: dict[str, Item] = field(default_factory=dict)
    log: list[tuple[str, bool]] = field(default_factory=list)
    burned: set[str] = field(default_factory=set)
    lists: int = 0
    reads: int = 0
    hints: dict[str, Hint] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    version: int = 0
    epoch: int = 0
    """Grows when places in the change list are forgotten (`forget_places`)."""
    unseen: set[str] = field(default_factory=set)
    """Items that are there, and that no list and no read shows yet."""
    answers: list[SideError | None] = field(default_factory=list)
    """What the next writes are answered, each without effect; None: as ever."""
    answer_lost: bool = False
    """The next write takes effect and its answer is lost."""
    down: SideError | None = None
    """What every call is answered."""
    down_writing: SideError | None = None
    """What every call that writes is answered, as a whole."""
    refuses: set[Original] = field(default_factory=set)
    """Occurrences of which no override is taken."""
    meanwhile: list[dict[str, Any]] = field(default_factory=list)
    """What a person changes on the item just before each of the next writes."""

    # the person's hand

    def put(self, event: Event | None, id_: str = "", uid: str = "", **more: Any) -> str:
        self.version += 1
        id_ = id_ or f"{self.side.value[0]}{self.version:04d}"
        old = self.items.get(id_)
        at = self.now()
        uid = uid or (old.uid if old else f"{id_}@{self.side.value}")
        for name in ("stamp", "people", "cancelled"):
            more.setdefault(name, getattr(old, name) if old else Item.__dataclass_fields__[name].default)
        created = more.pop("created", old.created if old else at)
        self.items[id_] = Item(self.side, id_, f"v{self.version}", uid, created, at, event, **more)
        self.burned.discard(id_)
        self.log.append((id_, False))
        return id_

    def edit(self, id_: str, **fields: Any) -> None:
        self.put(replace(self.event(id_), **fields), id_)

    def remove(self, id_: str) -> None:
        del self.items[id_]
        self.burned.add(id_)
        self.log.append((id_, True))

    def vanish(self, id_: str) -> None:
        """Take the item away without a tombstone, as a server that has lost it."""
        del self.items[id_]

    def forget_places(self) -> None:
        """Refuse every cursor given out so far."""
        self.epoch += 1

    def named(self, title: str) -> str:
        return next(id_ for id_, event in self.events().items() if event.title == title)

    def only(self) -> str:
        (id_,) = self.items
        return id_

    def event(self, id_: str) -> Event:
        event = self.items[id_].event
        assert event
        return event

    def events(self) -> dict[str, Event]:
        return {item.id: item.event for item in self.items.values() if item.event}

    # the port

    def changes(self, cursor: str) -> Page:
        self.lists += 1
        _raise(self.down)
        epoch, _, place = cursor.partition(":")
        end = f"{self.epoch}:{len(self.log)}"
        if not cursor:
            there = [item for item in self.items.values() if item.id not in self.unseen]
            found = tuple(Change(item.id, item.version, item=self._shown(item)) for item in there)
            return Page(found, end, more=False, whole=True, zone="Europe/Berlin", bare=self.side is Side.EXCHANGE)
        if epoch != str(self.epoch):
            raise CursorLostError("lost")
        changes = []
        for id_, gone in self.log[int(place) :]:
            item = self.items.get(id_)
            if gone and item is None:
                changes.append(Change(id_, gone=True))
            elif item and id_ not in self.unseen:
                changes.append(Change(id_, item.version, item=self._shown(item)))
        return Page(tuple(changes), end, more=False, zone="Europe/Berlin", bare=self.side is Side.EXCHANGE)

    def _shown(self, item: Item) -> Item | None:
        single = item.event is None or item.event.repeats is None
        return item if self.side is Side.GOOGLE and single else None

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        def one(id_: str) -> Item | SideError:
            if id_ in self.items and id_ not in self.unseen:
                return self.items[id_]
            cancelled = self.side is Side.GOOGLE and id_ in self.burned
            return AbsentError("cancelled" if cancelled else "notFound")

        self.reads += 1
        self.hints |= known
        _raise(self.down)
        return {id_: one(id_) for id_ in ids}

    def _refused(self, what: str, id_: str = "") -> SideError | None:
        self.trap.before(f"{what} on {self.side.value}")
        if self.meanwhile and id_ in self.items:
            self.edit(id_, **self.meanwhile.pop(0))
        return self.answers.pop(0) if self.answers else None

    def _done(self, what: str) -> SideError | None:
        self.writes.append(what)
        self.trap.after()
        lost, self.answer_lost = self.answer_lost, False
        return UnknownOutcomeError("timeout") if lost else None

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        _raise(self.down or self.down_writing)
        return [self._create(draft) for draft in drafts]

    def _create(self, draft: Draft) -> Written | SideError:
        assert bool(draft.id) == (self.side is Side.GOOGLE), "the id of a Google copy is ours to choose"
        assert bool(draft.uid) == (self.side is Side.EXCHANGE), "and so is the UID of an Exchange copy"
        refused = self._refused("create")
        if refused:
            return refused
        if draft.id and draft.id in self.items:
            return Written(draft.id, self.items[draft.id], sure=False)
        id_ = self.put(replace(draft.event, overrides={}), draft.id, draft.uid, stamp=draft.stamp)
        lost = self._done(f"create {id_}")
        if lost:
            return lost
        return Written(
            id_, self.items[id_], sure=True, refused=self._overrides(id_, draft.event, draft.event.overrides)
        )

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        _raise(self.down or self.down_writing)
        return [self._update(edit) for edit in edits]

    def _update(self, edit: Edit) -> Written | SideError:
        refused = self._refused("update", edit.item.id)
        if refused:
            return refused
        item = self.items.get(edit.item.id)
        if item is None or item.version != edit.item.version:
            return StaleError("conflict")
        fields = {name.value: getattr(edit.event, name.value) for name in edit.fields}
        before = self.event(item.id)
        after = replace(before, **fields)
        if Field.WHEN in edit.fields:
            after = replace(after, repeats=edit.event.repeats, overrides={})
        after = replace(after, overrides=rebased(replace(before, overrides=after.overrides), after))
        self.put(after, item.id, stamp=edit.stamp or item.stamp)
        lost = self._done(f"update {item.id}")
        if lost:
            return lost
        not_taken = self._overrides(item.id, edit.event, edit.overrides)
        return Written(item.id, self.items[item.id], sure=True, refused=not_taken)

    def _overrides(self, id_: str, wanted: Event, originals: Iterable[Original]) -> dict[Original, SideError]:
        """Write overrides one by one, as servers do; gives those that are refused."""
        refused: dict[Original, SideError] = {}
        for original in sorted(originals):
            if original in self.refuses:
                refused[original] = RefusedError("ErrorOccurrenceCrossingBoundary")
                continue
            self.trap.before(f"override on {self.side.value}")
            there = self.event(id_)
            overrides = dict(there.overrides)
            overrides.pop(original, None)
            if original in wanted.overrides:
                overrides[original] = wanted.overrides[original]
            self.put(replace(there, overrides=overrides), id_)
            self._done(f"override {id_}")
        return refused

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        _raise(self.down or self.down_writing)
        return [self._delete(removal) for removal in removals]

    def _delete(self, removal: Removal) -> SideError | None:
        refused = self._refused("delete", removal.id)
        if refused:
            return refused
        item = self.items.get(removal.id)
        if item is None:
            return None
        if item.version != removal.version:
            return StaleError("conflict")
        self.remove(removal.id)
        return self._done(f"{'erase' if removal.permanent else 'delete'} {removal.id}")

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        del until
        held = {original: self._hold(one) if one else None for original, one in event.overrides.items()}
        losses = ("categories",) if event.categories and self.side is Side.GOOGLE else ()
        return Held(replace(self._hold(event), overrides=held), losses)

    def _hold(self, event: Event) -> Event:
        if self.side is Side.EXCHANGE:
            return replace(event, categories=event.categories or ())
        busy = event.show_as is not ShowAs.FREE
        return replace(event, categories=None, show_as=ShowAs.BUSY if busy else ShowAs.FREE)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        yield Finding("calendar", ok=True, found=f"writing: {writing}")


def _raise(error: SideError | None) -> None:
    if error:
        raise error


@dataclass
class FakeStore:
    trap: Trap = field(default_factory=Trap)
    docs: dict[tuple[str, str], Doc] = field(default_factory=dict)
    count: int = 0
    writes: int = 0
    reads: int = 0
    page_size: int = 3

    def get(self, collection: str, key: str) -> Doc | None:
        self.reads += 1
        return self.docs.get((collection, key))

    def put(self, doc: Doc) -> Doc:
        self.trap.before(f"put {doc.collection}")
        self._expect(doc)
        self.count += 1
        self.writes += 1
        stored = replace(doc, version=str(self.count))
        self.docs[doc.collection, doc.key] = stored
        self.trap.after()
        return stored

    def delete(self, doc: Doc) -> None:
        self.trap.before(f"drop {doc.collection}")
        if (doc.collection, doc.key) in self.docs:
            self._expect(doc)
        self.writes += 1
        self.docs.pop((doc.collection, doc.key), None)
        self.trap.after()

    def _expect(self, doc: Doc) -> None:
        old = self.docs.get((doc.collection, doc.key))
        if (old.version if old else "") != doc.version:
            raise VersionError(doc.key)

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        raise NotImplementedError

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        assert 0 < len(values) <= 30
        self.reads += 1
        wanted = set(values)
        return [doc for doc in self._of(collection, pair) if wanted & set(doc.data.get("keys", ()))]

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        self.reads += 1
        found = [doc for doc in self._of(collection, pair) if doc.key > page]
        part = found[: self.page_size]
        return part, part[-1].key if len(found) > len(part) else ""

    def _of(self, collection: str, pair: str | None) -> Sequence[Doc]:
        found = [doc for doc in self.docs.values() if doc.collection == collection and pair in (None, doc.pair)]
        return sorted(found, key=lambda doc: doc.key)

    def drop(self, pair: str) -> None:
        self.docs = {name: doc for name, doc in self.docs.items() if doc.pair != pair}
