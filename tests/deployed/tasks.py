"""Cloud Tasks for functions on ports: simulated, its time moved by hand, one anew for each test behind the same address.

with queue_on_a_port() as queue:
queue.deliver()                     # what is due within the next seconds; gives the attempts
queue.token("scheduler@...", url)   # an ID token as Google signs it
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from simulators import rpc, wire
from simulators.clock import ManualClock
from simulators.tasks import Attempt, Delivery, Issuer, Settings, Stepper, TasksSimulator, over_http
from simulators.wire import Request, Response

QUEUE, PUBLISH_QUEUE = (f"projects/demo/locations/l/queues/calpair-{name}" for name in ("sync", "publish"))
SOON = timedelta(seconds=6)
"""Longer than nudges are gathered for."""


class Ahead(ManualClock):
    """The machine's clock, moved ahead by hand: tokens are checked by the machine's, which allows for a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, by: timedelta) -> None:
        self.ahead += by


class Queue:
    """The queue of the functions. What is behind its address is made anew by `renew`."""

    def __init__(self) -> None:
        self.issuer = Issuer()
        self.renew()

    def renew(self) -> None:
        """Forget every task, name and fault."""
        self.clock = Ahead()
        # The queue runs ahead of who names tasks by the machine's time: a name is free again when its task is done.
        self.simulator = TasksSimulator(clock=self.clock, settings=Settings(dedupe=timedelta(0)), issuer=self.issuer)
        add_queue(self.simulator)
        self.answers: list[dict[str, object]] = []
        self._stepper = Stepper(self.simulator, self.clock, self._post)

    def handle(self, request: Request) -> Response:
        """Answer HTTP: the certificates."""
        return self.simulator.handle(request)

    def deliver(self, within: timedelta = SOON) -> list[Attempt]:
        """Deliver what falls due by then."""
        return self._stepper.by(within)

    def _post(self, delivery: Delivery) -> Response:
        answer = over_http()(delivery)
        self.answers.append(json.loads(delivery.body) | json.loads(answer.body))
        return answer

    def waiting(self) -> list[str]:
        """The bodies of the tasks that are there."""
        tasks = [task for queue in (QUEUE, PUBLISH_QUEUE) for task in self.simulator.tasks(queue)]
        return [task.http_request.body.decode() for task in tasks]

    def token(self, account: str, audience: str) -> str:
        """An ID token."""
        return self.issuer.token(account, audience, datetime.now(UTC))


def add_queue(simulator: TasksSimulator) -> None:
    """Make the queues as infra/queue.tf makes them."""
    for name, concurrent in ((QUEUE, 320), (PUBLISH_QUEUE, 8)):
        simulator.add_queue(
            name,
            rate=100,
            concurrent=concurrent,
            attempts=5,
            duration=timedelta(seconds=600),
            backoff=(timedelta(seconds=5), timedelta(seconds=120)),
            doublings=4,
        )


class _Door(rpc.Door):
    """Whatever door is behind the address just now."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    def call(self, path: str, data: bytes) -> bytes:
        return self._queue.simulator.door.call(path, data)


@contextmanager
def queue_on_a_port() -> Iterator[tuple[Queue, str, str]]:
    """Serve a queue; gives it, where gRPC is served, and the address of the certificates."""
    queue = Queue()
    with rpc.mounted(_Door(queue)) as endpoint, wire.mounted(queue) as url:
        yield queue, endpoint, f"{url}/oauth2/v1/certs"
