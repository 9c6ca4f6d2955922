"""Why an event is found by a start: what of it happens then, was moved or deleted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from calpair.care.hits import hits, meant
from calpair.care.sought import start
from calpair.model.event import Event, Item, Kind
from calpair.model.rule import Original
from calpair.model.side import Home, Side
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence.series import at
from calpair.recurrence.text import parse

# Nine in the morning in Berlin, where it is summer until 25 October.
WHEN = Timed(datetime(2026, 9, 7, 7, tzinfo=UTC), datetime(2026, 9, 7, 8, tzinfo=UTC), "Europe/Berlin")
WEEKS = {number: datetime(2026, 9, 7 + 7 * number, 7, tzinfo=UTC) for number in range(4)}


def item(event: Event | None, side: Side = Side.GOOGLE, starts: When | None = None) -> Item:
    kind = Kind.SERIES if event and event.repeats else Kind.SINGLE
    return Item(side, "i1", "v1", "u1", WHEN.start, WHEN.start, event, kind, starts=starts)


def weekly(**overrides: Event | None) -> Event:
    event = Event("Call", WHEN, repeats=parse(["RRULE:FREQ=WEEKLY;COUNT=4"], WHEN))
    return replace(event, overrides={WEEKS[int(week[-1])]: said for week, said in overrides.items()})


def moved(week: int, by: timedelta) -> Event:
    when = at(WHEN, WEEKS[week])
    assert isinstance(when, Timed)
    return Event("Call", Timed(when.start + by, when.end + by, when.zone))


def found(event: Event | None, text: str, starts: When | None = None) -> tuple[str, ...]:
    moment = start(text)
    assert moment is not None
    return hits({Side.GOOGLE: item(event, starts=starts)}, Home.GOOGLE, moment)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-09-07", ["starts then"]),
        ("2026-09-07T09:00", ["starts then"]),
        ("2026-09-07T07:00Z", ["starts then"]),
        ("2026-09-14", ["has an occurrence then"]),
        ("2026-09-21T09:00", ["an occurrence was moved from there to 2026-09-21 11:00 Europe/Berlin"]),
        ("2026-09-21T11:00", ["an occurrence was moved there from 2026-09-21 09:00 Europe/Berlin"]),
        ("2026-09-28", ["an occurrence then was deleted"]),
        ("2026-09-14T07:00", []),
        ("2026-09-08", []),
        ("2026-10-05", []),
    ],
)
def test_a_series_is_found_by_what_happens_or_was_to_happen_then(text: str, words: list[str]) -> None:
    assert found(weekly(w2=moved(2, timedelta(hours=2)), w3=None), text) == tuple(words)


def test_an_occurrence_that_was_changed_and_not_moved_is_one() -> None:
    assert found(weekly(w1=replace(moved(1, timedelta(0)), title="Other")), "2026-09-14") == ("has an occurrence then",)


@pytest.mark.parametrize(("text", "so"), [("2026-12-24", True), ("2026-12-25", False), ("2026-12-24T00:00", False)])
def test_a_whole_day_is_found_by_its_first_date(text: str, so: bool) -> None:
    event = Event("Holiday", AllDay(date(2026, 12, 24), date(2026, 12, 27)))
    assert found(event, text) == (("starts then",) if so else ())


def test_what_cannot_be_read_is_found_by_the_start_that_could() -> None:
    assert found(None, "2026-09-07T09:00", starts=WHEN) == ("starts then",)
    assert found(None, "2026-09-07T09:00") == ()


@pytest.mark.parametrize(
    ("sides", "home", "words"),
    [
        # As a copy of a series that Exchange has with more dates, of which this was never one.
        ({Side.GOOGLE: weekly(), Side.EXCHANGE: weekly()}, Home.GOOGLE, ["has an occurrence then"]),
        ({Side.EXCHANGE: weekly(w1=None)}, Home.GOOGLE, []),
        ({Side.EXCHANGE: weekly(w1=None)}, Home.EXCHANGE, ["an occurrence then was deleted"]),
        ({Side.EXCHANGE: weekly(w1=None)}, Home.ADOPTED, ["an occurrence then was deleted"]),
        (
            {Side.EXCHANGE: weekly(), Side.GOOGLE: weekly(w1=moved(1, timedelta(hours=1)))},
            Home.GOOGLE,
            [
                "has an occurrence then, on Exchange",
                "an occurrence was moved from there to 2026-09-14 10:00 Europe/Berlin, on Google",
                "an occurrence was moved there from 2026-09-14 09:00 Europe/Berlin, on Google",
            ],
        ),
    ],
)
def test_what_one_side_alone_says_is_told_with_its_name(
    sides: Mapping[Side, Event], home: Home, words: list[str]
) -> None:
    monday: Original = date(2026, 9, 14)
    assert hits({side: item(event, side) for side, event in sides.items()}, home, monday) == tuple(words)


TWICE = replace(weekly(), repeats=parse(["RRULE:FREQ=WEEKLY;INTERVAL=2;COUNT=2"], WHEN))
"""Every other week, of which Exchange may have every week with some deleted."""


def both(google: Event, exchange: Event) -> Mapping[Side, Item]:
    return {Side.GOOGLE: item(google), Side.EXCHANGE: item(exchange, Side.EXCHANGE)}


def test_a_date_that_a_copy_alone_has_and_has_deleted_is_told_as_one_that_its_series_does_not_give() -> None:
    said = ("deleted on Exchange, since its series gives no such date",)
    assert hits(both(TWICE, weekly(w1=None)), Home.GOOGLE, date(2026, 9, 14)) == said


def test_what_was_deleted_on_a_copy_alone_is_told_where_its_series_gives_it() -> None:
    assert hits(both(weekly(), weekly(w1=None)), Home.GOOGLE, date(2026, 9, 14)) == (
        "has an occurrence then, on Google",
        "an occurrence then was deleted, on Exchange",
    )


@pytest.mark.parametrize(
    ("items", "text", "week"),
    [
        (both(weekly(), weekly()), "2026-09-14", 1),
        (both(weekly(w1=None), weekly(w1=None)), "2026-09-14", 1),
        (both(TWICE, weekly(w1=None)), "2026-09-14", 1),
        (both(weekly(w1=moved(1, timedelta(days=1))), weekly()), "2026-09-15", 1),
        (both(weekly(), weekly()), "2026-09-15", None),
        # One was moved to where another one is.
        (both(weekly(w1=moved(1, timedelta(days=7))), weekly()), "2026-09-21", None),
        (both(Event("Call", WHEN), Event("Call", WHEN)), "2026-09-07", None),
    ],
)
def test_a_start_means_an_occurrence_where_it_is_of_one_alone(
    items: Mapping[Side, Item], text: str, week: int | None
) -> None:
    moment = start(text)
    assert moment is not None
    assert meant(items, Home.GOOGLE, moment) == (None if week is None else WEEKS[week])
