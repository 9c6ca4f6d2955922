"""Which fields flow where: a merge field by field, under the rules of the pair. Pure.

A field that one side changed flows to the other if it may; if it may not, the home's value is put back. A field that
both changed is settled by `on_conflict`. What may flow is decided once, in `flows`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from calpair.model.body import Body
from calpair.model.event import Event, Field, Privacy
from calpair.model.pair import OnConflict, Pair, Show
from calpair.model.rule import Original
from calpair.model.side import Home, Side
from calpair.recurrence import series
from calpair.recurrence.spelling import GONE, differences, occurrence_of, of_occurrence, rebased

HIDDEN_TITLE = "Busy"
HIDDEN = ":hidden"
"""Ends the word for a field of which the other side is shown only a stand-in."""
MASKED = frozenset({Field.TITLE, Field.BODY, Field.PLACE, Field.CATEGORIES})
"""Fields of which a hidden event shows a stand-in."""
_PRIVATE = frozenset({Privacy.PRIVATE, Privacy.CONFIDENTIAL, Privacy.PERSONAL})
NOTHING: frozenset[Field] = frozenset()


def hidden(event: Event, to: Side, pair: Pair) -> frozenset[Field]:
    """Give the fields of an event, an occurrence or the series itself, that the other side is not shown."""
    show = pair.show(to)
    if show is Show.BUSY_ONLY or (show is Show.PRIVATE_AS_BUSY and event.privacy in _PRIVATE):
        return MASKED
    return NOTHING


def shown(event: Event, to: Side, pair: Pair) -> Event:
    """Give the event as the other side may see it: with stand-ins for what is hidden, occurrence by occurrence."""
    own = stands_in_for(event) if hidden(event, to, pair) else event
    overrides = {
        original: stands_in_for(override) if override and hidden(override, to, pair) else override
        for original, override in event.overrides.items()
    }
    return replace(own, overrides=overrides) if overrides else own


def stands_in_for(event: Event) -> Event:
    """Give the stand-in of a hidden event: the same time, and nothing of what it says."""
    categories = None if event.categories is None else ()
    return replace(event, title=HIDDEN_TITLE, body=Body(), place="", categories=categories)


def unhide(changed: Mapping[Side, frozenset[str]], home: Side, blind: frozenset[str]) -> dict[Side, frozenset[str]]:
    """Settle fields whose copy is only a stand-in: whatever differs there is the home's to say, never the copy's."""
    return {home: changed[home] | blind, home.other: changed[home.other] - blind}


@dataclass(frozen=True, slots=True)
class Flow:
    """Which way a link's edits may go: `to_other[side]` is whether edits made on `side` reach the other one.

    `put_back`: an edit that may not flow is undone; otherwise it is left standing.
    """

    to_other: Mapping[Side, bool]
    put_back: bool


def flows(pair: Pair, home: Home, people: frozenset[Side]) -> Flow:
    """Say which way edits of a link may go (design: one-way enforces only what is at home on Exchange).

    `people`: sides on whose item others are invited. A meeting is changed only where it lives, so that they are told.
    """
    if not pair.two_way:
        return Flow({Side.EXCHANGE: home.owns(Side.EXCHANGE), Side.GOOGLE: False}, put_back=home is Home.EXCHANGE)
    if not people:
        return Flow(dict.fromkeys(Side, True), put_back=True)
    if home is Home.ADOPTED:
        # It lives where its guests are; with guests on both sides it is two meetings.
        return Flow({side: people == {side} for side in Side}, put_back=True)
    return Flow({side: home.owns(side) for side in Side}, put_back=True)


@dataclass(frozen=True, slots=True)
class Merged:
    """What is to be written on each side, and what was changed on both (`clashes`); names as in `recurrence/spelling.py`."""

    write: Mapping[Side, frozenset[str]]
    clashes: frozenset[str]


def merge(changed: Mapping[Side, frozenset[str]], differing: frozenset[str], flow: Flow, winner: Side) -> Merged:
    """Decide for each differing name on which side it is written.

    `changed`: names that differ from the last agreement, by side. `differing`: names in which the two are not alike
    now; others need nothing. Where a series' time or rule is written, its overrides go with it: their original starts
    mean something under that rule alone.
    """
    write: dict[Side, set[str]] = {side: set() for side in Side}
    clashes: set[str] = set()
    surviving = _surviving(changed)
    for name in sorted(differing):
        sources = [side for side in Side if name in changed[side]]
        occurrence = occurrence_of(name)
        if occurrence and occurrence[0] in surviving:
            sources = [surviving[occurrence[0]]]
            clashes.add(of_occurrence(occurrence[0], GONE))
        if not sources:
            continue
        if len(sources) > 1:
            clashes.add(name)
        source = winner if len(sources) > 1 else sources[0]
        if flow.to_other[source]:
            write[source.other].add(name)
        elif flow.put_back and flow.to_other[source.other]:
            write[source].add(name)
    for side in Side:
        if Field.WHEN in write[side]:
            occurrences = {name for name in differing if occurrence_of(name)}
            write[side] |= occurrences
            write[side.other] -= occurrences
    return Merged({side: frozenset(names) for side, names in write.items()}, frozenset(clashes))


def undone(
    merged: Merged, changed: Mapping[Side, frozenset[str]], barred: Mapping[Side, frozenset[str]]
) -> frozenset[str]:
    """Give what is put back: names that are written on the side whose people changed them, and no one else did.

    `barred`: as in `differ.Comparison`. What comes back of an occurrence that was deleted is a clash.
    """
    came_back = {found[0] for name in merged.clashes if (found := occurrence_of(name)) and found[1] == GONE}
    return frozenset(
        name
        for side in Side
        for name in merged.write[side]
        if name in barred[side] or (name in changed[side] and name not in changed[side.other])
        if (found := occurrence_of(name)) is None or found[0] not in came_back
    )


def _surviving(changed: Mapping[Side, frozenset[str]]) -> Mapping[Original, Side]:
    """Give the occurrences that one side cancelled while the other edited them, with whose edit survives."""
    touched: dict[Side, dict[Original, set[str]]] = {side: {} for side in Side}
    for side in Side:
        for original, field in filter(None, map(occurrence_of, changed[side])):
            touched[side].setdefault(original, set()).add(field)
    return {
        original: side.other
        for side in Side
        for original, fields in touched[side].items()
        if GONE in fields and touched[side.other].get(original, {GONE}).isdisjoint({GONE})
    }


def winning(pair: Pair, flow: Flow, modified: Mapping[Side, datetime]) -> Side:
    """Say whose edit stands when both sides changed a field; clocks are compared only under `newest`."""
    allowed = [side for side in Side if flow.to_other[side]]
    if len(allowed) == 1:
        return allowed[0]
    if pair.on_conflict is OnConflict.NEWEST:
        return Side.GOOGLE if modified[Side.GOOGLE] > modified[Side.EXCHANGE] else Side.EXCHANGE
    return Side(pair.on_conflict.value)


def carry(source: Event, onto: Event, names: Collection[str], colours: Mapping[str, str]) -> Event:
    """Give `onto` with `names` taken from `source`. Categories without a colour stay where they are."""
    carried = _carry(source, onto, frozenset(field for field in Field if field in names), colours)
    ruling = source if Field.WHEN in names else onto
    # Under another rule the old overrides mean nothing.
    carried = replace(carried, repeats=ruling.repeats, overrides={})
    carried = replace(carried, overrides=rebased(ruling, carried))
    by_original: dict[Original, set[str]] = {}
    for original, field in filter(None, map(occurrence_of, names)):
        by_original.setdefault(original, set()).add(field)
    overrides = dict(carried.overrides)
    for original, fields in sorted(by_original.items()):
        overrides[original] = _occurrence(source, carried, original, frozenset(fields), colours)
        if overrides[original] == series.occurrence(carried, original):
            del overrides[original]
    return replace(carried, overrides=overrides)


def _occurrence(
    source: Event, onto: Event, original: Original, fields: frozenset[str], colours: Mapping[str, str]
) -> Event | None:
    """Give an occurrence of `onto` with these fields as `source` has them; None: cancelled."""
    theirs, mine = series.effective(source, original), series.effective(onto, original)
    if theirs is None:
        return None
    own, usual = differences(source, original, theirs), series.occurrence(onto, original)
    if mine is None:
        # What was cancelled here and is edited there comes back as it is there.
        mine = usual
        fields |= own
    # What is no override there is none here: it says what the series says here.
    followed = _carry(usual, mine, frozenset(field for field in Field if field in fields - own), colours)
    return _carry(theirs, followed, frozenset(field for field in Field if field in fields & own), colours)


def _carry(source: Event, onto: Event, fields: frozenset[Field], colours: Mapping[str, str]) -> Event:
    values = {field.value: getattr(source, field.value) for field in fields if field is not Field.CATEGORIES}
    if Field.CATEGORIES in fields and source.categories is not None and onto.categories is not None:
        kept = tuple(name for name in onto.categories if name not in colours and name not in source.categories)
        values[Field.CATEGORIES.value] = (*source.categories, *kept)
    return replace(onto, **values)
