"""Every story plays in memory where the machine has a folder there: a crash here is a process's, never the machine's.

The store flushes each write to its disk, which a story of a hundred runs would spend most of its time waiting for.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.deployed import Lay, sqlite
from scenarios.on_firestore import Database

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="calpair-") as folder:
        yield Path(folder)


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.needs("firestore"))])
def lay(request: pytest.FixtureRequest, tmp_path: Path) -> Lay:
    """Lays the ground of the deployed functions; their store is Firestore, or SQLite stands for it."""
    if request.param == "sqlite":
        return Lay(tmp_path, lambda: sqlite)
    host = request.getfixturevalue("firestore_host")
    return Lay(tmp_path, lambda: Database(host), step=3)
