"""Names of queues and tasks: `projects/P/locations/L/queues/Q/tasks/T`, checked as the published types word it.

Source: google-cloud-tasks 2.26, `Queue.name` and `Task.name`.
"""

import re

import grpc

from simulators.rpc import RefusedError

_QUEUE = r"projects/[A-Za-z0-9:.-]+/locations/[a-z0-9-]+/queues/[A-Za-z0-9-]{1,100}"
_FORMS = {
    "queue": (_QUEUE, "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID"),
    "task": (
        _QUEUE + r"/tasks/[A-Za-z0-9_-]{1,500}",
        "projects/PROJECT_ID/locations/LOCATION_ID/queues/QUEUE_ID/tasks/TASK_ID",
    ),
}


def check(kind: str, name: str) -> str:
    """Return a name of this kind (queue, task), or refuse it with INVALID_ARGUMENT."""
    pattern, form = _FORMS[kind]
    if re.fullmatch(pattern, name) is None:
        raise RefusedError(grpc.StatusCode.INVALID_ARGUMENT, f"The {kind} name must be formatted: {form}")
    return name


def queue_of(task: str) -> str:
    """The queue a task's name stands in."""
    return check("task", task).rpartition("/tasks/")[0]


def short(name: str) -> str:
    """The last part of a name."""
    return name.rpartition("/")[2]
