"""The IAM Credentials API, as far as it signs for service accounts: signBlob and signJwt.

The caller proves itself by its own access token, with the scope iam or cloud-platform, and has to be token creator on the
account, or on the first of `delegates`, each of which is one on the next. Errors have the form of google.rpc.Status.
Source: facts/platform.md 6; the reference of projects.serviceAccounts.signBlob and signJwt of iamcredentials v1.
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import unquote

from simulators.google.access import AUTH, Tokens, signed_in
from simulators.google.errors import RefusedError
from simulators.google.robots import Robot, jwt_of, key_id, sign
from simulators.reading import read
from simulators.wire import Request, Response

_PLACE = re.compile(r"/v1/projects/([^/]+)/serviceAccounts/([^/:]+):(\w+)")
_DELEGATE = re.compile(r"projects/-/serviceAccounts/([^/]+)")
_SCOPES = frozenset({f"{AUTH}cloud-platform", f"{AUTH}iam"})
_UNAUTHENTICATED = "Request had invalid authentication credentials. Expected OAuth 2 access token."


class _StatusError(Exception):
    def __init__(self, code: int, status: str, message: str, **details: object) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.details = details


def is_meant(path: str) -> bool:
    """Tell whether a path is one of this API's."""
    return _PLACE.fullmatch(path) is not None


def operation(path: str) -> str:
    """What a request to one of its paths is counted as."""
    return f"iam.{path.rpartition(':')[2]}"


def answer(request: Request, tokens: Tokens, robots: Mapping[str, Robot], now: datetime) -> Response:
    """Sign, or refuse."""
    try:
        return _json(200, _signed(request, tokens, robots, now))
    except _StatusError as refused:
        error: dict[str, object] = {"code": refused.code, "message": str(refused), "status": refused.status}
        if refused.details:
            error["details"] = [{"@type": "type.googleapis.com/google.rpc.ErrorInfo", **refused.details}]
        return _json(refused.code, {"error": error})


def _signed(request: Request, tokens: Tokens, robots: Mapping[str, Robot], now: datetime) -> dict[str, str]:
    found = _PLACE.fullmatch(request.path)
    assert found is not None
    project, email, verb = found[1], unquote(found[2]), found[3]
    if request.method != "POST":
        raise _StatusError(404, "NOT_FOUND", f"{request.method} {request.path} is no method of this API")
    if verb not in ("signBlob", "signJwt"):
        raise _StatusError(501, "UNIMPLEMENTED", f"the Google simulator does not model {verb}")
    caller = _caller(request, tokens)
    if project != "-":
        raise _StatusError(400, "INVALID_ARGUMENT", "The project of a resource name must be the wildcard '-'.")
    if email not in robots:
        raise _StatusError(404, "NOT_FOUND", f"Not found; Gaia id not found for email {email}")
    body = _body(request)
    chain = [caller, *_delegates(body), email]
    for holder, target in pairwise(chain):
        if target not in robots or holder not in robots[target].creators:
            permission = f"iam.serviceAccounts.{verb}"
            raise _StatusError(
                403,
                "PERMISSION_DENIED",
                f"Permission '{permission}' denied on resource (or it may not exist).",
                reason="IAM_PERMISSION_DENIED",
                domain="iam.googleapis.com",
                metadata={"permission": permission},
            )
    payload = body.get("payload")
    if not isinstance(payload, str):
        raise _StatusError(400, "INVALID_ARGUMENT", "Request contains an invalid argument: payload.")
    if verb == "signJwt":
        return {"keyId": key_id(email), "signedJwt": jwt_of(email, _claims(payload, now))}
    try:
        content = base64.b64decode(payload, validate=True)
    except ValueError:
        raise _StatusError(400, "INVALID_ARGUMENT", "Invalid value at 'payload' (TYPE_BYTES).") from None
    return {"keyId": key_id(email), "signedBlob": base64.b64encode(sign(email, content)).decode()}


def _caller(request: Request, tokens: Tokens) -> str:
    try:
        access = signed_in(request, tokens)
    except RefusedError:
        raise _StatusError(401, "UNAUTHENTICATED", _UNAUTHENTICATED) from None
    if access.scopes is not None and not access.scopes & _SCOPES:
        raise _StatusError(
            403,
            "PERMISSION_DENIED",
            "Request had insufficient authentication scopes.",
            reason="ACCESS_TOKEN_SCOPE_INSUFFICIENT",
            domain="googleapis.com",
        )
    return access.user


def _body(request: Request) -> Mapping[str, Any]:
    try:
        body = read(request.body)
    except ValueError:
        body = None
    if not isinstance(body, dict) or not set(body) <= {"payload", "delegates"}:
        raise _StatusError(400, "INVALID_ARGUMENT", "Invalid JSON payload received.")
    return body


def _delegates(body: Mapping[str, Any]) -> list[str]:
    given = body.get("delegates") or []  # null is what is not said, in the JSON of Protocol Buffers
    found = [_DELEGATE.fullmatch(str(each)) for each in (given if isinstance(given, list) else [given])]
    if None in found:
        raise _StatusError(400, "INVALID_ARGUMENT", "Request contains an invalid argument: delegates.")
    return [each[1] for each in found if each is not None]


def _claims(payload: str, now: datetime) -> bytes:
    try:
        claims = read(payload)
        text = payload.encode()
    except ValueError:
        claims, text = None, b""
    if not isinstance(claims, dict):
        raise _StatusError(400, "INVALID_ARGUMENT", "The payload of a JWT is a JSON object.")
    if "exp" not in claims:
        return json.dumps({**claims, "exp": int((now + timedelta(hours=1)).timestamp())}).encode()
    if type(claims["exp"]) is not int:
        raise _StatusError(400, "INVALID_ARGUMENT", "The claim exp is a whole number of seconds.")
    return text


def _json(code: int, said: object) -> Response:
    return Response(code, json.dumps(said).encode(), (("Content-Type", "application/json; charset=UTF-8"),))
