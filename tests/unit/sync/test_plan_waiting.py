"""What has to wait: absences, answers that got lost, refusals. Nothing waits for ever, and nothing is done twice."""

from dataclasses import replace
from datetime import timedelta

import pytest

from calpair.errors import (
    AccessLostError,
    BackOffError,
    IdTakenError,
    RefusedError,
    SideError,
    SignInError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.model.event import Kind
from calpair.model.link import Parking, State
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting

MINUTE = timedelta(minutes=1)


def parking(bench: Bench) -> Parking:
    found = bench.link().parking
    assert found
    return found


def with_one_lost(side: Side) -> Bench:
    """Give a pair whose event is not found on that side any more, without a tombstone."""
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    calendar = bench.calendar(side)
    calendar.vanish(calendar.named("one"))
    calendar.forget_places()
    return bench


@pytest.mark.parametrize("side", list(Side))
def test_an_absence_is_believed_when_confirmed_ten_minutes_later(side: Side) -> None:
    bench = with_one_lost(side)
    bench.run()
    assert bench.titles(side.other) == ["beside", "one"]
    assert [link.parking.reason for link in bench.links() if link.parking] == ["missing"]
    bench.clock.advance(timedelta(minutes=9))
    bench.run()
    assert bench.titles(side.other) == ["beside", "one"]
    bench.clock.advance(timedelta(minutes=2))
    bench.settle()
    assert bench.both() == ["beside"]


@pytest.mark.parametrize("side", list(Side))
def test_an_absence_that_ends_was_nothing(side: Side) -> None:
    bench = with_one_lost(side)
    calendar = bench.calendar(side)
    item = next(item for item in bench.calendar(side.other).items.values() if item.event and item.event.title == "one")
    gone = next(part.id for link in bench.links() for part in link.parts(side) if part.id not in calendar.items)
    bench.run()
    calendar.put(item.event, gone, uid="came back")
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["beside", "one"]
    assert [link.missing for link in bench.links()] == [{}, {}]


def test_an_edit_made_while_the_other_item_is_missing_survives() -> None:
    bench = with_one_lost(Side.GOOGLE)
    bench.run()
    bench.exchange.edit(bench.exchange.named("one"), title="one edited")
    bench.run()
    bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["beside", "one edited"]


def test_an_item_missing_on_both_sides_is_forgotten_when_confirmed() -> None:
    bench = with_one_lost(Side.GOOGLE)
    bench.exchange.vanish(bench.exchange.named("one"))
    bench.exchange.forget_places()
    for _ in range(2):
        bench.run()
        assert len(bench.links()) == 2
        bench.clock.advance(timedelta(minutes=11))
    bench.settle()
    assert bench.both() == ["beside"]
    assert len(bench.links()) == 1


def test_a_create_on_exchange_whose_answer_was_lost_is_recognised_by_its_stamp() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.exchange.answer_lost = True
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.written() == (1, 0)


def test_a_create_on_exchange_that_may_still_happen_is_not_repeated_before_its_deadline() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.exchange.answers = [UnknownOutcomeError("timeout")]
    bench.run()
    assert parking(bench).reason == "awaiting_answer"
    bench.clock.advance(MINUTE)
    bench.run()
    assert bench.exchange.items == {}
    bench.clock.advance(timedelta(minutes=2))
    bench.settle()
    assert bench.both() == ["one"]
    (copy,) = bench.exchange.items.values()
    assert copy.stamp
    assert copy.stamp.generation == 1


def test_a_create_that_a_server_finished_after_its_deadline_goes_again() -> None:
    bench = Bench()
    bench.google.put(meeting("one"))
    bench.exchange.answers = [UnknownOutcomeError("timeout")]
    bench.run()
    bench.clock.advance(timedelta(minutes=5))
    bench.run()
    (copy,) = bench.exchange.items.values()
    assert copy.stamp
    late = meeting("one", categories=())
    bench.exchange.put(late, uid=copy.uid, stamp=replace(copy.stamp, generation=0))
    bench.settle()
    assert bench.both() == ["one"]


def test_an_edit_made_while_an_answer_is_awaited_is_in_the_copy() -> None:
    bench = Bench()
    here = bench.google.put(meeting("one"))
    bench.exchange.answers = [UnknownOutcomeError("timeout")]
    bench.run()
    bench.google.edit(here, title="one edited")
    bench.run()
    bench.clock.advance(timedelta(minutes=5))
    bench.settle()
    assert bench.both() == ["one edited"]


def test_a_create_on_google_whose_answer_was_lost_is_repeated_safely() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.answer_lost = True
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.link().state is State.LINKED


def test_an_id_that_is_taken_gives_way_to_the_next_generation() -> None:
    bench = Bench()
    bench.exchange.put(meeting("one"))
    bench.google.answers = [IdTakenError("duplicate")]
    bench.settle()
    assert bench.both() == ["one"]
    assert bench.link().generation == 1


def test_an_update_whose_answer_was_lost_is_looked_at_again() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.edit(here, title="one edited")
    bench.google.answer_lost = True
    bench.settle()
    assert bench.both() == ["one edited"]


def test_an_edit_made_under_our_hands_is_merged() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    there = bench.google.only()
    bench.exchange.edit(here, title="one edited")
    bench.google.meanwhile = [{"place": "set meanwhile"}]
    bench.settle()
    assert bench.google.event(there) == meeting("one edited", place="set meanwhile")
    assert bench.exchange.event(here).place == "set meanwhile"


def test_what_keeps_moving_under_our_hands_is_left_to_the_next_run() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.edit(here, title="one edited")
    bench.google.meanwhile = [{"place": f"room {n}"} for n in range(6)]
    report = bench.run()
    assert report.retry
    bench.run()
    bench.settle()
    assert bench.google.event(bench.google.only()) == meeting("one edited", place="room 5")
    assert bench.exchange.event(here).place == "room 5"


def test_an_item_deleted_under_our_hands_is_looked_at_again() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.edit(here, title="still wanted")
    bench.google.answers = [StaleError("conflict")]
    bench.settle()
    assert bench.both() == ["still wanted"]


@pytest.mark.parametrize("side", list(Side))
def test_a_refused_event_is_parked_with_growing_rests_and_blocks_nobody(side: Side) -> None:
    bench = Bench()
    bench.calendar(side).put(meeting("poison"))
    bench.calendar(side.other).answers = [RefusedError("ErrorInvalidItem")]
    bench.run()
    bench.calendar(side).put(meeting("healthy", day=9))
    bench.run()
    assert bench.titles(side.other) == ["healthy"]
    (poison,) = (link for link in bench.links() if link.parking)
    assert poison.parking
    assert (poison.parking.reason, poison.parking.tries) == ("ErrorInvalidItem", 1)
    rests = []
    for tries in range(2, 8):
        assert poison.parking
        assert poison.parking.retry
        bench.clock.advance(poison.parking.retry - bench.clock.at)
        bench.calendar(side.other).answers = [RefusedError("ErrorInvalidItem")]
        bench.run()
        (poison,) = (link for link in bench.links() if link.parking)
        assert poison.parking
        assert poison.parking.tries == tries
        assert poison.parking.retry
        rests.append(round((poison.parking.retry - bench.clock.at) / MINUTE))
    assert rests == [5, 30, 180, 720, 720, 720]
    bench.clock.advance(timedelta(days=1))
    bench.settle()
    assert bench.both() == ["healthy", "poison"]


def test_a_parked_edit_is_merged_with_what_happened_meanwhile() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    there = bench.google.only()
    bench.exchange.edit(here, title="refused at first")
    bench.google.answers = [RefusedError("invalid")]
    bench.run()
    assert bench.google.event(there).title == "one"
    bench.google.edit(there, place="set meanwhile")
    bench.run()
    bench.clock.advance(timedelta(hours=1))
    bench.settle()
    assert bench.google.event(there) == meeting("refused at first", place="set meanwhile")
    assert bench.exchange.event(here).place == "set meanwhile"


def test_a_parked_deletion_keeps_its_tombstone() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.remove(here)
    bench.google.answers = [RefusedError("forbidden")]
    bench.run()
    assert bench.titles(Side.GOOGLE) == ["one"]
    assert bench.link().gone == (Side.EXCHANGE,)
    bench.clock.advance(timedelta(minutes=2))
    bench.settle()
    assert bench.both() == []


def test_a_parked_event_that_its_owner_mends_is_carried_at_once() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.google.answers = [RefusedError("invalid")]
    bench.run()
    bench.exchange.edit(here, title="mended")
    bench.settle()
    assert bench.both() == ["mended"]


def test_an_unreadable_item_is_read_again_and_its_copy_stays() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"))
    bench.settle()
    bench.exchange.put(None, here, kind=Kind.BROKEN, trouble="ErrorItemCorrupt")
    bench.run()
    assert parking(bench).reason == "ErrorItemCorrupt"
    assert bench.titles(Side.GOOGLE) == ["one"]
    bench.exchange.put(meeting("one, readable"), here)
    bench.clock.advance(timedelta(minutes=2))
    bench.settle()
    assert bench.both() == ["one, readable"]


def test_an_item_told_to_wait_waits_alone_and_as_long_as_asked() -> None:
    bench = Bench()
    bench.exchange.put(meeting("throttled"))
    bench.exchange.put(meeting("not throttled", day=6))
    bench.google.answers = [BackOffError("quotaExceeded", seconds=3600, scope="item")]
    bench.run()
    assert bench.titles(Side.GOOGLE) == ["not throttled"]
    (throttled,) = (link for link in bench.links() if link.parking)
    assert throttled.parking
    assert throttled.parking.retry
    assert throttled.parking.retry - bench.clock.at > timedelta(minutes=59)
    bench.clock.advance(timedelta(minutes=61))
    bench.settle()
    assert bench.both() == ["not throttled", "throttled"]


@pytest.mark.parametrize("error", [BackOffError("ErrorServerBusy"), SignInError("401"), AccessLostError("denied")])
@pytest.mark.parametrize("side", list(Side))
def test_what_concerns_a_whole_side_ends_the_run_and_costs_nothing(side: Side, error: SideError) -> None:
    bench = Bench()
    bench.calendar(side).put(meeting("one"))
    bench.calendar(side).put(meeting("two", day=6))
    calendar = bench.calendar(side.other)
    calendar.down = error
    with pytest.raises(type(error)):
        bench.run()
    assert bench.written() == (0, 0)
    calendar.down = None
    bench.settle()
    assert bench.both() == ["one", "two"]
    calendar.down_writing = error
    bench.calendar(side).put(meeting("three", day=7))
    with pytest.raises(type(error)):
        bench.run()
    calendar.down_writing = None
    bench.settle()
    assert bench.both() == ["one", "three", "two"]


def test_a_batch_whose_answer_was_lost_is_looked_at_item_by_item() -> None:
    bench = Bench()
    ids = [bench.exchange.put(meeting(f"event {n}", day=3 + n)) for n in range(4)]
    bench.settle()
    for id_ in ids:
        bench.exchange.edit(id_, place="moved")
    bench.google.down_writing = UnknownOutcomeError("connection reset")
    report = bench.run()
    assert report.retry
    bench.google.down_writing = None
    bench.settle()
    assert {event.place for event in bench.google.events().values()} == {"moved"}
