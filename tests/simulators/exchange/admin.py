"""The back door for tests that stand outside: `/_sim/state`, `counters`, `fault`, `revoke`. No sign-in, not counted."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from simulators.exchange import faults, zones
from simulators.exchange.items import Attendee, Item
from simulators.exchange.public_store import Post
from simulators.exchange.published import Span
from simulators.exchange.published import read as read_published
from simulators.reading import read
from simulators.wire import Request, Response

if TYPE_CHECKING:
    from simulators.exchange.simulator import ExchangeSimulator

_JSON = (("Content-Type", "application/json"),)


def answer(simulator: "ExchangeSimulator", request: Request) -> Response:
    """Answer one request below `/_sim/`."""
    match request.method, request.path:
        case "GET", "/_sim/state":
            return _json(200, state(simulator))
        case "GET", "/_sim/counters":
            failed = dict(sorted(simulator.accounts.failed.items()))
            return _json(200, {**simulator.record.counters(), "failed_sign_ins": failed})
        case "POST", "/_sim/fault":
            return _plant(simulator, request.body)
        case "POST", "/_sim/revoke":
            return _revoke(simulator, request.body)
        case _:
            return _json(404, {"error": f"no {request.method} {request.path} here"})


def state(simulator: "ExchangeSimulator") -> dict[str, object]:
    """Every mailbox with its calendar items in plain fields, the free/busy messages, and the failed sign-ins."""
    boxes = {
        address: {
            "calendar": mailbox.calendar.id,
            "read_only": mailbox.read_only,
            "free_busy": mailbox.free_busy,
            "items": [plain(item) for item in mailbox.calendar.items.values()],
            "folders": {
                folder.id: {"name": folder.name, "items": [plain(item) for item in folder.items.values()]}
                for folder in mailbox.subfolders(mailbox.calendar.id, deep=True)
            },
        }
        for address, mailbox in simulator.mailboxes.items()
    }
    public = {name: [_post(post) for post in posts] for name, posts in simulator.public_folders.groups().items()}
    return {
        "mailboxes": boxes,
        "public_folders": public,
        "failed_sign_ins": dict(sorted(simulator.accounts.failed.items())),
    }


def plain(item: Item) -> dict[str, object]:
    """An item as JSON; times are ISO in UTC."""
    return {
        "id": item.id,
        "change_key": item.change_key,
        "element": item.element,
        "uid": item.uid,
        "subject": item.subject,
        "body": item.body,
        "body_type": item.body_type,
        "location": item.location,
        "start": item.start.isoformat(),
        "end": item.end.isoformat(),
        "start_zone": zones.shown_id(item.start_zone),
        "end_zone": zones.shown_id(item.end_zone),
        "all_day": item.all_day,
        "show_as": item.show_as,
        "sensitivity": item.sensitivity,
        "importance": item.importance,
        "reminder_minutes": item.reminder_minutes,
        "categories": list(item.categories),
        "extended": item.extended,
        "attendees": [
            *_people("required", item.required),
            *_people("optional", item.optional),
            *_people("resource", item.resources),
        ],
        "organizer": item.organizer,
        "my_response": item.my_response,
        "is_meeting": item.is_meeting,
        "is_cancelled": item.is_cancelled,
        "recurrence": item.recurrence,
        "exceptions": [_override(day, values) for day, values in sorted(item.overrides.items())],
        "deleted": [day.isoformat() for day in item.deleted],
        "original_start": item.original_start.isoformat() if item.original_start else None,
        "created": item.created.isoformat(),
        "modified": item.modified.isoformat(),
    }


def _post(post: Post) -> dict[str, object]:
    """A free/busy message as JSON: its properties by label, its times, and what is wrong with it."""
    found = read_published(post.values)
    return {
        "id": post.id,
        "change_key": post.change_key,
        "subject": post.subject,
        "modifier": post.modifier,
        "properties": {key.label: list(values) for key, values in post.properties.items()},
        "start": found.start.isoformat() if found.start else None,
        "end": found.end.isoformat() if found.end else None,
        "written": found.written.isoformat() if found.written else None,
        "busy": _spans(found.busy),
        "tentative": _spans(found.tentative),
        "away": _spans(found.away),
        "merged": _spans(found.merged),
        "faults": list(found.faults),
    }


def _spans(spans: tuple[Span, ...]) -> list[list[str]]:
    return [[start.isoformat(), end.isoformat()] for start, end in spans]


def _override(day: date, values: Mapping[str, Any]) -> dict[str, object]:
    """An exception: its original date, and those of its own fields that are plain."""
    told = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in values.items()}
    return {"original": day.isoformat(), **{key: value for key, value in told.items() if isinstance(value, str | bool)}}


def _people(kind: str, people: tuple[Attendee, ...]) -> list[dict[str, str]]:
    return [{"kind": kind, "email": each.email, "name": each.name, "response": each.response} for each in people]


def _plant(simulator: "ExchangeSimulator", body: bytes) -> Response:
    try:
        fault = faults.read(read(body))
    except ValueError as wrong:
        return _json(400, {"error": str(wrong)})
    simulator.record.plant(fault)
    return _json(200, {"planted": fault.kind})


def _revoke(simulator: "ExchangeSimulator", body: bytes) -> Response:
    try:
        asked = read(body)
    except ValueError as wrong:
        return _json(400, {"error": str(wrong)})
    app = asked.get("app") if isinstance(asked, dict) and set(asked) == {"app"} else None
    if not isinstance(app, str):
        return _json(400, {"error": 'write {"app": CLIENT_ID}, or "" for all'})
    return _json(200, {"revoked": simulator.tokens.revoke(app)})


def _json(status: int, body: object) -> Response:
    return Response(status, json.dumps(body).encode(), _JSON)
