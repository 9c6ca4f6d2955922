"""What changed of which no trigger tells: a pair paused by hand, a domain its file dropped or refused, a batch published.

    say(store, "pairs/ana", now)            # whoever wrote such a thing
    for doc in said(store, now): ...        # `dispatch` has each answered, within a minute, and then drops it

Firestore's triggers tell of documents alone. Where one process does everything, nobody has to be told.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

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
    _put(store, key, old.version if old else "", now)


def said(store: Store, now: datetime) -> Sequence[Doc]:
    """Give what was said, the oldest first; `about` and `age` tell what of, and since when."""
    return store.due(CHANGED, now, _MOST)


def about(doc: Doc) -> str:
    """Name the document that changed, as in `pairs/ana`."""
    return doc.key.replace(":", "/", 1)


def age(doc: Doc, now: datetime) -> timedelta:
    """Give how long ago it was said the last time."""
    return now - datetime.fromisoformat(doc.data["due"])


def put_off(store: Store, doc: Doc, until: datetime) -> None:
    """Have what could not be answered answered then: whatever is said meanwhile goes before it."""
    _put(store, doc.key, doc.version, until)


def drop(store: Store, doc: Doc) -> None:
    """Forget what was answered, unless it was said again meanwhile."""
    with suppress(VersionError):
        store.delete(doc)


def _put(store: Store, key: str, version: str, due: datetime) -> None:
    # Whoever was faster has said the same a moment ago.
    with suppress(VersionError):
        store.put(Doc(CHANGED, key, {"schema": SCHEMA, "due": due.isoformat()}, version=version))
