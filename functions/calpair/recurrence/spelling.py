"""What events say, spelled out name by name, so that two can be compared and a digest can stand for each. Pure.

Two readings of every field. The *exact* one is what a side's own server holds, to the letter. The *alike* one is what a
person would read, however each server spells it. A name is a field (`title`), or a field of one occurrence that differs
from its series there (`2026-11-30T09:00:00Z/title`); an occurrence that was cancelled has `.../gone` alone. So what the
series says is said once, and an edit of the series leaves its overrides as they were.

A rule is spelled by what it generates, never by its text.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from calpair.model.event import Event, Field
from calpair.model.rule import Original, Recurrence, original_text, read_original
from calpair.model.when import Timed, When
from calpair.recurrence import expand, series

GONE = "gone"
"""The name, of an occurrence, that it was cancelled."""

Spelled = Mapping[str, str]
"""What is said, by name."""


def of_occurrence(original: Original, field: str) -> str:
    """Name a field of an occurrence."""
    return f"{original_text(original)}/{field}"


def occurrence_of(name: str) -> tuple[Original, str] | None:
    """Give the original start and the field in a name; None for a field of the event itself."""
    start, slash, field = name.partition("/")
    return (read_original(start), field) if slash else None


def field_of(name: str) -> str:
    """Give the field in a name, the event's or an occurrence's."""
    return name.rpartition("/")[2]


def exact(event: Event) -> Spelled:
    """Spell out everything the side holds, keeping all that a person could have changed."""
    return {**_exact(event), **_overrides(event, letter=True)}


def alike(event: Event) -> Spelled:
    """Spell out everything the side holds as a person reads it: spelling, zone names and order do not count."""
    return {**_alike(event), **_overrides(event, letter=False)}


def likeness(event: Event) -> tuple[str, str, str]:
    """Give times, title and place as read by a person: what two unlinked events are recognised by."""
    spelled = _alike(event)
    return spelled[Field.WHEN], spelled[Field.TITLE], spelled[Field.PLACE]


def differences(event: Event, original: Original, override: Event) -> frozenset[Field]:
    """Give the fields in which an occurrence says something else, to a person's eye, than its series does."""
    usual, now = _alike(series.occurrence(event, original)), _alike(override)
    return frozenset(field for field in Field if now.get(field) != usual.get(field))


def rebased(before: Event, after: Event) -> Mapping[Original, Event | None]:
    """Give the overrides of `before` as they stand once the series says what `after` does: what they overrode, stays."""
    return {
        original: None
        if override is None
        else replace(
            series.occurrence(after, original),
            **{field.value: getattr(override, field.value) for field in differences(before, original, override)},
        )
        for original, override in before.overrides.items()
    }


def _exact(event: Event) -> dict[str, str]:
    body = event.body
    fields: dict[str, object] = {
        Field.TITLE: event.title,
        Field.BODY: [body.html, body.content.replace("\r\n", "\n").strip()],
        Field.PLACE: event.place,
        Field.WHEN: [*_when(event.when, zone=True), *_repeats(event)],
        Field.SHOW_AS: event.show_as,
        Field.PRIVACY: event.privacy,
        Field.REMINDER: event.reminder,
    }
    if event.categories is not None:
        fields[Field.CATEGORIES] = list(event.categories)
    return _spelled(fields)


def _alike(event: Event) -> dict[str, str]:
    fields: dict[str, object] = {
        Field.TITLE: _words(event.title),
        Field.BODY: event.body.alike(),
        Field.PLACE: _words(event.place),
        Field.WHEN: [*_when(event.when, zone=False), *_repeats(event)],
        Field.SHOW_AS: event.show_as,
        Field.PRIVACY: event.privacy,
        Field.REMINDER: event.reminder,
    }
    if event.categories is not None:
        fields[Field.CATEGORIES] = sorted(event.categories)
    return _spelled(fields)


def _overrides(event: Event, *, letter: bool) -> dict[str, str]:
    """Spell out in what occurrences differ from the series: for a person's eye; to the letter, if they do."""
    found: dict[str, str] = {}
    for original, override in event.overrides.items():
        found.update(
            (of_occurrence(original, name), text) for name, text in _override(event, original, override, letter)
        )
    return found


def _override(event: Event, original: Original, override: Event | None, letter: bool) -> Iterator[tuple[str, str]]:
    if override is None:
        yield GONE, "true"
        return
    texts = _exact(override) if letter else _alike(override)
    yield from ((field, texts[field]) for field in differences(event, original, override) if field in texts)


def _repeats(event: Event) -> list[str]:
    return [] if event.repeats is None else [_generated(event.when, event.repeats)]


def _generated(when: When, repeats: Recurrence) -> str:
    found = expand.generated(when, repeats)
    starts = "\n".join(map(original_text, (*found.originals, *([found.last] if found.last else ()))))
    return hashlib.sha256(starts.encode()).hexdigest()


def _words(text: str) -> str:
    return " ".join(text.split())


def _when(when: When, *, zone: bool) -> list[str]:
    if isinstance(when, Timed):
        return ["timed", _instant(when.start), _instant(when.end), when.zone if zone else ""]
    return ["all_day", when.start.isoformat(), when.end.isoformat()]


def _instant(instant: datetime) -> str:
    return instant.isoformat()


def _spelled(fields: Mapping[str, object]) -> dict[str, str]:
    return {str(name): json.dumps(value, ensure_ascii=True) for name, value in fields.items()}
