"""Random walks over both simulators: people edit here and there, a process dies, places and stores are lost.

The rules are in the machine; what must come of them is kept in `whole_model.py`, by hand. After every sync both sides
show exactly that, nobody got a mail, and the run after it asks each side for one list and writes nothing.

A few walks run always; CALPAIR_TORTURE=1 runs three hundred long ones. The ground is SQLite, and Firestore as well.
"""

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from scenarios.on_firestore import OnFirestore
from scenarios.stage import Stage
from simulators.wire import Crash
from torture.whole_model import EXCHANGE, GOOGLE, SIDES, People, Planned

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it

MOST = 12
"""Events at once."""

sides = strategies.sampled_from(SIDES)
whens = strategies.one_of(
    strategies.tuples(strategies.just("hour"), strategies.integers(1, 25), strategies.integers(0, 21)),
    strategies.tuples(strategies.just("days"), strategies.integers(1, 25), strategies.integers(1, 3)),
)
numbers = strategies.integers(0, MOST)
TROUBLE = {
    EXCHANGE: (
        "crash_before",
        "crash_after",
        "lost_reply",
        "timeout_before",
        "torn",
        "late_effect",
        "mailbox_moved",
        "invalid_sync_state",
        "truncated_list",
        "empty_page",
        "batch_stopped",
    ),
    GOOGLE: (
        "crash_before",
        "crash_after",
        "lost_reply",
        "timeout_before",
        "torn",
        "late_effect",
        "full_sync_410",
        "conflict_409",
    ),
}
UNTOLD = ("mailbox_moved", "invalid_sync_state", "truncated_list", "empty_page", "full_sync_410")
"""After these a list does not tell what has changed, or not all of it."""

THROTTLING = {
    EXCHANGE: ("busy_fault", "busy_answer", "unavailable", "too_many_requests", "bad_gateway"),
    GOOGLE: ("rate_limit_403", "rate_limit_429", "user_rate_limit_403", "backend_500", "backend_503"),
}


def _of(kinds: Mapping[str, Sequence[str]]) -> strategies.SearchStrategy[tuple[str, str]]:
    return strategies.sampled_from([(side, kind) for side, each in kinds.items() for kind in each])


class Walk(RuleBasedStateMachine):
    """One pair, its people, and everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None, prefix="calpair-")
        self.stage = self.lay(Path(self.folder.name))
        self.people = self.crowd(self.stage)
        self.pair = "ana"
        self.renamed = 0
        self.troubled = False
        """Whether one run may not be enough to bring all in step."""

    def lay(self, folder: Path) -> Stage:
        """Give the ground it all happens on."""
        return Stage(folder)

    def crowd(self, stage: Stage) -> People:
        """Give those who act on it."""
        return People(stage)

    def teardown(self) -> None:
        self.folder.cleanup()

    # --- people

    @precondition(lambda self: len(self.people.planned) < MOST)
    @rule(side=sides, when=whens)
    def make(self, side: str, when: Any) -> None:
        self.people.make(side, when)

    @precondition(lambda self: not self.troubled and len(self.people.planned) < MOST)
    @rule(when=whens)
    def make_on_both(self, when: Any) -> None:
        self.people.make_both(when)

    @precondition(lambda self: self.people.planned)
    @rule(side=sides, number=numbers)
    def retitle(self, side: str, number: int) -> None:
        if event := self._one(self.people.editable(side), number):
            self.people.retitle(side, event)

    @precondition(lambda self: self.people.planned)
    @rule(side=sides, number=numbers)
    def replace(self, side: str, number: int) -> None:
        if event := self._one(self.people.editable(side), number):
            self.people.replace(side, event)

    @precondition(lambda self: self.people.planned)
    @rule(side=sides, number=numbers, when=whens)
    def shift(self, side: str, number: int, when: Any) -> None:
        if event := self._one(self.people.editable(side), number):
            self.people.shift(side, event, when)

    @precondition(lambda self: self.people.planned)
    @rule(side=sides, number=numbers)
    def delete(self, side: str, number: int) -> None:
        if event := self._one(self.people.removable(side), number):
            self.people.delete(side, event)

    @precondition(lambda self: 0 < len(self.people.planned) < MOST)
    @rule(side=sides, number=numbers, renamed=strategies.booleans())
    def copy(self, side: str, number: int, renamed: bool) -> None:
        if event := self._one(self.people.copyable(side), number):
            self.people.copy(side, event, renamed=renamed)

    @precondition(lambda self: self.people.bin and not self.troubled)
    @rule(number=numbers)
    def restore(self, number: int) -> None:
        pool = self.people.restorable()
        if pool:
            self.people.restore(pool[number % len(pool)])

    @staticmethod
    def _one(pool: list[Planned], number: int) -> Planned | None:
        return pool[number % len(pool)] if pool else None

    # --- what befalls the pair

    @precondition(lambda self: self.people.anything() and not self.people.unsettled())
    @rule(side=sides)
    def lose_place(self, side: str) -> None:
        if side == EXCHANGE:
            self.stage.ana.drop_sync_states()
        else:
            self.stage.calendar.expire_tokens()
        self.troubled = True

    @precondition(lambda self: self.people.anything() and not self.people.unsettled())
    @rule()
    def move_mailbox(self) -> None:
        self.stage.ana.move_mailbox()
        self.troubled = True

    @precondition(lambda self: self.people.anything() and not self.troubled and self.people.forgettable())
    @rule()
    def lose_store(self) -> None:
        self.people.forget()
        self.stage.wipe()
        if not self.people.forgotten:
            self._nothing_to_write()

    @precondition(lambda self: self.people.anything() and not self.troubled and self.people.quiet())
    @rule()
    def rename_every_pair_and_lose_the_store(self) -> None:
        self.renamed += 1
        fields = self.stage.pairs.pop(self.pair)
        self.pair = f"ana {self.renamed}"
        self.stage.pairs[self.pair] = fields
        self.stage.wipe()
        self._nothing_to_write()

    @precondition(lambda self: self.people.anything())
    @rule(trouble=_of(TROUBLE), nth=strategies.integers(1, 12), seconds=strategies.sampled_from((90.0, 400.0)))
    def run_into_trouble(self, trouble: tuple[str, str], nth: int, seconds: float) -> None:
        side, kind = trouble
        if kind in UNTOLD and self.people.unsettled():
            return
        self.stage.fault(side, kind, nth=nth, seconds=seconds)
        self._stumble()

    @precondition(lambda self: self.people.anything())
    @rule(plea=_of(THROTTLING), nth=strategies.integers(1, 6), times=strategies.integers(1, 5))
    def be_throttled(self, plea: tuple[str, str], nth: int, times: int) -> None:
        side, kind = plea
        self.stage.fault(side, kind, nth=nth, times=times)
        self._stumble()

    def _stumble(self) -> None:
        self.people.trouble()
        self.troubled = True
        try:
            self.stage.tries(self.pair)
        except Crash:
            self.stage.start()
        self.stage.calm()

    # --- what must be

    @rule()
    def sync(self) -> None:
        """One run is enough, unless something went wrong before."""
        self.people.agree()
        if self.troubled:
            self._patiently()
        else:
            self._run()
        self.stage.silent(self.pair)
        for side in SIDES:
            assert self.people.seen(side) == self.people.faces(), side
        self.troubled = False
        # A day later the deletions of today count no more.
        self.stage.later(hours=25)

    @invariant()
    def nobody_gets_a_mail(self) -> None:
        assert self.stage.mails() == 0

    def _run(self) -> str:
        outcome = self.stage.tries(self.pair)
        if outcome == "held":
            self.stage.app.approve(self.pair)
            outcome = self.stage.tries(self.pair)
        return outcome

    def _patiently(self) -> None:
        """Run as time passes, until nothing waits any more; what was in its way then has a last run to arrive."""
        for _ in range(12):
            outcome = self._run()
            self.stage.later(minutes=11)
            if outcome == "ok" and not self.stage.status(self.pair)["parked"]:
                break
        assert self._run() == "ok"
        assert not self.stage.status(self.pair)["parked"]

    def _nothing_to_write(self) -> None:
        with self.stage.unchanged():
            self.stage.run(self.pair)
            self.stage.silent(self.pair)


def test_walks_on_a_file() -> None:
    run_state_machine_as_test(Walk, settings=walks(300 if TORTURE else 40))


@pytest.mark.needs("firestore")
def test_walks_in_a_database(firestore_host: str) -> None:
    class InDatabase(Walk):
        def lay(self, folder: Path) -> Stage:
            return OnFirestore(folder, firestore_host)

    run_state_machine_as_test(InDatabase, settings=walks(300 if TORTURE else 10))


def walks(number: int) -> settings:
    return settings(
        max_examples=number,
        stateful_step_count=50 if TORTURE else 30,
        derandomize=not TORTURE,
        report_multiple_bugs=False,
    )
