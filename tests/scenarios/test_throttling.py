"""Stories 55 and 56 of the trackers: whoever is asked to wait waits, on all pairs of that server; nothing is lost by it."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import BEN, BENS, Stage
from simulators.exchange.switches import Switches as ExchangeSwitches
from simulators.google.switches import Switches as GoogleSwitches

BUSY = [
    ("busy_fault", ""),
    ("busy_answer", ""),
    ("unavailable", ""),
    ("too_many_requests", ""),
    ("soap_fault", "ErrorTooManyObjectsOpened"),
    ("soap_fault", "ErrorExceededConnectionCount"),
    ("soap_fault", "ErrorExceededFindCount"),
    ("error_answer", "ErrorTooManyObjectsOpened"),
    ("error_answer", "ErrorServerBusy"),
]
NAMED = ("busy_fault", "busy_answer", "unavailable", "too_many_requests")
"""Those that say how long to wait."""


def two_pairs(folder: Path, **simulators: Any) -> Stage:
    """Ana's pair and ben's, on one Exchange server."""
    stage = Stage(folder, **simulators)
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, "direction": "two_way"}
    stage.start()
    return stage


@pytest.mark.parametrize(("kind", "detail"), BUSY)
def test_a_busy_exchange_is_left_alone_by_every_pair_on_it(tmp_path: Path, kind: str, detail: str) -> None:
    """Story 56."""
    stage = two_pairs(tmp_path)
    planned(stage)
    stage.run("ben")
    edited_all_round(stage)
    stage.fault("exchange", kind, detail=detail, seconds=300)
    assert stage.tries() == "BackOffError"
    assert stage.status()["state"] == "behind"
    asked = stage.requests()
    wait = 290 if kind in NAMED or detail == "ErrorServerBusy" else 20
    for _ in range(10):
        assert stage.tries("ana") == "BackOffError"
        assert stage.tries("ben") == "BackOffError"
        stage.later(seconds=wait / 10 - 1)
    assert stage.requests() == asked
    stage.later(seconds=120)
    assert stage.tries("ben") == "ok"
    stage.settle()
    assert stage.titles() == AFTERWARDS


def test_a_busy_exchange_does_not_hold_another_server_up(tmp_path: Path) -> None:
    """Story 56: a domain's back-off is that domain's."""
    stage = two_pairs(tmp_path)
    stage.domains["b.test"] = {
        **stage.domains["a.test"],
        "exchange": {**stage.domains["a.test"]["exchange"], "url": "https://other.b.test/EWS/Exchange.asmx"},
    }
    stage.pairs["ben"]["domain"] = "b.test"
    stage.start()
    stage.fault("exchange", "busy_fault", user="ana@a.test", times=100, seconds=300)
    assert stage.tries("ana") == "BackOffError"
    assert stage.tries("ben") == "ok"
    stage.silent("ben")


@pytest.mark.parametrize("where", ["GetItem", "CreateItem", "UpdateItem", "SyncFolderItems"])
@pytest.mark.parametrize(("kind", "detail"), BUSY)
def test_a_plea_to_wait_in_the_middle_of_a_run_loses_nothing(
    tmp_path: Path, kind: str, detail: str, where: str
) -> None:
    """Story 56: what was done stays done, the rest is done afterwards, each once."""
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    stage.fault("exchange", kind, where, detail=detail, seconds=60)
    stage.tries()
    stage.patient(hours=2)
    assert stage.titles() == AFTERWARDS
    assert len(stage.both()) == 6


@pytest.mark.parametrize(
    "operation", ["events.list", "events.get", "events.insert", "events.patch", "events.delete", "batch"]
)
@pytest.mark.parametrize(
    "kind", ["rate_limit_403", "rate_limit_429", "user_rate_limit_403", "quota_403", "backend_503"]
)
def test_googles_limits_are_waited_for_and_nothing_is_lost(tmp_path: Path, kind: str, operation: str) -> None:
    """Story 55."""
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    stage.fault("google", kind, operation, times=2)
    stage.tries()
    stage.patient()
    assert stage.titles() == AFTERWARDS
    assert len(stage.both()) == 6


def test_one_users_google_limit_does_not_hold_another_user_up(tmp_path: Path) -> None:
    """Story 55: other pairs continue."""
    stage = two_pairs(tmp_path)
    stage.outlook("Lunch")
    stage.fault("google", "user_rate_limit_403", user="ana@g.test", times=100)
    assert stage.tries("ana") == "BackOffError"
    assert stage.tries("ben") == "ok"
    stage.calm()
    stage.later(minutes=5)
    stage.settle("ana")


@pytest.mark.parametrize("status", [403, 429])
def test_a_first_sync_comes_through_a_narrow_quota(tmp_path: Path, status: int) -> None:
    """Story 55: more events than a minute allows; each run does what it may, and no event stands twice."""
    switches = GoogleSwitches(units_per_minute=30, rate_limit_status=429 if status == 429 else 403)
    stage = Stage(tmp_path, google={"switches": switches})
    for number in range(100):
        stage.outlook(f"Event {number:03}", day=3 + number // 5, hour=8 + number % 5)
    for _ in range(40):
        stage.tries()
        stage.later(minutes=2)
    stage.silent()
    assert stage.titles() == [f"Event {number:03}" for number in range(100)]


def test_a_first_sync_comes_through_an_exchange_that_allows_few_requests(tmp_path: Path) -> None:
    """Story 56."""
    stage = Stage(tmp_path, exchange={"switches": ExchangeSwitches(requests_per_minute=4)})
    for number in range(60):
        stage.web(f"Event {number:03}", day=3 + number // 5, hour=8 + number % 5)
    for _ in range(30):
        stage.tries()
        stage.later(minutes=2)
    stage.silent()
    assert stage.titles() == [f"Event {number:03}" for number in range(60)]


def test_nearest_dates_come_first(tmp_path: Path) -> None:
    """Story 66: what is next in the calendar is copied before what is far off."""
    stage = Stage(tmp_path, google={"switches": GoogleSwitches(units_per_minute=55)})
    for number in range(110):
        # The last made are the next to come.
        stage.outlook(f"{number:03}", day=3 + (109 - number) // 5, hour=8 + number % 5)
    stage.tries()
    done = stage.google_titles()
    assert 0 < len(done) < 110
    assert min(done) > f"{110 - len(done) - 6:03}"
