"""How far an event reaches: when it is over, and how near it is. Pure."""

from datetime import UTC, datetime, timedelta

from calpair.model.event import Event
from calpair.model.when import When, ended_by
from calpair.recurrence import expand, series


def over(event: Event) -> datetime | None:
    """Give the instant by which all of it is over, the world around; None where it never is."""
    if event.repeats is None:
        return ended_by(event.when)
    found = expand.generated(event.when, event.repeats)
    if found.last is None and found.originals:
        return None
    last = found.last if found.last is not None else event.when.start
    moved = [override.when for override in event.overrides.values() if override]
    return max(map(ended_by, [series.at(event.when, last), *moved]))


def nearness(event: Event, now: datetime) -> timedelta:
    """Tell how far from now it is; a series that has begun and is not over is near."""
    start = _start(event.when)
    if event.repeats is None or start > now:
        return abs(start - now)
    end = over(event)
    return max(now - end, timedelta(0)) if end else timedelta(0)


def _start(when: When) -> datetime:
    day = when.start
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day, tzinfo=UTC)
