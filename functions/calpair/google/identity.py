"""Who we are to Google: a bearer token for each request, fetched when there is none that is still good.

    sign_in = SignIn(settings, google_user, secret, now, http)
    headers |= sign_in.headers()

`token`: the secret is the token. `key`: a service account's key, acting as the calendar's user (domain-wide delegation),
by a signed assertion (RFC 7523). `adc`: an authorised user's file by its refresh token (RFC 6749, 6), or without a
secret whatever Google's library finds as application default credentials.

google-auth would refresh by the machine's clock, sleep between tries and, for some accounts, ask a further service in
the background; so only its signing is used, and its default credentials. Nothing here, no error and no repr, shows a
token or a key.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

import google.auth
import google.auth.exceptions
import httplib2
from google.auth import crypt, jwt

from calpair.errors import BackOffError, SignInError, UsageError
from calpair.google.errors import unreached
from calpair.google.http import Http, NotSentError, safe
from calpair.model.pair import GoogleAuth, GoogleService
from calpair.ports import Now

SCOPE = "https://www.googleapis.com/auth/calendar.events"
"""Reading and writing events, and nothing else; a list of events also tells our role and the calendar's zone."""

GOOGLE_TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
LIFETIME = timedelta(hours=1)
EARLY = timedelta(minutes=4)
"""A token is renewed this long before it ends, so that none ends on its way."""

_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_CURES = {
    "invalid_grant": "the account or its key is no longer good: check google_user, or make a new key or sign in again",
    "unauthorized_client": f"the service account may not act as this user: allow its client id the scope {SCOPE}",
    "access_denied": f"the service account may not act as this user: allow its client id the scope {SCOPE}",
    "invalid_client": "Google does not know this client: make the file in google.secret again",
}
_CURE = "Google refuses to sign this account in: check google.auth, google.secret and google_user"


@dataclass(frozen=True, slots=True)
class _Token:
    """A token, out of sight: its repr says nothing."""

    text: str = field(repr=False)
    until: datetime | None = None


class SignIn:
    """One account's way in. The secret is asked for when it is needed, and not kept."""

    def __init__(
        self, settings: GoogleService, google_user: str, secret: Callable[[], str], now: Now, http: Http
    ) -> None:
        self._settings = settings
        self._user = google_user
        self._secret = secret
        self._now = now
        self._http = http
        self._token: _Token | None = None
        self._project = ""

    def headers(self) -> dict[str, str]:
        """Give the headers that sign a request. SignInError, BackOffError, UsageError."""
        token = self._token
        if token is None or (token.until is not None and self._now() >= token.until - EARLY):
            token = self._token = self._fetch()
        project = {"x-goog-user-project": self._project} if self._project else {}
        return {"authorization": f"Bearer {token.text}", **project}

    def renew(self) -> bool:
        """Drop a token that was refused; false when no other can be had."""
        self._token = None
        return self._settings.auth is not GoogleAuth.TOKEN

    def _fetch(self) -> _Token:
        ways = {GoogleAuth.TOKEN: self._given, GoogleAuth.KEY: self._by_key, GoogleAuth.ADC: self._by_user}
        way = ways.get(self._settings.auth)
        if way is None:
            raise UsageError(f'google.auth "{self._settings.auth}" is not available yet: use "key" or "adc"')
        return way()

    def _given(self) -> _Token:
        text = self._secret().strip()
        if not text:
            raise SignInError("noToken", "google.secret holds no token")
        return _Token(text)

    def _by_key(self) -> _Token:
        key = _file(self._secret(), "a service account's key", ("client_email", "private_key"))
        url = _token_url(key)
        try:
            signer = crypt.RSASigner.from_service_account_info(key)  # type: ignore[no-untyped-call]
        except ValueError:
            # The library's text may quote the key.
            raise UsageError("google.secret: its private_key cannot be read; make a new key") from None
        now = int(self._now().timestamp())
        claims = {
            "iss": key["client_email"],
            "sub": self._user,
            "aud": url,
            "scope": SCOPE,
            "iat": now,
            "exp": now + int(LIFETIME.total_seconds()),
        }
        assertion = jwt.encode(signer, claims)  # type: ignore[no-untyped-call]
        return self._granted(url, {"grant_type": _GRANT, "assertion": assertion.decode()})

    def _by_user(self) -> _Token:
        if not self._settings.secret:
            return self._by_default()
        file = _file(self._secret(), "an authorised user's file", ("client_id", "client_secret", "refresh_token"))
        self._project = str(file.get("quota_project_id") or "")
        form = {name: str(file[name]) for name in ("client_id", "client_secret", "refresh_token")}
        return self._granted(_token_url(file), {"grant_type": "refresh_token", **form})

    def _by_default(self) -> _Token:
        try:
            credentials, _ = google.auth.default(scopes=[SCOPE])
            credentials.refresh(_Asking(self._post))  # type: ignore[no-untyped-call]
        except google.auth.exceptions.DefaultCredentialsError:
            raise UsageError(
                "google.auth adc: there are no application default credentials here; "
                "name an authorised user's file in google.secret"
            ) from None
        except google.auth.exceptions.GoogleAuthError as error:
            raise _refused(error.args[1] if len(error.args) > 1 else None) from None
        self._project = str(credentials.quota_project_id or "")
        # The library keeps naive UTC.
        until = credentials.expiry.replace(tzinfo=UTC) if credentials.expiry else None
        return _Token(str(credentials.token), until)

    def _granted(self, url: str, form: Mapping[str, str]) -> _Token:
        status, content = self._post(url, urlencode(form), _FORM)
        try:
            answer = json.loads(content)
        except ValueError:
            answer = None
        if status != HTTPStatus.OK:
            raise _refused(answer)
        try:
            return _Token(str(answer["access_token"]), self._now() + timedelta(seconds=int(answer["expires_in"])))
        except (KeyError, TypeError, ValueError):
            raise BackOffError("garbled", "the token address does not answer as one", scope="user") from None

    def _post(
        self, url: str, body: str | bytes | None, headers: Mapping[str, str], method: str = "POST"
    ) -> tuple[int, bytes]:
        """Ask a token address; BackOffError when it is busy or silent (asking twice for a token does no harm)."""
        try:
            response, content = self._http.request(url, method=method, body=body, headers=dict(headers))
        except NotSentError as error:
            raise unreached(error.code) from error
        except (OSError, HTTPException, httplib2.HttpLib2Error):
            raise BackOffError("noAnswer", "the token address does not answer", scope="user") from None
        if response.status == HTTPStatus.TOO_MANY_REQUESTS or response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise BackOffError(f"http{response.status}", "the token address is busy", scope="user")
        return response.status, content


def _file(text: str, what: str, needed: tuple[str, ...]) -> Mapping[str, Any]:
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    missing = [name for name in needed if not isinstance(content, dict) or not content.get(name)]
    if missing:
        raise UsageError(f"google.secret does not hold {what} (JSON with {', '.join(needed)}): name another file")
    return dict(content)


def _token_url(file: Mapping[str, Any]) -> str:
    url = str(file.get("token_uri") or GOOGLE_TOKEN_URL)
    if not safe(url):
        raise UsageError("google.secret: its token_uri is not an https address; make a new file")
    return url


def _refused(answer: Any) -> SignInError:
    word = str(answer.get("error")) if isinstance(answer, Mapping) else ""
    # An unknown word could be anything: only the known ones are repeated.
    code = word if word in _CURES else "refused"
    return SignInError(code, _CURES.get(code, _CURE))


class _Asking:
    """Google's library asking for a token over our wire; a busy address is raised at once, or it would sleep."""

    def __init__(self, post: Callable[..., tuple[int, bytes]]) -> None:
        self._post = post

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> "_Answer":
        return _Answer(*self._post(url, body, headers or {}, method))


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    data: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
