"""The function that tells Exchange about Google users, called as the platform calls it, over two domains at one Google.

    desk = GoogleDesk(tmp_path)
    desk.event("ana@ga.test", at(5, 12), at(5, 13))
    told(desk.ews(request(mailbox("ana@ga.test"))).body)    # what Exchange is told, having shown `a.test`'s credentials

The framework, the entry point, the store, the secrets and the keyless sign-in are the real ones. Users of a domain show
its account `eyes@...` when they are busy, unless they are `shy@...`.
"""

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any

from calpair.app import looking_up_google as joined
from calpair.app.google_servers import GoogleReach
from calpair.app.looking_up_google import LookingUpGoogle
from calpair.care import apply as people
from calpair.gcp.secrets import SecretManager
from calpair.google.delegation import Delegation
from calpair.google.identity import FREE_BUSY
from calpair.google.tokens import Token
from calpair.local.store import SqliteStore
from scenarios.knocking import AUTODISCOVER, EWS, XML, Heard, Knocking, basic
from scenarios.looking import SECRET
from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.google.robots import Robot
from simulators.record import Fault
from simulators.rpc.channel import InProcessChannel
from simulators.rpc.clients import secrets_client
from simulators.secrets import SecretsSimulator
from simulators.wire import Handler, Request, Response

ADDRESS = "https://google-free-busy.run.test"
RUN, LOOK = "run@p.iam.gserviceaccount.com", "look@p.iam.gserviceaccount.com"
NAMES = {"a.test": ("ga.test", "svc-a", "knock-a"), "b.test": ("gb.test", "svc-b", "knock-b")}
"""By domain: where its Google users are, and the name and password that Exchange shows."""
PEOPLE = ("ana", "ben", "cy", "shy")
METADATA = "http://metadata.google.internal/computeMetadata/v1/instance/service-accounts/default/token"
knocking = Knocking("google_free_busy", joined)

Json = dict[str, Any]


class Watched:
    """What one account asks of Google; `before` is called for every question about free/busy."""

    def __init__(self, handler: Handler, before: Callable[[], object]) -> None:
        self._handler, self._before = handler, before

    def handle(self, request: Request) -> Response:
        if request.path.endswith("/freeBusy"):
            self._before()
        return self._handler.handle(request)


class GoogleDesk:
    """The function and its two domains, `a.test` and `b.test`."""

    def __init__(
        self, folder: Path, people_of: Collection[str] = PEOPLE, mails: Mapping[str, str] | None = None
    ) -> None:
        self.clock = ManualClock()
        self.mails = mails or {name: mail for name, (mail, *_) in NAMES.items()}
        users = [f"{person}@{mail}" for mail in self.mails.values() for person in ("eyes", *people_of)]
        self.google = GoogleSimulator(
            clock=self.clock,
            users={user: user for user in users},
            robots=[Robot(RUN), Robot(LOOK, delegated={FREE_BUSY}, creators={RUN})],
            runtime=RUN,
        )
        for user in users:
            if not user.startswith("shy@"):
                self.google.calendar(user).set_access(f"eyes@{user.partition('@')[2]}", "freeBusyReader")
        self.before: dict[str, Callable[[], object]] = {}
        self.secrets = SecretsSimulator(clock=self.clock)
        self.documents: Json = {}
        for name, (_, user, password) in NAMES.items():
            self.secrets.add(SECRET.format(f"door-{name[0]}"), f"{user}:{password}\n".encode())
            self.documents[name] = self._document(name)
        self.store = SqliteStore(folder / "calpair.db", self.clock.now)
        self.write()
        self.parts = self.start()

    def write(self) -> None:
        """Write the domains as they now are."""
        people.apply(self.store, self.documents, {}, "hand")

    def start(self) -> LookingUpGoogle:
        """A new instance of the function."""
        manager = SecretManager(secrets_client(InProcessChannel(self.secrets.door)), "p", self.clock.now)
        self.parts = LookingUpGoogle(
            self.store,
            manager.resolve,
            manager.forget,
            self.clock.now,
            address=ADDRESS,
            delegation=Delegation(LOOK, self._own, self.clock.now),
            reach=GoogleReach(self._http),
        )
        return self.parts

    def event(self, user: str, start: datetime, end: datetime, **more: Any) -> str:
        """Put something into a user's calendar, by the user's own hand."""
        ends = {name: {"dateTime": when.isoformat()} for name, when in (("start", start), ("end", end))}
        return self.google.calendar(user).create(summary="A secret lunch", location="A secret place", **ends, **more)

    def plant(self, domain: str, kind: str, **more: Any) -> None:
        """Have Google fail for one domain's questions about free/busy."""
        more = {"operation": "freebusy.query", "user": f"eyes@{self.mails[domain]}", **more}
        self.google.record.plant(Fault(kind, **more))

    def asked(self) -> int:
        """How often Google was asked about free/busy since this was asked last."""
        return self.google.record.requests.pop("freebusy.query", 0)

    def later(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))

    def knock(
        self,
        path: str,
        body: bytes | IO[bytes] = b"",
        headers: Mapping[str, str] | None = None,
        *,
        method: str = "POST",
        length: int | None = None,
    ) -> Heard:
        """Call the function at one of its addresses."""
        return knocking(self.parts, path, body, headers, method=method, length=length)

    def ews(self, body: bytes, domain: str = "a.test") -> Heard:
        """Ask about free/busy as Exchange does, for a domain."""
        return self.knock(EWS, body, self.proof(domain))

    def discover(self, body: bytes, domain: str = "a.test") -> Heard:
        """Ask where to ask, for a domain."""
        return self.knock(AUTODISCOVER, body, self.proof(domain))

    def proof(self, domain: str = "a.test") -> dict[str, str]:
        """The headers of a call that shows a domain's name and password."""
        return {"Authorization": basic(*NAMES[domain][1:]), "Content-Type": XML}

    def _http(self, account: str) -> InProcessHttp:
        domain = next(name for name, mail in self.mails.items() if account.endswith(f"@{mail}"))
        return InProcessHttp(Watched(self.google, partial(self._before, domain)))

    def _before(self, domain: str) -> None:
        if domain in self.before:
            self.before[domain]()

    def _own(self) -> Token:
        _, content = InProcessHttp(self.google).request(METADATA, headers={"metadata-flavor": "Google"})
        return Token(json.loads(content)["access_token"])

    def _document(self, name: str) -> Json:
        return {
            "exchange": {
                "url": f"https://exchange.{name}/EWS/Exchange.asmx",
                "auth": "basic",
                "username": f"svc@{name}",
                "secret": "secret-manager:exchange",
            },
            "google": {"auth": "delegated", "free_busy_account": f"eyes@{self.mails[name]}"},
            "availability": {"credentials": f"secret-manager:door-{name[0]}"},
            "limits": {"secrets": ["exchange", f"door-{name[0]}"], "calendar_domains": [self.mails[name]]},
        }
