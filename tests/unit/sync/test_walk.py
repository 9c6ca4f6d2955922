"""The walk over calendars in memory: the shortest stories, each ending in silence."""

import pytest

from calpair.model.pair import Direction, OnConflict
from calpair.model.side import Side
from calpair.sync.book import approve
from unit.sync.bench import Bench, meeting


def test_an_event_created_on_either_side_appears_on_the_other() -> None:
    bench = Bench()
    bench.exchange.put(meeting("from Exchange"))
    bench.google.put(meeting("from Google", day=6))
    bench.settle()
    assert bench.both() == ["from Exchange", "from Google"]


def test_an_edit_on_either_side_reaches_the_other() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    there = bench.google.put(meeting("two", day=6))
    bench.settle()
    bench.exchange.edit(here, title="one edited")
    bench.google.edit(there, title="two edited")
    bench.settle()
    assert bench.both() == ["one edited", "two edited"]


def test_an_edit_of_the_copy_reaches_the_original() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    bench.google.edit(copy, title="edited on the copy")
    bench.settle()
    assert bench.both() == ["edited on the copy"]


def test_two_edits_of_different_fields_merge() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    bench.exchange.edit(here, title="title from Exchange")
    bench.google.edit(copy, place="place from Google")
    bench.settle()
    assert bench.both() == ["title from Exchange"]
    assert {event.place for side in (bench.exchange, bench.google) for event in side.events().values()} == {
        "place from Google"
    }


@pytest.mark.parametrize(
    ("policy", "winner"),
    [(OnConflict.EXCHANGE, "Exchange's"), (OnConflict.GOOGLE, "Google's"), (OnConflict.NEWEST, "Google's")],
)
def test_a_clash_is_settled_by_on_conflict(policy: OnConflict, winner: str) -> None:
    bench = Bench(on_conflict=policy)
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    bench.exchange.edit(here, title="Exchange's")
    bench.google.edit(copy, title="Google's")
    bench.settle()
    assert bench.both() == [winner]


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("home", list(Side))
def test_a_deletion_on_either_side_reaches_the_other(side: Side, home: Side) -> None:
    bench = Bench()
    born = bench.exchange if home is Side.EXCHANGE else bench.google
    born.put(meeting("one"))
    born.put(meeting("two", day=6))
    bench.settle()
    calendar = bench.exchange if side is Side.EXCHANGE else bench.google
    doomed = calendar.named("one")
    calendar.remove(doomed)
    bench.settle()
    assert bench.both() == ["two"]


def test_an_edit_survives_a_deletion_on_the_other_side() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    (copy,) = bench.google.items
    bench.exchange.edit(here, title="still wanted")
    bench.google.remove(copy)
    bench.settle()
    assert bench.both() == ["still wanted"]


def test_one_way_puts_back_what_is_changed_or_deleted_on_google() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.exchange.put(meeting("one"))
    bench.exchange.put(meeting("two", day=6))
    bench.google.put(meeting("Google's own", day=7))
    bench.settle()
    one = bench.google.named("one")
    two = bench.google.named("two")
    bench.google.edit(one, title="defaced")
    bench.google.remove(two)
    bench.settle()
    assert bench.titles(Side.GOOGLE) == ["Google's own", "one", "two"]
    assert bench.titles(Side.EXCHANGE) == ["one", "two"]
    assert bench.exchange.writes == []


def test_a_lost_cursor_costs_a_list_and_no_write() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.put(meeting("two", day=6))
    bench.settle()
    writes = bench.written()
    bench.forget_places()
    bench.run()
    bench.silent()
    assert bench.written() == writes


def test_a_lost_store_is_rebuilt_without_a_write() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.put(meeting("two", day=6))
    bench.settle()
    writes = bench.written()
    bench.lose_store()
    bench.settle()
    assert bench.written() == writes
    bench.exchange.edit(next(iter(bench.exchange.items)), title="edited later")
    bench.settle()
    assert "edited later" in bench.both()


def test_many_deletions_wait_for_approval_and_then_go() -> None:
    bench = Bench()
    ids = [bench.exchange.put(meeting(f"event {n}", day=3 + n % 20)) for n in range(30)]
    bench.settle()
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    report = bench.run()
    assert report.outcome == "held"
    assert len(bench.google.items) == 30
    assert bench.run().outcome == "held"
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert len(bench.google.items) == 10
