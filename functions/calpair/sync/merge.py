"""Which fields flow where: a merge field by field, under the rules of the pair. Pure.

A field that one side changed flows to the other if it may; if it may not, the home's value is put back. A field that
both changed is settled by `on_conflict`. What may flow is decided once, in `flows`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from calpair.model.body import Body
from calpair.model.event import Event, Field, Privacy
from calpair.model.pair import OnConflict, Pair, Show
from calpair.model.side import Home, Side

HIDDEN_TITLE = "Busy"
HIDDEN = ":hidden"
"""Ends the word for a field of which the other side is shown only a stand-in."""
_HIDDEN = frozenset({Field.TITLE, Field.BODY, Field.PLACE, Field.CATEGORIES})
_PRIVATE = frozenset({Privacy.PRIVATE, Privacy.CONFIDENTIAL, Privacy.PERSONAL})
NOTHING: frozenset[Field] = frozenset()


def hidden(event: Event, to: Side, pair: Pair) -> frozenset[Field]:
    """Give the fields of an event that the other side is not shown."""
    show = pair.show(to)
    if show is Show.BUSY_ONLY or (show is Show.PRIVATE_AS_BUSY and event.privacy in _PRIVATE):
        return _HIDDEN
    return NOTHING


def shown(event: Event, to: Side, pair: Pair) -> Event:
    """Give the event as the other side may see it."""
    return stands_in_for(event) if hidden(event, to, pair) else event


def stands_in_for(event: Event) -> Event:
    """Give the stand-in of a hidden event: the same time, and nothing of what it says."""
    categories = None if event.categories is None else ()
    return replace(event, title=HIDDEN_TITLE, body=Body(), place="", categories=categories)


def unhide(
    changed: Mapping[Side, frozenset[Field]], home: Side, blind: frozenset[Field]
) -> dict[Side, frozenset[Field]]:
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
    """What is to be written on each side, and which fields were changed on both (`clashes`)."""

    write: Mapping[Side, frozenset[Field]]
    clashes: frozenset[Field]


def merge(changed: Mapping[Side, frozenset[Field]], differing: frozenset[Field], flow: Flow, winner: Side) -> Merged:
    """Decide for each differing field on which side it is written.

    `changed`: fields that differ from the last agreement, by side. `differing`: fields in which the two are not alike
    now; others need nothing.
    """
    write: dict[Side, set[Field]] = {side: set() for side in Side}
    clashes: set[Field] = set()
    for field in sorted(differing):
        sources = [side for side in Side if field in changed[side]]
        if not sources:
            continue
        if len(sources) > 1:
            clashes.add(field)
        source = winner if len(sources) > 1 else sources[0]
        if flow.to_other[source]:
            write[source.other].add(field)
        elif flow.put_back and flow.to_other[source.other]:
            write[source].add(field)
    return Merged({side: frozenset(fields) for side, fields in write.items()}, frozenset(clashes))


def winning(pair: Pair, flow: Flow, modified: Mapping[Side, datetime]) -> Side:
    """Say whose edit stands when both sides changed a field; clocks are compared only under `newest`."""
    allowed = [side for side in Side if flow.to_other[side]]
    if len(allowed) == 1:
        return allowed[0]
    if pair.on_conflict is OnConflict.NEWEST:
        return Side.GOOGLE if modified[Side.GOOGLE] > modified[Side.EXCHANGE] else Side.EXCHANGE
    return Side(pair.on_conflict.value)


def carry(source: Event, onto: Event, fields: frozenset[Field], colours: Mapping[str, str]) -> Event:
    """Give `onto` with `fields` taken from `source`. Categories without a colour stay where they are."""
    values = {field.value: getattr(source, field.value) for field in fields if field is not Field.CATEGORIES}
    if Field.CATEGORIES in fields and source.categories is not None and onto.categories is not None:
        kept = tuple(name for name in onto.categories if name not in colours and name not in source.categories)
        values[Field.CATEGORIES.value] = (*source.categories, *kept)
    return replace(onto, **values)
