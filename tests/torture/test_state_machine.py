"""A random walk over both calendars in memory, with a model kept by hand of what both have to show in the end.

People create, edit, delete, copy and restore events on either side; runs crash, writes are refused, answers get lost, the store, the key
and the places in the change lists are lost, the mailbox moves, the pair is renamed, time passes. Whenever all is in
step again both sides have to show the model's events, each once, and a second run has to be silent.

The model knows the rules of a two-way pair and no more: a field edited on one side flows, Exchange wins a field both
edited, an edit beats a deletion, a meeting is changed only at home. While the store is lost its people only edit on
Exchange and create, since for all else the design promises less. The same few walks are made always; CALPAIR_TORTURE=1 makes many, other ones each time.
"""

import os
from dataclasses import dataclass, field, replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from calpair.errors import BackOffError, RefusedError, SideError, StaleError
from calpair.model.event import Event, Item
from calpair.model.side import Home, Side
from calpair.sync.book import approve
from calpair.sync.digest import Digester
from unit.sync.bench import Bench, meeting
from unit.sync.fakes import FakeCalendar

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
SIDES = st.sampled_from(list(Side))
WHICH = st.integers(0, 1000)
FIELDS = st.sampled_from(["title", "place"])
ERRORS = st.sampled_from([RefusedError("invalid"), StaleError("conflict"), BackOffError("quota", scope="item")])
CRASHES = st.lists(st.tuples(st.integers(1, 25), st.sampled_from(["before", "after"])), min_size=1, max_size=3)


@dataclass
class Expected:
    """An event as its people know it. `edits` and `deleted` are not carried yet; `calm`: not to be touched before."""

    base: dict[str, str]
    home: Home
    ids: dict[Side, str]
    people: bool = False
    edits: dict[Side, dict[str, str]] = field(default_factory=lambda: {side: {} for side in Side})
    deleted: set[Side] = field(default_factory=set)
    calm: bool = False

    def settled(self) -> dict[str, str] | None:
        """What both sides have to show of it; None: nothing."""
        if self.people:
            home = Side(self.home.value)
            return None if home in self.deleted else {**self.base, **self.edits[home]}
        if len(self.deleted) == len(Side):
            return None
        if self.deleted:
            (lost,) = self.deleted
            survivor = self.edits[lost.other]
            return {**self.base, **survivor} if survivor else None
        return {**self.base, **self.edits[Side.GOOGLE], **self.edits[Side.EXCHANGE]}


class Walk(RuleBasedStateMachine):
    """The machine; its rules are what can happen to a pair."""

    @initialize()
    def begin(self) -> None:
        self.bench = Bench(history_days=36500)
        self.events: list[Expected] = []
        self.buried: list[tuple[Item, dict[str, str]]] = []
        self.count = 0
        self.lost = False
        self.moves = 0
        self.restored = False

    # --- what people do ---

    @rule(side=SIDES, people=st.sampled_from([False, False, False, True]))
    def create(self, side: Side, people: bool) -> None:
        content = self._content()
        id_ = self.bench.calendar(side).put(self._meeting(content), people=people)
        self.events.append(Expected(content, Home(side.value), {side: id_}, people, calm=True))

    @rule()
    def create_on_both(self) -> None:
        content = self._content()
        event = self._meeting(content)
        ids = {side: self.bench.calendar(side).put(event) for side in Side}
        self.events.append(Expected(content, Home.ADOPTED, ids, calm=True))

    @precondition(lambda self: self._touchable())
    @rule(side=SIDES, which=WHICH, name=FIELDS)
    def edit(self, side: Side, which: int, name: str) -> None:
        event = self._pick(which)
        if side in event.deleted or (self.lost and (side is Side.GOOGLE or event.home is Home.ADOPTED)):
            return
        value = f"{name} {self._next()}"
        event.edits[side][name] = value
        self.bench.calendar(side).edit(event.ids[side], **{name: value})

    @precondition(lambda self: self._touchable() and not self.lost)
    @rule(side=SIDES, which=WHICH)
    def delete(self, side: Side, which: int) -> None:
        event = self._pick(which)
        if side in event.deleted:
            return
        calendar = self.bench.calendar(side)
        self.buried.append((calendar.items[event.ids[side]], event.base))
        calendar.remove(event.ids[side])
        event.deleted.add(side)

    # A clone has its original's UID, and so may what was just restored: nobody could tell the two.
    @precondition(lambda self: self._touchable() and not self.lost and not self.restored)
    @rule(side=SIDES, which=WHICH)
    def copy(self, side: Side, which: int) -> None:
        event = self._pick(which)
        if event.people or event.deleted or any(event.edits.values()):
            return
        item = self.bench.calendar(side).items[event.ids[side]]
        content = self._content()
        uid = item.uid if side is Side.EXCHANGE else ""
        id_ = self.bench.calendar(side).put(self._meeting(content), uid=uid, stamp=item.stamp)
        self.events.append(Expected(content, Home(side.value), {side: id_}, calm=True))
        event.calm = True

    @precondition(lambda self: self.buried and not self.lost)
    @rule()
    def settle_and_restore(self) -> None:
        self.sync()
        item, content = self.buried.pop()
        calendar = self.bench.calendar(item.side)
        if item.people or item.event is None or item.id in calendar.items:
            return
        if item.event.title in {event.base["title"] for event in self.events}:
            return
        content = {**content, "title": item.event.title, "place": item.event.place}
        id_ = item.id if item.side is Side.GOOGLE else ""
        calendar.put(item.event, id_, item.uid, stamp=item.stamp)
        restored = id_ or next(reversed(calendar.items))
        self.events.append(Expected(content, Home(item.side.value), {item.side: restored}, calm=True))
        self.restored = True

    # --- what happens to us ---

    @rule()
    def sync(self) -> None:
        self._settle()

    @rule(crashes=CRASHES)
    def crash(self, crashes: list[tuple[int, str]]) -> None:
        for number, when in crashes:
            self.bench.crash(number, when)
            self.bench.clock.advance(timedelta(minutes=1))
        self._settle()

    @rule(side=SIDES)
    def lose_an_answer(self, side: Side) -> None:
        self.bench.calendar(side).answer_lost = True

    @rule(side=SIDES, error=ERRORS)
    def be_refused(self, side: Side, error: SideError) -> None:
        self.bench.calendar(side).answers = [error]

    @rule()
    def lose_store(self) -> None:
        self._settle()
        self.bench.lose_store()
        self.lost = True

    @rule()
    def lose_key(self) -> None:
        self._settle()
        self.bench.digester = Digester(f"key {self._next()}".encode() * 4)
        self.lost = True

    @rule(side=SIDES)
    def forget_places(self, side: Side) -> None:
        self.bench.calendar(side).forget_places()

    @rule()
    def move_mailbox(self) -> None:
        self.moves += 1
        calendar = self.bench.exchange
        new = {id_: f"{id_}m{self.moves}" for id_ in calendar.items}
        calendar.items = {new[id_]: replace(item, id=new[id_]) for id_, item in calendar.items.items()}
        calendar.forget_places()
        for event in self.events:
            if event.ids.get(Side.EXCHANGE) in new:
                event.ids[Side.EXCHANGE] = new[event.ids[Side.EXCHANGE]]

    @rule()
    def rename_pair(self) -> None:
        self.bench.set(name=f"ana {self._next()}")

    @rule()
    def change_settings(self) -> None:
        self.bench.set(history_days=36500 + self._next() % 7)

    @rule(hours=st.integers(1, 60))
    def let_time_pass(self, hours: int) -> None:
        self.bench.clock.advance(timedelta(hours=hours))

    # --- what has to hold ---

    def _settle(self) -> None:
        bench = self.bench
        for _ in range(12):
            report = bench.run()
            if report.outcome == "held":
                approve(bench.store, bench.pair, (), bench.clock())
            elif report.retry is None and report.outcome == "ok":
                break
            wait = report.retry - bench.clock.at if report.retry else timedelta(0)
            bench.clock.advance(max(wait, timedelta(minutes=11)))
        bench.silent()
        assert bench.orphans() == []
        expected = [content for content in (event.settled() for event in self.events) if content]
        for side in Side:
            assert self._held(bench.calendar(side)) == sorted((one["title"], one["place"]) for one in expected)
        self._agree()

    def _agree(self) -> None:
        """All is in step: the model's events are what both sides show, under the ids they now have."""
        self.lost = self.restored = False
        for side in Side:
            self.bench.calendar(side).answer_lost = False
            self.bench.calendar(side).answers = []
        self.events = [event for event in self.events if event.settled()]
        for event in self.events:
            event.base = event.settled() or {}
            event.edits = {side: {} for side in Side}
            event.deleted = set()
            event.calm = False
            event.ids = {side: self.bench.calendar(side).named(event.base["title"]) for side in Side}

    @invariant()
    def nobody_shows_an_event_twice(self) -> None:
        for side in Side:
            titles = self.bench.titles(side)
            assert len(titles) == len(set(titles))

    # --- small parts ---

    def _next(self) -> int:
        self.count += 1
        return self.count

    def _content(self) -> dict[str, str]:
        number = self._next()
        return {"title": f"event {number}", "place": "", "number": str(number)}

    def _meeting(self, content: dict[str, str]) -> Event:
        number = int(content["number"])
        return meeting(content["title"], hour=number % 24, day=1 + number // 24 % 28)

    def _touchable(self) -> list[Expected]:
        return [event for event in self.events if not event.calm]

    def _pick(self, which: int) -> Expected:
        touchable = self._touchable()
        return touchable[which % len(touchable)]

    def _held(self, calendar: FakeCalendar) -> list[tuple[str, str]]:
        return sorted((event.title, event.place) for event in calendar.events().values())


TestWalk = Walk.TestCase
TestWalk.settings = settings(
    max_examples=3000 if TORTURE else 25,
    stateful_step_count=50 if TORTURE else 25,
    derandomize=not TORTURE,
    deadline=None,
)
