"""Who calls a function: proven by a token that Google signed, for this very function, with an account that is listed.

    callers = Callers(certificates, audience="https://dispatch-xyz.run.app", accounts=["scheduler@p.iam.gserviceaccount.com"])
    callers.prove(request.headers.get("Authorization"))         # the caller's account; CallerError

The platform asks for the same token before a call gets here; a door that was left open there stays shut here. Nothing
of a call is read before. Source: OpenID Connect as Google signs it (issuer, audience, verified e-mail).
"""

import json
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from urllib.parse import urlsplit

from google.auth import jwt
from google.auth.exceptions import GoogleAuthError

from calpair.addresses import is_loopback
from calpair.errors import BackOffError, CallerError, UsageError
from calpair.ports import Now

LONGEST = 8 * 1024
"""Characters of a token; Google's have about a thousand."""
SKEW_SECONDS = 60
_ISSUERS = ("accounts.google.com", "https://accounts.google.com")
_FRESH = timedelta(hours=1)
_REST = timedelta(minutes=1)
_MOMENT = timedelta(seconds=5)
"""The same, while there are none at all."""
_GOOD = timedelta(days=1)
"""How long certificates are used on that cannot be fetched anew: Google's are good for days beyond."""

Keys = Mapping[str, str]
"""Certificates in PEM, by key id."""

GOOGLE = "https://www.googleapis.com/oauth2/v1/certs"
_LARGEST = 64 * 1024
_SECONDS = 10.0


def fetch(url: str = GOOGLE) -> Keys:
    """Fetch certificates, once, following nobody elsewhere. BackOffError: there is no answer, or none that can be used.

    UsageError: not by https, and not on the machine itself, where only tests are.
    """
    parts = urlsplit(url)
    if parts.scheme != "https" and not is_loopback(parts.hostname or ""):
        raise UsageError("the environment: CALPAIR_CERTIFICATES is no https address; leave it out for Google's own")
    connect = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = connect(parts.netloc, timeout=_SECONDS)
    try:
        connection.request("GET", parts.path)
        response = connection.getresponse()
        body = response.read(_LARGEST + 1)
        keys = json.loads(body) if response.status == HTTPStatus.OK and len(body) <= _LARGEST else None
    except (OSError, HTTPException, ValueError, RecursionError):
        keys = None
    finally:
        connection.close()
    if not isinstance(keys, dict) or not all(isinstance(pem, str) for pem in keys.values()):
        raise BackOffError("certificates", "the certificates to check callers with could not be fetched", scope="user")
    return keys


class Certificates:
    """Google's certificates, fetched when they are needed: hourly, and for a key nobody knows; at most once a minute.

    `fetch()` gives them or raises BackOffError. Threads may share this: whoever shows a key that is fresh waits for no
    fetch that a stranger's token has caused.
    """

    def __init__(self, fetch: Callable[[], Keys], now: Now) -> None:
        self._fetch = fetch
        self._now = now
        self._lock = Lock()
        self._known: tuple[datetime, Keys] | None = None
        self._asked: datetime | None = None

    def of(self, key: str) -> Keys:
        """Give the certificates, hopefully with this key's among them. BackOffError: there are none, for now."""
        keys = self._fresh(key)
        if keys is None:
            with self._lock:
                rest = _REST if self._known else _MOMENT
                if self._asked is None or not timedelta(0) <= self._now() - self._asked <= rest:
                    self._asked = self._now()
                    with suppress(BackOffError):
                        self._known = self._asked, self._fetch()
                known = self._known
                keys = known[1] if known and self._now() - known[0] <= _GOOD else None
        if keys is None:
            raise BackOffError("certificates", "there are no certificates to check callers with", scope="user")
        return keys

    def _fresh(self, key: str) -> Keys | None:
        """Give what is known, if this key is among it and it is fresh."""
        known = self._known
        return known[1] if known and key in known[1] and self._now() - known[0] <= _FRESH else None


class Callers:
    """Who may call one function. `audience`: what a token has to be for; empty: whatever, the account alone decides."""

    def __init__(self, certificates: Certificates, audience: str, accounts: Collection[str]) -> None:
        self._certificates = certificates
        self._audience = audience
        self._accounts = frozenset(account.lower() for account in accounts)

    def prove(self, authorization: str | None) -> str:
        """Give the calling account. CallerError: there is no token, it proves nothing, or the account is not listed."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token or len(token) > LONGEST:
            raise CallerError("an ID token is needed: Authorization: Bearer TOKEN", known=False)
        try:
            key = jwt.decode_header(token).get("kid")  # type: ignore[no-untyped-call]
            claims = jwt.decode(  # type: ignore[no-untyped-call]
                token,
                certs=self._certificates.of(key if isinstance(key, str) else ""),
                audience=self._audience or None,
                clock_skew_in_seconds=SKEW_SECONDS,
            )
        except (GoogleAuthError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
            # The library says what is wrong in the caller's own words; anything but a good token is no token.
            raise CallerError("the ID token is not good for this function, or no longer", known=False) from None
        account = claims.get("email")
        proven = claims.get("iss") in _ISSUERS and claims.get("email_verified") is True and isinstance(account, str)
        if not proven:
            raise CallerError("the ID token names no account that Google has verified", known=False)
        if account.lower() not in self._accounts:
            raise CallerError("this account may not call this function", known=True)
        return str(account)
