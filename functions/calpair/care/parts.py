"""What an item is that a link calls a part of a series: the series as the server knows it, or one occurrence of it. Pure.

    found = part(answers.get(series_of(id_)), id_)

A server is asked for the series; a part is named after the original start where it is a single occurrence.
"""

from dataclasses import replace
from typing import Any

from calpair.model.event import Item, Kind
from calpair.model.link import PORTION
from calpair.model.rule import read_original
from calpair.recurrence import series


def part(answer: Any, item_id: str) -> Item | None:
    """Give the item of that id, of what was answered when its series was read; None where it is not there."""
    if not isinstance(answer, Item):
        return None
    key = item_id.partition(PORTION)[2]
    if answer.event is None or answer.event.repeats is None or not key:
        return answer
    try:
        original = read_original(key)
    except ValueError:
        # One of several series that it stands as.
        return answer
    event = series.effective(answer.event, original)
    return replace(answer, id=item_id, kind=Kind.SINGLE, event=event) if event else None
