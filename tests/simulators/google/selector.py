"""The `fields` parameter: `items(id,status),nextPageToken`, `a/b`, `*`. Source: facts/google.md 3.5 (system parameters).

    cut(answer, parse("items(id,start/dateTime)", "Events"))

Names are checked against the response's schema; an unknown one is a 400. Below `*` any name may stand, so how deep they
may go is bounded.
"""

import re
from collections.abc import Mapping
from typing import Any

from simulators.google.discovery import document
from simulators.google.errors import invalid

Tree = dict[str, Any]
DEEPEST = 20
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*|[*,/()]")


def parse(text: str, schema: str) -> Tree:
    """Read a selection into nested names (an empty dict selects all below); 400 for what is none."""
    words = _WORD.findall(text)
    if "".join(words) != re.sub(r"\s", "", text) or not words:
        raise _bad(text)
    tree, rest = _list(words, {"$ref": schema}, text, 1)
    if rest:
        raise _bad(text)
    return tree


def _list(words: list[str], schema: Mapping[str, Any], text: str, level: int) -> tuple[Tree, list[str]]:
    tree: Tree = {}
    if level > DEEPEST:
        raise _bad(text)
    while True:
        if not words or words[0] in ",/()":
            raise _bad(text)
        name, words = words[0], words[1:]
        below = _below(schema, name, text)
        inner: Tree = {}
        if words[:1] == ["/"]:
            inner, words = _list_of_one(words[1:], below, text, level + 1)
        elif words[:1] == ["("]:
            inner, words = _list(words[1:], below, text, level + 1)
            if words[:1] != [")"]:
                raise _bad(text)
            words = words[1:]
        tree[name] = tree.get(name, {}) | inner
        if words[:1] != [","]:
            return tree, words
        words = words[1:]


def _list_of_one(words: list[str], schema: Mapping[str, Any], text: str, level: int) -> tuple[Tree, list[str]]:
    end = 1
    if words[1:2] in (["/"], ["("]):
        depth = 0
        while end < len(words) and not (depth == 0 and words[end] in ",)"):
            depth += (words[end] == "(") - (words[end] == ")")
            end += 1
    tree, rest = _list(words[:end], schema, text, level)
    return tree, rest + words[end:]


def _below(schema: Mapping[str, Any], name: str, text: str) -> Mapping[str, Any]:
    while "$ref" in schema or schema.get("type") == "array":
        schema = document()["schemas"][schema["$ref"]] if "$ref" in schema else schema["items"]
    if name == "*":
        return {}
    properties, other = schema.get("properties", {}), schema.get("additionalProperties")
    if schema and name not in properties and other is None:
        raise _bad(text)
    found: Mapping[str, Any] = properties.get(name, other or {})
    return found


def _bad(text: str) -> Exception:
    return invalid(f"Invalid field selection {text}", "fields", where="parameter")


def cut(value: Any, tree: Tree) -> Any:
    """Leave only what the selection names."""
    if not tree:
        return value
    if isinstance(value, list):
        return [cut(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    wanted = {name: tree.get(name, tree.get("*")) for name in value}
    return {name: cut(value[name], inner) for name, inner in wanted.items() if inner is not None}
