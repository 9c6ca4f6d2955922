"""The dates and times in RDATE, EXDATE and UNTIL, from text and to it. Pure.

They become what the series has: instants in UTC of a timed one, dates of whole days. What comes in the other kind is
read as what a person meant: a date in a timed series is that day at the series' time, as UNTIL the end of that day.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time

from calpair.model.rule import Original
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence import clock
from calpair.recurrence.refusal import RuleError

_STAMP = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:T([0-9]{2})([0-9]{2})([0-9]{2})(Z)?)?", re.ASCII)


def read_list(text: str, parameters: Mapping[str, str], when: When) -> Iterator[Original]:
    """Read the value of RDATE or EXDATE; of a period only the start counts."""
    if parameters.get("VALUE", "DATE").upper() not in ("DATE", "DATE-TIME", "PERIOD"):
        raise RuleError("VALUE")
    for word in filter(None, (word.strip().upper() for word in text.split(","))):
        yield _read(word.partition("/")[0], when, parameters.get("TZID", ""))


def read_until(text: str, when: When) -> Original:
    """Read UNTIL; it has no parameters."""
    match = _match(text)
    if isinstance(when, AllDay) or match[4]:
        return _read(text, when, "")
    try:
        return clock.day_over(when, _day(match))
    except (ValueError, OverflowError):
        raise RuleError("UNTIL") from None


def _read(text: str, when: When, zone_name: str) -> Original:
    match = _match(text)
    zone = clock.named(zone_name) if zone_name else clock.zone(when)
    if zone is None:
        raise RuleError("TZID")
    try:
        if isinstance(when, AllDay):
            return _day(match)
        at = time(int(match[4]), int(match[5]), int(match[6])) if match[4] else clock.wall(when).time()
        return datetime.combine(_day(match), at, tzinfo=UTC if match[7] else zone).astimezone(UTC)
    except (ValueError, OverflowError):
        raise RuleError("date") from None


def _match(text: str) -> re.Match[str]:
    match = _STAMP.fullmatch(text)
    if match is None:
        raise RuleError("date")
    return match


def _day(match: re.Match[str]) -> date:
    return date(int(match[1]), int(match[2]), int(match[3]))


def write(value: Original, when: When) -> str:
    """Write a date of the series."""
    if isinstance(when, AllDay):
        return f"{value.year:04}{value.month:02}{value.day:02}"
    instant = (
        value if isinstance(value, datetime) else datetime.combine(value, clock.wall(when).time(), clock.zone(when))
    )
    instant = instant.astimezone(UTC)
    return f"{instant.year:04}" + instant.strftime("%m%dT%H%M%SZ")


def write_until(value: Original, when: When) -> str:
    """Write UNTIL."""
    if isinstance(when, Timed) and not isinstance(value, datetime):
        return write(clock.day_over(when, value), when)
    return write(value, when)
