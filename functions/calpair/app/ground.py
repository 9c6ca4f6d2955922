"""The parts every deployed function stands on: clock, log, store, and who may call it."""

import sys
from datetime import UTC, datetime
from functools import partial

from calpair import log
from calpair.app.deployment import Deployment
from calpair.gcp import callers as calling
from calpair.gcp import firestore
from calpair.gcp.store import FirestoreStore
from calpair.ports import Store


def clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def configure(deployment: Deployment) -> None:
    """Send the process's records to where the platform collects them."""
    log.configure(sys.stderr, cloud=True, project=deployment.project)


def store(deployment: Deployment) -> Store:
    """Open the store."""
    place = deployment.store
    return FirestoreStore(firestore.connect(deployment.firestore_endpoint), place.project, place.database)


def callers(deployment: Deployment) -> calling.Callers:
    """Say who may call this function."""
    certificates = calling.Certificates(partial(calling.fetch, deployment.certificates), clock)
    return calling.Callers(certificates, deployment.audience, deployment.callers)
