"""What `dispatch` does at a tick: whom the directory wants published, what was changed; and what goes wrong with one stops no other (G11)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bench.ground import CountedStore
from calpair.app.dispatching import Dispatching
from calpair.app.documents import All
from calpair.busy.batches import PUBLISHED, Batch, batches
from calpair.care import apply as people
from calpair.care.changed import say
from calpair.errors import StoreBrokenError
from calpair.gcp.callers import Callers, Certificates
from calpair.local.store import SqliteStore
from calpair.ports import Ask, Doc, Store, every
from calpair.sync.renew import note
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
        self.pairs, self.heap = Heap(), Heap()
        self.dispatching = self.instance()

    def instance(self, store: Store | None = None) -> Dispatching:
        nobody = Callers(Certificates(dict, self.clock.now), "https://dispatch.run.test", ())
        return Dispatching(store or self.store, self.pairs, nobody, self.clock.now, self.heap)

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

    def publishes(self, batch: Batch, wrong: str) -> None:
        """Have a round say that there is news, and store it."""
        say(self.store, f"published/{batch.domain}", self.clock.now())
        self.store.put(with_trouble(batch, wrong).doc(self.clock.now()))

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


class Listed(CountedStore):
    """A store that counts how many batches were read in lists."""

    batches = 0

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        docs, after = super().list(collection, pair, page)
        self.batches += len(docs) if collection == PUBLISHED else 0
        return docs, after


def with_trouble(batch: Batch, wrong: str) -> Batch:
    """A batch of whose people nobody could be published."""
    return replace(batch, people={address: replace(one, wrong=wrong) for address, one in batch.people.items()})


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


@pytest.mark.parametrize("count", [4, 16])
def test_however_many_batches_have_news_their_domain_is_told_of_once_a_tick(office: Office, count: int) -> None:
    """A first publication: each round says so, and the next tick reads the domain's batches, each once."""
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    for number in range(50 * count):
        office.store.put(Doc("directory", f"p{number}@a.test", {"domain": "a.test", "google": f"p{number}@g.test"}))
    office.dispatching.renew()
    office.tick()
    listed = Listed(office.store)
    office.dispatching = office.instance(listed)
    for batch in batches(office.store):
        office.publishes(batch, wrong="not_found")
    office.clock.advance(timedelta(minutes=1))
    office.tick()
    assert office.status("free-busy a.test")["troubled_count"] == 50 * count
    assert listed.batches == count
    office.tick()
    assert listed.batches == count


def test_a_batch_that_is_stored_a_moment_after_it_was_told_of_is_told_of_at_the_next_tick(office: Office) -> None:
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    office.write("directory", "zoe@a.test", ENTRY)
    office.tick()
    (batch,) = batches(office.store)
    say(office.store, "published/a.test", office.clock.now())
    office.tick()
    assert office.status("free-busy a.test")["state"] == "waiting"
    office.store.put(with_trouble(batch, "not_found").doc(office.clock.now()))
    office.tick()
    assert office.status("free-busy a.test")["state"] == "behind"
    assert not list(every(office.store, "changed"))


def test_a_function_that_was_given_no_queue_of_what_is_published_enrols_all_the_same(office: Office) -> None:
    office.dispatching.publishing = None
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    office.write("directory", "zoe@a.test", ENTRY)
    assert office.tick() == []
    assert office.published() == ["zoe@a.test"]


# --- one document that cannot be seen to


class Broken(CountedStore):
    """A store in which a later calpair has written some pairs' cursors. They are asked for all the same."""

    def __init__(self, store: Store, *keys: str) -> None:
        super().__init__(store)
        self.keys = keys

    def get(self, collection: str, key: str) -> Doc | None:
        if collection == "cursors" and key in self.keys:
            raise StoreBrokenError(f"cursors/{key} was written by a later calpair; use that one")
        return super().get(collection, key)


def with_pairs(office: Office, *names: str) -> None:
    """Pairs that are answered and due, a while after they were looked at last."""
    if not office.store.get("domains", "a.test"):
        office.write("domains", "a.test", DOMAIN)
    for name in names:
        office.write("pairs", name, {**PAIR, "mailbox": f"{name}@a.test", "calendar": f"{name}@g.test"})
    office.tick()
    office.clock.advance(timedelta(minutes=70))


def breaks(office: Office, name: str) -> None:
    """From now on nobody can read a pair's cursors."""
    pair = office.dispatching.documents.pair(name).pair
    assert pair
    office.dispatching = office.instance(Broken(office.store, pair.key))


def asked(office: Office) -> list[str]:
    """Let dispatch run; gives the pairs that were asked for."""
    office.pairs.asks.clear()
    office.tick()
    return sorted({ask.pair for ask in office.pairs.asks})


def forget(office: Office, name: str) -> None:
    """Lose what is kept of a pair, so that nobody would look at it."""
    pair = office.dispatching.documents.pair(name).pair
    assert pair
    kept = office.store.get("cursors", pair.key)
    assert kept
    office.store.delete(kept)


def changed(office: Office) -> list[str]:
    return [doc.key for doc in every(office.store, "changed")]


def test_a_status_somebody_wrote_by_hand_keeps_no_change_from_being_answered(office: Office) -> None:
    with_pairs(office, "ana", "ben")
    office.store.put(Doc("status", "ana", {"note": "looked at by Kim"}))
    people.switch(office.store, "ana", office.clock.now(), paused=True)
    say(office.store, "pairs/ana", office.clock.now())
    assert "ben" in asked(office)
    assert office.status("ana")["state"] == "paused"
    assert changed(office) == []


def test_a_change_that_cannot_be_answered_is_told_stops_no_other_and_is_tried_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with_pairs(office, "ana", "ben", "cid")
    asked(office)
    breaks(office, "ana")
    for name in ("ana", "ben"):
        people.switch(office.store, name, office.clock.now(), paused=True)
        say(office.store, f"pairs/{name}", office.clock.now())
    office.clock.advance(timedelta(minutes=10))
    assert asked(office) == ["ana", "ben", "cid"]
    assert office.status("ben")["state"] == "paused"
    assert changed(office) == ["pairs:ana"]
    assert any(said.startswith("pairs/ana could not be seen to") for said in caplog.messages)
    office.dispatching = office.instance()
    office.tick()
    assert office.status("ana")["state"] == "paused"
    assert changed(office) == []


def test_changes_that_cannot_be_answered_go_behind_those_that_are_said_meanwhile(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("calpair.care.changed._MOST", 1)
    with_pairs(office, "ana", "ben")
    breaks(office, "ana")
    for name in ("ana", "ben"):
        people.switch(office.store, name, office.clock.now(), paused=True)
        say(office.store, f"pairs/{name}", office.clock.now())
    office.tick()
    assert changed(office) == ["pairs:ana", "pairs:ben"]
    office.tick()
    assert changed(office) == ["pairs:ana"]


def test_a_pair_whose_cursors_cannot_be_read_keeps_no_other_from_being_asked_for_or_swept(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with_pairs(office, "ana", "ben", "cid")
    forget(office, "cid")
    breaks(office, "ana")
    assert asked(office) == ["ana", "ben", "cid"]
    (said,) = caplog.messages
    assert said.startswith("pairs/ana could not be seen to")


class Closed(CountedStore):
    """A store that lists nothing."""

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        raise StoreBrokenError(f"{collection} cannot be listed ({pair}, {page})")


def test_what_is_due_is_asked_for_whatever_goes_wrong_afterwards(office: Office) -> None:
    office.write("domains", "a.test", {**DOMAIN, "public_folder": FOLDER})
    office.write("directory", "zoe@a.test", ENTRY)
    with_pairs(office, "ana", "ben")
    office.dispatching = office.instance(Closed(office.store))
    office.pairs.asks.clear()
    with pytest.raises(StoreBrokenError):
        office.tick()
    assert [ask.pair for ask in office.pairs.asks] == ["ana", "ben"]
    assert [ask.pair for ask in office.heap.asks] == ["a.test:0"]


def test_a_pair_of_which_nothing_can_be_told_or_kept_keeps_no_other_of_its_domain_from_being_asked_for(
    office: Office,
) -> None:
    with_pairs(office, "ana", "ben", "cid")
    mistakes = {f"mistake number {number}": 1 for number in range(2_000)}
    ana = office.store.get("pairs", "ana")
    assert ana
    office.store.put(replace(ana, data={**ana.data, **mistakes}))
    breaks(office, "ben")
    office.tick()
    say(office.store, "domains/a.test", office.clock.now())
    assert {"ben", "cid"} <= {ask.pair for ask in nudged(office)}
    # That the domain was another one is said in turn, for the directory.
    assert changed(office) == ["directory"]


def nudged(office: Office) -> list[Ask]:
    """Let dispatch run; gives the asks for pairs of which something changed."""
    asked(office)
    return [ask for ask in office.pairs.asks if ask.changed]


def test_where_nothing_can_be_enrolled_pairs_are_renewed_all_the_same(office: Office) -> None:
    with_pairs(office, "ana")
    pair = office.dispatching.documents.pair("ana").pair
    assert pair
    note(office.store, pair, office.clock.now())
    office.dispatching.documents.domains = fails  # type: ignore[method-assign]
    office.pairs.asks.clear()
    with pytest.raises(StoreBrokenError):
        office.dispatching.renew()
    assert [ask.pair for ask in office.pairs.asks] == ["ana"]


def fails(**_: object) -> All:
    raise StoreBrokenError("domains/a.test was not written by calpair; delete it, or put it elsewhere")
