"""Removals of the parts of one series: cancelled occurrences of it, or its own end when nothing would be left. Pure.

going = withdraw(found, removals, hold)       # all of one series; `found` is what a read of it answered
going.answer(place, outcome)                  # what became of one removal, from the answer to `removal` or `edit`
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from calpair.errors import AbsentError, RefusedError, SideError, StaleError
from calpair.model.event import Item
from calpair.model.rule import Original
from calpair.ports import Edit, Removal, Written
from calpair.sync.overriding import Draft
from calpair.sync.project import CANCELLED, Hold, base, content, covered, project, seen_of


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


def withdraw(found: Item | SideError, removals: Sequence[Removal], hold: Hold) -> Withdrawal:
    """Decide what to do about the removals of one item, or of its parts."""
    outright = next((removal for removal in removals if base(removal.id) == removal.id), None)
    if isinstance(found, SideError):
        # That a part's series is not there is for the server to say, as of any item.
        asking = outright if isinstance(found, AbsentError) else None
        settled = None if found.code == CANCELLED else found
        left = [place for place, removal in enumerate(removals) if not asking or removal.id != asking.id]
        return Withdrawal(asking, answers=dict.fromkeys(left, settled))
    parts = project(found, hold)
    parted = not any(part is found for part in parts.values())
    mine: list[int] = []
    answers: dict[int, SideError | None] = {}
    for place, removal in enumerate(removals):
        if removal.id in parts and (removal.version == found.version or not parted):
            mine.append(place)
        else:
            answers[place] = StaleError("part", "the series was changed meanwhile")
    if not mine:
        return Withdrawal(answers=answers)
    if not parted:
        return Withdrawal(outright, answers=answers)
    going = {place: parts[removals[place].id] for place in mine}
    if {part.id for part in going.values()} == set(parts) and covered(found, hold):
        permanent = any(removals[place].permanent for place in mine)
        return Withdrawal(Removal(found.id, found.version, permanent), answers=answers)
    return _cancelling(found, going, answers)


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
