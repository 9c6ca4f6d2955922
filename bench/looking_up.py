"""What a look-up of Exchange users takes: EWS requests, and CPU, of which the simulated server's is told apart.

Each is asked through the EWS door of `exchange_free_busy`, as Google's Interop asks, and nothing of it is remembered from
the one before.
"""

import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from calpair.busy.memory import KEPT
from scenarios.knocking import EWS, XML, basic
from scenarios.looking import Desk, at
from simulators.wire import Handler, Request, Response
from unit.exchange.availability_ground import mailbox, options, request

ROUNDS = 20
_PROOF = {"Authorization": basic("svc-busy", "knock"), "Content-Type": XML}
_DAY = options("2026-11-05T00:00:00", "2026-11-06T00:00:00", 15)
_OK = 200


@dataclass(slots=True)
class _Timed:
    """A simulator, and the CPU it takes."""

    handler: Handler
    seconds: float = 0.0

    def handle(self, request: Request) -> Response:
        begun = time.thread_time()
        try:
            return self.handler.handle(request)
        finally:
            self.seconds += time.thread_time() - begun


@dataclass(frozen=True, slots=True)
class LookUp:
    """One look-up: about how many, EWS requests, and milliseconds of CPU that are the function's and of all there were."""

    people: int
    requests: int
    own: float
    all: float


def measure(*sizes: int) -> Iterator[LookUp]:
    """Look up so many at once, again and again."""
    with tempfile.TemporaryDirectory() as name:
        people = [str(number) for number in range(max(sizes))]
        desk = Desk(Path(name), people=people, check_answers=False)
        for person in people:
            for hour in (8, 10, 13, 16):
                desk.mailbox(f"{person}@a.test").create(subject="Work", start=at(5, hour), end=at(5, hour + 1))
        timed = _Timed(desk.exchange["a.test"])
        desk.hosts.servers = {"exchange.a.test": timed}
        desk.open("a.test", "svc-busy:knock")
        for size in sizes:
            yield _look_up(desk, timed, size)


def _look_up(desk: Desk, timed: _Timed, size: int) -> LookUp:
    body = request(*(mailbox(f"{number}@a.test") for number in range(size)), asked=_DAY)

    def once() -> None:
        desk.clock.advance(KEPT + timedelta(seconds=1))
        heard = desk.knock(EWS, body, _PROOF)
        if heard.status != _OK or heard.body.count(b">NoError<") != size:
            raise RuntimeError("a look-up went wrong; nothing is measured")

    once()
    desk.asked()
    timed.seconds, begun = 0.0, time.process_time()
    for _ in range(ROUNDS):
        once()
    everything = time.process_time() - begun
    milliseconds = 1000 / ROUNDS
    # A look-up that now and then takes one more is told as one that does.
    requests = -(-sum(desk.asked().values()) // ROUNDS)
    return LookUp(size, requests, (everything - timed.seconds) * milliseconds, everything * milliseconds)
