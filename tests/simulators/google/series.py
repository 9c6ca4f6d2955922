"""Series and their instances: what stands for an original start, whether it was ever touched or not.

A touched instance (modified or cancelled: an exception) is an `Entry` of its own that keeps, in `own`, the fields in
which it differs from its series; its body is laid out anew whenever the series changes (`refresh`). An untouched one is
made up when it is asked for (`find`, `instances`) and has its series' version. A key is an original start in text:
`20261105T080000Z`, or `20261105` for all-day series. Source: facts/google.md 3.2.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulators.expand import occurrences
from simulators.google import ids
from simulators.google.errors import not_found
from simulators.google.recurrence import walked
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import begins, instant, z, zone
from simulators.rules import Moment, parse_lines

_KEY = re.compile(r"\d{8}(T\d{6}Z)?")
_SECOND = timedelta(seconds=1)

Json = dict[str, Any]
Window = tuple[datetime | None, datetime]
"""What reaches beyond the first, if any, and begins before the second."""


def is_series(entry: Entry) -> bool:
    """Tell whether an event recurs."""
    return bool(entry.body.get("recurrence"))


def key_of(moment: Moment) -> str:
    """An original start in text."""
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}" if isinstance(moment, datetime) else f"{moment:%Y%m%d}"


def moment_of(key: str) -> Moment:
    """What a key says: a date, or an instant in UTC."""
    return datetime.strptime(key, "%Y%m%dT%H%M%S%z") if "T" in key else date.fromisoformat(key)


def key_in(calendar: Calendar, entry: Entry) -> str:
    """The key of an instance: the one it is filed under, or that of its original start."""
    for key, event_id in calendar.parts.get(entry.instance_of, {}).items():
        if event_id == entry.id:
            return key
    return calendar.issued[entry.id][1]


def start_of(body: Mapping[str, Any]) -> Moment:
    """When an event begins, in its own zone."""
    start = body["start"]
    if "date" in start:
        return date.fromisoformat(start["date"])
    return instant(start["dateTime"]).astimezone(zone(start["timeZone"]))


def length_of(body: Mapping[str, Any]) -> timedelta:
    """How long an event is; instances are as long to the second, whatever the clocks do: RFC 5545 3.8.5.3."""
    if "date" in body["start"]:
        return date.fromisoformat(body["end"]["date"]) - date.fromisoformat(body["start"]["date"])
    return instant(body["end"]["dateTime"]) - instant(body["start"]["dateTime"])


def originals(ground: Ground, body: Mapping[str, Any], before: Moment | None = None) -> Iterator[Moment]:
    """The original starts of a series, all or those before a moment of their kind; 501 beyond `MOST`."""
    return walked(occurrences(start_of(body), body["recurrence"], before=before, odd_start=ground.switches.odd_start))


def generates(ground: Ground, body: Mapping[str, Any], key: str) -> bool:
    """Tell whether a series has an instance of this original start."""
    if not body.get("recurrence") or ("T" in key) != ("dateTime" in body["start"]):
        return False
    moment = moment_of(key)
    after = moment + (_SECOND if isinstance(moment, datetime) else timedelta(days=1))
    return any(key_of(each) == key for each in originals(ground, body, after))


def _end(moment: Mapping[str, str], by: timedelta) -> Json:
    if "date" in moment:
        return {"date": (date.fromisoformat(moment["date"]) + by).isoformat()}
    return {"dateTime": z(instant(moment["dateTime"]) + by), "timeZone": moment["timeZone"]}


def _laid_out(master: Entry, key: str, event_id: str, own: Mapping[str, Any]) -> Json:
    """An instance's body: its series', at its own start, with its own fields over it; None in `own` removes one."""
    there = master.body["start"].get("timeZone", "UTC")
    at = {"dateTime": z(instant_of(key)), "timeZone": there} if "T" in key else {"date": str(moment_of(key))}
    inherited = {name: value for name, value in master.body.items() if name != "recurrence"}
    times = {"start": at, "end": _end(at, length_of(master.body)), "originalStartTime": at}
    same = {"id": event_id, "recurringEventId": master.id, "status": "confirmed"}
    if master.body["status"] != "cancelled":
        same["status"] = master.body["status"]
    body = {**inherited, **times, **same, **own}
    return {name: value for name, value in body.items() if value is not None}


def instant_of(key: str) -> datetime:
    """The instant a timed key says."""
    moment = moment_of(key)
    assert isinstance(moment, datetime)
    return moment


def instance_id(ground: Ground, calendar: Calendar, master_id: str, key: str) -> str:
    """The id of an instance, which it keeps wherever it is moved; switch instance_ids."""
    known = calendar.parts.get(master_id, {}).get(key)
    if known is not None:
        return known
    if ground.switches.instance_ids == "classic":
        event_id = _classic(ground, calendar, master_id, key)
    else:
        event_id = ids.instance_id(calendar.id, master_id, key)
    calendar.issued[event_id] = (master_id, key)
    return event_id


def _classic(ground: Ground, calendar: Calendar, master_id: str, key: str) -> str:
    """Series that were split off share their instances' ids with the old one, but where an older one has such a day too."""
    base = master_id.partition("_R")[0]
    short = f"{base}_{key}"
    if base == master_id:
        return short
    older = [each for each in calendar.entries.values() if each.id == base or each.id.startswith(f"{base}_R")]
    mine = calendar.entries[master_id].born
    others = [each for each in older if each.born < mine and not each.cancelled]
    known = short in calendar.entries and calendar.entries[short].instance_of != master_id
    taken = known or any(generates(ground, each.body, key) for each in others)
    return f"{master_id}_{key}" if taken else short


def untouched(ground: Ground, calendar: Calendar, master: Entry, key: str) -> Entry:
    """The instance as its series has it; in version, place and birth it is its series."""
    event_id = instance_id(ground, calendar, master.id, key)
    return replace(master, body=_laid_out(master, key, event_id, {}), own={})


def find(ground: Ground, calendar: Calendar, event_id: str) -> Entry:
    """The event of this id, be it an instance that nobody touched; 404 if there is none."""
    if event_id in calendar.entries:
        return calendar.entries[event_id]
    for master_id, key in _meant(ground, calendar, event_id):
        master = calendar.entries.get(master_id)
        if master is not None and not master.cancelled:
            found = at(ground, calendar, master, key)
            if found:
                return found[0]
    raise not_found()


def _meant(ground: Ground, calendar: Calendar, event_id: str) -> Iterator[tuple[str, str]]:
    if event_id in calendar.issued:
        yield calendar.issued[event_id]
    base, _, key = event_id.rpartition("_")
    if ground.switches.instance_ids == "classic" and _KEY.fullmatch(key):
        yield from ((each, key) for each in list(calendar.entries) if each == base or each.startswith(f"{base}_R"))


def exceptions(calendar: Calendar, master_id: str) -> list[Entry]:
    """The touched instances of a series, cancelled ones too."""
    return [calendar.entries[event_id] for event_id in calendar.parts.get(master_id, {}).values()]


def at(ground: Ground, calendar: Calendar, master: Entry, key: str) -> list[Entry]:
    """The instance of an original start, or nothing."""
    touched = calendar.parts.get(master.id, {}).get(key)
    if touched is not None:
        return [calendar.entries[touched]]
    return [untouched(ground, calendar, master, key)] if generates(ground, master.body, key) else []


def instances(ground: Ground, calendar: Calendar, master: Entry, window: Window) -> list[Entry]:
    """A series' instances within a window by their original starts, cancelled ones too (by when they would have been)."""
    since, before = window
    length = length_of(master.body)
    touched = calendar.parts.get(master.id, {})
    bound: Moment = before if "dateTime" in master.body["start"] else before.date() + timedelta(days=2)
    keys = [
        key_of(original)
        for original in originals(ground, master.body, bound)
        if since is None or _instant(original + length, calendar) > since
    ]
    found = exceptions(calendar, master.id)
    found += [untouched(ground, calendar, master, key) for key in keys if key not in touched]
    found = [entry for entry in found if reaches(calendar, entry, window)]
    return sorted(found, key=lambda entry: begins(entry.body["originalStartTime"], calendar.zone))


def _instant(moment: Moment, calendar: Calendar) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC)
    return begins({"date": moment.isoformat()}, calendar.zone)


def reaches(calendar: Calendar, entry: Entry, window: Window) -> bool:
    """Tell whether an event that is no series lies in a window, be it in part."""
    start, end = (begins(entry.body[name], calendar.zone) for name in ("start", "end"))
    return (window[0] is None or end > window[0]) and start < window[1]


def lasts(ground: Ground, calendar: Calendar, master: Entry, since: datetime) -> bool:
    """Tell whether a series has an instance that ends after a moment, where its rules have it."""
    length = length_of(master.body)
    return any(_instant(original + length, calendar) > since for original in originals(ground, master.body))


def refresh(calendar: Calendar, master: Entry) -> None:
    """Lay out a series' exceptions anew: what they do not say themselves they have from it. Their versions stay."""
    for key, event_id in calendar.parts.get(master.id, {}).items():
        entry = calendar.entries[event_id]
        body = _laid_out(master, key, event_id, entry.own or {})
        calendar.entries[event_id] = replace(entry, body=body)


def reform(ground: Ground, calendar: Calendar, before: Mapping[str, Any], master: Entry) -> None:
    """What becomes of a series' exceptions when it changes; switch exceptions_on_master_change."""
    pattern = _pattern(before) != _pattern(master.body)
    single = not is_series(master)
    keep = ground.switches.exceptions_on_master_change == "keep" and not single
    for key, event_id in list(calendar.parts.get(master.id, {}).items()):
        if single or (pattern and not keep) or not (pattern or generates(ground, master.body, key)):
            calendar.drop_part(master.id, key)
        elif pattern:
            entry = calendar.entries[event_id]
            times = {name: entry.body[name] for name in ("start", "end", "originalStartTime")}
            calendar.entries[event_id] = replace(entry, own={**times, **(entry.own or {})})
    refresh(calendar, master)


def _pattern(body: Mapping[str, Any]) -> Json:
    """Start, end and zone, and the rules by their meaning but for where they end: COUNT and UNTIL, and dates in and out."""
    said = parse_lines(body.get("recurrence") or (), start_of(body))
    rules = [tuple(replace(rule, count=None, until=None) for rule in each) for each in (said.rules, said.exrules)]
    return {"time": (body["start"], body["end"]), "rules": rules}
