"""JSON values as Firestore's own, field by field, and back: how documents that people write are kept. Pure.

A person may have put in what JSON lacks (an instant, bytes, a place, a reference). It is read as a map no field of ours
takes, as `settings` reads such values of a TOML file: the document is refused with the field's name, the others are read.

Source: google/firestore/v1/document.proto.
"""

import math
from collections.abc import Mapping
from typing import Any

from google.cloud.firestore_v1.types import ArrayValue, MapValue, Value


def to_fields(data: Mapping[str, Any]) -> dict[str, Value]:
    """Give a checked map (`model/plain.py`) as a document's fields."""
    return {name: _to_value(value) for name, value in data.items()}


def from_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Read a document's fields (of the plain protobuf kind) as a map of JSON values."""
    return {name: _from_value(value) for name, value in fields.items()}


def _to_value(value: Any) -> Value:
    match value:
        case None:
            return Value(null_value=0)
        case bool():
            return Value(boolean_value=value)
        case int():
            return Value(integer_value=value)
        case float():
            return Value(double_value=value)
        case str():
            return Value(string_value=value)
        case list():
            return Value(array_value=ArrayValue(values=[_to_value(inner) for inner in value]))
        case _:
            return Value(map_value=MapValue(fields=to_fields(value)))


def _from_value(value: Any) -> Any:
    kind = value.WhichOneof("value_type")
    match kind:
        case "null_value" | None:
            return None
        case "map_value":
            return from_fields(value.map_value.fields)
        case "array_value":
            return [_from_value(inner) for inner in value.array_value.values]
        case "timestamp_value":
            return {"date": value.timestamp_value.ToJsonString()}
        case "boolean_value" | "integer_value" | "string_value":
            return getattr(value, kind)
        case "double_value":
            number = value.double_value
            return number if math.isfinite(number) else {"number": str(number)}
        case _:
            return {kind.removesuffix("_value"): ""}
