"""Several instances of the deployed functions on one pair: story 4 of the trackers, and instances that freeze or end.

Whatever moment the second comes at, and however late the first goes on, there is one copy of each event in the end and
nobody's edit is lost. A second copy may stand until the next look, and only where a create ended late.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest

from scenarios.deployed import OUT, Deployed, Lay
from scenarios.grounds import AFTERWARDS, edited_all_round, prepared
from scenarios.on_firestore import Database
from simulators.record import Fault
from simulators.wire import Request

WHEN = ("before", "after")
TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"


class Moment:
    """The nth request of a look, to either server, before or after its effect: there `act` is done, once."""

    def __init__(self, ground: Deployed, nth: int, when: str, act: Callable[[], object]) -> None:
        self._ground, self._nth, self._act = ground, nth, act
        self._seen = 0
        self.request: Request | None = None
        for door in (ground.exchange_door, ground.google_door):
            setattr(door, when, self._passes)

    def _passes(self, request: Request) -> None:
        self._seen += 1
        if self._seen == self._nth:
            self.request = request
            self._ground.calm()
            self._act()

    @property
    def creating(self) -> bool:
        """Whether it is a create on Exchange, which nothing can make safe to be late."""
        return self.request is not None and b"<m:CreateItem" in self.request.body


def with_work(lay: Callable[[], Deployed]) -> Deployed:
    ground = lay()
    prepared(ground)
    ground.settle()
    edited_all_round(ground)
    return ground


def moments(lay: Lay, when: str, act: Callable[[Deployed], object], step: int = 0) -> Iterator[tuple[Deployed, Moment]]:
    """Give a ground with work for every request of a look at it, with something to happen there."""
    for nth in count(1, step or lay.step):
        ground = with_work(lay)
        moment = Moment(ground, nth, when, lambda ground=ground: act(ground))  # type: ignore[misc]
        yield ground, moment
        if moment.request is None:
            assert nth > 12
            return


def at_the_create(lay: Lay, act: Callable[[Deployed], object]) -> Deployed:
    """Have something happen just before a look creates on Exchange; the ground once that look has ended."""
    for ground, moment in moments(lay, "before", act, step=1):
        ground.first.look("ana")
        if moment.creating:
            return ground
    raise AssertionError("nothing was created on Exchange")


# --- 4: two at once


@pytest.mark.parametrize("when", WHEN)
def test_of_two_looks_at_once_one_acts_and_exactly_one_more_look_comes(lay: Lay, when: str) -> None:
    """Story 4: the second trigger comes at every moment of the first look."""
    outcomes: list[str] = []
    for ground, moment in moments(lay, when, lambda ground: outcomes.append(ground.second.look("ana")["outcome"])):
        outcomes.append(ground.first.look("ana")["outcome"])
        ground.calm()
        if moment.request is None:
            assert outcomes == ["ok"]
        else:
            assert sorted(outcomes) == ["busy", "ok"]
            ground.tick()
            ground.tick()
            assert ground.looks == [("ana", "ok")]
            assert ground.waiting() == 0
        outcomes.clear()
        ground.silent()
        assert ground.titles() == AFTERWARDS
        assert len(ground.both()) == 6


def test_a_look_that_finds_the_pair_taken_asks_nobody(lay: Lay) -> None:
    busy = 0

    def second(ground: Deployed) -> None:
        nonlocal busy
        before = ground.requests()
        if ground.second.look("ana")["outcome"] == "busy":
            busy += 1
            assert ground.requests() == before

    for ground, _ in moments(lay, "after", second):
        ground.first.look("ana")
    assert busy > 3


def test_however_many_come_meanwhile_one_more_look_comes(lay: Lay) -> None:
    """Story 4: nudges of a busy pair do not pile up."""
    ground = at_the_create(lay, lambda ground: [ground.instance().look("ana") for _ in range(5)])
    ground.tick()
    ground.tick()
    assert ground.looks == [("ana", "ok")]
    ground.silent()


def test_a_task_delivered_twice_at_the_same_time_does_its_work_once(lay: Lay) -> None:
    for _ in range(3):
        ground = with_work(lay)
        ground.written("pairs/ana")
        ground.tasks.plant(Fault("duplicate_concurrent", "deliver"))
        ground.tick()
        ground.tick()
        # One after the other, if that is how it falls; else one of them finds the pair taken, and one more look comes.
        assert Counter(outcome for _, outcome in ground.looks) in (Counter(ok=2), Counter(ok=2, busy=1))
        ground.silent()
        assert ground.titles() == AFTERWARDS
        assert len(ground.both()) == 6


# --- frozen, and woken after the lease ran out


PLACES = {"Exchange, new": "Hall", "Google, new": "Yard", "Exchange 8, edited": "Roof", "Google 10": "Cellar"}


def another_works(ground: Deployed) -> None:
    """The lease runs out, another instance does the work, and people edit what came of it, and what was left alone."""
    ground.later(seconds=OUT.total_seconds())
    assert ground.second.look("ana")["outcome"] == "ok"
    ground.calendar.update(ground.event("Exchange, new")["id"], location="Hall")
    ground.ana.update(ground.item("Google, new").id, location="Yard")
    ground.ana.update(ground.item("Exchange 8, edited").id, location="Roof")
    ground.calendar.update(ground.event("Google 10")["id"], location="Cellar")


def one_copy_and_every_edit(ground: Deployed) -> None:
    """Let the next look come, and what waits have its time."""
    ground.tick()
    ground.patient(hours=1)
    assert ground.titles() == AFTERWARDS
    assert {row.title: row.place for row in ground.both() if row.place} == PLACES


@pytest.mark.parametrize("clock", ["went on", "stood still"])
@pytest.mark.parametrize("when", WHEN)
def test_an_instance_that_wakes_after_another_did_its_work_doubles_nothing_and_loses_no_edit(
    lay: Lay, when: str, clock: str
) -> None:
    """It freezes at every request of its look; where its clock stood still meanwhile, it takes its lease for good."""
    lag = timedelta(0)

    def meanwhile(ground: Deployed) -> None:
        nonlocal lag
        another_works(ground)
        lag = OUT if clock == "stood still" else lag

    def lagging(ground: Deployed) -> datetime:
        return ground.clock.now() - lag

    for ground, moment in moments(lay, when, meanwhile):
        lag = timedelta(0)
        frozen = ground.instance(now=partial(lagging, ground))
        outcome = frozen.look("ana")["outcome"]
        if moment.request is None:
            assert outcome == "ok"
            return
        assert outcome in ("busy", "unfinished", "later")
        late = moment.creating and when == "before"
        for titles in (ground.exchange_titles(), ground.google_titles()):
            assert late or len(titles) == len(set(titles))
        one_copy_and_every_edit(ground)


@pytest.mark.needs("firestore")
@pytest.mark.parametrize("when", WHEN)
def test_an_instance_that_freezes_at_a_call_of_the_store_doubles_nothing_either(
    tmp_path: Path, firestore_host: str, when: str
) -> None:
    for nth in count(1, 1 if TORTURE else 4):
        database = Database(firestore_host)
        (tmp_path / str(nth)).mkdir()
        ground = with_work(partial(Deployed, tmp_path / str(nth), database))
        store, recorder = database.recorded()
        calls = count(1)

        def freeze(_: object, ground: Deployed = ground, calls: Iterator[int] = calls, nth: int = nth) -> None:
            if next(calls) == nth:
                another_works(ground)

        frozen = ground.instance(store=store)
        setattr(recorder, when, freeze)
        outcome = frozen.look("ana")["outcome"]
        if next(calls) <= nth:
            assert nth > 12
            return
        assert outcome in ("busy", "unfinished", "ok")
        for titles in (ground.exchange_titles(), ground.google_titles()):
            assert len(titles) == len(set(titles))
        one_copy_and_every_edit(ground)


def test_a_second_copy_made_late_goes_with_the_next_look(lay: Lay) -> None:
    def goes_on_elsewhere(ground: Deployed) -> None:
        ground.later(minutes=12)
        ground.second.look("ana")

    ground = at_the_create(lay, goes_on_elsewhere)
    assert ground.exchange_titles().count("Google, new") == 2
    ground.tick()
    assert ground.looks[0] == ("ana", "ok")
    assert ground.exchange_titles().count("Google, new") == 1
    ground.silent()


# --- an instance that is to end


@pytest.mark.parametrize("calls", [0, 1, 2, 3, 4, 6, 8, 9])
def test_an_instance_told_to_end_in_a_first_sync_is_continued_by_another_at_once(lay: Lay, calls: int) -> None:
    ground = lay()
    for number in range(60):
        ground.outlook(f"Exchange {number:02}", day=3 + number // 5, hour=8 + number % 5)
        ground.web(f"Google {number:02}", day=3 + number // 5, hour=14 + number % 5)
    left = iter(range(calls))
    ending = ground.instance(stopping=lambda: next(left, None) is None)
    assert ending.look("ana")["outcome"] == "unfinished"
    assert ground.waiting() == 1
    ground.deliver(seconds=6)
    assert ground.looks == [("ana", "ok")]
    ground.silent()
    assert len(set(ground.titles())) == len(ground.both()) == 120
