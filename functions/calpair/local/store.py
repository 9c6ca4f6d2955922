"""The store on one machine: `ports.Store` in one SQLite file.

    store = SqliteStore(Path("calpair.db"), now)
    doc = store.put(Doc("cursors", "k1", {"schema": 1}))        # VersionError if somebody was faster

One connection, one lock: a write takes about a millisecond, and what takes long is elsewhere. Several processes may
use the same file. Source: SQLite in WAL mode, conditional writes as in Firestore's preconditions.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from calpair.errors import VersionError
from calpair.local.database import connect, translated
from calpair.model import plain
from calpair.ports import Doc, Now

MOST_VALUES = 30
"""Firestore's limit for one look-up."""
PAGE = 300

_GET = "SELECT collection, key, data, pair, number, revision FROM documents WHERE collection = ? AND key = ?"
_DUE = (
    "SELECT collection, key, json_object('due', due, 'head', json_extract(data, '$.head')), pair, number, revision FROM documents "
    "WHERE collection = ? AND due <= ? ORDER BY due, key LIMIT ?"
)
_FIND = (
    # As many question marks as there may be values. Not one list as JSON: a text with a NUL would end there.
    "SELECT DISTINCT d.collection, d.key, d.data, d.pair, d.number, d.revision "  # noqa: S608 - question marks alone
    "FROM keys k JOIN documents d ON d.number = k.document "
    f"WHERE k.collection = ? AND k.pair = ? AND k.value IN ({', '.join('?' * MOST_VALUES)}) ORDER BY d.key"
)
_LIST = (
    "SELECT collection, key, data, pair, number, revision FROM documents "
    "WHERE collection = ? AND key > ? ORDER BY key LIMIT ?"
)
_LIST_OF_PAIR = (
    "SELECT collection, key, data, pair, number, revision FROM documents "
    "WHERE collection = ? AND key > ? AND pair = ? ORDER BY key LIMIT ?"
)
_Row = tuple[str, str, str, str, int, int]


class SqliteStore:
    """Documents with versions, in a file or (`:memory:`) for as long as the process lives."""

    def __init__(self, path: Path | str, now: Now, *, patience: float = 5.0) -> None:
        """Open or make the file. `patience`: seconds to wait for another process's lock."""
        self._path = path
        self._now = now
        self._lock = threading.Lock()
        self._db = connect(path, patience)

    def close(self) -> None:
        """Close the file; nothing can be asked afterwards."""
        with self._lock:
            self._db.close()

    def get(self, collection: str, key: str) -> Doc | None:
        """Read one document."""
        rows = self._read(_GET, collection, key) if plain.possible(collection, key) else []
        return rows[0] if rows else None

    def put(self, doc: Doc) -> Doc:
        """Write it if it still is in `doc.version` (empty: if there is none); VersionError otherwise."""
        collection, key = doc.collection, doc.key
        plainly = plain.written(collection, key, doc.data, doc.pair)
        data, due = plainly.text, plainly.due
        written = self._now().astimezone(UTC).isoformat()
        with self._transaction() as db:
            found = _found(db, doc)
            if found is None:
                if doc.version:
                    raise VersionError(f"{collection}/{key} was deleted since it was read")
                revision = 1
                number = db.execute(
                    "INSERT INTO documents (collection, key, pair, revision, due, written, data) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    (collection, key, doc.pair, revision, due, written, data),
                ).lastrowid
            else:
                number, revision = found
                if _version(number, revision) != doc.version:
                    raise VersionError(f"{collection}/{key} was written since it was read")
                revision += 1
                db.execute(
                    "UPDATE documents SET pair = ?, revision = ?, due = ?, written = ?, data = ? WHERE number = ?",
                    (doc.pair, revision, due, written, data, number),
                )
                db.execute("DELETE FROM keys WHERE document = ?", (number,))
            db.executemany(
                "INSERT INTO keys (collection, pair, value, document) VALUES (?, ?, ?, ?)",
                [(collection, doc.pair, value, number) for value in plainly.keys],
            )
        return _doc((collection, key, data, doc.pair, number or 0, revision))

    def delete(self, doc: Doc) -> None:
        """Delete it if it still is in `doc.version`; VersionError otherwise. Already gone is done."""
        if not plain.possible(doc.collection, doc.key):
            return
        with self._transaction() as db:
            found = _found(db, doc)
            if found is None:
                return
            if _version(*found) != doc.version:
                raise VersionError(f"{doc.collection}/{doc.key} was written since it was read")
            db.execute("DELETE FROM documents WHERE number = ?", (found[0],))

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        """Documents whose `due` is not after `now`, oldest first, then in key order; of their data `due` and `head`."""
        return self._read(_DUE, plain.asked(collection), now.astimezone(UTC).isoformat(), max(limit, 0))

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        """Documents of a pair one of whose `keys` is among `values` (at most 30), in key order."""
        if len(values) > MOST_VALUES:
            raise ValueError(f"{len(values)} values in one look-up; {MOST_VALUES} are allowed")
        plain.asked(collection)
        if not values:
            return []
        filled = [*values, *[values[0]] * (MOST_VALUES - len(values))]
        return self._read(_FIND, collection, pair, *filled)

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        """A page of documents in key order, of one pair or of all, and the next page's name (empty: no more)."""
        if pair is None:
            docs = self._read(_LIST, collection, page, PAGE + 1)
        else:
            docs = self._read(_LIST_OF_PAIR, plain.asked(collection), page, pair, PAGE + 1)
        return docs[:PAGE], docs[PAGE - 1].key if len(docs) > PAGE else ""

    def drop(self, pair: str) -> None:
        """Delete everything that belongs to a pair."""
        if not pair:
            raise ValueError("what belongs to no pair is not dropped")
        with self._transaction() as db:
            db.execute("DELETE FROM documents WHERE pair = ?", (pair,))

    def _read(self, query: str, *values: object) -> Sequence[Doc]:
        with self._lock, translated(self._path):
            return [_doc(row) for row in self._db.execute(query, values)]

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translated(self._path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                # A failed write may have ended the transaction by itself.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise


def _found(db: sqlite3.Connection, doc: Doc) -> tuple[int, int] | None:
    row: tuple[int, int] | None = db.execute(
        "SELECT number, revision FROM documents WHERE collection = ? AND key = ?", (doc.collection, doc.key)
    ).fetchone()
    return row


def _version(number: int, revision: int) -> str:
    return f"{number}.{revision}"


def _doc(row: _Row) -> Doc:
    collection, key, data, pair, number, revision = row
    return Doc(collection, key, json.loads(data), pair, _version(number, revision))
