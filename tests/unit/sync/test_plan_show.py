"""How much the other side is shown: nothing masked is seen there, and nothing masked ever flows back."""

from dataclasses import replace

import pytest

from calpair.model.body import Body
from calpair.model.event import Event, Privacy, ShowAs
from calpair.model.pair import Direction, OnConflict, Show
from calpair.model.side import Side
from unit.sync.bench import Bench, meeting

SECRET = meeting("Interview", body=Body("with the rival"), place="Room 9", reminder=5, show_as=ShowAs.AWAY)
STAND_IN = meeting("Busy", reminder=5)
SETTING = {Side.GOOGLE: "show_to_google", Side.EXCHANGE: "show_to_exchange"}


def masked(to: Side, show: Show, event: Event = SECRET) -> Bench:
    """Give a pair whose event lives on one side and is masked on the other, in step."""
    bench = Bench(**{SETTING[to]: show})
    bench.calendar(to.other).put(event)
    bench.settle()
    return bench


def content(bench: Bench, side: Side) -> Event:
    """What that side holds, without the categories only Exchange has."""
    calendar = bench.calendar(side)
    return replace(calendar.event(calendar.only()), categories=None)


def on(side: Side, event: Event) -> Event:
    """Spell the event as that side can hold it: Google knows no shades of busy."""
    return replace(event, show_as=ShowAs.BUSY) if side is Side.GOOGLE else event


@pytest.mark.parametrize("to", list(Side))
def test_busy_only_shows_times_alone(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY)
    assert content(bench, to) == on(to, replace(STAND_IN, show_as=ShowAs.AWAY))
    assert content(bench, to.other) == SECRET


@pytest.mark.parametrize("privacy", [Privacy.PRIVATE, Privacy.CONFIDENTIAL, Privacy.PERSONAL])
def test_private_as_busy_hides_what_is_private(privacy: Privacy) -> None:
    bench = masked(Side.GOOGLE, Show.PRIVATE_AS_BUSY, replace(SECRET, privacy=privacy))
    assert content(bench, Side.GOOGLE) == replace(STAND_IN, privacy=privacy)


@pytest.mark.parametrize("privacy", [Privacy.NORMAL, Privacy.PUBLIC])
def test_private_as_busy_shows_what_is_not(privacy: Privacy) -> None:
    bench = masked(Side.GOOGLE, Show.PRIVATE_AS_BUSY, replace(SECRET, privacy=privacy))
    assert content(bench, Side.GOOGLE) == on(Side.GOOGLE, replace(SECRET, privacy=privacy))


@pytest.mark.parametrize("to", list(Side))
def test_categories_are_masked_too(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY, replace(SECRET, categories=("merger",)))
    assert bench.calendar(to).event(bench.calendar(to).only()).categories in (None, ())


@pytest.mark.parametrize("to", list(Side))
@pytest.mark.parametrize("defaced", [{"title": "x"}, {"body": Body("x")}, {"place": "x"}, {"title": "x", "place": "y"}])
def test_what_is_written_over_a_mask_is_put_back_and_never_flows_back(to: Side, defaced: dict[str, object]) -> None:
    bench = masked(to, Show.BUSY_ONLY)
    bench.calendar(to).edit(bench.calendar(to).only(), **defaced)
    bench.settle()
    assert content(bench, to) == on(to, replace(STAND_IN, show_as=ShowAs.AWAY))
    assert content(bench, to.other) == SECRET


@pytest.mark.parametrize("to", list(Side))
def test_what_is_not_masked_flows_both_ways(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY)
    moved = meeting("", hour=15).when
    bench.calendar(to).edit(bench.calendar(to).only(), when=moved, title="and a title that may not")
    bench.calendar(to.other).edit(bench.calendar(to.other).only(), reminder=30, place="Room 10")
    bench.settle()
    assert content(bench, to.other) == replace(SECRET, when=moved, reminder=30, place="Room 10")
    assert content(bench, to) == on(to, replace(STAND_IN, when=moved, reminder=30, show_as=ShowAs.AWAY))


@pytest.mark.parametrize("to", list(Side))
def test_an_edit_under_the_mask_writes_nothing(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY)
    before = bench.written()
    home = bench.calendar(to.other)
    home.edit(home.only(), title="Second interview", body=Body("with more"), place="Room 11")
    bench.settle()
    assert bench.written() == before


@pytest.mark.parametrize("direction", list(Direction))
def test_private_turned_off_shows_the_event_again(direction: Direction) -> None:
    bench = Bench(show_to_google=Show.PRIVATE_AS_BUSY, direction=direction)
    here = bench.exchange.put(replace(SECRET, privacy=Privacy.PRIVATE))
    bench.settle()
    bench.exchange.edit(here, privacy=Privacy.NORMAL)
    bench.settle()
    assert content(bench, Side.GOOGLE) == on(Side.GOOGLE, SECRET)
    assert content(bench, Side.EXCHANGE) == SECRET


@pytest.mark.parametrize("to", list(Side))
def test_a_mask_lifted_by_the_setting_shows_the_event_again(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY)
    bench.set(**{SETTING[to]: Show.EVERYTHING})
    bench.settle()
    assert content(bench, to) == on(to, SECRET)
    assert content(bench, to.other) == SECRET


@pytest.mark.parametrize("to", list(Side))
def test_an_event_that_is_really_called_busy_is_left_as_it_is(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY, meeting("Busy"))
    before = bench.written()
    bench.set(**{SETTING[to]: Show.EVERYTHING})
    bench.settle()
    assert bench.written() == before


@pytest.mark.parametrize("to", list(Side))
def test_a_masked_event_is_rebuilt_from_its_stamp_without_a_write(to: Side) -> None:
    bench = masked(to, Show.BUSY_ONLY)
    before = bench.written()
    bench.lose_store()
    bench.settle()
    assert bench.written() == before
    assert content(bench, to.other) == SECRET


def test_an_adopted_event_is_its_owners_on_both_sides_mask_or_not() -> None:
    bench = Bench(show_to_google=Show.BUSY_ONLY)
    here = bench.exchange.put(SECRET)
    there = bench.google.put(on(Side.GOOGLE, SECRET))
    bench.settle()
    assert bench.written() == (0, 0)
    bench.exchange.edit(here, place="Room 12")
    bench.google.edit(there, title="Google's own title")
    bench.settle()
    assert bench.written() == (0, 0)


def test_masks_of_both_directions_stand_side_by_side() -> None:
    bench = Bench(show_to_google=Show.BUSY_ONLY, show_to_exchange=Show.BUSY_ONLY)
    bench.exchange.put(meeting("Exchange's"))
    bench.google.put(meeting("Google's", day=6))
    bench.settle()
    assert bench.titles(Side.EXCHANGE) == ["Busy", "Exchange's"]
    assert bench.titles(Side.GOOGLE) == ["Busy", "Google's"]


@pytest.mark.parametrize("direction", list(Direction))
def test_private_turned_on_later_hides_the_copy(direction: Direction) -> None:
    bench = Bench(show_to_google=Show.PRIVATE_AS_BUSY, direction=direction)
    here = bench.exchange.put(meeting("Secret", place="Room 9"))
    bench.settle()
    bench.exchange.edit(here, privacy=Privacy.PRIVATE)
    bench.settle()
    assert bench.google.event(bench.google.only()) == meeting("Busy", privacy=Privacy.PRIVATE)
    assert bench.exchange.event(here).title == "Secret"


@pytest.mark.parametrize("to", list(Side))
def test_a_mask_set_later_hides_the_copies(to: Side) -> None:
    bench = Bench()
    bench.calendar(to.other).put(meeting("Secret", place="Room 9"))
    bench.settle()
    bench.set(**{f"show_to_{to.value}": Show.BUSY_ONLY})
    bench.settle()
    assert bench.titles(to) == ["Busy"]
    assert bench.titles(to.other) == ["Secret"]


def test_a_defaced_mask_does_not_bring_a_deleted_event_back() -> None:
    bench = Bench(show_to_google=Show.BUSY_ONLY)
    here = bench.exchange.put(meeting("Secret"))
    bench.settle()
    bench.google.edit(bench.google.only(), title="defaced")
    bench.exchange.remove(here)
    bench.settle()
    assert bench.both() == []


@pytest.mark.parametrize("number", range(1, 6))
def test_a_mask_lifted_is_lifted_although_the_run_crashed(number: int) -> None:
    bench = Bench(show_to_google=Show.BUSY_ONLY)
    for day in (6, 7, 8):
        bench.exchange.put(meeting("shown", day=day))
    bench.settle()
    bench.set(show_to_google=Show.EVERYTHING)
    bench.crash(number, "after")
    bench.settle()
    assert bench.both() == ["shown"] * 3


def test_a_copy_may_be_called_busy_where_nothing_is_masked() -> None:
    bench = Bench()
    bench.exchange.put(meeting("Lunch"))
    bench.settle()
    bench.google.edit(bench.google.only(), title="Busy")
    bench.settle()
    assert bench.both() == ["Busy"]


def test_a_stand_in_is_no_edit_although_the_store_was_lost() -> None:
    bench = Bench(show_to_google=Show.BUSY_ONLY, on_conflict=OnConflict.GOOGLE)
    here = bench.exchange.put(meeting("Secret", place="Room 9"))
    bench.settle()
    bench.google.edit(bench.google.only(), when=meeting("", hour=15).when)
    bench.lose_store()
    bench.set(show_to_google=Show.EVERYTHING)
    bench.settle()
    assert bench.exchange.event(here).title == "Secret"
    assert bench.exchange.event(here).place == "Room 9"
