"""What Google would hold of an event if it were written today: what is cut, folded together or left out. Pure.

Every loss is a short word. One that ends in `:shortened` says that the copy holds less of that field than there is, so
that the copy's text is never taken for an edit. A series is held as it repeats, and each override like an event.
"""

from dataclasses import replace

from calpair.google.mapping import colours, description, recurrence, reminders, times
from calpair.google.mapping.series import telling
from calpair.model.event import Event, Privacy, ShowAs
from calpair.model.rule import Original
from calpair.ports import Held

LONGEST_TITLE = 1024
LONGEST_PLACE = 1024


def hold(event: Event, table: colours.Table) -> Held:
    """Tell what would be read back after writing it."""
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
