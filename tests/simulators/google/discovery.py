"""The API's own description: which methods there are, what a query may say, what a body may hold.

    method, path = route("GET", "/calendar/v3/calendars/primary/events")
    params = method.parameters((("maxResults", "10"),))
    check("Event", body)

The discovery document is read at run time from the installed googleapiclient, never copied. Source: facts/google.md
3.0, and 6 item 1 (strict query validation). Bodies are checked more strictly than by Google, which drops fields it
does not know: here a misspelt field is a 400, because a test that passes by being ignored proves nothing.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

from simulators.google.errors import RefusedError, invalid, required
from simulators.reading import is_text

PREFIX = "/calendar/v3/"
DATE_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")
CAPPED = 2500

Json = dict[str, Any]


@cache
def document() -> Mapping[str, Any]:
    """The static discovery document of the installed client library."""
    place = files("googleapiclient") / "discovery_cache" / "documents" / "calendar.v3.json"
    found: Mapping[str, Any] = json.loads(place.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True)
class Method:
    """One API method as the document describes it."""

    name: str
    verb: str
    pattern: re.Pattern[str]
    rules: Mapping[str, Mapping[str, Any]]
    request: str
    response: str
    scopes: frozenset[str]

    def parameters(self, query: tuple[tuple[str, str], ...]) -> dict[str, Any]:
        """The query with types and defaults; raises 400 for anything the document does not allow."""
        found: dict[str, Any] = {}
        for name, text in query:
            rule = self.rules.get(name)
            if rule is None or rule.get("location") != "query":
                raise invalid(f"Unknown parameter: {name}", name, where="parameter")
            value = _typed(name, rule, text)
            if rule.get("repeated"):
                found.setdefault(name, []).append(value)
            elif name in found:
                raise invalid(f"Parameter given more than once: {name}", name, where="parameter")
            else:
                found[name] = value
        for name, rule in self.rules.items():
            if rule.get("location") != "query" or name in found:
                continue
            if rule.get("required"):
                raise required(f"Missing required parameter: {name}", name, where="parameter")
            if "default" in rule:
                found[name] = _typed(name, rule, rule["default"])
        return found


def _typed(name: str, rule: Mapping[str, Any], text: str) -> Any:
    if "enum" in rule and text not in rule["enum"]:
        raise invalid(f"Invalid value '{text}'. Values must be one of: {rule['enum']}", name, where="parameter")
    kind = rule.get("type")
    if kind == "boolean":
        if text not in ("true", "false"):
            raise invalid(f"Invalid boolean value: '{text}'.", name, where="parameter")
        return text == "true"
    if kind == "integer":
        if not re.fullmatch(r"-?\d{1,10}", text):
            raise invalid(f"Invalid integer value: '{text}'.", name, where="parameter")
        return _bounded(name, rule, int(text))
    if rule.get("format") == "date-time" and not is_time(text):
        raise invalid(f"Invalid value '{text}': an RFC 3339 time with offset is expected.", name, where="parameter")
    return text


def is_time(text: str) -> bool:
    """Tell whether a text is an RFC 3339 time with its offset."""
    try:
        return bool(DATE_TIME.fullmatch(text) and datetime.fromisoformat(text.upper()).astimezone(UTC))
    except (ValueError, OverflowError):
        return False


def _bounded(name: str, rule: Mapping[str, Any], number: int) -> int:
    if number < int(rule.get("minimum", number)) or number > int(rule.get("maximum", number)):
        raise invalid(f"Invalid value '{number}': out of range.", name, where="parameter")
    # Too many results are asked for in peace: the cap is applied silently.
    return min(number, CAPPED) if name == "maxResults" else number


@cache
def methods() -> tuple[Method, ...]:
    """Every method of the document, those with fewer variables in their path first."""
    common = document()["parameters"]
    found = []
    for resource, content in document()["resources"].items():
        for verb, described in content["methods"].items():
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", described["path"])
            found.append(
                Method(
                    f"{resource}.{verb}",
                    described["httpMethod"],
                    re.compile(PREFIX + pattern),
                    {**common, **described.get("parameters", {})},
                    described.get("request", {}).get("$ref", ""),
                    described.get("response", {}).get("$ref", ""),
                    frozenset(described["scopes"]),
                )
            )
    return tuple(sorted(found, key=lambda method: method.pattern.groups))


def route(verb: str, path: str) -> tuple[Method, dict[str, str]]:
    """Find the method a request means, with its path's variables unquoted; 404 if there is none."""
    for method in methods():
        match = method.pattern.fullmatch(path)
        if match is not None and method.verb == verb:
            return method, {name: unquote(text) for name, text in match.groupdict().items()}
    raise RefusedError(404, "notFound", f"no such method: {verb} {path}")


def check(schema: str, value: Any) -> Json:
    """Refuse a body that is not an object of this schema; `null` means "remove" wherever a name has it as its value."""
    if not isinstance(value, dict):
        raise RefusedError(400, "parseError", "Parse Error")
    _check({"$ref": schema}, value, "")
    return value


def _check_value(kind: str, form: str, value: Any, path: str) -> None:
    wanted = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}.get(kind)
    if wanted is not None and (not isinstance(value, wanted) or (wanted is int and isinstance(value, bool))):
        raise invalid(f"Invalid value for: {path}: {kind} expected.", path)
    if form == "int32" and not -(2**31) <= value < 2**31:
        raise invalid(f"Invalid value for: {path}: out of range.", path)
    if isinstance(value, str) and not is_text(value):
        raise invalid(f"Invalid value for: {path}: no text.", path)


def _check(schema: Mapping[str, Any], value: Any, path: str) -> None:
    if value is None:
        return
    if "$ref" in schema:
        schema = document()["schemas"][schema["$ref"]]
    kind = schema.get("type", "any")
    _check_value(kind, schema.get("format", ""), value, path)
    if kind == "array":
        if None in value:
            raise invalid(f"Invalid value for: {path}: an item is null.", path)
        for item in value:
            _check(schema["items"], item, path)
    if kind == "object":
        known, other = schema.get("properties", {}), schema.get("additionalProperties")
        for name, item in value.items():
            if (name not in known and other is None) or not is_text(name):
                raise invalid(f"Unknown field: {path}{'.' if path else ''}{name}", name)
            _check(known.get(name, other), item, f"{path}.{name}" if path else name)
