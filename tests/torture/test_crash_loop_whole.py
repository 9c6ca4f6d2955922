"""Stories over both simulators, run into every way a call can end badly, at every call; then a second act.

Where to fail is taken from the simulators' own record of the story played through once: every request to Exchange,
every call to Google, every batch, and every write of the store. At each point, each way of failing: the process dies
before or after the effect, the reply is lost, nothing gets through, the effect comes late. Then the process (or a new
one) tries once more at once, time passes, and one run has to bring about the calendars written out by hand in
`whole_story.py`, with the run after it silent, and so again after every later act. A table tells what was tried.

A slice runs always; CALPAIR_TORTURE=1 runs every point of every story.
"""

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from calpair.errors import CalpairError
from scenarios.stage import Stage
from simulators.record import Call
from simulators.wire import Crash
from torture.whole_losses import LOST_PLACES, LOST_STORE, MOVED_MAILBOX
from torture.whole_one_by_one import ONE_BY_ONE
from torture.whole_one_way import ONE_WAY
from torture.whole_story import Story, exchange_lines, google_lines
from torture.whole_two_way import TWO_WAY

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
STEP = 1 if TORTURE else 23
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
"""A crash here is a process's, never the machine's: what the store flushes to disk need not get there."""


@dataclass(frozen=True)
class Point:
    """The `nth` call of act number `act`: on a `side` (`store` for its writes); `what` it is, for the table."""

    act: int
    side: str
    operation: str
    nth: int
    what: str


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

STORIES = {
    "two_way": TWO_WAY,
    "one_way": ONE_WAY,
    "one_by_one": ONE_BY_ONE,
    "lost_store": LOST_STORE,
    "moved_mailbox": MOVED_MAILBOX,
    "lost_places": LOST_PLACES,
}
FEWEST = {
    "two_way": 600,
    "one_way": 310,
    "one_by_one": 560,
    "lost_store": 150,
    "moved_mailbox": 200,
    "lost_places": 180,
}
"""So many points and ways there are at least in each story: a loop that finds no calls any more proves nothing."""


class Dying:
    """A store whose nth write from now on is the last thing its process does, before or after its effect."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.writes = 0
        self.nth = 0
        self.way = ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def put(self, doc: Any) -> Any:
        return self._last("put", doc)

    def delete(self, doc: Any) -> None:
        self._last("delete", doc)

    def _last(self, name: str, doc: Any) -> Any:
        self.writes += 1
        if self.writes == self.nth and self.way == "crash_before":
            raise Crash(name)
        done = getattr(self._store, name)(doc)
        if self.writes == self.nth:
            raise Crash(name)
        return done


@contextmanager
def stage_for(story: Story) -> Iterator[Stage]:
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="calpair-") as folder:
        yield Stage(Path(folder), pair=story.pair)


def dying(stage: Stage) -> Dying:
    """Put a store that can be made to fail under the stage's process."""
    store = Dying(stage.app.store)
    vars(stage.app)["store"] = store
    return store


def right(stage: Stage, story: Story, act: int) -> str:
    """Bring all in step and compare; says what is wrong."""
    try:
        stage.settle()
    except (AssertionError, CalpairError) as error:
        return f"act {act}: {type(error).__name__} {error}; {stage.status()}"
    wrong = [
        f"act {act}, {side}: {'+' if line in shown else '-'} {line}"
        for side, shown, meant in (
            ("exchange", exchange_lines(stage), story.acts[act].exchange),
            ("google", google_lines(stage), story.acts[act].google),
        )
        for line in sorted((Counter(shown) - Counter(meant)) + (Counter(meant) - Counter(shown)))
    ]
    return "; ".join(wrong)


def points(story: Story) -> list[tuple[Point, Way]]:
    """Play it through once: every point of all acts but the last, with every way of failing there."""
    found: list[tuple[Point, Way]] = []
    with stage_for(story) as stage:
        for number, act in enumerate(story.acts[:-1]):
            act.people(stage)
            ours, theirs = len(stage.exchange.record.calls), len(stage.google.record.calls)
            batches = stage.google.record.requests["batch"]
            store = dying(stage)
            assert not right(stage, story, number)
            if number >= story.first:
                batches = stage.google.record.requests["batch"] - batches
                exchange, google = stage.exchange.record.calls[ours:], stage.google.record.calls[theirs:]
                calls = _requests(number, exchange) + _calls(number, google, batches)
                found += product(calls, WAYS)
                found += product(_items(number, exchange), ITEM_WAYS)
                found += product(
                    [Point(number, "store", "", nth, "store") for nth in range(1, store.writes + 1)], STORE_WAYS
                )
            stage.start()
            stage.later(hours=1)
    return found


def _requests(act: int, calls: Iterable[Call]) -> list[Point]:
    """Exchange's requests: a batch is one, whatever it carries."""
    names = {call.request: call.operation for call in calls}
    return [Point(act, "exchange", "", nth, name) for nth, name in enumerate(names.values(), 1)]


def _calls(act: int, calls: Iterable[Call], batches: int) -> list[Point]:
    """Google's calls, and its batches as a whole."""
    alone = [Point(act, "google", "", nth, call.operation) for nth, call in enumerate(calls, 1)]
    return alone + [Point(act, "google", "batch", nth, "batch") for nth in range(1, batches + 1)]


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


def play(story: Story, point: Point, way: Way, *, anew: bool, again: Way | None = None, nth: int = 1) -> str:
    """Play a story through with that trouble; says what went wrong in the end.

    `anew`: a new process mends it. `again`: trouble at the `nth` call of either side in the run that comes next.
    """
    pause = 0.0
    with stage_for(story) as stage:
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
            wrong = right(stage, story, number)
            if not wrong and number == point.act and REST < way.seconds < 2 * REST:
                stage.later(seconds=REST)
                wrong = right(stage, story, number)
            if wrong:
                return wrong
    return ""


def stumble(stage: Stage, point: Point, way: Way, again: Way | None, nth: int) -> bool:
    """Run into the trouble, and run once more at once, perhaps into more. Tells whether the first was met."""
    store = dying(stage)
    if point.side == "store":
        store.nth, store.way = point.nth, way.kind
    else:
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
    met = store.writes >= point.nth if point.side == "store" else way.kind not in left
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


def tried(name: str, step: int) -> tuple[int, list[str]]:
    """Try every `step`th point and way; prints the table, and gives how many were tried and what went wrong."""
    tries: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    failures: list[str] = []
    for number, (point, way) in enumerate(points(STORIES[name])[::step]):
        wrong = play(STORIES[name], point, way, anew=number // 2 % 2 == 0)
        row = f"{way.name:22} {point.what}"
        tries[row] += 1
        mended[row] += not wrong
        failures += [f"{way.name} at {point}: {wrong}"] if wrong else []
    print(f"\n{name}: points and mended, by kind")  # noqa: T201 - the table is the point
    for row in sorted(tries):
        print(f"  {row:44} {tries[row]:4} {mended[row]:4}")  # noqa: T201 - the same
    return sum(tries.values()), failures


@pytest.mark.parametrize("name", list(STORIES))
def test_the_story_without_trouble(name: str) -> None:
    story = STORIES[name]
    with stage_for(story) as stage:
        for number, act in enumerate(story.acts):
            act.people(stage)
            assert not right(stage, story, number)
            stage.later(hours=1)


@pytest.mark.parametrize("name", list(STORIES))
def test_a_call_that_ends_badly_is_mended_wherever_it_is(name: str) -> None:
    number, failures = tried(name, STEP)
    assert not failures, "\n".join(failures)
    assert number >= FEWEST[name] // STEP


@pytest.mark.parametrize("again", [Way("crash_before"), Way("lost_reply")])
def test_trouble_while_trouble_is_mended_is_mended(again: Way) -> None:
    step = 7 if TORTURE else 151
    chosen = [(point, way) for point, way in points(TWO_WAY) if way.kind != again.kind][::step]
    wrong = [
        f"{way.name} at {point}, then {again.name} at {number % 9 + 1}: {said}"
        for number, (point, way) in enumerate(chosen)
        if (said := play(TWO_WAY, point, way, anew=False, again=again, nth=number % 9 + 1))
    ]
    assert not wrong, "\n".join(wrong)
    assert len(chosen) >= 500 // step
