"""The API's methods, one function each: check rights, do it, answer in API form.

`METHODS` maps the discovery document's names to functions; what is not in it is refused as not modelled.
Source: the discovery document for the shapes; facts/google.md 3.4 to 3.7 for what they do.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulators.google import freebusy, ids, series, writing
from simulators.google.discovery import Method
from simulators.google.errors import not_found, not_modelled
from simulators.google.listing import list_events, list_instances
from simulators.google.render import View, render
from simulators.google.store import ROLES, Calendar, Entry, Ground, require
from simulators.google.writing import How

Json = dict[str, Any]
EVENT_COLOURS = {
    "1": "#a4bdfc",
    "2": "#7ae7bf",
    "3": "#dbadff",
    "4": "#ff887c",
    "5": "#fbd75b",
    "6": "#ffb878",
    "7": "#46d6db",
    "8": "#e1e1e1",
    "9": "#5484ed",
    "10": "#51b749",
    "11": "#dc2127",
}


@dataclass(frozen=True)
class Asked:
    """One API call, its query checked and its body read."""

    method: Method
    user: str
    path: Mapping[str, str]
    params: Mapping[str, Any]
    body: Json
    if_match: str = ""


def _open(ground: Ground, asked: Asked, least: str) -> Calendar:
    calendar = ground.calendar(asked.user, asked.path["calendarId"])
    require(calendar, asked.user, least)
    return calendar


def _answer(ground: Ground, calendar: Calendar, asked: Asked, entry: Entry) -> Json:
    params = asked.params
    view = View(calendar.role(asked.user), params.get("timeZone", ""), params.get("maxAttendees", 0))
    return render(ground, calendar, entry, view)


def _how(asked: Asked) -> How:
    params = asked.params
    send = params.get("sendUpdates") or ("all" if params.get("sendNotifications") else "none")
    return How(
        asked.user,
        send,
        asked.if_match,
        params.get("conferenceDataVersion", 0),
        attachments=params.get("supportsAttachments", False),
    )


def _events_list(ground: Ground, asked: Asked) -> Json:
    calendar = _open(ground, asked, "reader")
    return list_events(ground, calendar, calendar.role(asked.user), asked.params)


def _events_get(ground: Ground, asked: Asked) -> Json:
    calendar = _open(ground, asked, "reader")
    return _answer(ground, calendar, asked, series.find(ground, calendar, asked.path["eventId"]))


def _events_instances(ground: Ground, asked: Asked) -> Json:
    calendar = _open(ground, asked, "reader")
    return list_instances(ground, calendar, calendar.role(asked.user), asked.path["eventId"], asked.params)


def _events_insert(ground: Ground, asked: Asked) -> Json:
    calendar = _open(ground, asked, "writer")
    return _answer(ground, calendar, asked, writing.insert(ground, calendar, asked.body, _how(asked)))


def _events_import(ground: Ground, asked: Asked) -> Json:
    calendar = _open(ground, asked, "writer")
    return _answer(ground, calendar, asked, writing.bring_in(ground, calendar, asked.body, _how(asked)))


def _change(ground: Ground, asked: Asked, *, whole: bool) -> Json:
    calendar = _open(ground, asked, "writer")
    entry = writing.change(ground, calendar, asked.path["eventId"], asked.body, _how(asked), whole=whole)
    return _answer(ground, calendar, asked, entry)


def _events_patch(ground: Ground, asked: Asked) -> Json:
    return _change(ground, asked, whole=False)


def _events_update(ground: Ground, asked: Asked) -> Json:
    return _change(ground, asked, whole=True)


def _events_delete(ground: Ground, asked: Asked) -> None:
    calendar = _open(ground, asked, "writer")
    writing.remove(ground, calendar, asked.path["eventId"], _how(asked))


def _calendars_get(ground: Ground, asked: Asked) -> Json:
    calendar = _open(ground, asked, "freeBusyReader")
    return {
        "kind": "calendar#calendar",
        "etag": ids.short_etag(calendar.id, calendar.zone, calendar.summary),
        "id": calendar.id,
        "summary": calendar.summary or calendar.id,
        "timeZone": calendar.zone,
        "dataOwner": calendar.owner,
    }


def _entry(calendar: Calendar, user: str) -> Json:
    role = calendar.role(user)
    shown = {
        "kind": "calendar#calendarListEntry",
        "etag": ids.short_etag(calendar.id, calendar.zone, calendar.summary, role),
        "id": calendar.id,
        "summary": calendar.summary or calendar.id,
        "timeZone": calendar.zone,
        "accessRole": role,
        "dataOwner": calendar.owner,
        "defaultReminders": [dict(row) for row in calendar.default_reminders],
        "selected": True,
    }
    return shown | ({"primary": True} if calendar.id == user else {})


def _calendar_list_get(ground: Ground, asked: Asked) -> Json:
    return _entry(_open(ground, asked, "freeBusyReader"), asked.user)


def _calendar_list_list(ground: Ground, asked: Asked) -> Json:
    if asked.params.keys() & {"syncToken", "pageToken"}:
        raise not_modelled("paging and syncing of calendarList")
    least = ROLES.index(asked.params.get("minAccessRole", "freeBusyReader"))
    mine = [one for one in ground.calendars.values() if ROLES.index(one.role(asked.user)) >= least]
    items = [_entry(calendar, asked.user) for calendar in mine]
    return {"kind": "calendar#calendarList", "etag": ids.short_etag(*items), "items": items}


def _colors_get(_ground: Ground, _asked: Asked) -> Json:
    events = {name: {"background": colour, "foreground": "#1d1d1d"} for name, colour in EVENT_COLOURS.items()}
    return {"kind": "calendar#colors", "updated": "2012-02-14T00:00:00.000Z", "event": events}


def _freebusy_query(ground: Ground, asked: Asked) -> Json:
    return freebusy.query(ground, asked.user, asked.body)


def _settings_get(ground: Ground, asked: Asked) -> Json:
    if asked.path["setting"] != "timezone":
        raise not_found()
    zone = ground.calendar(asked.user, "primary").zone
    return {"kind": "calendar#setting", "etag": ids.short_etag(zone), "id": "timezone", "value": zone}


METHODS: Mapping[str, Callable[[Ground, Asked], Json | None]] = {
    "events.list": _events_list,
    "events.get": _events_get,
    "events.instances": _events_instances,
    "events.insert": _events_insert,
    "events.import": _events_import,
    "events.patch": _events_patch,
    "events.update": _events_update,
    "events.delete": _events_delete,
    "calendars.get": _calendars_get,
    "calendarList.get": _calendar_list_get,
    "calendarList.list": _calendar_list_list,
    "colors.get": _colors_get,
    "freebusy.query": _freebusy_query,
    "settings.get": _settings_get,
}
