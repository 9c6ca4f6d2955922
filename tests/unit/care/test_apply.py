"""What people write, in the store: applied from files, dropped by them, switched by hand, exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calpair.care.apply import Applied, apply, dropped, export, paused_by, paused_since, remove, source, switch, written
from calpair.ports import Doc
from unit.sync.fakes import FakeStore

DOMAINS: Mapping[str, Any] = {"a.test": {"google": {"auth": "adc"}}}
ANA: Mapping[str, Any] = {"domain": "a.test", "mailbox": "ana@a.test"}
BEN: Mapping[str, Any] = {"domain": "a.test", "mailbox": "ben@a.test"}
EVE: Mapping[str, Any] = {"domain": "a.test", "mailbox": "eve@a.test"}
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
FILE, OTHER = "calpair.toml", "more.toml"


@dataclass
class Noting(FakeStore):
    """Notes the order of writes."""

    order: list[str] = field(default_factory=list)

    def put(self, doc: Doc) -> Doc:
        self.order.append(f"{doc.collection}/{doc.key}")
        return super().put(doc)


@pytest.fixture
def store() -> Noting:
    return Noting()


def pairs(store: FakeStore) -> dict[str, Any]:
    return written(store)[1]


def refused(store: FakeStore) -> Mapping[str, Any]:
    return written(store)[2]


def names(store: FakeStore) -> Sequence[str]:
    return list(pairs(store))


def test_what_a_file_says_stands_in_the_store_as_it_was_written(store: Noting) -> None:
    assert apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE) == Applied(
        written=("domains/a.test", "pairs/ana", "pairs/ben")
    )
    assert written(store) == (DOMAINS, {"ana": ANA, "ben": BEN}, {})


def test_the_same_again_writes_nothing(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    writes = store.writes
    assert apply(store, DOMAINS, {"ana": ANA}, FILE) == Applied()
    assert store.writes == writes


def test_of_an_edited_file_only_what_changed_is_written(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    edited = {**ANA, "interval": "10s"}
    assert apply(store, DOMAINS, {"ana": edited, "ben": BEN}, FILE) == Applied(written=("pairs/ana",))
    assert pairs(store)["ana"] == edited


def test_a_pair_no_longer_named_is_disabled_and_its_document_kept(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    assert apply(store, DOMAINS, {"ben": BEN}, FILE) == Applied(disabled=("pairs/ana",))
    assert pairs(store) == {"ana": {**ANA, "enabled": False}, "ben": BEN}
    assert apply(store, DOMAINS, {"ben": BEN}, FILE) == Applied()


def test_a_pair_named_again_is_as_it_was(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    apply(store, DOMAINS, {"ben": BEN}, FILE)
    assert apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE) == Applied(written=("pairs/ana",))
    assert pairs(store) == {"ana": ANA, "ben": BEN}


def test_a_domain_no_longer_named_is_not_there(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    assert apply(store, {}, {"ana": ANA}, FILE) == Applied(disabled=("domains/a.test",))
    assert written(store) == ({}, {"ana": ANA}, {})
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    assert written(store) == (DOMAINS, {"ana": ANA}, {})


def test_removals_are_written_before_anything_else(store: Noting) -> None:
    """So a calendar moves from one pair to another in one edit, and a crash in between leaves nobody with both."""
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    store.order.clear()
    apply(store, {"b.test": {}}, {"anna": ANA}, FILE)
    assert store.order[:2] == ["applied/domains:a.test", "applied/pairs:ana"]
    assert {"domains/b.test", "pairs/anna"} <= set(store.order[2:])


def test_a_renamed_pair_leaves_its_old_name_disabled(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    assert apply(store, DOMAINS, {"anna": ANA}, FILE) == Applied(written=("pairs/anna",), disabled=("pairs/ana",))
    assert pairs(store) == {"ana": {**ANA, "enabled": False}, "anna": ANA}


def test_a_file_has_no_say_in_what_another_names(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    apply(store, {}, {"ben": BEN}, OTHER)
    assert apply(store, {}, {}, OTHER) == Applied(disabled=("pairs/ben",))
    assert pairs(store) == {"ana": ANA, "ben": {**BEN, "enabled": False}}
    assert apply(store, DOMAINS, {"ana": ANA}, FILE) == Applied()


def test_a_pair_that_moved_to_another_file_stays_when_the_first_drops_it(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    assert apply(store, {}, {"ana": ANA}, OTHER) == Applied(written=("pairs/ana",))
    assert apply(store, DOMAINS, {}, FILE) == Applied()
    assert pairs(store) == {"ana": ANA}
    assert source(store, "pairs/ana") == OTHER


def test_pairs_are_given_in_the_order_in_which_they_were_first_written(store: Noting) -> None:
    apply(store, DOMAINS, {"zoe": EVE, "ana": ANA}, FILE)
    apply(store, {}, {"ben": BEN}, OTHER)
    assert names(store) == ["zoe", "ana", "ben"]
    apply(store, DOMAINS, {"ana": {**ANA, "interval": "10s"}, "zoe": EVE}, FILE)
    assert names(store) == ["zoe", "ana", "ben"]


def test_what_was_written_straight_into_the_store_comes_last_and_is_nobodys_to_drop(store: Noting) -> None:
    store.put(Doc("pairs", "adam", dict(EVE)))
    apply(store, DOMAINS, {"zoe": ANA}, FILE)
    apply(store, DOMAINS, {}, FILE)
    assert pairs(store) == {"zoe": {**ANA, "enabled": False}, "adam": EVE}
    assert (source(store, "pairs/adam"), source(store, "pairs/zoe")) == ("", FILE)


def test_a_hand_pauses_a_pair_and_lets_it_go_on(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    assert switch(store, "ana", NOON, paused=True)
    assert not switch(store, "ana", NOON, paused=True)
    assert pairs(store) == {"ana": {**ANA, "paused": True}, "ben": BEN}
    assert switch(store, "ana", NOON, paused=False)
    assert pairs(store)["ana"] == ANA


def test_a_pause_by_hand_stands_since_it_was_begun(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    assert paused_since(store, "ana") is None
    switch(store, "ana", NOON, paused=True)
    switch(store, "ana", NOON + timedelta(hours=1), paused=True)
    assert paused_since(store, "ana") == "2026-11-02T12:00:00+00:00"
    switch(store, "ana", NOON + timedelta(hours=2), paused=False)
    assert paused_since(store, "ana") is None


def test_a_pause_that_was_switched_without_a_time_counts_and_has_none(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    store.put(Doc("switches", "ana", {"schema": 1, "paused": True}))
    assert (pairs(store)["ana"]["paused"], paused_since(store, "ana")) == (True, None)


def test_a_file_applied_again_does_not_undo_a_pause_by_hand(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    switch(store, "ana", NOON, paused=True)
    apply(store, DOMAINS, {"ana": {**ANA, "interval": "10s"}}, FILE)
    assert pairs(store)["ana"]["paused"] is True


def test_a_pair_that_was_never_paused_is_not_resumed(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    writes = store.writes
    assert not switch(store, "ana", NOON, paused=False)
    assert store.writes == writes


@pytest.mark.parametrize(
    ("domain", "pair", "hand", "by"),
    [
        ({}, {}, False, ()),
        ({}, {}, True, ("",)),
        ({}, {"paused": True}, False, ("pairs/ana",)),
        ({}, {"paused": True}, True, ("pairs/ana", "")),
        ({"paused": True}, {}, False, ("domains/a.test",)),
        ({"paused": True}, {"paused": False}, False, ()),
        ({"paused": False}, {"paused": True}, False, ("pairs/ana",)),
    ],
)
def test_what_pauses_a_pair_is_named_document_and_hand(
    store: Noting, domain: dict[str, Any], pair: dict[str, Any], hand: bool, by: tuple[str, ...]
) -> None:
    apply(store, {"a.test": domain}, {"ana": {**ANA, **pair}}, FILE)
    switch(store, "ana", NOON, paused=hand)
    assert paused_by(store, "ana", "a.test") == by


def test_export_gives_everything_as_it_counts_now(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN, "eve": EVE}, FILE)
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    switch(store, "ben", NOON, paused=True)
    assert export(store) == {
        "domains": DOMAINS,
        "pairs": {"ana": ANA, "ben": BEN, "eve": {**EVE, "enabled": False}},
        "paused": ["ben"],
    }


def test_what_was_exported_and_applied_elsewhere_exports_the_same(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    exported, elsewhere = export(store), FakeStore()
    apply(elsewhere, exported["domains"], exported["pairs"], "export")
    assert export(elsewhere) == exported


def test_a_domain_dropped_with_its_pairs_is_exported_with_them(store: Noting) -> None:
    apply(store, {**DOMAINS, "b.test": {}}, {"ana": ANA, "ben": {"domain": "b.test"}}, FILE)
    apply(store, {}, {}, FILE)
    assert (written(store)[0], dropped(store, ["a.test", "c.test"])) == ({}, DOMAINS)
    assert export(store)["domains"] == {**DOMAINS, "b.test": {}}
    apply(store, {}, {"eve": {"domain": "b.test"}}, OTHER)
    assert export(store)["domains"] == DOMAINS


def test_a_pause_that_was_exported_outlives_the_file_its_pair_comes_from(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    assert apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, "export", paused=["ben"]).paused == ("pairs/ben",)
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    assert pairs(store) == {"ana": ANA, "ben": {**BEN, "paused": True}}
    assert apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, "export", paused=["ben"]).paused == ()


def test_no_pause_by_hand_is_lifted_by_a_file_that_does_not_list_it(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    switch(store, "ana", NOON, paused=True)
    apply(store, DOMAINS, {"ana": ANA}, "export", paused=[])
    assert pairs(store) == {"ana": {**ANA, "paused": True}}


def test_more_documents_than_a_page_holds_are_all_there(store: Noting) -> None:
    many = {f"p{number}": {**ANA, "mailbox": f"u{number}@a.test"} for number in range(10)}
    apply(store, DOMAINS, many, FILE)
    assert store.page_size < len(many)
    assert names(store) == list(many)
    assert apply(store, DOMAINS, {}, FILE).disabled == tuple(f"pairs/p{number}" for number in range(10))


WRONG: Mapping[str, Any] = {"domain": "a.test", "mailbox": "ana@a.test", "password": "hunter2"}
SAID = {"pairs/ana": [("password", "unknown field")]}


def test_nothing_of_a_refused_document_is_stored_but_what_is_wrong_with_it(store: Noting) -> None:
    assert apply(store, DOMAINS, {"ana": WRONG, "ben": BEN}, FILE, SAID) == Applied(
        written=("domains/a.test", "pairs/ben"), refused=("pairs/ana",)
    )
    assert pairs(store) == {"ben": BEN}
    assert refused(store) == SAID
    assert "hunter2" not in str(store.docs)


def test_what_stood_there_before_is_kept_and_does_not_count_until_the_mistake_is_mended(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    apply(store, DOMAINS, {"ana": WRONG, "ben": BEN}, FILE, SAID)
    assert pairs(store) == {"ben": BEN}
    assert export(store)["pairs"] == {"ana": ANA, "ben": BEN}
    assert apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE) == Applied(written=("pairs/ana",))
    assert (pairs(store), refused(store)) == ({"ana": ANA, "ben": BEN}, {})


def test_a_refusal_is_told_each_time_and_written_once(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": WRONG}, FILE, SAID)
    writes = store.writes
    assert apply(store, DOMAINS, {"ana": WRONG}, FILE, SAID) == Applied(refused=("pairs/ana",))
    assert store.writes == writes


def test_a_refused_domain_takes_no_other_with_it_and_does_not_count(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    apply(store, DOMAINS, {"ana": ANA}, FILE, {"domains/a.test": [("", "no map")]})
    assert written(store) == ({}, {"ana": ANA}, {"domains/a.test": [("", "no map")]})


def test_a_refused_document_that_its_file_drops_is_disabled_as_it_was_before(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA}, FILE)
    apply(store, DOMAINS, {"ana": WRONG}, FILE, SAID)
    assert apply(store, DOMAINS, {}, FILE) == Applied(disabled=("pairs/ana",))
    assert (pairs(store), refused(store)) == ({"ana": {**ANA, "enabled": False}}, {})


def test_a_document_taken_out_is_gone_with_its_switch_and_nothing_else_is(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    switch(store, "ana", NOON, paused=True)
    store.put(Doc("status", "k1", {}, "k1"))
    assert remove(store, ["pairs/ana", "pairs/nobody"]) == ["pairs/ana"]
    assert pairs(store) == {"ben": BEN}
    assert [place for place in store.docs if "ana" in place[1]] == []
    assert store.get("status", "k1")
    apply(store, DOMAINS, {"ana": ANA, "ben": BEN}, FILE)
    assert pairs(store)["ana"] == ANA


def test_a_store_may_hold_a_wrong_document_and_gives_it_as_it_is(store: Noting) -> None:
    apply(store, DOMAINS, {"ana": {"mailbx": 1}}, FILE)
    assert pairs(store) == {"ana": {"mailbx": 1}}
