"""A server that can be stopped in the midst of a request, so that a test may act meanwhile.

held = Holding(simulator)
with held.at("/batch/") as reached:
reached.wait()
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from simulators.wire import Handler, Request, Response

SECONDS = 30.0


class Holding:
    """Answers as the simulator behind it does; once told, the next request of a kind waits until it is let go."""

    def __init__(self, behind: Handler) -> None:
        self._behind = behind
        self._word = ""
        self._reached = threading.Event()
        self._go = threading.Event()

    def handle(self, request: Request) -> Response:
        """Answer, having waited if this is the one."""
        if self._word and self._word in request.path and request.method == "POST":
            self._word = ""
            self._reached.set()
            self._go.wait(SECONDS)
        return self._behind.handle(request)

    @contextmanager
    def at(self, word: str) -> Iterator[threading.Event]:
        """Hold the next write whose path has this word; gives what is set when it is there. Let go with the block."""
        self._reached.clear()
        self._go.clear()
        self._word = word
        try:
            yield self._reached
        finally:
            self._word = ""
            self._go.set()
