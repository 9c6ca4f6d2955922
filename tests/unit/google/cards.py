"""An oracle for cards: the schema of cards in Google's own discovery document, as the client library ships it.

    conforms(answer)        # every field known, of its type; no more widgets than a card may have

Chat and Workspace add-ons share the card; the document is Chat's.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any

from unit.google.html_texts import plain

WIDGETS = 100
"""A card's widgets in all: says the description of `Section.widgets`."""
_TYPES: Mapping[str, type] = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict}


@lru_cache(maxsize=1)
def _schemas() -> Mapping[str, Any]:
    document = files("googleapiclient") / "discovery_cache" / "documents" / "chat.v1.json"
    schemas: Mapping[str, Any] = json.loads(document.read_text("utf-8"))["schemas"]
    return schemas


def conforms(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Check an add-on's answer to a trigger, and give its one card."""
    assert json.loads(json.dumps(answer)) == answer
    assert list(answer) == ["action"]
    assert list(answer["action"]) == ["navigations"]
    (navigation,) = answer["action"]["navigations"]
    assert list(navigation) == ["pushCard"]
    card: dict[str, Any] = navigation["pushCard"]
    _conforms(card, {"$ref": "GoogleAppsCardV1Card"})
    assert 0 < len(widgets(card)) <= WIDGETS
    assert card["header"]["title"]
    return card


def widgets(card: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [widget for section in card["sections"] for widget in section["widgets"]]


def texts(card: Mapping[str, Any]) -> list[str]:
    """What a person reads on it, line by line."""
    found: list[str] = []
    for widget in widgets(card):
        if "decoratedText" in widget:
            found.append(plain(widget["decoratedText"]["topLabel"])[0])
            found += plain(widget["decoratedText"]["text"])
        else:
            found += plain(widget["textParagraph"]["text"])
    return found


def _conforms(value: object, schema: Mapping[str, Any]) -> None:
    schema = _schemas()[schema["$ref"]] if "$ref" in schema else schema
    assert isinstance(value, _TYPES[schema["type"]]), (value, schema)
    if isinstance(value, list):
        for one in value:
            _conforms(one, schema["items"])
    if isinstance(value, dict):
        assert value.keys() <= schema["properties"].keys()
        for name, one in value.items():
            _conforms(one, schema["properties"][name])
