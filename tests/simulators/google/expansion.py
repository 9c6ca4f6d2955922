"""Lists of instances: events.instances of one series, and events.list with singleEvents=true over all of them.

Pages are counted out by their place in the whole list, so a change between two pages may shift them.
Source: facts/google.md 3.2, 3.4; the discovery document for the parameters.
"""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from simulators.google import series
from simulators.google.discovery import CAPPED, is_time
from simulators.google.errors import invalid, not_modelled, range_empty
from simulators.google.series import Window
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import begins, instant, zone
from simulators.google.tokens import Token

Json = dict[str, Any]
Params = Mapping[str, Any]


def window(ground: Ground, params: Params) -> Window:
    """The span a query speaks of; without timeMax it ends `expansion_days` from now, or from timeMin if that is later."""
    since = instant(params["timeMin"]) if "timeMin" in params else None
    if "timeMax" in params:
        before = instant(params["timeMax"])
        if since is not None and before <= since:
            raise range_empty("timeMax", where="parameter")
        return since, before
    now = ground.clock.now()
    return since, max(now, since or now) + timedelta(days=ground.switches.expansion_days)


def of_one(ground: Ground, calendar: Calendar, event_id: str, params: Params) -> list[Entry]:
    """The instances of a series that a query asks for; of an instance, itself."""
    if params.get("timeZone"):
        zone(params["timeZone"])
    span = window(ground, params)
    entry = series.find(ground, calendar, event_id)
    if entry.instance_of:
        found = [entry]
    elif not series.is_series(entry) or entry.cancelled:
        raise not_modelled("instances of an event that is no series, or of a deleted one")
    elif "originalStart" in params:
        found = series.at(ground, calendar, entry, _key(params["originalStart"]))
    else:
        found = series.instances(ground, calendar, entry, span)
    if "originalStart" in params:
        found = [each for each in found if series.key_in(calendar, each) == _key(params["originalStart"])]
        if "timeMin" in params or "timeMax" in params:
            found = [each for each in found if series.reaches(calendar, each, span)]
    return [each for each in found if params.get("showDeleted") or not calendar.dead(each)]


def _key(text: str) -> str:
    if is_time(text):
        return series.key_of(instant(text))
    try:
        return series.key_of(date.fromisoformat(text))
    except ValueError:
        raise invalid(
            f"Invalid value '{text}': a date or a time with offset.", "originalStart", where="parameter"
        ) from None


def of_all(ground: Ground, calendar: Calendar, params: Params) -> list[Entry]:
    """Every event that is no series, and every instance, as a query with singleEvents=true has them."""
    found = list(within(ground, calendar, window(ground, params)))
    if params.get("orderBy") == "startTime":
        found.sort(key=lambda each: begins(each.body["start"], calendar.zone))
    if params.get("orderBy") == "updated":
        found.sort(key=lambda each: each.updated)
    return found


def within(ground: Ground, calendar: Calendar, span: Window) -> Iterator[Entry]:
    """The same by a window, which single events and instances without a series are not held to."""
    for entry in sorted(calendar.entries.values(), key=lambda each: each.born):
        if series.is_series(entry):
            yield from () if entry.cancelled else series.instances(ground, calendar, entry, span)
        elif entry.instance_of not in calendar.entries:
            yield entry


def page(
    found: list[Entry], token: Token | None, params: Params, cap: int, *, empty: bool
) -> tuple[list[Entry], int | None]:
    """A page of a list of instances, and the place the next begins at; None if this is the last."""
    begin = token.after if token is not None else 0
    end = begin if empty else begin + min(params.get("maxResults", CAPPED), cap or CAPPED)
    return found[begin:end], end if empty or end < len(found) else None
