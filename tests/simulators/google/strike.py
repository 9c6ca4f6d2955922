"""Faults that bend what a call does or answers, rather than cutting it off. See `faults.py` for the kinds."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulators.google import freebusy, ids, series, writing
from simulators.google.answering import Routed, perform
from simulators.google.errors import RefusedError
from simulators.google.store import Calendar, Ground
from simulators.google.tokens import Token, binding
from simulators.google.writing import How
from simulators.record import COMMON, Fault
from simulators.wire import Response


def struck(fault: Fault | None, ground: Ground, call: Routed) -> Response:
    """Do a call under a fault that bends it; without one, just do it."""
    kind = "" if fault is None else fault.kind
    if fault is not None and kind == "internal_error":
        response = perform(ground, call)
        return replace(response, body=json.dumps(freebusy.unknown(json.loads(response.body), fault.detail)).encode())
    if kind in ("", *COMMON, "torn") or not call.method.name.startswith("events."):
        return perform(ground, call)
    calendar = ground.calendar(call.user, call.path["calendarId"])
    if kind == "edited_before":
        _edit(ground, calendar, call.path["eventId"])
        return perform(ground, call)
    if kind == "lost_edit":
        then, mails = calendar.snapshot(), list(ground.record.mails)
        response = perform(ground, call)
        calendar.go_back(then)
        ground.record.mails[:] = mails
        return response
    response = perform(ground, call)
    if kind == "duplicate":
        _double(ground, calendar, json.loads(response.body)["id"])
    if kind == "mail":
        _mail(ground, calendar, call.path, response)
    if kind in ("truncated_list", "empty_page"):
        bound = binding(call.method.parameters(call.request.query), for_sync=True)
        token = Token("sync", calendar.id, calendar.epoch, bound, calendar.log, calendar.log).text()
        return replace(response, body=json.dumps(_shortened(json.loads(response.body), token, kind)).encode())
    return response


def _edit(ground: Ground, calendar: Calendar, event_id: str) -> None:
    try:
        summary = series.find(ground, calendar, event_id).body.get("summary", "")
        edit = {"summary": f"{summary} (edited meanwhile)"}
        writing.change(ground, calendar, event_id, edit, How(calendar.owner, by_hand=True), whole=False)
    except RefusedError:
        return  # no such event: the write will say so itself


def _double(ground: Ground, calendar: Calendar, event_id: str) -> None:
    body = calendar.get(event_id).copy()
    twin = ids.fresh_id(calendar.id, calendar.births)
    calendar.put(body | {"id": twin, "iCalUID": ids.default_uid(twin)}, ground.clock.now())


def _mail(ground: Ground, calendar: Calendar, path: Mapping[str, str], response: Response) -> None:
    event_id = path.get("eventId") or json.loads(response.body).get("id", "")
    event = calendar.get(event_id).body if event_id in calendar.entries else {}
    for email in [row["email"] for row in event.get("attendees", ())] or [calendar.owner]:
        ground.record.mails.append({"to": email, "from": calendar.id, "event": event_id, "about": "unasked"})


def _shortened(answer: dict[str, Any], token: str, kind: str) -> dict[str, Any]:
    if kind == "empty_page":
        return {"kind": "calendar#events", "items": [], "nextSyncToken": token}
    answer.pop("nextPageToken", None)
    items = answer.get("items", [])
    return answer | {"items": items[: len(items) // 2], "nextSyncToken": token}
