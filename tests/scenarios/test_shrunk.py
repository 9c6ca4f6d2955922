"""A calendar that comes back with less than it had: somebody is told at once, and nothing is deleted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scenarios.grounds import planned
from scenarios.stage import CALENDAR, MAILBOX, Stage, at
from simulators.exchange import ExchangeSimulator
from simulators.exchange.switches import Switches

SIDES = ["exchange", "google"]


def forgotten(stage: Stage, side: str, kept: int) -> Callable[[], None]:
    """Have a server come back without a word, with so many of its items; gives how the others come back, likewise.

    As when a backup of another day is put in place: no log tells of it.
    """
    held: Any
    if side == "exchange":
        held, lose = stage.exchange.mailboxes[MAILBOX].calendar.items, stage.ana.drop_sync_states
    else:
        held, lose = stage.google._ground.calendars[CALENDAR].entries, stage.calendar.expire_tokens
    gone = {item: held.pop(item) for item in list(held)[kept:]}
    lose()

    def back() -> None:
        held.update(gone)
        lose()

    return back


@pytest.mark.parametrize("side", SIDES)
def test_a_calendar_that_comes_back_empty_is_held_at_once_and_goes_on_when_it_is_full_again(
    tmp_path: Path, side: str
) -> None:
    """Design 5.8: a list that shrank to nothing."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    with stage.unchanged():
        back = forgotten(stage, side, 0)
        assert stage.tries() == "held"
        assert stage.status()["state"] == "paused"
        assert "came back empty" in stage.status()["sentence"]
        back()
        stage.app.approve("ana")
        stage.run()
        stage.silent()
    assert stage.both() == before
    assert stage.status()["state"] == "ok"


@pytest.mark.parametrize(("side", "silent"), [("exchange", False), ("exchange", True), ("google", False)])
@pytest.mark.parametrize("kept", [1, 3])
def test_a_calendar_that_comes_back_with_some_of_its_items_is_behind_at_once_and_in_step_when_it_is_full_again(
    tmp_path: Path, side: str, kept: int, silent: bool
) -> None:
    """Facts 2.1 and 8: the place refused, or everything listed anew without a word."""
    stage = Stage(tmp_path, exchange={"switches": Switches(silent_resync=silent)})
    planned(stage)
    before = stage.both()
    with stage.unchanged():
        back = forgotten(stage, side, kept)
        stage.run()
        told = stage.status()
        assert told["state"] == "behind"
        assert (told["missing"]["events"], told["missing"]["sides"]) == (6 - kept, [side])
        assert told["since"].startswith("2026-11-02T08:00:")
        stage.later(minutes=5)
        stage.run()
        assert stage.status()["state"] == "behind"
        assert stage.status()["since"] == told["since"]
        back()
        stage.run()
        stage.silent()
    assert stage.both() == before
    assert (stage.status()["state"], stage.status()["missing"]) == ("ok", None)


def test_missing_events_that_stay_so_are_held_before_one_of_them_is_deleted(tmp_path: Path) -> None:
    """Five of six, ten minutes later: the breaker."""
    stage = Stage(tmp_path)
    planned(stage)
    with stage.unchanged():
        back = forgotten(stage, "exchange", 1)
        stage.run()
        stage.later(minutes=11)
        assert stage.tries() == "held"
        assert stage.status()["state"] == "paused"
        back()
        stage.app.approve("ana")
        stage.run()
        stage.silent()
    assert len(stage.both()) == 6


def another_server(stage: Stage, switches: Switches | None = None) -> ExchangeSimulator:
    """An empty one, which takes the place of the one before."""
    mailboxes, services = {MAILBOX: "ana's"}, {"svc@a.test": "secret"}
    another = ExchangeSimulator(
        clock=stage.clock, mailboxes=mailboxes, services=services, switches=switches, secret=b"another"
    )
    stage.exchange_door.simulator = another
    return another


def test_another_and_empty_server_at_the_same_address_is_held_at_once(tmp_path: Path) -> None:
    """It refuses a place it never gave."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    with stage.unchanged():
        another_server(stage)
        assert stage.tries() == "held"
        assert stage.status()["state"] == "paused"
        stage.exchange_door.simulator = stage.exchange
        stage.app.approve("ana")
        stage.patient()
    assert stage.both() == before
    assert stage.status()["state"] == "ok"


def test_another_server_with_one_item_leaves_the_pair_behind_at_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    another_server(stage).mailbox(MAILBOX).create(subject="New", start=at(9), end=at(9, 11))
    stage.run()
    assert stage.status()["state"] == "behind"
    assert (stage.status()["missing"]["events"], stage.status()["missing"]["sides"]) == (6, ["exchange"])
    assert stage.google_titles() == sorted([*(row.title for row in before), "New"])
    stage.exchange_door.simulator = stage.exchange
    # What the other one had goes with it.
    stage.patient()
    assert stage.both() == before
    assert stage.status()["state"] == "ok"


@pytest.mark.parametrize("new", [0, 1])
def test_another_server_that_takes_any_place_for_its_own_deletes_nothing_and_is_not_told_from_a_quiet_one(
    tmp_path: Path, new: int
) -> None:
    """Facts 8: what it lists silently is all it has, and names nothing that was known."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    another = another_server(stage, Switches(silent_resync=True))
    for _ in range(new):
        another.mailbox(MAILBOX).create(subject="New", start=at(9), end=at(9, 11))
    for _ in range(4):
        assert stage.run().outcome == "ok"
        stage.later(minutes=6)
    assert stage.google_titles() == sorted([*(row.title for row in before), *["New"] * new])
    stage.exchange_door.simulator = stage.exchange
    stage.patient()
    assert stage.both() == before
