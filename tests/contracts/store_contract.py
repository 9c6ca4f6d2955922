"""What every store does, as tests: subclass it beside an implementation and give the `store` fixture an empty one.

    class TestSqlite(StoreContract, LookAlikes, Races, Peoples):
        @pytest.fixture
        def store(self) -> Iterator[Store]: ...

The words are `ports.Store`'s. Nothing here knows how a store is built, how its versions look or how long a page is.
Beside it: what looks alike and is not (`look_alikes`), many hands at once (`races`), what people write (`peoples`).
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from calpair.errors import StoreError, VersionError
from calpair.ports import Doc, Store

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
HALF = timedelta(milliseconds=500)


def everything(store: Store, collection: str, pair: str | None = None) -> list[str]:
    """The keys of all pages, in order."""
    keys: list[str] = []
    page = ""
    while True:
        docs, page = store.list(collection, pair, page)
        keys += [doc.key for doc in docs]
        if not page:
            return keys


def keys_of(docs: Any) -> list[str]:
    return [doc.key for doc in docs]


class StoreContract:
    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    def test_what_was_never_stored_is_not_there(self, store: Store) -> None:
        assert store.get("links", "a") is None

    def test_a_document_comes_back_as_it_was_written(self, store: Store) -> None:
        data = {
            "schema": 1,
            "text": 'Bürö 🗓 \\ " \n',
            "empty": "",
            "nothing": None,
            "yes": True,
            "number": -(2**63),
            "part": 0.1,
            "list": [1, "two", {"three": [3]}],
            "map": {"a.b": {"c": []}},
        }
        written = store.put(Doc("links", "a", data, "p1"))
        assert written == Doc("links", "a", data, "p1", written.version)
        assert store.get("links", "a") == written

    def test_a_document_is_found_in_its_collection_only(self, store: Store) -> None:
        store.put(Doc("links", "a", {}))
        assert store.get("cursors", "a") is None
        assert store.get("links", "A") is None

    def test_what_was_written_does_not_change_with_the_callers_value(self, store: Store) -> None:
        data: dict[str, Any] = {"list": [1]}
        written = store.put(Doc("links", "a", data))
        data["list"].append(2)
        assert written.data == {"list": [1]}
        assert getattr(store.get("links", "a"), "data", None) == {"list": [1]}

    def test_a_write_needs_the_version_that_is_there(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {"n": 1}))
        second = store.put(replace(first, data={"n": 2}))
        assert second.version not in ("", first.version)
        for version in (first.version, "", "x"):
            with pytest.raises(VersionError):
                store.put(Doc("links", "a", {"n": 3}, version=version))
        assert store.get("links", "a") == second

    def test_a_write_that_changes_nothing_is_a_write(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {"n": 1}, "p1"))
        second = store.put(first)
        third = store.put(second)
        assert len({first.version, second.version, third.version}) == 3
        for old in (first, second):
            with pytest.raises(VersionError):
                store.put(old)
            with pytest.raises(VersionError):
                store.delete(old)
        assert store.get("links", "a") == third

    def test_every_way_of_reading_gives_the_document_as_it_was_written(self, store: Store) -> None:
        doc = store.put(Doc("links", "a", {"keys": ["x"], "due": NOON.isoformat(), "n": 1}, "p1"))
        assert store.get("links", "a") == doc
        head = {"due": NOON.isoformat(), "head": None}
        assert store.due("links", NOON, 1) == [replace(doc, data=head)]
        assert store.find("links", "p1", ["x"]) == [doc]
        assert store.list("links") == store.list("links", "p1") == ([doc], "")
        store.delete(store.find("links", "p1", ["x"])[0])

    def test_a_stale_write_says_what_happened_and_names_the_document(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {"title": "secret"}))
        second = store.put(first)
        with pytest.raises(VersionError, match=r"^links/a was written since it was read$"):
            store.put(first)
        with pytest.raises(VersionError, match=r"^links/a was written since it was read$"):
            store.delete(first)
        store.delete(second)
        with pytest.raises(VersionError, match=r"^links/a was deleted since it was read$"):
            store.put(second)

    def test_what_was_deleted_is_not_written_by_an_old_version(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {"n": 1}))
        store.delete(first)
        with pytest.raises(VersionError):
            store.put(first)
        assert store.get("links", "a") is None

    def test_a_version_never_comes_back(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {"n": 1}))
        store.delete(first)
        again = store.put(Doc("links", "a", {"n": 1}))
        assert again.version != first.version
        with pytest.raises(VersionError):
            store.put(first)
        with pytest.raises(VersionError):
            store.delete(first)
        assert store.get("links", "a") == again

    def test_a_deletion_needs_the_version_that_is_there(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {"n": 1}))
        second = store.put(replace(first, data={"n": 2}))
        for version in (first.version, ""):
            with pytest.raises(VersionError):
                store.delete(replace(first, version=version))
        assert store.get("links", "a") == second
        store.delete(second)
        assert store.get("links", "a") is None

    def test_deleting_what_is_gone_is_done(self, store: Store) -> None:
        first = store.put(Doc("links", "a", {}))
        store.delete(first)
        store.delete(first)
        store.delete(Doc("links", "b", {}))

    def test_a_refused_write_leaves_what_can_be_looked_up(self, store: Store) -> None:
        store.put(Doc("links", "a", {"keys": ["x"], "due": NOON.isoformat()}, "p1"))
        with pytest.raises(VersionError):
            store.put(Doc("links", "a", {"keys": ["y"]}, "p1"))
        assert keys_of(store.find("links", "p1", ["x", "y"])) == ["a"]
        assert keys_of(store.find("links", "p1", ["y"])) == []
        assert keys_of(store.due("links", NOON, 10)) == ["a"]

    def test_due_gives_what_is_due_oldest_first_up_to_the_limit(self, store: Store) -> None:
        for key, at in (("late", NOON), ("half", NOON - HALF), ("early", NOON - 2 * HALF), ("next", NOON + HALF)):
            store.put(Doc("cursors", key, {"due": at.isoformat()}))
        store.put(Doc("cursors", "never", {}))
        store.put(Doc("cursors", "nothing", {"due": None}))
        store.put(Doc("other", "elsewhere", {"due": NOON.isoformat()}))
        assert keys_of(store.due("cursors", NOON, 10)) == ["early", "half", "late"]
        assert keys_of(store.due("cursors", NOON, 2)) == ["early", "half"]
        assert keys_of(store.due("cursors", NOON, 0)) == []
        assert keys_of(store.due("cursors", NOON - 3 * HALF, 10)) == []
        assert keys_of(store.due("cursors", NOON.astimezone(timezone(timedelta(hours=5))), 10)) == [
            "early",
            "half",
            "late",
        ]

    def test_what_is_due_comes_with_its_head_alone_and_can_be_written_and_deleted(self, store: Store) -> None:
        head = {"pair": "ana", "interval": 10.5, "more": {"list": [1, None]}}
        due = NOON.isoformat()
        for key, more in (("a", {"head": head}), ("b", {}), ("c", {"head": None})):
            store.put(Doc("cursors", key, {"schema": 1, "due": due, "long": "x" * 10_000, **more}, f"pair of {key}"))
        found = store.due("cursors", NOON, 10)
        assert [(doc.key, doc.pair, doc.data) for doc in found] == [
            ("a", "pair of a", {"due": due, "head": head}),
            ("b", "pair of b", {"due": due, "head": None}),
            ("c", "pair of c", {"due": due, "head": None}),
        ]
        store.put(Doc("cursors", "a", {"due": None}, version=found[0].version))
        store.delete(found[1])
        assert keys_of(store.due("cursors", NOON, 10)) == ["c"]

    def test_due_follows_the_document(self, store: Store) -> None:
        doc = store.put(Doc("cursors", "a", {"due": NOON.isoformat()}))
        doc = store.put(replace(doc, data={"due": (NOON + HALF).isoformat()}))
        assert keys_of(store.due("cursors", NOON, 10)) == []
        assert keys_of(store.due("cursors", NOON + HALF, 10)) == ["a"]
        store.delete(doc)
        assert keys_of(store.due("cursors", NOON + HALF, 10)) == []

    @pytest.mark.parametrize(
        "due", ["2026-11-02", "2026-11-02T12:00:00", "2026-11-02T12:00:00Z", "2026-11-02T13:00:00+01:00", "soon", 7]
    )
    def test_a_due_whose_text_would_not_sort_is_refused(self, store: Store, due: Any) -> None:
        with pytest.raises(ValueError, match="due"):
            store.put(Doc("cursors", "a", {"due": due}))
        assert store.get("cursors", "a") is None

    def test_find_gives_each_document_of_the_pair_once(self, store: Store) -> None:
        store.put(Doc("links", "b", {"keys": ["x", "y", "x"]}, "p1"))
        store.put(Doc("links", "a", {"keys": ["y"]}, "p1"))
        store.put(Doc("links", "c", {"keys": ["z"]}, "p1"))
        store.put(Doc("links", "d", {"keys": ["x"]}, "p2"))
        store.put(Doc("links", "e", {}, "p1"))
        store.put(Doc("other", "f", {"keys": ["x"]}, "p1"))
        assert sorted(keys_of(store.find("links", "p1", ["x", "y", "x", "none"]))) == ["a", "b"]
        assert keys_of(store.find("links", "p2", ["x"])) == ["d"]
        assert keys_of(store.find("links", "p1", ["X"])) == []
        assert keys_of(store.find("links", "p1", [])) == []

    def test_find_takes_thirty_values_and_refuses_more(self, store: Store) -> None:
        store.put(Doc("links", "a", {"keys": ["k29"]}, "p1"))
        thirty = [f"k{number}" for number in range(30)]
        assert keys_of(store.find("links", "p1", thirty)) == ["a"]
        with pytest.raises(ValueError, match="30"):
            store.find("links", "p1", [*thirty, "k30"])

    def test_find_follows_the_document(self, store: Store) -> None:
        doc = store.put(Doc("links", "a", {"keys": ["old"]}, "p1"))
        doc = store.put(replace(doc, data={"keys": ["new"]}, pair="p2"))
        assert keys_of(store.find("links", "p1", ["old", "new"])) == []
        assert keys_of(store.find("links", "p2", ["old"])) == []
        assert store.find("links", "p2", ["new"]) == [doc]
        store.delete(doc)
        assert keys_of(store.find("links", "p2", ["new"])) == []

    @pytest.mark.parametrize("keys", ["x", [1], {"x": 1}, None])
    def test_keys_that_are_no_list_of_texts_are_refused(self, store: Store, keys: Any) -> None:
        with pytest.raises(ValueError, match="keys"):
            store.put(Doc("links", "a", {"keys": keys}))

    def test_a_list_gives_all_documents_page_by_page_in_key_order(self, store: Store) -> None:
        names = [f"k{number:04}" for number in range(700)]
        for name in reversed(names):
            store.put(Doc("links", name, {}, "even" if name[-1] in "02468" else "odd"))
        store.put(Doc("other", "k", {}, "even"))
        assert everything(store, "links") == names
        assert everything(store, "links", "odd") == names[1::2]
        assert everything(store, "links", "none") == []
        assert everything(store, "links", "") == []

    def test_a_list_goes_on_while_documents_come_and_go(self, store: Store) -> None:
        for number in range(600):
            store.put(Doc("links", f"k{number:04}", {}))
        first, page = store.list("links")
        assert page
        gone = store.get("links", first[-1].key)
        assert gone
        store.delete(gone)
        store.put(Doc("links", "k0000x", {}))
        rest: list[str] = []
        while page:
            docs, page = store.list("links", None, page)
            rest += keys_of(docs)
        assert keys_of(first) + rest == [f"k{number:04}" for number in range(600)]

    def test_keys_are_ordered_as_their_bytes_are(self, store: Store) -> None:
        for key in ("é", "a", "Z", "a b", "🗓", "\uff41"):
            store.put(Doc("links", key, {}))
        assert everything(store, "links") == ["Z", "a", "a b", "é", "\uff41", "🗓"]

    def test_drop_deletes_what_belongs_to_the_pair_and_nothing_else(self, store: Store) -> None:
        for collection in ("links", "cursors"):
            for pair in ("p1", "p2", ""):
                store.put(Doc(collection, f"of {pair}", {"keys": ["x"]}, pair))
        store.drop("p1")
        store.drop("p1")
        assert everything(store, "links") == everything(store, "cursors") == ["of ", "of p2"]
        assert keys_of(store.find("links", "p1", ["x"])) == []
        with pytest.raises(ValueError, match="pair"):
            store.drop("")
        assert everything(store, "links") == ["of ", "of p2"]

    def test_drop_deletes_more_than_a_page(self, store: Store) -> None:
        for number in range(650):
            store.put(Doc("links", f"k{number:04}", {}, "p1" if number % 10 else "p2"))
        store.drop("p1")
        assert everything(store, "links") == [f"k{number:04}" for number in range(0, 650, 10)]

    @pytest.mark.parametrize(
        "value",
        [
            NOON,
            b"bytes",
            {1, 2},
            (1, 2),
            float("nan"),
            float("inf"),
            2**63,
            "\ud800",
            {1: "x"},
            {"": 1},
            {"\ud800": 1},
            {"__x__": 1},
            {"x" * 1501: 1},
            [[1]],
            Ellipsis,
        ],
        ids=repr,
    )
    def test_what_is_no_plain_value_is_refused(self, store: Store, value: Any) -> None:
        with pytest.raises(ValueError, match=r"."):
            store.put(Doc("links", "a", {"value": value}))
        assert store.get("links", "a") is None

    def test_what_is_no_map_is_refused(self, store: Store) -> None:
        with pytest.raises(ValueError, match="dict"):
            store.put(Doc("links", "a", []))  # type: ignore[arg-type]

    def test_values_stand_twenty_deep_and_no_deeper(self, store: Store) -> None:
        deep: dict[str, Any] = {}
        for _ in range(19):
            deep = {"in": deep}
        assert store.put(Doc("links", "a", deep)).data == deep
        with pytest.raises(ValueError, match="deep"):
            store.put(Doc("links", "b", {"in": {"in": deep}}))

    def test_a_large_document_is_stored_and_a_larger_one_refused(self, store: Store) -> None:
        large = {"text": "x" * 900_000}
        assert store.put(Doc("cursors", "a", large)).data == large
        with pytest.raises(StoreError, match="cursors/b is too large"):
            store.put(Doc("cursors", "b", {"text": "é" * 550_000}))
        assert store.get("cursors", "b") is None

    @pytest.mark.parametrize("name", ["", ".", "..", "a/b", "__x__", "x" * 1501, "\ud800"])
    def test_names_no_store_can_hold_are_refused(self, store: Store, name: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            store.put(Doc("links", name, {}))
        with pytest.raises(ValueError, match=r"."):
            store.put(Doc(name, "a", {}))
        assert store.get("links", name) is None
        assert store.get(name, "a") is None
        store.delete(Doc("links", name, {}))

    @pytest.mark.parametrize("pair", ["x" * 1501, "\ud800"])
    def test_pairs_no_store_can_look_up_are_refused(self, store: Store, pair: str) -> None:
        with pytest.raises(ValueError, match=r"."):
            store.put(Doc("links", "a", {}, pair))
        assert store.get("links", "a") is None

    def test_thousands_of_keys_count_as_part_of_the_document(self, store: Store) -> None:
        many = [f"{number:05}" for number in range(25_000)]
        assert store.put(Doc("links", "a", {"keys": many[:24_000]}, "p1")).data["keys"][-1] == "23999"
        assert keys_of(store.find("links", "p1", ["23999"])) == ["a"]
        with pytest.raises(StoreError, match="links/b is too large"):
            store.put(Doc("links", "b", {"keys": many}, "p1"))
