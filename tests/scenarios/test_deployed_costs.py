"""What the deployed functions ask for: an idle look, the looks of a first sync that Google's limit cuts short, a tick."""

from datetime import timedelta
from pathlib import Path

import pytest

from calpair.model.pair import Pair
from calpair.sync.book import postpone
from scenarios.deployed import Deployed, Lay, sqlite
from scenarios.grounds import prepared
from scenarios.on_firestore import Database
from simulators.google.switches import Switches


@pytest.mark.needs("firestore")
def test_an_idle_look_is_a_list_a_side_two_reads_and_a_write(tmp_path: Path, firestore_host: str) -> None:
    database = Database(firestore_host)
    ground = Deployed(tmp_path, database)
    prepared(ground)
    ground.settle()
    store, recorder = database.recorded()
    warm = ground.instance(store=store)
    warm.look("ana")
    # Once a minute the gate and the domain, which may stand in two documents, are read again.
    for seconds, reads in ((20, 2), (20, 2), (30, 5), (20, 2)):
        ground.later(seconds=seconds)
        before, asked = (recorder.reads, recorder.writes, recorder.deletes), ground.requests()
        assert warm.look("ana")["outcome"] == "ok"
        assert (recorder.reads, recorder.writes, recorder.deletes) == (before[0] + reads, before[1] + 1, before[2])
        assert ground.requests() == (asked[0] + 1, asked[1] + 1)


def test_a_first_idle_look_of_a_new_instance_writes_no_more_than_any_other(lay: Lay) -> None:
    ground = lay()
    prepared(ground)
    ground.settle()
    told = ground.store.get("status", "ana")
    ground.instance().look("ana")
    assert ground.store.get("status", "ana") == told


def test_a_first_sync_under_googles_limit_is_refused_once_a_minute_and_goes_on(lay: Lay) -> None:
    """Story 55: a refused call ends the look; no more than the batch it stood in is refused, and nothing twice."""
    ground = lay(google={"switches": Switches(units_per_minute=60)})
    for number in range(150):
        ground.outlook(f"Event {number:03}", day=3 + number // 6, hour=8 + number % 6)
    begun = ground.clock.now()
    ground.written("pairs/ana")
    while len(ground.google_titles()) < 150:
        ground.tick()
    # Three minutes at sixty calls a minute, and what each look rests longer than the minute.
    assert ground.clock.now() - begun < timedelta(minutes=6)
    assert {outcome for _, outcome in ground.looks} <= {"later", "ok"}
    assert sum(call.status == 403 for call in ground.google.record.calls) <= 50 * (len(ground.looks) - 1)
    ground.tick(minutes=2)
    ground.silent()
    assert len(set(ground.titles())) == 150


def test_a_thousand_pairs_due_are_ten_calls_and_a_read_each(tmp_path: Path) -> None:
    ground = Deployed(tmp_path, sqlite)
    for number in range(1000):
        each = f"{number}@a.test"
        postpone(ground.store, Pair(f"pair {number}", "a.test", each, each, each), ground.clock.now())
    ground.tick(seconds=0)
    assert dict(ground.tasks.record.requests) == {"BatchCreateTasks": 10}
    assert ground.waiting() + len(ground.looks) == 1000
