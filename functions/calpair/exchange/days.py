"""Whole days, as Exchange has them: midnights of some zone, told in UTC.

Exchange stores an all-day event from midnight to midnight of the zone it was made in; seen from UTC these are any
hours. So the dates are read in the event's own zone, never in UTC, and written as midnights of a zone given by name.
Source: "How to create all-day events by using EWS in Exchange"; "Time zones and EWS in Exchange" (Microsoft Learn).
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from calpair.exchange.zone_rules import Rules
from calpair.exchange.zones import zone
from calpair.model.when import AllDay

_DAY = timedelta(days=1)
_NOON = timedelta(hours=12)


def midnight(day: date, zone_name: str) -> datetime:
    """Give the first instant of a day in a zone (an unknown one counts as UTC).

    Where clocks jump over midnight that is 01:00; where midnight comes twice, the first one.
    """
    rules = zone(zone_name) or UTC
    return datetime.combine(day, time(), rules).astimezone(UTC).astimezone(rules)


def days(
    start: datetime, end: datetime, own_zone: str, other_zones: Iterable[str], rules: Rules | None = None
) -> AllDay:
    """Tell the dates of an all-day event from its two instants.

    The event's own zone decides, or the `rules` it brings where that has no name; an event without either is read in
    the first of `other_zones` (and UTC) in which both ends are midnights, and failing these in whole days of UTC, to
    the nearest.
    """
    if rules and not zone(own_zone):
        walls = [instant + rules.offset(instant) for instant in (start, end)]
        if all(wall.time() == time() for wall in walls):
            return _span(walls[0].date(), walls[1].date())
    name = day_zone(start, end, own_zone, other_zones)
    if not name:
        return _span(_date(start + _NOON, "UTC"), _date(end + _NOON, "UTC"))
    first, last = _date(start, name), _date(end, name)
    # Not aligned in the zone it claims: the days it touches there, as the server itself would widen it.
    return _span(first, last if _begins(last, name, end) else last + _DAY)


def day_zone(start: datetime, end: datetime, own_zone: str, other_zones: Iterable[str]) -> str:
    """Name the zone in which `days` reads them; empty where it is none of those."""
    known = [name for name in (own_zone, *other_zones) if zone(name)]
    for name in (*known, "UTC"):
        if _begins(_date(start, name), name, start) and _begins(_date(end, name), name, end):
            return name
    return own_zone if zone(own_zone) else ""


def _begins(day: date, zone_name: str, instant: datetime) -> bool:
    # In UTC: to Python an hour that comes twice is never equal to a time of another zone.
    return midnight(day, zone_name).astimezone(UTC) == instant.astimezone(UTC)


def _date(instant: datetime, zone_name: str) -> date:
    return instant.astimezone(zone(zone_name) or UTC).date()


def _span(first: date, last: date) -> AllDay:
    return AllDay(first, max(last, first + _DAY))
