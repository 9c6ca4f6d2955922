"""What every store keeps apart although it looks alike: numbers, pairs, keys and names; and the order of what is equal."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from calpair.ports import Doc, Store
from contracts.store_contract import everything, keys_of

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
IN_ORDER = ["!", "0", "00", "1", "10", "2", "Z", "a", "a b", "aa", "b", "é", "\uff41", "🗓"]
"""As their UTF-8 bytes are: neither as numbers, nor as words, nor as UTF-16 is."""


class LookAlikes:
    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    @pytest.mark.parametrize("collection", ["links", "pairs"])
    def test_numbers_and_truths_keep_their_kind(self, store: Store, collection: str) -> None:
        data = {"list": [1, 1.0, True, 0, 0.0, -0.0, False, None, "", "1", 2**63 - 1, 2.0**63, 5e-324]}
        store.put(Doc(collection, "a", {**data, "none": [], "empty": {}}))
        got = store.get(collection, "a")
        assert got
        assert repr(got.data["list"]) == (
            "[1, 1.0, True, 0, 0.0, -0.0, False, None, '', '1', 9223372036854775807, 9.223372036854776e+18, 5e-324]"
        )
        assert (got.data["none"], got.data["empty"]) == ([], {})

    def test_pairs_that_begin_alike_are_strangers(self, store: Store) -> None:
        for pair in ("p", "p1", "p11", "P1", "p1\0", "p1 ", '["p1"', "é", "e\u0301"):
            store.put(Doc("links", f"of {pair}".replace("\0", "0"), {"keys": ["x"]}, pair))
        assert keys_of(store.find("links", "p1", ["x"])) == ["of p1"]
        assert everything(store, "links", "p1") == ["of p1"]
        assert everything(store, "links", "é") == ["of é"]
        store.drop("p1")
        assert everything(store, "links") == sorted(
            ["of p", "of p11", "of P1", "of p10", "of p1 ", 'of ["p1"', "of é", "of e\u0301"], key=str.encode
        )

    def test_a_pair_and_a_key_do_not_run_into_each_other(self, store: Store) -> None:
        for name, pair, key in (("one", "a", "bc"), ("two", "ab", "c"), ("three", "a\0b", "c"), ("four", "a", "b\0c")):
            store.put(Doc("links", name, {"keys": [key]}, pair))
        assert keys_of(store.find("links", "a", ["bc", "c", "b\0c"])) == ["four", "one"]
        assert keys_of(store.find("links", "ab", ["bc", "c", "b\0c"])) == ["two"]
        assert keys_of(store.find("links", "a\0b", ["bc", "c", "b\0c"])) == ["three"]

    @pytest.mark.parametrize(
        "key", ["", " ", "x", "X", "\0", "\n", "é", "e\u0301", "🗓", "x" * 5000, "x" * 5001, '"', "%", "*"]
    )
    def test_a_key_is_found_by_itself_alone(self, store: Store, key: str) -> None:
        others = {"", " ", "x", "X", "\0", "\n", "é", "e\u0301", "🗓", "x" * 5000, "x" * 5001, '"', "%", "*"} - {key}
        store.put(Doc("links", "it", {"keys": [key]}, "p1"))
        store.put(Doc("links", "others", {"keys": sorted(others)}, "p1"))
        assert keys_of(store.find("links", "p1", [key])) == ["it"]

    def test_names_are_ordered_as_their_bytes_are_whatever_is_asked(self, store: Store) -> None:
        for name in reversed(IN_ORDER):
            store.put(Doc("links", name, {"keys": [f"of {name}"], "due": NOON.isoformat()}, "p1"))
        assert everything(store, "links") == everything(store, "links", "p1") == IN_ORDER
        assert keys_of(store.find("links", "p1", [f"of {name}" for name in IN_ORDER])) == IN_ORDER
        assert keys_of(store.due("links", NOON, 100)) == IN_ORDER
        assert keys_of(store.due("links", NOON, 3)) == IN_ORDER[:3]

    def test_a_list_of_a_pair_goes_on_while_documents_come_and_go(self, store: Store) -> None:
        for number in range(620):
            store.put(Doc("links", f"k{number:04}", {}, "p1" if number % 2 else "p2"))
        first, page = store.list("links", "p1")
        assert page
        last = first[-1]
        store.delete(last)
        store.put(Doc("links", "k0000x", {}, "p1"))
        moved = store.get("links", "k0619")
        assert moved
        store.put(replace(moved, pair="p2"))
        rest: list[str] = []
        while page:
            docs, page = store.list("links", "p1", page)
            rest += keys_of(docs)
        assert [*keys_of(first), *rest] == [f"k{number:04}" for number in range(1, 619, 2)]

    def test_due_tells_instants_apart_to_the_microsecond(self, store: Store) -> None:
        for name, at in (("c", NOON), ("b", NOON.replace(microsecond=1)), ("a", NOON.replace(microsecond=500_000))):
            store.put(Doc("cursors", name, {"due": at.isoformat()}))
        assert keys_of(store.due("cursors", NOON, 10)) == ["c"]
        assert keys_of(store.due("cursors", NOON.replace(microsecond=1), 10)) == ["c", "b"]
        assert keys_of(store.due("cursors", NOON.replace(microsecond=499_999), 10)) == ["c", "b"]
        assert keys_of(store.due("cursors", NOON.replace(second=1), 10)) == ["c", "b", "a"]

    @pytest.mark.parametrize(
        "value", [{"a.b": 1}, {"a": {"b": 1}}, {"a`b": 1, "a\\b": 2, " ": 3, "é": 4, "0": 5}], ids=str
    )
    @pytest.mark.parametrize("collection", ["links", "pairs"])
    def test_a_fields_name_is_no_path(self, store: Store, collection: str, value: Any) -> None:
        first = store.put(Doc(collection, "a", {"old": 1, **value}))
        assert store.put(replace(first, data=value)).data == value
        assert getattr(store.get(collection, "a"), "data", None) == value
