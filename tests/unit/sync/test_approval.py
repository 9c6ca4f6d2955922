"""What waits for a person, and that `approve` lets through exactly what was shown."""

from datetime import timedelta

import pytest

from calpair.errors import RefusedError
from calpair.model.pair import Direction, OnDelete
from calpair.model.side import Side
from calpair.sync.book import approve
from unit.sync.bench import Bench, meeting


def crowd(number: int, **settings: object) -> tuple[Bench, list[str]]:
    """Give a pair with so many events of Exchange in step, and their ids."""
    bench = Bench(**settings)
    ids = [bench.exchange.put(meeting(f"event {n:03}", day=3 + n % 20)) for n in range(number)]
    bench.settle()
    return bench, ids


@pytest.mark.parametrize(
    ("links", "deleted", "stopped"),
    [
        (3, 3, False),  # fewer than five are a person's morning
        (4, 4, False),
        (8, 4, False),
        (9, 5, True),  # five and more than half
        (10, 5, False),  # exactly half
        (12, 6, False),
        (12, 7, True),
        (30, 10, False),  # ten are always allowed
        (30, 11, True),
        (60, 12, False),  # a fifth
        (60, 13, True),
    ],
)
@pytest.mark.parametrize("side", list(Side))
def test_the_breaker_stops_what_is_too_much_for_a_day(links: int, deleted: int, stopped: bool, side: Side) -> None:
    bench, _ = crowd(links)
    calendar = bench.calendar(side)
    for id_ in sorted(calendar.items)[:deleted]:
        calendar.remove(id_)
    assert bench.run().outcome == ("held" if stopped else "ok")
    assert len(bench.calendar(side.other).items) == (links if stopped else links - deleted)


def test_the_breaker_counts_a_rolling_day() -> None:
    bench, ids = crowd(30)
    for id_ in ids[:6]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "ok"
    bench.clock.advance(timedelta(hours=23))
    for id_ in ids[6:11]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "held"
    bench.clock.advance(timedelta(hours=2))
    approve(bench.store, bench.pair, (), bench.clock())
    assert bench.run().outcome == "ok"
    assert len(bench.google.items) == 19


def test_the_breaker_forgets_after_a_day() -> None:
    bench, ids = crowd(30)
    for id_ in ids[:6]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "ok"
    bench.clock.advance(timedelta(hours=25))
    for id_ in ids[6:11]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "ok"
    assert len(bench.google.items) == 19


def test_put_backs_and_our_own_deletions_are_not_counted() -> None:
    bench, _ = crowd(30, direction=Direction.EXCHANGE_TO_GOOGLE)
    for id_ in list(bench.google.items):
        bench.google.remove(id_)
    bench.settle()
    assert len(bench.google.items) == 30


def test_a_stopped_pair_does_nothing_at_all_until_approved() -> None:
    bench, ids = crowd(30)
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    bench.exchange.put(meeting("new"))
    before = bench.written()
    for _ in range(3):
        report = bench.run()
        assert report.outcome == "held"
        assert report.held
        assert (report.held.kind, len(report.held.links)) == ("deletions", 20)
    assert bench.written() == before
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert "new" in bench.both()
    assert len(bench.both()) == 11


def test_approve_lets_through_exactly_what_was_shown() -> None:
    bench, ids = crowd(40)
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "held"
    approve(bench.store, bench.pair, (), bench.clock())
    for id_ in ids[20:32]:
        bench.exchange.remove(id_)
    report = bench.run()
    assert report.outcome == "held"
    assert len(bench.google.items) == 40
    for id_ in ids[20:32]:
        bench.exchange.put(meeting("back again"), id_)
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert len(bench.both()) == 20


def test_approve_is_spent_by_the_run_that_used_it() -> None:
    bench, ids = crowd(40)
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    bench.run()
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    for id_ in ids[20:32]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "held"


def test_what_was_approved_to_go_is_not_there_to_measure_further_deletions_by() -> None:
    """Of thirty, twenty may go; of the ten that remain six are more than half."""
    bench, ids = crowd(30)
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    bench.run()
    approve(bench.store, bench.pair, (), bench.clock())
    for id_ in ids[20:25]:
        bench.exchange.remove(id_)
    bench.exchange.remove(ids[25])
    report = bench.run()
    assert report.outcome == "held"
    assert report.held
    assert len(report.held.links) == 26
    assert len(bench.google.items) == 30


def test_after_an_approval_the_day_goes_on_as_if_nothing_had_been_deleted() -> None:
    """What a person has looked at is no longer a sign of trouble; what nobody looked at still counts."""
    bench, ids = crowd(60)
    for id_ in ids[:6]:
        bench.exchange.remove(id_)
    bench.settle()
    for id_ in ids[6:36]:
        bench.exchange.remove(id_)
    assert bench.run().outcome == "held"
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert len(bench.both()) == 24
    for id_ in ids[36:40]:
        bench.exchange.remove(id_)
    bench.settle()
    # Six before, four since, and ten are allowed in a day.
    bench.exchange.remove(ids[40])
    assert bench.run().outcome == "held"
    assert len(bench.google.items) == 20


def test_an_approved_deletion_that_was_refused_needs_no_second_approval() -> None:
    bench, ids = crowd(30)
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    bench.run()
    approve(bench.store, bench.pair, (), bench.clock())
    bench.google.answers = [RefusedError("invalid") for _ in range(20)]
    bench.run()
    assert len(bench.google.items) == 30
    # Others need theirs.
    for id_ in ids[20:]:
        bench.exchange.remove(id_)
    bench.clock.advance(timedelta(minutes=11))
    assert bench.run().outcome == "held"
    for id_ in ids[20:]:
        bench.exchange.put(meeting("back again"), id_)
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert len(bench.both()) == 10


def test_what_a_person_puts_back_before_approving_stays() -> None:
    bench, ids = crowd(30)
    for id_ in ids[:20]:
        bench.exchange.remove(id_)
    bench.run()
    bench.exchange.put(meeting("put back"), ids[0], uid="e0001@exchange")
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert "put back" in bench.both()
    assert len(bench.both()) == 11


def test_approve_of_nothing_changes_nothing() -> None:
    bench = Bench()
    assert approve(bench.store, bench.pair, (), bench.clock()) is None
    bench.exchange.put(meeting("one"))
    bench.settle()
    assert approve(bench.store, bench.pair, (), bench.clock()) is None
    bench.silent()


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("number", [1, 4])
def test_a_list_that_shrank_to_nothing_deletes_nothing_and_recreates_nothing(side: Side, number: int) -> None:
    bench, _ = crowd(number)
    calendar = bench.calendar(side)
    before = bench.written()
    items = dict(calendar.items)
    calendar.items.clear()
    calendar.forget_places()
    for _ in range(3):
        report = bench.run()
        assert report.outcome == "held"
        assert report.held
        assert (report.held.kind, len(report.held.links)) == ("emptied", number)
        bench.clock.advance(timedelta(hours=1))
    assert bench.written() == before
    calendar.items = items
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert bench.written() == before


@pytest.mark.parametrize("side", list(Side))
@pytest.mark.parametrize("left", [0, 1])
def test_an_approval_of_an_empty_list_is_spent_when_the_items_are_back(side: Side, left: int) -> None:
    """Also if one of them stays away: it alone may go."""
    bench, _ = crowd(8)
    calendar = bench.calendar(side)
    items = dict(calendar.items)
    calendar.items.clear()
    calendar.forget_places()
    assert bench.run().outcome == "held"
    calendar.items = dict(list(items.items())[left:])
    approve(bench.store, bench.pair, (), bench.clock())
    assert bench.run().outcome == "ok"
    calendar.items.clear()
    calendar.forget_places()
    bench.clock.advance(timedelta(minutes=11))
    assert bench.run().outcome == "held"
    assert len(bench.calendar(side.other).items) == 8


@pytest.mark.parametrize("side", list(Side))
def test_an_emptied_calendar_is_believed_when_approved_and_confirmed(side: Side) -> None:
    bench, _ = crowd(30)
    calendar = bench.calendar(side)
    calendar.items.clear()
    calendar.forget_places()
    bench.run()
    approve(bench.store, bench.pair, (), bench.clock())
    assert bench.run().outcome == "ok"
    assert len(bench.calendar(side.other).items) == 30
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == []


def test_an_empty_list_of_a_new_pair_is_no_alarm() -> None:
    bench = Bench()
    bench.settle()
    bench.google.put(meeting("the first"))
    bench.forget_places()
    bench.run()
    bench.silent()
    assert bench.both() == ["the first"]


def test_a_pair_that_starts_as_two_way_or_lost_its_store_asks_nothing() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.exchange.put(meeting("Exchange's"))
    bench.google.put(meeting("Google's", day=6))
    bench.settle()
    bench.lose_store()
    bench.set(direction=Direction.TWO_WAY)
    bench.settle()
    assert bench.both() == ["Exchange's", "Google's"]


def test_a_pair_turned_to_one_way_asks_nothing() -> None:
    bench = Bench()
    bench.google.put(meeting("Google's"))
    bench.settle()
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.settle()
    assert bench.written() == (1, 0)


@pytest.mark.parametrize(("setting", "verb"), [(OnDelete.DELETED_ITEMS, "delete"), (OnDelete.PERMANENT, "erase")])
def test_on_delete_says_where_an_item_of_exchange_goes(setting: OnDelete, verb: str) -> None:
    bench = Bench(on_delete=setting)
    bench.exchange.put(meeting("one"))
    there = bench.google.put(meeting("two", day=6))
    bench.settle()
    bench.google.remove(bench.google.named("one"))
    bench.google.remove(there)
    bench.settle()
    assert [what.split()[0] for what in bench.exchange.writes] == ["create", verb, verb]


@pytest.mark.parametrize("setting", list(OnDelete))
def test_on_delete_is_nothing_to_google(setting: OnDelete) -> None:
    bench = Bench(on_delete=setting)
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.remove(here)
    bench.settle()
    assert [what.split()[0] for what in bench.google.writes] == ["create", "delete"]


def with_an_orphan(side: Side) -> Bench:
    """Give a pair that lost its store while the event, whose copy is on that side, was deleted."""
    bench = Bench()
    bench.exchange.put(meeting("beside", day=9))
    bench.calendar(side.other).put(meeting("one"))
    bench.settle()
    bench.lose_store()
    bench.calendar(side.other).remove(bench.calendar(side.other).named("one"))
    for _ in range(3):
        bench.run()
        bench.clock.advance(timedelta(minutes=11))
    return bench


@pytest.mark.parametrize("side", list(Side))
def test_a_copy_whose_partner_is_gone_for_good_is_listed_and_goes_when_approved(side: Side) -> None:
    bench = with_an_orphan(side)
    before = bench.written()
    assert bench.titles(side) == ["beside", "one"]
    assert len(bench.orphans()) == 1
    bench.silent()
    approve(bench.store, bench.pair, bench.orphans(), bench.clock())
    bench.settle()
    assert bench.both() == ["beside"]
    assert sum(bench.written()) == sum(before) + 1
    assert bench.orphans() == []


@pytest.mark.parametrize("side", list(Side))
def test_an_orphan_its_owner_deletes_is_forgotten(side: Side) -> None:
    bench = with_an_orphan(side)
    bench.calendar(side).remove(bench.calendar(side).named("one"))
    bench.settle()
    assert bench.both() == ["beside"]
    assert bench.orphans() == []


@pytest.mark.parametrize("side", list(Side))
def test_an_orphan_its_owner_edits_stays_listed(side: Side) -> None:
    bench = with_an_orphan(side)
    bench.calendar(side).edit(bench.calendar(side).named("one"), title="edited")
    bench.settle()
    assert bench.titles(side) == ["beside", "edited"]
    assert len(bench.orphans()) == 1


def test_a_pair_turned_back_to_one_way_goes_on() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.exchange.put(meeting("Exchange's"))
    bench.google.put(meeting("Google's", day=6))
    bench.settle()
    bench.set(direction=Direction.TWO_WAY)
    assert bench.run().outcome == "held"
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    assert bench.run().outcome == "ok"


def test_a_pair_turned_to_two_way_asks_before_its_first_write_on_exchange() -> None:
    bench = Bench(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.exchange.put(meeting("Exchange's"))
    bench.google.put(meeting("Google's", day=6))
    bench.settle()
    bench.set(direction=Direction.TWO_WAY)
    assert bench.plan() == ["create on exchange"]
    report = bench.run()
    assert report.outcome == "held"
    assert report.held
    assert (report.held.kind, len(report.held.links)) == ("two_way", 1)
    assert bench.exchange.writes == []
    assert bench.run().outcome == "held"
    approve(bench.store, bench.pair, (), bench.clock())
    bench.settle()
    assert bench.both() == ["Exchange's", "Google's"]
