"""What was said a moment ago is not asked for again; what is too old, too much or not known is."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from calpair.busy.memory import Memory
from calpair.errors import BackOffError
from calpair.model.busy import Answer, Block, Busy, Told, Unknown
from calpair.model.pair import Domain
from simulators.clock import ManualClock
from unit.busy.ground import BUSY, END, START, Servers, domain

A, B = domain("a.test"), domain("b.test")
NAMES = ["ana@a.test", "ben@a.test"]


def later(now: datetime, **time: float) -> datetime:
    return now + timedelta(**time)


def test_a_hundred_readers_ask_a_server_once() -> None:
    servers, clock = Servers(), ManualClock()
    begin = Memory().before(servers.begin, clock.now)
    assert [begin(A, NAMES, START, END)() for _ in range(100)] == [dict.fromkeys(NAMES, BUSY)] * 100
    assert servers.asked == [("a.test", NAMES, START, END)]


def test_only_those_are_asked_about_of_whom_nothing_is_known() -> None:
    servers, clock = Servers(), ManualClock()
    begin = Memory().before(servers.begin, clock.now)
    begin(A, ["ana@a.test"], START, END)()
    assert begin(A, ["ben@a.test", "ANA@a.test"], START, END)() == {"ANA@a.test": BUSY, "ben@a.test": BUSY}
    assert [names for _, names, *_ in servers.asked] == [["ana@a.test"], ["ben@a.test"]]


def test_another_domain_or_window_is_another_question() -> None:
    servers, clock = Servers(), ManualClock()
    begin = Memory().before(servers.begin, clock.now)
    windows = [(START, END), (START, later(END, minutes=1)), (later(START, minutes=1), END)]
    for one in (A, B):
        for window in windows:
            begin(one, NAMES, *window)()
    assert [(name, start, end) for name, _, start, end in servers.asked] == [
        (name, *window) for name in ("a.test", "b.test") for window in windows
    ]


def test_after_half_a_minute_it_is_asked_for_again() -> None:
    servers, clock = Servers(), ManualClock()
    begin = Memory().before(servers.begin, clock.now)
    for seconds in (0, 29.9, 0.1, 29.9):
        clock.advance(timedelta(seconds=seconds))
        begin(A, NAMES, START, END)()
    assert len(servers.asked) == 2


def test_an_answer_of_the_future_is_none() -> None:
    memory, now = Memory(), ManualClock().now()
    memory.keep(later(now, seconds=1), "a.test", {"ana@a.test": BUSY}, START, END)
    assert memory.known(now, "a.test", NAMES, START, END) == {}


def test_what_is_to_be_asked_for_again_is_not_kept_and_what_is_known_to_be_unknown_is() -> None:
    memory, now = Memory(), ManualClock().now()
    reasons = ("not_found", "no_access", "no_data", "unavailable")
    answer: dict[str, Told] = {reason: Unknown(reason) for reason in reasons}
    memory.keep(now, "a.test", answer, START, END)
    assert list(memory.known(now, "a.test", reasons, START, END)) == ["not_found", "no_access", "no_data"]


def test_a_failure_is_not_kept_and_spoils_nothing_that_is_known() -> None:
    clock, memory = ManualClock(), Memory()
    memory.before(Servers().begin, clock.now)(A, ["ana@a.test"], START, END)()
    begin = memory.before(Servers("a.test").begin, clock.now)
    for _ in range(2):
        with pytest.raises(BackOffError):
            begin(A, NAMES, START, END)()
    assert begin(A, ["ana@a.test"], START, END)() == {"ana@a.test": BUSY}


def test_a_server_is_asked_before_it_is_waited_for() -> None:
    servers = Servers()
    Memory().before(servers.begin, ManualClock().now)(A, NAMES, START, END)
    assert (len(servers.asked), servers.waited) == (1, [])


def test_who_got_an_answer_can_change_nothing_of_what_others_get() -> None:
    memory, now = Memory(), ManualClock().now()
    memory.keep(now, "a.test", {"ana@a.test": BUSY}, START, END)
    told = memory.known(now, "a.test", ["ana@a.test"], START, END)["ana@a.test"]
    assert isinstance(told, list)
    told.clear()
    assert memory.known(now, "a.test", ["ana@a.test"], START, END) == {"ana@a.test": BUSY}


def test_only_so_much_is_kept_and_the_oldest_goes_first() -> None:
    memory, now = Memory(most=6), ManualClock().now()
    names = [f"{number}@a.test" for number in range(4)]
    for seconds, name in enumerate(names):
        memory.keep(later(now, seconds=seconds), "a.test", {name: BUSY}, START, END)
    # Each weighs two.
    assert list(memory.known(later(now, seconds=4), "a.test", names, START, END)) == names[1:]
    memory.keep(later(now, seconds=5), "a.test", {names[1]: BUSY}, START, END)
    memory.keep(later(now, seconds=6), "a.test", {"new@a.test": []}, START, END)
    assert list(memory.known(later(now, seconds=6), "a.test", [*names, "new@a.test"], START, END)) == [
        names[1],
        names[3],
        "new@a.test",
    ]


def test_an_answer_that_is_too_much_by_itself_is_not_kept() -> None:
    memory, now = Memory(most=3), ManualClock().now()
    blocks = [Block(later(START, hours=hour), later(START, hours=hour + 1), Busy.BUSY) for hour in range(3)]
    memory.keep(now, "a.test", {"ana@a.test": blocks, "ben@a.test": []}, START, END)
    assert list(memory.known(now, "a.test", NAMES, START, END)) == ["ben@a.test"]


def test_what_is_too_old_is_forgotten_by_the_next_answer() -> None:
    memory, now = Memory(most=2), ManualClock().now()
    for seconds in (0, 31, 62):
        memory.keep(later(now, seconds=seconds), "a.test", {f"{seconds}@a.test": BUSY}, START, END)
        assert len(memory._kept) == 1


def test_threads_may_share_it() -> None:
    clock, memory = ManualClock(), Memory(most=50)

    def begin(_: Domain, names: Sequence[str], __: datetime, ___: datetime) -> Callable[[], Answer]:
        return lambda: dict.fromkeys(names, BUSY)

    def read(number: int) -> bool:
        names = [f"{(number * 7 + more) % 60}@a.test" for more in range(10)]
        return memory.before(begin, clock.now)(A, names, START, END)() == dict.fromkeys(names, BUSY)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(read, range(400)))
    assert memory._weight == 2 * len(memory._kept) <= 50
