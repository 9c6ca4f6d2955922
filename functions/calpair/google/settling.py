"""Occurrences of series brought to what is wanted of them, each under its own version, fifty writes in a request.

    (written,) = settle(reader, [Task(found, wanted, originals)])

What is there is compared with what is wanted, and only what differs is written: it may be done again at any time, from
wherever it was left. Cancellations go first, then moves, then the rest. What Google does not take is refused by itself.
Source: the guide to recurring events (an occurrence is changed, or cancelled, by changing its own resource).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import CANCELLED, AbsentError, BackOffError, RefusedError, SideError, StaleError
from calpair.google.errors import Act
from calpair.google.exceptions import seen
from calpair.google.instances import Occurrences, instances
from calpair.google.line import Answer
from calpair.google.mapping import overrides, reading
from calpair.google.mapping.series import Series
from calpair.google.patching import Patch, patched
from calpair.google.reader import Reader
from calpair.google.trying import afterwards
from calpair.model.event import Event, Field
from calpair.model.rule import Original
from calpair.ports import Written


@dataclass(frozen=True, slots=True)
class Task:
    """A series as it is, what is wanted of it (as Google would hold it), and the occurrences to look at.

    `before`: what it said when that was decided; an occurrence that says something else by now is left alone, but for
    the fields just `written` on the series. None: nobody else knew of it. `rebuilt`: the server may have dropped
    exceptions since, so what has none now proves nothing. `following`: all other exceptions are to say what is wanted
    of them in the fields `written`, whether or not the server had them follow their series. `beside`: a change of the
    series' own resource that touches no occurrence, to be sent along; where it fails the task has failed.
    """

    found: Series
    wanted: Event
    originals: frozenset[Original]
    before: Event | None = None
    written: frozenset[Field] = frozenset()
    rebuilt: bool = False
    following: bool = False
    beside: HttpRequest | None = None

    @property
    def followers(self) -> frozenset[Original]:
        """Exceptions to look at only because their series was written."""
        return frozenset(self.found.exceptions).difference(self.originals) if self.following else frozenset()

    @property
    def concerned(self) -> frozenset[Original]:
        """All occurrences to look at."""
        return self.originals | self.followers

    def checked(self, original: Original) -> bool:
        """Tell whether what it said before is to be what it says now."""
        return self.before is not None and (original in self.found.exceptions or not self.rebuilt)


@dataclass(frozen=True, slots=True)
class _Settled:
    """What came of it: the series as its answers tell, what was refused, and why its own resource was."""

    found: Series
    refused: Mapping[Original, SideError]
    failed: SideError | None = None

    @property
    def open(self) -> bool:
        """Whether there may be more than they tell; nothing was done where we are only to wait."""
        return not self.failed and any(not isinstance(error, BackOffError) for error in self.refused.values())


@dataclass(frozen=True, slots=True)
class _Wish:
    """What is wanted of an occurrence, and what it said before; None: that there be none, that there was none."""

    wanted: Event | None
    before: Event | None


def settle(reader: Reader, tasks: Sequence[Task]) -> list[Written | SideError]:
    """Do it, and give each series as it is then: by what was answered, or by one more look.

    What an occurrence meets is its own refusal, whomever it concerns.
    """
    settled = _settled(reader, tasks)
    unsure = [number for number, one in enumerate(settled) if one.open]
    again = dict(zip(unsure, seen(reader, [settled[number].found.master for number in unsure]), strict=True))
    return [one.failed or _written(reader, one, again.get(number, one.found)) for number, one in enumerate(settled)]


def _written(reader: Reader, one: _Settled, found: Series | SideError) -> Written:
    name = str(one.found.master["id"])
    if isinstance(found, SideError):
        return Written(name, None, sure=False, refused=one.refused)
    return Written(name, reader.series(found), sure=found.versions == one.found.versions, refused=one.refused)


def _settled(reader: Reader, tasks: Sequence[Task]) -> list[_Settled]:
    wishes = [_wishes(task) for task in tasks]
    there = _looked_up(reader, tasks, wishes)
    refused: list[dict[Original, SideError]] = [{} for _ in tasks]
    writes: list[tuple[int, Original, Patch]] = []
    for number, task in enumerate(tasks):
        for original, wish in wishes[number].items():
            step = _step(reader, task, original, there[number].get(original), wish)
            if isinstance(step, SideError):
                refused[number][original] = step
            elif step:
                writes.append((number, original, step))
    writes.sort(key=lambda write: overrides.rank(write[2].body))
    theirs = [dict(task.found.exceptions) for task in tasks]
    beside = {number: task.beside for number, task in enumerate(tasks) if task.beside is not None}
    answers, others = patched(reader, [patch for _, _, patch in writes], list(beside.values()))
    for (number, original, patch), answer in zip(writes, answers, strict=True):
        said = _said(patch, answer)
        if isinstance(said, SideError):
            refused[number][original] = said
        else:
            theirs[number][original] = said
    own = dict(zip(beside, others, strict=True))
    return [
        _whole(task.found.having(theirs[number]), refused[number], own.get(number)) for number, task in enumerate(tasks)
    ]


def _whole(found: Series, refused: Mapping[Original, SideError], own: Answer | None) -> _Settled:
    """Put together what came of a series; `own`: the answer about its own resource, if that was written."""
    if own is None:
        return _Settled(found, refused)
    if isinstance(own, SideError):
        return _Settled(found, refused, own)
    gone = AbsentError(CANCELLED) if reading.cancelled(own) else None
    return _Settled(replace(found, master=own), refused, gone)


def _wishes(task: Task) -> dict[Original, _Wish]:
    before = overrides.told(task.before, task.concerned) if task.before else {}
    wanted = overrides.told(task.wanted, task.concerned)
    return {original: _Wish(said, before.get(original)) for original, said in wanted.items()}


def _looked_up(reader: Reader, tasks: Sequence[Task], wishes: Sequence[Mapping[Original, _Wish]]) -> list[Occurrences]:
    """Find the occurrences as they are: exceptions are known already, but for one to be brought back that came bare."""
    bare: list[tuple[int, Original, str]] = []
    strangers: list[tuple[str, Sequence[Original]]] = []
    found: list[dict[Original, Mapping[str, Any] | SideError]] = []
    for number, task in enumerate(tasks):
        there, asked = task.found.exceptions, frozenset[Original]() if task.found.trouble else task.originals
        found.append({one: there[one] for one in wishes[number] if one in there})
        back = [one for one in wishes[number] if one in asked and one in there and wishes[number][one].wanted]
        bare += [(number, one, str(there[one]["id"])) for one in back if not there[one].get("etag")]
        strange = [one for one in task.wanted.overrides if one in asked and one not in there]
        found[-1] |= {one: task.found.looked_up[one] for one in strange if one in task.found.looked_up}
        strange = [one for one in strange if one not in found[-1]]
        strangers.append((str(task.found.master["id"]), strange))
    requests = [reader.line.events.get(calendarId=reader.calendar_id, eventId=name) for _, _, name in bare]
    for (number, original, _), answer in zip(bare, afterwards(reader.line, Act.READ, requests), strict=True):
        found[number][original] = answer
    try:
        return [{**some, **more} for some, more in zip(found, instances(reader, strangers), strict=True)]
    except SideError as error:
        return [{**some, **dict.fromkeys(more, error)} for some, (_, more) in zip(found, strangers, strict=True)]


def _step(
    reader: Reader, task: Task, original: Original, there: Mapping[str, Any] | SideError | None, wish: _Wish
) -> Patch | SideError | None:
    """Give the patch that an occurrence needs, if it needs one and nothing is against it."""
    if task.found.trouble:
        return RefusedError(task.found.trouble)
    if isinstance(there, SideError):
        return there
    if there is None:
        # What has no resource is as the series says. What should be otherwise was looked for, and is not there.
        return RefusedError("noOccurrence") if task.wanted.overrides.get(original) else None
    follows, known = original in task.followers, reader.known(there)
    try:
        if task.checked(original) and overrides.edited(wish.before, there, task.written, known):
            return StaleError("editedOccurrence")
        if follows and (wish.wanted is None or reading.cancelled(there)):
            return None
        body = overrides.bringing(there, wish.wanted, known, task.written if follows else frozenset(Field))
    except reading.UnreadableError as error:
        # Nobody knows what would be overwritten.
        return None if follows else RefusedError(error.word)
    if body and not there.get("etag"):
        return StaleError("noVersion")
    return Patch(there, body, wish.wanted, strange=original not in task.found.exceptions) if body else None


def _said(patch: Patch, answer: Answer) -> Mapping[str, Any] | SideError:
    """Give the occurrence as it is after a write."""
    gone = patch.body.get("status") == "cancelled"
    if gone and isinstance(answer, AbsentError) and answer.code == CANCELLED:
        return {**patch.there, "status": "cancelled"}
    if isinstance(answer, dict) and reading.cancelled(answer) is not gone:
        return RefusedError("notCancelled" if gone else "notRevived")
    return answer
