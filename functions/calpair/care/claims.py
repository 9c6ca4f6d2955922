"""Which pair has what only one may have, where all pairs together are too many to be compared.

    taken = claim(store, pair, still)       # ("mailbox", "the calendar of ana@..., two-way,", "ben"): refused
    waiting = release(store, "ana")         # who wanted what is free now

A claim is a document of its own, and its first writer has it. It is kept for a pair as long as that pair's document
still asks for it, which is looked up when another wants it; so a claim of a pair that is gone stands in nobody's way.
On one machine the documents are read together and need no claims.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from calpair.errors import VersionError
from calpair.model.pair import Claim, Pair
from calpair.ports import Doc, Store

SCHEMA = 1
CLAIMS = "claims"
_WAITING = 20
"""Names remembered of those who wait for a claim; more than these wait for their own next change."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A claim that another pair has: the field that makes it, what it says, and whose it is."""

    field: str
    said: str
    holder: str


def claim(store: Store, pair: Pair, still: Callable[[str, Claim], bool]) -> tuple[Taken, ...]:
    """Claim everything the pair needs, or nothing; gives what others have.

    `still(name, claim)` tells whether that pair's document is good and asks for this. VersionError: others are at the
    same claims; ask again.
    """
    taken, free = [], []
    for wanted, (field, said) in pair.claims().items():
        doc = store.get(CLAIMS, _key(wanted))
        holder = doc.data["pair"] if doc else ""
        if doc and holder != pair.name and still(holder, wanted):
            taken.append(Taken(field, said, holder))
            _wait(store, doc, pair.name)
        elif holder != pair.name:
            free.append(_doc(wanted, pair.name, doc.data["waiting"] if doc else [], doc.version if doc else ""))
    if not taken:
        for doc in free:
            store.put(doc)
    return tuple(taken)


def release(store: Store, pair: str, kept: Iterable[Claim] = ()) -> frozenset[str]:
    """Give up what the pair has and no longer needs; gives the names of those who wanted it."""
    keys = {_key(one) for one in kept}
    waiting: set[str] = set()
    for doc in store.find(CLAIMS, "", [pair]):
        if doc.key not in keys:
            waiting |= set(doc.data["waiting"])
            # Whoever has just taken it over may keep it.
            with suppress(VersionError):
                store.delete(doc)
    return frozenset(waiting - {pair})


def holder(store: Store, pair_key: str) -> str:
    """Name the pair that is enabled under a key; empty: none is."""
    doc = store.get(CLAIMS, _key(("pair", pair_key, "")))
    return doc.data["pair"] if doc else ""


def _wait(store: Store, doc: Doc, pair: str) -> None:
    waiting: list[str] = doc.data["waiting"]
    if pair not in waiting and len(waiting) < _WAITING:
        # Not remembered is not lost: the next change of its own document asks again.
        with suppress(VersionError):
            store.put(Doc(CLAIMS, doc.key, {**doc.data, "waiting": [*waiting, pair]}, version=doc.version))


def _doc(claim: Claim, pair: str, waiting: list[str], version: str) -> Doc:
    data: Mapping[str, Any] = {
        "schema": SCHEMA,
        "pair": pair,
        "waiting": [name for name in waiting if name != pair],
        "keys": [pair],
    }
    return Doc(CLAIMS, _key(claim), data, version=version)


def _key(claim: Claim) -> str:
    return hashlib.sha256("\0".join(claim).encode()).hexdigest()[:40]
