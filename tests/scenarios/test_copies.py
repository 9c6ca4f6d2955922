"""Stories 7, 8 and 10 of the trackers: copies, twins in looks, and items saved anew are told apart."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.stage import Stage, at, span


@pytest.mark.parametrize("home", ["exchange", "google"])
def test_a_copied_exchange_item_is_a_new_event_and_its_original_stays(tmp_path: Path, home: str) -> None:
    """Story 7: Outlook copies UID and hidden properties along."""
    stage = Stage(tmp_path)
    if home == "exchange":
        stage.outlook("Lunch")
    else:
        stage.web("Lunch")
    stage.settle()
    original, event = stage.item("Lunch").id, stage.event("Lunch")["id"]
    copied = stage.ana.copy(original)
    stage.ana.update(copied, start=at(12), end=at(12, 11), subject="Lunch again")
    stage.settle()
    assert stage.titles() == ["Lunch", "Lunch again"]
    assert stage.event("Lunch")["id"] == event
    assert stage.item("Lunch").id == original
    # Both go on by themselves.
    stage.ana.update(copied, location="Roof")
    stage.calendar.update(event, summary="Lunch, moved")
    stage.settle()
    assert [(row.title, row.place) for row in stage.both()] == [("Lunch again", "Roof"), ("Lunch, moved", "")]
    stage.ana.delete(original)
    stage.settle()
    assert stage.titles() == ["Lunch again"]


@pytest.mark.parametrize("home", ["exchange", "google"])
def test_a_copied_google_event_is_a_new_event_and_its_original_stays(tmp_path: Path, home: str) -> None:
    """Story 7, the other way: Google clones private properties."""
    stage = Stage(tmp_path)
    if home == "exchange":
        stage.outlook("Lunch")
    else:
        stage.web("Lunch")
    stage.settle()
    original, item = stage.event("Lunch")["id"], stage.item("Lunch").id
    copied = stage.calendar.copy(original, summary="Lunch again", **span(at(12), at(12, 11)))
    stage.settle()
    assert stage.titles() == ["Lunch", "Lunch again"]
    assert stage.event("Lunch")["id"] == original
    assert stage.item("Lunch").id == item
    stage.calendar.update(copied, location="Roof")
    stage.ana.update(item, subject="Lunch, moved")
    stage.settle()
    assert [(row.title, row.place) for row in stage.both()] == [("Lunch again", "Roof"), ("Lunch, moved", "")]
    stage.calendar.delete(original)
    stage.settle()
    assert stage.titles() == ["Lunch again"]


def test_a_copy_made_and_its_original_deleted_between_two_runs_is_one_event(tmp_path: Path) -> None:
    """Story 7: copied to another day, the first thrown away, before anybody looked."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    stage.settle()
    copied = stage.ana.copy(lunch)
    stage.ana.update(copied, start=at(12), end=at(12, 11))
    stage.ana.delete(lunch)
    stage.settle()
    assert [(row.title, row.start) for row in stage.both()] == [("Lunch", "2026-11-12T10:00:00+00:00")]


@pytest.mark.parametrize("apart", [0, 2])
def test_an_event_copied_three_times_is_four_events(tmp_path: Path, apart: float) -> None:
    """Story 7: the same UID four times over, and each is told apart; creation times have whole seconds."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    for _ in range(3):
        stage.later(seconds=apart)
        stage.ana.copy(lunch)
    stage.settle()
    assert stage.titles() == ["Lunch"] * 4
    for number, item in enumerate(stage.ana.items()):
        stage.ana.update(item.id, subject=f"Lunch {number}")
    stage.settle()
    assert stage.titles() == [f"Lunch {number}" for number in range(4)]
    stage.ana.delete(stage.item("Lunch 2").id)
    stage.settle()
    assert stage.titles() == ["Lunch 0", "Lunch 1", "Lunch 3"]


@pytest.mark.parametrize(("outlook", "web"), [(2, 2), (2, 1), (1, 2), (3, 1)])
def test_identical_items_on_both_sides_are_paired_and_never_changed(tmp_path: Path, outlook: int, web: int) -> None:
    """Story 8."""
    stage = Stage(tmp_path)
    for _ in range(outlook):
        stage.outlook("Standup", reminder_minutes=10)
    for _ in range(web):
        stage.web("Standup")
    stage.settle()
    assert stage.titles() == ["Standup"] * max(outlook, web)
    assert stage.writes() == abs(outlook - web)
    for _ in range(3):
        stage.silent()
    # Paired one to one: an edit of one arrives at one.
    stage.ana.update(stage.ana.items()[0].id, location="Room 1")
    stage.settle()
    assert [row.place for row in stage.both()] == [""] * (max(outlook, web) - 1) + ["Room 1"]


def test_an_item_saved_anew_under_another_id_keeps_its_copy(tmp_path: Path) -> None:
    """Story 10: an add-in deletes the item and saves it again, UID and all."""
    stage = Stage(tmp_path)
    stage.outlook("Webinar", location="Online")
    stage.settle()
    event = stage.event("Webinar")["id"]
    for _ in range(4):
        old = stage.item("Webinar")
        stage.ana.delete(old.id, hard=True)
        _again(stage, old, uid=old.uid)
        with stage.unchanged():
            stage.run()
        stage.silent()
        assert stage.event("Webinar")["id"] == event
    stage.ana.update(stage.item("Webinar").id, location="Room 2")
    stage.settle()
    assert [(row.title, row.place) for row in stage.both()] == [("Webinar", "Room 2")]
    assert stage.event("Webinar")["id"] == event


def test_an_item_saved_anew_under_another_uid_keeps_its_copy(tmp_path: Path) -> None:
    """Story 10: the same times, title and place in the same feed; only the copy's stamp may be written."""
    stage = Stage(tmp_path)
    stage.outlook("Webinar", location="Online")
    stage.settle()
    event = stage.event("Webinar")
    for _ in range(4):
        old = stage.item("Webinar")
        stage.ana.delete(old.id, hard=True)
        _again(stage, old)
        stage.settle()
        assert stage.titles() == ["Webinar"]
        assert stage.event("Webinar")["id"] == event["id"]
    seen = ("summary", "start", "end", "location", "sequence")
    assert {name: stage.event("Webinar")[name] for name in seen} == {name: event[name] for name in seen}
    # After a lost store it is still one.
    stage.wipe()
    with stage.unchanged():
        stage.run()
    stage.silent()
    assert stage.titles() == ["Webinar"]


def test_an_event_deleted_and_made_anew_with_another_day_is_a_new_event(tmp_path: Path) -> None:
    """Story 10's edge: only the same event is rebound."""
    stage = Stage(tmp_path)
    old = stage.outlook("Webinar")
    stage.settle()
    stage.ana.delete(old)
    stage.outlook("Webinar", day=9)
    stage.settle()
    assert [row.start for row in stage.both()] == ["2026-11-09T10:00:00+00:00"]


def _again(stage: Stage, item: Any, **fields: Any) -> str:
    return stage.outlook(
        item.subject, start=item.start, end=item.end, start_zone=item.start_zone, location=item.location, **fields
    )
