"""Bodies spoiled in every way, for doors: each is to be refused in one line or answered rightly, and nothing else.

    outcomes = tried(parse, spoiled, check)      # {"dropped": Outcome(taken=12, refused=110), ...}
    assert too_few(outcomes, {"dropped": 100, ...}) == {}

Made without chance: the same from the same body, every time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from calpair.errors import RefusedRequestError

T = TypeVar("T")

DEEP = 10_000
STRANGE = (
    "\0",
    "\r\n",
    "\t",
    "\u2028",
    "\u202e",
    "\ufeff",
    "\u00a0",
    "ß",
    "İ",
    "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}",
    "\N{PILE OF POO}",
    "<b>",
    '"',
    "'",
    "\\",
    "&",
    "%",
)
"""What letters may be: of control, spaces, from right to left, not in Unicode's first plane, and of other languages."""


@dataclass
class Outcome:
    """What came of the bodies of a kind."""

    taken: int = 0
    refused: int = 0

    @property
    def all(self) -> int:
        return self.taken + self.refused


def tried(
    parse: Callable[[bytes], T],
    spoiled: Mapping[str, Iterable[bytes]],
    check: Callable[[T], None],
    refused: Callable[[RefusedRequestError], None] = lambda _: None,
) -> dict[str, Outcome]:
    """Try every body. `check` holds what was taken to what is always right, `refused` what was not."""
    outcomes: dict[str, Outcome] = {}
    for kind, bodies in spoiled.items():
        outcome = outcomes[kind] = Outcome()
        for body in bodies:
            try:
                read = parse(body)
            except RefusedRequestError as error:
                _one_line(str(error))
                refused(error)
                outcome.refused += 1
            else:
                check(read)
                outcome.taken += 1
    return outcomes


def too_few(outcomes: Mapping[str, Outcome], least: Mapping[str, int]) -> dict[str, int]:
    """Name the kinds of which fewer bodies were tried than there are to be."""
    return {kind: outcomes[kind].all for kind, number in least.items() if outcomes[kind].all < number}


def _one_line(sentence: str) -> None:
    assert sentence.isprintable()
    assert 0 < len(sentence) < 200
