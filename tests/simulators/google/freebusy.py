"""freebusy.query: when calendars are busy, calendar by calendar; what fails of one fails of no other.

Busy is what a calendar holds that is neither transparent, nor a working location, nor an invitation its owner declined.
Source: facts/google.md 3.14, facts on free/busy 5.3, and the discovery document for the shapes.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from simulators.google import expansion, series
from simulators.google.discovery import is_time
from simulators.google.errors import RefusedError, invalid, range_empty, required
from simulators.google.people import same
from simulators.google.store import Calendar, Ground
from simulators.google.times import begins, instant, within, z, zone

MOST_CALENDARS, MOST_MEMBERS = 50, 100

Json = dict[str, Any]
Period = tuple[datetime, datetime]


def query(ground: Ground, user: str, body: Mapping[str, Any]) -> Json:
    """Answer a FreeBusyRequest of a user."""
    window = _window(body, ground.switches.freebusy_days)
    most = _cap(body, "calendarExpansionMax", MOST_CALENDARS)
    members = _cap(body, "groupExpansionMax", MOST_MEMBERS)
    tell = _teller(body.get("timeZone") or "UTC")
    ids = list(_ids(body.get("items") or ()))
    groups = {each: _group(ground.groups[each], members) for each in ids if each in ground.groups}
    every = list(dict.fromkeys(one for each in ids for one in _expanded(each, groups)))
    overflow = ground.switches.freebusy_overflow if body.get("calendarExpansionMax") is None else "errors"
    shown = every if overflow == "answered" else every[:most]
    calendars = {one: _calendar(ground, user, one, window, tell) for one in shown}
    if overflow == "errors":
        calendars |= {one: _failed("tooManyCalendarsRequested") for one in every[most:]}
    answer = {"kind": "calendar#freeBusy", "timeMin": tell(window[0]), "timeMax": tell(window[1])}
    return answer | ({"groups": groups} if groups else {}) | {"calendars": calendars}


def unknown(answer: Json, calendar_id: str) -> Json:
    """The same answer with an internal error in place of a calendar's periods; of every calendar's for no id."""
    told = answer.get("calendars", {})
    hit = {one: _failed("internalError") for one in told if calendar_id in ("", one)}
    return answer | {"calendars": told | hit}


def _window(body: Mapping[str, Any], most: int) -> Period:
    ends = []
    for name in ("timeMin", "timeMax"):
        text = body.get(name)
        if not text:
            raise required(f"Missing {name} parameter.", name)
        if not is_time(text):
            raise RefusedError(400, "badRequest", "Bad Request")
        try:
            ends.append(within(instant(text)))
        except ValueError:
            raise RefusedError(400, "badRequest", "Bad Request") from None
    start, end = ends
    if end <= start:
        raise range_empty("timeMax")
    if end - start > timedelta(days=most):
        raise RefusedError(400, "timeRangeTooLong", "The requested time range is too long.", domain="calendar")
    return start, end


def _cap(body: Mapping[str, Any], name: str, most: int) -> int:
    asked = body.get(name)
    if asked is None:
        return most
    if not 1 <= asked <= most:
        raise invalid(f"Invalid value '{asked}': out of range.", name)
    return int(asked)


def _teller(name: str) -> Callable[[datetime], str]:
    if name == "UTC":
        return z
    there = zone(name)
    return lambda moment: moment.astimezone(there).isoformat()


def _ids(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for item in items:
        if not item.get("id"):
            raise required("Missing id of an item.", "items.id")
        yield str(item["id"])


def _group(members: Sequence[str], most: int) -> Json:
    if len(members) > most:
        return {"errors": _errors("groupTooBig")}
    return {"calendars": list(members)}


def _expanded(one: str, groups: Mapping[str, Json]) -> Iterable[str]:
    return groups[one].get("calendars", ()) if one in groups else (one,)


def _calendar(ground: Ground, user: str, one: str, window: Period, tell: Callable[[datetime], str]) -> Json:
    try:
        calendar = ground.calendar(user, one)
    except RefusedError:
        return _failed("notFound")
    whole = list(_busy(ground, calendar, window))
    if ground.switches.freebusy_edges == "clipped":
        whole = [(max(start, window[0]), min(end, window[1])) for start, end in whole]
    joined = _joined(sorted(whole), touching=ground.switches.freebusy_touching == "merged")
    return {"busy": [{"start": tell(start), "end": tell(end)} for start, end in joined]}


def _busy(ground: Ground, calendar: Calendar, window: Period) -> Iterator[Period]:
    """The busy periods that reach into a window, of single events and of the instances of series."""
    for entry in expansion.within(ground, calendar, window):
        if not calendar.dead(entry) and not _free(entry.body, calendar) and series.reaches(calendar, entry, window):
            start, end = (begins(entry.body[name], calendar.zone) for name in ("start", "end"))
            yield start, end


def _free(body: Mapping[str, Any], calendar: Calendar) -> bool:
    if body.get("transparency") == "transparent" or body["eventType"] == "workingLocation":
        return True
    own = (row for row in body.get("attendees", ()) if same(row["email"], calendar.id))
    return any(row["responseStatus"] == "declined" for row in own)


def _joined(periods: Sequence[Period], *, touching: bool) -> list[Period]:
    found: list[Period] = []
    for start, end in periods:
        if found and (start < found[-1][1] or (touching and start == found[-1][1])):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found


def _errors(reason: str) -> list[Json]:
    return [{"domain": "global", "reason": reason}]


def _failed(reason: str) -> Json:
    return {"errors": _errors(reason), "busy": []}
