"""events.list: filters, pages, deltas. Source: facts/google.md 3.4, 6 item 2."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from simulators.google import ids
from simulators.google.discovery import CAPPED
from simulators.google.errors import RefusedError, full_sync, invalid, not_modelled, range_empty
from simulators.google.render import View, render, updated_text
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import begins, instant, zone
from simulators.google.tokens import REFUSED_WITH_SYNC, Token, binding, read

_FILTERS = ("q", "orderBy", "updatedMin", "iCalUID", "privateExtendedProperty", "sharedExtendedProperty")

Json = dict[str, Any]
Params = Mapping[str, Any]


def list_events(ground: Ground, calendar: Calendar, role: str, params: Params) -> Json:
    """One page of a calendar's events, or of what changed since the sync token."""
    _check(ground, params)
    since = _since(ground, calendar, params)
    page = _page(ground, calendar, params)
    horizon = page.horizon if page else calendar.log
    after = page.after if page else (since or 0)
    by_place = since is not None or params.get("orderBy") == "updated"

    def key(entry: Entry) -> int:
        return entry.place if by_place else entry.born

    waiting = sorted((entry for entry in calendar.entries.values() if key(entry) > after), key=key)
    if since is not None:
        waiting = [entry for entry in waiting if entry.place <= horizon]
    size = min(params.get("maxResults", CAPPED), ground.switches.page_cap or CAPPED)
    taken = [] if ground.switches.empty_first_page and page is None else waiting[:size]
    answer = envelope(calendar, role)
    view = View(
        role,
        params.get("timeZone", ""),
        params.get("maxAttendees", 0),
        bare=since is not None and not params.get("showDeleted", False),
    )
    # Google pages first and filters afterwards, so a page may come out short or empty and still have a next one.
    answer["items"] = [
        render(ground, calendar, entry, view) for entry in taken if _wanted(calendar, entry, params, since)
    ]
    if len(taken) < len(waiting) or (ground.switches.empty_first_page and page is None):
        last = key(taken[-1]) if taken else after
        bound = binding(params, for_sync=False)
        answer["nextPageToken"] = Token("page", calendar.id, calendar.epoch, bound, horizon, last).text()
    elif not any(name in params for name in _FILTERS):
        bound = binding(params, for_sync=True)
        answer["nextSyncToken"] = Token("sync", calendar.id, calendar.epoch, bound, horizon, horizon).text()
    return answer


def envelope(calendar: Calendar, role: str) -> Json:
    """What stands around the items of a list."""
    return {
        "kind": "calendar#events",
        "etag": ids.short_etag(calendar.id, calendar.log, calendar.writes),
        "summary": calendar.summary or calendar.id,
        "updated": updated_text(calendar.updated),
        "timeZone": calendar.zone,
        "accessRole": role,
        "defaultReminders": [dict(row) for row in calendar.default_reminders],
    }


def _check(ground: Ground, params: Params) -> None:
    if params.get("singleEvents"):
        raise not_modelled("the expansion of series (singleEvents=true)")
    if params.get("orderBy") == "startTime":
        raise invalid("The requested ordering is not available for the particular query.", "orderBy", where="parameter")
    if params.get("timeZone"):
        zone(params["timeZone"])
    if sum(len(params.get(name, ())) for name in ("privateExtendedProperty", "sharedExtendedProperty")) > 1:
        raise not_modelled("several extended-property constraints in one query (AND or OR: the documents disagree)")
    for name in ("privateExtendedProperty", "sharedExtendedProperty"):
        if any("=" not in text for text in params.get(name, ())):
            raise invalid("Invalid value: write name=value.", name, where="parameter")
    if "timeMin" in params and "timeMax" in params and instant(params["timeMax"]) <= instant(params["timeMin"]):
        raise range_empty("timeMax", where="parameter")
    if "updatedMin" in params:
        oldest = ground.clock.now() - timedelta(days=ground.switches.updated_min_days)
        if instant(params["updatedMin"]) < oldest:
            raise RefusedError(
                410,
                "updatedMinTooLongAgo",
                "The requested minimum modification time lies too far in the past.",
                domain="calendar",
                place=("parameter", "updatedMin"),
            )


def _since(ground: Ground, calendar: Calendar, params: Params) -> int | None:
    if "syncToken" not in params:
        return None
    for name in REFUSED_WITH_SYNC:
        if name in params:
            raise invalid(f"Sync token cannot be used with {name}.", name, where="parameter")
    if params.get("showDeleted") is False:
        raise invalid("Sync token cannot be used with showDeleted=false.", "showDeleted", where="parameter")
    token = read(params["syncToken"])
    if token is None or (token.kind, token.calendar, token.epoch) != ("sync", calendar.id, calendar.epoch):
        raise full_sync()
    if ground.switches.synctoken_param_mismatch == "strict" and token.binding != binding(params, for_sync=True):
        raise invalid(
            "The sync token is used with other parameters than it was issued for.", "syncToken", where="parameter"
        )
    return token.after


def _page(ground: Ground, calendar: Calendar, params: Params) -> Token | None:
    if "pageToken" not in params:
        return None
    token = read(params["pageToken"])
    if token is None or (token.kind, token.calendar, token.epoch) != ("page", calendar.id, calendar.epoch):
        raise invalid("Invalid page token value.", "pageToken", where="parameter")
    if ground.switches.synctoken_param_mismatch == "strict" and token.binding != binding(params, for_sync=False):
        raise invalid(
            "The page token is used with other parameters than it was issued for.", "pageToken", where="parameter"
        )
    return token


def _wanted(calendar: Calendar, entry: Entry, params: Params, since: int | None) -> bool:
    body = entry.body
    if entry.cancelled and since is None and not params.get("showDeleted") and "updatedMin" not in params:
        return False
    if "updatedMin" in params and entry.updated < instant(params["updatedMin"]).timestamp() * 1_000_000:
        return False
    if "eventTypes" in params and body["eventType"] not in params["eventTypes"]:
        return False
    if "iCalUID" in params and body["iCalUID"] != params["iCalUID"]:
        return False
    return _in_range(calendar, entry, params) and _has_text(entry, params) and _has_property(entry, params)


def _in_range(calendar: Calendar, entry: Entry, params: Params) -> bool:
    start, end = (begins(entry.body[name], calendar.zone) for name in ("start", "end"))
    if "recurrence" in entry.body:
        end = datetime.max.replace(tzinfo=UTC)
    if "timeMin" in params and end <= instant(params["timeMin"]):
        return False
    return "timeMax" not in params or start < instant(params["timeMax"])


def _has_text(entry: Entry, params: Params) -> bool:
    people = [row.get("displayName", "") + " " + row["email"] for row in entry.body.get("attendees", ())]
    text = "\n".join([*(entry.body.get(name, "") for name in ("summary", "description", "location")), *people])
    return all(word in text.casefold() for word in params.get("q", "").casefold().split())


def _has_property(entry: Entry, params: Params) -> bool:
    for name, kind in (("privateExtendedProperty", "private"), ("sharedExtendedProperty", "shared")):
        for text in params.get(name, ()):
            key, _, value = text.partition("=")
            if entry.body.get("extendedProperties", {}).get(kind, {}).get(key) != value:
                return False
    return True
