"""What a person at the page may do to the calendars, and how long it takes to arrive.

    desk = Desk(pairs, time.monotonic)
    desk.act({"pair": "ana", "side": "exchange", "do": "add", "title": "Tea", "start": "2026-11-23T15:00", ...})
    desk.look()                 # asks the servers; notes what arrived
    desk.state()                # what the page shows, as JSON

Times are wall-clock times of the demo's zone (`2026-11-23T15:00`), or days (`2026-11-23`) for all-day events, whose
`end` here is their last day, as people say it.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from demo.company import ONE_WAY, Ground
from demo.events import ZONE, Event, Moment, Plan
from demo.reader import EXCHANGE, GOOGLE, Sides
from demo.views import Seen

_LONGEST = 200
_NOTES = 12
_DAY = timedelta(days=1)
_SIDES = {"exchange": EXCHANGE, "google": GOOGLE}


class ActError(Exception):
    """An edit that is none; the text says what to write instead."""


@dataclass(slots=True)
class Note:
    """An edit on its way: what it was, and once `done` says so, how long that took."""

    text: str
    verb: str
    begun: float
    done: Callable[[Sides], bool]
    pair: str
    took: float | None = None


class Desk:
    """The calendars as last seen, and the edits on their way. Threads may share it."""

    def __init__(self, pairs: Mapping[str, Ground], now: Callable[[], float]) -> None:
        self.taking = False
        self.trouble = ""
        self._pairs = pairs
        self._now = now
        self._seen: dict[str, Sides] = {}
        self._notes: list[Note] = []
        self._lock = threading.Lock()

    @property
    def waiting(self) -> bool:
        """Whether an edit is still on its way."""
        with self._lock:
            return any(note.took is None for note in self._notes)

    def look(self) -> None:
        """Ask both servers of every pair."""
        for name, pair in self._pairs.items():
            sides = pair.reader.look()
            with self._lock:
                self._seen[name] = sides
                for note in self._notes:
                    if note.took is None and note.pair == name and note.done(sides):
                        note.took = self._now() - note.begun
        self.trouble = ""

    def state(self) -> dict[str, Any]:
        """Everything the page shows."""
        with self._lock:
            return {
                "taking": self.taking,
                "trouble": self.trouble,
                "zone": ZONE,
                "pairs": [_pair(self._pairs[name], sides) for name, sides in self._seen.items()],
                "notes": [
                    {"text": note.text, "verb": note.verb, "took": None if note.took is None else round(note.took, 1)}
                    for note in reversed(self._notes)
                ],
            }

    def act(self, sent: Any) -> None:
        """Do what the page asks. ActError: it asks for something else than an edit."""
        if not isinstance(sent, dict) or not all(isinstance(value, str) for value in sent.values()):
            raise ActError("an edit is an object of texts")
        if not self.taking:
            raise ActError("the story is still being played; the calendars are yours when it is over")
        pair, side = self._pairs.get(sent.get("pair", "")), sent.get("side", "")
        if pair is None or side not in _SIDES:
            raise ActError("an edit names a pair and a side")
        hand = pair.exchange if side == "exchange" else pair.google
        begun = self._now()
        match sent.get("do"):
            case "add":
                event = _event(sent, Event("", date.min, date.min))
                hand.create([Plan(event)])
                self._note(pair, side, begun, None, event)
            case "edit":
                seen = self._one(pair, side, sent)
                event = _event(sent, seen.event)
                hand.edit(seen.id, title=event.title, place=event.place, times=(event.start, event.end))
                self._note(pair, side, begun, seen.event, event)
            case "delete":
                seen = self._one(pair, side, sent)
                hand.delete([seen.id])
                self._note(pair, side, begun, seen.event, None)
            case _:
                raise ActError("an edit is one of add, edit and delete")

    def _one(self, pair: Ground, side: str, sent: Mapping[str, str]) -> Seen:
        sides = pair.reader.look()
        found = (sides.exchange if side == "exchange" else sides.google).get(sent.get("id", ""))
        if found is None:
            raise ActError("that event is gone")
        return found

    def _note(self, pair: Ground, side: str, begun: float, before: Event | None, after: Event | None) -> None:
        """Watch for an edit's arrival on the other side; in a one-way pair, for its being put back on Google."""
        here, there = _SIDES[side], EXCHANGE if side == "google" else GOOGLE
        title = (after or before or Event("", date.min, date.min)).title
        did = "added" if before is None else "deleted" if after is None else "edited"
        text, verb = f"{title}: {did} on {here}", f"arrived on {there}"
        done = _arrived(before, after, there)
        if pair.direction == ONE_WAY and side == "google":
            if before is None or before in pair.own:
                text, verb, done = f"{text}; a one-way pair leaves Google's own alone", "done", lambda _: True
            else:
                verb, done = "put back", _arrived(after, before, GOOGLE)
        with self._lock:
            self._notes = [*self._notes[1 - _NOTES :], Note(text, verb, begun, done, pair.name)]


def _arrived(before: Event | None, after: Event | None, side: str) -> Callable[[Sides], bool]:
    def done(sides: Sides) -> bool:
        events = sides.events(side)
        return (after is None or after in events) and (before is None or before == after or before not in events)

    return done


def _event(sent: Mapping[str, str], before: Event) -> Event:
    """The event an edit asks for; what the page has no field for stays."""
    title, place = sent.get("title", "").strip(), sent.get("place", "").strip()
    if not title or max(len(title), len(place)) > _LONGEST:
        raise ActError(f"an event has a title; title and place have at most {_LONGEST} letters")
    start, end = _moment(sent.get("start", "")), _moment(sent.get("end", ""))
    whole = not isinstance(start, datetime)
    if isinstance(end, datetime) == whole:
        raise ActError("start and end are both days or both times")
    if before.title and before.all_day != whole:
        raise ActError("an all-day event stays one here; add another")
    if whole:
        end += _DAY
    if end <= start:
        raise ActError("an event ends after it starts")
    return replace(before, title=title, place=place, start=start, end=end)


def _moment(text: str) -> Moment:
    try:
        if "T" not in text:
            return date.fromisoformat(text)
        return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ActError("a time is written 2026-11-23T15:00, a day 2026-11-23") from None


def _pair(pair: Ground, sides: Sides) -> dict[str, Any]:
    shown = {name: sorted(map(_shown, held.values()), key=_order) for name, held in _held(sides).items()}
    return {"name": pair.name, "direction": pair.direction, **shown}


def _held(sides: Sides) -> dict[str, Mapping[str, Seen]]:
    return {"exchange": sides.exchange, "google": sides.google}


def _order(event: Mapping[str, Any]) -> tuple[str, str]:
    return event["start"], event["title"]


def _shown(seen: Seen) -> dict[str, Any]:
    event = seen.event
    return {
        "id": seen.id,
        "title": event.title,
        "start": _wall(event.start),
        "end": _wall(event.end) if not event.all_day else (event.end - _DAY).isoformat(),
        "place": event.place,
        "busy": event.busy,
        "private": event.private,
        "text": event.text,
    }


def _wall(moment: Moment) -> str:
    if isinstance(moment, datetime):
        return moment.astimezone(ZoneInfo(ZONE)).strftime("%Y-%m-%dT%H:%M")
    return moment.isoformat()
