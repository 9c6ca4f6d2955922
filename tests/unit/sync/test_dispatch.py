"""Who is asked for at a tick: what is due, once a cause; and pairs that are wanted once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from calpair.errors import BackOffError
from calpair.local.store import SqliteStore
from calpair.model.pair import Pair
from calpair.ports import Ask
from calpair.sync.book import approve, expect, leave_alone, postpone
from calpair.sync.cursors import CURSORS, Held, from_doc, to_doc
from calpair.sync.dispatch import dispatch, nudge
from calpair.sync.wanted import WANTED, take, want

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@dataclass
class HonestQueue:
    """Takes each token once."""

    asks: list[Ask] = field(default_factory=list)
    refuses: bool = False

    def ask(self, asks: Sequence[Ask]) -> None:
        if self.refuses:
            raise BackOffError("unavailable")
        known = {ask.token for ask in self.asks}
        self.asks += [ask for ask in asks if ask.token not in known]

    def taken(self) -> list[tuple[str, datetime]]:
        asks, self.asks = self.asks, []
        return sorted((ask.pair, ask.at) for ask in asks)


@pytest.fixture
def store() -> Iterator[SqliteStore]:
    opened = SqliteStore(":memory:", lambda: NOON)
    yield opened
    opened.close()


def pair(name: str, interval: timedelta = 5 * MINUTE) -> Pair:
    return Pair(name, "a.test", f"{name}@a.test", f"{name}@g.test", f"{name}@g.test", interval=interval)


def test_pairs_due_before_the_next_tick_are_asked_for_each_at_its_time(store: SqliteStore) -> None:
    queue = HonestQueue()
    for name, at in (
        ("overdue", NOON - MINUTE),
        ("soon", NOON + 40 * SECOND),
        ("later", NOON + MINUTE),
        ("never", None),
    ):
        postpone(store, pair(name), at)
    assert dispatch(store, queue, NOON) == 2
    assert queue.taken() == [("overdue", NOON), ("soon", NOON + 40 * SECOND)]


def test_a_tick_that_comes_twice_asks_once(store: SqliteStore) -> None:
    queue = HonestQueue()
    postpone(store, pair("ana"), NOON + 10 * SECOND)
    postpone(store, pair("late"), NOON - MINUTE)
    dispatch(store, queue, NOON)
    dispatch(store, queue, NOON + SECOND)
    assert len(queue.asks) == 2


def test_a_pair_that_stays_due_is_asked_for_every_ten_minutes(store: SqliteStore) -> None:
    queue = HonestQueue()
    postpone(store, pair("ana", interval=timedelta(hours=1)), NOON)
    for minutes in range(31):
        dispatch(store, queue, NOON + minutes * MINUTE)
    assert queue.taken() == [("ana", NOON + minutes * MINUTE) for minutes in (0, 10, 20, 30)]


def test_a_pair_looked_at_more_often_than_the_tick_gets_all_its_looks_of_the_tick(store: SqliteStore) -> None:
    queue = HonestQueue()
    postpone(store, pair("ana", interval=20 * SECOND), NOON + 5 * SECOND)
    dispatch(store, queue, NOON)
    dispatch(store, queue, NOON)
    assert queue.taken() == [("ana", NOON + seconds * SECOND) for seconds in (5, 25, 45)]


def test_a_pair_wanted_once_more_is_asked_for_once_and_then_no_more(store: SqliteStore) -> None:
    queue = HonestQueue()
    want(store, pair("ana"), NOON)
    want(store, pair("ana"), NOON + SECOND)
    dispatch(store, queue, NOON)
    assert queue.taken() == [("ana", NOON)]
    dispatch(store, queue, NOON + MINUTE)
    assert queue.taken() == []
    want(store, pair("ana"), NOON + MINUTE)
    dispatch(store, queue, NOON + MINUTE)
    assert queue.taken() == [("ana", NOON + MINUTE)]


def test_whoever_takes_a_wish_is_the_only_one(store: SqliteStore) -> None:
    ana = pair("ana")
    assert take(store, ana.key) is False
    want(store, ana, NOON)
    assert take(store, ana.key) is True
    assert take(store, ana.key) is False
    queue = HonestQueue()
    assert dispatch(store, queue, NOON + MINUTE) == 0


def test_a_wish_the_queue_did_not_take_stays(store: SqliteStore) -> None:
    want(store, pair("ana"), NOON)
    with pytest.raises(BackOffError):
        dispatch(store, HonestQueue(refuses=True), NOON)
    assert store.get(WANTED, pair("ana").key) is not None
    queue = HonestQueue()
    dispatch(store, queue, NOON + MINUTE)
    assert queue.taken() == [("ana", NOON + MINUTE)]


def test_nudges_within_five_seconds_are_one_look_at_their_end() -> None:
    queue, ana, ben = HonestQueue(), pair("ana"), pair("ben")
    for tenths in (0, 13, 49):
        nudge(queue, [ana], NOON + timedelta(milliseconds=100 * tenths))
    nudge(queue, [ana, ben], NOON)
    assert queue.taken() == [("ana", NOON + 5 * SECOND), ("ben", NOON + 5 * SECOND)]
    nudge(queue, [ana], NOON + 5 * SECOND)
    assert queue.taken() == [("ana", NOON + 10 * SECOND)]


def test_a_nudge_of_a_pair_is_none_of_the_pair_whose_place_it_takes() -> None:
    queue, ana = HonestQueue(), pair("ana")
    nudge(queue, [ana], NOON)
    nudge(queue, [replace(ana, name="anna")], NOON)
    assert [ask.pair for ask in queue.asks] == ["ana", "anna"]
    assert [(ask.key, ask.changed) for ask in queue.asks] == [(ana.key, True)] * 2


def test_a_pair_is_expected_where_nobody_would_look_at_it(store: SqliteStore) -> None:
    queue, ana = HonestQueue(), pair("ana")
    assert expect(store, ana, NOON + 10 * MINUTE)
    assert not expect(store, ana, NOON + MINUTE)
    assert dispatch(store, queue, NOON + 8 * MINUTE) == 0
    assert dispatch(store, queue, NOON + 9 * MINUTE + SECOND) == 1
    leave_alone(store, ana.key, "ana")
    assert expect(store, ana, NOON)
    doc = store.get("cursors", ana.key)
    assert doc is not None
    held = {"kind": "deletions", "since": NOON.isoformat(), "links": [], "approved": False}
    store.put(replace(doc, data={**doc.data, "held": held, "due": None}))
    assert not expect(store, ana, NOON), "it waits for a person"


def test_what_was_asked_for_again_later_has_another_token(store: SqliteStore) -> None:
    queue = HonestQueue()
    postpone(store, pair("ana"), NOON)
    dispatch(store, queue, NOON)
    postpone(store, pair("ana"), NOON + MINUTE)
    dispatch(store, queue, NOON + MINUTE)
    assert queue.taken() == [("ana", NOON), ("ana", NOON + MINUTE)]


def test_a_pair_that_waits_for_a_person_is_not_brought_back_by_an_error(store: SqliteStore) -> None:
    ana = pair("ana")
    postpone(store, ana, NOON)
    doc = store.get(CURSORS, ana.key)
    assert doc
    held = replace(from_doc(doc), held=Held("deletions", NOON, ("k1",)), due=None)
    store.put(to_doc(held, doc.version))
    postpone(store, ana, NOON + MINUTE)
    assert dispatch(store, HonestQueue(), NOON + 5 * MINUTE) == 0
    approve(store, ana, (), NOON + 5 * MINUTE)
    postpone(store, ana, NOON + 6 * MINUTE)
    assert dispatch(store, HonestQueue(), NOON + 6 * MINUTE) == 1
