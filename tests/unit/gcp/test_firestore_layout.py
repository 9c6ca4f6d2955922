"""How documents stand in Firestore: as people wrote them, or as text with what they are looked up by beside it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from google.cloud.firestore_v1.types import (
    BatchGetDocumentsRequest,
    CommitRequest,
    Document,
    Precondition,
    Value,
    Write,
)
from google.protobuf.timestamp_pb2 import Timestamp

from calpair.documents import read_all
from calpair.errors import StoreBrokenError
from calpair.gcp import layout
from calpair.gcp.store import FirestoreStore
from calpair.ports import Doc
from contracts.firestore_recorder import Recorder

pytestmark = pytest.mark.needs("firestore")

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.fixture
def console(recorder: Recorder, project: str) -> "Console":
    return Console(recorder.client, f"projects/{project}/databases/(default)")


class Console:
    """A person at Firestore's console: sees fields, writes fields."""

    def __init__(self, client: Any, database: str) -> None:
        self.client = client
        self.database = database

    def see(self, name: str) -> dict[str, Value]:
        [answer] = self.client.batch_get_documents(
            request=BatchGetDocumentsRequest(database=self.database, documents=[f"{self.database}/documents/{name}"])
        )
        return dict(answer.found.fields)

    def write(self, name: str, **fields: dict[str, Any]) -> None:
        document = Document(
            name=f"{self.database}/documents/{name}", fields={key: Value(value) for key, value in fields.items()}
        )
        self.client.commit(
            request=CommitRequest(
                database=self.database, writes=[Write(update=document, current_document=Precondition())]
            )
        )


def test_what_people_write_stands_field_by_field(store: FirestoreStore, console: Console) -> None:
    written = {"domain": "a.test", "show": {"to_google": "everything"}, "owners": ["o@g.test"], "history_days": 30}
    store.put(Doc("pairs", "ana", {**written, "paused": False, "x": None, "y": 1.5}))
    assert console.see("pairs/ana") == {
        "domain": Value(string_value="a.test"),
        "show": Value({"map_value": {"fields": {"to_google": {"string_value": "everything"}}}}),
        "owners": Value({"array_value": {"values": [{"string_value": "o@g.test"}]}}),
        "history_days": Value(integer_value=30),
        "paused": Value(boolean_value=False),
        "x": Value(null_value=0),
        "y": Value(double_value=1.5),
    }


def test_what_we_write_stands_as_text_beside_what_it_is_looked_up_by(store: FirestoreStore, console: Console) -> None:
    data = {"schema": 1, "keys": ["x", "y", "x"], "due": NOON.isoformat(), "head": {"pair": "ana"}, "[": [{"a": [1.0]}]}
    first = store.put(Doc("links", "a", data, "p1"))
    second = store.put(replace(first, data={"schema": 1}))
    third = store.put(replace(second, data=data))
    seen = console.see("links/a")
    assert json.loads(seen.pop("data").string_value) == data
    assert (
        len(seen["keys"].array_value.values) == len({v.string_value for v in seen.pop("keys").array_value.values}) == 2
    )
    assert seen == {
        "schema": Value(integer_value=1),
        "pair": Value(string_value="p1"),
        "due": Value(string_value="2026-11-02T12:00:00+00:00"),
        "head": Value(string_value='{"pair": "ana"}'),
        "replaces": Value(string_value=second.version),
    }
    store.put(replace(third, data={}, pair=""))
    assert {name: console.see("links/a")[name].string_value for name in ("pair", "data", "replaces")} == {
        "pair": "",
        "data": "{}",
        "replaces": third.version,
    }
    assert set(console.see("links/a")) == {"schema", "pair", "data", "replaces"}


def test_what_was_written_in_the_console_is_read_and_changed(store: FirestoreStore, console: Console) -> None:
    console.write(
        "pairs/ana",
        mailbox={"string_value": "ana@a.test"},
        show={"map_value": {"fields": {"to_google": {"string_value": "busy_only"}}}},
        paused={"boolean_value": True},
        history_days={"integer_value": 30},
        owners={"array_value": {}},
        colours={"map_value": {}},
    )
    doc = store.get("pairs", "ana")
    assert doc
    assert (doc.data, doc.pair) == (
        {
            "mailbox": "ana@a.test",
            "show": {"to_google": "busy_only"},
            "paused": True,
            "history_days": 30,
            "owners": [],
            "colours": {},
        },
        "",
    )
    store.put(replace(doc, data={**doc.data, "paused": False}))
    assert console.see("pairs/ana")["paused"] == Value(boolean_value=False)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"timestamp_value": NOON}, "a date, not text"),
        ({"bytes_value": b"ana@a.test"}, "a map, not text"),
        ({"geo_point_value": {"latitude": 1, "longitude": 2}}, "a map, not text"),
        ({"double_value": float("nan")}, "a map, not text"),
        ({"double_value": float("-inf")}, "a map, not text"),
        ({"array_value": {"values": [{"timestamp_value": NOON}]}}, "a list, not text"),
        ({"integer_value": 7}, "a number, not text"),
        ({"null_value": 0}, "nothing, not text"),
    ],
    ids=str,
)
def test_a_kind_of_value_documents_lack_is_a_mistake_of_that_field_alone(
    store: FirestoreStore, console: Console, value: dict[str, Any], said: str
) -> None:
    console.write("pairs/ana", mailbox=value)
    console.write("pairs/bob", mailbox={"string_value": "bob@a.test"})
    docs, _ = store.list("pairs")
    found = read_all(
        {}, {doc.key: doc.data for doc in docs}, minimum_interval=timedelta(0), default_interval=timedelta(minutes=1)
    )
    assert any(said in problem.text for problem in found.of("pairs/ana") if problem.field == "mailbox")
    assert not [problem for problem in found.of("pairs/bob") if problem.field == "mailbox"]


def test_a_reference_in_a_document_is_no_text(store: FirestoreStore, console: Console, project: str) -> None:
    console.write(
        "pairs/ana", mailbox={"reference_value": f"projects/{project}/databases/(default)/documents/pairs/bob"}
    )
    assert store.list("pairs")[0][0].data == {"mailbox": {"reference": ""}}


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"data": {"string_value": "{}"}},
        {"schema": {"string_value": "1"}, "data": {"string_value": "{}"}},
        {"schema": {"integer_value": 1}},
        {"schema": {"integer_value": 1}, "data": {"string_value": "[]"}},
        {"schema": {"integer_value": 1}, "data": {"string_value": "secret"}},
        {"schema": {"integer_value": 1}, "data": {"map_value": {}}},
    ],
    ids=str,
)
def test_a_strangers_document_among_ours_is_named(
    store: FirestoreStore, console: Console, fields: dict[str, Any]
) -> None:
    console.write("links/a", **fields)
    for ask in (lambda: store.get("links", "a"), lambda: store.list("links")):
        with pytest.raises(StoreBrokenError) as refusal:
            ask()
        assert str(refusal.value) == "links/a was not written by calpair; delete it, or put it elsewhere"


def test_a_later_calpairs_document_is_left_alone(store: FirestoreStore, console: Console) -> None:
    console.write("links/a", schema={"integer_value": 2}, data={"string_value": "{}"})
    before = console.see("links/a")
    with pytest.raises(StoreBrokenError) as refusal:
        store.put(Doc("links", "a", {}))
    assert str(refusal.value) == "links/a was written by a later calpair; use that one"
    assert console.see("links/a") == before


@pytest.mark.parametrize(
    ("seconds", "nanos", "version"),
    [
        (1_795_858_887, 245_122_000, "1795858887.245122000"),
        (1_795_858_887, 1, "1795858887.000000001"),
        (1, 0, "1.000000000"),
    ],
)
def test_a_version_is_the_time_of_update_to_the_nanosecond(seconds: int, nanos: int, version: str) -> None:
    time = Timestamp(seconds=seconds, nanos=nanos)
    assert layout.version_of(time) == version
    condition = layout.condition(version)
    assert condition
    assert Precondition.pb(condition).update_time == time


@pytest.mark.parametrize(
    "version", ["x", "1.1", "1.2.3", "-1.000000000", " 1.000000000", "1.000000000\n", "1." + "0" * 10]
)
def test_what_is_no_version_of_ours_is_no_condition(version: str) -> None:
    assert layout.condition(version) is None
