"""Google's token endpoint, `POST /token`: signed assertions of service accounts and refresh tokens, for access tokens.

An assertion's signature is checked against the public key of its issuer; its lifetime may be an hour at most, but is
not held against the simulator's clock, because clients stamp it with the machine's. With a subject it speaks for that
user, if all its scopes are delegated; without one for the service account itself. Source: facts/platform.md 6 (the
JWT-bearer grant with a subject), RFC 7523, and the error form of RFC 6749, which Google uses here.
"""

import base64
import binascii
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from simulators.clock import Clock
from simulators.google.access import AUTH, Access
from simulators.reading import read
from simulators.wire import Request, Response

JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
LIFETIME = 3600
# google-auth writes this audience into a service account's assertion whatever address it is sent to.
GOOGLE = "oauth2.googleapis.com"
_END_OF_TIME = 1 << 40


class _GrantError(Exception):
    """A refusal in OAuth's form."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status


@dataclass(frozen=True)
class Issuer:
    """A service account as assertions are checked: its public key in PEM, and the scopes delegated to it; None is all."""

    key: str
    delegated: Collection[str] | None = None


class TokenEndpoint:
    """Gives access tokens for users, and knows them until they expire."""

    def __init__(
        self,
        clock: Clock,
        users: Collection[str],
        issuers: Mapping[str, Issuer],
        refresh_tokens: Mapping[str, str],
    ) -> None:
        """Know service accounts by their addresses, and refresh tokens' users."""
        self._clock = clock
        self._users = users
        self._issuers = issuers
        self._refresh = refresh_tokens
        self._issued: dict[str, tuple[Access, datetime]] = {}

    def tokens(self) -> dict[str, Access]:
        """The access tokens that are still good, with what they open."""
        if not self._issued:
            return {}
        now = self._clock.now()
        return {token: access for token, (access, until) in self._issued.items() if now < until}

    def grant(self, access: Access) -> dict[str, object]:
        """A new token for this access, as the endpoint's answer has it."""
        token = f"ya29.simulated-{len(self._issued) + 1}"
        self._issued[token] = (access, self._clock.now() + timedelta(seconds=LIFETIME))
        return {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer"}

    def answer(self, request: Request) -> Response:
        """Answer a token request; refusals are `{"error", "error_description"}`."""
        form = dict(parse_qsl(request.body.decode(errors="replace"))) if request.method == "POST" else {}
        try:
            access = self._access(form, request.headers.get("host", ""))
        except _GrantError as error:
            return _json({"error": error.error, "error_description": str(error)}, error.status)
        return _json(self.grant(access))

    def _access(self, form: Mapping[str, str], host: str) -> Access:
        grant = form.get("grant_type")
        if grant == JWT_BEARER:
            return self._asserted(form.get("assertion", ""), host)
        if grant != "refresh_token":
            raise _GrantError("unsupported_grant_type", f"Invalid grant_type: {grant}")
        if not form.get("client_id") or not form.get("client_secret"):
            raise _GrantError("invalid_request", "Could not determine client ID from request.")
        if form.get("refresh_token") not in self._refresh:
            raise _GrantError("invalid_grant", "Token has been expired or revoked.")
        return Access(self._refresh[form["refresh_token"]])

    def _asserted(self, assertion: str, host: str) -> Access:
        head, claims, signature, signed = _parts(assertion)
        issuer = str(claims.get("iss"))
        if issuer not in self._issuers:
            raise _GrantError("invalid_grant", "Invalid grant: account not found")
        known = self._issuers[issuer]
        key = load_pem_public_key(known.key.encode())
        if head.get("alg") != "RS256" or not isinstance(key, RSAPublicKey):
            raise _GrantError("invalid_grant", "Invalid JWT Signature.")
        try:
            key.verify(signature, signed, PKCS1v15(), SHA256())
        except InvalidSignature:
            raise _GrantError("invalid_grant", "Invalid JWT Signature.") from None
        if not _is_for(str(claims.get("aud")), (host, GOOGLE)):
            raise _GrantError(
                "invalid_grant", f"Invalid JWT: Failed audience check. The right audience is {host}/token"
            )
        if not 0 < _seconds(claims.get("exp", 0)) - _seconds(claims.get("iat", 0)) <= LIFETIME:
            raise _GrantError("invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes).")
        scopes = frozenset(str(claims.get("scope", "")).split())
        strange = sorted(scope for scope in scopes if not scope.startswith(AUTH))
        if strange:
            raise _GrantError("invalid_scope", f"Some requested scopes were invalid. {{invalid={strange}}}")
        subject = str(claims.get("sub", ""))
        if not scopes or (subject and not (known.delegated is None or scopes <= frozenset(known.delegated))):
            raise _GrantError(
                "unauthorized_client",
                "Client is unauthorized to retrieve access tokens using this method, "
                "or client not authorized for any of the scopes requested.",
                401,
            )
        if subject and subject not in self._users:
            raise _GrantError("invalid_grant", "Invalid email or User ID")
        return Access(subject or issuer, scopes)


def _parts(assertion: str) -> tuple[Mapping[str, Any], Mapping[str, Any], bytes, bytes]:
    try:
        head, claims, signature = assertion.split(".")
        return _claims(head), _claims(claims), _bytes(signature), f"{head}.{claims}".encode()
    except (ValueError, binascii.Error):
        raise _GrantError("invalid_grant", "Invalid JWT: malformed assertion.") from None


def _claims(text: str) -> Mapping[str, Any]:
    found = read(_bytes(text))
    if not isinstance(found, dict):
        raise ValueError("a part of an assertion is a JSON object")  # noqa: TRY004 - one kind of error for the caller
    return found


def _is_for(audience: str, hosts: Collection[str]) -> bool:
    try:
        parts = urlsplit(audience)
    except ValueError:
        return False
    return parts.path == "/token" and parts.netloc in hosts


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < _END_OF_TIME:
        raise _GrantError("invalid_grant", "Invalid JWT: iat and exp are times in seconds.")
    return value


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _json(value: object, status: int = 200) -> Response:
    return Response(status, json.dumps(value).encode(), (("Content-Type", "application/json; charset=utf-8"),))
