"""How publishing free/busy stands, a domain at a time: what a person sees without reading a log.

`status/free-busy {domain}` is written when something changed, not at every round. It holds addresses, times, counts and
short words with their cures, never what a calendar says.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from calpair.care import status
from calpair.errors import CalpairError, VersionError
from calpair.ports import Doc, Store

SCHEMA = 1
BEGINS = "free-busy "
"""Begins the document's name; no pair's name may (`documents/build.py`)."""
_SHOWN = 50
"""People who are named one by one, or as many as there is room for; the rest is counted."""
_ROOM = 48 * 1024
"""Bytes they may take, as JSON: with the sentence they fit a document that people read (`model/plain.py`)."""
_LONGEST = 1_000
"""Characters of a sentence: names of folders and accounts stand in them, which are as long as somebody made them."""

_MEANINGS = {
    "twin": "its legacy_dn is that of somebody else, who is published: give each person their own",
    "not_found": "Google knows no such calendar, or google.free_busy_account may not see when it is busy: compare the "
    "address, and share the calendar's free/busy with that account",
    "no_access": "this calendar may not be read: share its free/busy with google.free_busy_account",
    "no_data": "what Google answers about it cannot be read; it is asked again",
    "unavailable": "Google did not answer about it; it is asked again",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """Somebody who could not be published the last time: a word for why, what it means with the cure, since when."""

    address: str
    code: str
    meaning: str
    since: str


@dataclass(frozen=True, slots=True)
class Standing:
    """How a domain's publishing stands.

    `ok`; `waiting`, for somebody's first message; `behind` (not all of `people` are published as they are); `failing`.
    """

    state: str
    sentence: str = ""
    people: int = 0
    troubled: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """How one person's publishing stands. `at`: when their message was written last (empty: not yet).

    `code` and `meaning`: why it is not as their calendar is, `since` when; empty: it is.
    """

    at: str = ""
    since: str = ""
    code: str = ""
    meaning: str = ""

    def __str__(self) -> str:
        """Say it in a few words."""
        if not self.meaning:
            return f"published {_minute(self.at)}" if self.at else "not published yet"
        if self.at:
            return f"last published {_minute(self.at)}, and not since {_minute(self.since)}: {self.meaning}"
        return f"not published{f', tried since {_minute(self.since)}' if self.since else ''}: {self.meaning}"


def _minute(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(UTC):%Y-%m-%d %H:%M}Z"


NAMELESS = Whereabouts(
    code="nameless",
    meaning="it has no legacy_dn, and public_folder.legacy_dn_template makes none: write one of them",
)
"""Somebody whose message in Exchange has no name."""


def standing(
    people: int, *, waiting: int, troubled: Iterable[Trouble], stopped: Sequence[tuple[str, str]] = ()
) -> Standing:
    """Give how it stands: `waiting` is who was never written, `stopped` why whole rounds came to nothing, state and sentence."""
    named = tuple(sorted(troubled, key=lambda one: one.address))
    if stopped:
        # What fails needs a person; what is behind goes on by itself.
        return Standing(*max(stopped, key=lambda one: one[0] == "failing"), people, named)
    if named:
        return Standing("behind", unpublished(len(named), people), people, named)
    if waiting:
        return Standing("waiting", f"{waiting} of {people} people are to be published within minutes.", people)
    return Standing("ok", people=people)


def unpublished(count: int, people: int) -> str:
    """Say that so many of them are not published."""
    return f"{count} of {people} people are not published as they are now; `calpair directory list` names them."


def after_error(error: CalpairError) -> tuple[str, str]:
    """Give state and sentence after a round that came to nothing."""
    state = status.after_error(error, doctor=False)
    return state.state, state.sentence


def meaning(code: str) -> str:
    """Say what a word for why somebody is not published means, with the cure; empty: it is one of Exchange's."""
    return _MEANINGS.get(code, "")


def of_exchange(code: str) -> str:
    """Say what a word of Exchange's means that nobody has a cure for."""
    return f"Exchange answered {code} about it; it is tried again"


def name(domain: str) -> str:
    """Name the document."""
    return f"{BEGINS}{domain}"


def record(store: Store, domain: str, how: Standing, now: datetime) -> None:
    """Take down how it stands, unless that is what stands there."""
    old = store.get(status.STATUS, name(domain))
    before = old.data if old else {}
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "state": how.state,
        "since": before.get("since", now.isoformat()) if before.get("state") == how.state else now.isoformat(),
        "sentence": _cut(how.sentence),
        "people": how.people,
        "troubled_count": len(how.troubled),
        "troubled": list(_shown(how.troubled[:_SHOWN])),
    }
    if data != before:
        # Where another instance has just written it, its word is as good.
        with suppress(VersionError):
            store.put(Doc(status.STATUS, name(domain), data, version=old.version if old else ""))


def forget(store: Store, domain: str) -> None:
    """Forget how it stood: nobody is published any more."""
    old = store.get(status.STATUS, name(domain))
    if old:
        with suppress(VersionError):
            store.delete(old)


def _shown(troubled: Sequence[Trouble]) -> Iterator[dict[str, str]]:
    room = _ROOM
    for one in troubled:
        said = {"address": one.address, "code": one.code, "meaning": _cut(one.meaning), "since": one.since}
        room -= len(json.dumps(said, ensure_ascii=False).encode())
        if room < 0:
            return
        yield said


def _cut(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 1]}…"
