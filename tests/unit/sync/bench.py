"""One pair, two calendars and a store in memory, with a run at hand. Tests of the engine start here.

`bench = Bench(on_conflict=...)`, people act by `bench.exchange.put(...)`, `.edit(...)`, `.remove(...)`; `bench.settle()` runs
until all is in step and expects a second run to be silent; `bench.both()` gives the titles both sides hold.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from calpair.model.event import Event
from calpair.model.link import Link, State
from calpair.model.pair import Direction, Pair
from calpair.model.side import Side
from calpair.model.when import Timed
from calpair.sync.digest import Digester
from calpair.sync.records import from_doc
from calpair.sync.run import Report, World, sync
from unit.sync.fakes import Clock, Crash, FakeCalendar, FakeStore, Trap

DIGESTER = Digester(b"k" * 32)


class Bench:
    """The ground of one test. `settings` are the pair's."""

    def __init__(self, **settings: Any) -> None:
        self.clock = Clock()
        self.trap = Trap()
        self.exchange = FakeCalendar(Side.EXCHANGE, self.clock, self.trap)
        self.google = FakeCalendar(Side.GOOGLE, self.clock, self.trap)
        self.store = FakeStore(self.trap)
        settings.setdefault("direction", Direction.TWO_WAY)
        self.pair = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", **settings)
        self.digester = DIGESTER
        self.other_pairs: dict[str, frozenset[Side]] = {}
        """Other live pairs, by key: the sides on which they keep the same folder or calendar."""
        self.dead: set[str] = set()
        self.runs = 0

    def calendar(self, side: Side) -> FakeCalendar:
        return self.exchange if side is Side.EXCHANGE else self.google

    def world(self) -> World:
        self.runs += 1
        return World(
            calendars={Side.EXCHANGE: self.exchange, Side.GOOGLE: self.google},
            store=self.store,
            digester=self.digester,
            now=self.clock,
            holder=f"run {self.runs}",
            alive=lambda holder: holder not in self.dead,
            live_pairs={self.pair.key: frozenset(Side), **self.other_pairs},
            progress=lambda *_: None,
        )

    def run(self) -> Report:
        return sync(self.pair, self.world())

    def plan(self) -> list[str]:
        """What a run would do, as people are shown it."""
        return [str(decision).split(":")[0] for decision in sync(self.pair, self.world(), dry_run=True).decisions]

    def set(self, **settings: Any) -> None:
        """Change the pair's document."""
        self.pair = replace(self.pair, **settings)

    def crash(self, number: int, when: str) -> str:
        """Run into a trap set at that write, counted from here; the process is gone. Gives the write's kind, if any."""
        self.trap.at = (len(self.trap.kinds) + number, when)
        try:
            self.run()
        except Crash:
            self.dead.add(f"run {self.runs}")
            return self.trap.kinds[-1]
        finally:
            self.trap.at = None
        return ""

    def settle(self) -> None:
        """Run, then run again and expect silence."""
        assert self.run().outcome == "ok"
        self.silent()

    def silent(self) -> None:
        """Run and expect one list a side, and not a single request or change beside."""
        sides = (self.exchange, self.google)
        before = [(len(one.writes), one.reads, one.lists + 1) for one in sides]
        report = self.run()
        assert report.outcome == "ok"
        assert [(len(one.writes), one.reads, one.lists) for one in sides] == before

    def forget_places(self) -> None:
        for side in Side:
            self.calendar(side).forget_places()

    def lose_store(self) -> None:
        self.store.docs.clear()

    def links(self) -> list[Link]:
        docs = self.store.docs.values()
        found = [from_doc(doc, self.digester.name) for doc in docs if doc.collection == "links"]
        return sorted(found, key=lambda link: link.key)

    def link(self) -> Link:
        (link,) = self.links()
        return link

    def orphans(self) -> list[str]:
        return [link.key for link in self.links() if link.state is State.ORPHAN]

    def written(self) -> tuple[int, int]:
        """How many writes each side has had."""
        return len(self.exchange.writes), len(self.google.writes)

    def titles(self, side: Side) -> list[str]:
        return sorted(event.title for event in self.calendar(side).events().values())

    def both(self) -> list[str]:
        """The titles both sides hold; they must be the same."""
        assert self.titles(Side.EXCHANGE) == self.titles(Side.GOOGLE)
        return self.titles(Side.GOOGLE)


def meeting(title: str, hour: int = 10, day: int = 5, **more: Any) -> Event:
    start = datetime(2026, 11, day, hour, 0, tzinfo=UTC)
    return Event(title, Timed(start, start + timedelta(hours=1), "Europe/Berlin"), **more)
