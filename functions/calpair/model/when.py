"""When an event happens: a span of instants with a zone, or a span of dates.

Ends are exclusive, as in RFC 5545 and on both servers' wires. Instants are aware and kept in UTC; the zone is the
IANA name in which the event was planned (what a person sees when they open it), never a Windows name. A series that goes
by clocks of its own, which are no IANA zone's, brings these along instead (`clocks.py`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

_YEAR = 12


@dataclass(frozen=True, slots=True)
class Timed:
    """From one instant to another; `end` may equal `start`. `zone` is an IANA name, that of own clocks, or empty when none is known."""

    start: datetime
    end: datetime
    zone: str = ""

    def __post_init__(self) -> None:
        """Refuse naive times and backward spans; keep UTC."""
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("an instant needs a zone")
        if self.end < self.start:
            raise ValueError("an event cannot end before it starts")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class AllDay:
    """Whole days from `start` up to, not including, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        """Refuse empty spans, and instants passed for dates."""
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise TypeError("an all-day event has dates, not instants")
        if self.end <= self.start:
            raise ValueError("an all-day event lasts at least a day")


When = Timed | AllDay


def ended_by(when: When) -> datetime:
    """Give the instant by which it is over, the world around: a day's last hour passes at UTC-12."""
    if isinstance(when, Timed):
        return when.end
    return datetime(when.end.year, when.end.month, when.end.day, 12, tzinfo=UTC)


def first_of_month(instant: datetime, ahead: int = 0) -> datetime:
    """Give the first instant, in UTC, of the month that an instant is in, or of one some months ahead."""
    there = instant.astimezone(UTC)
    year, month = divmod(there.year * _YEAR + there.month - 1 + ahead, _YEAR)
    return datetime(year, month + 1, 1, tzinfo=UTC)
