"""Fan out: ask the queue for every pair that is due before the next tick.

    asked = dispatch(store, queue, now)         # once a minute

An ask's token is made of what made the pair due, so a tick that comes twice asks once. A pair that stays due, because
its task is still waiting or was lost, is asked for again every ten minutes: a queue that is behind is not made longer.
A pair that is looked at more often than once a tick gets all its looks of the tick at once, each at its time.
"""

import hashlib
from collections.abc import Collection, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from calpair.errors import VersionError
from calpair.model.pair import Pair
from calpair.ports import Ask, Doc, Queue, Store
from calpair.sync.cursors import CURSORS, read_head
from calpair.sync.wanted import WANTED

TICK = timedelta(minutes=1)
PATIENCE = timedelta(minutes=10)
"""How long an ask that led to nothing stands in the way of the next."""
MOST = 10_000
"""Pairs asked for in one tick, read in one question; the oldest go first, the rest wait a minute."""
BUCKET = timedelta(seconds=5)
"""Nudges of a pair that come within it are one look, at its end."""


def dispatch(store: Store, queue: Queue, now: datetime) -> int:
    """Ask for what is due; gives the number of asks. BackOffError: the queue did not take all; nothing is forgotten."""
    wanted = store.due(WANTED, now + TICK, MOST)
    asks = [ask for doc in [*store.due(CURSORS, now + TICK, MOST), *wanted] for ask in _asks(doc, now)]
    queue.ask(asks)
    for doc in wanted:
        with suppress(VersionError):
            store.delete(doc)
    return len(asks)


def nudge(queue: Queue, pairs: Collection[Pair], now: datetime) -> None:
    """Have pairs looked at within seconds, because something has changed."""
    seconds = BUCKET.total_seconds()
    end = datetime.fromtimestamp((now.timestamp() // seconds + 1) * seconds, now.tzinfo)
    # Two pairs may have one key within seconds, where one takes the other's place.
    tokens = {pair.name: _token(pair.key, "nudge", pair.name, end.isoformat()) for pair in pairs}
    queue.ask([Ask(pair.name, pair.key, end, tokens[pair.name], changed=True) for pair in pairs])


def _asks(doc: Doc, now: datetime) -> Iterator[Ask]:
    head, due = read_head(doc.data), datetime.fromisoformat(doc.data["due"])
    if head is None:
        return
    late = max(0, (now - due) // PATIENCE)
    at, end = max(due, now), now + TICK
    while at < end:
        yield Ask(
            head.pair, doc.key, at, _token(doc.key, doc.collection, due.isoformat(), str(late), str(at - max(due, now)))
        )
        if doc.collection == WANTED or head.interval <= timedelta(0):
            return
        at += head.interval


def _token(*parts: str) -> str:
    """Name a wish. Hashed, because the queue is slow with names that begin alike."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:40]
