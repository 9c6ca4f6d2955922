"""Asking an address for a token: once, over our own wire, with refusals told in known words only.

    token = granted(http, url, {"grant_type": ..., "assertion": ...}, scope, now)
    answer = ask(http, url, body, headers)

Source: RFC 6749 (5.1, 5.2), RFC 7523.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

import httplib2
from google.auth import crypt, jwt

from calpair.errors import AccessLostError, BackOffError, SignInError
from calpair.google.errors import unreached
from calpair.google.http import Http, NotSentError
from calpair.google.tokens import Token
from calpair.ports import Now

LIFETIME = timedelta(hours=1)
"""How long an assertion counts."""

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_MAY_NOT = "the service account may not act as this user: allow its client id the scope {scope}"
_CURES = {
    "invalid_grant": "the account or its key is no longer good: check google_user, or make a new key or sign in again",
    "unauthorized_client": _MAY_NOT,
    "access_denied": _MAY_NOT,
    "invalid_client": "Google does not know this client: make the file in google.secret again",
}
NO_USER = "invalid_grant"
"""The code of an AccessLostError: nobody is that user, or not any more."""
_EVERYBODYS = re.compile(r"Invalid JWT|Invalid grant: account not found|$")
"""How the reason for it begins where it is the key's or the clock's, or is not told; else it is the user's."""
_GONE = "Google has no such user, or not any more: check google_user"
_CURE = "Google refuses to sign this account in: check google.auth, google.secret and google_user"


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address answered; the shape Google's library takes."""

    status: int
    data: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def fields(self) -> Mapping[str, Any]:
        """Give what it holds as JSON; nothing, when it is no JSON object."""
        try:
            content = json.loads(self.data)
        except (ValueError, RecursionError):
            return {}
        return content if isinstance(content, dict) else {}


def ask(http: Http, url: str, body: str | bytes | None, headers: Mapping[str, str], method: str = "POST") -> Answer:
    """Ask an address; BackOffError when it is busy or silent (asking twice for a token does no harm)."""
    try:
        response, content = http.request(url, method=method, body=body, headers=dict(headers))
    except NotSentError as error:
        raise unreached(error.code) from error
    except (OSError, HTTPException, httplib2.HttpLib2Error):
        raise BackOffError("noAnswer", "the token address does not answer", scope="user") from None
    if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise BackOffError(f"http{response.status}", "the token address is busy", scope="user")
    return Answer(response.status, content, response)


def granted(http: Http, url: str, form: Mapping[str, str], scope: str, now: Now) -> Token:
    """Ask for a token; SignInError when it is refused, with `scope` in the cure, else as `ask`."""
    answer = ask(http, url, urlencode(form), _FORM)
    if answer.status != HTTPStatus.OK:
        raise refused(answer.fields(), scope)
    return token_of(answer, now)


def granted_to_user(http: Http, url: str, signer: crypt.Signer, claims: Mapping[str, str], now: Now) -> Token:
    """Ask, by a signed assertion (RFC 7523), for a token to act as a user; as `granted`. AccessLostError: nobody is that user.

    `claims`: `iss` (who signs), `sub` (the user), `aud` (the token address) and `scope`.
    """
    issued = int(now().timestamp())
    told = {**claims, "iat": issued, "exp": issued + int(LIFETIME.total_seconds())}
    assertion = jwt.encode(signer, told)  # type: ignore[no-untyped-call]
    answer = ask(http, url, urlencode({"grant_type": _GRANT, "assertion": assertion.decode()}), _FORM)
    if answer.status != HTTPStatus.OK:
        raise _no_user(answer.fields()) or refused(answer.fields(), claims["scope"])
    return token_of(answer, now)


def _no_user(told: Mapping[str, Any]) -> AccessLostError | None:
    """Tell whether one user is refused, and not who acts for all of them."""
    why = str(told.get("error_description") or "")
    return AccessLostError(NO_USER, _GONE) if told.get("error") == NO_USER and not _EVERYBODYS.match(why) else None


def token_of(answer: Answer, now: Now) -> Token:
    """Give the token an answer holds."""
    content = answer.fields()
    try:
        return Token(str(content["access_token"]), now() + timedelta(seconds=int(content["expires_in"])))
    except (KeyError, TypeError, ValueError, OverflowError):
        raise BackOffError("garbled", "the token address does not answer as one", scope="user") from None


def refused(answer: Any, scope: str) -> SignInError:
    """Say what a refusal means. An unknown word could be anything: only the known ones are repeated."""
    word = str(answer.get("error")) if isinstance(answer, Mapping) else ""
    code = word if word in _CURES else "refused"
    return SignInError(code, _CURES.get(code, _CURE).format(scope=scope))
