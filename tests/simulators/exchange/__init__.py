"""A simulated Exchange server for tests: see README.md for what it models, and `simulator.py` for how it is used."""

from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches

__all__ = ["ExchangeSimulator", "Switches"]
