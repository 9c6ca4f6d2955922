"""What it takes to bring one occurrence of a series to what is wanted of it. Pure.

    body = bringing(there, wanted, known)        # None: it is so
    edited(before, there, written, known)        # somebody else changed it meanwhile

`there` is the occurrence as a resource: an exception, or as the series generates it. Cancelled is a status like any
other, so an occurrence is taken out, and brought back, by a patch under its version.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from calpair.google.mapping import reading, recurrence, times, writing
from calpair.google.mapping.reading import Known, Rest
from calpair.google.mapping.series import ordered
from calpair.model.event import Event, Field
from calpair.model.rule import Original
from calpair.recurrence.series import occurrence

_STATUS = "status"


def bringing(
    there: Mapping[str, Any], wanted: Event | None, known: Known, within: frozenset[Field] = frozenset(Field)
) -> dict[str, Any] | None:
    """Give the body of a patch; None where there is nothing to do. `wanted` is as Google holds it, or None: cancelled.

    Of one that is there only fields `within` these are written. UnreadableError.
    """
    if wanted is None:
        return None if reading.cancelled(there) else {_STATUS: "cancelled"}
    if reading.cancelled(there):
        return {_STATUS: "confirmed", **writing.fields(wanted, Field, None, known.table)}
    fields = differing(wanted, reading.content(there, known)) & within
    was = Rest(reading.reminders(there, known))
    return writing.fields(wanted, fields, was, known.table) if fields else None


def rank(body: Mapping[str, Any]) -> int:
    """Give the place of a patch among those of a series: cancellations, then moves, then the rest."""
    return 0 if body.get(_STATUS) == "cancelled" else 1 if "start" in body else 2


def told(event: Event, originals: Collection[Original]) -> dict[Original, Event | None]:
    """Say of occurrences of a series what it says of them, in order; None where it has none."""
    plain = [original for original in originals if original not in event.overrides]
    there = recurrence.occurring(event.repeats, event.when, plain) if event.repeats else frozenset()
    said = {original: occurrence(event, original) if original in there else None for original in plain}
    return ordered({**said, **{one: event.overrides[one] for one in originals if one in event.overrides}})


def edited(before: Event | None, there: Mapping[str, Any], written: frozenset[Field], known: Known) -> bool:
    """Tell whether an occurrence says something else than before, but for fields just written. UnreadableError."""
    if before is None or reading.cancelled(there):
        return before is not None or not reading.cancelled(there)
    return bool(differing(before, reading.content(there, known)) - written)


def says(there: Mapping[str, Any], said: Event | None, known: Known, ignoring: frozenset[Field] = frozenset()) -> bool:
    """Tell whether an occurrence says just this (None: is cancelled); what cannot be understood does not."""
    try:
        return not edited(said, there, ignoring, known)
    except reading.UnreadableError:
        return False


def differing(one: Event, said: Event) -> frozenset[Field]:
    """Name the fields in which an occurrence as told, and as read by itself, differ."""
    said = replace(said, when=times.of_series(said.when, one.when))
    fields = (field for field in Field if getattr(one, field.value) != getattr(said, field.value))
    return frozenset(field for field in fields if field is not Field.CATEGORIES or one.categories is not None)
