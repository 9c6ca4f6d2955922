"""A series that no one item of the other side can hold, seen as the several items it is held as there. Pure.

    for part in project(item, hold).values(): ...      # the item itself, under its own id, if one can hold it
    past(item, "e7#2024-11-30", hold)                  # a part that is too old to be among them

A part is one `Portion` under an id of its own. The portion says when it takes place; what it says otherwise is the home's
own, in the home's words: whatever the other side cannot hold of it is told where it is written there. Everything else
(version, people, UID) is the series'. Most events are not parted, and are given as they are.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from typing import Any

from calpair.model.event import Event, Field, Item, Kind
from calpair.model.link import PORTION
from calpair.model.rule import Original, original_text, read_original
from calpair.model.when import Timed
from calpair.ports import RULE, Held, Portion
from calpair.recurrence import expand, series

Hold = Callable[[Event], Held]
"""Tells what the other side would hold of an event."""


def part_id(series_id: str, key: str) -> str:
    """Name a part; the first one keeps the name of its series."""
    return f"{series_id}{PORTION}{key}" if key else series_id


@dataclass(frozen=True, slots=True)
class Projection:
    """What a part is a view of (its `Item.rest`): the series as it was read, and which portion of it.

    `originals`: those of the portion, or None where it has no end. `itself`: they are all the series has (single
    occurrences may stand apart from it), so that what is said of this part as a whole is said of the series.
    """

    item: Item
    portion: Portion
    originals: tuple[Original, ...] | None
    itself: bool


def view(item: Item) -> Projection | None:
    """Give what an item is a part of; None: it is no part."""
    return item.rest if isinstance(item.rest, Projection) else None


def seen_of(part: Item) -> Projection:
    """Give what a part is a view of; ValueError if it is no part."""
    found = view(part)
    if found is None:
        raise ValueError("only a part is told as its series")
    return found


def content(item: Item) -> Event:
    """Give what a part or its series says; ValueError if nothing."""
    if item.event is None:
        raise ValueError("only what has content is parted")
    return item.event


def project(item: Item, hold: Hold) -> Mapping[str, Item]:
    """Give the item as the other side would have it, by id: in parts, or as it is.

    A portion of which every occurrence was cancelled is no part.
    """
    if item.event is None or item.kind is not Kind.SERIES:
        return {item.id: item}
    if _emptied(item.event):
        # No series is left without an occurrence on the other side.
        return {}
    held = hold(item.event)
    portions = held.parts
    if not portions:
        return {item.id: item}
    # What is lost by the way it repeats is lost with every part of it.
    item = replace(item, losses=_union(item.losses, (loss for loss in held.losses if loss.startswith(RULE))))
    apart = frozenset(portion.original for portion in portions if portion.original is not None)
    parts = [part for part in (_part(item, portion, apart) for portion in portions) if part]
    return {part.id: replace(part, parts=len(parts)) for part in parts}


def _emptied(event: Event) -> bool:
    """Tell whether every occurrence of a series was cancelled."""
    if event.repeats is None or not event.overrides:
        return False
    found = expand.generated(event.when, event.repeats)
    whole = bool(found.originals) and found.last == found.originals[-1]
    return whole and all(event.overrides.get(original, event) is None for original in found.originals)


def past(item: Item, id_: str, hold: Hold) -> Item | None:
    """Give a single occurrence that is older than all its series is held as by now: nobody has taken it out."""
    event, portions = content(item), hold(content(item)).parts
    try:
        original = read_original(id_.partition(PORTION)[2])
    except ValueError:
        return None
    singles = [portion.original for portion in portions if portion.original is not None]
    if event.repeats is None or not singles or len(singles) < len(portions) or not _older(original, singles):
        return None
    said = series.effective(event, original)
    if said is None or expand.index(event.when, event.repeats, original) is None:
        return None
    return _part(item, Portion(original_text(original), said, original), frozenset(singles))


def _union(losses: Iterable[str], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*losses, *more}))


def _older(original: Original, others: Sequence[Original]) -> bool:
    same_kind = [other for other in others if isinstance(other, datetime) is isinstance(original, datetime)]
    return len(same_kind) == len(others) and original < min(same_kind)


def untold(item: Item, hold: Hold) -> bool:
    """Tell whether it cannot be said what parts an item has: it could not be read, or nothing can hold its rule."""
    return item.event is None or RULE in hold(item.event).losses


def covered(item: Item, hold: Hold) -> bool:
    """Tell whether an item's parts reach to its end: its last occurrence is one's, or one has no end."""
    event = content(item)
    last = expand.generated(event.when, event.repeats).last if event.repeats else None
    reaches = [_originals(portion) for portion in hold(event).parts]
    return any(reach is None or last in reach for reach in reaches)


def _part(item: Item, portion: Portion, apart: Collection[Original]) -> Item | None:
    originals, itself = _originals(portion), _itself(item, portion)
    event = _said(content(item), portion, originals)
    if event is None:
        return None
    if originals is not None:
        if all(event.overrides.get(original, event) is None for original in originals):
            return None
        if not itself:
            event = _lifted(event, originals)
    others = {original: mark for original, mark in item.marks.items() if original not in apart}
    own = [portion.original] if portion.original is not None else _among(portion.event, originals, others)
    locked = frozenset[Field]()
    if not itself and event.repeats is not None:
        # The whole of what never ends cannot be said at home; and what is moved as a whole has other original starts.
        locked = frozenset(Field if originals is None else {Field.WHEN})
    return replace(
        item,
        id=part_id(item.id, portion.key),
        event=event,
        kind=Kind.SERIES if event.repeats else Kind.SINGLE,
        stamp=None if portion.key else item.stamp,
        marks={original: item.marks[original] for original in own if original in item.marks},
        alone=item.alone if portion.original is None else portion.original,
        locked=item.locked | locked,
        apart=frozenset(apart) if event.repeats else frozenset(),
        losses=_union(item.losses, ["part"] if locked >= set(Field) else ()),
        rest=Projection(item, portion, originals, itself),
    )


def _said(whole: Event, portion: Portion, originals: tuple[Original, ...] | None) -> Event | None:
    """Give what a portion says, in the words of its series; None for an occurrence that was cancelled."""
    shape = portion.event
    if portion.original is not None:
        return series.effective(whole, portion.original)
    overrides = {
        original: said and replace(whole, when=said.when, repeats=None, overrides={})
        for original, said in shape.overrides.items()
    }
    for original in _among(shape, originals, whole.overrides):
        if shape.overrides.get(original, shape) is not None:
            overrides[original] = whole.overrides[original]
    return replace(whole, when=shape.when, repeats=shape.repeats, overrides=overrides)


def _originals(portion: Portion) -> tuple[Original, ...] | None:
    event = portion.event
    if portion.original is not None:
        return (portion.original,)
    if event.repeats is None:
        return (event.when.start,)
    if expand.generated(event.when, event.repeats).last is None:
        return None
    return tuple(expand.originals(event.when, event.repeats))


def _itself(item: Item, portion: Portion) -> bool:
    whole, event = content(item), portion.event
    if whole.repeats is None or event.repeats is None:
        return False
    all_of_them = expand.generated(whole.when, whole.repeats)
    of_the_portion = expand.generated(event.when, event.repeats)
    return (all_of_them.originals, all_of_them.last) == (of_the_portion.originals, of_the_portion.last)


def _among(
    event: Event, originals: tuple[Original, ...] | None, candidates: Collection[Original]
) -> Collection[Original]:
    """Give those of some original starts that are a series' own."""
    if originals is not None:
        return frozenset(originals).intersection(candidates)
    timed = isinstance(event.when, Timed)
    left = {original for original in candidates if isinstance(original, datetime) is timed}
    if not left or event.repeats is None:
        return ()
    latest = max(left)
    own = takewhile(lambda original: original <= latest, expand.originals(event.when, event.repeats))
    return [original for original in own if original in left]


def _lifted(event: Event, originals: Collection[Original]) -> Event:
    """Say of the portion what most of its occurrences say.

    A portion is changed as a whole by overriding each of its occurrences at home. Read back, that has to be what was
    written: a change of the whole, which later changes of the series at home leave alone.
    """
    live = [said for said in (series.effective(event, original) for original in originals) if said]
    if 2 * sum(original in event.overrides for original in originals) <= len(live):
        return event
    values: dict[str, Any] = {}
    for field in Field:
        value, count = Counter(getattr(said, field.value) for said in live).most_common(1)[0]
        if field is not Field.WHEN and 2 * count > len(live):
            values[field.value] = value
    lifted = replace(event, **values)
    own = set(originals)
    overrides = {original: said for original, said in event.overrides.items() if original not in own or said is None}
    for original in originals:
        said = series.effective(event, original)
        if said and said != series.occurrence(lifted, original):
            overrides[original] = said
    return replace(lifted, overrides=overrides)
