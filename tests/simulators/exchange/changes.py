"""What SyncFolderItems says, without XML: sealed states, and pages of a folder's log, newest first (facts 2.1).

A round goes from `base`, up to which the client knows everything, to `top`, where the log ended when the round began;
`at` is where in the round the next page starts. What is saved while a round runs is told in the next one. Each page
shows items as they are now; an item deleted between two pages is left out, and told as Delete in the next round even
though it was never shown: clients have to bear that.
"""

import base64
import binascii
import json
from bisect import bisect_right
from dataclasses import dataclass, replace

from simulators.exchange.items import Item
from simulators.exchange.mailbox import Folder, Mailbox, Trail


@dataclass(frozen=True)
class State:
    """Where a client stands in the log of one folder; `at` 0 means between two rounds."""

    base: int = 0
    top: int = 0
    at: int = 0


@dataclass(frozen=True)
class Change:
    """`kind` is Create, Update, Delete or ReadFlagChange; `item` is None for Delete."""

    place: int
    kind: str
    item_id: str
    item: Item | None


@dataclass(frozen=True)
class Page:
    """Some changes, the state after them, and whether the round ends with them."""

    changes: tuple[Change, ...]
    state: State
    last: bool


def write_state(state: State, mailbox: Mailbox, folder: Folder, padding: int) -> str:
    """Seal a state for one folder of one mailbox. Opaque base64; `padding` makes it as long as real ones."""
    body = {"f": folder.id, "g": mailbox.generation, "b": state.base, "t": state.top, "a": state.at, "p": "0" * padding}
    payload = json.dumps(body, separators=(",", ":")).encode()
    return base64.b64encode(mailbox.mint.seal("sync", payload) + payload).decode()


def read_state(text: str, mailbox: Mailbox, folder: Folder) -> State | None:
    """Open a state; None when it is forged, cut, of another server, folder or mailbox, or of before the move."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    payload = data[12:]
    if data[:12] != mailbox.mint.seal("sync", payload):
        return None
    body = json.loads(payload)
    if body["f"] != folder.id or body["g"] != mailbox.generation:
        return None
    return State(body["b"], body["t"], body["a"])


def page(folder: Folder, state: State, limit: int) -> Page:
    """Read the next page of at most `limit` changes."""
    if not state.at:
        state = State(state.base, folder.place, folder.place + 1)
    changes = _changes(folder, state) if state.top > state.base else []
    shown, rest = changes[:limit], changes[limit:]
    if rest:
        return Page(tuple(shown), replace(state, at=shown[-1].place), last=False)
    return Page(tuple(shown), finished(state), last=True)


def finished(state: State) -> State:
    """The state after a whole round, whatever of it was shown."""
    return State(base=state.top)


def _changes(folder: Folder, state: State) -> list[Change]:
    found = [change for item_id, trail in folder.log.items() for change in _changes_of(folder, item_id, trail, state)]
    return sorted(found, key=lambda change: -change.place)


def _changes_of(folder: Folder, item_id: str, trail: Trail, state: State) -> list[Change]:
    born = trail.saves[0]
    known = born <= state.base
    if trail.gone and trail.gone <= state.top:
        fresh = state.base < trail.gone < state.at
        return [Change(trail.gone, "Delete", item_id, None)] if known and fresh else []
    item = folder.items.get(item_id)
    if item is None:
        return []
    count = bisect_right(trail.saves, state.top)
    place = trail.saves[count - 1] if count else 0
    if place > state.base:
        return [Change(place, "Update" if known else "Create", item_id, item)] if place < state.at else []
    if known and state.base < trail.read < state.at:
        return [Change(trail.read, "ReadFlagChange", item_id, item)]
    return []
