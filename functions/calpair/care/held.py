"""What a pair holds back for a person, by name, as far as the store knows it: the servers need not be asked.

    named(store, pair_key)      # {"l1": {"home": "google", "uid": "...", "exchange_id": "...", "google_id": "..."}}

Identifiers are all there is: neither titles nor times are kept (G9). What was never carried is not known here at all.
"""

from collections.abc import Mapping
from typing import Any

from calpair.model.side import Side
from calpair.ports import Store

MOST = 200
"""Events named one by one: each is a read of the store."""


def summary(cursors: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Tell from a pair's cursors what it holds back and nobody has approved: the kind, since when, how many events."""
    held = cursors["held"] if cursors else None
    if not held or held["approved"]:
        return None
    return {"kind": held["kind"], "since": held["since"], "events": len(held["links"])}


def named(store: Store, pair_key: str) -> Mapping[str, Mapping[str, Any]]:
    """Name the events that are held back, by link: where each lives, its UID, and its ids on both sides, where kept."""
    cursors = store.get("cursors", pair_key)
    if cursors is None or summary(cursors.data) is None:
        return {}
    found = {}
    for link in cursors.data["held"]["links"][:MOST]:
        doc = store.get("links", link)
        if doc:
            ids = {f"{side.value}_id": doc.data[side.value][0]["id"] if doc.data[side.value] else "" for side in Side}
            found[link] = {"home": doc.data["home"], "uid": doc.data["uid"], **ids}
    return found
