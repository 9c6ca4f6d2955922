"""What a person would see on each side, in the same words, read from the simulators and nowhere else.

    rows = exchange_rows(ana.items())     # and google_rows(calendar.events()): equal when the sides are in step

Text is what remains of HTML when its elements are taken out; instants are UTC, days are dates.
"""

import html
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulators.exchange.items import Item

ZONES = {
    "UTC": "UTC",
    "W. Europe Standard Time": "Europe/Berlin",
    "Tokyo Standard Time": "Asia/Tokyo",
    "Eastern Standard Time": "America/New_York",
    "New Zealand Standard Time": "Pacific/Auckland",
    "Hawaiian Standard Time": "Pacific/Honolulu",
    "Samoa Standard Time": "Pacific/Apia",
    "India Standard Time": "Asia/Kolkata",
}
"""The Windows zones these tests use, by hand."""


@dataclass(frozen=True, slots=True, order=True)
class Row:
    """One event as a person reads it; `free` and `private` as others see it."""

    title: str
    start: str
    end: str
    place: str = ""
    text: str = ""
    free: bool = False
    private: bool = False


def exchange_rows(items: Iterable[Item]) -> list[Row]:
    """The rows of a mailbox's calendar, sorted."""
    return sorted(_exchange(item) for item in items)


def google_rows(events: Iterable[Mapping[str, Any]]) -> list[Row]:
    """The rows of a Google calendar, sorted."""
    return sorted(_google(event) for event in events)


def text_of(markup: str) -> str:
    """The words of a body."""
    bare = re.sub(r"(?is)<(script|style|head)\b.*?</\1\s*>", " ", markup)
    return " ".join(html.unescape(re.sub(r"<[^<>]+>", " ", bare)).split())


def _exchange(item: Item) -> Row:
    start, end = (_day(item.start, item.start_zone), _day(item.end, item.end_zone)) if item.all_day else _span(item)
    return Row(
        title=item.subject,
        start=start,
        end=end,
        place=item.location,
        text=text_of(item.body) if item.body_type == "HTML" else " ".join(item.body.split()),
        free=item.show_as == "Free",
        private=item.sensitivity != "Normal",
    )


def _span(item: Item) -> tuple[str, str]:
    # An Exchange item may last no time at all, a Google event may not: the copy lasts a minute.
    end = max(item.end, item.start + timedelta(minutes=1))
    return item.start.isoformat(), end.isoformat()


def _day(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(ZONES[zone])).date().isoformat()


def _google(event: Mapping[str, Any]) -> Row:
    return Row(
        title=event.get("summary", ""),
        start=_moment(event["start"]),
        end=_moment(event["end"]),
        place=event.get("location", ""),
        text=text_of(event.get("description", "")),
        free=event.get("transparency") == "transparent",
        private=event.get("visibility", "default") in ("private", "confidential"),
    )


def _moment(told: Mapping[str, str]) -> str:
    if "date" in told:
        return date.fromisoformat(told["date"]).isoformat()
    return datetime.fromisoformat(told["dateTime"]).astimezone(UTC).isoformat()
