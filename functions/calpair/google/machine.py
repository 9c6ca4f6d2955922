"""What this machine is to Google by itself: the account it runs as, and application default credentials.

    token = own_identity(os.environ, now)                   # to sign with, see delegation.py
    token, project = by_default([SCOPE], http)              # google.auth "adc" without a file

The metadata server, which hands out tokens of that account, is where no document may ever lead; only what stands here asks
it, over a connection made for that. Google's library finds default credentials; its way of renewing them is not used, for
it goes by the machine's clock and sleeps between tries. Source: "About VM metadata", "Application Default Credentials".
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

import google.auth
import google.auth.exceptions

from calpair.errors import BackOffError, SignInError, UsageError
from calpair.google.asking import Answer, ask, refused, token_of
from calpair.google.http import Http, Wire
from calpair.google.tokens import Token
from calpair.model.pair import Limits
from calpair.names import Names
from calpair.ports import Now

IAM_SCOPE = "https://www.googleapis.com/auth/iam"
"""All this process's own token is for."""

_METADATA = "metadata.google.internal"
_ADDRESSES = ("169.254.169.254", "fd20:ce::254")
_SECONDS = 5.0
_OWN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"
_FLAVOR = "Google"
_NOWHERE = (
    "no identity of this machine's own: on Google Cloud its metadata server does not answer yet; elsewhere name a "
    "credentials file in GOOGLE_APPLICATION_CREDENTIALS"
)
_OWN = "this machine's own identity gives no token: give it a service account"
_NO_DEFAULT = "google.auth adc: there are no application default credentials here; name an authorised user's file in google.secret"


def own_identity(environment: Mapping[str, str], now: Now, http: Http | None = None) -> Token:
    """Give the token of the account this process runs as. BackOffError, SignInError, UsageError.

    Application default credentials count where the environment names a file; else the metadata server is asked, which
    is where Google Cloud keeps them, without trying first whether there is one. `http` replaces the network, in tests.
    """
    if environment.get("GOOGLE_APPLICATION_CREDENTIALS"):
        with closing(Wire()) as wire:
            return by_default([IAM_SCOPE], http or wire)[0]
    host = environment.get("GCE_METADATA_HOST") or _METADATA
    url = f"http://{host}{_OWN_PATH}?{urlencode({'scopes': IAM_SCOPE})}"
    try:
        with closing(_metadata_wire(url)) as wire:
            answer = ask(http or wire, url, None, {"metadata-flavor": _FLAVOR}, "GET")
    except BackOffError as error:
        raise BackOffError(error.code, _NOWHERE) from None
    if answer.status != HTTPStatus.OK:
        raise SignInError("noIdentity", _OWN)
    if answer.headers.get("metadata-flavor") != _FLAVOR:
        raise UsageError(f"GCE_METADATA_HOST {host!r} is no metadata server of Google's: clear it")
    return token_of(answer, now)


def by_default(scopes: Sequence[str], http: Http) -> tuple[Token, str]:
    """Give a token, and the project that pays for its requests (empty: the token's own)."""
    try:
        credentials, _ = google.auth.default(scopes=list(scopes))
        credentials.refresh(_Asking(http))  # type: ignore[no-untyped-call]
    except google.auth.exceptions.DefaultCredentialsError:
        raise UsageError(_NO_DEFAULT) from None
    except google.auth.exceptions.GoogleAuthError as error:
        raise refused(error.args[1] if len(error.args) > 1 else None, " ".join(scopes)) from None
    # The library keeps naive UTC.
    until = credentials.expiry.replace(tzinfo=UTC) if credentials.expiry else None
    return Token(str(credentials.token), until), str(credentials.quota_project_id or "")


class _Asking:
    """Google's library asking over our wire; a busy address is raised at once, or it would sleep."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> Answer:
        """Ask; the library's timeout is ours already."""
        if urlsplit(url).hostname not in (_METADATA, *_ADDRESSES):
            return ask(self._http, url, body, headers or {}, method)
        with closing(_metadata_wire(url)) as wire:
            return ask(wire, url, body, headers or {}, method)


def _metadata_wire(url: str) -> Wire:
    return Wire(timeout=_SECONDS, names=Names(Limits(hosts=(urlsplit(url).hostname or "", *_ADDRESSES))))
