"""The ledger: links read on demand, in look-ups of at most thirty values, each asked once."""

from dataclasses import replace

import pytest

from calpair.errors import VersionError
from calpair.model.link import Link, Part, State
from calpair.model.side import Home, Side
from calpair.sync.ledger import Ledger
from calpair.sync.records import id_key, to_doc, uid_key
from unit.sync.fakes import FakeStore


def link(number: int, state: State = State.LINKED) -> Link:
    return Link(f"k{number:03}", "p", Home.EXCHANGE, state, uid=f"u{number}", google=(Part(f"g{number}"),))


def filled(number: int) -> FakeStore:
    store = FakeStore()
    for one in range(number):
        store.put(to_doc(link(one), "key"))
    store.put(to_doc(replace(link(900), pair="another"), "key"))
    store.reads = store.writes = 0
    return store


def test_many_keys_are_looked_up_thirty_at_a_time_and_each_once() -> None:
    store = filled(100)
    ledger = Ledger(store, "p", "key")
    keys = [id_key(Side.GOOGLE, f"g{number}") for number in range(100)]
    assert [found.key for found in ledger.find(keys)] == [f"k{number:03}" for number in range(100)]
    assert store.reads == 4
    assert len(ledger.find(keys)) == 100
    assert len(ledger.find([*keys, *keys])) == 100
    assert store.reads == 4


@pytest.mark.parametrize(("keys", "reads"), [(0, 0), (1, 1), (30, 1), (31, 2), (60, 2), (61, 3)])
def test_a_look_up_costs_a_read_for_every_thirty_keys(keys: int, reads: int) -> None:
    store = filled(1)
    Ledger(store, "p", "key").find(uid_key(f"u{number}") for number in range(keys))
    assert store.reads == reads


def test_a_link_found_by_two_keys_is_given_once() -> None:
    ledger = Ledger(filled(3), "p", "key")
    found = ledger.find([id_key(Side.GOOGLE, "g1"), uid_key("U1"), id_key(Side.GOOGLE, "none")])
    assert found == [link(1)]


def test_another_pairs_link_is_not_found() -> None:
    ledger = Ledger(filled(1), "p", "key")
    assert ledger.find([id_key(Side.GOOGLE, "g900")]) == []
    assert ledger.of(Side.GOOGLE, "g0") == [link(0)]
    assert ledger.of(Side.EXCHANGE, "g0") == []


def test_once_all_are_read_nothing_is_asked_again() -> None:
    store = filled(10)
    ledger = Ledger(store, "p", "key")
    assert [one.key for one in ledger.load_all()] == [f"k{number:03}" for number in range(10)]
    pages = store.reads
    assert pages == 4
    assert len(ledger.load_all()) == 10
    assert ledger.get("k003") == link(3)
    assert ledger.get("none") is None
    assert ledger.find([uid_key("u5"), uid_key("none")]) == [link(5)]
    assert store.reads == pages


def test_one_link_is_read_once_whether_it_is_there_or_not() -> None:
    store = filled(2)
    ledger = Ledger(store, "p", "key")
    for _ in range(2):
        assert ledger.get("k001") == link(1)
        assert ledger.get("none") is None
    assert store.reads == 2


def test_what_is_stored_already_is_not_written_again() -> None:
    store = filled(1)
    ledger = Ledger(store, "p", "key")
    ledger.load_all()
    ledger.save(link(0))
    assert store.writes == 0
    ledger.save(replace(link(0), generation=1))
    assert store.writes == 1
    assert ledger.get("k000") == replace(link(0), generation=1)


def test_a_saved_link_is_found_by_what_it_has_now() -> None:
    ledger = Ledger(filled(1), "p", "key")
    ledger.load_all()
    ledger.save(link(0).with_part(Side.GOOGLE, Part("new")))
    assert ledger.of(Side.GOOGLE, "new")
    assert ledger.of(Side.GOOGLE, "g0") == []
    ledger.save(link(5))
    assert ledger.of(Side.GOOGLE, "g5") == [link(5)]


def test_a_forgotten_link_is_gone_and_forgetting_twice_is_once() -> None:
    store = filled(1)
    ledger = Ledger(store, "p", "key")
    ledger.load_all()
    ledger.forget(link(0))
    ledger.forget(link(0))
    assert store.writes == 1
    assert ledger.get("k000") is None
    assert ledger.find([uid_key("u0")]) == []


def test_a_link_somebody_else_wrote_meanwhile_is_not_overwritten() -> None:
    store = filled(1)
    ledger, other = Ledger(store, "p", "key"), Ledger(store, "p", "key")
    ledger.load_all()
    other.load_all()
    other.save(replace(link(0), generation=1))
    with pytest.raises(VersionError):
        ledger.save(replace(link(0), generation=2))
    with pytest.raises(VersionError):
        ledger.forget(link(0))


def test_links_by_state_can_be_asked_for() -> None:
    store = FakeStore()
    for number, state in enumerate(State):
        store.put(to_doc(link(number, state), "key"))
    ledger = Ledger(store, "p", "key")
    assert [one.state for one in ledger.find([State.PARKED, State.ORPHAN])] == [State.PARKED, State.ORPHAN]


def test_a_ledger_counts_how_many_links_came_and_went() -> None:
    ledger = Ledger(filled(2), "p", "key")
    ledger.load_all()
    ledger.save(link(7))
    ledger.save(link(8, State.LEFT))
    ledger.forget(link(0))
    ledger.save(replace(link(1), state=State.LEFT))
    ledger.save(replace(link(8), state=State.LINKED))
    assert ledger.grown == 0
    ledger.save(link(9))
    assert ledger.grown == 1
