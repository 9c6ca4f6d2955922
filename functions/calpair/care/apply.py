"""What people write, in the store: documents applied from a file, switches turned by hand, and everything exported.

    domains/{name}, pairs/{name}, directory/{address}
                                    the document itself, as written
    applied/{collection}:{name}     which file named it, whether that file has since dropped it, and why it was refused
    switches/{pair}                 paused by hand, and since when

A document that a file no longer names is disabled, never unpaired, and comes back as it was when it is named again; an
entry of the directory that is disabled registers nobody.
Removals are applied before anything else, so that a calendar can move from one pair to another in one edit.

A document with a mistake is refused as a whole: nothing of it is stored, since it may hold a secret where none belongs,
only what is wrong with it. What was stored under its name before is kept, but does not count until the mistake is mended:
nobody works by settings that a person has just tried to change.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count
from types import MappingProxyType
from typing import Any

from calpair.ports import Doc, Store, every

SCHEMA = 1
DOMAINS, PAIRS, DIRECTORY = "domains", "pairs", "directory"
_APPLIED, _SWITCHES = "applied", "switches"
_PEOPLES = (DOMAINS, PAIRS, DIRECTORY)

_NOBODY: Mapping[str, Any] = MappingProxyType({})

Refusals = Mapping[str, Sequence[tuple[str, str]]]
"""By document (`pairs/ana`): the fields that are wrong (empty: the whole), each with a sentence that holds no secret."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an application changed: names as `pairs/ana`. `refused` is told at every application."""

    written: tuple[str, ...] = ()
    disabled: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    paused: tuple[str, ...] = ()


def apply(
    store: Store,
    domains: Mapping[str, Any],
    pairs: Mapping[str, Any],
    source: str,
    refused: Refusals | None = None,
    paused: Sequence[str] = (),
    directory: Mapping[str, Any] = _NOBODY,
) -> Applied:
    """Make the store hold what `source` says; what it said before and no longer says is disabled.

    `paused`: the pairs that are to be paused by hand, as `export` gives them. No pair is let go on.
    """
    named = {DOMAINS: domains, PAIRS: pairs, DIRECTORY: directory}
    wrong = refused or {}
    disabled = []
    applied = list(every(store, _APPLIED))
    numbers = count(1 + max((doc.data["number"] for doc in applied), default=0))
    for doc in applied:
        collection, _, name = doc.key.partition(":")
        if doc.data["source"] == source and not doc.data["dropped"] and name not in named[collection]:
            store.put(replace(doc, data={**doc.data, "dropped": True, "refused": []}))
            disabled.append(f"{collection}/{name}")
    written = [
        f"{collection}/{name}"
        for collection, documents in named.items()
        for name, fields in documents.items()
        if _write(store, collection, name, fields, source, numbers, wrong.get(f"{collection}/{name}", ()))
    ]
    switched = tuple(f"{PAIRS}/{name}" for name in paused if switch(store, name, None, paused=True))
    return Applied(tuple(written), tuple(disabled), tuple(wrong), switched)


def _write(
    store: Store,
    collection: str,
    name: str,
    fields: Mapping[str, Any],
    source: str,
    numbers: Iterator[int],
    wrong: Sequence[tuple[str, str]],
) -> bool:
    """Store a document, or why it is refused; tells whether the document is another one now."""
    key = f"{collection}:{name}"
    old = store.get(_APPLIED, key)
    number = old.data["number"] if old else next(numbers)
    said = [{"field": field, "text": text} for field, text in wrong]
    told = {"schema": SCHEMA, "source": source, "dropped": False, "number": number, "refused": said}
    changed = _put(store, _APPLIED, key, told)
    return not wrong and (_put(store, collection, name, fields) or changed)


def _put(store: Store, collection: str, key: str, data: Mapping[str, Any]) -> bool:
    old = store.get(collection, key)
    if old and old.data == data:
        return False
    store.put(Doc(collection, key, data, version=old.version if old else ""))
    return True


def remove(store: Store, documents: Iterable[str]) -> Sequence[str]:
    """Take documents out of the store, with their switches; gives those that were there.

    What was learnt of a pair stays: named again, it is in step without a write.
    """
    removed = []
    for document in documents:
        collection, _, name = document.partition("/")
        places = [(collection, name), (_APPLIED, f"{collection}:{name}")]
        places += [(_SWITCHES, name)] if collection == PAIRS else []
        found = [doc for place in places if (doc := store.get(*place))]
        for doc in found:
            store.delete(doc)
        removed += [document] if found else []
    return removed


def written(store: Store) -> tuple[dict[str, Any], dict[str, Any], Refusals]:
    """Give domains and pairs as they now count: disabled where their file dropped them, paused where a hand did.

    What is refused does not count, and is given with what is wrong.
    """
    applied = {doc.key: doc.data for doc in every(store, _APPLIED)}
    domains, pairs = _kept(store, applied)
    for name in _paused(store):
        if name in pairs:
            pairs[name]["paused"] = True
    refused = {
        key.replace(":", "/", 1): [(said["field"], said["text"]) for said in data["refused"]]
        for key, data in applied.items()
        if data.get("refused")
    }
    return (
        {name: fields for name, fields in domains.items() if f"{DOMAINS}/{name}" not in refused},
        {name: fields for name, fields in pairs.items() if f"{PAIRS}/{name}" not in refused},
        refused,
    )


def directory(store: Store) -> dict[str, Any]:
    """Give the entries of the directory as they now count, by address."""
    applied = every(store, _APPLIED)
    out = {doc.key for doc in applied if doc.data["dropped"] or doc.data.get("refused")}
    return {doc.key: dict(doc.data) for doc in every(store, DIRECTORY) if f"{DIRECTORY}:{doc.key}" not in out}


def adopt(store: Store, addresses: Collection[str]) -> None:
    """Have entries of the directory count that a file has dropped: whoever registers them now is no file."""
    names = {f"{DIRECTORY}:{address}" for address in addresses}
    for doc in [doc for doc in every(store, _APPLIED) if doc.key in names and doc.data["dropped"]]:
        store.delete(doc)


def counting(store: Store, collection: str, name: str) -> dict[str, Any] | None:
    """Give one document as it now counts, as `written` does; None: there is none that counts."""
    doc = store.get(collection, name)
    applied = store.get(_APPLIED, f"{collection}:{name}") if doc else None
    if doc is None or (applied and applied.data.get("refused")):
        return None
    fields = dict(doc.data)
    if applied and applied.data["dropped"]:
        if collection != PAIRS:
            return None
        fields["enabled"] = False
    switched = store.get(_SWITCHES, name) if collection == PAIRS else None
    if switched and switched.data["paused"]:
        fields["paused"] = True
    return fields


def dropped(store: Store, names: Iterable[str]) -> dict[str, Any]:
    """Give of these domains those that their file dropped and that are still kept: disabled pairs go by them."""
    found = {}
    for name in names:
        doc, applied = store.get(DOMAINS, name), store.get(_APPLIED, f"{DOMAINS}:{name}")
        if doc and applied and applied.data["dropped"]:
            found[name] = dict(doc.data)
    return found


def refusal(store: Store, document: str) -> Sequence[tuple[str, str]]:
    """Give what is wrong with a document that its file was refused for: field and sentence, as in `Refusals`."""
    applied = store.get(_APPLIED, document.replace("/", ":", 1))
    return [(said["field"], said["text"]) for said in applied.data.get("refused", ())] if applied else []


def changed_by(collection: str, name: str) -> tuple[str, str] | None:
    """Say which of people's documents counts differently now that this one was written; None: none does."""
    if collection in _PEOPLES:
        return collection, name
    if collection == _SWITCHES:
        return PAIRS, name
    if collection == _APPLIED:
        inner, _, named = name.partition(":")
        return (inner, named) if inner in _PEOPLES and named else None
    return None


def _kept(store: Store, applied: Mapping[str, Mapping[str, Any]]) -> tuple[dict[str, Any], dict[str, Any]]:
    dropped = {key for key, data in applied.items() if data["dropped"]}
    domains = {doc.key: dict(doc.data) for doc in every(store, DOMAINS) if f"{DOMAINS}:{doc.key}" not in dropped}
    pairs = {doc.key: dict(doc.data) for doc in every(store, PAIRS)}
    for name, fields in pairs.items():
        if f"{PAIRS}:{name}" in dropped:
            fields["enabled"] = False
    # In the order in which they were first written: where two exclude each other, the later one is refused.
    order = {key: data["number"] for key, data in applied.items()}
    return domains, dict(sorted(pairs.items(), key=lambda pair: order.get(f"{PAIRS}:{pair[0]}", len(order) + 1)))


def _paused(store: Store) -> list[str]:
    return [doc.key for doc in every(store, _SWITCHES) if doc.data["paused"]]


def source(store: Store, document: str) -> str:
    """Name the file a document (`pairs/ana`) comes from; empty: written straight into the store."""
    doc = store.get(_APPLIED, document.replace("/", ":", 1))
    return doc.data["source"] if doc else ""


def origins(store: Store, documents: Iterable[str]) -> Mapping[str, str]:
    """Name the file each document comes from that is there (empty: it was written straight into the store)."""
    there = [name for name in documents if store.get(*name.split("/", 1))]
    return {name: source(store, name) for name in there}


def switch(store: Store, pair: str, now: datetime | None, *, paused: bool) -> bool:
    """Pause a pair by hand, or let it go on; tells whether that changed anything. `now` None: since when is not known."""
    old = store.get(_SWITCHES, pair)
    if paused == (old is not None and old.data["paused"]):
        return False
    return _put(store, _SWITCHES, pair, {"schema": SCHEMA, "paused": paused, "since": now.isoformat() if now else None})


def paused_since(store: Store, pair: str) -> str | None:
    """Tell since when a hand pauses a pair; None: none does, or it did not say."""
    switched = store.get(_SWITCHES, pair)
    return switched.data.get("since") if switched and switched.data["paused"] else None


def paused_by(store: Store, pair: str, domain: str) -> tuple[str, ...]:
    """Tell what pauses a pair: its document or, for pairs that do not say, its domain's; and the hand, as `""`."""
    found = []
    for name in (f"{PAIRS}/{pair}", f"{DOMAINS}/{domain}"):
        doc = store.get(*name.split("/", 1))
        if doc and "paused" in doc.data:
            found = [name] if doc.data["paused"] else []
            break
    switched = store.get(_SWITCHES, pair)
    return (*found, "") if switched and switched.data["paused"] else tuple(found)


def export(store: Store) -> dict[str, Any]:
    """Give everything people wrote, fit to be applied again elsewhere; of what is refused, the last that was right.

    Pairs paused by hand are listed under `paused`, where there are any, and not in their documents: these are written
    anew by the file they come from, and the pause would be lost. A domain that its file dropped is given where disabled
    pairs alone name it: they would be wrong without.
    """
    domains, pairs = _kept(store, {doc.key: doc.data for doc in every(store, _APPLIED)})
    paused = [name for name in _paused(store) if name in pairs]
    named = {str(fields.get("domain")): False for fields in pairs.values()}
    named |= {str(fields.get("domain")): True for fields in pairs.values() if fields.get("enabled", True)}
    domains |= dropped(store, [name for name, live in named.items() if not live and name not in domains])
    entries = directory(store)
    return {
        DOMAINS: domains,
        PAIRS: pairs,
        **({DIRECTORY: entries} if entries else {}),
        **({"paused": paused} if paused else {}),
    }
