"""A door: free/busy asked for as the Calendar API's `freeBusy.query` asks, and answered in its form. Pure.

    asked = parse(body)                     # RefusedRequestError: say it, with its reason
    render(asked, answer)
    refusal(400, str(error), error.reason)  # whatever stands in the way, said as the API says it

Held to the limits of the API itself: at most 50 calendars, times with an offset, a window of ninety days (which is
measured, and told nowhere). What is not known is an error of its calendar, and never an empty list of busy times without
one. Source: the Calendar API's reference of freeBusy.query, RFC 3339.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calpair.errors import RefusedRequestError
from calpair.model import iana
from calpair.model.address import printable
from calpair.model.busy import YEARS, Answer, Busy, Question, Unknown, joined, whole_seconds

LARGEST = 64 * 1024
"""Bytes of a question that are read."""
CALENDARS = 50
TOO_LONG = timedelta(days=91)
"""Ninety days, as who splits longer windows counts them: whole ones."""

_REASONS = {
    "not_found": "notFound",
    # Who may not be seen and who is not there are told alike: a door is no way to find out who exists.
    "no_access": "notFound",
    "no_data": "internalError",
    "unavailable": "internalError",
}
_BUSY = (Busy.BUSY, Busy.AWAY, Busy.TENTATIVE)

_WORDS = {
    400: "badRequest",
    401: "authError",
    403: "forbidden",
    405: "httpMethodNotAllowed",
    413: "uploadTooLarge",
    503: "backendError",
}
"""The API's words for what is wrong before a question is read; any other status is `internalError`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The question, and the zone its answer is written in (None: UTC)."""

    question: Question
    zone: ZoneInfo | None = None


def parse(body: bytes) -> Asked:
    """Read a question. RefusedRequestError."""
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, Mapping):
        raise RefusedRequestError("parseError", "the body is to be JSON as freeBusy.query takes it")
    start, end = whole_seconds(_instant(told, "timeMin"), _instant(told, "timeMax"))
    if not start < end:
        raise RefusedRequestError("timeRangeEmpty", "timeMin is to be before timeMax")
    if end - start >= TOO_LONG:
        raise RefusedRequestError("timeRangeTooLong", f"less than {TOO_LONG.days} days are looked up at once")
    return Asked(Question(_addresses(told), start, end), _zone(told))


def render(asked: Asked, answer: Answer) -> dict[str, Any]:
    """Write the answer as the API does. Who works elsewhere can be met, and is not busy."""
    question = asked.question
    return {
        "kind": "calendar#freeBusy",
        "timeMin": _text(question.start, asked.zone),
        "timeMax": _text(question.end, asked.zone),
        "calendars": {address: _calendar(asked, answer, address) for address in question.addresses},
    }


def refusal(status: int, sentence: str, reason: str = "") -> dict[str, Any]:
    """Say why there is no answer, in the API's form; without a `reason`, by the status."""
    word = reason or _WORDS.get(status, "internalError")
    told = {"domain": "global", "reason": word, "message": sentence}
    return {"error": {"errors": [told], "code": int(status), "message": sentence}}


def _calendar(asked: Asked, answer: Answer, address: str) -> dict[str, Any]:
    told = answer.get(address, Unknown("not_found"))
    if isinstance(told, Unknown):
        return {"errors": [{"domain": "global", "reason": _REASONS[told.reason]}], "busy": []}
    spans = joined(block for block in told if block.busy in _BUSY)
    return {"busy": [{"start": _text(start, asked.zone), "end": _text(end, asked.zone)} for start, end in spans]}


def _addresses(told: Mapping[str, Any]) -> tuple[str, ...]:
    items = told.get("items")
    if not isinstance(items, list) or not items:
        raise RefusedRequestError("required", 'items is to name calendars: [{"id": "ana@example.com"}]')
    most = told.get("calendarExpansionMax", CALENDARS)
    if not isinstance(most, int) or isinstance(most, bool) or most < 1:
        raise RefusedRequestError("invalid", f"calendarExpansionMax is to be 1 to {CALENDARS}")
    most = min(most, CALENDARS)
    if len(items) > most:
        raise RefusedRequestError("tooManyCalendarsRequested", f"at most {most} calendars are looked up at once")
    return tuple(dict.fromkeys(map(_address, items)))


def _address(item: object) -> str:
    address = item.get("id") if isinstance(item, Mapping) else None
    if not printable(address):
        raise RefusedRequestError("invalid", "each of items is to have an id, the address of a mailbox")
    return address


def _instant(told: Mapping[str, Any], name: str) -> datetime:
    value = told.get(name)
    try:
        # RFC 3339 lets the T and the Z be small.
        read = datetime.fromisoformat(value.upper()) if isinstance(value, str) else None
        # At the ends of the calendar there is no such instant in UTC.
        instant = read.astimezone(UTC) if read and read.utcoffset() is not None else None
    except (ValueError, OverflowError):
        instant = None
    if instant is None:
        raise RefusedRequestError(
            "invalid" if value else "required", f"{name} is to be a time with an offset, as in 2026-11-02T08:00:00Z"
        )
    if instant.year not in YEARS:
        raise RefusedRequestError("invalid", f"{name} is to be in the years {YEARS[0]} to {YEARS[-1]}")
    return instant


def _zone(told: Mapping[str, Any]) -> ZoneInfo | None:
    name = told.get("timeZone")
    if name in (None, ""):
        return None
    zone = iana.asked(name) if isinstance(name, str) else None
    if zone is None:
        raise RefusedRequestError("invalid", "timeZone is to be a name as in Europe/Berlin")
    return None if zone.key == iana.UTC_NAME else zone


def _text(instant: datetime, zone: ZoneInfo | None) -> str:
    if zone is None:
        return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
    return instant.astimezone(zone).isoformat(timespec="seconds")
