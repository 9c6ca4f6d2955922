"""A pair on its ground, whole: both simulators in process, the real adapters, SQLite, and the walk through `App`.

    stage = Stage(tmp_path)
    there = stage.ana.create(subject="Lunch", ...)
    stage.settle()                 # run, then run again and expect silence
    assert stage.titles() == ...

Nothing here knows what the engine does inside; expectations are read from the simulators.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from calpair.app import App, Transports
from calpair.settings import Configuration, Settings, SqliteAt
from calpair.sync.run import Report
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.exchange.mount import SimulatorAdapter
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.record import Fault
from simulators.wire import Crash

MAILBOX, CALENDAR = "ana@a.test", "ana@g.test"


class Stage:
    """One domain, one pair named `ana`; `pair` overrides its document's fields, `switches` the simulators'."""

    def __init__(self, folder: Path, *, pair: Mapping[str, Any] | None = None, **simulators: Any) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.started = 0
        self.exchange = ExchangeSimulator(
            clock=self.clock,
            mailboxes={MAILBOX: "ana's", "ben@a.test": "ben's"},
            services={"svc@a.test": "secret"},
            **simulators.get("exchange", {}),
        )
        self.google = GoogleSimulator(
            clock=self.clock, users={CALENDAR: "TOKEN", "ben@g.test": "TOKEN-BEN"}, **simulators.get("google", {})
        )
        self.ana = self.exchange.mailbox(MAILBOX)
        self.calendar = self.google.calendar(CALENDAR)
        self.pairs: dict[str, Any] = {
            "ana": {
                "domain": "a.test",
                "mailbox": MAILBOX,
                "calendar": CALENDAR,
                "direction": "two_way",
                **(pair or {}),
            }
        }
        self.domains: dict[str, Any] = {
            "a.test": {
                "exchange": {
                    "url": "https://exchange.a.test/EWS/Exchange.asmx",
                    "auth": "basic",
                    "username": "svc@a.test",
                    "secret": "env:PASSWORD",
                },
                "google": {"auth": "token", "secret": "env:TOKEN"},
            }
        }
        self.environment = {"PASSWORD": "secret", "TOKEN": "TOKEN", "KEY": "6b" * 32}
        self.app = self.start()

    def start(self) -> App:
        """A new process on the same ground."""
        self.started += 1
        settings = Settings(SqliteAt(self.folder / "calpair.db"), ("127.0.0.1", 8080), "", "env:KEY", self.folder)
        self.app = App(
            Configuration(settings, self.domains, self.pairs),
            self.environment,
            "calpair.toml",
            now=self.clock.now,
            transports=Transports(SimulatorAdapter(self.exchange), lambda _: InProcessHttp(self.google)),
            holder=f"process {self.started}",
            alive=lambda holder: holder == f"process {self.started}",
        )
        return self.app

    def run(self, name: str = "ana") -> Report:
        return self.app.sync(name)

    def settle(self, name: str = "ana") -> Report:
        """Run, then run again and expect silence: no write, one change list a side."""
        report = self.run(name)
        self.silent(name)
        return report

    def silent(self, name: str = "ana") -> None:
        before = self.writes(), self.requests()
        report = self.run(name)
        assert report.outcome == "ok"
        assert self.writes() == before[0]
        assert self.requests() == (before[1][0] + 1, before[1][1] + 1)
        assert self.mails() == 0

    def writes(self) -> int:
        return sum(call.changed for sim in (self.exchange, self.google) for call in sim.record.calls)

    def requests(self) -> tuple[int, int]:
        return sum(self.exchange.record.requests.values()), sum(self.google.record.requests.values())

    def mails(self) -> int:
        return len(self.exchange.record.mails) + len(self.google.record.mails)

    def fault(self, side: str, kind: str, **fields: Any) -> None:
        simulator = self.exchange if side == "exchange" else self.google
        simulator.record.plant(Fault(kind, **fields))

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is written on either side while the block runs."""
        before = self.writes()
        yield
        assert self.writes() == before

    def crash(self, name: str = "ana") -> bool:
        """Run into a planted crash; the process is gone, and a new one starts. Tells whether it did crash."""
        try:
            self.run(name)
        except Crash:
            self.start()
            return True
        return False

    def wipe(self) -> None:
        """Lose the store."""
        for file in self.folder.glob("calpair.db*"):
            file.unlink()
        self.start()

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    def exchange_titles(self) -> list[str]:
        return sorted(item.subject for item in self.ana.items())

    def google_titles(self) -> list[str]:
        return sorted(event.get("summary", "") for event in self.calendar.events())

    def titles(self) -> list[str]:
        """The titles both sides hold; they must be the same."""
        assert self.exchange_titles() == self.google_titles()
        return self.google_titles()


__all__ = ["CALENDAR", "MAILBOX", "Stage", "replace"]
