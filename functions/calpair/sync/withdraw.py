"""Removals of the parts of one series: cancelled occurrences of it, or its own end when nothing would be left. Pure.

going = withdraw(removals, hold)              # of one item, or all of one series
going.answer(place, outcome)                  # what became of one removal, from the answer to `removal` or `edit`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calpair.errors import RefusedError, SideError, StaleError
from calpair.model.event import Item
from calpair.model.rule import Original
from calpair.ports import Edit, Removal, Written
from calpair.sync.overriding import Draft
from calpair.sync.project import Hold, content, covered, project, seen_of, view


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What to do, one thing or nothing: delete the item, or edit it. `answers`: removals settled already, by place.

    `cancelled`: the occurrences that go with a removal, by place.
    """

    removal: Removal | None = None
    edit: Edit | None = None
    answers: Mapping[int, SideError | None] = field(default_factory=dict)
    cancelled: Mapping[int, Sequence[Original]] = field(default_factory=dict)

    def answer(self, place: int, outcome: Written | SideError | None) -> SideError | None:
        """Tell what became of a removal."""
        if place in self.answers:
            return self.answers[place]
        if not isinstance(outcome, Written):
            return outcome
        refused = outcome.refused
        return next((refused[one] for one in self.cancelled.get(place, ()) if one in refused), None)


def withdraw(removals: Sequence[Removal], hold: Hold) -> Withdrawal:
    """Decide what to do about the removals of one item, or of parts of one series as they were read."""
    parts = {place: removal.item for place, removal in enumerate(removals) if removal.item and view(removal.item)}
    if not parts:
        return Withdrawal(removals[0])
    series = seen_of(next(iter(parts.values()))).item
    answers: dict[int, SideError | None] = {
        place: StaleError("part", "the series was changed meanwhile")
        for place, removal in enumerate(removals)
        if place not in parts
        or removal.version != series.version
        or seen_of(parts[place]).item.version != series.version
    }
    going = {place: part for place, part in parts.items() if place not in answers}
    if not going:
        return Withdrawal(answers=answers)
    everything = {part.id for part in going.values()} == set(project(series, hold)) and covered(series, hold)
    if everything or any(_endless(part) for part in going.values()):
        # What only stands beside the series goes with it.
        permanent = any(removals[place].permanent for place in going)
        return Withdrawal(Removal(series.id, series.version, permanent, series), answers=answers)
    return _cancelling(series, going, answers)


def _endless(part: Item) -> bool:
    """Tell whether a part is its series, but for single occurrences, and has no end: it can only go as a whole."""
    seen = seen_of(part)
    return seen.itself and seen.originals is None


def _cancelling(item: Item, going: Mapping[int, Item], answers: Mapping[int, SideError | None]) -> Withdrawal:
    draft = Draft(item, content(item))
    settled, cancelled = dict(answers), {}
    for place, part in going.items():
        originals, event = seen_of(part).originals, content(part)
        if originals is None:
            settled[place] = RefusedError("part", "a part without end cannot be taken out of its series")
        # What a part does not have itself may stand apart from it, or be nowhere.
        cancelled[place] = [one for one in originals or () if event.overrides.get(one, event) is not None]
        for original in cancelled[place]:
            draft.say(original, None)
    return Withdrawal(edit=draft.edit(), answers=settled, cancelled=cancelled)
