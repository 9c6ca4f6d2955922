"""A pair on its ground, whole: both simulators in process, the real adapters, SQLite, and the walk through `App`.

    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")             # ana's hand in Outlook: 5 November, 10 to 11 o'clock
    stage.web("Dinner", hour=19)               # and in Google Calendar
    stage.settle()                             # run, then run again and expect silence
    assert stage.titles() == ["Dinner", "Lunch"]

Nothing here knows what the engine does inside; expectations are read from the simulators.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from calpair.app.connections import Transports
from calpair.app.machine import App
from calpair.errors import CalpairError
from calpair.settings import Configuration, Settings, SqliteAt
from calpair.sync.run import Report
from scenarios.agenda import Row, exchange_rows, google_rows
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.exchange.mount import SimulatorAdapter
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.google.hand import Hand as GoogleHand
from simulators.record import Fault
from simulators.wire import Crash, Handler, Request, Response

MAILBOX, CALENDAR = "ana@a.test", "ana@g.test"
BEN, BENS = "ben@a.test", "ben@g.test"
BERLIN = "W. Europe Standard Time"

Json = dict[str, Any]


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of November 2026; the clock of every stage starts on the 2nd at 8."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


@dataclass
class Door:
    """Stands before a simulator; `before(request)` is called for everything that comes in, `after` once it took effect."""

    simulator: Handler
    before: Callable[[Request], None] | None = None
    after: Callable[[Request], None] | None = None

    @property
    def waits(self) -> bool:
        """Tell whether somebody still stands before it."""
        return self.before is not None or self.after is not None

    def handle(self, request: Request) -> Response:
        if self.before:
            self.before(request)
        response = self.simulator.handle(request)
        if self.after:
            self.after(request)
        return response


class Stage:
    """One domain, one pair named `ana`; `pair` overrides its document's fields, `exchange` and `google` the simulators'."""

    def __init__(self, folder: Path, *, pair: Mapping[str, Any] | None = None, **simulators: Any) -> None:
        self.folder = folder
        self.clock = ManualClock()
        self.started = 0
        self.exchange = ExchangeSimulator(
            clock=self.clock,
            mailboxes={MAILBOX: "ana's", BEN: "ben's"},
            services={"svc@a.test": "secret"},
            **simulators.get("exchange", {}),
        )
        self.google = GoogleSimulator(
            clock=self.clock, users={CALENDAR: "TOKEN", BENS: "TOKEN-BEN"}, **simulators.get("google", {})
        )
        self.exchange_door, self.google_door = Door(self.exchange), Door(self.google)
        self.ana = self.exchange.mailbox(MAILBOX)
        self.calendar: GoogleHand = self.google.calendar(CALENDAR)
        self.pairs: Json = {
            "ana": {
                "domain": "a.test",
                "mailbox": MAILBOX,
                "calendar": CALENDAR,
                "direction": "two_way",
                **(pair or {}),
            }
        }
        self.domains: Json = {
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

    # --- processes and runs

    def start(self) -> App:
        """A new process on the same ground, the old one gone."""
        self.started += 1
        self.app = self.process(f"process {self.started}", lambda holder: holder == f"process {self.started}")
        return self.app

    def process(self, holder: str, alive: Callable[[str], bool]) -> App:
        """A process beside others. `alive` tells whether a named one still runs."""
        settings = Settings(SqliteAt(self.folder / "calpair.db"), ("127.0.0.1", 8080), "", "env:KEY", self.folder)
        tokens = {CALENDAR: "TOKEN", BENS: "TOKEN-BEN"}
        return App(
            Configuration(settings, self.domains, self.pairs),
            self.environment,
            "calpair.toml",
            now=self.clock.now,
            transports=Transports(
                SimulatorAdapter(self.exchange_door),
                # The product signs with its own token; where a user has another, the mount does.
                lambda user: InProcessHttp(signed(self.google_door, tokens[user])),
            ),
            holder=holder,
            alive=alive,
        )

    def run(self, name: str = "ana") -> Report:
        return self.app.sync(name)

    def tries(self, name: str = "ana") -> str:
        """Run; the class of what it raised, or its outcome."""
        try:
            return self.run(name).outcome
        except CalpairError as error:
            return type(error).__name__

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

    def patient(self, name: str = "ana", hours: float = 30) -> None:
        """Keep running as time passes, until what waits has had its time; then expect silence."""
        for _ in range(6):
            self.tries(name)
            self.later(hours=hours / 6)
        self.settle(name)

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

    def set(self, name: str = "ana", **fields: Any) -> None:
        """Change a pair's document, and start anew with it."""
        self.pairs[name] = {**self.pairs[name], **fields}
        self.start()

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    def fault(self, side: str, kind: str, operation: str = "", **fields: Any) -> None:
        simulator = self.exchange if side == "exchange" else self.google
        simulator.record.plant(Fault(kind, operation, **fields))

    def calm(self) -> None:
        """Take away every fault that was not met."""
        self.exchange.record.faults.clear()
        self.google.record.faults.clear()
        for door in (self.exchange_door, self.google_door):
            door.before = door.after = None

    # --- people

    def outlook(self, title: str, day: int = 5, hour: int = 10, **fields: Any) -> str:
        """Ana makes an appointment of an hour in Outlook; other fields as in the simulator's hand."""
        fields.setdefault("start", at(day, hour))
        fields.setdefault("end", fields["start"] + timedelta(hours=1))
        fields.setdefault("start_zone", BERLIN)
        return self.ana.create(subject=title, **fields)

    def web(self, title: str, day: int = 5, hour: int = 10, **fields: Any) -> str:
        """Ana makes an event of an hour in Google Calendar; other fields as in the API."""
        if "start" not in fields:
            fields |= span(at(day, hour), at(day, hour) + timedelta(hours=1))
        return self.calendar.create(summary=title, **fields)

    # --- what is seen

    def exchange_rows(self) -> list[Row]:
        return exchange_rows(self.ana.items())

    def google_rows(self) -> list[Row]:
        return google_rows(self.calendar.events())

    def both(self) -> list[Row]:
        """The rows both sides show; they must be the same, and nobody got a mail."""
        assert self.exchange_rows() == self.google_rows()
        assert self.mails() == 0
        return self.google_rows()

    def exchange_titles(self) -> list[str]:
        return sorted(item.subject for item in self.ana.items())

    def google_titles(self) -> list[str]:
        return sorted(event.get("summary", "") for event in self.calendar.events())

    def titles(self) -> list[str]:
        """The titles both sides hold; they must be the same."""
        assert self.exchange_titles() == self.google_titles()
        return self.google_titles()

    def item(self, title: str) -> Any:
        """The one item of that title in the mailbox."""
        (found,) = (item for item in self.ana.items() if item.subject == title)
        return found

    def event(self, title: str) -> Json:
        """The one event of that title in the Google calendar."""
        (found,) = (event for event in self.calendar.events() if event.get("summary", "") == title)
        return found

    def status(self, name: str = "ana") -> Json:
        return self.app.status(name)

    # --- what is counted

    def writes(self) -> int:
        return sum(call.changed for sim in (self.exchange, self.google) for call in sim.record.calls)

    def done(self, operation: str) -> int:
        """How many calls of that operation changed something."""
        calls = (call for sim in (self.exchange, self.google) for call in sim.record.calls)
        return sum(call.changed for call in calls if call.operation == operation)

    def requests(self) -> tuple[int, int]:
        return sum(self.exchange.record.requests.values()), sum(self.google.record.requests.values())

    def mails(self) -> int:
        return len(self.exchange.record.mails) + len(self.google.record.mails)

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Nothing is written on either side while the block runs."""
        before = self.writes()
        yield
        assert self.writes() == before


def signed(door: Door, token: str) -> Handler:
    """Give a door through which requests go signed with this token."""
    return _Signed(door, token)


@dataclass
class _Signed:
    """Signs requests with the token of the user they are sent for."""

    door: Door
    token: str

    def handle(self, request: Request) -> Response:
        if self.token != "TOKEN":
            request = replace(request, headers={**request.headers, "authorization": f"Bearer {self.token}"})
        return self.door.handle(request)


def span(start: datetime, end: datetime, zone: str = "Europe/Berlin") -> Json:
    """Start and end as the Calendar API writes instants."""
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": zone},
        "end": {"dateTime": end.isoformat(), "timeZone": zone},
    }


def days(start: str, end: str) -> Json:
    """Start and end as the Calendar API writes whole days; the end is the day after the last."""
    return {"start": {"date": start}, "end": {"date": end}}


__all__ = [
    "BEN",
    "BENS",
    "BERLIN",
    "CALENDAR",
    "MAILBOX",
    "Door",
    "Row",
    "Stage",
    "at",
    "days",
    "replace",
    "signed",
    "span",
]
