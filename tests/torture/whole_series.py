"""What stories of series have in common: hands for both sides, and the calendars as agendas, every occurrence a line.

    weekly(stage, "call", 3, 8)                 # in Outlook: five Tuesdays from 3 November, at 8 o'clock UTC
    web_weekly(stage, "web", 4, 10)             # in Google Calendar: five Wednesdays from the 4th, at 10
    each("call", "11-03 11-10", "08:00-09:00")  # what an agenda shows of two of them, written by hand

All is between November 2026 and January 2027, when Berlin is an hour ahead of UTC; instants are written in UTC.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from scenarios.stage import BERLIN, Stage, at, span
from simulators.exchange.pattern import WEEK, Pattern
from torture.whole_story import Act, Lines, Story

FROM, TO = datetime(2026, 10, 1, tzinfo=UTC), datetime(2027, 2, 1, tzinfo=UTC)
"""What is looked at."""


@dataclass(frozen=True)
class SeriesStory(Story):
    """A story whose calendars are read as agendas."""

    def exchange(self, stage: Stage) -> Lines:
        """Every occurrence that Outlook shows."""
        return sorted(map(_line, stage.ana.agenda(FROM, TO)))

    def google(self, stage: Stage) -> Lines:
        """Every instance that Google Calendar shows."""
        return sorted(map(_line, stage.calendar.agenda(FROM, TO)))


def _line(seen: Any) -> str:
    """An entry of either agenda."""
    if isinstance(seen.start, datetime):
        return f"{seen.title}: {seen.start:%m-%d %H:%M}-{seen.end:%H:%M}"
    return f"{seen.title}: {seen.start:%m-%d}..{seen.end:%m-%d}"


def each(title: str, days: str, hours: str) -> Lines:
    """The lines of occurrences that differ in nothing but their day."""
    return [f"{title}: {day} {hours}" for day in days.split()]


def act(people: Callable[[Stage], object], *shown: str | Sequence[str]) -> Act:
    """An act after which both sides show the same."""
    lines = sorted(line for one in shown for line in ([one] if isinstance(one, str) else one))
    return Act(people, lines, lines)


# --- hands


def tuesdays(day: int, number: int | None = 5, kind: str = "Weekly", **fields: Any) -> Pattern:
    """A pattern that begins on a day of November, weekly on that weekday unless told otherwise."""
    start = date(2026, 11, day)
    days = (WEEK[start.weekday()],) if kind == "Weekly" else ()
    return Pattern(kind, start, days=days, number=number, **fields)


def weekly(stage: Stage, title: str, day: int, hour: int, number: int | None = 5, **fields: Any) -> str:
    """A weekly series in Outlook; the hour is of UTC, its clock Berlin's."""
    return repeated(stage, title, tuesdays(day, number), hour, **fields)


def repeated(stage: Stage, title: str, pattern: Pattern, hour: int, **fields: Any) -> str:
    """A series in Outlook of that pattern."""
    return stage.ana.create_series(pattern, time(hour + 1), zone=BERLIN, subject=title, **fields)


def web_weekly(stage: Stage, title: str, day: int, hour: int, rule: str = "FREQ=WEEKLY;COUNT=5", **fields: Any) -> str:
    """A series in Google Calendar of that rule."""
    lines = [f"RRULE:{rule}"]
    return stage.web(title, **span(at(day, hour), at(day, hour + 1)), recurrence=lines, **fields)


def on(day: int, hour: int) -> str:
    """An original start, as the hand on Google Calendar takes it."""
    return at(day, hour).isoformat()


def part(stage: Stage, title: str, start: datetime) -> str:
    """The id of one of several items of that title in Outlook: the one that begins then."""
    (found,) = (item.id for item in stage.ana.items() if item.subject == title and item.start == start)
    return str(found)


def item(stage: Stage, title: str) -> str:
    """The id of the one item of that title in Outlook, a series or not."""
    return str(stage.item(title).id)


def series(stage: Stage, title: str) -> str:
    """The id of the one event of that title in Google Calendar that is no exception of a series."""
    (found,) = (
        event["id"]
        for event in stage.calendar.events()
        if event.get("summary") == title and "recurringEventId" not in event
    )
    return str(found)


def occurrence(stage: Stage, title: str, day: int, hour: int, **fields: Any) -> None:
    """Edit one occurrence in Outlook, named by its original start."""
    stage.ana.edit_occurrence(item(stage, title), at(day, hour), **fields)


def moved(stage: Stage, title: str, day: int, hour: int, to: datetime) -> None:
    """Move one occurrence in Outlook."""
    stage.ana.move_occurrence(item(stage, title), at(day, hour), to)


def cancelled(stage: Stage, title: str, day: int, hour: int) -> None:
    """Cancel one occurrence in Outlook."""
    stage.ana.cancel_occurrence(item(stage, title), at(day, hour))


def instance(stage: Stage, title: str, day: int, hour: int, **fields: Any) -> None:
    """Edit one instance in Google Calendar, named by its original start."""
    stage.calendar.edit_instance(series(stage, title), on(day, hour), **fields)


def web_moved(stage: Stage, title: str, day: int, hour: int, to: datetime) -> None:
    """Move one instance in Google Calendar."""
    stage.calendar.move_instance(series(stage, title), on(day, hour), start=to, end=to + timedelta(hours=1))


def web_cancelled(stage: Stage, title: str, day: int, hour: int) -> None:
    """Cancel one instance in Google Calendar."""
    stage.calendar.cancel_instance(series(stage, title), on(day, hour))


def retitled(stage: Stage, title: str, to: str) -> None:
    """Give an item or a series in Outlook another title."""
    stage.ana.update(item(stage, title), subject=to)


def web_retitled(stage: Stage, title: str, to: str) -> None:
    """Give an event or a series in Google Calendar another title."""
    stage.calendar.update(series(stage, title), summary=to)
