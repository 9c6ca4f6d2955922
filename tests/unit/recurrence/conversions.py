"""Conversions as the tests of the ladder speak of them: a morning in Berlin, and the days that came out."""

import heapq
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from calpair.model.when import Timed, When
from calpair.recurrence import text
from calpair.recurrence.ladder import Conversion, Part, convert
from calpair.recurrence.pattern import (
    Pattern,
    dates,
)

BERLIN = ZoneInfo("Europe/Berlin")


def at_nine(day: str, hours: float = 1) -> Timed:
    start = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=BERLIN).replace(hour=9)
    return Timed(start, start + timedelta(hours=hours), "Europe/Berlin")


def converted(lines: str, when: When, **more: datetime) -> Conversion:
    return convert(when, text.parse(lines.split(), when), **more)


def days(part: Part) -> Iterator[date]:
    """Give the days a part has occurrences on, in the series' zone."""
    first = part.when.start.astimezone(BERLIN).date() if isinstance(part.when, Timed) else part.when.start
    gone = {each.astimezone(BERLIN).date() if isinstance(each, datetime) else each for each in part.cancelled}
    return (day for day in (dates(part.series) if part.series else [first]) if day not in gone)


def shown(conversion: Conversion, most: int) -> str:
    found = islice(heapq.merge(*(days(part) for part in conversion.parts)), most)
    return " ".join(str(day) for day in found)


def patterns(conversion: Conversion) -> list[Pattern | None]:
    return [part.series.pattern if part.series else None for part in conversion.parts]
