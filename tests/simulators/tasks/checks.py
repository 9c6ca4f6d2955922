"""Whether a task may be created, and what Cloud Tasks fills in.

Source: google-cloud-tasks 2.26, `CreateTaskRequest`, `Task`, `HttpRequest`; facts/platform.md 2.1, 2.2. The sentences on
the schedule time and on a taken name are Google's own, as people report them; the others are ours.
"""

import re
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import grpc
from google.cloud.tasks_v2 import HttpMethod, Task

from simulators.rpc import RefusedError
from simulators.tasks import names
from simulators.tasks.delivery import encoded
from simulators.tasks.retries import retries
from simulators.tasks.settings import Settings

HOURS_AHEAD = 720
DEADLINE, LEAST_DEADLINE, MOST_DEADLINE = timedelta(minutes=10), timedelta(seconds=15), timedelta(minutes=30)
URL_CHARACTERS = 2083
HEADER_BYTES = 80 * 1024
_WITH_BODY = (HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH)
_OUTPUT_ONLY = ("create_time", "dispatch_count", "response_count", "first_attempt", "last_attempt", "view")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_MILLISECOND = timedelta(milliseconds=1)


def checked(sent: Any, parent: str, settings: Settings, now: datetime) -> Any:
    """Return the task as it will stand in the queue, its name still empty if none was given, or refuse it."""
    if sent.name and names.queue_of(sent.name) != parent:
        raise _invalid(f"The task name must begin with the queue it is created in: {parent}")
    if "app_engine_http_request" in sent or "oauth_token" in sent.http_request:
        raise RefusedError(grpc.StatusCode.UNIMPLEMENTED, "not modelled: App Engine tasks and OAuth tokens")
    if "http_request" not in sent:
        raise _invalid("The task must have an http_request")
    task = Task(sent)
    for name in _OUTPUT_ONLY:
        Task.pb(task).ClearField(name)
    try:
        _timed(task, now)
        _request(task.http_request)
        retries(task.retry_config)
    except (ValueError, OverflowError) as wrong:
        raise _invalid(str(wrong)) from None
    if Task.pb(task).ByteSize() > settings.task_bytes:
        raise _invalid(f"The task is too large: it may have {settings.task_bytes} bytes")
    return task


def _timed(task: Any, now: datetime) -> None:
    due = max(task.schedule_time, now) if task.schedule_time else now
    if due > now + timedelta(hours=HOURS_AHEAD):
        # Google writes the time as its own clocks in California show it.
        shown = due.astimezone(ZoneInfo("America/Los_Angeles")).isoformat()
        raise ValueError(
            f"The Task.scheduleTime, {shown}, is too far in the future. "
            f"Schedule time must be no more than {HOURS_AHEAD}h in the future."
        )
    task.schedule_time = due
    task.create_time = now.replace(microsecond=0)
    deadline = task.dispatch_deadline if "dispatch_deadline" in task else DEADLINE
    if not LEAST_DEADLINE <= deadline <= MOST_DEADLINE:
        raise ValueError("Task.dispatchDeadline must be between 15 seconds and 30 minutes")
    task.dispatch_deadline = deadline // _MILLISECOND * _MILLISECOND


def _request(request: Any) -> None:
    if not request.url.startswith(("http://", "https://")) or not urlsplit(request.url).hostname:
        raise ValueError("HttpRequest.url must be a whole URL and begin with http:// or https://")
    if len(encoded(request.url)) > URL_CHARACTERS:
        raise ValueError(f"HttpRequest.url must not be longer than {URL_CHARACTERS} characters after encoding")
    request.http_method = request.http_method or HttpMethod.POST
    if request.body and request.http_method not in _WITH_BODY:
        raise ValueError(f"A body is not allowed with the HTTP method {HttpMethod(request.http_method).name}")
    lines = [text for pair in request.headers.items() for text in pair]
    if sum(len(text.encode()) for text in lines) >= HEADER_BYTES:
        raise ValueError("The headers must be less than 80KB")
    if any(letter in text for text in lines for letter in "\r\n\0"):
        raise ValueError("A header must not hold a line break")
    if not all(map(_HEADER_NAME.fullmatch, request.headers)):
        raise ValueError("A header's name must be a token of RFC 9110")
    if "oidc_token" in request and not request.oidc_token.service_account_email:
        raise ValueError("OidcToken.serviceAccountEmail is required")


def _invalid(message: str) -> RefusedError:
    return RefusedError(grpc.StatusCode.INVALID_ARGUMENT, message)
