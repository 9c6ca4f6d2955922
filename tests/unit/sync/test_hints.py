"""What is known of series before they are read: from the link, from the list, and from the partner in hand."""

from dataclasses import replace
from datetime import UTC, datetime

from calpair.model.event import Event, Item, Mark
from calpair.model.link import Link, Part
from calpair.model.rule import Original
from calpair.model.side import Home, Side
from calpair.ports import NO_HINTS, Calendar, Hint
from calpair.sync.hints import hints
from calpair.sync.limited import Limited
from calpair.sync.parted import Parted
from unit.sync.bench import Bench, meeting
from unit.sync.parted_home import Home as Series
from unit.sync.parted_home import hold
from unit.sync.weekly import cancel, monday, override, weekly

BORN = datetime(2026, 11, 1, tzinfo=UTC)
NAME = "2026-11-09T10:00:00Z/title"
GONE = "2026-11-16T10:00:00Z/gone"
LINK = Link(
    "l1",
    "p1",
    Home.EXCHANGE,
    uid="uid-x",
    google_uid="uid-g",
    exchange=(Part("e1", "v1", overrides={"e1-2": "", "e1-3": ""}),),
    google=(Part("g1", "v1"),),
    agreed={Side.EXCHANGE: {"title": "d", NAME: "d"}, Side.GOOGLE: {"title": "d", NAME: "d", GONE: "d"}},
)


def item(side: Side, id_: str, event: Event | None) -> Item:
    return Item(side, id_, "v1", "uid", BORN, BORN, event)


def series(*numbers: int) -> Item:
    """The series on Exchange, with these occurrences cancelled."""
    return item(Side.EXCHANGE, "e1", replace(weekly("one"), overrides={monday(number): None for number in numbers}))


def test_of_what_no_link_and_no_list_knows_nothing_is_known() -> None:
    assert hints(Side.GOOGLE, ["g7"], [LINK], {}, {}) == {}
    assert hints(Side.GOOGLE, ["g1"], [replace(LINK, google=())], {"e1": series(1)}, {}) == {}


def test_the_list_tells_a_uid_before_the_link_does() -> None:
    assert hints(Side.GOOGLE, ["g1", "g7"], [LINK], {}, {"g1": "told", "g8": "else"}) == {"g1": Hint("told")}
    assert hints(Side.GOOGLE, ["g1"], [], {}, {"g1": "told"}) == {"g1": Hint("told")}


def test_the_link_knows_the_overrides_of_its_part() -> None:
    assert hints(Side.EXCHANGE, ["e1"], [LINK], {}, {}) == {"e1": Hint("uid-x", ("e1-2", "e1-3"))}


def test_a_partner_that_repeats_tells_a_series() -> None:
    assert hints(Side.GOOGLE, ["g1"], [LINK], {"e1": series()}, {}) == {"g1": Hint("uid-g")}
    assert hints(Side.GOOGLE, ["g1"], [LINK], {"e1": item(Side.EXCHANGE, "e1", meeting("one"))}, {}) == {}
    assert hints(Side.GOOGLE, ["g1"], [LINK], {"e1": item(Side.EXCHANGE, "e1", None)}, {}) == {}


def test_occurrences_of_which_nothing_was_agreed_may_be_about_to_be_overridden() -> None:
    (hint,) = hints(Side.GOOGLE, ["g1"], [LINK], {"e1": series(1, 2, 3)}, {}).values()
    assert hint == Hint("uid-g", originals=frozenset({monday(1)}))


def test_where_nothing_was_agreed_at_all_none_is_named() -> None:
    link = replace(LINK, agreed={})
    assert hints(Side.GOOGLE, ["g1"], [link], {"e1": series(1)}, {}) == {"g1": Hint("uid-g")}


def test_parts_of_one_series_share_what_is_known_of_it() -> None:
    whole = replace(LINK, google=(Part("g1", "v1", overrides={"g1_a": "1"}),))
    other = replace(LINK, key="l2", google=(Part("g1#third", "v1", overrides={"g1_b": "1"}),), exchange=())
    assert hints(Side.GOOGLE, ["g1", "g1#third"], [whole, other], {}, {}) == {
        "g1": Hint("uid-g", ("g1_a", "g1_b")),
        "g1#third": Hint("uid-g", ("g1_b",)),
    }


def test_an_item_is_remembered_with_the_names_of_all_its_overrides() -> None:
    marks: dict[Original, Mark] = {monday(1): Mark("e1-1"), monday(2): Mark("e1-2", "v7"), monday(3): Mark("")}
    assert replace(series(), marks=marks).part.overrides == {"e1-1": "", "e1-2": "v7"}


def test_a_calendar_that_shows_parts_asks_with_what_is_known_of_their_series() -> None:
    home = Series()
    known = {
        "e1": Hint("", ("a",), frozenset({monday(1)})),
        "e1#third": Hint("uid", ("a", "b"), frozenset({monday(2)})),
        "e2": Hint("other"),
    }
    Parted(home, hold).read(["e1", "e1#third", "e2"], known)
    assert home.hints == {
        "e1": Hint("uid", ("a", "b"), frozenset({monday(1), monday(2)})),
        "e2": Hint("other"),
    }


def test_a_calendar_that_is_asked_in_time_is_told() -> None:
    home = Series()
    calendar: Calendar = Limited(home, lambda: BORN, BORN, lambda: False)
    calendar.read(["e1"], {"e1": Hint("uid")})
    assert home.hints == {"e1": Hint("uid")}
    calendar.read(["e1"])
    assert home.hints == {"e1": Hint("uid")}
    assert dict(NO_HINTS) == {}


def test_a_run_tells_both_sides_what_it_knows() -> None:
    bench = Bench()
    home = bench.exchange.put(weekly("one"))
    bench.settle()
    copy = bench.google.only()
    assert bench.google.hints == {}
    override(bench.exchange, home, monday(2), title="else")
    cancel(bench.exchange, home, monday(3))
    bench.settle()
    assert bench.google.hints == {copy: Hint(bench.google.items[copy].uid, originals=frozenset({monday(2), monday(3)}))}
    bench.google.hints.clear()
    cancel(bench.exchange, home, monday(4))
    bench.settle()
    assert bench.google.hints[copy].originals == {monday(4)}
