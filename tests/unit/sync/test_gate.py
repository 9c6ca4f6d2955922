"""The gate before a domain's servers: nobody knocks before the time, in no process, and after it one goes first."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from calpair.errors import (
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    UnknownOutcomeError,
    UsageError,
    VersionError,
)
from calpair.ports import Doc
from calpair.sync.gate import GATES, Asker
from unit.sync.fakes import FakeStore
from unit.sync.gates import BUSY, MINUTE, NOW, REFUSED, SECOND, Ground, said_by


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_a_gate_is_open_until_a_server_says_otherwise(ground: Ground) -> None:
    assert ground.wait(ground.process()) is None


def test_a_refused_sign_in_closes_the_whole_domain_and_no_other(ground: Ground) -> None:
    gate = ground.process()
    ground.refused(gate)
    assert ground.wait(gate) == MINUTE
    assert ground.wait(gate, NOW + 59 * SECOND) == SECOND
    assert ground.wait(gate, domain="b.test") is None


def test_what_is_closed_is_so_for_every_other_process_and_the_next(ground: Ground) -> None:
    ground.refused(ground.process("one"))
    assert ground.wait(ground.process("two"), NOW + SECOND) == 59 * SECOND
    ground.dead = {"one", "two"}
    assert ground.wait(ground.process("three"), NOW + SECOND) == 59 * SECOND


def test_after_the_time_one_process_goes_first_and_the_rest_wait_for_it(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    ground.refused(one)
    later = NOW + MINUTE
    passage = ground.ask(one, later)
    assert ground.wait(one, later + SECOND) == 59 * SECOND
    assert ground.wait(two, later + SECOND) == 59 * SECOND
    one.open(passage)
    assert ground.wait(one, later + SECOND) is None
    assert ground.wait(two, later + 2 * MINUTE) is None


def test_the_trial_of_a_process_that_died_is_taken_over_at_once(ground: Ground) -> None:
    ground.ask(ground.process("one"))
    two = ground.process("two")
    assert ground.wait(two, NOW + SECOND) == 2 * SECOND
    ground.dead = {"one"}
    assert ground.wait(two, NOW + 2 * SECOND) is None


def test_the_trial_of_a_process_nobody_can_see_ends_after_a_minute(ground: Ground) -> None:
    ground.ask(ground.process("elsewhere"))
    two = ground.process("two")
    assert ground.wait(two, NOW + 59 * SECOND) == 2 * SECOND
    assert ground.wait(two, NOW + 2 * MINUTE) is None


def test_of_two_processes_at_the_same_moment_one_passes(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    ground.refused(one)
    later = NOW + 2 * MINUTE
    two._look("a.test", later)  # what it read is old when the other has come before it
    assert ground.wait(one, later) is None
    assert ground.wait(two, later) == 2 * SECOND


def test_refused_again_and_again_the_distances_grow_to_an_hour_though_each_try_is_a_process(ground: Ground) -> None:
    now, rests = NOW, []
    for number in range(9):
        ground.refused(ground.process(f"process {number}"), now)
        rest = ground.wait(ground.process("asks"), now)
        assert rest
        rests.append(rest / MINUTE)
        now += rest
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_another_password_is_tried_at_once_and_the_same_one_is_not(ground: Ground) -> None:
    gate = ground.process()
    ground.refused(gate)
    ground.password = "second"
    passage = ground.ask(gate, NOW + SECOND)
    gate.note(passage, REFUSED, NOW + SECOND)
    assert ground.wait(ground.process("two"), NOW + 2 * SECOND) == 2 * MINUTE - SECOND
    ground.password = "third"
    assert ground.wait(ground.process("three"), NOW + 2 * SECOND) is None


def test_one_who_waits_for_another_process_goes_on_as_soon_as_that_one_knows(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    passage = ground.ask(one)
    assert ground.wait(two, NOW + SECOND) == 2 * SECOND
    one.open(passage)
    assert ground.wait(two, NOW + 3 * SECOND) is None


def test_a_trial_that_was_taken_over_is_not_given_back_by_the_one_before(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    slow = ground.ask(one)
    later = NOW + 2 * MINUTE
    ground.ask(two, later)
    one.leave(slow)
    assert ground.wait(ground.process("three"), later + SECOND) == 2 * SECOND


def test_a_password_that_came_to_no_answer_leaves_the_closure_as_it_was(ground: Ground) -> None:
    gate = ground.process()
    ground.refused(gate)
    ground.password = "second"
    gate.leave(ground.ask(gate, NOW + SECOND))
    ground.password = "first"
    assert ground.wait(gate, NOW + SECOND) == 59 * SECOND


def test_a_password_that_is_gone_when_it_is_asked_for_keeps_no_refusal_from_being_told(ground: Ground) -> None:
    def gone() -> str:
        raise UsageError("env:PASSWORD: the variable PASSWORD is not set; set it where calpair is started")

    gate = ground.process()
    asker = Asker("a.test", "", gone)
    gate.note(gate.ask(asker, NOW), REFUSED, NOW)
    with pytest.raises(UsageError, match="is not set"):
        gate.ask(asker, NOW)


def test_another_password_does_not_end_a_servers_plea(ground: Ground) -> None:
    gate = ground.process()
    ground.refused(gate, error=BUSY)
    ground.password = "second"
    assert ground.wait(gate, NOW + SECOND) == 299 * SECOND


def test_a_person_who_saw_the_servers_answer_opens_it_for_every_process_within_a_minute(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    for _ in range(3):
        ground.refused(one, now := NOW)
        ground.password += "!"
    ground.process("doctor").reopen("a.test", now + SECOND)
    assert ground.wait(two, now + SECOND) is None
    assert ground.wait(one, now + MINUTE + SECOND) is None


def test_a_gate_that_was_never_closed_is_not_written_by_whoever_looks(ground: Ground) -> None:
    ground.process().reopen("a.test", NOW)
    assert ground.store.writes == 0


def test_a_server_without_a_wish_is_given_half_a_minute_more_each_time(ground: Ground) -> None:
    gate, rests = ground.process(), []
    passage = ground.ask(gate)
    for _ in range(3):
        gate.note(passage, BackOffError("ErrorServerBusy"), NOW)
        rests.append(ground.wait(gate))
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
def test_what_concerns_one_pair_or_event_closes_nothing(ground: Ground, error: SideError) -> None:
    gate = ground.process()
    ground.refused(gate, error=error)
    assert ground.wait(gate) is None
    assert ground.wait(ground.process("two"), NOW + 2 * MINUTE) is None


def test_the_word_of_the_server_is_handed_on(ground: Ground) -> None:
    gate = ground.process()
    ground.refused(gate, error=SignInError("ErrorAccountDisabled"))
    with pytest.raises(BackOffError, match="ErrorAccountDisabled"):
        ground.ask(gate)


def test_before_a_domains_first_answer_one_asks_at_a_time_in_all_processes(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    passage = ground.ask(one)
    assert ground.wait(one, NOW + SECOND) == 2 * SECOND
    assert ground.wait(two, NOW + SECOND) == 2 * SECOND
    assert ground.wait(one, NOW + SECOND, "b.test") is None
    one.open(passage)
    assert [ground.wait(one, NOW + SECOND) for _ in range(2)] == [None, None]


def test_in_a_new_process_one_goes_first_and_writes_nothing(ground: Ground) -> None:
    ground.answered(ground.process("one"))
    writes, two = ground.store.writes, ground.process("two")
    passage = ground.ask(two)
    assert ground.wait(two, NOW + SECOND) == 2 * SECOND
    two.open(passage)
    assert [ground.wait(two, NOW + SECOND) for _ in range(2)] == [None, None]
    assert ground.store.writes == writes


def test_while_servers_answer_a_run_costs_a_read_a_minute_and_no_write(ground: Ground) -> None:
    gate = ground.process()
    ground.answered(gate)
    reads, writes = ground.store.reads, ground.store.writes
    for number in range(60):
        ground.answered(gate, NOW + number * SECOND)
    assert (ground.store.reads - reads, ground.store.writes - writes) == (0, 0)
    ground.answered(gate, NOW + 61 * SECOND)
    assert (ground.store.reads - reads, ground.store.writes - writes) == (1, 0)


def test_who_leaves_without_an_answer_lets_the_next_one_try(ground: Ground) -> None:
    gate = ground.process()
    gate.leave(ground.ask(gate))
    assert ground.store.docs == {}
    ground.refused(gate)
    later = NOW + MINUTE
    gate.leave(ground.ask(gate, later))
    assert ground.wait(ground.process("two"), later) is None


def test_a_run_that_is_to_write_nothing_writes_nothing_and_waits_as_the_others_do(ground: Ground) -> None:
    gate = ground.process()
    gate.open(gate.ask(ground.asker(), NOW, trial=False))
    assert ground.store.docs == {}
    gate.note(gate.ask(ground.asker(), NOW, trial=False), REFUSED, NOW)
    with pytest.raises(BackOffError):
        gate.ask(ground.asker(), NOW, trial=False)


def test_a_run_begun_before_the_plea_does_not_end_it(ground: Ground) -> None:
    gate, later = ground.process(), NOW + SECOND
    ground.answered(gate)
    first, second = ground.ask(gate), ground.ask(gate)
    gate.note(first, BUSY, later)
    gate.open(second)
    gate.note(second, RefusedError("ErrorItemCorrupt"), later)
    assert ground.wait(gate, later) == 300 * SECOND


def test_nor_does_a_trial_that_another_process_came_after(ground: Ground) -> None:
    one, two = ground.process("one"), ground.process("two")
    slow = ground.ask(one)
    later = NOW + 2 * MINUTE
    ground.refused(two, later, BUSY)
    one.open(slow)
    assert ground.wait(ground.process("three"), later) == 300 * SECOND


def test_an_answer_that_concerns_one_mailbox_ends_the_closure_and_silence_does_not(ground: Ground) -> None:
    gate, later = ground.process(), NOW + MINUTE
    ground.refused(gate)
    ground.refused(gate, later, UnknownOutcomeError("timeout"))
    assert ground.wait(gate, later) == MINUTE
    ground.refused(gate, later + MINUTE, RefusedError("ErrorNonExistentMailbox"))
    assert ground.wait(gate, later + MINUTE) is None


def test_the_store_holds_a_digest_of_the_account_and_nothing_else_of_it(ground: Ground) -> None:
    ground.refused(ground.process(), error=said_by("exchange", SignInError("401")))
    doc = ground.store.docs[GATES, "a.test"]
    assert doc.data == {
        "schema": 1,
        "closed": {
            "at": "2026-11-02T08:00:00+00:00",
            "until": "2026-11-02T08:01:00+00:00",
            "tries": 1,
            "code": "401",
            "side": "exchange",
            "sentence": "",
            "refused": True,
            "account": "digest of first",
            "servers": "digest of the servers",
        },
        "trial": None,
    }


def faster(store: FakeStore, times: int) -> Callable[[Doc], Doc]:
    """Let somebody else be faster so often."""
    put, left = store.put, [times]

    def put_after_another(doc: Doc) -> Doc:
        if left[0]:
            left[0] -= 1
            raise VersionError(doc.key)
        return put(doc)

    return put_after_another


@pytest.mark.parametrize(("times", "wait"), [(1, MINUTE), (3, MINUTE), (100, None)])
def test_what_others_came_before_is_written_after_them_or_left_to_them(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, times: int, wait: timedelta | None
) -> None:
    gate = ground.process()
    ground.answered(gate)
    passage = ground.ask(gate)
    with monkeypatch.context() as patch:
        patch.setattr(ground.store, "put", faster(ground.store, times))
        gate.note(passage, REFUSED, NOW)
    assert ground.wait(ground.process("two")) == wait


def test_who_asks_one_side_alone_is_not_stopped_by_what_the_other_said(ground: Ground) -> None:
    gate = ground.process()
    ground.refused(gate, error=said_by("google", SignInError("invalid_grant")))
    passage = gate.ask(ground.asker(), NOW, side="exchange")
    assert not passage.trial
    gate.open(passage)
    assert ground.wait(ground.process("two"), NOW + SECOND) == 59 * SECOND


@pytest.mark.parametrize("side", ["exchange", ""])
def test_who_asks_one_side_alone_is_stopped_by_what_that_said_or_nobody_knows_who(ground: Ground, side: str) -> None:
    gate = ground.process()
    ground.refused(gate, error=said_by(side, SignInError("401")))
    with pytest.raises(BackOffError):
        gate.ask(ground.asker(), NOW + SECOND, side="exchange")


def test_a_lesser_trouble_of_who_began_before_shortens_nothing_and_forgets_no_refusal(ground: Ground) -> None:
    gate = ground.process()
    ground.answered(gate)
    first, second, third = ground.ask(gate), ground.ask(gate), ground.ask(gate)
    gate.note(first, BUSY, NOW)
    gate.note(second, BackOffError("Timeout"), NOW + SECOND)
    assert ground.wait(gate, NOW + 2 * SECOND) == 298 * SECOND
    gate.note(third, REFUSED, NOW + 2 * SECOND)
    assert ground.wait(gate, NOW + 3 * SECOND) == 297 * SECOND
    fourth = ground.store.get(GATES, "a.test")
    assert fourth
    assert (fourth.data["closed"]["refused"], fourth.data["closed"]["account"]) == (True, "digest of first")


def test_who_failed_for_a_lesser_reason_leaves_a_refusal_as_it_is(ground: Ground) -> None:
    gate = ground.process()
    ground.answered(gate)
    first, second = ground.ask(gate), ground.ask(gate)
    gate.note(first, REFUSED, NOW)
    gate.note(second, BackOffError("Timeout"), NOW + SECOND)
    closed = ground.store.get(GATES, "a.test")
    assert closed
    assert (closed.data["closed"]["refused"], closed.data["closed"]["code"]) == (True, "401")
    assert ground.wait(gate, NOW + 2 * SECOND) == 59 * SECOND


def test_what_another_server_was_told_before_is_no_measure(ground: Ground) -> None:
    gate = ground.process()
    ground.answered(gate)
    passage = ground.ask(gate)
    gate.note(passage, BUSY, NOW)
    ground.servers = "digest of other servers"
    gate.note(ground.ask(gate, NOW + SECOND), BackOffError("Timeout"), NOW + SECOND)
    assert ground.wait(gate, NOW + 2 * SECOND) is not None
