"""The hand that edits a Google calendar as its user would: create, edit, delete, over the Calendar API.

    hand = GoogleHand(Google("http://127.0.0.1:8082/", "ana@g.test", lambda: "TOKEN"))
    (event_id,) = hand.create([plan])
    series_id = hand.create_series(plan, "FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=4")
    hand.edit(event_id, title="Lunch, later")
    hand.delete([event_id])

Nothing it does asks Google to send mail (sendUpdates=none). Source: Google's Calendar API v3 reference.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from demo.events import ZONE, Moment, Plan
from demo.wire import Wire

_OK = range(200, 300)
_COLOURS = {"Red category": "11", "Project X": "9", "Travel": "5"}
_SILENT = {"sendUpdates": "none"}


class GoogleError(Exception):
    """Google said no; `status` is HTTP's, the text adds Google's own reason."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(f"{status} {reason}".strip())
        self.status = status


class Google:
    """One user's way to one calendar; `token` is asked before every request, so that it may be renewed."""

    def __init__(self, url: str, calendar: str, token: Callable[[], str]) -> None:
        parts = urlsplit(url)
        self.calendar = calendar
        self.wire = Wire(f"{parts.scheme}://{parts.netloc}", lambda: {"Authorization": f"Bearer {token()}"})
        self._events = f"{parts.path.rstrip('/')}/calendar/v3/calendars/{quote(calendar, safe='')}/events"

    def send(
        self, method: str, event_id: str = "", body: Any = None, query: Mapping[str, str] | None = None, of: str = ""
    ) -> Any:
        """Ask about the calendar's events, one of them, or what is `of` one; the answer's JSON. GoogleError: refused."""
        target = f"{self._events}/{quote(event_id, safe='')}{of}" if event_id else self._events
        sent = b"" if body is None else json.dumps(body).encode()
        status, answer = self.wire.ask(
            method, f"{target}?{urlencode(query or {})}", sent, Content_Type="application/json"
        )
        if status not in _OK:
            raise GoogleError(status, _reason(answer))
        return json.loads(answer) if answer else None


class GoogleHand:
    """One person's hand in their own calendar."""

    side = "google"

    def __init__(self, google: Google) -> None:
        self.google = google

    def create(self, plans: Sequence[Plan]) -> list[str]:
        """Create events; their ids, in order."""
        return [str(self.google.send("POST", body=_event(plan), query=_SILENT)["id"]) for plan in plans]

    def create_series(self, plan: Plan, rule: str) -> str:
        """Create a series that begins with this event and goes by an RRULE; its id."""
        body = _event(plan) | {"recurrence": [f"RRULE:{rule}"]}
        return str(self.google.send("POST", body=body, query=_SILENT)["id"])

    def edit(
        self,
        item_id: str,
        *,
        title: str | None = None,
        place: str | None = None,
        times: tuple[Moment, Moment] | None = None,
    ) -> None:
        """Change what is given, whoever else is at it."""
        body: dict[str, Any] = {}
        if title is not None:
            body["summary"] = title
        if place is not None:
            body["location"] = place
        if times is not None:
            body |= {"start": _moment(times[0]), "end": _moment(times[1])}
        self.google.send("PATCH", item_id, body, _SILENT)

    def delete(self, ids: Sequence[str]) -> None:
        """Delete events, one by one."""
        for each in ids:
            self.google.send("DELETE", each, query=_SILENT)


def _event(plan: Plan) -> dict[str, Any]:
    event = plan.event
    reminders = [] if plan.reminder is None else [{"method": "popup", "minutes": plan.reminder}]
    body: dict[str, Any] = {
        "summary": event.title,
        "start": _moment(event.start),
        "end": _moment(event.end),
        "transparency": "opaque" if event.busy else "transparent",
        "visibility": "private" if event.private else "default",
        "reminders": {"useDefault": False, "overrides": reminders},
    }
    optional = {"description": plan.html, "location": event.place, "colorId": _COLOURS.get(plan.category, "")}
    return body | {name: value for name, value in optional.items() if value}


def _moment(moment: Moment) -> dict[str, str]:
    if isinstance(moment, datetime):
        return {"dateTime": moment.isoformat(), "timeZone": ZONE}
    return {"date": moment.isoformat()}


def _reason(answer: bytes) -> str:
    try:
        return str(json.loads(answer)["error"]["errors"][0]["reason"])
    except (ValueError, LookupError, TypeError):
        return ""
