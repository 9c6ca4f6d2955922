"""Pairs kept in step as `calpair run` does it, on a stage whose time is moved by hand."""

from datetime import timedelta
from typing import Any

from calpair.cli.run import _Keeper
from calpair.local.loop import Loop
from scenarios.stage import BEN, BENS, Stage


class Kept:
    """A stage whose pairs are kept in step; looks run at once, and waiting moves the clock."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.keeper = _Keeper(stage.app)
        self.loop: Loop = self.keeper.loop
        self.loop._start = lambda job: job()
        self.loop._wait = self._wait
        self.keeper.prepare()

    def _wait(self, seconds: float) -> bool:
        rung = not self.loop._bell.empty()
        while not self.loop._bell.empty():
            self.loop._bell.get_nowait()
        if not rung:
            self.stage.later(seconds=max(seconds, 0.0))
        return rung

    def go_on(self, **time: float) -> None:
        """Keep the pairs in step for so long."""
        end = self.stage.clock.now() + timedelta(**time)
        while self.stage.clock.now() < end:
            self.loop.step()


def with_ben(stage: Stage, **fields: Any) -> Stage:
    stage.pairs["ben"] = {"domain": "a.test", "mailbox": BEN, "calendar": BENS, "direction": "two_way", **fields}
    stage.start()
    return stage
