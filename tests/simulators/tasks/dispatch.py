"""From waiting to delivered: which task goes next, and what an answer means for it. It sends nothing itself.

    dispatch = dispatcher.take(now)          what `ready()` announced, taken and counted
    answer = carry(dispatch.delivery, ...)   in process (`stepper.py`) or over HTTP (`runner.py`)
    dispatcher.settle(dispatch, answer, now)

Source: google-cloud-tasks 2.26, `Task`, `Attempt`, `RetryConfig`, `HttpRequest`; facts/platform.md 2.2. The caller holds
the simulator's lock.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from google.cloud.tasks_v2 import Attempt as AttemptMessage
from google.cloud.tasks_v2 import HttpMethod

from simulators.record import Fault, Record
from simulators.rpc import faults
from simulators.tasks.delivery import KINDS, Answer, Delivery, encoded, headers
from simulators.tasks.methods import Service
from simulators.tasks.names import short
from simulators.tasks.oidc import Issuer
from simulators.tasks.queues import Entry, TaskQueue
from simulators.tasks.retries import outlives

DEADLINE_EXCEEDED, UNKNOWN, UNAVAILABLE = 4, 2, 14
# google/rpc/code.proto, the HTTP mapping of each code.
_CODES = {400: 3, 401: 16, 403: 7, 404: 5, 409: 10, 429: 8, 499: 1, 500: 13, 501: 12, 503: 14, 504: 4}


@dataclass(frozen=True)
class Attempt:
    """A line of the journal: a delivery, when it left, and what came of it.

    `status` is None where no answer came. `end`: "" (under way), "done", "again" (at `again`), "given up", "gone" (the task
    was deleted meanwhile), "extra" (a duplicate, whose answer counts for nothing).
    """

    delivery: Delivery
    at: datetime
    status: int | None = None
    ended: datetime | None = None
    end: Literal["", "done", "again", "given up", "gone", "extra"] = ""
    again: datetime | None = None


@dataclass(frozen=True)
class Dispatch:
    """A delivery under way: its queue, its task (None for a duplicate) and the fault it meets."""

    delivery: Delivery
    queue: TaskQueue
    entry: Entry | None
    fault: Fault | None = None

    @property
    def twin(self) -> bool:
        """Whether it is to be sent twice at the same time."""
        return self.fault is not None and self.fault.kind == "duplicate_concurrent"

    @property
    def slow(self) -> timedelta:
        """How much longer than usual the answer takes."""
        return timedelta(seconds=self.fault.seconds if self.fault is not None and self.fault.kind == "slow" else 0)


class Dispatcher:
    """Takes tasks out of the queues when they are due, and keeps the journal."""

    def __init__(self, service: Service, record: Record, issuer: Issuer) -> None:
        """Serve these queues; the record has the faults."""
        self.journal: list[Attempt] = []
        self._service = service
        self._record = record
        self._issuer = issuer

    def ready(self) -> datetime | None:
        """The earliest instant of a next dispatch in any queue; None while there can be none."""
        times = [time for queue in self._service.queues.values() if (time := queue.ready()) is not None]
        return min(times) if times else None

    def take(self, now: datetime) -> Dispatch | None:
        """Take what is due first; None if nothing is due by now."""
        while True:
            due = [(time, name) for name, queue in self._service.queues.items() if (time := queue.ready()) is not None]
            if not due or min(due)[0] > now:
                return None
            queue = self._service.queues[min(due)[1]]
            found = queue.next()
            if isinstance(found, Delivery):
                queue.bucket.take(now)
                queue.under_way += 1
                return Dispatch(self._written(found, now), queue, None)
            dispatch = self._dispatch(queue, found, now)
            if dispatch is not None:
                return dispatch

    def twin(self, dispatch: Dispatch, now: datetime) -> Dispatch:
        """The second of two deliveries at the same time."""
        dispatch.queue.under_way += 1
        return Dispatch(self._written(dispatch.delivery, now), dispatch.queue, None)

    def settle(self, dispatch: Dispatch, answer: Answer, now: datetime) -> None:
        """Let an answer, or its absence, count."""
        queue, entry, delivery = dispatch.queue, dispatch.entry, dispatch.delivery
        queue.under_way -= 1
        queue.throttle.note(answer.status, answer.retry_after, now)
        self._service.changed.notify_all()
        line = replace(self.journal[delivery.number], status=answer.status, ended=now)
        if dispatch.fault is not None and dispatch.fault.kind == "duplicate":
            queue.repeat(delivery, now + timedelta(seconds=dispatch.fault.seconds))
        if entry is None:
            line = replace(line, end="extra")
        elif queue.tasks.get(entry.task.name) is not entry:
            line = replace(line, end="gone")
        elif answer.status is not None and 200 <= answer.status < 300:
            queue.remove(entry.task.name, now)
            line = replace(line, end="done")
        else:
            again = _failed(entry, answer, now)
            line = replace(line, end="again" if again else "given up", again=again)
            if again:
                queue.wait(entry, again)
            else:
                queue.remove(entry.task.name, now)
        self.journal[delivery.number] = line

    def _dispatch(self, queue: TaskQueue, entry: Entry, now: datetime) -> Dispatch | None:
        task = entry.task
        asked = task.http_request
        text = b"\n".join((task.name.encode(), asked.url.encode(), asked.body))
        fault = faults.due(self._record, KINDS, "deliver", text)
        if fault is not None and fault.kind == "late":
            queue.wait(entry, now + timedelta(seconds=fault.seconds))
            return None
        queue.bucket.take(now)
        queue.under_way += 1
        sent = headers(task, queue.message.name, entry.executions, entry.previous, self._issuer, now)
        delivery = Delivery(
            0,
            short(queue.message.name),
            short(task.name),
            HttpMethod(asked.http_method).name,
            encoded(asked.url),
            sent,
            asked.body,
            task.dispatch_deadline,
        )
        task.dispatch_count += 1
        if task.dispatch_count == 1:
            task.first_attempt = AttemptMessage(dispatch_time=now)
        task.last_attempt = AttemptMessage(schedule_time=task.schedule_time, dispatch_time=now)
        return Dispatch(self._written(delivery, now), queue, entry, fault)

    def _written(self, delivery: Delivery, now: datetime) -> Delivery:
        numbered = replace(delivery, number=len(self.journal))
        self.journal.append(Attempt(numbered, now))
        return numbered


def _failed(entry: Entry, answer: Answer, now: datetime) -> datetime | None:
    """Count a failed attempt; the time of the next one, or None when there is none."""
    task = entry.task
    entry.previous = answer.status
    if answer.status is None:
        code, message = UNAVAILABLE, "no answer"
        if now >= task.last_attempt.dispatch_time + task.dispatch_deadline:
            code, message = DEADLINE_EXCEEDED, "no answer before the dispatch deadline"
    else:
        task.response_count += 1
        entry.executions += answer.status < 500
        code, message = _CODES.get(answer.status, UNKNOWN), f"HTTP status code {answer.status}"
        task.last_attempt.response_time = now
    task.last_attempt.response_status.code = code
    task.last_attempt.response_status.message = message
    again = now + entry.retries.interval(task.dispatch_count)
    spent = entry.retries.is_spent(task.dispatch_count, now - task.first_attempt.dispatch_time)
    if spent or outlives(task.create_time, again):
        return None
    task.schedule_time = again
    return again
