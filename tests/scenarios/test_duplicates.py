"""Stories 1 to 5 of the trackers: one event ends in one copy."""

from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from scenarios.stage import BEN, BENS, CALENDAR, Stage, at
from simulators.google.switches import Switches as GoogleSwitches
from simulators.wire import Request

UNDELETE = [GoogleSwitches(), GoogleSwitches(undelete_allowed="forbidden")]


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("kind", ["lost_reply", "timeout_before", "torn", "late_effect"])
def test_a_lost_answer_of_a_google_insert_makes_no_second_event(tmp_path: Path, kind: str, several: bool) -> None:
    """Story 1."""
    stage = Stage(tmp_path)
    stage.outlook("Lunch", hour=11)
    if several:
        stage.outlook("Tea", hour=16)
    stage.fault("google", kind, "batch" if several else "events.insert", seconds=90)
    stage.run()
    stage.patient()
    assert stage.titles() == (["Lunch", "Tea"] if several else ["Lunch"])


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("kind", ["lost_reply", "timeout_before", "torn"])
def test_a_lost_answer_of_an_exchange_create_makes_no_second_item(tmp_path: Path, kind: str, several: bool) -> None:
    """Story 1, the other way: EWS has no key that makes a create safe to repeat."""
    stage = Stage(tmp_path)
    stage.web("Lunch", hour=11)
    if several:
        stage.web("Tea", hour=16)
    stage.fault("exchange", kind, "CreateItem")
    stage.run()
    stage.patient(hours=1)
    assert stage.titles() == (["Lunch", "Tea"] if several else ["Lunch"])
    stage.calendar.update(stage.event("Lunch")["id"], summary="Late lunch")
    stage.settle()
    assert stage.titles() == (["Late lunch", "Tea"] if several else ["Late lunch"])


@pytest.mark.parametrize("seconds", [30, 90, 119, 125, 400, 7000])
def test_an_exchange_create_that_comes_through_late_ends_in_one_item(tmp_path: Path, seconds: float) -> None:
    """Story 1, with a server that finishes the create while, or after, nobody waits for it any more."""
    stage = Stage(tmp_path)
    stage.web("Lunch")
    stage.fault("exchange", "late_effect", "CreateItem", seconds=seconds)
    stage.run()
    assert stage.exchange_titles() == []
    for _ in range(8):
        stage.later(seconds=seconds / 4 + 1)
        stage.run()
    stage.settle()
    assert stage.titles() == ["Lunch"]


def test_until_its_answer_is_overdue_a_create_is_not_repeated(tmp_path: Path) -> None:
    """Story 1: the time a call may take and a minute more."""
    stage = Stage(tmp_path)
    stage.web("Lunch")
    stage.fault("exchange", "timeout_before", "CreateItem")
    stage.run()
    stage.later(seconds=100)
    stage.run()
    assert stage.exchange_titles() == []
    (parked,) = stage.status()["parked"]
    assert parked["reason"] == "awaiting_answer"
    stage.later(seconds=30)
    stage.settle()
    assert stage.titles() == ["Lunch"]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("kind", ["duplicate"])
def test_a_server_that_makes_two_of_one_is_seen_through_on_exchange(tmp_path: Path, kind: str) -> None:
    """A second item alike but under a UID of its own is nobody's copy: it counts as a new event, and all is in step."""
    stage = Stage(tmp_path)
    stage.web("Lunch")
    stage.fault("exchange", kind, "CreateItem")
    stage.run()
    stage.settle()
    assert stage.titles() == ["Lunch", "Lunch"]


@pytest.mark.parametrize("switches", UNDELETE)
@pytest.mark.parametrize("forgotten", [False, True])
def test_a_copy_its_user_deleted_comes_back_under_a_burned_id(
    tmp_path: Path, switches: GoogleSwitches, forgotten: bool
) -> None:
    """Story 2, one-way: the copy is put back, and again, whatever Google says to an id it had before."""
    stage = Stage(tmp_path, pair={"direction": "exchange_to_google"}, google={"switches": switches})
    stage.outlook("Lunch")
    stage.outlook("Tea", hour=16)
    stage.settle()
    for _ in range(3):
        stage.calendar.delete(stage.event("Lunch")["id"])
        if forgotten:
            # The tombstone is gone before anybody looked, and only the id is still taken.
            stage.calendar.forget_deleted()
            stage.calendar.expire_tokens()
            stage.run()
            stage.later(minutes=11)
        stage.run()
        stage.settle()
        assert stage.titles() == ["Lunch", "Tea"]


@pytest.mark.parametrize("switches", UNDELETE)
def test_an_item_restored_from_the_bin_stands_on_google_again(tmp_path: Path, switches: GoogleSwitches) -> None:
    """Story 2, two-way: delete, restore, delete, restore."""
    stage = Stage(tmp_path, google={"switches": switches})
    lunch = stage.outlook("Lunch")
    stage.settle()
    for _ in range(3):
        stage.ana.delete(lunch)
        stage.settle()
        assert stage.titles() == []
        lunch = stage.ana.restore(lunch)
        stage.settle()
        assert stage.titles() == ["Lunch"]


def test_an_event_restored_on_google_stands_on_exchange_again(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lunch = stage.web("Lunch")
    stage.settle()
    for _ in range(3):
        stage.calendar.delete(lunch)
        stage.settle()
        assert stage.titles() == []
        stage.calendar.restore(lunch)
        stage.settle()
        assert stage.titles() == ["Lunch"]


@pytest.mark.parametrize("relist", [False, True])
@pytest.mark.parametrize("kind", ["empty_page", "truncated_list"])
def test_a_google_list_that_leaves_events_out_deletes_and_makes_nothing(
    tmp_path: Path, kind: str, relist: bool
) -> None:
    """Story 3."""
    stage = Stage(tmp_path)
    for hour in range(6):
        stage.outlook(f"From Exchange {hour}", hour=hour)
        stage.web(f"From Google {hour}", day=6, hour=hour)
    stage.settle()
    before = stage.both()
    # The first list of a relist is the one that meets the outdated token.
    stage.fault("google", kind, "events.list", nth=2 if relist else 1)
    if relist:
        stage.calendar.expire_tokens()
    with stage.unchanged():
        outcome = stage.tries()
        if kind == "empty_page" and relist:
            assert outcome == "held"
            assert stage.status()["state"] == "paused"
            assert "12 events came back empty" in stage.status()["sentence"]
            assert stage.app.approve("ana") == "emptied"
        stage.run()
        stage.silent()
    assert stage.both() == before


@pytest.mark.parametrize("relist", [False, True])
@pytest.mark.parametrize(("kind", "detail"), [("empty_page", ""), ("truncated_list", ""), ("truncated_list", "skip")])
def test_an_exchange_list_that_leaves_items_out_deletes_and_makes_nothing(
    tmp_path: Path, kind: str, detail: str, relist: bool
) -> None:
    """Story 3, the other way."""
    stage = Stage(tmp_path)
    for hour in range(6):
        stage.outlook(f"From Exchange {hour}", hour=hour)
        stage.web(f"From Google {hour}", day=6, hour=hour)
    stage.settle()
    before = stage.both()
    stage.fault("exchange", kind, "SyncFolderItems", detail=detail, nth=2 if relist else 1)
    if relist:
        stage.ana.drop_sync_states()
    with stage.unchanged():
        outcome = stage.tries()
        if kind == "empty_page" and relist:
            assert outcome == "held"
            assert stage.app.approve("ana") == "emptied"
        stage.calm()
        stage.run()
        stage.silent()
    assert stage.both() == before


def test_a_list_cut_short_on_a_first_sync_makes_no_second_copies(tmp_path: Path) -> None:
    """Story 3, before there is anything to compare with: what was left out comes when the list is whole."""
    stage = Stage(tmp_path)
    for hour in range(8):
        stage.outlook(f"Meeting {hour}", hour=hour)
    stage.settle()
    stage.wipe()
    stage.fault("google", "truncated_list", "events.list")
    stage.run()
    stage.patient()
    stage.calendar.expire_tokens()
    stage.settle()
    assert stage.titles() == [f"Meeting {hour}" for hour in range(8)]


def test_two_runs_at_once_make_one_copy_wherever_the_second_comes_in(tmp_path: Path) -> None:
    """Story 4: a second process runs whole, at each request of the first in turn."""
    said = set()
    for number in count(1):
        (folder := tmp_path / str(number)).mkdir()
        stage = Stage(folder)
        stage.outlook("From Exchange")
        stage.web("From Google", hour=15)
        met = _second_run_at(stage, number)
        if met is None:
            break
        said.add(met)
        stage.patient(hours=1)
        assert stage.titles() == ["From Exchange", "From Google"], number
        assert len(stage.both()) == 2
    assert number > 6
    assert said == {"ok", "busy"}


def _second_run_at(stage: Stage, number: int) -> str | None:
    """Run, with a second process's run before the first one's request of that number; its outcome, None: not come to.

    The domain has answered before, for another pair: else the second would wait at its gate.
    """
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS}
    stage.start()
    stage.run("ben")
    second = stage.process("second", lambda _: True)
    first = stage.process("first", lambda _: True)
    seen = 0
    outcome: list[str] = []

    def before(_: Request) -> None:
        nonlocal seen
        seen += 1
        if seen == number:
            stage.exchange_door.before = stage.google_door.before = None
            outcome.append(second.sync("ana").outcome)

    stage.exchange_door.before = stage.google_door.before = before
    first.sync("ana")
    stage.calm()
    return outcome[0] if outcome else None


def test_an_item_told_twice_in_one_feed_is_copied_once_as_it_was_last(tmp_path: Path) -> None:
    """Story 5: created on page one, changed before page two is asked for."""
    stage = Stage(tmp_path, pair={"history_days": 0})
    moved = stage.outlook("Moved", hour=9)
    old = [stage.outlook(f"Old {number}", start=at(1, 8), end=at(1, 9)) for number in range(520)]
    newest = stage.outlook("Draft", hour=12)
    pages = 0

    def between(request: Request) -> None:
        nonlocal pages
        if b"SyncFolderItems" in request.body:
            pages += 1
            if pages == 2:
                stage.ana.update(newest, subject="Final")
                stage.ana.update(moved, start=at(6, 9), end=at(6, 10))
                stage.ana.delete(old[0])

    stage.exchange_door.before = between
    stage.run()
    stage.calm()
    stage.settle()
    assert pages == 2
    assert stage.google_titles() == ["Final", "Moved"]
    assert stage.event("Moved")["start"]["dateTime"] == "2026-11-06T10:00:00+01:00"


def test_an_event_told_twice_in_one_list_of_google_is_copied_once_as_it_was_last(tmp_path: Path) -> None:
    """Story 5, the other way, with pages of two."""
    stage = Stage(tmp_path, google={"switches": GoogleSwitches(page_cap=2, empty_first_page=True)})
    ids = [stage.web(f"Event {number}", hour=number) for number in range(7)]
    pages = 0

    def between(request: Request) -> None:
        nonlocal pages
        if request.method == "GET" and request.path.endswith("/events"):
            pages += 1
            if pages == 3:
                stage.calendar.update(ids[0], summary="Event 0, final")
                stage.calendar.delete(ids[1])

    stage.google_door.before = between
    stage.run()
    stage.calm()
    stage.run()
    stage.google.turn(page_cap=0, empty_first_page=False)
    stage.patient(hours=1)
    assert stage.titles() == ["Event 0, final", *(f"Event {number}" for number in range(2, 7))]


def test_the_calendar_is_named_by_its_address_whatever_its_case(tmp_path: Path) -> None:
    """No identity depends on how an address is spelled: the same pair written in capitals makes nothing twice."""
    stage = Stage(tmp_path)
    stage.outlook("Lunch")
    stage.settle()
    stage.set(mailbox="Ana@A.test", calendar=CALENDAR, google_user=CALENDAR)
    with stage.unchanged():
        stage.run()
        stage.silent()


def test_many_lost_answers_in_a_row_end_in_one_copy_of_each(tmp_path: Path) -> None:
    """Story 1 at its worst: every second create is lost for an hour."""
    stage = Stage(tmp_path)
    for hour in range(5):
        stage.outlook(f"Exchange {hour}", hour=hour)
        stage.web(f"Google {hour}", day=6, hour=hour)
    for nth in (1, 2, 4):
        stage.fault("exchange", "lost_reply" if nth != 2 else "late_effect", "CreateItem", nth=nth, seconds=300)
        stage.fault("google", "lost_reply", "batch", nth=nth)
    for _ in range(20):
        stage.tries()
        stage.later(minutes=3)
    stage.calm()
    stage.patient()
    assert stage.titles() == [*(f"Exchange {hour}" for hour in range(5)), *(f"Google {hour}" for hour in range(5))]


def test_an_hour_of_edits_while_answers_get_lost_loses_none(tmp_path: Path) -> None:
    """Story 1 for edits: the answer to an update is lost, and its user goes on editing."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch 0")
    stage.settle()
    for number in range(1, 6):
        stage.ana.update(lunch, subject=f"Lunch {number}")
        stage.fault("google", "lost_reply", "events.patch")
        stage.run()
        stage.calendar.update(stage.calendar.events()[0]["id"], location=f"Room {number}")
        stage.fault("exchange", "lost_reply", "UpdateItem")
        stage.run()
        stage.later(seconds=timedelta(minutes=2).total_seconds())
        stage.settle()
        assert [(row.title, row.place) for row in stage.both()] == [(f"Lunch {number}", f"Room {number}")]
