"""Which texts may be a person's address. Pure; every door asks here, whoever is behind it.

printable(text)      # it may stand in an answer or a log; so may a name that is no address, and is told not to be found
possible(text)       # it may be somebody's; anything else is nobody's, and no server hears of it
"""

import re
from typing import TypeGuard

LONGEST = 320
"""Characters of an address (RFC 3696, erratum 1690: 64, the sign, and 255)."""

_SHAPE = re.compile(r"[^\s@]+@[^\s@]+")


def printable(text: object) -> TypeGuard[str]:
    """Tell whether this is a text that is no longer than an address, and has nothing in it that is not seen."""
    return isinstance(text, str) and 0 < len(text) <= LONGEST and text.isprintable()


def possible(text: object) -> TypeGuard[str]:
    """Tell whether this may be somebody's address."""
    return printable(text) and _SHAPE.fullmatch(text) is not None
