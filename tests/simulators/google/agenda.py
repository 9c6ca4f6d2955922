"""What a person sees when they look at their calendar: every occurrence, each for itself.

hand.agenda("2026-11-02", "2026-11-09")
[Seen("Lunch", datetime(2026, 11, 3, 11, tzinfo=UTC), datetime(2026, 11, 3, 12, tzinfo=UTC), original=...), ...]
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from simulators.google import expansion, series
from simulators.google.store import Calendar, Entry, Ground
from simulators.google.times import zone
from simulators.rules import Moment


@dataclass(frozen=True)
class Seen:
    """One occurrence: UTC instants, or dates for all-day ones; `original` is None for what is of no series."""

    title: str
    start: Moment
    end: Moment
    original: Moment | None = None


def agenda(ground: Ground, calendar: Calendar, start: Moment | str, end: Moment | str) -> list[Seen]:
    """What lies between two moments, be it in part, by start, title and original start; dates are of the calendar's zone."""
    window = (_edge(calendar, start), _edge(calendar, end))
    found = [
        _seen(entry)
        for entry in expansion.within(ground, calendar, window)
        if not calendar.dead(entry) and series.reaches(calendar, entry, window)
    ]
    return sorted(found, key=lambda seen: (str(seen.start), seen.title, str(seen.original)))


def read(text: Moment | str) -> Moment:
    """A date, or a time with its offset, as a test writes it: `2026-11-05`, `2026-11-05T09:00:00+01:00`."""
    if not isinstance(text, str):
        return text
    if len(text) == 10:
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r}: write an offset or Z")
    return moment


def _edge(calendar: Calendar, moment: Moment | str) -> datetime:
    there = read(moment)
    if not isinstance(there, datetime):
        there = datetime.combine(there, time(), zone(calendar.zone))
    return there.astimezone(UTC)


def _seen(entry: Entry) -> Seen:
    start = series.start_of(entry.body)
    end = start + series.length_of(entry.body)
    if isinstance(start, datetime):
        start = start.astimezone(UTC)
        end = start + series.length_of(entry.body)
    original = entry.body.get("originalStartTime")
    if original is None:
        return Seen(entry.body.get("summary", ""), start, end)
    first = series.start_of({"start": original})
    return Seen(
        entry.body.get("summary", ""), start, end, first.astimezone(UTC) if isinstance(first, datetime) else first
    )
