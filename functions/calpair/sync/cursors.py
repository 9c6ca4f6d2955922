"""The one document that says how far a pair has come: cursors, lease, open intents, breaker, what waits for a person.

It is read once at the start of a run and written once at its end; every write is compare-and-set on the version read,
so that a plan made from an older state never acts.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from calpair.model.link import MAPPING_VERSION
from calpair.model.pair import Pair
from calpair.model.side import Side
from calpair.ports import Doc

SCHEMA = 1
CURSORS = "cursors"


@dataclass(frozen=True, slots=True)
class Intent:
    """A CreateItem that may have been sent: until `deadline` the server may still carry it out."""

    deadline: datetime
    generation: int


@dataclass(frozen=True, slots=True)
class Lease:
    """Who is at work on the pair, and until when at most."""

    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What waits for a person: `kind` is `deletions`, `emptied` or `two_way`; `links` what would be touched."""

    kind: str
    since: datetime
    links: tuple[str, ...] = ()
    approved: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """What whoever asks which pairs are due has to know of one: its name, and how often it is looked at."""

    pair: str
    interval: timedelta


@dataclass(frozen=True, slots=True)
class Cursors:
    """How far a pair has come. `at` holds each side's place in its change list; empty: from the beginning."""

    pair: str
    at: Mapping[Side, str] = field(default_factory=lambda: dict.fromkeys(Side, ""))
    fingerprint: str = ""
    direction: str = ""
    zone: str = ""
    intents: Mapping[str, Intent] = field(default_factory=dict)
    deletions: tuple[datetime, ...] = ()
    retry: datetime | None = None
    held: Held | None = None
    orphans_approved: tuple[str, ...] = ()
    lease: Lease | None = None
    links: int = 0
    """How many links there are beside those merely noted: what the breaker measures deletions against."""
    listed: datetime | None = None
    """When both sides were last listed without a complaint; a link gone missing before it may be confirmed."""
    due: datetime | None = None
    """When the pair is to be looked at again; None: only when it is asked for."""
    head: Head | None = None
    extend: datetime | None = None
    """When series that are carried singly are to be carried further; None: there are none."""
    failed: bool = False
    """Whether the last look came to an error: whoever looks next has something to tell."""


def fingerprint(pair: Pair, key_name: str) -> str:
    """Name everything that decides what is carried; when it changes, all is looked at again."""
    told = (
        str(MAPPING_VERSION),
        str(pair.history_days),
        pair.show_to_google,
        pair.show_to_exchange,
        pair.direction,
        repr(sorted(pair.colours.items())),
        key_name,
    )
    return hashlib.sha256("\0".join(told).encode()).hexdigest()[:16]


def restarted(cursors: Cursors) -> Cursors:
    """Forget both places: the next run lists everything and compares it with the links."""
    return replace(cursors, at=dict.fromkeys(Side, ""))


def to_doc(cursors: Cursors, version: str) -> Doc:
    """Write it down."""
    held, lease = cursors.held, cursors.lease
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "at": {side.value: place for side, place in cursors.at.items()},
        "fingerprint": cursors.fingerprint,
        "direction": cursors.direction,
        "zone": cursors.zone,
        "intents": {
            link: {"deadline": intent.deadline.isoformat(), "generation": intent.generation}
            for link, intent in cursors.intents.items()
        },
        "deletions": [at.isoformat() for at in cursors.deletions],
        "retry": _text(cursors.retry),
        "held": held
        and {"kind": held.kind, "since": held.since.isoformat(), "links": list(held.links), "approved": held.approved},
        "orphans_approved": list(cursors.orphans_approved),
        "lease": lease and {"holder": lease.holder, "until": lease.until.isoformat()},
        "links": cursors.links,
        "listed": _text(cursors.listed),
        "due": _text(cursors.due),
        "extend": _text(cursors.extend),
        "failed": cursors.failed,
        "head": cursors.head and {"pair": cursors.head.pair, "interval": cursors.head.interval.total_seconds()},
    }
    return Doc(CURSORS, cursors.pair, data, cursors.pair, version)


def from_doc(doc: Doc) -> Cursors:
    """Read it."""
    data = doc.data
    held, lease = data["held"], data["lease"]
    return Cursors(
        pair=doc.key,
        at={side: data["at"][side.value] for side in Side},
        fingerprint=data["fingerprint"],
        direction=data["direction"],
        zone=data["zone"],
        intents={
            link: Intent(datetime.fromisoformat(intent["deadline"]), intent["generation"])
            for link, intent in data["intents"].items()
        },
        deletions=tuple(datetime.fromisoformat(at) for at in data["deletions"]),
        retry=_instant(data["retry"]),
        held=held and Held(held["kind"], datetime.fromisoformat(held["since"]), tuple(held["links"]), held["approved"]),
        orphans_approved=tuple(data["orphans_approved"]),
        lease=lease and Lease(lease["holder"], datetime.fromisoformat(lease["until"])),
        links=data["links"],
        listed=_instant(data["listed"]),
        due=_instant(data["due"]),
        head=read_head(data),
        extend=_instant(data.get("extend")),
        failed=data.get("failed", False),
    )


def read_head(data: Mapping[str, Any]) -> Head | None:
    """Read the head alone, which is all that a question for what is due brings with it."""
    head = data["head"]
    return Head(head["pair"], timedelta(seconds=head["interval"])) if head else None


def _text(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
