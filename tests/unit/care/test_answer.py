"""A document is answered: what is wrong with it, what others have, who is looked at, and whom it sets free."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from calpair.care.answer import Read, answer
from calpair.care.status import State
from calpair.local.store import SqliteStore
from calpair.model.pair import Direction, Pair

ANA = Pair("ana", "a.test", "ana@a.test", "ana@g.test", "ana@g.test", direction=Direction.TWO_WAY)
BEN = replace(ANA, name="ben", mailbox="ben@a.test")
CORA = replace(ANA, name="cora", calendar="cora@g.test")


@dataclass
class Office:
    """What is written, and what people were told."""

    store: SqliteStore
    pairs: dict[str, Pair] = field(default_factory=dict)
    wrong: dict[str, str] = field(default_factory=dict)
    told: dict[str, State | None] = field(default_factory=dict)

    def read(self, name: str) -> Read:
        if name in self.wrong:
            return Read(problems=(self.wrong[name],))
        return Read(self.pairs.get(name))

    def write(self, pair: Pair) -> list[str]:
        self.pairs[pair.name] = pair
        return self.answered(pair.name)

    def remove(self, name: str) -> list[str]:
        del self.pairs[name]
        return self.answered(name)

    def answered(self, name: str) -> list[str]:
        self.told.clear()
        return [pair.name for pair in answer(self.store, name, self.read, self._tell)]

    def sentence(self, name: str) -> str:
        state = self.told[name]
        assert state
        return f"{state.state}: {state.sentence}"

    def _tell(self, name: str, pair: Pair | None, state: State | None) -> None:
        del pair
        self.told[name] = state


@pytest.fixture
def office() -> Iterator[Office]:
    store = SqliteStore(":memory:", lambda: datetime(2026, 11, 2, tzinfo=UTC))
    yield Office(store)
    store.close()


def test_a_good_document_is_looked_at_and_its_status_left_to_the_look(office: Office) -> None:
    assert office.write(ANA) == ["ana"]
    assert office.told == {}
    assert office.answered("ana") == ["ana"]


def test_a_document_with_a_mistake_is_told_so_and_not_looked_at(office: Office) -> None:
    office.wrong["ana"] = 'pairs/ana interval: "soon" is no time'
    assert office.answered("ana") == []
    assert office.sentence("ana") == 'failing: pairs/ana interval: "soon" is no time.'


def test_a_document_that_is_gone_has_no_status(office: Office) -> None:
    office.write(ANA)
    assert office.remove("ana") == []
    assert office.told == {"ana": None}


def test_a_disabled_or_paused_pair_says_so_and_is_not_looked_at(office: Office) -> None:
    assert office.write(replace(ANA, enabled=False)) == []
    assert office.sentence("ana") == (
        "paused: The pair is disabled: set enabled = true, or name it again in the file that dropped it."
    )
    assert office.write(replace(ANA, paused=True)) == []
    assert office.sentence("ana") == "paused: The pair is paused: set paused = false, and it goes on."


def test_the_later_document_is_refused_and_names_the_other(office: Office) -> None:
    office.write(ANA)
    assert office.write(BEN) == []
    assert office.sentence("ben") == (
        "failing: pairs/ben calendar: ana@g.test, two-way, is already in pair `ana`; "
        "change one of them, or set enabled = false in one."
    )
    assert office.answered("ana") == ["ana"]


@pytest.mark.parametrize("how", ["removed", "disabled", "one-way", "mistaken"])
def test_whoever_waited_is_looked_at_as_soon_as_it_is_free(office: Office, how: str) -> None:
    office.write(ANA)
    office.write(BEN)
    office.write(CORA)
    if how == "removed":
        nudged = office.remove("ana")
    elif how == "mistaken":
        office.wrong["ana"] = "pairs/ana mailbox: none"
        nudged = office.answered("ana")
    else:
        one_way = replace(ANA, direction=Direction.EXCHANGE_TO_GOOGLE)
        nudged = office.write(replace(ANA, enabled=False) if how == "disabled" else one_way)
    assert sorted(set(nudged) - {"ana"}) == ["ben", "cora"]
    assert office.answered("ben") == ["ben"]


def test_a_paused_pair_keeps_what_it_has(office: Office) -> None:
    office.write(replace(ANA, paused=True))
    assert office.write(BEN) == []
    assert "already in pair `ana`" in office.sentence("ben")


def test_a_refused_document_gives_up_what_it_had(office: Office) -> None:
    office.write(BEN)
    office.write(replace(ANA, calendar="other@g.test"))
    third = replace(ANA, name="dora", mailbox="dora@a.test", calendar="other@g.test")
    assert office.write(third) == []
    # ana now asks for what ben has: it is refused as a whole, and what it had before goes to dora.
    assert office.write(ANA) == ["dora"]
    assert "already in pair `ben`" in office.sentence("ana")
