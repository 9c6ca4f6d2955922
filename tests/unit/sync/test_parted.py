"""Reading in parts: a series that the other side cannot hold as one item is there as several, the rest as it is."""

from dataclasses import replace

import pytest

from calpair.errors import AbsentError, BackOffError, SideError
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, Kind, Mark
from calpair.model.link import Stamp
from calpair.model.link import series_of as base
from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.side import Side
from calpair.model.when import AllDay
from calpair.ports import Calendar, Draft, Held, Portion
from calpair.sync.parted import Parted
from calpair.sync.project import content, part_id, seen_of
from unit.sync.parted_home import (
    BORN,
    END,
    MONDAY,
    MONDAYS,
    WEDNESDAY,
    WEDNESDAYS,
    Home,
    at,
    biennial,
    board,
    hold,
    monthly,
    once,
    span,
    weekly,
)

STAMP = Stamp("pair", "link", "e1", "partner")
PLAIN = Event("Lunch", span(at(11, 3)))


def read(home: Home, *ids: str) -> dict[str, Item | SideError]:
    return dict(Parted(home, hold).read(ids))


def parts(home: Home, *ids: str) -> dict[str, Item]:
    found = read(home, *ids)
    items = {id_: item for id_, item in found.items() if isinstance(item, Item)}
    assert len(items) == len(found)
    return items


def test_a_part_is_named_after_its_series() -> None:
    assert part_id("e1", "") == "e1"
    assert part_id("e1", "third") == "e1#third"
    assert [base(id_) for id_ in ("e1", "e1#third", "e1#2026-11-02T09:00:00Z")] == ["e1"] * 3


def test_it_is_a_calendar_and_passes_on_what_needs_no_parts() -> None:
    calendar: Calendar = Parted(Home(), hold)
    assert calendar.side is Side.GOOGLE
    assert calendar.changes("here").cursor == "here+"
    assert calendar.hold(PLAIN).losses == ("of the calendar",)
    assert [finding.found for finding in calendar.examine(writing=True)] == ["writing: True"]
    (written,) = calendar.create([Draft(PLAIN, STAMP, "g1")])
    assert not isinstance(written, SideError)
    assert written.id == "g1"


def test_what_one_item_can_hold_is_as_it_is() -> None:
    home = Home()
    plain, series = home.put("e1", PLAIN), home.put("e2", weekly(overrides={MONDAYS[1]: None}))
    other = home.put("e3", None, Kind.OTHER)
    assert read(home, "e1", "e2", "e3") == {"e1": plain, "e2": series, "e3": other}


def test_two_days_of_the_month_are_two_series() -> None:
    home = Home()
    home.put("e1", board(), stamp=STAMP, people=True, losses=("guests",))
    found = parts(home, "e1")
    assert list(found) == ["e1", "e1#third-wednesday"]
    mondays, wednesdays = found.values()
    assert content(mondays).when == span(at(11, 2))
    assert content(mondays).repeats == monthly(MONDAY, until=at(1, 31, year=2027))
    assert content(wednesdays).when == span(at(11, 18))
    assert content(wednesdays).repeats == monthly(WEDNESDAY, until=at(1, 31, year=2027))
    assert (mondays.stamp, wednesdays.stamp) == (STAMP, None)
    for part in found.values():
        assert (part.side, part.version, part.uid) == (Side.GOOGLE, "v1", "e1@g")
        assert (part.created, part.modified, part.kind) == (BORN, BORN, Kind.SERIES)
        assert (part.people, part.cancelled, part.losses) == (True, False, ("guests",))
        assert part.locked == {Field.WHEN}
        assert seen_of(part).item == home.items["e1"]


def test_each_part_has_its_own_overrides_and_their_marks() -> None:
    home = Home()
    later = once(board(), span(at(12, 16, 14)), title="Late board")
    home.put("e1", board(overrides={MONDAYS[1]: None, WEDNESDAYS[1]: later}))
    mondays, wednesdays = parts(home, "e1").values()
    assert content(mondays).overrides == {at(12, 7): None}
    assert mondays.marks == {at(12, 7): Mark("e1_2026-12-07T09:00:00Z", "m1")}
    assert mondays.part.overrides == {"e1_2026-12-07T09:00:00Z": "m1"}
    moved = content(wednesdays).overrides[at(12, 16)]
    assert moved
    assert (moved.title, moved.when) == ("Late board", span(at(12, 16, 14)))
    assert list(wednesdays.marks) == [at(12, 16)]


def test_a_part_without_end_is_its_homes_to_change() -> None:
    home = Home()
    home.put("e1", board(until=None, overrides={MONDAYS[1]: None}))
    mondays, wednesdays = parts(home, "e1").values()
    assert mondays.locked == wednesdays.locked == frozenset(Field)
    assert list(mondays.marks) == [at(12, 7)]
    assert list(wednesdays.marks) == []


def test_a_mark_of_another_kind_is_no_parts() -> None:
    home = Home()
    series = home.put("e1", board(until=None))
    home.items["e1"] = replace(series, marks={at(12, 7).date(): Mark("m", "m1", "times")})
    assert [dict(part.marks) for part in parts(home, "e1").values()] == [{}, {}]


def test_a_mark_that_could_not_be_read_goes_with_its_part() -> None:
    home = Home()
    series = home.put("e1", board(until=None))
    home.items["e1"] = replace(series, marks={at(12, 16): Mark("m", "m1", "times")})
    mondays, wednesdays = parts(home, "e1").values()
    assert mondays.marks == {}
    assert wednesdays.marks == {at(12, 16): Mark("m", "m1", "times")}


@pytest.mark.parametrize("count", [None, 8])
def test_an_occurrence_moved_far_stands_apart(count: int | None) -> None:
    home = Home()
    moved = once(weekly(), span(at(11, 20)))
    home.put("e1", weekly(count, overrides={at(11, 9): moved, at(11, 23): None}), stamp=STAMP)
    found = parts(home, "e1")
    assert list(found) == ["e1", "e1#2026-11-09T09:00:00Z"]
    rest, single = found.values()
    assert (rest.kind, single.kind) == (Kind.SERIES, Kind.SINGLE)
    assert content(rest).overrides == {at(11, 9): None, at(11, 23): None}
    assert list(rest.marks) == [at(11, 23)]
    assert content(single) == moved
    assert list(single.marks) == [at(11, 9)]
    assert (rest.stamp, single.stamp) == (STAMP, None)
    # What is left is the series itself, which can be changed like any.
    assert rest.locked == single.locked == frozenset()


def test_single_events_stand_for_a_rule_nobody_has() -> None:
    home = Home()
    home.put("e1", biennial())
    found = parts(home, "e1")
    assert [(id_, content(part).when, part.kind) for id_, part in found.items()] == [
        ("e1", span(at(11, 2)), Kind.SINGLE),
        ("e1#2028-11-02T09:00:00Z", span(at(11, 2, year=2028)), Kind.SINGLE),
    ]


def test_a_portion_that_does_not_repeat_is_a_single_event() -> None:
    home = Home()
    home.put("e1", board())
    rest = Portion("rest", Event("Board", AllDay(at(2, 1).date(), at(2, 2).date())))
    calendar = Parted(home, lambda event: Held(event, parts=(*hold(event).parts, rest)))
    part = calendar.read(["e1"])["e1#rest"]
    assert isinstance(part, Item)
    assert (part.kind, seen_of(part).originals, part.locked) == (Kind.SINGLE, (at(2, 1).date(),), frozenset())


def test_a_part_of_which_nothing_takes_place_is_none() -> None:
    home = Home()
    home.put("e1", board(overrides=dict.fromkeys(MONDAYS)))
    found = read(home, "e1")
    assert isinstance(found["e1"], AbsentError)
    assert found["e1"].code == "cancelled"
    assert list(found) == ["e1#third-wednesday", "e1"]


def test_what_most_occurrences_of_a_part_say_the_part_says() -> None:
    home = Home()
    base_event = board()
    overrides = {
        MONDAYS[0]: once(base_event, span(MONDAYS[0]), title="Directors"),
        MONDAYS[1]: once(base_event, span(MONDAYS[1]), title="Directors", place="Room 2"),
        WEDNESDAYS[0]: once(base_event, span(WEDNESDAYS[0]), title="Directors"),
        WEDNESDAYS[1]: None,
    }
    home.put("e1", board(overrides=overrides))
    mondays, wednesdays = (content(part) for part in parts(home, "e1").values())
    assert (mondays.title, mondays.place) == ("Directors", "Room 1")
    assert {one: (said.title, said.place) for one, said in mondays.overrides.items() if said} == {
        MONDAYS[1]: ("Directors", "Room 2"),
        MONDAYS[2]: ("Board", "Room 1"),
    }
    # One of the two that take place is no majority.
    assert wednesdays.title == "Board"
    assert {one: said and said.title for one, said in wednesdays.overrides.items()} == {
        WEDNESDAYS[0]: "Directors",
        WEDNESDAYS[1]: None,
    }


def test_each_series_is_read_once_and_all_its_parts_are_given() -> None:
    home = Home()
    home.put("e1", board())
    plain = home.put("e2", PLAIN)
    found = read(home, "e1#third-wednesday", "e2", "e1")
    assert list(found) == ["e1", "e1#third-wednesday", "e2"]
    assert found["e2"] == plain
    assert home.reads == [["e1", "e2"]]


def test_a_part_its_series_has_no_more_is_cancelled() -> None:
    home = Home()
    home.put("e1", board())
    whole = home.put("e2", weekly())
    found = read(home, "e1#first-friday", "e2#third-wednesday")
    assert list(found) == ["e1", "e1#third-wednesday", "e1#first-friday", "e2", "e2#third-wednesday"]
    assert found["e2"] == whole
    for id_ in ("e1#first-friday", "e2#third-wednesday"):
        error = found[id_]
        assert isinstance(error, AbsentError)
        assert error.code == "cancelled"


@pytest.mark.parametrize("error", [AbsentError("notFound"), AbsentError("cancelled"), BackOffError("busy")])
def test_what_is_said_of_a_series_is_said_of_its_parts(error: SideError) -> None:
    home = Home(broken={"e1": error})
    assert read(home, "e1#third-wednesday") == {"e1#third-wednesday": error}
    assert read(home, "e1", "e1#third-wednesday") == {"e1": error, "e1#third-wednesday": error}


def test_a_part_of_what_cannot_be_read_or_held_is_set_aside_and_not_gone() -> None:
    home = Home()
    home.put("e1", None, Kind.BROKEN, trouble="times", stamp=STAMP)
    home.put("e2", Event("Bell", span(at(11, 2)), repeats=Recurrence((Rule(Frequency.HOURLY),))))
    found = parts(home, "e1#third-wednesday", "e2#third-wednesday")
    assert list(found) == ["e1", "e1#third-wednesday", "e2", "e2#third-wednesday"]
    broken, by_the_hour = found["e1#third-wednesday"], found["e2#third-wednesday"]
    assert (broken.kind, broken.trouble, broken.stamp) == (Kind.BROKEN, "times", None)
    assert (by_the_hour.kind, by_the_hour.event) == (Kind.SERIES, home.event("e2"))


def test_only_a_part_is_seen_as_its_series() -> None:
    home = Home()
    plain, broken = home.put("e1", PLAIN), home.put("e2", None, Kind.BROKEN)
    with pytest.raises(ValueError, match="only a part"):
        seen_of(plain)
    with pytest.raises(ValueError, match="content"):
        content(broken)


def test_a_part_says_what_its_home_says_however_the_other_side_holds_it() -> None:
    home = Home()
    override = once(board(), span(WEDNESDAYS[0]), body=Body("Another body of more than twenty characters"))
    home.put("e1", board(body=Body("A body of more than twenty characters"), overrides={WEDNESDAYS[0]: override}))
    mondays, wednesdays = (content(part) for part in parts(home, "e1").values())
    for part in (mondays, wednesdays):
        assert (part.body.content, part.categories) == ("A body of more than twenty characters", None)
    assert wednesdays.overrides == {WEDNESDAYS[0]: override}


def test_a_portion_may_have_what_its_series_has_not() -> None:
    """A rule that gives too much, with what is too much cancelled; a date that no rule gives, as a moved occurrence."""
    home = Home()
    home.put("e1", board())
    more: dict[Original, Event | None] = {
        MONDAYS[1]: None,
        MONDAYS[2]: Event("as held", span(at(1, 5, year=2027)), categories=("held",)),
    }
    portion = Portion("", Event("as held", span(MONDAYS[0]), repeats=monthly(MONDAY, until=END), overrides=more))
    calendar = Parted(home, lambda event: Held(event, parts=(portion,)))
    part = calendar.read(["e1"])["e1"]
    assert isinstance(part, Item)
    assert content(part).title == "Board"
    assert content(part).overrides == {
        MONDAYS[1]: None,
        MONDAYS[2]: Event("Board", span(at(1, 5, year=2027)), place="Room 1"),
    }


def test_a_single_event_that_was_cancelled_is_no_part() -> None:
    home = Home()
    home.put("e1", replace(biennial(), overrides={at(11, 2): None}))
    assert list(read(home, "e1")) == ["e1#2028-11-02T09:00:00Z", "e1"]
    assert isinstance(read(home, "e1")["e1"], AbsentError)
