"""From an HTTP request to an API call and back: checking, and the answer's form.

Source: facts/google.md 1 (override of long GETs), 3.0 (validation), 3.10 (errors).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl

from simulators.google.discovery import Method, check
from simulators.google.errors import RefusedError, not_modelled
from simulators.google.methods import METHODS, Asked
from simulators.google.selector import cut, parse
from simulators.google.store import Ground
from simulators.reading import read as read_json
from simulators.wire import Request, Response

_JSON = ("Content-Type", "application/json; charset=UTF-8")


def overridden(request: Request) -> Request:
    """A GET too long for a URL comes as POST with its query in a form body; see it as what it means."""
    if request.method != "POST" or request.headers.get("x-http-method-override", "").upper() != "GET":
        return request
    form = parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)
    return replace(request, method="GET", query=(*request.query, *form), body=b"")


@dataclass(frozen=True)
class Routed:
    """A request whose method and user are known; nothing else of it is checked yet."""

    method: Method
    path: Mapping[str, str]
    user: str
    request: Request


def perform(ground: Ground, call: Routed) -> Response:
    """Check the call against the discovery document, do it, and answer; raises `RefusedError`."""
    method, request = call.method, call.request
    if method.name not in METHODS:
        raise not_modelled(method.name)
    if "if-none-match" in request.headers:
        raise not_modelled("conditional reading (If-None-Match)")
    params = method.parameters(request.query)
    if params.get("eventLabelVersion"):
        raise not_modelled("event labels (eventLabelVersion=1)")
    tree = parse(params["fields"], method.response) if params.get("fields") and method.response else {}
    body = check(method.request, _read(request.body)) if method.request else {}
    asked = Asked(method, call.user, call.path, params, body, request.headers.get("if-match", "").strip())
    answer = METHODS[method.name](ground, asked)
    if answer is None:
        return Response(204)
    etag = (("ETag", str(answer["etag"])),) if "etag" in answer else ()
    return Response(200, json.dumps(cut(answer, tree), indent=1).encode(), (_JSON, *etag))


def refused(error: RefusedError) -> Response:
    """The answer a refusal is."""
    realm = 'Bearer realm="https://accounts.google.com/"'
    sign: tuple[tuple[str, str], ...] = ()
    if error.status == 401:
        sign = (("WWW-Authenticate", realm),)
    if error.reason == "insufficientPermissions":  # RFC 6750 3.1
        sign = (("WWW-Authenticate", f'{realm}, error="insufficient_scope"'),)
    return Response(error.status, error.body(), (_JSON, *sign))


def _read(body: bytes) -> Any:
    try:
        return read_json(body)
    except ValueError:
        raise RefusedError(400, "parseError", "Parse Error") from None
