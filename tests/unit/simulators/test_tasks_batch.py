"""BatchCreateTasks: up to a hundred tasks of one queue, told of one by one by a long-running operation."""

from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import Aborted, InvalidArgument, NotFound, ServiceUnavailable
from google.cloud import tasks_v2

from simulators.record import Fault
from simulators.tasks import Settings
from unit.simulators.tasks_world import QUEUE, World

STATE = tasks_v2.BatchCreateTasksMetadata.State


def send(world: World, requests: list[Any], request_id: str = "", parent: str = QUEUE) -> Any:
    batch = tasks_v2.BatchCreateTasksRequest(parent=parent, requests=requests, request_id=request_id)
    return world.client.batch_create_tasks(request=batch)


def test_a_batch_creates_its_tasks_and_says_which() -> None:
    """Types: BatchCreateTasksResponse.tasks; the operation's state SUCCEEDED."""
    world = World()
    operation = send(world, [world.request("a"), world.request("b"), world.request()])
    tasks = operation.result(timeout=0).tasks
    assert [task.name for task in tasks[:2]] == [f"{QUEUE}/tasks/a", f"{QUEUE}/tasks/b"]
    assert operation.metadata.state == STATE.SUCCEEDED
    assert len(world.left()) == 3
    assert world.simulator.record.requests == {"BatchCreateTasks": 1}


def test_a_task_that_is_refused_spoils_no_other() -> None:
    """Types: BatchCreateTasksMetadata.failed_requests, by index; PARTIALLY_SUCCEEDED."""
    world = World()
    far = world.clock.now() + timedelta(days=31)
    operation = send(
        world, [world.request("a"), world.request("a"), world.request("c"), world.request(schedule_time=far)]
    )
    assert [task.name for task in operation.result(timeout=0).tasks] == [f"{QUEUE}/tasks/a", f"{QUEUE}/tasks/c"]
    failed = operation.metadata.failed_requests
    assert {index: status.code for index, status in failed.items()} == {1: 6, 3: 3}
    assert "existed too recently" in failed[1].message
    assert operation.metadata.state == STATE.PARTIALLY_SUCCEEDED
    assert world.left() == ["a", "c"]


def test_a_batch_in_which_nothing_succeeded_is_an_error() -> None:
    """Types: BatchDeleteTasksMetadata.State words it (ABORTED); of creating nothing else is said."""
    world = World()
    world.create("a")
    operation = send(world, [world.request("a")])
    with pytest.raises(Aborted, match="None of the requests succeeded"):
        operation.result(timeout=0)
    assert operation.metadata.failed_requests[0].code == 6


def test_a_batch_has_a_hundred_requests_at_most() -> None:
    """Types: BatchCreateTasksRequest.requests, "The maximum number of requests is 100"."""
    world = World()
    assert len(send(world, [world.request() for _ in range(100)]).result(timeout=0).tasks) == 100
    for number in (0, 101):
        with pytest.raises(InvalidArgument):
            send(world, [world.request() for _ in range(number)])
    assert len(world.left()) == 100


def test_a_batch_is_of_one_queue() -> None:
    """Types: BatchCreateTasksRequest.requests, "the same value as the individual CreateTaskRequest.parent"."""
    world = World()
    world.simulator.add_queue(f"{QUEUE}-2")
    other = world.request()
    other.parent = f"{QUEUE}-2"
    with pytest.raises(InvalidArgument):
        send(world, [world.request(), other])
    with pytest.raises(NotFound):
        send(world, [world.request()], parent=f"{QUEUE}-3")
    assert world.left() == []


def test_a_request_id_sent_again_creates_nothing_again() -> None:
    """Types: BatchCreateTasksRequest.request_id, "avoiding duplication when user retries"."""
    world = World()
    first = send(world, [world.request()], "retry-1").result(timeout=0)
    second = send(world, [world.request()], "retry-1").result(timeout=0)
    assert [task.name for task in first.tasks] == [task.name for task in second.tasks]
    assert len(world.left()) == 1
    send(world, [world.request()], "retry-2")
    send(world, [world.request()])
    send(world, [world.request()])
    assert len(world.left()) == 4


def test_an_operation_can_be_asked_for_until_it_is_done() -> None:
    """google.longrunning: GetOperation; the setting says how often it is found running."""
    world = World(Settings(batch_polls=2))
    operation = send(world, [world.request("a")])
    assert (operation.operation.done, operation.metadata.state) == (False, STATE.RUNNING)
    assert operation.metadata.start_time
    assert not operation.metadata.end_time
    assert world.left() == ["a"]
    name = operation.operation.name
    found = [world.client.get_operation({"name": name}).done for _ in range(3)]
    assert found == [False, True, True]
    with pytest.raises(NotFound):
        world.client.get_operation({"name": f"{name}-2"})


def test_a_batch_whose_answer_is_lost_is_safe_to_send_again_under_its_id() -> None:
    """Types: request_id; the fault is `lost_reply` of tests/simulators/record.py."""
    world = World()
    world.simulator.plant(Fault("lost_reply", "BatchCreateTasks"))
    with pytest.raises(ServiceUnavailable):
        send(world, [world.request()], "once")
    assert len(send(world, [world.request()], "once").result(timeout=0).tasks) == 1
    assert len(world.left()) == 1
