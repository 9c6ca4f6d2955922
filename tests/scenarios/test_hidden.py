"""Story 47 of the trackers: what others are not to see is not shown to them, nor kept anywhere on the way."""

import logging
from pathlib import Path

import pytest

from scenarios.stage import Stage, at

HIDDEN = ("title", "body", "place", "categories")


def _google(stage: Stage) -> list[tuple[str, str, str]]:
    return [
        (event.get("summary", ""), event.get("description", ""), event.get("location", ""))
        for event in stage.calendar.events()
    ]


@pytest.mark.parametrize("sensitivity", ["Private", "Confidential", "Personal"])
def test_a_private_appointment_is_private_on_google(tmp_path: Path, sensitivity: str) -> None:
    """Story 47: by default everything is carried, and marked for its owner's eyes."""
    stage = Stage(tmp_path)
    stage.outlook("Doctor", sensitivity=sensitivity)
    stage.settle()
    assert stage.event("Doctor")["visibility"] in ("private", "confidential")
    assert [row.private for row in stage.both()] == [True]


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
@pytest.mark.parametrize(("policy", "sensitivity"), [("private_as_busy", "Private"), ("busy_only", "Normal")])
def test_what_is_not_to_be_shown_is_busy_on_google(
    tmp_path: Path, policy: str, sensitivity: str, direction: str
) -> None:
    """Story 47."""
    stage = Stage(tmp_path, pair={"show": {"to_google": policy}, "direction": direction})
    stage.outlook("Doctor", body="teeth", location="Main St 1", categories=["Health"], sensitivity=sensitivity)
    stage.settle()
    assert _google(stage) == [("Busy", "", "")]
    stage.ana.update(stage.item("Doctor").id, subject="Doctor Who", location="Main St 2", start_zone="UTC")
    stage.settle()
    assert _google(stage) == [("Busy", "", "")]
    assert set(stage.status()["losses"]) >= {f"{name}:hidden" for name in HIDDEN}


def test_a_normal_appointment_is_shown_where_only_private_ones_are_hidden(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"show": {"to_google": "private_as_busy"}})
    stage.outlook("Lunch", location="Canteen")
    stage.settle()
    assert _google(stage) == [("Lunch", "", "Canteen")]


def test_a_title_is_hidden_as_soon_as_it_is_private_and_shown_when_it_is_no_more(tmp_path: Path) -> None:
    """Story 47."""
    stage = Stage(tmp_path, pair={"show": {"to_google": "private_as_busy"}})
    lunch = stage.outlook("Lunch", location="Canteen", body="Soup")
    stage.settle()
    for _ in range(2):
        stage.ana.update(lunch, sensitivity="Private")
        stage.settle()
        assert _google(stage) == [("Busy", "", "")]
        stage.ana.update(lunch, sensitivity="Normal")
        stage.settle()
        assert _google(stage) == [("Lunch", "Soup", "Canteen")]


def test_the_policy_holds_for_what_is_there_already_and_can_be_taken_back(tmp_path: Path) -> None:
    """Story 47: turning it on hides what stood in clear; nothing in Outlook is touched by either."""
    stage = Stage(tmp_path)
    stage.outlook("Lunch", location="Canteen", body="Soup")
    stage.settle()
    for _ in range(2):
        stage.set(show={"to_google": "busy_only"})
        stage.settle()
        assert _google(stage) == [("Busy", "", "")]
        assert stage.item("Lunch").location == "Canteen"
        stage.set(show={"to_google": "everything"})
        stage.settle()
        assert _google(stage) == [("Lunch", "Soup", "Canteen")]


def test_an_edit_of_the_stand_in_never_reaches_outlook(tmp_path: Path) -> None:
    """Story 47: a field that is hidden never flows back; the hour does."""
    stage = Stage(tmp_path, pair={"show": {"to_google": "busy_only"}})
    lunch = stage.outlook("Doctor", location="Main St 1", body="teeth")
    stage.settle()
    (event,) = stage.calendar.events()
    stage.calendar.update(event["id"], summary="Meeting", location="Here", description="What is it?")
    stage.settle()
    assert _google(stage) == [("Busy", "", "")]
    item = stage.ana.item(lunch)
    assert (item.subject, item.location, item.body) == ("Doctor", "Main St 1", "teeth")
    moved = {"dateTime": "2026-11-05T15:00:00+01:00", "timeZone": "Europe/Berlin"}
    until = {"dateTime": "2026-11-05T16:00:00+01:00", "timeZone": "Europe/Berlin"}
    stage.calendar.update(event["id"], summary="Meeting", start=moved, end=until)
    stage.settle()
    assert stage.ana.item(lunch).start.hour == 14
    assert stage.ana.item(lunch).subject == "Doctor"
    assert _google(stage) == [("Busy", "", "")]


def test_an_edited_stand_in_does_not_save_an_appointment_from_its_deletion(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"show": {"to_google": "busy_only"}})
    lunch = stage.outlook("Doctor")
    stage.settle()
    stage.calendar.update(stage.calendar.events()[0]["id"], summary="Meeting")
    stage.ana.delete(lunch)
    stage.settle()
    assert stage.exchange_titles() == stage.google_titles() == []


@pytest.mark.parametrize(("policy", "visibility"), [("private_as_busy", "private"), ("busy_only", "default")])
def test_what_is_not_to_be_shown_is_busy_in_outlook(tmp_path: Path, policy: str, visibility: str) -> None:
    """Story 47, the other way."""
    stage = Stage(tmp_path, pair={"show": {"to_exchange": policy}})
    lunch = stage.web("Doctor", description="teeth", location="Main St 1", visibility=visibility)
    stage.settle()
    (item,) = stage.ana.items()
    assert (item.subject, item.body, item.location) == ("Busy", "", "")
    stage.ana.update(item.id, subject="Meeting")
    stage.settle()
    assert stage.calendar.event(lunch)["summary"] == "Doctor"
    assert [one.subject for one in stage.ana.items()] == ["Busy"]


def test_a_lost_store_shows_nothing_that_was_hidden(tmp_path: Path) -> None:
    """Story 47 and a rebuilt store: no write, and edits go on as before."""
    stage = Stage(tmp_path, pair={"show": {"to_google": "private_as_busy"}})
    lunch = stage.outlook("Doctor", location="Main St 1", sensitivity="Private")
    stage.outlook("Lunch", hour=12)
    stage.settle()
    stage.wipe()
    with stage.unchanged():
        stage.run()
    stage.silent()
    stage.ana.update(lunch, location="Main St 2")
    stage.calendar.update(stage.event("Busy")["id"], summary="Meeting")
    stage.settle()
    assert stage.google_titles() == ["Busy", "Lunch"]
    assert stage.ana.item(lunch).subject == "Doctor"


def test_hidden_words_are_in_no_log_and_not_on_the_disk(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Story 47: also in logs."""
    caplog.set_level(logging.DEBUG)
    stage = Stage(tmp_path, pair={"show": {"to_google": "private_as_busy"}})
    lunch = stage.outlook("Urologist", location="Hospital", sensitivity="Private")
    stage.settle()
    stage.ana.update(lunch, subject="Urologist, second visit")
    stage.fault("google", "invalid_400", "events.patch")
    stage.run()
    stage.patient()
    said = caplog.text + "".join(path.read_bytes().decode(errors="replace") for path in tmp_path.iterdir())
    for word in ("Urologist", "Hospital", "second visit"):
        assert word not in said


def test_of_an_event_both_had_each_owner_keeps_the_words_the_other_may_not_see(tmp_path: Path) -> None:
    """Story 47 and adoption: hours flow, hidden words do not, and nobody's own are taken off."""
    stage = Stage(tmp_path, pair={"show": {"to_google": "busy_only"}})
    lunch = stage.outlook("Lunch")
    event = stage.web("Lunch", description="mine")
    with stage.unchanged():
        stage.run()
    stage.silent()
    stage.ana.update(lunch, subject="Secret", start=at(6), end=at(6, 11))
    stage.settle()
    assert [(row.title, row.start, row.text) for row in stage.google_rows()] == [
        ("Lunch", "2026-11-06T10:00:00+00:00", "mine")
    ]
    stage.calendar.update(event, transparency="transparent")
    stage.settle()
    assert stage.ana.item(lunch).show_as == "Free"
    assert stage.ana.item(lunch).subject == "Secret"
