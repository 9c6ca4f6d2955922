"""How long a change takes until it is seen on the other side, by the servers' own times (design 4.1)."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.stage import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def last(stage: Stage) -> tuple[int, int]:
    """The last time measured, in whole seconds, and how many were."""
    told: dict[str, Any] = stage.status()["time_to_visible"]
    return round(told["last"]), told["measured"]


def test_a_new_event_is_measured_from_its_making_to_that_of_its_copy_either_way(stage: Stage) -> None:
    stage.run()
    stage.outlook("Lunch")
    stage.later(seconds=40)
    stage.settle()
    assert last(stage) == (40, 1)
    stage.web("Dinner", hour=19)
    stage.later(seconds=20)
    stage.settle()
    assert last(stage) == (20, 2)


@pytest.mark.parametrize("born", ["exchange", "google"])
@pytest.mark.parametrize("edited", ["exchange", "google"])
def test_an_edit_is_measured_on_whichever_side_it_was_made_and_born(stage: Stage, born: str, edited: str) -> None:
    _ = stage.outlook("Lunch") if born == "exchange" else stage.web("Lunch")
    stage.settle()
    stage.later(hours=1)
    stage.settle()
    if edited == "exchange":
        stage.ana.update(stage.item("Lunch").id, location="Canteen")
    else:
        stage.calendar.update(stage.event("Lunch")["id"], location="Canteen")
    stage.later(seconds=30)
    stage.settle()
    assert last(stage) == (30, 1)


def test_a_pair_that_was_behind_tells_how_long_people_waited(stage: Stage) -> None:
    stage.settle()
    stage.outlook("Lunch")
    stage.fault("exchange", "unavailable", seconds=3600)
    stage.tries()
    stage.later(hours=2)
    stage.settle()
    assert last(stage) == (7200, 1)


def test_a_first_sync_and_changed_settings_are_not_measured(stage: Stage) -> None:
    stage.outlook("Lunch", sensitivity="Private")
    stage.later(hours=1)
    stage.settle()
    assert stage.status()["time_to_visible"] is None
    stage.later(hours=1)
    stage.set(show={"to_google": "private_as_busy"})
    stage.settle()
    assert stage.google_titles() == ["Busy"]
    assert stage.status()["time_to_visible"] is None


def test_a_dry_run_measures_nothing(stage: Stage) -> None:
    stage.settle()
    stage.outlook("Lunch")
    stage.app.sync("ana", dry_run=True)
    assert stage.status()["time_to_visible"] is None
