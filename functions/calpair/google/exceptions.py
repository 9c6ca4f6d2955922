"""The exceptions of series, asked of Google: one list for each series, fifty of them in a request.

    answers = exceptions(reader, masters)        # for each master its Series, or why not

A series and its exceptions have one iCalUID; so have the two halves of a series that was split in the web interface,
hence each is told by the series it names. The list names the series too, as it was in the same moment. Source: the
reference page of events.list.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from calpair.errors import AbsentError, BackOffError, SideError
from calpair.google.errors import CANCELLED, Act
from calpair.google.line import Answer
from calpair.google.listing import LARGEST_PAGE
from calpair.google.mapping import reading
from calpair.google.mapping.series import Series, gathered
from calpair.google.reader import Reader

MOST_PAGES = 20
"""Pages of one list; the twentieth ends with fifty thousand exceptions."""

_NO_UID = "uid"


def exceptions(reader: Reader, masters: Sequence[Mapping[str, Any]]) -> list[Series | SideError]:
    """List them. Raises what concerns everybody."""
    uids = dict.fromkeys(str(master.get("iCalUID") or "") for master in masters)
    listed = _listed(reader, [uid for uid in uids if uid])
    return [_found(master, listed.get(str(master.get("iCalUID") or ""))) for master in masters]


def seen(reader: Reader, masters: Sequence[Mapping[str, Any]]) -> Sequence[Series | SideError]:
    """List them after a write: what concerns everybody is each one's answer."""
    try:
        return exceptions(reader, masters)
    except SideError as error:
        return [error] * len(masters)


def _listed(reader: Reader, uids: Sequence[str]) -> dict[str, list[Mapping[str, Any]] | SideError]:
    """Give all events of each iCalUID, page after page."""
    whole: dict[str, list[Mapping[str, Any]] | SideError] = {uid: [] for uid in uids}
    asked = dict.fromkeys(uids, "")
    for _ in range(MOST_PAGES):
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


def _request(reader: Reader, uid: str, page: str) -> Any:
    return reader.line.events.list(
        calendarId=reader.calendar_id,
        iCalUID=uid,
        singleEvents=False,
        showDeleted=True,
        maxResults=LARGEST_PAGE,
        pageToken=page or None,
    )


def _events(answer: Answer) -> list[Mapping[str, Any]] | SideError:
    if isinstance(answer, SideError):
        return answer
    events = answer.get("items", [])
    if not isinstance(events, list) or not all(isinstance(event, dict) and event.get("id") for event in events):
        return _garbled()
    return events


def _found(master: Mapping[str, Any], listed: list[Mapping[str, Any]] | SideError | None) -> Series | SideError:
    if listed is None:
        return Series(master, trouble=_NO_UID)
    if isinstance(listed, SideError):
        return listed
    gone = any(reading.cancelled(one) for one in listed if one["id"] == master["id"])
    return AbsentError(CANCELLED) if gone else gathered(master, listed)


def _garbled() -> BackOffError:
    return BackOffError("garbled", "the list of a series' occurrences came incomplete", scope="item")
