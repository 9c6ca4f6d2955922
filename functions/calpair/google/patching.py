"""Patches of occurrences, fifty in a request, each under the version it was decided on.

    answers, others = patched(reader, [Patch(there, {"summary": "Late"}, wanted, strange=True)], beside)

An occurrence without a resource of its own has its series' version, as far as anybody tells. Whether writing one of
them touches that version is not documented: then all further ones come back as stale although nobody changed them. Those
are looked up once more, and if they say what they said before, written without a condition; should anybody have written
there just then, the answer shows it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import SideError, StaleError, UnknownOutcomeError
from calpair.google.errors import Act
from calpair.google.line import Answer
from calpair.google.mapping import overrides, reading
from calpair.google.reader import Reader
from calpair.google.trying import afterwards
from calpair.model.event import Event, Field


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to be written over an occurrence as it is there, so that it says what is wanted (None: is cancelled).

    `strange`: it had no resource of its own yet.
    """

    there: Mapping[str, Any]
    body: Mapping[str, Any]
    wanted: Event | None
    strange: bool = False


def patched(
    reader: Reader, patches: Sequence[Patch], beside: Sequence[HttpRequest] = ()
) -> tuple[list[Answer], Sequence[Answer]]:
    """Send them, in order; see above. Nothing is raised.

    `beside`: other changes, sent along with these, and their answers.
    """
    requests = [_request(reader, patch) for patch in patches]
    if any(patch.strange for patch in patches):
        # Written first, it still has the version its series had.
        both = afterwards(reader.line, Act.CHANGE, [*requests, *beside])
        answers, others = [*both[: len(requests)]], both[len(requests) :]
    else:
        both = afterwards(reader.line, Act.CHANGE, [*beside, *requests])
        answers, others = [*both[len(beside) :]], both[: len(beside)]
    stale = [
        number for number, patch in enumerate(patches) if patch.strange and isinstance(answers[number], StaleError)
    ]
    names = [str(patches[number].there["id"]) for number in stale]
    requests = [reader.line.events.get(calendarId=reader.calendar_id, eventId=name) for name in names]
    looks = zip(stale, afterwards(reader.line, Act.READ, requests), strict=True)
    same = [number for number, there in looks if _same(reader, patches[number].there, there)]
    requests = [_request(reader, patches[number], conditional=False) for number in same]
    for number, answer in zip(same, afterwards(reader.line, Act.CHANGE, requests), strict=True):
        answers[number] = answer if _as_wanted(reader, patches[number], answer) else UnknownOutcomeError("touched")
    return answers, others


def _request(reader: Reader, patch: Patch, *, conditional: bool = True) -> HttpRequest:
    request: HttpRequest = reader.line.events.patch(
        calendarId=reader.calendar_id, eventId=patch.there["id"], body=patch.body, sendUpdates="none"
    )
    if conditional:
        request.headers["If-Match"] = str(patch.there["etag"])
    return request


def _same(reader: Reader, before: Mapping[str, Any], there: Answer) -> bool:
    if isinstance(there, SideError):
        return False
    known = reader.known(before, there)
    # Nobody patches what could not be read.
    return overrides.says(there, None if reading.cancelled(before) else reading.content(before, known), known)


def _as_wanted(reader: Reader, patch: Patch, answer: Answer) -> bool:
    if isinstance(answer, SideError):
        return True
    # Google may spell a description in its own way.
    spelled = frozenset({Field.BODY} if "description" in patch.body else ())
    return overrides.says(answer, patch.wanted, reader.known(answer), spelled)
