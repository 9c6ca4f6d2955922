"""Story 48 of the trackers: reminders are what people set, on each side, and never an e-mail."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.stage import Stage, days
from simulators.google.switches import Switches as GoogleSwitches

POPUP, EMAIL = "popup", "email"


def _rows(*rows: tuple[str, int]) -> dict[str, Any]:
    return {"useDefault": False, **({"overrides": [{"method": m, "minutes": n} for m, n in rows]} if rows else {})}


@pytest.mark.parametrize("minutes", [None, 0, 5, 15, 1440, 40320])
def test_a_reminder_of_outlook_is_one_pop_up_on_google(tmp_path: Path, minutes: int | None) -> None:
    """Story 48: none is none, and not the calendar's default; nobody is ever mailed."""
    stage = Stage(tmp_path)
    stage.outlook("Lunch", reminder_minutes=minutes)
    stage.settle()
    assert stage.event("Lunch")["reminders"] == (_rows() if minutes is None else _rows((POPUP, minutes)))


@pytest.mark.parametrize(
    ("reminders", "minutes"),
    [
        (_rows(), None),
        (_rows((POPUP, 0)), 0),
        (_rows((POPUP, 30)), 30),
        (_rows((POPUP, 30), (POPUP, 5), (EMAIL, 1440)), 5),
        (_rows((EMAIL, 60)), None),
        ({"useDefault": True}, 10),
    ],
)
def test_of_googles_reminders_the_latest_pop_up_is_outlooks_and_the_others_stay(
    tmp_path: Path, reminders: dict[str, Any], minutes: int | None
) -> None:
    """Story 48. The calendar's own default is a pop-up ten minutes before."""
    stage = Stage(tmp_path)
    lunch = stage.web("Lunch", reminders=reminders)
    stage.settle()
    assert stage.item("Lunch").reminder_minutes == minutes
    stage.ana.update(stage.item("Lunch").id, location="Canteen")
    stage.settle()
    stage.calendar.update(lunch, description="Soup")
    stage.settle()
    assert stage.calendar.event(lunch)["reminders"] == reminders
    assert stage.item("Lunch").reminder_minutes == minutes


def test_a_reminder_changed_in_outlook_keeps_googles_further_ones(tmp_path: Path) -> None:
    """Story 48: the carried one changes; those further off and the event's own e-mail stay."""
    stage = Stage(tmp_path)
    lunch = stage.web("Lunch", reminders=_rows((POPUP, 10), (POPUP, 60), (EMAIL, 1440)))
    stage.settle()
    stage.ana.update(stage.item("Lunch").id, reminder_minutes=20)
    stage.settle()
    kept = stage.calendar.event(lunch)["reminders"]["overrides"]
    assert sorted((row["method"], row["minutes"]) for row in kept) == [(EMAIL, 1440), (POPUP, 20), (POPUP, 60)]
    assert stage.mails() == 0


@pytest.mark.parametrize("in_delta", [True, False])
def test_reminders_go_back_and_forth_as_people_change_them(tmp_path: Path, in_delta: bool) -> None:
    """Story 48. A change of reminders is no new version on Google, and may not even be told (switch reminders_in_delta)."""
    stage = Stage(tmp_path, google={"switches": GoogleSwitches(reminders_in_delta=in_delta)})
    lunch = stage.outlook("Lunch", reminder_minutes=15)
    stage.settle()
    event = stage.event("Lunch")["id"]
    for minutes in (None, 0, 30):
        stage.ana.update(lunch, reminder_minutes=minutes)
        stage.settle()
        assert stage.event("Lunch")["reminders"] == (_rows() if minutes is None else _rows((POPUP, minutes)))
    for minutes in (None, 0, 45):
        stage.calendar.update(
            event,
            reminders={
                "useDefault": False,
                "overrides": [] if minutes is None else _rows((POPUP, minutes))["overrides"],
            },
        )
        if not in_delta:
            # Nothing tells of it but another change of the event.
            stage.calendar.update(event, location=f"Room {minutes}")
        stage.settle()
        assert stage.ana.item(lunch).reminder_minutes == minutes


def test_reminders_longer_than_google_knows_stay_in_outlook(tmp_path: Path) -> None:
    """Story 48: four weeks are the most on Google; Outlook's eight weeks are not worn down to it, and status says so."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", reminder_minutes=80640)
    stage.settle()
    assert stage.event("Lunch")["reminders"] == _rows((POPUP, 40320))
    stage.calendar.update(stage.event("Lunch")["id"], summary="Late lunch")
    stage.settle()
    assert stage.ana.item(lunch).reminder_minutes == 80640
    assert stage.status()["losses"] == {"reminder:shortened": 1}


def test_reminders_of_whole_days_are_carried(tmp_path: Path) -> None:
    """Story 48."""
    stage = Stage(tmp_path)
    stage.web("Birthday party", **days("2026-11-09", "2026-11-10"), reminders=_rows((POPUP, 900)))
    stage.settle()
    item = stage.item("Birthday party")
    assert (item.all_day, item.reminder_minutes) == (True, 900)
    stage.ana.update(item.id, reminder_minutes=None)
    stage.settle()
    assert stage.event("Birthday party")["reminders"] == _rows()


def test_a_calendar_whose_default_reminder_changes_writes_nothing_by_itself(tmp_path: Path) -> None:
    """Story 48: the default is the calendar's own rule; an event that follows it does so on Google alone."""
    stage = Stage(tmp_path)
    lunch = stage.web("Lunch")
    stage.settle()
    stage.calendar.set_default_reminders({"method": POPUP, "minutes": 25})
    with stage.unchanged():
        stage.run()
    stage.silent()
    stage.calendar.update(lunch, location="Canteen")
    stage.settle()
    assert stage.calendar.event(lunch)["reminders"] == {"useDefault": True}
