"""Several pairs, and pairs that change: names, folders, secondary calendars, other pairs' copies, neighbours in trouble."""

from pathlib import Path

import pytest

from scenarios.agenda import exchange_rows, google_rows
from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import BEN, BENS, Stage
from simulators.exchange.switches import Switches as ExchangeSwitches


def _with_ben(folder: Path) -> Stage:
    stage = Stage(folder)
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, "direction": "two_way"}
    stage.start()
    return stage


# --- names


def test_a_renamed_pair_goes_on_where_it_was(tmp_path: Path) -> None:
    """A pair's name is a label and takes part in no identity."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.pairs["anna"] = stage.pairs.pop("ana")
    stage.start()
    stage.silent("anna")
    edited_all_round(stage)
    stage.settle("anna")
    assert stage.titles() == AFTERWARDS


def test_every_pair_renamed_and_the_store_lost_costs_no_write(tmp_path: Path) -> None:
    stage = _with_ben(tmp_path)
    planned(stage)
    stage.exchange.mailbox(BEN).create(subject="Ben's", start=stage.clock.now(), end=stage.clock.now())
    stage.settle("ben")
    stage.pairs = {"one": stage.pairs["ana"], "two": stage.pairs["ben"]}
    stage.wipe()
    with stage.unchanged():
        for name in ("one", "two"):
            stage.run(name)
            stage.silent(name)


def test_a_pair_taken_out_and_put_back_goes_on(tmp_path: Path) -> None:
    """Taken out it is disabled, never unpaired; edits of the time between arrive."""
    stage = Stage(tmp_path)
    planned(stage)
    ana = stage.pairs.pop("ana")
    stage.start()
    edited_all_round(stage)
    with stage.unchanged():
        assert stage.tries() == "disabled"
    stage.later(days=3)
    stage.pairs["ana"] = ana
    stage.start()
    stage.settle()
    assert stage.titles() == AFTERWARDS


@pytest.mark.parametrize("switch", ["paused", "disabled"])
def test_a_paused_pair_asks_nothing_and_goes_on_later(tmp_path: Path, switch: str) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    stage.set(paused=switch == "paused", enabled=switch != "disabled")
    edited_all_round(stage)
    asked = stage.requests()
    assert stage.tries() == switch
    assert stage.requests() == asked
    stage.set(paused=False, enabled=True)
    stage.settle()
    assert stage.titles() == AFTERWARDS


# --- places


def test_a_folder_below_the_calendar_is_a_pair_of_its_own(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"folder": "Team/Travel"})
    team = stage.ana.add_folder("Team")
    travel = stage.ana.add_folder("Travel", team)
    stage.outlook("Not this one")
    stage.outlook("Trip", folder=travel)
    stage.web("Flight", hour=15)
    stage.settle()
    assert stage.google_titles() == ["Flight", "Trip"]
    assert exchange_rows(stage.ana.items(travel)) == google_rows(stage.calendar.events())
    assert stage.exchange_titles() == ["Not this one"]
    # Moved into the folder it comes, moved out it goes.
    moved = stage.ana.move(stage.item("Not this one").id, travel)
    stage.settle()
    assert stage.google_titles() == ["Flight", "Not this one", "Trip"]
    stage.ana.move(moved, stage.ana.calendar_id)
    stage.settle()
    assert stage.google_titles() == ["Flight", "Trip"]


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"folder": "Team/Travel"})
    stage.outlook("Lunch")
    with stage.unchanged():
        assert stage.tries() == "AccessLostError"
    assert "folder" in stage.status()["sentence"]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo"])
def test_a_secondary_calendar_is_kept_in_step_like_any_other(tmp_path: Path, zone: str) -> None:
    stage = Stage(tmp_path, pair={"calendar": "team@group.calendar.google.com", "google_user": "ana@g.test"})
    stage.calendar = stage.google.add_calendar("team@group.calendar.google.com", "ana@g.test", zone)
    planned(stage)
    edited_all_round(stage)
    stage.settle()
    assert stage.titles() == AFTERWARDS
    assert len(stage.both()) == 6
    assert stage.google.calendar("ana@g.test").events() == []


def test_two_mailboxes_may_flow_into_one_calendar_and_stay_apart(tmp_path: Path) -> None:
    """One two-way, one one-way: neither copies on, changes or deletes what the other made."""
    stage = Stage(tmp_path)
    ben = stage.exchange.mailbox(BEN)
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": "ana@g.test"}
    stage.start()
    stage.outlook("Ana's")
    lunch = ben.create(subject="Ben's", start=stage.item("Ana's").start, end=stage.item("Ana's").end)
    for _ in range(2):
        stage.run("ana")
        stage.run("ben")
    stage.silent("ana")
    stage.silent("ben")
    assert stage.google_titles() == ["Ana's", "Ben's"]
    assert stage.exchange_titles() == ["Ana's"]
    assert [item.subject for item in ben.items()] == ["Ben's"]
    assert stage.status("ana")["left"] == {"other_pair": 1}
    # Edited on Google, another pair's copy is still another pair's.
    stage.calendar.update(stage.event("Ben's")["id"], location="Here")
    stage.run("ana")
    stage.run("ben")
    stage.run("ana")
    assert stage.exchange_titles() == ["Ana's"]
    assert stage.event("Ben's").get("location", "") == ""
    stage.calendar.expire_tokens()
    stage.wipe()
    stage.run("ana")
    stage.run("ben")
    stage.silent("ana")
    stage.silent("ben")
    assert stage.google_titles() == ["Ana's", "Ben's"]
    ben.delete(lunch)
    stage.run("ben")
    stage.run("ana")
    assert stage.titles() == ["Ana's"]


def test_one_mailbox_may_flow_into_two_calendars(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.pairs["second"] = {"domain": "a.test", "mailbox": "ana@a.test", "calendar": BENS}
    stage.start()
    stage.outlook("Lunch")
    stage.web("From Google", hour=15)
    for _ in range(2):
        stage.run("ana")
        stage.run("second")
    stage.silent("ana")
    stage.silent("second")
    assert stage.titles() == ["From Google", "Lunch"]
    # What calpair brought from one Google calendar is not carried on into another.
    assert [event["summary"] for event in stage.google.calendar(BENS).events()] == ["Lunch"]


# --- neighbours


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("access_denied", ""),
        ("soap_fault", "ErrorNonExistentMailbox"),
        ("soap_fault", "ErrorImpersonateUserDenied"),
        ("mailbox_moving", ""),
        ("error_answer", "ErrorMailboxStoreUnavailable"),
        ("error_answer", "ErrorFolderNotFound"),
    ],
)
def test_one_mailbox_out_of_order_does_not_hold_another_pair_up(tmp_path: Path, kind: str, detail: str) -> None:
    stage = _with_ben(tmp_path)
    planned(stage)
    stage.fault("exchange", kind, user=BEN, detail=detail, times=1000)
    assert stage.tries("ben") != "ok"
    edited_all_round(stage)
    for _ in range(3):
        assert stage.tries("ben") != "ok"
        assert stage.tries("ana") == "ok"
        stage.silent("ana")
    assert stage.titles() == AFTERWARDS
    assert stage.status("ben")["state"] in ("failing", "behind")
    assert stage.status("ana")["state"] == "ok"


def test_a_pair_with_a_wrong_document_does_not_hold_another_up(tmp_path: Path) -> None:
    stage = _with_ben(tmp_path)
    stage.set("ben", direction="both_ways", mailbocks=BEN)
    planned(stage)
    assert stage.tries("ben") == "UsageError"
    said = " ".join(str(problem) for problem in stage.app.problems())
    assert "pairs/ben" in said
    assert "both_ways" in said
    assert "did you mean `mailbox`" in said


# --- sign-in


def test_a_wrong_password_is_tried_once_for_all_pairs_of_the_domain(tmp_path: Path) -> None:
    """Accounts get locked by repeated tries: after a refusal one at a time, at growing distances."""
    stage = _with_ben(tmp_path)
    planned(stage)
    stage.run("ben")
    stage.environment["PASSWORD"] = "wrong"
    stage.start()
    failed = stage.exchange.accounts.failed
    assert stage.tries("ana") == "SignInError"
    assert sum(failed.values()) == 1
    assert stage.status("ana")["state"] == "failing"
    for _ in range(10):
        assert stage.tries("ben") == "BackOffError"
        assert stage.tries("ana") == "BackOffError"
        stage.later(seconds=5)
    assert sum(failed.values()) == 1
    for _ in range(24 * 12):
        stage.later(minutes=5)
        stage.tries("ana")
        stage.tries("ben")
    # A day of trying every five minutes, in two pairs: about once an hour.
    assert 5 <= sum(failed.values()) <= 32
    stage.environment["PASSWORD"] = "secret"
    stage.start()
    edited_all_round(stage)
    stage.settle("ana")
    assert stage.titles() == AFTERWARDS


def test_a_refused_google_token_is_told_and_tried_no_more_than_once_a_look(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    stage.environment["TOKEN"] = "stale"
    stage.start()
    with stage.unchanged():
        assert stage.tries() == "SignInError"
        asked = stage.requests()
        assert stage.tries() == "BackOffError"
        assert stage.requests() == asked
    assert stage.status()["state"] in ("failing", "behind")
    stage.environment["TOKEN"] = "TOKEN"
    stage.start()
    edited_all_round(stage)
    stage.settle()
    assert stage.titles() == AFTERWARDS


def test_a_mailbox_that_may_not_be_impersonated_names_the_cure(tmp_path: Path) -> None:
    stage = _with_ben(tmp_path)
    stage.exchange.switches = ExchangeSwitches(impersonation_denied=(BEN,))
    planned(stage)
    with stage.unchanged():
        assert stage.tries("ben") == "AccessLostError"
    assert "ApplicationImpersonation" in stage.status("ben")["sentence"]
