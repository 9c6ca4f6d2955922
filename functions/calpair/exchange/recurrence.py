"""Exchange's `Recurrence` element and the pattern it spells, into each other. Pure.

    series = read(element)                # ValueError for what is no pattern of a calendar's
    element = spell(series, build)

Regenerating patterns are for tasks and are not read. Source: "Recurrence (RecurrenceType)" and its children (EWS
reference), whose order is the schema's; `FirstDayOfWeek` is known to servers since 2010 SP1.
"""

import re
from datetime import date

from calpair.exchange.soap import Element, local_name, t, text
from calpair.exchange.versions import EXCHANGE_2010_SP1, Build
from calpair.recurrence.pattern import (
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    EndDate,
    Group,
    Index,
    Kind,
    NoEnd,
    Numbered,
    Pattern,
    Range,
    RelativeMonthly,
    RelativeYearly,
    Series,
    Weekly,
)
from calpair.recurrence.shapes import MEMBERS

FIRST_DAY = 6
"""The first day of the week (Sunday) where a pattern names none: the server's own default."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_GROUPS = {str(group): group for group in Group}
_WHICH = {
    "First": Index.FIRST,
    "Second": Index.SECOND,
    "Third": Index.THIRD,
    "Fourth": Index.FOURTH,
    "Last": Index.LAST,
}
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_LONGEST = 200
"""Characters of a list of days."""

_NUMBER = re.compile(r"\d{1,5}", re.ASCII)
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)


def read(element: Element | None) -> Series:
    """Read a pattern and its range. Raises ValueError for what is missing, unknown or garbled."""
    parts = [] if element is None else [part for part in element if local_name(part)]
    if len(parts) != 2:  # noqa: PLR2004 - a pattern and a range
        raise ValueError("a recurrence is a pattern and a range")
    pattern, span = parts
    return Series(_pattern(pattern), _date(span, "StartDate"), _range(span))


def spell(series: Series, build: Build) -> Element:
    """Write a pattern and its range."""
    return t("Recurrence", _spelled(series.pattern, build), _spelled_range(series))


def _pattern(element: Element) -> Pattern:
    match local_name(element):
        case "DailyRecurrence":
            return Daily(_number(element, "Interval"))
        case "WeeklyRecurrence":
            first = text(element, "FirstDayOfWeek").strip()
            return Weekly(_number(element, "Interval"), _days(element), _DAYS.index(first) if first else FIRST_DAY)
        case "AbsoluteMonthlyRecurrence":
            return AbsoluteMonthly(_number(element, "Interval"), _number(element, "DayOfMonth"))
        case "RelativeMonthlyRecurrence":
            return RelativeMonthly(_number(element, "Interval"), _which(element), _kind(element))
        case "AbsoluteYearlyRecurrence":
            return AbsoluteYearly(_month(element), _number(element, "DayOfMonth"))
        case "RelativeYearlyRecurrence":
            return RelativeYearly(_month(element), _which(element), _kind(element))
    raise ValueError("no pattern of a calendar's")


def _range(element: Element) -> Range:
    match local_name(element):
        case "NoEndRecurrence":
            return NoEnd()
        case "EndDateRecurrence":
            return EndDate(_date(element, "EndDate"))
        case "NumberedRecurrence":
            return Numbered(_number(element, "NumberOfOccurrences"))
    raise ValueError("no range")


def _number(element: Element, name: str) -> int:
    words = text(element, name).strip()
    if not _NUMBER.fullmatch(words):
        raise ValueError("no number")
    return int(words)


def _date(element: Element, name: str) -> date:
    # An offset may follow, which says where the server thinks the day is; the day is what was meant.
    found = _DATE.fullmatch(text(element, name).strip())
    if found is None:
        raise ValueError("no date")
    return date.fromisoformat(found[1])


def _days(element: Element) -> tuple[int, ...]:
    words = text(element, "DaysOfWeek")
    if len(words) > _LONGEST:
        raise ValueError("more days than there are")
    kinds = [_kind_of(word) for word in words.split()]
    return tuple(day for kind in kinds for day in (MEMBERS[kind] if isinstance(kind, Group) else (kind,)))


def _kind(element: Element) -> Kind:
    return _kind_of(text(element, "DaysOfWeek").strip())


def _kind_of(word: str) -> Kind:
    return _GROUPS[word] if word in _GROUPS else _DAYS.index(word)


def _which(element: Element) -> Index:
    word = text(element, "DayOfWeekIndex").strip()
    if word not in _WHICH:
        raise ValueError("no such week")
    return _WHICH[word]


def _month(element: Element) -> int:
    return _MONTHS.index(text(element, "Month").strip()) + 1


def _spelled(pattern: Pattern, build: Build) -> Element:
    match pattern:
        case Daily():
            return t("DailyRecurrence", _interval(pattern.interval))
        case Weekly():
            first = t("FirstDayOfWeek", _DAYS[pattern.first_day])
            days = t("DaysOfWeek", " ".join(_DAYS[day] for day in pattern.days))
            told = [first] if build >= EXCHANGE_2010_SP1 else []
            return t("WeeklyRecurrence", _interval(pattern.interval), days, *told)
        case AbsoluteMonthly():
            return t("AbsoluteMonthlyRecurrence", _interval(pattern.interval), t("DayOfMonth", str(pattern.day)))
        case RelativeMonthly():
            return t("RelativeMonthlyRecurrence", _interval(pattern.interval), *_relative(pattern))
        case AbsoluteYearly():
            return t("AbsoluteYearlyRecurrence", t("DayOfMonth", str(pattern.day)), _spelled_month(pattern.month))
        case RelativeYearly():
            return t("RelativeYearlyRecurrence", *_relative(pattern), _spelled_month(pattern.month))


def _spelled_range(series: Series) -> Element:
    start = t("StartDate", series.start.isoformat())
    match series.range:
        case NoEnd():
            return t("NoEndRecurrence", start)
        case EndDate(day):
            return t("EndDateRecurrence", start, t("EndDate", day.isoformat()))
        case Numbered(count):
            return t("NumberedRecurrence", start, t("NumberOfOccurrences", str(count)))


def _interval(interval: int) -> Element:
    return t("Interval", str(interval))


def _spelled_month(month: int) -> Element:
    return t("Month", _MONTHS[month - 1])


def _relative(pattern: RelativeMonthly | RelativeYearly) -> tuple[Element, Element]:
    which = next(word for word, index in _WHICH.items() if index is pattern.index)
    kind = pattern.days
    return t("DaysOfWeek", kind if isinstance(kind, Group) else _DAYS[kind]), t("DayOfWeekIndex", which)
