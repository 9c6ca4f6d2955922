"""What series cost: requests of a first sync with many overrides, of one change, and of nothing to do."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scenarios.series_stage import SIDES, VERSIONS, SeriesStage, at, exchange, other, weekly


def _asked(stage: SeriesStage) -> int:
    return sum(stage.requests())


def _with_fifty(stage: SeriesStage, home: str) -> None:
    """A weekly series of sixty, of which fifty differ."""
    stage.series(home, weekly(60))
    for week in range(1, 51):
        stage.edit(home, "Call", _original(week), place=f"Room {week}")


def _original(week: int) -> datetime:
    """The start of a Thursday's call, 11 o'clock in Berlin."""
    day = date(2026, 11, 5) + timedelta(weeks=week)
    summer = date(2027, 3, 28) <= day < date(2027, 10, 31)
    return datetime(day.year, day.month, day.day, 9 if summer else 10, tzinfo=UTC)


@pytest.mark.parametrize("home", SIDES)
def test_a_series_with_fifty_overrides_costs_twelve_requests(stage: SeriesStage, home: str) -> None:
    stage.settle()
    _with_fifty(stage, home)
    before = _asked(stage)
    stage.run()
    assert _asked(stage) - before <= 12
    stage.silent()
    seen = stage.agenda(date(2026, 11, 1), date(2028, 2, 1))
    assert seen[:2] == ["2026-11-05 10:00-11:00 Call", "2026-11-12 10:00-11:00 Call @Room 1"]
    assert seen[49:51] == ["2027-10-14 09:00-10:00 Call @Room 49", "2027-10-21 09:00-10:00 Call @Room 50"]
    assert len(seen) == 60


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
@pytest.mark.parametrize(("what", "most"), [("edited again", 6), ("moved", 6), ("edited", 7), ("cancelled", 8)])
def test_one_changed_override_costs_six_requests(tmp_path: Path, home: str, by: str, what: str, most: int) -> None:
    """An occurrence that had no override has an id nobody knows yet; DeleteItem looks at no version, so others do."""
    stage = SeriesStage(tmp_path)
    _with_fifty(stage, home)
    stage.settle()
    if what == "edited":
        stage.edit(by, "Call", _original(55), place="Roof")
    elif what == "edited again":
        stage.edit(by, "Call", _original(7), place="Roof")
    elif what == "moved":
        stage.move(by, "Call", _original(8), _original(8) + timedelta(hours=3))
    else:
        stage.cancel(by, "Call", _original(9))
    before = _asked(stage)
    stage.run()
    assert _asked(stage) - before <= most
    stage.silent()
    stage.agenda(date(2026, 11, 1), date(2028, 2, 1))


@pytest.mark.parametrize("by", SIDES)
def test_one_edit_of_a_whole_series_with_overrides_costs_eight_requests(tmp_path: Path, by: str) -> None:
    """How far an edit reaches into overrides is the server's to say: they are looked at once more."""
    stage = SeriesStage(tmp_path)
    _with_fifty(stage, other(by))
    stage.settle()
    stage.edit_all(by, "Call", free=True)
    before = _asked(stage)
    stage.run()
    assert _asked(stage) - before <= 8
    stage.silent()
    stage.agenda(date(2026, 11, 1), date(2028, 2, 1))


@pytest.mark.parametrize("version", VERSIONS)
def test_many_series_left_alone_cost_one_list_a_side(tmp_path: Path, version: str) -> None:
    """G2; `silent` counts."""
    stage = SeriesStage(tmp_path, exchange=exchange(version=version))
    for number in range(6):
        stage.series(SIDES[number % 2], weekly(None if number % 3 else 5), f"Call {number}", start=at(5, 8 + number))
    stage.settle()
    for _ in range(3):
        stage.later(minutes=10)
        stage.silent()


def test_a_series_in_many_items_left_alone_costs_one_list_a_side(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    for number, rule in enumerate(
        (
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=1,5",
            "RRULE:FREQ=YEARLY;BYYEARDAY=309,320;COUNT=9",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=5;BYDAY=TH",
        )
    ):
        stage.calendar.create(
            summary=f"Call {number}",
            recurrence=[rule],
            start={"dateTime": "2026-11-05T10:00:00Z", "timeZone": "UTC"},
            end={"dateTime": "2026-11-05T11:00:00Z", "timeZone": "UTC"},
        )
    stage.settle()
    for _ in range(3):
        stage.later(minutes=10)
        stage.silent()
