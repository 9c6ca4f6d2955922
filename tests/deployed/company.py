"""A company whose pairs the deployed functions keep in step: both servers, the queue, the secrets, the database, on ports.

    with company(folder, package, firestore_host) as company:
        company.domain("a.test")
        company.pair("ana")                     # written as a person does it on Firestore's console
        company.written("pairs/ana")            # Firestore tells the function, as Eventarc does
        company.queue.deliver()
        company.status("ana")["state"]

Every test takes a person of its own: nothing else is shared but the servers.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from google.cloud import firestore

from deployed import database as databases
from deployed.environment import (
    DELEGATED,
    DIGEST_KEY,
    EVENTS,
    FREE_BUSY,
    FREE_BUSY_IDENTITY,
    RUNTIME,
    SCHEDULER,
    SYNC_IDENTITY,
    TASKS,
    Places,
    environment,
)
from deployed.events import event
from deployed.function import Answer, Function, address, free_port, start
from deployed.holding import Holding
from deployed.package import Package
from deployed.tasks import Queue, queue_on_a_port
from simulators import rpc, wire
from simulators.clock import SystemClock
from simulators.exchange import ExchangeSimulator, Switches
from simulators.google import GoogleSimulator
from simulators.google.robots import Robot
from simulators.secrets import SecretsSimulator

PEOPLE = (
    "ana",
    "ben",
    "cem",
    "dora",
    "eva",
    "fay",
    "gus",
    "hal",
    "ida",
    "jan",
    "kim",
    "leo",
    "mia",
    "ned",
    "olga",
    "pat",
    "quin",
    "rosa",
    "sam",
    "tom",
    "uma",
    "vera",
    "walt",
)
EYES = "eyes@g.test"
"""The Google account that sees when people are busy."""
ACCOUNT, PASSWORD, PASSWORD_NAME = "svc@a.test", "exchange-pass-phrase", "exchange-password"
LOOK_UP_NAME, LOOK_UP_PASSWORD, LOOK_UP_SECRET = "fb@a.test", "look-up-pass-phrase", "look-up"
"""What a server shows that asks for free/busy."""
KEY = "6b" * 32
TRACE = "0123456789abcdef0123456789abcdef"

Json = dict[str, Any]


@dataclass
class Company:
    """Everybody and everything; `functions` are those of the table of functions, by the name of their rows."""

    project: str
    package: Package
    folder: Path
    exchange: ExchangeSimulator
    old_exchange: ExchangeSimulator
    """An Exchange 2010, which keeps free/busy in its public folders."""
    google: GoogleSimulator
    secrets: SecretsSimulator
    queue: Queue
    database: firestore.Client
    places: Places
    exchange_url: str
    old_exchange_url: str
    held: Holding
    """Google, to be stopped in the midst of a request."""
    functions: dict[str, Function] = field(default_factory=dict)

    # --- what people write

    def domain(self, name: str = "a.test", **changes: Any) -> None:
        """Write a right domain; a change of None takes a field away."""
        document = {
            "exchange": {
                "url": f"{self.exchange_url}/EWS/Exchange.asmx",
                "auth": "basic",
                "username": ACCOUNT,
                "secret": f"secret-manager:{PASSWORD_NAME}",
            },
            "google": {"auth": "delegated", "url": self.places.google},
            "limits": {
                "hosts": ["127.0.0.1"],
                "secrets": [PASSWORD_NAME],
                "mailbox_domains": ["a.test"],
                "calendar_domains": ["g.test"],
            },
            **changes,
        }
        self.write("domains", name, document)

    def looked_up(self) -> None:
        """Write the domain `a.test` so that servers may ask about it."""
        self.domain(
            google={"auth": "delegated", "url": self.places.google, "free_busy_account": EYES},
            limits={
                "hosts": ["127.0.0.1"],
                "secrets": [PASSWORD_NAME, LOOK_UP_SECRET],
                "mailbox_domains": ["a.test"],
                "calendar_domains": ["g.test"],
            },
            availability={"credentials": f"secret-manager:{LOOK_UP_SECRET}"},
        )

    def pair(self, name: str, **changes: Any) -> None:
        """Write a right pair of a person's, two-way."""
        document = {
            "domain": "a.test",
            "mailbox": f"{name}@a.test",
            "calendar": f"{name}@g.test",
            "direction": "two_way",
            **changes,
        }
        self.write("pairs", name, {key: value for key, value in document.items() if value is not None})

    def write(self, collection: str, name: str, document: Json) -> None:
        """Write a document as Firestore's console does, field by field."""
        self.database.collection(collection).document(name).set(document)

    def delete(self, collection: str, name: str) -> None:
        self.database.collection(collection).document(name).delete()

    def status(self, name: str) -> Json:
        """The status of a pair, as people read it; empty: there is none."""
        found: Json | None = self.database.collection("status").document(name).get().to_dict()
        return found or {}

    def stored(self) -> str:
        """Everything that is in the database, as one text."""
        found = [
            [document.reference.path, document.to_dict()]
            for collection in self.database.collections()
            for document in collection.stream()
        ]
        return json.dumps(found, default=str)

    def lease_is_up(self, name: str) -> None:
        """Let time pass until whoever had the pair has it no more."""
        databases.lease_is_up(self.database, name)

    # --- who calls

    def hour(self) -> Answer:
        """Cloud Scheduler calls `renew`."""
        function = self.functions["renew"]
        return function.call(self.queue.token(SCHEDULER, function.url), headers=_traced())

    def tick(self) -> Answer:
        """The minute is over: Cloud Scheduler calls."""
        function = self.functions["dispatch"]
        return function.call(self.queue.token(SCHEDULER, function.url), headers=_traced())

    def written(self, document: str) -> Answer:
        """Firestore tells of a written document, as Eventarc brings it: a CloudEvent in binary form."""
        rows = {"domains": "domain_written", "directory": "entry_written"}
        function = self.functions[rows.get(document.partition("/")[0], "pair_written")]
        headers, body = event(self.project, document)
        # Whatever Eventarc's token says it is for: it is not known to us.
        token = self.queue.token(EVENTS, "https://eventarc.test/whatever")
        return function.call(token, body, {**headers, **_traced()})

    def task(self, body: Mapping[str, Any] | bytes, account: str = TASKS, row: str = "sync_pair") -> Answer:
        """A task is brought, as Cloud Tasks does it."""
        function = self.functions[row]
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return function.call(self.queue.token(account, function.url), sent, _traced())

    def follow(self, *documents: str) -> None:
        """Firestore tells of documents, and what comes of it is delivered."""
        for document in documents:
            answer = self.written(document)
            assert answer.status == 200, answer
        attempts = self.queue.deliver()
        assert [attempt.status for attempt in attempts] == [200] * len(attempts)

    # --- people's calendars

    def outlook(self, name: str, title: str, days: int = 3) -> str:
        """An appointment of an hour, in so many days."""
        start = _ten(days)
        return self.exchange.mailbox(f"{name}@a.test").create(
            subject=title, start=start, end=start + timedelta(hours=1), start_zone="UTC"
        )

    def web(self, name: str, title: str, days: int = 4, **fields: Any) -> str:
        """An event of an hour, in so many days; other fields as in the API."""
        start = _ten(days)
        return self.google.calendar(f"{name}@g.test").create(
            summary=title,
            start={"dateTime": start.isoformat(), "timeZone": "UTC"},
            end={"dateTime": (start + timedelta(hours=1)).isoformat(), "timeZone": "UTC"},
            **fields,
        )

    def titles(self, name: str) -> tuple[list[str], list[str]]:
        """What a person's mailbox and calendar hold."""
        items = self.exchange.mailbox(f"{name}@a.test").items()
        events = self.google.calendar(f"{name}@g.test").events()
        return sorted(item.subject for item in items), sorted(event.get("summary", "") for event in events)

    def calls(self, name: str = "") -> int:
        """How often both servers were asked, for a person or for anybody."""
        users = {f"{name}@a.test", f"{name}@g.test"}
        calls = [*self.exchange.record.calls, *self.google.record.calls]
        return sum(1 for call in calls if not name or call.user in users)

    # --- functions

    def start(self, row: str) -> Function:
        """Start a row's function, or another instance of it in its place."""
        own = environment(row, self.project, self.places)
        port = urlsplit(self.places.functions[row]).port or 0
        self.functions[row] = start(self.package, SERVED[row], own, self.folder / f"{row}.log", port)
        return self.functions[row]

    def start_anew(self, row: str) -> Function:
        """End a row's function, and start another instance in its place."""
        self.functions[row].end()
        function = self.start(row)
        function.up()
        return function

    def heal(self) -> None:
        """Start what a test has left ended."""
        for row, function in list(self.functions.items()):
            if function.process.poll() is not None:
                self.start(row).up()

    def end(self) -> None:
        """End all functions."""
        for function in self.functions.values():
            function.ask_to_end()
        for function in self.functions.values():
            function.end()

    def records(self) -> list[Json]:
        """What all functions wrote to their logs; ValueError where a line is no JSON."""
        return [record for function in self.functions.values() for record in function.records()]


SERVED = {
    "dispatch": "dispatch",
    "renew": "renew",
    "pair_written": "document_written",
    "domain_written": "document_written",
    "entry_written": "document_written",
    "sync_pair": "sync_pair",
    "publish_free_busy": "publish_free_busy",
    "exchange_free_busy": "exchange_free_busy",
    "google_free_busy": "google_free_busy",
}
"""The rows of the table that are served, with their entry points."""


@contextmanager
def company(folder: Path, package: Package, firestore_host: str) -> Iterator[Company]:
    """Open it, with every function served."""
    project = f"demo-{uuid4().hex[:20]}"
    clock = SystemClock()
    exchange = ExchangeSimulator(
        clock=clock, mailboxes={f"{name}@a.test": f"{name}'s" for name in PEOPLE}, services={ACCOUNT: PASSWORD}
    )
    old_exchange = ExchangeSimulator(
        clock=clock, mailboxes={ACCOUNT: PASSWORD}, services={}, switches=Switches(version="Exchange2010_SP2")
    )
    google = GoogleSimulator(
        clock=clock,
        users={f"{name}@g.test": f"token of {name}" for name in (*PEOPLE, "eyes")},
        robots=[
            Robot(RUNTIME),
            Robot(SYNC_IDENTITY, delegated={DELEGATED}, creators={RUNTIME}),
            Robot(FREE_BUSY_IDENTITY, delegated={FREE_BUSY}, creators={RUNTIME}),
        ],
        runtime=RUNTIME,
    )
    secrets = SecretsSimulator(clock=clock)
    secrets.add(f"projects/{project}/secrets/{DIGEST_KEY}", KEY.encode())
    secrets.add(f"projects/{project}/secrets/{PASSWORD_NAME}", PASSWORD.encode())
    secrets.add(f"projects/{project}/secrets/{LOOK_UP_SECRET}", f"{LOOK_UP_NAME}:{LOOK_UP_PASSWORD}".encode())
    for name in PEOPLE:
        google.calendar(f"{name}@g.test").set_access(EYES, "freeBusyReader")
    held = Holding(google)
    with ExitStack() as stack:
        queue, tasks, certificates = stack.enter_context(queue_on_a_port())
        places = Places(
            functions={row: address(free_port()) for row in SERVED},
            firestore=firestore_host,
            tasks=tasks,
            secrets=stack.enter_context(rpc.mounted(secrets.door)),
            certificates=certificates,
            google=stack.enter_context(wire.mounted(held)),
        )
        exchange_url, old_url = (stack.enter_context(wire.mounted(one)) for one in (exchange, old_exchange))
        database = databases.opened(project, firestore_host)
        opened = Company(
            project=project,
            package=package,
            folder=folder,
            exchange=exchange,
            old_exchange=old_exchange,
            google=google,
            secrets=secrets,
            queue=queue,
            database=database,
            places=places,
            exchange_url=exchange_url,
            old_exchange_url=old_url,
            held=held,
        )
        stack.callback(opened.end)
        for row in SERVED:
            opened.start(row)
        for function in opened.functions.values():
            function.up()
        yield opened


def _traced() -> dict[str, str]:
    return {"X-Cloud-Trace-Context": f"{TRACE}/255;o=1"}


def _ten(days: int) -> datetime:
    return datetime.now(UTC).replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=days)
