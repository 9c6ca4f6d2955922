"""Events that people drag or copy from one paired place into another: each ends as an event of the place it stands in.

What calpair made carries its stamp, and Outlook takes the stamp along with the item. It counts only where its pair keeps
copies; anywhere else the item is the person's own.
"""

from collections.abc import Callable
from itertools import count, permutations
from pathlib import Path

import pytest

from scenarios.stage import BENS, Stage
from simulators.google.hand import Hand
from simulators.wire import Crash

ORDERS = list(permutations(("ana", "team")))


class Desk:
    """Ana's own calendar and her folder `Team`, each paired with a Google calendar."""

    def __init__(self, path: Path, **team: str) -> None:
        self.stage = Stage(path)
        self.folder = self.stage.ana.add_folder("Team")
        fields = {"domain": "a.test", "mailbox": "ana@a.test", "folder": "Team", "calendar": BENS, **team}
        self.stage.pairs["team"] = {"direction": "two_way", **fields}
        self.stage.start()
        self.google: Hand = self.stage.google.calendar(fields["calendar"])

    def run(self, order: tuple[str, ...] = ("ana", "team")) -> None:
        """Run both pairs, one after the other, and expect silence of both."""
        for name in order:
            self.stage.run(name)
        for name in order:
            self.stage.silent(name)

    def own(self) -> list[str]:
        """The titles of ana's own calendar; both sides show the same."""
        return self.stage.titles()

    def team(self) -> list[str]:
        """The titles of the folder; both sides show the same."""
        titles = sorted(item.subject for item in self.stage.ana.items(self.folder))
        assert titles == sorted(event["summary"] for event in self.google.events())
        return titles


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("home", ["exchange", "google"])
def test_an_event_dragged_into_another_folder_is_an_event_of_that_folder(
    tmp_path: Path, home: str, order: tuple[str, ...]
) -> None:
    desk = Desk(tmp_path)
    stage = desk.stage
    stage.outlook("Stays", day=9)
    stage.outlook("Lunch") if home == "exchange" else stage.web("Lunch")
    desk.run()
    moved = stage.ana.move(stage.item("Lunch").id, desk.folder)
    desk.run(order)
    assert (desk.own(), desk.team()) == (["Stays"], ["Lunch"])
    # It goes on as one event, in both directions.
    stage.ana.update(moved, subject="Lunch, later")
    desk.run()
    assert desk.team() == ["Lunch, later"]
    (event,) = desk.google.events()
    desk.google.update(event["id"], location="Roof")
    desk.run()
    (item,) = stage.ana.items(desk.folder)
    assert (item.subject, item.location) == ("Lunch, later", "Roof")
    # And back again.
    stage.ana.move(item.id, stage.ana.calendar_id)
    desk.run(order)
    assert (desk.own(), desk.team()) == (["Lunch, later", "Stays"], [])


@pytest.mark.parametrize("order", ORDERS)
def test_an_event_dragged_and_dragged_back_before_anybody_looked_is_what_it_was(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    desk = Desk(tmp_path)
    stage = desk.stage
    event = stage.web("Lunch")
    desk.run()
    moved = stage.ana.move(stage.item("Lunch").id, desk.folder)
    stage.ana.move(moved, stage.ana.calendar_id)
    with stage.unchanged():
        desk.run(order)
    assert (desk.own(), desk.team()) == (["Lunch"], [])
    assert stage.event("Lunch")["id"] == event


@pytest.mark.parametrize("order", ORDERS)
def test_an_event_copied_into_another_folder_is_an_event_of_both(tmp_path: Path, order: tuple[str, ...]) -> None:
    desk = Desk(tmp_path)
    stage = desk.stage
    stage.web("Lunch")
    desk.run()
    stage.ana.move(stage.ana.copy(stage.item("Lunch").id), desk.folder)
    desk.run(order)
    assert (desk.own(), desk.team()) == (["Lunch"], ["Lunch"])
    stage.calendar.delete(stage.event("Lunch")["id"])
    desk.run()
    assert (desk.own(), desk.team()) == ([], ["Lunch"])


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("lost", [Stage.wipe, Stage.start])
def test_what_was_dragged_is_still_one_event_when_everything_is_listed_anew(
    tmp_path: Path, order: tuple[str, ...], lost: Callable[[Stage], object]
) -> None:
    desk = Desk(tmp_path)
    stage = desk.stage
    stage.web("Lunch")
    stage.web("Stays", day=9)
    desk.run()
    stage.ana.move(stage.item("Lunch").id, desk.folder)
    desk.run()
    lost(stage)
    stage.calendar.expire_tokens()
    desk.google.expire_tokens()
    with stage.unchanged():
        desk.run(order)
    assert (desk.own(), desk.team()) == (["Stays"], ["Lunch"])
    # It is the person's own: deleted on Google while the store was lost, it is carried there again.
    (event,) = desk.google.events()
    stage.wipe()
    desk.google.delete(event["id"])
    stage.web("Beside", day=12)
    desk.run(order)
    assert desk.team() == ["Lunch"]


@pytest.mark.parametrize("order", ORDERS)
def test_an_event_dragged_into_a_folder_that_flows_into_the_same_calendar_stands_there_once(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """The other pair has not seen the deletion yet, and its event stands in this very calendar: it is left to it."""
    desk = Desk(tmp_path, calendar="ana@g.test", direction="exchange_to_google")
    stage = desk.stage
    stage.web("Lunch")
    stage.web("Stays", day=9)
    desk.run()
    stage.ana.move(stage.item("Lunch").id, desk.folder)
    desk.run(order)
    desk.run()
    assert stage.exchange_titles() == ["Stays"]
    assert stage.google_titles() == ["Lunch", "Stays"]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "lost_reply"])
@pytest.mark.parametrize("side", ["exchange", "google"])
def test_a_run_that_ends_badly_anywhere_leaves_the_dragged_event_in_its_new_place_alone(
    tmp_path: Path, side: str, kind: str, order: tuple[str, ...]
) -> None:
    for nth in count(1):
        (folder := tmp_path / str(nth)).mkdir()
        desk = Desk(folder)
        stage = desk.stage
        stage.web("Lunch")
        stage.web("Stays", day=9)
        desk.run()
        stage.ana.move(stage.item("Lunch").id, desk.folder)
        stage.fault(side, kind, nth=nth)
        for name in order:
            try:
                stage.tries(name)
            except Crash:
                stage.start()
        met = not (stage.exchange.record.faults or stage.google.record.faults)
        stage.calm()
        stage.later(minutes=11)
        for name in order:
            stage.run(name)
        desk.run(order)
        assert (desk.own(), desk.team()) == (["Stays"], ["Lunch"]), nth
        if not met:
            break
    assert nth > 2


@pytest.mark.parametrize("order", ORDERS)
def test_an_event_moved_to_another_google_calendar_is_an_event_of_that_calendar(
    tmp_path: Path, order: tuple[str, ...]
) -> None:
    """Google keeps the event's id and its private properties."""
    desk = Desk(tmp_path)
    stage = desk.stage
    stage.outlook("Lunch")
    stage.outlook("Stays", day=9)
    desk.run()
    event = stage.event("Lunch")
    kept = ("id", "summary", "start", "end", "extendedProperties", "reminders")
    stage.calendar.delete(event["id"])
    desk.google.create(**{name: event[name] for name in kept if name in event})
    desk.run(order)
    assert (desk.own(), desk.team()) == (["Stays"], ["Lunch"])
