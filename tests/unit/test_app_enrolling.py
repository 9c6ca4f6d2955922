"""Enrolling on every ground: what it costs with many domains, and one that is bad stops no other (G11)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.ground import CountedStore
from calpair.app.enrolling import enrol, tell
from calpair.busy.batches import PUBLISHED, batches
from calpair.errors import StoreBrokenError
from calpair.local.store import SqliteStore
from calpair.model.pair import Domain
from calpair.ports import Doc
from simulators.clock import ManualClock
from unit.busy.test_batches import domain

CLOCK = ManualClock()
NOW = CLOCK.now()


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "calpair.db", CLOCK.now)


def publishing(store: SqliteStore, count: int, people: int = 100) -> list[Domain]:
    """So many domains, each with so many people who are enrolled."""
    domains = [domain(f"d{number}.test") for number in range(count)]
    for one in domains:
        for number in range(people):
            fields = {"domain": one.name, "google": f"p{number}@{one.name}"}
            store.put(Doc("directory", f"p{number}@{one.name}", fields))
    enrol(store, domains, NOW)
    return domains


def status(store: SqliteStore, name: str) -> Any:
    found = store.get("status", f"free-busy {name}")
    return found.data if found else None


@pytest.mark.parametrize(("count", "reads"), [(5, 516), (20, 2061)])
def test_where_nobody_came_each_batch_is_read_once_however_many_domains_there_are(
    store: SqliteStore, count: int, reads: int
) -> None:
    """Of each domain a hundred entries, two batches, and its status; and once whom a file has dropped, which is nobody."""
    domains = publishing(store, count)
    assert len(batches(store)) == 2 * count
    counted = CountedStore(store)
    assert enrol(counted, domains, NOW) == 0
    assert (counted.reads, counted.writes) == (reads, 0)


@pytest.mark.parametrize("count", [5, 20])
def test_to_tell_how_one_domain_stands_takes_its_own_batches(store: SqliteStore, count: int) -> None:
    first, *_ = publishing(store, count)
    counted = CountedStore(store)
    tell(counted, first, NOW)
    assert (counted.reads, counted.writes) == (3, 0)


def test_of_domains_that_never_published_the_directory_is_not_read(store: SqliteStore) -> None:
    silent = [domain(f"d{number}.test", None) for number in range(5)]
    counted = CountedStore(store)
    assert enrol(counted, silent, NOW) == 0
    assert (counted.reads, counted.writes) == (5, 0)


class Broken(CountedStore):
    """A store in which the batches of one domain cannot be read."""

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        if collection == PUBLISHED and pair and "d1.test" in pair:
            raise StoreBrokenError("published/d1.test:0 was written by a later calpair; use that one")
        return super().list(collection, pair, page)


def test_a_domain_whose_batches_cannot_be_read_keeps_no_other_from_being_enrolled(store: SqliteStore) -> None:
    domains = publishing(store, 3, people=1)
    for one in domains:
        store.put(Doc("directory", f"new@{one.name}", {"domain": one.name, "google": f"new@{one.name}"}))
    with pytest.raises(StoreBrokenError, match="a later calpair"):
        enrol(Broken(store), domains, NOW + timedelta(minutes=1))
    assert [len(batch.people) for batch in batches(store)] == [2, 1, 2]
    assert [status(store, one.name)["people"] for one in domains] == [2, 1, 2]
