"""A run whose time is up: it stops between two calls, keeps what it did, and is continued to the same end."""

from dataclasses import replace
from datetime import timedelta

from calpair.model.side import Side
from calpair.sync.cursors import CURSORS, from_doc
from calpair.sync.run import Report, sync
from unit.sync.bench import Bench, meeting

MANY = 120


def filled() -> Bench:
    bench = Bench()
    for number in range(MANY):
        bench.exchange.put(meeting(f"event {number:03d}", hour=number % 20, day=1 + number % 28))
    return bench


def run_while(bench: Bench, calls: int) -> Report:
    """Run, and be told to stop once that many calls were let through."""
    left = iter(range(calls))
    return sync(bench.pair, replace(bench.world(), stopping=lambda: next(left, None) is None))


def test_a_run_told_to_stop_keeps_what_it_did_and_gives_the_pair_back() -> None:
    bench = filled()
    report = run_while(bench, calls=6)
    assert report.outcome == "unfinished"
    done = len(bench.google.items)
    assert 0 < done < MANY
    cursors = from_doc(bench.store.docs[CURSORS, bench.pair.key])
    assert cursors.lease is None
    assert cursors.listed is None
    assert cursors.due is not None
    assert cursors.due <= bench.clock.at


def test_a_first_sync_that_is_stopped_again_and_again_ends_as_if_it_had_not_been() -> None:
    bench = filled()
    outcomes: list[str] = []
    while not outcomes or outcomes[-1] == "unfinished":
        outcomes.append(run_while(bench, calls=6).outcome)
    assert outcomes[:2] == ["unfinished", "unfinished"]
    assert outcomes[-1] == "ok"
    assert len(bench.google.items) == MANY
    bench.silent()


def test_a_run_stopped_before_its_first_call_asks_nobody() -> None:
    bench = filled()
    assert run_while(bench, calls=0).outcome == "unfinished"
    assert [bench.calendar(side).lists for side in Side] == [0, 0]
    assert bench.store.docs == {}


def test_a_create_on_exchange_that_was_not_begun_leaves_no_intent() -> None:
    bench = Bench()
    bench.google.put(meeting("theirs"))
    while not bench.exchange.items:
        report = run_while(bench, calls=3)
        assert report.outcome == "unfinished"
        assert not from_doc(bench.store.docs[CURSORS, bench.pair.key]).intents
        bench.settle()
    assert bench.both() == ["theirs"]


def test_no_call_is_begun_that_could_not_end_in_time() -> None:
    bench = filled()
    world = bench.world()
    started, begun = bench.clock.at, []
    create = bench.google.create

    def slow(drafts: object) -> object:
        begun.append(bench.clock.at - started)
        bench.clock.advance(timedelta(seconds=50))
        return create(drafts)  # type: ignore[arg-type]

    bench.google.create = slow  # type: ignore[assignment,method-assign]
    short = replace(world, time=timedelta(seconds=140), call_timeout=timedelta(seconds=60))
    assert sync(bench.pair, short).outcome == "unfinished"
    # 140 s, less a minute for the last call itself.
    assert [at < timedelta(seconds=80) for at in begun] == [True, True]


def test_what_a_run_ends_with_says_when_the_pair_is_due() -> None:
    bench = Bench(interval=timedelta(minutes=5))
    bench.exchange.put(meeting("one"))
    bench.settle()
    cursors = from_doc(bench.store.docs[CURSORS, bench.pair.key])
    assert cursors.listed is not None
    assert cursors.due is not None
    assert timedelta(minutes=5) <= cursors.due - cursors.listed < timedelta(minutes=5, seconds=1)
    assert cursors.head is not None
    assert (cursors.head.pair, cursors.head.interval) == ("ana", timedelta(minutes=5))


def test_a_parked_event_brings_the_pair_forward() -> None:
    bench = Bench(interval=timedelta(hours=5))
    lost = bench.exchange.put(meeting("one"))
    bench.exchange.put(meeting("two"))
    bench.settle()
    bench.exchange.vanish(lost)
    bench.exchange.forget_places()
    bench.run()
    cursors = from_doc(bench.store.docs[CURSORS, bench.pair.key])
    assert cursors.retry is not None
    assert cursors.due == cursors.retry


def test_a_held_pair_is_due_when_it_is_approved() -> None:
    bench = filled()
    bench.settle()
    for item in list(bench.exchange.items):
        bench.exchange.remove(item)
    assert bench.run().outcome == "held"
    assert from_doc(bench.store.docs[CURSORS, bench.pair.key]).due is None
