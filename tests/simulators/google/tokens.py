"""Page and sync tokens: opaque outside, inside a place in the change log bound to calendar, epoch and parameters.

Source: facts/google.md 3.4.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import Any

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
        return base64.b64encode(json.dumps(astuple(self)).encode()).decode()


def read(text: str) -> Token | None:
    """Read a token back; None for what is none of ours."""
    try:
        parts = json.loads(base64.b64decode(text, validate=True))
        return Token(*parts)
    except (binascii.Error, ValueError, TypeError):
        return None


def binding(params: Mapping[str, Any], *, for_sync: bool) -> str:
    """A digest of the parameters a token is bound to; a sync token forgets those not allowed beside it."""
    free = (*_FREE, *(REFUSED_WITH_SYNC if for_sync else ()))
    kept = sorted((name, repr(value)) for name, value in params.items() if name not in free and value is not False)
    return hashlib.sha256(repr(kept).encode()).hexdigest()[:16]
