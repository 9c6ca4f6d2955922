"""What a stored document may hold: the values Firestore takes as well, so that every store refuses the same. Pure.

    written = plain.written("links", "a", {"keys": ["x"]}, pair="p1")       # what a store keeps and looks up by

Source: Firestore's limits (nesting, arrays inside arrays, document size, names, index entries) and the two indexed
fields of `ports.Store`. What is refused is a mistake of the caller's, so it is a ValueError; only size can come from
outside.
"""

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from calpair.errors import StoreError

PEOPLES = frozenset({"domains", "pairs", "directory", "status"})
"""Collections whose documents people write or read: kept field by field where a console shows fields, so they belong to
no pair, are looked up by nothing but their name, and are small."""
LARGEST = 1_000_000
"""Bytes of JSON and of what is kept for each key; Firestore's limit of 1 MiB counts a little differently."""
LARGEST_OF_PEOPLES = 64 * 1024
"""Bytes of JSON: each value is an index entry or two, of which a Firestore document may have 40,000."""
KEY_BYTES = 33
"""What a store keeps beside the data for each key, at most."""
DEEPEST = 20

_NAME_LONGEST = 1_500
_RESERVED = re.compile(r"__.*__", re.DOTALL)
_INTEGERS = range(-(2**63), 2**63)


@dataclass(frozen=True, slots=True)
class Written:
    """A document's data as JSON, and what it is looked up by: `due`, and `keys`, each once."""

    text: str
    due: str | None
    keys: tuple[str, ...]


def possible(*names: str) -> bool:
    """Tell whether documents or collections may be called so: any text Firestore takes as an id."""
    return all(map(_possible, names))


def name(text: str) -> str:
    """Check a collection's or document's name."""
    if not _possible(text):
        raise ValueError(f"{text[:60]!r} cannot be the name of a document")
    return text


def asked(collection: str) -> str:
    """Check a collection that is to be looked up by more than names."""
    if collection in PEOPLES:
        raise ValueError(f"{collection} is what people write: read one by its name, or list all")
    return collection


def written(collection: str, key: str, data: Mapping[str, Any], pair: str = "") -> Written:
    """Write a document down. ValueError for what no store can hold, StoreError for what is too large."""
    name(collection)
    name(key)
    _check_pair(collection, pair)
    if not isinstance(data, dict):
        raise ValueError(f"a document is a dict, not {type(data).__name__}")  # noqa: TRY004 - one error for every value
    _check(data, 0)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    peoples = collection in PEOPLES
    found = Written(text, None, ()) if peoples else Written(text, _due(data), _keys(data))
    size = len(text.encode()) + KEY_BYTES * len(found.keys)
    largest = LARGEST_OF_PEOPLES if peoples else LARGEST
    if size > largest:
        raise StoreError(f"{collection}/{key} is too large for the store ({size} bytes, {largest} fit)")
    return found


def _possible(text: str) -> bool:
    size = len(text.encode(errors="surrogatepass"))
    odd = text in (".", "..") or "/" in text or _RESERVED.fullmatch(text)
    return 0 < size <= _NAME_LONGEST and not odd and _whole(text)


def _check_pair(collection: str, pair: str) -> None:
    if pair and collection in PEOPLES:
        raise ValueError(f"{collection} is what people write: it belongs to no pair")
    _check_text(pair)
    if len(pair.encode()) > _NAME_LONGEST:
        raise ValueError(f"a pair's key has at most {_NAME_LONGEST} bytes")


def _due(data: Mapping[str, Any]) -> str | None:
    """Give `due`: UTC as `isoformat()` writes it, so that the order of texts is the order of instants."""
    value = data.get("due")
    if value is None:
        return None
    try:
        instant = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        instant = None
    if instant is None or instant.utcoffset() != timedelta(0) or instant.isoformat() != value:
        raise ValueError("`due` is an instant in UTC as isoformat() writes it")
    return str(value)


def _keys(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Give `keys`, each once."""
    value = data.get("keys", [])
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise ValueError("`keys` is a list of texts")
    return tuple(dict.fromkeys(value))


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            _check_field(key)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            if isinstance(inner, list):
                raise ValueError("a list stands directly inside a list")  # noqa: TRY004 - as above
            _check(inner, depth + 1)
    else:
        _check_leaf(value)


def _check_leaf(value: Any) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, int):
        if value not in _INTEGERS:
            raise ValueError("a number does not fit 64 bits")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise ValueError("a number is not finite")
    else:
        raise ValueError(f"{type(value).__name__} is no JSON value")  # noqa: TRY004 - as above


def _check_field(key: Any) -> None:
    if not isinstance(key, str) or not key:
        raise ValueError("a field's name is text and not empty")
    _check_text(key)
    if _RESERVED.fullmatch(key) or len(key.encode()) > _NAME_LONGEST:
        raise ValueError(f"{key[:60]!r} cannot be the name of a field")


def _check_text(text: str) -> None:
    if not _whole(text):
        raise ValueError("a text holds half a character")


def _whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
