"""How a document of ours stands in Firestore, and how it is read again. Pure.

What people write (`model/plain.py` names the collections) stands field by field, just as they write it. Everything else:

    data        the document as JSON text
    pair        the pair key it belongs to, or empty
    due         as in the data, where it is there
    head        the data's `head` as JSON text, beside `due`: what is asked for without the data
    keys        for each of the data's `keys` a hash of pair and key, so that one look-up needs one automatic index
    replaces    the version this write was made on: no two writes are alike, so each gets a version of its own
                (Firestore leaves a document's time alone when a write changes nothing)
    schema      of this layout; a later one is left alone

A version is a document's time of update, to the nanosecond, as Firestore gives it.
"""

import hashlib
import json
import re
from typing import Any

from google.cloud.firestore_v1.types import ArrayValue, Precondition, Value

from calpair.errors import StoreBrokenError
from calpair.gcp.values import from_fields, to_fields
from calpair.model import plain
from calpair.ports import Doc

SCHEMA = 1

_VERSION = re.compile(r"([0-9]{1,11})\.([0-9]{9})")


def fields(doc: Doc) -> dict[str, Value]:
    """Give a document's fields. ValueError for what no store can hold, StoreError for what is too large."""
    written = plain.written(doc.collection, doc.key, doc.data, doc.pair)
    if doc.collection in plain.PEOPLES:
        return to_fields(doc.data)
    found = {
        "schema": Value(integer_value=SCHEMA),
        "pair": Value(string_value=doc.pair),
        "replaces": Value(string_value=doc.version),
        "data": Value(string_value=written.text),
    }
    if written.due is not None:
        found["due"] = Value(string_value=written.due)
        found["head"] = Value(string_value=json.dumps(doc.data.get("head")))
    if written.keys:
        hashes = [Value(string_value=hashed(doc.pair, key)) for key in written.keys]
        found["keys"] = Value(array_value=ArrayValue(values=hashes))
    return found


def read(document: Any) -> Doc:
    """Read a document (of the plain protobuf kind). StoreBrokenError: it is not ours, or a later calpair's."""
    _, collection, key = document.name.rsplit("/", 2)
    version = version_of(document.update_time)
    if collection in plain.PEOPLES:
        return Doc(collection, key, from_fields(document.fields), version=version)
    schema = document.fields["schema"].integer_value if "schema" in document.fields else 0
    if schema > SCHEMA:
        raise StoreBrokenError(f"{collection}/{key} was written by a later calpair; use that one")
    try:
        data = json.loads(document.fields["data"].string_value) if schema == SCHEMA else None
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise StoreBrokenError(f"{collection}/{key} was not written by calpair; delete it, or put it elsewhere")
    return Doc(collection, key, data, document.fields["pair"].string_value, version)


def read_due(document: Any) -> Doc:
    """Read what `queries.DUE` brings of a document that is due."""
    _, collection, key = document.name.rsplit("/", 2)
    found = document.fields
    data = {"due": found["due"].string_value, "head": json.loads(found["head"].string_value or "null")}
    return Doc(collection, key, data, found["pair"].string_value, version_of(document.update_time))


def hashed(pair: str, key: str) -> str:
    """Give what a document of this pair is found by through this key."""
    return hashlib.sha256(json.dumps([pair, key]).encode()).hexdigest()[:32]


def version_of(time: Any) -> str:
    """Give a time of update (a protobuf Timestamp) as a version."""
    return f"{time.seconds}.{time.nanos:09}"


def condition(version: str) -> Precondition | None:
    """Give the condition that a document is in this version (empty: not there). None: no document ever is."""
    if not version:
        return Precondition(exists=False)
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    return Precondition({"update_time": {"seconds": int(found[1]), "nanos": int(found[2])}})
