"""The simulator's own paths, for tests and people beside a simulator on a port: state, counters, fault, id_token.

All are below `/_sim/`; none needs sign-in and none is counted.
"""

import json
from datetime import timedelta
from typing import Any

from simulators.google import faults
from simulators.google.identity import id_token
from simulators.google.render import View, render
from simulators.google.store import Ground
from simulators.reading import is_text, read
from simulators.record import LONGEST
from simulators.wire import Request, Response


def answer(ground: Ground, request: Request) -> Response:
    """Answer a control request; 404 names the paths there are."""
    asked = (request.method, request.path.removeprefix("/_sim/"))
    if asked == ("GET", "state"):
        return _json(_state(ground))
    if asked == ("GET", "counters"):
        return _json(ground.record.counters())
    if asked == ("POST", "fault"):
        try:
            fault = faults.from_json(read(request.body))
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        ground.record.plant(fault)
        return _json({"planted": fault.kind})
    if asked == ("POST", "id_token"):
        return _id_token(ground, request.body)
    paths = "GET /_sim/state, GET /_sim/counters, POST /_sim/fault or POST /_sim/id_token"
    return _json({"error": f"write {paths}"}, 404)


_ID_TOKEN = {"email": str, "audience": str, "issuer": str, "signer": str, "verified": bool, "seconds": int}


def _id_token(ground: Ground, body: bytes) -> Response:
    """An ID token of this process's keys; `seconds` is how long it is good from now, and may be less than nothing."""
    try:
        sent = read(body)
    except ValueError as error:
        return _json({"error": str(error)}, 400)
    right = isinstance(sent, dict) and {"email", "audience"} <= set(sent) and is_text("".join(map(str, sent.values())))
    if not right or any(type(value) is not _ID_TOKEN.get(name) for name, value in sent.items()):
        return _json({"error": f"write email and audience, and what is to be unusual of {', '.join(_ID_TOKEN)}"}, 400)
    seconds, now = sent.pop("seconds", 3600), ground.clock.now()
    if abs(seconds) > LONGEST:
        return _json({"error": f"'seconds' are {-LONGEST:.0f} to {LONGEST:.0f}"}, 400)
    token = id_token(**sent, now=now, expires=now + timedelta(seconds=seconds))
    return _json({"token": token})


def _state(ground: Ground) -> dict[str, Any]:
    calendars = {
        calendar.id: {
            "owner": calendar.owner,
            "timeZone": calendar.zone,
            "events": [render(ground, calendar, entry, View()) for entry in calendar.live()],
        }
        for calendar in ground.calendars.values()
    }
    return {"calendars": calendars}


def _json(value: object, status: int = 200) -> Response:
    return Response(status, json.dumps(value, indent=1).encode(), (("Content-Type", "application/json"),))
