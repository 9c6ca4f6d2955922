"""Acting as a domain's users without any key (domain-wide delegation): Google signs for us, and never sees whose user.

    delegation = Delegation("sync@project.iam.gserviceaccount.com", partial(own_identity, os.environ, now), now)
    token = delegation.token("ana@altostrat.com", scope, http)

Three steps: this process's own token (the metadata server's, or that of the application default credentials); with it
`signBlob` of the IAM Credentials API signs an assertion as the delegated service account; the assertion, which names the
user as its `sub`, is exchanged for the user's token (RFC 7523). Two requests an hour and user.

The user is a claim written out each time, not a property of an object that is copied: google-auth's impersonated
credentials lose theirs on every copy, and then act as the service account itself. No key exists that could leak.
Source: "projects.serviceAccounts.signBlob", "About VM metadata", "Using OAuth 2.0 for Server to Server Applications" (Google).
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote, urlencode, urlsplit

from google.auth import crypt, jwt

from calpair.errors import BackOffError, SignInError, UsageError
from calpair.google.asking import Answer, ask, granted, token_of
from calpair.google.default import by_default
from calpair.google.http import Http, Wire
from calpair.google.tokens import Token, Tokens
from calpair.model.pair import Limits
from calpair.names import Names
from calpair.ports import Now

LIFETIME = timedelta(hours=1)
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"

IAM_SCOPE = "https://www.googleapis.com/auth/iam"
"""All this process's own token is for."""

_METADATA = "metadata.google.internal"
_METADATA_ADDRESSES = ("169.254.169.254", "fd20:ce::254")
_OWN_PATH = "/computeMetadata/v1/instance/service-accounts/default/token"
_FLAVOR = {"metadata-flavor": "Google"}
_NOWHERE = (
    "no identity of this machine's own: on Google Cloud its metadata server does not answer yet; elsewhere name a "
    "credentials file in GOOGLE_APPLICATION_CREDENTIALS"
)
_OWN = "this machine's own identity gives no token: give it a service account"
_SIGNING: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "this machine's own token is not taken: check its service account",
    HTTPStatus.FORBIDDEN: "nothing may be signed as {account}: grant this machine's own account the role "
    "roles/iam.serviceAccountTokenCreator on it, and enable iamcredentials.googleapis.com",
    HTTPStatus.NOT_FOUND: "there is no service account {account}: correct the setting that names it",
}
_NOT_SIGNED = "nothing is signed as {account}: check the setting that names it"


@dataclass(frozen=True, slots=True)
class Places:
    """Where to sign and where to exchange; Google's own."""

    iam: str = "https://iamcredentials.googleapis.com"
    token: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address


GOOGLES = Places()


class Delegation:
    """One process's way to act as users, through one service account. Threads may share it.

    `own` gives this process's own token, for `IAM_SCOPE`.
    """

    def __init__(self, account: str, own: Callable[[], Token], now: Now, places: Places = GOOGLES) -> None:
        self._account = account
        self._own = own
        self._now = now
        self._places = places
        self._tokens = Tokens(now)

    def token(self, user: str, scope: str, http: Http) -> Token:
        """Give a token of this user's for this scope; `http` is asked when there is none. SignInError, BackOffError."""
        return self._tokens.get(f"{user} {scope}", lambda: self._fetch(user, scope, http))

    def drop(self, user: str, scope: str, token: Token) -> None:
        """Forget a token that was refused."""
        self._tokens.drop(f"{user} {scope}", token)

    def _fetch(self, user: str, scope: str, http: Http) -> Token:
        now = int(self._now().timestamp())
        claims = {
            "iss": self._account,
            "sub": user,
            "aud": self._places.token,
            "scope": scope,
            "iat": now,
            "exp": now + int(LIFETIME.total_seconds()),
        }
        assertion = jwt.encode(_Signer(lambda message: self._signed(message, http)), claims)  # type: ignore[no-untyped-call]
        form = {"grant_type": GRANT, "assertion": assertion.decode()}
        return granted(http, self._places.token, form, scope, self._now)

    def _signed(self, message: bytes, http: Http) -> bytes:
        own = self._tokens.get("", self._own)
        url = f"{self._places.iam}/v1/projects/-/serviceAccounts/{quote(self._account, safe='@')}:signBlob"
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


def own_identity(environment: Mapping[str, str], now: Now, http: Http | None = None) -> Token:
    """Give the token of the account this process runs as. BackOffError, SignInError, UsageError.

    Application default credentials count where the environment names a file; else the metadata server is asked, which
    is where Google Cloud keeps them, without trying first whether there is one. `http` replaces the network, in tests.
    """
    if environment.get("GOOGLE_APPLICATION_CREDENTIALS"):
        return by_default([IAM_SCOPE], http or Wire())[0]
    host = environment.get("GCE_METADATA_HOST") or _METADATA
    url = f"http://{host}{_OWN_PATH}?{urlencode({'scopes': IAM_SCOPE})}"
    try:
        answer = _of_metadata(url, http)
    except BackOffError as error:
        raise BackOffError(error.code, _NOWHERE) from None
    if answer.status != HTTPStatus.OK:
        raise SignInError("noIdentity", _OWN)
    if answer.headers.get("metadata-flavor") != _FLAVOR["metadata-flavor"]:
        raise UsageError(f"GCE_METADATA_HOST {host!r} is no metadata server of Google's: clear it")
    return token_of(answer, now)


def _of_metadata(url: str, http: Http | None) -> Answer:
    # What no document may ever lead to is where this one request goes.
    limits = Limits(hosts=(urlsplit(url).hostname or "", *_METADATA_ADDRESSES))
    wire = Wire(timeout=5.0, names=Names(limits))
    try:
        return ask(http or wire, url, None, _FLAVOR, "GET")
    finally:
        wire.close()
