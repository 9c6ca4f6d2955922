"""Links as stored documents, and the short texts by which they are found again.

A link's document holds ids, versions, times and keyed digests, nothing a person wrote (G9). Its `keys` are hashes of
the item ids and UIDs it may be looked up by, and marks for links that need a person's or a later run's eye.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from calpair.model.link import Link, Parking, Part, Role, State, partner_name, series_of
from calpair.model.side import Home, Side
from calpair.ports import Doc

SCHEMA = 1
LINKS = "links"
MARKS = (State.PARKED, State.ORPHAN, State.TWIN, State.LEFT)
"""States whose links can be found by the state's own word."""
LOSSY = "lossy"
ROLLING = "rolling"
"""Marks links of series whose occurrences are carried singly, as far as the horizon."""
HORIZON = "rule:horizon"
"""The loss that says so."""


def id_key(side: Side, item: str) -> str:
    """Give the text by which a link is found through one of its items; ids are case-sensitive."""
    return f"{side.value[0]}:{_short(item)}"


def uid_key(uid: str) -> str:
    """Give the text by which a link is found through a UID or a stamp's name for one; servers change their case."""
    return f"u:{_short(partner_name(uid))}"


def to_doc(link: Link, key_name: str, version: str = "") -> Doc:
    """Write a link down. `key_name` is the digest key's name, `version` the stored document's."""
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "home": link.home.value,
        "state": link.state.value,
        "uid": link.uid,
        "google_uid": link.google_uid,
        "generation": link.generation,
        "exchange": [_part(part) for part in link.exchange],
        "google": [_part(part) for part in link.google],
        "digest_key": key_name,
        "agreed": {side.value: dict(digests) for side, digests in link.agreed.items()},
        "people": link.people,
        "losses": list(link.losses),
        "why": link.why,
        "gone": [side.value for side in link.gone],
        "half_made": [side.value for side in link.half_made],
        "missing": {side.value: since.isoformat() for side, since in link.missing.items()},
        "flips": list(link.flips),
        "keys": keys(link),
    }
    if link.parking:
        data["parking"] = {
            "reason": link.parking.reason,
            "since": link.parking.since.isoformat(),
            "tries": link.parking.tries,
            "retry": link.parking.retry.isoformat() if link.parking.retry else None,
        }
    return Doc(LINKS, link.key, data, link.pair, version)


def from_doc(doc: Doc, key_name: str) -> Link:
    """Read a link. Digests made with another key say nothing and are left out: both sides are then read and compared."""
    data = doc.data
    same_key = data["digest_key"] == key_name
    parking = data.get("parking")
    return Link(
        key=doc.key,
        pair=doc.pair,
        home=Home(data["home"]),
        state=State(data["state"]),
        uid=data["uid"],
        google_uid=data["google_uid"],
        generation=data["generation"],
        exchange=tuple(_read_part(part) for part in data["exchange"]),
        google=tuple(_read_part(part) for part in data["google"]),
        agreed={Side(side): digests for side, digests in data["agreed"].items()} if same_key else {},
        people=data["people"],
        losses=tuple(data["losses"]),
        why=data["why"],
        parking=None
        if parking is None
        else Parking(
            parking["reason"],
            datetime.fromisoformat(parking["since"]),
            parking["tries"],
            datetime.fromisoformat(parking["retry"]) if parking["retry"] else None,
        ),
        gone=tuple(Side(side) for side in data["gone"]),
        half_made=tuple(Side(side) for side in data.get("half_made", ())),
        missing={Side(side): datetime.fromisoformat(since) for side, since in data["missing"].items()},
        flips=tuple(data["flips"]),
    )


def keys(link: Link) -> list[str]:
    """Give the texts a link is found by."""
    found = {id_key(side, item) for side in Side for part in link.parts(side) for item in (part.id, series_of(part.id))}
    found |= {uid_key(uid) for uid in (link.uid, link.google_uid) if uid}
    if link.state in MARKS:
        found.add(link.state.value)
    if link.losses or link.why:
        found.add(LOSSY)
    if HORIZON in link.losses:
        found.add(ROLLING)
    return sorted(found)


def _part(part: Part) -> Mapping[str, Any]:
    return {
        "id": part.id,
        "version": part.version,
        "role": part.role.value,
        "number": part.number,
        "original_start": part.original_start,
        "overrides": dict(part.overrides),
    }


def _read_part(data: Mapping[str, Any]) -> Part:
    overrides = data.get("overrides", {})
    return Part(data["id"], data["version"], Role(data["role"]), data["number"], data["original_start"], overrides)


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]
