"""A task on its way to the worker: the HTTP request, and what came back.

Source: google-cloud-tasks 2.26, `HttpRequest` (headers that are ignored or replaced); Google's page "Create HTTP target
tasks" (the X-CloudTasks headers: an execution is an answer other than 5xx); facts/platform.md 2.2.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

from simulators.record import Fault
from simulators.tasks.names import short
from simulators.tasks.oidc import Issuer
from simulators.tasks.pace import retry_after
from simulators.wire import Request, Response

KINDS: Mapping[str, str] = {
    "timeout_before": "the worker is never reached; the attempt fails without an answer",
    "lost_reply": "the worker does its work, its answer is lost",
    "slow": "the answer takes `seconds`; past the task's dispatch deadline the attempt has failed",
    "late": "the task is delivered `seconds` after its time, others before it",
    "duplicate": "delivered once more, `seconds` after the answer to the first",
    "duplicate_concurrent": "delivered twice at the same time",
    "answer_429": "the platform before the worker answers so (Retry-After: `seconds`); the worker is never reached",
    "answer_500": "the same with 500",
    "answer_503": "the same with 503 (Retry-After: `seconds`)",
}
_OURS = ("host", "content-length", "user-agent")
_OURS_BEGIN = ("x-google-", "x-appengine-", "x-cloudtasks-")


# What URLs may hold as it stands (RFC 3986), and the percent sign of what is encoded already.
_URL_LETTERS = "%:/?#[]@!$&'()*+,;=~"


@dataclass(frozen=True)
class Delivery:
    """One request to the worker. `number` is its place in the journal; `queue` and `task` are short names."""

    number: int
    queue: str
    task: str
    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    deadline: timedelta

    def request(self) -> Request:
        """The same as a simulator or a framework takes it: a path, lower-case headers, the host among them."""
        return Request.of(self.method, self.url, {"Host": urlsplit(self.url).netloc, **self.headers}, self.body)


@dataclass(frozen=True)
class Answer:
    """What the worker said; status None when no answer came."""

    status: int | None = None
    retry_after: timedelta | None = None


Post = Callable[[Delivery], Response]
"""Sends a delivery and returns the worker's answer; an OSError is no answer."""


def encoded(url: str) -> str:
    """An address as it is sent: what URLs cannot hold as percent and hexadecimal digits."""
    return quote(url, safe=_URL_LETTERS)


def headers(
    task: Any, queue: str, executions: int, previous: int | None, issuer: Issuer, now: datetime
) -> dict[str, str]:
    """The headers a task is sent with: its own, but for those Cloud Tasks keeps to itself, and ours."""
    asked = task.http_request
    own = {
        name: value
        for name, value in asked.headers.items()
        if name.lower() not in _OURS and not name.lower().startswith(_OURS_BEGIN)
    }
    sent = own | {
        "User-Agent": "Google-Cloud-Tasks",
        "X-CloudTasks-QueueName": short(queue),
        "X-CloudTasks-TaskName": short(task.name),
        "X-CloudTasks-TaskRetryCount": str(task.dispatch_count),
        "X-CloudTasks-TaskExecutionCount": str(executions),
        "X-CloudTasks-TaskETA": f"{task.schedule_time.timestamp():.6f}",
    }
    if previous is not None:
        sent["X-CloudTasks-TaskPreviousResponse"] = str(previous)
    if "oidc_token" in asked:
        sent = {name: value for name, value in sent.items() if name.lower() != "authorization"}
        token = issuer.token(asked.oidc_token.service_account_email, asked.oidc_token.audience or asked.url, now)
        sent["Authorization"] = f"Bearer {token}"
    return sent


def carry(delivery: Delivery, fault: Fault | None, post: Post, now: datetime) -> Answer:
    """Send a delivery under a fault, and read the answer; `now` is for dates in it."""
    kind = "" if fault is None else fault.kind
    if kind == "timeout_before":
        return Answer()
    if fault is not None and kind.startswith("answer_"):
        return Answer(int(kind.removeprefix("answer_")), timedelta(seconds=fault.seconds) if fault.seconds else None)
    try:
        response = post(delivery)
    except OSError:
        return Answer()
    return Answer() if kind == "lost_reply" else Answer(response.status, retry_after(response.headers, now))
