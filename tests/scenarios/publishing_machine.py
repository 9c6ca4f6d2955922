"""One machine that publishes, by the keeper of `calpair run`: the other ground of the stories about publishing."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from calpair.app.machine import App
from calpair.cli.run import _Keeper
from calpair.settings import Configuration, Settings, SqliteAt
from scenarios.publishing import Board
from simulators.wire import Crash


class OneMachine(Board):
    """The board of `calpair run`: looks run at once, and waiting moves the clock."""

    ground = "one machine"

    def secret(self, name: str) -> str:
        return f"env:{name.upper()}"

    def start(self) -> None:
        self.secrets = {"EXCHANGE": "secret", "GOOGLE": "TOKEN", "KEY": "6b" * 32}
        self.process()

    def process(self) -> None:
        """Start `calpair run` anew."""
        settings = Settings(SqliteAt(self.folder / "calpair.db"), ("127.0.0.1", 8080), "", "env:KEY", self.folder)
        written = Configuration(settings, self.domains, {}, directory=self.directory)
        self.app = App(written, self.secrets, "calpair.toml", now=self.clock.now, transports=self.transports)
        self.store = self.app.store
        self.app.store = self.wrap(self.store)
        self.keeper = _Keeper(self.app)
        self.keeper.loop._start = lambda job: job()
        self.keeper.loop._wait = self._wait
        self.keeper.prepare()

    def write(self, collection: str, name: str, fields: Mapping[str, Any]) -> None:
        (self.domains if collection == "domains" else self.directory)[name] = dict(fields)
        dropped = self.store.get("applied", f"{collection}:{name}")
        if dropped and dropped.data["dropped"]:
            self.store.delete(dropped)
        super().write(collection, name, fields)

    def remove(self, name: str) -> None:
        del self.directory[f"{name}@g.test"]
        super().remove(name)

    def written(self, document: str) -> None:
        """Nobody has to be told."""

    def renew(self) -> None:
        """It is done once a minute."""

    def wipe(self) -> None:
        super().wipe()
        self.process()

    def later(self, **time: float) -> None:
        end = self.clock.now() + timedelta(**time)
        while self.clock.now() < end:
            try:
                self.keeper.loop.step()
            except Crash:
                self.process()

    def _wait(self, seconds: float) -> bool:
        bell = self.keeper.loop._bell
        rung = not bell.empty()
        while not bell.empty():
            bell.get_nowait()
        if not rung:
            self.clock.advance(timedelta(seconds=max(seconds, 0.0)))
        return rung


GROUNDS = [Board, OneMachine]
