"""A calendar that shows a series as several items where the other side cannot hold it as one.

    google = Parted(google, hold=exchange.hold)
    google = Parted(google, hold=exchange.hold, anew=False)      # no more parts than are asked for

So everybody else keeps to one item on each side of a link: parts are read, changed and removed like other items, under
ids that begin with their series' (`project.py`), and what is written of them is written on the series (`translate.py`),
one edit a series and batch. Lists name series only: what tells of an item tells of all its parts.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from calpair.errors import CANCELLED, AbsentError, SideError
from calpair.model.event import Event, Item
from calpair.model.link import series_of
from calpair.model.side import Side
from calpair.ports import NO_HINTS, Calendar, Draft, Edit, Finding, Held, Hint, Page, Removal, Written
from calpair.sync.project import Hold, past, project, untold, view
from calpair.sync.translate import Told, translate
from calpair.sync.withdraw import withdraw


class Parted:
    """`ports.Calendar` of one side, in parts; `hold` tells what the other side would hold of an event.

    `anew`: a series that is asked for under its own name is seen in parts. Otherwise those alone are that are asked for
    by theirs: a pair that runs one way now carries nothing more of Google's, and still knows what it carried.
    """

    def __init__(self, calendar: Calendar, hold: Hold, *, anew: bool = True) -> None:
        self._calendar = calendar
        self._hold = hold
        self._anew = anew

    @property
    def side(self) -> Side:
        """As the calendar's."""
        return self._calendar.side

    def changes(self, cursor: str) -> Page:
        """As the calendar's: of series."""
        return self._calendar.changes(cursor)

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        """Read items, each series once, and give all parts of those asked for under any id.

        A part that its series has no more is AbsentError with code `cancelled`. Where it cannot be told, the item
        itself stands for it, to be set aside.
        """
        found: dict[str, Item | SideError] = {}
        wanted = list(dict.fromkeys(map(series_of, ids)))
        for id_, answer in self._calendar.read(wanted, _of_series(known)).items():
            asked = [one for one in ids if series_of(one) == id_]
            if not isinstance(answer, Item) or (not self._anew and asked == [id_]):
                found |= dict.fromkeys(asked, answer)
            elif self._anew:
                found |= self._seen(answer, asked)
            else:
                seen = self._seen(answer, asked)
                found |= {one: answer if one == id_ else seen[one] for one in asked}
        return found

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """As the calendar's."""
        return self._calendar.create(drafts)

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """Change items; of a part of a series, the series. A part that its series has no more then is to be read."""
        groups = _grouped(series_of(edit.item.id) if view(edit.item) else number for number, edit in enumerate(edits))
        told = [_told([edits[number] for number in numbers]) for numbers in groups]
        writing = [one.edit for one in told if one.edit]
        written = iter(self._calendar.update(writing) if writing else ())
        answers: dict[int, Written | SideError] = {}
        for numbers, one in zip(groups, told, strict=True):
            outcome = next(written) if one.edit else None
            item = outcome.item if isinstance(outcome, Written) else None
            parts = project(item, self._hold) if item and view(edits[numbers[0]].item) else {}
            answers |= {
                number: _answer(edits[number], one, place, outcome, parts) for place, number in enumerate(numbers)
            }
        return [answers[number] for number in range(len(edits))]

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """Delete items; of a part, what it has of its series, which itself goes with all of its parts."""
        groups = _grouped(
            series_of(one.id) if one.item and view(one.item) else number for number, one in enumerate(removals)
        )
        going = [withdraw([removals[number] for number in numbers], self._hold) for numbers in groups]
        removing = [one.removal for one in going if one.removal]
        editing = [one.edit for one in going if one.edit]
        removed = iter(self._calendar.delete(removing) if removing else ())
        edited = iter(self._calendar.update(editing) if editing else ())
        answers: dict[int, SideError | None] = {}
        for numbers, one in zip(groups, going, strict=True):
            outcome = next(removed) if one.removal else next(edited) if one.edit else None
            answers |= {number: one.answer(place, outcome) for place, number in enumerate(numbers)}
        return [answers[number] for number in range(len(removals))]

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        """As the calendar's."""
        return self._calendar.hold(event, until)

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """As the calendar's."""
        return self._calendar.examine(writing=writing)

    def _seen(self, item: Item, asked: Iterable[str]) -> Mapping[str, Item | SideError]:
        found: dict[str, Item | SideError] = dict(project(item, self._hold))
        for id_ in asked:
            if id_ not in found:
                found[id_] = self._missing(item, id_)
        return found

    def _missing(self, item: Item, id_: str) -> Item | SideError:
        if untold(item, self._hold):
            return replace(item, id=id_, stamp=None)
        return past(item, id_, self._hold) or AbsentError(CANCELLED)


def _of_series(known: Mapping[str, Hint]) -> Mapping[str, Hint]:
    """Put together what is known of the parts of each series."""
    found: dict[str, Hint] = {}
    for id_, hint in known.items():
        other = found.get(series_of(id_), Hint())
        overrides = tuple(dict.fromkeys((*other.overrides, *hint.overrides)))
        found[series_of(id_)] = Hint(other.uid or hint.uid, overrides, other.originals | hint.originals)
    return found


def _told(edits: Sequence[Edit]) -> Told:
    return translate(edits) if view(edits[0].item) else Told(edits[0])


def _grouped(keys: Iterable[Hashable]) -> Sequence[Sequence[int]]:
    """Give the numbers of those that are alike, in the order in which each kind first comes."""
    groups: dict[Hashable, list[int]] = {}
    for number, key in enumerate(keys):
        groups.setdefault(key, []).append(number)
    return list(groups.values())


def _answer(
    edit: Edit, told: Told, place: int, outcome: Written | SideError | None, parts: Mapping[str, Item]
) -> Written | SideError:
    """Tell what became of one edit; `parts`: what its series has now."""
    seen = view(edit.item)
    if place in told.refused:
        return told.refused[place]
    if outcome is None:
        return Written(edit.item.id, edit.item, sure=True)
    if seen is None or isinstance(outcome, SideError):
        return outcome
    single = seen.portion.original
    if single is not None and single in outcome.refused:
        return outcome.refused[single]
    part, names = parts.get(edit.item.id), told.names[place]
    refused = {names[original]: error for original, error in outcome.refused.items() if original in names}
    return Written(edit.item.id, part, outcome.sure and part is not None, refused)
