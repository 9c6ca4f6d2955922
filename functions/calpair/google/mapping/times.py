"""Start and end, and the instants of an event's record. Pure.

An answer's `dateTime` always has its offset; what zone it is shown in does not matter. Sent are instants in UTC with the
zone's name beside them, start and end always together, and the form not used as null, because a patch merges.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from calpair.model import clocks
from calpair.model.rule import Original
from calpair.model.when import AllDay, Timed, When

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
STRETCHED = "when:stretched"
_SHORTEST = timedelta(minutes=1)
_UTC = "UTC"


def read(event: Mapping[str, Any]) -> When:
    """Read when an event is. ValueError for what says no such thing."""
    start, end = event.get("start"), event.get("end")
    if not isinstance(start, Mapping) or not isinstance(end, Mapping):
        raise ValueError("an event has a start and an end")  # noqa: TRY004 - one kind of error for the caller
    if "date" in start:
        return AllDay(date.fromisoformat(str(start["date"])), date.fromisoformat(str(end.get("date"))))
    zone = str(start.get("timeZone") or "")
    # Own clocks are spelled by us alone; whoever says such a name here has made it up.
    zone = "" if clocks.is_own(zone) else zone
    return Timed(datetime.fromisoformat(str(start.get("dateTime"))), datetime.fromisoformat(_text(end)), zone)


def _text(moment: Mapping[str, Any]) -> str:
    return str(moment.get("dateTime"))


def original(event: Mapping[str, Any]) -> Original:
    """Read which occurrence of its series an instance is. ValueError for what says no such thing."""
    moment = event.get("originalStartTime")
    if not isinstance(moment, Mapping):
        raise ValueError("an instance has an original start")  # noqa: TRY004 - one kind of error for the caller
    if "date" in moment:
        return date.fromisoformat(str(moment["date"]))
    start = datetime.fromisoformat(_text(moment))
    if start.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return start.astimezone(UTC)


def of_series(when: When, series: When) -> When:
    """Give when an occurrence takes place, planned in its series' zone: a series has one, and no occurrence another."""
    if isinstance(when, Timed) and isinstance(series, Timed):
        return replace(when, zone=series.zone)
    return when


def two_zones(event: Mapping[str, Any]) -> bool:
    """Tell whether the end is planned in another zone than the start."""
    start, end = event["start"].get("timeZone"), event["end"].get("timeZone")
    return bool(start and end and start != end)


def instant(text: Any) -> datetime:
    """Read an instant of the record (`created`, `updated`); the epoch for what is none, which Google does send."""
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        return EPOCH


def held(when: When) -> tuple[When, tuple[str, ...]]:
    """Give what Google can hold: a zone always, and no event without duration."""
    if isinstance(when, AllDay):
        return when, ()
    zone = _UTC if clocks.is_own(when.zone) else when.zone or _UTC
    if when.end > when.start:
        return Timed(when.start, when.end, zone), ()
    return Timed(when.start, when.start + _SHORTEST, zone), (STRETCHED,)


def written(when: When) -> dict[str, dict[str, str | None]]:
    """Give `start` and `end` for a patch; nulls clear the other form."""
    if isinstance(when, AllDay):
        return {name: _day(day) for name, day in (("start", when.start), ("end", when.end))}
    return {name: _moment(moment, when.zone) for name, moment in (("start", when.start), ("end", when.end))}


def _day(day: date) -> dict[str, str | None]:
    return {"date": day.isoformat(), "dateTime": None, "timeZone": None}


def _moment(moment: datetime, zone: str) -> dict[str, str | None]:
    return {"date": None, "dateTime": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "timeZone": zone or _UTC}
