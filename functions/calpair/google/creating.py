"""Making copies under ids of our own choosing, which makes an insert safe to repeat.

    inserted                                  -> Written, sure
    409, and the id is alive with our link    -> Written, not sure: an insert that was repeated
    409, and the id is a deleted event's      -> revived by a full update under its version, with status confirmed
    409, and it will not be revived, or it is
    somebody else's, or nobody can see it     -> IdTakenError: the next generation
    409 that was a conflict among the calls   -> BackOffError of that one

A deleted event keeps its id for good; whether it may be revived is not documented, hence the last step.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

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
from calpair.google.line import Answer, Line
from calpair.google.mapping import colours, reading, writing
from calpair.google.stamp import spell
from calpair.model.event import Item
from calpair.ports import Draft, Written

Read = Callable[[Mapping[str, Any]], Item]
"""How a resource is read as an item."""

Outcome = Written | SideError


def create(
    line: Line, calendar_id: str, drafts: Sequence[Draft], table: colours.Table, item: Read
) -> Sequence[Outcome]:
    """Insert; see above. One request for fifty, and one more a step for those that met a 409."""
    requests = [
        line.events.insert(calendarId=calendar_id, body={"id": draft.id, **_body(draft, table)}, sendUpdates="none")
        for draft in drafts
    ]
    outcomes = [_written(answer, item) for answer in line.many(Act.INSERT, requests)]
    taken = {number: error for number, error in enumerate(outcomes) if isinstance(error, IdTakenError)}
    requests = [line.events.get(calendarId=calendar_id, eventId=drafts[number].id) for number in taken]
    dead: dict[int, Mapping[str, Any]] = {}
    for (number, error), found in zip(taken.items(), _further(line, Act.READ, requests), strict=True):
        if isinstance(found, dict) and reading.cancelled(found):
            dead[number] = found
        else:
            outcomes[number] = _met(drafts[number], error, found, item)
    requests = [_revival(line, calendar_id, drafts[number], found, table) for number, found in dead.items()]
    for number, answer in zip(dead, _further(line, Act.CHANGE, requests), strict=True):
        outcomes[number] = _revived(answer, item)
    return outcomes


def _further(line: Line, act: Act, requests: Sequence[Any]) -> Sequence[Answer]:
    """Ask on about some of them: whatever is wrong now, the answers to the others stand."""
    try:
        return line.many(act, requests)
    except SideError as error:
        return [error] * len(requests)


def _body(draft: Draft, table: colours.Table) -> dict[str, Any]:
    return {**writing.whole(draft.event, table), "extendedProperties": {"private": spell(draft.stamp)}}


def _written(answer: Answer, item: Read) -> Outcome:
    if isinstance(answer, SideError):
        return answer
    made = item(answer)
    return Written(made.id, made, sure=True)


def _met(draft: Draft, error: IdTakenError, found: Answer, item: Read) -> Outcome:
    """Say what became of an insert whose id was met again, alive or out of sight."""
    if isinstance(found, AbsentError):
        # A conflict among the calls of one batch is not yet a taken id.
        return BackOffError(error.code, scope="item") if error.code == "conflict" else error
    if isinstance(found, SideError):
        return found
    there = item(found)
    ours = there.stamp is not None and there.stamp.link == draft.stamp.link
    return Written(there.id, there, sure=False) if ours else error


def _revival(line: Line, calendar_id: str, draft: Draft, found: Mapping[str, Any], table: colours.Table) -> Any:
    body = {**_body(draft, table), "status": "confirmed"}
    if "sequence" in found:
        # An update that says none is taken to say 0, and a lower one than before is refused.
        body["sequence"] = found["sequence"]
    request = line.events.update(calendarId=calendar_id, eventId=draft.id, body=body, sendUpdates="none")
    request.headers["If-Match"] = str(found.get("etag", ""))
    return request


def _revived(answer: Answer, item: Read) -> Outcome:
    if isinstance(answer, (RefusedError, AbsentError)):
        return IdTakenError(answer.code)
    if isinstance(answer, StaleError):
        # Somebody was faster, perhaps another run of ours: it may be alive by now.
        return UnknownOutcomeError(answer.code)
    if isinstance(answer, dict) and reading.cancelled(answer):
        return IdTakenError("cancelled")
    return _written(answer, item)
