"""The BY parts of a rule, from text and to it: each with its range (RFC 5545, 3.3.10). Pure."""

import re
from dataclasses import dataclass

from calpair.model.rule import Day
from calpair.recurrence.refusal import RuleError

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

LEAP_SECOND = 60

_NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"([+-]?[0-9]{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Part:
    """A part that lists numbers: the rule's field, and from where to where they go; `signed` ones count from the end too."""

    field: str
    least: int
    most: int
    signed: bool = False


LIST_PARTS = {
    "BYMONTH": Part("by_month", 1, 12),
    "BYWEEKNO": Part("by_week", 1, 53, signed=True),
    "BYYEARDAY": Part("by_year_day", 1, 366, signed=True),
    "BYMONTHDAY": Part("by_month_day", 1, 31, signed=True),
    "BYHOUR": Part("by_hour", 0, 23),
    "BYMINUTE": Part("by_minute", 0, 59),
    "BYSECOND": Part("by_second", 0, LEAP_SECOND),
    "BYSETPOS": Part("by_position", 1, 366, signed=True),
}
"""In the order they are written in; BYDAY, which lists more than numbers, comes after BYMONTHDAY."""


def number(text: str, name: str, least: int, most: int) -> int:
    """Read one number of that range."""
    if not _NUMBER.fullmatch(text) or not least <= int(text) <= most:
        raise RuleError(name)
    return int(text)


def numbers(text: str, name: str) -> tuple[int, ...]:
    """Read a part's list, in its order and each number once; a leap second, which no clock here has, is the one before."""
    part = LIST_PARTS[name]
    found = []
    for word in text.split(",") if text else ():
        value = number(word.strip(), name, -part.most if part.signed else part.least, part.most)
        if part.signed and not value:
            raise RuleError(name)
        found.append(value - 1 if name == "BYSECOND" and value == LEAP_SECOND else value)
    return tuple(dict.fromkeys(found))


def days(text: str) -> tuple[Day, ...]:
    """Read BYDAY."""
    found = []
    for word in text.split(",") if text else ():
        match = _DAY.fullmatch(word.strip())
        if match is None or (match[1] and not int(match[1])):
            raise RuleError("BYDAY")
        found.append(Day(WEEKDAYS.index(match[2]), int(match[1] or 0)))
    return tuple(dict.fromkeys(found))


def written_days(days: tuple[Day, ...]) -> str:
    """Write BYDAY."""
    return ",".join(f"{day.nth or ''}{WEEKDAYS[day.weekday]}" for day in days)
