"""Who we are to Google: a bearer token for each request, fetched when there is none that is still good.

    sign_in = SignIn(settings, google_user, secret, now, http)
    headers |= sign_in.headers()

`token`: the secret is the token. `key`: a service account's key, acting as the calendar's user (domain-wide delegation),
by a signed assertion (RFC 7523). `delegated`: the same without a key (`delegation.py`). `adc`: an authorised user's file
by its refresh token (RFC 6749, 6), or without a secret whatever Google's library finds as application default credentials.

google-auth would refresh by the machine's clock, sleep between tries and, for some accounts, ask a further service in
the background; so only its signing is used, and its default credentials. Nothing here, no error and no repr, shows a
token or a key.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from google.auth import crypt

from calpair.errors import SignInError, UsageError
from calpair.google.asking import granted, granted_to_user
from calpair.google.delegation import TOKEN_URL, Delegation
from calpair.google.http import Http, safe
from calpair.google.machine import by_default
from calpair.google.tokens import Token
from calpair.model.pair import GoogleAuth, GoogleService
from calpair.ports import Now

SCOPE = "https://www.googleapis.com/auth/calendar.events"
"""Reading and writing events, and nothing else; a list of events also tells our role and the calendar's zone."""
FREE_BUSY = "https://www.googleapis.com/auth/calendar.freebusy"
"""Asking when calendars are busy, and nothing of what is in them."""
EVENTS_READONLY = "https://www.googleapis.com/auth/calendar.events.readonly"
"""Reading events."""
_TOKEN = re.compile(r"[!-~]+")
"""What fits into a request's head."""


class SignIn:
    """One account's way in, for one use (`scope`). The secret is asked for when it is needed, and not kept."""

    def __init__(
        self,
        settings: GoogleService,
        google_user: str,
        secret: Callable[[], str],
        now: Now,
        http: Http,
        delegation: Delegation | None = None,
        scope: str = SCOPE,
    ) -> None:
        self._settings = settings
        self._user = google_user
        self._secret = secret
        self._now = now
        self._http = http
        self._delegation = delegation
        self._scope = scope
        self._token: Token | None = None
        self._project = ""

    @property
    def chosen(self) -> bool:
        """Whether the user is ours to choose, so that a mistake would act as somebody else."""
        return self._settings.auth in (GoogleAuth.KEY, GoogleAuth.DELEGATED)

    def headers(self) -> dict[str, str]:
        """Give the headers that sign a request. SignInError, BackOffError, UsageError."""
        if self._token is None or not self._token.good(self._now()):
            self._token = self._fetch()
        project = {"x-goog-user-project": self._project} if self._project else {}
        return {"authorization": f"Bearer {self._token.text}", **project}

    def renew(self) -> bool:
        """Drop a token that was refused; false when no other can be had."""
        if self._settings.auth is GoogleAuth.DELEGATED and self._delegation and self._token:
            self._delegation.drop(self._user, self._scope, self._token)
        self._token = None
        return self._settings.auth is not GoogleAuth.TOKEN

    def _fetch(self) -> Token:
        ways = {
            GoogleAuth.TOKEN: self._given,
            GoogleAuth.KEY: self._by_key,
            GoogleAuth.ADC: self._by_user,
            GoogleAuth.DELEGATED: self._delegated,
        }
        return ways[self._settings.auth]()

    def _given(self) -> Token:
        text = self._secret().strip()
        if not _TOKEN.fullmatch(text):
            raise SignInError("noToken", "google.secret holds no token")
        return Token(text)

    def _by_key(self) -> Token:
        key = _file(self._secret(), "a service account's key", ("client_email", "private_key"))
        url = _token_url(key)
        try:
            signer = crypt.RSASigner.from_service_account_info(key)  # type: ignore[no-untyped-call]
        except ValueError:
            # The library's text may quote the key.
            raise UsageError("google.secret: its private_key cannot be read; make a new key") from None
        claims = {"iss": key["client_email"], "sub": self._user, "aud": url, "scope": self._scope}
        return granted_to_user(self._http, url, signer, claims, self._now)

    def _delegated(self) -> Token:
        if self._delegation is None:
            raise UsageError(
                'google.auth "delegated" has no service account to act through: set sync_identity (CALPAIR_SYNC_IDENTITY on Google Cloud), or use "key"'
            )
        return self._delegation.token(self._user, self._scope, self._http)

    def _by_user(self) -> Token:
        if not self._settings.secret:
            token, self._project = by_default([self._scope], self._http)
            return token
        file = _file(self._secret(), "an authorised user's file", ("client_id", "client_secret", "refresh_token"))
        self._project = str(file.get("quota_project_id") or "")
        form = {name: str(file[name]) for name in ("client_id", "client_secret", "refresh_token")}
        return granted(self._http, _token_url(file), {"grant_type": "refresh_token", **form}, self._scope, self._now)


def _file(text: str, what: str, needed: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        content = None
    missing = [name for name in needed if not isinstance(content, dict) or not content.get(name)]
    if missing:
        raise UsageError(f"google.secret does not hold {what} (JSON with {', '.join(needed)}): name another file")
    return dict(content)


def _token_url(file: Mapping[str, Any]) -> str:
    url = str(file.get("token_uri") or TOKEN_URL)
    if not safe(url):
        raise UsageError("google.secret: its token_uri is not an https address; make a new file")
    return url
