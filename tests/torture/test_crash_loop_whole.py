"""Stories over both simulators, run into every way a call can end badly, at every call; then a second act.

At each point of a story (`whole_trouble.py`), each way of failing: the process dies before or after the effect, the reply
is lost, nothing gets through, the effect comes late. Then the process (or a new one) tries once more at once, time passes,
and one run has to bring about the calendars written out by hand in `whole_story.py`, with the run after it silent, and so
again after every later act. A table tells what was tried.

Both grounds are played on: SQLite, where every write of the store is a point, and Firestore, where every request to it is.
A slice runs always, of series a smaller one, for their stories have many calls; CALPAIR_TORTURE=1 runs every point of
every story.
"""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from torture.whole_losses import LOST_PLACES, LOST_STORE, MOVED_MAILBOX
from torture.whole_one_by_one import ONE_BY_ONE
from torture.whole_one_way import ONE_WAY
from torture.whole_series_overrides import OVERRIDES, TURNED
from torture.whole_series_parts import ACROSS, PARTS, SPLIT
from torture.whole_trouble import Ground, InDatabase, OnFile, Way, laid, play, points, right
from torture.whole_two_way import TWO_WAY

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
STORIES = {
    "two_way": TWO_WAY,
    "one_way": ONE_WAY,
    "one_by_one": ONE_BY_ONE,
    "lost_store": LOST_STORE,
    "moved_mailbox": MOVED_MAILBOX,
    "lost_places": LOST_PLACES,
    "turned": TURNED,
    "across": ACROSS,
    "overrides": OVERRIDES,
    "parts": PARTS,
    "split": SPLIT,
}
OF_SERIES = frozenset({"turned", "across", "overrides", "parts", "split"})
FEWEST = {
    "two_way": 680,
    "one_way": 340,
    "one_by_one": 640,
    "lost_store": 170,
    "moved_mailbox": 225,
    "lost_places": 205,
    "turned": 660,
    "across": 650,
    "overrides": 870,
    "parts": 700,
    "split": 720,
}
"""So many points and ways there are at least in each story: a loop that finds no calls any more proves nothing."""
FEWEST_IN_A_DATABASE = {
    "two_way": 765,
    "one_way": 420,
    "one_by_one": 870,
    "lost_store": 230,
    "moved_mailbox": 250,
    "lost_places": 225,
    "turned": 760,
    "across": 780,
    "overrides": 970,
    "parts": 800,
    "split": 830,
}


def step_of(name: str) -> int:
    return 1 if TORTURE else 61 if name in OF_SERIES else 23


def step_in_a_database(name: str) -> int:
    return 1 if TORTURE else 211 if name in OF_SERIES else 101


def on_file(folder: Path, pair: Mapping[str, Any]) -> OnFile:
    return OnFile(folder, pair=pair)


@pytest.fixture
def in_database(firestore_host: str) -> Ground:
    return lambda folder, pair: InDatabase(folder, firestore_host, pair=pair)


def tried(ground: Ground, name: str, step: int) -> tuple[int, list[str]]:
    """Try every `step`th point and way; prints the table, and gives how many were tried and what went wrong."""
    tries: Counter[str] = Counter()
    mended: Counter[str] = Counter()
    failures: list[str] = []
    for number, (point, way) in enumerate(points(ground, STORIES[name])[::step]):
        wrong = play(ground, STORIES[name], point, way, anew=number // 2 % 2 == 0)
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
    with laid(on_file, story) as stage:
        for number, act in enumerate(story.acts):
            act.people(stage)
            assert not right(stage, story, number)
            stage.later(hours=1)


@pytest.mark.parametrize("name", list(STORIES))
def test_a_call_that_ends_badly_is_mended_wherever_it_is(name: str) -> None:
    number, failures = tried(on_file, name, step_of(name))
    assert not failures, "\n".join(failures)
    assert number >= FEWEST[name] // step_of(name)


@pytest.mark.needs("firestore")
@pytest.mark.parametrize("name", list(STORIES))
def test_a_call_that_ends_badly_is_mended_on_firestore_too(in_database: Ground, name: str) -> None:
    number, failures = tried(in_database, name, step_in_a_database(name))
    assert not failures, "\n".join(failures)
    assert number >= FEWEST_IN_A_DATABASE[name] // step_in_a_database(name)


@pytest.mark.parametrize("again", [Way("crash_before"), Way("lost_reply")])
def test_trouble_while_trouble_is_mended_is_mended(again: Way) -> None:
    step = 7 if TORTURE else 151
    chosen = [(point, way) for point, way in points(on_file, TWO_WAY) if way.kind != again.kind][::step]
    wrong = [
        f"{way.name} at {point}, then {again.name} at {number % 9 + 1}: {said}"
        for number, (point, way) in enumerate(chosen)
        if (said := play(on_file, TWO_WAY, point, way, anew=False, again=again, nth=number % 9 + 1))
    ]
    assert not wrong, "\n".join(wrong)
    assert len(chosen) >= 500 // step
