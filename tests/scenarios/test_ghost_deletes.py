"""Stories 11, 12 and 15 to 17 of the trackers: nothing is deleted without proof."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import Stage, at, days
from simulators.exchange.switches import Switches as ExchangeSwitches
from simulators.google.switches import Switches as GoogleSwitches
from simulators.wire import Request

TOMBSTONES = [GoogleSwitches(), GoogleSwitches(tombstones="bare")]
RESYNC = [ExchangeSwitches(), ExchangeSwitches(silent_resync=True)]


# --- 11: an item no list shows, yet


def test_a_copy_that_no_list_shows_yet_is_no_deletion(tmp_path: Path) -> None:
    """Story 11: a relist leaves it out and asking for it says "not found"; a minute later it is there."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    stage.calendar.expire_tokens()
    stage.fault("google", "truncated_list", "events.list", nth=2)
    stage.fault("google", "not_found_404", "events.get", times=6)
    with stage.unchanged():
        stage.run()
        stage.calm()
        assert stage.status()["parked_count"] > 0
        assert {parked["reason"] for parked in stage.status()["parked"]} == {"missing"}
        for _ in range(4):
            stage.later(minutes=6)
            stage.run()
    stage.silent()
    assert stage.both() == before
    assert stage.status()["parked"] == []


def test_an_exchange_item_that_no_list_shows_yet_is_no_deletion(tmp_path: Path) -> None:
    """Story 11, the other way."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    stage.ana.drop_sync_states()
    stage.fault("exchange", "truncated_list", "SyncFolderItems", nth=2, detail="skip")
    stage.fault("exchange", "item_error", "GetItem", times=6, detail="ErrorItemNotFound")
    with stage.unchanged():
        stage.run()
        stage.calm()
        for _ in range(4):
            stage.later(minutes=6)
            stage.run()
    stage.silent()
    assert stage.both() == before
    assert stage.status()["parked"] == []


def test_an_event_purged_without_a_tombstone_is_believed_gone_only_the_second_time(tmp_path: Path) -> None:
    """Story 11: not found twice, ten minutes apart, with a list of the same calendar succeeding in between."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.calendar.delete(stage.event("Google 10")["id"])
    stage.calendar.forget_deleted()
    stage.calendar.expire_tokens()
    with stage.unchanged():
        stage.run()
        stage.later(minutes=9)
        stage.run()
    assert "Google 10" in stage.exchange_titles()
    stage.later(minutes=2)
    stage.settle()
    assert stage.titles() == ["Exchange 10", "Exchange 12", "Exchange 8", "Google 12", "Google 8"]


def test_an_item_purged_while_no_state_was_kept_is_believed_gone_only_the_second_time(tmp_path: Path) -> None:
    """Story 11, the other way: a hard deletion that no change list ever tells of."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.ana.delete(stage.item("Exchange 10").id, hard=True)
    stage.ana.drop_sync_states()
    with stage.unchanged():
        stage.run()
        stage.later(minutes=9)
        stage.run()
    assert "Exchange 10" in stage.google_titles()
    stage.later(minutes=2)
    stage.settle()
    assert stage.titles() == ["Exchange 12", "Exchange 8", "Google 10", "Google 12", "Google 8"]


def test_an_event_missing_once_and_edited_meanwhile_keeps_its_edit(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    event = stage.event("Exchange 10")["id"]
    stage.calendar.expire_tokens()
    stage.fault("google", "truncated_list", "events.list", nth=2)
    stage.fault("google", "not_found_404", "events.get", times=6)
    stage.run()
    stage.calm()
    stage.calendar.update(event, location="Roof")
    stage.ana.update(stage.item("Exchange 10").id, subject="Exchange 10, new")
    stage.patient()
    assert stage.item("Exchange 10, new").location == "Roof"
    assert len(stage.both()) == 6


# --- 12: nothing slides out


@pytest.mark.parametrize("later", [29, 31, 400])
def test_nothing_slides_out_as_time_goes_by(tmp_path: Path, later: int) -> None:
    """Story 12: what is in step stays so however long it is over: edits and deletions of it still arrive."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.later(days=later)
    with stage.unchanged():
        stage.run()
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.set(interval="30s")
        stage.run()
    assert len(stage.both()) == 6
    stage.ana.update(stage.item("Exchange 8").id, subject="Exchange 8, minutes")
    stage.calendar.update(stage.event("Google 8")["id"], summary="Google 8, minutes")
    stage.ana.delete(stage.item("Google 10").id)
    stage.calendar.delete(stage.event("Exchange 10")["id"])
    stage.settle()
    assert stage.titles() == ["Exchange 12", "Exchange 8, minutes", "Google 12", "Google 8, minutes"]


@pytest.mark.parametrize("home", ["exchange", "google"])
def test_an_event_moved_into_the_far_past_is_moved_not_deleted(tmp_path: Path, home: str) -> None:
    """Story 12: the window is for what is first seen, never for what is known."""
    stage = Stage(tmp_path)
    planned(stage)
    if home == "exchange":
        stage.ana.update(
            stage.item("Exchange 8").id, start=at(1, 8).replace(year=2020), end=at(1, 9).replace(year=2020)
        )
        title = "Exchange 8"
    else:
        whole = {
            name: {**day, "dateTime": None, "timeZone": None} for name, day in days("2020-02-28", "2020-03-01").items()
        }
        stage.calendar.update(stage.event("Google 8")["id"], **whole)
        title = "Google 8"
    stage.settle()
    (row,) = (row for row in stage.both() if row.title == title)
    assert row.start.startswith("2020-")
    assert len(stage.both()) == 6
    stage.calendar.expire_tokens()
    stage.ana.drop_sync_states()
    with stage.unchanged():
        stage.run()
    assert len(stage.both()) == 6


def test_what_had_ended_before_the_history_begins_is_not_copied_and_the_edge_is_exact(tmp_path: Path) -> None:
    """Story 12: 30 days before 2 November, 8 o'clock, is 3 October, 8 o'clock; an end there, on the second, is in."""
    stage = Stage(tmp_path)

    def october(hour: int, minute: int, day: int = 3) -> dict[str, Any]:
        end = at(1, hour, minute).replace(month=10, day=day)
        return {"start": end.replace(hour=5), "end": end}

    stage.outlook("Over a minute too early", **october(7, 59))
    stage.outlook("Over in time", **october(8, 1))
    stage.outlook("Long, ended in time", start=at(1).replace(month=8), end=october(8, 1)["end"])
    # A whole day is over when it is over everywhere: at noon of the next, in UTC.
    stage.web("Whole day, too early", **days("2026-10-02", "2026-10-03"))
    stage.web("Whole day, in time", **days("2026-10-03", "2026-10-04"))
    stage.settle()
    assert stage.google_titles() == [
        "Long, ended in time",
        "Over in time",
        "Whole day, in time",
        "Whole day, too early",
    ]
    expected = ["Long, ended in time", "Over a minute too early", "Over in time"]
    # 3 October, noon, is later than 3 October, 8 o'clock: both days are in.
    assert stage.exchange_titles() == [*expected, "Whole day, in time", "Whole day, too early"]
    assert stage.status()["left"] == {"history": 1}


def test_days_at_the_edges_of_summer_time_are_carried_whole(tmp_path: Path) -> None:
    """Story 12: 25 October 2026 and 28 March 2027 have 25 and 23 hours in Berlin."""
    stage = Stage(tmp_path)
    stage.web("Back", **days("2026-10-25", "2026-10-26"))
    stage.web("Forth", **days("2027-03-28", "2027-03-29"))
    stage.settle()
    assert [(row.title, row.start, row.end) for row in stage.both()] == [
        ("Back", "2026-10-25", "2026-10-26"),
        ("Forth", "2027-03-28", "2027-03-29"),
    ]


# --- 15: gone already


@pytest.mark.parametrize("switches", TOMBSTONES)
def test_an_event_deleted_on_both_sides_is_forgotten(tmp_path: Path, switches: GoogleSwitches) -> None:
    """Story 15."""
    stage = Stage(tmp_path, google={"switches": switches})
    planned(stage)
    for title in ("Exchange 10", "Google 10"):
        stage.ana.delete(stage.item(title).id)
        stage.calendar.delete(stage.event(title)["id"])
    with stage.unchanged():
        stage.run()
        stage.silent()
    assert len(stage.both()) == 4


def test_an_event_that_goes_just_before_we_delete_it_is_gone(tmp_path: Path) -> None:
    """Story 15: 410 on delete is what was wanted."""
    stage = Stage(tmp_path)
    planned(stage)
    event = stage.event("Exchange 10")["id"]
    stage.ana.delete(stage.item("Exchange 10").id)

    def before(request: Request) -> None:
        if request.method == "DELETE":
            stage.google_door.before = None
            stage.calendar.delete(event)

    stage.google_door.before = before
    stage.run()
    assert not stage.google_door.waits
    stage.silent()
    assert len(stage.both()) == 5


def test_an_item_that_goes_just_before_we_delete_it_is_gone(tmp_path: Path) -> None:
    """Story 15, the other way."""
    stage = Stage(tmp_path)
    planned(stage)
    item = stage.item("Google 10").id
    stage.calendar.delete(stage.event("Google 10")["id"])

    def before(request: Request) -> None:
        if b"DeleteItem" in request.body:
            stage.exchange_door.before = None
            stage.ana.delete(item)

    stage.exchange_door.before = before
    stage.run()
    assert not stage.exchange_door.waits
    stage.silent()
    assert len(stage.both()) == 5


# --- 16 and 17: the place in the list is lost


@pytest.mark.parametrize("exchange", RESYNC)
@pytest.mark.parametrize("google", TOMBSTONES)
@pytest.mark.parametrize("lost", ["google", "exchange", "both"])
def test_lost_places_lose_no_change(
    tmp_path: Path, lost: str, google: GoogleSwitches, exchange: ExchangeSwitches
) -> None:
    """Stories 16 and 17: edits, creations and deletions of the time between arrive, and nothing else is touched."""
    stage = Stage(tmp_path, google={"switches": google}, exchange={"switches": exchange})
    planned(stage)
    edited_all_round(stage)
    if lost != "exchange":
        stage.calendar.expire_tokens()
    if lost != "google":
        stage.ana.drop_sync_states()
    writes = stage.writes()
    stage.patient(hours=1)
    # Two edits, two deletions, two creations.
    assert stage.writes() == writes + 6
    assert stage.titles() == AFTERWARDS
    assert len(stage.both()) == 6
    stage.silent()


@pytest.mark.parametrize("switches", TOMBSTONES)
def test_a_place_lost_and_tombstones_forgotten_still_lose_no_deletion(tmp_path: Path, switches: GoogleSwitches) -> None:
    """Story 16: the full list has no tombstones; absents are confirmed one by one."""
    stage = Stage(tmp_path, google={"switches": switches})
    planned(stage)
    stage.calendar.delete(stage.event("Google 8")["id"])
    stage.calendar.delete(stage.event("Exchange 8")["id"])
    stage.calendar.forget_deleted()
    stage.calendar.expire_tokens()
    stage.patient(hours=1)
    assert stage.titles() == ["Exchange 10", "Exchange 12", "Google 10", "Google 12"]


def test_a_token_refused_once_is_renewed_and_used(tmp_path: Path) -> None:
    """Story 16: the new place is stored, so the run after asks for changes only."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.fault("google", "full_sync_410", "events.list")
    with stage.unchanged():
        stage.run()
    stage.silent()


def test_a_state_refused_once_is_renewed_and_used(tmp_path: Path) -> None:
    """Story 17."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.fault("exchange", "invalid_sync_state", "SyncFolderItems")
    with stage.unchanged():
        stage.run()
    stage.silent()


def test_a_server_that_always_refuses_its_own_state_is_told_and_harms_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    stage.fault("exchange", "invalid_sync_state", "SyncFolderItems", times=1000)
    with stage.unchanged():
        for _ in range(3):
            assert stage.tries() != "ok"
            stage.later(hours=1)
    stage.calm()
    stage.patient(hours=1)
    assert len(stage.both()) == 6


@pytest.mark.parametrize("early_last", [False, True])
def test_a_page_that_says_too_early_that_it_is_the_last_loses_nothing(tmp_path: Path, early_last: bool) -> None:
    """Story 17's neighbour: a server ends the list on a page of deletions; the rest comes with the next look."""
    stage = Stage(tmp_path, exchange={"switches": ExchangeSwitches(early_last=early_last)}, pair={"history_days": 0})
    stage.outlook("First")
    ids = [stage.outlook(f"Old {number}", start=at(1, 8), end=at(1, 9)) for number in range(530)]
    stage.settle()
    stage.ana.update(stage.item("First").id, subject="First, edited")
    for item in ids:
        stage.ana.delete(item)
    for _ in range(4):
        assert stage.tries() == "ok"
    stage.silent()
    assert stage.titles() == ["First, edited"]
