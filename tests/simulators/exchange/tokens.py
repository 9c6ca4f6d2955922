"""The token endpoint of the tenant, `POST /{tenant}/oauth2/v2.0/token`: client credentials for access tokens.

Only the grant of RFC 6749 4.4, with a client secret in the body or in a Basic header (2.3.1), for the one scope Exchange
Online has for apps. Errors are RFC 6749 5.2, with the AADSTS numbers Microsoft Entra writes into their descriptions.
"""

import base64
import json
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, unquote_plus

from simulators.clock import Clock
from simulators.wire import Request, Response

SCOPE = "https://outlook.office365.com/.default"
SUFFIX = "/oauth2/v2.0/token"
_FORM = "application/x-www-form-urlencoded"


class _GrantError(Exception):
    def __init__(self, error: str, number: int, sentence: str, status: int = 400) -> None:
        super().__init__(f"AADSTS{number}: {sentence}")
        self.error = error
        self.number = number
        self.status = status


class TokenEndpoint:
    """Gives access tokens to the apps of one tenant, each `client id: secret`, and knows what it gave."""

    def __init__(self, clock: Clock, tenant: str, apps: Mapping[str, str], failed: Counter[str]) -> None:
        """Wrong secrets are counted in `failed`, under the client id."""
        self._clock = clock
        self._tenant = tenant
        self._apps = apps
        self._failed = failed
        self._issued: dict[str, tuple[str, datetime]] = {}
        self._revoked: set[str] = set()

    def answer(self, request: Request, lifetime: int) -> Response:
        """Answer a token request; `lifetime` is that of a new token, in seconds."""
        by_header = request.headers.get("authorization", "").lower().startswith("basic ")
        try:
            app = self._app(request)
        except _GrantError as refused:
            said = {"error": refused.error, "error_description": str(refused), "error_codes": [refused.number]}
            challenge = (("WWW-Authenticate", "Basic"),) if refused.status == 401 and by_header else ()
            return _json(refused.status, said, challenge)
        token = f"simulated-{len(self._issued) + 1}"
        self._issued[token] = (app, self._clock.now() + timedelta(seconds=lifetime))
        granted = {"token_type": "Bearer", "expires_in": lifetime, "ext_expires_in": lifetime, "access_token": token}
        return _json(200, granted, (("Cache-Control", "no-store"), ("Pragma", "no-cache")))

    def app_of(self, token: str) -> tuple[str, str]:
        """The client id a token was given to, and what is wrong with it: nothing (""), or a sentence."""
        app, until = self._issued.get(token, ("", self._clock.now()))
        if not app:
            return "", "The token is malformed or was not issued for this resource."
        if token in self._revoked:
            return app, "The token has been revoked."
        if self._clock.now() >= until:
            return app, "The token has expired."
        return app, ""

    def revoke(self, app: str = "") -> int:
        """Revoke the tokens given so far to one app, or to all, and count them; new ones may be asked for."""
        found = {token for token, (owner, _) in self._issued.items() if app in ("", owner)}
        self._revoked |= found
        return len(found)

    def _app(self, request: Request) -> str:
        if request.method != "POST":
            raise _GrantError("invalid_request", 900561, f"The endpoint only accepts POST, not {request.method}.")
        form = _form(request)
        tenant = request.path[1 : -len(SUFFIX)]
        if tenant.lower() != self._tenant.lower():
            raise _GrantError("invalid_request", 90002, f"Tenant '{tenant}' not found.")
        if form.get("grant_type", "client_credentials") != "client_credentials":
            raise _GrantError("unsupported_grant_type", 70003, "The app requested an unsupported grant type.")
        app, secret = _client(request, form)
        for name, value in (("grant_type", form.get("grant_type")), ("client_id", app), ("scope", form.get("scope"))):
            if not value:
                raise _GrantError("invalid_request", 900144, f"The request body must contain '{name}'.")
        if app not in self._apps:
            raise _GrantError("unauthorized_client", 700016, "The application was not found in the directory.")
        if not secret:
            raise _GrantError("invalid_client", 7000216, "'client_secret' is required.", 401)
        if secret != self._apps[app]:
            self._failed[app] += 1
            raise _GrantError("invalid_client", 7000215, "Invalid client secret provided.", 401)
        if form["scope"] != SCOPE:
            raise _GrantError("invalid_scope", 1002012, "The provided value for scope is not valid.")
        return app


def _form(request: Request) -> dict[str, str]:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
        raise _GrantError("invalid_request", 900144, f"The request body must be {_FORM}.")
    pairs = parse_qsl(request.body.decode(errors="replace"))
    form = dict(pairs)
    if len(form) < len(pairs):
        raise _GrantError("invalid_request", 90014, "A field is given more than once.")
    return form


def _client(request: Request, form: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return form.get("client_id", ""), form.get("client_secret", "")
    try:
        name, _, secret = base64.b64decode(credentials, validate=True).decode().partition(":")
    except ValueError:
        raise _GrantError("invalid_client", 7000216, "The Authorization header is malformed.", 401) from None
    return unquote_plus(name), unquote_plus(secret)


def _json(status: int, said: object, headers: tuple[tuple[str, str], ...]) -> Response:
    return Response(status, json.dumps(said).encode(), (("Content-Type", "application/json; charset=utf-8"), *headers))
