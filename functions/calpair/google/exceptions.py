"""The exceptions of series, asked of Google: one list for each series, fifty of them in a request.

    answers = exceptions(reader, masters)        # for each master its Series, or why not

A series and its exceptions have one iCalUID; so have the two halves of a series that was split in the web interface,
hence each is told by the series it names. The list names the series too, as it was in the same moment. Source: the
reference page of events.list.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from googleapiclient.http import HttpRequest

from calpair.errors import CANCELLED, AbsentError, BackOffError, SideError
from calpair.google.errors import Act
from calpair.google.line import Answer
from calpair.google.listing import LARGEST_PAGE
from calpair.google.mapping import reading
from calpair.google.mapping.series import Series, gathered
from calpair.google.reader import Reader

MOST_PAGES = 20
"""Pages of one list; the twentieth ends with fifty thousand exceptions."""

_NO_UID = "uid"

Listed = list[Mapping[str, Any]] | SideError
"""All events of one iCalUID, or why not."""


def exceptions(reader: Reader, masters: Sequence[Mapping[str, Any]]) -> list[Series | SideError]:
    """List them. Raises what concerns everybody."""
    uids = [uid for uid in dict.fromkeys(str(master.get("iCalUID") or "") for master in masters) if uid]
    listed = turned(reader, uids, reader.line.many(Act.READ, first_pages(reader, uids)))
    return [_found(master, listed.get(str(master.get("iCalUID") or ""))) for master in masters]


def seen(reader: Reader, masters: Sequence[Mapping[str, Any]]) -> Sequence[Series | SideError]:
    """List them after a write: what concerns everybody is each one's answer."""
    try:
        return exceptions(reader, masters)
    except SideError as error:
        return [error] * len(masters)


def first_pages(reader: Reader, uids: Sequence[str]) -> list[HttpRequest]:
    """Give the requests that begin the lists of these iCalUIDs; `turned` goes on with what is answered."""
    return [_request(reader, uid, "") for uid in uids]


def turned(reader: Reader, uids: Sequence[str], begun: Sequence[Answer]) -> dict[str, Listed]:
    """Give all events of each iCalUID, page after page. Raises what concerns everybody."""
    whole: dict[str, Listed] = {uid: [] for uid in uids}
    answers, asked = dict(zip(uids, begun, strict=True)), dict[str, str]()
    for _ in range(MOST_PAGES):
        if asked:
            requests = [_request(reader, uid, page) for uid, page in asked.items()]
            answers = dict(zip(asked, reader.line.many(Act.READ, requests), strict=True))
        asked = {}
        for uid, answer in answers.items():
            some, so_far = _events(answer), whole[uid]
            if isinstance(some, SideError) or isinstance(so_far, SideError):
                whole[uid] = some if isinstance(some, SideError) else so_far
                continue
            so_far += some
            if isinstance(answer, dict) and answer.get("nextPageToken"):
                asked[uid] = str(answer["nextPageToken"])
        if not asked:
            return whole
    return {**whole, **{uid: _garbled() for uid in asked}}


def _request(reader: Reader, uid: str, page: str) -> HttpRequest:
    request: HttpRequest = reader.line.events.list(
        calendarId=reader.calendar_id,
        iCalUID=uid,
        singleEvents=False,
        showDeleted=True,
        maxResults=LARGEST_PAGE,
        pageToken=page or None,
    )
    return request


def _events(answer: Answer) -> Listed:
    if isinstance(answer, SideError):
        return answer
    events = answer.get("items", [])
    if not isinstance(events, list) or not all(isinstance(event, dict) and event.get("id") for event in events):
        return _garbled()
    return events


def _found(master: Mapping[str, Any], listed: Listed | None) -> Series | SideError:
    if listed is None:
        return Series(master, trouble=_NO_UID)
    if isinstance(listed, SideError):
        return listed
    gone = any(reading.cancelled(one) for one in listed if one["id"] == master["id"])
    return AbsentError(CANCELLED) if gone else gathered(master, listed)


def _garbled() -> BackOffError:
    return BackOffError("garbled", "the list of a series' occurrences came incomplete", scope="item")
