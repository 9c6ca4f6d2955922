"""The methods of Cloud Tasks v2 that are modelled, from message to message.

Source: google-cloud-tasks 2.26, `services/cloud_tasks/client.py` and `types`; facts/platform.md 2. Google's own sentences,
as people report them, are those of ALREADY_EXISTS and NOT_FOUND.
"""

import threading
import zlib
from datetime import datetime
from typing import Any

import grpc
from google.cloud import tasks_v2
from google.longrunning import operations_pb2
from google.protobuf.empty_pb2 import Empty

from simulators.clock import Clock
from simulators.rpc import Method, RefusedError
from simulators.tasks import names
from simulators.tasks.batch import Batches
from simulators.tasks.checks import checked
from simulators.tasks.queues import RUNNING, Entry, TaskQueue, shown
from simulators.tasks.settings import Settings

PAGE = 1000
_TAKEN = (
    "The task cannot be created because a task with this name existed too recently. For more information about task "
    "de-duplication see https://cloud.google.com/tasks/docs/reference/rest/v2/projects.locations.queues.tasks/create"
    "#body.request_body.FIELDS.task."
)
_LEFT = (
    "The task no longer exists, though a task with this name existed recently. The task either successfully completed "
    "or was deleted."
)
_NO_QUEUE = "Queue does not exist. If you just created the queue, wait at least a minute for the queue to initialize."


class Service:
    """The queues, and what may be asked about them. `changed` is notified when a dispatch may have become possible."""

    def __init__(self, clock: Clock, settings: Settings, lock: threading.RLock) -> None:
        """No queue yet."""
        self.clock = clock
        self.queues: dict[str, TaskQueue] = {}
        self.changed = threading.Condition(lock)
        self._settings = settings
        self._batches = Batches(settings)
        self._made = 0

    def methods(self) -> dict[str, Method]:
        """The table for the door."""
        types = tasks_v2
        table = {
            "CreateQueue": _method(self.create_queue, types.CreateQueueRequest, types.Queue, changes=True),
            "GetQueue": _method(self.get_queue, types.GetQueueRequest, types.Queue),
            "PauseQueue": _method(self.pause_queue, types.PauseQueueRequest, types.Queue, changes=True),
            "ResumeQueue": _method(self.resume_queue, types.ResumeQueueRequest, types.Queue, changes=True),
            "PurgeQueue": _method(self.purge_queue, types.PurgeQueueRequest, types.Queue, changes=True),
            "CreateTask": _method(self.create_task, types.CreateTaskRequest, types.Task, changes=True),
            "GetTask": _method(self.get_task, types.GetTaskRequest, types.Task),
            "ListTasks": _method(self.list_tasks, types.ListTasksRequest, types.ListTasksResponse),
            "DeleteTask": Method(
                self.delete_task, types.DeleteTaskRequest.deserialize, Empty.SerializeToString, changes=True
            ),
            "BatchCreateTasks": Method(
                self.batch_create_tasks,
                types.BatchCreateTasksRequest.deserialize,
                operations_pb2.Operation.SerializeToString,
                changes=True,
            ),
        }
        operation = Method(
            self._batches.get, operations_pb2.GetOperationRequest.FromString, operations_pb2.Operation.SerializeToString
        )
        return {f"/google.cloud.tasks.v2.CloudTasks/{name}": method for name, method in table.items()} | {
            "/google.longrunning.Operations/GetOperation": operation
        }

    def create_queue(self, request: Any) -> Any:
        """Make a queue; its config is checked, defaults are filled in."""
        name = names.check("queue", request.queue.name)
        if not name.startswith(f"{request.parent}/queues/"):
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, f"The queue name must begin with {request.parent}")
        if "http_target" in request.queue or "app_engine_routing_override" in request.queue:
            raise RefusedError(grpc.StatusCode.UNIMPLEMENTED, "not modelled: targets and routing of a whole queue")
        if name in self.queues:
            raise RefusedError(grpc.StatusCode.ALREADY_EXISTS, "Queue already exists")
        try:
            self.queues[name] = TaskQueue(tasks_v2.Queue(request.queue), self._settings, self.clock.now())
        except (ValueError, OverflowError) as wrong:
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, str(wrong)) from None
        return self.queues[name].message

    def get_queue(self, request: Any) -> Any:
        """A queue with its config and state."""
        return self._queue(request.name).message

    def pause_queue(self, request: Any) -> Any:
        """Stop dispatching; tasks may still be created."""
        queue = self._queue(request.name)
        queue.message.state = tasks_v2.Queue.State.PAUSED
        return queue.message

    def resume_queue(self, request: Any) -> Any:
        """Dispatch again."""
        queue = self._queue(request.name)
        queue.message.state = RUNNING
        self.changed.notify_all()
        return queue.message

    def purge_queue(self, request: Any) -> Any:
        """Delete every task, at once (Google takes up to a minute)."""
        queue, now = self._queue(request.name), self.clock.now()
        for name in list(queue.tasks):
            queue.remove(name, now)
        queue.message.purge_time = now
        return queue.message

    def create_task(self, request: Any) -> Any:
        """Put a task into its queue."""
        return shown(self._create(request, self.clock.now()).task, request.response_view)

    def get_task(self, request: Any) -> Any:
        """A task that is still there."""
        return shown(self._entry(request.name)[1].task, request.response_view)

    def list_tasks(self, request: Any) -> Any:
        """A page of the tasks of a queue, by name."""
        queue = self._queue(request.parent)
        if request.page_size < 0:
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "page_size must not be negative")
        if request.page_token and not request.page_token.startswith(f"{request.parent}/tasks/"):
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, "page_token must be one a page of this list gave")
        size = min(request.page_size or PAGE, PAGE)
        rest = sorted(name for name in queue.tasks if name > request.page_token)
        return tasks_v2.ListTasksResponse(
            tasks=[shown(queue.tasks[name].task, request.response_view) for name in rest[:size]],
            next_page_token=rest[size - 1] if len(rest) > size else "",
        )

    def delete_task(self, request: Any) -> Empty:
        """Delete a task, under way or not."""
        queue, entry = self._entry(request.name)
        queue.remove(entry.task.name, self.clock.now())
        return Empty()

    def batch_create_tasks(self, request: Any) -> operations_pb2.Operation:
        """Create up to a hundred tasks of one queue, each on its own."""
        self._queue(request.parent)
        now = self.clock.now()
        return self._batches.create(request, now, lambda one: self._create(one, now).task)

    def _create(self, request: Any, now: datetime) -> Entry:
        queue = self._queue(request.parent)
        task = checked(request.task, request.parent, self._settings, now)
        if task.name and (task.name in queue.tasks or queue.was_here(task.name, now)):
            raise RefusedError(grpc.StatusCode.ALREADY_EXISTS, _TAKEN)
        task.name = task.name or f"{request.parent}/tasks/{self._id(request.parent)}"
        self.changed.notify_all()
        return queue.add(task)

    def _id(self, queue: str) -> str:
        """The id of a task that was given no name: numbers without an order, the same in every run."""
        self._made += 1
        mixed = zlib.crc32(f"{queue} {self._made}".encode())
        return f"{mixed:010d}{self._made:09d}"

    def _queue(self, name: str) -> TaskQueue:
        if names.check("queue", name) not in self.queues:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, _NO_QUEUE)
        return self.queues[name]

    def _entry(self, name: str) -> tuple[TaskQueue, Entry]:
        queue = self._queue(names.queue_of(name))
        if name not in queue.tasks:
            left = queue.was_here(name, self.clock.now())
            raise RefusedError(grpc.StatusCode.NOT_FOUND, _LEFT if left else "Requested entity was not found.")
        return queue, queue.tasks[name]


def _method(answer: Any, request: Any, response: Any, *, changes: bool = False) -> Method:
    return Method(answer, request.deserialize, response.serialize, changes)
