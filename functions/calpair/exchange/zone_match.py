"""The IANA zone whose clocks are those of a zone an item defines itself, for the years that matter. Pure.

    match(rules, 2026, 2026, ("Europe/Amsterdam",))     # "Europe/Amsterdam", where that is one of them
    match(rules, 2026, 2031, ())                        # else the best known one, "Europe/Berlin"; "" for none

Many zones keep the same clocks: the calendar's own is preferred, then those that stand for a Windows id (the one that
stands for most zones first), then the first in the alphabet; among these one
that keeps what the rules say of earlier years too.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from calpair.exchange.zone_rules import Rules
from calpair.exchange.zones import common, windows, zone
from calpair.model.iana import countries

FIRST, LAST = 1980, 2100
"""Years for which clocks can be compared; what an item says of others is not believed."""

_STEP = timedelta(days=5)
"""Between two looks where the rules say that nothing happens: Ramadan, the shortest season there is, is longer."""
_BEFORE = timedelta(seconds=1)


def match(rules: Rules, first: int, last: int, preferred: Sequence[str]) -> str:
    """Name the zone that has the rules' offsets from the year `first` to the year `last`; empty for none."""
    if not FIRST <= first <= last <= LAST:
        return ""
    moments = _moments(rules, first, last)
    for name in preferred:
        if _keeps(zone(name), moments):
            return name
    if len(rules.groups) > 1:
        # What they say of other years tells the zone from those whose clocks are the same by now.
        known = _best(_moments(rules, max(FIRST, min(first, rules.starts[1].year - 1)), last))
        if known:
            return known
    return _best(moments)


Moments = tuple[tuple[datetime, timedelta], ...]


def keeping(moments: Moments) -> str:
    """Name the best known zone that has these offsets at these instants; empty for none."""
    return _best(moments)


@lru_cache(maxsize=256)
def _best(moments: Moments) -> str:
    return next((name for name in _candidates() if _keeps(zone(name), moments)), "")


def _candidates() -> Iterable[str]:
    yield from common()
    yield from (name for name in sorted(countries()) if windows(name))


def _moments(rules: Rules, first: int, last: int) -> Moments:
    """Give instants that tell these rules from others, with their offsets: around every change, and a few in between."""
    start, end = datetime(first, 1, 1, tzinfo=UTC), datetime(last + 1, 1, 1, tzinfo=UTC)
    found: set[datetime] = set()
    for instant, _ in rules.changes(first, last):
        found |= {instant, instant - _BEFORE} if start < instant < end else set()
    found |= {start + number * _STEP for number in range((end - start) // _STEP)}
    return tuple((instant, rules.offset(instant)) for instant in sorted(found))


def _keeps(clocks: ZoneInfo | None, moments: Moments) -> bool:
    return clocks is not None and all(instant.astimezone(clocks).utcoffset() == offset for instant, offset in moments)
