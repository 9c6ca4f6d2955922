"""How an event repeats, as values: RFC 5545's recurrence set, the one language both sides are spoken of in.

Everything Exchange can say is a part of it. Texts are read and written in `recurrence/text.py`, dates are generated in
`recurrence/expand.py`, and what Exchange can hold of it is told by `recurrence/ladder.py`. Source: RFC 5545, 3.3.10 and
3.8.5; RFC 7529 for `skip`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

Original = date
"""An original start: the aware instant, in UTC, at which the rule has an occurrence; its date for whole days.

It names an occurrence for good, wherever that was moved to. (A `datetime` is a `date` to the type checker.)
"""


class Frequency(StrEnum):
    """FREQ."""

    SECONDLY = "SECONDLY"
    MINUTELY = "MINUTELY"
    HOURLY = "HOURLY"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Skip(StrEnum):
    """What becomes of a day that a month does not have (RFC 7529)."""

    OMIT = "OMIT"
    BACKWARD = "BACKWARD"
    FORWARD = "FORWARD"


@dataclass(frozen=True, slots=True, order=True)
class Day:
    """A weekday of BYDAY: 0 is Monday; `nth` counts within the month or year, from the end if negative, 0 is every one."""

    weekday: int
    nth: int = 0

    def __post_init__(self) -> None:
        """Refuse what no calendar has."""
        if not 0 <= self.weekday <= 6:  # noqa: PLR2004 - days of a week
            raise ValueError("a week has seven days")


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE or EXRULE. `until`, inclusive, is an aware instant, or a date for whole days; never with `count`."""

    frequency: Frequency
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_day: tuple[Day, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_position: tuple[int, ...] = ()
    week_start: int = 0
    skip: Skip = Skip.OMIT

    def __post_init__(self) -> None:
        """Refuse two ends, and steps that lead nowhere."""
        if self.count is not None and self.until is not None:
            raise ValueError("a rule ends by COUNT or by UNTIL")
        if self.interval < 1 or (self.count is not None and self.count < 1):
            raise ValueError("INTERVAL and COUNT are at least 1")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A recurrence set: what the rules and dates give, without what the exceptions give. Dates are original starts."""

    rules: tuple[Rule, ...] = ()
    except_rules: tuple[Rule, ...] = ()
    dates: tuple[Original, ...] = ()
    except_dates: tuple[Original, ...] = ()


def original_text(original: Original) -> str:
    """Write an original start, as it stands in stored documents: `2026-11-30T09:00:00Z`, or `2026-11-30`."""
    if isinstance(original, datetime):
        return original.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return original.isoformat()


def read_original(text: str) -> Original:
    """Read what `original_text` wrote."""
    if text.endswith("Z"):
        return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    return date.fromisoformat(text)
