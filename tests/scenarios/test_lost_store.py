"""What we keep is a cache: lost while all was in step it is rebuilt without a write; edits of the time between survive."""

from pathlib import Path

import pytest

from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import Stage, at


def _lived_in(folder: Path, **pair: object) -> Stage:
    """Each side's own events, and two that were on both from the beginning."""
    stage = Stage(folder, pair=pair)
    stage.outlook("Both", day=9, uid="both@x.test", reminder_minutes=10)
    stage.web("Both", day=9)
    planned(stage)
    stage.calendar.update(stage.event("Google 8")["id"], location="Roof")
    stage.ana.update(stage.item("Google 10").id, subject="Google 10, renamed")
    stage.ana.update(stage.item("Exchange 8").id, body="<p>Soup</p>", body_type="HTML", categories=["Red"])
    stage.calendar.update(stage.event("Exchange 10")["id"], description="Salad")
    stage.settle()
    return stage


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
def test_a_store_lost_in_step_is_rebuilt_without_a_write(tmp_path: Path, direction: str) -> None:
    stage = Stage(tmp_path, pair={"direction": direction})
    stage.outlook("Both", day=9)
    stage.web("Both", day=9)
    stage.outlook("Exchange", body="<p>Soup</p>", body_type="HTML", categories=["Red"], sensitivity="Private")
    stage.web("Google", day=6, description="Salad", colorId="3")
    stage.settle()
    seen = stage.exchange_rows(), stage.google_rows()
    for _ in range(3):
        stage.wipe()
        with stage.unchanged():
            stage.run()
            stage.silent()
    assert (stage.exchange_rows(), stage.google_rows()) == seen


def test_a_store_lost_after_much_editing_is_rebuilt_without_a_write(tmp_path: Path) -> None:
    stage = _lived_in(tmp_path)
    for _ in range(2):
        stage.wipe()
        with stage.unchanged():
            stage.run()
            stage.silent()
    stage.ana.update(stage.item("Exchange 12").id, location="Here")
    stage.calendar.update(stage.event("Google 12")["id"], location="There")
    stage.calendar.delete(stage.event("Both")["id"])
    stage.settle()
    assert {row.title: row.place for row in stage.both()} == {
        "Exchange 10": "",
        "Exchange 12": "Here",
        "Exchange 8": "",
        "Google 10, renamed": "",
        "Google 12": "There",
        "Google 8": "Roof",
    }


@pytest.mark.parametrize("on_conflict", ["exchange", "google", "newest"])
@pytest.mark.parametrize("side", ["exchange", "google"])
def test_an_edit_on_one_side_while_the_store_was_lost_is_carried(tmp_path: Path, side: str, on_conflict: str) -> None:
    """Of our copies the stamp tells who was edited, so nobody has to be asked who wins."""
    stage = Stage(tmp_path, pair={"on_conflict": on_conflict})
    planned(stage)
    stage.wipe()
    for title in ("Exchange 8", "Google 8"):
        if side == "exchange":
            stage.ana.update(stage.item(title).id, subject=f"{title}, edited", location="Here")
        else:
            stage.calendar.update(stage.event(title)["id"], summary=f"{title}, edited", location="Here")
    stage.settle()
    assert {row.title: row.place for row in stage.both()} == {
        "Exchange 10": "",
        "Exchange 12": "",
        "Exchange 8, edited": "Here",
        "Google 10": "",
        "Google 12": "",
        "Google 8, edited": "Here",
    }


@pytest.mark.parametrize(("on_conflict", "wins"), [("exchange", "Exchange"), ("google", "Google")])
def test_edits_of_both_sides_while_the_store_was_lost_are_settled_by_the_pairs_rule(
    tmp_path: Path, on_conflict: str, wins: str
) -> None:
    stage = Stage(tmp_path, pair={"on_conflict": on_conflict})
    planned(stage)
    stage.wipe()
    stage.ana.update(stage.item("Exchange 8").id, subject="By Exchange")
    stage.calendar.update(stage.event("Exchange 8")["id"], summary="By Google")
    stage.settle()
    assert stage.titles() == [f"By {wins}", "Exchange 10", "Exchange 12", "Google 10", "Google 12", "Google 8"]


def test_new_events_of_the_time_between_are_carried(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    stage.wipe()
    stage.outlook("Exchange, new", day=9)
    stage.web("Google, new", day=10)
    stage.settle()
    assert len(stage.both()) == 8


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
def test_a_copy_deleted_while_the_store_was_lost_is_made_again(tmp_path: Path, direction: str) -> None:
    """Edits of that time are carried as on a first sync, never as deletions."""
    stage = Stage(tmp_path, pair={"direction": direction})
    stage.outlook("Exchange 8", hour=8)
    stage.outlook("Exchange 10")
    stage.settle()
    stage.wipe()
    stage.calendar.delete(stage.event("Exchange 8")["id"])
    stage.settle()
    assert stage.titles() == ["Exchange 10", "Exchange 8"]
    stage.ana.update(stage.item("Exchange 8").id, location="Here")
    stage.settle()
    assert [row.place for row in stage.both()] == ["", "Here"]


@pytest.mark.parametrize("home", ["exchange", "google"])
def test_a_copy_whose_original_was_deleted_while_the_store_was_lost_waits_for_a_person(
    tmp_path: Path, home: str
) -> None:
    """An orphan: listed, never copied back, removed by approve from ten minutes on."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.wipe()
    if home == "exchange":
        stage.ana.delete(stage.item("Exchange 8").id)
    else:
        stage.calendar.delete(stage.event("Google 8")["id"])
    with stage.unchanged():
        stage.patient(hours=1)
    title = "Exchange 8" if home == "exchange" else "Google 8"
    assert (title in stage.exchange_titles()) is (home == "google")
    assert (title in stage.google_titles()) is (home == "exchange")
    assert stage.status()["orphans"] == 1
    assert stage.app.approve("ana") == "orphans"
    stage.run()
    stage.silent()
    assert stage.status()["orphans"] == 0
    assert len(stage.both()) == 5


def test_an_orphan_whose_original_comes_back_is_a_pair_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    stage.wipe()
    item = stage.item("Exchange 8").id
    stage.ana.delete(item)
    stage.patient(hours=1)
    assert stage.status()["orphans"] == 1
    stage.ana.restore(item)
    with stage.unchanged():
        stage.run()
    stage.silent()
    assert stage.status()["orphans"] == 0
    stage.calendar.update(stage.event("Exchange 8")["id"], location="Here")
    stage.settle()
    assert len(stage.both()) == 6


def test_an_adopted_event_edited_meanwhile_is_found_by_its_times(tmp_path: Path) -> None:
    """Without stamp or UID in common it is joined again where its times agree one to one."""
    stage = Stage(tmp_path)
    stage.outlook("Both", day=9)
    stage.web("Both", day=9)
    planned(stage)
    stage.wipe()
    stage.ana.update(stage.item("Both").id, subject="Both, renamed")
    stage.settle()
    assert len(stage.both()) == 7


def test_a_store_lost_in_the_middle_of_everything_is_rebuilt(tmp_path: Path) -> None:
    """Edits, new events and deletions on both sides, none of them seen yet."""
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    stage.wipe()
    stage.patient(hours=1)
    # What was deleted is not copied back; its copies wait for a person.
    assert stage.status()["orphans"] == 2
    assert stage.app.approve("ana") == "orphans"
    stage.run()
    stage.silent()
    assert stage.titles() == AFTERWARDS


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
def test_a_lost_digest_key_costs_a_relist_and_no_write(tmp_path: Path, direction: str) -> None:
    stage = Stage(tmp_path, pair={"direction": direction})
    stage.outlook("Both", day=9)
    stage.web("Both", day=9)
    stage.outlook("Exchange", body="<p>Soup</p>", body_type="HTML")
    stage.web("Google", day=6, description="Salad")
    stage.settle()
    for key in ("01", "02"):
        stage.environment["KEY"] = key * 32
        stage.start()
        with stage.unchanged():
            stage.run()
            stage.silent()
    stage.ana.update(stage.item("Exchange").id, location="Here")
    stage.settle()
    assert stage.event("Exchange")["location"] == "Here"


def test_a_lost_digest_key_and_a_lost_store_together_cost_no_write(tmp_path: Path) -> None:
    stage = _lived_in(tmp_path)
    stage.environment["KEY"] = "01" * 32
    stage.wipe()
    with stage.unchanged():
        stage.run()
        stage.silent()


def test_edits_made_while_the_key_was_lost_are_not_lost(tmp_path: Path) -> None:
    """Who was edited cannot be told any more: `on_conflict` decides field by field, and what differs flows."""
    stage = Stage(tmp_path, pair={"on_conflict": "google"})
    planned(stage)
    stage.environment["KEY"] = "01" * 32
    stage.start()
    stage.calendar.update(stage.event("Exchange 8")["id"], location="Here")
    stage.settle()
    assert stage.item("Exchange 8").location == "Here"


def test_an_item_moved_and_its_mailbox_moved_and_the_store_lost_is_still_one(tmp_path: Path) -> None:
    stage = _lived_in(tmp_path)
    before = stage.both()
    stage.ana.move_mailbox()
    stage.wipe()
    with stage.unchanged():
        stage.run()
        stage.silent()
    assert stage.both() == before
    stage.ana.update(stage.item("Exchange 8").id, start=at(20), end=at(20, 11))
    stage.settle()
    assert len(stage.both()) == 7
