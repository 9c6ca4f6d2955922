"""Stories 9 and 27: a whole series changed, split, and changed by both; what is of one rule in several items."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scenarios.series_stage import FOUR, GROUNDS, SIDES, Pattern, Rule, SeriesStage, at, daily, other, weekly

# --- 27: another time for all of it


@pytest.mark.parametrize("home", SIDES)
def test_a_series_moved_in_outlook_is_on_google_as_outlook_shows_it(stage: SeriesStage, home: str) -> None:
    """Story 27: Outlook forgets what was moved and deleted; nothing re-appears twice, whatever Google keeps."""
    stage.series(home, weekly(4))
    stage.move(home, "Call", at(12, 10), at(13, 10))
    stage.cancel(home, "Call", at(19, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], "2026-11-13 10:00-11:00 Call", FOUR[3]]
    stage.move_all("exchange", "Call", at(5, 11))
    expected = [
        "2026-11-05 11:00-12:00 Call",
        "2026-11-12 11:00-12:00 Call",
        "2026-11-19 11:00-12:00 Call",
        "2026-11-26 11:00-12:00 Call",
    ]
    assert stage.exchange_agenda() == expected
    stage.settle()
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_a_series_moved_on_google_is_in_outlook_as_google_shows_it(stage: SeriesStage, home: str) -> None:
    """Story 27, the other way: whether Google forgets what differed or keeps it, that is what Outlook shows."""
    stage.series(home, weekly(4))
    stage.move(home, "Call", at(12, 10), at(13, 10))
    stage.cancel(home, "Call", at(19, 10))
    stage.settle()
    stage.move_all("google", "Call", at(5, 11))
    expected = stage.google_agenda()
    stage.settle()
    assert stage.google_agenda() == expected
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_series_given_another_rule_shows_that_one(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.repeat(by, "Call", daily(3, date(2026, 11, 5)))
    stage.settle()
    expected = [
        "2026-11-05 10:00-11:00 Call",
        "2026-11-06 10:00-11:00 Call",
        "2026-11-07 10:00-11:00 Call",
    ]
    assert stage.agenda() == expected
    stage.edit(other(by), "Call", at(6, 10), place="Roof")
    stage.settle()
    expected[1] += " @Roof"
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_series_given_another_length_has_it_everywhere(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(2))
    stage.settle()
    stage.move_all(by, "Call", at(5, 10), timedelta(hours=2))
    stage.settle()
    assert stage.agenda() == ["2026-11-05 10:00-12:00 Call", "2026-11-12 10:00-12:00 Call"]


@pytest.mark.parametrize("home", SIDES)
def test_a_series_moved_while_the_other_side_edits_an_occurrence_ends_in_step(stage: SeriesStage, home: str) -> None:
    """The edit meets a series that is no longer there; both sides show the same, and the move has arrived."""
    for by in SIDES:
        stage.series(home, weekly(3), f"By {by}")
        stage.settle()
        stage.move_all(by, f"By {by}", at(5, 14))
        stage.edit(other(by), f"By {by}", at(12, 10), place="Roof")
        stage.settle()
        seen = [line for line in stage.agenda() if f"By {by}" in line]
        assert f"2026-11-05 14:00-15:00 By {by}" in seen
        assert f"2026-11-19 14:00-15:00 By {by}" in seen
        assert len([line for line in seen if line.startswith("2026-11-12")]) == 1
        stage.stays(stage.google_agenda())


# --- both at once


@pytest.mark.parametrize("home", SIDES)
def test_both_sides_edit_one_occurrence_and_both_edits_are_there(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.edit("exchange", "Call", at(12, 10), place="Roof")
    stage.edit("google", "Call", at(12, 10), title="Call with Bo")
    stage.settle()
    expected = [FOUR[0], "2026-11-12 10:00-11:00 Call with Bo @Roof", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.edit("exchange", "Call", at(12, 10), title="Talk with Bo")
    stage.move("google", "Call", at(12, 10), at(13, 8))
    stage.settle()
    expected = [FOUR[0], "2026-11-13 08:00-09:00 Talk with Bo @Roof", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize(("rule", "wins"), [("exchange", "Outlook's"), ("google", "Google's")])
def test_both_sides_say_otherwise_of_one_occurrence_and_the_pairs_rule_decides(
    tmp_path: Path, home: str, rule: str, wins: str
) -> None:
    stage = SeriesStage(tmp_path, pair={"on_conflict": rule})
    stage.series(home, weekly(4))
    stage.settle()
    stage.edit("exchange", "Call", at(12, 10), title="Outlook's", place="Roof")
    stage.edit("google", "Call", at(12, 10), title="Google's", free=True)
    stage.settle()
    expected = [FOUR[0], f"2026-11-12 10:00-11:00 {wins} @Roof (free)", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("canceller", SIDES)
def test_an_occurrence_cancelled_here_and_edited_there_survives(stage: SeriesStage, home: str, canceller: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.cancel(canceller, "Call", at(12, 10))
    stage.edit(other(canceller), "Call", at(12, 10), place="Roof")
    stage.settle()
    expected = [FOUR[0], "2026-11-12 10:00-11:00 Call @Roof", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("deleter", SIDES)
def test_a_series_deleted_here_and_edited_there_survives(stage: SeriesStage, home: str, deleter: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.delete_all(deleter)
    stage.edit(other(deleter), "Call", at(12, 10), place="Roof")
    stage.settle()
    expected = [FOUR[0], "2026-11-12 10:00-11:00 Call @Roof", *FOUR[2:]]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_both_sides_edit_different_occurrences_and_the_series(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.edit("exchange", "Call", at(12, 10), title="Talk")
    stage.cancel("google", "Call", at(19, 10))
    stage.edit_all("google", "Call", place="Room 1")
    stage.move("exchange", "Call", at(26, 10), at(27, 10))
    stage.settle()
    seen = stage.agenda()
    assert [line.partition(" @")[0] for line in seen] == [
        FOUR[0],
        "2026-11-12 10:00-11:00 Talk",
        "2026-11-27 10:00-11:00 Call",
    ]
    assert seen[0] == f"{FOUR[0]} @Room 1"
    stage.stays(seen)


@pytest.mark.parametrize("home", SIDES)
def test_both_sides_delete_the_same_occurrence_and_it_is_gone(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    for side in SIDES:
        stage.cancel(side, "Call", at(12, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], *FOUR[2:]]


# --- 9: this and following


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("number", [4, None])
def test_this_and_following_on_google_is_two_series_in_outlook(
    stage: SeriesStage, home: str, number: int | None
) -> None:
    """Story 9: the first ends, a new one begins; our marks that were cloned with it mislead nobody."""
    stage.series(home, weekly(number))
    stage.settle()
    stage.calendar.split(stage.recurring("Call")["id"], at(19, 10), location="Room 2")
    stage.settle()
    span = at(1), at(30)
    expected = [FOUR[0], FOUR[1], f"{FOUR[2]} @Room 2", f"{FOUR[3]} @Room 2"]
    assert stage.agenda(*span) == expected
    assert len(stage.ana.items()) == 2
    far = datetime(2030, 1, 1, tzinfo=UTC), datetime(2030, 1, 9, tzinfo=UTC)
    assert stage.agenda(*far) == ([] if number else ["2030-01-03 10:00-11:00 Call @Room 2"])
    with stage.unchanged():
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.silent()
    # Both live on.
    for master in stage.ana.items():
        if master.location:
            stage.ana.update(master.id, subject="Talk")
    stage.settle()
    expected = [FOUR[0], FOUR[1], "2026-11-19 10:00-11:00 Talk @Room 2", "2026-11-26 10:00-11:00 Talk @Room 2"]
    assert stage.agenda(*span) == expected
    stage.delete_all("google", "Call")
    stage.settle()
    assert stage.agenda(*span) == expected[2:]


@pytest.mark.parametrize("home", SIDES)
def test_this_and_following_with_exceptions_on_either_side_of_it(stage: SeriesStage, home: str) -> None:
    """Story 9: what differed before it stays, what differed after it is gone as Google has it."""
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.move(home, "Call", at(26, 10), at(27, 10))
    stage.settle()
    start = "2026-11-19T14:00:00+00:00"
    stage.calendar.split(stage.recurring("Call")["id"], at(19, 10), start=start, end="2026-11-19T15:00:00+00:00")
    expected = stage.google_agenda()
    assert expected[:2] == [FOUR[0], f"{FOUR[1]} @Roof"]
    stage.settle()
    assert stage.google_agenda() == expected
    assert stage.agenda() == expected
    stage.stays(expected)


def test_this_and_following_twice_is_three_series(stage: SeriesStage) -> None:
    stage.series("exchange", weekly(4))
    stage.settle()
    later = stage.calendar.split(stage.recurring("Call")["id"], at(12, 10), summary="Talk")
    stage.calendar.split(later, at(19, 10), summary="Chat")
    stage.settle()
    expected = [
        FOUR[0],
        "2026-11-12 10:00-11:00 Talk",
        "2026-11-19 10:00-11:00 Chat",
        "2026-11-26 10:00-11:00 Chat",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("number", [4, None])
def test_a_copy_split_on_google_is_put_back_whole_in_a_one_way_pair(tmp_path: Path, number: int | None) -> None:
    """Story 9, one way: the copy is Outlook's again, and its cut-off tail does not stand beside it."""
    for name, ground in enumerate(GROUNDS):
        folder = tmp_path / str(name)
        folder.mkdir()
        stage = SeriesStage(folder, pair={"direction": "exchange_to_google"}, **ground)
        stage.series("exchange", weekly(number))
        stage.settle()
        stage.calendar.split(stage.recurring("Call")["id"], at(19, 10), location="Room 2")
        stage.settle()
        assert stage.agenda(at(1), at(30)) == FOUR
        assert sum(call.changed for call in stage.exchange.record.calls) == 0
        with stage.unchanged():
            stage.calendar.expire_tokens()
            stage.ana.drop_sync_states()
            stage.run()
            stage.silent()
        stage.edit_all("exchange", "Call", place="Room 9")
        stage.settle()
        assert stage.agenda(at(1), at(30)) == [f"{line} @Room 9" for line in FOUR]


# --- one rule in several items of Outlook's

HALVES = Rule(Pattern("Daily", date(2026, 11, 15)), ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15",))
BOUNDED = Rule(Pattern("Daily", date(2026, 11, 15)), ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4",))
FIVE = [
    "2026-11-15 10:00-11:00 Call",
    "2026-12-01 10:00-11:00 Call",
    "2026-12-15 10:00-11:00 Call",
    "2027-01-01 10:00-11:00 Call",
    "2027-01-15 10:00-11:00 Call",
]
SPAN = at(1), datetime(2027, 1, 20, tzinfo=UTC)


def _of_day(stage: SeriesStage, day: int) -> Any:
    (found,) = (item for item in stage.ana.items() if item.start.day == day)
    return found


@pytest.mark.parametrize(("rule", "shown"), [(HALVES, FIVE), (BOUNDED, FIVE[:4])], ids=["endless", "bounded"])
def test_an_occurrence_of_a_part_is_that_occurrence_of_the_series(
    stage: SeriesStage, rule: Rule, shown: list[str]
) -> None:
    stage.series("google", rule)
    stage.settle()
    assert stage.agenda(*SPAN) == shown
    stage.ana.edit_occurrence(_of_day(stage, 1).id, date(2026, 12, 1), location="Roof")
    stage.ana.cancel_occurrence(_of_day(stage, 15).id, date(2026, 12, 15))
    stage.settle()
    expected = [shown[0], f"{shown[1]} @Roof", *shown[3:]]
    assert stage.agenda(*SPAN) == expected
    assert stage.recurring("Call")["recurrence"] == list(rule.lines)
    stage.edit("google", "Call", datetime(2027, 1, 1, 10, tzinfo=UTC), title="New year")
    stage.settle()
    expected[2] = "2027-01-01 10:00-11:00 New year"
    assert stage.agenda(*SPAN) == expected


def test_a_whole_bounded_part_that_is_edited_is_its_occurrences(stage: SeriesStage) -> None:
    """They differ on Google from the others then; the rule stays."""
    stage.series("google", BOUNDED)
    stage.settle()
    stage.ana.update(_of_day(stage, 1).id, location="Roof")
    stage.settle()
    expected = [FIVE[0], f"{FIVE[1]} @Roof", FIVE[2], f"{FIVE[3]} @Roof"]
    assert stage.agenda(*SPAN) == expected
    assert stage.recurring("Call")["recurrence"] == list(BOUNDED.lines)
    with stage.unchanged():
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.silent()


def test_a_whole_bounded_part_that_is_deleted_is_its_occurrences(stage: SeriesStage) -> None:
    stage.series("google", BOUNDED)
    stage.settle()
    stage.ana.delete(_of_day(stage, 1).id)
    stage.settle()
    assert stage.agenda(*SPAN) == [FIVE[0], FIVE[2]]
    assert stage.status()["losses"] == {}


def test_a_whole_part_without_end_that_is_edited_is_put_back_and_told(stage: SeriesStage) -> None:
    stage.series("google", HALVES)
    stage.settle()
    stage.ana.update(_of_day(stage, 1).id, location="Roof")
    stage.settle()
    assert stage.agenda(*SPAN) == FIVE
    assert sum(stage.status()["losses"].values()) == 1


def test_a_whole_part_without_end_that_is_deleted_is_put_back_and_told(stage: SeriesStage) -> None:
    stage.series("google", HALVES)
    stage.settle()
    stage.ana.delete(_of_day(stage, 1).id)
    stage.settle()
    assert stage.agenda(*SPAN) == FIVE
    assert sum(stage.status()["losses"].values()) == 1


@pytest.mark.parametrize("rule", [HALVES, BOUNDED], ids=["endless", "bounded"])
def test_all_parts_deleted_are_the_series_deleted(stage: SeriesStage, rule: Rule) -> None:
    stage.series("google", rule)
    stage.settle()
    for item in stage.ana.items():
        stage.ana.delete(item.id)
    stage.settle()
    assert stage.agenda(*SPAN) == []
