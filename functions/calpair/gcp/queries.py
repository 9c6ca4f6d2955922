"""Every query the store makes of Firestore, in one table, and how one is built.

    query = build(FIND, "links", value, limit=301)

None needs a composite index: each asks about one field at most, and orders by that field or by the document's name, for
which Firestore keeps an index by itself. One that did would name it in `index`; `COMPOSITE_INDEXES` is what has to be
made with the database. `UNINDEXED` fields are in no query; leaving them out of the automatic indexes saves their room.

Source: Firestore's documentation of index types; google/firestore/v1/query.proto.
"""

from dataclasses import dataclass

from google.cloud.firestore_v1.types import Cursor, StructuredQuery, Value

NAME = "__name__"
UNINDEXED = ("data", "head", "replaces")

Operator = StructuredQuery.FieldFilter.Operator


@dataclass(frozen=True, slots=True)
class Shape:
    """A query's shape: the one field it asks about and how, what it orders by (upwards), the index it needs made.

    `index`: the fields of a composite index in order; empty: none. `fields`: what it wants of the documents; empty: all.
    """

    use: str
    field: str = ""
    operator: int = Operator.EQUAL
    order: str = NAME
    fields: tuple[str, ...] = ()
    index: tuple[str, ...] = ()


DUE = Shape(
    "what is due, oldest first", "due", Operator.LESS_THAN_OR_EQUAL, order="due", fields=("due", "head", "pair")
)
FIND = Shape("a pair's documents by their keys", "keys", Operator.ARRAY_CONTAINS_ANY)
LIST = Shape("a collection, page by page")
LIST_OF_PAIR = Shape("a pair's documents, page by page", "pair")
NAMES_OF_PAIR = Shape("what to delete of a pair", "pair", fields=(NAME,))

SHAPES = (DUE, FIND, LIST, LIST_OF_PAIR, NAMES_OF_PAIR)
COMPOSITE_INDEXES = tuple(shape.index for shape in SHAPES if shape.index)


def build(
    shape: Shape, collection: str, value: Value | None = None, *, limit: int = 0, after: str = ""
) -> StructuredQuery:
    """Build a query of a shape. `value`: what its field is compared with; `after`: a document's full name."""
    query = StructuredQuery(
        from_=[StructuredQuery.CollectionSelector(collection_id=collection)],
        order_by=[StructuredQuery.Order(field=_field(shape.order), direction=StructuredQuery.Direction.ASCENDING)],
    )
    if shape.field:
        query.where = StructuredQuery.Filter(
            field_filter=StructuredQuery.FieldFilter(field=_field(shape.field), op=shape.operator, value=value)
        )
    if shape.fields:
        query.select = StructuredQuery.Projection(fields=list(map(_field, shape.fields)))
    if limit:
        query.limit = limit
    if after:
        query.start_at = Cursor(values=[Value(reference_value=after)], before=False)
    return query


def _field(path: str) -> StructuredQuery.FieldReference:
    return StructuredQuery.FieldReference(field_path=path)
