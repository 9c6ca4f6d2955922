"""Exchange's six patterns and three ranges, as values; what cannot be sent cannot be built. Pure.

Used through `recurrence/pattern.py`. Source: the EWS schema (RecurrenceType) and its reference; MS-OXOCAL 2.2.1.44.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from calpair.recurrence.refusal import RuleError

LONGEST = 99
"""The greatest interval of weeks and months."""

LONGEST_DAILY = 999
MOST = 999
"""The greatest number of a numbered range."""

LAST_END = date(4500, 8, 31)
"""Ranges end before September 4500."""


class Index(IntEnum):
    """Which one in the month."""

    FIRST = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4
    LAST = -1


class Group(StrEnum):
    """Days that are counted together, where a pattern does not name a weekday."""

    DAY = "Day"
    WEEKDAY = "Weekday"
    WEEKEND_DAY = "WeekendDay"


Kind = int | Group
"""What is counted: a weekday, 0 for Monday, or a group of days."""

MEMBERS = {Group.DAY: frozenset(range(7)), Group.WEEKDAY: frozenset(range(5)), Group.WEEKEND_DAY: frozenset((5, 6))}


def _within(value: int, least: int, most: int, name: str) -> None:
    if not least <= value <= most:
        raise RuleError(name)


def _is_kind(days: Kind) -> None:
    if not isinstance(days, Group):
        _within(days, 0, 6, "days")


@dataclass(frozen=True, slots=True)
class Daily:
    """Every `interval` days."""

    interval: int

    def __post_init__(self) -> None:
        """Refuse what the schema does."""
        _within(self.interval, 1, LONGEST_DAILY, "interval")


@dataclass(frozen=True, slots=True)
class Weekly:
    """On those weekdays, 0 for Monday, of every so many weeks, which start on `first_day`."""

    interval: int
    days: tuple[int, ...]
    first_day: int = 0

    def __post_init__(self) -> None:
        """Refuse what the schema does; keep each weekday once, in order."""
        _within(self.interval, 1, LONGEST, "interval")
        _within(self.first_day, 0, 6, "first day")
        if not self.days or not set(self.days) <= MEMBERS[Group.DAY]:
            raise RuleError("days")
        object.__setattr__(self, "days", tuple(sorted(set(self.days))))


@dataclass(frozen=True, slots=True)
class AbsoluteMonthly:
    """On that day of every so many months; on the last where they are shorter."""

    interval: int
    day: int

    def __post_init__(self) -> None:
        """Refuse what the schema does."""
        _within(self.interval, 1, LONGEST, "interval")
        _within(self.day, 1, 31, "day")


@dataclass(frozen=True, slots=True)
class RelativeMonthly:
    """On the first, second, ... last of those days of every so many months."""

    interval: int
    index: Index
    days: Kind

    def __post_init__(self) -> None:
        """Refuse what the schema does."""
        _within(self.interval, 1, LONGEST, "interval")
        _is_kind(self.days)


@dataclass(frozen=True, slots=True)
class AbsoluteYearly:
    """On that day of that month; on its last where it is shorter."""

    month: int
    day: int

    def __post_init__(self) -> None:
        """Refuse what the schema does."""
        _within(self.month, 1, 12, "month")
        _within(self.day, 1, 31, "day")


@dataclass(frozen=True, slots=True)
class RelativeYearly:
    """On the first, second, ... last of those days of that month."""

    month: int
    index: Index
    days: Kind

    def __post_init__(self) -> None:
        """Refuse what the schema does."""
        _within(self.month, 1, 12, "month")
        _is_kind(self.days)


Pattern = Daily | Weekly | AbsoluteMonthly | RelativeMonthly | AbsoluteYearly | RelativeYearly


@dataclass(frozen=True, slots=True)
class NoEnd:
    """For ever."""


@dataclass(frozen=True, slots=True)
class EndDate:
    """Up to and with that day in the series' own zone."""

    date: date

    def __post_init__(self) -> None:
        """Refuse ends Exchange has no number for."""
        if isinstance(self.date, datetime) or self.date > LAST_END:
            raise RuleError("end")


@dataclass(frozen=True, slots=True)
class Numbered:
    """So many times, deleted ones with them."""

    count: int

    def __post_init__(self) -> None:
        """Refuse what the schema does."""
        _within(self.count, 1, MOST, "count")


Range = NoEnd | EndDate | Numbered


@dataclass(frozen=True, slots=True)
class Series:
    """A pattern with its range; `start` is the day of the first occurrence, in the series' own zone."""

    pattern: Pattern
    start: date
    range: Range = NoEnd()
