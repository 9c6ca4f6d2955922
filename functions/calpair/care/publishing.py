"""How publishing free/busy stands, a domain at a time: what a person sees without reading a log.

`status/free-busy {domain}` is written when something changed, not at every round. It holds addresses, times, counts and
short words with their cures, never what a calendar says.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calpair.care import status
from calpair.errors import CalpairError, VersionError
from calpair.ports import Doc, Store

SCHEMA = 1
_SHOWN = 50
"""People who are named one by one; the rest is counted."""

_OF_GOOGLE = {
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
    """How a domain's publishing stands: `ok`, `behind` (not all of `people` are published) or `failing`."""

    state: str
    sentence: str = ""
    people: int = 0
    troubled: tuple[Trouble, ...] = ()


def standing(people: int, troubled: Iterable[Trouble]) -> Standing:
    """Give how it stands after a round that was carried through."""
    named = tuple(sorted(troubled, key=lambda one: one.address))
    if not named:
        return Standing("ok", people=people)
    sentence = (
        f"{len(named)} of {people} people are not published as they are now; `calpair directory list` names them."
    )
    return Standing("behind", sentence, people, named)


def after_error(error: CalpairError) -> Standing:
    """Give how it stands after a round that came to nothing."""
    state = status.after_error(error, doctor=False)
    return Standing(state.state, state.sentence)


def of_google(code: str) -> str:
    """Say what a word for what Google did not tell means; empty: it is none of Google's."""
    return _OF_GOOGLE.get(code, "")


def name(domain: str) -> str:
    """Name the document."""
    return f"free-busy {domain}"


def record(store: Store, domain: str, how: Standing, now: datetime) -> None:
    """Take down how it stands, unless that is what stands there."""
    old = store.get(status.STATUS, name(domain))
    before = old.data if old else {}
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "state": how.state,
        "since": before["since"] if before.get("state") == how.state else now.isoformat(),
        "sentence": how.sentence,
        "people": how.people or before.get("people", 0),
        "troubled_count": len(how.troubled),
        "troubled": [_said(one) for one in how.troubled[:_SHOWN]],
    }
    if data != before:
        # Where another instance has just written it, its word is as good.
        with suppress(VersionError):
            store.put(Doc(status.STATUS, name(domain), data, version=old.version if old else ""))


def _said(one: Trouble) -> dict[str, str]:
    return {"address": one.address, "code": one.code, "meaning": one.meaning, "since": one.since}
