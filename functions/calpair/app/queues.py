"""The queues that functions put tasks into, and what is said of a pair that nobody looks at."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from calpair.app.clock import clock
from calpair.app.deployment import Deployment
from calpair.app.documents import OneByOne
from calpair.care import publishing
from calpair.care import status as statuses
from calpair.care.status import State
from calpair.errors import VersionError
from calpair.gcp.queue import CloudTasksQueue, QueueSettings, connect
from calpair.model.pair import Pair
from calpair.ports import Queue, Store
from calpair.sync.dispatch import nudge

_logger = logging.getLogger("calpair")

ASKING = ("queue", "sync_url", "tasks_account")
"""What a function needs that asks for pairs."""
PUBLISHED_WITHIN = timedelta(minutes=5)
"""How long `publish_free_busy` may take, as it is deployed."""


def queue(deployment: Deployment) -> Queue:
    """Open the queue of pairs."""
    settings = QueueSettings(deployment.queue, deployment.sync_url, deployment.tasks_account, deployment.timeout)
    return CloudTasksQueue(connect(deployment.tasks_endpoint), settings, clock)


def publishing_queue(deployment: Deployment) -> Queue | None:
    """Open the queue of what is published. None: this function asks for nothing of it."""
    if not deployment.publish_queue:
        return None
    url, account = deployment.publish_url, deployment.tasks_account
    settings = QueueSettings(deployment.publish_queue, url, account, PUBLISHED_WITHIN, "batch")
    return CloudTasksQueue(connect(deployment.tasks_endpoint), settings, clock)


def ask_if_changed(documents: OneByOne, queue: Queue, pair: Pair, now: datetime) -> None:
    """Ask for a pair that was set aside just now by a document which is another by now.

    Who answered that one may have been faster, and the pair's next look been forgotten with it.
    """
    found = documents.counting(pair.name)
    if found.pair and found.pair != pair:
        nudge(queue, [found.pair], now)


def tell(store: Store, name: str, pair: Pair | None, state: State | None, now: datetime) -> None:
    """Take down how a pair stands that nobody looks at; `state` None: there is none of that name."""
    if name.startswith(publishing.BEGINS):
        # A name no pair may have: its status is a domain's, and stays so.
        _logger.warning("pairs/%s: %s", name, state.sentence if state else "gone")
        return
    # Where another instance has just written it, its word is as good.
    with suppress(VersionError):
        if state:
            statuses.record(store, pair.key if pair else "", name, state, {}, now)
        else:
            statuses.forget(store, name)
