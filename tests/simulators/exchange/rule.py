"""A time zone as the Availability service spells it: SerializableTimeZone, a bias and two yearly turnings.

`read()` makes a `RuleZone`, a tzinfo, of the element; `of_year()` finds the rule a named zone keeps in one year, and
`element()` spells a rule. Biases are minutes to add to the wall clock to get UTC, so they are positive west of
Greenwich. Source: the pages TimeZone (Availability), StandardTime, DaylightTime and DayOrder; facts on free/busy 4.1.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.soap import Element, child, choice, need, number, t, text_of

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
LAST = 5
"""The `order` that means the last one of its month."""
_DAY = 24 * 60
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Half:
    """One half of the year: its whole bias, and the turning it begins with.

    The turning is the `order`th (5: the last) `weekday` (0: Monday) of `month`, `at` the wall clock of the other half;
    month 0 is no turning.
    """

    bias: int
    month: int = 0
    order: int = 0
    weekday: int = 6
    at: time = time()

    @property
    def offset(self) -> timedelta:
        """What the wall clock is ahead of UTC."""
        return timedelta(minutes=-self.bias)

    def begins(self, year: int) -> datetime:
        """The turning of a year, on the wall clock."""
        first = date(year, self.month, 1)
        day = 1 + (self.weekday - first.weekday()) % 7 + 7 * (self.order - 1)
        if day > calendar.monthrange(year, self.month)[1]:
            day -= 7
        return datetime.combine(first.replace(day=day), self.at)


class RuleZone(tzinfo):
    """A zone that turns its clocks by the same rule each year, or never."""

    def __init__(self, standard: Half, daylight: Half) -> None:
        self.standard = standard
        self.daylight = daylight

    @property
    def turns(self) -> bool:
        """Whether the clocks are ever turned."""
        return self.standard.bias != self.daylight.bias and bool(self.standard.month and self.daylight.month)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """What the wall clock is ahead of UTC; `fold` tells the two readings of a repeated hour apart."""
        if moment is None or not self.turns:
            return self.standard.offset
        wall = moment.replace(tzinfo=None, fold=0)
        both = sorted((self.standard.offset, self.daylight.offset), reverse=not moment.fold)
        fitting = (offset for offset in both if self._at(wall - offset) == offset)
        return next(fitting, min(both))  # in the gap the clock runs on as it did before

    def dst(self, moment: datetime | None) -> timedelta:
        """How far the clock is turned from standard time."""
        return self.utcoffset(moment) - self.standard.offset

    def tzname(self, _: datetime | None) -> str:
        """Such a zone has no name."""
        return "request"

    def fromutc(self, moment: datetime) -> datetime:
        """The wall clock at an instant."""
        plain = moment.replace(tzinfo=None)
        offset = self._at(plain)
        wall = (plain + offset).replace(tzinfo=self)
        return wall if self.utcoffset(wall) == offset else wall.replace(fold=1)

    def _at(self, instant: datetime) -> timedelta:
        if not self.turns:
            return self.standard.offset
        year = (instant + self.standard.offset).year
        spring = self.daylight.begins(year) - self.standard.offset
        autumn = self.standard.begins(year) - self.daylight.offset
        if spring < autumn:
            return self.daylight.offset if spring <= instant < autumn else self.standard.offset
        return self.standard.offset if autumn <= instant < spring else self.daylight.offset


def read(element: Element) -> RuleZone:
    """The zone a TimeZone element defines; ErrorTimeZone for one that cannot be."""
    bias = number(text_of(need(element, "Bias")), "Bias")
    return RuleZone(_half(need(element, "StandardTime"), bias), _half(need(element, "DaylightTime"), bias))


def _half(element: Element, base: int) -> Half:
    if child(element, "Year") is not None:
        raise not_modelled("a time zone whose rule is for one year", fault=True)
    bias, order, month = (number(text_of(need(element, name)), name) for name in ("Bias", "DayOrder", "Month"))
    allowed = (*WEEKDAYS, "Day", "Weekday", "WeekendDay")
    weekday = choice(text_of(need(element, "DayOfWeek")), "DayOfWeek", allowed)
    text = text_of(need(element, "Time"))
    if abs(base) >= _DAY or abs(base + bias) >= _DAY:
        raise _wrong(f"the bias {base} with {bias} is a day or more")
    if month == 0:  # no summer time: whatever else stands there means nothing
        return Half(base + bias)
    if weekday not in WEEKDAYS or not 1 <= order <= LAST or not 1 <= month <= 12:
        raise _wrong(f"there is no day {order} {weekday} of month {month}")
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d", text):
        raise _wrong(f"{text!r} is no time of day")
    return Half(base + bias, month, order, WEEKDAYS.index(weekday), time.fromisoformat(text))


def _wrong(text: str) -> EwsError:
    return EwsError("ErrorTimeZone", f"the time zone makes no sense: {text}", fault=True)


@cache
def of_year(zone: tzinfo, year: int) -> RuleZone:
    """The rule a zone keeps in a year; a year that is not split in two has none, and the last bias counts."""
    turnings = _turnings(zone, year)
    last = Half(_bias(zone, datetime(year, 12, 31, 23, tzinfo=UTC)))
    if len(turnings) != 2 or turnings[0].bias == turnings[1].bias:
        return RuleZone(last, last)
    daylight, standard = sorted(turnings, key=lambda half: half.bias)
    return RuleZone(standard, daylight)


def _turnings(zone: tzinfo, year: int) -> list[Half]:
    found = []
    at = datetime(year, 1, 1, tzinfo=UTC)
    while at.year == year:
        following = at + timedelta(days=1)
        if _bias(zone, at) != _bias(zone, following):
            found.append(_turning(zone, at))
        at = following
    return found


def _turning(zone: tzinfo, day: datetime) -> Half:
    before = _bias(zone, day)
    minute = next(n for n in range(_DAY + 1) if _bias(zone, day + n * _MINUTE) != before)
    wall = day + minute * _MINUTE - before * _MINUTE
    last = wall.day + 7 > calendar.monthrange(wall.year, wall.month)[1]
    order = LAST if last else (wall.day + 6) // 7
    return Half(_bias(zone, day + minute * _MINUTE), wall.month, order, wall.weekday(), wall.time())


def _bias(zone: tzinfo, at: datetime) -> int:
    offset = at.astimezone(zone).utcoffset()
    return 0 if offset is None else -int(offset.total_seconds()) // 60


def element(zone: RuleZone) -> Element:
    """A rule as a TimeZone element."""

    def half(name: str, one: Half) -> Element:
        return t(
            name,
            t("Bias", text=str(one.bias - zone.standard.bias)),
            t("Time", text=one.at.isoformat()),
            t("DayOrder", text=str(one.order)),
            t("Month", text=str(one.month)),
            t("DayOfWeek", text=WEEKDAYS[one.weekday]),
        )

    return t(
        "TimeZone",
        t("Bias", text=str(zone.standard.bias)),
        half("StandardTime", zone.standard),
        half("DaylightTime", zone.daylight),
    )
