"""The metadata server beside a function: the address, tokens and ID tokens of the service account it runs as.

Every request has to say `Metadata-Flavor: Google` and may not have been forwarded; every answer says the same. Source:
Compute Engine's pages on the metadata server; google-auth, which asks it; facts/platform.md 6.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.google.access import AUTH
from simulators.wire import Request, Response

PREFIX = "/computeMetadata/v1/"
DEFAULT_SCOPE = f"{AUTH}cloud-platform"
_FLAVOR = ("Metadata-Flavor", "Google")
_ACCOUNT = re.compile(r"instance/service-accounts/([^/]+)/(\w*)")


@dataclass(frozen=True)
class Runtime:
    """What runs here: the service account's address and project; `grant` makes tokens, `identify` ID tokens."""

    email: str
    project: str
    grant: Callable[[frozenset[str]], dict[str, object]]
    identify: Callable[[str], str]


def is_meant(request: Request) -> bool:
    """Tell whether a request is for the metadata server; its root answers those who look whether it is there."""
    return request.path.startswith(PREFIX) or (request.path == "/" and "metadata-flavor" in request.headers)


def operation(path: str) -> str:
    """What a request is counted as: `metadata.` and the last word of the path."""
    return f"metadata.{path.rstrip('/').rpartition('/')[2]}".rstrip(".")


def answer(request: Request, runtime: Runtime | None) -> Response:
    """Answer a request; without a runtime account there is none at the default name."""
    if request.headers.get("metadata-flavor") != "Google" or "x-forwarded-for" in request.headers:
        return _text(403, "Missing Metadata-Flavor:Google header.")
    if request.method != "GET":
        return _text(405, "Method Not Allowed")
    if request.path == "/":
        return _text(200, "computeMetadata/\n")
    if runtime is None:
        return _text(404, "Not Found")
    return _told(request.path.removeprefix(PREFIX), dict(request.query), runtime)


def _told(path: str, query: Mapping[str, str], runtime: Runtime) -> Response:
    account = _ACCOUNT.fullmatch(path)
    name, what = account.groups() if account else ("", path)
    if account and name not in ("default", runtime.email):
        return _text(404, "Not Found")
    if what == "token" and account:
        asked = frozenset(filter(None, query.get("scopes", "").split(",")))
        return _json(runtime.grant(asked or frozenset({DEFAULT_SCOPE})))
    if what == "identity" and account:
        audience = query.get("audience")
        return _text(200, runtime.identify(audience)) if audience else _text(400, "audience parameter required")
    if what == "" and account and query.get("recursive") == "true":
        return _json({"aliases": ["default"], "email": runtime.email, "scopes": [DEFAULT_SCOPE]})
    plain = {
        "project/project-id": runtime.project,
        "universe/universe-domain": "googleapis.com",
        "email": runtime.email if account else None,
        "scopes": f"{DEFAULT_SCOPE}\n" if account else None,
    }
    text = plain.get(what)
    return _text(404, "Not Found") if text is None else _text(200, text)


def _text(status: int, text: str) -> Response:
    return Response(status, text.encode(), (("Content-Type", "application/text"), _FLAVOR))


def _json(said: object) -> Response:
    return Response(200, json.dumps(said).encode(), (("Content-Type", "application/json"), _FLAVOR))
