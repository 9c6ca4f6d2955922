"""Series, carried whole in both directions: what both sides show is the same, occurrence by occurrence."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios.series_stage import FOUR, SIDES, VERSIONS, SeriesStage, at, daily, exchange, other, weekly


@pytest.mark.parametrize("home", SIDES)
def test_a_series_stands_on_both_sides(stage: SeriesStage, home: str) -> None:
    stage.series(home, weekly(4), place="Room 1")
    stage.settle()
    assert stage.agenda() == [
        "2026-11-05 10:00-11:00 Call @Room 1",
        "2026-11-12 10:00-11:00 Call @Room 1",
        "2026-11-19 10:00-11:00 Call @Room 1",
        "2026-11-26 10:00-11:00 Call @Room 1",
    ]
    assert len(stage.ana.items()) == len(stage.calendar.events()) == 1
    assert stage.status()["parked"] == []
    assert stage.status()["losses"] == {}


@pytest.mark.parametrize("home", SIDES)
def test_a_series_of_exchange_is_no_copy_in_a_one_way_pair_of_googles_own(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path, pair={"direction": "exchange_to_google"})
    stage.series(home, weekly(4))
    stage.settle()
    assert stage.google_agenda() == FOUR
    assert stage.exchange_agenda() == (FOUR if home == "exchange" else [])


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_one_occurrence_moved_by_either_side_is_moved_on_the_other(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.move(by, "Call", at(12, 10), at(13, 8))
    stage.settle()
    expected = [FOUR[0], "2026-11-13 08:00-09:00 Call", FOUR[2], FOUR[3]]
    assert stage.agenda() == expected
    # Again, by the other side; and back to where it belongs.
    stage.move(other(by), "Call", at(12, 10), at(14, 9))
    stage.settle()
    assert stage.agenda() == [FOUR[0], "2026-11-14 09:00-10:00 Call", FOUR[2], FOUR[3]]
    stage.move(by, "Call", at(12, 10), at(12, 10))
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_one_occurrence_edited_by_either_side_is_edited_on_the_other(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.edit(by, "Call", at(19, 10), title="Call with Bo", place="Room 2", free=True)
    stage.settle()
    expected = [FOUR[0], FOUR[1], "2026-11-19 10:00-11:00 Call with Bo @Room 2 (free)", FOUR[3]]
    assert stage.agenda() == expected
    stage.edit(other(by), "Call", at(19, 10), place="Room 3")
    stage.settle()
    expected[2] = "2026-11-19 10:00-11:00 Call with Bo @Room 3 (free)"
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_one_occurrence_deleted_by_either_side_is_gone_on_the_other(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.settle()
    stage.cancel(by, "Call", at(12, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], FOUR[2], FOUR[3]]
    stage.cancel(other(by), "Call", at(26, 10))
    stage.settle()
    assert stage.agenda() == [FOUR[0], FOUR[2]]
    stage.stays([FOUR[0], FOUR[2]])


@pytest.mark.parametrize("home", SIDES)
def test_a_series_full_of_exceptions_arrives_with_them(stage: SeriesStage, home: str) -> None:
    stage.series(home, daily(6))
    stage.move(home, "Call", at(4, 10), at(4, 15))
    stage.cancel(home, "Call", at(5, 10))
    stage.edit(home, "Call", at(6, 10), title="Talk", place="Roof")
    stage.edit(home, "Call", at(7, 10), free=True)
    stage.settle()
    expected = [
        "2026-11-03 10:00-11:00 Call",
        "2026-11-04 15:00-16:00 Call",
        "2026-11-06 10:00-11:00 Talk @Roof",
        "2026-11-07 10:00-11:00 Call (free)",
        "2026-11-08 10:00-11:00 Call",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
@pytest.mark.parametrize("what", ["edited", "moved", "deleted"])
def test_what_is_done_to_the_first_occurrence_is_done_to_it_alone(
    stage: SeriesStage, home: str, by: str, what: str
) -> None:
    """Story 36."""
    stage.series(home, weekly(4))
    stage.settle()
    if what == "edited":
        stage.edit(by, "Call", at(5, 10), place="Here")
        expected = ["2026-11-05 10:00-11:00 Call @Here", *FOUR[1:]]
    elif what == "moved":
        stage.move(by, "Call", at(5, 10), at(6, 12))
        expected = ["2026-11-06 12:00-13:00 Call", *FOUR[1:]]
    else:
        stage.cancel(by, "Call", at(5, 10))
        expected = FOUR[1:]
    stage.settle()
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("what", ["edited", "moved", "deleted"])
def test_a_series_whose_first_occurrence_is_another_arrives_so(stage: SeriesStage, home: str, what: str) -> None:
    """Story 36, on a first sync."""
    stage.series(home, weekly(4))
    if what == "edited":
        stage.edit(home, "Call", at(5, 10), place="Here")
        expected = ["2026-11-05 10:00-11:00 Call @Here", *FOUR[1:]]
    elif what == "moved":
        stage.move(home, "Call", at(5, 10), at(6, 12))
        expected = ["2026-11-06 12:00-13:00 Call", *FOUR[1:]]
    else:
        stage.cancel(home, "Call", at(5, 10))
        expected = FOUR[1:]
    stage.settle()
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_an_edit_of_the_whole_series_on_either_side_arrives_and_spares_what_differs(
    stage: SeriesStage, home: str, by: str
) -> None:
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.cancel(home, "Call", at(19, 10))
    stage.settle()
    stage.edit_all(by, "Call", place="Room 1")
    stage.settle()
    expected = [
        "2026-11-05 10:00-11:00 Call @Room 1",
        "2026-11-12 10:00-11:00 Call @Roof",
        "2026-11-26 10:00-11:00 Call @Room 1",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("by", SIDES)
def test_a_series_deleted_by_either_side_is_gone_on_the_other(stage: SeriesStage, home: str, by: str) -> None:
    stage.series(home, weekly(4))
    stage.edit(home, "Call", at(12, 10), place="Roof")
    stage.series(home, daily(3), "Other")
    stage.settle()
    stage.delete_all(by, "Call")
    stage.settle()
    expected = [
        "2026-11-03 10:00-11:00 Other",
        "2026-11-04 10:00-11:00 Other",
        "2026-11-05 10:00-11:00 Other",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("version", VERSIONS)
def test_series_are_carried_with_every_exchange(tmp_path: Path, version: str) -> None:
    stage = SeriesStage(tmp_path, exchange=exchange(version=version))
    stage.series("exchange", weekly(4), "Theirs")
    stage.series("google", weekly(2), "Ours", start=at(5, 14))
    stage.settle()
    stage.move("google", "Theirs", at(12, 10), at(13, 10))
    stage.edit("exchange", "Ours", at(5, 14), place="Here")
    stage.settle()
    expected = [
        "2026-11-05 10:00-11:00 Theirs",
        "2026-11-05 14:00-15:00 Ours @Here",
        "2026-11-12 14:00-15:00 Ours",
        "2026-11-13 10:00-11:00 Theirs",
        "2026-11-19 10:00-11:00 Theirs",
        "2026-11-26 10:00-11:00 Theirs",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("home", SIDES)
def test_a_series_without_end_is_the_same_years_from_now(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(None))
    stage.settle()
    span = datetime(2036, 7, 1, tzinfo=UTC), datetime(2036, 7, 15, tzinfo=UTC)
    # Berlin is two hours ahead in summer.
    assert stage.agenda(*span) == ["2036-07-03 09:00-10:00 Call", "2036-07-10 09:00-10:00 Call"]


@pytest.mark.parametrize("home", SIDES)
def test_an_occurrence_changed_far_ahead_is_changed_on_both_sides(tmp_path: Path, home: str) -> None:
    """Story 34: no window on exceptions; one 14 months ahead, and one from beyond moved into the present."""
    stage = SeriesStage(tmp_path)
    stage.series(home, weekly(None, date(2026, 11, 5)))
    stage.settle()
    for by in (home, other(home)):
        stage.edit(by, "Call", datetime(2028, 1, 6, 10, tzinfo=UTC), place=f"Room of {by}")
        stage.settle()
        assert stage.agenda(date(2028, 1, 5), date(2028, 1, 8)) == [f"2028-01-06 10:00-11:00 Call @Room of {by}"]


def test_an_occurrence_of_next_year_moved_into_this_month_stands_here(tmp_path: Path) -> None:
    """Story 34: moved across all of its neighbours, which Exchange does not have."""
    stage = SeriesStage(tmp_path)
    stage.series("google", weekly(None))
    stage.settle()
    stage.move("google", "Call", datetime(2028, 1, 6, 10, tzinfo=UTC), at(10, 14))
    stage.settle()
    assert stage.agenda(at(9), at(13)) == ["2026-11-10 14:00-15:00 Call", "2026-11-12 10:00-11:00 Call"]
    assert stage.agenda(date(2028, 1, 5), date(2028, 1, 8)) == []


def test_twenty_fields_of_one_occurrence_arrive(tmp_path: Path) -> None:
    """Whatever an event can say, an occurrence can say for itself."""
    stage = SeriesStage(tmp_path)
    stage.series("exchange", weekly(4))
    stage.series("google", weekly(4), "Talk", start=at(5, 14))
    stage.settle()
    stage.ana.edit_occurrence(
        stage.master("Call").id,
        at(12, 10),
        subject="Call, once",
        body="<p>All <b>else</b></p>",
        body_type="HTML",
        location="Attic",
        start=at(13, 12),
        end=at(13, 14),
        show_as="OOF",
        sensitivity="Private",
        importance="High",
        reminder_minutes=45,
        categories=["Red"],
    )
    fields: dict[str, Any] = {
        "summary": "Talk, once",
        "description": "All <b>else</b>",
        "location": "Cellar",
        "start": {"dateTime": "2026-11-20T12:00:00Z", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-20T14:00:00Z", "timeZone": "Europe/Berlin"},
        "transparency": "transparent",
        "visibility": "private",
        "colorId": "11",
        "reminders": {"useDefault": False, "overrides": [{"method": "popup", "minutes": 45}]},
    }
    stage.calendar.edit_instance(stage.recurring("Talk")["id"], at(19, 14), **fields)
    stage.settle()
    there = stage.calendar.instance(stage.recurring("Call")["id"], at(12, 10))
    assert there["summary"] == "Call, once"
    assert "All" in there["description"]
    assert "else" in there["description"]
    assert (there["location"], there["visibility"]) == ("Attic", "private")
    assert there["reminders"] == {"useDefault": False, "overrides": [{"method": "popup", "minutes": 45}]}
    here = stage.ana.item(stage.ana.occurrence_id(stage.master("Talk").id, at(19, 14)))
    assert (here.subject, here.location, here.show_as) == ("Talk, once", "Cellar", "Free")
    assert (here.sensitivity, here.reminder_minutes, here.start) == ("Private", 45, at(20, 12))
    assert "else" in here.body
    expected = [
        "2026-11-05 10:00-11:00 Call",
        "2026-11-05 14:00-15:00 Talk",
        "2026-11-12 14:00-15:00 Talk",
        "2026-11-13 12:00-14:00 Call, once @Attic",
        "2026-11-19 10:00-11:00 Call",
        "2026-11-20 12:00-14:00 Talk, once @Cellar (free)",
        "2026-11-26 10:00-11:00 Call",
        "2026-11-26 14:00-15:00 Talk",
    ]
    assert stage.agenda() == expected
    stage.stays(expected)
