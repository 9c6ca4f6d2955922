"""A series and its exceptions, which are items of their own to be asked for, joined into one item. Pure.

    ids = exceptions(item)                          # what `mapping.read` found named in the series
    item = joined(item, answers, mailbox, own_zone)

An exception that the server cannot read harms nobody but itself: its mark says so, and the series is carried on without
it. One that says nothing else than the series is no override.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from calpair.errors import SideError
from calpair.exchange.likeness import alike, same, together
from calpair.exchange.mapping import cancelled, content, has_people, losses
from calpair.exchange.soap import Element, local_name
from calpair.exchange.zone_told import rest
from calpair.model import clocks
from calpair.model.event import Event, Field, Item, Mark
from calpair.model.rule import Original
from calpair.model.when import Timed
from calpair.recurrence.series import occurrence

_TROUBLE = "unreadable"


def exceptions(item: Item) -> tuple[str, ...]:
    """Name the exceptions of a series that are to be asked for."""
    return tuple(mark.id for mark in item.marks.values() if mark.id)


def joined(item: Item, answers: Mapping[str, Element | SideError], mailbox: str, own_zone: Callable[[], str]) -> Item:
    """Give a series with what its exceptions say. `answers`: what was said to each of their names."""
    event = item.event
    if event is None or not item.marks:
        return item
    marks = dict[Original, Mark]()
    overrides = dict(event.overrides)
    people, lost = item.people, dict.fromkeys(item.losses)
    for original, mark in item.marks.items():
        answer = answers.get(mark.id)
        own = tuple[str, ...]()
        if not isinstance(answer, SideError | None):
            people = people or has_people(answer, mailbox)
            own = tuple(word for word in losses(answer, people=has_people(answer, mailbox)) if word not in item.losses)
            lost |= dict.fromkeys(own)
        said = _said(answer, event, original, own_zone)
        marks[original] = replace(mark, trouble=said if isinstance(said, str) else mark.trouble, losses=own)
        if said is None or (isinstance(said, Event) and not same(said, occurrence(event, original))):
            overrides[original] = said
    return replace(
        item,
        event=replace(event, overrides={original: overrides[original] for original in sorted(overrides)}),
        marks=marks,
        people=people,
        losses=tuple(lost),
    )


def _said(
    answer: Element | SideError | None, series: Event, original: Original, own_zone: Callable[[], str]
) -> Event | str | None:
    """Give what an exception says, None where it was called off, or a word for why it cannot be read."""
    if isinstance(answer, SideError):
        return answer.code
    if answer is None or local_name(answer) != "CalendarItem":
        return _TROUBLE
    if cancelled(answer):
        return None
    try:
        said = content(answer, own_zone)
    except (ValueError, OverflowError):
        return _TROUBLE
    generated = occurrence(series, original)
    zone = getattr(generated.when, "zone", "")
    if isinstance(said.when, Timed) and clocks.is_own(zone) and rest(answer).own_zone:
        # It was moved by the same clocks, which one occurrence alone does not tell.
        said = replace(said, when=replace(said.when, zone=zone))
    return _as_spelled(said, generated)


def _as_spelled(said: Event, generated: Event) -> Event:
    """Spell as the series does what is the same as in the series: its zone, its HTML."""
    if together(said.when, generated.when):
        said = replace(said, when=generated.when)
    return replace(said, body=generated.body) if alike(Field.BODY, said, generated) else said
