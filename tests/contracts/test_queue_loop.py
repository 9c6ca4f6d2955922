"""The queue's contract on the loop of one machine."""

from datetime import datetime, timedelta

import pytest

from calpair.local.loop import Loop
from contracts.queue_contract import QueueContract
from simulators.clock import ManualClock


class InTheLoop:
    """A loop whose time is moved by hand and whose work is done in the caller's thread."""

    def __init__(self) -> None:
        self._clock = ManualClock()
        self._until = self._clock.now()
        self.looks: list[tuple[str, datetime]] = []
        self._rung = 0
        self.queue = Loop(self._look, self._clock.now, self._wait, start=lambda job: job())

    def now(self) -> datetime:
        return self._clock.now()

    def advance(self, by: timedelta) -> None:
        self._until = self._clock.now() + by
        while self._clock.now() < self._until:
            self.queue.step()

    def _look(self, pair: str) -> None:
        self.looks.append((pair, self._clock.now()))

    def _wait(self, seconds: float) -> bool:
        if self._rung < len(self.looks):
            # A look that ended rings, and nobody waits.
            self._rung = len(self.looks)
            return True
        left = (self._until - self._clock.now()).total_seconds()
        self._clock.advance(timedelta(seconds=max(0.0, min(seconds, left))))
        return False


class TestLoop(QueueContract):
    @pytest.fixture
    def ground(self) -> InTheLoop:
        return InTheLoop()
