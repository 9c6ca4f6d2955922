"""The store on Google Cloud: `ports.Store` in one Firestore database.

    store = FirestoreStore(connect(), "my-project", "(default)")
    doc = store.put(Doc("cursors", "k1", {"schema": 1}))        # VersionError if somebody was faster

Every write is one request with one condition, on the version the document was read in; there are no transactions
(docs/decisions/firestore-store.md). How a document stands in Firestore is said in `layout`, what is asked in `queries`.
Threads may share a store. Source: google/firestore/v1/firestore.proto.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from google.api_core import exceptions
from google.cloud.firestore_v1.types import (
    ArrayValue,
    BatchGetDocumentsRequest,
    BatchGetDocumentsResponse,
    CommitRequest,
    CommitResponse,
    Document,
    ListCollectionIdsRequest,
    RunQueryRequest,
    RunQueryResponse,
    Value,
    Write,
)

from calpair.errors import StoreBrokenError, VersionError
from calpair.gcp import layout, queries
from calpair.gcp.firestore import PATIENCE, Line, translated
from calpair.model import plain
from calpair.ports import Doc

MOST_VALUES = 30
"""Firestore's limit for one look-up."""
PAGE = 300
"""Documents of one page, and deletions of one request."""


class FirestoreStore:
    """Documents with versions, in a database of Firestore in Native mode."""

    def __init__(self, client: Line, project: str, database: str = "(default)", emulator: str = "") -> None:
        """Nothing is asked yet. `emulator`: where it is, if it is Google's emulator, for errors to say so."""
        self._client = client
        self._name = f"{project}/{database}" + (f" on the emulator at {emulator}" if emulator else "")
        self._database = f"projects/{project}/databases/{database}"
        self._root = f"{self._database}/documents"

    def get(self, collection: str, key: str) -> Doc | None:
        """Read one document."""
        if not plain.possible(collection, key):
            return None
        request = BatchGetDocumentsRequest(database=self._database, documents=[self._path(collection, key)])
        with translated(self._name):
            for answer in self._client.batch_get_documents(request=request, **PATIENCE):
                answered = BatchGetDocumentsResponse.pb(answer)
                if answered.HasField("found"):
                    return layout.read(answered.found)
        return None

    def put(self, doc: Doc) -> Doc:
        """Write it if it still is in `doc.version` (empty: if there is none); VersionError otherwise."""
        document = Document(fields=layout.fields(doc), name=self._path(doc.collection, doc.key))
        condition = layout.condition(doc.version)
        # Not by its truth: a message whose only field is false counts as false.
        answer = None if condition is None else self._commit(Write(update=document, current_document=condition))
        if answer is None:
            raise self._outdated(doc, self.get(doc.collection, doc.key))
        document.update_time = answer.write_results[0].update_time
        return layout.read(Document.pb(document))

    def delete(self, doc: Doc) -> None:
        """Delete it if it still is in `doc.version`; VersionError otherwise. Already gone is done."""
        if not plain.possible(doc.collection, doc.key):
            return
        condition = layout.condition(doc.version) if doc.version else None
        path = self._path(doc.collection, doc.key)
        if condition is None or self._commit(Write(delete=path, current_document=condition)) is None:
            there = self.get(doc.collection, doc.key)
            if there is not None:
                raise self._outdated(doc, there)

    def due(self, collection: str, now: datetime, limit: int) -> Sequence[Doc]:
        """Documents whose `due` is not after `now`, oldest first, then in key order; of their data `due` and `head`."""
        if limit <= 0:
            return []
        latest = Value(string_value=now.astimezone(UTC).isoformat())
        found = self._ask(queries.DUE, plain.asked(collection), latest, limit=limit)
        return [layout.read_due(document) for document in found]

    def find(self, collection: str, pair: str, values: Sequence[str]) -> Sequence[Doc]:
        """Documents of a pair one of whose `keys` is among `values` (at most 30), in key order."""
        if len(values) > MOST_VALUES:
            raise ValueError(f"{len(values)} values in one look-up; {MOST_VALUES} are allowed")
        hashes = [Value(string_value=layout.hashed(pair, value)) for value in dict.fromkeys(values)]
        if not hashes:
            return []
        any_of_them = Value(array_value=ArrayValue(values=hashes))
        return self._read(queries.FIND, plain.asked(collection), any_of_them)

    def list(self, collection: str, pair: str | None = None, page: str = "") -> tuple[Sequence[Doc], str]:
        """A page of documents in key order, of one pair or of all, and the next page's name (empty: no more)."""
        after = self._path(collection, page) if page else ""
        if pair is None:
            docs = self._read(queries.LIST, collection, limit=PAGE + 1, after=after)
        else:
            of_pair = Value(string_value=pair)
            docs = self._read(queries.LIST_OF_PAIR, plain.asked(collection), of_pair, limit=PAGE + 1, after=after)
        return docs[:PAGE], docs[PAGE - 1].key if len(docs) > PAGE else ""

    def drop(self, pair: str) -> None:
        """Delete everything that belongs to a pair, a page a request; what a crash leaves the next call takes."""
        if not pair:
            raise ValueError("what belongs to no pair is not dropped")
        of_pair = Value(string_value=pair)
        for collection in self._collections():
            while names := [doc.name for doc in self._ask(queries.NAMES_OF_PAIR, collection, of_pair, limit=PAGE)]:
                if self._commit(*(Write(delete=name) for name in names)) is None:
                    raise self._closed()

    def _path(self, collection: str, key: str) -> str:
        return f"{self._root}/{collection}/{key}"

    def _collections(self) -> Sequence[str]:
        request = ListCollectionIdsRequest(parent=self._root, page_size=PAGE)
        with translated(self._name):
            found = list(self._client.list_collection_ids(request=request, **PATIENCE))
        return [collection for collection in found if collection not in plain.PEOPLES]

    def _read(self, shape: queries.Shape, collection: str, value: Value | None = None, **bounds: Any) -> Sequence[Doc]:
        return [layout.read(document) for document in self._ask(shape, collection, value, **bounds)]

    def _ask(self, shape: queries.Shape, collection: str, value: Value | None, **bounds: Any) -> Iterator[Any]:
        """Ask a query of the table; gives documents of the plain protobuf kind, ten times as fast to read."""
        if not plain.possible(collection):
            return
        query = queries.build(shape, collection, value, **bounds)
        with translated(self._name):
            for answer in self._client.run_query(
                request=RunQueryRequest(parent=self._root, structured_query=query), **PATIENCE
            ):
                answered = RunQueryResponse.pb(answer)
                if answered.HasField("document"):
                    yield answered.document

    def _commit(self, *writes: Write) -> CommitResponse | None:
        """Write; None: the condition did not hold, or (seldom) something else was not as it should be."""
        request = CommitRequest(database=self._database, writes=writes)
        with translated(self._name):
            try:
                return self._client.commit(request=request, **PATIENCE)
            except (exceptions.AlreadyExists, exceptions.FailedPrecondition, exceptions.NotFound):
                return None

    def _outdated(self, doc: Doc, there: Doc | None) -> VersionError | StoreBrokenError:
        """Say why a write was refused, having looked again at what is there."""
        if there is None and doc.version:
            return VersionError(f"{doc.collection}/{doc.key} was deleted since it was read")
        if there is not None and there.version == doc.version:
            return self._closed()
        return VersionError(f"{doc.collection}/{doc.key} was written since it was read")

    def _closed(self) -> StoreBrokenError:
        return StoreBrokenError(f"Firestore {self._name} refuses to write; look at its state in the console")
