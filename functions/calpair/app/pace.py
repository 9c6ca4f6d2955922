"""How often strangers may ask: so many at once, and then as many a minute. Known to the process alone."""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

MOST = 60
"""At once, and in a minute from then on."""


@dataclass
class Pace:
    """A bucket of tokens that fills with time. Threads may share it. Source: "token bucket" (RFC 2697, by the packet)."""

    most: int = MOST
    _left: float = MOST
    _at: datetime | None = None

    def __post_init__(self) -> None:
        """Begin full."""
        self._left = self.most
        self._lock = Lock()

    def take(self, now: datetime) -> bool:
        """Let one more ask, or not."""
        with self._lock:
            passed = max(0.0, (now - self._at).total_seconds()) if self._at else 0.0
            self._at = now
            self._left = min(float(self.most), self._left + passed * self.most / 60)
            if self._left < 1:
                return False
            self._left -= 1
            return True
