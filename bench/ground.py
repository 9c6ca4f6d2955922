"""The ground of a measurement: both simulators in process, with everything that passes between counted."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from calpair.app.connections import Transports
from calpair.app.machine import App
from calpair.ports import Doc, Store
from calpair.settings import Configuration, Settings, SqliteAt
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.pattern import Pattern
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.wire import Handler, Request, Response

MAILBOX, CALENDAR = "ana@a.test", "ana@g.test"
FIRST_DAY = datetime(2026, 11, 3, 8, 0, tzinfo=UTC)
BODY = "<html><body><p>Agenda of meeting {number}:</p><ul><li>old business</li><li>new business</li></ul></body></html>"


@dataclass(slots=True)
class Counted:
    """A simulator behind a meter."""

    handler: Handler
    bytes: int = 0

    def handle(self, request: Request) -> Response:
        """Pass on, and count what goes each way."""
        response = self.handler.handle(request)
        self.bytes += len(request.body) + len(response.body)
        return response


class CountedStore:
    """A store behind a meter; one operation is one call, as Firestore would bill a document."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.reads = 0
        self.writes = 0

    def get(self, collection: str, key: str) -> Doc | None:
        """Count a read."""
        self.reads += 1
        return self._store.get(collection, key)

    def put(self, doc: Doc) -> Doc:
        """Count a write."""
        self.writes += 1
        return self._store.put(doc)

    def delete(self, doc: Doc) -> None:
        """Count a write."""
        self.writes += 1
        self._store.delete(doc)

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        """Count a read a document, and one for an empty answer."""
        return self._counted(self._store.due(collection, now, limit))

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        """Count a read a document, and one for an empty answer."""
        return self._counted(self._store.find(collection, pair, values))

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        """Count a read a document, and one for an empty answer."""
        docs, after = self._store.list(collection, pair, page)
        return self._counted(docs), after

    def drop(self, pair: str) -> None:
        """Pass on; no measurement drops a pair."""
        self._store.drop(pair)

    def _counted(self, docs: Sequence[Doc]) -> Sequence[Doc]:
        self.reads += max(1, len(docs))
        return docs


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took. `documents`: reads of what people write, counted apart (they are cached where deployed)."""

    exchange: int
    google: int
    units: int
    bytes: int
    reads: int
    writes: int

    @property
    def requests(self) -> int:
        """HTTP requests on both sides."""
        return self.exchange + self.google


class Ground:
    """One two-way pair between two simulators."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.exchange = ExchangeSimulator(
            clock=self.clock, mailboxes={MAILBOX: "own"}, services={"svc@a.test": "secret"}
        )
        self.google = GoogleSimulator(clock=self.clock, users={CALENDAR: "TOKEN"})
        self.ana, self.calendar = self.exchange.mailbox(MAILBOX), self.google.calendar(CALENDAR)
        self._exchange, self._google = Counted(self.exchange), Counted(self.google)
        domain: Mapping[str, Any] = {
            "exchange": {
                "url": "https://exchange.a.test/EWS/Exchange.asmx",
                "auth": "basic",
                "username": "svc@a.test",
                "secret": "env:PASSWORD",
            },
            "google": {"auth": "token", "secret": "env:TOKEN"},
        }
        pair = {"domain": "a.test", "mailbox": MAILBOX, "calendar": CALENDAR, "direction": "two_way"}
        settings = Settings(SqliteAt(folder / "calpair.db"), ("127.0.0.1", 0), "", "env:KEY", folder)
        self.app = App(
            Configuration(settings, {"a.test": domain}, {"ana": pair}),
            {"PASSWORD": "secret", "TOKEN": "TOKEN", "KEY": "6b" * 32},
            "calpair.toml",
            now=self.clock.now,
            transports=Transports(SimulatorAdapter(self._exchange), lambda _: InProcessHttp(self._google)),
        )
        self.store = CountedStore(self.app.store)
        self.app.__dict__["store"] = self.store

    def sync(self) -> Cost:
        """Run once; give what it took."""
        before = self._now()
        self.app.sync("ana")
        after = self._now()
        return Cost(*(new - old for new, old in zip(after, before, strict=True)))

    def _now(self) -> tuple[int, ...]:
        requests = [sum(one.record.requests.values()) for one in (self.exchange, self.google)]
        moved = self._exchange.bytes + self._google.bytes
        return (*requests, self.google.record.units, moved, self.store.reads, self.store.writes)

    def fill_exchange(self, count: int) -> list[str]:
        """Put events into the mailbox."""
        return fill_exchange(self.ana, count)

    def fill_google(self, count: int) -> list[str]:
        """Put events into the calendar."""
        return [
            self.calendar.create(
                summary=f"Call {number}",
                start={"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"},
                end={"dateTime": (start + timedelta(minutes=30)).isoformat(), "timeZone": "Europe/Berlin"},
                description=f"Agenda of call {number}:<br><b>old</b> and new business",
                location=f"Room {number % 17}",
            )
            for number, start in _starts(count)
        ]

    def weekly(self, home: str, overrides: int) -> None:
        """Put a weekly series on one side and name it so, its second occurrence and those after it retitled."""
        if home == "Exchange":
            pattern = Pattern("Weekly", FIRST_DAY.date(), days=("Tuesday",), number=overrides + 9)
            self.ana.create_series(pattern, time(9), zone="W. Europe Standard Time", subject=home)
        else:
            self.calendar.create(
                summary=home,
                start={"dateTime": _tuesday(0).isoformat(), "timeZone": "Europe/Berlin"},
                end={"dateTime": (_tuesday(0) + timedelta(hours=1)).isoformat(), "timeZone": "Europe/Berlin"},
                recurrence=[f"RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT={overrides + 9}"],
            )
        for number in range(1, overrides + 1):
            self.retitle(home, home, number, f"number {number}")

    def retitle(self, series: str, side: str, number: int, title: str) -> None:
        """Give one occurrence of a series, counted from none, a title of its own."""
        if side == "Exchange":
            (item,) = (item for item in self.ana.items() if item.subject == series)
            self.ana.edit_occurrence(item.id, _tuesday(number).date(), subject=title)
        else:
            (event,) = (event for event in self.calendar.events() if event.get("recurrence"))
            self.calendar.edit_instance(event["id"], _tuesday(number).isoformat(), summary=title)


def fill_exchange(mailbox: Any, count: int) -> list[str]:
    """Put events into a mailbox of the simulator's."""
    return [
        mailbox.create(
            subject=f"Meeting {number}",
            start=start,
            end=start + timedelta(minutes=30),
            start_zone="W. Europe Standard Time",
            body=BODY.format(number=number),
            body_type="HTML",
            location=f"Room {number % 17}",
        )
        for number, start in _starts(count)
    ]


def _tuesday(number: int) -> datetime:
    return datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(weeks=number)


def _starts(count: int) -> Iterator[tuple[int, datetime]]:
    for number in range(count):
        yield number, FIRST_DAY + timedelta(minutes=37 * number)


@contextmanager
def ground() -> Iterator[Ground]:
    """Lay the ground in a temporary folder."""
    with tempfile.TemporaryDirectory() as folder:
        yield Ground(Path(folder))
