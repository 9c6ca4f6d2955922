"""Stories 35 and 44: series that shrink to nothing; single, series and single again; hours, days and hours again."""

from datetime import date, time

import pytest

from scenarios.series_stage import FOUR, SIDES, Pattern, Rule, SeriesStage, at, other, weekly

# --- 35: down to nothing


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_series_emptied_one_by_one_is_empty_on_both_sides(stage: SeriesStage, home: str, by: str) -> None:
    """Story 35: Exchange has no series without an occurrence, Google has; nobody sees a difference."""
    stage.series(home, weekly(4))
    stage.settle()
    for place, day in enumerate((5, 12, 19), start=1):
        stage.cancel(by, "Call", at(day, 10))
        stage.settle()
        assert stage.agenda() == FOUR[place:]
    if by == "exchange":
        stage.delete_all("exchange")  # Outlook lets nobody delete the last occurrence but with its series.
    else:
        stage.cancel("google", "Call", at(26, 10))
    stage.settle()
    assert stage.agenda() == []
    stage.stays([])


@pytest.mark.parametrize("home", SIDES)
def test_a_series_emptied_at_once_on_google_is_empty_in_outlook_and_comes_back(stage: SeriesStage, home: str) -> None:
    """Story 35."""
    stage.series(home, weekly(4))
    stage.settle()
    series_id = stage.recurring("Call")["id"]
    for day in (5, 12, 19, 26):
        stage.cancel("google", "Call", at(day, 10))
    stage.settle()
    assert stage.agenda() == []
    stage.stays([])
    stage.calendar.restore_instance(series_id, at(19, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[2]]


def test_a_series_without_an_occurrence_left_is_no_obstacle_to_a_first_sync(stage: SeriesStage) -> None:
    """Story 35: Google's empty series is nothing to see, and is not said to fail."""
    stage.series("google", weekly(2))
    stage.cancel("google", "Call", at(5, 10))
    stage.cancel("google", "Call", at(12, 10))
    stage.web("Lunch")
    stage.settle()
    assert stage.agenda() == ["2026-11-05 10:00-11:00 Lunch"]
    stage.stays(["2026-11-05 10:00-11:00 Lunch"])


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_series_cut_short_and_made_longer_again(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.settle()
    stage.repeat(by, "Call", weekly(1))
    stage.settle()
    assert stage.agenda()[0] == FOUR[0]
    assert _keeps(stage) or stage.agenda() == [FOUR[0]]
    stage.repeat(by, "Call", weekly(5))
    stage.settle()
    if not _keeps(stage):
        assert stage.agenda() == [*FOUR, "2026-12-03 10:00-11:00 Call"]
    stage.stays(stage.agenda())


# --- 44: single, series, single; hours, days, hours


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_single_event_becomes_a_series_and_a_single_event_again(stage: SeriesStage, home: str, by: str) -> None:
    """Story 44, with an override on the way."""
    if home == "exchange":
        stage.outlook("Call")
    else:
        stage.web("Call")
    stage.settle()
    for _ in range(2):
        if by == "exchange":
            stage.ana.make_series(stage.item("Call").id, weekly(4).pattern)
        else:
            stage.calendar.change_rule(stage.recurring("Call")["id"], *weekly(4).lines)
        stage.settle()
        assert stage.agenda() == FOUR
        stage.edit(by, "Call", at(12, 10), place="Roof")
        stage.cancel(by, "Call", at(19, 10))
        stage.settle()
        assert stage.agenda() == [FOUR[0], "2026-11-12 10:00-11:00 Call @Roof", FOUR[3]]
        if by == "exchange":
            stage.ana.make_single(stage.item("Call").id)
        else:
            stage.calendar.change_rule(stage.recurring("Call")["id"])
        stage.settle()
        assert stage.agenda() == FOUR[:1]
        stage.stays(FOUR[:1])
    assert len(stage.ana.items()) == 1


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_series_becomes_one_of_whole_days_and_of_hours_again(stage: SeriesStage, home: str, by: str) -> None:
    """Story 44: both ends together; what differed is gone with the times it had, as the server has it."""
    stage.series(home, weekly(4))
    stage.settle()
    for _ in range(2):
        if by == "exchange":
            stage.ana.make_all_day(stage.item("Call").id)
        else:
            stage.calendar.move_series(stage.recurring("Call")["id"], start=date(2026, 11, 5), end=date(2026, 11, 6))
        stage.settle()
        days = ["2026-11-05 Call", "2026-11-12 Call", "2026-11-19 Call", "2026-11-26 Call"]
        assert stage.agenda() == days
        stage.cancel(by, "Call", date(2026, 11, 12))
        stage.move(other(by), "Call", date(2026, 11, 19), date(2026, 11, 20))
        stage.settle()
        assert stage.agenda() == ["2026-11-05 Call", "2026-11-20 Call", "2026-11-26 Call"]
        if by == "exchange":
            stage.ana.make_timed(stage.item("Call").id, time(11))
        else:
            stage.calendar.move_series(stage.recurring("Call")["id"], start=at(5, 10), end=at(5, 11))
        stage.settle()
        seen = stage.agenda()
        assert seen[0] == FOUR[0]
        if not _keeps(stage):
            assert seen == FOUR
        stage.stays(seen)
        if _keeps(stage):
            break
        stage.later(hours=2)


def _keeps(stage: SeriesStage) -> bool:
    return stage.google._ground.switches.exceptions_on_master_change == "keep"


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_one_occurrence_becomes_a_whole_day_and_hours_again(stage: SeriesStage, home: str, by: str) -> None:
    """Story 44: its key stays what it was."""
    stage.series(home, weekly(4))
    stage.settle()
    for _ in range(2):
        if by == "exchange":
            stage.ana.make_all_day(stage.ana.occurrence_id(stage.item("Call").id, at(12, 10)))
        else:
            stage.move("google", "Call", at(12, 10), date(2026, 11, 12), date(2026, 11, 13))
        stage.settle()
        expected = [FOUR[0], "2026-11-12 Call", *FOUR[2:]]
        assert stage.agenda() == expected
        stage.stays(expected)
        if by == "exchange":
            stage.ana.make_timed(stage.ana.occurrence_id(stage.item("Call").id, at(12, 10)), time(13))
        else:
            stage.move("google", "Call", at(12, 10), at(12, 12))
        stage.settle()
        expected = [FOUR[0], "2026-11-12 12:00-13:00 Call", *FOUR[2:]]
        assert stage.agenda() == expected
        stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_a_series_of_whole_days_stands_on_both_sides(stage: SeriesStage, home: str) -> None:
    stage.whole_days(home, weekly(3))
    stage.whole_days(
        home,
        Rule(Pattern("Daily", date(2026, 11, 10), interval=5, number=2), ("RRULE:FREQ=DAILY;INTERVAL=5;COUNT=2",)),
        "Trip",
        days=2,
    )
    stage.cancel(home, "Fair", date(2026, 11, 12))
    stage.settle()
    expected = [
        "2026-11-05 Fair",
        "2026-11-10 to 2026-11-11 Trip",
        "2026-11-15 to 2026-11-16 Trip",
        "2026-11-19 Fair",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)
    stage.move(other(home), "Fair", date(2026, 11, 19), date(2026, 11, 21))
    stage.settle()
    expected[3] = "2026-11-21 Fair"
    assert stage.agenda() == expected
    stage.stays(expected)
