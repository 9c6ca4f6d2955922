"""Series of which the other side sees less: a private occurrence, a private series, nothing but busy."""

from datetime import date
from pathlib import Path

import pytest

from scenarios.series_stage import FOUR, GROUNDS, SIDES, Pattern, Rule, SeriesStage, at, other, weekly

BUSY = [line.replace("Call", "Busy") for line in FOUR]
HIDDEN = {"title:hidden", "body:hidden", "place:hidden"}


def _masked(folder: Path, home: str, mask: str, ground: int = 0) -> SeriesStage:
    return SeriesStage(folder, pair={"show": {f"to_{other(home)}": mask}}, **GROUNDS[ground])


def _seen(stage: SeriesStage, side: str) -> list[str]:
    return stage.exchange_agenda() if side == "exchange" else stage.google_agenda()


def _all_that_is_there(stage: SeriesStage, side: str) -> str:
    """Whatever a side holds, single occurrences among it."""
    if side == "google":
        return str(stage.calendar.events()) + str(stage.google_agenda())
    return str(stage.ana.items()) + str(stage.exchange_agenda())


@pytest.mark.parametrize("ground", range(len(GROUNDS)))
@pytest.mark.parametrize("home", SIDES)
def test_a_series_is_busy_at_each_of_its_occurrences_where_nothing_else_is_shown(
    tmp_path: Path, home: str, ground: int
) -> None:
    """Story 47: nor do its exceptions say anything; when they are flows both ways, what they are does not."""
    stage = _masked(tmp_path, home, "busy_only", ground)
    there = other(home)
    stage.series(home, weekly(4), place="Clinic")
    stage.edit(home, "Call", at(12, 10), title="Surgeon", place="Ward 9", text="blood")
    stage.settle()
    assert _seen(stage, there) == BUSY
    assert set(stage.status()["losses"]) >= HIDDEN
    # Moved here, moved there, and cancelled there.
    stage.move(home, "Call", at(19, 10), at(20, 8))
    stage.settle()
    expected = [*BUSY[:2], "2026-11-20 08:00-09:00 Busy", BUSY[3]]
    assert _seen(stage, there) == expected
    stage.move(there, "Busy", at(12, 10), at(13, 9))
    stage.cancel(there, "Busy", at(26, 10))
    stage.settle()
    assert _seen(stage, there) == [BUSY[0], "2026-11-13 09:00-10:00 Busy", "2026-11-20 08:00-09:00 Busy"]
    assert _seen(stage, home) == [
        f"{FOUR[0]} @Clinic",
        "2026-11-13 09:00-10:00 Surgeon @Ward 9",
        "2026-11-20 08:00-09:00 Call @Clinic",
    ]
    # What they are made to say there is put back.
    stage.edit(there, "Busy", at(12, 10), title="Whatever", place="Nowhere")
    stage.edit_all(there, "Busy", title="Meeting", place="Elsewhere")
    stage.settle()
    assert _seen(stage, there) == [BUSY[0], "2026-11-13 09:00-10:00 Busy", "2026-11-20 08:00-09:00 Busy"]
    assert [line.partition(" @")[0] for line in _seen(stage, home)] == [
        FOUR[0],
        "2026-11-13 09:00-10:00 Surgeon",
        "2026-11-20 08:00-09:00 Call",
    ]
    everything = _all_that_is_there(stage, there)
    for word in ("Surgeon", "Clinic", "Ward", "blood"):
        assert word not in everything
    assert stage.mails() == 0


@pytest.mark.parametrize("home", SIDES)
def test_a_mask_put_on_and_taken_off_hides_and_shows_the_series_and_its_exceptions(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path)
    there = other(home)
    stage.series(home, weekly(4), place="Clinic")
    stage.edit(home, "Call", at(12, 10), title="Surgeon", free=True)
    stage.cancel(home, "Call", at(26, 10))
    stage.settle()
    shown = stage.agenda()
    assert shown[1] == "2026-11-12 10:00-11:00 Surgeon @Clinic (free)"
    for _ in range(2):
        stage.set(show={f"to_{there}": "busy_only"})
        stage.settle()
        assert _seen(stage, there) == [BUSY[0], f"{BUSY[1]} (free)", BUSY[2]]
        assert _seen(stage, home) == shown
        assert "Surgeon" not in _all_that_is_there(stage, there)
        stage.set(show={f"to_{there}": "everything"})
        stage.settle()
        assert stage.agenda() == shown


@pytest.mark.parametrize("home", SIDES)
def test_a_store_lost_shows_nothing_of_a_masked_series(tmp_path: Path, home: str) -> None:
    stage = _masked(tmp_path, home, "busy_only")
    stage.series(home, weekly(4), place="Clinic")
    stage.edit(home, "Call", at(12, 10), title="Surgeon")
    stage.settle()
    stage.wipe()
    with stage.unchanged():
        stage.run()
        stage.silent()
    stage.edit(home, "Call", at(12, 10), title="Surgeon, again", place="Ward 9")
    stage.settle()
    assert _seen(stage, other(home)) == BUSY


def test_a_private_series_is_busy_but_for_the_occurrence_that_is_not_private(stage: SeriesStage) -> None:
    """Story 47."""
    stage.set(show={"to_google": "private_as_busy"})
    stage.series("exchange", weekly(4), place="Clinic")
    stage.ana.update(stage.item("Call").id, sensitivity="Private")
    stage.settle()
    assert stage.google_agenda() == BUSY
    stage.ana.edit_occurrence(
        stage.item("Call").id, at(12, 10), subject="Lunch", location="Canteen", sensitivity="Normal"
    )
    stage.settle()
    assert stage.google_agenda() == [BUSY[0], "2026-11-12 10:00-11:00 Lunch @Canteen", *BUSY[2:]]
    stage.ana.edit_occurrence(stage.item("Call").id, at(12, 10), sensitivity="Private")
    stage.settle()
    assert stage.google_agenda() == BUSY
    assert "Canteen" not in str(stage.calendar.events())


def test_a_private_occurrence_of_googles_is_busy_in_outlook(stage: SeriesStage) -> None:
    """Story 47, the other way."""
    stage.set(show={"to_exchange": "private_as_busy"})
    stage.series("google", weekly(4))
    stage.calendar.edit_instance(
        stage.recurring("Call")["id"], at(12, 10), summary="Surgeon", location="Ward 9", visibility="private"
    )
    stage.settle()
    assert stage.exchange_agenda() == [FOUR[0], BUSY[1], *FOUR[2:]]
    assert "Ward" not in str(stage.ana.items())
    stage.calendar.edit_instance(stage.recurring("Call")["id"], at(12, 10), visibility="default")
    stage.settle()
    assert stage.exchange_agenda()[1] == "2026-11-12 10:00-11:00 Surgeon @Ward 9"


def test_a_masked_series_in_several_items_is_busy_in_each(stage: SeriesStage) -> None:
    stage.set(show={"to_exchange": "busy_only"})
    rule = Rule(Pattern("Daily", date(2026, 11, 15)), ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=3",))
    stage.series("google", rule, place="Clinic")
    stage.edit("google", "Call", at(15, 10), title="Surgeon")
    stage.settle()
    expected = [f"{day} 10:00-11:00 Busy" for day in ("2026-11-15", "2026-12-01", "2026-12-15")]
    assert stage.exchange_agenda() == expected
    for item in stage.ana.items():
        stage.ana.update(item.id, subject="Meeting", location="Here")
    stage.settle()
    assert stage.exchange_agenda() == expected
    assert stage.google_agenda() == [
        "2026-11-15 10:00-11:00 Surgeon @Clinic",
        "2026-12-01 10:00-11:00 Call @Clinic",
        "2026-12-15 10:00-11:00 Call @Clinic",
    ]
