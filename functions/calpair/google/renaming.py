"""Writing again under another name of its time zone what Google refused as it was.

    outcomes = with_other_names(drafts, lambda some: create(line, calendar_id, some, table, item))

Zones are renamed now and then (Europe/Kiev is Europe/Kyiv since 2022), and a server knows the names of its own
database's day: OutlookGoogleCalendarSync's issue 1525 saw one refused with 400 that only the other name got through.
Of a refusal we keep no more than its reason word, which does not say what was wrong; so only what has a zone of several
names is tried again, each of these once, and what is refused under all of them is refused.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from calpair.errors import RefusedError, SideError
from calpair.model.event import Event, Field
from calpair.model.iana import alternatives
from calpair.model.when import Timed
from calpair.ports import Draft, Edit, Written

Outcome = Written | SideError
Thing = TypeVar("Thing", Draft, Edit)

_BAD = frozenset({"invalid", "invalidParameter", "badRequest", "http400"})
"""Reason words of a 400 that may be about a zone."""


def with_other_names(things: Sequence[Thing], send: Callable[[Sequence[Thing]], Sequence[Outcome]]) -> list[Outcome]:
    """Send all; those refused again and again, a name after another."""
    outcomes = list(send(things))
    names = {
        number: alternatives(_zone(things[number]))
        for number, outcome in enumerate(outcomes)
        if isinstance(outcome, RefusedError) and outcome.code in _BAD
    }
    for attempt in range(max(map(len, names.values()), default=0)):
        left = [
            number for number in names if len(names[number]) > attempt and isinstance(outcomes[number], RefusedError)
        ]
        again = [_renamed(things[number], names[number][attempt]) for number in left]
        for number, outcome in zip(left, _further(again, send), strict=True):
            outcomes[number] = outcome
    return outcomes


def _further(things: Sequence[Thing], send: Callable[[Sequence[Thing]], Sequence[Outcome]]) -> Sequence[Outcome]:
    """Ask on about some of them: whatever is wrong now, the answers to the others stand."""
    try:
        return send(things) if things else []
    except SideError as error:
        return [error] * len(things)


def _zone(thing: Draft | Edit) -> str:
    if isinstance(thing, Edit) and Field.WHEN not in thing.fields:
        return ""
    return thing.event.when.zone if isinstance(thing.event.when, Timed) else ""


def _renamed(thing: Thing, name: str) -> Thing:
    old = _zone(thing)
    overrides = {start: override and _in(override, old, name) for start, override in thing.event.overrides.items()}
    return replace(thing, event=replace(_in(thing.event, old, name), overrides=overrides))


def _in(event: Event, old: str, name: str) -> Event:
    if not isinstance(event.when, Timed) or event.when.zone != old:
        return event
    return replace(event, when=replace(event.when, zone=name))
