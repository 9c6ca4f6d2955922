"""The cursors document of one pair during one run: read once, leased when there is something to do, written at the end.

Every write is compare-and-set on the version last read or written here; a VersionError means that somebody else was at
the pair meanwhile, and the run ends without having acted on an older state.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from calpair.errors import StoreError, VersionError
from calpair.model.pair import Pair
from calpair.model.side import Side
from calpair.ports import Now, Store
from calpair.sync import guard, renew
from calpair.sync.cursors import CURSORS, Cursors, Head, Held, Intent, Lease, from_doc, restarted, to_doc
from calpair.sync.decision import Decision, Remove

_KEPT = timedelta(hours=1)
"""An intent that ran out is kept this long, so that the create that follows it knows its generation."""


class Book:
    """One run's hold on a pair's cursors."""

    def __init__(self, store: Store, pair: Pair, now: Now) -> None:
        self._store = store
        self._pair = pair
        self._now = now
        doc = store.get(CURSORS, pair.key)
        self._version = doc.version if doc else ""
        self._fingerprint = ""
        self._interval = pair.interval
        cursors = from_doc(doc) if doc else Cursors(pair.key, direction=pair.direction.value)
        self.cursors = replace(cursors, head=Head(pair.name, pair.interval))

    def start(self, fingerprint: str) -> bool:
        """Begin; tells whether all is to be decided anew, because what decides the carrying has changed.

        The new fingerprint is stored with the commit: a run that ends before it has to be begun anew.
        """
        self._fingerprint = fingerprint
        if self.cursors.fingerprint == fingerprint:
            return False
        self.cursors = restarted(self.cursors)
        return True

    def retry_is_due(self) -> bool:
        """Tell whether a parked event is to be looked at again."""
        return self.cursors.retry is not None and self.cursors.retry <= self._now()

    def extension_is_due(self) -> bool:
        """Tell whether series that are carried singly are to be carried further."""
        return self.cursors.extend is not None and self.cursors.extend <= self._now()

    def extend(self, *, rolling: bool) -> None:
        """Say when they are to be the next time, if there are any; stored with the next write."""
        at = renew.next_month(self._now(), self._pair.key) if rolling else None
        if at != self.cursors.extend:
            renew.note(self._store, self._pair, at)
            self.cursors = replace(self.cursors, extend=at)

    def lease(self, holder: str, length: timedelta) -> None:
        """Take the pair, on the very state this run began with; again and again is once."""
        if self.cursors.lease is None or self.cursors.lease.holder != holder:
            # Whatever this run parks is due at once if it does not come to its commit.
            now = self._now()
            until = now + length
            self._write(replace(self.cursors, lease=Lease(holder, until), retry=now, due=until))

    def release(self) -> None:
        """Give the pair back, moving nothing."""
        if self.cursors.lease:
            # Whoever took it meanwhile may keep it; a store that is out of order keeps what it has.
            with suppress(StoreError):
                self._write(replace(self.cursors, lease=None, due=self._now()))

    def announce(self, intents: Mapping[str, Intent]) -> None:
        """Store what is about to be created, before it is."""
        self._write(replace(self.cursors, intents={**self.cursors.intents, **intents}))

    def settle(self, keys: Iterable[str]) -> None:
        """Close intents whose answer came; stored with the next write."""
        closed = set(keys)
        left = {key: intent for key, intent in self.cursors.intents.items() if key not in closed}
        self.cursors = replace(self.cursors, intents=left)

    def remember(self, *, zone: str = "", deleted: Iterable[str] = ()) -> None:
        """Take note of the calendar's zone and of deletions carried out unasked; stored with the next write."""
        allowed = self.allowed_to_go()
        new = [self._now() for key in deleted if key not in allowed]
        kept = guard.recent(self.cursors.deletions, self._now())
        self.cursors = replace(self.cursors, zone=zone or self.cursors.zone, deletions=(*kept, *new))

    def allowed(self, kind: str) -> frozenset[str]:
        """Give the links a person has approved for this kind of thing."""
        held = self.cursors.held
        return frozenset(held.links) if held and held.approved and held.kind == kind else frozenset()

    def allowed_to_go(self) -> frozenset[str]:
        """Give the links a person has approved the deletion of."""
        return self.allowed("deletions") | self.allowed("emptied")

    def hold(self, held: Held) -> None:
        """Stop here until a person has looked; no place moves."""
        self._write(replace(self.cursors, held=held, lease=None, due=None))

    def commit(
        self, at: Mapping[Side, str], direction: str, retry: datetime | None, links: int, *, to_come: Sequence[str]
    ) -> None:
        """Move the places and give the pair back, in one write.

        `to_come`: links whose approved deletion is still under way; for all others the approval is spent.
        """
        held, now = self.cursors.held, self._now()
        due = now + self._interval
        done = replace(
            self.cursors,
            at=dict(at),
            fingerprint=self._fingerprint,
            direction=direction,
            retry=retry,
            links=links,
            lease=None,
            held=replace(held, links=tuple(to_come)) if held and to_come else None,
            orphans_approved=(),
            intents={key: left for key, left in self.cursors.intents.items() if left.deadline + _KEPT > now},
            listed=now,
            due=min(due, retry) if retry else due,
            failed=False,
        )
        self._write(done)

    def _write(self, cursors: Cursors) -> None:
        doc = self._store.put(to_doc(cursors, self._version))
        self._version, self.cursors = doc.version, cursors


def objection(
    book: Book, pair: Pair, decisions: Sequence[Decision], emptied: Sequence[str], links: int, now: datetime
) -> Held | None:
    """Say what a person has to approve before these decisions may be carried out, if anything.

    `emptied`: links on a side whose whole list came back empty. `links`: how many the pair has.
    """
    if set(emptied) - book.allowed("emptied"):
        return Held("emptied", now, tuple(emptied))
    deleting = {decision.link.key: decision.link.event for decision in decisions if _deletes(decision)}
    # What a person has seen and approved is as good as gone: the rest is judged by what then remains.
    approved = book.allowed_to_go().intersection(deleting)
    # A series that stands in parts is one deletion.
    events = {event for key, event in deleting.items() if key not in approved}
    earlier = len(guard.recent(book.cursors.deletions, now))
    if guard.trips(earlier, len(events), links - len(approved)):
        return Held("deletions", now, tuple(deleting))
    turned = pair.two_way and book.cursors.direction not in ("", pair.direction.value)
    touching = tuple(decision.link.key for decision in decisions if _writes_exchange(decision))
    if turned and touching and not book.allowed("two_way"):
        return Held("two_way", now, touching)
    return None


def _deletes(decision: Decision) -> bool:
    return any(isinstance(write, Remove) and write.asked for write in decision.writes)


def _writes_exchange(decision: Decision) -> bool:
    return any(write.side is Side.EXCHANGE for write in decision.writes)


def approve(store: Store, pair: Pair, orphans: Sequence[str], now: datetime) -> Held | None:
    """Let through what was shown: the held decisions, and the orphans listed. Gives what was held, if anything was."""
    doc = store.get(CURSORS, pair.key)
    if doc is None:
        return None
    cursors = from_doc(doc)
    held = replace(cursors.held, approved=True) if cursors.held else None
    store.put(to_doc(replace(cursors, held=held, orphans_approved=tuple(orphans), due=now), doc.version))
    return held


def postpone(store: Store, pair: Pair, at: datetime | None) -> None:
    """Have the pair looked at again at `at` (None: only when it is asked for), after a run that failed.

    Whoever writes the cursors at the same moment knows better.
    """
    doc = store.get(CURSORS, pair.key)
    cursors = from_doc(doc) if doc else Cursors(pair.key, direction=pair.direction.value)
    if cursors.held and not cursors.held.approved:
        # It waits for a person, and no error makes it anything else's turn.
        at = None
    cursors = replace(cursors, due=at, head=Head(pair.name, pair.interval), failed=True)
    with suppress(VersionError):
        store.put(to_doc(cursors, doc.version if doc else ""))


def expect(store: Store, pair: Pair, at: datetime) -> bool:
    """Have a pair looked at by `at`, unless its time is known or it waits for a person; tells whether it had to be said.

    Whoever is asked now and never comes is asked again then.
    """
    doc = store.get(CURSORS, pair.key)
    if doc and (doc.data["due"] or doc.data["held"]):
        return False
    postpone(store, pair, at)
    return True


def leave_alone(store: Store, pair_key: str, name: str) -> None:
    """Have a pair key looked at no more for the pair of that name, until one that has it is asked for.

    Where another pair was the last to be looked at under that key, it is that one's now.
    """
    doc = store.get(CURSORS, pair_key)
    cursors = from_doc(doc) if doc else None
    if doc and cursors and cursors.due and cursors.head and cursors.head.pair == name:
        with suppress(VersionError):
            store.put(to_doc(replace(cursors, due=None), doc.version))


def zone_of(store: Store, pair: Pair) -> str:
    """Give the zone of the pair's Google calendar, as it was last told; empty if it never was."""
    doc = store.get(CURSORS, pair.key)
    return from_doc(doc).zone if doc else ""
