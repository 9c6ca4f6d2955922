"""The add-on's door, shown what is no event any more, or another one: some thousand bodies."""

import copy
import json
from collections.abc import Iterator, Mapping, MutableSequence
from datetime import date
from itertools import combinations
from typing import Any

from calpair.google.addon import LARGEST, Opened, parse, window
from calpair.google.addon_card import card
from calpair.model.when import AllDay
from unit.google.addon_events import EVENT, body
from unit.google.cards import conforms, texts
from unit.google.spoiling import DEEP, STRANGE, too_few, tried

WHOLE = body()
TEXT = WHOLE.decode()
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

Path = tuple[str | int, ...]


def paths(value: object, path: Path = ()) -> Iterator[Path]:
    """Where everything in the event stands."""
    places = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in places:
        yield (*path, name)
        yield from paths(one, (*path, name))


PATHS = list(paths(EVENT))


def without(event: Any, path: Path) -> Any:
    """The event without one thing; as it is, where that has gone already."""
    told = copy.deepcopy(event)
    around: Any = told
    for name in path[:-1]:
        if isinstance(around, Mapping) and name not in around:
            return told
        around = around[name]
    last: Any = path[-1]
    if isinstance(around, MutableSequence) or last in around:
        del around[last]
    return told


def holding(path: Path, text: str) -> bytes:
    """The event with some JSON, or none, in one place."""
    told = copy.deepcopy(EVENT)
    around: Any = told
    for name in path[:-1]:
        around = around[name]
    around[path[-1]] = HOLE
    return json.dumps(told).replace(f'"{HOLE}"', text).encode()


def doubled() -> Iterator[bytes]:
    """Every name in it written twice, with another value before or after its own."""
    for place in (place for place, letter in enumerate(TEXT) if letter == ":" and TEXT[place - 1] == '"'):
        name = TEXT[TEXT.rindex('"', 0, place - 1) : place]
        start = place - len(name)
        for odd in ("null", "5", '"x"', "[]", "{}"):
            yield f"{TEXT[:start]}{name}: {odd}, {TEXT[start:]}".encode()
    for path in PATHS:
        yield holding(path, f"{TEXT}, {TEXT}")
    yield WHOLE + WHOLE


def reordered() -> Iterator[bytes]:
    """Neighbours changed about, letter by letter; and the event with its names the other way round."""
    yield from (f"{TEXT[:at]}{TEXT[at + 1]}{TEXT[at]}{TEXT[at + 2 :]}".encode() for at in range(len(TEXT) - 1))
    yield json.dumps(dict(reversed(EVENT.items()))).encode()


def sized() -> Iterator[bytes]:
    yield from (WHOLE[:length] for length in range(0, len(WHOLE), 5))
    yield from (body(attendees=[{"email": f"{n}@x.test"} for n in range(many)]) for many in range(190, 220, 3))
    yield from (body(attendees=[{"email": f"{'a' * many}@x.test"}]) for many in range(305, 325))
    yield from (body(id="a" * many) for many in range(1015, 1035))
    yield from (WHOLE + b" " * (LARGEST - len(WHOLE) + more) for more in range(-2, 3))
    yield b"[" * (4 * LARGEST)


SPOILED = {
    "dropped": [json.dumps(without(without(EVENT, late), early)).encode() for early, late in combinations(PATHS, 2)],
    "doubled": list(doubled()),
    "retyped": [holding(path, odd) for path in PATHS for odd in ODD],
    "reordered": list(reordered()),
    "nested": [
        holding(path, opener * DEEP + ("]" * DEEP if opener == "[" and shut else ""))
        for path in PATHS
        for opener in OPENERS
        for shut in (False, True)
    ],
    "charsets": [WHOLE.replace(b"ben@", b"b" + bytes([code]) + b"@") for code in range(256)]
    + [holding(path, json.dumps(f"a{odd}@x.test")) for path in PATHS for odd in STRANGE]
    + [TEXT.encode(charset) for charset in ("utf-16", "utf-32", "utf-16-be", "utf-7", "cp037", "utf-8-sig")],
    "sizes": list(sized()),
}
LEAST = {
    "dropped": 400,
    "doubled": 150,
    "retyped": 400,
    "reordered": 900,
    "nested": 250,
    "charsets": 700,
    "sizes": 200,
}


def held(opened: Opened) -> None:
    """Check what is right whatever was told: bounds, a hidden token, and a card on which nobody unread is free."""
    assert len(opened.guests) <= 200
    assert all(0 < len(guest) <= 320 and guest.isprintable() for guest in opened.guests)
    assert opened.left >= 0
    assert opened.token.isascii()
    assert "token" not in repr(opened).replace(repr(opened.guests), "")
    question = window(opened, AllDay(date(2026, 11, 5), date(2026, 11, 6)))
    assert (question is None) == (opened.guests == ())
    lines = texts(conforms(card(opened, question, {})))
    assert not any("free all" in line or "·" in line for line in lines)


def test_whatever_is_spoiled_is_refused_or_answered_rightly() -> None:
    outcomes = tried(parse, SPOILED, held)
    assert too_few(outcomes, LEAST) == {}
    assert {kind for kind, outcome in outcomes.items() if not outcome.refused} == set()
