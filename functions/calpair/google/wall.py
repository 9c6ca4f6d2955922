"""Spans as a clock on the wall shows them: for answers whose times have no offset. Pure.

    since, until = seen(start, end, ZoneInfo("Europe/Berlin"))      # naive

An hour that comes twice has one name for two: a span that touches both is told as wide as its name reaches, so that no
part of it is ever taken for free, and none ends before it starts.
"""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta, tzinfo

_SECOND = timedelta(seconds=1)


def seen(start: datetime, end: datetime, zone: tzinfo) -> tuple[datetime, datetime]:
    """Give the times on the wall between which a span lies, the second after the first."""
    since, until = start.astimezone(zone), end.astimezone(zone)
    told = [since.replace(tzinfo=None, fold=0), until.replace(tzinfo=None, fold=0)]
    turn = _turned_back(since)
    if turn is not None and start < turn < end:
        told[0] = turn.astimezone(zone).replace(tzinfo=None, fold=0)
    turn = _turned_back(until)
    if turn is not None and start < turn <= end:
        told[1] = (turn - _SECOND).astimezone(zone).replace(tzinfo=None, fold=0) + _SECOND
    return told[0], told[1]


def _turned_back(moment: datetime) -> datetime | None:
    """Give the instant at which the clock is turned back over this time on the wall; None where it comes once."""
    first, second = (moment.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    if first <= second:
        return None
    low = moment.astimezone(UTC) - (first - second)
    seconds = range(2 * (first - second) // _SECOND)
    after = bisect_left(
        seconds, True, key=lambda number: (low + number * _SECOND).astimezone(moment.tzinfo).utcoffset() == second
    )
    return low + after * _SECOND
