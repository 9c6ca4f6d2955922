"""`POST /_sim/fault` of both simulators: a fault nobody could play is a 400 that says why, and is not planted."""

import json
from dataclasses import dataclass

import pytest

from simulators.clock import ManualClock
from simulators.exchange.raw_client import RawClient
from simulators.exchange.simulator import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.google.asking import Asking
from simulators.reading import DEEPEST, is_text, read
from simulators.record import LONGEST
from simulators.wire import Request


@dataclass(frozen=True)
class Door:
    """The back door of one simulator."""

    simulator: ExchangeSimulator | GoogleSimulator

    def plant(self, body: bytes) -> tuple[int, str]:
        """Ask for a fault: the status, and what is said against it."""
        response = self.simulator.handle(Request.of("POST", "/_sim/fault", {}, body))
        return response.status, json.loads(response.body).get("error", "")

    def untouched(self) -> bool:
        """Whether nothing is planted, and the next request is served."""
        if isinstance(self.simulator, GoogleSimulator):
            served = Asking(self.simulator).list().status == 200
        else:
            served = RawClient(self.simulator).sync().codes == ["NoError"]
        return served and self.simulator.record.faults == []


@pytest.fixture(params=["exchange", "google"])
def door(request: pytest.FixtureRequest) -> Door:
    clock = ManualClock()
    return Door(ExchangeSimulator(clock=clock) if request.param == "exchange" else GoogleSimulator(clock=clock))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seconds", "NaN"),
        ("seconds", "Infinity"),
        ("seconds", "-Infinity"),
        ("seconds", "1e308"),
        ("seconds", "1e309"),
        ("seconds", "9" * 4000),
        ("seconds", "-0.001"),
        ("seconds", str(LONGEST + 1)),
        ("seconds", "true"),
        ("nth", "0"),
        ("nth", "-1"),
        ("nth", "1.0"),
        ("nth", "NaN"),
        ("times", "0"),
        ("times", "9" * 5000),
        ("times", "null"),
        ("operation", "5"),
        ("user", "[]"),
        ("detail", '"\\ud800"'),
        ("user", '"\\udfff"'),
        ("__class__", '"x"'),
        ("detail", "[" * 90 + "]" * 90),
    ],
    ids=lambda text: text[:20],
)
def test_a_value_that_cannot_be_played_is_refused(door: Door, field: str, value: str) -> None:
    status, error = door.plant(f'{{"kind": "torn", "{field}": {value}}}'.encode())
    assert status == 400
    assert error
    assert door.untouched()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"5",
        b'"torn"',
        b"\xff\xfe",
        bytes(100),
        b"[" * 100_000,
        b"[" * 10_000 + b"]" * 10_000,
        b"[" * 500 + b"]" * 500,
        b'{"kind": ' * 10_000,
        b'{"kind": ' * 900 + b"1" + b"}" * 900,
        b'{"kind": "\\ud800"}',
        b'{"\\ud800": "torn"}',
    ],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_fault_is_refused(door: Door, body: bytes) -> None:
    status, error = door.plant(body)
    assert status == 400
    assert error
    assert door.untouched()


def test_a_fault_at_the_bounds_is_planted(door: Door) -> None:
    assert door.plant(f'{{"kind": "late_effect", "seconds": {LONGEST}, "nth": 1, "times": 1}}'.encode()) == (200, "")
    assert door.plant(b'{"kind": "torn", "seconds": 0, "detail": ""}') == (200, "")
    assert len(door.simulator.record.faults) == 2


@pytest.mark.parametrize("percent", ["101", "9" * 5000, "-1", "½", "\u0665\u0660", "5\n"])
def test_a_torn_answer_has_a_percent_of_its_bytes(percent: str) -> None:
    door = Door(ExchangeSimulator(clock=ManualClock()))
    body = json.dumps({"kind": "torn", "detail": percent}).encode()
    assert door.plant(body) == (400, "fault 'torn' wants a whole number of percent in 'detail'")
    assert door.plant(b'{"kind": "torn", "detail": "100"}') == (200, "")


def test_json_is_read_as_deep_as_the_bound_and_no_deeper() -> None:
    assert read("[" * DEEPEST + "]" * DEEPEST)
    assert read('{"a": [1, {"b": null}]}') == {"a": [1, {"b": None}]}
    for levels in (DEEPEST + 1, 100_000):
        with pytest.raises(ValueError, match="deep"):
            read("[" * levels + "]" * levels)


def test_half_a_surrogate_pair_is_no_text() -> None:
    assert [is_text(text) for text in ("", "Café 🍝", "a\ud800", "\udfff")] == [True, True, False, False]
