"""The parts of the function that tells when Exchange users are free, `exchange_free_busy`.

Reads the domains and asks their servers; writes nothing, keeps nothing, and knows neither Google's calendars nor the
engine. Google gives a look-up thirty seconds: whatever a server does, there is an answer after twenty.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from threading import Lock
from typing import Any

from calpair.app.clock import clock
from calpair.app.documents import OneByOne
from calpair.app.doors import Door, in_json
from calpair.app.ground import callers, once, ready, store
from calpair.app.register import Register
from calpair.app.servers import Reach, Server
from calpair.busy.ask_exchange import ask, may_ask
from calpair.busy.memory import Memory
from calpair.busy.registered import registered
from calpair.gcp import secrets
from calpair.gcp.callers import Callers
from calpair.google.free_busy_query import LARGEST, parse, refusal, render
from calpair.model.busy import Answer, Unknown
from calpair.model.pair import Domain
from calpair.model.side import Side
from calpair.ports import Now, Store

_logger = logging.getLogger("calpair")

PATIENCE = timedelta(seconds=20)
"""How long servers are waited for, from the moment a question has been read."""


@once
def looking_up() -> "LookingUp":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    deployment = ready(os.environ, "project", "audience", "callers")
    manager = secrets.SecretManager(secrets.connect(deployment.secrets_endpoint), deployment.project, clock)
    return LookingUp(store(deployment), callers(deployment), manager.resolve, manager.forget)


@dataclass
class LookingUp:
    """What look-ups have in common. Threads share it. `secret` gives what a reference names, `forget` has it read anew."""

    store: Store
    callers: Callers
    secret: Callable[[str], str]
    forget: Callable[[str], None]
    now: Now = clock
    reach: Reach = field(default_factory=Reach)
    patience: timedelta = PATIENCE
    memory: Memory = field(default_factory=Memory)
    _servers: dict[str, Server] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    @cached_property
    def documents(self) -> OneByOne:
        """What people wrote."""
        return OneByOne(self.store, self.now)

    def door(self, path: str) -> Door:
        """Give the door at an address."""
        del path
        return in_json(self.callers, lambda body, call: self.answer(body, call.caller), LARGEST, refusal)

    @cached_property
    def register(self) -> Register:
        """Whose an address is, as far as it is stored."""
        return Register(self.store, self.documents, self.now)

    def answer(self, body: bytes, caller: str) -> dict[str, Any]:
        """Answer a question as freeBusy.query does. RefusedRequestError; StoreError."""
        asked = parse(body)
        until = self.now() + self.patience
        known = self.documents.domains()
        domains = [domain for domain in known.usable if may_ask(domain, caller)]
        entries, paired = self.register.entries(asked.question.addresses, known.usable), self.register.paired
        failed: list[str] = []
        found = ask(
            asked.question,
            entries,
            paired,
            domains,
            self.memory.before(partial(self._begin, until), self.now),
            lambda name, error: failed.append(f"{name}: {error}"),
        )
        nobodys = [one for one in found if not registered(one, Side.EXCHANGE, entries.get(one), paired, known.usable)]
        mails = {one.rpartition("@")[2].lower() for one in nobodys}
        _note(found, [*failed, *(wrong.said for wrong in known.wrong if wrong.mails & mails)], len(nobodys))
        return render(asked, found)

    def _begin(
        self, until: datetime, domain: Domain, addresses: Sequence[str], start: datetime, end: datetime
    ) -> Callable[[], Answer]:
        return self._server(domain).begin(addresses, start, end, until)

    def _server(self, domain: Domain) -> Server:
        """Give the domain's one server, made anew when its document has changed."""
        with self._lock:
            known = self._servers.get(domain.name)
            if known is None or known.domain != domain:
                # The old one answers whom it still has; its threads end with it.
                known = Server(domain, self.secret, self.forget, self.now, self.reach)
                self._servers[domain.name] = known
            return known


def _note(told: Answer, failed: Sequence[str], nobodys: int) -> None:
    """Keep one line of a look-up: how many were asked about and are known, and which domains failed; nobody's name.

    `nobodys`: how many are in no domain that can be used.
    """
    unknown = sum(isinstance(one, Unknown) for one in told.values())
    fields = {"asked": len(told), "unknown": unknown, "failed": len(failed)}
    level = logging.WARNING if failed else logging.INFO
    said = ["looked up", *failed]
    if nobodys and not failed:
        said.append(
            f"{nobodys} in no domain: limits.mailbox_domains, else the name of its document, says what is in one"
        )
    _logger.log(level, "%s", "; ".join(said), extra={"fields": fields})
