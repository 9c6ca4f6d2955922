"""What is to be written on the occurrences of a series, from what is there and what is wanted. Pure.

    forgetting(edit, build)                   # does the series have to forget its deletions first?
    aim = of_draft(...) or of_edit(...)       # what the series is to be, and which occurrences matter
    deletions, changes = steps(there, aim)    # in the order in which they are to be written

Deletions come first, so that a day they free can be moved to; then moves, the later ones first where they go forward and
last where they go back, so that none meets a neighbour on its way; then everything else. Only what differs is written,
and what an occurrence says like its series counts as the same however each side spells it. No state is kept: whatever
was left half done is the difference of the next time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from calpair.exchange.crossing import day_of
from calpair.exchange.holding import hold, overridden
from calpair.exchange.likeness import alike, differing, same
from calpair.exchange.versions import Build
from calpair.model.event import Event, Field
from calpair.model.rule import Original
from calpair.model.when import Timed
from calpair.ports import Edit
from calpair.recurrence import expand
from calpair.recurrence.series import effective, occurrence


@dataclass(frozen=True, slots=True)
class Aim:
    """What a series is to be, and the occurrences that are looked at."""

    wanted: Event
    looked_at: frozenset[Original]


@dataclass(frozen=True, slots=True)
class Step:
    """One occurrence to be written: deleted (`said` is None), or made to say so in these fields."""

    original: Original
    said: Event | None
    fields: frozenset[Field] = frozenset()


def of_draft(held: Event) -> Aim:
    """Give what a series that was just made is to be."""
    return Aim(held, frozenset(held.overrides))


def of_edit(edit: Edit, there: Event, build: Build, *, looking: bool) -> Aim:
    """Give what an edited series is to be. `looking`: `there` is what the edit of the series itself left behind."""
    if Field.WHEN in edit.fields:
        wanted = hold(edit.event, build, detach=False).event
        return Aim(wanted, frozenset({*wanted.overrides, *there.overrides, *edit.overrides}))
    content = hold(replace(edit.event, repeats=None, overrides={}), build).event
    series = replace(content, when=there.when, repeats=there.repeats)
    said = {original: edit.event.overrides[original] for original in edit.overrides & set(edit.event.overrides)}
    kept = _kept(edit.item.event or there, there, edit.fields) if looking else there.overrides
    others = {original: override for original, override in kept.items() if original not in edit.overrides}
    # All of them are neighbours, though only some are written.
    wanted = overridden(series, {**others, **said}, build).event
    if not looking:
        return Aim(wanted, edit.overrides - set(unreadable(edit)))
    # An exception that says nothing else than the series keeps what it says when the series says something new.
    looked_at = edit.overrides | set(others) | set(edit.item.marks)
    return Aim(replace(wanted, overrides={**others, **wanted.overrides}), looked_at - set(unreadable(edit)))


def concerned(edit: Edit) -> bool:
    """Tell whether occurrences may have to be written after an edit of the series itself."""
    before = edit.item.event
    after = edit.event if Field.WHEN in edit.fields or before is None else before
    return after.repeats is not None and bool(
        edit.overrides or edit.event.overrides or edit.item.marks or (before and before.overrides)
    )


def reaching(edit: Edit, build: Build) -> bool:
    """Tell whether an edit of a series may reach its occurrences, so that they are to be looked at again."""
    return bool(edit.fields) or forgetting(edit, build)


def unreadable(edit: Edit) -> Mapping[Original, str]:
    """Give the occurrences nobody can read, with the reason: they are left as they are."""
    return {original: mark.trouble for original, mark in edit.item.marks.items() if mark.trouble}


def forgetting(edit: Edit, build: Build) -> bool:
    """Tell whether an edit wants back what was deleted, for which Exchange has no other way than the rule anew.

    It is not done to other people's meetings, nor where an occurrence would go that nobody can read.
    """
    before = edit.item.event
    if before is None or before.repeats is None or edit.item.people:
        return False
    deleted = {original for original, said in before.overrides.items() if said is None}
    if Field.WHEN in edit.fields:
        wanted = hold(edit.event, build, detach=False).event
        return any(_lives(wanted, original) for original in deleted)
    back = {original for original in deleted & edit.overrides if effective(edit.event, original) is not None}
    return bool(back) and not unreadable(edit)


def steps(there: Event, aim: Aim) -> tuple[list[Step], list[Step]]:
    """Give the deletions and the changes that make what is there what is wanted, each in its order.

    What is deleted there and wanted is no step: it cannot be had so.
    """
    deletions: list[Step] = []
    changes: list[Step] = []
    for original in sorted(aim.looked_at):
        have, want = effective(there, original), effective(aim.wanted, original)
        if have is None:
            continue
        if want is None:
            deletions.append(Step(original, None))
            continue
        said = _meant(want, occurrence(aim.wanted, original), occurrence(there, original))
        fields = differing(have, said)
        if fields:
            changes.append(Step(original, said, fields))
    return deletions, _ordered(there, changes)


def done(there: Event, written: Iterable[Step]) -> Event:
    """Give what a series says once these steps are written."""
    overrides = dict(there.overrides)
    for step in written:
        have = effective(there, step.original)
        if step.said is None or have is None:
            overrides[step.original] = None
            continue
        said = _with(have, step.said, step.fields)
        overrides[step.original] = said
        if same(said, occurrence(there, step.original)):
            del overrides[step.original]
    return replace(there, overrides=overrides)


def agree(one: Event, other: Event) -> bool:
    """Tell whether two accounts of a series say the same of it and of all its occurrences."""
    if one.repeats is None or other.repeats is None:
        return one.repeats is other.repeats and same(one, other)
    alike_rules = one.repeats == other.repeats or expand.same(one.when, one.repeats, other.when, other.repeats)
    if not same(one, other) or not alike_rules:
        return False
    return all(
        _agree(effective(one, original), effective(other, original)) for original in {*one.overrides, *other.overrides}
    )


def stands(event: Event, wanted: Event, original: Original) -> bool:
    """Tell whether an occurrence is as it was wanted."""
    return _agree(effective(event, original), effective(wanted, original))


def _lives(series: Event, original: Original) -> bool:
    if series.repeats is None or isinstance(original, datetime) is not isinstance(series.when, Timed):
        return False
    return effective(series, original) is not None and expand.index(series.when, series.repeats, original) is not None


def _agree(one: Event | None, other: Event | None) -> bool:
    return one is other if one is None or other is None else same(one, other)


def _meant(want: Event, generated: Event, there: Event) -> Event:
    """Say in the words of the series that is there what is wanted as the series has it."""
    return _with(want, there, frozenset(field for field in Field if alike(field, want, generated)))


def _kept(before: Event, after: Event, fields: frozenset[Field]) -> Mapping[Original, Event | None]:
    """Give the overrides a series had, as they are to stay: what they said as the series, they say as it does now."""
    kept = dict[Original, Event | None](before.overrides)
    for original, said in before.overrides.items():
        if said is not None:
            generated = occurrence(before, original)
            inherited = frozenset(field for field in fields if alike(field, said, generated))
            kept[original] = _with(said, occurrence(after, original), inherited)
    return kept


def _with(event: Event, other: Event, fields: frozenset[Field]) -> Event:
    """Give an event that says in these fields what another does."""
    return replace(event, **{field.value: getattr(other, field.value) for field in fields})


def _ordered(there: Event, changes: list[Step]) -> list[Step]:
    place = _places(there)
    forward, back, others = list[Step](), list[Step](), list[Step]()
    for step in changes:
        have = effective(there, step.original)
        if step.said is None or have is None or Field.WHEN not in step.fields:
            others.append(step)
        elif place(step.said) > place(have):
            forward.append(step)
        else:
            back.append(step)
    return [*reversed(forward), *back, *others]


def _places(series: Event) -> Callable[[Event], tuple[date, float, timedelta]]:
    zone = series.when.zone if isinstance(series.when, Timed) else ""

    def place(event: Event) -> tuple[date, float, timedelta]:
        start = event.when.start
        moment = start.timestamp() if isinstance(start, datetime) else 0.0
        return day_of(event.when, zone), moment, event.when.end - event.when.start

    return place
