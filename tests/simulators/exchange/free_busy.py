"""What of a calendar is told as free/busy, and the stream of digits it merges to. Nothing here knows XML or rights.

Source: the pages MergedFreeBusy, TimeWindow and CalendarEventArray; facts on free/busy 4.2, 4.3.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from simulators.exchange.errors import EwsError
from simulators.exchange.ids import Mint
from simulators.exchange.items import Item
from simulators.exchange.series import expanded
from simulators.exchange.versions import R2013, Version

_EARLY = {"Free": 0, "Tentative": 1, "Busy": 2, "OOF": 3, "NoData": 4}
_LATER = {"Free": 0, "Tentative": 1, "Busy": 2, "OOF": 3, "WorkingElsewhere": 4, "NoData": 5}


def digits(running: Version) -> Mapping[str, int]:
    """The digit of each status: WorkingElsewhere, new in 2013, took the place of NoData."""
    return _EARLY if running.rank < R2013 else _LATER


def inside(items: Iterable[Item], start: datetime, end: datetime, most: int, mint: Mint) -> list[Item]:
    """The single items and occurrences that reach into a window, whole, in order of time; every status, Free too."""
    found = expanded(items, start, end, mint)
    if len(found) > most:
        raise EwsError(
            "ErrorResultSetTooBig",
            f"the calendar has {len(found)} entries in the window; the allowed limit is {most}. Ask for less time.",
        )
    return found


def merged(items: Sequence[Item], start: datetime, end: datetime, step: timedelta, of: Mapping[str, int]) -> str:
    """One digit for each interval of a window, the last one perhaps cut short: the highest status that touches it."""
    slots = [0] * -((start - end) // step)
    for item in items:
        if item.start == item.end:
            continue  # takes no time
        first = max(0, (item.start - start) // step)
        beyond = min(len(slots), -((start - item.end) // step))
        for place in range(first, beyond):
            slots[place] = max(slots[place], of[item.show_as])
    return "".join(map(str, slots))
