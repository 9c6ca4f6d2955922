"""The ID token Cloud Tasks signs for a task, and the documents a verifier checks it by.

    issuer.token("worker@p.iam.gserviceaccount.com", "https://worker.test/", now)
    issuer.certificates()      key id to X.509 certificate: what google.oauth2.id_token.verify_token fetches
    issuer.key_set()           the same as a JWK set

Source: google-cloud-tasks 2.26, `OidcToken`; OpenID Connect Core 2 (claims); RFC 7515, 7517, 7518 (RS256, JWK). Google
serves the documents at /oauth2/v1/certs and /oauth2/v3/certs; `control.py` serves them at the same paths.
"""

import base64
import json
import threading
import zlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

ISSUER = "https://accounts.google.com"
LIFETIME = timedelta(hours=1)
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


class Issuer:
    """A signing key with its id. The key is made when first needed: many tests need none."""

    def __init__(self, key_id: str = "simulated-1") -> None:
        """Sign with a fresh key under this id."""
        self.key_id = key_id
        self._lock = threading.Lock()

    @property
    def _key(self) -> rsa.RSAPrivateKey:
        with self._lock:
            return _key(self.key_id)

    def token(self, email: str, audience: str, now: datetime) -> str:
        """Sign a token for this service account and audience, good for an hour."""
        subject = str(10**20 + zlib.crc32(email.encode()))
        issued = int(now.timestamp())
        claims = {
            "aud": audience,
            "azp": subject,
            "email": email,
            "email_verified": True,
            "exp": issued + int(LIFETIME.total_seconds()),
            "iat": issued,
            "iss": ISSUER,
            "sub": subject,
        }
        signed = f"{_part({'alg': 'RS256', 'kid': self.key_id, 'typ': 'JWT'})}.{_part(claims)}"
        return f"{signed}.{_base64(self._key.sign(signed.encode(), PKCS1v15(), SHA256()))}"

    def certificates(self) -> dict[str, str]:
        """The key's id and a certificate of it, PEM."""
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "simulated accounts")])
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(self._key.public_key())
            .serial_number(1)
            .not_valid_before(_EPOCH)
            .not_valid_after(_EPOCH + timedelta(days=36500))
            .sign(self._key, SHA256())
        )
        return {self.key_id: certificate.public_bytes(Encoding.PEM).decode()}

    def key_set(self) -> dict[str, Any]:
        """The key as a JWK set."""
        public = self._key.public_key().public_numbers()
        row = {
            "alg": "RS256",
            "e": _number(public.e),
            "kid": self.key_id,
            "kty": "RSA",
            "n": _number(public.n),
            "use": "sig",
        }
        return {"keys": [row]}


@cache
def _key(key_id: str) -> rsa.RSAPrivateKey:  # noqa: ARG001 - one key an id and process: making one takes a tenth of a second
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _part(value: object) -> str:
    return _base64(json.dumps(value, separators=(",", ":")).encode())


def _number(value: int) -> str:
    return _base64(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
