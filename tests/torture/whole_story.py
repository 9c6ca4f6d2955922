"""A story played whole, over both simulators: what people do, act by act, and what both calendars show afterwards.

    for act in story.acts:
        act.people(stage)
        stage.settle()
        assert (exchange_lines(stage), google_lines(stage)) == (act.exchange, act.google)

The last act edits everything on both sides, since a link that was mended wrongly shows only then. The calendars are
written out by hand, a line an event: its title, when it is in UTC (or its days, the last one not counted), its place.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from scenarios.stage import Row, Stage, at, days, span

Lines = list[str]

MIDNIGHT = timedelta(hours=1)
"""Berlin's midnight comes an hour before that of UTC, in November."""


@dataclass(frozen=True)
class Act:
    """What people do, and what both sides show once that has arrived."""

    people: Callable[[Stage], object]
    exchange: Lines
    google: Lines


@dataclass(frozen=True)
class Story:
    """Acts on one pair; `pair` holds the fields of its document beside the usual ones; `first`: the act to begin failing in."""

    acts: tuple[Act, ...]
    pair: Mapping[str, Any] = field(default_factory=dict)
    first: int = 0

    def exchange(self, stage: Stage) -> Lines:
        """What of the mailbox is compared."""
        return exchange_lines(stage)

    def google(self, stage: Stage) -> Lines:
        """What of the Google calendar is compared."""
        return google_lines(stage)


def exchange_lines(stage: Stage) -> Lines:
    """What the mailbox shows."""
    return sorted(map(_line, stage.exchange_rows()))


def google_lines(stage: Stage) -> Lines:
    """What the Google calendar shows."""
    return sorted(map(_line, stage.google_rows()))


def _line(row: Row) -> str:
    place = f", {row.place}" if row.place else ""
    return f"{row.title}: {_when(row.start, row.end)}{place}"


def _when(start: str, end: str) -> str:
    if "T" not in start:
        return f"{start[8:]}..{end[8:]}"
    return (
        f"{datetime.fromisoformat(start).astimezone(UTC):%d %H:%M}-{datetime.fromisoformat(end).astimezone(UTC):%H:%M}"
    )


# --- hands


def ours(stage: Stage, title: str, **fields: Any) -> None:
    """Edit the item of that title in Outlook."""
    stage.ana.update(stage.item(title).id, **fields)


def theirs(stage: Stage, title: str, **fields: Any) -> None:
    """Edit the event of that title in Google Calendar."""
    stage.calendar.update(stage.event(title)["id"], **fields)


def whole_days(first: int, after: int) -> dict[str, Any]:
    """From the first day to the one after the last, as Outlook keeps them."""
    return {"start": at(first, 0) - MIDNIGHT, "end": at(after, 0) - MIDNIGHT, "all_day": True}


def hours(day: int, hour: int) -> dict[str, Any]:
    """An hour in Outlook, whatever the item was before."""
    return {"start": at(day, hour), "end": at(day, hour + 1), "all_day": False}


def web_hours(day: int, hour: int) -> dict[str, Any]:
    """An hour in Google Calendar, whatever the event was before."""
    told = span(at(day, hour), at(day, hour + 1))
    return {name: {**value, "date": None} for name, value in told.items()}


def web_days(first: int, after: int) -> dict[str, Any]:
    """Whole days in Google Calendar, whatever the event was before."""
    told = days(f"2026-11-{first:02}", f"2026-11-{after:02}")
    return {name: {**value, "dateTime": None, "timeZone": None} for name, value in told.items()}
