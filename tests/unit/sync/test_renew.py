"""Series that are carried singly are carried further, month by month, whether or not anything changes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from calpair.ports import Ask, Doc
from calpair.sync import renew
from unit.sync.bench import Bench
from unit.sync.fakes import FakeStore

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class Store(FakeStore):
    """A store that knows what is due, too."""

    def due(self, collection: str, now: datetime, limit: int) -> list[Doc]:
        docs = [doc for doc in self.docs.values() if doc.collection == collection]
        return [doc for doc in docs if datetime.fromisoformat(doc.data["due"]) <= now][:limit]


class Queue:
    def __init__(self) -> None:
        self.asked: list[Ask] = []

    def ask(self, asks: Sequence[Ask]) -> None:
        self.asked += asks


def test_the_horizon_moves_once_a_month_and_lies_two_years_ahead() -> None:
    assert renew.horizon(NOW) == datetime(2028, 11, 1, tzinfo=UTC)
    assert renew.horizon(NOW + timedelta(days=3)) == datetime(2028, 12, 1, tzinfo=UTC)
    assert renew.horizon(datetime(2026, 12, 31, tzinfo=UTC)) == datetime(2028, 12, 1, tzinfo=UTC)
    assert renew.horizon(datetime(2027, 1, 1, tzinfo=UTC)) == datetime(2029, 1, 1, tzinfo=UTC)


def test_renewals_are_spread_over_the_first_hours_of_the_next_month() -> None:
    due = [renew.next_month(NOW, f"pair {number}") for number in range(40)]
    assert min(due) >= datetime(2026, 12, 1, tzinfo=UTC)
    assert max(due) < datetime(2026, 12, 1, 12, tzinfo=UTC)
    assert len(set(due)) > 20
    assert renew.next_month(datetime(2026, 12, 5, tzinfo=UTC), "p").date().isoformat() == "2027-01-01"


def test_a_pair_is_asked_for_when_its_renewal_is_due_and_once() -> None:
    store, queue, pair = Store(), Queue(), Bench().pair
    renew.note(store, pair, NOW)
    assert renew.renew(store, queue, NOW - timedelta(hours=1)) == 0
    assert renew.renew(store, queue, NOW) == 1
    assert renew.renew(store, queue, NOW + timedelta(hours=1)) == 1
    first, again = queue.asked
    assert (first.pair, first.key) == (pair.name, pair.key)
    assert first.token == again.token, "within six hours it is one wish"
    assert renew.renew(store, queue, NOW + timedelta(hours=7)) == 1
    assert queue.asked[-1].token != first.token


def test_what_is_renewed_is_noted_anew_and_nothing_is_kept_where_there_is_nothing_to_renew() -> None:
    store, queue, pair = Store(), Queue(), Bench().pair
    renew.note(store, pair, NOW)
    renew.note(store, pair, NOW + timedelta(days=30))
    assert renew.renew(store, queue, NOW) == 0
    renew.note(store, pair, None)
    renew.note(store, pair, None)
    assert store.docs == {}
