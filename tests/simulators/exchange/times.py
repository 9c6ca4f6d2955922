"""xs:dateTime in and out.

Out: always UTC with `Z`, whole seconds (facts 2.4). In: with an offset it is that instant; without, it is the wall
clock of the zone the caller names: StartTimeZone or EndTimeZone, else TimeZoneContext, else UTC (facts 2.5).

Years go from 1601, where Windows begins to count (ids.py), to 9998, the last that has a midnight after each of its days:
what lies outside is refused like anything else that is no time, and as a fault (facts 6 item 1).
"""

import re
from datetime import UTC, datetime

from simulators.exchange import zones
from simulators.exchange.errors import EwsError

_FIRST_YEAR, _LAST_YEAR = 1601, 9998
_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")


def utc_text(instant: datetime) -> str:
    """An instant on the wire: `2026-11-02T08:00:00Z`."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_wall(text: str) -> datetime:
    """What a time says, whole seconds; naive when it carries no offset."""
    text = text.strip()
    match = _FORM.fullmatch(text)
    if match is None:
        raise EwsError("ErrorSchemaValidation", f"{text!r} is no date and time", fault=True)
    plain = re.sub(r"\.\d+", "", text)
    try:
        value = datetime.fromisoformat(plain)
    except ValueError as wrong:
        raise EwsError("ErrorSchemaValidation", f"{text!r} is no date and time", fault=True) from wrong
    if not _FIRST_YEAR <= value.year <= _LAST_YEAR:
        raise EwsError("ErrorSchemaValidation", f"{text!r} is out of range", fault=True)
    return value


def read_time(text: str, zone: str | None) -> datetime:
    """An instant in UTC, whole seconds; `zone` (a Windows id) reads times that carry no offset."""
    value = read_wall(text)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zones.rules(zone) if zone else UTC)
    return value.astimezone(UTC)
