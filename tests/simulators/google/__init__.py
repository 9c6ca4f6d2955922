"""A Google Calendar for tests: the API v3 over HTTP, in process or on a port. `README.md` says what it models.

simulator = GoogleSimulator(clock=ManualClock(), users={"ana@g.test": "TOKEN"})
http = InProcessHttp(simulator, token="TOKEN")
"""

from simulators.google.hand import Hand
from simulators.google.mount import InProcessHttp
from simulators.google.robots import Robot
from simulators.google.simulator import GoogleSimulator
from simulators.google.switches import Switches

__all__ = ["GoogleSimulator", "Hand", "InProcessHttp", "Robot", "Switches"]
