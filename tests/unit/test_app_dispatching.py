"""Whom the directory wants published, as `dispatch` takes it from what people write."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from calpair.app.dispatching import Dispatching
from calpair.busy.batches import batches
from calpair.gcp.callers import Callers, Certificates
from calpair.local.store import SqliteStore
from calpair.ports import Ask, Doc
from simulators.clock import ManualClock

DOMAIN: Mapping[str, Any] = {
    "exchange": {
        "url": "https://mail.a.test/EWS/Exchange.asmx",
        "auth": "basic",
        "username": "svc",
        "secret": "secret-manager:mail",
    },
    "google": {"auth": "delegated", "free_busy_account": "eyes@g.test"},
    "limits": {"secrets": ["mail"], "mailbox_domains": ["a.test"], "calendar_domains": ["g.test"]},
}
FOLDER = {"enabled": True, "legacy_dn_template": "/o=Org/ou=Unit/cn=Recipients/cn={local}"}
PAIR = {"domain": "a.test", "mailbox": "ana@a.test", "calendar": "ana@g.test"}
ENTRY = {"domain": "a.test", "google": "zoe@g.test"}


@dataclass
class Heap:
    """A queue that keeps what it is asked for."""

    asks: list[Ask] = field(default_factory=list)

    def ask(self, asks: Sequence[Ask]) -> None:
        self.asks += asks


class Office:
    """One instance of `dispatch`, a store, and hands that write documents of which the trigger tells."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.store = SqliteStore(folder / "calpair.db", self.clock.now)
        self.heap = Heap()
        self.dispatching = self.instance()

    def instance(self) -> Dispatching:
        nobody = Callers(Certificates(dict, self.clock.now), "https://dispatch.run.test", ())
        return Dispatching(self.store, Heap(), nobody, self.clock.now, self.heap)

    def write(self, collection: str, name: str, fields: Mapping[str, Any]) -> None:
        old = self.store.get(collection, name)
        self.store.put(Doc(collection, name, dict(fields), version=old.version if old else ""))
        # The trigger calls a function of its own, which remembers nothing of what dispatch has read.
        self.instance().written(f"{collection}/{name}")

    def delete(self, collection: str, name: str) -> None:
        old = self.store.get(collection, name)
        assert old
        self.store.delete(old)
        self.instance().written(f"{collection}/{name}")

    def status(self, name: str) -> Mapping[str, Any]:
        found = self.store.get("status", name)
        return found.data if found else {}

    def tick(self, seconds: float = 60) -> list[str]:
        """Let dispatch run, and time go by; gives the batches that were asked for."""
        self.heap.asks.clear()
        self.dispatching.dispatch()
        self.clock.advance(timedelta(seconds=seconds))
        return [ask.pair for ask in self.heap.asks]

    def published(self) -> list[str]:
        return [address for batch in batches(self.store) for address in batch.people]


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_who_joins_the_directory_is_enrolled_and_asked_for_in_the_same_tick(office: Office) -> None:
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    assert office.tick() == []
    office.write("directory", "zoe@a.test", ENTRY)
    assert office.tick() == ["a.test:0"]
    assert office.published() == ["zoe@a.test"]


def test_a_domain_that_begins_to_publish_a_moment_after_its_list_was_read_is_published_at_the_next_tick(
    office: Office,
) -> None:
    office.write("domains", "a.test", DOMAIN)
    office.write("directory", "zoe@a.test", ENTRY)
    assert office.tick(20) == []
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    assert office.tick() == ["a.test:0"]


def test_a_domain_that_publishes_no_more_is_let_go_at_the_next_tick(office: Office) -> None:
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    office.write("directory", "zoe@a.test", ENTRY)
    office.tick(20)
    office.write("domains", "a.test", DOMAIN)
    office.tick()
    assert office.published() == []


def test_a_pair_that_is_called_as_a_domains_status_is_leaves_that_status_alone(office: Office) -> None:
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    office.write("directory", "zoe@a.test", ENTRY)
    office.tick()
    before = office.status("free-busy a.test")
    assert before["people"] == 1
    office.write("pairs", "free-busy a.test", PAIR)
    office.tick()
    assert office.status("free-busy a.test") == before
    office.delete("pairs", "free-busy a.test")
    office.tick()
    assert office.status("free-busy a.test") == before


def test_a_function_that_was_given_no_queue_of_what_is_published_enrols_all_the_same(office: Office) -> None:
    office.dispatching.publishing = None
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    office.write("directory", "zoe@a.test", ENTRY)
    assert office.tick() == []
    assert office.published() == ["zoe@a.test"]
