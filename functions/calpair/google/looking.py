"""Events read by their ids, and series with their exceptions, in as few requests as what is known of them allows.

    answers = look(reader, ids, known)

    its UID is known       one list has the series and its exceptions, as they were in the same moment
    nothing is known       a call has the event; if it turns out to be a series, a list has its exceptions

Few occurrences that may be about to be overridden are looked up along with the list. What a list leaves out is asked for
after all: only the event's own answer tells that it is not there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import CANCELLED, AbsentError, SideError
from calpair.google.errors import Act
from calpair.google.exceptions import Listed, exceptions, first_pages, turned
from calpair.google.instances import foreseen, seen
from calpair.google.line import Answer
from calpair.google.mapping import reading
from calpair.google.mapping.series import Series, gathered
from calpair.google.reader import Reader
from calpair.model.event import Item
from calpair.model.rule import Original
from calpair.ports import Hint

_Found = Answer | Series


def look(reader: Reader, ids: Sequence[str], known: Mapping[str, Hint]) -> Mapping[str, Item | SideError]:
    """Read them. Raises what concerns everybody."""
    hinted = {one: known[one] for one in ids if one in known and known[one].uid}
    plain = [one for one in ids if one not in hinted]
    uids = list(dict.fromkeys(hint.uid for hint in hinted.values()))
    lookups = foreseen(reader, [(one, hint.originals) for one, hint in hinted.items()])
    lists, gets = first_pages(reader, uids), [_get(reader, one) for one in plain]
    answers = reader.line.many(Act.READ, [*lists, *(request for _, request in lookups), *gets])
    got = answers[len(lists) + len(lookups) :]
    listed = turned(reader, uids, answers[: len(lists)])
    found: dict[str, _Found] = dict(zip(plain, got, strict=True))
    occurrences: list[dict[Original, Mapping[str, Any]]] = [{} for _ in hinted]
    for (number, _), answer in zip(lookups, answers[len(lists) :], strict=False):
        occurrences[number] |= seen(answer)
    left = []
    for (one, hint), some in zip(hinted.items(), occurrences, strict=True):
        said = _picked(one, listed[hint.uid], some)
        if said is None:
            left.append(one)
        else:
            found[one] = said
    found |= dict(zip(left, reader.line.many(Act.READ, [_get(reader, one) for one in left]), strict=True))
    found |= _with_exceptions(reader, {one: said for one in (*plain, *left) if isinstance(said := found[one], dict)})
    return {one: _item(reader, found[one]) for one in ids}


def _get(reader: Reader, one: str) -> HttpRequest:
    request: HttpRequest = reader.line.events.get(calendarId=reader.calendar_id, eventId=one)
    return request


def _picked(one: str, listed: Listed, occurrences: Mapping[Original, Mapping[str, Any]]) -> _Found | None:
    """Give what a list says of an event; None where it says nothing."""
    if isinstance(listed, AbsentError):
        return None
    if isinstance(listed, SideError):
        return listed
    event = next((event for event in listed if event["id"] == one), None)
    if event is None or not reading.whole(event):
        return None if event is None else dict(event)
    series = gathered(event, listed)
    strange = {original: there for original, there in occurrences.items() if original not in series.exceptions}
    return replace(series, looked_up=strange)


def _with_exceptions(reader: Reader, answers: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Series | SideError]:
    masters = {one: said for one, said in answers.items() if reading.whole(said)}
    return dict(zip(masters, exceptions(reader, list(masters.values())), strict=True))


def _item(reader: Reader, answer: _Found) -> Item | SideError:
    if isinstance(answer, SideError):
        return answer
    if isinstance(answer, Series):
        return reader.series(answer)
    return AbsentError(CANCELLED) if reading.cancelled(answer) else reader.item(answer)
