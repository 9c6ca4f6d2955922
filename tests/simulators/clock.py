"""The time the simulators live in: a clock tests move by hand, and the machine's own for a simulator on a port."""

from datetime import UTC, datetime, timedelta
from typing import Protocol

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


class Clock(Protocol):
    """Whatever tells the time."""

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""


class ManualClock:
    """Stands still but for a tick of one millisecond a reading, so that no two changes share an instant."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        """The present instant; each reading moves the clock by one millisecond."""
        self._now += timedelta(milliseconds=1)
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move the clock forward."""
        if by < timedelta(0):
            message = "time does not run backwards"
            raise ValueError(message)
        self._now += by


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant."""
        return datetime.now(UTC)
