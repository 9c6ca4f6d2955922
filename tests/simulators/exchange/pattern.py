"""The six patterns of Exchange, expanded: from a pattern to dates, and from dates to starts in the series' zone.

    weekly = Pattern("Weekly", date(2026, 11, 3), days=("Tuesday",), number=5)
    list(dates(weekly))  # five Tuesdays
    list(starts(weekly, time(9, 30), ZoneInfo("Europe/Berlin")))  # the same as instants in UTC

Plain arithmetic on dates that knows nothing of RRULE, so that it can judge those who translate. A day beyond the end of
a month is its last day. What is said of the range's start is only where counting begins: months and weeks are counted
from the one it lies in, and the first occurrence is the first date of the pattern on or after it. Of a wall clock that
comes twice the first is meant; one that never comes is read with the offset from before the gap. Nothing is generated
on or after 1 September 4500.

Source: MS-OXOCAL 2.2.1.44.1 (weeks begin on Sunday unless told otherwise); facts 2.6, and 4 of the page on Google.
"""

from calendar import monthrange
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, takewhile

WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_FIRST_HALF = ("January", "February", "March", "April", "May", "June")
MONTHS = (*_FIRST_HALF, "July", "August", "September", "October", "November", "December")
INDEXES = ("First", "Second", "Third", "Fourth", "Last")
KINDS = ("Daily", "Weekly", "AbsoluteMonthly", "RelativeMonthly", "AbsoluteYearly", "RelativeYearly")
BEYOND = date(4500, 9, 1)
"""The date no occurrence reaches."""
_GROUPS = {"Day": WEEK, "Weekday": WEEK[:5], "WeekendDay": WEEK[5:]}
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pattern:
    """A pattern with its range; ValueError for one no server has.

    `days` are names of weekdays, of which a relative pattern has one, or Day, Weekday, WeekendDay; `index` is First to
    Fourth or Last; `day` is 1 to 31, `month` 1 to 12. The range ends on `until`, after `number` occurrences, or never.
    """

    kind: str
    start: date
    interval: int = 1
    days: tuple[str, ...] = ()
    index: str = ""
    day: int = 0
    month: int = 0
    first_day: str = "Sunday"
    until: date | None = None
    number: int | None = None

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a pattern is one of {', '.join(KINDS)}, not {self.kind!r}")
        most = 999 if self.kind == "Daily" else 1 if self.kind.endswith("Yearly") else 99
        if not 1 <= self.interval <= most:
            raise ValueError(f"the interval of a {self.kind} pattern is 1 to {most}, not {self.interval}")
        if self.number is not None and (self.until or not 1 <= self.number <= 999):
            raise ValueError("a range ends on a date, or after 1 to 999 occurrences")
        relative = self.kind.startswith("Relative")
        known = (*WEEK, *_GROUPS) if relative else WEEK if self.kind == "Weekly" else ()
        if any(day not in known for day in self.days) or bool(self.days) != bool(known):
            raise ValueError(f"the days of a {self.kind} pattern are not {' '.join(self.days) or 'none'}")
        if relative and (len(self.days) != 1 or self.index not in INDEXES):
            raise ValueError("a relative pattern has one day and an index")
        if self.kind.startswith("Absolute") and not 1 <= self.day <= 31:
            raise ValueError(f"the day of a month is 1 to 31, not {self.day}")
        if self.kind.endswith("Yearly") and not 1 <= self.month <= 12:
            raise ValueError(f"a month is 1 to 12, not {self.month}")
        if self.first_day not in WEEK:
            raise ValueError(f"a week begins on none such as {self.first_day!r}")

    @property
    def ends(self) -> bool:
        """Whether the range ends at all."""
        return self.until is not None or self.number is not None


def dates(pattern: Pattern) -> Iterator[date]:
    """The dates of all occurrences, ascending, none left out."""
    beyond = BEYOND if pattern.until is None else min(BEYOND, pattern.until + _DAY)
    after = (day for day in _generated(pattern) if day >= pattern.start)
    return islice(takewhile(lambda day: day < beyond, after), pattern.number)


def starts(pattern: Pattern, at: time, zone: tzinfo) -> Iterator[datetime]:
    """The instants, in UTC, at which a clock in the zone shows `at` on the pattern's dates."""
    return (instant(day, at, zone) for day in dates(pattern))


def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The instant of a wall clock: the first of two; of none, the one that the offset before the gap gives."""
    return datetime.combine(day, at.replace(fold=0, tzinfo=None), zone).astimezone(UTC)


def first(pattern: Pattern) -> date | None:
    """The date of the first occurrence; None when there is none."""
    return next(dates(pattern), None)


def last(pattern: Pattern) -> date | None:
    """The date of the last occurrence; None when there is none, or no end to them."""
    return next(iter(deque(dates(pattern), maxlen=1)), None) if pattern.ends else None


def nth(pattern: Pattern, place: int) -> date | None:
    """The date of the occurrence of that place, from 1; None when there is none."""
    return next(islice(dates(pattern), place - 1, place), None) if place > 0 else None


def _generated(pattern: Pattern) -> Iterator[date]:
    """What the pattern gives from the day, week, month or year its start lies in, without any range."""
    match pattern.kind:
        case "Daily":
            yield from _steps(pattern.start, timedelta(days=pattern.interval))
        case "Weekly":
            yield from _weekly(pattern)
        case _:
            yearly = pattern.kind.endswith("Yearly")
            month = date(pattern.start.year, pattern.month if yearly else pattern.start.month, 1)
            while month < BEYOND:
                yield _in_month(pattern, month)
                month = _months_after(month, 12 if yearly else pattern.interval)


def _steps(day: date, step: timedelta) -> Iterator[date]:
    while day < BEYOND:
        yield day
        day += step


def _weekly(pattern: Pattern) -> Iterator[date]:
    begins = WEEK.index(pattern.first_day)
    offsets = sorted((WEEK.index(day) - begins) % 7 for day in set(pattern.days))
    week = pattern.start - timedelta(days=(pattern.start.weekday() - begins) % 7)
    for monday in _steps(week, timedelta(weeks=pattern.interval)):
        yield from (monday + timedelta(days=offset) for offset in offsets)


def _in_month(pattern: Pattern, month: date) -> date:
    length = monthrange(month.year, month.month)[1]
    if pattern.kind.startswith("Absolute"):
        return month.replace(day=min(pattern.day, length))
    wanted = _GROUPS.get(pattern.days[0], pattern.days)
    fitting = [day for day in (month + timedelta(days=n) for n in range(length)) if WEEK[day.weekday()] in wanted]
    return fitting[-1 if pattern.index == "Last" else INDEXES.index(pattern.index)]


def _months_after(month: date, count: int) -> date:
    years, rest = divmod(month.month - 1 + count, 12)
    return date(month.year + years, rest + 1, 1)
