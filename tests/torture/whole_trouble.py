"""Trouble at every call of a story: what may go wrong where, and a story played through with it.

    for point, way in points(ground, story):
        assert not play(ground, story, point, way, anew=True)

Where to fail is taken from the record of the story played through once: every request to Exchange, every call to
Google, every batch, and every call of the store that counts on its ground. A `ground` lays the stage in a folder.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from calpair.app.machine import App
from calpair.errors import CalpairError
from scenarios.on_firestore import OnFirestore
from scenarios.stage import Stage
from simulators.record import Call
from simulators.wire import Crash, Request
from torture.whole_story import Story

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""A crash here is a process's, never the machine's: what the store flushes to disk need not get there."""


@dataclass(frozen=True)
class Point:
    """The `nth` call of act number `act`: on a `side` (`store` for its writes); `what` it is, for the table.

    `unchecked`: a write of occurrences which names no version that its server would compare. They share their series',
    so that each changes the next one's; and a deletion compares none.
    """

    act: int
    side: str
    operation: str
    nth: int
    what: str
    unchecked: bool = False

    def stands(self, way: "Way", act: int) -> bool:
        """Tell whether its effect, come after people had gone on, may stand in this act as if a person had said it then.

        Nothing tells it from that: what holds is that both sides show it.
        """
        return self.unchecked and way.seconds > 2 * REST and act > self.act


@dataclass(frozen=True)
class Way:
    """A way of failing, in the simulators' words. `seconds` after which a late effect comes."""

    kind: str
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """Its name in the table."""
        return f"{self.kind} {self.seconds:.0f} s" if self.seconds else self.kind


REST = 300.0
"""Seconds between the trouble and the run that mends it: an intent lasts two minutes, a parked event a minute."""

WAYS = (
    Way("crash_before"),
    Way("crash_after"),
    Way("lost_reply"),
    Way("timeout_before"),
    Way("torn"),
    Way("late_effect", 90),
    Way("late_effect", 200),
    Way("late_effect", 400),
    Way("late_effect", 1500),
)
"""A late effect comes while an intent lasts; after it, before anything is done again; after it was done again; and
after people have gone on editing what was done again."""

ITEM_WAYS = (Way("item_error"), Way("batch_stopped"))
STORE_WAYS = (Way("crash_before"), Way("crash_after"))


class Deaths:
    """The nth call of a store from now on is the last thing its process does, before or after its effect."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.nth = 0
        self.way = ""

    def plan(self, nth: int = 0, way: str = "") -> None:
        """Count anew; without a number nobody dies."""
        self.calls, self.nth, self.way = [], nth, way

    def before(self, call: object) -> None:
        """Called before a call has its effect."""
        self.calls.append(call if isinstance(call, str) else type(call).__name__.removesuffix("Request"))
        if len(self.calls) == self.nth and self.way == "crash_before":
            raise Crash

    def after(self, _: object) -> None:
        """Called when it has had it."""
        if len(self.calls) == self.nth:
            raise Crash


class Mortal(Stage):
    """A stage whose processes may die of a call of their store."""

    def __init__(self, *places: Any, **fields: Any) -> None:
        self.deaths = Deaths()
        super().__init__(*places, **fields)


class OnFile(Mortal):
    """With SQLite: every write counts."""

    def process(self, holder: str, alive: Callable[[str], bool]) -> App:
        app = super().process(holder, alive)
        vars(app)["store"] = _Writes(app.store, self.deaths)
        return app


class InDatabase(Mortal, OnFirestore):
    """With Firestore: every request counts, whether it reads or writes."""

    def __init__(self, *places: Any, **fields: Any) -> None:
        super().__init__(*places, **fields)
        self.recorder.before, self.recorder.after = self.deaths.before, self.deaths.after


class _Writes:
    """A store whose writes are watched."""

    def __init__(self, store: Any, deaths: Deaths) -> None:
        self._store = store
        self._deaths = deaths

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, doc: Any) -> Any:
        return self._watched("put", doc)

    def delete(self, doc: Any) -> None:
        self._watched("delete", doc)

    def _watched(self, name: str, doc: Any) -> Any:
        self._deaths.before(name)
        done = getattr(self._store, name)(doc)
        self._deaths.after(name)
        return done


Ground = Callable[[Path, Mapping[str, Any]], Mortal]
"""Lays a stage in a folder, with these fields of the pair."""


@contextmanager
def laid(ground: Ground, story: Story) -> Iterator[Mortal]:
    """Lay the ground of a story, for as long as the block runs."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="calpair-") as folder:
        yield ground(Path(folder), story.pair)


def right(stage: Stage, story: Story, act: int, *, alike: bool = False) -> str:
    """Bring all in step and compare with what the act says, or (`alike`) the sides with each other; says what is wrong."""
    try:
        stage.settle()
    except (AssertionError, CalpairError) as error:
        return f"act {act}: {type(error).__name__} {error}; {stage.status()}"
    ours, theirs = story.exchange(stage), story.google(stage)
    wrong = [
        f"act {act}, {side}: {'+' if line in shown else '-'} {line}"
        for side, shown, meant in (
            ("exchange", ours, theirs if alike else story.acts[act].exchange),
            ("google", theirs, ours if alike else story.acts[act].google),
        )
        for line in sorted((Counter(shown) - Counter(meant)) + (Counter(meant) - Counter(shown)))
    ]
    return "; ".join(wrong)


def points(ground: Ground, story: Story) -> list[tuple[Point, Way]]:
    """Play it through once: every point of all acts but the last, with every way of failing there."""
    found: list[tuple[Point, Way]] = []
    with laid(ground, story) as stage:
        for number, act in enumerate(story.acts[:-1]):
            act.people(stage)
            unchecked = _watched(stage)
            ours, theirs = len(stage.exchange.record.calls), len(stage.google.record.calls)
            batches = stage.google.record.requests["batch"]
            stage.deaths.plan()
            assert not right(stage, story, number)
            if number >= story.first:
                batches = stage.google.record.requests["batch"] - batches
                exchange, google = stage.exchange.record.calls[ours:], stage.google.record.calls[theirs:]
                calls = _requests(number, exchange, unchecked) + _calls(number, google, batches)
                found += product(calls, WAYS)
                found += product(_items(number, exchange), ITEM_WAYS)
                found += product(_deaths(number, stage.deaths), STORE_WAYS)
            stage.later(hours=1)
    return found


def _watched(stage: Stage) -> Collection[int]:
    """Give the numbers of Exchange's requests, as they come in, that write occurrences in whatever version."""
    found = set[int]()

    def after(request: Request) -> None:
        if b"OccurrenceItemId" in request.body and (
            b"AlwaysOverwrite" in request.body or b"DeleteItem" in request.body
        ):
            found.add(stage.exchange.record.calls[-1].request)

    stage.exchange_door.after = after
    return found


def _requests(act: int, calls: Iterable[Call], unchecked: Collection[int]) -> list[Point]:
    """Exchange's requests: a batch is one, whatever it carries."""
    names = {call.request: call.operation for call in calls}
    return [
        Point(act, "exchange", "", nth, name, request in unchecked)
        for nth, (request, name) in enumerate(names.items(), 1)
    ]


def _calls(act: int, calls: Iterable[Call], batches: int) -> list[Point]:
    """Google's calls, and its batches as a whole."""
    alone = [Point(act, "google", "", nth, call.operation) for nth, call in enumerate(calls, 1)]
    return alone + [Point(act, "google", "batch", nth, "batch") for nth in range(1, batches + 1)]


def _deaths(act: int, deaths: Deaths) -> list[Point]:
    """The store's calls."""
    return [Point(act, "store", "", nth, f"store: {name}") for nth, name in enumerate(deaths.calls, 1)]


def _items(act: int, calls: Iterable[Call]) -> list[Point]:
    """Every single item written on Exchange."""
    seen: Counter[str] = Counter()
    for call in calls:
        seen[call.operation] += 1
    return [
        Point(act, "exchange", name, nth, f"one {name}")
        for name in ("CreateItem", "UpdateItem", "DeleteItem")
        for nth in range(1, seen[name] + 1)
    ]


def play(
    ground: Ground, story: Story, point: Point, way: Way, *, anew: bool, again: Way | None = None, nth: int = 1
) -> str:
    """Play a story through with that trouble; says what went wrong in the end.

    `anew`: a new process mends it. `again`: trouble at the `nth` call of either side in the run that comes next.
    """
    pause = 0.0
    with laid(ground, story) as stage:
        for number, act in enumerate(story.acts):
            act.people(stage)
            stage.later(seconds=pause)
            pause = 3600.0 if way.seconds < 2 * REST else way.seconds
            if number == point.act:
                met = stumble(stage, point, way, again, nth)
                if not met:
                    return "the point was not met"
                if anew:
                    stage.start()
                stage.later(seconds=REST)
            wrong = right(stage, story, number, alike=point.stands(way, number))
            if not wrong and number == point.act and REST < way.seconds < 2 * REST:
                stage.later(seconds=REST)
                wrong = right(stage, story, number)
            if wrong:
                return wrong
    return ""


def stumble(stage: Mortal, point: Point, way: Way, again: Way | None, nth: int) -> bool:
    """Run into the trouble, and run once more at once, perhaps into more. Tells whether the first was met."""
    stage.deaths.plan(*((point.nth, way.kind) if point.side == "store" else ()))
    if point.side != "store":
        stage.fault(
            point.side,
            way.kind,
            point.operation,
            nth=point.nth,
            seconds=way.seconds,
            detail="ErrorInternalServerTransientError" if way.kind == "item_error" else "",
        )
    one_run(stage)
    if again:
        for side in ("exchange", "google"):
            stage.fault(side, again.kind, nth=nth)
    one_run(stage)
    left = {fault.kind for simulator in (stage.exchange, stage.google) for fault in simulator.record.faults}
    met = len(stage.deaths.calls) >= point.nth if point.side == "store" else way.kind not in left
    stage.deaths.plan()
    stage.calm()
    return met


def one_run(stage: Stage) -> None:
    """Run; a process that dies of it has a successor."""
    try:
        stage.run()
    except Crash:
        stage.start()
    except CalpairError:
        pass
