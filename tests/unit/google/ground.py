"""A simulated Google with one user, reached by the adapter in process; and a transport that answers by the book."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httplib2

from calpair.google.calendar import GoogleCalendar
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, ShowAs
from calpair.model.link import Stamp
from calpair.model.pair import GoogleAuth, GoogleService
from calpair.model.when import Timed
from calpair.ports import Draft, Edit, Written
from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Hand, InProcessHttp, Switches
from simulators.record import Fault
from simulators.wire import Handler, Request, Response

ANA = "ana@g.test"
BASE = "https://google.test/"
TOKEN = GoogleService(GoogleAuth.TOKEN, "env:NOTHING", BASE)

NOON = datetime(2026, 11, 5, 11, 0, tzinfo=UTC)
ONE = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
LUNCH = Event(
    title="Lunch",
    when=Timed(NOON, ONE, "Europe/Berlin"),
    body=Body("Bring an appetite."),
    place="Canteen",
    show_as=ShowAs.BUSY,
    reminder=15,
)
"""As the adapter makes it, by hand."""

LUNCH_BODY: Mapping[str, Any] = {
    "summary": "Lunch",
    "start": {"dateTime": "2026-11-05T12:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-11-05T13:00:00+01:00", "timeZone": "Europe/Berlin"},
}
"""As a person makes it."""


@dataclass
class Tap:
    """A handler that keeps every request on its way to another handler."""

    to: Handler
    seen: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        self.seen.append(request)
        return self.to.handle(request)


@dataclass
class World:
    """One calendar on a simulated Google, and calpair's side of it."""

    simulator: GoogleSimulator
    clock: ManualClock
    calendar: GoogleCalendar
    tap: Tap

    @property
    def ana(self) -> Hand:
        return self.simulator.calendar(ANA)

    def plant(self, kind: str, operation: str = "", **more: Any) -> None:
        self.simulator.record.plant(Fault(kind, operation, **more))

    def requests(self) -> dict[str, int]:
        """The requests by operation since the last time this was asked."""
        counted = dict(self.simulator.record.requests)
        self.simulator.record.requests.clear()
        return counted

    def made(self, *numbers: int, **changes: Any) -> list[Item]:
        """Copies of lunch, made by the adapter; the requests for it are not counted."""
        items = [written(one).item for one in self.calendar.create([draft(number, **changes) for number in numbers])]
        self.requests()
        return [item for item in items if item is not None]


def world(
    *,
    switches: Switches | None = None,
    calendar_id: str = ANA,
    user: str = ANA,
    settings: GoogleService = TOKEN,
    secret: str = "TOKEN",  # noqa: S107 - of a simulated account
    colours: Mapping[str, str] | None = None,
    **google: Any,
) -> World:
    """Build a world; `google` goes to the simulator."""
    clock = ManualClock()
    simulator = GoogleSimulator(clock=clock, switches=switches, **google)
    tap = Tap(simulator)
    calendar = GoogleCalendar(settings, calendar_id, user, lambda: secret, clock.now, colours, InProcessHttp(tap))
    return World(simulator, clock, calendar, tap)


def draft(number: int, *, link: str = "", **changes: Any) -> Draft:
    """Lunch as a copy to be made, with the id `dupe0000` and a number."""
    name = f"dupe{number:04d}"
    stamp = Stamp("pair", link or f"link{number}", name, f"uid{number}", digest="d1")
    return Draft(replace(LUNCH, **changes), stamp, id=name)


def edit(item: Item, *names: Field, stamp: Stamp | None = None, **changes: Any) -> Edit:
    """A change of these fields of an item."""
    assert item.event is not None
    return Edit(item, replace(item.event, **changes), frozenset(names), stamp)


def written(answer: object) -> Written:
    """The answer to a write that succeeded."""
    assert isinstance(answer, Written)
    return answer


def item_of(answer: object) -> Item:
    """The item an answer brought."""
    item = written(answer).item if isinstance(answer, Written) else answer
    assert isinstance(item, Item)
    return item


def event_of(answer: object) -> Event:
    """The content an answer brought."""
    event = item_of(answer).event
    assert event is not None
    return event


@dataclass
class Script:
    """A transport that gives hand-written answers in turn, and keeps what it was asked."""

    answers: list[tuple[int, str] | Exception] = field(default_factory=list)
    asked: list[tuple[str, str, Any, Mapping[str, str]]] = field(default_factory=list)
    head: Mapping[str, str] = field(default_factory=dict)

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Mapping[str, str] | None = None
    ) -> tuple[httplib2.Response[str], bytes]:
        self.asked.append((method, uri, body, headers or {}))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        status, content = answer
        return httplib2.Response({"status": str(status), **self.head}), content.encode()


def scripted(*answers: tuple[int, str] | Exception, **head: str) -> tuple[GoogleCalendar, Script]:
    """A calendar on a transport of hand-written answers."""
    script = Script(list(answers), head={name.replace("_", "-"): value for name, value in head.items()})
    calendar = GoogleCalendar(TOKEN, ANA, ANA, lambda: "TOKEN", ManualClock().now, None, script)
    return calendar, script
