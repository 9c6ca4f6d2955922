"""The queue's contract on Cloud Tasks, simulated; and what is its own: batches, tokens, refusals."""

import json
from datetime import datetime, timedelta

import pytest

from calpair.errors import BackOffError, UsageError
from calpair.gcp.queue import CloudTasksQueue, QueueSettings
from calpair.ports import Ask
from contracts.queue_contract import QueueContract
from simulators.clock import ManualClock
from simulators.record import Fault
from simulators.rpc import InProcessChannel
from simulators.rpc.clients import tasks_client
from simulators.tasks import Settings, Stepper, TasksSimulator
from simulators.tasks.delivery import Delivery
from simulators.wire import Response

QUEUE = "projects/p/locations/l/queues/sync"
URL = "https://sync-pair.run.test/"
ACCOUNT = "tasks@p.iam.gserviceaccount.com"


class OnCloudTasks:
    """Cloud Tasks, and a worker that takes down what it is told to look at."""

    def __init__(self, queue: str = QUEUE, settings: Settings | None = None) -> None:
        self.clock = ManualClock()
        self.simulator = TasksSimulator(clock=self.clock, settings=settings)
        self.simulator.add_queue(QUEUE)
        self.queue = CloudTasksQueue(
            tasks_client(InProcessChannel(self.simulator.door)),
            QueueSettings(queue, URL, ACCOUNT, timedelta(seconds=540)),
            self.clock.now,
        )
        self.looks: list[tuple[str, datetime]] = []
        self._stepper = Stepper(self.simulator, self.clock, self._post)

    def now(self) -> datetime:
        return self.clock.now()

    def advance(self, by: timedelta) -> None:
        self._stepper.by(by)

    def calls(self) -> dict[str, int]:
        return dict(self.simulator.record.requests)

    def _post(self, delivery: Delivery) -> Response:
        self.looks.append((json.loads(delivery.body)["pair"], self.clock.now()))
        return Response(200, b"{}")


class TestCloudTasks(QueueContract):
    @pytest.fixture
    def ground(self) -> OnCloudTasks:
        return OnCloudTasks()


class TestABatchThatTakesItsTime(QueueContract):
    @pytest.fixture
    def ground(self, monkeypatch: pytest.MonkeyPatch) -> OnCloudTasks:
        # The library waits between two looks at an operation.
        monkeypatch.setattr("time.sleep", lambda _: None)
        return OnCloudTasks(settings=Settings(batch_polls=2))


@pytest.fixture
def ground() -> OnCloudTasks:
    return OnCloudTasks()


def asks(count: int, ground: OnCloudTasks) -> list[Ask]:
    return [Ask(f"pair {number}", f"key {number}", ground.now(), f"token-{number}") for number in range(count)]


def test_ten_thousand_pairs_are_a_hundred_calls(ground: OnCloudTasks) -> None:
    ground.queue.ask(asks(10_000, ground))
    assert ground.calls() == {"BatchCreateTasks": 100}


def test_a_task_says_which_pair_and_carries_the_token_of_its_account(ground: OnCloudTasks) -> None:
    ground.queue.ask([Ask("ana", "key of ana", ground.now() + timedelta(minutes=1), "token-1")])
    (task,) = ground.simulator.tasks(QUEUE)
    assert task.name == f"{QUEUE}/tasks/token-1"
    assert json.loads(task.http_request.body) == {"pair": "ana", "key": "key of ana", "changed": False}
    assert task.http_request.url == URL
    assert (task.http_request.oidc_token.service_account_email, task.http_request.oidc_token.audience) == (ACCOUNT, URL)
    assert task.dispatch_deadline == timedelta(seconds=540)


@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize("kind", ["unavailable", "deadline_exceeded", "resource_exhausted", "internal"])
def test_a_service_that_does_not_take_it_is_asked_again_later_and_once_now(
    ground: OnCloudTasks, kind: str, many: int
) -> None:
    operation = "CreateTask" if many == 1 else "BatchCreateTasks"
    ground.simulator.plant(Fault(kind, operation, times=9))
    with pytest.raises(BackOffError, match="did not take everything"):
        ground.queue.ask(asks(many, ground))
    assert ground.calls() == {operation: 1}


@pytest.mark.parametrize("many", [1, 2])
@pytest.mark.parametrize("kind", ["permission_denied", "unauthenticated"])
def test_a_queue_that_is_not_ours_is_named_with_its_cure(ground: OnCloudTasks, kind: str, many: int) -> None:
    ground.simulator.plant(Fault(kind, "CreateTask" if many == 1 else "BatchCreateTasks"))
    with pytest.raises(UsageError, match=r"projects/p/locations/l/queues/sync cannot be used .*CALPAIR_QUEUE"):
        ground.queue.ask(asks(many, ground))


def test_a_queue_that_is_not_there_is_named() -> None:
    elsewhere = OnCloudTasks(queue="projects/p/locations/l/queues/other")
    with pytest.raises(UsageError, match="queues/other cannot be used"):
        elsewhere.queue.ask(asks(1, elsewhere))
    with pytest.raises(UsageError, match="queues/other cannot be used"):
        elsewhere.queue.ask(asks(2, elsewhere))


def test_a_task_refused_among_others_is_not_kept_silent(ground: OnCloudTasks) -> None:
    too_late = Ask("ana", "k", ground.now() + timedelta(days=40), "token-late")
    with pytest.raises(UsageError, match="INVALID_ARGUMENT"):
        ground.queue.ask([*asks(2, ground), too_late])
    ground.advance(timedelta(minutes=1))
    assert len(ground.looks) == 2


def test_asks_repeated_after_a_lost_answer_are_made_once(ground: OnCloudTasks) -> None:
    for operation, many in (("CreateTask", 1), ("BatchCreateTasks", 3)):
        wanted = [Ask(f"{operation} {n}", "k", ground.now(), f"{operation}-{n}") for n in range(many)]
        ground.simulator.plant(Fault("lost_reply", operation))
        with pytest.raises(BackOffError):
            ground.queue.ask(wanted)
        ground.queue.ask(wanted)
    ground.advance(timedelta(minutes=1))
    assert len(ground.looks) == len(set(ground.looks)) == 4
