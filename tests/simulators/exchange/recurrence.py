"""A pattern as the wire spells it: the Recurrence element, read into a `Pattern` and written from one.

    read_text("<t:Recurrence xmlns:t='...'>...</t:Recurrence>")  # a Pattern, or an EwsError with the server's code
    element(pattern)

Source: the schema's RecurrenceType; the page ResponseCode for the codes of what cannot be.
"""

import re
from datetime import date

from lxml import etree

from simulators.exchange.errors import EwsError, not_modelled
from simulators.exchange.pattern import BEYOND, INDEXES, KINDS, MONTHS, WEEK, Pattern, first
from simulators.exchange.soap import Element, child, children, choice, local, need, number, t, text_of

_DATE = re.compile(r"(\d{4}-\d\d-\d\d)(Z|[+-]\d\d:\d\d)?")
_DAYS = (*WEEK, "Day", "Weekday", "WeekendDay")


def read(recurrence: Element) -> Pattern:
    """The pattern of a Recurrence element; refuses one that cannot be, or gives no occurrence."""
    parts = list(children(recurrence))
    if len(parts) != 2:
        raise EwsError("ErrorSchemaValidation", "a Recurrence is a pattern and a range", fault=True)
    what, span = parts
    kind = local(what).removesuffix("Recurrence")
    if kind not in KINDS:
        raise not_modelled(f"the recurrence pattern {local(what)}")
    days = tuple(choice(day, "DaysOfWeek", _DAYS) for day in text_of(child(what, "DaysOfWeek")).split())
    if kind == "Weekly" and not set(days) <= set(WEEK):
        raise EwsError("ErrorCalendarInvalidDayForWeeklyRecurrence", "a week has no Day, Weekday or WeekendDay")
    index = text_of(child(what, "DayOfWeekIndex"))
    month = text_of(child(what, "Month"))
    start, until, count = _range(span)
    try:
        pattern = Pattern(
            kind,
            start,
            interval=_number(what, "Interval", 1),
            days=days,
            index=choice(index, "DayOfWeekIndex", INDEXES) if index else "",
            day=_number(what, "DayOfMonth", 0),
            month=MONTHS.index(choice(month, "Month", MONTHS)) + 1 if month else 0,
            first_day=choice(text_of(child(what, "FirstDayOfWeek")) or "Sunday", "FirstDayOfWeek", _DAYS),
            until=until,
            number=count,
        )
    except ValueError as wrong:
        raise EwsError("ErrorCalendarOutOfRange", str(wrong)) from wrong
    if first(pattern) is None:
        raise EwsError("ErrorRecurrenceHasNoOccurrence", "the recurrence has no occurrence")
    return pattern


def read_text(text: str) -> Pattern:
    """The pattern of a Recurrence element as text, its namespace declared."""
    return read(etree.fromstring(text.encode()))


def element(pattern: Pattern, suffix: str = "") -> Element:
    """A pattern as a Recurrence element; `suffix` follows each date, as an offset does on some servers."""
    return t("Recurrence", _pattern(pattern), _span(pattern, suffix))


def text(pattern: Pattern) -> str:
    """A pattern as the text of a Recurrence element."""
    return etree.tostring(element(pattern), encoding="unicode")


def _pattern(pattern: Pattern) -> Element:
    weekly = pattern.kind == "Weekly"
    return t(
        f"{pattern.kind}Recurrence",
        None if pattern.kind.endswith("Yearly") else t("Interval", text=str(pattern.interval)),
        t("DaysOfWeek", text=" ".join(pattern.days)) if pattern.days else None,
        t("FirstDayOfWeek", text=pattern.first_day) if weekly else None,
        t("DayOfWeekIndex", text=pattern.index) if pattern.index else None,
        t("DayOfMonth", text=str(pattern.day)) if pattern.day else None,
        t("Month", text=MONTHS[pattern.month - 1]) if pattern.month else None,
    )


def _span(pattern: Pattern, suffix: str) -> Element:
    start = t("StartDate", text=pattern.start.isoformat() + suffix)
    if pattern.until is not None:
        return t("EndDateRecurrence", start, t("EndDate", text=pattern.until.isoformat() + suffix))
    if pattern.number is not None:
        return t("NumberedRecurrence", start, t("NumberOfOccurrences", text=str(pattern.number)))
    return t("NoEndRecurrence", start)


def _range(span: Element) -> tuple[date, date | None, int | None]:
    start = _date(need(span, "StartDate"))
    match local(span):
        case "NoEndRecurrence":
            return start, None, None
        case "EndDateRecurrence":
            until = _date(need(span, "EndDate"))
            if until >= BEYOND:
                raise EwsError("ErrorRecurrenceEndDateTooBig", "a recurrence ends before 1 September 4500")
            return start, until, None
        case "NumberedRecurrence":
            return start, None, number(text_of(need(span, "NumberOfOccurrences")), "NumberOfOccurrences")
        case other:
            raise EwsError("ErrorSchemaValidation", f"{other} is no range of a recurrence", fault=True)


def _number(what: Element, name: str, default: int) -> int:
    found = child(what, name)
    return default if found is None else number(text_of(found), name)


def _date(given: Element) -> date:
    match = _DATE.fullmatch(text_of(given).strip())
    try:
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise EwsError("ErrorSchemaValidation", f"{text_of(given)!r} is no date", fault=True) from None
