"""Edits of the parts of one series, told as one edit of the series at home. Pure.

    told = translate(edits)            # all of one series; `told.edit` is what to write, None where it says so already

An edit of one occurrence of a part is an override at home; an edit of a whole part one of each of its occurrences. The
part that is the series itself is changed as the series; any other without end cannot be changed as a whole. What is
compared is the part before and after, so that what the other side cannot hold stays as it is at home.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from calpair.errors import RefusedError, SideError, StaleError
from calpair.model.event import Event, Field
from calpair.model.rule import Original, original_text
from calpair.ports import Edit
from calpair.recurrence import expand, series
from calpair.recurrence.spelling import rebased
from calpair.sync.overriding import Draft, unnamed, values
from calpair.sync.project import Projection, content, seen_of

Names = Mapping[Original, Original]
"""Occurrences at home by original start, and what a part calls each."""


@dataclass(frozen=True, slots=True)
class Told:
    """What to write of a series, the occurrences each of the edits is about, and what cannot be written, by number."""

    edit: Edit | None
    names: Sequence[Names] = ()
    refused: Mapping[int, SideError] = field(default_factory=dict)


def translate(edits: Sequence[Edit]) -> Told:
    """Tell edits of a series' parts as one edit of the series.

    Those made from another version than the first one's are stale, and so is every other where one changes when the
    series itself takes place.
    """
    ruling = next((edit for edit in edits if seen_of(edit.item).itself and Field.WHEN in edit.fields), None)
    whole = seen_of((ruling or edits[0]).item).item
    draft = Draft(whole, content(whole))
    names: list[Names] = []
    refused: dict[int, SideError] = {}
    for number, edit in enumerate(edits):
        seen = seen_of(edit.item)
        if seen.item.version != whole.version or (ruling and edit is not ruling):
            about: Names | SideError = StaleError("part", "the series was changed meanwhile")
        else:
            about = _of_itself(draft, edit) if seen.itself else _of_portion(draft, seen, edit)
        if isinstance(about, SideError):
            refused[number], about = about, {}
        else:
            draft.stamp = draft.stamp or (None if seen.portion.key else edit.stamp)
            draft.zone = draft.zone or edit.zone
        names.append(about)
    return Told(draft.edit(), names, refused)


def _of_itself(draft: Draft, edit: Edit) -> Names:
    """Write the part's fields over the series, and what is said of occurrences."""
    before, after, was = content(edit.item), edit.event, draft.event
    changed = replace(was, **values(after, was, edit.fields), overrides={})
    draft.fields |= edit.fields
    if Field.WHEN not in edit.fields:
        draft.event = replace(changed, overrides=rebased(was, changed))
        for original in _in_order(edit.overrides):
            draft.bring(original, series.effective(before, original), series.effective(after, original))
        return {original: original for original in edit.overrides}
    # Under another rule the old overrides mean nothing, but for occurrences that stand apart and still do.
    draft.event = replace(changed, repeats=after.repeats)
    draft.overrides |= edit.overrides
    for original, said in after.overrides.items():
        if said is None and before.overrides.get(original, before) is None:
            draft.say(original, was.overrides.get(original))
        elif said is None:
            draft.say(original, None)
        else:
            draft.bring(original, None, said)
    return {original: original for original in draft.overrides}


def _of_portion(draft: Draft, seen: Projection, edit: Edit) -> Names | SideError:
    """Write an override for every occurrence that the edit is about."""
    before, after, portion = content(edit.item), edit.event, seen.portion
    if portion.original is not None:
        if after.repeats:
            return RefusedError("part", "an occurrence cannot repeat; make it an event of its own")
        draft.bring(portion.original, before, replace(before, **values(after, before, edit.fields)))
        return {portion.original: portion.original}
    if edit.fields and seen.originals is None:
        return RefusedError("part", "a part without end is changed where its series lives, or occurrence by occurrence")
    pairs = _pairs(seen.originals or (), edit)
    if pairs is None:
        return RefusedError("part", "a part of a series cannot have occurrences that the series has not")
    said: Event | None
    for original, now in pairs.items():
        if now is None:
            said = None
        elif edit.overrides.isdisjoint({original, now}):
            said = unnamed(before, original, edit, now)
        else:
            said = series.effective(after, now)
        draft.bring(original, series.effective(before, original), said)
    return {original: original if now is None else now for original, now in pairs.items()}


def _pairs(originals: Collection[Original], edit: Edit) -> Mapping[Original, Original | None] | None:
    """Give the occurrences that an edit is about, each with what it is called now (None: there no more).

    The rule of a part may be changed if that leaves it as many occurrences, or takes some away; None otherwise.
    """
    after = edit.event
    if Field.WHEN not in edit.fields:
        return {original: original for original in _in_order({*(originals if edit.fields else ()), *edit.overrides})}
    own = expand.originals(after.when, after.repeats) if after.repeats else iter((after.when.start,))
    now = tuple(islice(own, len(originals) + 1))
    if len(now) == len(originals):
        return dict(zip(originals, now, strict=True))
    if set(now) <= set(originals):
        return {original: original if original in now else None for original in originals}
    return None


def _in_order(originals: Iterable[Original]) -> Sequence[Original]:
    return sorted(originals, key=original_text)
