"""What every queue does, as tests: subclass it beside an implementation and give the `ground` fixture a `Ground`.

The words are `ports.Queue`'s. Nothing here knows how a queue is built or who delivers.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

import pytest

from calpair.ports import Ask, Queue

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


class Ground(Protocol):
    """A queue, a clock, and the looks that came of it: the pair's name and when it was looked at."""

    queue: Queue
    looks: list[tuple[str, datetime]]

    def now(self) -> datetime: ...

    def advance(self, by: timedelta) -> None:
        """Let time pass, and everything happen that is due by then."""


class QueueContract:
    @pytest.fixture
    def ground(self) -> Ground:
        raise NotImplementedError

    def test_every_pair_asked_for_is_looked_at_and_not_before_its_time(self, ground: Ground) -> None:
        start = ground.now()
        asks = [Ask(name, f"key of {name}", start + wait, f"token-{name}") for name, wait in WAITS.items()]
        ground.queue.ask(asks)
        ground.advance(5 * MINUTE)
        assert sorted(pair for pair, _ in ground.looks) == sorted(WAITS)
        for pair, at in ground.looks:
            assert start + WAITS[pair] <= at < start + WAITS[pair] + 2 * SECOND

    def test_a_single_ask_is_as_good_as_many(self, ground: Ground) -> None:
        start = ground.now()
        ground.queue.ask([Ask("ana", "k", start + 10 * SECOND, "token-1")])
        ground.advance(9 * SECOND)
        assert ground.looks == []
        ground.advance(2 * SECOND)
        assert [pair for pair, _ in ground.looks] == ["ana"]

    def test_no_asks_are_no_trouble(self, ground: Ground) -> None:
        ground.queue.ask([])
        ground.advance(MINUTE)
        assert ground.looks == []

    def test_asks_of_one_token_are_one_look(self, ground: Ground) -> None:
        ask = Ask("ana", "k", ground.now() + 5 * SECOND, "token-1")
        ground.queue.ask([ask])
        ground.queue.ask([ask])
        ground.queue.ask([ask, Ask("ben", "k2", ask.at, "token-2")])
        ground.advance(MINUTE)
        assert sorted(pair for pair, _ in ground.looks) == ["ana", "ben"]

    def test_a_token_stays_used_after_its_look(self, ground: Ground) -> None:
        ask = Ask("ana", "k", ground.now(), "token-1")
        ground.queue.ask([ask])
        ground.advance(MINUTE)
        ground.queue.ask([replace(ask, at=ground.now() + SECOND)])
        ground.queue.ask([replace(ask, at=ground.now() + SECOND), Ask("ben", "k2", ground.now(), "token-2")])
        ground.advance(MINUTE)
        assert sorted(pair for pair, _ in ground.looks) == ["ana", "ben"]

    def test_a_batch_of_tokens_that_were_all_used_is_no_trouble(self, ground: Ground) -> None:
        asks = [Ask(name, name, ground.now(), f"token-{name}") for name in ("ana", "ben")]
        ground.queue.ask(asks)
        ground.queue.ask(asks)
        ground.advance(MINUTE)
        assert sorted(pair for pair, _ in ground.looks) == ["ana", "ben"]

    def test_asks_of_one_pair_at_several_times_are_looks_at_those_times(self, ground: Ground) -> None:
        start = ground.now()
        ground.queue.ask([Ask("ana", "k", start + wait * SECOND, f"token-{wait}") for wait in (5, 25, 45)])
        for wait, looks in ((4, 0), (24, 1), (44, 2), (60, 3)):
            ground.advance(start + wait * SECOND - ground.now())
            assert len(ground.looks) == looks

    def test_many_pairs_are_taken_at_once(self, ground: Ground) -> None:
        names = [f"pair {number:03d}" for number in range(250)]
        ground.queue.ask([Ask(name, name, ground.now(), f"token-{number}") for number, name in enumerate(names)])
        ground.advance(MINUTE)
        assert sorted(pair for pair, _ in ground.looks) == names

    def test_a_pairs_name_is_told_whatever_stands_in_it(self, ground: Ground) -> None:
        name = 'Ana "Ä" \\ 🗓 <b>/.. %41'
        ground.queue.ask([Ask(name, "k", ground.now(), "token-1")])
        ground.advance(MINUTE)
        assert [pair for pair, _ in ground.looks] == [name]


WAITS = {"now": timedelta(0), "soon": 20 * SECOND, "later": 3 * MINUTE}
