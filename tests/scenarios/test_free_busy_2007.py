"""Exchange 2007: free/busy both ways, whatever it says to a version it does not know; and no pair, which is said."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from scenarios.looking import Desk, busy, unknown
from scenarios.looking import at as instant
from scenarios.office import Office, office
from scenarios.publishing import at
from scenarios.publishing_machine import GROUNDS
from simulators.exchange import Switches

VERSION = {"version": "Exchange2007_SP1"}
HABITS = [
    {**VERSION, "unknown_version": word, "fault_version": told}
    for word, told in product(("schema", "version"), (True, False))
]


def named(habit: dict[str, Any]) -> str:
    return f"{habit['unknown_version']}, {'with' if habit['fault_version'] else 'without'} its build"


@pytest.mark.parametrize("habit", HABITS, ids=named)
@pytest.mark.parametrize("ground", GROUNDS, ids=lambda ground: ground.ground)
def test_google_users_are_published_and_changed_and_then_all_is_still(
    ground: Any, habit: dict[str, Any], tmp_path: Path
) -> None:
    board = ground(tmp_path, switches=habit)
    board.meets("ana", at(5, 10), at(5, 11, 30))
    board.publish()
    assert board.day("ana", 5) == "000000000022000000000000"
    assert board.day("ben", 5) == "0" * 24
    board.meets("ana", at(5, 15), at(5, 16))
    board.publish()
    assert board.day("ana", 5) == "000000000022000200000000"
    assert board.status()["state"] == "ok"


@pytest.mark.parametrize("habit", HABITS, ids=named)
def test_its_users_are_looked_up(habit: dict[str, Any], tmp_path: Path) -> None:
    desk = Desk(tmp_path, **habit)
    lunch = instant(5, 12), instant(5, 13)
    desk.exchange["a.test"].mailbox("ana@a.test").create(subject="A secret lunch", start=lunch[0], end=lunch[1])
    asked = ("ana@a.test", "nobody@a.test", "ben@a.test")
    assert desk.ask(*asked) == {"ana@a.test": busy(lunch), "nobody@a.test": unknown("notFound"), "ben@a.test": busy()}
    desk.later(minutes=1)
    desk.asked()
    assert desk.ask(*asked)["ana@a.test"] == busy(lunch)
    # What it is was learnt the first time.
    assert desk.asked() == {"GetUserAvailability": 1}


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


@pytest.mark.parametrize("known", ["", "8.3.83.6", "Exchange2007_SP1"])
def test_its_calendars_are_said_not_to_be_carried_and_nothing_is_written(company: Office, known: str) -> None:
    company.exchange.switches = Switches(version="Exchange2007_SP1")
    if known:
        company.domains["a.test"]["exchange"]["version"] = known
        company.write()
    sentence = "of Exchange 2007 only free/busy is supported: its calendars cannot be paired"
    with company.servers_unchanged():
        said = company.calpair("sync", "ana")
        assert said.code == 1
        assert sentence in said.err + said.out
        assert sentence in company.calpair("doctor", "ana").out
    assert company.calpair("--json", "pairs").json["pairs"][0]["state"] == "failing"
