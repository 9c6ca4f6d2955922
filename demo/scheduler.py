"""Cloud Scheduler for a demo that has no time to wait for its minute: it calls as soon as the last call is used up.

    with Scheduler(call, idle):         # call(): post to `dispatch`; idle(): no task is left in the queue
        ...

A call puts all looks of the next minute into the queue. While some are left, another call would only add to them.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPException
from typing import Self

_MINUTE = 60.0
_PAUSE = 1.0


class Scheduler:
    """Looks every second, in a thread of its own, whether to call. A call that is not answered is made again."""

    def __init__(
        self, call: Callable[[], object], idle: Callable[[], bool], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._call = call
        self._idle = idle
        self._now = now
        self._called = now() - _MINUTE
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Call no more."""
        self._ended.set()
        self._thread.join()

    def look(self) -> None:
        """Call, if it is time."""
        if self._idle() or self._now() - self._called >= _MINUTE:
            # the function is ended, or not up yet: the next second is as good
            with suppress(OSError, HTTPException, ValueError):
                self._call()
                self._called = self._now()

    def _run(self) -> None:
        while not self._ended.wait(_PAUSE):
            self.look()
