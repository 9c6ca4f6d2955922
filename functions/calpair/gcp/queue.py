"""A queue on Google Cloud: `ports.Queue` as tasks of one Cloud Tasks queue, each a call of the function it feeds.

    queue = CloudTasksQueue(CloudTasksClient(), settings, now)
    queue.ask([Ask("ana", pair_key, at, token)])

A task's name is its token, so the service itself refuses what was asked before; a name is used up for a day, and no
token is ever made twice for two things. A hundred tasks go in one call; all calls are begun before the first outcome is
awaited. Nothing is tried twice here: whoever asked asks again, with the same tokens. Source: Cloud Tasks v2.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import grpc
from google.api_core import exceptions
from google.cloud.tasks_v2 import (
    BatchCreateTasksRequest,
    CloudTasksClient,
    CreateTaskRequest,
    HttpMethod,
    HttpRequest,
    OidcToken,
    Task,
)
from google.cloud.tasks_v2.services.cloud_tasks.transports import CloudTasksGrpcTransport

from calpair.errors import BackOffError, CalpairError, UsageError
from calpair.ports import Ask, Now

BATCH = 100
"""Tasks a call, the service's own limit."""
CALL_SECONDS = 20.0
_ALREADY_EXISTS = grpc.StatusCode.ALREADY_EXISTS
_PASSING = {
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.RESOURCE_EXHAUSTED,
    grpc.StatusCode.ABORTED,
    grpc.StatusCode.INTERNAL,
}
_BY_NUMBER = {code.value[0]: code for code in grpc.StatusCode}


@dataclass(frozen=True, slots=True)
class QueueSettings:
    """Where tasks go and as whom they call. `name`: `projects/P/locations/L/queues/Q`.

    `url`: the function's own address, which is also what its callers' tokens are for; `account`: the service account
    whose token a task carries; `deadline`: how long the function may take to answer; `what`: how a task calls what is to
    be looked at.
    """

    name: str
    url: str
    account: str
    deadline: timedelta
    what: str = "pair"


def connect(endpoint: str = "") -> CloudTasksClient:
    """Open the line; one a process. `endpoint`: another Cloud Tasks on this machine, which asks for no sign-in."""
    if not endpoint:
        return CloudTasksClient()
    return CloudTasksClient(transport=CloudTasksGrpcTransport(channel=grpc.insecure_channel(endpoint)))


class CloudTasksQueue:
    """Asks for pairs by tasks."""

    def __init__(self, client: CloudTasksClient, settings: QueueSettings, now: Now) -> None:
        self._client = client
        self._settings = settings
        self._now = now

    def ask(self, asks: Sequence[Ask]) -> None:
        """Make a task of every ask that was not made before. BackOffError: not all were; UsageError: none ever will be."""
        try:
            if len(asks) == 1:
                self._one(asks[0])
                return
            for operation in [self._begin(some) for some in _batches(asks)]:
                self._check(operation)
        except exceptions.GoogleAPICallError as error:
            raise self._told(error.grpc_status_code) from None
        except (exceptions.RetryError, TimeoutError):
            raise self._told(grpc.StatusCode.DEADLINE_EXCEEDED) from None

    def _one(self, ask: Ask) -> None:
        try:
            self._client.create_task(parent=self._settings.name, task=self._task(ask), retry=None, timeout=CALL_SECONDS)
        except exceptions.AlreadyExists:
            return

    def _begin(self, asks: Sequence[Ask]) -> Any:
        parent = self._settings.name
        requests = [CreateTaskRequest(parent=parent, task=self._task(ask)) for ask in asks]
        batch = BatchCreateTasksRequest(parent=parent, requests=requests)
        return self._client.batch_create_tasks(batch, retry=None, timeout=CALL_SECONDS)

    def _task(self, ask: Ask) -> Task:
        settings = self._settings
        return Task(
            name=f"{settings.name}/tasks/{ask.token}",
            schedule_time=ask.at if ask.at > self._now() else None,
            dispatch_deadline=settings.deadline,
            http_request=HttpRequest(
                http_method=HttpMethod.POST,
                url=settings.url,
                headers={"Content-Type": "application/json"},
                body=json.dumps({settings.what: ask.pair, "key": ask.key, "changed": ask.changed}).encode(),
                oidc_token=OidcToken(service_account_email=settings.account, audience=settings.url),
            ),
        )

    def _check(self, operation: Any) -> None:
        """Await a batch's end. A task that was there already is what was asked for."""
        try:
            operation.result(timeout=CALL_SECONDS)
        except exceptions.GoogleAPICallError:
            # A batch of nothing but tasks that were there has failed, as the service sees it.
            if not operation.metadata.failed_requests:
                raise
        for status in operation.metadata.failed_requests.values():
            if _BY_NUMBER.get(status.code) is not _ALREADY_EXISTS:
                raise self._told(_BY_NUMBER.get(status.code))

    def _told(self, code: grpc.StatusCode | None) -> CalpairError:
        """Say what it means in our words: the service's would name tasks."""
        said = code.name if code else "no known answer"
        if code in _PASSING:
            return BackOffError(said, "the task queue did not take everything", scope="user")
        return UsageError(
            f"the task queue {self._settings.name} cannot be used ({said}); "
            "look at CALPAIR_QUEUE and at the rights of this function's account"
        )


def _batches(asks: Sequence[Ask]) -> Iterator[Sequence[Ask]]:
    for start in range(0, len(asks), BATCH):
        yield asks[start : start + BATCH]
