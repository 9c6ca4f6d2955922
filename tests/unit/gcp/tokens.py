"""ID tokens as Google makes them, signed with a key of the test's own, and every way of spoiling one."""

import base64
import json
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

AUDIENCE = "https://sync-pair.run.test"
ACCOUNT = "tasks@p.iam.gserviceaccount.com"


def _part(value: object) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@dataclass
class Signer:
    """A key with its certificate, and what it signs."""

    name: str
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def pem(self) -> str:
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, self.name)])
        builder = x509.CertificateBuilder(subject, subject, self.key.public_key(), x509.random_serial_number())
        start = datetime(2020, 1, 1, tzinfo=UTC)
        certificate = builder.not_valid_before(start).not_valid_after(start + timedelta(days=36500))
        return certificate.sign(self.key, hashes.SHA256()).public_bytes(Encoding.PEM).decode()

    def token(self, header: dict[str, Any] | None = None, **claims: Any) -> str:
        """Sign a good token, but for what is said otherwise; a claim of None is left out."""
        now = int(time.time())
        told = {
            "iss": "https://accounts.google.com",
            "aud": AUDIENCE,
            "email": ACCOUNT,
            "email_verified": True,
            "iat": now,
            "exp": now + 3600,
        } | claims
        told = {name: value for name, value in told.items() if value is not None}
        signed = f"{_part(header or {'alg': 'RS256', 'kid': self.name, 'typ': 'JWT'})}.{_part(told)}"
        return f"{signed}.{_part(self.key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"
