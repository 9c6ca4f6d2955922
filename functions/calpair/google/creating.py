"""Making copies under ids of our own choosing, which makes an insert safe to repeat.

    inserted                                  -> Written, sure
    409, and the id is alive with our link    -> Written, not sure: an insert that was repeated
    409, and the id is a deleted event's      -> revived by a full update under its version, with status confirmed
    409, and it will not be revived, or it is
    somebody else's, or nobody can see it     -> IdTakenError: the next generation
    409 that was a conflict among the calls   -> BackOffError of that one

A deleted event keeps its id for good; whether it may be revived is not documented, hence the last step. A series is
made like any event, and then its overrides are brought about, unless it was there: what it says then is seen by whoever
asked for it.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import (
    AbsentError,
    BackOffError,
    IdTakenError,
    RefusedError,
    SideError,
    StaleError,
    UnknownOutcomeError,
)
from calpair.google.errors import Act
from calpair.google.exceptions import seen
from calpair.google.line import Answer
from calpair.google.mapping import reading, writing
from calpair.google.mapping.holding import hold
from calpair.google.mapping.series import Series
from calpair.google.mapping.writing import RECURRENCE
from calpair.google.reader import Reader
from calpair.google.settling import Task, settle
from calpair.google.stamp import spell
from calpair.google.trying import afterwards, in_turn
from calpair.ports import Draft, Written

Outcome = Written | SideError


def create(reader: Reader, drafts: Sequence[Draft]) -> Sequence[Outcome]:
    """Insert; see above. One request for fifty, one more a step for those that met a 409, and what overrides take."""
    made = in_turn(reader.line, Act.INSERT, [_insertions(reader, draft) for draft in drafts])
    taken = {number: error for number, error in enumerate(made) if isinstance(error, IdTakenError)}
    requests = [reader.line.events.get(calendarId=reader.calendar_id, eventId=drafts[number].id) for number in taken]
    for (number, error), found in zip(taken.items(), afterwards(reader.line, Act.READ, requests), strict=True):
        made[number] = _met(reader, drafts[number], error, found)
    there = {number: said for number in taken if not isinstance(said := made[number], SideError)}
    dead = {number: said for number, said in there.items() if reading.cancelled(said)}
    revivals = [_revivals(reader, drafts[number], said) for number, said in dead.items()]
    for number, answer in zip(dead, in_turn(reader.line, Act.CHANGE, revivals, later=True), strict=True):
        made[number] = _revived(answer)
    return _carried(reader, drafts, made, before=there, met=there.keys() - dead.keys())


def _carried(
    reader: Reader, drafts: Sequence[Draft], made: Sequence[Answer], before: Collection[int], met: Collection[int]
) -> Sequence[Outcome]:
    """Bring about the overrides of series; `before`: those that may have had some, `met`: those to be left alone."""
    outcomes: dict[int, Outcome] = {}
    series: dict[int, Mapping[str, Any]] = {}
    for number, said in enumerate(made):
        if isinstance(said, SideError):
            outcomes[number] = said
        elif said.get(RECURRENCE):
            series[number] = said
        else:
            outcomes[number] = Written(str(said["id"]), reader.item(said), sure=number not in met)
    old = [number for number in series if number in before]
    listed = dict(zip(old, seen(reader, [series[number] for number in old]), strict=True))
    tasks: dict[int, Task] = {}
    for number, master in series.items():
        found, wanted = listed.get(number, Series(master)), hold(drafts[number].event, reader.table).event
        if isinstance(found, SideError):
            refused = {} if number in met else dict.fromkeys(wanted.overrides, found)
            outcomes[number] = Written(str(master["id"]), None, sure=False, refused=refused)
        elif number in met:
            outcomes[number] = Written(str(master["id"]), reader.series(found), sure=False)
        else:
            tasks[number] = Task(found, wanted, frozenset([*wanted.overrides, *found.exceptions]))
    outcomes |= dict(zip(tasks, settle(reader, list(tasks.values())), strict=True))
    return [outcomes[number] for number in range(len(drafts))]


def _bodies(reader: Reader, draft: Draft) -> list[dict[str, Any]]:
    """Give what an insert says, in each of its spellings."""
    body = {**writing.whole(draft.event, reader.table), "extendedProperties": {"private": spell(draft.stamp)}}
    return writing.spelled(body, hold(draft.event, reader.table).event)


def _insertions(reader: Reader, draft: Draft) -> list[HttpRequest]:
    return [
        reader.line.events.insert(calendarId=reader.calendar_id, body={"id": draft.id, **body}, sendUpdates="none")
        for body in _bodies(reader, draft)
    ]


def _met(reader: Reader, draft: Draft, error: IdTakenError, found: Answer) -> Answer:
    """Give what an id has that was met again, if it is ours: alive, or dead and perhaps to be revived."""
    if isinstance(found, AbsentError):
        # A conflict among the calls of one batch is not yet a taken id.
        return BackOffError(error.code, scope="item") if error.code == "conflict" else error
    if isinstance(found, SideError) or reading.cancelled(found):
        return found
    stamp = reader.item(found).stamp
    return found if stamp is not None and stamp.link == draft.stamp.link else error


def _revivals(reader: Reader, draft: Draft, found: Mapping[str, Any]) -> list[HttpRequest]:
    # An update that says no sequence is taken to say 0, and a lower one than before is refused.
    more = {"status": "confirmed", **({"sequence": found["sequence"]} if "sequence" in found else {})}
    requests = []
    for body in _bodies(reader, draft):
        request = reader.line.events.update(
            calendarId=reader.calendar_id, eventId=draft.id, body={**body, **more}, sendUpdates="none"
        )
        request.headers["If-Match"] = str(found.get("etag", ""))
        requests.append(request)
    return requests


def _revived(answer: Answer) -> Answer:
    if isinstance(answer, (RefusedError, AbsentError)):
        return IdTakenError(answer.code)
    if isinstance(answer, StaleError):
        # Somebody was faster, perhaps another run of ours: it may be alive by now.
        return UnknownOutcomeError(answer.code)
    if not isinstance(answer, SideError) and reading.cancelled(answer):
        return IdTakenError("cancelled")
    return answer
