"""One run at a time: the lease, the race for it, processes that died with it, and what an idle run costs."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calpair.errors import BackOffError
from calpair.model.side import Side
from calpair.ports import Page
from calpair.sync import guard
from calpair.sync.cursors import CURSORS, Lease, from_doc, to_doc
from unit.sync.bench import Bench, meeting


def lease(bench: Bench) -> Lease | None:
    return from_doc(bench.store.docs[CURSORS, bench.pair.key]).lease


def give_lease(bench: Bench, holder: str, until: datetime) -> None:
    doc = bench.store.docs[CURSORS, bench.pair.key]
    bench.store.put(to_doc(replace(from_doc(doc), lease=Lease(holder, until)), doc.version))


def with_work() -> Bench:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.put(meeting("two", day=6))
    return bench


def test_a_pair_somebody_else_is_at_is_left_alone_and_nothing_is_asked() -> None:
    bench = with_work()
    give_lease(bench, "another machine", bench.clock.at + timedelta(minutes=5))
    lists, before = bench.exchange.lists, bench.written()
    assert bench.run().outcome == "busy"
    assert bench.exchange.lists == lists
    assert bench.written() == before
    assert bench.store.reads > 0


def test_a_lease_that_ran_out_is_nobodys() -> None:
    bench = with_work()
    give_lease(bench, "another machine", bench.clock.at)
    bench.settle()
    assert bench.both() == ["one", "two"]


def test_a_dead_process_holds_nothing() -> None:
    bench = with_work()
    give_lease(bench, "died", bench.clock.at + timedelta(minutes=10))
    bench.dead.add("died")
    bench.settle()
    assert bench.both() == ["one", "two"]


def test_a_lease_is_held_for_ten_minutes_and_given_back_with_the_commit() -> None:
    bench = with_work()
    seen: list[Lease | None] = []
    create = bench.google.create

    def watched(drafts: object) -> object:
        seen.append(lease(bench))
        return create(drafts)  # type: ignore[arg-type]

    bench.google.create = watched  # type: ignore[assignment,method-assign]
    bench.run()
    assert seen[0]
    assert seen[0].holder == f"run {bench.runs}"
    left = seen[0].until - bench.clock.at
    assert guard.LEASE - timedelta(seconds=5) < left <= guard.LEASE
    assert lease(bench) is None


def test_an_idle_run_takes_no_lease_and_writes_once() -> None:
    bench = with_work()
    bench.settle()
    bench.store.reads = bench.store.writes = 0
    bench.silent()
    assert (bench.store.reads, bench.store.writes) == (1, 1)


def test_who_comes_second_acts_on_nothing() -> None:
    bench = with_work()
    listed = bench.google.changes

    def meanwhile(cursor: str) -> Page:
        page = listed(cursor)
        bench.google.changes = listed  # type: ignore[method-assign]
        assert bench.run().outcome == "ok"
        return page

    bench.google.changes = meanwhile  # type: ignore[method-assign]
    report = bench.run()
    assert report.outcome == "busy"
    assert bench.both() == ["one", "two"]
    assert bench.written() == (0, 2)
    bench.silent()


@pytest.mark.parametrize("side", list(Side))
def test_a_run_that_a_server_stopped_gives_the_pair_back_and_moves_nothing(side: Side) -> None:
    bench = with_work()
    bench.google.put(meeting("three", day=7))
    before = from_doc(bench.store.docs[CURSORS, bench.pair.key])
    bench.calendar(side).down_writing = BackOffError("ErrorServerBusy")
    with pytest.raises(BackOffError):
        bench.run()
    after = from_doc(bench.store.docs[CURSORS, bench.pair.key])
    assert after.lease is None
    assert after.at == before.at
    bench.calendar(side).down_writing = None
    bench.settle()
    assert bench.both() == ["one", "three", "two"]


def test_a_run_whose_lease_was_taken_away_writes_no_place() -> None:
    bench = with_work()
    create = bench.google.create

    def slow(drafts: object) -> object:
        answers = create(drafts)  # type: ignore[arg-type]
        give_lease(bench, "another machine", bench.clock.at + timedelta(minutes=10))
        return answers

    bench.google.create = slow  # type: ignore[assignment,method-assign]
    assert bench.run().outcome == "busy"
    assert lease(bench) == Lease("another machine", lease(bench).until)  # type: ignore[union-attr]
    bench.google.create = create  # type: ignore[method-assign]
    bench.dead.add("another machine")
    bench.settle()
    assert bench.both() == ["one", "two"]


def test_a_dry_run_touches_neither_calendar_nor_store() -> None:
    bench = with_work()
    before, writes = bench.written(), bench.store.writes
    assert bench.plan() == ["create on google"]
    assert (bench.written(), bench.store.writes) == (before, writes)


def test_a_link_written_by_somebody_else_ends_the_run() -> None:
    bench = with_work()
    create = bench.google.create

    def meanwhile(drafts: object) -> object:
        answers = create(drafts)  # type: ignore[arg-type]
        other = Bench()
        other.clock, other.exchange, other.google, other.store = bench.clock, bench.exchange, bench.google, bench.store
        bench.google.create = create  # type: ignore[method-assign]
        bench.dead.add(f"run {bench.runs}")
        other.dead = bench.dead
        other.runs = 100
        assert other.run().outcome == "ok"
        return answers

    bench.google.create = meanwhile  # type: ignore[assignment,method-assign]
    assert bench.run().outcome == "busy"
    bench.settle()
    assert bench.both() == ["one", "two"]
    assert len(bench.links()) == 2


def test_a_run_that_a_late_one_came_across_gives_the_pair_back_at_once() -> None:
    """One that froze, and woke without its lease, may have stored a link; whoever holds the pair is not to keep it for that."""
    bench = with_work()
    bench.settle()
    bench.exchange.edit(bench.exchange.named("one"), title="one, edited")
    update = bench.google.update

    def meanwhile(edits: object) -> object:
        answers = update(edits)  # type: ignore[arg-type]
        for doc in [doc for (collection, _), doc in bench.store.docs.items() if collection == "links"]:
            bench.store.put(doc)
        bench.google.update = update  # type: ignore[method-assign]
        return answers

    bench.google.update = meanwhile  # type: ignore[assignment,method-assign]
    assert bench.run().outcome == "busy"
    assert lease(bench) is None
    bench.settle()
    assert bench.both() == ["one, edited", "two"]
