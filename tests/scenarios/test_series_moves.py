"""Occurrences moved about: deleted afterwards, onto a freed date, across their neighbours and back; series that shrink to nothing."""

from datetime import date, time
from pathlib import Path

import pytest

from scenarios.series_stage import (
    GROUNDS,
    SIDES,
    Pattern,
    Rule,
    SeriesStage,
    at,
    daily,
    other,
    weekly,
)

FOUR = [
    "2026-11-05 10:00-11:00 Call",
    "2026-11-12 10:00-11:00 Call",
    "2026-11-19 10:00-11:00 Call",
    "2026-11-26 10:00-11:00 Call",
]


@pytest.fixture(params=GROUNDS, ids=["friendly", "classic", "talkative", "old"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> SeriesStage:
    """A stage on servers of every temper."""
    return SeriesStage(tmp_path, **request.param)


# --- 28: moved, then deleted


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("mover", SIDES)
@pytest.mark.parametrize("deleter", SIDES)
def test_an_occurrence_moved_and_then_deleted_is_gone(stage: SeriesStage, home: str, mover: str, deleter: str) -> None:
    """Story 28: its key is the start it was to have."""
    stage.series(home, weekly(4))
    stage.settle()
    stage.move(mover, "Call", at(12, 10), at(13, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], "2026-11-13 10:00-11:00 Call", *FOUR[2:]]
    stage.cancel(deleter, "Call", at(12, 10))
    stage.settle()
    expected = [FOUR[0], *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_an_occurrence_moved_and_deleted_between_two_runs_is_gone(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.move(by, "Call", at(12, 10), at(13, 10))
    stage.cancel(by, "Call", at(12, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], *FOUR[2:]]


@pytest.mark.parametrize("home", SIDES)
def test_an_occurrence_deleted_on_google_and_taken_back_is_back(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.cancel("google", "Call", at(12, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], *FOUR[2:]]
    stage.calendar.restore_instance(stage.recurring("Call")["id"], at(12, 10))
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


# --- 29: onto a date that was freed


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "in step before"])
def test_an_occurrence_moved_onto_the_date_of_a_deleted_one_stands_there(
    stage: SeriesStage, home: str, by: str, at_once: bool
) -> None:
    """Story 29: daily, the 5th deleted, the 6th moved to the 5th."""
    stage.series(home, daily(6))
    by = home if at_once else by
    if not at_once:
        stage.settle()
    stage.cancel(by, "Call", at(5, 10))
    stage.move(by, "Call", at(6, 10), at(5, 12))
    stage.settle()
    expected = [
        "2026-11-03 10:00-11:00 Call",
        "2026-11-04 10:00-11:00 Call",
        "2026-11-05 12:00-13:00 Call",
        "2026-11-07 10:00-11:00 Call",
        "2026-11-08 10:00-11:00 Call",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_a_row_of_occurrences_each_moved_onto_the_date_of_the_one_before(stage: SeriesStage, home: str) -> None:
    """Story 29, on: the first is deleted and the rest move up, one after the other."""
    stage.series(home, daily(5))
    stage.settle()
    stage.cancel(home, "Call", at(3, 10))
    for day in (4, 5, 6, 7):
        stage.move(home, "Call", at(day, 10), at(day - 1, 14))
    stage.settle()
    expected = [
        "2026-11-03 14:00-15:00 Call",
        "2026-11-04 14:00-15:00 Call",
        "2026-11-05 14:00-15:00 Call",
        "2026-11-06 14:00-15:00 Call",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_a_row_of_occurrences_each_moved_onto_the_date_of_the_one_after(stage: SeriesStage, home: str) -> None:
    """Story 29, the other way: the last first."""
    stage.series(home, daily(5))
    stage.settle()
    for day in (7, 6, 5, 4, 3):
        stage.move(home, "Call", at(day, 10), at(day + 1, 14))
    stage.settle()
    expected = [f"2026-11-0{day} 14:00-15:00 Call" for day in (4, 5, 6, 7, 8)]
    assert stage.agenda() == expected
    stage.stays(expected)


# --- 30: across a neighbour, which Exchange does not have


@pytest.mark.parametrize("home", SIDES)
def test_an_occurrence_moved_across_its_neighbour_on_google_stands_beside_the_series_in_outlook(
    stage: SeriesStage, home: str
) -> None:
    """Story 30: the 5th after the 12th; moved back, it is of the series again."""
    stage.series(home, weekly(4))
    stage.settle()
    stage.move("google", "Call", at(5, 10), at(13, 9))
    stage.settle()
    expected = [FOUR[1], "2026-11-13 09:00-10:00 Call", *FOUR[2:]]
    assert stage.agenda() == expected
    assert len(stage.ana.items()) == 2
    assert stage.status()["parked"] == []
    stage.stays(expected)
    stage.move("google", "Call", at(5, 10), at(6, 9))
    stage.settle()
    expected = ["2026-11-06 09:00-10:00 Call", *FOUR[1:]]
    assert stage.agenda() == expected
    assert len(stage.ana.items()) == 1
    stage.stays(expected)
    stage.move("google", "Call", at(5, 10), at(5, 10))
    stage.settle()
    assert stage.agenda() == FOUR


@pytest.mark.parametrize("home", SIDES)
def test_an_occurrence_moved_to_the_day_of_its_neighbour_stands_beside_it(stage: SeriesStage, home: str) -> None:
    """Story 30: two of one series on a day are more than Exchange has."""
    stage.series(home, weekly(4))
    stage.settle()
    stage.move("google", "Call", at(5, 10), at(12, 15))
    stage.settle()
    expected = [FOUR[1], "2026-11-12 15:00-16:00 Call", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_what_stands_beside_the_series_in_outlook_is_the_occurrence_on_google(stage: SeriesStage, home: str) -> None:
    """Story 30: edited, moved and deleted there, it is the occurrence that is."""
    stage.series(home, weekly(4))
    stage.settle()
    stage.edit("google", "Call", at(5, 10), title="Late call")
    stage.move("google", "Call", at(5, 10), at(13, 9))
    stage.settle()
    beside = stage.item("Late call").id
    stage.ana.update(beside, location="Attic", start=at(14, 9), end=at(14, 11))
    stage.settle()
    expected = [FOUR[1], "2026-11-14 09:00-11:00 Late call @Attic", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)
    # Of the series on Google all the while.
    assert stage.calendar.instance(stage.recurring("Call")["id"], at(5, 10))["location"] == "Attic"
    stage.ana.delete(stage.item("Late call").id)
    stage.settle()
    assert stage.agenda() == FOUR[1:]
    stage.stays(FOUR[1:])


@pytest.mark.parametrize("home", SIDES)
def test_what_stands_beside_its_series_goes_with_it(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.move("google", "Call", at(5, 10), at(13, 9))
    stage.settle()
    stage.delete_all("google", "Call")
    stage.settle()
    assert stage.agenda() == []
    stage.stays([])


def test_an_occurrence_moved_across_its_neighbour_on_google_alone_is_put_back_in_a_one_way_pair(
    tmp_path: Path,
) -> None:
    stage = SeriesStage(tmp_path, pair={"direction": "exchange_to_google"})
    stage.series("exchange", weekly(4))
    stage.settle()
    stage.move("google", "Call", at(5, 10), at(13, 9))
    stage.cancel("google", "Call", at(19, 10))
    stage.edit("google", "Call", at(26, 10), place="Elsewhere")
    stage.settle()
    assert stage.agenda() == FOUR
    assert sum(call.changed for call in stage.exchange.record.calls) == 0
    stage.stays(FOUR)


def test_a_long_occurrence_that_reaches_its_neighbour_stands_beside_it(stage: SeriesStage) -> None:
    """Story 30: occurrences of one series do not overlap in Exchange."""
    stage.series("google", daily(4))
    stage.settle()
    stage.move("google", "Call", at(4, 10), at(4, 10), at(5, 12))
    stage.settle()
    expected = [
        "2026-11-03 10:00-11:00 Call",
        "2026-11-04 10:00-11-05 12:00 Call",
        "2026-11-05 10:00-11:00 Call",
        "2026-11-06 10:00-11:00 Call",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


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


# --- 63


@pytest.mark.parametrize("home", SIDES)
def test_the_sequence_of_an_occurrence_never_falls(tmp_path: Path, home: str) -> None:
    """Story 63: neither of the series nor of what differs in it, however often it is moved on either side."""
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(4))
    stage.settle()
    series_id = stage.recurring("Call")["id"]
    before = [0, 0]
    for turn, by in enumerate([*SIDES, *SIDES]):
        stage.move(by, "Call", at(12, 10), at(13, 8 + turn))
        stage.edit_all(other(by), "Call", place=f"Room {turn}")
        stage.settle()
        there = [
            stage.recurring("Call").get("sequence", 0),
            stage.calendar.instance(series_id, at(12, 10)).get("sequence", 0),
        ]
        assert [max(pair) for pair in zip(before, there, strict=True)] == there
        before = there
