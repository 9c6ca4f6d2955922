"""Who is published with whom: batches filled, kept full, and brought to what the directory says."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from calpair.busy.batches import PUBLISHED, SIZE, Batch, Person, ask, batches, enrol
from calpair.local.store import SqliteStore
from calpair.model.directory import Entry
from calpair.model.pair import Domain, ExchangeAuth, ExchangeServer, GoogleAuth, GoogleService, PublicFolder
from calpair.ports import Ask, Doc, Store

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
TEMPLATE = "/o=Org/ou=Unit/cn=Recipients/cn={local}"


def domain(name: str = "a.test", folder: PublicFolder | None = PublicFolder(TEMPLATE)) -> Domain:  # noqa: B008 - it is frozen
    exchange = ExchangeServer("https://mail.a.test/EWS/Exchange.asmx", ExchangeAuth.BASIC, "svc", "env:A")
    return Domain(name, exchange, GoogleService(GoogleAuth.TOKEN, "env:B"), public_folder=folder)


def entry(number: int, **fields: str) -> Entry:
    address = f"p{number:03}@g.test"
    return Entry(address, "a.test", google=address, **fields)


def sizes(store: SqliteStore) -> list[int]:
    return [len(batch.people) for batch in batches(store)]


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "calpair.db", lambda: NOON)


def test_a_thousand_people_are_twenty_full_batches(store: SqliteStore) -> None:
    assert enrol(store, domain(), map(entry, range(1000)), NOON) == 20
    assert sizes(store) == [SIZE] * 20
    everybody = [address for batch in batches(store) for address in batch.people]
    assert sorted(everybody) == [f"p{number:03}@g.test" for number in range(1000)]
    assert {doc.data["due"] for doc in store.due(PUBLISHED, NOON, 100)} == {NOON.isoformat()}


def test_the_same_directory_changes_nothing(store: SqliteStore) -> None:
    enrol(store, domain(), map(entry, range(120)), NOON)
    assert enrol(store, domain(), map(entry, range(120)), NOON) == 0


def test_who_comes_is_put_where_there_is_room_and_moves_nobody(store: SqliteStore) -> None:
    enrol(store, domain(), map(entry, range(100)), NOON)
    enrol(store, domain(), map(entry, range(3, 100)), NOON)
    before = {address: batch.key for batch in batches(store) for address in batch.people}
    assert enrol(store, domain(), map(entry, range(3, 104)), NOON) == 2
    after = {address: batch.key for batch in batches(store) for address in batch.people}
    assert {address: after[address] for address in before} == before
    assert sizes(store) == [50, 50, 1]


def test_an_empty_batch_goes(store: SqliteStore) -> None:
    enrol(store, domain(), map(entry, range(60)), NOON)
    enrol(store, domain(), map(entry, range(50)), NOON)
    assert sizes(store) == [50]
    enrol(store, domain(folder=None), map(entry, range(50)), NOON)
    assert sizes(store) == []


def test_a_number_that_is_free_again_is_taken_before_a_new_one(store: SqliteStore) -> None:
    enrol(store, domain(), map(entry, range(150)), NOON)
    enrol(store, domain(), map(entry, [*range(50), *range(100, 150)]), NOON)
    enrol(store, domain(), map(entry, range(150)), NOON)
    assert [batch.key for batch in batches(store)] == ["a.test:0", "a.test:1", "a.test:2"]


def test_what_is_known_of_somebody_stays_while_they_are_the_same(store: SqliteStore) -> None:
    enrol(store, domain(), [entry(1), entry(2)], NOON)
    (batch,) = batches(store)
    known = Person("p001@g.test", "/o=Org/ou=Unit/cn=Recipients/cn=p001", "id", "version", "digest", NOON.isoformat())
    other = Person("p002@g.test", "/o=Org/ou=Unit/cn=Recipients/cn=p002", "id 2", "version", "digest")
    people = {"p001@g.test": known, "p002@g.test": other}
    store.put(Batch(batch.key, batch.domain, people, NOON, {"EX:": "f"}, batch.version).doc(NOON))
    moved = "/o=Org/ou=Other/cn=Recipients/cn=p002"
    enrol(store, domain(), [entry(1), entry(2, legacy_dn=moved)], NOON)
    (batch,) = batches(store)
    assert batch.people == {"p001@g.test": known, "p002@g.test": Person("p002@g.test", moved)}
    assert (batch.compared, batch.folders) == (NOON, {"EX:": "f"})


def test_who_has_no_name_in_exchange_or_no_calendar_is_not_published(store: SqliteStore) -> None:
    nameless = domain(folder=PublicFolder())
    enrol(store, nameless, [entry(1), entry(2, legacy_dn="/o=Org/cn=x"), Entry("e@a.test", "a.test", "e@a.test")], NOON)
    assert [list(batch.people) for batch in batches(store)] == [["p002@g.test"]]


def test_domains_do_not_mix(store: SqliteStore) -> None:
    enrol(store, domain(), [entry(1), Entry("x@g.test", "b.test", google="x@g.test")], NOON)
    enrol(store, domain("b.test"), [entry(1), Entry("x@g.test", "b.test", google="x@g.test")], NOON)
    assert {batch.key: list(batch.people) for batch in batches(store)} == {
        "a.test:0": ["p001@g.test"],
        "b.test:0": ["x@g.test"],
    }
    assert [batch.key for batch in batches(store, "b.test")] == ["b.test:0"]


@dataclass
class Late:
    """A store whose writes are kept back until somebody makes them."""

    inner: SqliteStore
    kept: list[Doc] = field(default_factory=list)

    def put(self, doc: Doc) -> Doc:
        self.kept.append(doc)
        return doc

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)


def test_whom_two_who_enrol_at_once_put_into_two_batches_the_next_takes_out_of_one(store: SqliteStore) -> None:
    one, other = Late(store), Late(store)
    enrol(cast(Store, one), domain(), map(entry, range(1, 61)), NOON)
    enrol(cast(Store, other), domain(), map(entry, range(61)), NOON)
    # One is faster with the first batch, the other with the second: p050 is in both.
    store.put(one.kept[0])
    store.put(other.kept[1])
    assert [address for batch in batches(store) for address in batch.people].count("p050@g.test") == 2
    assert enrol(store, domain(), map(entry, range(61)), NOON) == 1
    assert sorted(address for batch in batches(store) for address in batch.people) == [
        f"p{number:03}@g.test" for number in range(61)
    ]
    assert enrol(store, domain(), map(entry, range(61)), NOON) == 0


class Queue:
    """Keeps what it is asked, each token once."""

    def __init__(self) -> None:
        self.asks: dict[str, Ask] = {}

    def ask(self, asks: Sequence[Ask]) -> None:
        for one in asks:
            self.asks.setdefault(one.token, one)


def test_batches_that_are_due_are_asked_for_once_and_again_when_nothing_came_of_it(store: SqliteStore) -> None:
    queue = Queue()
    enrol(store, domain(), map(entry, range(60)), NOON)
    assert [ask(store, queue, NOON + timedelta(minutes=minute)) for minute in range(3)] == [2, 2, 2]
    assert sorted(one.pair for one in queue.asks.values()) == ["a.test:0", "a.test:1"]
    ask(store, queue, NOON + timedelta(minutes=10))
    assert len(queue.asks) == 4
    assert ask(store, queue, NOON - timedelta(minutes=2)) == 0
