"""Single occurrences in words: when one was to be, what a side has of it, which fields were changed. Pure.

at(event.when, original)         # "2026-09-14 14:00 Europe/Berlin"
said(event, original)            # "moved to 2026-09-14 16:00 Europe/Berlin", "deleted", "as its series"
fields(["title", "when"])        # ["title", "time or rule"]
"""

from collections.abc import Iterable

from calpair.care.rule_words import listed
from calpair.care.starts import told
from calpair.model.event import Event, Field
from calpair.model.rule import Original
from calpair.model.when import When
from calpair.recurrence import expand, series
from calpair.recurrence.spelling import differences, occurrence_of

DELETED, NO_OCCURRENCE = "deleted", "no occurrence of its series"
_FIELDS = {"when": "time or rule", "body": "text", "show_as": "shade of busy"}


def at(when: When, original: Original) -> str:
    """Say when an occurrence was to be, by the clock of its series."""
    return told(series.at(when, original))


def said(event: Event, original: Original) -> str:
    """Say what a side has of an occurrence."""
    if event.repeats is None:
        return f"a single event at {told(event.when)}"
    if original not in event.overrides:
        there = expand.index(event.when, event.repeats, original) is not None
        return "as its series" if there else NO_OCCURRENCE
    own = event.overrides[original]
    if own is None:
        return DELETED
    others = differences(event, original, own) - {Field.WHEN}
    moved = [f"moved to {told(own.when)}"] if own.when.start != original else []
    changed = [f"{listed(fields(others))} of its own"] if others else []
    return ", ".join([*moved, *changed]) or "as its series"


def fields(names: Iterable[str]) -> list[str]:
    """Name fields as a person would."""
    return sorted(_FIELDS.get(name, str(name)) for name in names)


def changes(names: frozenset[str]) -> list[str]:
    """Name what was changed: fields of the event, and how many of its occurrences; names as in `recurrence/spelling.py`."""
    occurrences = {found[0] for found in map(occurrence_of, names) if found}
    number = f"{len(occurrences)} occurrence{'s' if len(occurrences) > 1 else ''}"
    return [*fields(name for name in names if not occurrence_of(name)), *([number] if occurrences else [])]
