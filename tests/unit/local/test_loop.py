"""The loop of one machine, step by step in a time moved by hand; and once with its own threads and bell."""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from calpair.local.loop import Loop

START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


class Bench:
    """A loop whose time stands still unless it waits, and whose jobs run when the test says so."""

    def __init__(self, workers: int = 4, group: Callable[[str], str] = str) -> None:
        self.time = START
        self.jobs: list[Callable[[], None]] = []
        self.looked: list[tuple[str, float]] = []
        self.waits: list[float] = []
        self.answers: dict[str, list[datetime]] = {}
        """What the work answers for a pair, one look after the other; then None."""
        self.failing: dict[str, BaseException] = {}
        self.loop = Loop(self.work, lambda: self.time, self.wait, workers, group=group, start=self.jobs.append)

    def work(self, pair: str) -> datetime | None:
        self.looked.append((pair, (self.time - START).total_seconds()))
        if pair in self.failing:
            raise self.failing[pair]
        answers = self.answers.get(pair)
        return answers.pop(0) if answers else None

    def wait(self, seconds: float) -> bool:
        self.waits.append(seconds)
        if self.jobs:
            return True
        self.time += timedelta(seconds=seconds)
        return False

    def end_first(self) -> None:
        self.jobs.pop(0)()

    def settle(self) -> None:
        """One step, and everything it started."""
        self.loop.step()
        while self.jobs:
            self.end_first()

    def until(self, seconds: float) -> list[tuple[str, float]]:
        """Steps up to that time; what was looked at since the last call, and when."""
        while self.time < after(seconds):
            self.settle()
        looked, self.looked = self.looked, []
        return looked


def test_at_start_every_pair_is_due_in_the_order_given() -> None:
    bench = Bench()
    bench.loop.start(["c", "a", "b"])
    bench.settle()
    assert bench.looked == [("c", 0), ("a", 0), ("b", 0)]


def test_a_pair_is_looked_at_again_when_its_work_said() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    bench.answers["a"] = [after(10), after(25)]
    assert bench.until(20) == [("a", 0), ("a", 10)]
    assert bench.until(30) == [("a", 25)]


def test_a_pair_whose_work_names_no_time_is_looked_at_only_when_nudged() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    assert bench.until(1000) == [("a", 0)]
    bench.loop.nudge("a", bench.time)
    bench.settle()
    assert [pair for pair, _ in bench.looked] == ["a"]


def test_a_nudge_brings_a_pair_forward_and_never_back() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    bench.answers["a"] = [after(50)]
    bench.settle()
    bench.loop.nudge("a", after(55))
    bench.loop.nudge("a", after(7))
    bench.loop.nudge("a", after(30))
    assert bench.until(200) == [("a", 0), ("a", 7)]


def test_nudges_while_a_pair_is_looked_at_lead_to_exactly_one_look_more() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    bench.loop.step()
    for _ in range(5):
        bench.loop.nudge("a", bench.time)
    bench.loop.step()
    assert len(bench.jobs) == 1
    assert bench.until(300) == [("a", 0), ("a", 0)]


def test_a_nudge_for_later_while_a_pair_is_looked_at_gives_way_to_an_earlier_wish() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    bench.loop.step()
    bench.loop.nudge("a", after(20))
    bench.answers["a"] = [after(10)]
    bench.end_first()
    assert bench.until(100) == [("a", 0), ("a", 10)]


def test_no_more_pairs_are_looked_at_at_once_than_there_are_workers() -> None:
    bench = Bench(workers=2)
    bench.loop.start(["a", "b", "c"])
    bench.loop.step()
    assert len(bench.jobs) == 2
    bench.end_first()
    bench.loop.step()
    assert len(bench.jobs) == 2
    bench.settle()
    assert bench.looked == [("a", 0), ("b", 0), ("c", 0)]


def test_one_slow_pair_never_holds_the_others() -> None:
    bench = Bench(workers=2)
    bench.loop.start(["slow"])
    bench.loop.step()
    slow = bench.jobs.pop()
    bench.loop.start(["a", "b"])
    bench.loop.nudge("slow", bench.time)
    bench.answers = {"a": [after(10)], "b": [after(20)]}
    assert bench.until(100) == [("a", 0), ("b", 0), ("a", 10), ("b", 20)]
    slow()
    bench.settle()
    assert [pair for pair, _ in bench.looked] == ["slow", "slow"]


def test_one_slow_group_takes_at_most_half_of_the_workers() -> None:
    bench = Bench(workers=4, group=lambda pair: pair[0])
    bench.loop.start(["x1", "x2", "x3", "x4", "y1"])
    bench.loop.step()
    stuck, others = bench.jobs[:2], bench.jobs[2:]
    assert len(others) == 1
    bench.jobs.clear()
    others[0]()
    assert bench.looked == [("y1", 0)]
    bench.loop.nudge("y1", after(5))
    bench.until(10)
    stuck[0]()
    bench.settle()
    bench.settle()
    assert [pair for pair, _ in bench.looked] == ["x1", "x3", "x4"]
    stuck[1]()
    assert [pair for pair, _ in bench.looked] == ["x1", "x3", "x4", "x2"]


def test_what_waits_for_a_worker_does_not_keep_the_loop_awake() -> None:
    bench = Bench(workers=1)
    bench.loop.start(["a", "b"])
    bench.loop.nudge("c", after(20))
    bench.loop.step()
    bench.loop.step()
    assert bench.waits == [20, 20]


def test_an_idle_loop_reads_the_clock_once_a_minute() -> None:
    bench = Bench()
    bench.loop.step()
    bench.loop.nudge("a", after(600))
    bench.loop.step()
    assert bench.waits == [60, 60]


def test_work_that_fails_is_told_by_its_class_and_tried_again_after_a_growing_delay(
    caplog: pytest.LogCaptureFixture,
) -> None:
    bench = Bench()
    bench.failing["a"] = ValueError("Lunch with Bob")
    bench.loop.start(["a"])
    with caplog.at_level(logging.ERROR):
        looked = bench.until(4000)
    assert [at for _, at in looked] == [0, 10, 30, 70, 150, 310, 630, 1270, 2170, 3070, 3970]
    assert {record.getMessage() for record in caplog.records} == {
        "a: the work ended with ValueError; it is tried again"
    }
    assert "Lunch" not in caplog.text


def test_no_nudge_shortens_the_delay_after_a_failure_and_a_success_ends_it() -> None:
    bench = Bench()
    bench.failing["a"] = ValueError()
    bench.loop.start(["a"])
    bench.settle()
    bench.loop.nudge("a", after(1))
    del bench.failing["a"]
    assert bench.until(100) == [("a", 0), ("a", 10)]
    bench.failing["a"] = ValueError()
    first = (bench.time - START).total_seconds()
    bench.loop.nudge("a", bench.time)
    assert bench.until(first + 15) == [("a", first), ("a", first + 10)]


def test_a_failing_pair_never_stops_the_others() -> None:
    bench = Bench(workers=1)
    bench.failing["a"] = ValueError()
    bench.loop.start(["a", "b"])
    assert ("b", 0) in bench.until(5)


def test_a_forgotten_pair_is_looked_at_no_more_until_it_is_nudged() -> None:
    bench = Bench()
    bench.loop.start(["a", "b"])
    bench.loop.forget("a")
    bench.answers["b"] = [after(5)]
    bench.loop.step()
    bench.loop.nudge("b", after(3))
    bench.loop.forget("b")
    bench.end_first()
    assert bench.until(100) == [("b", 0)]
    bench.loop.nudge("a", bench.time)
    bench.settle()
    assert [pair for pair, _ in bench.looked] == ["a"]


def test_a_nudge_takes_a_forgotten_pair_back_while_it_is_looked_at() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    bench.loop.step()
    bench.loop.forget("a")
    bench.loop.nudge("a", bench.time)
    bench.end_first()
    bench.settle()
    assert bench.looked == [("a", 0), ("a", 0)]


def test_a_stopped_loop_begins_nothing_and_waits_for_what_is_under_way() -> None:
    bench = Bench()
    bench.loop.start(["a"])
    bench.loop.step()
    bench.loop.nudge("b", bench.time)
    bench.loop.stop()
    bench.loop.run()
    assert bench.loop.stopping
    bench.loop.step()
    assert len(bench.jobs) == 1
    job = bench.jobs.pop()
    assert not bench.loop.finish(30)
    assert bench.time >= after(30)
    job()
    assert bench.loop.finish(30)


class Crash(BaseException):
    pass


def test_what_is_no_ordinary_error_ends_the_loop() -> None:
    bench = Bench()
    bench.failing["a"] = Crash()
    bench.loop.start(["a"])
    bench.settle()
    with pytest.raises(Crash):
        bench.loop.run()


def test_with_threads_of_its_own_it_looks_nudges_and_stops() -> None:
    looked: list[str] = []
    enough = threading.Event()
    release = threading.Event()

    def work(pair: str) -> None:
        if pair == "slow":
            release.wait(30)
        looked.append(pair)
        if looked.count("b") == 3:
            enough.set()
        elif pair == "b":
            loop.nudge("b", datetime.now(UTC))

    loop = Loop(work, lambda: datetime.now(UTC), workers=2)
    loop.start(["slow", "b"])
    runner = threading.Thread(target=loop.run)
    runner.start()
    assert enough.wait(30)
    assert looked == ["b", "b", "b"]
    loop.stop()
    runner.join(30)
    assert not runner.is_alive()
    assert not loop.finish(0.001)
    release.set()
    assert loop.finish(30)
    assert looked == ["b", "b", "b", "slow"]
