"""Changing events and series, each only in the version it was read in.

    the fields named, and the stamp      a patch of the event itself
    its time or rule                     Google may drop or keep exceptions then: they are listed anew, and every
                                         occurrence is brought to what is wanted of it
    overrides                            patches of those occurrences; `settling.py`

Where nothing but the stamp is written on the series, that goes along with the patches of its occurrences, each under its
own version: neither needs the other, and where one of them fails the other is a difference, or none, the next time.

Whatever was left half done by a crash is a difference the next time, and is mended by the same steps. A series costs a
request for itself, one for the list of its exceptions if it had any, one to look up occurrences that had no resource of
their own, and one for fifty patches; each step of all series together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import CANCELLED, AbsentError, SideError, StaleError
from calpair.google.errors import Act
from calpair.google.exceptions import seen
from calpair.google.line import Answer
from calpair.google.mapping import reading, writing
from calpair.google.mapping.holding import hold
from calpair.google.mapping.reading import Rest
from calpair.google.mapping.series import Exceptions, Series
from calpair.google.mapping.writing import RECURRENCE
from calpair.google.reader import Reader
from calpair.google.settling import Task, settle
from calpair.google.stamp import spell
from calpair.google.trying import in_turn
from calpair.model.event import Event, Kind
from calpair.model.rule import Original
from calpair.ports import Edit, Written

Outcome = Written | SideError

_PROPERTIES = "extendedProperties"
_MARKS = frozenset({_PROPERTIES})
"""What a body may say and leave every occurrence as it is."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """An edit, the event as Google would hold it, and what of it is written on the event's own resource."""

    edit: Edit
    rest: Rest
    held: Event
    body: dict[str, Any]

    @property
    def rebuilding(self) -> bool:
        """Whether exceptions may be lost by it."""
        return RECURRENCE in self.body

    @property
    def relisting(self) -> bool:
        """Whether exceptions may say something else by it, or were never listed."""
        return self.rest.exceptions is None or bool(self.rest.exceptions and (self.edit.fields or self.rebuilding))

    @property
    def quiet(self) -> bool:
        """Whether its occurrences can be written without its own resource being written first."""
        told = not self.body or (self.body.keys() <= _MARKS and not self.relisting)
        return bool(told and self.edit.overrides and self.rest.master)


def update(reader: Reader, edits: Sequence[Edit]) -> Sequence[Outcome]:
    """Patch; see above and the port."""
    # Without a version a write would not be conditional, so it is not made.
    outcomes: list[Outcome] = [StaleError("noVersion") for _ in edits]
    plans = {number: _plan(reader, edit) for number, edit in enumerate(edits) if edit.item.version}
    series: dict[int, Mapping[str, Any]] = {}
    for (number, plan), answer in zip(plans.items(), _patched(reader, list(plans.values())), strict=True):
        if isinstance(answer, SideError):
            outcomes[number] = answer
        elif reading.cancelled(answer):
            outcomes[number] = AbsentError(CANCELLED)
        elif answer.get(RECURRENCE):
            series[number] = answer
        else:
            outcomes[number] = Written(plan.edit.item.id, reader.item(answer), sure=True)
    tasks: dict[int, Task] = {}
    for number, found in _listed(reader, {number: (plans[number], one) for number, one in series.items()}).items():
        if isinstance(found, SideError):
            refused = dict.fromkeys(_concerned(plans[number], {}), found)
            outcomes[number] = Written(plans[number].edit.item.id, None, sure=False, refused=refused)
        else:
            tasks[number] = _task(reader, plans[number], found)
    for number, written in zip(tasks, settle(reader, list(tasks.values())), strict=True):
        outcomes[number] = written
    return outcomes


def _plan(reader: Reader, edit: Edit) -> _Plan:
    rest = edit.item.rest if isinstance(edit.item.rest, Rest) else Rest()
    if rest.master is None and edit.item.kind is not Kind.SERIES:
        # What did not repeat had no exceptions.
        rest = replace(rest, exceptions={})
    held = hold(edit.event, reader.table).event
    body = writing.fields(edit.event, edit.fields, edit.item.rest, reader.table)
    if RECURRENCE not in body and _filling(edit, held):
        # What an EXDATE took out comes back only by a recurrence without it.
        body |= writing.repeating(held, rest)
    if edit.stamp:
        body[_PROPERTIES] = {"private": spell(edit.stamp)}
    return _Plan(edit, rest, held, body)


def _filling(edit: Edit, held: Event) -> bool:
    """Tell whether an occurrence that is there no more, and has no resource, is wanted again."""
    before = edit.item.event.overrides if edit.item.event else {}
    gone = {one for one in edit.overrides if one in before and before[one] is None and one not in edit.item.marks}
    return any(one not in held.overrides or held.overrides[one] is not None for one in gone)


def _patched(reader: Reader, plans: Sequence[_Plan]) -> list[Answer]:
    """Write on the events themselves; of one of which only occurrences are written, give it as it was read."""
    requests = [_requests(reader, plan) for plan in plans if not plan.quiet]
    written = iter(in_turn(reader.line, Act.CHANGE, requests))
    return [dict(plan.rest.master or {}) if plan.quiet else next(written) for plan in plans]


def _requests(reader: Reader, plan: _Plan) -> list[HttpRequest]:
    requests = []
    for body in writing.spelled(plan.body, plan.held):
        request = reader.line.events.patch(
            calendarId=reader.calendar_id, eventId=plan.edit.item.id, body=body, sendUpdates="none"
        )
        request.headers["If-Match"] = plan.edit.item.version
        requests.append(request)
    return requests


def _listed(reader: Reader, series: Mapping[int, tuple[_Plan, Mapping[str, Any]]]) -> Mapping[int, Series | SideError]:
    """Give the series with their exceptions, listed anew where they may have changed."""
    anew = [number for number, (plan, _) in series.items() if plan.relisting]
    found: dict[int, Series | SideError] = {
        number: Series(master, plan.rest.exceptions or {}, looked_up=plan.rest.looked_up if plan.quiet else {})
        for number, (plan, master) in series.items()
    }
    listed = seen(reader, [series[number][1] for number in anew])
    return {**found, **dict(zip(anew, listed, strict=True))}


def _concerned(plan: _Plan, exceptions: Exceptions) -> frozenset[Original]:
    """Name the occurrences to look at: all of them, where any may have been lost."""
    if plan.rebuilding:
        return frozenset([*plan.held.overrides, *exceptions])
    return plan.edit.overrides


def _task(reader: Reader, plan: _Plan, found: Series) -> Task:
    beside = _requests(reader, plan)[0] if plan.quiet and plan.body else None
    return Task(
        found,
        plan.held,
        _concerned(plan, found.exceptions),
        before=plan.edit.item.event,
        written=plan.edit.fields,
        rebuilt=plan.rebuilding,
        following=plan.relisting,
        beside=beside,
    )
