"""Which occurrences of a series cannot be where they are said to be, because others are there or in between. Pure.

Exchange keeps the occurrences of a series in their order, no two on one day, and none into the next one: moving one to
or past another's day is ErrorOccurrenceCrossingBoundary. A deleted occurrence is in nobody's way.
Source: MS-OXOCAL 2.2.1.44; ResponseCode (EWS).
"""

from collections.abc import Iterator
from datetime import UTC, date

from calpair.exchange.likeness import together
from calpair.model.event import Event
from calpair.model.rule import Original
from calpair.model.when import Timed, When
from calpair.recurrence import clock, expand
from calpair.recurrence.series import at


def crosses(event: Event, original: Original) -> bool:
    """Tell whether an override of a series is moved to where Exchange would not have it."""
    return original in crossings(event)


def crossings(event: Event) -> frozenset[Original]:
    """Give every override of a series that is moved to where Exchange would not have it."""
    moved = {
        original
        for original, said in event.overrides.items()
        if said is not None and not together(said.when, at(event.when, original))
    }
    return frozenset(_crossing(event, moved)) if moved else frozenset()


def _crossing(event: Event, moved: set[Original]) -> Iterator[Original]:
    zone = event.when.zone if isinstance(event.when, Timed) else ""
    before: When | None = None
    waiting: Original | None = None
    here: When | None = None
    for original, there in _living(event, max(moved)):
        if waiting is not None and here is not None and _crowded(before, here, there, zone):
            yield waiting
        before, here, waiting = here, there, original if original in moved else None
    if waiting is not None and here is not None and _crowded(before, here, None, zone):
        yield waiting


def _living(event: Event, last: Original) -> Iterator[tuple[Original, When]]:
    """Give where the occurrences are, in their order, up to the one after `last`."""
    if event.repeats is None:
        return
    for original in expand.originals(event.when, event.repeats):
        said = event.overrides.get(original)
        if said is None and original in event.overrides:
            continue
        yield original, at(event.when, original) if said is None else said.when
        if original > last:
            return


def _crowded(before: When | None, here: When, after: When | None, zone: str) -> bool:
    return (before is not None and not _passes(before, here, zone)) or (
        after is not None and not _passes(here, after, zone)
    )


def _passes(one: When, next_one: When, zone: str) -> bool:
    """Tell whether one is over before the other's begin, and the other on a later day."""
    if isinstance(one, Timed) and isinstance(next_one, Timed) and one.end > next_one.start:
        return False
    return day_of(one, zone) < day_of(next_one, zone)


def day_of(when: When, zone: str) -> date:
    """Give the day on which something begins, in that zone."""
    if not isinstance(when, Timed):
        return when.start
    try:
        return when.start.astimezone(clock.named(zone) or UTC).date()
    except OverflowError:
        # At the ends of time a zone has no days.
        return when.start.date()
