"""What a person may have of an event, read as what it names: an id, a UID, a link, a start. Pure.

    names("https://www.google.com/calendar/event?eid=...")     # the link itself, and the id in it
    occurrence("7nis_20270112T090000Z")                       # ("7nis", 2027-01-12 09:00 UTC)
    start("2027-01-12T10:00")                                 # UsageError: there is no such time

A link of Google's holds an id in its `eid`; of an event that repeats a person gets that of one occurrence. Such ids are
opaque: as they are spelled today is taken for a hint only where Google does not tell what they name.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from urllib.parse import parse_qs, unquote, urlsplit

from calpair.care.rule_words import MONTHS
from calpair.errors import UsageError
from calpair.model.rule import Original
from calpair.recurrence import clock

LONGEST = 2_000
"""Characters of a text that is looked at as a link or a start; ids are shorter."""

_PAGES = ("eventedit", "event")
"""Pages of Google Calendar whose last part is an `eid`."""
_EIDS = 4
_ID = re.compile(r"[A-Za-z0-9_]{5,1024}")
_ISSUED = 20
"""Characters from which on a text without `_` may be an id that Google made."""
_OCCURRENCE = re.compile(r"(.+)_([0-9]{8})(?:T([0-9]{6})Z)?", re.ASCII)
_START = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
    r"(?:(?:T| +)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}))?)? *(?P<zone>\S*)",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)


def names(text: str) -> tuple[str, ...]:
    """Give the ids a text may stand for: itself, and of a link to Google Calendar the event's."""
    text = text.strip()
    found = [text]
    if "://" in text and len(text) <= LONGEST:
        found += [decoded for eid in _eids(text) if (decoded := _decoded(eid))]
    return tuple(dict.fromkeys(found))


def _eids(link: str) -> Iterator[str]:
    try:
        parts = urlsplit(link)
    except ValueError:
        return
    yield from parse_qs(parts.query).get("eid", [])[:_EIDS]
    *_, page, last = ("", "", *parts.path.rstrip("/").split("/"))
    if page in _PAGES:
        yield unquote(last)


def _decoded(eid: str) -> str:
    """Give the event's id in an `eid`, before the calendar's; empty: there is none."""
    try:
        return base64.urlsafe_b64decode(eid + "=" * (-len(eid) % 4)).decode().partition(" ")[0]
    except (binascii.Error, ValueError):
        return ""


def may_be_google_s(name: str) -> bool:
    """Tell whether Google may know something by that id, so that asking is worth a request."""
    return bool(_ID.fullmatch(name)) and ("_" in name or len(name) >= _ISSUED)


def occurrence(name: str) -> tuple[str, Original] | None:
    """Read an id as the classic one of an occurrence: its series' id and its original start; None: it is none."""
    match = _OCCURRENCE.fullmatch(name)
    if match is None:
        return None
    try:
        if match[3]:
            return match[1], datetime.strptime(match[2] + match[3], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        return match[1], date(int(match[2][:4]), int(match[2][4:6]), int(match[2][6:]))
    except ValueError:
        return None


def start(text: str) -> date | None:
    """Read a text as a start: `2026-11-05`, or `2026-11-05T10:00` as the clock of the event shows it.

    With an offset or the name of a zone behind, it is that instant. None: it is no start. UsageError: it looks like
    one, and no calendar has it.
    """
    match = _START.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if match is None:
        return None
    if match["hour"] is None and match["zone"]:
        if not match["zone"].startswith("T"):
            return None
        raise UsageError(f"`{text[:60]}` cannot be read as a start; write it as in 2026-11-05 or 2026-11-05T10:00")
    day = _day(int(match["year"]), int(match["month"]), int(match["day"]))
    if match["hour"] is None:
        return day
    hour, minute, second = int(match["hour"]), int(match["minute"]), int(match["second"] or 0)
    for number, most, unit in ((hour, 23, "hour"), (minute, 59, "minute"), (second, 59, "second")):
        if number > most:
            raise UsageError(f"there is no {unit} {number} (`{text[:60]}`); the last one is {most}")
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=_zone(match["zone"], text))


def _day(year: int, month: int, day: int) -> date:
    if not 1 <= month <= len(MONTHS):
        raise UsageError(f"there is no month {month}; the months are 1 to 12")
    try:
        return date(year, month, day)
    except ValueError:
        pass
    name = MONTHS[month - 1]
    if not year:
        raise UsageError("there is no year 0")
    leap = f" in {year}" if (month, day) == (2, 29) else ""
    raise UsageError(f"there is no {day} {name}{leap}; the last day is the {_last(year, month)}")


def _last(year: int, month: int) -> int:
    return (date(year, month % 12 + 1, 1) - timedelta(days=1)).day if month < len(MONTHS) else 31


def _zone(text: str, whole: str) -> tzinfo | None:
    if not text:
        return None
    if text in ("Z", "z", "UTC"):
        return UTC
    offset = _OFFSET.fullmatch(text)
    zone = clock.named(text) if offset is None else None
    if offset is not None:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        if span < timedelta(days=1):
            return timezone(-span if offset[1] == "-" else span)
    if zone is None:
        raise UsageError(
            f"there is no time zone `{text[:60]}` (`{whole[:60]}`); leave it out for the event's own clock"
        )
    return zone
