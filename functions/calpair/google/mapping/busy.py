"""Events and times as Google tells them, as what keeps somebody busy. Pure.

    block = of_event(event, zone)           # None: it keeps nobody. ValueError: it cannot be read
    since, until = span(period)             # of freeBusy.query
    asked = bounds(start, end)              # {"timeMin": ..., "timeMax": ...}

What an event is, by the first line that fits:

    cancelled, transparent, a working location, a birthday, declined by the user      free
    an out-of-office event                                                            away
    tentative itself, or the user has answered so or not at all                       tentative
    anything else                                                                     busy

Source: the Calendar API's reference of events and of freeBusy.query; the table of the calendar connectors, which know
neither kinds of event nor away.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calpair.model.busy import Block, Busy

_FREE_KINDS = ("workingLocation", "birthday")
_UNDECIDED = ("needsAction", "tentative")
_SECOND = timedelta(seconds=1)


def of_event(event: Mapping[str, Any], zone: ZoneInfo | None) -> Block | None:
    """Tell whether an event keeps its user busy, and how. `zone`: the calendar's, which its days are days of.

    Raises what a text that is no time does: ValueError, OverflowError.
    """
    busy = _busy(event)
    if busy is None:
        return None
    since, until = (_moment(event.get(name), zone) for name in ("start", "end"))
    if since > until:
        raise ValueError("an event that ends before it begins")
    return Block(since, until, busy) if since < until else None


def span(period: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """Read a busy period. ValueError, OverflowError."""
    since, until = instant(period.get("start")), instant(period.get("end"))
    if since > until:
        raise ValueError("a period that ends before it begins")
    return since, until


def instant(text: Any) -> datetime:
    """Read a time, which has an offset. ValueError, OverflowError."""
    read = datetime.fromisoformat(text) if isinstance(text, str) else None
    if read is None or read.utcoffset() is None:
        raise ValueError("no time with an offset")
    return read.astimezone(UTC)


def bounds(start: datetime, end: datetime) -> dict[str, str]:
    """Write a window in whole seconds, and no less of it than there is."""
    whole = end if end.microsecond == 0 else end + _SECOND
    return {"timeMin": _text(start), "timeMax": _text(whole)}


def _busy(event: Mapping[str, Any]) -> Busy | None:
    answer = _answer(event)
    if event.get("status") == "cancelled" or event.get("transparency") == "transparent" or answer == "declined":
        return None
    kind = event.get("eventType")
    if kind in _FREE_KINDS:
        return None
    if kind == "outOfOffice":
        return Busy.AWAY
    return Busy.TENTATIVE if event.get("status") == "tentative" or answer in _UNDECIDED else Busy.BUSY


def _answer(event: Mapping[str, Any]) -> str:
    """Give the user's own answer; nothing for who is no guest, as in an event of one's own."""
    guests = event.get("attendees")
    for guest in guests if isinstance(guests, list) else ():
        if isinstance(guest, dict) and guest.get("self") is True:
            return str(guest.get("responseStatus"))
    return ""


def _moment(told: Any, zone: ZoneInfo | None) -> datetime:
    if not isinstance(told, dict):
        raise ValueError("no time")  # noqa: TRY004 - one error for whatever cannot be read
    if "date" not in told:
        return instant(told.get("dateTime"))
    if zone is None:
        raise ValueError("a day of no zone")
    return datetime.combine(date.fromisoformat(str(told["date"])), time(), zone).astimezone(UTC)


def _text(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
