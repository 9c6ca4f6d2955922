"""Series that cannot be, or cannot be read: set aside or declared, with a reason, and the rest is carried."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios.series_stage import FOUR, SIDES, SeriesStage, at, daily, weekly

# --- 14: what cannot be read


def test_an_exception_nobody_can_open_is_left_alone_and_told(stage: SeriesStage) -> None:
    """Story 14: it is no deletion; the rest is carried."""
    stage.series("exchange", weekly(4))
    stage.outlook("Lunch", hour=12)
    stage.settle()
    stage.ana.corrupt_occurrence(stage.item("Call").id, at(12, 10))
    stage.edit("exchange", "Call", at(19, 10), place="Roof")
    stage.ana.update(stage.item("Lunch").id, location="Canteen")
    stage.settle()
    seen = stage.google_agenda()
    assert "2026-11-12 10:00-11:00 Call" in seen
    assert "2026-11-19 10:00-11:00 Call @Roof" in seen
    assert "2026-11-05 12:00-13:00 Lunch @Canteen" in seen
    assert len(seen) == 5
    status = stage.status()
    assert status["parked_count"] + sum(status["losses"].values()) == 1


def test_a_series_with_an_exception_nobody_can_open_is_carried_on_a_first_sync(stage: SeriesStage) -> None:
    """Story 14."""
    stage.series("exchange", weekly(4))
    stage.ana.corrupt_occurrence(stage.item("Call").id, at(12, 10))
    stage.outlook("Lunch", hour=12)
    stage.settle()
    seen = stage.google_agenda()
    assert {FOUR[0], *FOUR[2:], "2026-11-05 12:00-13:00 Lunch"} <= set(seen)
    status = stage.status()
    assert status["parked_count"] + sum(status["losses"].values()) == 1


# --- what cannot be


@pytest.mark.parametrize("zone", SIDES)
def test_a_thousand_overrides_are_carried_or_told_with_the_rest_carried(tmp_path: Path, zone: str) -> None:
    stage = SeriesStage(tmp_path)
    stage.series(zone, daily(900), "Long", start=at(3, 6))
    for day in range(900):
        local = datetime(2026, 11, 3, 7, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(days=day)
        stage.edit(zone, "Long", local.astimezone(UTC), place=f"Room {day}")
    stage.outlook("Lunch")
    for _ in range(4):
        stage.tries()
        stage.later(minutes=20)
    stage.silent()
    assert "Lunch" in stage.google_titles()
    status = stage.status()
    if not status["parked"] and not status["losses"]:
        seen = stage.agenda(date(2026, 11, 1), date(2029, 11, 1))
        assert len(seen) == 901
