"""What a write says to Firestore, and how often: again where a refusal passes by itself, once where it stays."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest
from google.cloud.firestore_v1.types import CommitRequest, CommitResponse, Precondition

from calpair.errors import StoreBrokenError
from calpair.gcp.firestore import connect
from calpair.gcp.store import FirestoreStore
from calpair.ports import Doc

ANSWER = CommitResponse({"write_results": [{"update_time": {"seconds": 1_795_858_887, "nanos": 245_122_000}}]})


@dataclass
class Moody:
    """A Firestore that takes writes, after its refusals."""

    refusals: list[grpc.StatusCode] = field(default_factory=list)
    asked: list[Any] = field(default_factory=list)

    def commit(self, request: Any, context: Any) -> Any:
        self.asked.append(request)
        if self.refusals:
            context.abort(self.refusals.pop(0), "the server's own words")
        return ANSWER


@pytest.fixture
def server() -> Moody:
    return Moody()


@pytest.fixture
def store(server: Moody) -> Iterator[FirestoreStore]:
    commit = grpc.unary_unary_rpc_method_handler(server.commit, CommitRequest.deserialize, CommitResponse.serialize)
    with ThreadPoolExecutor(2) as threads:
        mount = grpc.server(threads)
        mount.add_generic_rpc_handlers(
            (grpc.method_handlers_generic_handler("google.firestore.v1.Firestore", {"Commit": commit}),)
        )
        port = mount.add_insecure_port("127.0.0.1:0")
        mount.start()
        yield FirestoreStore(connect(f"127.0.0.1:{port}"), "p")
        mount.stop(None).wait()


def test_a_write_names_the_version_it_was_made_on(store: FirestoreStore, server: Moody) -> None:
    first = store.put(Doc("links", "a", {}))
    store.put(first)
    store.delete(first)
    create, update, delete = (request.writes[0].current_document for request in server.asked)
    assert "exists" in create
    assert not create.exists
    assert update == delete == Precondition({"update_time": {"seconds": 1_795_858_887, "nanos": 245_122_000}})


@pytest.mark.parametrize("status", [grpc.StatusCode.ABORTED, grpc.StatusCode.UNAVAILABLE])
def test_a_write_that_meets_a_busy_moment_is_sent_again(
    store: FirestoreStore, server: Moody, status: grpc.StatusCode
) -> None:
    server.refusals = [status]
    assert store.put(Doc("links", "a", {})).version == "1795858887.245122000"
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "status",
    [
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.INVALID_ARGUMENT,
        grpc.StatusCode.PERMISSION_DENIED,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.INTERNAL,
    ],
)
def test_a_write_that_is_refused_for_good_is_sent_once(
    store: FirestoreStore, server: Moody, status: grpc.StatusCode
) -> None:
    server.refusals = [status]
    with pytest.raises(StoreBrokenError) as refusal:
        store.put(Doc("links", "a", {}))
    assert str(refusal.value).endswith(f"({status.name})")
    assert len(server.asked) == 1
