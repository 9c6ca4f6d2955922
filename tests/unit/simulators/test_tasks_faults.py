"""What can go wrong between Cloud Tasks, who calls it and who works for it, planted by a test."""

import json
import threading
from datetime import timedelta

import pytest
from google.api_core.exceptions import DeadlineExceeded, PermissionDenied, ResourceExhausted, ServiceUnavailable

from simulators.record import Fault
from simulators.tasks import Delivery
from simulators.wire import Crash, Request, Response
from unit.simulators.tasks_world import QUEUE, SECOND, World

TEN = (10 * SECOND, 300 * SECOND)
MINUTE = 60 * SECOND


def ends(world: World) -> list[tuple[int | None, str]]:
    return [(one.status, one.end) for one in world.simulator.journal]


def test_a_task_may_be_delivered_again_after_it_was_done() -> None:
    """Facts 2.2: at least once."""
    world = World()
    world.simulator.plant(Fault("duplicate", "deliver", seconds=30))
    world.create("a")
    world.stepper.by(MINUTE)
    assert ends(world) == [(200, "done"), (200, "extra")]
    first, second = world.seen
    assert first.headers == second.headers
    assert (world.simulator.journal[1].at - world.simulator.journal[0].at) >= 30 * SECOND


def test_a_duplicate_comes_at_its_own_time_among_others() -> None:
    world = World()
    world.simulator.plant(Fault("duplicate", "deliver", seconds=30))
    start = world.clock.now()
    for name, wait in (("a", 0), ("b", 20), ("c", 40)):
        world.create(name, schedule_time=start + wait * SECOND)
    left = [(one.delivery.task, round((one.at - start).total_seconds())) for one in world.stepper.by(MINUTE)]
    assert left == [("a", 0), ("b", 20), ("a", 30), ("c", 40)]


def test_the_answer_to_a_duplicate_counts_for_nothing() -> None:
    """Facts 2.2: the task was done; nobody waits for the other answer."""
    world = World(backoff=TEN)
    world.simulator.plant(Fault("duplicate", "deliver"))
    world.says(200, 500)
    world.create("a")
    world.stepper.by(MINUTE)
    assert ends(world) == [(200, "done"), (500, "extra")]
    assert world.left() == []


def test_a_task_may_be_delivered_twice_at_the_same_time() -> None:
    """Facts 2.2: at least once. Both are in the worker's hands before either answers."""
    world = World()
    together = threading.Barrier(2, timeout=10)

    def work(_: Delivery) -> Response:
        together.wait()
        return Response(200)

    world.answer = work
    world.simulator.plant(Fault("duplicate_concurrent", "deliver"))
    world.create("a")
    world.stepper.due()
    assert world.order() == ["a", "a"]
    assert ends(world) == [(200, "done"), (200, "extra")]


def test_a_late_task_comes_after_others_with_its_own_eta() -> None:
    """Facts 2.2: no ordering."""
    world = World()
    world.simulator.plant(Fault("late", "deliver", seconds=30, detail="tasks/a"))
    world.create("a")
    world.create("b")
    world.stepper.by(MINUTE)
    assert world.order() == ["b", "a"]
    eta = [float(delivery.headers["X-CloudTasks-TaskETA"]) for delivery in world.seen]
    assert eta[1] < eta[0]


def test_a_lost_answer_has_the_task_delivered_again() -> None:
    """Types: HttpRequest, "no response is received"."""
    world = World(backoff=TEN)
    world.simulator.plant(Fault("lost_reply", "deliver"))
    world.create("a")
    world.stepper.by(MINUTE)
    assert ends(world) == [(None, "again"), (200, "done")]
    assert world.order() == ["a", "a"]


def test_a_worker_never_reached_is_tried_again() -> None:
    """Types: HttpRequest, "no response is received"."""
    world = World(backoff=TEN)
    world.simulator.plant(Fault("timeout_before", "deliver", times=2))
    world.create("a")
    world.stepper.by(MINUTE)
    assert ends(world) == [(None, "again"), (None, "again"), (200, "done")]
    assert len(world.seen) == 1
    assert world.seen[0].headers["X-CloudTasks-TaskRetryCount"] == "2"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_the_platform_before_the_worker_may_answer(status: int) -> None:
    """Facts 4: Cloud Run answers by itself where no instance can be had."""
    world = World(backoff=(SECOND, SECOND))
    world.simulator.plant(Fault(f"answer_{status}", "deliver", seconds=20))
    world.create("a")
    attempts = world.stepper.by(MINUTE)
    assert ends(world) == [(status, "again"), (200, "done")]
    assert len(world.seen) == 1
    waited = (attempts[1].at - attempts[0].at).total_seconds()
    assert waited == pytest.approx(1 if status == 500 else 20, abs=0.05)


def test_a_slow_answer_within_the_deadline_counts_and_past_it_does_not() -> None:
    """Types: Task.dispatch_deadline; the worker may go on for all that."""
    world = World(backoff=TEN)
    world.simulator.plant(Fault("slow", "deliver", seconds=599))
    world.create("a")
    world.stepper.by(timedelta(minutes=11))
    assert ends(world) == [(200, "done")]
    world.simulator.plant(Fault("slow", "deliver", seconds=601))
    world.create("b")
    world.stepper.by(timedelta(minutes=11))
    assert ends(world)[1:] == [(None, "again"), (200, "done")]
    assert world.order() == ["a", "b", "b"]


def test_a_fault_finds_its_task_by_name_address_or_body() -> None:
    world = World(backoff=TEN)
    for detail in ("tasks/b", "pair=bob", '"bea"'):
        world.simulator.plant(Fault("timeout_before", "deliver", detail=detail))
    world.create("a", http={"body": b'{"pair": "ana"}'})
    world.create("b")
    world.create("c", http={"url": "https://worker.test/?pair=bob"})
    world.create("d", http={"body": b'{"pair": "bea"}'})
    world.stepper.due()
    assert [(one.delivery.task, one.status) for one in world.simulator.journal] == [
        ("a", 200),
        ("b", None),
        ("c", None),
        ("d", None),
    ]


def test_a_worker_that_crashes_is_no_answer_and_the_crash_goes_through() -> None:
    """tests/simulators/wire.py: nothing may survive a Crash in process."""
    world = World(backoff=TEN)

    def work(_: Delivery) -> Response:
        raise Crash

    world.answer = work
    world.create("a")
    with pytest.raises(Crash):
        world.stepper.due()
    assert ends(world) == [(None, "again")]
    world.says(200)
    world.stepper.by(MINUTE)
    assert ends(world)[1:] == [(200, "done")]


def test_a_crash_of_one_of_two_at_the_same_time_goes_through() -> None:
    world = World(backoff=TEN)

    def work(_: Delivery) -> Response:
        raise Crash

    world.answer = work
    world.simulator.plant(Fault("duplicate_concurrent", "deliver"))
    world.create("a")
    with pytest.raises(Crash):
        world.stepper.due()
    assert ends(world) == [(None, "again"), (None, "extra")]


def test_the_callers_answer_may_be_lost_after_the_effect() -> None:
    """tests/simulators/record.py, COMMON; a cut connection is UNAVAILABLE to gRPC."""
    world = World()
    world.simulator.plant(Fault("lost_reply", "CreateTask"))
    with pytest.raises(ServiceUnavailable):
        world.create("a")
    assert world.left() == ["a"]


def test_the_callers_request_may_never_arrive() -> None:
    """tests/simulators/record.py, COMMON."""
    world = World()
    world.simulator.plant(Fault("timeout_before", "CreateTask"))
    with pytest.raises(DeadlineExceeded):
        world.create("a")
    assert world.left() == []


def test_the_callers_request_may_take_effect_later() -> None:
    """tests/simulators/record.py, COMMON; the task is due when it comes to be."""
    world = World()
    world.simulator.plant(Fault("late_effect", "CreateTask", seconds=30))
    with pytest.raises(DeadlineExceeded):
        world.create("a")
    assert world.stepper.by(20 * SECOND) == []
    [attempt] = world.stepper.by(20 * SECOND)
    assert attempt.delivery.task == "a"
    world.simulator.plant(Fault("late_effect", "CreateTask", seconds=30))
    with pytest.raises(DeadlineExceeded):
        world.create("b", schedule_time=world.clock.now() + MINUTE)
    world.clock.advance(30 * SECOND)
    assert world.client.get_task(name=f"{QUEUE}/tasks/b")


@pytest.mark.parametrize(("kind", "left"), [("crash_before", []), ("crash_after", ["a"])])
def test_the_caller_may_die_before_or_after_the_effect(kind: str, left: list[str]) -> None:
    """tests/simulators/record.py, COMMON."""
    world = World()
    world.simulator.plant(Fault(kind, "CreateTask"))
    with pytest.raises(Crash):
        world.create("a")
    assert world.left() == left
    assert [call.changed for call in world.simulator.record.calls] == [bool(left)]


def test_the_service_may_refuse() -> None:
    """google.rpc.Code, as google-api-core names the errors."""
    world = World()
    world.simulator.plant(Fault("resource_exhausted", "CreateTask", nth=2))
    world.simulator.plant(Fault("permission_denied", "CreateTask", detail="tasks/c"))
    world.create("a")
    with pytest.raises(ResourceExhausted):
        world.create("b")
    with pytest.raises(PermissionDenied):
        world.create("c")
    assert world.left() == ["a"]
    told = [(call.number, call.operation, call.status, call.changed) for call in world.simulator.record.calls]
    assert told == [(1, "CreateTask", 0, True), (2, "CreateTask", 8, False), (3, "CreateTask", 7, False)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("torn", "CreateTask"),
        Fault("late", "CreateTask"),
        Fault("crash_before", "deliver"),
        Fault("duplicate"),
        Fault("late", "deliver", seconds=-1),
        Fault("late", "deliver", nth=0),
    ],
    ids=str,
)
def test_a_fault_nobody_could_play_is_refused(fault: Fault) -> None:
    with pytest.raises(ValueError, match="fault"):
        World().simulator.plant(fault)


def test_faults_are_planted_through_the_back_door_too() -> None:
    world = World(backoff=TEN)

    def plant(body: bytes) -> int:
        return world.simulator.handle(Request.of("POST", "/_sim/fault", {}, body)).status

    assert plant(b'{"kind": "lost_reply", "operation": "deliver"}') == 200
    assert plant(b'{"kind": "lost_reply", "operation": "deliver", "nth": 0}') == 400
    assert plant(b'{"kind": "late"}') == 400
    assert plant(b"[]") == 400
    world.create("a")
    world.stepper.due()
    journal = json.loads(world.simulator.handle(Request.of("GET", "/_sim/journal", {}, b"")).body)
    assert [(line["task"], line["status"], line["end"]) for line in journal] == [("a", None, "again")]
    counters = json.loads(world.simulator.handle(Request.of("GET", "/_sim/counters", {}, b"")).body)
    assert counters["requests"] == {"CreateTask": 1}
    assert world.simulator.handle(Request.of("GET", "/else", {}, b"")).status == 404
    assert world.left() == ["a"]
    assert world.client.get_task(name=f"{QUEUE}/tasks/a").dispatch_count == 1
