"""What the stories and walks of series found, each as small as it gets."""

from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest

from scenarios.stage import Stage, at
from simulators.wire import Crash
from torture.whole_series import (
    SeriesStory,
    each,
    instance,
    item,
    occurrence,
    on,
    part,
    repeated,
    retitled,
    series,
    tuesdays,
    web_cancelled,
    web_moved,
    web_retitled,
    web_weekly,
    weekly,
)
from torture.whole_story import Lines


def shown(stage: Stage) -> Lines:
    """What both sides show; it has to be the same."""
    stage.settle()
    reader = SeriesStory(())
    assert reader.exchange(stage) == reader.google(stage)
    return reader.google(stage)


def test_an_occurrence_that_stands_apart_is_edited_and_its_series_stays_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    stage.settle()
    web_moved(stage, "one", 4, 10, at(12, 10))
    stage.settle()
    stage.ana.update(part(stage, "one", at(12, 10)), subject="apart")
    assert shown(stage) == ["apart: 11-12 10:00-11:00", *each("one", "11-11 11-18", "10:00-11:00")]


def test_one_occurrence_of_a_part_is_edited_and_the_other_parts_stay_one(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=4")
    stage.settle()
    stage.ana.edit_occurrence(part(stage, "one", at(5, 8)), at(5, 8), subject="first")
    assert shown(stage) == [
        "first: 11-05 08:00-09:00",
        "one: 11-05 14:00-15:00",
        *each("one", "11-06", "08:00-09:00"),
        "one: 11-06 14:00-15:00",
    ]


def test_an_occurrence_moves_to_where_one_was_cancelled_before(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=4")
    stage.settle()
    web_cancelled(stage, "one", 18, 10)
    stage.settle()
    web_moved(stage, "one", 11, 10, at(19, 9))
    assert shown(stage) == [*each("one", "11-04", "10:00-11:00"), "one: 11-19 09:00-10:00", "one: 11-25 10:00-11:00"]


def test_one_that_stood_apart_comes_home_beside_one_that_was_cancelled(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10)
    stage.settle()
    web_moved(stage, "one", 11, 10, at(20, 10))
    web_cancelled(stage, "one", 25, 10)
    stage.settle()
    web_moved(stage, "one", 18, 10, at(26, 9))
    assert shown(stage) == [
        "one: 11-04 10:00-11:00",
        "one: 11-20 10:00-11:00",
        "one: 11-26 09:00-10:00",
        "one: 12-02 10:00-11:00",
    ]


def test_one_that_stood_apart_and_comes_home_as_it_is_edited_there_is_one(tmp_path: Path) -> None:
    """What was said of it in the one run in which its series has it again goes with the item it was said of."""
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=4")
    stage.settle()
    web_moved(stage, "one", 11, 10, at(20, 10))
    stage.settle()
    web_moved(stage, "one", 18, 10, at(23, 9))
    stage.ana.update(part(stage, "one", at(20, 10)), subject="apart")
    assert shown(stage) == [
        "one: 11-04 10:00-11:00",
        "one: 11-20 10:00-11:00",
        "one: 11-23 09:00-10:00",
        "one: 11-25 10:00-11:00",
    ]


def test_a_series_whose_writing_could_not_be_looked_at_keeps_its_overrides(tmp_path: Path) -> None:
    for kind in ("lost_reply", "timeout_before", "torn"):
        folder = tmp_path / kind
        folder.mkdir()
        stage = Stage(folder)
        web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=4")
        stage.settle()
        instance(stage, "one", 11, 10, summary="special")
        stage.settle()
        # The server drops the exceptions with the old rule; then nobody can see what became of them.
        stage.calendar.change_rule(series(stage, "one"), "RRULE:FREQ=WEEKLY;COUNT=3")
        stage.fault("exchange", kind, "GetItem", nth=3)
        stage.tries()
        stage.calm()
        stage.later(minutes=5)
        assert shown(stage) == [*each("one", "11-04 11-18", "10:00-11:00"), "special: 11-11 10:00-11:00"], kind


def test_one_that_stood_apart_comes_home_although_the_process_dies_on_the_way(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    stage.settle()
    web_moved(stage, "one", 4, 10, at(12, 10))
    stage.settle()
    web_moved(stage, "one", 4, 10, at(5, 10))
    stage.fault("exchange", "crash_before", "DeleteItem")
    assert stage.crash()
    stage.calm()
    assert shown(stage) == ["one: 11-05 10:00-11:00", *each("one", "11-11 11-18", "10:00-11:00")]


def test_an_edit_made_in_outlook_outlives_a_rule_that_was_written_anew_and_nothing_after_it(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    web_cancelled(stage, "one", 18, 10)
    stage.settle()
    # What was cancelled comes back: Exchange has no other way than the rule anew, which takes every exception.
    stage.calendar.restore_instance(series(stage, "one"), on(18, 10))
    occurrence(stage, "one", 4, 10, subject="edited")
    stage.fault("exchange", "crash_after", "UpdateItem")
    assert stage.crash()
    stage.calm()
    assert shown(stage) == ["edited: 11-04 10:00-11:00", *each("one", "11-11 11-18", "10:00-11:00")]


def test_exceptions_that_went_with_a_rule_in_outlook_go_although_nobody_could_look(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=DAILY;COUNT=3")
    instance(stage, "one", 5, 10, summary="special")
    stage.settle()
    stage.ana.change_series(item(stage, "one"), pattern=tuesdays(4, 4, "Daily"))
    # The third is the look at what became of the exceptions, after the rule was written.
    stage.fault("google", "lost_reply", "events.list", nth=3)
    stage.tries()
    stage.calm()
    stage.later(minutes=5)
    assert shown(stage) == each("one", "11-04 11-05 11-06 11-07", "10:00-11:00")


def test_a_series_made_late_and_again_keeps_what_was_said_of_an_occurrence(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    instance(stage, "one", 11, 10, summary="special")
    stage.fault("exchange", "late_effect", "CreateItem", seconds=400)
    stage.tries()
    stage.tries()
    stage.later(minutes=5)
    stage.settle()
    stage.later(minutes=5)
    assert shown(stage) == [*each("one", "11-04 11-18", "10:00-11:00"), "special: 11-11 10:00-11:00"]


@pytest.mark.parametrize("kind", ["crash_before", "timeout_before"])
def test_a_part_that_was_deleted_stays_deleted_if_only_half_of_it_could_be_said(tmp_path: Path, kind: str) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=4")
    stage.settle()
    stage.ana.delete(part(stage, "one", at(5, 8)))
    stage.fault("google", kind, "events.patch", nth=2)
    try:
        stage.tries()
    except Crash:
        stage.start()
    stage.calm()
    stage.later(minutes=5)
    assert shown(stage) == each("one", "11-05 11-06", "14:00-15:00")


PART_EDITS: dict[str, tuple[Callable[[Stage], object], Lines]] = {
    "nothing": (lambda _: None, ["one: 11-06 08:00-09:00"]),
    "cancelled in Outlook": (lambda stage: stage.ana.cancel_occurrence(part(stage, "one", at(5, 8)), at(6, 8)), []),
    "edited in Outlook": (
        lambda stage: stage.ana.edit_occurrence(part(stage, "one", at(5, 8)), at(6, 8), subject="edited"),
        ["edited: 11-06 08:00-09:00"],
    ),
    "cancelled in Google Calendar": (lambda stage: web_cancelled(stage, "one", 6, 8), []),
    "edited in Google Calendar": (
        lambda stage: instance(stage, "one", 6, 8, summary="edited"),
        ["edited: 11-06 08:00-09:00"],
    ),
    "moved in Google Calendar": (lambda stage: web_moved(stage, "one", 6, 8, at(6, 12)), ["one: 11-06 12:00-13:00"]),
}


@pytest.mark.parametrize("edit", list(PART_EDITS))
def test_a_part_whose_time_was_changed_as_a_whole_is_put_back_and_kept_in_step(tmp_path: Path, edit: str) -> None:
    """Its occurrences would have other original starts than at home: the time of a part is changed on Google."""
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 5, 8, "FREQ=DAILY;BYHOUR=9,15;COUNT=4")
    stage.settle()
    stage.ana.change_series(part(stage, "one", at(5, 8)), at=time(11))
    stage.settle()
    people, left = PART_EDITS[edit]
    people(stage)
    others = ["one: 11-05 08:00-09:00", *each("one", "11-05 11-06", "14:00-15:00")]
    assert shown(stage) == sorted([*others, *left])
    assert stage.status()["losses"] == {}


def test_a_rule_changed_here_and_a_title_there_leave_no_override_of_before(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    repeated(stage, "one", tuesdays(4, 4, "Daily"), 10)
    stage.settle()
    instance(stage, "one", 5, 10, summary="special")
    stage.settle()
    stage.ana.change_series(item(stage, "one"), pattern=tuesdays(4, 3, "Daily"))
    web_retitled(stage, "one", "two")
    assert shown(stage) == each("two", "11-04 11-05 11-06", "10:00-11:00")


@pytest.mark.parametrize("home", ["exchange", "google"])
def test_an_occurrence_moved_across_its_neighbour_there_goes_before_an_edit_of_it_here(
    tmp_path: Path, home: str
) -> None:
    """It is another item from then on, and what was said of it in its series between two runs goes with that."""
    stage = Stage(tmp_path)
    if home == "google":
        web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    else:
        weekly(stage, "one", 4, 10, 3)
    stage.settle()
    web_moved(stage, "one", 4, 10, at(12, 10))
    occurrence(stage, "one", 4, 10, subject="edited")
    assert shown(stage) == each("one", "11-11 11-12 11-18", "10:00-11:00")


def test_a_rule_changed_there_and_a_title_and_an_occurrence_here_come_to_the_same_on_both_sides(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    repeated(stage, "one", tuesdays(4, 4, "Daily"), 10)
    stage.settle()
    stage.calendar.change_rule(series(stage, "one"), "RRULE:FREQ=DAILY;COUNT=3")
    occurrence(stage, "one", 5, 10, subject="edited")
    retitled(stage, "one", "two")
    assert not any(line.startswith("one:") for line in shown(stage))


def test_a_title_changed_while_the_store_was_lost_is_carried_although_the_copy_has_an_override(tmp_path: Path) -> None:
    """The stamp was written before the override: what it remembers of its copy is the series alone."""
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    stage.settle()
    instance(stage, "one", 11, 10, summary="special")
    stage.settle()
    stage.wipe()
    web_retitled(stage, "one", "two")
    assert shown(stage) == ["special: 11-11 10:00-11:00", *each("two", "11-04 11-18", "10:00-11:00")]


@pytest.mark.parametrize("nth", [1, 2])
def test_what_was_brought_back_stays_although_the_process_dies_while_edits_are_written_there(
    tmp_path: Path, nth: int
) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    web_cancelled(stage, "one", 18, 10)
    stage.settle()
    stage.calendar.restore_instance(series(stage, "one"), on(18, 10))
    occurrence(stage, "one", 4, 10, subject="first")
    occurrence(stage, "one", 11, 10, subject="second")
    stage.fault("google", "crash_before", "events.patch", nth=nth)
    assert stage.crash()
    stage.calm()
    assert shown(stage) == [
        "first: 11-04 10:00-11:00",
        "one: 11-18 10:00-11:00",
        "second: 11-11 10:00-11:00",
    ]


@pytest.mark.parametrize("kind", ["late_effect", "timeout_before"])
def test_a_series_whose_occurrence_got_no_answer_when_it_was_made_is_one(tmp_path: Path, kind: str) -> None:
    stage = Stage(tmp_path)
    web_weekly(stage, "one", 4, 10, "FREQ=WEEKLY;COUNT=3")
    instance(stage, "one", 11, 10, summary="special")
    stage.fault("exchange", kind, "UpdateItem", seconds=90)
    stage.tries()
    stage.calm()
    stage.later(minutes=5)
    assert shown(stage) == [*each("one", "11-04 11-18", "10:00-11:00"), "special: 11-11 10:00-11:00"]
