"""The six doors of both look-ups, called as the platform calls them, with what is no question any more, or another one.

Whatever comes, there is an answer in the door's own form: never a 5xx, never a stack trace, no entity expanded and
nothing fetched, and nobody free who is not known. A slice of every kind runs always; CALPAIR_TORTURE=1 sends all, at
least five thousand a door, and prints how many of each kind were answered and refused.
"""

import logging
import os
import socket
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from scenarios.doorways import NAMES, Doorway, House
from simulators.google import GoogleSimulator, InProcessHttp
from torture.door_judges import judge
from torture.door_material import Spoiled, material

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
LEAST = 5_000
SLICE = 18
"""Calls of each kind where not all are made."""

_XML = {
    "dropped": 120,
    "doubled": 240,
    "retyped": 900,
    "reordered": 300,
    "nested": 240,
    "refilled": 1000,
    "attributed": 500,
    "cut": 150,
    "flipped": 590,
    "declared": 440,
    "filled up": 150,
    "typed": 140,
    "limits": 150,
    "types": 150,
    "proofs": 100,
}
_DISCOVER = {**_XML, "dropped": 100, "doubled": 200, "reordered": 250, "nested": 200, "attributed": 400}
_JSON = {"doubled": 150, "retyped": 400, "reordered": 900, "nested": 250, "charsets": 700, "sizes": 150, "types": 150}
FLOORS: Mapping[str, Mapping[str, int]] = {
    "query": {**_JSON, "dropped": 900, "reordered": 800, "proofs": 250},
    "ews": _XML,
    "connector": {
        "dropped": 450,
        "doubled": 450,
        "retyped": 350,
        "reordered": 2100,
        "nested": 300,
        "charsets": 2100,
        "sizes": 600,
        "types": 150,
    },
    "addon": {**_JSON, "dropped": 600, "proofs": 250},
    "autodiscover": _DISCOVER,
    "google ews": _XML,
}
"""Of each kind, how many calls there are at least."""
NEVER = {"proofs", "nested", "typed", "cut"}
"""Kinds of which nothing can be answered: the last three at doors that read XML, of which all is read or nothing."""


class Failures(logging.Handler):
    """Keeps what a function logged as its own failure."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A house in which everybody who is known is busy for twenty years."""
    house = House(tmp_path)
    for person in ("ana", "ben"):
        for year in range(2015, 2035, 4):
            start, end = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 4, 1, 1, tzinfo=UTC)
            house.desk.mailbox(f"{person}@a.test").create(subject="A secret life", start=start, end=end)
            house.google.event(f"{person}@a.test", start, end)
    google = GoogleSimulator(clock=house.desk.clock, users={"ana@g.test": "ya29.TOKEN"})
    google.calendar("ana@g.test").create(
        id="lunch123", start={"dateTime": "2026-11-05T12:00:00Z"}, end={"dateTime": "2026-11-05T13:00:00Z"}
    )
    house.desk.parts.calendar_http = InProcessHttp(google)
    return house


@pytest.fixture
def failures() -> Iterator[Failures]:
    found = Failures()
    logging.getLogger("calpair").addHandler(found)
    yield found
    logging.getLogger("calpair").removeHandler(found)


@pytest.fixture
def trap() -> Iterator[socket.socket]:
    """A port on which nobody may call: what a document type names."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def chosen(name: str, kind: str, calls: Iterator[Spoiled]) -> Iterator[Spoiled]:
    """All of a kind, or some from its beginning to its end."""
    return calls if TORTURE else islice(calls, 0, None, max(1, FLOORS[name][kind] // SLICE))


def send(doorway: Doorway, call: Spoiled, trap: socket.socket) -> str:
    port = str(trap.getsockname()[1]).encode()
    body = call.body.replace(b"127.0.0.1:9/", b"127.0.0.1:" + port + b"/")
    return judge(doorway, doorway.knock(body, call.proof, kind=call.kind))


@pytest.mark.parametrize("name", NAMES)
def test_whatever_comes_to_a_door_is_refused_or_answered_rightly(
    house: House, failures: Failures, trap: socket.socket, name: str
) -> None:
    doorway = house.doorway(name)
    assert judge(doorway, doorway.knock()) == "answered"
    found = {
        kind: Counter(send(doorway, call, trap) for call in chosen(name, kind, iter(calls)))
        for kind, calls in material(doorway).items()
    }
    assert failures.said == []
    with pytest.raises(BlockingIOError):
        trap.accept()
    never = NEVER if "typed" in found else {"proofs"}
    assert {kind for kind in never & found.keys() if found[kind]["answered"]} == set()
    if TORTURE:
        _table(name, found)
        assert sum(one.total() for one in found.values()) >= LEAST
        assert min(one.total() for one in found.values()) >= 100
    floors = FLOORS[name] if TORTURE else dict.fromkeys(FLOORS[name], SLICE // 2)
    assert {kind: (found[kind].total(), least) for kind, least in floors.items() if found[kind].total() < least} == {}
    assert found.keys() == floors.keys()


def _table(name: str, found: Mapping[str, Counter[str]]) -> None:
    print(f"\n{name}: {sum(one.total() for one in found.values())} calls")  # noqa: T201 - the table is the point
    for kind, one in found.items():
        row = f"  {kind:12} {one.total():6} {one['refused']:6} refused {one['answered']:6} answered"
        print(f"{row}, at least {FLOORS[name][kind]}")  # noqa: T201 - the table is the point
