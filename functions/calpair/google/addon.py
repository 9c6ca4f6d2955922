"""A door: what Google Workspace tells an add-on when somebody opens an event of their calendar, read. Pure.

    opened = parse(body)                       # RefusedRequestError
    when = open_event.look(opened, ...)        # the event tells its guests, and not when it is
    question = window(opened, when)            # None: there is nobody to ask about
    card(opened, question, answer)             # `addon_card.py`

The same for the add-on's homepage, where no event is open. What is looked up are the days of the event on the clock of
whoever opened it. Source: "Event objects" and "Endpoint interface" of the reference of Google Workspace add-ons
(`commonEventObject`, `authorizationEventObject`, `calendar`).
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import Any

from calpair.errors import RefusedRequestError
from calpair.model import iana
from calpair.model.address import possible
from calpair.model.busy import YEARS, Question
from calpair.model.when import AllDay, When

LARGEST = 1024 * 1024
"""Bytes of an event that are read; its conference and guests come along."""
GUESTS = 200
"""How many guests of an event are looked at."""
DAYS = 7
"""How many days of a longer event are looked at."""

_CALENDAR_LONGEST = 1024
_OWN = "primary"
"""The Calendar API's word for the calendar of whoever asks, which is whoever opened the event."""
_HOST = "CALENDAR"
_EVENT = re.compile(r"[A-Za-z0-9_@=-]{1,1024}")
_TOKEN = re.compile(r"[!-~]{1,4096}")
_LOCALE = re.compile(r"[A-Za-z0-9_-]{1,35}")
_MOMENT, _MILLISECOND = timedelta(microseconds=1), timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Opened:
    """An event somebody opened, as whom the add-on may ask Google about it, and how they read a clock.

    `home`: none is open, this is the add-on's homepage. `event` is empty for one that was never saved. `left`: guests that
    are not looked at, for they are too many or have no address.
    """

    home: bool
    calendar: str
    event: str
    guests: tuple[str, ...]
    left: int
    zone: tzinfo
    locale: str
    token: str = field(repr=False)


def parse(body: bytes) -> Opened:
    """Read what Workspace tells. RefusedRequestError."""
    if len(body) > LARGEST:
        raise RefusedRequestError("uploadTooLarge", f"at most {LARGEST} bytes are read")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping):
        raise RefusedRequestError("parseError", "the body is to be the JSON of an event of a Workspace add-on")
    common, calendar = _part(told, "commonEventObject"), _part(told, "calendar")
    if not common:
        raise RefusedRequestError("required", "commonEventObject is missing: this is no event of a Workspace add-on")
    if common.get("hostApp", _HOST) != _HOST:
        raise RefusedRequestError("invalid", "this add-on is for Google Calendar alone")
    name = _text(calendar, "calendarId")
    if name not in ("", _OWN) and not (name.isprintable() and "@" in name and len(name) <= _CALENDAR_LONGEST):
        raise RefusedRequestError("invalid", "calendar.calendarId is to be a calendar's id")
    event = _text(calendar, "id")
    if event and not (name and _EVENT.fullmatch(event)):
        raise RefusedRequestError("invalid", "calendar.id is to be the id of an event of calendar.calendarId")
    guests, left = _guests(calendar)
    locale = common.get("userLocale")
    return Opened(
        home=not calendar,
        calendar=name,
        event=event,
        guests=guests,
        left=left,
        zone=_zone(common.get("timeZone")),
        locale=locale if isinstance(locale, str) and _LOCALE.fullmatch(locale) else "",
        token=_token(_part(told, "authorizationEventObject")),
    )


def window(opened: Opened, when: When) -> Question | None:
    """Ask about the guests on the days of the event, at most seven of them; None where there is no guest.

    RefusedRequestError for an event at the ends of the calendar.
    """
    if when.start.year not in YEARS:
        raise RefusedRequestError("invalid", f"the event is to be in the years {YEARS[0]} to {YEARS[-1]}")
    if isinstance(when, AllDay):
        first, last = when.start, when.end - timedelta(days=1)
    else:
        # An event that ends at midnight takes nothing of the day that begins then.
        end = max(min(when.end, when.start + timedelta(days=DAYS)) - _MOMENT, when.start)
        first, last = (moment.astimezone(opened.zone).date() for moment in (when.start, end))
    after = min(last - first, timedelta(days=DAYS - 1)) + timedelta(days=1)
    start = midnight(first, opened.zone)
    # A zone may have left the day out altogether (Apia, 2011-12-30).
    end = max(midnight(first + after, opened.zone), start + timedelta(hours=1))
    return Question(opened.guests, start, end) if opened.guests else None


def today(opened: Opened, now: datetime) -> AllDay:
    """Give the day it is for whoever opened it: for an event that is not saved yet."""
    day = now.astimezone(opened.zone).date()
    return AllDay(day, day + timedelta(days=1))


def midnight(day: date, zone: tzinfo) -> datetime:
    """Give the instant at which a day begins."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _part(told: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = told.get(name, {})
    if not isinstance(part, Mapping):
        raise RefusedRequestError("invalid", f"{name} is to be an object")
    return part


def _text(told: Mapping[str, Any], name: str) -> str:
    text = told.get(name)
    if text is not None and not isinstance(text, str):
        raise RefusedRequestError("invalid", f"calendar.{name} is to be text")
    return text or ""


def _guests(calendar: Mapping[str, Any]) -> tuple[tuple[str, ...], int]:
    """Give the guests that are looked at, each once, and how many are not."""
    attendees = calendar.get("attendees")
    if attendees is None:
        return (), 0
    if not isinstance(attendees, Sequence) or isinstance(attendees, str):
        raise RefusedRequestError("invalid", "calendar.attendees is to be a list")
    found = [address for one in attendees[:GUESTS] if (address := _address(one))]
    return tuple(dict.fromkeys(found)), len(attendees) - len(found)


def _address(attendee: object) -> str:
    address = attendee.get("email") if isinstance(attendee, Mapping) else None
    return address if possible(address) else ""


def _zone(told: object) -> tzinfo:
    """Read the zone: by its name, else as far as it is from UTC now. Told only where the add-on may know the locale."""
    zone = told if isinstance(told, Mapping) else {}
    name, offset = zone.get("id"), zone.get("offset")
    rules = iana.asked(name) if isinstance(name, str) else None
    if rules is not None:
        return rules
    if isinstance(offset, int) and not isinstance(offset, bool) and abs(offset) < timedelta(days=1) // _MILLISECOND:
        return timezone(offset * _MILLISECOND)
    return UTC


def _token(authorization: Mapping[str, Any]) -> str:
    token = authorization.get("userOAuthToken", "")
    if not isinstance(token, str) or (token and not _TOKEN.fullmatch(token)):
        raise RefusedRequestError("invalid", "authorizationEventObject.userOAuthToken is to be a token")
    return token
