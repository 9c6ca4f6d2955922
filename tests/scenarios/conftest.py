"""Every story plays in memory where the machine has a folder there: a crash here is a process's, never the machine's.

The store flushes each write to its disk, which a story of a hundred runs would spend most of its time waiting for.
A story of series (`test_series_*`) runs on several servers, from both sides and by both: always with every two of these
values together, with all of them crossed where CALPAIR_TORTURE=1.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.deployed import Lay, sqlite
from scenarios.on_firestore import Database
from scenarios.series_stage import GROUNDS, SeriesStage
from scenarios.slices import pairwise

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the slice does not need."""
    if TORTURE:
        return
    _, rest = pairwise(item for item in items if item.path.name.startswith("test_series_"))
    if rest:
        config.hook.pytest_deselected(items=rest)
        left = {id(item) for item in rest}
        items[:] = [item for item in items if id(item) not in left]


@pytest.fixture
def tmp_path(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own."""
    if not MEMORY.is_dir():
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=MEMORY, prefix="calpair-") as folder:
        yield Path(folder)


@pytest.fixture(params=GROUNDS, ids=["friendly", "classic", "talkative", "old"])
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> SeriesStage:
    """A stage for series on servers of every temper."""
    return SeriesStage(tmp_path, **request.param)


@pytest.fixture(params=["sqlite", pytest.param("firestore", marks=pytest.mark.needs("firestore"))])
def lay(request: pytest.FixtureRequest, tmp_path: Path) -> Lay:
    """Lays the ground of the deployed functions; their store is Firestore, or SQLite stands for it."""
    if request.param == "sqlite":
        return Lay(tmp_path, lambda: sqlite)
    host = request.getfixturevalue("firestore_host")
    return Lay(tmp_path, lambda: Database(host), step=3)
