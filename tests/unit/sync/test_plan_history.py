"""`history_days`: what had ended longer ago when first seen is not copied; what was carried once never slides out."""

from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.model.event import Event, Kind
from calpair.model.link import State
from calpair.model.pair import Direction
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed
from unit.sync.bench import Bench
from unit.sync.fakes import START

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def ended(ago: timedelta, lasting: timedelta = HOUR) -> Event:
    """An event that ended so long before the first run."""
    return Event("old", Timed(START - ago - lasting, START - ago, "Europe/Berlin"))


def carried(event: Event, side: Side = Side.EXCHANGE, **settings: object) -> bool:
    bench = Bench(**settings)
    bench.calendar(side).put(event)
    bench.settle()
    link = bench.link()
    assert (link.state, link.why) in {(State.LINKED, ""), (State.LEFT, "history")}
    return bool(bench.calendar(side.other).items)


@pytest.mark.parametrize("side", list(Side))
def test_the_edge_is_where_the_event_ended(side: Side) -> None:
    assert carried(ended(30 * DAY - MINUTE), side)
    assert not carried(ended(30 * DAY + MINUTE), side)


def test_what_began_before_the_edge_and_ended_after_it_is_carried() -> None:
    assert carried(ended(30 * DAY - MINUTE, lasting=90 * DAY))


@pytest.mark.parametrize("direction", list(Direction))
def test_the_number_of_days_is_the_pairs(direction: Direction) -> None:
    assert carried(ended(2 * DAY), history_days=3, direction=direction)
    assert not carried(ended(4 * DAY), history_days=3, direction=direction)
    assert not carried(ended(MINUTE), history_days=0, direction=direction)
    assert carried(ended(-MINUTE), history_days=0, direction=direction)


def test_a_day_is_over_when_it_is_over_the_world_around() -> None:
    # The first run is on 2 November at 8:00 UTC, the edge on 3 October at 8:00 UTC. The last day that was still running
    # somewhere then is 2 October: in the zone of Baker Island it ended on 3 October at 12:00 UTC.
    last = Event("old", AllDay(date(2026, 10, 2), date(2026, 10, 3)))
    before = Event("old", AllDay(date(2026, 10, 1), date(2026, 10, 2)))
    long = Event("old", AllDay(date(2026, 1, 1), date(2026, 10, 3)))
    assert carried(last)
    assert not carried(before)
    assert carried(long)


@pytest.mark.parametrize("side", list(Side))
def test_nothing_carried_ever_slides_out(side: Side) -> None:
    bench = Bench()
    here = bench.calendar(side).put(ended(29 * DAY))
    bench.settle()
    bench.clock.advance(400 * DAY)
    bench.silent()
    bench.calendar(side).edit(here, title="still in step")
    bench.settle()
    assert bench.both() == ["still in step"]
    bench.forget_places()
    bench.run()
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["still in step"]
    assert sum(bench.written()) == 2


def test_an_old_event_moved_into_the_present_is_carried() -> None:
    bench = Bench()
    here = bench.exchange.put(ended(300 * DAY))
    bench.settle()
    bench.exchange.edit(here, when=Timed(START + DAY, START + DAY + HOUR))
    bench.settle()
    assert bench.both() == ["old"]


def test_an_old_event_edited_stays_where_it_is() -> None:
    bench = Bench()
    here = bench.exchange.put(ended(300 * DAY))
    bench.settle()
    bench.exchange.edit(here, title="old and edited")
    bench.settle()
    assert bench.google.items == {}


def test_more_history_carries_what_had_been_left() -> None:
    bench = Bench()
    bench.exchange.put(ended(300 * DAY))
    bench.settle()
    bench.set(history_days=365)
    bench.settle()
    assert bench.both() == ["old"]


def test_less_history_takes_nothing_away() -> None:
    bench = Bench()
    bench.exchange.put(ended(29 * DAY))
    bench.settle()
    bench.set(history_days=1)
    bench.settle()
    assert bench.both() == ["old"]


def test_an_old_event_deleted_is_forgotten() -> None:
    bench = Bench()
    bench.exchange.remove(bench.exchange.put(ended(300 * DAY)))
    old = bench.exchange.put(ended(300 * DAY))
    bench.settle()
    bench.exchange.remove(old)
    bench.settle()
    assert bench.links() == []


def test_an_event_of_the_far_future_is_carried() -> None:
    assert carried(Event("far", Timed(datetime(2099, 1, 1, tzinfo=UTC), datetime(2099, 1, 2, tzinfo=UTC))))


def test_an_old_event_that_could_not_be_read_at_first_is_not_copied() -> None:
    bench = Bench()
    here = bench.exchange.put(None, kind=Kind.BROKEN, trouble="ErrorItemCorrupt")
    bench.run()
    long_ago = Timed(datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 1, 2, tzinfo=UTC))
    bench.exchange.put(Event("old", long_ago), here)
    bench.clock.advance(timedelta(days=1))
    bench.settle()
    assert bench.google.items == {}
