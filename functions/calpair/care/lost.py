"""The losses of an event, each with what it is about and what was done instead, told from the event as it is. Pure.

    losses([(link, items)], None, hold)     # [{"loss": "show_as", "meaning": ..., "instead": ..., "occurrences": [...]}]

A link remembers the words alone. Which occurrence a word is about shows in the items: in what the other side would hold
of each of them, in what was read of it alone, or where the two sides do not say the same of one.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from calpair.care import instead
from calpair.care.occurrences import at, said
from calpair.care.words import meaning
from calpair.model.event import Event, Item
from calpair.model.link import Link
from calpair.model.rule import Original, original_text
from calpair.model.side import Home, Side
from calpair.model.when import Timed
from calpair.ports import Held
from calpair.recurrence.spelling import alike, occurrence_of

Hold = Mapping[Side, Callable[[Event], Held]]
Both = tuple[Link, Mapping[Side, Item]]
"""A link, and its items as they were read."""

UNLIKE = ("occurrence:refused", "occurrence:altered", "occurrence:crossing")
"""Losses of occurrences that stand otherwise on the other side."""
_UNREADABLE = "occurrence:unreadable"
_KEPT = "occurrence:kept"
MOST = 20
"""Occurrences named of one loss."""
_TRIED = 200
"""Occurrences looked at for what the other side would not hold of them."""


def losses(ones: Sequence[Both], whole: Item | None, hold: Hold) -> list[dict[str, Any]]:
    """Tell each loss. `whole`: the series itself, where it is several items on the other side."""
    words = dict.fromkeys(loss for link, _ in ones for loss in link.losses)
    return [_loss(word, ones, whole, hold) for word in sorted(words)]


def _loss(word: str, ones: Sequence[Both], whole: Item | None, hold: Hold) -> dict[str, Any]:
    home = ones[0][0].home
    to = Side(home.value).other if home is not Home.ADOPTED else None
    item = None
    if to is not None:
        item = whole if whole and whole.side is to.other else ones[0][1].get(to.other)
    source = item.event if item else None
    told: dict[str, Any] = {
        "loss": word,
        "meaning": meaning(word),
        "side": to.value if to else "",
        "instead": "",
        "occurrences": [],
    }
    if word in UNLIKE:
        told["occurrences"] = _unlike(ones, hold)
    elif word == _UNREADABLE:
        told["occurrences"] = [_named(event, original) for event, original in _unreadable(ones, whole)]
    elif source is not None and word == _KEPT:
        told["occurrences"] = [_named(source, original) for original in _of_the_other_kind(source)]
    elif source is not None and item is not None and to is not None:
        alone = [original for original, mark in item.marks.items() if word in mark.losses]
        told |= _of_values(word, source, alone, hold[to])
    told["occurrences"] = told["occurrences"][:MOST]
    return told


def _of_values(word: str, source: Event, alone: Sequence[Original], hold: Callable[[Event], Held]) -> dict[str, Any]:
    """Tell whether a loss is the whole event's or some occurrences', and what stands there instead.

    `alone`: occurrences that hold what their series does not, and of which the event's own words say nothing.
    """
    usual = replace(source, repeats=None, overrides={})
    held = hold(usual)
    if word in held.losses:
        return {"instead": instead.value(word, usual, held.event)}
    found = {original: {**_named(source, original), "instead": ""} for original in alone}
    for original, override in list(source.overrides.items())[:_TRIED]:
        own = hold(override) if override else None
        if override and own and word in own.losses:
            found[original] = {**_named(source, original), "instead": instead.value(word, override, own.event)}
    return {"occurrences": [found[original] for original in sorted(found, key=original_text)]}


def _unlike(ones: Sequence[Both], hold: Hold) -> list[dict[str, Any]]:
    """Name occurrences of which the two sides do not say the same, though nothing is left to be carried."""
    found = []
    for _, items in ones:
        events = {side: item.event for side, item in items.items() if item.event}
        for original in apart(events, hold) if len(events) == len(Side) else ():
            sides = {side.value: said(event, original) for side, event in events.items()}
            found.append({**_named(events[Side.GOOGLE], original), "sides": sides})
    return found


def apart(events: Mapping[Side, Event], hold: Hold) -> list[Original]:
    """Give the occurrences of which neither side says what the other would make of it."""
    are = {side: alike(event) for side, event in events.items()}
    should = {side: alike(hold[side](events[side.other]).event) for side in Side}
    names = {name for words in (*are.values(), *should.values()) for name in words}
    unlike = {name for name in names if all(are[side].get(name) != should[side].get(name) for side in Side)}
    return sorted({found[0] for found in map(occurrence_of, unlike) if found}, key=original_text)


def _unreadable(ones: Sequence[Both], whole: Item | None) -> list[tuple[Event, Original]]:
    items = [*([whole] if whole else []), *(item for _, items in ones for item in items.values())]
    found = {
        original: item.event for item in items if item.event for original, mark in item.marks.items() if mark.trouble
    }
    return [(event, original) for original, event in sorted(found.items(), key=lambda one: original_text(one[0]))]


def _of_the_other_kind(event: Event) -> list[Original]:
    timed = isinstance(event.when, Timed)
    return [one for one, said in event.overrides.items() if said and isinstance(one, datetime) is not timed]


def _named(event: Event, original: Original) -> dict[str, Any]:
    return {"original": original_text(original), "starts": at(event.when, original)}
