"""When an event is: reading what clients send, comparing, and saying it back in a zone.

Stored moments are `{"date": "2026-11-02"}` or `{"dateTime": "2026-11-02T08:00:00Z", "timeZone": "Europe/Berlin"}`.
Source: facts/google.md 3.4 (all-day in the calendar's zone), 3.5 (no mixing, end exclusive, offsets), 5 (IANA only).
An event of the years 1 and 9999 is refused: in another zone it may lie in a year there is not.
"""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from simulators.google.errors import invalid, range_empty, required

_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


_FIRST, _LAST = 2, 9998
_Day = TypeVar("_Day", date, datetime)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def zone(name: str) -> ZoneInfo:
    """The IANA zone of this name; 400 for any other name."""
    if name not in _zones():
        raise invalid(f"Invalid time zone definition: {name}", "timeZone")
    return ZoneInfo(name)


@cache
def _links() -> Mapping[str, str]:
    text = (files("tzdata") / "zoneinfo" / "tzdata.zi").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines())
    return {words[2]: words[1] for words in lines if words and words[0] == "L"}


def canonical(name: str) -> str:
    """What an old zone name is a link to; any other name is itself."""
    while name in _links():
        name = _links()[name]
    return name


def instant(text: str) -> datetime:
    """Read an RFC 3339 time that has its offset, dropping fractions of seconds."""
    return datetime.fromisoformat(text.upper()).astimezone(UTC).replace(microsecond=0)


def z(moment: datetime) -> str:
    """Write an instant in UTC with `Z`, to the second."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def stored(sent: Mapping[str, Any] | None, field: str, calendar_zone: str) -> dict[str, str]:
    """Read one end of an event as sent; 400 if it is neither a date nor a time, or both, or in no zone."""
    sent = {name: value for name, value in (sent or {}).items() if value}
    if "date" in sent and "dateTime" in sent:
        raise invalid(f"Invalid {field} time: date and dateTime may not be mixed.", field)
    if "date" in sent:
        return {"date": _day(sent["date"], field)}
    if "dateTime" not in sent:
        raise required(f"Missing {field} time.", field)
    name = sent.get("timeZone", "")
    if name:
        zone(name)
    if not _TIME.fullmatch(sent["dateTime"]):
        raise invalid(f"Invalid value for: {field}.dateTime: '{sent['dateTime']}'", field)
    try:
        moment = within(datetime.fromisoformat(sent["dateTime"]))
    except ValueError:
        raise invalid(f"Invalid value for: {field}.dateTime: '{sent['dateTime']}'", field) from None
    if moment.tzinfo is None:
        if not name:
            raise required(f"Missing time zone definition for {field} time.", field)
        moment = moment.replace(tzinfo=zone(name))
    return {"dateTime": z(moment), "timeZone": name or calendar_zone}


def within(day: _Day) -> _Day:
    """The same day or moment; ValueError when another zone may have it in a year there is not."""
    if not _FIRST <= day.year <= _LAST:
        raise ValueError("the year is too near the end of the calendar")
    return day


def _day(text: str, field: str) -> str:
    try:
        if _DATE.fullmatch(text):
            return within(date.fromisoformat(text)).isoformat()
    except ValueError:
        pass
    raise invalid(f"Invalid value for: {field}.date: '{text}'", field)


def check_order(start: Mapping[str, str], end: Mapping[str, str]) -> None:
    """Refuse a date with a time, and an end that is not after its start."""
    if ("date" in start) != ("date" in end):
        raise invalid("Start and end times must either both be date or both be dateTime.", "end")
    key = "date" if "date" in start else "dateTime"
    if end[key] <= start[key]:
        raise range_empty("end")


def begins(moment: Mapping[str, str], calendar_zone: str) -> datetime:
    """The instant a stored moment names; an all-day one is midnight in the calendar's zone."""
    if "date" in moment:
        return datetime.combine(date.fromisoformat(moment["date"]), time(), zone(calendar_zone)).astimezone(UTC)
    return instant(moment["dateTime"])


def shown(moment: Mapping[str, str], in_zone: str, *, alias: str, offset: str) -> dict[str, str]:
    """A stored moment as answers give it (switches zone_alias and date_time_offset)."""
    if "date" in moment:
        return {"date": moment["date"]}
    there = instant(moment["dateTime"])
    text = z(there) if offset == "utc" else there.astimezone(zone(in_zone)).isoformat()
    name = moment["timeZone"]
    return {"dateTime": text, "timeZone": canonical(name) if alias == "canonical" else name}
