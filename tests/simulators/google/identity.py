"""ID tokens signed by Google, and the certificates they are checked with: for doors that admit callers by them.

    id_token("push@p.iam.gserviceaccount.com", "https://door.test/notice", now=datetime.now(UTC))

Everything a door has to refuse can be made: `expires` in the past, another `audience`, another `issuer`, `verified=False`,
and `signer="mallory"` for a forgery under Google's key id. `GET /oauth2/v1/certs` are certificates in PEM by
key id, `/oauth2/v3/certs` the same keys as a JWK set. Source: OpenID Connect Core 2; Google's page on validating ID tokens;
RFC 7517, RFC 7518 6.3.
"""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from simulators.google.robots import jwt, key_id, key_of
from simulators.wire import Response

ISSUER = "https://accounts.google.com"
GOOGLE = "federated-signon@system.gserviceaccount.com"
PEM, JWKS = "/oauth2/v1/certs", "/oauth2/v3/certs"
_HOUR = timedelta(hours=1)
_HEADERS = (
    ("Content-Type", "application/json; charset=UTF-8"),
    ("Cache-Control", "public, max-age=20000, must-revalidate, no-transform"),
)


def id_token(
    email: str,
    audience: str,
    *,
    now: datetime,
    expires: datetime | None = None,
    issuer: str = ISSUER,
    verified: bool = True,
    signer: str = GOOGLE,
    **claims: object,
) -> str:
    """A token that says who calls: good for an hour from `now` unless told otherwise; `claims` are added, or replace."""
    subject = str(int(hashlib.sha256(email.encode()).hexdigest(), 16))[:21]
    said = {
        "iss": issuer,
        "aud": audience,
        "azp": subject,
        "sub": subject,
        "email": email,
        "email_verified": verified,
        "iat": int(now.timestamp()),
        "exp": int((expires or now + _HOUR).timestamp()),
        **claims,
    }
    return jwt(signer, said, key_id(GOOGLE))


def certs(path: str) -> Response:
    """The keys ID tokens are checked with, at one of the two paths."""
    said = {key_id(GOOGLE): _certificate()} if path == PEM else {"keys": [_jwk()]}
    return Response(200, json.dumps(said).encode(), _HEADERS)


@cache
def _certificate() -> str:
    key, name = key_of(GOOGLE), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, GOOGLE)])
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), serial_number=1)
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2040, 1, 1, tzinfo=UTC))
        .sign(key, SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def _jwk() -> dict[str, str]:
    numbers = key_of(GOOGLE).public_key().public_numbers()
    words = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": key_id(GOOGLE)}
    return {**words, "n": _number(numbers.n), "e": _number(numbers.e)}


def _number(value: int) -> str:
    content = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
