"""What people changed without writing the document itself: a pair paused by hand, a domain its file dropped or refused.

    say(store, "pairs/ana", now)            # whoever wrote such a thing
    for doc in said(store, now): ...        # `dispatch` has each answered, within a minute, and then drops it

Firestore's triggers tell of documents alone. Where one process does everything, nobody has to be told.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

from calpair.errors import VersionError
from calpair.ports import Doc, Store

SCHEMA = 1
CHANGED = "changed"
_MOST = 1_000
"""Answered in one tick; the rest waits a minute."""


def say(store: Store, document: str, now: datetime) -> None:
    """Have a document answered anew. It is written each time, so that who is at an older word does not drop this one."""
    key = document.replace("/", ":", 1)
    old = store.get(CHANGED, key)
    data = {"schema": SCHEMA, "due": now.isoformat(), "head": {"document": document}}
    # Whoever was faster has said the same a moment ago.
    with suppress(VersionError):
        store.put(Doc(CHANGED, key, data, version=old.version if old else ""))


def said(store: Store, now: datetime) -> Sequence[Doc]:
    """Give what was said; `data["head"]["document"]` is what about, as in `pairs/ana`."""
    return store.due(CHANGED, now, _MOST)


def drop(store: Store, doc: Doc) -> None:
    """Forget what was answered, unless it was said again meanwhile."""
    with suppress(VersionError):
        store.delete(doc)
