"""The functions as they are deployed, in process: instances of `sync_pair` and `dispatch` that share a store and a queue.

    ground = Deployed(tmp_path, sqlite(tmp_path))
    ground.first.look("ana")                        # what a task does; `second` is another instance
    ground.tick()                                   # what the scheduler does, and a minute goes by: tasks are delivered
    assert ground.looks == [("ana", "ok")]

People's hands write documents into the store, as anybody does there. Nothing but the calendars, the store and the queue
is shared: nobody can tell whether another instance lives.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import cached_property
from itertools import count, cycle
from pathlib import Path
from typing import Any

from calpair.app.connections import Transports
from calpair.app.dispatching import Dispatching
from calpair.app.machine import App
from calpair.app.syncing import Syncing
from calpair.errors import CalpairError
from calpair.gcp.callers import Callers, Certificates
from calpair.gcp.queue import CloudTasksQueue, QueueSettings
from calpair.local.store import SqliteStore
from calpair.ports import Doc, Store
from calpair.sync.cursors import CURSORS, Cursors, from_doc
from calpair.sync.run import Report
from scenarios.stage import BENS, CALENDAR, Stage, signed
from simulators.exchange.mount import SimulatorAdapter
from simulators.google import InProcessHttp
from simulators.rpc import InProcessChannel
from simulators.rpc.clients import tasks_client
from simulators.tasks import Delivery, Stepper, TasksSimulator
from simulators.wire import Crash, Response

QUEUE = "projects/p/locations/l/queues/sync"
TIME = timedelta(seconds=510)
"""How long a look may take; the lease is half a minute, a call to Exchange and a minute longer."""
OUT = timedelta(minutes=12)
"""After so long a lease has run out."""

Open = Callable[["Deployed"], Store]
"""Opens a store, as each instance does."""


def sqlite(ground: "Deployed") -> Store:
    """Open the one file; where Firestore's emulator is not, it stands for Firestore."""
    return SqliteStore(ground.folder / "deployed.db", ground.clock.now)


class Deployed(Stage):
    """One domain, the pair `ana`, and the functions' instances."""

    def __init__(self, folder: Path, opened: Open, **fields: Any) -> None:
        self._open = opened
        self.looks: list[tuple[str, str]] = []
        """Which pair each task looked at, and what came of it; `died` when the instance did."""
        super().__init__(folder, **fields)

    # --- instances

    def start(self) -> App:
        """Lay the documents down, and start two instances anew; the application gives people their commands."""
        self.store = self._open(self)
        self.domains["a.test"] |= {
            "exchange": {**self.domains["a.test"]["exchange"], "secret": "secret-manager:exchange"},
            "google": {"auth": "token", "secret": "secret-manager:google"},
            "limits": {"secrets": ["exchange", "google"]},
        }
        for collection, documents in (("domains", self.domains), ("pairs", self.pairs)):
            for name, fields in documents.items():
                self.write(collection, name, fields)
        self.first, self.second = self.instance(), self.instance()
        self._turns = cycle([0, 1])
        self._stepper = Stepper(self.tasks, self.clock, self._post)
        return super().start()

    def process(self, holder: str, alive: Callable[[str], bool]) -> App:
        app = super().process(holder, alive)
        app.store = self.store
        return app

    def instance(
        self,
        *,
        store: Store | None = None,
        now: Callable[[], datetime] | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Syncing:
        """Start an instance of `sync_pair`; `store`: the same store, opened otherwise; `now`: a clock of its own."""
        tokens = {CALENDAR: "TOKEN", BENS: "TOKEN-BEN"}
        secrets = {
            "secret-manager:exchange": "secret",
            "secret-manager:google": "TOKEN",
            "secret-manager:key": "6b" * 32,
        }
        return Syncing(
            store=store or self._open(self),
            queue=self.queue(),
            callers=self._nobody(),
            secret=secrets.__getitem__,
            digest_key="secret-manager:key",
            delegation=None,
            time=TIME,
            now=now or self.clock.now,
            transports=Transports(
                SimulatorAdapter(self.exchange_door),
                lambda user: InProcessHttp(signed(self.google_door, tokens[user])),
            ),
            stopping=stopping,
        )

    @cached_property
    def tasks(self) -> TasksSimulator:
        """The queue, which outlives every instance."""
        simulator = TasksSimulator(clock=self.clock)
        simulator.add_queue(QUEUE)
        return simulator

    def queue(self) -> CloudTasksQueue:
        """Open the queue."""
        settings = QueueSettings(QUEUE, "https://sync-pair.run.test/", "tasks@p.iam.gserviceaccount.com", OUT)
        return CloudTasksQueue(tasks_client(InProcessChannel(self.tasks.door)), settings, self.clock.now)

    def _nobody(self) -> Callers:
        return Callers(Certificates(dict, self.clock.now), "https://sync-pair.run.test/", ())

    # --- looks

    def run(self, name: str = "ana") -> Report:
        """Look, as a task does; the outcome alone is told."""
        return Report(self.first.look(name)["outcome"])

    def tick(self, **by: float) -> None:
        """Let the scheduler call once, and a minute (or as said) go by: what is due by then is delivered."""
        Dispatching(self.store, self.queue(), self._nobody(), self.clock.now).dispatch()
        self.deliver(**by or {"minutes": 1})

    def deliver(self, **by: float) -> None:
        """Let time go by, and have the tasks delivered that fall due, to either instance in turn."""
        self._stepper.by(timedelta(**by))

    def waiting(self) -> int:
        """How many tasks wait in the queue."""
        return len(self.tasks.tasks(QUEUE))

    def _post(self, delivery: Delivery) -> Response:
        task = json.loads(delivery.body)
        worker = (self.first, self.second)[next(self._turns)]
        try:
            outcome = worker.look(task["pair"], task["key"], changed=task["changed"])["outcome"]
        except CalpairError as error:
            self.looks.append((task["pair"], type(error).__name__))
            return Response(500, b"{}")
        except Crash:
            self.looks.append((task["pair"], "died"))
            raise ConnectionResetError from None
        self.looks.append((task["pair"], outcome))
        return Response(200, b"{}")

    # --- documents and state

    def write(self, collection: str, name: str, fields: Mapping[str, Any]) -> None:
        """Write a document, whatever was there."""
        old = self.store.get(collection, name)
        self.store.put(Doc(collection, name, dict(fields), version=old.version if old else ""))

    def written(self, document: str) -> None:
        """Have a written document answered, as the trigger does."""
        Dispatching(self.store, self.queue(), self._nobody(), self.clock.now).written(document)

    def cursors(self, key: str) -> Cursors:
        """Give the cursors under a pair key."""
        doc = self.store.get(CURSORS, key)
        assert doc
        return from_doc(doc)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """No server is asked anything while the block runs."""
        before = self.requests()
        yield
        assert self.requests() == before


class Lay:
    """Lays grounds in a folder, as often as it is called. `step`: of many moments, every how many-th is tried."""

    def __init__(self, folder: Path, opened: Callable[[], Open], step: int = 1) -> None:
        self._folder = folder
        self._opened = opened
        self._numbers = count()
        self.step = 1 if os.environ.get("CALPAIR_TORTURE") == "1" else step

    def __call__(self, **fields: Any) -> Deployed:
        folder = self._folder / f"ground {next(self._numbers)}"
        folder.mkdir()
        return Deployed(folder, self._opened(), **fields)
