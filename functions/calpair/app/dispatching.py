"""The parts of the functions that ask for pairs: `dispatch`, once a minute, and `document_written`, when somebody wrote.

Neither speaks to Exchange or Google, nor knows how.
"""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any

from calpair.app.deployment import Deployment
from calpair.app.documents import OneByOne
from calpair.app.ground import callers, clock, configure, store
from calpair.care import apply as people
from calpair.care import status as statuses
from calpair.care.answer import answer
from calpair.care.status import State
from calpair.errors import VersionError
from calpair.gcp.callers import Callers
from calpair.gcp.queue import CloudTasksQueue, QueueSettings, connect
from calpair.model.pair import Pair
from calpair.ports import Now, Queue, Store
from calpair.sync.book import leave_alone
from calpair.sync.dispatch import dispatch, nudge


@cache
def dispatching() -> "Dispatching":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    deployment = Deployment.from_env(os.environ)
    deployment.need("project", "queue", "sync_url", "tasks_account", "audience", "callers")
    configure(deployment)
    return Dispatching(store(deployment), queue(deployment), callers(deployment))


def queue(deployment: Deployment) -> Queue:
    """Open the task queue."""
    settings = QueueSettings(deployment.queue, deployment.sync_url, deployment.tasks_account, deployment.timeout)
    return CloudTasksQueue(connect(deployment.tasks_endpoint), settings, clock)


@dataclass
class Dispatching:
    """What both functions do."""

    store: Store
    queue: Queue
    callers: Callers
    now: Now = clock

    @cached_property
    def documents(self) -> OneByOne:
        """What people wrote."""
        return OneByOne(self.store, self.now)

    def dispatch(self) -> int:
        """Ask for every pair that is due; gives how many asks there were."""
        return dispatch(self.store, self.queue, self.now())

    def written(self, document: str) -> dict[str, Any]:
        """Answer a document (`pairs/ana`) that somebody wrote or deleted, and ask for the pairs it concerns."""
        collection, _, name = document.partition("/")
        changed = people.changed_by(collection, name)
        if changed is None:
            return {"asked": 0}
        if changed[0] == people.PAIRS:
            pairs = list(answer(self.store, changed[1], lambda one: self.documents.counting(one).read(), self._tell))
        else:
            self.documents.forget(changed[1])
            pairs = []
            for name, found in self.documents.pairs_of(changed[1]):
                if found.pair:
                    pairs.append(found.pair)
                else:
                    self._tell(name, None, State("failing", f"{'; '.join(found.problems)}."))
        nudge(self.queue, pairs, self.now())
        return {"asked": len(pairs)}

    def _tell(self, name: str, pair: Pair | None, state: State | None) -> None:
        if pair:
            # Whoever is looking at it now finds out by itself.
            leave_alone(self.store, pair.key, name)
        tell(self.store, name, pair, state, self.now())


def tell(store: Store, name: str, pair: Pair | None, state: State | None, now: datetime) -> None:
    """Take down how a pair stands that nobody looks at; `state` None: there is none of that name."""
    # Where another instance has just written it, its word is as good.
    with suppress(VersionError):
        if state:
            statuses.record(store, pair.key if pair else "", name, state, {}, now)
        else:
            statuses.forget(store, name)
