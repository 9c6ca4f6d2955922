"""Story 13 of the trackers: a side that fails, at any request, in any way, loses nothing and is told."""

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pytest

from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import Stage

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
EXCHANGE_DOWN = [
    ("unavailable", ""),
    ("too_many_requests", ""),
    ("bad_gateway", ""),
    ("unauthorized", ""),
    ("access_denied", ""),
    ("mailbox_moving", ""),
    ("busy_fault", ""),
    ("busy_answer", ""),
    ("torn", ""),
    ("lost_reply", ""),
    ("timeout_before", ""),
    ("soap_fault", "ErrorNonExistentMailbox"),
    ("soap_fault", "ErrorImpersonateUserDenied"),
    ("soap_fault", "ErrorInternalServerError"),
    ("error_answer", "ErrorAccessDenied"),
    ("error_answer", "ErrorFolderNotFound"),
    ("error_answer", "ErrorMailboxStoreUnavailable"),
    ("error_answer", "ErrorInternalServerTransientError"),
]
GOOGLE_DOWN = [
    "forbidden_403",
    "not_found_404",
    "auth_401",
    "quota_403",
    "rate_limit_403",
    "rate_limit_429",
    "user_rate_limit_403",
    "backend_500",
    "backend_503",
    "invalid_400",
    "torn",
    "lost_reply",
    "timeout_before",
]


def _fails_at_every_request(folder: Path, plant: Callable[[Stage, int], None], begin: int) -> int:
    """Run the same story with a failure at the first, second... request in turn; all must end well. How many there were.

    Without CALPAIR_TORTURE every third is played, from the `begin`-th.
    """
    for number in count(1):
        if not TORTURE and (number + begin) % 3:
            continue
        (place := folder / str(number)).mkdir()
        stage = Stage(place)
        planned(stage)
        edited_all_round(stage)
        plant(stage, number)
        stage.tries()
        if stage.exchange.record.faults or stage.google.record.faults:
            return number - 1
        # Whatever it was, no more is gone than what people deleted.
        assert {"Exchange 10", "Google 10"} <= {*stage.exchange_titles()} & {*stage.google_titles()}
        stage.patient()
        assert stage.titles() == AFTERWARDS, number
        assert len(stage.both()) == 6
        assert stage.status()["state"] == "ok"
    raise AssertionError("a story has an end")


@pytest.mark.parametrize(("kind", "detail"), EXCHANGE_DOWN)
def test_a_mailbox_that_fails_at_any_request_loses_nothing(tmp_path: Path, kind: str, detail: str) -> None:
    """Story 13."""

    def plant(stage: Stage, number: int) -> None:
        stage.fault("exchange", kind, nth=number, detail=detail, seconds=30)

    assert _fails_at_every_request(tmp_path, plant, EXCHANGE_DOWN.index((kind, detail))) >= 5


@pytest.mark.parametrize("kind", GOOGLE_DOWN)
def test_a_google_calendar_that_fails_at_any_call_loses_nothing(tmp_path: Path, kind: str) -> None:
    """Story 13, the other way; an item of a batch is a call."""

    def plant(stage: Stage, number: int) -> None:
        stage.fault("google", kind, nth=number, seconds=30)

    assert _fails_at_every_request(tmp_path, plant, GOOGLE_DOWN.index(kind)) >= 4


@pytest.mark.parametrize(
    ("kind", "detail", "state"),
    [
        ("access_denied", "", "failing"),
        ("soap_fault", "ErrorNonExistentMailbox", "failing"),
        ("soap_fault", "ErrorImpersonateUserDenied", "failing"),
        ("unauthorized", "", "failing"),
        ("unavailable", "", "behind"),
        ("mailbox_moving", "", "behind"),
    ],
)
def test_a_mailbox_out_of_order_is_told_and_nothing_is_concluded(
    tmp_path: Path, kind: str, detail: str, state: str
) -> None:
    """Story 13: for a day; status says so, with what to do, and both calendars stay as they are."""
    stage = Stage(tmp_path)
    planned(stage)
    before = stage.both()
    stage.fault("exchange", kind, times=10_000, detail=detail)
    with stage.unchanged():
        for _ in range(8):
            assert stage.tries() != "ok"
            stage.later(hours=3)
    assert stage.status()["state"] == state
    assert stage.status()["sentence"]
    stage.calm()
    stage.later(hours=3)
    stage.settle()
    assert stage.both() == before
    assert stage.status()["state"] == "ok"


@pytest.mark.parametrize("role", ["none", "freeBusyReader", "reader"])
def test_a_calendar_whose_sharing_was_taken_back_is_told_and_nothing_is_concluded(tmp_path: Path, role: str) -> None:
    """Story 13: the calendar is another's, shared with ana, and then no more."""
    stage = Stage(tmp_path, pair={"calendar": "team@g.test", "google_user": "ana@g.test"})
    stage.calendar = stage.google.add_calendar("team@g.test", "ben@g.test", acl={"ana@g.test": "writer"})
    planned(stage)
    stage.calendar.set_access("ana@g.test", role)
    stage.ana.delete(stage.item("Exchange 12").id)
    with stage.unchanged():
        for _ in range(3):
            assert stage.tries() == "AccessLostError"
            stage.later(hours=1)
    assert stage.status()["state"] == "failing"
    stage.calendar.set_access("ana@g.test", "writer")
    stage.patient()
    assert stage.titles() == ["Exchange 10", "Exchange 8", "Google 10", "Google 12", "Google 8"]


def test_a_mailbox_whose_right_to_write_was_taken_is_told_and_nothing_is_lost(tmp_path: Path) -> None:
    """Story 13: reading goes on, so nothing is missed when the right comes back."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.ana.set_read_only()
    edited_all_round(stage)
    for _ in range(3):
        stage.tries()
        stage.later(hours=1)
    assert stage.exchange_titles() == [
        "Exchange 10",
        "Exchange 8, edited",
        "Exchange, new",
        "Google 10",
        "Google 12",
        "Google 8",
    ]
    assert stage.status()["state"] == "failing"
    stage.ana.set_read_only(read_only=False)
    stage.patient()
    assert stage.titles() == AFTERWARDS
