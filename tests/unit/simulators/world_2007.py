"""A simulated Exchange 2007 with a free/busy public folder, judged by its schema or by the simulator's own tables."""

from dataclasses import replace
from typing import Any

from simulators.exchange.raw_client import RawClient
from simulators.exchange.simulator import ExchangeSimulator
from unit.simulators.public_world import client_of, world

SP1 = "Exchange2007_SP1"


def world_2007(*, with_schemas: bool = True, **switches: Any) -> ExchangeSimulator:
    """The server; `with_schemas=False` takes the environment's schemas away from it."""
    simulator = world(**{"version": SP1, **switches})
    if not with_schemas:
        simulator.schemas = None
        simulator.switches = replace(simulator.switches, check_answers=False)
    return simulator


def client_2007(simulator: ExchangeSimulator, account: str = "ana@a.test", **options: Any) -> RawClient:
    """A client that asks for Exchange 2007 SP1."""
    return client_of(simulator, account, **{"version": SP1, **options})
