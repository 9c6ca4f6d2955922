"""What deployed functions call, on this machine: Firestore (Google's own emulator), and Cloud Tasks and Secret Manager, simulated.

    with surroundings("demo-1") as around:
        around.keep("exchange-password", "hush")        # a secret
        around.token(account, audience)                 # an ID token, as Google signs it
        around.idle                                     # whether no task is left

Tasks are delivered by the machine's clock, to functions on this machine.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from google.cloud.firestore import Client

from deployed import database as databases
from deployed.tasks import QUEUE, add_queue
from simulators import rpc, wire
from simulators.clock import SystemClock
from simulators.secrets import SecretsSimulator
from simulators.tasks import Runner, TasksSimulator, over_http
from tools import emulator

_HERE = "127.0.0.1,localhost"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where everything is: `host:port`, but for the certificates, which have an address."""

    project: str
    firestore: str
    tasks: str
    secrets: str
    certificates: str
    database: Client
    queue: TasksSimulator
    manager: SecretsSimulator

    @property
    def idle(self) -> bool:
        """Whether no task is waiting or under way."""
        return not self.queue.tasks(QUEUE)

    def keep(self, name: str, value: str) -> None:
        """Put a secret into Secret Manager."""
        self.manager.add(f"projects/{self.project}/secrets/{name}", value.encode())

    def token(self, account: str, audience: str) -> str:
        """Sign an ID token for an account, to call whom it is for."""
        return self.queue.issuer.token(account, audience, datetime.now(UTC))


@contextmanager
def surroundings(project: str) -> Iterator[Surroundings]:
    """Open everything. RuntimeError: the emulator does not start."""
    manager, queue = SecretsSimulator(clock=SystemClock()), TasksSimulator(clock=SystemClock())
    add_queue(queue)
    with ExitStack() as stack:
        host = stack.enter_context(emulator.running())
        # Google's client goes by these, in this process and in the command's.
        os.environ.update(FIRESTORE_EMULATOR_HOST=host, NO_PROXY=_HERE, no_proxy=_HERE)
        around = Surroundings(
            project,
            firestore=host,
            tasks=stack.enter_context(rpc.mounted(queue.door)),
            secrets=stack.enter_context(rpc.mounted(manager.door)),
            certificates=f"{stack.enter_context(wire.mounted(queue))}/oauth2/v1/certs",
            database=databases.opened(project, host),
            queue=queue,
            manager=manager,
        )
        stack.callback(around.database.close)
        stack.enter_context(Runner(queue, over_http()))
        yield around
