"""A series and its occurrences: what each of them says, by its original start. Pure.

event = series.occurrence(master, original)       # as the series generates it
event = series.effective(master, original)        # as it is: overridden, or None where it was cancelled
"""

from dataclasses import replace
from datetime import UTC, datetime

from calpair.model.event import Event
from calpair.model.rule import Original
from calpair.model.when import AllDay, Timed, When


def first(when: When) -> Original:
    """Give the original start of a series' first occurrence, or of a single event."""
    return when.start


def at(when: When, original: Original) -> When:
    """Give when an occurrence of a series that is at `when` takes place, if nobody moved it: as long as all the others.

    An original start of the other kind (a series that was made all-day keeps old overrides for a while) is read as
    midnight UTC, or as its day there.
    """
    if isinstance(when, AllDay):
        day = original.date() if isinstance(original, datetime) else original
        return AllDay(day, day + (when.end - when.start))
    start = original if isinstance(original, datetime) else datetime(*original.timetuple()[:3], tzinfo=UTC)
    return Timed(start, start + (when.end - when.start), when.zone)


def occurrence(event: Event, original: Original) -> Event:
    """Give an occurrence as the series generates it."""
    return replace(event, when=at(event.when, original), repeats=None, overrides={})


def effective(event: Event, original: Original) -> Event | None:
    """Give an occurrence as it is; None where it was cancelled."""
    return event.overrides[original] if original in event.overrides else occurrence(event, original)
