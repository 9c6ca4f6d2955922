"""Tokens in hand: how long one serves, whose is fetched, and that no two are fetched for one user at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event, Lock

import pytest

from calpair.google.tokens import Token, Tokens
from simulators.clock import ManualClock


class Counter:
    """Gives tokens that last an hour, numbered."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.count = 0
        self._lock = Lock()

    def __call__(self) -> Token:
        with self._lock:
            self.count += 1
            return Token(f"T{self.count}", self.clock.now() + timedelta(hours=1))


def test_a_token_serves_until_four_minutes_before_its_end() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now)
    assert tokens.get("ana", fetch).text == "T1"
    clock.advance(timedelta(minutes=55, seconds=59))
    assert tokens.get("ana", fetch).text == "T1"
    clock.advance(timedelta(seconds=1))
    assert tokens.get("ana", fetch).text == "T2"


def test_each_name_has_its_own() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now)
    assert [tokens.get(name, fetch).text for name in ("ana", "ben", "ana")] == ["T1", "T2", "T1"]


def test_one_whose_end_nobody_knows_serves_on() -> None:
    assert Token("T").good(ManualClock().now())


def test_one_that_was_refused_is_fetched_anew_and_one_that_replaced_it_stays() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now)
    first = tokens.get("ana", fetch)
    tokens.drop("ana", first)
    second = tokens.get("ana", fetch)
    # Another thread was refused with the first as well, and says so late.
    tokens.drop("ana", first)
    assert tokens.get("ana", fetch) is second
    assert fetch.count == 2


def test_a_failure_is_not_remembered() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now)

    def fail() -> Token:
        raise TimeoutError

    with pytest.raises(TimeoutError):
        tokens.get("ana", fail)
    assert tokens.get("ana", fetch).text == "T1"


def test_beyond_the_most_the_one_longest_unused_is_forgotten() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now, most=3)
    for name in ("ana", "ben", "cleo", "ana", "dora"):
        tokens.get(name, fetch)
    assert fetch.count == 4
    for name in ("ana", "cleo", "dora"):
        tokens.get(name, fetch)
    assert fetch.count == 4
    tokens.get("ben", fetch)
    assert fetch.count == 5


def test_five_hundred_are_kept() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now)
    for _ in range(2):
        for number in range(500):
            tokens.get(f"user{number}", fetch)
    assert fetch.count == 500


def test_threads_that_want_one_users_token_wait_for_one_fetch() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now)
    begun, go = Event(), Event()

    def slow() -> Token:
        begun.set()
        assert go.wait(10)
        return fetch()

    with ThreadPoolExecutor(8) as threads:
        waiting = [threads.submit(tokens.get, "ana", slow) for _ in range(8)]
        assert begun.wait(10)
        # Another user's is not held up.
        assert tokens.get("ben", Counter(clock)).text == "T1"
        go.set()
        assert {one.result().text for one in waiting} == {"T1"}
    assert fetch.count == 1


def test_one_that_is_being_fetched_is_not_forgotten_meanwhile() -> None:
    clock = ManualClock()
    fetch, tokens = Counter(clock), Tokens(clock.now, most=1)
    begun, go = Event(), Event()

    def slow() -> Token:
        begun.set()
        assert go.wait(10)
        return fetch()

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(tokens.get, "ana", slow)
        assert begun.wait(10)
        tokens.get("ben", Counter(clock))
        second = threads.submit(tokens.get, "ana", fetch)
        go.set()
        assert first.result() is second.result()
    assert fetch.count == 1


def test_a_token_shows_nothing_of_itself() -> None:
    clock = ManualClock()
    tokens = Tokens(clock.now)
    token = tokens.get("ana", lambda: Token("hush", clock.now() + timedelta(hours=1)))
    assert "hush" not in f"{token!r} {tokens!r} {tokens.__dict__}"
