"""A simulated Exchange with one mailbox, reached by the adapter in process; and a server that answers by the book.

Where CALPAIR_EWS_SCHEMAS names the folder of Microsoft's schemas, every request is validated against them.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import pytest
from simulators.clock import ManualClock
from simulators.exchange.hand import Hand
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.schemas import from_environment
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault
from simulators.wire import Request, Response

from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import ExchangeAuth, ExchangeServer

URL = "https://exchange.test/EWS/Exchange.asmx"
ANA = "ana@a.test"
SERVER = ExchangeServer(url=URL, auth=ExchangeAuth.BASIC, username="svc@a.test", secret="env:NOTHING", timeout_seconds=20)


@dataclass
class World:
    """One mailbox on a simulated server, and calpair's calendar of it."""

    simulator: ExchangeSimulator
    calendar: ExchangeCalendar
    connection: ExchangeConnection

    @property
    def ana(self) -> Hand:
        return self.simulator.mailbox(ANA)

    def plant(self, kind: str, operation: str = "", **more: Any) -> None:
        self.simulator.record.plant(Fault(kind, operation, **more))

    def requests(self) -> dict[str, int]:
        """The requests by operation since the last time this was asked."""
        counted = dict(self.simulator.record.requests)
        self.simulator.record.requests.clear()
        return counted


schemas = cache(from_environment)


@pytest.fixture
def make_world() -> Callable[..., World]:
    """Build a world: switches of the server, and settings, folder and zone of ours."""

    def make(
        switches: Switches | None = None,
        folder: str = "",
        zone: str = "Europe/Berlin",
        simulator: ExchangeSimulator | None = None,
        password: str = "secret",
        **settings: Any,
    ) -> World:
        simulator = simulator or ExchangeSimulator(
            clock=ManualClock(), switches=switches or Switches(), schemas=schemas()
        )
        connection = ExchangeConnection(
            replace(SERVER, **settings), lambda: password, ManualClock().now, SimulatorAdapter(simulator)
        )
        return World(simulator, ExchangeCalendar(connection, ANA, folder, zone=lambda: zone), connection)

    return make


@pytest.fixture
def world(make_world: Callable[..., World]) -> World:
    """A friendly server."""
    return make_world()


@dataclass
class Script:
    """Answers what it was told to, in order, whatever it is asked; keeps what it was asked."""

    answers: list[Response | BaseException] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)

    def handle(self, request: Request) -> Response:
        self.asked.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def say(self, body: str | bytes, status: int = 200, **headers: str) -> None:
        data = body.encode() if isinstance(body, str) else body
        named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        self.answers.append(Response(status, data, named))


@pytest.fixture
def script() -> Script:
    """A server of hand-written answers."""
    return Script()


@pytest.fixture
def scripted(script: Script) -> Iterator[ExchangeCalendar]:
    """A calendar on the server of hand-written answers; all of them must have been used."""
    connection = ExchangeConnection(SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(script))
    yield ExchangeCalendar(connection, ANA, "", zone=lambda: "Europe/Berlin")
    assert not script.answers
