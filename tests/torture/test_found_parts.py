"""What the crash loops and walks of series found later: parts, what stands apart, and series that are made again."""

from pathlib import Path

import pytest

from scenarios.stage import Stage, at
from torture.test_found_series import shown
from torture.whole_series import each, instance, occurrence, part, series, web_moved, web_weekly, weekly


def test_a_part_half_withdrawn_stays_deleted_although_what_is_left_of_it_says_something_else(tmp_path: Path) -> None:
    """What most of its occurrences say is said of a part: of the one that is left, what it alone said before."""
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=4")
    instance(stage, "one", 6, 8, summary="special")
    stage.settle()
    stage.ana.delete(part(stage, "one", at(5, 8)))
    stage.fault("google", "crash_before", "events.patch", nth=2)
    assert stage.crash()
    stage.calm()
    assert shown(stage) == each("one", "11-05 11-06", "14:00-15:00")


def test_a_part_half_withdrawn_comes_back_if_its_series_was_edited_meanwhile(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=4")
    instance(stage, "one", 6, 8, summary="special")
    stage.settle()
    stage.ana.delete(part(stage, "one", at(5, 8)))
    stage.fault("google", "crash_before", "events.patch", nth=2)
    assert stage.crash()
    stage.calm()
    stage.calendar.update(series(stage, "one"), location="elsewhere")
    assert shown(stage) == ["one: 11-05 14:00-15:00", "one: 11-06 14:00-15:00", "special: 11-06 08:00-09:00"]


@pytest.mark.parametrize("kind", ["lost_reply", "timeout_before", "late_effect"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_title_given_to_a_part_reaches_every_occurrence_of_it_although_one_got_no_answer(
    tmp_path: Path, kind: str, nth: int
) -> None:
    """What it said before is no edit of the one that was not reached, whatever the part is taken to say by then."""
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=6")
    stage.settle()
    stage.ana.update(part(stage, "one", at(5, 8)), subject="early")
    stage.fault("google", kind, "events.patch", nth=nth, seconds=400)
    stage.tries()
    stage.calm()
    stage.later(minutes=5)
    whole = [*each("early", "11-05 11-06 11-07", "08:00-09:00"), *each("one", "11-05 11-06 11-07", "14:00-15:00")]
    assert shown(stage) == sorted(whole)
    stage.later(minutes=5)
    assert shown(stage) == sorted(whole)


@pytest.mark.parametrize("title", ["one", "two"])
def test_one_that_stood_apart_comes_home_when_its_neighbour_is_cancelled_in_outlook(tmp_path: Path, title: str) -> None:
    stage = Stage(tmp_path)
    weekly(stage, "one", 4, 10, 4)
    stage.settle()
    web_moved(stage, "one", 18, 10, at(28, 10))
    stage.settle()
    made = next(item.id for item in stage.ana.items() if item.recurrence)
    stage.ana.update(made, subject=title)
    stage.ana.cancel_occurrence(made, at(25, 10))
    assert shown(stage) == each(title, "11-04 11-11 11-28", "10:00-11:00")
    assert stage.status()["losses"] == {}
    instance(stage, title, 18, 10, summary="apart")
    assert shown(stage) == sorted([*each(title, "11-04 11-11", "10:00-11:00"), "apart: 11-28 10:00-11:00"])
    # It is one of the series again.
    assert [item.subject for item in stage.ana.items()] == [title]


@pytest.mark.parametrize("side", ["exchange", "google"])
@pytest.mark.parametrize("nth", range(1, 11))
def test_one_that_comes_home_beside_a_cancelled_neighbour_is_there_whenever_the_process_dies(
    tmp_path: Path, side: str, nth: int
) -> None:
    stage = Stage(tmp_path)
    weekly(stage, "one", 4, 10, 4)
    stage.settle()
    web_moved(stage, "one", 18, 10, at(28, 10))
    stage.settle()
    made = next(item.id for item in stage.ana.items() if item.recurrence)
    stage.ana.update(made, subject="two")
    stage.ana.cancel_occurrence(made, at(25, 10))
    stage.fault(side, "crash_before", nth=nth)
    stage.crash()
    stage.calm()
    stage.later(minutes=5)
    assert shown(stage) == each("two", "11-04 11-11 11-28", "10:00-11:00")


@pytest.mark.parametrize("home", ["exchange", "google"])
@pytest.mark.parametrize("nth", range(3, 9))
def test_a_series_made_again_keeps_its_overrides_although_the_process_dies_on_the_way(
    tmp_path: Path, home: str, nth: int
) -> None:
    stage = Stage(tmp_path)
    if home == "google":
        web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=4")
    else:
        weekly(stage, "one", 4, 10, 4)
    stage.settle()
    instance(stage, "one", 11, 10, summary="special")
    instance(stage, "one", 18, 10, summary="other")
    stage.settle()
    stage.calendar.delete(series(stage, "one"))
    occurrence(stage, "one", 4, 10, subject="edited")
    stage.fault("google", "crash_after", nth=nth)
    stage.crash()
    stage.calm()
    stage.later(minutes=5)
    assert shown(stage) == [
        "edited: 11-04 10:00-11:00",
        "one: 11-25 10:00-11:00",
        "other: 11-18 10:00-11:00",
        "special: 11-11 10:00-11:00",
    ]
