"""What a person does to series in the web interface. An original start is a date or a time with offset, or its text.

    series_id = hand.create(summary="Stand-up", recurrence=["RRULE:FREQ=DAILY"], start=..., end=...)
    hand.move_instance(series_id, "2026-11-05T09:00:00+01:00", start="2026-11-05T15:00:00+01:00", end=...)
    hand.cancel_instance(series_id, "2026-11-06T09:00:00+01:00")
    later_id = hand.split(series_id, "2026-11-12T09:00:00+01:00", summary="Stand-up, new room")

Source: facts/google.md 3.2, for the split above all.
"""

import re
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulators.google import agenda, ids, series, writing
from simulators.google.agenda import Seen
from simulators.google.discovery import check
from simulators.google.errors import not_found
from simulators.google.render import View, render
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import stored, z
from simulators.google.writing import How
from simulators.rules import Moment, parse_lines, parse_rule

Json = dict[str, Any]
When = Moment | str


class SeriesHand:
    """The part of the hand that is for series."""

    def __init__(self, ground: Ground, calendar: Calendar, lock: threading.RLock) -> None:
        """Hold the calendar; the lock is the simulator's."""
        self._ground = ground
        self._calendar = calendar
        self._lock = lock
        self._how = How(calendar.owner, by_hand=True, conference=1, attachments=True)

    def agenda(self, start: When, end: When) -> list[Seen]:
        """What the person sees between two moments, every occurrence for itself; dates are of the calendar's zone."""
        with self._lock:
            return agenda.agenda(self._ground, self._calendar, start, end)

    # One instance.

    def instance(self, series_id: str, original: When) -> Json:
        """One instance in API form, cancelled or not; RefusedError if the series has none there."""
        with self._lock:
            return render(self._ground, self._calendar, self._instance(series_id, original), View())

    def edit_instance(self, series_id: str, original: When, **fields: Any) -> str:
        """Change these fields of one instance ("only this event"); returns its id."""
        with self._lock:
            event_id = self._instance(series_id, original).id
            return self._change(event_id, fields).id

    def move_instance(self, series_id: str, original: When, *, start: When, end: When) -> str:
        """Move one instance; returns its id, which is the one it had."""
        with self._lock:
            body = self._instance(series_id, original).body
            return self.edit_instance(series_id, original, **self._times(body, start, end))

    def cancel_instance(self, series_id: str, original: When, *, as_exdate: bool = False) -> None:
        """Delete one instance; `as_exdate` does it as some clients do, by a line of the series."""
        with self._lock:
            if not as_exdate:
                writing.remove(self._ground, self._calendar, self._instance(series_id, original).id, self._how)
                return
            self._instance(series_id, original)
            lines = self._calendar.get(series_id).body["recurrence"]
            key = series.key_of(agenda.read(original))
            line = f"EXDATE:{key}" if "T" in key else f"EXDATE;VALUE=DATE:{key}"
            self._change(series_id, {"recurrence": [*lines, line]})

    def restore_instance(self, series_id: str, original: When) -> None:
        """Take one instance back out of the bin."""
        self.edit_instance(series_id, original, status="confirmed")

    def import_lone_instance(self, original: When, **event: Any) -> str:
        """Be invited to one instance of a series that is elsewhere: an exception without its series; returns its id.

        `event` has iCalUID, organizer, attendees, start and end; the series would have the id an import gives it.
        """
        with self._lock:
            body = check("Event", event)
            key = series.key_of(agenda.read(original))
            zoned = stored(body.get("start"), "start", self._calendar.zone)
            there = {"date": str(agenda.read(original))}
            if "T" in key:
                there = {"dateTime": z(series.instant_of(key)), "timeZone": zoned.get("timeZone", "UTC")}
            master_id = ids.imported_id(body["iCalUID"])
            body |= {
                "id": series.instance_id(self._ground, self._calendar, master_id, key),
                "recurringEventId": master_id,
                "originalStartTime": there,
            }
            return writing.place(self._ground, self._calendar, body, self._how, key).id

    # The whole series.

    def change_rule(self, series_id: str, *lines: str) -> None:
        """Give a series other lines; a single event becomes one, and without lines a series becomes a single event."""
        with self._lock:
            self._change(series_id, {"recurrence": list(lines) or None})

    def move_series(self, series_id: str, *, start: When, end: When) -> None:
        """Move all of a series (or a single event): its first start and end, the zone as it was. Days make it all-day."""
        with self._lock:
            body = self._calendar.get(series_id).body
            self._change(series_id, self._times(body, start, end))

    def split(self, series_id: str, original: When, **changes: Any) -> str:
        """Change an instance "and following": the series ends before it, a new one begins there; returns the new id.

        The new series shares the iCalUID and has all else cloned; what was changed of single instances from there on is
        gone. ValueError for the first instance, with which the interface changes all events instead.
        """
        with self._lock:
            master = self._calendar.get(series_id)
            found = self._instance(series_id, original)
            key = series.key_of(agenda.read(original))
            first = next(series.originals(self._ground, master.body))
            if series.key_of(first) == key:
                raise ValueError("the first instance: change the series instead")
            before, after = _cut(self._ground, master, series.moment_of(key))
            at = found.body["originalStartTime"]
            template = {name: value for name, value in master.copy().items() if name not in ("sequence", "created")}
            untouched = series.untouched(self._ground, self._calendar, master, key).body
            template |= {"start": at, "end": untouched["end"], "recurrence": after}
            template |= {"id": f"{series_id.partition('_R')[0]}_R{key.rstrip('Z')}"}
            for name in ("start", "end"):
                if name in changes and not isinstance(changes[name], dict):
                    changes[name] = _when(changes[name], template, self._calendar.zone)
            self._change(series_id, {"recurrence": before})
            wanted = writing.merged(template, check("Event", changes))
            return writing.place(self._ground, self._calendar, wanted, self._how).id

    def _instance(self, series_id: str, original: When) -> Entry:
        key = series.key_of(agenda.read(original))
        found = series.at(self._ground, self._calendar, self._calendar.get(series_id), key)
        if not found:
            raise not_found()
        return found[0]

    def _times(self, body: Mapping[str, Any], start: When, end: When) -> Json:
        return {name: _when(when, body, self._calendar.zone) for name, when in (("start", start), ("end", end))}

    def _change(self, event_id: str, fields: Json) -> Entry:
        body = check("Event", fields)
        return writing.change(self._ground, self._calendar, event_id, body, self._how, whole=False)


def _when(when: When, body: Mapping[str, Any], zone: str) -> Json:
    """An end of an event as a patch has it: a day removes what was said of time, and the other way round."""
    there = agenda.read(when)
    if isinstance(there, datetime):
        return {"dateTime": there.isoformat(), "date": None, "timeZone": body["start"].get("timeZone", zone)}
    return {"date": there.isoformat(), "dateTime": None, "timeZone": None}


def _cut(ground: Ground, master: Entry, at: Moment) -> tuple[list[str], list[str]]:
    """A series' lines before and from an original start on: UNTIL for the former, what is left of COUNT for the latter."""
    last = at - timedelta(seconds=1) if isinstance(at, datetime) else at - timedelta(days=1)
    until = f"UNTIL={series.key_of(last)}"
    before, after = [], []
    for line in master.body["recurrence"]:
        name, colon, text = line.partition(":")
        if name.upper() != "RRULE":
            before.append(line)
            after.append(line)
            continue
        rule = parse_rule(text)
        parts = [part for part in text.split(";") if not part.upper().startswith(("COUNT=", "UNTIL="))]
        before.append(f"{name}{colon}{';'.join([*parts, until])}")
        if rule.count is not None:
            bare = {**master.body, "recurrence": [line]}
            gone = sum(1 for _ in series.originals(ground, bare, _own(at, master)))
            parts.append(f"COUNT={max(rule.count - gone, 1)}")
        elif rule.until is not None:
            parts.append(next(part for part in text.split(";") if part.upper().startswith("UNTIL=")))
        after.append(f"{name}{colon}{';'.join(parts)}")
    return _dates(before, master, at, later=False), _dates(after, master, at, later=True)


def _own(at: Moment, master: Entry) -> Moment:
    start = series.start_of(master.body)
    return at.astimezone(start.tzinfo) if isinstance(at, datetime) and isinstance(start, datetime) else at


def _dates(lines: list[str], master: Entry, at: Moment, *, later: bool) -> list[str]:
    """The lines without the dates, in and out, that are on the other side of the cut."""
    kept = []
    for line in lines:
        head, colon, text = line.partition(":")
        if not re.match(r"(?i)RDATE|EXDATE", head):
            kept.append(line)
            continue
        words = [
            word
            for word in text.split(",")
            for said in [parse_lines([f"{head}:{word}"], series.start_of(master.body))]
            if (_order((*said.rdates, *said.exdates)[0]) >= _order(at)) == later
        ]
        if words:
            kept.append(f"{head}{colon}{','.join(words)}")
    return kept


def _order(moment: Moment) -> date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment
