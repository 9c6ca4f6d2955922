"""A series at home, as it is to be once what was said of its occurrences is written. Pure.

draft = Draft(item, item.event)
draft.bring(original, was, said)       # as the part's occurrence changed from `was` to `said`
draft.edit()                                  # what to write; None: the series says so already
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from calpair.model.event import Event, Field, Item
from calpair.model.link import Stamp
from calpair.model.rule import Original
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Edit
from calpair.recurrence import series
from calpair.recurrence.spelling import differences


@dataclass(slots=True)
class Draft:
    """The series as it is to be, so far."""

    item: Item
    event: Event
    fields: frozenset[Field] = frozenset()
    overrides: set[Original] = field(default_factory=set)
    stamp: Stamp | None = None
    zone: str = ""

    def say(self, original: Original, said: Event | None) -> None:
        """Have an occurrence say this, as an override of what it says otherwise than the series, if that is news."""
        overrides = dict(self.event.overrides)
        before = overrides.pop(original, self.event)
        if said is None:
            overrides[original] = None
        else:
            values = {name.value: getattr(said, name.value) for name in differences(self.event, original, said)}
            if values:
                overrides[original] = replace(series.occurrence(self.event, original), **values)
        if overrides.get(original, self.event) != before:
            self.event = replace(self.event, overrides=overrides)
            self.overrides.add(original)

    def bring(self, original: Original, was: Event | None, said: Event | None) -> None:
        """Have an occurrence change at home as it did on a part.

        What the part did not have and has not now may stand apart from it, or be nowhere.
        """
        usual = series.occurrence(self.event, original)
        if said is None:
            if was is not None:
                self.say(original, None)
        elif was is None:
            self.say(original, replace(usual, **values(said, usual, Field)))
        else:
            changed = [name for name in Field if getattr(said, name.value) != getattr(was, name.value)]
            home = series.effective(self.event, original) or usual
            if changed:
                self.say(original, replace(home, **values(said, home, changed)))

    def edit(self) -> Edit | None:
        """Give the edit of the series."""
        if not self.fields and not self.overrides and not self.stamp:
            return None
        return Edit(self.item, self.event, self.fields, self.stamp, self.zone, frozenset(self.overrides))


def unnamed(before: Event, original: Original, edit: Edit, now: Original) -> Event | None:
    """Give an occurrence under an edit of its part alone: what it overrides, it keeps; how it was moved, too."""
    was = series.effective(before, original)
    if was is None:
        return None
    own = differences(before, original, was)
    said = replace(was, **values(edit.event, was, edit.fields - own - {Field.WHEN}))
    if Field.WHEN not in edit.fields:
        return said
    usual = series.at(before.when, original)
    return replace(said, when=_moved(was.when, usual, series.at(edit.event.when, now)))


def _moved(when: When, usual: When, now: When) -> When:
    """Move a time as another was moved, but for what would leave nothing of it."""
    if isinstance(when, Timed) and isinstance(usual, Timed) and isinstance(now, Timed):
        start = when.start + (now.start - usual.start)
        return Timed(start, max(start, when.end + (now.end - usual.end)), now.zone)
    if isinstance(when, AllDay) and isinstance(usual, AllDay) and isinstance(now, AllDay):
        first = when.start + (now.start - usual.start)
        return AllDay(first, max(first + timedelta(days=1), when.end + (now.end - usual.end)))
    return now


def values(source: Event, onto: Event, fields: Iterable[Field]) -> dict[str, Any]:
    """Give fields as values; categories only where they are carried."""
    carried = (field for field in fields if field is not Field.CATEGORIES or onto.categories is not None)
    return {field.value: getattr(source, field.value) for field in carried}
