"""A name is good for one task: while it is there, and for a while after it ran, gave up or was deleted."""

from datetime import timedelta

import pytest
from google.api_core.exceptions import AlreadyExists, NotFound

from simulators.tasks import Settings
from unit.simulators.tasks_world import QUEUE, SECOND, World

HOUR = timedelta(hours=1)


def test_a_name_is_taken_while_its_task_waits() -> None:
    """Types: CreateTaskRequest.task, "ALREADY_EXISTS"."""
    world = World()
    world.create("a", schedule_time=world.clock.now() + HOUR)
    with pytest.raises(AlreadyExists, match="existed too recently"):
        world.create("a")
    assert world.left() == ["a"]


@pytest.mark.parametrize("way", ["ran", "deleted", "purged", "gave up"])
def test_a_name_stays_taken_for_24_hours_after_its_task_left(way: str) -> None:
    """Types: "executed recently", "can take up to 24 hours (...) for the task ID to be released"."""
    world = World(attempts=1)
    world.says(500 if way == "gave up" else 200)
    world.create("a")
    if way == "deleted":
        world.client.delete_task(name=f"{QUEUE}/tasks/a")
    elif way == "purged":
        world.client.purge_queue(name=QUEUE)
    else:
        world.stepper.due()
    assert world.left() == []
    world.clock.advance(24 * HOUR - SECOND)
    with pytest.raises(AlreadyExists):
        world.create("a")
    world.clock.advance(SECOND)
    assert world.create("a")


def test_the_window_of_deduplication_is_a_setting() -> None:
    """Facts 0.7 and 2.2: once an hour, now up to 24."""
    world = World(Settings(dedupe=HOUR))
    world.create("a")
    world.stepper.due()
    world.clock.advance(HOUR)
    world.create("a")
    world.stepper.due()
    assert world.order() == ["a", "a"]
    with pytest.raises(AlreadyExists):
        world.create("a")


def test_names_differ_by_queue_and_by_case() -> None:
    """Types: a task's name holds its queue; nothing is said of folding case."""
    world = World()
    world.simulator.add_queue(f"{QUEUE}-2")
    world.create("a")
    assert world.create("A")
    assert world.create("a", queue=f"{QUEUE}-2")


def test_a_task_that_left_is_not_found_and_said_to_have_been_there() -> None:
    """The sentence as people report it; client docstring of DeleteTask: not after success or permanent failure."""
    world = World()
    world.create("a")
    world.stepper.due()
    for call in (world.client.get_task, world.client.delete_task):
        with pytest.raises(NotFound, match="though a task with this name existed recently"):
            call(name=f"{QUEUE}/tasks/a")
        with pytest.raises(NotFound, match=r"Requested entity was not found\."):
            call(name=f"{QUEUE}/tasks/b")


def test_a_deleted_task_is_never_delivered() -> None:
    """Client docstring of DeleteTask."""
    world = World()
    world.create("a")
    world.create("b")
    world.client.delete_task(name=f"{QUEUE}/tasks/a")
    world.stepper.due()
    assert world.order() == ["b"]
