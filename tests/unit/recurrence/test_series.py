"""A series' occurrences, by their original start."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from calpair.model.event import Event
from calpair.model.rule import Frequency, Recurrence, Rule, original_text, read_original
from calpair.model.when import AllDay, Timed
from calpair.recurrence import series

NINE = datetime(2026, 11, 30, 9, tzinfo=UTC)
WEEKLY = Recurrence((Rule(Frequency.WEEKLY),))
STANDUP = Event("Stand-up", Timed(NINE, NINE + timedelta(minutes=15), "Europe/Berlin"), repeats=WEEKLY)
FAIR = Event("Fair", AllDay(date(2026, 11, 30), date(2026, 12, 2)), repeats=WEEKLY)


def test_an_occurrence_is_the_series_at_another_time_and_does_not_repeat() -> None:
    week = timedelta(weeks=1)
    expected = Event("Stand-up", Timed(NINE + week, NINE + week + timedelta(minutes=15), "Europe/Berlin"))
    assert series.occurrence(STANDUP, NINE + week) == expected


def test_an_occurrence_of_whole_days_lasts_as_many() -> None:
    assert series.occurrence(FAIR, date(2026, 12, 7)).when == AllDay(date(2026, 12, 7), date(2026, 12, 9))


def test_an_override_says_what_it_says_and_a_cancelled_occurrence_is_none() -> None:
    moved = replace(series.occurrence(STANDUP, NINE), title="Short one")
    event = replace(STANDUP, overrides={NINE: moved, NINE + timedelta(weeks=1): None})
    assert series.effective(event, NINE) == moved
    assert series.effective(event, NINE + timedelta(weeks=1)) is None
    assert series.effective(event, NINE + timedelta(weeks=2)) == series.occurrence(STANDUP, NINE + timedelta(weeks=2))


def test_an_original_start_of_the_other_kind_is_read_in_utc() -> None:
    assert series.at(FAIR.when, NINE) == AllDay(date(2026, 11, 30), date(2026, 12, 2))
    midnight = datetime(2026, 12, 7, tzinfo=UTC)
    assert series.at(STANDUP.when, date(2026, 12, 7)) == Timed(
        midnight, midnight + timedelta(minutes=15), "Europe/Berlin"
    )


def test_original_starts_are_written_and_read() -> None:
    assert original_text(NINE) == "2026-11-30T09:00:00Z"
    assert original_text(date(2026, 11, 30)) == "2026-11-30"
    assert read_original("2026-11-30T09:00:00Z") == NINE
    assert read_original("2026-11-30") == date(2026, 11, 30)
