"""How far an event reaches, and how near it is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calpair.model.event import Event
from calpair.model.rule import Frequency, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from calpair.recurrence.reach import nearness, over

NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)
ONCE = Event("Call", Timed(NINE, NINE + HOUR, "Europe/Berlin"))
FOUR = replace(ONCE, repeats=Recurrence((Rule(Frequency.WEEKLY, count=4),)))
ENDLESS = replace(ONCE, repeats=Recurrence((Rule(Frequency.WEEKLY),)))


def test_an_event_is_over_at_its_end_and_a_series_at_the_end_of_its_last_occurrence() -> None:
    assert over(ONCE) == NINE + HOUR
    assert over(FOUR) == NINE + 3 * WEEK + HOUR
    assert over(ENDLESS) is None
    days = Event(
        "Fair", AllDay(date(2026, 11, 2), date(2026, 11, 3)), repeats=Recurrence((Rule(Frequency.DAILY, count=2),))
    )
    # The last hour of the 3rd passes at UTC-12.
    assert over(days) == datetime(2026, 11, 4, 12, tzinfo=UTC)


def test_an_occurrence_moved_beyond_the_last_one_counts() -> None:
    late = replace(ONCE, when=Timed(NINE + 9 * WEEK, NINE + 9 * WEEK + HOUR))
    assert over(replace(FOUR, overrides={NINE + WEEK: late, NINE: None})) == NINE + 9 * WEEK + HOUR


def test_a_series_without_an_occurrence_is_over_with_its_start() -> None:
    none = replace(ONCE, repeats=Recurrence((Rule(Frequency.WEEKLY, count=1),), except_dates=(NINE,)))
    assert over(none) == NINE + HOUR


def test_a_series_that_goes_on_is_near_and_others_are_as_far_as_they_are() -> None:
    assert nearness(ONCE, NINE + WEEK) == WEEK
    assert nearness(FOUR, NINE - WEEK) == WEEK
    assert nearness(FOUR, NINE + WEEK) == nearness(ENDLESS, NINE + 90 * WEEK) == timedelta(0)
    assert nearness(FOUR, NINE + 5 * WEEK + HOUR) == 2 * WEEK
    assert nearness(Event("Fair", AllDay(date(2026, 11, 2), date(2026, 11, 3))), NINE) == timedelta(hours=9)
