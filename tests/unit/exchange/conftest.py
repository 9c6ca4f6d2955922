"""Worlds for the tests of the Exchange adapter; see `ground.py`."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.schemas import Schemas, from_environment
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from unit.exchange.ground import ANA, SERVER, MakeWorld, Script, World

_schemas = cache(from_environment)


@pytest.fixture
def schemas() -> Schemas | None:
    """Microsoft's schemas, where there are any."""
    return _schemas()


@pytest.fixture
def make_world() -> MakeWorld:
    """Build worlds."""

    def make(
        switches: Switches | None = None,
        *,
        folder: str = "",
        zone: str = "Europe/Berlin",
        simulator: ExchangeSimulator | None = None,
        password: str = "secret",  # noqa: S107 - of a simulated account
        **settings: Any,
    ) -> World:
        simulator = simulator or ExchangeSimulator(
            clock=ManualClock(), switches=switches or Switches(), schemas=_schemas()
        )
        connection = ExchangeConnection(
            replace(SERVER, **settings), lambda: password, ManualClock().now, SimulatorAdapter(simulator)
        )
        return World(simulator, ExchangeCalendar(connection, ANA, folder, zone=lambda: zone), connection)

    return make


@pytest.fixture
def world(make_world: MakeWorld) -> World:
    """A friendly server."""
    return make_world()


@pytest.fixture
def script() -> Script:
    """A server of hand-written answers."""
    return Script()


@pytest.fixture
def scripted(script: Script) -> Iterator[ExchangeCalendar]:
    """A calendar on the server of hand-written answers, whose build is known; all of them must have been used."""
    known = replace(SERVER, version="15.2")
    connection = ExchangeConnection(known, lambda: "secret", ManualClock().now, SimulatorAdapter(script))
    yield ExchangeCalendar(connection, ANA, "", zone=lambda: "Europe/Berlin")
    assert not script.answers
