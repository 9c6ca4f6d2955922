"""What the engine asks of the world. The docstrings here are the glossary of shapes, units and errors.

Adapters fit these by shape; `calpair.app` is where the type checker proves it. Nothing here imports an adapter.

Calendar: one side of one pair, signed in, bound to one mailbox folder or one Google calendar.
Store:    documents with versions; every write is conditional.
Queue:    "look at this pair", now or later, and never what to do there: that is computed from what is observed.

A batch never fails as a whole because one of its items did: it answers item by item, in the order asked, with a value
or an error *as a value*. What concerns everybody (sign-in, access, back-off of the server) is raised.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from calpair.errors import SideError
from calpair.model.busy import Block
from calpair.model.event import Event, Field, Item
from calpair.model.link import Stamp
from calpair.model.rule import Original
from calpair.model.side import Side


@dataclass(frozen=True, slots=True)
class Change:
    """One entry of a change list: an item that is there (`gone` false) or a tombstone.

    `item` is given where the list carries content (Google) and None where it carries ids only (Exchange), and for a
    series, which is read whole. `version` is empty for a tombstone.
    `override`: the entry tells of this override, in this version, of the series `id` (Google lists them apart; Exchange
    lists the series). A cancelled one is not `gone`: its series is there.
    `uid`: of a series, its UID, where the list tells it.
    """

    id: str
    version: str = ""
    gone: bool = False
    item: Item | None = None
    override: str = ""
    uid: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a change list. `cursor` is where the next one starts; `more`: ask on at once.

    `whole`: this listing started from nothing, so what it does not name is not there (to be confirmed, G4).
    `zone`: the calendar's IANA zone, where the server tells it; else empty. `bare`: items are named without content.
    """

    changes: tuple[Change, ...]
    cursor: str
    more: bool
    whole: bool = False
    zone: str = ""
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What is known of a series before it is read, so that reading it takes fewer requests. All of it may be outdated.

    `uid`: its UID on that side. `overrides`: ids of its overrides there. `originals`: occurrences that may be about to
    be overridden there, to be looked up while it is read.
    """

    uid: str = ""
    overrides: tuple[str, ...] = ()
    originals: frozenset[Original] = frozenset()


NO_HINTS: Mapping[str, Hint] = MappingProxyType({})

RULE = "rule"
"""The loss of a series whose rule a side cannot hold in any way."""

NAMELESS = "nameless_zone"
"""The loss beside it where that is for the zone alone: the side has no name for one with these clocks."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a side would hold of an event, and short words for what it would not (`categories`, `body:shortened`).

    `parts`: what it would hold a series as, where one item cannot carry it; empty where one can. `event` is then the
    series as it was asked for.
    """

    event: Event
    losses: tuple[str, ...] = ()
    parts: "tuple[Portion, ...]" = ()


@dataclass(frozen=True, slots=True)
class Portion:
    """One of the events a series is held as: a series of its own, or (`original` given) a single occurrence of it.

    `key` tells it from the others, for good where the series stays as it is; the first one's is empty.
    """

    key: str
    event: Event
    original: Original | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A copy to be made, with its overrides. On Google `id` is the copy's own id; on Exchange `uid` is the copy's UID.

    `zone`: the zone all-day events are stored in on Exchange (the Google calendar's own); IANA.
    """

    event: Event
    stamp: Stamp
    id: str = ""
    uid: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Edit:
    """A change to an item: write `fields` of `event` over `item`, and the stamp if one is given.

    `item` is the item as it was last read; its version is the condition. `event` is the whole event as it is to be, and
    `overrides` the occurrences to be brought to what it says of them: otherwise than the series, cancelled, or (where
    it says nothing) as the series again. A server that drops overrides when a series' time or rule is written is given
    them all anew.
    """

    item: Item
    event: Event
    fields: frozenset[Field]
    stamp: Stamp | None = None
    zone: str = ""
    overrides: frozenset[Original] = frozenset()


@dataclass(frozen=True, slots=True)
class Removal:
    """An item to be deleted. `permanent`: not to be found in Deleted Items afterwards (Exchange only).

    `item`: as it was read, where one is at hand.
    """

    id: str
    version: str
    permanent: bool = False
    item: Item | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Written:
    """What a write left behind. `item` is the server's own account of it, after normalising.

    `sure`: `item` is exactly the result of this write, nobody else's in between. Where the read-back failed `item`
    is None; where the item was found already there (an insert repeated) or touched meanwhile, `sure` is false.
    `refused`: occurrences of a series that the server would not take, while the rest was written.
    `told`: `item` is what was there and what was written, and the version the server named for it: nobody looked. The
    next change list has to name it; otherwise nothing was written.
    """

    id: str
    item: Item | None
    sure: bool
    refused: Mapping[Original, SideError] = field(default_factory=dict)
    told: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """What an examination found: `check` names what was looked at, `found` what is so, `cure` what to do about it.

    `ok` false means a sync would fail; an empty `cure` goes with `ok`.
    """

    check: str
    ok: bool
    found: str
    cure: str = ""


class Calendar(Protocol):
    """One side of a pair. Every method may raise BackOffError, SignInError, AccessLostError."""

    @property
    def side(self) -> Side:
        """Which side this is."""

    def changes(self, cursor: str) -> Page:
        """List what changed since `cursor`, one page; empty: everything. Raises CursorLostError."""

    def read(self, ids: Sequence[str], known: Mapping[str, Hint] = NO_HINTS) -> Mapping[str, Item | SideError]:
        """Read items; AbsentError for what is not there, an `Item` of kind `BROKEN` for what cannot be understood.

        `known`, by id: what may spare requests; what is answered is the same without.
        An item that Google holds as cancelled is AbsentError with code `cancelled`: proof of a deletion.
        """

    def create(self, drafts: Sequence[Draft]) -> Sequence[Written | SideError]:
        """Make copies; StaleError is no answer to it. IdTakenError: take the next generation. UnknownOutcomeError: it may exist, or come to."""

    def update(self, edits: Sequence[Edit]) -> Sequence[Written | SideError]:
        """Change items, only if they still are in the version read (StaleError), never mailing anyone."""

    def delete(self, removals: Sequence[Removal]) -> Sequence[SideError | None]:
        """Delete items, only in that version (StaleError). Known to be deleted is done; not found is AbsentError."""

    def hold(self, event: Event, until: datetime | None = None) -> Held:
        """Tell what this side would hold of an event if it were written today. Pure.

        `until`: how far a series that never ends is held where its occurrences have to be carried one by one.
        """

    def examine(self, *, writing: bool) -> Iterator[Finding]:
        """Look at everything a sync needs, in order, changing nothing; stops after the first finding that is not ok.

        `writing`: the right to write is needed too. Errors of this side become findings; nothing is raised.
        """


@dataclass(frozen=True, slots=True)
class Doc:
    """A stored document: JSON values only. `pair` is the pair key it belongs to, or empty.

    `version` is the store's own, empty for a document that was never stored.
    """

    collection: str
    key: str
    data: Mapping[str, Any]
    pair: str = ""
    version: str = ""


class Store(Protocol):
    """Documents with versions. Seven things; what Firestore lacks is not added. Raises StoreBrokenError.

    Two fields of `data` are indexed: `due` (an instant as UTC ISO text, or absent) and `keys` (a list of texts).
    What people write (`model/plain.py` names the collections) belongs to no pair, and is read by name or listed whole.
    Keys are ordered as their UTF-8 bytes are.
    """

    def get(self, collection: str, key: str) -> Doc | None:
        """Read one document."""

    def put(self, doc: Doc) -> Doc:
        """Write it if it still is in `doc.version` (empty: if there is none); VersionError otherwise."""

    def delete(self, doc: Doc) -> None:
        """Delete it if it still is in `doc.version`; VersionError otherwise. Already gone is done."""

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        """Documents whose `due` is not after `now`, oldest first, then in key order; of their data only `due` and `head`.

        `head` is a map, or None: what is asked of thousands of documents at once brings nothing else with it.
        """

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        """Documents of a pair one of whose `keys` is among `values` (at most 30), in key order."""

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        """A page of documents in key order, of one pair or of all, and the next page's name (empty: no more)."""

    def drop(self, pair: str) -> None:
        """Delete everything that belongs to a pair."""


def every(store: Store, collection: str, pair: str | None = None) -> Iterator[Doc]:
    """Give every document of a collection, of one pair or of all, page by page, in key order."""
    page = ""
    while True:
        docs, page = store.list(collection, pair, page)
        yield from docs
        if not page:
            return


@dataclass(frozen=True, slots=True)
class Notice:
    """When somebody is not free in some months, as Exchange's free/busy folder is to tell it.

    `legacy_dn`: whose message it is; `start`: the first instant of the first month, in UTC. `id` and `version`: of the
    message, as last known; empty: it has to be found, or made.
    """

    legacy_dn: str
    blocks: tuple[Block, ...]
    start: datetime
    months: int
    id: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Posted:
    """A message in the free/busy folder; `at`: when it says that it was written, in whole seconds.

    `id` is empty of somebody who has several messages: written to without an id, they become one. `others`: how many
    more than that one there are, or were until just now.
    """

    id: str
    version: str
    at: datetime
    others: int = 0


class BusyFolder(Protocol):
    """Exchange's free/busy folder. Every method may raise BackOffError, SignInError, AccessLostError."""

    def write(self, notices: Sequence[Notice], now: datetime) -> Sequence[Posted | SideError]:
        """Make each message say what its notice does, whatever it said; one answer each, in order."""

    def look(self, legacy_dns: Sequence[str]) -> Mapping[str, Posted | SideError | None]:
        """Look at the messages of these; None: there is none."""

    def remembered(self) -> Mapping[str, str]:
        """Give the ids of folders by name, to be given back to whoever opens this the next time."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A wish that somebody look at a pair: its name, its key, and the instant before which nobody need.

    `changed`: something was written since, so how the pair stands is told anew.

    Asks of one `token` are one: whoever makes up a token says by it which wishes it covers.
    """

    pair: str
    key: str
    at: datetime
    token: str
    changed: bool = False


class Queue(Protocol):
    """Has pairs looked at, at least once for every token and as a rule once. May raise BackOffError."""

    def ask(self, asks: Sequence[Ask]) -> None:
        """Take the wishes, however many. Those that were taken before are not taken again."""


Now = Callable[[], datetime]
"""The present instant, aware, in UTC."""
