"""What every store does when many hands write at once: exactly one wins, and the others are told."""

import threading
from dataclasses import replace
from typing import Any

import pytest

from calpair.errors import StoreError, VersionError
from calpair.ports import Doc, Store
from contracts.store_contract import everything


class Races:
    @pytest.fixture
    def store(self) -> Store:
        raise NotImplementedError

    def test_of_many_writers_with_one_version_exactly_one_wins(self, store: Store) -> None:
        base = store.put(Doc("cursors", "a", {"by": -1}))
        outcomes = in_threads(8, lambda number: store.put(replace(base, data={"by": number})))
        (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Doc)]
        assert sum(isinstance(outcome, VersionError) for outcome in outcomes) == 7
        assert store.get("cursors", "a") == winner

    def test_of_many_writers_of_what_stands_there_exactly_one_wins(self, store: Store) -> None:
        base = store.put(Doc("cursors", "a", {"by": "nobody"}))
        outcomes = in_threads(8, lambda _: store.put(base))
        (winner,) = [outcome for outcome in outcomes if isinstance(outcome, Doc)]
        assert sum(isinstance(outcome, VersionError) for outcome in outcomes) == 7
        assert store.get("cursors", "a") == winner

    def test_of_many_first_writers_exactly_one_wins(self, store: Store) -> None:
        outcomes = in_threads(8, lambda number: store.put(Doc("cursors", "a", {"by": number})))
        assert sum(isinstance(outcome, Doc) for outcome in outcomes) == 1
        assert sum(isinstance(outcome, VersionError) for outcome in outcomes) == 7

    def test_of_writers_and_deleters_one_kind_wins(self, store: Store) -> None:
        for round_ in range(10):
            base = store.put(Doc("cursors", f"a{round_}", {"by": -1}))

            def work(number: int, base: Doc = base) -> Doc | None:
                if number % 2:
                    return store.put(replace(base, data={"by": number}))
                store.delete(base)
                return None

            outcomes = in_threads(6, work)
            there = store.get("cursors", base.key)
            written = [outcome for outcome in outcomes[1::2] if isinstance(outcome, Doc)]
            if there is None:
                assert written == []
                assert outcomes[::2] == [None] * 3
            else:
                assert written == [there]
                assert all(isinstance(outcome, VersionError) for outcome in outcomes[::2])

    def test_a_count_kept_by_many_hands_loses_nothing(self, store: Store) -> None:
        store.put(Doc("cursors", "a", {"n": 0}))

        def five_times(_: int) -> None:
            done = 0
            while done < 5:
                doc = store.get("cursors", "a")
                assert doc
                try:
                    store.put(replace(doc, data={"n": doc.data["n"] + 1}))
                except VersionError:
                    continue
                done += 1

        assert in_threads(4, five_times) == [None] * 4
        assert getattr(store.get("cursors", "a"), "data", None) == {"n": 20}

    def test_writers_of_different_documents_all_win(self, store: Store) -> None:
        outcomes = in_threads(8, lambda number: [store.put(Doc("links", f"{number}.{n}", {})) for n in range(20)][-1])
        assert all(isinstance(outcome, Doc) for outcome in outcomes)
        assert len(everything(store, "links")) == 160

    def test_two_drops_at_once_are_one(self, store: Store) -> None:
        for number in range(40):
            store.put(Doc("links", f"k{number}", {}, "p1"))
        assert in_threads(4, lambda _: store.drop("p1")) == [None] * 4
        assert everything(store, "links") == []


def in_threads(count: int, work: Any) -> list[Any]:
    """Let `count` threads do their work at once; their answers or StoreErrors."""
    start = threading.Barrier(count)
    outcomes: list[Any] = [None] * count

    def run(number: int) -> None:
        start.wait()
        try:
            outcomes[number] = work(number)
        except StoreError as error:
            outcomes[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
