"""A function that tells free/busy, called as the platform calls it, over two domains with a simulated Exchange each.

    desk = Desk(tmp_path)
    desk.mailbox("ana@a.test").create(subject="Lunch", start=at(5, 12), end=at(5, 13))
    desk.ask("ana@a.test")["ana@a.test"]            # the calendar of its answer
    desk.post(body, token="...")                    # status, answer, headers
    desk.open("a.test", "svc-busy:knock")           # its EWS door, for who shows that name and password
    desk.knock("/EWS/Exchange.asmx", body, {"Authorization": basic("svc-busy", "knock")})

The framework, the entry point, the store and the secrets are the real ones; the certificates are the simulated Google's.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import IO, Any

from calpair.app import looking_up as joined
from calpair.app.looking_up import LookingUp
from calpair.app.servers import Reach
from calpair.care import apply as people
from calpair.gcp.callers import Callers, Certificates
from calpair.gcp.secrets import SecretManager
from calpair.local.store import SqliteStore
from scenarios.knocking import ADDON, Heard, Knocking
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator, Switches
from simulators.exchange.hand import Hand
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.schemas import from_environment
from simulators.google.identity import PEM, certs, id_token
from simulators.record import Fault
from simulators.rpc.channel import InProcessChannel
from simulators.rpc.clients import secrets_client
from simulators.secrets import SecretsSimulator
from simulators.wire import Handler, Request, Response

AUDIENCE = "https://free-busy.run.test"
PLANNER, OTHER = "planner@p.iam.gserviceaccount.com", "other@p.iam.gserviceaccount.com"
WORKSPACE = "service-7@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
SECRET = "projects/p/secrets/{}"

Json = dict[str, Any]
schemas = cache(from_environment)
knocking = Knocking("exchange_free_busy", joined)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """An instant of November 2026."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


SECOND, NINTH = at(2), at(9)


def token(account: str = PLANNER, **said: Any) -> str:
    """A token of the simulated Google's for the function, but for what is said otherwise."""
    return id_token(account, said.pop("audience", AUDIENCE), now=datetime.now(UTC), **said)


@dataclass
class Hosts:
    """The network: a server by its name; `before` is called with the name for everything that goes out."""

    servers: Mapping[str, Handler]
    before: dict[str, Any] = field(default_factory=dict)

    def handle(self, request: Request) -> Response:
        host = request.headers["host"]
        if host in self.before:
            self.before[host]()
        return self.servers[host].handle(request)


class Desk:
    """The function and its two domains, `a.test` and `b.test`; `a` and `b` override fields of their documents' Exchange."""

    def __init__(
        self,
        folder: Path,
        a: Json | None = None,
        b: Json | None = None,
        people: Collection[str] = ("ana", "ben", *map(str, range(48))),
        **switches: Any,
    ) -> None:
        self.clock = ManualClock()
        self.exchange = {
            name: ExchangeSimulator(
                clock=self.clock,
                mailboxes={f"{person}@{name}": "own" for person in people},
                services={f"svc@{name}": "secret"},
                apps={"app-1": "secret"},
                tenant=name,
                switches=Switches(**{"check_answers": schemas() is not None, **switches}),
                schemas=schemas(),
            )
            for name in ("a.test", "b.test")
        }
        self.hosts = Hosts({f"exchange.{name}": simulator for name, simulator in self.exchange.items()})
        self.secrets = SecretsSimulator(clock=self.clock)
        self.documents: Json = {}
        for name, own in (("a.test", a), ("b.test", b)):
            self.secrets.add(SECRET.format(name[0]), b"secret")
            self.documents[name] = _document(name, own or {})
        self.store = SqliteStore(folder / "calpair.db", self.clock.now)
        self.write()
        self.parts = self.start()

    def write(self) -> None:
        """Write the domains as they now are."""
        people.apply(self.store, self.documents, {}, "hand")

    def start(self) -> LookingUp:
        """A new instance of the function."""
        manager = SecretManager(secrets_client(InProcessChannel(self.secrets.door)), "p", self.clock.now)
        certificates = Certificates(lambda: json.loads(certs(PEM).body), self.clock.now)
        self.parts = LookingUp(
            self.store,
            manager.resolve,
            manager.forget,
            self.clock.now,
            callers=Callers(certificates, AUDIENCE, [PLANNER, OTHER]),
            workspace=Callers(certificates, f"{AUDIENCE}{ADDON}", [WORKSPACE]),
            reach=Reach(SimulatorAdapter(self.hosts)),
        )
        return self.parts

    def mailbox(self, address: str) -> Hand:
        return self.exchange[address.partition("@")[2]].mailbox(address)

    def set_password(self, domain: str, password: str) -> None:
        """Change the password of a domain's service account on its server."""
        self.exchange[domain].accounts.services = {f"svc@{domain}": password}

    def plant(self, domain: str, kind: str, **more: Any) -> None:
        self.exchange[domain].record.plant(Fault(kind, **more))

    def asked(self, domain: str = "a.test") -> Mapping[str, int]:
        """What a server counted since this was asked last."""
        counted = dict(self.exchange[domain].record.requests)
        self.exchange[domain].record.requests.clear()
        return counted

    def later(self, **time: float) -> None:
        self.clock.advance(timedelta(**time))

    def post(
        self, body: bytes | IO[bytes], *, length: int | None = None, bearer: str | None = None, method: str = "POST"
    ) -> tuple[int, Json, Mapping[str, str]]:
        """Call the function; status, answer, headers. `length`: what the request says its body has; 0: nothing."""
        headers = {} if bearer == "" else {"Authorization": f"Bearer {bearer or token()}"}
        answer = self.knock("/", body, headers, method=method, length=length)
        assert answer.headers["Content-Type"] == "application/json"
        return answer.status, answer.json, answer.headers

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

    def open(self, domain: str, *lines: str) -> None:
        """Write who may ask about a domain by name and password, `NAME:PASSWORD` each; at once for a new instance."""
        self.secrets.add(SECRET.format(f"door-{domain[0]}"), "\n".join(lines).encode())
        document = self.documents[domain]
        document["availability"] = {
            **document.get("availability", {}),
            "credentials": f"secret-manager:door-{domain[0]}",
        }
        document["limits"]["secrets"] = [domain[0], f"door-{domain[0]}"]
        self.write()
        self.start()

    def ask(
        self,
        *addresses: str,
        start: datetime = SECOND,
        end: datetime = NINTH,
        bearer: str | None = None,
        **more: Any,
    ) -> Mapping[str, Json]:
        """Ask about addresses, and give the calendars of the answer, which has to be one."""
        asked = {"timeMin": start.isoformat(), "timeMax": end.isoformat(), "items": [{"id": one} for one in addresses]}
        status, answer, headers = self.post(json.dumps(asked | more).encode(), bearer=bearer)
        assert (status, answer["kind"]) == (200, "calendar#freeBusy")
        assert headers["Cache-Control"] == "no-store"
        return answer["calendars"]  # type: ignore[no-any-return] # JSON


def _document(name: str, own: Json) -> Json:
    exchange = {
        "url": f"https://exchange.{name}/EWS/Exchange.asmx",
        "auth": "basic",
        "username": f"svc@{name}",
        "secret": f"secret-manager:{name[0]}",
        **own,
    }
    return {
        "exchange": {field: value for field, value in exchange.items() if value is not None},
        "google": {"auth": "delegated"},
        "limits": {"secrets": [name[0]]},
    }


def busy(*spans: tuple[datetime, datetime]) -> Json:
    """A calendar that is busy then, as the API writes it."""
    return {"busy": [{"start": _text(start), "end": _text(end)} for start, end in spans]}


def unknown(reason: str) -> Json:
    """A calendar nothing is known of."""
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def reasons(answer: Mapping[str, Json]) -> Sequence[str]:
    """What is wrong with each calendar of an answer; empty where nothing is."""
    return [one["errors"][0]["reason"] if "errors" in one else "" for one in answer.values()]
