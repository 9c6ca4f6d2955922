"""Changing parts as wholes: those that end occurrence by occurrence, the one that is the series itself as the series."""

from dataclasses import replace
from typing import Any

import pytest

from calpair.errors import RefusedError, StaleError
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item
from calpair.model.link import Stamp
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from calpair.ports import Edit, Held, Portion, Written
from calpair.sync.parted import Parted
from calpair.sync.project import content
from unit.sync.parted_edits import failing, gone, of, parts, said, single, whole, write
from unit.sync.parted_home import (
    HOUR,
    MONDAYS,
    WEDNESDAYS,
    Home,
    at,
    board,
    monthly,
    once,
    span,
    weekly,
)

STAMP = Stamp("pair", "link", "e1", "partner")
LONG = Body("A body of more than twenty characters")
NOVEMBER, DECEMBER, JANUARY = MONDAYS


# --- a part as a whole


def test_fields_of_a_part_that_ends_are_overrides_of_each_of_its_occurrences() -> None:
    overrides = {NOVEMBER: once(board(), span(NOVEMBER), title="First board"), DECEMBER: None}
    home, (mondays, _) = of(board(overrides=overrides))
    (written,) = write(home, whole(mondays, title="Directors", place="Room 9"))
    assert home.edits[0].fields == frozenset()
    assert home.edits[0].overrides == {NOVEMBER, JANUARY}
    assert home.event("e1").overrides == {
        NOVEMBER: Event("First board", span(NOVEMBER), place="Room 9"),
        DECEMBER: None,
        JANUARY: Event("Directors", span(JANUARY), place="Room 9"),
    }
    assert home.event("e1").title == "Board"
    assert written.item


def test_a_part_that_was_changed_as_a_whole_reads_so_and_is_not_written_again() -> None:
    home, (mondays, _) = of(board())
    (written,) = write(home, whole(mondays, title="Directors"))
    assert written.item
    assert content(written.item) == replace(content(mondays), title="Directors")
    home.edits.clear()
    write(home, whole(written.item, title="Directors"))
    assert home.edits == []
    write(home, single(written.item, DECEMBER, title="Directors' dinner"))
    assert said(home) == {NOVEMBER: "Directors", DECEMBER: "Directors' dinner", JANUARY: "Directors"}
    mondays, _ = parts(home)
    write(home, gone(mondays, DECEMBER))
    mondays, _ = parts(home)
    # What comes back says what its part says.
    write(home, single(mondays, DECEMBER))
    assert said(home) == {NOVEMBER: "Directors", DECEMBER: "Directors", JANUARY: "Directors"}


def test_a_part_without_end_is_refused_as_a_whole_alone() -> None:
    home, (mondays, wednesdays) = of(board(until=None))
    refused, done = failing(home, whole(mondays, title="Directors"), gone(wednesdays, WEDNESDAYS[0]))
    assert isinstance(refused, RefusedError)
    assert refused.code == "part"
    assert isinstance(done, Written)
    assert said(home) == {WEDNESDAYS[0]: None}


def test_a_part_that_moves_moves_each_occurrence_as_far() -> None:
    late = once(board(), span(at(12, 8, 12), 2))
    home, (mondays, _) = of(board(overrides={DECEMBER: late}))
    event = content(mondays)
    moved = replace(event, when=Timed(NOVEMBER + HOUR, NOVEMBER + 3 * HOUR))
    write(home, Edit(mondays, moved, frozenset({Field.WHEN})))
    assert said(home, "when") == {
        NOVEMBER: span(at(11, 2, 10), 2),
        DECEMBER: span(at(12, 8, 13), 3),
        JANUARY: span(at(1, 4, 10, year=2027), 2),
    }


def test_a_part_that_moves_takes_the_overrides_it_is_given() -> None:
    late = once(board(), span(at(11, 3, 12)), title="Late board")
    home, (mondays, _) = of(board(overrides={NOVEMBER: late, JANUARY: None}))
    event = content(mondays)
    override = once(event, span(at(12, 7, 11)), title="Last board")
    moved = replace(event, when=span(at(11, 2, 10)), overrides={at(12, 7, 10): override})
    edit = Edit(mondays, moved, frozenset({Field.WHEN}), overrides=frozenset({at(12, 7, 10), NOVEMBER, JANUARY}))
    write(home, edit)
    assert home.event("e1").overrides == {
        NOVEMBER: Event("Board", span(at(11, 2, 10)), place="Room 1"),
        DECEMBER: Event("Last board", span(at(12, 7, 11)), place="Room 1"),
        JANUARY: Event("Board", span(at(1, 4, 10, year=2027)), place="Room 1"),
    }


def test_a_part_may_end_sooner_and_not_later() -> None:
    home, (mondays, _) = of(board())
    once_more, never = (
        whole(mondays, when=span(DECEMBER), repeats=None),
        whole(mondays, when=span(at(12, 8)), repeats=None),
    )
    longer = whole(mondays, when=span(NOVEMBER), repeats=monthly(Day(0, 1)))
    for edit in (never, longer):
        (error,) = failing(home, edit)
        assert isinstance(error, RefusedError)
    assert home.edits == []
    write(home, once_more)
    assert said(home) == {NOVEMBER: None, JANUARY: None}


def test_a_part_made_shorter_than_an_occurrence_leaves_it_no_length() -> None:
    short = once(board(), Timed(at(12, 7, 12), at(12, 7, 12)))
    home, (mondays, _) = of(replace(board(overrides={DECEMBER: short}), when=span(NOVEMBER, 2)))
    write(home, Edit(mondays, replace(content(mondays), when=span(NOVEMBER)), frozenset({Field.WHEN})))
    assert said(home, "when")[DECEMBER] == Timed(at(12, 7, 12), at(12, 7, 12))


def days(start: int, length: int = 1) -> AllDay:
    return AllDay(at(11, start).date(), at(11, start + length).date())


def daily(when: Timed | AllDay, count: int) -> Event:
    return Event("Trip", when, repeats=Recurrence((Rule(Frequency.DAILY, count=count),)))


def halves(event: Event) -> Held:
    """A side that holds six days as two halves."""
    if not event.repeats or event.repeats.rules[0].count != 6:
        return Held(event)
    first, second = daily(days(2), 3), daily(days(5), 3)
    early = {one: said for one, said in event.overrides.items() if one < days(5).start}
    return Held(event, parts=(Portion("", replace(first, overrides=early)), Portion("2", second)))


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (days(3), {2: days(3), 3: days(5, 2), 4: days(5)}),
        (days(2, 2), {2: days(2, 2), 3: days(4, 3), 4: days(4, 2)}),
        (span(at(11, 2)), {2: span(at(11, 2)), 3: span(at(11, 3)), 4: span(at(11, 4))}),
    ],
)
def test_whole_days_move_by_days_and_what_gets_hours_loses_how_it_was_moved(
    when: AllDay, expected: dict[int, Any]
) -> None:
    home = Home()
    home.put("e1", replace(daily(days(2), 6), overrides={at(11, 3).date(): once(daily(days(2), 6), days(4, 2))}))
    calendar = Parted(home, halves)
    part = calendar.read(["e1"])["e1"]
    assert isinstance(part, Item)
    calendar.update([Edit(part, replace(content(part), when=when), frozenset({Field.WHEN}))])
    assert said(home, "when") == {at(11, day).date(): then for day, then in expected.items()}


# --- the part that is the series itself


def apart(count: int | None = None) -> tuple[Home, list[Item]]:
    overrides = {
        at(11, 9): once(weekly(), span(at(11, 20))),
        at(11, 16): once(weekly(), span(at(11, 16)), title="Team+"),
    }
    return of(weekly(count, overrides=overrides, categories=None))


@pytest.mark.parametrize("count", [None, 8])
def test_the_rest_of_a_series_is_changed_as_the_series(count: int | None) -> None:
    home, (rest, _) = apart(count)
    edit = whole(rest, title="Crew")
    (written,) = write(home, edit)
    assert home.event("e1").title == "Crew"
    assert home.edits[0].fields == {Field.TITLE}
    assert home.edits[0].overrides == frozenset()
    assert written.item
    assert content(written.item).title == "Crew"


def test_fields_and_occurrences_of_the_rest_are_written_together() -> None:
    home, (rest, alone) = apart()
    event = replace(
        content(rest),
        title="Crew",
        overrides={
            at(11, 9): None,
            at(11, 16): None,
            at(11, 23): once(content(rest), span(at(11, 23)), title="Crew!"),
        },
    )
    both = Edit(
        rest, event, frozenset({Field.TITLE}), STAMP, "Europe/Berlin", frozenset({at(11, 9), at(11, 16), at(11, 23)})
    )
    written = write(home, both, whole(alone, place="Room 5"))
    assert len(home.edits) == 1
    (edit,) = home.edits
    assert (edit.fields, edit.stamp, edit.zone) == (frozenset({Field.TITLE}), STAMP, "Europe/Berlin")
    assert edit.overrides == {at(11, 9), at(11, 16), at(11, 23)}
    overrides = home.event("e1").overrides
    assert overrides == {
        at(11, 9): Event("Crew", span(at(11, 20)), place="Room 5"),
        at(11, 16): None,
        at(11, 23): Event("Crew!", span(at(11, 23))),
    }
    assert [one.id for one in written] == ["e1", "e1#2026-11-09T09:00:00Z"]
    assert all(one.item and one.item.version == home.items["e1"].version for one in written)
    assert home.items["e1"].stamp == STAMP


def test_when_a_series_takes_place_is_changed_with_what_stands_apart() -> None:
    home, (rest, alone) = apart()
    event = content(rest)
    override = once(event, span(at(11, 23, 10)), title="Crew!")
    overrides: dict[Original, Event | None] = {at(11, 9): None, at(11, 30): None, at(11, 23): override}
    moved = replace(
        event, when=span(NOVEMBER, 2), repeats=Recurrence((Rule(Frequency.WEEKLY, count=20),)), overrides=overrides
    )
    edit = Edit(rest, moved, frozenset({Field.WHEN}), overrides=frozenset({*overrides, at(11, 16)}))
    stale, done = failing(home, whole(alone, title="Lost"), edit)
    assert isinstance(stale, StaleError)
    assert isinstance(done, Written)
    now = home.event("e1")
    assert (now.when, now.repeats) == (span(NOVEMBER, 2), Recurrence((Rule(Frequency.WEEKLY, count=20),)))
    assert home.edits[0].overrides == {at(11, 9), at(11, 16), at(11, 23), at(11, 30)}
    assert now.overrides == {
        at(11, 9): Event("Team", span(at(11, 20))),
        at(11, 23): Event("Crew!", span(at(11, 23, 10))),
        at(11, 30): None,
    }
