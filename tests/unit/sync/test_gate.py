"""The gate before a domain's servers: nobody knocks before the time, and after it one goes first."""

from datetime import UTC, datetime, timedelta

import pytest

from calpair.errors import BackOffError, RefusedError, SideError, SignInError, UnknownOutcomeError
from calpair.sync.gate import Gate

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)


def closed_for(gate: Gate, domain: str = "a.test", now: datetime = NOW) -> timedelta | None:
    """How long one who asks is told to wait; None: may pass."""
    try:
        gate.ask(domain, now)
    except BackOffError as error:
        return timedelta(seconds=error.seconds or 0)
    return None


def test_a_gate_is_open_until_a_server_says_otherwise() -> None:
    assert closed_for(Gate()) is None


def test_a_refused_sign_in_closes_the_whole_domain_and_no_other() -> None:
    gate = Gate()
    gate.note("a.test", SignInError("401"), NOW, NOW)
    assert closed_for(gate) == MINUTE
    assert closed_for(gate, now=NOW + 59 * SECOND) == SECOND
    assert closed_for(gate, "b.test") is None


def test_after_the_time_one_goes_first_and_the_rest_wait_for_it() -> None:
    gate = Gate()
    gate.note("a.test", SignInError("401"), NOW, NOW)
    assert closed_for(gate, now=NOW + MINUTE) is None
    assert closed_for(gate, now=NOW + MINUTE + SECOND) == 59 * SECOND
    assert closed_for(gate, now=NOW + 2 * MINUTE) is None
    gate.open("a.test", NOW + 3 * MINUTE)
    assert closed_for(gate, now=NOW + 2 * MINUTE) is None
    assert closed_for(gate, now=NOW + 2 * MINUTE) is None


def test_refused_again_and_again_the_distances_grow_to_an_hour() -> None:
    gate, now, rests = Gate(), NOW, []
    for _ in range(9):
        gate.note("a.test", SignInError("401"), now, now)
        rest = closed_for(gate, now=now)
        assert rest
        rests.append(rest / MINUTE)
        now += rest
        assert closed_for(gate, now=now) is None
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_servers_own_wish_is_obeyed() -> None:
    gate = Gate()
    gate.note("a.test", BackOffError("ErrorServerBusy", seconds=297.5), NOW, NOW)
    assert closed_for(gate) == timedelta(seconds=297.5)


def test_a_server_without_a_wish_is_given_half_a_minute_more_each_time() -> None:
    gate, rests = Gate(), []
    for _ in range(3):
        gate.note("a.test", BackOffError("ErrorServerBusy"), NOW, NOW)
        rests.append(closed_for(gate))
    assert rests == [30 * SECOND, 60 * SECOND, 90 * SECOND]


@pytest.mark.parametrize(
    "error",
    [
        BackOffError("quotaExceeded", scope="user"),
        BackOffError("quotaExceeded", scope="item"),
        RefusedError("ErrorInvalidItem"),
        UnknownOutcomeError("timeout"),
    ],
)
def test_what_concerns_one_pair_or_event_closes_nothing(error: SideError) -> None:
    gate = Gate()
    gate.note("a.test", error, NOW, NOW)
    assert closed_for(gate) is None


def test_the_word_of_the_server_is_handed_on() -> None:
    gate = Gate()
    gate.note("a.test", SignInError("ErrorAccountDisabled"), NOW, NOW)
    with pytest.raises(BackOffError, match="ErrorAccountDisabled"):
        gate.ask("a.test", NOW)


def test_before_a_domains_first_answer_one_asks_at_a_time() -> None:
    gate = Gate()
    assert closed_for(gate) is None
    assert closed_for(gate, now=NOW + SECOND) == 2 * SECOND
    assert closed_for(gate, "b.test", NOW + SECOND) is None
    gate.open("a.test", NOW)
    assert [closed_for(gate, now=NOW + SECOND) for _ in range(2)] == [None, None]


def test_who_leaves_without_an_answer_lets_the_next_one_try() -> None:
    gate = Gate()
    assert closed_for(gate) is None
    gate.leave("a.test", NOW)
    assert closed_for(gate) is None
    gate.note("a.test", SignInError("401"), NOW, NOW)
    later = NOW + MINUTE
    assert closed_for(gate, now=later) is None
    gate.leave("a.test", later)
    assert closed_for(gate, now=later) is None


def test_a_run_begun_before_the_plea_does_not_end_it() -> None:
    gate, later = Gate(), NOW + SECOND
    gate.note("a.test", BackOffError("ErrorServerBusy", seconds=300), NOW, later)
    gate.open("a.test", NOW)
    gate.note("a.test", RefusedError("ErrorItemCorrupt"), NOW, later)
    assert closed_for(gate, now=later) == 300 * SECOND


def test_an_answer_that_concerns_one_mailbox_ends_the_closure_and_silence_does_not() -> None:
    gate, later = Gate(), NOW + MINUTE
    gate.note("a.test", SignInError("401"), NOW, NOW)
    assert closed_for(gate, now=later) is None
    gate.note("a.test", UnknownOutcomeError("timeout"), later, later)
    assert closed_for(gate, now=later) == MINUTE
    assert closed_for(gate, now=later + MINUTE) is None
    gate.note("a.test", RefusedError("ErrorNonExistentMailbox"), later + MINUTE, later + MINUTE)
    assert closed_for(gate, now=later + MINUTE) is None
