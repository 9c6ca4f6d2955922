"""Documents as functions read them: all domains there are, and no more often than they have to be."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from calpair.app.documents import OneByOne
from calpair.care import apply as people
from calpair.local.store import SqliteStore
from calpair.ports import Doc
from simulators.clock import ManualClock

DOMAIN = {
    "exchange": {
        "url": "https://mail.test/EWS/Exchange.asmx",
        "auth": "basic",
        "username": "svc",
        "secret": "secret-manager:mail",
    },
    "google": {"auth": "delegated"},
    "limits": {"secrets": ["mail"]},
}


class Pages(SqliteStore):
    """A store that lists one document a page, and counts what it is asked."""

    asked = 0

    def get(self, collection: str, key: str) -> Doc | None:
        self.asked += 1
        return super().get(collection, key)

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        self.asked += 1
        docs, _ = super().list(collection, pair)
        number = int(page or 0)
        return docs[number : number + 1], str(number + 1) if number + 1 < len(docs) else ""


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Pages:
    store = Pages(tmp_path / "calpair.db", clock.now)
    people.apply(store, {"a.test": DOMAIN, "b.test": {}, "c.test": DOMAIN}, {}, "hand")
    return store


def test_the_domains_of_every_page_are_found_and_those_with_mistakes_left_out(store: Pages, clock: ManualClock) -> None:
    assert [one.name for one in OneByOne(store, clock.now).domains().usable] == ["a.test", "c.test"]


def test_domains_are_read_at_most_once_a_minute_and_then_as_they_are(store: Pages, clock: ManualClock) -> None:
    documents = OneByOne(store, clock.now)
    documents.domains()
    asked = store.asked
    people.remove(store, ["domains/a.test"])
    changed = store.asked - asked
    for _ in range(5):
        assert [one.name for one in documents.domains().usable] == ["a.test", "c.test"]
    assert store.asked == asked + changed
    clock.advance(timedelta(minutes=1))
    assert [one.name for one in documents.domains().usable] == ["c.test"]


def test_a_pair_dropped_together_with_its_domain_is_disabled_and_nothing_is_wrong(
    store: Pages, clock: ManualClock
) -> None:
    pair = {"domain": "c.test", "mailbox": "ana@c.test", "calendar": "ana@g.test"}
    people.apply(store, {"c.test": DOMAIN}, {"ana": pair}, "file")
    people.apply(store, {}, {}, "file")
    documents = OneByOne(store, clock.now)
    found = documents.counting("ana")
    assert (found.problems, found.pair and found.pair.enabled) == ((), False)
    people.apply(store, {}, {"ben": pair}, "another")
    assert documents.counting("ben").problems == (
        'pairs/ben: domain: there is no domain "c.test"; write one of those there are (none)',
    )
