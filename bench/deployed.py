"""What the deployed functions cost: looks of `sync_pair`, the fan-out of `dispatch`, and first syncs under Google's limit."""

import json
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from bench.ground import Cost, CountedStore, fill_exchange
from calpair.gcp.queue import CloudTasksQueue
from calpair.local.store import SqliteStore
from calpair.model.pair import Pair
from calpair.ports import Doc
from calpair.sync.book import postpone
from calpair.sync.dispatch import dispatch
from scenarios.deployed import Deployed
from simulators.google.switches import Switches

QUOTA = 600
"""Calls a minute that Google lets a project make for one user, unless more was asked for."""


class Metered(CountedStore):
    """A store behind a meter that also weighs what is read."""

    bytes = 0

    def _counted(self, docs: Sequence[Doc]) -> Sequence[Doc]:
        self.bytes += sum(len(json.dumps(doc.data)) for doc in docs)
        return super()._counted(docs)


@dataclass(frozen=True, slots=True)
class Meter:
    """What has passed on a ground so far."""

    ground: Deployed
    store: CountedStore

    def read(self) -> tuple[int, ...]:
        """Requests to Exchange and Google, quota units, no bytes, reads, writes."""
        return (*self.ground.requests(), self.ground.google.record.units, 0, self.store.reads, self.store.writes)

    def look(self, *, cold: bool = False) -> tuple[str, Cost]:
        """Look once, as a new instance or as one that has looked before; the outcome, and what it took."""
        worker = self.ground.instance() if cold else self.ground.first
        before = self.read()
        outcome = worker.look("ana")["outcome"]
        return outcome, Cost(*(new - old for new, old in zip(self.read(), before, strict=True)))


def meter(folder: Path, units_per_minute: int = 0) -> Meter:
    """Lay a ground whose store is counted."""
    counted: list[CountedStore] = []

    def opened(ground: Deployed) -> CountedStore:
        if not counted:
            counted.append(CountedStore(SqliteStore(":memory:", ground.clock.now)))
        return counted[0]

    ground = Deployed(folder, opened, google={"switches": Switches(units_per_minute=units_per_minute)})
    return Meter(ground, counted[0])


def looks(events: int) -> dict[str, Cost]:
    """Give what a first sync takes, an idle look after it, and the first idle look of a new instance."""
    with tempfile.TemporaryDirectory() as name:
        one = meter(Path(name))
        fill_exchange(one.ground.ana, events)
        first = one.look()[1]
        one.look()
        return {"first": first, "idle": one.look()[1], "cold": one.look(cold=True)[1]}


@dataclass(slots=True)
class Narrow:
    """A first sync under the limit: how many looks, minutes on the clock, and calls Google refused."""

    looks: int = 0
    minutes: float = 0
    refused: int = 0
    requests: int = 0


def under_quota(events: int) -> Narrow:
    """Have a mailbox carried to Google by tasks alone, `QUOTA` calls a minute."""
    with tempfile.TemporaryDirectory() as name:
        one = meter(Path(name), QUOTA)
        ground, found = one.ground, Narrow()
        fill_exchange(ground.ana, events)
        begun = ground.clock.now()
        ground.written("pairs/ana")
        while len(ground.google_titles()) < events:
            ground.deliver(seconds=6)
            if len(ground.google_titles()) < events:
                ground.tick(seconds=54)
        found.looks = len(ground.looks)
        found.minutes = round((ground.clock.now() - begun) / timedelta(minutes=1), 1)
        found.refused = sum(call.status >= 400 for call in ground.google.record.calls)  # noqa: PLR2004 - a refusal
        found.requests = sum(ground.requests())
        return found


@dataclass(slots=True)
class FanOut:
    """What one tick takes: calls to the queue, documents read and their bytes, writes."""

    calls: Counter[str] = field(default_factory=Counter)
    reads: int = 0
    bytes: int = 0
    writes: int = 0


def fan_out(pairs: int) -> FanOut:
    """Dispatch so many due pairs."""
    with tempfile.TemporaryDirectory() as name:
        ground = Deployed(Path(name), lambda ground: SqliteStore(":memory:", ground.clock.now))
        store, now = Metered(ground.store), ground.clock.now()
        for number in range(pairs):
            each = f"{number}@a.test"
            postpone(ground.store, Pair(f"pair {number}", "a.test", each, each, each), now)
        queue: CloudTasksQueue = ground.queue()
        dispatch(store, queue, ground.clock.now())
        return FanOut(Counter(ground.tasks.record.requests), store.reads, store.bytes, store.writes)
