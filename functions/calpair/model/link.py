"""Links and stamps: which items are one event, and the mark by which a copy says whose it is.

A **link** joins one event's items on both sides and remembers what was last agreed, as keyed digests. A **stamp**
stands on a copy we made, names itself and its partner, and lets a lost store be rebuilt. Identities here are plain
hashes: they do not depend on the digest key, on names of pairs, or on any server's item id.
"""

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from calpair.model.side import Home, Side

MAPPING_VERSION = 2
"""Grows when a mapping writes something else for the same event; part of every stamp and every cursor's fingerprint."""


def _hash(*parts: str) -> bytes:
    # The lengths keep ("ab", "c") and ("a", "bc") apart.
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).digest()


def _text(digest: bytes, size: int = 20) -> str:
    return base64.b32hexencode(digest[:size]).decode().lower().rstrip("=")


def pair_key(mailbox: str, folder: str, calendar: str) -> str:
    """Name a pair for good; case does not count, `calendar` is resolved (never `primary`)."""
    return _text(_hash("pair", mailbox.lower(), folder.lower(), calendar.lower()))


def link_key(pair: str, uid: str, told_apart: str = "") -> str:
    """Name a link; `told_apart` is a recurrence id, or the creation time of a second item with the same UID."""
    return _text(_hash("link", pair, uid.lower(), told_apart))


def chosen_uid(google_id: str) -> str:
    """Choose the UID of the Exchange copy of an event born on Google."""
    return f"calpair-{_text(_hash('uid', google_id))}"


def google_id(link: str, part: int, generation: int) -> str:
    """Choose the id of a Google copy, in Google's alphabet `[a-v0-9]`."""
    return _text(_hash("google", link, str(part), str(generation)))


PORTION = "#"
"""Stands in the id of one of several items that a series is shown as, after the series' own (`sync/parted.py`)."""


def series_of(item_id: str) -> str:
    """Give the id of the item that a server knows."""
    return item_id.partition(PORTION)[0]


def place_of(item_id: str) -> str:
    """Give what the items that a series is shown as are sorted by: the first one has the series' own id.

    The further series are numbered; what stands singly is named after its start, and comes behind them.
    """
    key = item_id.partition(PORTION)[2]
    return key.zfill(4) if key else ""


def partner_name(uid: str) -> str:
    """Give the name by which stamps call an Exchange item: its UID in small letters, or its hash if that is long."""
    return uid.lower() if len(uid) <= _LONGEST_NAME else _text(_hash("uid", uid.lower()))


_LONGEST_NAME = 200


class Role(StrEnum):
    """What a part carries of its event."""

    WHOLE = "whole"
    SEGMENT = "segment"
    SINGLE = "single"
    DETACHED = "detached"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Our mark on a copy. It counts only if `self_name` is the carrying item's own Google id or UID.

    `partner` is the partner's UID (on a Google copy) or Google id (on an Exchange copy); a long one stands as its
    hash. `digest` is the keyed digest of what the copy was made to say. `rule` is how the partner repeats, as lines of
    RFC 5545, where the copy says it in another way.
    """

    pair: str
    link: str
    self_name: str
    partner: str
    part: int = 0
    generation: int = 0
    mapping: int = MAPPING_VERSION
    digest: str = ""
    rule: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One item of a link. An empty `version` means: never read since it was written.

    `overrides`: of a series, the versions of its overrides by id; empty where the series' own speaks for them.
    """

    id: str
    version: str = ""
    role: Role = Role.WHOLE
    number: int = 0
    original_start: str = ""
    overrides: Mapping[str, str] = field(default_factory=dict)


class State(StrEnum):
    """How things stand with a link."""

    LINKED = "linked"
    TWIN = "twin"
    """Both sides received the same invitation: nothing is written."""
    LEFT = "left"
    """Seen on one side, not copied on purpose; noted so that a partner is recognised later."""
    PARKED = "parked"
    """Set aside with a reason until `Parking.retry`."""
    ORPHAN = "orphan"
    """A copy of ours whose partner is gone for good; removed by `approve`."""


@dataclass(frozen=True, slots=True)
class Parking:
    """Why a link is set aside, since when, how often it was tried, and when to look again (None: when it changes)."""

    reason: str
    since: datetime
    tries: int = 1
    retry: datetime | None = None


Digests = Mapping[str, str]
"""Keyed digest by name: a field's, or an occurrence's and its field's (`recurrence/spelling.py`)."""


@dataclass(frozen=True, slots=True)
class Link:
    """One event on both sides. On its home side it has one part; an adopted event has one on each.

    `agreed` holds for each side the digests of what that side's server held when the two last agreed; a side without
    an entry was never read since we wrote it. `uid` is the Exchange item's, `google_uid` Google's iCalUID.
    """

    key: str
    pair: str
    home: Home
    state: State = State.LINKED
    uid: str = ""
    google_uid: str = ""
    generation: int = 0
    exchange: tuple[Part, ...] = ()
    google: tuple[Part, ...] = ()
    agreed: Mapping[Side, Digests] = field(default_factory=dict)
    people: bool = False
    losses: tuple[str, ...] = ()
    why: str = ""
    """For a link that is left alone: the short word for the reason (`history`, `birthday`, `one_way`)."""
    parking: Parking | None = None
    gone: tuple[Side, ...] = ()
    """Sides whose confirmed tombstone was seen but not yet acted upon."""
    half_made: tuple[Side, ...] = ()
    """Sides on which a write of ours that takes several steps was begun, and not seen to end."""
    missing: Mapping[Side, datetime] = field(default_factory=dict)
    """When an item was first not found without a tombstone."""
    flips: tuple[str, ...] = ()
    """Latest directions in which the same fields were carried, for telling an oscillation."""

    @property
    def event(self) -> str:
        """What tells the event apart: for a series in parts the same in the links of all of them."""
        shown = (series_of(part.id) for part in (*self.exchange, *self.google) if PORTION in part.id)
        return next(shown, self.google[0].id if self.google else self.key)

    def parts(self, side: Side) -> tuple[Part, ...]:
        """The items on that side."""
        return self.exchange if side is Side.EXCHANGE else self.google

    def part(self, side: Side) -> Part | None:
        """The item that carries the whole event on that side, if there is one."""
        parts = self.parts(side)
        return parts[0] if parts else None

    def with_part(self, side: Side, part: Part | None) -> "Link":
        """The same link with that one item (or none) on that side."""
        parts = () if part is None else (part,)
        return replace(self, exchange=parts) if side is Side.EXCHANGE else replace(self, google=parts)

    def agreeing(self, side: Side, digests: Digests | None) -> "Link":
        """The same link with what that side was last agreed to hold; None: unknown, to be read."""
        agreed = {known: value for known, value in self.agreed.items() if known is not side}
        return replace(self, agreed=agreed if digests is None else {**agreed, side: digests})
