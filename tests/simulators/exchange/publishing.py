"""Free/busy messages as others write them: Outlook, which replaces the whole message, and older tools with other habits.

    properties(busy=[(start, end)], first=datetime(2026, 11, 1, tzinfo=UTC), months=3, written=now)

`style` is where a time that goes on in the next month ends: `month_length`, or `last_minute`; with `every_month` all months
of the range are listed for each status, those without a time with an empty value, as messages of real servers have them.
Source: MS-OXOPFFB 2.2.1.2; googlearchive's FreeBusyConverter.cs for the habits; "Outlook publishes" (technet aa997491).
"""

import base64
import struct
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from simulators.exchange.items import PropertyKey
from simulators.exchange.published import (
    COUNT,
    EMAIL,
    END,
    PAIRS,
    RESOURCE,
    START,
    WRITTEN,
    Span,
    first_of,
    joined,
    minutes_of,
    month_of,
    next_month,
)
from simulators.exchange.times import utc_text

STYLES = ("month_length", "last_minute")
Properties = Mapping[PropertyKey, tuple[str, ...]]
_MINUTE = timedelta(minutes=1)


def values(spans: Iterable[Span], style: str = "month_length") -> dict[int, bytes]:
    """Each month that times touch, with its value."""
    found: dict[int, bytes] = {}
    for start, end in joined(spans):
        while start < end:
            first = first_of(month_of(start))
            beyond = next_month(first)
            until = beyond - _MINUTE if style == "last_minute" and end >= beyond else min(end, beyond)
            block = struct.pack("<HH", (start - first) // _MINUTE, (until - first) // _MINUTE)
            found[month_of(first)] = found.get(month_of(first), b"") + block
            start = beyond  # noqa: PLW2901 - the rest of the time, month by month
    return found


def properties(
    *,
    busy: Iterable[Span] = (),
    tentative: Iterable[Span] = (),
    away: Iterable[Span] = (),
    first: datetime,
    months: int,
    written: datetime,
    email: str = "",
    style: str = "month_length",
    every_month: bool = False,
) -> Properties:
    """All properties of a message about so many months from the one `first` is in."""
    if style not in STYLES:
        raise ValueError(f"style {style!r} is none of {', '.join(STYLES)}")
    start = end = first_of(month_of(first))
    listed = []
    for _ in range(months):
        listed.append(month_of(end))
        end = next_month(end)
    told = {"busy": tuple(busy), "tentative": tuple(tentative), "away": tuple(away)}
    told["merged"] = (*told["busy"], *told["away"])
    made: dict[PropertyKey, tuple[str, ...]] = {
        PropertyKey(tag=START, type="Integer"): (str(minutes_of(start)),),
        PropertyKey(tag=END, type="Integer"): (str(minutes_of(end)),),
        PropertyKey(tag=COUNT, type="Integer"): (str(months),),
        PropertyKey(tag=RESOURCE, type="Integer"): ("0",),
        PropertyKey(tag=WRITTEN, type="SystemTime"): (utc_text(written),),
    }
    if email:
        made[PropertyKey(tag=EMAIL, type="String")] = (email,)
    for status, (month_tag, value_tag) in PAIRS.items():
        inside = [(max(since, start), min(until, end)) for since, until in told[status]]
        of_months = values(inside, style)
        if every_month:
            of_months = {month: of_months.get(month, b"") for month in listed}
        if of_months:
            texts = tuple(base64.b64encode(value).decode() for value in of_months.values())
            made[PropertyKey(tag=month_tag, type="IntegerArray")] = tuple(map(str, of_months))
            made[PropertyKey(tag=value_tag, type="BinaryArray")] = texts
    return made
