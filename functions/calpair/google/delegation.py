"""Acting as a domain's users without any key: domain-wide delegation, signed by Google for us.

    delegation = Delegation("sync@project.iam.gserviceaccount.com", partial(own_identity, os.environ, now), now)
    token = delegation.token("ana@altostrat.com", scope, http)

Three steps: this process's own token (`machine.py`); with it `signBlob` of the IAM Credentials API signs an assertion as the
delegated service account; the assertion, which names the user as its `sub`, is exchanged for the user's token (RFC 7523).
Two requests an hour and user.

The user is a claim written out each time, not a property of an object that is copied: google-auth's impersonated
credentials lose theirs on every copy, and then act as the service account itself. No key exists that could leak.
Source: "projects.serviceAccounts.signBlob", "Using OAuth 2.0 for Server to Server Applications" (Google).
"""

import base64
import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from urllib.parse import quote

from google.auth import crypt

from calpair.errors import BackOffError, SignInError
from calpair.google.asking import ask, granted_to_user
from calpair.google.http import Http
from calpair.google.tokens import Token, Tokens
from calpair.ports import Now

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
"""Also what an assertion is for, wherever it is sent."""

_IAM = "https://iamcredentials.googleapis.com"
_SIGN = "/v1/projects/-/serviceAccounts/{}:signBlob"
_SIGNING: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "this machine's own token is not taken: check its service account",
    HTTPStatus.FORBIDDEN: "nothing may be signed as {account}: grant this machine's own account the role "
    "roles/iam.serviceAccountTokenCreator on it, and enable iamcredentials.googleapis.com",
    HTTPStatus.NOT_FOUND: "there is no service account {account}: correct the setting that names it",
}
_NOT_SIGNED = "nothing is signed as {account}: check the setting that names it"


class Delegation:
    """One process's way to act as users, through one service account. Threads may share it.

    `own` gives this process's own token (`machine.own_identity`); `endpoint`: another Google to ask, in tests.
    """

    def __init__(self, account: str, own: Callable[[], Token], now: Now, endpoint: str = "") -> None:
        self._account = account
        self._own = own
        self._now = now
        self._tokens = Tokens(now)
        self._iam = endpoint or _IAM
        self._token_url = f"{endpoint}/token" if endpoint else TOKEN_URL

    def token(self, user: str, scope: str, http: Http) -> Token:
        """Give a token of this user's for this scope; `http` is asked when there is none. SignInError, BackOffError."""
        return self._tokens.get(f"{user} {scope}", lambda: self._fetch(user, scope, http))

    def drop(self, user: str, scope: str, token: Token) -> None:
        """Forget a token that was refused."""
        self._tokens.drop(f"{user} {scope}", token)

    def _fetch(self, user: str, scope: str, http: Http) -> Token:
        claims = {"iss": self._account, "sub": user, "aud": TOKEN_URL, "scope": scope}
        signer = _Signer(lambda message: self._signed(message, http))
        return granted_to_user(http, self._token_url, signer, claims, self._now)

    def _signed(self, message: bytes, http: Http) -> bytes:
        own = self._tokens.get("", self._own)
        url = self._iam + _SIGN.format(quote(self._account, safe="@"))
        headers = {"authorization": f"Bearer {own.text}", "content-type": "application/json"}
        answer = ask(http, url, json.dumps({"payload": base64.b64encode(message).decode()}), headers)
        if answer.status == HTTPStatus.UNAUTHORIZED:
            self._tokens.drop("", own)
        if answer.status != HTTPStatus.OK:
            sentence = _SIGNING.get(answer.status, _NOT_SIGNED)
            raise SignInError(f"signBlob{answer.status}", sentence.format(account=self._account))
        try:
            return base64.b64decode(str(answer.fields()["signedBlob"]), validate=True)
        except (KeyError, ValueError):
            raise BackOffError("garbled", "what signs does not answer as such", scope="user") from None


class _Signer(crypt.Signer):
    """What `jwt.encode` signs with. Which key it is only Google knows, and finds."""

    def __init__(self, sign: Callable[[bytes], bytes]) -> None:
        self._sign = sign

    @property
    def key_id(self) -> None:
        """Unknown before the signature is there."""

    def sign(self, message: bytes) -> bytes:
        """Sign."""
        return self._sign(message)
