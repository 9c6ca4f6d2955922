"""Service accounts that have no key of their own: Google holds it and signs for whoever may create their tokens.

    EVENTS = "https://www.googleapis.com/auth/calendar.events"
    Robot("sync@p.iam.gserviceaccount.com", delegated={EVENTS}, creators={"run@p.iam.gserviceaccount.com"})

Source: facts/platform.md 6 (keyless domain-wide delegation), RFC 7515 and 7518 (RS256).
"""

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


@dataclass(frozen=True)
class Robot:
    """A service account: its address, the scopes a Workspace delegated to it, and who may create tokens for it.

    Delegation is for these scopes exactly: a broader one does not include a narrower one. `creators` are addresses of
    service accounts, its own among them where that is so.
    """

    email: str
    delegated: Collection[str] = ()
    creators: Collection[str] = ()


@cache
def key_of(name: str) -> RSAPrivateKey:
    """The private key that belongs to a name, made when first asked for and the same as long as the process lives."""
    del name
    return generate_private_key(65537, 2048)


def key_id(name: str) -> str:
    """The id of that key."""
    return hashlib.sha256(public(name)).hexdigest()[:40]


def public(name: str) -> bytes:
    """The public half of that key, in PEM."""
    return key_of(name).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def sign(name: str, content: bytes) -> bytes:
    """The RS256 signature of a name's key."""
    return key_of(name).sign(content, PKCS1v15(), SHA256())


def jwt(name: str, claims: Mapping[str, object], kid: str = "") -> str:
    """Claims signed with a name's key; `kid` is said instead of that key's id."""
    return jwt_of(name, json.dumps(claims).encode(), kid)


def jwt_of(name: str, claims: bytes, kid: str = "") -> str:
    """The same for claims that are JSON already, which stay as they are."""
    head = {"alg": "RS256", "kid": kid or key_id(name), "typ": "JWT"}
    signed = f"{_text(json.dumps(head).encode())}.{_text(claims)}"
    return f"{signed}.{_text(sign(name, signed.encode()))}"


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
