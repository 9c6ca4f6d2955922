"""Builds of Exchange, and the schema version each one understands.

A server tells its build with every answer (`15.2.2562.17`). Until it has, a schema is assumed that all servers since
2013 understand; an older one refuses it without doing anything, and is then spoken to in older words. Source: "Exchange
Server build numbers and release dates"; "RequestServerVersion" (Microsoft Learn).
"""

import re
from typing import NamedTuple


class Build(NamedTuple):
    """A build of Exchange; builds compare by age."""

    major: int
    minor: int
    number: int = 0
    revision: int = 0

    def __str__(self) -> str:
        return ".".join(map(str, self))


EXCHANGE_2007_SP1 = Build(8, 1)
EXCHANGE_2010 = Build(14, 0)
EXCHANGE_2010_SP1 = Build(14, 1)
EXCHANGE_2010_SP2 = Build(14, 2)
EXCHANGE_2013 = Build(15, 0)
EXCHANGE_2013_SP1 = Build(15, 0, 847)

GUESSES = (EXCHANGE_2013_SP1, EXCHANGE_2010_SP2, EXCHANGE_2007_SP1)
"""What a server is taken for that has not told its build, one after another."""

_SCHEMAS = (
    (Build(15, 1), "Exchange2016"),
    (EXCHANGE_2013_SP1, "Exchange2013_SP1"),
    (EXCHANGE_2013, "Exchange2013"),
    (EXCHANGE_2010_SP2, "Exchange2010_SP2"),
    (EXCHANGE_2010_SP1, "Exchange2010_SP1"),
    (EXCHANGE_2010, "Exchange2010"),
    (EXCHANGE_2007_SP1, "Exchange2007_SP1"),
)
_NUMBERS = re.compile(r"\d{1,5}(?:\.\d{1,5}){1,3}", re.ASCII)


def read(text: str) -> Build | None:
    """Read a build (`15.2`, `15.2.2562.17`) or a schema's name (`Exchange2016`); None if it is neither."""
    if _NUMBERS.fullmatch(text):
        return Build(*map(int, text.split(".")))
    return next((build for build, name in _SCHEMAS if name == text), None)


def schema(build: Build) -> str:
    """Name the newest schema version a build understands; empty for builds before 2007 SP1, which know none."""
    return next((name for since, name in _SCHEMAS if build >= since), "")
