"""The parts of the function that tells Exchange when Google users are free, `google_free_busy`.

    /autodiscover/autodiscover.xml      where free/busy is to be asked for: below
    /EWS/Exchange.asmx                  EWS GetUserAvailability

Both for who shows a domain's name and password (`availability.credentials`), as Exchange's availability service does with
`Add-AvailabilityAddressSpace -AccessMethod OrgWideFB`. Reads the domains and asks Google; writes nothing.
"""

import os
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Thread

from calpair.app.clock import clock
from calpair.app.doors import Body, Call, Door
from calpair.app.ews_door import HEADERS, ews_door
from calpair.app.google_servers import GoogleReach, GoogleServer
from calpair.app.ground import once, ready, store
from calpair.app.looking import Looking
from calpair.app.patience import OneEach
from calpair.busy.registered import registered
from calpair.errors import RefusedRequestError
from calpair.exchange import autodiscover_service, basic
from calpair.gcp import secrets
from calpair.google.delegation import Delegation
from calpair.google.machine import own_identity
from calpair.model.busy import Answer, Question
from calpair.model.pair import Domain
from calpair.model.side import Side

_AUTODISCOVER, _EWS = "/autodiscover/autodiscover.xml", "/EWS/Exchange.asmx"


@once
def looking_up() -> "LookingUpGoogle":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    deployment = ready(os.environ, "project", "audience", "free_busy_identity")
    own = partial(own_identity, os.environ, clock)
    manager = secrets.SecretManager(secrets.connect(deployment.secrets_endpoint), deployment.project, clock)
    return LookingUpGoogle(
        store(deployment),
        manager.resolve,
        manager.forget,
        address=deployment.audience,
        delegation=Delegation(deployment.free_busy_identity, own, clock, deployment.sign_in_endpoint),
    )


@dataclass
class LookingUpGoogle(Looking):
    """What look-ups of Google users have in common. `address`: the function's own, which Autodiscover tells."""

    address: str = field(kw_only=True)
    delegation: Delegation | None = None
    reach: GoogleReach = field(default_factory=GoogleReach)
    _servers: OneEach[GoogleServer] = field(init=False)

    def __post_init__(self) -> None:
        """Join what all threads have to share, before there are any."""
        self._servers = OneEach(self._made, _hang_up)

    def door(self, path: str) -> Door | None:
        """Give the door at an address; None: there is none."""
        # To IIS, which clients know, some slashes are as good as one.
        place = re.sub("/+", "/", path).rstrip("/").lower()
        if place == _AUTODISCOVER:
            return Door(
                self.proven, autodiscover_service.LARGEST, self._discover, self._not_found, HEADERS, basic.challenge()
            )
        return ews_door(self.proven, self._answer) if place == _EWS.lower() else None

    def _discover(self, body: bytes, call: Call) -> Body:
        address = autodiscover_service.parse(body, call.content_type)
        if not self._serves(address, call.caller):
            raise RefusedRequestError(autodiscover_service.NO_SUCH_ADDRESS, "nobody of this address is known here")
        return autodiscover_service.render(address, f"{self.address}{_EWS}")

    def _not_found(self, status: int, sentence: str, reason: str) -> tuple[int, Body]:
        said = autodiscover_service.refusal(status, sentence, reason, now=self.now())
        # What was asked, and refused, is answered 200; whoever may not ask, or asks for too much, is told so.
        return (autodiscover_service.REFUSED if reason else status), said

    def _serves(self, address: str, domains: frozenset[str]) -> bool:
        """Tell whether the caller may ask about an address: for all of a mail domain alike, so that nobody is told of."""
        known = self.domains()
        entries, paired = self.register.entries([address], known), self.register.paired
        place = registered(address, Side.GOOGLE, entries.get(address), paired, known)
        if place:
            return place.domain.name in domains
        mail = address.rpartition("@")[2].lower()
        return any(mail in one.limits.calendar_domains for one in known if one.name in domains)

    def _answer(self, question: Question, open_to: Collection[str]) -> Answer:
        return self.look(question, open_to, Side.GOOGLE, partial(self._begin, self.until()))

    def _begin(
        self, until: datetime, domain: Domain, addresses: Sequence[str], start: datetime, end: datetime
    ) -> Callable[[], Answer]:
        return self._servers.of(domain).begin(addresses, start, end, until)

    def _made(self, domain: Domain) -> GoogleServer:
        return GoogleServer(domain, self.secret, self.forget, self.now, self.delegation, self.reach)


def _hang_up(server: GoogleServer) -> None:
    # It waits for whom it still answers, and nobody is to wait for that.
    Thread(target=server.close, name=f"closing google {server.domain.name}", daemon=True).start()
