"""Events with other people: changed only where they live, never a false copy in anybody's calendar."""

import pytest

from calpair.model.link import State
from calpair.model.pair import Direction
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting

LATER = meeting("", hour=15).when


@pytest.mark.parametrize("home", list(Side))
def test_a_meeting_changed_on_its_copy_is_put_back_field_by_field(home: Side) -> None:
    bench = Bench()
    here = bench.calendar(home).put(meeting("review", place="Room 1"), people=True)
    bench.settle()
    copy = bench.calendar(home.other)
    copy.edit(copy.only(), title="defaced", when=LATER, place="elsewhere")
    bench.calendar(home).edit(here, reminder=10)
    bench.settle()
    assert copy.event(copy.only()).title == "review"
    assert copy.event(copy.only()).place == "Room 1"
    assert copy.event(copy.only()).when == meeting("review").when
    assert copy.event(copy.only()).reminder == 10
    assert len(bench.calendar(home).writes) == 0


@pytest.mark.parametrize("later", list(Side))
@pytest.mark.parametrize("direction", [Direction.TWO_WAY])
def test_a_real_meeting_that_arrives_later_takes_the_place_of_our_copy(later: Side, direction: Direction) -> None:
    bench = Bench(direction=direction)
    bench.calendar(later.other).put(meeting("all hands"), uid="M@boss", people=True)
    bench.settle()
    real = bench.calendar(later).put(meeting("all hands"), uid="m@boss", people=True)
    bench.settle()
    assert bench.both() == ["all hands"]
    assert bench.calendar(later).only() == real
    assert bench.link().state is State.TWIN
    bench.lose_store()
    bench.settle()
    assert bench.both() == ["all hands"]
    assert bench.link().state is State.TWIN


@pytest.mark.parametrize("side", list(Side))
def test_a_twin_deleted_on_one_side_is_not_created_again(side: Side) -> None:
    bench = Bench()
    for calendar in (bench.exchange, bench.google):
        calendar.put(meeting("all hands"), uid="M@boss", people=True)
        calendar.put(meeting("beside", day=9))
    bench.settle()
    bench.calendar(side).remove(bench.calendar(side).named("all hands"))
    bench.settle()
    bench.set(history_days=60)
    bench.settle()
    assert bench.written() == (0, 0)
    assert bench.titles(side) == ["beside"]
    assert bench.titles(side.other) == ["all hands", "beside"]


@pytest.mark.parametrize("home", list(Side))
def test_a_copy_whose_user_invited_guests_is_neither_moved_nor_deleted(home: Side) -> None:
    bench = Bench()
    here = bench.calendar(home).put(meeting("one"))
    bench.settle()
    copy = bench.calendar(home.other)
    there = copy.only()
    copy.put(copy.event(there), there, people=True)
    bench.run()
    before = bench.written()
    bench.calendar(home).edit(here, when=LATER)
    bench.run()
    bench.calendar(home).remove(here)
    bench.run()
    assert bench.written() == before
    assert there in copy.items


@pytest.mark.parametrize("side", list(Side))
def test_an_adopted_event_follows_the_side_whose_owner_invited_guests(side: Side) -> None:
    bench = Bench()
    for calendar in (bench.exchange, bench.google):
        calendar.put(meeting("one"))
    bench.settle()
    here = bench.calendar(side).only()
    bench.calendar(side).put(meeting("one, with guests", hour=15), here, people=True)
    bench.settle()
    assert bench.both() == ["one, with guests"]
    bench.calendar(side.other).edit(bench.calendar(side.other).only(), title="defaced")
    bench.settle()
    assert bench.both() == ["one, with guests"]


def test_a_meeting_whose_guests_are_gone_is_an_event_again() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("one"), people=True)
    bench.settle()
    bench.exchange.put(meeting("one"), here, people=False)
    bench.settle()
    bench.google.edit(bench.google.only(), title="edited on the copy")
    bench.settle()
    assert bench.both() == ["edited on the copy"]


def test_a_cancelled_invitation_both_received_is_left_to_its_organizer() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("all hands"), uid="M@boss", people=True)
    bench.google.put(meeting("all hands"), uid="m@boss", people=True)
    bench.settle()
    bench.exchange.put(meeting("Canceled: all hands"), here, cancelled=True)
    bench.settle()
    assert bench.written() == (0, 0)


@pytest.mark.parametrize("direction", list(Direction))
def test_a_meeting_called_off_loses_its_copy(direction: Direction) -> None:
    bench = Bench(direction=direction)
    here = bench.exchange.put(meeting("all hands"), people=True)
    bench.settle()
    bench.exchange.put(meeting("Canceled: all hands"), here, cancelled=True)
    bench.settle()
    assert bench.google.items == {}
    assert bench.exchange.writes == []
    bench.exchange.remove(here)
    bench.settle()
    assert bench.exchange.writes == []


def test_a_meeting_called_off_and_held_after_all_has_a_copy_again() -> None:
    bench = Bench()
    here = bench.exchange.put(meeting("all hands"), people=True)
    bench.settle()
    bench.exchange.put(meeting("Canceled: all hands"), here, cancelled=True)
    bench.settle()
    bench.exchange.put(meeting("all hands"), here, cancelled=False)
    bench.settle()
    assert bench.both() == ["all hands"]


def test_our_copy_with_guests_is_not_removed_when_the_real_meeting_arrives() -> None:
    bench = Bench()
    bench.exchange.put(meeting("all hands"), uid="M@boss", people=True)
    bench.settle()
    copy = bench.google.only()
    bench.google.put(bench.google.event(copy), copy, people=True)
    bench.run()
    bench.google.put(meeting("all hands"), uid="m@boss", people=True)
    bench.run()
    assert copy in bench.google.items
