"""Stories 54, 61, 62 and 65 of the trackers: edits under our hands, crashes, poison, and a mailbox that moves."""

from itertools import count
from pathlib import Path

import pytest

from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import Stage, at
from simulators.wire import Request

# --- 54: somebody edits during our write


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_an_edit_on_google_during_our_write_is_merged_not_overwritten(tmp_path: Path, times: int) -> None:
    """Story 54: 412, look again, decide again; what is still moving is left to the next run."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    stage.settle()
    stage.ana.update(lunch, location="Roof")
    stage.fault("google", "edited_before", "events.patch", times=times)
    stage.run()
    stage.calm()
    stage.patient(hours=1)
    (row,) = stage.both()
    assert row.place == "Roof"
    assert row.title.startswith("Lunch (edited meanwhile)")


@pytest.mark.parametrize("times", [1, 2, 3, 5])
def test_an_edit_in_outlook_during_our_write_is_merged_not_overwritten(tmp_path: Path, times: int) -> None:
    """Story 54, the other way: ErrorIrresolvableConflict."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    stage.settle()
    stage.calendar.update(stage.event("Lunch")["id"], summary="Late lunch")
    stage.fault("exchange", "conflict", "UpdateItem", times=times, detail="Roof")
    stage.run()
    stage.calm()
    stage.patient(hours=1)
    assert [(row.title, row.place) for row in stage.both()] == [("Late lunch", "Roof")]
    assert stage.ana.item(lunch).location == "Roof"


@pytest.mark.parametrize("on_conflict", ["exchange", "google", "newest"])
def test_the_same_field_edited_under_our_hands_is_decided_by_the_pairs_rule(tmp_path: Path, on_conflict: str) -> None:
    """Story 54: our write carried Outlook's title while somebody renamed the event on Google, a moment later."""
    stage = Stage(tmp_path, pair={"on_conflict": on_conflict})
    lunch = stage.outlook("Lunch")
    stage.settle()
    event = stage.event("Lunch")["id"]
    stage.ana.update(lunch, subject="From Outlook")

    def before(request: Request) -> None:
        if request.method in ("PATCH", "POST") and b"From Outlook" in request.body:
            stage.google_door.before = None
            stage.calendar.update(event, summary="From Google")

    stage.google_door.before = before
    stage.settle()
    assert not stage.google_door.waits
    assert stage.titles() == ["From Outlook" if on_conflict == "exchange" else "From Google"]


@pytest.mark.parametrize("home", ["exchange", "google"])
def test_an_item_edited_just_before_we_delete_it_survives(tmp_path: Path, home: str) -> None:
    """Story 54: DeleteItem checks nothing, so the version is looked at just before; delete on Google names it."""
    stage = Stage(tmp_path)
    planned(stage)
    if home == "exchange":
        event = stage.event("Exchange 10")["id"]
        stage.ana.delete(stage.item("Exchange 10").id)
        word, door = b"DELETE", stage.google_door
    else:
        item = stage.item("Google 10").id
        stage.calendar.delete(stage.event("Google 10")["id"])
        word, door = b"GetItem", stage.exchange_door

    def before(request: Request) -> None:
        if request.method.encode() == word or word in request.body:
            door.before = None
            if home == "exchange":
                stage.calendar.update(event, location="Wait!")
            else:
                stage.ana.update(item, location="Wait!")

    door.before = before
    stage.run()
    assert not door.waits
    stage.patient(hours=1)
    assert len(stage.both()) == 6
    assert [row.place for row in stage.both() if row.place] == ["Wait!"]


def test_people_who_never_stop_editing_do_not_hold_the_run(tmp_path: Path) -> None:
    """Story 54: bounded tries; the rest of the calendar goes on."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    stage.settle()
    stage.ana.update(lunch, subject="Late lunch")
    stage.outlook("Other", day=9)
    stage.fault("google", "edited_before", "events.patch", times=1000)
    before = stage.requests()
    stage.run()
    after = stage.requests()
    assert after[0] - before[0] < 20
    assert after[1] - before[1] < 20
    assert "Other" in stage.google_titles()
    stage.calm()
    stage.patient(hours=1)
    assert len(stage.both()) == 2


# --- both sides edit, without any race


@pytest.mark.parametrize(
    ("on_conflict", "last", "wins"),
    [
        ("exchange", "google", "Exchange"),
        ("google", "exchange", "Google"),
        ("newest", "google", "Google"),
        ("newest", "exchange", "Exchange"),
    ],
)
def test_a_field_that_both_changed_goes_to_whom_the_pair_says(
    tmp_path: Path, on_conflict: str, last: str, wins: str
) -> None:
    stage = Stage(tmp_path, pair={"on_conflict": on_conflict})
    lunch = stage.outlook("Lunch")
    stage.settle()
    event = stage.event("Lunch")["id"]
    for side in ("exchange", "google") if last == "google" else ("google", "exchange"):
        stage.later(minutes=5)
        if side == "exchange":
            stage.ana.update(lunch, subject="Exchange", location="Here")
        else:
            stage.calendar.update(event, summary="Google", description="Soup")
    report = stage.settle()
    assert report.clashes == 1
    # What only one changed is everybody's, whoever wins.
    assert [(row.title, row.place, row.text) for row in stage.both()] == [(wins, "Here", "Soup")]


@pytest.mark.parametrize("on_conflict", ["exchange", "google", "newest"])
def test_the_same_edit_on_both_sides_is_no_conflict(tmp_path: Path, on_conflict: str) -> None:
    stage = Stage(tmp_path, pair={"on_conflict": on_conflict})
    lunch = stage.outlook("Lunch")
    stage.settle()
    stage.ana.update(lunch, subject="Late lunch")
    stage.calendar.update(stage.event("Lunch")["id"], summary="Late lunch")
    with stage.unchanged():
        stage.run()
    stage.silent()


@pytest.mark.parametrize("deleted", ["exchange", "google"])
@pytest.mark.parametrize("home", ["exchange", "google"])
def test_deleted_on_one_side_and_edited_on_the_other_the_edit_survives(tmp_path: Path, home: str, deleted: str) -> None:
    stage = Stage(tmp_path)
    if home == "exchange":
        stage.outlook("Lunch")
    else:
        stage.web("Lunch")
    stage.settle()
    if deleted == "exchange":
        stage.ana.delete(stage.item("Lunch").id)
        stage.calendar.update(stage.event("Lunch")["id"], location="Roof")
    else:
        stage.calendar.delete(stage.event("Lunch")["id"])
        stage.ana.update(stage.item("Lunch").id, location="Roof")
    stage.settle()
    assert [(row.title, row.place) for row in stage.both()] == [("Lunch", "Roof")]
    # It is one event still: a deletion now goes through.
    stage.ana.delete(stage.item("Lunch").id)
    stage.settle()
    assert stage.titles() == []


# --- 61: a crash after the write, before the state is saved


def test_a_crash_at_any_request_of_a_run_leaves_no_trace(tmp_path: Path) -> None:
    """Story 61, in short; the long loop is in tests/torture."""
    for side, kind in (("exchange", "crash_after"), ("google", "crash_after"), ("exchange", "crash_before")):
        for number in count(1):
            (folder := tmp_path / f"{side} {kind} {number}").mkdir()
            stage = Stage(folder)
            planned(stage)
            edited_all_round(stage)
            stage.fault(side, kind, nth=number)
            if not stage.crash():
                break
            stage.patient(hours=1)
            assert stage.titles() == AFTERWARDS
            assert len(stage.both()) == 6
        assert number > 5


def test_a_crash_every_time_still_gets_there(tmp_path: Path) -> None:
    """Story 61: a machine that dies in every run, a little further each time."""
    stage = Stage(tmp_path)
    for hour in range(5):
        stage.outlook(f"Exchange {hour}", hour=hour)
        stage.web(f"Google {hour}", day=6, hour=hour)
    for nth in count(1):
        stage.fault("exchange", "crash_after", nth=nth)
        stage.fault("google", "crash_after", nth=nth)
        if not stage.crash():
            break
        stage.calm()
        stage.later(minutes=3)
    stage.calm()
    stage.patient(hours=1)
    assert stage.titles() == [*(f"Exchange {hour}" for hour in range(5)), *(f"Google {hour}" for hour in range(5))]
    assert len(stage.both()) == 10


# --- 62: a poison item


@pytest.mark.parametrize(
    "poison", ["google_insert", "google_patch", "exchange_read", "exchange_create", "exchange_update"]
)
def test_one_event_that_always_fails_stops_nothing_else(tmp_path: Path, poison: str) -> None:
    """Story 62: set aside with a reason, retried at growing distances; places move on."""
    stage = Stage(tmp_path)
    planned(stage)
    _poison(stage, poison)
    stage.outlook("Exchange, new", day=9)
    stage.web("Google, new", day=10)
    for _ in range(3):
        stage.run()
    good = {"Exchange 10", "Exchange 12", "Exchange, new", "Google 10", "Google 12", "Google, new"}
    assert good <= {*stage.exchange_titles()}
    assert good <= {*stage.google_titles()}
    (parked,) = stage.status()["parked"]
    assert parked["reason"]
    assert parked["retry"]
    stage.silent()
    tries = stage.requests()
    for _ in range(48):
        stage.later(minutes=30)
        stage.run()
    # A day of half hours: a list each time, and the poison now and then.
    assert sum(stage.requests()) - sum(tries) < 48 * 2 + 60
    stage.calm()
    stage.later(hours=13)
    stage.settle()
    assert stage.status()["parked"] == []
    assert len(stage.both()) == (8 if poison.endswith(("update", "patch")) else 9)


def _poison(stage: Stage, poison: str) -> None:
    """One event that its server will not take, or give."""
    match poison:
        case "google_insert":
            stage.outlook("Poison", hour=20)
            stage.fault("google", "invalid_400", "events.insert", times=1000, detail="Poison")
        case "google_patch":
            stage.ana.update(stage.item("Exchange 8").id, location="Poison")
            stage.fault("google", "invalid_400", "events.patch", times=1000, detail="Poison")
        case "exchange_read":
            # The fault takes the first item of every batch of reads: only this one is read here.
            stage.outlook("Poison", hour=20)
            stage.fault("exchange", "item_error", "GetItem", times=1, detail="ErrorCorruptData")
            stage.run()
        case "exchange_create":
            stage.web("Poison", hour=20)
            stage.fault("exchange", "item_error", "CreateItem", times=1, detail="ErrorInvalidPropertySet")
            stage.run()
        case _:
            stage.calendar.update(stage.event("Google 8")["id"], location="Poison")
            stage.fault("exchange", "item_error", "UpdateItem", times=1, detail="ErrorItemSavePropertyError")
            stage.run()


# --- 65: the mailbox moves


@pytest.mark.parametrize("mid_run", [False, True])
def test_a_mailbox_that_moves_keeps_every_copy(tmp_path: Path, mid_run: bool) -> None:
    """Story 65: all item ids and sync states are new, UIDs stay: rebound without a write."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    with stage.unchanged():
        if mid_run:
            stage.fault("exchange", "mailbox_moved", "SyncFolderItems")
        else:
            stage.ana.move_mailbox()
        stage.patient(hours=1)
    assert stage.both() == before
    edited_all_round(stage)
    stage.settle()
    assert stage.titles() == AFTERWARDS


def test_a_mailbox_that_moves_with_edits_on_both_sides_waiting_loses_none(tmp_path: Path) -> None:
    """Story 65."""
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    stage.ana.move_mailbox()
    stage.patient(hours=1)
    assert stage.titles() == AFTERWARDS
    assert len(stage.both()) == 6


@pytest.mark.parametrize("nth", range(1, 7))
def test_a_mailbox_that_moves_in_the_middle_of_a_run_ends_in_one_copy_of_each(tmp_path: Path, nth: int) -> None:
    """Story 65, at any request."""
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    stage.fault("exchange", "mailbox_moved", nth=nth)
    stage.tries()
    stage.patient(hours=2)
    assert stage.titles() == AFTERWARDS
    assert len(stage.both()) == 6


def test_a_mailbox_restored_from_an_old_backup_loses_no_event(tmp_path: Path) -> None:
    """Story 65: new ids, and the content of some days ago; the restored words count as an edit of their owner."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", location="Old place")
    stage.settle()
    stage.ana.update(lunch, location="New place", start=at(6), end=at(6, 11))
    stage.settle()
    stage.ana.update(lunch, location="Old place", start=at(5), end=at(5, 11))
    stage.ana.move_mailbox()
    stage.patient(hours=1)
    assert [(row.title, row.place, row.start) for row in stage.both()] == [
        ("Lunch", "Old place", "2026-11-05T10:00:00+00:00")
    ]
