"""Who is at work on what in this process: one at a time for each name, and nobody waits for another.

    with turns.take("ana") as mine:
        if mine: ...            # else somebody is at it

A second look at a pair while the first is under way would only see what that one is about to change. Other processes are
kept off by the lease, as far as anything is written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Turns:
    """The names that are being worked on. Threads share it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._taken: set[str] = set()

    @contextmanager
    def take(self, name: str) -> Iterator[bool]:
        """Take a turn for as long as the block runs; false: somebody has it."""
        with self._lock:
            mine = name not in self._taken
            self._taken.add(name)
        try:
            yield mine
        finally:
            if mine:
                with self._lock:
                    self._taken.remove(name)
