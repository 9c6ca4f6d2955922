"""Page and sync tokens: opaque outside, inside a place in the change log bound to calendar, epoch and parameters.

A token carries a digest of what it says: one with a place of another's making is none. Source: facts/google.md 3.4.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

from simulators.reading import read as read_json

_FREE = ("syncToken", "pageToken", "alt", "fields", "key", "oauth_token", "prettyPrint", "quotaUser", "userIp")
REFUSED_WITH_SYNC = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMin",
    "timeMax",
    "updatedMin",
)


@dataclass(frozen=True)
class Token:
    """A sync token (`after` is the place everything was told up to) or a page token (`after` is the last key told)."""

    kind: str
    calendar: str
    epoch: int
    binding: str
    horizon: int
    after: int

    def text(self) -> str:
        """The token as clients carry it."""
        said = [*astuple(self)]
        return base64.b64encode(json.dumps([*said, _digest(said)]).encode()).decode()


def read(text: str) -> Token | None:
    """Read a token back; None for what is none of ours."""
    try:
        parts = read_json(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        return None
    if not isinstance(parts, list) or [type(part) for part in parts] != [str, str, int, str, int, int, str]:
        return None
    *said, seal = parts
    return Token(*said) if seal == _digest(said) else None


def binding(params: Mapping[str, Any], *, for_sync: bool) -> str:
    """A digest of the parameters a token is bound to; a sync token forgets those not allowed beside it."""
    free = (*_FREE, *(REFUSED_WITH_SYNC if for_sync else ()))
    kept = sorted((name, repr(value)) for name, value in params.items() if name not in free and value is not False)
    return _digest(kept)


def _digest(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:16]
