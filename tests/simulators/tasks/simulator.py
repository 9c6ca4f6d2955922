"""The Cloud Tasks simulator: queues, the gRPC door to them, the journal of deliveries, and faults a test plants.

    simulator = TasksSimulator(clock=clock)
    simulator.add_queue("projects/p/locations/l/queues/sync", rate=10)
    client = CloudTasksClient(transport=CloudTasksGrpcTransport(channel=InProcessChannel(simulator.door)))

It delivers nothing by itself: `stepper.py` does by hand, `runner.py` on a port. `README.md` says what is modelled.
"""

import threading
from datetime import datetime, timedelta
from typing import Any

from google.cloud import tasks_v2

from simulators.clock import Clock
from simulators.record import Fault, Record, check
from simulators.rpc import Door, faults
from simulators.tasks.control import KINDS, answer
from simulators.tasks.delivery import KINDS as DELIVERIES
from simulators.tasks.delivery import Answer
from simulators.tasks.dispatch import Attempt, Dispatch, Dispatcher
from simulators.tasks.methods import Service
from simulators.tasks.oidc import Issuer
from simulators.tasks.settings import Settings
from simulators.wire import Request, Response


class TasksSimulator:
    """Cloud Tasks, small. Thread-safe."""

    def __init__(self, *, clock: Clock, settings: Settings | None = None, issuer: Issuer | None = None) -> None:
        """Live by this clock; tokens are signed by the issuer, which several simulators may share."""
        self._lock = threading.RLock()
        self._service = Service(clock, settings or Settings(), self._lock)
        self.record = Record()
        self.issuer = issuer or Issuer()
        self.door = Door(clock, self.record, self._service.methods(), self._lock)
        self.changed = self._service.changed
        self._dispatcher = Dispatcher(self._service, self.record, self.issuer)

    @property
    def journal(self) -> list[Attempt]:
        """The deliveries so far in the order they left, under way or ended."""
        with self._lock:
            return list(self._dispatcher.journal)

    def add_queue(
        self,
        name: str,
        *,
        rate: float = 500,
        concurrent: int = 1000,
        attempts: int = 100,
        duration: timedelta | None = None,
        backoff: tuple[timedelta, timedelta] | None = None,
        doublings: int = 16,
    ) -> None:
        """Make a queue by hand, as CreateQueue does; `backoff` is its shortest and longest. RefusedError if it may not be."""
        retry = tasks_v2.RetryConfig(max_attempts=attempts, max_doublings=doublings)
        if duration is not None:
            retry.max_retry_duration = duration
        if backoff is not None:
            retry.min_backoff, retry.max_backoff = backoff
        limits = tasks_v2.RateLimits(max_dispatches_per_second=rate, max_concurrent_dispatches=concurrent)
        queue = tasks_v2.Queue(name=name, rate_limits=limits, retry_config=retry)
        with self._lock:
            self._service.create_queue(tasks_v2.CreateQueueRequest(parent=name.partition("/queues/")[0], queue=queue))

    def tasks(self, queue: str) -> list[Any]:
        """The tasks of a queue that are still there, with their bodies, earliest first. KeyError for no such queue."""
        with self._lock:
            entries = self._service.queues[queue].tasks.values()
            return sorted((tasks_v2.Task(entry.task) for entry in entries), key=lambda task: task.schedule_time)

    def plant(self, fault: Fault) -> None:
        """Plant a fault: of a method (`CreateTask`), or of a delivery (`deliver`). ValueError for one nobody can play."""
        if fault.kind not in KINDS:
            raise ValueError(f"fault kind {fault.kind!r}: write one of {', '.join(sorted(KINDS))}")
        if fault.kind not in (DELIVERIES if fault.operation == "deliver" else faults.KINDS):
            raise ValueError(f"fault kind {fault.kind!r} never meets the operation {fault.operation!r}")
        check(fault)
        with self._lock:
            self.record.plant(fault)

    def handle(self, request: Request) -> Response:
        """Answer over HTTP what is not gRPC: the certificates of its tokens, and the back door `/_sim/...`."""
        return answer(self, request)

    def ready(self) -> datetime | None:
        """For who delivers: the earliest instant at which to look again; None while there can be nothing to do."""
        with self._lock:
            times = [time for time in (self.door.settle(), self._dispatcher.ready()) if time is not None]
            return min(times, default=None)

    def take(self, now: datetime) -> Dispatch | None:
        """For who delivers: take what is due first."""
        with self._lock:
            self.door.settle()
            return self._dispatcher.take(now)

    def twin(self, dispatch: Dispatch, now: datetime) -> Dispatch:
        """For who delivers: the second of two deliveries at the same time."""
        with self._lock:
            return self._dispatcher.twin(dispatch, now)

    def settle(self, dispatch: Dispatch, answer: Answer, now: datetime) -> None:
        """For who delivers: say what came of a dispatch."""
        with self._lock:
            self._dispatcher.settle(dispatch, answer, now)
