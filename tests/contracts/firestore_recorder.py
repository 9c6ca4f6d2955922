"""What a store says to Firestore, written down and counted: stands between `FirestoreStore` and its client.

    recorder = Recorder(connect(host))
    store = FirestoreStore(recorder, project)
    recorder.reads, recorder.writes, recorder.deletes       # documents, as Firestore bills them

A call it does not know is refused: nothing reaches Firestore unseen. `before` is called with each request and may raise,
`after` once it has had its effect.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from google.cloud.firestore_v1.types import RunQueryRequest, StructuredQuery


def nothing(request: Any) -> None:
    """Let it pass."""


@dataclass
class Recorder:
    """A client behind a meter."""

    client: Any
    before: Callable[[Any], None] = nothing
    after: Callable[[Any], None] = nothing
    requests: list[Any] = field(default_factory=list)
    patience: list[Any] = field(default_factory=list)
    reads: int = 0
    writes: int = 0
    deletes: int = 0

    @property
    def queries(self) -> list[StructuredQuery]:
        """The queries, in order."""
        return [request.structured_query for request in self.requests if isinstance(request, RunQueryRequest)]

    def batch_get_documents(self, request: Any, **patience: Any) -> Iterator[Any]:
        """A read a document, found or missing."""
        answers = list(self._passed(self.client.batch_get_documents, request, patience))
        self.reads += len(answers)
        return iter(answers)

    def run_query(self, request: Any, **patience: Any) -> Iterator[Any]:
        """A read a document, and one for an empty answer."""
        answers = list(self._passed(self.client.run_query, request, patience))
        self.reads += max(1, sum("document" in answer for answer in answers))
        return iter(answers)

    def list_collection_ids(self, request: Any, **patience: Any) -> Any:
        """A read."""
        self.reads += 1
        return self._passed(self.client.list_collection_ids, request, patience)

    def commit(self, request: Any, **patience: Any) -> Any:
        """A write or a deletion a document."""
        answer = self._passed(self.client.commit, request, patience)
        deletes = sum("delete" in write for write in request.writes)
        self.deletes += deletes
        self.writes += len(request.writes) - deletes
        return answer

    def _passed(self, call: Callable[..., Any], request: Any, patience: Any) -> Any:
        self.requests.append(request)
        self.patience.append(patience)
        self.before(request)
        answer = call(request=request, **patience)
        self.after(request)
        return answer
