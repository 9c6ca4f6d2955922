"""Creations that a server finished late: Exchange has no key that makes one safe to repeat, so two may exist for a while."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.errors import UnknownOutcomeError
from calpair.model.link import Stamp, chosen_uid
from calpair.model.side import Side
from calpair.sync.cursors import CURSORS
from unit.sync.bench import Bench, meeting

LOST = UnknownOutcomeError("timeout")


def intents(bench: Bench) -> dict[str, int]:
    """Give the open intents as the store has them: the generation of each."""
    data = bench.store.docs[CURSORS, bench.pair.key].data["intents"]
    return {key: intent["generation"] for key, intent in data.items()}


def with_two(first: int, second: int, title: str = "one") -> Bench:
    """Give a pair with an event of Google and two copies of it on Exchange, of these generations, in this order."""
    bench = Bench()
    bench.google.put(meeting("one"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    assert copy.stamp
    bench.exchange.items[copy.id] = replace(copy, stamp=replace(copy.stamp, generation=first))
    late = replace(copy.stamp, generation=second)
    bench.exchange.put(meeting(title, categories=()), uid=copy.uid, stamp=late)
    return bench


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0)])
def test_of_two_generations_the_later_item_goes(first: int, second: int) -> None:
    bench = with_two(first, second)
    earlier = next(iter(bench.exchange.items))
    bench.settle()
    assert bench.exchange.only() == earlier
    bench.google.edit("g1", title="edited")
    bench.settle()
    assert bench.both() == ["edited"]


def test_of_one_generation_the_later_item_is_a_users_copy() -> None:
    bench = with_two(0, 0, title="one, copied")
    bench.settle()
    assert bench.both() == ["one", "one, copied"]


def test_a_late_copy_that_was_edited_makes_no_second_event() -> None:
    bench = with_two(0, 1, title="edited by hand")
    bench.settle()
    assert len(bench.google.items) == 1
    bench.set(history_days=60)
    bench.settle()
    assert len(bench.google.items) == 1


def test_two_late_copies_in_one_feed_end_in_one_that_stays_linked() -> None:
    bench = Bench()
    there = bench.google.put(meeting("one"))
    assert bench.crash(3, "after") == "create on exchange"
    (copy,) = bench.exchange.items.values()
    assert copy.stamp
    bench.clock.advance(timedelta(minutes=3))
    bench.exchange.put(copy.event, uid=copy.uid, stamp=replace(copy.stamp, generation=1))
    bench.settle()
    bench.google.edit(there, title="edited")
    bench.settle()
    assert bench.both() == ["edited"]


def test_an_intent_is_stored_before_the_create_and_names_its_generation() -> None:
    bench = Bench()
    there = bench.google.put(meeting("one"))
    assert bench.crash(3, "before") == "create on exchange"
    (key,) = intents(bench)
    assert intents(bench) == {key: 0}
    bench.clock.advance(timedelta(minutes=1))
    bench.run()
    assert bench.exchange.items == {}
    bench.clock.advance(timedelta(minutes=2))
    bench.exchange.answers = [LOST]
    bench.run()
    assert intents(bench) == {key: 1}
    bench.clock.advance(timedelta(minutes=3))
    bench.settle()
    (copy,) = bench.exchange.items.values()
    assert copy.stamp
    assert copy.stamp.generation == 2
    assert intents(bench) == {}
    assert bench.google.only() == there


def test_an_intent_ends_with_the_call_timeout_and_a_minute() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.crash(3, "before")
    announced = bench.clock.at
    (intent,) = bench.store.docs[CURSORS, bench.pair.key].data["intents"].values()
    left = timedelta(seconds=120) - (type(announced).fromisoformat(intent["deadline"]) - announced)
    assert timedelta(0) <= left < timedelta(seconds=1)


def test_an_intent_of_one_event_holds_up_no_other() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.exchange.answers = [LOST]
    bench.run()
    bench.google.put(meeting("two", day=6))
    bench.run()
    assert bench.titles(Side.EXCHANGE) == ["two"]
    bench.clock.advance(timedelta(minutes=5))
    bench.settle()
    assert bench.both() == ["one", "two"]


def test_a_create_refused_before_it_took_effect_leaves_no_intent() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.exchange.down_writing = UnknownOutcomeError("connection reset")
    bench.run()
    assert len(intents(bench)) == 1
    bench.exchange.down_writing = None
    bench.clock.advance(timedelta(minutes=5))
    bench.settle()
    assert intents(bench) == {}
    assert bench.both() == ["one"]


def test_a_create_finished_late_is_recognised_at_once() -> None:
    bench = Bench()
    bench.google.put(meeting("one"), "g1")
    bench.exchange.answers = [LOST]
    bench.run()
    uid = chosen_uid("g1")
    stamp = Stamp(bench.pair.key, bench.link().key, uid, "g1")
    bench.exchange.put(meeting("one", categories=()), uid=uid, stamp=stamp)
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.exchange.writes == []
    bench.clock.advance(timedelta(minutes=10))
    bench.settle()
    assert bench.exchange.writes == []


def test_a_copy_that_a_server_finished_after_its_original_was_deleted_brings_nothing_back() -> None:
    bench = Bench()
    bench.google.put(meeting("beside", day=9))
    bench.settle()
    there = bench.google.put(meeting("one"))
    bench.exchange.answers = [UnknownOutcomeError("timeout")]
    bench.run()
    key = next(link.key for link in bench.links() if link.parking)
    bench.google.remove(there)
    bench.run()
    (beside,) = bench.exchange.items.values()
    assert beside.stamp
    uid = chosen_uid(there)
    stamp = Stamp(bench.pair.key, key, uid, there)
    bench.exchange.put(meeting("one", categories=()), uid=uid, stamp=stamp)
    bench.clock.advance(timedelta(minutes=5))
    bench.run()
    assert bench.titles(Side.GOOGLE) == ["beside"]


@pytest.mark.parametrize("number", range(1, 6))
def test_a_clone_is_carried_although_the_run_crashed(number: int) -> None:
    bench = Bench()
    bench.google.put(meeting("one"), "g1")
    bench.settle()
    (copy,) = bench.exchange.items.values()
    bench.exchange.put(meeting("clone", day=9), uid=copy.uid, stamp=copy.stamp)
    bench.forget_places()
    bench.crash(number, "after")
    bench.clock.advance(timedelta(minutes=5))
    bench.run()
    bench.silent()
    assert bench.both() == ["clone", "one"]


def test_a_copy_that_its_user_restores_is_not_taken_for_a_late_create() -> None:
    bench = Bench()
    bench.exchange.put(meeting("beside", day=9))
    bench.google.put(meeting("one"))
    bench.exchange.answer_lost = True
    bench.settle()
    copy = bench.exchange.items[bench.exchange.named("one")]
    bench.exchange.remove(copy.id)
    bench.settle()
    bench.exchange.put(copy.event, "restored", copy.uid, stamp=copy.stamp)
    bench.settle()
    assert bench.both() == ["beside", "one"]
