"""Google users published in the public folders of an Exchange 2010, and who reads there: Outlook, and the Availability service.

    board = Board(tmp_path)                         # the functions, fed by the scheduler and the queue
    board.meets("ana", at(5, 10), at(5, 11))        # Ana's hand in Google Calendar
    board.publish()                                 # time goes by until it is published, and then expect silence
    assert board.day("ana", 5) == "000000000022000000000000"

The same by `calpair run` is in `publishing_machine.py`. People are registered in the directory, `{name}@g.test` each; the calendars' zone is Berlin's. Domain `b.test` has an Exchange
of its own and is there when documents of it are written. Nothing here knows what publishing does inside.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from calpair.app.connections import Transports
from calpair.app.dispatching import Dispatching
from calpair.app.publishing import Publishing
from calpair.app.queues import PUBLISHED_WITHIN
from calpair.errors import CalpairError
from calpair.gcp.callers import Callers, Certificates
from calpair.gcp.queue import CloudTasksQueue, QueueSettings
from calpair.local.store import SqliteStore
from calpair.ports import Doc, Store, every
from scenarios.stage import Door
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator, Switches
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.public_hand import PublicHand
from simulators.exchange.published import Published
from simulators.exchange.schemas import from_environment
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.google.hand import Hand
from simulators.record import Fault
from simulators.rpc import InProcessChannel
from simulators.rpc.clients import tasks_client
from simulators.tasks import Delivery, Stepper, TasksSimulator
from simulators.wire import Crash, Handler, Request, Response

ACCOUNT, EYES = "svc@a.test", "eyes@g.test"
GROUP = "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"
SYNC, PUBLISH = "projects/p/locations/l/queues/sync", "projects/p/locations/l/queues/publish"
NAMES = ("ana", "ben", "cid")
REMEMBERED = ("published", "status", "gates", "servers", "changed", "directory", "domains")
INTERVAL = timedelta(minutes=15)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Json = dict[str, Any]
schemas = cache(from_environment)


def at(day: int, hour: int = 0, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    """An instant of November 2026; the clock starts on the 2nd at 8."""
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def dn(name: str, group: str = GROUP) -> str:
    """The legacyExchangeDN of somebody's contact."""
    return f"{group}/cn=Recipients/cn={name}"


@dataclass
class Hosts:
    """The network: an Exchange by its name."""

    servers: Mapping[str, Handler]

    def handle(self, request: Request) -> Response:
        return self.servers[request.headers["host"]].handle(request)


@dataclass
class Delegated:
    """Google as who may act as every user reaches it: a calendar's events are asked for as its own user."""

    inner: Handler

    def handle(self, request: Request) -> Response:
        parts = request.path.split("/")
        if "events" in parts:
            user = parts[parts.index("calendars") + 1].replace("%40", "@")
            request = replace(request, headers={**request.headers, "authorization": f"Bearer TOKEN {user}"})
        return self.inner.handle(request)


class Board:
    """The function that publishes, in two instances, and the one that asks for it. `folder`: fields of `public_folder`."""

    ground = "functions"

    def __init__(
        self,
        folder: Path,
        *,
        names: Sequence[str] = NAMES,
        start: datetime | None = None,
        public_folder: Json | None = None,
        switches: Json | None = None,
        opened: Callable[["Board"], Store] | None = None,
    ) -> None:
        self.folder = folder
        self.clock = ManualClock(start or at(2, 8))
        checked = {"version": "Exchange2010_SP2", "check_answers": schemas() is not None, **(switches or {})}
        self.servers = {
            name: ExchangeSimulator(
                clock=self.clock,
                mailboxes={f"svc@{name}": "secret", f"otto@{name}": "otto's"},
                services={f"svc@{name}": "secret"},
                tenant=name,
                switches=Switches(**checked),
                schemas=schemas(),
                secret=name.encode(),
            )
            for name in ("a.test", "b.test")
        }
        self.exchange = self.servers["a.test"]
        for name, server in self.servers.items():
            server.public_folders.add_administrative_group(GROUP)
            server.public_folders.grant(f"svc@{name}", "Owner", GROUP)
        users = {EYES: "TOKEN", **{f"{name}@g.test": f"TOKEN {name}@g.test" for name in names}}
        self.google = GoogleSimulator(clock=self.clock, users=users)
        self.doors = {name: Door(server) for name, server in self.servers.items()}
        self.exchange_door, self.google_door = self.doors["a.test"], Door(self.google)
        self.transports = Transports(
            SimulatorAdapter(Hosts({f"exchange.{name}": door for name, door in self.doors.items()})),
            lambda _: InProcessHttp(Delegated(self.google_door)),
        )
        self.opened = opened or (lambda board: SqliteStore(board.folder / "calpair.db", board.clock.now))
        self.wrap: Callable[[Store], Store] = lambda store: store
        """Stands between who publishes and the store."""
        self.rounds: list[tuple[str, str]] = []
        """Which batch each task was for, and what came of it."""
        self.domains: Json = {"a.test": self.domain("a.test", **(public_folder or {}))}
        self.directory: Json = {}
        for name in names:
            self.share(name)
            self.directory[f"{name}@g.test"] = self.entry(name)
        self.start()

    # --- what people write

    def domain(self, name: str, **public_folder: Any) -> Json:
        return {
            "exchange": {
                "url": f"https://exchange.{name}/EWS/Exchange.asmx",
                "auth": "basic",
                "username": f"svc@{name}",
                "secret": self.secret("exchange"),
            },
            "google": {"auth": "token", "secret": self.secret("google"), "free_busy_account": EYES},
            "limits": {"secrets": [self.secret("exchange"), self.secret("google")]},
            "public_folder": {"enabled": True, **public_folder},
        }

    def secret(self, name: str) -> str:
        return f"secret-manager:{name}"

    def entry(self, name: str, legacy_dn: str | None = None, domain: str = "a.test") -> Json:
        written = dn(name) if legacy_dn is None else legacy_dn
        return {"domain": domain, "google": f"{name}@g.test", **({"legacy_dn": written} if written else {})}

    def register(self, name: str, legacy_dn: str | None = None, domain: str = "a.test") -> None:
        """Register somebody, or otherwise than they were."""
        self.write("directory", f"{name}@g.test", self.entry(name, legacy_dn, domain))

    def remove(self, name: str) -> None:
        """Take somebody out of the directory."""
        found = self.store.get("directory", f"{name}@g.test")
        assert found
        self.store.delete(found)
        self.written(f"directory/{name}@g.test")

    def write(self, collection: str, name: str, fields: Mapping[str, Any]) -> None:
        """Write a document, whatever was there, and have the trigger tell."""
        old = self.store.get(collection, name)
        self.store.put(Doc(collection, name, dict(fields), version=old.version if old else ""))
        self.written(f"{collection}/{name}")

    # --- the machinery

    def start(self) -> None:
        """Begin with what people wrote, on whatever the store holds."""
        self.store = self.opened(self)
        self.tasks = TasksSimulator(clock=self.clock)
        for queue in (SYNC, PUBLISH):
            self.tasks.add_queue(queue)
        self._stepper = Stepper(self.tasks, self.clock, self._post)
        self.secrets = {"exchange": "secret", "google": "TOKEN", "key": "6b" * 32}
        self.dispatching = self._dispatching()
        self.first, self.second = self.instance(), self.instance()
        for collection, documents in (("domains", self.domains), ("directory", self.directory)):
            for name, fields in documents.items():
                self.write(collection, name, fields)

    def instance(self, store: Store | None = None) -> Publishing:
        """Start an instance of `publish_free_busy`; `store`: the same store, opened otherwise."""
        return Publishing(
            store=self.wrap(store or self.opened(self)),
            callers=self._nobody(),
            secret=lambda reference: self.secrets[reference.removeprefix("secret-manager:")],
            forget=lambda _: None,
            digest_key="secret-manager:key",
            delegation=None,
            now=self.clock.now,
            transports=self.transports,
        )

    def _dispatching(self) -> Dispatching:
        client, account = tasks_client(InProcessChannel(self.tasks.door)), "tasks@p.iam.gserviceaccount.com"
        pairs = QueueSettings(SYNC, "https://sync-pair.run.test/", account, PUBLISHED_WITHIN)
        batches = QueueSettings(PUBLISH, "https://publish.run.test/", account, PUBLISHED_WITHIN, "batch")
        return Dispatching(
            self.store,
            CloudTasksQueue(client, pairs, self.clock.now),
            self._nobody(),
            self.clock.now,
            CloudTasksQueue(client, batches, self.clock.now),
        )

    def _nobody(self) -> Callers:
        return Callers(Certificates(dict, self.clock.now), "https://publish.run.test/", ())

    def written(self, document: str) -> None:
        """Have a written document answered, as the trigger does."""
        self.dispatching.written(document)

    def _post(self, delivery: Delivery) -> Response:
        key = json.loads(delivery.body)["batch"]
        try:
            self.rounds.append((key, self.first.look(key)["outcome"]))
        except CalpairError as error:
            self.rounds.append((key, type(error).__name__))
            return Response(500, b"{}")
        except Crash:
            self.rounds.append((key, "died"))
            self.first = self.instance()
            raise ConnectionResetError from None
        return Response(200, b"{}")

    def later(self, **time: float) -> None:
        """Let time go by: the scheduler calls once a minute, and what is due is delivered."""
        end = self.clock.now() + timedelta(**time)
        while self.clock.now() < end:
            self.dispatching.dispatch()
            self._stepper.by(timedelta(minutes=1))

    def wait(self, **time: float) -> None:
        """Let much time go by in which nobody is there to do anything."""
        self.clock.advance(timedelta(**time))

    def renew(self) -> None:
        """Do what is done once an hour."""
        self.dispatching.renew()

    def wipe(self) -> None:
        """Lose all that calpair wrote in the store; what people wrote is theirs."""
        for collection in ("published", "status", "gates", "servers", "changed"):
            for doc in list(every(self.store, collection)):
                self.store.delete(doc)
        self.first, self.second = self.instance(), self.instance()

    # --- what people do

    def share(self, name: str) -> None:
        """Let the account that looks see when somebody is busy."""
        self.calendar(name).set_access(EYES, "freeBusyReader")

    def calendar(self, name: str) -> Hand:
        return self.google.calendar(f"{name}@g.test")

    def meets(self, name: str, start: datetime, end: datetime, **fields: Any) -> str:
        """Somebody makes an event; other fields as in the API."""
        times = {
            word: {"dateTime": when.isoformat(), "timeZone": "UTC"} for word, when in (("start", start), ("end", end))
        }
        return self.calendar(name).create(**{"summary": f"Secret of {name}", **times, **fields})

    @property
    def public(self) -> PublicHand:
        """The public folders of a.test, in its administrator's hands."""
        return self.exchange.public_folders

    def fault(self, side: str, kind: str, operation: str = "", **fields: Any) -> None:
        """Plant a fault on `google`, or on the Exchange of a domain."""
        record = self.google.record if side == "google" else self.servers[side].record
        record.plant(Fault(kind, operation, **fields))

    def calm(self) -> None:
        """Take away every fault that was not met."""
        for record in (self.google.record, *(server.record for server in self.servers.values())):
            record.faults.clear()
        for door in (self.google_door, *self.doors.values()):
            door.before = door.after = None

    # --- what is seen

    def seen(self, name: str, server: str = "a.test", legacy_dn: str = "") -> Published:
        """What Outlook makes of somebody's one message, in which nothing may be wrong."""
        public = self.servers[server].public_folders
        (post,) = public.messages(legacy_dn or dn(name))
        assert post.item_class == "IPM.Post"
        found = public.read(legacy_dn or dn(name))
        assert found
        assert not found.faults
        return found

    def day(self, name: str, day: int, *, month: int = 11, year: int = 2026, server: str = "a.test") -> str:
        """A digit for each hour of a day, UTC, as readers see it."""
        start = at(day, month=month, year=year)
        return self.seen(name, server).stream(start, start + DAY, HOUR)

    def status(self, domain: str = "a.test") -> Json:
        """The status document of a domain's publishing; empty when there is none."""
        found = self.store.get("status", f"free-busy {domain}")
        return dict(found.data) if found else {}

    def troubled(self, domain: str = "a.test") -> dict[str, str]:
        """Of whom the status says that they are not published, and the word for why."""
        return {one["address"].partition("@")[0]: one["code"] for one in self.status(domain).get("troubled", ())}

    # --- what is counted

    def asked(self, server: str = "a.test") -> dict[str, int]:
        """The requests to an Exchange, by operation, since this was asked last."""
        counted = dict(self.servers[server].record.requests)
        self.servers[server].record.requests.clear()
        return counted

    def asked_google(self) -> dict[str, int]:
        counted = dict(self.google.record.requests)
        self.google.record.requests.clear()
        return counted

    def memory(self) -> Json:
        """All that the store holds but when batches are due."""
        return {
            f"{collection}/{doc.key}": {name: value for name, value in doc.data.items() if name != "due"}
            for collection in REMEMBERED
            for doc in every(self.store, collection)
        }

    def batches(self) -> dict[str, list[str]]:
        return {doc.key: list(doc.data["people"]) for doc in every(self.store, "published")}

    def publish(self) -> None:
        """Let time go by until what people did is published, then expect silence."""
        self.later(seconds=INTERVAL.total_seconds() + 120)
        self.silent()

    def silent(self) -> None:
        """Another round of every batch: Google is asked once a batch, Exchange nothing, and nothing new is remembered."""
        before, posts = self.memory(), self._posts()
        for server in self.servers:
            self.asked(server)
        self.asked_google()
        self.later(seconds=INTERVAL.total_seconds())
        assert [self.asked(server) for server in self.servers] == [{}] * len(self.servers)
        assert set(self.asked_google()) <= {"freebusy.query", "events.list"}
        assert self.memory() == before
        assert self._posts() == posts
        assert not self.exchange.record.mails

    @contextmanager
    def as_it_was(self, *names: str) -> Iterator[None]:
        """The messages of these people are the same afterwards, to the last property."""
        before = [self.public.messages(dn(name)) for name in names]
        yield
        assert [self.public.messages(dn(name)) for name in names] == before

    def _posts(self) -> list[Any]:
        return [server.public_folders.groups() for server in self.servers.values()]
