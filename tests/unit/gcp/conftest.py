"""A store on the emulator, in a project of its own, with what it says written down."""

from uuid import uuid4

import pytest

from calpair.gcp.firestore import connect
from calpair.gcp.store import FirestoreStore
from contracts.firestore_recorder import Recorder


@pytest.fixture
def project() -> str:
    return f"demo-{uuid4().hex}"


@pytest.fixture
def recorder(firestore_host: str) -> Recorder:
    return Recorder(connect(firestore_host))


@pytest.fixture
def store(recorder: Recorder, project: str) -> FirestoreStore:
    return FirestoreStore(recorder, project)
