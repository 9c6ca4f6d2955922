"""When events start, read live: from whichever side still has them, and spelled in their own zone."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from calpair.care.starts import MOST, starts, told
from calpair.errors import BackOffError
from calpair.model.event import Event, Kind
from calpair.model.rule import Frequency, Recurrence, Rule
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence.series import occurrence
from unit.sync.fakes import Clock, FakeCalendar

TEN = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
LUNCH = Timed(TEN, TEN.replace(hour=10), "Europe/Berlin")
HOLIDAY = AllDay(date(2026, 12, 24), date(2026, 12, 27))


@pytest.fixture
def sides() -> Mapping[Side, FakeCalendar]:
    clock = Clock()
    return {side: FakeCalendar(side, clock) for side in Side}


def test_each_event_is_read_on_one_side_that_has_it(sides: Mapping[Side, FakeCalendar]) -> None:
    lunch = sides[Side.EXCHANGE].put(Event("Lunch", LUNCH))
    holiday = sides[Side.GOOGLE].put(Event("Holiday", HOLIDAY))
    places = {
        "l1": {Side.EXCHANGE: lunch},
        "l2": {Side.EXCHANGE: "gone", Side.GOOGLE: holiday},
        "l3": {Side.GOOGLE: "gone"},
        "l4": {},
    }
    assert starts(sides, places) == {"l1": LUNCH, "l2": HOLIDAY}
    assert [calendar.reads for calendar in sides.values()] == [1, 1]


def test_an_item_without_an_event_tells_when_it_first_happens(sides: Mapping[Side, FakeCalendar]) -> None:
    google = sides[Side.GOOGLE]
    weekly = google.put(Event("Weekly", LUNCH))
    google.items[weekly] = replace(google.items[weekly], event=None, kind=Kind.SERIES, starts=HOLIDAY)
    assert starts(sides, {"l1": {Side.GOOGLE: weekly}}) == {"l1": HOLIDAY}
    google.items[weekly] = replace(google.items[weekly], starts=None)
    assert starts(sides, {"l1": {Side.GOOGLE: weekly}}) == {}


def test_an_occurrence_that_stands_alone_elsewhere_is_told_by_itself(sides: Mapping[Side, FakeCalendar]) -> None:
    daily = Event("Daily", LUNCH, repeats=Recurrence((Rule(Frequency.DAILY),)))
    second, third = (at.when for at in (occurrence(daily, TEN.replace(day=day)) for day in (6, 7)))
    series = sides[Side.EXCHANGE].put(replace(daily, overrides={TEN.replace(day=8): None}))
    assert starts(
        sides,
        {
            "second": {Side.EXCHANGE: f"{series}#2026-11-06T09:00:00Z"},
            "third": {Side.EXCHANGE: f"{series}#2026-11-07T09:00:00Z"},
            "cancelled": {Side.EXCHANGE: f"{series}#2026-11-08T09:00:00Z"},
            "segment": {Side.EXCHANGE: f"{series}#1"},
            "gone": {Side.EXCHANGE: "e9#2026-11-06T09:00:00Z"},
        },
    ) == {"second": second, "third": third, "segment": LUNCH}


def test_of_many_events_a_hundred_are_looked_up(sides: Mapping[Side, FakeCalendar]) -> None:
    places = {f"l{number}": {Side.GOOGLE: sides[Side.GOOGLE].put(Event("Lunch", LUNCH))} for number in range(MOST + 1)}
    assert len(starts(sides, places)) == MOST


def test_a_side_that_is_down_is_the_callers_to_know(sides: Mapping[Side, FakeCalendar]) -> None:
    sides[Side.GOOGLE].down = BackOffError("backendError")
    with pytest.raises(BackOffError):
        starts(sides, {"l1": {Side.GOOGLE: "g1"}})


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (LUNCH, "2026-11-05 10:00 Europe/Berlin"),
        (Timed(TEN, TEN), "2026-11-05 09:00 UTC"),
        (Timed(TEN, TEN, "Nowhere/At all"), "2026-11-05 09:00 UTC"),
        (Timed(TEN, TEN, "../etc"), "2026-11-05 09:00 UTC"),
        (HOLIDAY, "2026-12-24"),
        (None, ""),
    ],
)
def test_a_start_is_told_in_the_events_own_zone(when: When | None, text: str) -> None:
    assert told(when) == text
