"""`why`: one event's link, found by whatever a person has of it, and how it stands on both sides just now."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any

from calpair.care import why
from calpair.errors import UsageError
from calpair.model.link import Link
from calpair.model.side import Side
from calpair.ports import Calendar, Store, every
from calpair.sync.records import LINKS, from_doc, id_key, uid_key

MOST = 2_000
"""Events looked through for one with a given start."""

_AT_ONCE = 200


def reasons(
    store: Store,
    pair_key: str,
    key_name: str,
    lent: Callable[[], AbstractContextManager[Mapping[Side, Calendar]]],
    text: str,
) -> list[dict[str, Any]]:
    """Give an account of every event the text may mean. UsageError: of none; raises what the servers raise."""
    names = why.names(text)
    keys = [key for name in names for key in (*(id_key(side, name) for side in Side), uid_key(name))]
    found = [from_doc(doc, key_name) for doc in store.find(LINKS, pair_key, keys)]
    if not found:
        return _by_start(store, pair_key, key_name, lent, text)
    with lent() as calendars:
        items = why.read(calendars, {link.key: link for link in found})
    return [why.account(link, items[link.key]) for link in found]


def _by_start(
    store: Store,
    pair_key: str,
    key_name: str,
    lent: Callable[[], AbstractContextManager[Mapping[Side, Calendar]]],
    text: str,
) -> list[dict[str, Any]]:
    when = why.start(text)
    if when is None:
        raise UsageError(
            f"no event of this pair has the id or UID `{text[:60]}`; give a Google Calendar link, an id or UID of either "
            "side, or a start as in 2026-11-05T10:00"
        )
    accounts = []
    with lent() as calendars:
        for links in _batches(store, pair_key, key_name):
            items = why.read(calendars, links)
            accounts += [
                why.account(link, items[key])
                for key, link in links.items()
                if any(why.starts_at(item, when) for item in items[key].values())
            ]
    if not accounts:
        raise UsageError(f"no event of this pair starts at {text}; a start is told as the event's own clock shows it")
    return accounts


def _batches(store: Store, pair_key: str, key_name: str) -> Iterator[dict[str, Link]]:
    docs = islice(every(store, LINKS, pair_key), MOST)
    while batch := {doc.key: from_doc(doc, key_name) for doc in islice(docs, _AT_ONCE)}:
        yield batch
