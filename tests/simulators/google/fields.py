"""What becomes of an event's fields on their way in: merging, limits, rewriting, defaults left out.

`merge` is what patch does; `settle` turns a whole event as sent into what is stored, or refuses it.
Source: facts/google.md 3.5 (merge, read-only fields), 3.8 (limits and value rules), 3.9 (conferenceData).
"""

import re
from collections.abc import Mapping
from typing import Any

from simulators.google.discovery import document
from simulators.google.errors import invalid, not_modelled, required
from simulators.google.recurrence import check_lines
from simulators.google.store import Calendar
from simulators.google.switches import Switches
from simulators.google.times import check_order, stored

READ_ONLY = ("kind", "etag", "created", "updated", "creator", "htmlLink", "hangoutLink", "locked", "organizer")
KEY, VALUE, PROPERTIES, BYTES = 44, 1024, 300, 32 * 1024
OVERRIDES, MINUTES, ATTACHMENTS, COLOURS = 5, 40320, 25, 11
_ENUMS = {
    "status": ("confirmed", "tentative", "cancelled"),
    "transparency": ("opaque", "transparent"),
    "visibility": ("default", "public", "private", "confidential"),
}

Json = dict[str, Any]


def merge(old: Any, new: Any) -> Any:
    """Lay a patch over what is stored: objects key by key, null removes, arrays and values replace."""
    if isinstance(new, list):
        return [merge({}, row) if isinstance(row, dict) else row for row in new]
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    merged = {name: value for name, value in old.items() if new.get(name, value) is not None}
    for name, value in new.items():
        if value is not None:
            merged[name] = merge(merged.get(name, {} if isinstance(value, dict) else None), value)
    return merged


def incoming(body: Mapping[str, Any], *, conference: int, attachments: bool) -> Json:
    """What of a request's body counts: read-only fields, and those its query does not open, are ignored."""
    _check_asked_reminders(body.get("reminders") or {})
    shut = {*READ_ONLY, *(() if conference else ("conferenceData",)), *(() if attachments else ("attachments",))}
    return {name: value for name, value in body.items() if name not in shut}


def _check_asked_reminders(reminders: Mapping[str, Any]) -> None:
    if reminders.get("useDefault") and reminders.get("overrides"):
        raise invalid("Cannot specify both default reminders and overrides at the same time.", "reminders")


def settle(event: Json, calendar: Calendar, switches: Switches) -> Json:
    """Turn an event as sent into what is stored; raises 400 for what may not be."""
    event = {name: value for name, value in event.items() if value is not None}
    _check_zones(event)
    for name in ("start", "end"):
        event[name] = stored(event.get(name), name, calendar.zone)
    check_order(event["start"], event["end"])
    if event.get("recurrence"):
        check_lines(event["recurrence"], event["start"], switches)
    _check_values(event)
    event["extendedProperties"] = _properties(event.get("extendedProperties") or {})
    event["reminders"] = _reminders(event.get("reminders") or {"useDefault": True})
    if switches.description_normalise == "google" and "description" in event:
        event["description"] = _rewritten(event["description"])
    return _without_defaults({"status": "confirmed", "sequence": 0, "eventType": "default"} | event)


def _check_values(event: Json) -> None:
    for name, choices in _ENUMS.items():
        if event.get(name, choices[0]) not in choices:
            raise invalid(f"Invalid value for: {name}: '{event[name]}'", name)
    if "colorId" in event and event["colorId"] not in map(str, range(1, COLOURS + 1)):
        raise invalid(f"Invalid value for: colorId: '{event['colorId']}'", "colorId")
    if len(event.get("attachments", ())) > ATTACHMENTS:
        raise invalid(f"No more than {ATTACHMENTS} attachments.", "attachments")
    if event.get("sequence", 0) < 0:
        raise invalid("Invalid sequence value.", "sequence")
    if "createRequest" in event.get("conferenceData", {}):
        raise not_modelled("making conferences (conferenceData.createRequest)")


def _check_zones(event: Json) -> None:
    if not event.get("recurrence"):
        return
    zones = []
    for name in ("start", "end"):
        moment = event.get(name) or {}
        if moment.get("dateTime") and not moment.get("timeZone"):
            raise required(f"Missing time zone definition for {name} time.", name)
        zones.append(moment.get("timeZone"))
    if zones[0] != zones[1]:
        raise invalid("A recurring event has one time zone.", "end")


def _properties(sent: Mapping[str, Any]) -> Json:
    found: Json = {}
    for kind, pairs in sent.items():
        kept = {key: value[:VALUE] for key, value in (pairs or {}).items() if value is not None and len(key) <= KEY}
        if kept:
            found[kind] = kept
    everything = [(key, value) for pairs in found.values() for key, value in pairs.items()]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in everything)
    if len(everything) > PROPERTIES or size > BYTES:
        raise invalid("Too many extended properties.", "extendedProperties")
    return found


def _reminders(sent: Mapping[str, Any]) -> Json:
    if sent.get("useDefault"):
        return {"useDefault": True}
    overrides = sent.get("overrides") or []
    if len(overrides) > OVERRIDES:
        raise invalid(f"No more than {OVERRIDES} reminders.", "reminders.overrides")
    for row in overrides:
        if row.get("method") not in ("email", "popup"):
            raise invalid("Invalid reminder method.", "reminders.overrides.method")
        if "minutes" not in row or not 0 <= row["minutes"] <= MINUTES:
            raise invalid("Invalid reminder minutes.", "reminders.overrides.minutes")
    return {"useDefault": False, **({"overrides": overrides} if overrides else {})}


def _rewritten(text: str) -> str:
    text = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", "", text)
    text = re.sub(r"(?i)<br\s*/>", "<br>", text)
    return text.rstrip()


def _without_defaults(event: Json) -> Json:
    # Answers leave out fields at their default (but for these); so a stored event has one form, whoever wrote it.
    kept = ("eventType", "status", "sequence", "reminders")
    rules = document()["schemas"]["Event"]["properties"]
    shown = {}
    for name, value in event.items():
        default = rules[name].get("default")
        usual = {"true": True, "false": False}.get(default, default)
        if name in kept or not (value == usual or value in ("", [], {})):
            shown[name] = value
    return shown
