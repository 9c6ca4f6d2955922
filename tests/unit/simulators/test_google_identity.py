"""ID tokens of the Google simulator, checked by google-auth's own verifier against the certificates it serves.

The verifier reads the machine's clock, so tokens are made by it too.
"""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import id_token as verifier
from google_auth_httplib2 import Request as AuthRequest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.google.identity import id_token
from simulators.wire import Request

PUSH, DOOR = "push@p.iam.gserviceaccount.com", "https://door.test/notice"
# The library has no types, and is called from typed tests.
VERIFIER: Any = verifier


def verified(token: str, audience: str = DOOR) -> dict[str, Any]:
    simulator = GoogleSimulator(clock=ManualClock())
    found: dict[str, Any] = VERIFIER.verify_oauth2_token(token, AuthRequest(InProcessHttp(simulator)), audience)
    assert simulator.record.requests == {"certs": 1}
    return found


def now() -> datetime:
    return datetime.now(UTC)


def test_a_token_says_who_calls_and_whom() -> None:
    """OpenID Connect Core 2."""
    at = now()
    found = verified(id_token(PUSH, DOOR, now=at))
    assert (found["iss"], found["aud"]) == ("https://accounts.google.com", DOOR)
    assert (found["email"], found["email_verified"]) == (PUSH, True)
    assert (found["iat"], found["exp"]) == (int(at.timestamp()), int(at.timestamp()) + 3600)
    assert found["sub"].isdecimal()


@pytest.mark.parametrize(
    "changes",
    [
        {"expires": datetime(2020, 1, 1, tzinfo=UTC)},
        {"audience": "https://other.test/notice"},
        {"issuer": "https://accounts.example.test"},
        {"signer": "mallory"},
    ],
)
def test_expired_misdirected_and_forged_tokens_are_none(changes: dict[str, Any]) -> None:
    token = id_token(PUSH, **{"audience": DOOR, "now": now(), **changes})
    with pytest.raises((GoogleAuthError, ValueError)):
        verified(token)


def test_a_forgery_carries_googles_key_id() -> None:
    """So that a door which trusts the id, and not the signature, is found out."""
    heads = {id_token(PUSH, DOOR, now=now(), signer=who).split(".")[0] for who in ("mallory", "eve")}
    assert heads == {id_token(PUSH, DOOR, now=now()).split(".")[0]}


def test_claims_may_be_added_and_replaced() -> None:
    found = verified(id_token(PUSH, DOOR, now=now(), verified=False, hd="g.test", sub="1"))
    assert (found["email_verified"], found["hd"], found["sub"]) == (False, "g.test", "1")


def test_the_simulator_makes_them_by_its_own_clock() -> None:
    clock = ManualClock()
    simulator = GoogleSimulator(clock=clock)
    clock.advance(timedelta(days=3))
    claims = simulator.id_token(PUSH, DOOR).split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(claims + "=="))["iat"] == int(clock.now().timestamp())
    assert verified(simulator.id_token(PUSH, DOOR, now=now()))["email"] == PUSH


def ask(simulator: GoogleSimulator, said: object) -> tuple[int, Any]:
    response = simulator.handle(Request("POST", "/_sim/id_token", body=json.dumps(said).encode()))
    return response.status, json.loads(response.body)


def test_tokens_are_made_at_the_back_door_for_a_simulator_on_a_port() -> None:
    """The keys are the process's own, so a stranger cannot make them."""
    simulator = GoogleSimulator(clock=ManualClock())
    said = {"email": PUSH, "audience": DOOR, "seconds": -60, "issuer": "i", "verified": False, "signer": "mallory"}
    status, told = ask(simulator, said)
    claims = json.loads(base64.urlsafe_b64decode(told["token"].split(".")[1] + "=="))
    assert (status, claims["iss"], claims["email_verified"], claims["exp"] - claims["iat"]) == (200, "i", False, -60)
    assert simulator.record.requests == {}


@pytest.mark.parametrize(
    "said",
    [
        [],
        {"email": PUSH},
        {"email": PUSH, "audience": DOOR, "seconds": "1"},
        {"email": PUSH, "audience": DOOR, "seconds": 10**12},
        {"email": PUSH, "audience": DOOR, "color": "red"},
        {"email": "\ud800", "audience": DOOR},
    ],
)
def test_a_wrong_order_for_a_token_is_told(said: object) -> None:
    status, told = ask(GoogleSimulator(clock=ManualClock()), said)
    assert (status, set(told)) == (400, {"error"})


def test_the_same_key_is_served_as_a_jwk_set() -> None:
    """RFC 7517 4, RFC 7518 6.3.1: the modulus checks a token's signature."""
    response = GoogleSimulator(clock=ManualClock()).handle(Request("GET", "/oauth2/v3/certs"))
    (key,) = json.loads(response.body)["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert any(name == "Cache-Control" and "max-age=" in value for name, value in response.headers)
    head, claims, signature = id_token(PUSH, DOOR, now=now()).split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "=="))["kid"] == key["kid"]
    numbers = [int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in ("e", "n")]
    public = RSAPublicNumbers(*numbers).public_key()
    public.verify(base64.urlsafe_b64decode(signature + "=="), f"{head}.{claims}".encode(), PKCS1v15(), SHA256())
