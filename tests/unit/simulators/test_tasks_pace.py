"""How fast a queue delivers: when its tasks are due, by its token bucket, so many at a time, and slower after 429 or 503."""

from datetime import datetime, timedelta

import pytest

from simulators.record import Fault
from simulators.tasks import Attempt, Settings
from simulators.wire import Response
from unit.simulators.tasks_world import QUEUE, SECOND, World


def seconds(attempts: list[Attempt]) -> list[float]:
    """When the attempts left, in seconds since the first, to a tenth: the clock ticks as it is read."""
    return [round((one.at - attempts[0].at).total_seconds(), 1) for one in attempts]


def test_a_task_is_delivered_at_its_time_and_not_before() -> None:
    """Types: Task.schedule_time."""
    world = World()
    due = world.clock.now() + 90 * SECOND
    world.create("a", schedule_time=due)
    assert world.stepper.until(due - SECOND) == []
    [attempt] = world.stepper.until(due)
    assert attempt.at == due
    assert world.clock.now() >= due


def test_tasks_come_in_the_order_of_their_times() -> None:
    """Ours: Google promises no order (facts 2.2), so no test of a worker may lean on this one."""
    world = World()
    now = world.clock.now()
    for name, wait in (("b", 2), ("c", 3), ("a", 1)):
        world.create(name, schedule_time=now + wait * SECOND)
    world.stepper.by(10 * SECOND)
    assert world.order() == ["a", "b", "c"]
    for name in ("z", "x", "y"):
        world.create(name, schedule_time=now + 60 * SECOND)
    world.stepper.by(100 * SECOND)
    assert world.order()[3:] == ["z", "x", "y"]


def test_the_bucket_lets_a_burst_through_then_the_rate() -> None:
    """Types: RateLimits.max_burst_size, the token bucket."""
    world = World(rate=2)
    for _ in range(7):
        world.create()
    assert seconds(world.stepper.by(10 * SECOND)) == [0, 0, 0.5, 1, 1.5, 2, 2.5]


def test_the_bucket_fills_up_again_and_no_higher_than_its_burst() -> None:
    """Types: RateLimits.max_burst_size, "continuously refilled"."""
    world = World(rate=2)
    for _ in range(2):
        for _ in range(4):
            world.create()
        assert seconds(world.stepper.by(100 * SECOND)) == [0, 0, 0.5, 1]


def test_retries_take_tokens_too() -> None:
    """Types: Queue.rate_limits, "regardless of whether the dispatch is from a first attempt or a retry"."""
    world = World(rate=0.1, backoff=(SECOND, SECOND))
    world.says(500)
    world.create()
    assert seconds(world.stepper.by(25 * SECOND)) == [0, 10, 20]


def test_no_more_are_under_way_than_allowed() -> None:
    """Types: RateLimits.max_concurrent_dispatches."""
    world = World(concurrent=2, latency=10 * SECOND)
    for _ in range(5):
        world.create()
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 0, 10, 10, 20]


@pytest.mark.parametrize("kind", ["duplicate", "duplicate_concurrent"])
def test_duplicates_count_among_those_under_way_and_leave_no_room_behind(kind: str) -> None:
    """Types: RateLimits.max_concurrent_dispatches."""
    world = World(concurrent=1, latency=10 * SECOND)
    world.simulator.plant(Fault(kind, "deliver"))
    world.create()
    world.stepper.by(60 * SECOND)
    for _ in range(3):
        world.create()
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 10, 20]


def test_a_duplicate_takes_a_token() -> None:
    """Types: RateLimits.max_burst_size, "Each time a task is dispatched, a token is removed"."""
    world = World(rate=0.1)
    world.simulator.plant(Fault("duplicate", "deliver"))
    world.create()
    world.create(schedule_time=world.clock.now() + SECOND)
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 10, 20]


def test_queues_are_served_by_the_times_of_their_tasks() -> None:
    """Ours: nothing is said of the order of queues."""
    world = World()
    world.simulator.add_queue(f"{QUEUE}-2")
    now = world.clock.now()
    for name, queue, wait in (("d", QUEUE, 4), ("a", f"{QUEUE}-2", 1), ("b", QUEUE, 2), ("c", f"{QUEUE}-2", 3)):
        world.create(name, queue=queue, schedule_time=now + wait * SECOND)
    world.stepper.by(10 * SECOND)
    assert world.order() == ["a", "b", "c", "d"]


@pytest.mark.parametrize("status", [429, 503])
def test_one_refusal_slows_the_whole_queue(status: int) -> None:
    """Types: HttpRequest, system throttling; facts 2.2 and 2.3. How much is ours: 1 s, doubled each time."""
    world = World(backoff=(timedelta(hours=1), timedelta(hours=1)))
    world.answer = lambda delivery: Response(status if delivery.task.startswith("bad") else 200)
    for name in ("bad1", "good1", "good2"):
        world.create(name)
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 1, 1]
    for name in ("bad2", "bad3", "bad4", "good3"):
        world.create(name)
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 1, 3, 7]


def test_other_failures_slow_the_failed_task_alone() -> None:
    """Types: HttpRequest, "Normally the backoff specified (...) will be used"."""
    world = World(backoff=(timedelta(hours=1), timedelta(hours=1)))
    world.answer = lambda delivery: Response(500 if delivery.task == "bad" else 200)
    for name in ("bad", "good1", "good2"):
        world.create(name)
    assert seconds(world.stepper.by(SECOND)) == [0, 0, 0]


def test_another_queue_is_not_slowed() -> None:
    """Types: HttpRequest, "reduce the queue's effective rate"."""
    world = World()
    world.simulator.add_queue(f"{QUEUE}-2")
    world.says(503, 200)
    world.create("a")
    world.stepper.due()
    world.create("b", queue=f"{QUEUE}-2")
    world.create("c")
    world.stepper.due()
    assert world.order() == ["a", "b"]


@pytest.mark.parametrize(
    ("value", "rest"),
    [("30", 30), ("Mon, 02 Nov 2026 08:00:45 GMT", 45), ("0", 1), ("soon", 1), ("-5", 1), ("99999999", 300), ("", 1)],
)
def test_retry_after_is_considered(value: str, rest: int) -> None:
    """Types: HttpRequest, "the Retry-After HTTP response header is considered"; RFC 9110, 10.2.3. The bounds are ours."""
    world = World(backoff=(SECOND, SECOND))
    rest_of = iter([Response(503, headers=(("Retry-After", value),))])
    world.answer = lambda _: next(rest_of, Response(200))
    world.create("a")
    world.create("b")
    assert seconds(world.stepper.by(600 * SECOND)) == [0, rest, rest]


def test_retry_after_of_other_answers_is_not() -> None:
    """Ours: the types speak of it with 429 and 503."""
    world = World(backoff=(SECOND, SECOND))
    rest_of = iter([Response(500, headers=(("Retry-After", "30"),))])
    world.answer = lambda _: next(rest_of, Response(200))
    world.create()
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 1]


def test_how_long_a_queue_rests_is_a_setting() -> None:
    settings = Settings(throttle_first=5 * SECOND, throttle_most=8 * SECOND)
    world = World(settings, backoff=(SECOND, SECOND))
    world.says(503, 503, 503, 200)
    world.create()
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 5, 13, 21]


def test_the_same_tasks_give_the_same_journal() -> None:
    def journal() -> list[tuple[datetime, str]]:
        world = World(rate=3, concurrent=2, latency=SECOND, backoff=(SECOND, 4 * SECOND), attempts=3)
        world.says(500, 200, 503, 200)
        for number in range(10):
            world.create(schedule_time=world.clock.now() + number % 3 * SECOND)
        world.stepper.by(60 * SECOND)
        return [(one.at, one.delivery.task) for one in world.simulator.journal]

    assert journal() == journal()
    assert len(journal()) == 12


def test_a_task_that_creates_a_task_has_it_delivered_when_due() -> None:
    """Facts 2.3: a chain of tasks that schedule themselves."""
    world = World()

    def work(_: object) -> Response:
        if len(world.seen) < 4:
            world.create(schedule_time=world.clock.now() + 10 * SECOND)
        return Response(200)

    world.answer = work
    world.create()
    assert seconds(world.stepper.by(60 * SECOND)) == [0, 10, 20, 30]
    assert world.left() == []
