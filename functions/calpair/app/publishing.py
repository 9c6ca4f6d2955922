"""The parts of the function that publishes Google users' free/busy in Exchange, `publish_free_busy`: one batch a call.

Whatever a server says is an answer: the batch is due again at its time, and the task is done. How it stands is told by the
next `dispatch`: a domain has many batches, and all of them are read to tell it.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from uuid import uuid4

from calpair.app.clock import clock
from calpair.app.connections import Connections, Transports
from calpair.app.documents import OneByOne
from calpair.app.ground import callers, once, ready, store
from calpair.app.keys import digest_key
from calpair.app.publisher import Publisher
from calpair.busy.batches import PUBLISHED
from calpair.care.changed import say
from calpair.errors import CalpairError, StoreError
from calpair.gcp import secrets
from calpair.gcp.callers import Callers
from calpair.google.delegation import Delegation
from calpair.google.machine import own_identity
from calpair.model.plain import possible
from calpair.ports import Now, Store
from calpair.sync.digest import Digester
from calpair.sync.gate import Gate

_logger = logging.getLogger("calpair")


@once
def publishing() -> "Publishing":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    deployment = ready(os.environ, "project", "callers", "audience", "digest_key", "free_busy_identity")
    own = partial(own_identity, os.environ, clock)
    manager = secrets.SecretManager(secrets.connect(deployment.secrets_endpoint), deployment.project, clock)
    return Publishing(
        store=store(deployment),
        callers=callers(deployment),
        secret=manager.resolve,
        forget=manager.forget,
        digest_key=deployment.digest_key,
        delegation=Delegation(deployment.free_busy_identity, own, clock, deployment.sign_in_endpoint),
    )


@dataclass
class Publishing:
    """What every round needs. Threads share it. `secret` gives what a reference names, `forget` has it read anew."""

    store: Store
    callers: Callers
    secret: Callable[[str], str]
    forget: Callable[[str], None]
    digest_key: str
    delegation: Delegation | None
    now: Now = clock
    transports: Transports = field(default_factory=Transports)
    chance: Callable[[], object] = uuid4
    publisher: Publisher = field(init=False)
    documents: OneByOne = field(init=False)
    """What people wrote."""

    def __post_init__(self) -> None:
        """Join what all threads have to share, before there are any."""
        self.documents = OneByOne(self.store, self.now)
        self.publisher = Publisher(
            self.store,
            Gate(self.store, str(self.chance()), lambda _: True),
            self.secret,
            self.forget,
            lambda: self.digester,
            self.delegation,
            self.now,
            Connections(self.store, self.now, self.secret, self.transports),
            self.transports,
            lambda domain: say(self.store, f"{PUBLISHED}/{domain.name}", self.now()),
        )

    @cached_property
    def digester(self) -> Digester:
        """The digests, under this installation's key."""
        return Digester(digest_key(self.secret(self.digest_key)))

    def look(self, key: str) -> dict[str, Any]:
        """Publish a batch, if there is one of this name. Raises what is broken here."""
        doc = self.store.get(PUBLISHED, key) if possible(key) else None
        if doc is None:
            return {"outcome": "nobody"}
        try:
            report = self.publisher.round(doc, self.documents.domain(doc.data["head"]["domain"]))
        except StoreError:
            raise
        except CalpairError as error:
            _logger.warning("%s", error, extra={"fields": {"batch": key}})
            return {"outcome": "later"}
        if report is None:
            return {"outcome": "nobody"}
        if report.taken:
            return {"outcome": "busy"}
        did = {"written": report.written, "unknown": report.unknown}
        if any(did.values()):
            _logger.info("published", extra={"fields": {"batch": key, **did}})
        return {"outcome": "ok", **did}
