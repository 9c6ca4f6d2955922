"""events.list and events.instances: filters, pages, deltas. Source: facts/google.md 3.2, 3.4, 6 items 2 and 4."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from simulators.google import expansion, ids, series
from simulators.google.discovery import CAPPED
from simulators.google.errors import RefusedError, full_sync, invalid, not_modelled, range_empty
from simulators.google.render import View, render, updated_text
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import begins, instant, zone
from simulators.google.tokens import REFUSED_WITH_SYNC, Token, binding, read

_FILTERS = ("q", "orderBy", "updatedMin", "iCalUID", "privateExtendedProperty", "sharedExtendedProperty")
_AHEAD = 10**12

Json = dict[str, Any]
Params = Mapping[str, Any]


def list_events(ground: Ground, calendar: Calendar, role: str, params: Params) -> Json:
    """One page of a calendar's events, or of what changed since the sync token."""
    _check(ground, params)
    since = _since(ground, calendar, params)
    page = _page(ground, calendar, params)
    if params.get("singleEvents"):
        return _expanded(ground, calendar, role, params, page)
    horizon = page.horizon if page else calendar.log
    by_place = since is not None or params.get("orderBy") == "updated"

    def key(entry: Entry) -> int:
        ahead = _AHEAD if ground.switches.exceptions_first and entry.instance_of else 0
        return (entry.place if by_place else entry.born) - ahead

    after = page.after if page else -_AHEAD
    waiting = sorted((entry for entry in calendar.entries.values() if key(entry) > after), key=key)
    if since is not None:
        waiting = [entry for entry in waiting if since < entry.place <= horizon]
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
        render(ground, calendar, entry, view) for entry in taken if _wanted(ground, calendar, entry, params, since)
    ]
    if len(taken) < len(waiting) or (ground.switches.empty_first_page and page is None):
        last = key(taken[-1]) if taken else after
        bound = binding(params, for_sync=False)
        answer["nextPageToken"] = Token("page", calendar.id, calendar.epoch, bound, horizon, last).text()
    elif not any(name in params for name in _FILTERS):
        bound = binding(params, for_sync=True)
        answer["nextSyncToken"] = Token("sync", calendar.id, calendar.epoch, bound, horizon, horizon).text()
    return answer


def _expanded(ground: Ground, calendar: Calendar, role: str, params: Params, token: Token | None) -> Json:
    """One page of single events and instances, with no series among them."""
    found = [
        entry for entry in expansion.of_all(ground, calendar, params) if _wanted(ground, calendar, entry, params, None)
    ]
    answer = _counted(ground, calendar, role, params, token, found)
    if "nextPageToken" not in answer and not any(name in params for name in _FILTERS):
        horizon = token.horizon if token else calendar.log
        bound = binding(params, for_sync=True)
        answer["nextSyncToken"] = Token("sync", calendar.id, calendar.epoch, bound, horizon, horizon).text()
    return answer


def list_instances(ground: Ground, calendar: Calendar, role: str, event_id: str, params: Params) -> Json:
    """One page of a series' instances in the order of their original starts."""
    token = _page(ground, calendar, params)
    return _counted(ground, calendar, role, params, token, expansion.of_one(ground, calendar, event_id, params))


def _counted(
    ground: Ground, calendar: Calendar, role: str, params: Params, token: Token | None, found: list[Entry]
) -> Json:
    empty = ground.switches.empty_first_page and token is None
    taken, following = expansion.page(found, token, params, ground.switches.page_cap, empty=empty)
    view = View(role, params.get("timeZone", ""), params.get("maxAttendees", 0))
    answer = envelope(calendar, role)
    answer["items"] = [render(ground, calendar, entry, view) for entry in taken]
    if following is not None:
        horizon = token.horizon if token else calendar.log
        bound = binding(params, for_sync=False)
        answer["nextPageToken"] = Token("page", calendar.id, calendar.epoch, bound, horizon, following).text()
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
    if params.get("singleEvents") and "syncToken" in params:
        raise not_modelled("deltas of expanded lists (singleEvents=true with a sync token)")
    if params.get("orderBy") == "startTime" and not params.get("singleEvents"):
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


def _wanted(ground: Ground, calendar: Calendar, entry: Entry, params: Params, since: int | None) -> bool:
    body = entry.body
    deleted = since is not None or params.get("showDeleted") or "updatedMin" in params
    if entry.instance_of and not params.get("singleEvents"):
        # A hole in a series is told of whatever showDeleted says, and with a deleted series its exceptions are gone.
        master = calendar.entries.get(entry.instance_of)
        gone = master is not None and master.cancelled
        if gone and not (deleted and ground.switches.exception_tombstones):
            return False
    elif entry.cancelled and not deleted:
        return False
    if "updatedMin" in params and entry.updated < instant(params["updatedMin"]).timestamp() * 1_000_000:
        return False
    if "eventTypes" in params and body["eventType"] not in params["eventTypes"]:
        return False
    if "iCalUID" in params and body["iCalUID"] != params["iCalUID"]:
        return False
    return _in_range(ground, calendar, entry, params) and _has_text(entry, params) and _has_property(entry, params)


def _in_range(ground: Ground, calendar: Calendar, entry: Entry, params: Params) -> bool:
    if "timeMin" not in params and "timeMax" not in params:
        return True
    start, end = (begins(entry.body[name], calendar.zone) for name in ("start", "end"))
    if "timeMax" in params and start >= instant(params["timeMax"]):
        return False
    if "timeMin" not in params or end > instant(params["timeMin"]):
        return True
    return series.is_series(entry) and series.lasts(ground, calendar, entry, instant(params["timeMin"]))


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
