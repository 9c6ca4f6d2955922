"""What the expander's tests share: a short way to write days down by hand, and to take the first of an endless series."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from simulators.expand import OddStart, occurrences
from simulators.rules import Moment

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def days(text: str) -> list[date]:
    """Read `1997 Sep 2-4,6 Oct 1 1998 Jan 6`."""
    return list(_days(text))


def _days(text: str) -> Iterator[date]:
    year, month = 0, 0
    for word in text.split():
        if re.fullmatch(r"\d{4}", word):
            year = int(word)
        elif word in MONTHS:
            month = MONTHS.index(word) + 1
        else:
            for part in word.split(","):
                first, _, last = part.partition("-")
                yield from (date(year, month, number) for number in range(int(first), int(last or first) + 1))


def first(count: int, start: Moment, *lines: str, odd_start: OddStart = "dropped") -> list[Moment]:
    """The first starts of a series."""
    return list(islice(occurrences(start, lines, odd_start=odd_start), count))


def walls(moments: Sequence[Moment]) -> list[str]:
    """Moments as their clocks tell them, with the offset: `2026-03-29 03:30+0200`."""
    return [f"{moment:%Y-%m-%d %H:%M%z}" for moment in moments]


def at(text: str, zone: str = "America/New_York") -> datetime:
    """Read `1997-09-02 09:00` in a zone."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))
