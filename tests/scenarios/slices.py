"""Of tests that cross many values, as few as let every two of these values meet.

    kept, rest = pairwise(items)      # of each test function by itself

The first that lets most pairs meet is taken, until all have met: the same tests in the same order give the same slice.
"""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations

import pytest

Cell = tuple[str, str]


def pairwise(items: Iterable[pytest.Item]) -> tuple[list[pytest.Item], list[pytest.Item]]:
    """What is kept and what is left out, each in the order given."""
    functions: dict[object, list[pytest.Item]] = defaultdict(list)
    for item in items:
        functions[getattr(item, "function", item)].append(item)
    kept: list[pytest.Item] = []
    rest: list[pytest.Item] = []
    for crossed in functions.values():
        chosen = _covering([_pairs(item) for item in crossed])
        for place, item in enumerate(crossed):
            (kept if place in chosen else rest).append(item)
    return kept, rest


def _pairs(item: pytest.Item) -> frozenset[tuple[Cell, ...]]:
    """Every two of its values; the value alone where it has no other."""
    spec = getattr(item, "callspec", None)
    # Not `indices`: they count up where a fixture's values are crossed with a test's.
    cells: list[Cell] = sorted((name, repr(value)) for name, value in spec.params.items()) if spec else []
    return frozenset(combinations(cells, min(2, len(cells))))


def _covering(rows: list[frozenset[tuple[Cell, ...]]]) -> set[int]:
    missing = frozenset().union(*rows)
    chosen: set[int] = set()
    while True:
        best = max(range(len(rows)), key=lambda place: (len(rows[place] & missing), -place))
        chosen.add(best)
        missing -= rows[best]
        if not missing:
            return chosen
