"""What Google would hold of an event if it were written today: what is cut, folded together or left out. Pure.

Every loss is a short word. One that ends in `:shortened` says that the copy holds less of that field than there is, so
that the copy's text is never taken for an edit. A series is held as it repeats, and each override like an event; one
that goes by clocks of its own, which Google has no zone for, as single events (`recurrence/singles.py`).
"""

from dataclasses import replace
from datetime import datetime

from calpair.google.mapping import colours, description, recurrence, reminders, times
from calpair.google.mapping.series import telling
from calpair.model import clocks
from calpair.model.event import Event, Privacy, ShowAs
from calpair.model.rule import Original, Recurrence, original_text
from calpair.model.when import Timed
from calpair.ports import RULE, Held, Portion
from calpair.recurrence.series import effective, occurrence
from calpair.recurrence.singles import singles
from calpair.recurrence.target import target

LONGEST_TITLE = 1024
LONGEST_PLACE = 1024

CLOCKS = f"{RULE}:zone"
"""The loss of a series whose clocks are no zone's, so that its occurrences stand singly."""


def hold(event: Event, table: colours.Table, until: datetime | None = None) -> Held:
    """Tell what would be read back after writing it.

    `until`: how far a series without end is held where its occurrences have to stand alone.
    """
    if event.repeats is not None and isinstance(event.when, Timed) and clocks.is_own(event.when.zone):
        return _singly(event, event.repeats, table, until)
    held, losses = _single(event, table)
    if event.repeats is None:
        return Held(held, losses)
    repeats, holes = recurrence.plain(event.repeats, held.when)
    overrides: dict[Original, Event | None] = dict.fromkeys(holes)
    words = set(losses)
    for original, said in event.overrides.items():
        overrides[original] = None
        if said is not None:
            one, left_out = _single(said, table)
            overrides[original] = replace(one, when=times.of_series(one.when, held.when))
            words |= set(left_out)
    held = replace(held, repeats=repeats)
    return Held(replace(held, overrides=telling(held, overrides)), tuple(sorted(words)))


def _singly(event: Event, repeats: Recurrence, table: colours.Table, until: datetime | None) -> Held:
    conversion = singles(target(event.when, repeats), repeats, until)
    words = {*conversion.losses, CLOCKS}
    portions: list[Portion] = []
    for part in conversion.parts:
        original = part.when.start
        # What was cancelled is nowhere, and still one of those the series is held as.
        held, losses = _single(effective(event, original) or occurrence(event, original), table)
        portions.append(Portion(original_text(original), held, original))
        words |= set(losses)
    return Held(event, tuple(sorted(words)), tuple(portions))


def _single(event: Event, table: colours.Table) -> tuple[Event, tuple[str, ...]]:
    losses: list[str] = []

    def cut(text: str, longest: int, field: str) -> str:
        if len(text) <= longest:
            return text
        losses.append(f"{field}:shortened")
        return _at_a_word(text[: longest - 1]) + "…"

    title, place = cut(event.title, LONGEST_TITLE, "title"), cut(event.place, LONGEST_PLACE, "place")
    body = description.written(event.body)
    when, stretched = times.held(event.when)
    reminder = event.reminder
    if reminder is not None and not 0 <= reminder <= reminders.MOST_MINUTES:
        reminder = min(max(reminder, 0), reminders.MOST_MINUTES)
        losses.append("reminder:shortened")
    categories, left_out = colours.held(event.categories, table)
    show_as = ShowAs.FREE if event.show_as is ShowAs.FREE else ShowAs.BUSY
    privacy = Privacy.PRIVATE if event.privacy is Privacy.PERSONAL else event.privacy
    losses += ["body:shortened"] if body.shortened else []
    losses += ["show_as"] if show_as is not event.show_as else []
    losses += ["privacy"] if privacy is not event.privacy else []
    held = Event(title, when, body.body, place, show_as, privacy, reminder, categories)
    return held, tuple(sorted([*losses, *stretched, *left_out]))


def _at_a_word(text: str) -> str:
    head, space, _ = text.rpartition(" ")
    return head.rstrip() if space and len(head) > len(text) // 2 else text
