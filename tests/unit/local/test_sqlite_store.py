"""What is special to the SQLite file: whose it is, who may read it, what a lock, damage or a crash does to it."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calpair.errors import StoreBrokenError, VersionError
from calpair.local import database
from calpair.local import store as store_module
from calpair.local.store import SqliteStore
from calpair.ports import Doc

Open = Callable[[], SqliteStore]


def now() -> datetime:
    return datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calpair.db"


@pytest.fixture
def opened(path: Path) -> Iterator[Open]:
    stores: list[SqliteStore] = []

    def open_it() -> SqliteStore:
        stores.append(SqliteStore(path, now, patience=0))
        return stores[-1]

    yield open_it
    for store in stores:
        store.close()


def said(opened: Open) -> str:
    with pytest.raises(StoreBrokenError) as refusal:
        opened()
    return str(refusal.value)


def test_documents_outlast_the_process(opened: Open) -> None:
    store = opened()
    doc = store.put(Doc("links", "a", {"n": 1}, "p1"))
    store.close()
    assert opened().get("links", "a") == doc


def test_two_processes_share_a_file_and_its_versions(opened: Open) -> None:
    one, other = opened(), opened()
    doc = one.put(Doc("links", "a", {"n": 1}))
    assert other.get("links", "a") == doc
    other.put(replace(doc, data={"n": 2}))
    with pytest.raises(VersionError):
        one.put(doc)


def test_the_file_is_its_owners_alone_with_what_stands_beside_it(path: Path, opened: Open) -> None:
    opened().put(Doc("links", "a", {}))
    beside = sorted(path.parent.iterdir())
    assert [file.name for file in beside] == ["calpair.db", "calpair.db-shm", "calpair.db-wal"]
    assert [stat.S_IMODE(file.stat().st_mode) for file in beside] == [0o600, 0o600, 0o600]


def test_a_file_of_ours_that_others_could_read_is_closed_to_them(path: Path, opened: Open) -> None:
    opened().close()
    path.chmod(0o644)
    opened()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("content", [b"SQLite format 3\0", b"not a database, a letter", b"\0" * 200])
def test_a_foreign_file_is_left_alone(path: Path, opened: Open, content: bytes) -> None:
    path.write_bytes(content)
    path.chmod(0o644)
    assert said(opened) == f"{path} is not calpair's; nothing was changed in it. Name another file for the store"
    assert path.read_bytes() == content
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    assert list(path.parent.iterdir()) == [path]


def test_another_programs_database_is_left_alone(path: Path, opened: Open) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE documents (x)")
        db.commit()
    before = path.read_bytes()
    assert "is not calpair's" in said(opened)
    assert path.read_bytes() == before
    assert list(path.parent.iterdir()) == [path]


def test_a_later_calpairs_file_is_left_alone(path: Path, opened: Open) -> None:
    opened().close()
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA user_version = 2")
    assert said(opened) == f"{path} was written by a later calpair; use that one, or name another file for the store"


def test_an_empty_file_becomes_ours(path: Path, opened: Open) -> None:
    path.touch()
    opened().put(Doc("links", "a", {}))
    assert path.stat().st_size > 0


def test_a_locked_file_is_named_when_it_is_opened_and_when_it_is_written(path: Path, opened: Open) -> None:
    store = opened()
    line = f"{path} is locked by another program; end that program, then try again (SQLITE_BUSY)"
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBrokenError) as refusal:
            store.put(Doc("links", "a", {}))
        assert str(refusal.value) == line
    store.put(Doc("links", "a", {}))
    store.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("DELETE FROM documents")
        assert said(opened) == line


def test_a_missing_folder_a_folder_and_a_damaged_file_are_named(tmp_path: Path, path: Path, opened: Open) -> None:
    with pytest.raises(StoreBrokenError) as refusal:
        SqliteStore(tmp_path / "none" / "calpair.db", now)
    assert str(refusal.value) == (
        f"{tmp_path}/none/calpair.db: the folder is not there; make it, or name another file for the store"
    )
    with pytest.raises(StoreBrokenError) as refusal:
        SqliteStore(tmp_path, now)
    assert str(refusal.value) == f"{tmp_path} cannot be opened (IsADirectoryError); look at its rights"

    opened().close()
    healthy = path.read_bytes()
    path.write_bytes(healthy[:100] + b"\xff" * (len(healthy) - 100))
    assert said(opened).startswith(f"{path} is damaged; move it away, and the next run builds it anew (SQLITE_")


def test_a_disk_that_is_full_is_named_and_the_store_goes_on_afterwards(path: Path, opened: Open) -> None:
    store = opened()
    store.put(Doc("links", "a", {}))
    pages = store._db.execute("PRAGMA page_count").fetchone()[0]
    store._db.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreBrokenError) as refusal:
        store.put(Doc("links", "b", {"text": "x" * 900_000}))
    assert str(refusal.value) == (
        f"{path} cannot be written; look at its rights and at the space on its disk (SQLITE_FULL)"
    )
    assert store.get("links", "b") is None
    store.put(Doc("links", "c", {}))


def test_a_closed_store_says_so_in_one_line(path: Path, opened: Open) -> None:
    store = opened()
    store.close()
    with pytest.raises(StoreBrokenError) as refusal:
        store.get("links", "a")
    assert str(refusal.value) == (
        f"{path} does not do what was asked; look whether another program changed it (ProgrammingError)"
    )


def test_a_process_that_makes_the_file_at_the_same_time_is_no_matter(path: Path, opened: Open) -> None:
    # Both saw an empty file; the slower one finds the tables made.
    opened()
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        database._make(db)
    assert opened().get("links", "a") is None


class Crash(BaseException):
    pass


def test_a_crash_inside_a_write_leaves_no_half_of_it(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    store = opened()
    doc = store.put(Doc("links", "a", {"keys": ["old"]}, "p1"))

    def crash(*_: object) -> str:
        raise Crash

    monkeypatch.setattr(store_module, "_found", crash)
    with pytest.raises(Crash):
        store.put(replace(doc, data={"keys": ["new"]}))
    monkeypatch.undo()
    assert store.find("links", "p1", ["old"]) == [doc]
    store.put(replace(doc, data={"keys": ["new"]}))


WRITER = """
import sys
from datetime import UTC, datetime
from calpair.local.store import SqliteStore
from calpair.ports import Doc

store = SqliteStore(sys.argv[1], lambda: datetime.now(UTC))
doc = Doc("links", "a", {"n": 0, "keys": ["k0"]}, "p1")
while True:
    doc = store.put(doc)
    n = doc.data["n"]
    print(n, flush=True)
    doc = Doc("links", "a", {"n": n + 1, "keys": [f"k{n + 1}"]}, "p1", doc.version)
"""


def test_a_killed_process_loses_nothing_it_was_told_is_written(path: Path, opened: Open) -> None:
    functions = Path(store_module.__file__).parents[2]
    with subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(functions)},
    ) as writer:
        assert writer.stdout
        lines = [writer.stdout.readline() for _ in range(50)]
        writer.send_signal(signal.SIGKILL)
        lines += writer.stdout.readlines()
    told = int([line for line in lines if line.endswith(b"\n")][-1])
    doc = opened().get("links", "a")
    assert doc
    stands = doc.data["n"]
    # The last write may have been done and not yet told.
    assert stands in (told, told + 1)
    assert opened().find("links", "p1", [f"k{stands}"]) == [doc]


@pytest.mark.parametrize(
    ("query", "values", "index"),
    [
        (store_module._DUE, ("status", "2026", 10), "by_due"),
        (store_module._FIND, ("links", "p1", *["x"] * 30), "PRIMARY KEY"),
        (store_module._LIST, ("links", "", 300), "sqlite_autoindex_documents_1"),
        (store_module._LIST_OF_PAIR, ("links", "", "p1", 300), "by_pair"),
        (store_module._GET, ("links", "a"), "sqlite_autoindex_documents_1"),
    ],
)
def test_every_question_is_answered_from_an_index(
    opened: Open, query: str, values: tuple[object, ...], index: str
) -> None:
    plan = [row[3] for row in opened()._db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
    assert index in plan[0]
    assert not [step for step in plan if step.startswith("SCAN")]
