"""What every store does with the documents that people write: domains, pairs and the directory."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from calpair.errors import StoreError, VersionError
from calpair.ports import Doc, Store
from contracts.store_contract import everything

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
PAIR = {
    "domain": "a.test",
    "mailbox": "ana@a.test",
    "paused": False,
    "history_days": 30,
    "show": {"to_google": "everything"},
    "colours": {"Red category": "11", "a.b": "2"},
    "owners": ["ana@g.test", "bob@g.test"],
}


class Peoples:
    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    @pytest.mark.parametrize("collection", ["domains", "pairs", "directory"])
    def test_what_a_person_wrote_comes_back_and_is_changed_whole(self, store: Store, collection: str) -> None:
        first = store.put(Doc(collection, "ana@a.test", PAIR))
        assert store.get(collection, "ana@a.test") == first == Doc(collection, "ana@a.test", PAIR, "", first.version)
        second = store.put(replace(first, data={"mailbox": "eve@a.test", "show": {}}))
        assert second.data == {"mailbox": "eve@a.test", "show": {}}
        assert store.list(collection) == ([second], "")
        with pytest.raises(VersionError):
            store.put(replace(first, data={}))
        with pytest.raises(VersionError):
            store.put(Doc(collection, "ana@a.test", PAIR))
        third = store.put(replace(second, data={}))
        assert store.get(collection, "ana@a.test") == third
        store.delete(third)
        assert everything(store, collection) == []

    def test_it_belongs_to_no_pair_and_is_found_by_its_name_alone(self, store: Store) -> None:
        with pytest.raises(ValueError, match="pairs is what people write"):
            store.put(Doc("pairs", "ana", PAIR, "p1"))
        for ask in (
            lambda: store.due("pairs", NOON, 1),
            lambda: store.find("pairs", "", ["x"]),
            lambda: store.list("pairs", ""),
        ):
            with pytest.raises(ValueError, match="pairs is what people write"):
                ask()
        assert everything(store, "pairs") == []

    def test_a_field_of_theirs_called_as_one_of_ours_is_nothing_special(self, store: Store) -> None:
        data = {"due": "soon", "keys": 7, "pair": "p1", "schema": "x", "data": {}, "replaces": [1]}
        written = store.put(Doc("pairs", "ana", data))
        assert store.list("pairs") == ([written], "")
        assert written.data == data

    def test_a_dropped_pair_keeps_what_people_wrote(self, store: Store) -> None:
        store.put(Doc("pairs", "p1", {"pair": "p1", **PAIR}))
        store.put(Doc("links", "a", {}, "p1"))
        store.drop("p1")
        assert everything(store, "pairs") == ["p1"]
        assert everything(store, "links") == []

    def test_values_stand_twenty_deep_here_too(self, store: Store) -> None:
        deep: dict[str, Any] = {}
        for _ in range(19):
            deep = {"in": deep}
        assert store.put(Doc("pairs", "a", deep)).data == deep

    @pytest.mark.parametrize("value", ["x" * 65_000, [1] * 32_000, {str(n): n for n in range(5_000)}])
    def test_what_a_hand_writes_is_stored_and_what_it_never_would_refused(self, store: Store, value: Any) -> None:
        assert store.put(Doc("domains", "a", {"value": value})).data == {"value": value}
        with pytest.raises(StoreError, match=r"domains/b is too large for the store \(\d+ bytes, 65536 fit\)"):
            store.put(Doc("domains", "b", {"value": value, "more": "x" * 20_000}))
        assert store.get("domains", "b") is None
