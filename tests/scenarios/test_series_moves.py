"""Occurrences moved about: deleted afterwards, onto a freed date, across their neighbours and back."""

from pathlib import Path

import pytest

from scenarios.series_stage import FOUR, SIDES, SeriesStage, at, daily, other, weekly

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
