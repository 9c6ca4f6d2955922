"""How an event of the random walks looks, and how a person writes that in Outlook and in Google Calendar.

    face = Face("event 1", ("hour", 3, 10))                  # 3 June 2027, 10 to 11 o'clock UTC
    stage.outlook(face.title, **outlook(face.when))
    assert bare(stage.exchange_rows()[0]) == row(face)

Days are those of Berlin, where both calendars are at home.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from scenarios.agenda import Row
from scenarios.stage import span

BERLIN = ZoneInfo("Europe/Berlin")

When = tuple[str, int, int]
"""`hour`, day and hour of an hour in June 2027; or `days`, first day and how many."""


@dataclass(frozen=True)
class Face:
    """An event as a person sees it."""

    title: str
    when: When
    place: str = ""


def _ends(when: When) -> tuple[datetime, datetime]:
    kind, day, number = when
    if kind == "hour":
        start = datetime(2027, 6, day, number, tzinfo=UTC)
        return start, start + timedelta(hours=1)
    return datetime(2027, 6, day, tzinfo=BERLIN), datetime(2027, 6, day + number, tzinfo=BERLIN)


def outlook(when: When) -> dict[str, Any]:
    """The times as Outlook keeps them."""
    start, end = _ends(when)
    return {"start": start, "end": end, "all_day": when[0] == "days"}


def web(when: When) -> dict[str, Any]:
    """The times as the Calendar API writes them, whatever the event was before."""
    start, end = _ends(when)
    if when[0] == "hour":
        return {name: {**value, "date": None} for name, value in span(start, end).items()}
    return {
        name: {"date": each.date().isoformat(), "dateTime": None, "timeZone": None}
        for name, each in (("start", start), ("end", end))
    }


def row(face: Face) -> Row:
    """The face as what is read from either side."""
    start, end = _ends(face.when)
    if face.when[0] == "days":
        return Row(face.title, start.date().isoformat(), end.date().isoformat(), face.place)
    return Row(face.title, start.isoformat(), end.isoformat(), face.place)


def bare(row: Row) -> Row:
    """What of a row the walks look at."""
    return Row(row.title, row.start, row.end, row.place)
