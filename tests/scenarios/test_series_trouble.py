"""Series in trouble: lost stores and places, moved mailboxes, and servers that edit meanwhile."""

from pathlib import Path

import pytest

from calpair.errors import CalpairError
from scenarios.series_stage import FOUR, SIDES, SeriesStage, at, other, weekly


def _lived_in(stage: SeriesStage) -> list[str]:
    """Series of both homes with all that can differ, one in several items, one beside which an occurrence stands."""
    stage.series("exchange", weekly(4), "Theirs")
    stage.series("google", weekly(4), "Ours", start=at(5, 14))
    stage.series("google", weekly(4), "Across", start=at(5, 16))
    stage.calendar.create(
        summary="Halves",
        recurrence=["RRULE:FREQ=MONTHLY;BYMONTHDAY=10,20;COUNT=3"],
        start={"dateTime": "2026-11-10T08:00:00Z", "timeZone": "Europe/Berlin"},
        end={"dateTime": "2026-11-10T09:00:00Z", "timeZone": "Europe/Berlin"},
    )
    stage.settle()
    stage.edit("exchange", "Theirs", at(12, 10), place="Roof")
    stage.cancel("google", "Theirs", at(19, 10))
    stage.move("google", "Ours", at(12, 14), at(13, 14))
    stage.cancel("exchange", "Ours", at(19, 14))
    stage.move("google", "Across", at(5, 16), at(13, 16))
    stage.settle()
    expected = [
        "2026-11-05 10:00-11:00 Theirs",
        "2026-11-05 14:00-15:00 Ours",
        "2026-11-10 08:00-09:00 Halves",
        "2026-11-12 10:00-11:00 Theirs @Roof",
        "2026-11-12 16:00-17:00 Across",
        "2026-11-13 14:00-15:00 Ours",
        "2026-11-13 16:00-17:00 Across",
        "2026-11-19 16:00-17:00 Across",
        "2026-11-20 08:00-09:00 Halves",
        "2026-11-26 10:00-11:00 Theirs",
        "2026-11-26 14:00-15:00 Ours",
        "2026-11-26 16:00-17:00 Across",
        "2026-12-10 08:00-09:00 Halves",
    ]
    assert stage.agenda() == expected
    return expected


# --- what is lost


def test_a_store_lost_in_step_is_rebuilt_with_its_series_without_a_write(stage: SeriesStage) -> None:
    """G8."""
    expected = _lived_in(stage)
    with stage.unchanged():
        stage.wipe()
        stage.run()
        stage.silent()
    assert stage.agenda() == expected
    # And all is known again.
    stage.edit("google", "Theirs", at(12, 10), place="Attic")
    stage.edit("exchange", "Ours", at(12, 14), place="Cellar")
    stage.settle()
    expected[3] = "2026-11-12 10:00-11:00 Theirs @Attic"
    expected[5] = "2026-11-13 14:00-15:00 Ours @Cellar"
    assert stage.agenda() == expected


def test_a_mailbox_that_moved_has_its_series_still(stage: SeriesStage) -> None:
    """Story 65: all ids are new."""
    expected = _lived_in(stage)
    with stage.unchanged():
        stage.ana.move_mailbox()
        stage.run()
        stage.silent()
    assert stage.agenda() == expected
    stage.edit("google", "Theirs", at(12, 10), place="Attic")
    stage.cancel("google", "Halves", at(20, 8))
    stage.settle()
    expected[3] = "2026-11-12 10:00-11:00 Theirs @Attic"
    del expected[8]
    assert stage.agenda() == expected


def test_places_lost_on_both_sides_lose_no_series(stage: SeriesStage) -> None:
    """Stories 16 and 17."""
    stage.stays(_lived_in(stage))


@pytest.mark.parametrize("by", SIDES)
def test_what_was_done_to_series_while_places_were_lost_arrives(stage: SeriesStage, by: str) -> None:
    expected = _lived_in(stage)
    stage.edit(by, "Theirs", at(5, 10), place="Attic")
    stage.cancel(by, "Ours", at(5, 14))
    if by == "google":
        stage.delete_all(by, "Across")
    stage.calendar.expire_tokens()
    stage.ana.drop_sync_states()
    stage.patient()
    expected[0] = "2026-11-05 10:00-11:00 Theirs @Attic"
    del expected[1]
    if by == "google":
        expected = [line for line in expected if "Across" not in line]
    assert stage.agenda() == expected


@pytest.mark.parametrize("by", SIDES)
def test_an_edit_of_an_occurrence_while_the_store_was_lost_is_carried(stage: SeriesStage, by: str) -> None:
    """G8: as on a first sync, and never as a second copy."""
    stage.series("exchange", weekly(4), "Theirs")
    stage.series("google", weekly(4), "Ours", start=at(5, 14))
    stage.settle()
    stage.wipe()
    stage.edit(by, "Theirs", at(12, 10), place="Roof")
    stage.edit(by, "Ours", at(12, 14), place="Roof")
    stage.settle()
    seen = stage.agenda()
    assert len(seen) == 8
    assert seen[2:4] == ["2026-11-12 10:00-11:00 Theirs @Roof", "2026-11-12 14:00-15:00 Ours @Roof"]


# --- two at once


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("what", ["edit", "move", "edit all", "cancel"])
def test_somebody_edits_the_series_in_outlook_just_before_we_do(
    tmp_path: Path, home: str, times: int, what: str
) -> None:
    """Story 54: both edits are there in the end."""
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(4))
    stage.settle()
    if what == "edit":
        stage.edit("google", "Call", at(12, 10), title="Talk")
    elif what == "move":
        stage.move("google", "Call", at(12, 10), at(13, 10))
    elif what == "cancel":
        stage.cancel("google", "Call", at(12, 10))
    else:
        stage.edit_all("google", "Call", title="Talk")
    stage.fault("exchange", "conflict", "UpdateItem", times=times, detail="Attic")
    stage.run()
    stage.patient()
    seen = stage.agenda()
    shown = [line for line in seen if line.startswith(("2026-11-12", "2026-11-13"))]
    if what == "cancel":
        assert all("Attic" in line for line in shown)  # the edit survives where it was of that very occurrence
    elif what == "move":
        assert [line.partition(" @")[0] for line in shown] == ["2026-11-13 10:00-11:00 Call"]
    else:
        assert [line.partition(" @")[0] for line in shown] == ["2026-11-12 10:00-11:00 Talk"]
    assert any("Attic" in line for line in seen) or what == "cancel"


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("times", [1, 3])
@pytest.mark.parametrize("what", ["edit", "move", "edit all", "cancel", "move all"])
def test_somebody_edits_the_series_on_google_just_before_we_do(
    tmp_path: Path, home: str, times: int, what: str
) -> None:
    """Story 54: and the sides end in step."""
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(4))
    stage.settle()
    if what == "edit":
        stage.edit("exchange", "Call", at(12, 10), title="Talk")
    elif what == "move":
        stage.move("exchange", "Call", at(12, 10), at(13, 10))
    elif what == "cancel":
        stage.cancel("exchange", "Call", at(12, 10))
    elif what == "edit all":
        stage.edit_all("exchange", "Call", title="Talk")
    else:
        stage.move_all("exchange", "Call", at(5, 12))
    stage.fault("google", "edited_before", times=times)
    stage.run()
    stage.patient()
    seen = stage.agenda()
    if what == "move all":
        assert all(" 12:00-13:00 " in line for line in seen)
        assert len(seen) == 4
    elif what == "move":
        assert any(line.startswith("2026-11-13 10:00-11:00 Call") for line in seen)
    elif what in ("edit", "edit all"):
        assert any(line.startswith("2026-11-12 10:00-11:00 Talk") for line in seen)


@pytest.mark.parametrize("home", SIDES)
def test_an_exception_that_google_drops_by_itself_is_there_again_or_gone_on_both(tmp_path: Path, home: str) -> None:
    """A person gives the series another time on Google, which forgets what differed; Outlook forgets it too."""
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.cancel(home, "Call", at(19, 10))
    stage.settle()
    # There and back again between two runs: nothing of the series itself is another in the end.
    stage.move_all("google", "Call", at(5, 11))
    stage.move_all("google", "Call", at(5, 10))
    assert stage.google_agenda() == FOUR
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


@pytest.mark.parametrize("home", SIDES)
def test_exceptions_that_outlook_drops_by_itself_are_gone_on_both(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.cancel(home, "Call", at(19, 10))
    stage.settle()
    stage.move_all("exchange", "Call", at(5, 11))
    stage.move_all("exchange", "Call", at(5, 10))
    assert stage.exchange_agenda() == FOUR
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("kind", ["lost_reply", "crash_after", "crash_before", "timeout_before"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_call_that_fails_in_the_middle_of_a_series_costs_a_run(
    tmp_path: Path, home: str, kind: str, nth: int
) -> None:
    """G5 and G7: one copy, with all that differs, once the rerun is done."""
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.move(home, "Call", at(19, 10), at(20, 10))
    stage.cancel(home, "Call", at(26, 10))
    operations = (
        ["CreateItem", "UpdateItem", "DeleteItem"] if home == "google" else ["events.insert", "batch", "events.patch"]
    )
    stage.fault(other(home), kind, operations[nth - 1])
    try:
        stage.crash()
    except CalpairError:
        stage.later(minutes=1)
    stage.calm()
    stage.patient()
    expected = [FOUR[0], "2026-11-12 10:00-11:00 Call @Roof", "2026-11-20 10:00-11:00 Call"]
    assert stage.agenda() == expected
