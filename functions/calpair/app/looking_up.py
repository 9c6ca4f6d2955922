"""The parts of the function that tells when Exchange users are free, `exchange_free_busy`.

    /                       the Calendar API's freeBusy.query, for who shows Google's token; also at the API's own
                            address, /calendar/v3/freeBusy
    /EWS/Exchange.asmx      EWS GetUserAvailability, for who shows a domain's name and password
    /connector/DOMAIN       the form of Google's calendar connectors, which proves nobody
    /addon                  what a Workspace add-on is told, for Workspace's own account

Reads the domains and asks their servers; writes nothing (on one machine the gate before them does), and knows nothing
of the engine. Google gives a look-up thirty seconds: whatever a server does, there is an answer after twenty.
"""

import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from calpair.app.clock import clock
from calpair.app.doors import Call, Door, in_json
from calpair.app.ews_door import ews_door
from calpair.app.ground import ADDON, callers, once, ready, store, workspace
from calpair.app.looking import Looking
from calpair.app.pace import Pace
from calpair.app.patience import OneEach
from calpair.app.servers import Guard, Reach, Server
from calpair.busy.ask import may_ask
from calpair.gcp import secrets
from calpair.gcp.callers import Callers
from calpair.google import free_busy_query
from calpair.model.busy import Answer, Question
from calpair.model.pair import Domain
from calpair.model.side import Side

_QUERY, _EWS, _FORM = ("", "/calendar/v3/freebusy"), "/ews/exchange.asmx", "/connector/"


@once
def looking_up() -> "LookingUp":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    # There may be no callers with a token: whoever shows a name and password, or the form, needs none.
    deployment = ready(os.environ, "project", "audience")
    manager = secrets.SecretManager(secrets.connect(deployment.secrets_endpoint), deployment.project, clock)
    return LookingUp(
        store(deployment), manager.resolve, manager.forget, callers=callers(deployment), workspace=workspace(deployment)
    )


@dataclass
class LookingUp(Looking):
    """What look-ups of Exchange users have in common. `workspace`: who may call as an add-on; None: nobody."""

    callers: Callers = field(kw_only=True)
    workspace: Callers | None = None
    calendar_api: str = "https://www.googleapis.com/"
    """Where an open event is asked for; another in tests."""
    calendar_http: Any = None
    """What replaces the way there, in tests."""
    reach: Reach = field(default_factory=Reach)
    pace: Pace = field(default_factory=Pace)
    guard: Callable[[Domain], Guard] | None = None
    """Gives what stands before a domain's server; None: what this process has met."""
    _servers: OneEach[Server] = field(init=False)

    def __post_init__(self) -> None:
        """Join what all threads have to share, before there are any."""
        self._servers = OneEach(self._made)

    def door(self, path: str) -> Door | None:
        """Give the door at an address; None: there is none."""
        # To IIS, which clients know, some slashes are as good as one.
        path = re.sub("/+", "/", path).rstrip("/")
        place = path.lower()
        if place in _QUERY:
            return in_json(self.callers, self._query, free_busy_query.LARGEST, free_busy_query.refusal)
        if place == _EWS:
            return ews_door(self.proven, self.answer)
        if place.startswith(_FORM):
            from calpair.app.form_door import form_door  # noqa: PLC0415 - most are never asked in this way

            return form_door(self, path[len(_FORM) :])
        if place == ADDON:
            from calpair.app.addon_door import addon_door  # noqa: PLC0415 - the same; it brings Google's client along

            return addon_door(self)
        return None

    def answer(self, question: Question, open_to: Collection[str], until: datetime | None = None) -> Answer:
        """Answer a question for who may ask about these domains. `until`: how long servers are waited for."""
        return self.look(question, open_to, Side.EXCHANGE, partial(self._begin, until or self.until()))

    def open_to(self, caller: str) -> Collection[str]:
        """Give the domains that an account with a token may ask about.

        On Google Cloud the operator lists the accounts, and a domain may list some of them. On one machine it is the
        domains that list them, so one that lists none is open to none.
        """
        return {domain.name for domain in self.domains() if may_ask(domain, caller, unlisted=self.cloud)}

    def _query(self, body: bytes, call: Call) -> dict[str, Any]:
        asked = free_busy_query.parse(body)
        return free_busy_query.render(asked, self.answer(asked.question, self.open_to(call.caller)))

    def _begin(
        self, until: datetime, domain: Domain, addresses: Sequence[str], start: datetime, end: datetime
    ) -> Callable[[], Answer]:
        return self._servers.of(domain).begin(addresses, start, end, until)

    def _made(self, domain: Domain) -> Server:
        guard = self.guard(domain) if self.guard else None
        return Server(domain, self.secret, self.forget, self.now, self.reach, guard)
