"""A queue, Google's client and a worker in one process, for the tests of the Cloud Tasks simulator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from google.cloud import tasks_v2

from simulators.clock import ManualClock
from simulators.rpc import InProcessChannel
from simulators.rpc.clients import tasks_client
from simulators.tasks import Delivery, Settings, Stepper, TasksSimulator
from simulators.wire import Response

PLACE = "projects/calpair-1/locations/europe-west1"
QUEUE = f"{PLACE}/queues/sync"
URL = "https://worker.test/run?pair=ana"
SECOND = timedelta(seconds=1)


class World:
    """`seen` is what the worker got; `answer` is what it says, 200 unless a test sets it."""

    def __init__(self, settings: Settings | None = None, latency: timedelta = timedelta(0), **queue: Any) -> None:
        self.clock = ManualClock()
        self.simulator = TasksSimulator(clock=self.clock, settings=settings)
        self.simulator.add_queue(QUEUE, **queue)
        self.client = tasks_client(InProcessChannel(self.simulator.door))
        self.stepper = Stepper(self.simulator, self.clock, self.work, latency)
        self.seen: list[Delivery] = []
        self.answer: Callable[[Delivery], Response] = lambda _: Response(200)

    def work(self, delivery: Delivery) -> Response:
        """Be the worker."""
        self.seen.append(delivery)
        return self.answer(delivery)

    def says(self, *statuses: int) -> None:
        """Let the worker answer these in turn, and the last one ever after."""
        rest = list(statuses)
        self.answer = lambda _: Response(rest.pop(0) if len(rest) > 1 else rest[0])

    def create(self, name: str = "", queue: str = QUEUE, **fields: Any) -> Any:
        """Create a task to URL; `name` is its short name, `fields` are the task's, `http` those of its request."""
        http = {"url": URL, **fields.pop("http", {})}
        named = {"name": f"{queue}/tasks/{name}"} if name else {}
        return self.client.create_task(request={"parent": queue, "task": {"http_request": http, **named, **fields}})

    def request(self, name: str = "", **fields: Any) -> Any:
        """The request for one task of a batch."""
        named = {"name": f"{QUEUE}/tasks/{name}"} if name else {}
        return tasks_v2.CreateTaskRequest(parent=QUEUE, task={"http_request": {"url": URL}, **named, **fields})

    def left(self) -> list[str]:
        """The short names of the tasks still in the queue."""
        return [task.name.rpartition("/")[2] for task in self.simulator.tasks(QUEUE)]

    def order(self) -> list[str]:
        """The short names of the tasks delivered so far, in turn."""
        return [delivery.task for delivery in self.seen]
