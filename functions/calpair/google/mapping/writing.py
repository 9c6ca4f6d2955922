"""Request bodies: the whole of an event for an insert, single fields for a patch. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from calpair.google.mapping import colours, reminders, times
from calpair.google.mapping.holding import hold
from calpair.google.mapping.reading import Rest
from calpair.google.mapping.spelling import spellings
from calpair.model.event import Event, Field, Privacy, ShowAs

RECURRENCE = "recurrence"
_VISIBILITY = {
    Privacy.NORMAL: "default",
    Privacy.PUBLIC: "public",
    Privacy.PERSONAL: "private",
    Privacy.PRIVATE: "private",
    Privacy.CONFIDENTIAL: "confidential",
}


def whole(event: Event, table: colours.Table) -> dict[str, Any]:
    """Give the body of an insert, or of an update that replaces everything; no nulls, no guests."""
    body = fields(event, Field, None, table)
    for name in ("start", "end"):
        body[name] = {key: value for key, value in body[name].items() if value is not None}
    return {name: value for name, value in body.items() if value not in (None, "")}


def fields(event: Event, names: Iterable[Field], was: Any, table: colours.Table) -> dict[str, Any]:
    """Give the body of a patch that writes these fields. `was`: the item's `rest`, for what the words do not name.

    An empty text clears a field; categories are left alone where the event or the setting does not carry them. How it
    repeats goes with when, in the first of its spellings, and is cleared where it repeats no more.
    """
    held, wanted = hold(event, table).event, frozenset(names)
    body: dict[str, Any] = {}
    if Field.TITLE in wanted:
        body["summary"] = held.title
    if Field.BODY in wanted:
        body["description"] = held.body.content
    if Field.PLACE in wanted:
        body["location"] = held.place
    if Field.WHEN in wanted:
        body |= times.written(held.when) | repeating(held, was)
    if Field.SHOW_AS in wanted:
        body["transparency"] = "transparent" if held.show_as is ShowAs.FREE else "opaque"
    if Field.PRIVACY in wanted:
        body["visibility"] = _VISIBILITY[held.privacy]
    if Field.REMINDER in wanted:
        body["reminders"] = reminders.written(
            held.reminder, was.reminders if isinstance(was, Rest) else reminders.Reminders()
        )
    if Field.CATEGORIES in wanted and held.categories is not None:
        body["colorId"] = colours.written(held.categories, table) or None
    return body


def repeating(held: Event, was: Any) -> dict[str, Any]:
    """Give `recurrence` as it goes with `start` and `end`; nothing for what does not repeat and never did."""
    if held.repeats:
        return {RECURRENCE: spellings(held.repeats, held.when)[0]}
    return {RECURRENCE: None} if isinstance(was, Rest) and was.master else {}


def spelled(body: Mapping[str, Any], held: Event) -> list[dict[str, Any]]:
    """Give a body in each spelling of how the event repeats, as it is held; by itself where it says nothing of it."""
    if not body.get(RECURRENCE) or held.repeats is None:
        return [dict(body)]
    return [{**body, RECURRENCE: lines} for lines in spellings(held.repeats, held.when)]
