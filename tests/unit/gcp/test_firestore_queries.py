"""Every query the store makes stands in one table, and none needs an index that has to be made.

Firestore's rule, by its documentation of index types: single fields are indexed by themselves, in both directions and
for membership in arrays, with the document's name as the last order. A query needs a composite index when it joins a
range or an array's membership with another field, or orders by a field it does not range over, or by the name downwards.
"""

from datetime import UTC, datetime, timedelta

import pytest
from google.cloud.firestore_v1.types import StructuredQuery

from calpair.gcp import queries
from calpair.gcp.store import FirestoreStore
from calpair.ports import Doc
from contracts.firestore_recorder import Recorder

pytestmark = pytest.mark.needs("firestore")

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
Operator = StructuredQuery.FieldFilter.Operator
Asked = tuple[str, str, str, tuple[str, ...]]
"""Field, operator, order, fields wanted (empty: all)."""


def asked(query: StructuredQuery) -> Asked:
    """Tell a query's shape, refusing whatever else a query may hold."""
    known = {"from_", "where", "order_by", "limit", "start_at", "select"}
    assert not [name for name in StructuredQuery.meta.fields if name in query and name not in known]
    [source] = query.from_
    assert source.collection_id
    assert not source.all_descendants
    [order] = query.order_by
    assert order.direction == StructuredQuery.Direction.ASCENDING
    compared = query.where.field_filter
    assert "composite_filter" not in query.where
    assert "unary_filter" not in query.where
    operator = Operator(compared.op).name if "where" in query else ""
    wanted = tuple(field.field_path for field in query.select.fields)
    return compared.field.field_path, operator, order.field.field_path, wanted


def needs_an_index_made(shape: Asked) -> bool:
    """Firestore's rule, for the one-filter queries `asked` lets through."""
    field, operator, order, _ = shape
    if order == "__name__":
        return operator not in {"", "EQUAL", "ARRAY_CONTAINS", "ARRAY_CONTAINS_ANY", "IN"}
    return bool(field) and field != order


@pytest.fixture
def everything_asked(store: FirestoreStore, recorder: Recorder) -> set[Asked]:
    """Use every way of asking there is, with and without pages."""
    for number in range(301):
        store.put(Doc("links", f"k{number:03}", {"keys": ["x"], "due": NOON.isoformat()}, "p1"))
    store.put(Doc("pairs", "ana", {}))
    assert len(store.due("links", NOON, 400)) == 301
    assert len(store.due("links", NOON - timedelta(days=1), 400)) == 0
    assert len(store.find("links", "p1", [f"{number}" for number in range(29)] + ["x"])) == 301
    assert store.list("pairs")[1] == ""
    for pair in (None, "p1"):
        docs, page = store.list("links", pair)
        rest, end = store.list("links", pair, page)
        assert (len(docs), page, len(rest), end) == (300, "k299", 1, "")
    store.drop("p1")
    return {asked(query) for query in recorder.queries}


def test_the_store_asks_what_stands_in_the_table_and_nothing_else(everything_asked: set[Asked]) -> None:
    assert everything_asked == {
        ("due", "LESS_THAN_OR_EQUAL", "due", ("due", "head", "pair")),
        ("keys", "ARRAY_CONTAINS_ANY", "__name__", ()),
        ("", "", "__name__", ()),
        ("pair", "EQUAL", "__name__", ()),
        ("pair", "EQUAL", "__name__", ("__name__",)),
    }
    table = {
        (
            shape.field,
            Operator(shape.operator).name if shape.field else "",
            shape.order,
            shape.fields,
        )
        for shape in queries.SHAPES
    }
    assert table == everything_asked


def test_no_query_needs_an_index_that_has_to_be_made(everything_asked: set[Asked]) -> None:
    assert not [shape for shape in everything_asked if needs_an_index_made(shape)]
    assert queries.COMPOSITE_INDEXES == ()
    assert not {shape[0] for shape in everything_asked} & set(queries.UNINDEXED)


@pytest.mark.parametrize(
    "shape",
    [
        ("pair", "EQUAL", "due", ()),
        ("due", "LESS_THAN_OR_EQUAL", "__name__", ()),
        ("keys", "ARRAY_CONTAINS_ANY", "due", ()),
    ],
)
def test_the_rule_knows_queries_that_would_need_one(shape: Asked) -> None:
    assert needs_an_index_made(shape)


def test_nothing_is_asked_in_vain(store: FirestoreStore, recorder: Recorder) -> None:
    assert store.due("links", NOON, 0) == []
    assert store.find("links", "p1", []) == []
    assert store.get("links", "a/b") is None
    assert store.list("a/b") == ([], "")
    store.delete(Doc("links", "..", {}))
    with pytest.raises(ValueError, match="30"):
        store.find("links", "p1", ["x"] * 31)
    assert recorder.requests == []


def test_a_page_reads_one_document_more_than_it_gives(store: FirestoreStore, recorder: Recorder) -> None:
    for number in range(305):
        store.put(Doc("links", f"k{number:03}", {}, "p1"))
    recorder.reads = 0
    assert len(store.list("links", "p1")[0]) == 300
    assert recorder.reads == 301


def test_an_idle_run_costs_what_the_budget_says(store: FirestoreStore, recorder: Recorder) -> None:
    store.put(Doc("pairs", "ana", {}))
    cursors = store.put(Doc("cursors", "p1", {}, "p1"))
    recorder.reads = recorder.writes = 0
    store.get("pairs", "ana")
    store.get("cursors", "p1")
    store.put(cursors)
    assert (recorder.reads, recorder.writes, recorder.deletes) == (2, 1, 0)
