"""What publishing free/busy costs: a first publishing, a round in which nobody changed, and one in which one person has."""

import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from bench.ground import CountedStore
from scenarios.publishing import Board, at

INTERVAL = 15
"""Minutes between two rounds."""


@dataclass(frozen=True, slots=True)
class Published:
    """What it took: requests to Exchange by operation, to Google, and operations in the store, the scheduler's left out."""

    exchange: Counter[str]
    google: int
    reads: int
    writes: int

    @property
    def operations(self) -> str:
        """Name what Exchange was asked."""
        return f"({', '.join(f'{count} {name}' for name, count in sorted(self.exchange.items()))})"


class Meter:
    """A board of people, one instance of whose function is counted."""

    def __init__(self, folder: Path, people: int) -> None:
        # Answers are held to the schema where they are judged; here they are counted.
        names = [f"p{number:05}" for number in range(people)]
        self.board = Board(folder, names=names, switches={"check_answers": False})
        self._store = CountedStore(self.board.store)
        self.board.first = self.board.instance(self._store)

    def passes(self, minutes: float) -> Published:
        """Let time go by; what it took."""
        self.board.asked()
        self.board.asked_google()
        before = self._store.reads, self._store.writes
        self.board.later(minutes=minutes)
        reads, writes = self._store.reads - before[0], self._store.writes - before[1]
        return Published(Counter(self.board.asked()), sum(self.board.asked_google().values()), reads, writes)


def measure(people: int) -> dict[str, Published]:
    """Give what is said above, for so many people of one domain."""
    with tempfile.TemporaryDirectory() as name:
        meter = Meter(Path(name), people)
        found = {"first": meter.passes(10)}
        meter.passes(INTERVAL)
        found["idle"] = meter.passes(INTERVAL)
        meter.board.meets("p00000", at(5, 10), at(5, 11))
        return {**found, "one": meter.passes(INTERVAL)}
