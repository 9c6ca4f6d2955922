"""JSON spoiled in every way, for doors that take it: the same bodies from the same JSON, every time.

    spoiled_json(EVENT, near="@", most=2)       # {"dropped": [...], "doubled": [...], ...}

`tests/unit/google/spoiling.py` tries them; so do the tests of whole doors.
"""

import copy
import json
from collections.abc import Iterator, Mapping, MutableSequence
from functools import partial
from itertools import chain, combinations
from typing import Any

from unit.google.spoiling import DEEP, STRANGE

HOLE = "PLACE"
ODD = (
    "null",
    "true",
    "0",
    "-1",
    "1.5",
    "1e999",
    "NaN",
    "9" * 400,
    '""',
    '"x"',
    "[]",
    "{}",
    "[[]]",
    '{"a":{}}',
    '"\\ud800"',
)
OPENERS = ("[", '{"a":', "[[{", '{"":[')
CHARSETS = ("utf-16", "utf-32", "utf-16-be", "utf-7", "cp037", "utf-8-sig")

Path = tuple[str | int, ...]


def spoiled_json(told: Any, *, most: int = 2, near: str = "ben@") -> dict[str, list[bytes]]:
    """Spoil an object. Up to `most` things are dropped at once; `near`: a text every byte is put after."""
    whole = json.dumps(told)
    everything = list(paths(told))
    drop = partial(_without_all, told)
    return {
        "dropped": [
            json.dumps(drop(some)).encode()
            for some in chain.from_iterable(combinations(everything, n) for n in range(min(2, most), most + 1))
        ],
        "doubled": list(_doubled(told, whole, everything)),
        "retyped": [holding(told, path, odd) for path in everything for odd in ODD],
        "reordered": list(_reordered(told, whole)),
        "nested": [
            holding(told, path, opener * DEEP + ("]" * DEEP if opener == "[" and shut else ""))
            for path in everything
            for opener in OPENERS
            for shut in (False, True)
        ],
        "charsets": [
            whole.encode().replace(near.encode(), near[:1].encode() + bytes([code]) + b"@") for code in range(256)
        ]
        + [holding(told, path, json.dumps(f"a{odd}@x.test")) for path in everything for odd in STRANGE]
        + [whole.encode(charset) for charset in CHARSETS],
    }


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Where everything in it stands."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in places:
        yield (*path, name)
        yield from paths(one, (*path, name))


def holding(told: Any, path: Path, text: str) -> bytes:
    """It with some JSON, or none, in one place."""
    told = copy.deepcopy(told)
    around: Any = told
    for name in path[:-1]:
        around = around[name]
    around[path[-1]] = HOLE
    return json.dumps(told).replace(f'"{HOLE}"', text).encode()


def _without_all(told: Any, some: tuple[Path, ...]) -> Any:
    # The last of them first, so that the places of the others stay what they are.
    for path in reversed(some):
        told = _without(told, path)
    return told


def _without(told: Any, path: Path) -> Any:
    """It without one thing; as it is, where that has gone already."""
    told = copy.deepcopy(told)
    around: Any = told
    for name in path[:-1]:
        if isinstance(around, Mapping) and name not in around:
            return told
        around = around[name]
    last: Any = path[-1]
    if isinstance(around, MutableSequence) or last in around:
        del around[last]
    return told


def _doubled(told: Any, whole: str, everything: list[Path]) -> Iterator[bytes]:
    """Every name in it written twice, with another value before or after its own."""
    for place in (place for place, letter in enumerate(whole) if letter == ":" and whole[place - 1] == '"'):
        name = whole[whole.rindex('"', 0, place - 1) : place]
        start = place - len(name)
        for odd in ("null", "5", '"x"', "[]", "{}"):
            yield f"{whole[:start]}{name}: {odd}, {whole[start:]}".encode()
    for path in everything:
        yield holding(told, path, f"{whole}, {whole}")
    yield (whole + whole).encode()


def _reordered(told: Any, whole: str) -> Iterator[bytes]:
    """Neighbours changed about, letter by letter; and it with its names the other way round."""
    yield from (f"{whole[:at]}{whole[at + 1]}{whole[at]}{whole[at + 2 :]}".encode() for at in range(len(whole) - 1))
    yield json.dumps(dict(reversed(told.items()))).encode()
