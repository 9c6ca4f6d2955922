"""Series whose occurrences are to be brought about, after the series themselves were written.

What was only just made, or left as it was, is what it is known to be; a series that was changed is looked at first, since
nobody knows how far a server lets that reach. Then come deletions and changes, each in batches over all series, and a
last look. A write of occurrences names no version that counts (they share their series'), so what is there in the end
is compared with what was meant.

Where one occurrence is all there is to be written, it is written itself under the version of its series (`alone`), and
what it then says is told without a look, if only such fields were written as no server spells in its own way. A server
that does so all the same is found out when the series is next read: what differs then passes for an edit.

Requests, beside those that wrote the series: one look at what was changed; where anything differs the deletions, the
changes and the last look; a look is one for fifty items and as many of their exceptions as are known, and one more for
others. An occurrence alone: its own write, and a look or none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from calpair.errors import BackOffError, RefusedError, SideError, UnknownOutcomeError
from calpair.exchange import bodies, fields, occurrences
from calpair.exchange.batch import BATCH, EVERYBODY, each
from calpair.exchange.mapping import NO_TIME, identity
from calpair.exchange.occurrences import Aim, Step
from calpair.exchange.rest import midnights
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import Element
from calpair.exchange.writing import PEOPLE, Done, Look, content, looked
from calpair.model.event import Event, Field, Item, Mark
from calpair.model.rule import Original
from calpair.model.when import Timed
from calpair.ports import Draft, Edit, Written
from calpair.recurrence import expand
from calpair.recurrence.series import effective

THEIRS = frozenset({Field.TITLE, Field.BODY, Field.PLACE, Field.WHEN})
"""What others have a copy of; changed without telling them, their copies would be false."""

_BEYOND = "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"
_DELETED = "ErrorCalendarOccurrenceIsDeletedFromRecurrence"

_AS_WRITTEN = frozenset(Field) - {Field.BODY, Field.CATEGORIES}
"""Fields of an occurrence that come back as they were written."""

DayZone = Callable[[str, Event], str]


@dataclass
class Work:
    """A series at work: what is there and what is to be, what is left to be written, and what was refused."""

    id: str
    version: str
    there: Event
    aim: Aim
    zone: str
    marks: Mapping[Original, Mark] = field(default_factory=dict)
    deletions: list[Step] = field(default_factory=list)
    changes: list[tuple[Step, Element]] = field(default_factory=list)
    refused: dict[Original, SideError] = field(default_factory=dict)
    named: list[str] = field(default_factory=list)
    """Ids of occurrences that were written."""

    @property
    def exceptions(self) -> list[str]:
        """Ids of the series' exceptions, as far as they are known."""
        return [*(mark.id for mark in self.marks.values() if mark.id), *self.named]

    def plan(self, *, people: bool) -> None:
        """Decide what is to be written, and what cannot be."""
        deletions, changes = occurrences.steps(self.there, self.aim)
        for original in self.aim.looked_at:
            if effective(self.there, original) is None and effective(self.aim.wanted, original) is not None:
                self.refused[original] = RefusedError(_DELETED)
        self.deletions = [step for step in deletions if self._may(step, people=people)]
        for step in changes:
            if step.said is None or not self._may(step, people=people):
                continue
            try:
                built = fields.occurrence_changes(step.said, step.fields, self.there, self.zone)
            except (ValueError, OverflowError):
                self.refused[step.original] = RefusedError("unwritable", "no server could hold these times")
            else:
                self.changes.append((step, built))

    def name(self, original: Original) -> Element:
        """Name an occurrence: by its number in the pattern, or if it has none there, by its own id."""
        index = self._index(original)
        if index is not None:
            return bodies.occurrence_id(self.id, self.version, index)
        return bodies.item_id(self.marks[original].id, self.version)

    def close(self, item: Item | None) -> Written:
        """Compare what is there in the end with what was meant."""
        if item is None or item.event is None:
            return Written(self.id, None, sure=False, refused=self.refused)
        event = item.event
        refused = {
            original: error
            for original, error in self.refused.items()
            if not occurrences.stands(event, self.aim.wanted, original)
        }
        steps = [*self.deletions, *(step for step, _ in self.changes)]
        meant = occurrences.done(self.there, [step for step in steps if step.original not in refused])
        return Written(self.id, item, sure=occurrences.agree(meant, event), refused=refused)

    def told(self, item: Item, done: "Done[Any]") -> Item | None:
        """Give the series as it is now that one occurrence was written; None where only a look can tell.

        `item`: as it was before. When it was changed is the server's to say, and was not asked.
        """
        ((step, _),) = self.changes
        known = self.marks.get(step.original, Mark(done.id))
        plain = step.fields <= _AS_WRITTEN and step.said is not None and _in_zone(step.said, self.there)
        if not plain or done.version in ("", self.version) or done.id in ("", self.id) or done.id != known.id:
            return None
        return replace(
            item,
            version=done.version,
            modified=NO_TIME,
            event=occurrences.done(self.there, [step]),
            marks={**self.marks, step.original: known},
        )

    def _may(self, step: Step, *, people: bool) -> bool:
        if people and (step.said is None or step.fields & THEIRS):
            sentence = "others are invited: it is changed where it lives, so that they are told"
            self.refused[step.original] = RefusedError(PEOPLE, sentence)
            return False
        mark = self.marks.get(step.original)
        if self._index(step.original) is None and not (mark and mark.id):
            self.refused[step.original] = RefusedError(_BEYOND)
            return False
        return True

    def _index(self, original: Original) -> int | None:
        repeats = self.there.repeats
        return None if repeats is None else expand.index(self.there.when, repeats, original)


class Overriding:
    """Brings the occurrences of series about, in one mailbox.

    `look` reads items whole; `day_zone` gives the zone that whole days are written in.
    """

    def __init__(self, connection: ExchangeConnection, mailbox: str, look: Look, day_zone: DayZone) -> None:
        self._connection = connection
        self._mailbox = mailbox
        self._look = look
        self._day_zone = day_zone

    def made(self, done: Sequence[Done[Draft]]) -> list[Written]:
        """Finish what was created."""
        works = dict[int, Work]()
        for index, one in enumerate(done):
            held = fields.writable(one.thing.event, self._connection.build)
            if held.overrides:
                bare, aim = replace(held, overrides={}), occurrences.of_draft(held)
                works[index] = Work(one.id, one.version, bare, aim, self._day_zone(one.thing.zone, held))
                works[index].plan(people=False)
        return self._finished(done, works, {})

    def changed(self, done: Sequence[Done[Edit]]) -> list[Written]:
        """Finish what was updated."""
        works, to_be_seen = dict[int, Work](), dict[int, Edit]()
        for index, one in enumerate(done):
            edit = one.thing
            if not occurrences.concerned(edit):
                continue
            if occurrences.reaching(edit, self._connection.build):
                to_be_seen[index] = edit
            else:
                works[index] = self._edited(edit, edit.item, one.version, looking=False)
        return self._finished(done, works, to_be_seen)

    def alone(self, edit: Edit) -> Work | None:
        """Give the work of an edit of which one changed occurrence is all there is to be written; None for any other.

        A stamp that says nothing new but the digest of what its copy says waits for the next write of the series. Raises
        as `fields.changes`.
        """
        event = edit.item.event
        if edit.fields or not edit.overrides or event is None or event.repeats is None or not _about_the_same(edit):
            return None
        if occurrences.forgetting(edit, self._connection.build):
            return None
        work = self._edited(edit, edit.item, edit.item.version, looking=False)
        return work if len(work.changes) == 1 and not work.deletions else None

    def finished_alone(self, done: "Sequence[Done[tuple[Edit, Work]]]") -> list[Written]:
        """Finish edits of one occurrence each, which were written: tell what is there, or look."""
        told = {index: item for index, one in enumerate(done) if (item := one.thing[1].told(one.thing[0].item, one))}
        results = {
            index: Written(item.id, item, sure=True, refused=done[index].thing[1].refused, told=True)
            for index, item in told.items()
        }
        others = [index for index in range(len(done)) if index not in told]
        for index in others:
            done[index].thing[1].named.append(done[index].id)
        works = [Done(done[index].thing[1], done[index].thing[1].id, done[index].version) for index in others]
        results |= zip(others, self.seen(works), strict=True)
        return [results[index] for index in range(len(done))]

    def seen(self, done: "Sequence[Done[Work]]") -> list[Written]:
        """Look at series as they are, each of which is to be in the version given."""
        known = {one.id: one.thing.exceptions for one in done}
        looks = looked(done, self._look, known)
        return [replace(look, refused=one.thing.refused) for one, look in zip(done, looks, strict=True)]

    def _finished(
        self, done: Sequence[Done[Draft] | Done[Edit]], works: dict[int, Work], to_be_seen: dict[int, Edit]
    ) -> list[Written]:
        others = [index for index in range(len(done)) if index not in works]
        known = {one.id: _marked(one.thing) for one in done}
        results = dict(zip(others, looked([done[index] for index in others], self._look, known), strict=True))
        for index, edit in to_be_seen.items():
            seen = results[index]
            # Touched by somebody else meanwhile: the next run decides about what is there then.
            if seen.item is None or not seen.sure:
                continue
            work = self._edited(edit, seen.item, seen.item.version, looking=True)
            if work.deletions or work.changes:
                works[index] = work
            else:
                results[index] = replace(seen, refused=work.refused)
        self._write(list(works.values()))
        known = {work.id: work.exceptions for work in works.values()}
        last = looked([done[index] for index in works], self._look, known)
        results |= {index: work.close(seen.item) for (index, work), seen in zip(works.items(), last, strict=True)}
        return [results[index] for index in range(len(done))]

    def _edited(self, edit: Edit, there: Item, version: str, *, looking: bool) -> Work:
        event = there.event or edit.event
        aim = occurrences.of_edit(edit, event, self._connection.build, looking=looking)
        zone = midnights(there) or self._day_zone(edit.zone, event)
        work = Work(there.id, version, event, aim, zone, there.marks)
        for original, trouble in occurrences.unreadable(edit).items():
            work.refused[original] = RefusedError(trouble)
        work.plan(people=there.people)
        return work

    def _write(self, works: Sequence[Work]) -> None:
        build = self._connection.build
        stopped = self._send(
            [(work, step.original, None) for work in works for step in work.deletions],
            lambda part: bodies.delete_items(
                [work.name(original) for work, original, _ in part], build, permanent=False
            ),
            None,
        )
        self._send(
            [(work, step.original, built) for work in works for step, built in work.changes],
            lambda part: bodies.update_items(
                [(work.name(original), built) for work, original, built in part if built is not None],
                build,
                overwriting=True,
            ),
            stopped,
        )

    def _send(
        self, sending: "list[_Sent]", body: "Callable[[Sequence[_Sent]], Element]", stopped: SideError | None
    ) -> SideError | None:
        """Write occurrences batch by batch; gives why it is no use to go on, if it is none."""
        for start in range(0, len(sending), BATCH):
            batch = sending[start : start + BATCH]
            answers: Sequence[Element | SideError] = [stopped] * len(batch) if stopped else []
            if stopped is None:
                try:
                    answers = each(self._connection, self._mailbox, body, batch, writing=True)
                except EVERYBODY as error:
                    stopped = error
                    answers = [error] * len(batch)
                if all(isinstance(answer, UnknownOutcomeError) for answer in answers):
                    stopped = BackOffError("NotReached")
            for (work, original, _), answer in zip(batch, answers, strict=True):
                element = answer if isinstance(answer, SideError) else content(answer)
                if isinstance(element, SideError):
                    work.refused[original] = element
                elif element is not None and identity(element)[0]:
                    work.named.append(identity(element)[0])
        return stopped


def _marked(thing: Draft | Edit) -> list[str]:
    return [mark.id for mark in thing.item.marks.values() if mark.id] if isinstance(thing, Edit) else []


def _about_the_same(edit: Edit) -> bool:
    """Tell whether a stamp to be written says what the one that is there does, but for its digest."""
    there = edit.item.stamp
    return edit.stamp is None or (there is not None and replace(edit.stamp, digest=there.digest) == there)


def _in_zone(said: Event, series: Event) -> bool:
    """Tell whether an occurrence is in its series' zone, and as much a matter of whole days."""
    if isinstance(said.when, Timed) and isinstance(series.when, Timed):
        return said.when.zone == series.when.zone
    return type(said.when) is type(series.when)


_Sent = tuple[Work, Original, Element | None]
