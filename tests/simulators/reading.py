"""JSON as strangers send it: one reader for request bodies, tokens and the simulators' own doors.

    try:
        sent = read(request.body)
    except ValueError as wrong:
        ...

Python's reader ends in a RecursionError where brackets stand too deep, and so does whoever walks what it read; here
both are a ValueError like any other. Half a surrogate pair, which JSON's escapes can spell, is read: `is_text` is for
those who have to write it as UTF-8 later.
"""

import json
from typing import Any

DEEPEST = 100
"""As many brackets in one another as Protocol Buffers' JSON reader allows unless told otherwise."""


def read(text: bytes | str) -> Any:
    """Read JSON; ValueError for whatever is none, is no UTF-8, or stands in too many brackets."""
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("the JSON is nested too deep") from None
    if _is_deep(value):
        raise ValueError("the JSON is nested too deep")
    return value


def _is_deep(value: Any) -> bool:
    inside = [value]
    for _ in range(DEEPEST + 1):
        rows = [each.values() if isinstance(each, dict) else each for each in inside if isinstance(each, dict | list)]
        inside = [each for row in rows for each in row]
        if not rows:
            return False
    return True


def is_text(text: str) -> bool:
    """Tell whether a text can be written as UTF-8: no half of a surrogate pair is in it."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
