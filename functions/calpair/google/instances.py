"""Occurrences looked up by their original starts: an id is opaque, so whoever wants to write one has to ask for it.

    answers = instances(reader, [(master_id, originals), ...])     # for each series its occurrences, or why not

A few are asked for one by one, many by one list over the time they span, fifty calls in a request. What is asked for
here has no exception yet, so it is still where the series has it. Source: the reference page of events.instances.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import BackOffError, SideError
from calpair.google.errors import Act
from calpair.google.line import Answer
from calpair.google.listing import LARGEST_PAGE
from calpair.google.mapping import times
from calpair.google.reader import Reader
from calpair.model.rule import Original, original_text

FEW = 4
"""So many occurrences of a series are asked for by a call each."""

MOST_PAGES = 20
_DAY = timedelta(days=1)

Occurrences = Mapping[Original, Mapping[str, Any] | SideError]
"""Those that were found, cancelled or not, and those that could not be asked for; an occurrence left out is not there."""


@dataclass(frozen=True, slots=True)
class _Ask:
    """A call: about which series, what else it asks, and which occurrences depend on its answer."""

    number: int
    master: str
    words: Mapping[str, Any]
    originals: frozenset[Original]


def instances(reader: Reader, wishes: Sequence[tuple[str, Collection[Original]]]) -> list[Occurrences]:
    """Look them up. Raises what concerns everybody."""
    found: list[dict[Original, Mapping[str, Any] | SideError]] = [{} for _ in wishes]
    asks = [ask for number, (master, originals) in enumerate(wishes) for ask in _asks(number, master, originals)]
    for _ in range(MOST_PAGES):
        answers = reader.line.many(Act.READ, [_request(reader, ask) for ask in asks])
        asks = [
            ask for one, answer in zip(asks, answers, strict=True) for ask in _taken(found[one.number], one, answer)
        ]
        if not asks:
            break
    for ask in asks:
        found[ask.number] |= dict.fromkeys(ask.originals, _garbled())
    return [*found]


def foreseen(reader: Reader, wishes: Sequence[tuple[str, Collection[Original]]]) -> list[tuple[int, HttpRequest]]:
    """Give the requests that look up a few occurrences of each, with the number of the series; `seen` reads the answers.

    Of a series of which many are wished none is asked for: there may be no need.
    """
    asks = [
        ask
        for number, (master, originals) in enumerate(wishes)
        if len(originals) <= FEW
        for ask in _asks(number, master, originals)
    ]
    return [(ask.number, _request(reader, ask)) for ask in asks]


def seen(answer: Answer) -> Mapping[Original, Mapping[str, Any]]:
    """Give what such an answer has; nothing where it tells nothing."""
    found, _ = _read(answer)
    return {} if isinstance(found, SideError) else found


def _taken(found: dict[Original, Mapping[str, Any] | SideError], ask: _Ask, answer: Answer) -> list[_Ask]:
    """Take what a page has, and give what is to be asked next."""
    some, page = _read(answer)
    if isinstance(some, SideError):
        found |= dict.fromkeys(ask.originals, some)
        return []
    found |= {original: some[original] for original in ask.originals if original in some}
    missing = ask.originals.difference(found)
    return [_Ask(ask.number, ask.master, {**ask.words, "pageToken": page}, missing)] if page and missing else []


def _asks(number: int, master: str, originals: Collection[Original]) -> list[_Ask]:
    few = sorted(originals, key=original_text)
    if len(few) > FEW:
        return [_Ask(number, master, _span(few), frozenset(few))]
    # How far an endless series is looked through is Google's to choose, unless it is told.
    words = [{"originalStart": original_text(one), **_span([one])} for one in few]
    return [_Ask(number, master, some, frozenset((one,))) for one, some in zip(few, words, strict=True)]


def _span(originals: Sequence[Original]) -> dict[str, str]:
    """Give bounds that hold them all, wherever the calendar has its midnight."""
    moments = [one if isinstance(one, datetime) else datetime.combine(one, time(), UTC) for one in originals]
    return {"timeMin": _text(min(moments) - _DAY), "timeMax": _text(max(moments) + 2 * _DAY)}


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _request(reader: Reader, ask: _Ask) -> HttpRequest:
    request: HttpRequest = reader.line.events.instances(
        calendarId=reader.calendar_id, eventId=ask.master, showDeleted=True, maxResults=LARGEST_PAGE, **ask.words
    )
    return request


def _read(answer: Answer) -> tuple[Mapping[Original, Mapping[str, Any]] | SideError, str]:
    """Give what a page has, and where the next one starts."""
    if isinstance(answer, SideError):
        return answer, ""
    found: dict[Original, Mapping[str, Any]] = {}
    items = answer.get("items", [])
    for one in items if isinstance(items, list) else [None]:
        if not isinstance(one, dict) or not one.get("id"):
            return _garbled(), ""
        try:
            found[times.original(one)] = one
        except (ValueError, OverflowError):
            # One that does not say which it is cannot be one that was asked for.
            continue
    return found, str(answer.get("nextPageToken") or "")


def _garbled() -> BackOffError:
    return BackOffError("garbled", "the list of a series' occurrences came incomplete", scope="item")
