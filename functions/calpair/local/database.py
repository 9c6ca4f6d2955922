"""The SQLite file: opened only if it is ours, with rights for its owner alone, and every trouble said in one line.

Source: the SQLite file format (`application_id` stands at byte 68 of the header, `user_version` at 60) and its
documentation of WAL. A foreign file is recognised by reading its first hundred bytes, before SQLite touches it, for
SQLite may write a journal or a shared-memory file beside whatever it opens.
"""

import contextlib
import os
import sqlite3
import stat
from collections.abc import Iterator
from pathlib import Path

from calpair.errors import StoreBrokenError

MEMORY = ":memory:"
APPLICATION = 0x43616C50
"""`CalP`."""
SCHEMA = 1

_MAGIC = b"SQLite format 3\0"
_HEADER = 100
_TABLES = (
    # AUTOINCREMENT: the number of a deleted document is never given again, so no version ever comes back.
    """CREATE TABLE documents (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        collection TEXT NOT NULL,
        key TEXT NOT NULL,
        pair TEXT NOT NULL,
        revision INTEGER NOT NULL,
        due TEXT,
        written TEXT NOT NULL,
        data TEXT NOT NULL,
        UNIQUE (collection, key))""",
    """CREATE TABLE keys (
        collection TEXT NOT NULL,
        pair TEXT NOT NULL,
        value TEXT NOT NULL,
        document INTEGER NOT NULL REFERENCES documents (number) ON DELETE CASCADE,
        PRIMARY KEY (collection, pair, value, document)) WITHOUT ROWID""",
    "CREATE INDEX by_due ON documents (collection, due, key) WHERE due IS NOT NULL",
    "CREATE INDEX by_pair ON documents (pair, collection, key)",
    "CREATE INDEX keys_of ON keys (document)",
)


def connect(path: Path | str, patience: float) -> sqlite3.Connection:
    """Open the store's file, making it if need be. `patience`: seconds to wait for another process's lock.

    StoreBrokenError: foreign, made by a later calpair, locked, damaged, or not to be opened.
    """
    if str(path) != MEMORY:
        _prepare(Path(path))
    with translated(path):
        db = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        try:
            _set_up(db, path)
        except BaseException:
            db.close()
            raise
    return db


@contextlib.contextmanager
def translated(path: Path | str) -> Iterator[None]:
    """Turn SQLite's errors into StoreBrokenError, in words of ours and with SQLite's own short name for it."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        name = getattr(error, "sqlite_errorname", type(error).__name__)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            said = "is locked by another program; end that program, then try again"
        elif code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            said = "is damaged; move it away, and the next run builds it anew"
        elif code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            said = "cannot be written; look at its rights and at the space on its disk"
        else:
            said = "does not do what was asked; look whether another program changed it"
        raise StoreBrokenError(f"{path} {said} ({name})") from None


def _prepare(path: Path) -> None:
    try:
        # Made here and not by SQLite, which would give it the rights the process gives to any file.
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "rb") as file:
            header = file.read(_HEADER)
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except FileNotFoundError:
        raise StoreBrokenError(
            f"{path}: the folder is not there; make it, or name another file for the store"
        ) from None
    except OSError as error:
        raise StoreBrokenError(f"{path} cannot be opened ({type(error).__name__}); look at its rights") from None
    if header and not _is_ours(header):
        raise StoreBrokenError(f"{path} is not calpair's; nothing was changed in it. Name another file for the store")
    if mode & 0o077 and os.name == "posix":
        with contextlib.suppress(OSError):
            path.chmod(0o600)


def _is_ours(header: bytes) -> bool:
    return header.startswith(_MAGIC) and int.from_bytes(header[68:72], "big") == APPLICATION


def _set_up(db: sqlite3.Connection, path: Path | str) -> None:
    # FULL: an intent must outlast a power cut, or a create would be repeated. It costs a flush to disk per write.
    db.execute("PRAGMA synchronous = FULL")
    db.execute("PRAGMA foreign_keys = ON")
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    if schema > SCHEMA:
        raise StoreBrokenError(
            f"{path} was written by a later calpair; use that one, or name another file for the store"
        )
    if schema < SCHEMA:
        # Before WAL, so that the mark stands in the file itself from the first commit on.
        _make(db)
    db.execute("PRAGMA journal_mode = WAL")


def _make(db: sqlite3.Connection) -> None:
    db.execute("BEGIN IMMEDIATE")
    # Another process may have been faster.
    (schema,) = db.execute("PRAGMA user_version").fetchone()
    if schema < SCHEMA:
        for table in _TABLES:
            db.execute(table)
        db.execute(f"PRAGMA application_id = {APPLICATION}")
        db.execute(f"PRAGMA user_version = {SCHEMA}")
    db.execute("COMMIT")
