"""BatchCreateTasks: many tasks in one call, answered by a long-running operation that tells of each.

Source: google-cloud-tasks 2.26, `BatchCreateTasksRequest`, `BatchCreateTasksResponse`, `BatchCreateTasksMetadata`; the
error of a batch in which nothing succeeded as `BatchDeleteTasksMetadata` words it. Not documented, so ours: the form of an
operation's name, and that a `request_id` once used gives the operation it gave before, whatever else is sent with it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import grpc
from google.cloud.tasks_v2 import BatchCreateTasksMetadata, BatchCreateTasksResponse
from google.longrunning import operations_pb2
from google.rpc import status_pb2

from simulators.rpc import RefusedError
from simulators.tasks.queues import shown
from simulators.tasks.settings import Settings

MOST = 100
_STATE = BatchCreateTasksMetadata.State


class Batches:
    """The operations so far, by name, with the number of polls that still find each running."""

    def __init__(self, settings: Settings) -> None:
        """None yet."""
        self._settings = settings
        self._operations: dict[str, operations_pb2.Operation] = {}
        self._polls: dict[str, int] = {}

    def create(self, request: Any, now: datetime, create: Callable[[Any], Any]) -> operations_pb2.Operation:
        """Create each task by `create`, which refuses for one alone; the queue has been found."""
        if not 1 <= len(request.requests) <= MOST:
            raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, f"A batch has 1 to {MOST} requests")
        if any(one.parent != request.parent for one in request.requests):
            raise RefusedError(
                grpc.StatusCode.INVALID_ARGUMENT, "Every request of a batch must have the batch's parent"
            )
        word = request.request_id or f"batch-{len(self._operations) + 1}"
        name = f"{request.parent}/operations/{word}"
        if name not in self._operations:
            self._operations[name] = _done(name, request, now, create)
            self._polls[name] = self._settings.batch_polls
        return self._seen(name)

    def get(self, request: Any) -> operations_pb2.Operation:
        """An operation by name; each look brings one that runs nearer to its end."""
        if request.name not in self._operations:
            raise RefusedError(grpc.StatusCode.NOT_FOUND, "Requested entity was not found.")
        self._polls[request.name] = max(0, self._polls[request.name] - 1)
        return self._seen(request.name)

    def _seen(self, name: str) -> operations_pb2.Operation:
        done = self._operations[name]
        if not self._polls[name]:
            return done
        metadata = BatchCreateTasksMetadata()
        done.metadata.Unpack(BatchCreateTasksMetadata.pb(metadata))
        running = operations_pb2.Operation(name=name)
        running.metadata.Pack(
            BatchCreateTasksMetadata.pb(BatchCreateTasksMetadata(start_time=metadata.start_time, state=_STATE.RUNNING))
        )
        return running


def _done(name: str, request: Any, now: datetime, create: Callable[[Any], Any]) -> operations_pb2.Operation:
    tasks: list[Any] = []
    failed: dict[int, status_pb2.Status] = {}
    for index, one in enumerate(request.requests):
        try:
            tasks.append(shown(create(one), one.response_view))
        except RefusedError as refused:
            failed[index] = status_pb2.Status(code=refused.code.value[0], message=str(refused))
    state = _STATE.PARTIALLY_SUCCEEDED if failed else _STATE.SUCCEEDED
    metadata = BatchCreateTasksMetadata(start_time=now, end_time=now, state=state, failed_requests=failed)
    operation = operations_pb2.Operation(name=name, done=True)
    operation.metadata.Pack(BatchCreateTasksMetadata.pb(metadata))
    if tasks:
        operation.response.Pack(BatchCreateTasksResponse.pb(BatchCreateTasksResponse(tasks=tasks)))
    else:
        operation.error.code = grpc.StatusCode.ABORTED.value[0]
        operation.error.message = "None of the requests succeeded, refer to BatchCreateTasksMetadata.failed_requests for individual error details"
    return operation
