"""The rules of eventType: who may be created where, and what may change afterwards.

Source: facts/google.md 3.11. What the API refuses to create comes about only by the person's hand (`by_hand`).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from simulators.google.errors import invalid
from simulators.google.store import Calendar

KINDS = ("default", "birthday", "focusTime", "fromGmail", "outOfOffice", "workingLocation")
_BLOCKS = {
    "focusTime": "focusTimeProperties",
    "outOfOffice": "outOfOfficeProperties",
    "workingLocation": "workingLocationProperties",
}
_OWN = {
    "fromGmail": (
        "colorId",
        "reminders",
        "visibility",
        "transparency",
        "status",
        "attendees",
        "extendedProperties",
        "sequence",
    ),
    "birthday": ("colorId", "summary", "reminders", "start", "end", "recurrence", "sequence"),
}


def check_new(event: Mapping[str, Any], calendar: Calendar, *, by_hand: bool) -> None:
    """Refuse to create what the API does not create."""
    kind = event["eventType"]
    if kind not in KINDS or (kind == "fromGmail" and not by_hand):
        raise invalid(f"Event type '{kind}' cannot be created.", "eventType")
    if kind in _BLOCKS and not calendar.primary:
        raise invalid(f"Event type '{kind}' lives on primary calendars only.", "eventType")
    if kind in _BLOCKS and _BLOCKS[kind] not in event and not by_hand:
        raise invalid(f"Event type '{kind}' needs its {_BLOCKS[kind]}.", "eventType")
    for name, block in _BLOCKS.items():
        if block in event and kind != name:
            raise invalid(f"{block} belongs to events of type '{name}'.", "eventType")
    if kind == "birthday":
        _check_birthday(event)


def check_change(before: Mapping[str, Any], after: Mapping[str, Any], *, by_hand: bool) -> None:
    """Refuse a change of type, and of what the type holds fast."""
    kind = before["eventType"]
    if after["eventType"] != kind:
        raise invalid("Event type cannot be changed.", "eventType")
    if kind in _OWN and not by_hand:
        for name in {*before, *after} - set(_OWN[kind]):
            if before.get(name) != after.get(name):
                raise invalid(f"Field '{name}' of a '{kind}' event cannot be changed.", name)
    if kind == "birthday":
        if "contact" in before.get("birthdayProperties", {}) and before["start"] != after["start"]:
            raise invalid("The date of a contact's birthday cannot be changed.", "start")
        _check_birthday(after)


def _check_birthday(event: Mapping[str, Any]) -> None:
    start, end = event["start"], event["end"]
    if "date" not in start or (date.fromisoformat(end["date"]) - date.fromisoformat(start["date"])).days != 1:
        raise invalid("A birthday is an all-day event of one day.", "start")
    if event.get("visibility") != "private" or event.get("transparency") != "transparent":
        raise invalid("A birthday is private and transparent.", "visibility")
    leap = ";BYMONTH=2;BYMONTHDAY=-1" if start["date"].endswith("-02-29") else ""
    if event.get("recurrence") != [f"RRULE:FREQ=YEARLY{leap}"]:
        raise invalid("A birthday recurs every year.", "recurrence")
