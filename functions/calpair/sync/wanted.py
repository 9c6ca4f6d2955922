"""The wish that a pair be looked at once more, made by whoever found somebody else at it.

    want(store, pair, now)              # several wishes are one
    if take(store, pair.key): ...       # whoever was at it looks once more; else `dispatch` comes upon it

The wish stands in a document of its own: writing it into the cursors would void the work of the one at it.
"""

from contextlib import suppress
from datetime import datetime

from calpair.errors import VersionError
from calpair.model.pair import Pair
from calpair.ports import Doc, Store

SCHEMA = 1
WANTED = "wanted"


def want(store: Store, pair: Pair, at: datetime) -> None:
    """Have the pair looked at once more, `at` or soon afterwards."""
    doc = store.get(WANTED, pair.key)
    if doc is None:
        head = {"pair": pair.name, "interval": pair.interval.total_seconds()}
        # Whoever was faster has said the same.
        with suppress(VersionError):
            store.put(Doc(WANTED, pair.key, {"schema": SCHEMA, "due": at.isoformat(), "head": head}, pair.key))


def take(store: Store, pair_key: str) -> bool:
    """Tell whether the pair is wanted, and take the wish away: it is the caller's to fulfil."""
    doc = store.get(WANTED, pair_key)
    if doc is None:
        return False
    try:
        store.delete(doc)
    except VersionError:
        return False
    return True
