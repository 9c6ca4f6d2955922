"""Queues: made with defaults and within limits, paused, resumed, purged, and listed page by page."""

from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import AlreadyExists, InvalidArgument, MethodNotImplemented, NotFound
from google.cloud import tasks_v2

from unit.simulators.tasks_world import PLACE, QUEUE, SECOND, World


def make(world: World, name: str = f"{PLACE}/queues/other", parent: str = PLACE, **fields: Any) -> Any:
    return world.client.create_queue(parent=parent, queue=tasks_v2.Queue(name=name, **fields))


def test_a_queue_told_nothing_has_defaults() -> None:
    """Types: RateLimits and RetryConfig, "Cloud Tasks will pick the default"; the figures as gcloud shows them."""
    queue = make(World())
    assert queue.state == tasks_v2.Queue.State.RUNNING
    assert (queue.rate_limits.max_dispatches_per_second, queue.rate_limits.max_concurrent_dispatches) == (500, 1000)
    assert (queue.retry_config.max_attempts, queue.retry_config.max_doublings) == (100, 16)
    assert queue.retry_config.min_backoff == timedelta(milliseconds=100)
    assert queue.retry_config.max_backoff == timedelta(hours=1)
    assert queue.retry_config.max_retry_duration == timedelta(0)


def test_the_burst_is_the_rate_rounded_up_whatever_was_sent() -> None:
    """Types: RateLimits.max_burst_size, "Output only", "generally at least equal to max_dispatches_per_second"."""
    world = World()
    for name, rate, burst in (("a", 0.5, 1), ("b", 2.5, 3), ("c", 500, 500)):
        limits = {"max_dispatches_per_second": rate, "max_burst_size": 7}
        assert make(world, f"{PLACE}/queues/{name}", rate_limits=limits).rate_limits.max_burst_size == burst


def test_back_off_is_kept_to_the_second() -> None:
    """Types: RetryConfig.min_backoff, max_backoff, max_retry_duration, "truncated to the nearest second"."""
    odd = timedelta(seconds=7, milliseconds=999)
    config = make(
        World(), retry_config={"min_backoff": odd, "max_backoff": odd, "max_retry_duration": odd}
    ).retry_config
    assert {config.min_backoff, config.max_backoff, config.max_retry_duration} == {timedelta(seconds=7)}


@pytest.mark.parametrize(
    "fields",
    [
        {"rate_limits": {"max_dispatches_per_second": 500.1}},
        {"rate_limits": {"max_dispatches_per_second": -1}},
        {"rate_limits": {"max_dispatches_per_second": float("nan")}},
        {"rate_limits": {"max_concurrent_dispatches": 5001}},
        {"rate_limits": {"max_concurrent_dispatches": -1}},
        {"retry_config": {"max_attempts": -2}},
        {"retry_config": {"max_doublings": -1}},
        {"retry_config": {"min_backoff": timedelta(seconds=-1)}},
        {"retry_config": {"min_backoff": timedelta(seconds=9), "max_backoff": timedelta(seconds=8)}},
        {"name": f"{PLACE}/queues/under_score"},
        {"name": f"{PLACE}/queues/{'a' * 101}"},
        {"name": "projects/calpair-1/locations/us-east1/queues/sync"},
        {"parent": "projects/calpair-1"},
    ],
    ids=str,
)
def test_a_queue_beyond_the_limits_is_refused(fields: dict[str, Any]) -> None:
    """Types: RateLimits ("500", "5,000"), RetryConfig.max_attempts ("-1"), Queue.name."""
    world = World()
    with pytest.raises(InvalidArgument):
        make(world, **fields)
    with pytest.raises((NotFound, InvalidArgument)):
        world.client.get_queue(name=fields.get("name", f"{PLACE}/queues/other"))


def test_a_queue_at_the_limits_is_made() -> None:
    """Types: RateLimits, "The maximum allowed value is 500", "5,000"."""
    limits = {"max_dispatches_per_second": 500, "max_concurrent_dispatches": 5000}
    same = {"max_attempts": -1, "min_backoff": 8 * SECOND, "max_backoff": 8 * SECOND}
    queue = make(World(), rate_limits=limits, retry_config=same)
    assert queue.rate_limits.max_concurrent_dispatches == 5000
    assert queue.retry_config.max_attempts == -1


def test_a_queue_is_made_once() -> None:
    """Types: CreateQueueRequest.queue, "cannot be the same as an existing queue"."""
    with pytest.raises(AlreadyExists):
        make(World(), QUEUE)


def test_what_is_not_modelled_is_said_to_be() -> None:
    world = World()
    with pytest.raises(MethodNotImplemented):
        make(world, http_target={"http_method": "GET"})
    with pytest.raises(MethodNotImplemented):
        make(world, app_engine_routing_override={"service": "x"})
    for call in (world.client.delete_queue, world.client.run_task):
        with pytest.raises(MethodNotImplemented):
            call(name=QUEUE)


def test_a_paused_queue_takes_tasks_and_delivers_none() -> None:
    """Types: Queue.State.PAUSED."""
    world = World()
    assert world.client.pause_queue(name=QUEUE).state == tasks_v2.Queue.State.PAUSED
    world.create("a")
    assert world.stepper.by(timedelta(hours=1)) == []
    assert world.client.resume_queue(name=QUEUE).state == tasks_v2.Queue.State.RUNNING
    world.stepper.due()
    assert world.order() == ["a"]


def test_a_purge_takes_what_is_there_and_nothing_later() -> None:
    """Types: Queue.purge_time."""
    world = World()
    world.create("a")
    assert world.client.purge_queue(name=QUEUE).purge_time
    world.create("b")
    world.stepper.due()
    assert world.order() == ["b"]


def test_a_list_is_read_page_by_page() -> None:
    """Types: ListTasksRequest.page_size (1000 at most), next_page_token."""
    world = World()
    for number in range(5):
        world.create(f"t{number}", schedule_time=world.clock.now() + SECOND)
    pages = world.client.list_tasks(request={"parent": QUEUE, "page_size": 2}).pages
    assert [[task.name.rpartition("/")[2] for task in page.tasks] for page in pages] == [
        ["t0", "t1"],
        ["t2", "t3"],
        ["t4"],
    ]
    whole = world.client.list_tasks(request={"parent": QUEUE, "page_size": 5}).pages
    assert [len(page.tasks) for page in whole] == [5]
    for wrong in ({"page_size": -1}, {"page_token": "t1"}):
        with pytest.raises(InvalidArgument):
            world.client.list_tasks(request={"parent": QUEUE, **wrong})


def test_a_page_has_a_thousand_tasks_at_most() -> None:
    """Types: ListTasksRequest.page_size, "The maximum page size is 1000"."""
    world = World()
    for _ in range(1001):
        world.create(schedule_time=world.clock.now() + SECOND)
    pages = world.client.list_tasks(request={"parent": QUEUE, "page_size": 5000}).pages
    assert [len(page.tasks) for page in pages] == [1000, 1]
