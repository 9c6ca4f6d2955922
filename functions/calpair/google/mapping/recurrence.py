"""How a series repeats, as lines of a resource's `recurrence`, and the occurrences it has. Pure.

    repeats, holes = plain(read(master["recurrence"], when), when)
    there = occurring(repeats, when, originals)

Google keeps the lines it is sent (RRULE, EXRULE, RDATE, EXDATE) as they are, and holds an occurrence that was taken out
in either of two ways: as an EXDATE, or as a cancelled event of its own. Here both are one: an override that is None. An
EXDATE is never written: cancelled occurrences can be told, and brought back, one by one. Source: the guide to recurring
events; RFC 5545, 3.8.5.
"""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import islice
from typing import Any

from calpair.model.rule import Original, Recurrence
from calpair.model.when import AllDay, When
from calpair.recurrence import expand, text

TROUBLE = "rule"
"""Why a series whose recurrence says nothing that can be understood is not carried."""

REACH = 100_000
"""Occurrences of a series that are looked through; of a daily one these are those of 270 years."""


def read(sent: Any, when: When) -> Recurrence:
    """Read a resource's `recurrence`. ValueError for what cannot be understood, or is beyond all measure."""
    if not isinstance(sent, list) or not all(isinstance(line, str) for line in sent):
        raise ValueError("a recurrence is some lines of text")
    return text.parse(sent, when)


def plain(repeats: Recurrence, when: When) -> tuple[Recurrence, frozenset[Original]]:
    """Give the same without dates taken out, and the occurrences those were; what was none is passed over."""
    whole = replace(repeats, except_dates=())
    return whole, occurring(whole, when, repeats.except_dates)


def occurring(repeats: Recurrence, when: When, originals: Collection[Original]) -> frozenset[Original]:
    """Give those of the original starts at which the series has an occurrence."""
    days = isinstance(when, AllDay)
    wanted = frozenset(original for original in originals if isinstance(original, datetime) is not days)
    return _occurring(repeats, when, wanted) if wanted else wanted


@lru_cache(maxsize=256)
def _occurring(repeats: Recurrence, when: When, wanted: frozenset[Original]) -> frozenset[Original]:
    last = max(wanted)
    return wanted.intersection(_before(islice(expand.originals(when, repeats), REACH), last))


def _before(originals: Iterable[Original], last: Original) -> Iterable[Original]:
    for original in originals:
        yield original
        if original >= last:
            return
