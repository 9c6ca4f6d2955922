"""How far back series are carried: one that had ended before the history begins is left, one that runs comes whole."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from scenarios.series_stage import SIDES, Pattern, Rule, SeriesStage, daily, summer, weekly, winter
from scenarios.stage import span

LONG_AGO, AUTUMN, AHEAD, THEN = date(2020, 1, 1), date(2026, 9, 1), date(2026, 11, 1), date(2026, 12, 1)


@pytest.mark.parametrize("home", SIDES)
def test_a_series_whose_last_occurrence_ended_too_early_is_left_and_the_edge_is_exact(
    stage: SeriesStage, home: str
) -> None:
    """Story 12: thirty days before the 2nd of November, 8 o'clock, is the 3rd of October, 8 o'clock."""
    for title, start in (("Early", time(6, 59)), ("In time", time(7, 1))):
        first = date(2026, 9, 30)
        stage.series(home, daily(4, first), title, start=datetime.combine(first, start, UTC))
    stage.settle()
    expected = [f"{day} 07:01-08:01 In time" for day in ("2026-09-30", "2026-10-01", "2026-10-02", "2026-10-03")]
    seen = stage.google_agenda if home == "exchange" else stage.exchange_agenda
    assert seen(AUTUMN, AHEAD) == expected
    assert stage.status()["left"] == {"history": 1}
    # What was left is left, whatever is done to its past.
    with stage.unchanged():
        stage.edit_all(home, "Early", place="Roof")
        stage.run()
        stage.silent()


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("number", [None, 400])
def test_a_series_that_began_years_ago_and_runs_is_carried_whole(
    stage: SeriesStage, home: str, number: int | None
) -> None:
    """Its exceptions of long ago too: it is one event."""
    stage.series(home, weekly(number, date(2020, 1, 2)))
    stage.edit(home, "Call", datetime(2020, 1, 9, 10, tzinfo=UTC), place="Old room")
    stage.cancel(home, "Call", datetime(2020, 1, 16, 10, tzinfo=UTC))
    stage.settle()
    assert stage.agenda(LONG_AGO, date(2020, 1, 24)) == [
        "2020-01-02 10:00-11:00 Call",
        "2020-01-09 10:00-11:00 Call @Old room",
        "2020-01-23 10:00-11:00 Call",
    ]
    assert stage.agenda(AHEAD, date(2026, 11, 13)) == winter("2026-11-05", "2026-11-12")
    assert len(stage.ana.items()) == len([one for one in stage.calendar.events() if "recurringEventId" not in one]) == 1


@pytest.mark.parametrize("home", SIDES)
def test_a_series_of_long_ago_whose_last_occurrence_was_moved_into_the_present_is_carried(
    stage: SeriesStage, home: str
) -> None:
    stage.series(home, weekly(3, date(2026, 9, 3)), start=datetime(2026, 9, 3, 9, tzinfo=UTC))
    last = datetime(2026, 9, 17, 9, tzinfo=UTC)
    stage.move(home, "Call", last, datetime(2026, 11, 10, 10, tzinfo=UTC))
    stage.settle()
    assert stage.agenda(AUTUMN, THEN) == [*summer("2026-09-03", "2026-09-10"), *winter("2026-11-10")]
    assert stage.status()["left"] == {}


@pytest.mark.parametrize("home", SIDES)
def test_a_series_that_was_left_is_carried_when_it_goes_on(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(3, date(2026, 9, 3)), start=datetime(2026, 9, 3, 9, tzinfo=UTC))
    stage.settle()
    assert stage.status()["left"] == {"history": 1}
    stage.repeat(home, "Call", weekly(10, date(2026, 9, 3)))
    stage.settle()
    assert stage.agenda(AHEAD, THEN) == winter("2026-11-05")
    assert len(stage.agenda(AUTUMN, THEN)) == 10
    assert stage.status()["left"] == {}


@pytest.mark.parametrize("home", SIDES)
def test_a_longer_history_brings_a_series_and_a_shorter_one_takes_none(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path, pair={"history_days": 0})
    stage.series(home, weekly(3, date(2026, 9, 3)), start=datetime(2026, 9, 3, 9, tzinfo=UTC))
    stage.settle()
    assert stage.status()["left"] == {"history": 1}
    stage.set(history_days=100)
    stage.settle()
    expected = summer("2026-09-03", "2026-09-10", "2026-09-17")
    assert stage.agenda(AUTUMN, AHEAD) == expected
    stage.set(history_days=0)
    with stage.unchanged():
        stage.run()
        stage.silent()
    stage.edit(home, "Call", datetime(2026, 9, 10, 9, tzinfo=UTC), place="Roof")
    stage.settle()
    assert stage.agenda(AUTUMN, AHEAD) == [expected[0], f"{expected[1]} @Roof", expected[2]]


@pytest.mark.parametrize("home", SIDES)
def test_a_series_that_ends_while_it_is_carried_is_never_taken_off(stage: SeriesStage, home: str) -> None:
    """Nothing ever slides out."""
    stage.series(home, weekly(2, date(2026, 10, 29)), start=datetime(2026, 10, 29, 10, tzinfo=UTC))
    stage.settle()
    stage.later(days=200)
    with stage.unchanged():
        stage.run()
        stage.silent()
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.silent()
    assert stage.agenda(AUTUMN, THEN) == winter("2026-10-29", "2026-11-05")


def test_a_series_that_stands_singly_and_began_years_ago_has_its_days_of_the_history_and_on(
    stage: SeriesStage,
) -> None:
    """Story 32: not hundreds of the past."""
    start = datetime(2016, 11, 3, 10, tzinfo=UTC)
    rule = "RRULE:FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2"
    stage.web("Call", recurrence=[rule], **span(start, start.replace(hour=11)))
    stage.settle()
    assert stage.exchange_agenda(date(2016, 1, 1), date(2027, 1, 1)) == [
        *summer("2026-10-06"),
        *winter("2026-11-05", "2026-12-03"),
    ]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("home", SIDES)
def test_a_series_of_whole_days_is_over_when_it_is_over_everywhere(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path)
    rule = Rule(Pattern("Daily", date(2026, 9, 29), number=2), ("RRULE:FREQ=DAILY;COUNT=2",))
    stage.whole_days(home, rule, "Early")
    rule = Rule(Pattern("Daily", date(2026, 10, 2), number=2), ("RRULE:FREQ=DAILY;COUNT=2",))
    stage.whole_days(home, rule, "In time")
    stage.settle()
    seen = stage.google_agenda if home == "exchange" else stage.exchange_agenda
    assert seen(AUTUMN, AHEAD) == ["2026-10-02 In time", "2026-10-03 In time"]
    assert stage.status()["left"] == {"history": 1}
