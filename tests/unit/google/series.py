"""Stand-ups on Mondays at nine in Berlin, sixty of them, as the adapter makes them on a simulated Google."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calpair.model.event import Event, Field, Item
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import Timed
from calpair.ports import Draft, Edit, Written
from unit.google.ground import World, draft, item_of, written

BERLIN = "Europe/Berlin"
_FIRST = datetime(2026, 10, 12, 9, tzinfo=ZoneInfo(BERLIN))
MONDAYS = [(_FIRST + timedelta(weeks=week)).astimezone(UTC) for week in range(60)]
"""Their original starts, by hand: the wall clock stays, the instant moves with the season."""

HOUR = timedelta(hours=1)
RULE = Recurrence((Rule(Frequency.WEEKLY, count=60, by_day=(Day(0),)),))
STAND_UP = Event("Stand-up", Timed(MONDAYS[0], MONDAYS[0] + HOUR, BERLIN), place="Room 1", repeats=RULE)
BODY: Mapping[str, Any] = {
    "summary": "Stand-up",
    "location": "Room 1",
    "start": {"dateTime": "2026-10-12T09:00:00+02:00", "timeZone": BERLIN},
    "end": {"dateTime": "2026-10-12T10:00:00+02:00", "timeZone": BERLIN},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=60;BYDAY=MO"],
    "reminders": {"useDefault": False},
}
"""As a person makes it."""


def at(number: int, *, hours: int = 0, **changes: Any) -> Event:
    """One of them, moved by some hours."""
    start = MONDAYS[number] + hours * HOUR
    when = Timed(start, start + HOUR, BERLIN)
    return replace(STAND_UP, **{"when": when, "repeats": None, **changes})


def drafted(overrides: Mapping[Original, Event | None], number: int = 1) -> Draft:
    return replace(draft(number), event=replace(STAND_UP, overrides=overrides))


def made(here: World, overrides: Mapping[Original, Event | None] | None = None, number: int = 1) -> Item:
    """The series as the adapter made it; the requests for it are not counted."""
    (answer,) = here.calendar.create([drafted(overrides or {}, number)])
    assert written(answer).refused == {}
    here.requests()
    return item_of(answer)


def read(here: World, item: Item) -> Item:
    """The series as it is; the requests for it are not counted."""
    found = item_of(here.calendar.read([item.id])[item.id])
    here.requests()
    return found


def edited(
    here: World, item: Item, event: Event, *fields: Field, overrides: tuple[Original, ...] = (), **more: Any
) -> Written:
    """What came of bringing the series to that event."""
    edit = Edit(item, event, frozenset(fields), overrides=frozenset(overrides), **more)
    (answer,) = here.calendar.update([edit])
    return written(answer)
