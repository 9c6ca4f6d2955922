"""What a stored document may hold: the values Firestore takes as well, so that both stores refuse the same. Pure.

Source: Firestore's limits (nesting, arrays inside arrays, document size, document ids) and the two indexed fields of
`ports.Store`. What is refused is a mistake of the caller's, so it is a ValueError; only size can come from outside.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from calpair.errors import StoreError

LARGEST = 1_000_000
"""Bytes of JSON; Firestore's limit of 1 MiB counts a little differently, and this stays below it."""
DEEPEST = 20

_NAME_LONGEST = 1_500
_RESERVED = re.compile(r"\.\.?|__.*__", re.DOTALL)
_INTEGERS = range(-(2**63), 2**63)


def name(text: str) -> str:
    """Check a collection's or document's name: any text Firestore takes as an id."""
    size = len(text.encode(errors="surrogatepass"))
    if not text or "/" in text or _RESERVED.fullmatch(text) or size > _NAME_LONGEST:
        raise ValueError(f"{text[:60]!r} cannot be the name of a document")
    _check_text(text)
    return text


def written(collection: str, key: str, data: Mapping[str, Any]) -> str:
    """Write a document's data as JSON. ValueError for what is no JSON value, StoreError for what is too large."""
    if not isinstance(data, dict):
        raise ValueError(f"a document is a dict, not {type(data).__name__}")  # noqa: TRY004 - one error for every value
    _check(data, 0)
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    size = len(text.encode())
    if size > LARGEST:
        raise StoreError(f"{collection}/{key} is too large for the store ({size} bytes, {LARGEST} fit)")
    return text


def due(data: Mapping[str, Any]) -> str | None:
    """Give the indexed `due`: UTC as `isoformat()` writes it, so that the order of texts is the order of instants."""
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


def keys(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Give the indexed `keys`, each once."""
    value = data.get("keys", [])
    if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
        raise ValueError("`keys` is a list of texts")
    return tuple(dict.fromkeys(value))


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError(f"deeper than {DEEPEST} levels")
    if isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str) or not key:
                raise ValueError("a field's name is text and not empty")
            _check_text(key)
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


def _check_text(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("a text holds half a character") from None
