"""The parts every deployed function stands on: clock, log, store, and who may call it."""

import sys
from collections.abc import Callable, Mapping
from functools import partial, wraps
from threading import Lock
from typing import TypeVar

from calpair import log
from calpair.app.clock import clock
from calpair.app.deployment import Deployment
from calpair.gcp import callers as calling
from calpair.gcp import firestore
from calpair.gcp.store import FirestoreStore
from calpair.ports import Store

T = TypeVar("T")
ADDON = "/addon"
"""Where the add-on calls, below the address of the function."""


def once(build: Callable[[], T]) -> Callable[[], T]:
    """Build parts when they are first asked for, and once, however many requests a new instance begins with.

    What could not be built is built anew the next time.
    """
    lock, built = Lock(), list[T]()

    @wraps(build)
    def ask() -> T:
        with lock:
            if not built:
                built.append(build())
        return built[0]

    return ask


def ready(environment: Mapping[str, str], *needed: str) -> Deployment:
    """Read the environment, having sent the process's records to where the platform collects them. UsageError."""
    log.configure(sys.stderr, cloud=True, project=environment.get("CALPAIR_PROJECT", ""))
    return Deployment.from_env(environment, *needed)


def store(deployment: Deployment) -> Store:
    """Open the store."""
    place = deployment.store
    return FirestoreStore(firestore.connect(deployment.firestore_endpoint), place.project, place.database)


def callers(deployment: Deployment) -> calling.Callers:
    """Say who may call this function."""
    certificates = calling.Certificates(partial(calling.fetch, deployment.certificates), clock)
    return calling.Callers(certificates, deployment.audience, deployment.callers)


def workspace(deployment: Deployment) -> calling.Callers | None:
    """Say who may call as a Workspace add-on, whose tokens are for the very address it calls; None: nobody."""
    if not deployment.workspace_account:
        return None
    certificates = calling.Certificates(partial(calling.fetch, deployment.certificates), clock)
    return calling.Callers(certificates, f"{deployment.audience}{ADDON}", [deployment.workspace_account])
