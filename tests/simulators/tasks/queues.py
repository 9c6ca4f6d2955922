"""A queue and its tasks: what waits, what is under way, and which names are still taken.

Source: google-cloud-tasks 2.26, `Queue`, `RateLimits`, `CreateTaskRequest` (names of tasks that ran or were deleted).
"""

import heapq
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud.tasks_v2 import Queue as QueueMessage
from google.cloud.tasks_v2 import Task

from simulators.tasks.delivery import Delivery
from simulators.tasks.pace import Bucket, Throttle
from simulators.tasks.retries import Retries, retries
from simulators.tasks.settings import Settings

RUNNING = QueueMessage.State.RUNNING
_RATE, _CONCURRENT = 500.0, 1000
_MOST_RATE, _MOST_CONCURRENT = 500.0, 5000


@dataclass
class Entry:
    """A task in its queue. `executions` and `previous` are what the headers say of its answers so far."""

    task: Any
    retries: Retries
    executions: int = 0
    previous: int | None = None


class TaskQueue:
    """One queue; times come from the caller. Not for several threads at once: the simulator's lock is held."""

    def __init__(self, message: Any, settings: Settings, now: datetime) -> None:
        """Make a queue of what CreateQueue was sent, with defaults filled in; ValueError for what it may not be."""
        limits = message.rate_limits
        limits.max_dispatches_per_second = limits.max_dispatches_per_second or _RATE
        limits.max_concurrent_dispatches = limits.max_concurrent_dispatches or _CONCURRENT
        if not 0 < limits.max_dispatches_per_second <= _MOST_RATE:
            raise ValueError("max_dispatches_per_second must be between 0 and 500")
        if not 0 < limits.max_concurrent_dispatches <= _MOST_CONCURRENT:
            raise ValueError("max_concurrent_dispatches must be between 0 and 5000")
        self.retries = retries(message.retry_config)
        self.bucket = Bucket(limits.max_dispatches_per_second, now)
        limits.max_burst_size = self.bucket.burst
        config = message.retry_config
        config.max_attempts, config.max_doublings = self.retries.attempts, self.retries.doublings
        config.max_retry_duration = self.retries.duration
        config.min_backoff, config.max_backoff = self.retries.least, self.retries.most
        message.state = RUNNING
        self.message = message
        self.throttle = Throttle(settings)
        self.tasks: dict[str, Entry] = {}
        self.again: list[tuple[datetime, int, Delivery]] = []
        self.under_way = 0
        self._settings = settings
        self._waiting: list[tuple[datetime, int, Entry]] = []
        self._turn = 0
        self._gone: dict[str, datetime] = {}
        self._goings: deque[tuple[datetime, str]] = deque()

    def add(self, task: Any) -> Entry:
        """Put in a task that was checked."""
        own = retries(task.retry_config) if "retry_config" in task else self.retries
        entry = Entry(task, own)
        self.tasks[task.name] = entry
        self.wait(entry, task.schedule_time)
        return entry

    def wait(self, entry: Entry, until: datetime) -> None:
        """Let a task wait for its (next) dispatch."""
        self._turn += 1
        heapq.heappush(self._waiting, (until, self._turn, entry))

    def repeat(self, delivery: Delivery, at: datetime) -> None:
        """Let a delivery happen once more, at this time."""
        self._turn += 1
        heapq.heappush(self.again, (at, self._turn, delivery))

    def remove(self, name: str, now: datetime) -> None:
        """Take a task out; its name stays taken for a while."""
        del self.tasks[name]
        self._gone[name] = now
        self._goings.append((now, name))

    def was_here(self, name: str, now: datetime) -> bool:
        """Tell whether a task of this name left within the window of de-duplication."""
        while self._goings and self._goings[0][0] + self._settings.dedupe <= now:
            when, old = self._goings.popleft()
            if self._gone.get(old) == when:
                del self._gone[old]
        return name in self._gone

    def ready(self) -> datetime | None:
        """The earliest instant of a next dispatch, as things stand; None while there can be none."""
        waiting = self._first()
        times = [waiting[0]] if waiting else []
        times += [self.again[0][0]] if self.again else []
        full = self.under_way >= self.message.rate_limits.max_concurrent_dispatches
        if not times or full or self.message.state != RUNNING:
            return None
        return max(min(times), self.throttle.until, self.bucket.ready())

    def next(self) -> Entry | Delivery:
        """Take out what is to be dispatched first; the caller has waited until `ready`."""
        waiting = self._first()
        if waiting is None or (self.again and self.again[0] < waiting[:2]):
            return heapq.heappop(self.again)[2]
        return heapq.heappop(self._waiting)[2]

    def _first(self) -> tuple[datetime, int, Entry] | None:
        # A task that was deleted or purged while it waited is met here, not searched for then.
        while self._waiting and self.tasks.get(self._waiting[0][2].task.name) is not self._waiting[0][2]:
            heapq.heappop(self._waiting)
        return self._waiting[0] if self._waiting else None


def shown(task: Any, view: Any) -> Any:
    """A copy of a task as a caller sees it: without its body, unless the view is FULL."""
    is_full = view == Task.View.FULL
    copy = Task(task, view=Task.View.FULL if is_full else Task.View.BASIC)
    if not is_full:
        copy.http_request.body = b""
    return copy
