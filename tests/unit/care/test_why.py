"""An account of an event, from its links and what was read: states, parts, stale copies, losses of single occurrences."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from calpair.care.why import Hold, One, Seen, absence, account, read
from calpair.errors import CANCELLED, AbsentError, RefusedError
from calpair.exchange.holding import hold as exchange_hold
from calpair.exchange.versions import EXCHANGE_2013
from calpair.google.mapping.holding import hold as google_hold
from calpair.model.event import Event, Item, Kind, Mark, ShowAs
from calpair.model.link import Link, Parking, Part, State
from calpair.model.rule import Original
from calpair.model.side import Home, Side
from calpair.model.when import AllDay, Timed
from calpair.recurrence.text import parse
from unit.sync.fakes import Clock, FakeCalendar

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
FIRST = datetime(2026, 12, 1, 9, tzinfo=UTC)
SECOND = datetime(2026, 12, 8, 9, tzinfo=UTC)
WHEN = Timed(FIRST, FIRST + timedelta(hours=1), "UTC")
WEEKLY = Event("Call", WHEN, repeats=parse(["RRULE:FREQ=WEEKLY;COUNT=4"], WHEN))
HOLD: Hold = {
    Side.EXCHANGE: lambda event: exchange_hold(event, EXCHANGE_2013),
    Side.GOOGLE: partial(google_hold, table={}),
}


def item(side: Side, event: Event | None, id_: str = "", **more: Any) -> Item:
    kind = Kind.SERIES if event and event.repeats else Kind.SINGLE
    return Item(side, id_ or f"{side.value[0]}1", "v1", "u1", NOW, NOW, event, kind, **more)


def link(key: str = "l1", home: Home = Home.GOOGLE, google: str = "g1", exchange: str = "e1", **more: Any) -> Link:
    return Link(key, "p1", home, exchange=(Part(exchange),), google=(Part(google),), **more)


def both(exchange: Event | None, google: Event | None) -> Mapping[Side, Item]:
    return {Side.EXCHANGE: item(Side.EXCHANGE, exchange), Side.GOOGLE: item(Side.GOOGLE, google)}


def told(*ones: One, **more: Any) -> dict[str, Any]:
    return account(Seen(ones, **more), HOLD, NOW)


def parked(reason: str, retry: timedelta | None = None, **more: Any) -> Link:
    since = NOW - timedelta(hours=1)
    parking = Parking(reason, since, 3, None if retry is None else NOW + retry)
    return link(state=State.PARKED, parking=parking, **more)


def test_both_sides_are_told_with_what_stands_there() -> None:
    overrides: dict[Original, Event | None] = {
        FIRST: None,
        SECOND: replace(WEEKLY, title="Other", repeats=None, when=Timed(SECOND, SECOND, "UTC")),
    }
    found = told(One(link(), both(replace(WEEKLY, overrides=overrides), WEEKLY)))
    assert found["sides"]["exchange"] == {
        "id": "e1",
        "there": True,
        "trouble": "",
        "title": "Call",
        "starts": "2026-12-01 09:00 UTC",
        "repeats": True,
        "rule": "weekly on Tue, 4 times",
        "overrides": 2,
        "deleted": 1,
        "changed": 1,
        "losses": [],
    }
    assert (found["items"], found["instead"], found["stale"], found["parked"]) == ([], [], None, None)


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (AbsentError(CANCELLED), "deleted"),
        (AbsentError("ErrorItemNotFound"), "not found"),
        (RefusedError("ErrorItemCorrupt"), "ErrorItemCorrupt"),
    ],
)
def test_an_item_that_is_not_at_hand_is_told_why(error: AbsentError | RefusedError, word: str) -> None:
    items = {Side.GOOGLE: item(Side.GOOGLE, WEEKLY)}
    side = told(One(link(), items, {Side.EXCHANGE: absence(error)}))["sides"]["exchange"]
    assert (side["there"], side["trouble"], side["id"]) == (False, word, "e1")


def test_an_item_that_nobody_could_read_tells_the_start_it_has() -> None:
    items = {Side.GOOGLE: item(Side.GOOGLE, None, starts=WHEN)}
    assert told(One(link(), items))["sides"]["google"]["starts"] == "2026-12-01 09:00 UTC"


@pytest.mark.parametrize(
    ("retry", "due"), [(timedelta(minutes=5), False), (-timedelta(minutes=5), True), (None, False)]
)
def test_a_parked_event_tells_its_reason_in_words_and_whether_its_time_has_come(
    retry: timedelta | None, due: bool
) -> None:
    found = told(One(parked("people", retry), both(WEEKLY, WEEKLY)))
    assert found["parked"] == {
        "reason": "people",
        "meaning": "others are invited; change it where it lives",
        "since": "2026-11-28T11:00:00+00:00",
        "tries": 3,
        "retry": None if retry is None else (NOW + retry).isoformat(),
        "due": due,
    }


@pytest.mark.parametrize(
    ("edited", "home", "sides", "changed"),
    [
        (
            {Side.GOOGLE: {"when", "title"}, Side.EXCHANGE: set()},
            Home.GOOGLE,
            ["exchange"],
            {"google": ["time or rule", "title"]},
        ),
        ({Side.EXCHANGE: {"body"}, Side.GOOGLE: set()}, Home.GOOGLE, ["google"], {"exchange": ["text"]}),
        (
            {Side.EXCHANGE: {"place"}, Side.GOOGLE: {"2026-12-08T09:00:00Z/title"}},
            Home.GOOGLE,
            ["exchange", "google"],
            {"exchange": ["place"], "google": ["1 occurrence"]},
        ),
        # What was agreed is not known any more: the copy is what waits.
        ({}, Home.EXCHANGE, ["google"], {}),
    ],
)
def test_what_a_parked_event_keeps_is_told_as_stale_with_what_was_changed(
    edited: Mapping[Side, set[str]], home: Home, sides: list[str], changed: Mapping[str, list[str]]
) -> None:
    names = {side: frozenset(some) for side, some in edited.items()}
    found = told(One(parked("rule", home=home), both(WEEKLY, WEEKLY), edited=names))
    assert found["stale"] == {"sides": sides, "since": "2026-11-28T11:00:00+00:00", "changed": changed}


@pytest.mark.parametrize(
    "one",
    [
        One(parked("missing"), {Side.GOOGLE: item(Side.GOOGLE, WEEKLY)}),
        One(parked("people"), both(WEEKLY, WEEKLY), edited={Side.GOOGLE: frozenset(), Side.EXCHANGE: frozenset()}),
        One(parked("people", home=Home.ADOPTED), both(WEEKLY, WEEKLY)),
        One(link(), both(WEEKLY, WEEKLY), edited={Side.GOOGLE: frozenset({"title"})}),
    ],
)
def test_nothing_else_is_called_stale(one: One) -> None:
    assert told(one)["stale"] is None


def test_parts_are_told_by_date_and_those_that_nobody_can_place_last() -> None:
    dates = {"l1": 20, "l2": 6, "l3": 0, "l4": 13}
    ones = [
        One(
            link(key, google=f"g1#{key}" if key != "l1" else "g1", exchange=f"e-{key}"),
            {Side.EXCHANGE: item(Side.EXCHANGE, Event("Call", _after(days)), f"e-{key}")} if days else {},
        )
        for key, days in dates.items()
    ]
    found = told(*ones, whole=item(Side.GOOGLE, WEEKLY), asked=frozenset({"l2"}))
    assert [each["link"] for each in found["items"]] == ["l2", "l4", "l1", "l3"]
    assert [each["asked"] for each in found["items"]] == [True, False, False, False]
    assert (found["link"], found["sides"]["google"]["rule"]) == ("l1", "weekly on Tue, 4 times")


def test_an_event_of_which_one_part_is_parked_is_parked() -> None:
    found = told(One(link()), One(replace(parked("part"), key="l2")), whole=item(Side.GOOGLE, WEEKLY))
    assert (found["state"], found["parked"]["reason"]) == ("parked", "part")
    assert [each["state"] for each in found["items"]] == ["linked", "parked"]


def test_an_occurrence_is_told_as_each_side_has_it() -> None:
    other = replace(WEEKLY, repeats=None, title="Other", show_as=ShowAs.FREE, when=Timed(SECOND, SECOND, "UTC"))
    items = both(replace(WEEKLY, overrides={FIRST: None, SECOND: other}), WEEKLY)
    assert told(One(link(), items), occurrence=FIRST)["occurrence"] == {
        "original": "2026-12-01T09:00:00Z",
        "starts": "2026-12-01 09:00 UTC",
        "sides": {"exchange": "deleted", "google": "as its series"},
    }
    said = told(One(link(), items), occurrence=SECOND)["occurrence"]["sides"]
    assert said["exchange"] == "shade of busy and title of its own"
    nowhere = FIRST + timedelta(days=1)
    said = told(One(link(), items), occurrence=nowhere)["occurrence"]["sides"]
    assert said == {"exchange": "no occurrence of its series", "google": "no occurrence of its series"}
    assert told(One(link()), occurrence=FIRST)["occurrence"]["sides"] == {}


@pytest.mark.parametrize("word", ["occurrence:refused", "occurrence:altered", "occurrence:crossing"])
def test_an_occurrence_that_stands_otherwise_on_the_other_side_is_named(word: str) -> None:
    later = replace(WEEKLY, repeats=None, when=Timed(SECOND + timedelta(hours=2), SECOND + timedelta(hours=3), "UTC"))
    items = both(WEEKLY, replace(WEEKLY, overrides={SECOND: later}))
    (loss,) = told(One(link(losses=(word,)), items))["losses"]
    assert loss["occurrences"] == [
        {
            "original": "2026-12-08T09:00:00Z",
            "starts": "2026-12-08 09:00 UTC",
            "sides": {"exchange": "as its series", "google": "moved to 2026-12-08 11:00 UTC"},
        }
    ]
    assert told(One(link(losses=(word,)), both(WEEKLY, WEEKLY)))["losses"][0]["occurrences"] == []
    assert told(One(link(losses=(word,))))["losses"][0]["occurrences"] == []


def test_an_occurrence_that_could_not_be_read_is_named() -> None:
    google = item(Side.GOOGLE, WEEKLY, marks={SECOND: Mark("g1x", "v1", "times"), FIRST: Mark("g1y", "v1")})
    (loss,) = told(One(link(losses=("occurrence:unreadable",)), {Side.GOOGLE: google}))["losses"]
    assert loss["occurrences"] == [{"original": "2026-12-08T09:00:00Z", "starts": "2026-12-08 09:00 UTC"}]


def test_an_occurrence_that_google_kept_from_an_earlier_rule_is_named() -> None:
    day = Event("Call", AllDay(date(2026, 12, 3), date(2026, 12, 4)))
    google = replace(WEEKLY, overrides={date(2026, 12, 3): day})
    (loss,) = told(One(link(losses=("occurrence:kept",)), both(WEEKLY, google)))["losses"]
    assert [one["original"] for one in loss["occurrences"]] == ["2026-12-03"]


def test_a_loss_of_a_value_is_the_series_or_single_occurrences() -> None:
    away = replace(WEEKLY, repeats=None, when=Timed(SECOND, SECOND + timedelta(hours=1), "UTC"), show_as=ShowAs.AWAY)
    here = link(home=Home.EXCHANGE, losses=("show_as",))
    (loss,) = told(One(here, both(replace(WEEKLY, show_as=ShowAs.TENTATIVE), WEEKLY)))["losses"]
    assert (loss["side"], loss["instead"], loss["occurrences"]) == ("google", "tentative is busy there", [])
    items = both(replace(WEEKLY, overrides={SECOND: away, FIRST: None}), WEEKLY)
    (loss,) = told(One(here, items))["losses"]
    assert (loss["instead"], loss["occurrences"]) == (
        "",
        [
            {
                "original": "2026-12-08T09:00:00Z",
                "starts": "2026-12-08 09:00 UTC",
                "instead": "out of office is busy there",
            }
        ],
    )


def test_what_one_occurrence_alone_holds_is_told_as_lost_of_that_occurrence() -> None:
    google = item(Side.GOOGLE, WEEKLY, marks={FIRST: Mark("g1x", "v1"), SECOND: Mark("g1y", "v1", "", ("guests",))})
    items = {**both(WEEKLY, WEEKLY), Side.GOOGLE: google}
    guests, reminders = told(One(link(losses=("guests", "reminders")), items))["losses"]
    assert guests["occurrences"] == [
        {"original": "2026-12-08T09:00:00Z", "starts": "2026-12-08 09:00 UTC", "instead": ""}
    ]
    assert reminders["occurrences"] == []


def parts(*events: tuple[str, Event | None, Event | None]) -> list[One]:
    """Give the items of a series: each one's part of the id, what Google's part says, what Exchange's item says."""
    found = []
    for number, (key, google, exchange) in enumerate(events):
        ids = {Side.GOOGLE: f"g1#{key}" if key else "g1", Side.EXCHANGE: f"e{number}"}
        items = {
            side: item(side, event, ids[side]) for side, event in zip(ids, (google, exchange), strict=True) if event
        }
        found.append(One(link(f"l{number}", google=ids[Side.GOOGLE], exchange=ids[Side.EXCHANGE]), items))
    return found


def test_of_a_series_in_parts_a_deleted_occurrence_is_deleted_in_the_part_that_had_it() -> None:
    second = replace(WEEKLY, when=_after(7), repeats=parse(["RRULE:FREQ=WEEKLY;INTERVAL=2"], _after(7)))
    first = replace(WEEKLY, repeats=parse(["RRULE:FREQ=WEEKLY;INTERVAL=2"], WHEN))
    without = replace(second, overrides={SECOND: None})
    whole = item(Side.GOOGLE, replace(WEEKLY, overrides={SECOND: None}))
    ones = parts(("", first, first), ("1", without, without))
    said = told(*ones, whole=whole, occurrence=SECOND)["occurrence"]["sides"]
    assert said == {"exchange": "deleted", "google": "deleted"}


def test_of_singles_one_that_is_not_carried_or_not_any_more_is_never_told_as_another_one() -> None:
    alone = replace(WEEKLY, repeats=None)
    ones = parts((f"{FIRST:%Y-%m-%dT%H:%M:%SZ}", alone, alone))
    for event, at_home, there in (
        (WEEKLY, "as its series", "not there"),
        (replace(WEEKLY, overrides={SECOND: None}), "deleted", "deleted"),
    ):
        said = told(*ones, whole=item(Side.GOOGLE, event), occurrence=SECOND)["occurrence"]["sides"]
        assert said == {"exchange": there, "google": at_home}


def test_a_single_whose_occurrence_was_deleted_at_home_is_told_as_it_still_stands() -> None:
    without, alone = replace(WEEKLY, overrides={SECOND: None}), replace(WEEKLY, repeats=None, when=_after(9))
    ones = parts(("", without, without), (f"{SECOND:%Y-%m-%dT%H:%M:%SZ}", None, alone))
    said = told(*ones, whole=item(Side.GOOGLE, without), occurrence=SECOND)["occurrence"]["sides"]
    assert said == {"exchange": "a single event at 2026-12-10 09:00 UTC", "google": "deleted"}


def test_of_what_both_sides_had_before_the_words_of_losses_alone_are_told() -> None:
    (loss,) = told(One(link(home=Home.ADOPTED, losses=("guests",)), both(WEEKLY, WEEKLY)))["losses"]
    assert (loss["side"], loss["instead"], loss["occurrences"]) == ("", "", [])


def test_what_belongs_together_is_read_together() -> None:
    calendar = FakeCalendar(Side.GOOGLE, Clock())
    lunch = calendar.put(Event("Lunch", WHEN))
    links = {"l1": link(google=lunch), "l2": link("l2", google="gone"), "l3": Link("l3", "p1", Home.EXCHANGE)}
    found = read({Side.GOOGLE: calendar}, links)
    assert (found["l1"][Side.GOOGLE].id, found["l3"]) == (lunch, {})  # type: ignore[union-attr]
    assert isinstance(found["l2"][Side.GOOGLE], AbsentError)
    assert calendar.reads == 1


def _after(days: int) -> Timed:
    return Timed(FIRST + timedelta(days=days), FIRST + timedelta(days=days, hours=1), "UTC")
