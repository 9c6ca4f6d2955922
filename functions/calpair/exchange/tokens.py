"""An application's token for Exchange: client credentials (RFC 6749, 4.4), fetched when there is none that is still good.

    tokens = Tokens(settings, secret, now, adapter)
    text = tokens.held() or tokens.fetch()
    text = tokens.fetch(instead_of=text)               # after a 401: at most one request, whoever else asks meanwhile

One request to the token address: not followed elsewhere, bounded, over TLS, never repeated. The secret is read for each
and not kept. exchangelib would fetch while it makes a session, renew by the machine's clock and read without a bound.
Nothing here, no error and no repr, shows a token or a secret. Source: RFC 6749 (5.1, 5.2); "OAuth 2.0 client credentials
flow" and "Authenticate an EWS application by using OAuth" (Microsoft Learn).
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote

import requests
import urllib3
from requests.adapters import BaseAdapter

from calpair.errors import AccessLostError, BackOffError, SideError, SignInError
from calpair.exchange.errors import WireError, classify, retry_after
from calpair.exchange.network import CONNECT_SECONDS, SIGN_IN_SECONDS, read
from calpair.model.pair import ExchangeServer
from calpair.ports import Now

SCOPE = "https://outlook.office365.com/.default"
"""Whatever the application was granted for Exchange; Entra takes no narrower word from an application."""

ENTRA = "https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token"
EARLY = timedelta(minutes=5)
"""A token is renewed this long before it ends, or after half its life, so that none ends on its way."""

MAX_ANSWER = 256 * 1024

_CURES = {
    "invalid_client": "the application is refused: check exchange.client_id, and make exchange.secret anew",
    "unauthorized_client": "the application is not known there: check exchange.tenant and exchange.client_id",
    "invalid_request": "the request for a token is refused: check exchange.tenant and exchange.client_id",
    "invalid_scope": "no token for Exchange is given: check exchange.token_url",
    "invalid_resource": "no token for Exchange is given: grant the application full_access_as_app of Exchange Online",
    "access_denied": "no token for Exchange is given: grant the application full_access_as_app of Exchange Online",
}
_CURE = "no token is given to the application: check exchange.tenant, exchange.client_id and exchange.secret"
_BUSY = ("temporarily_unavailable", "server_error")
_ELSEWHERE = "what answers gives no tokens: check exchange.token_url, or exchange.tenant"
_SENTENCES = {
    "Unreachable": "where tokens come from cannot be reached: check exchange.token_url and the network",
    "TLS": "the certificate of where tokens come from is not trusted: check exchange.token_url, exchange.ca",
    "AnswerTooLarge": _ELSEWHERE,
}
_STAYS = ("TLS", "AnswerTooLarge")
"""What no waiting mends."""

_SILENT = "where tokens come from gives no usable answer"


@dataclass(frozen=True, slots=True)
class _Token:
    text: str = field(repr=False)
    renewed: datetime


class Tokens:
    """One application's token. Threads may share it; while one fetches, the others wait for what it gets."""

    def __init__(
        self, settings: ExchangeServer, secret: Callable[[], str], now: Now, adapter: Callable[[], BaseAdapter]
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._now = now
        self._adapter = adapter
        self._lock = Lock()
        self._token: _Token | None = None

    def held(self) -> str:
        """Give the token in hand, if it is good for long enough; else nothing."""
        token = self._token
        return token.text if token and self._now() < token.renewed else ""

    def fetch(self, instead_of: str = "") -> str:
        """Get a new token, unless another thread just did. SignInError, AccessLostError, BackOffError, UsageError."""
        with self._lock:
            held = self.held()
            if not held or held == instead_of:
                self._token = None
                self._token = self._fetch()
            return self.held() or (self._token.text if self._token else "")

    def _fetch(self) -> _Token:
        url = self._settings.token_url or ENTRA.format(tenant=quote(self._settings.tenant, safe=""))
        form = {
            "grant_type": "client_credentials",
            "client_id": self._settings.client_id,
            "client_secret": self._secret(),
            "scope": SCOPE,
        }
        try:
            with requests.Session() as session:
                session.mount(url, self._adapter())
                session.auth = unsigned
                with session.post(
                    url,
                    data=form,
                    headers={"Accept": "application/json"},
                    allow_redirects=False,
                    timeout=(CONNECT_SECONDS, SIGN_IN_SECONDS),
                    stream=True,
                ) as response:
                    status, headers = response.status_code, response.headers
                    body = read(response, MAX_ANSWER, SIGN_IN_SECONDS, self._now)
        except (WireError, requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            # Not chained: the library's errors hold the request, and the request the secret.
            raise _silent(problem) from None
        answer = _read(body)
        if status != requests.codes.ok:
            raise _refusal(status, answer, retry_after(headers.get("Retry-After"), self._now()))
        try:
            life = timedelta(seconds=int(answer["expires_in"]))
            return _Token(str(answer["access_token"]), self._now() + life - min(EARLY, life / 2))
        except (KeyError, TypeError, ValueError, OverflowError):
            raise BackOffError("garbled", _SILENT) from None


def unsigned(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Leave a request as it is: without this `requests` looks for a password in the user's .netrc."""
    return request


def _silent(problem: Exception) -> SideError:
    code = classify(problem, writing=False).code
    kind = AccessLostError if code in _STAYS else BackOffError
    return kind(code, _SENTENCES.get(code, _SILENT))


def _read(body: bytes) -> Mapping[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _refusal(status: int, answer: Mapping[str, Any], seconds: float | None) -> SideError:
    word = answer.get("error")
    if status == requests.codes.too_many_requests or status >= 500 or word in _BUSY:  # noqa: PLR2004 - a class of statuses
        return BackOffError(f"HTTP{status}", "where tokens come from is busy", seconds=seconds)
    if not isinstance(word, str):
        return AccessLostError(f"HTTP{status}", _ELSEWHERE)
    # An unknown word could be anything: only the known ones are repeated.
    return SignInError(word if word in _CURES else "refused", _CURES.get(word, _CURE))
