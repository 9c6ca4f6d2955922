"""What has to be done anew as time goes on, whether or not anything changes: today, series that are carried singly.

    note(store, pair, at)               # a run says when the pair's next renewal is due; None: there is nothing to renew
    asked = renew(store, queue, now)    # once an hour: pairs whose renewal is due are asked for

A series that Exchange cannot repeat stands there as single events of the next two years. When a month is over, the run
that looks at the pair carries one more (`horizon`); this only sees to it that a pair is looked at.
"""

import hashlib
from contextlib import suppress
from datetime import datetime, timedelta

from calpair.errors import VersionError
from calpair.model.pair import Pair
from calpair.model.when import first_of_month
from calpair.ports import Ask, Doc, Queue, Store

SCHEMA = 1
RENEWALS = "renewals"
MONTHS = 24
"""How far ahead single events stand in for a series that never ends."""
MOST = 1_000
"""Pairs asked for at once; the rest waits an hour."""
PATIENCE = timedelta(hours=6)
"""When a pair is asked for again that was not renewed."""


def horizon(now: datetime) -> datetime:
    """Give how far series are carried that have to be carried singly: whole months, so that it moves once a month."""
    return first_of_month(now, MONTHS)


def next_month(now: datetime, pair_key: str) -> datetime:
    """Give when the horizon has moved next: in the first hours of a month, not all pairs at once."""
    spread = int(hashlib.sha256(pair_key.encode()).hexdigest()[:4], 16) % (12 * 60)
    return first_of_month(now, 1) + timedelta(minutes=spread)


def note(store: Store, pair: Pair, at: datetime | None) -> None:
    """Take down when a pair's next renewal is due."""
    doc = store.get(RENEWALS, pair.key)
    # Whoever was faster knows as much.
    with suppress(VersionError):
        if at is not None:
            head = {"pair": pair.name, "interval": pair.interval.total_seconds()}
            data = {"schema": SCHEMA, "due": at.isoformat(), "head": head}
            store.put(Doc(RENEWALS, pair.key, data, pair.key, doc.version if doc else ""))
        elif doc:
            store.delete(doc)


def renew(store: Store, queue: Queue, now: datetime) -> int:
    """Ask for the pairs whose renewal is due; gives how many. BackOffError: the queue did not take all."""
    docs = store.due(RENEWALS, now, MOST)
    late = int(now.timestamp() // PATIENCE.total_seconds())
    queue.ask(
        [
            Ask(
                doc.data["head"]["pair"],
                doc.key,
                now,
                hashlib.sha256(f"renew\0{doc.key}\0{late}".encode()).hexdigest()[:40],
            )
            for doc in docs
        ]
    )
    return len(docs)
