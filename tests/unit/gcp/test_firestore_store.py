"""What is special to the store in Firestore: what it says on the wire, and what refusals and crashes do to it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import grpc
import pytest
from google.api_core import exceptions
from google.auth.credentials import AnonymousCredentials
from google.auth.exceptions import DefaultCredentialsError
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    CommitRequest,
    ListCollectionIdsRequest,
    RunQueryRequest,
)

from calpair.app import shared
from calpair.errors import StoreBrokenError, StoreError, VersionError
from calpair.gcp.firestore import connect
from calpair.gcp.store import FirestoreStore
from calpair.ports import Doc
from calpair.settings import FirestoreAt
from contracts.firestore_recorder import Recorder
from contracts.store_contract import everything

SERVERS_WORDS = "the server's own words about ana@a.test"


class Crash(BaseException):
    pass


def worded(kind: Any) -> Exception:
    error: Exception = kind(SERVERS_WORDS)
    return error


class Refusing:
    """A client whose every call is refused."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def refuse(**_: Any) -> Any:
            raise self.error

        return refuse


REFUSALS: list[tuple[Any, str]] = [
    (
        exceptions.PermissionDenied,
        (
            "Firestore p/d lets this account do nothing; give it the role Cloud Datastore User (roles/datastore.user) "
            "(PERMISSION_DENIED)"
        ),
    ),
    (
        exceptions.NotFound,
        "Firestore p/d is not there; make the database, or name another one for the store (NOT_FOUND)",
    ),
    (
        exceptions.FailedPrecondition,
        "Firestore p/d cannot be used as it is; it has to be in Firestore's Native mode (FAILED_PRECONDITION)",
    ),
    (
        exceptions.ResourceExhausted,
        "Firestore p/d has a quota that is used up; look at the project's quotas (RESOURCE_EXHAUSTED)",
    ),
    (exceptions.ServiceUnavailable, "Firestore p/d did not answer in time; try again in a minute (UNAVAILABLE)"),
    (
        exceptions.DeadlineExceeded,
        "Firestore p/d did not answer in time; try again in a minute (DEADLINE_EXCEEDED)",
    ),
    (exceptions.Aborted, "Firestore p/d did not answer in time; try again in a minute (ABORTED)"),
    (
        exceptions.InvalidArgument,
        "Firestore p/d does not do what was asked; look whether this calpair is the newest (INVALID_ARGUMENT)",
    ),
    (
        partial(exceptions.RetryError, cause=None),
        "Firestore p/d did not answer in time; try again in a minute (RetryError)",
    ),
    (
        DefaultCredentialsError,
        "Firestore p/d asks who this is, and this process has no account to act as; give it one (DefaultCredentialsError)",
    ),
]


@pytest.mark.parametrize(("error", "line"), REFUSALS, ids=[line.rpartition("(")[2] for _, line in REFUSALS])
@pytest.mark.parametrize(
    "work",
    [
        lambda store: store.get("links", "a"),
        lambda store: store.put(Doc("links", "a", {})),
        lambda store: store.delete(Doc("links", "a", {}, version="1795858887.245122000")),
        lambda store: store.find("links", "p1", ["x"]),
        lambda store: store.list("links"),
        lambda store: store.drop("p1"),
    ],
    ids=["get", "put", "delete", "find", "list", "drop"],
)
def test_a_refusal_is_one_line_of_ours_whatever_was_asked(
    error: Any, line: str, work: Callable[[FirestoreStore], Any]
) -> None:
    client: Any = Refusing(worded(error))
    with pytest.raises(StoreBrokenError) as refusal:
        work(FirestoreStore(client, "p", "d"))
    assert str(refusal.value) == line


def test_a_machine_without_an_account_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(**_: Any) -> Any:
        raise worded(DefaultCredentialsError)

    monkeypatch.setattr("google.auth.default", nobody)
    with pytest.raises(StoreBrokenError) as refusal:
        connect()
    assert str(refusal.value) == (
        "Firestore: no account to act as; on one machine run `gcloud auth application-default login` "
        "(DefaultCredentialsError)"
    )


def test_the_line_goes_to_firestore_and_notices_when_it_is_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    account: Any = AnonymousCredentials

    def open_channel(target: str, _: Any, **given: Any) -> Any:
        opened.append((target, dict(given["options"])))
        return grpc.insecure_channel("127.0.0.1:1")

    monkeypatch.setattr("google.auth.default", lambda **_: (account(), "own"))
    monkeypatch.setattr(grpc, "secure_channel", open_channel)
    connect()
    [(target, options)] = opened
    assert target == "firestore.googleapis.com"
    assert options["grpc.keepalive_time_ms"] == 30_000


@pytest.mark.needs("firestore")
def test_a_write_is_one_request_with_one_condition_and_no_transaction(
    store: FirestoreStore, recorder: Recorder
) -> None:
    doc = store.put(Doc("links", "a", {"keys": ["x"]}, "p1"))
    doc = store.put(replace(doc, data={}))
    store.delete(doc)
    store.put(Doc("pairs", "ana", {}))
    store.find("links", "p1", ["x"])
    store.drop("p1")
    kinds = [type(request) for request in recorder.requests]
    assert kinds[:4] == [CommitRequest] * 4
    assert set(kinds) <= {CommitRequest, RunQueryRequest, BatchGetDocumentsRequest, ListCollectionIdsRequest}
    create, update, delete, _ = (request.writes for request in recorder.requests[:4])
    assert [len(writes) for writes in (create, update, delete)] == [1, 1, 1]
    assert "exists" in create[0].current_document
    assert not create[0].current_document.exists
    assert "update_time" in update[0].current_document
    assert delete[0].current_document.update_time > update[0].current_document.update_time
    for request in recorder.requests:
        assert not getattr(request, "transaction", b"")
        assert "new_transaction" not in type(request).meta.fields or "new_transaction" not in request


@pytest.mark.needs("firestore")
def test_no_call_lasts_longer_than_ten_seconds(store: FirestoreStore, recorder: Recorder) -> None:
    doc = store.put(Doc("links", "a", {}, "p1"))
    store.get("links", "a")
    store.find("links", "p1", ["x"])
    store.delete(doc)
    store.drop("p1")
    assert len(recorder.patience) == len(recorder.requests) == 5
    assert {(given["timeout"], given["retry"].timeout) for given in recorder.patience} == {(10, 10)}


@pytest.mark.needs("firestore")
def test_what_is_too_large_or_no_plain_value_is_never_sent(store: FirestoreStore, recorder: Recorder) -> None:
    with pytest.raises(StoreError, match=r"^cursors/p1 is too large for the store \(1000012 bytes, 1000000 fit\)$"):
        store.put(Doc("cursors", "p1", {"at": "x" * 1_000_003}))
    with pytest.raises(StoreError, match=r"^pairs/ana is too large for the store \(70009 bytes, 65536 fit\)$"):
        store.put(Doc("pairs", "ana", {"a": "x" * 70_001}))
    with pytest.raises(ValueError, match="list"):
        store.put(Doc("links", "a", {"a": [[1]]}))
    assert recorder.requests == []


@pytest.mark.needs("firestore")
def test_the_largest_document_fits_with_the_longest_names(store: FirestoreStore) -> None:
    key, pair = "k" * 1500, "p" * 1500
    data: dict[str, Any] = {
        "keys": [f"{number:03}" for number in range(1000)],
        "text": "x" * (1_000_000 - 33_000 - 6_020),
    }
    assert store.put(Doc("c" * 1500, key, data, pair)).data == data
    with pytest.raises(StoreError, match="too large"):
        store.put(Doc("c" * 1500, key, {**data, "text": data["text"] + "x"}, pair))


@pytest.mark.needs("firestore")
def test_an_answer_that_was_lost_is_no_success_and_no_second_effect(store: FirestoreStore, recorder: Recorder) -> None:
    base = store.put(Doc("cursors", "p1", {"lease": None}))

    def lose(_: Any) -> None:
        recorder.after = lambda _: None
        raise worded(exceptions.ServiceUnavailable)

    recorder.after = lose
    with pytest.raises(StoreBrokenError, match="did not answer in time"):
        store.put(replace(base, data={"lease": "us"}))
    there = store.get("cursors", "p1")
    assert there
    assert there.data == {"lease": "us"}
    with pytest.raises(VersionError):
        store.put(replace(base, data={"lease": "us"}))
    store.put(replace(there, data={"lease": None}))


@pytest.mark.needs("firestore")
def test_a_crash_in_the_midst_of_a_drop_is_made_good_by_the_next(store: FirestoreStore, recorder: Recorder) -> None:
    for collection, count in (("cursors", 1), ("links", 620), ("wanted", 1)):
        for number in range(count):
            store.put(Doc(collection, f"k{number:03}", {}, "p1"))
    store.put(Doc("links", "other", {}, "p2"))
    commits: list[int] = []

    def crash_at_the_third(request: Any) -> None:
        if isinstance(request, CommitRequest):
            commits.append(len(request.writes))
            if len(commits) == 3:
                raise Crash

    recorder.before = crash_at_the_third
    with pytest.raises(Crash):
        store.drop("p1")
    left = len(everything(store, "links"))
    assert 1 < left < 621
    store.drop("p1")
    assert everything(store, "links") == ["other"]
    assert everything(store, "cursors") == everything(store, "wanted") == []
    assert max(commits) == 300


@pytest.mark.needs("firestore")
def test_another_database_of_the_project_is_another_store(recorder: Recorder, project: str) -> None:
    one, other = FirestoreStore(recorder, project), FirestoreStore(recorder, project, "other")
    one.put(Doc("links", "a", {}, "p1"))
    assert other.get("links", "a") is None
    other.drop("p1")
    assert everything(one, "links") == ["a"]


@pytest.mark.needs("firestore")
def test_a_document_that_cannot_be_written_though_nobody_touched_it_is_no_lost_race(
    store: FirestoreStore, recorder: Recorder
) -> None:
    doc = store.put(Doc("links", "a", {}, "p1"))

    def refuse(request: Any) -> None:
        if isinstance(request, CommitRequest):
            raise worded(exceptions.FailedPrecondition)

    recorder.before = refuse
    for work in (lambda: store.put(doc), lambda: store.delete(doc), lambda: store.drop("p1")):
        with pytest.raises(StoreBrokenError) as refusal:
            work()
        assert "refuses to write; look at its state in the console" in str(refusal.value)
        assert SERVERS_WORDS not in str(refusal.value)


def test_an_emulator_that_does_not_answer_is_named_with_the_variable_that_says_so() -> None:
    client: Any = Refusing(worded(exceptions.ServiceUnavailable))
    store = FirestoreStore(client, "p", "d", "127.0.0.1:9 (FIRESTORE_EMULATOR_HOST)")
    with pytest.raises(StoreBrokenError) as refusal:
        store.get("links", "a")
    assert str(refusal.value) == (
        "Firestore p/d on the emulator at 127.0.0.1:9 (FIRESTORE_EMULATOR_HOST) did not answer in time; "
        "try again in a minute (UNAVAILABLE)"
    )


def test_the_command_names_the_emulator_it_was_told_of() -> None:
    store = shared.opened(FirestoreAt("p", "d"), {"FIRESTORE_EMULATOR_HOST": "127.0.0.1:9"})
    assert isinstance(store, FirestoreStore)
    assert store._name == "p/d on the emulator at 127.0.0.1:9 (FIRESTORE_EMULATOR_HOST)"
