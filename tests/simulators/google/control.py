"""The simulator's own paths, for tests and people beside a simulator on a port: `/_sim/state`, `counters`, `fault`.

None needs sign-in and none is counted.
"""

import json
from typing import Any

from simulators.google import faults
from simulators.google.render import View, render
from simulators.google.store import Ground
from simulators.reading import read
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
    return _json({"error": "write GET /_sim/state, GET /_sim/counters or POST /_sim/fault"}, 404)


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
