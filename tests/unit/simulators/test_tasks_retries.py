"""A failed attempt is made again, later and later, until both limits of its retry configuration are reached."""

from datetime import timedelta

import pytest
from google.api_core.exceptions import NotFound

from simulators.tasks import Attempt
from unit.simulators.tasks_world import QUEUE, SECOND, World

TEN = (10 * SECOND, 300 * SECOND)
YEAR = timedelta(days=365)


def waits(attempts: list[Attempt]) -> list[float]:
    """The seconds between the end of each failed attempt and the time of the next."""
    return [(one.again - one.ended).total_seconds() for one in attempts if one.again and one.ended]


def test_waits_double_then_grow_evenly_then_stay() -> None:
    """Types: RetryConfig.max_doublings; the sequence is its own example."""
    world = World(backoff=TEN, doublings=3, attempts=9)
    world.says(500)
    world.create()
    attempts = world.stepper.by(timedelta(hours=1))
    assert waits(attempts) == [10, 20, 40, 80, 160, 240, 300, 300]
    assert [one.end for one in attempts] == ["again"] * 8 + ["given up"]
    assert world.left() == []


@pytest.mark.parametrize("status", [300, 301, 400, 404, 409, 500, 502])
def test_whatever_is_not_2xx_has_failed(status: int) -> None:
    """Types: HttpRequest, "any other HTTP response code"; redirects are not followed here."""
    world = World(backoff=TEN)
    world.says(status, 204)
    world.create()
    attempts = world.stepper.by(60 * SECOND)
    assert [(one.status, one.end) for one in attempts] == [(status, "again"), (204, "done")]


def test_no_answer_has_failed_too() -> None:
    """Types: HttpRequest, "or no response is received"."""
    world = World(backoff=TEN, attempts=2)

    def silent(_: object) -> None:
        raise ConnectionResetError

    world.answer = silent  # type: ignore[assignment]  # it never returns
    world.create("a")
    attempts = world.stepper.by(60 * SECOND)
    assert [(one.status, one.end) for one in attempts] == [(None, "again"), (None, "given up")]
    world.create("b")
    world.stepper.by(SECOND)
    task = world.client.get_task(name=f"{QUEUE}/tasks/b")
    assert task.last_attempt.response_status.code == 14
    assert not task.last_attempt.response_time
    assert (task.dispatch_count, task.response_count) == (1, 0)


@pytest.mark.parametrize(
    ("attempts", "minutes", "made"),
    [
        (3, 0, 3),  # no limit of time: attempts alone
        (3, 5, 6),  # after three there is still time: 0, 1, 2, 3, 4, 5 minutes
        (9, 5, 9),  # time is up after six, attempts after nine
        (-1, 5, 6),  # no limit of attempts: time alone
    ],
)
def test_it_is_given_up_when_both_limits_are_reached(attempts: int, minutes: int, made: int) -> None:
    """Types: RetryConfig.max_attempts, "only when max_attempts and max_retry_duration are both satisfied"."""
    minute = 60 * SECOND
    world = World(attempts=attempts, duration=minutes * minute, backoff=(minute, minute))
    world.says(500)
    world.create()
    assert len(world.stepper.by(timedelta(days=1))) == made
    assert world.left() == []


def test_without_limits_it_is_kept_for_31_days() -> None:
    """Types: RetryConfig.max_attempts -1 with max_retry_duration 0; facts 2.2, retention."""
    world = World(attempts=-1, backoff=(86400 * SECOND, 86400 * SECOND))
    world.says(500)
    world.create()
    attempts = world.stepper.by(YEAR)
    assert len(attempts) == 31
    assert attempts[-1].at - attempts[0].at <= timedelta(days=31)


def test_a_tasks_own_retry_configuration_goes_before_its_queues() -> None:
    """Types: Task.retry_config, "overrides the Queue.retry_config for this task"."""
    world = World(backoff=TEN, attempts=5)
    world.says(500)
    world.create("own", retry_config={"max_attempts": 2, "min_backoff": 3 * SECOND})
    attempts = world.stepper.by(timedelta(hours=1))
    assert waits(attempts) == [3]
    world.create("plain")
    assert waits(world.stepper.by(timedelta(hours=1))) == [10, 20, 40, 80]


def test_a_back_off_below_a_second_is_none() -> None:
    """Types: RetryConfig.min_backoff, "truncated to the nearest second"."""
    world = World(backoff=(timedelta(milliseconds=900), 10 * SECOND), attempts=4)
    world.says(500)
    world.create()
    assert waits(world.stepper.by(SECOND)) == [0, 0, 0]


def test_a_task_tells_of_its_attempts() -> None:
    """Types: Task.dispatch_count, response_count, first_attempt (dispatch_time only), last_attempt; Attempt."""
    world = World(backoff=TEN)
    world.says(404)
    world.create("a")
    first, second = world.stepper.by(15 * SECOND)
    task = world.client.get_task(name=f"{QUEUE}/tasks/a")
    assert (task.dispatch_count, task.response_count) == (2, 2)
    assert task.first_attempt.dispatch_time == first.at
    assert not task.first_attempt.schedule_time
    assert task.last_attempt.dispatch_time == second.at
    assert task.last_attempt.schedule_time == first.again
    assert task.last_attempt.response_time == second.ended
    assert task.last_attempt.response_status.code == 5
    assert task.schedule_time == second.again


def test_a_task_deleted_while_it_is_under_way_is_not_tried_again() -> None:
    """Client docstring of DeleteTask: "A task can be deleted if it is scheduled or dispatched"."""
    world = World(backoff=TEN, latency=5 * SECOND)
    world.says(500)
    world.create("a")
    world.stepper.by(SECOND)
    world.client.delete_task(name=f"{QUEUE}/tasks/a")
    assert world.stepper.by(timedelta(hours=1)) == []
    assert [one.end for one in world.simulator.journal] == ["gone"]
    with pytest.raises(NotFound):
        world.client.get_task(name=f"{QUEUE}/tasks/a")


def test_a_worker_past_the_dispatch_deadline_has_failed() -> None:
    """Types: Task.dispatch_deadline, "the attempt is marked as a DEADLINE_EXCEEDED failure"."""
    world = World(backoff=TEN, latency=20 * SECOND)
    world.create("a", dispatch_deadline=15 * SECOND)
    [attempt] = world.stepper.by(16 * SECOND)
    ended = world.simulator.journal[0]
    assert ended.status is None
    assert ended.end == "again"
    assert ended.ended == attempt.at + 15 * SECOND
    task = world.client.get_task(name=f"{QUEUE}/tasks/a")
    assert task.last_attempt.response_status.code == 4
    assert (task.dispatch_count, task.response_count) == (1, 0)
