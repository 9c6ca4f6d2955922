"""Edits of items, each in its version only: what of them is written on the items themselves, and what comes after.

    answers = Updating(connection, mailbox, overriding, day_zone).update(edits)

All of a batch go in one request. Of a series, what is written is the series, and then its occurrences (`overriding.py`);
but where one occurrence is all there is to be written, that is written in its place, under the version that it has in
common with its series. A server may hold another view of that version: if it says that the occurrence is stale, the
series itself is asked, as if there were several.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from calpair.errors import RefusedError, SideError, StaleError
from calpair.exchange import bodies, fields, occurrences
from calpair.exchange.batch import EVERYBODY
from calpair.exchange.overriding import THEIRS, DayZone, Overriding, Work
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.soap import Element
from calpair.exchange.writing import PEOPLE, Done, write
from calpair.ports import Edit, Written


@dataclass(slots=True)
class _Task:
    """An edit; `work`: of the one occurrence that is all it writes."""

    edit: Edit
    work: Work | None = None

    @property
    def name(self) -> Element:
        if self.work:
            return self.work.name(self.work.changes[0][0].original)
        return bodies.item_id(self.edit.item.id, self.edit.item.version)


class Updating:
    """Changes items of one mailbox. `day_zone` gives the zone that whole days are written in."""

    def __init__(self, connection: ExchangeConnection, mailbox: str, overriding: Overriding, day_zone: DayZone) -> None:
        self._connection = connection
        self._mailbox = mailbox
        self._overriding = overriding
        self._day_zone = day_zone

    def update(self, edits: Sequence[Edit]) -> list[Written | SideError]:
        """Change one batch. Raises what concerns everybody while nothing was done."""
        tasks = [_Task(edit) for edit in edits]
        answers = self._written(tasks, alone=True)
        self._refused(tasks, answers)
        stale = [number for number, task in enumerate(tasks) if task.work and isinstance(answers[number], StaleError)]
        if not stale:
            return answers
        try:
            again = self._written([_Task(edits[number]) for number in stale], alone=False)
        except EVERYBODY as error:
            again = [error] * len(stale)
        for number, answer in zip(stale, again, strict=True):
            answers[number] = answer
        return answers

    def _written(self, tasks: Sequence[_Task], *, alone: bool) -> list[Written | SideError]:
        def build(task: _Task) -> Element | Written:
            task.work = self._overriding.alone(task.edit) if alone else None
            return task.work.changes[0][1] if task.work else self._changes(task.edit)

        return write(
            self._connection,
            self._mailbox,
            tasks,
            build,
            lambda built: bodies.update_items(
                [(task.name, updates) for task, updates in built], self._connection.build
            ),
            self._finish,
            creating=False,
        )

    def _finish(self, done: Sequence[Done[_Task]]) -> list[Written]:
        alone = {
            number: Done((one.thing.edit, one.thing.work), one.id, one.version)
            for number, one in enumerate(done)
            if one.thing.work
        }
        others = {
            number: Done(one.thing.edit, one.id, one.version) for number, one in enumerate(done) if number not in alone
        }
        results = dict(zip(others, self._overriding.changed(list(others.values())), strict=True))
        results |= zip(alone, self._overriding.finished_alone(list(alone.values())), strict=True)
        return [results[number] for number in range(len(done))]

    def _refused(self, tasks: Sequence[_Task], answers: list[Written | SideError]) -> None:
        """Put the refusal of an occurrence down to that occurrence: its series is well."""
        refused: dict[int, Done[Work]] = {}
        for number, (task, answer) in enumerate(zip(tasks, answers, strict=True)):
            if task.work and isinstance(answer, RefusedError):
                task.work.refused[task.work.changes[0][0].original] = answer
                refused[number] = Done(task.work, task.work.id, task.work.version)
        for number, look in zip(refused, self._overriding.seen(list(refused.values())), strict=True):
            answers[number] = look

    def _changes(self, edit: Edit) -> Element | Written:
        if edit.item.people and edit.fields & THEIRS:
            raise RefusedError(PEOPLE, "others are invited: it is changed where it lives, so that they are told")
        build = self._connection.build
        zone = self._day_zone(edit.zone, edit.event)
        updates = fields.changes(edit, build, zone, forgetting=occurrences.forgetting(edit, build))
        if not len(updates) and edit.overrides:
            # So that whoever changed the series meanwhile is noticed, before its occurrences are written.
            updates.append(fields.unchanged(edit))
        # An edit of nothing that Exchange holds is done as it stands.
        return updates if len(updates) else Written(edit.item.id, edit.item, sure=True)
