"""The engine on Firestore, Google's own emulator: the same walk, and what it asks of the store."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from scenarios.on_firestore import OnFirestore
from scenarios.stage import at
from simulators.wire import Crash

pytestmark = pytest.mark.needs("firestore")


@pytest.fixture
def stage(tmp_path: Path, firestore_host: str) -> OnFirestore:
    return OnFirestore(tmp_path, firestore_host)


def test_a_day_is_carried_both_ways(stage: OnFirestore) -> None:
    stage.outlook("Lunch", hour=12)
    dinner = stage.web("Dinner", hour=19)
    gone = stage.outlook("Gone", day=6)
    stage.settle()
    assert stage.titles() == ["Dinner", "Gone", "Lunch"]
    stage.ana.update(stage.item("Lunch").id, subject="Late lunch", start=at(5, 13), end=at(5, 14))
    stage.calendar.update(dinner, location="Roof")
    stage.ana.delete(gone)
    stage.settle()
    assert [(row.title, row.place) for row in stage.both()] == [("Dinner", "Roof"), ("Late lunch", "")]
    assert not list(stage.folder.glob("calpair.db*"))


def test_a_lost_database_is_rebuilt_without_a_write(stage: OnFirestore) -> None:
    stage.outlook("Lunch")
    stage.web("Dinner", hour=19)
    stage.settle()
    stage.wipe()
    with stage.unchanged():
        stage.run()
        stage.silent()


def test_an_idle_run_reads_the_cursors_and_writes_them(stage: OnFirestore) -> None:
    stage.outlook("Lunch")
    stage.settle()
    for minutes, reads in ((0.5, 1), (1, 2)):
        # Once a minute a process also reads the gate of the pair's domain, for all its pairs.
        stage.later(minutes=minutes)
        stage.app.documents()
        asked = len(stage.recorder.requests)
        before = stage.recorder.reads, stage.recorder.writes
        stage.run()
        assert (stage.recorder.reads - before[0], stage.recorder.writes - before[1]) == (reads, 1)
        assert len(stage.recorder.requests) == asked + reads + 1


def test_a_pair_taken_out_leaves_nothing_of_ours_behind(stage: OnFirestore) -> None:
    for day in range(3, 8):
        stage.outlook(f"Day {day}", day=day)
    stage.settle()
    key = stage.app.pair("ana")[0].key
    assert len(stage.app.store.list("links", key)[0]) == 5
    stage.app.store.drop(key)
    for collection in ("links", "cursors"):
        assert stage.app.store.list(collection, key) == ([], "")
    assert [doc.key for doc in stage.app.store.list("pairs")[0]] == ["ana"]
    with stage.unchanged():
        stage.run()


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_crash_at_any_call_of_the_store_ends_as_without(tmp_path: Path, firestore_host: str, when: str) -> None:
    crashes = 0
    for number in count(1):
        stage = OnFirestore(tmp_path / str(number), firestore_host)
        stage.outlook("Lunch", hour=12)
        dinner = stage.web("Dinner", hour=19)
        stage.settle()
        stage.ana.update(stage.item("Lunch").id, location="Roof")
        stage.calendar.update(dinner, summary="Supper")
        stage.outlook("Breakfast", hour=8)
        stage.web("Tea", hour=16)
        calls = count(1)

        def crash(_: object, calls: Iterator[int] = calls, number: int = number) -> None:
            if next(calls) == number:
                raise Crash

        setattr(stage.recorder, when, crash)
        if not stage.crash():
            break
        crashes += 1
        stage.later(minutes=20)
        stage.run()
        stage.settle()
        assert [(row.title, row.place) for row in stage.both()] == [
            ("Breakfast", ""),
            ("Lunch", "Roof"),
            ("Supper", ""),
            ("Tea", ""),
        ]
    assert crashes > 8
