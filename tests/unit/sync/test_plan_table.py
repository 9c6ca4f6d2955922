"""Every row of the plan's table, for every home, with and without other people, both ways and one way.

The event is in step as `one`; Exchange's owner then changes it to `ours` or deletes it, Google's to `theirs`. What
stands on each side afterwards is written out here by hand: `one`, `ours`, `theirs`, or nothing.
"""

from dataclasses import replace

import pytest

from calpair.model.pair import Direction, OnConflict
from calpair.model.side import Home, Side
from unit.sync.bench import Bench, meeting

SAME, CHANGED, DELETED = "same", "changed", "deleted"
NOTHING = ""
BOTH_HOMES = (Home.EXCHANGE, Home.GOOGLE, Home.ADOPTED)

# What Exchange's owner did, what Google's did, what Exchange holds then, what Google holds.
Row = tuple[str, str, str, str]

TWO_WAY: list[Row] = [
    (SAME, SAME, "one", "one"),
    (CHANGED, SAME, "ours", "ours"),
    (SAME, CHANGED, "theirs", "theirs"),
    (CHANGED, CHANGED, "ours", "ours"),
    (DELETED, SAME, NOTHING, NOTHING),
    (SAME, DELETED, NOTHING, NOTHING),
    (DELETED, CHANGED, "theirs", "theirs"),
    (CHANGED, DELETED, "ours", "ours"),
    (DELETED, DELETED, NOTHING, NOTHING),
]
"""Whoever's home it is, without other people."""

TWO_WAY_MEETING_OF_EXCHANGE: list[Row] = [
    (CHANGED, SAME, "ours", "ours"),
    (SAME, CHANGED, "one", "one"),
    (CHANGED, CHANGED, "ours", "ours"),
    (DELETED, SAME, NOTHING, NOTHING),
    (SAME, DELETED, "one", "one"),
    (DELETED, CHANGED, NOTHING, NOTHING),
    (CHANGED, DELETED, "ours", "ours"),
    (DELETED, DELETED, NOTHING, NOTHING),
]

TWO_WAY_MEETING_OF_GOOGLE: list[Row] = [
    (CHANGED, SAME, "one", "one"),
    (SAME, CHANGED, "theirs", "theirs"),
    (CHANGED, CHANGED, "theirs", "theirs"),
    (DELETED, SAME, "one", "one"),
    (SAME, DELETED, NOTHING, NOTHING),
    (DELETED, CHANGED, "theirs", "theirs"),
    (CHANGED, DELETED, NOTHING, NOTHING),
    (DELETED, DELETED, NOTHING, NOTHING),
]

TWIN: list[Row] = [
    (SAME, SAME, "one", "one"),
    (CHANGED, SAME, "ours", "one"),
    (SAME, CHANGED, "one", "theirs"),
    (CHANGED, CHANGED, "ours", "theirs"),
    (DELETED, SAME, NOTHING, "one"),
    (SAME, DELETED, "one", NOTHING),
    (DELETED, CHANGED, NOTHING, "theirs"),
    (CHANGED, DELETED, "ours", NOTHING),
    (DELETED, DELETED, NOTHING, NOTHING),
]
"""Both sides received the same invitation: each is its organizer's to change."""

ONE_WAY_OF_EXCHANGE: list[Row] = [
    (SAME, SAME, "one", "one"),
    (CHANGED, SAME, "ours", "ours"),
    (SAME, CHANGED, "one", "one"),
    (CHANGED, CHANGED, "ours", "ours"),
    (DELETED, SAME, NOTHING, NOTHING),
    (SAME, DELETED, "one", "one"),
    (DELETED, CHANGED, NOTHING, NOTHING),
    (CHANGED, DELETED, "ours", "ours"),
    (DELETED, DELETED, NOTHING, NOTHING),
]

ONE_WAY_OF_GOOGLE: list[Row] = [
    (SAME, SAME, "one", "one"),
    (CHANGED, SAME, "ours", "one"),
    (SAME, CHANGED, "one", "theirs"),
    (CHANGED, CHANGED, "ours", "theirs"),
    (DELETED, SAME, NOTHING, "one"),
    (SAME, DELETED, "one", NOTHING),
    (DELETED, CHANGED, NOTHING, "theirs"),
    (CHANGED, DELETED, "ours", NOTHING),
    (DELETED, DELETED, NOTHING, NOTHING),
]
"""Frozen: such a link is from a time when the pair ran both ways."""

ONE_WAY_OF_BOTH: list[Row] = [
    (SAME, SAME, "one", "one"),
    (CHANGED, SAME, "ours", "ours"),
    (SAME, CHANGED, "one", "theirs"),
    (CHANGED, CHANGED, "ours", "ours"),
    (DELETED, SAME, NOTHING, "one"),
    (SAME, DELETED, "one", NOTHING),
    (DELETED, CHANGED, NOTHING, "theirs"),
    (CHANGED, DELETED, "ours", "ours"),
    (DELETED, DELETED, NOTHING, NOTHING),
]
"""Adopted: Exchange's edits flow, Google's edits and deletions stay, Exchange's deletions are not carried."""


def in_step(home: Home, *, people: bool = False) -> Bench:
    """Give a two-way pair with the event `one` in step and a second event beside it that nobody touches."""
    bench = Bench()
    for side in Side:
        if home.owns(side):
            bench.calendar(side).put(meeting("one"), uid="one@everywhere", people=people)
    bench.exchange.put(meeting("beside", day=9))
    bench.settle()
    assert bench.both() == ["beside", "one"]
    return bench


def act(bench: Bench, exchange: str, google: str) -> None:
    for side, what, title in ((Side.EXCHANGE, exchange, "ours"), (Side.GOOGLE, google, "theirs")):
        calendar = bench.calendar(side)
        if what == CHANGED:
            calendar.edit(calendar.named("one"), title=title)
        if what == DELETED:
            calendar.remove(calendar.named("one"))


def held(bench: Bench) -> tuple[str, str]:
    """Give what each side holds of the event; a second one of it would show."""
    exchange, google = ([title for title in bench.titles(side) if title != "beside"] for side in Side)
    return " and ".join(exchange), " and ".join(google)


@pytest.mark.parametrize("row", TWO_WAY)
@pytest.mark.parametrize("home", BOTH_HOMES)
def test_two_way(home: Home, row: Row) -> None:
    bench = in_step(home)
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]


@pytest.mark.parametrize("row", TWO_WAY_MEETING_OF_EXCHANGE)
def test_two_way_a_meeting_that_lives_on_exchange(row: Row) -> None:
    bench = in_step(Home.EXCHANGE, people=True)
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]


@pytest.mark.parametrize("row", TWO_WAY_MEETING_OF_GOOGLE)
def test_two_way_a_meeting_that_lives_on_google(row: Row) -> None:
    bench = in_step(Home.GOOGLE, people=True)
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]


@pytest.mark.parametrize("row", TWIN)
@pytest.mark.parametrize("direction", list(Direction))
def test_a_twin_is_never_written(direction: Direction, row: Row) -> None:
    bench = in_step(Home.ADOPTED, people=True)
    bench.set(direction=direction)
    before = bench.written()
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]
    assert bench.written() == before


@pytest.mark.parametrize("people", [False, True])
@pytest.mark.parametrize("row", ONE_WAY_OF_EXCHANGE)
def test_one_way_an_event_of_exchange(row: Row, people: bool) -> None:
    bench = in_step(Home.EXCHANGE, people=people)
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.settle()
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]
    assert bench.exchange.writes == []


@pytest.mark.parametrize("people", [False, True])
@pytest.mark.parametrize("row", ONE_WAY_OF_GOOGLE)
def test_one_way_an_event_of_google_is_frozen(row: Row, people: bool) -> None:
    bench = in_step(Home.GOOGLE, people=people)
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.settle()
    before = bench.written()
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]
    assert bench.written() == before


@pytest.mark.parametrize("row", ONE_WAY_OF_BOTH)
def test_one_way_an_adopted_event(row: Row) -> None:
    bench = in_step(Home.ADOPTED)
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.settle()
    act(bench, row[0], row[1])
    bench.settle()
    assert held(bench) == row[2:]
    assert bench.exchange.writes == []


def test_one_way_an_adopted_event_gets_only_the_fields_exchange_changed() -> None:
    bench = in_step(Home.ADOPTED)
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.settle()
    copy = bench.google.named("one")
    bench.google.edit(copy, place="Google's own room")
    bench.exchange.edit(bench.exchange.named("one"), title="ours")
    bench.settle()
    assert bench.google.event(copy) == meeting("ours", place="Google's own room")
    assert bench.exchange.event(bench.exchange.named("ours")).place == ""


@pytest.mark.parametrize("row", [row for row in TWO_WAY if DELETED not in row])
@pytest.mark.parametrize("home", BOTH_HOMES)
@pytest.mark.parametrize(
    ("policy", "clash"), [(OnConflict.EXCHANGE, "ours"), (OnConflict.GOOGLE, "theirs"), (OnConflict.NEWEST, "theirs")]
)
def test_two_way_different_fields_merge_and_one_field_is_settled(
    home: Home, row: Row, policy: OnConflict, clash: str
) -> None:
    bench = in_step(home)
    bench.set(on_conflict=policy)
    act(bench, row[0], row[1])
    if row[0] == CHANGED:
        bench.exchange.edit(bench.exchange.named("ours"), place="Exchange's room")
    if row[1] == CHANGED:
        bench.google.edit(bench.google.named("theirs"), reminder=20)
    bench.settle()
    title = clash if row[:2] == (CHANGED, CHANGED) else row[2]
    place, reminder = "Exchange's room" if row[0] == CHANGED else "", 20 if row[1] == CHANGED else None
    expected = meeting(title, place=place, reminder=reminder)
    assert bench.google.event(bench.google.named(title)) == expected
    assert replace(bench.exchange.event(bench.exchange.named(title)), categories=None) == expected


@pytest.mark.parametrize(("later", "winner"), [(Side.EXCHANGE, "ours"), (Side.GOOGLE, "theirs")])
def test_newest_compares_the_clocks(later: Side, winner: str) -> None:
    bench = in_step(Home.EXCHANGE)
    bench.set(on_conflict=OnConflict.NEWEST)
    for side in (later.other, later):
        act(bench, CHANGED if side is Side.EXCHANGE else SAME, CHANGED if side is Side.GOOGLE else SAME)
    bench.settle()
    assert held(bench) == (winner, winner)


@pytest.mark.parametrize("home", BOTH_HOMES)
def test_equal_edits_on_both_sides_are_noted_without_a_write(home: Home) -> None:
    bench = in_step(home)
    before = bench.written()
    for calendar in (bench.exchange, bench.google):
        calendar.edit(calendar.named("one"), title="agreed by telephone")
    bench.settle()
    assert held(bench) == ("agreed by telephone", "agreed by telephone")
    assert bench.written() == before


@pytest.mark.parametrize("home", BOTH_HOMES)
def test_a_version_without_a_change_is_read_once_and_noted(home: Home) -> None:
    bench = in_step(home)
    before = bench.written()
    for calendar in (bench.exchange, bench.google):
        calendar.edit(calendar.named("one"))
    bench.settle()
    assert bench.written() == before


@pytest.mark.parametrize("row", TWO_WAY)
@pytest.mark.parametrize("home", BOTH_HOMES)
def test_what_was_carried_outlives_the_store(home: Home, row: Row) -> None:
    bench = in_step(home)
    act(bench, row[0], row[1])
    bench.settle()
    before = bench.written()
    bench.lose_store()
    bench.settle()
    assert held(bench) == row[2:]
    assert bench.written() == before
    assert bench.orphans() == []


def test_a_frozen_link_is_listed() -> None:
    bench = Bench()
    bench.google.put(meeting("Google's"))
    bench.settle()
    assert bench.link().home is Home.GOOGLE
    bench.set(direction=Direction.EXCHANGE_TO_GOOGLE)
    bench.settle()
    bench.google.edit(bench.google.only(), title="edited")
    bench.settle()
    assert bench.link().why == "frozen"
