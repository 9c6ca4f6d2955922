"""The ID token a task brings: signed, for one audience, good for an hour, and checked by the published documents."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256
from google.auth import jwt

from simulators.clock import ManualClock
from simulators.tasks import Issuer, TasksSimulator
from simulators.wire import Request
from unit.simulators.tasks_world import SECOND, URL, World

DECODE: Any = jwt.decode  # the library is untyped
ROBOT = "worker@calpair-1.iam.gserviceaccount.com"


def token(**oidc: str) -> tuple[World, str]:
    world = World()
    headers = {"authorization": "Basic YTpi"}
    world.create(http={"oidc_token": {"service_account_email": ROBOT, **oidc}, "headers": headers})
    world.stepper.due()
    sent = {name.lower(): value for name, value in world.seen[0].headers.items()}
    scheme, _, word = sent["authorization"].partition(" ")
    assert scheme == "Bearer"
    assert [name.lower() for name in world.seen[0].headers].count("authorization") == 1
    assert (sent["user-agent"], sent["x-cloudtasks-queuename"]) == ("Google-Cloud-Tasks", "sync")
    return world, word


def part(text: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


def document(simulator: TasksSimulator, path: str) -> Any:
    return json.loads(simulator.handle(Request.of("GET", path, {}, b"")).body)


def test_a_token_names_google_the_account_and_the_audience() -> None:
    """OpenID Connect Core 2; facts 2.1; the issuer google-auth accepts."""
    head, claims, _ = token(audience="https://worker.test")[1].split(".")
    assert part(head) == {"alg": "RS256", "kid": "simulated-1", "typ": "JWT"}
    said = part(claims)
    assert (said["iss"], said["aud"]) == ("https://accounts.google.com", "https://worker.test")
    assert (said["email"], said["email_verified"]) == (ROBOT, True)
    assert said["sub"] == said["azp"]
    assert said["iat"] == datetime(2026, 11, 2, 8, 0, tzinfo=UTC).timestamp()
    assert said["exp"] - said["iat"] == 3600


def test_the_audience_is_the_address_unless_given() -> None:
    """Types: OidcToken.audience, "If not specified, the URI specified in target will be used"."""
    assert part(token()[1].split(".")[1])["aud"] == URL


def test_each_attempt_brings_a_fresh_token() -> None:
    """Facts 2.1: a token is made for a delivery; one an hour old would be refused."""
    world = World(backoff=(timedelta(hours=2), timedelta(hours=2)))
    world.says(500, 200)
    world.create(http={"oidc_token": {"service_account_email": ROBOT}})
    world.stepper.by(timedelta(hours=3))
    first, second = (part(one.headers["Authorization"].split(".")[1])["iat"] for one in world.seen)
    assert second - first == 7200


def test_google_auth_verifies_a_token_by_the_certificates() -> None:
    """google.auth.jwt, as id_token.verify_token calls it; it reads the machine's clock."""
    issuer = Issuer()
    word = issuer.token(ROBOT, "https://worker.test", datetime.now(UTC))
    simulator = TasksSimulator(clock=ManualClock(), issuer=issuer)
    certificates = document(simulator, "/oauth2/v1/certs")
    assert DECODE(word, certs=certificates, audience="https://worker.test")["email"] == ROBOT
    with pytest.raises(ValueError, match="audience"):
        DECODE(word, certs=certificates, audience="https://other.test")
    forged = Issuer("forged").token(ROBOT, "https://worker.test", datetime.now(UTC))
    with pytest.raises(ValueError, match="Certificate for key id forged not found"):
        DECODE(forged, certs=certificates, audience="https://worker.test")


def test_the_key_set_has_the_key_that_signed() -> None:
    """RFC 7517 and 7518, 6.3: e and n as Base64urlUInt."""
    world, word = token()
    [key] = document(world.simulator, "/oauth2/v3/certs")["keys"]
    assert {name: key[name] for name in ("alg", "kid", "kty", "use")} == {
        "alg": "RS256",
        "kid": "simulated-1",
        "kty": "RSA",
        "use": "sig",
    }
    e, n = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "==")) for name in ("e", "n"))
    signed, _, signature = word.rpartition(".")
    raw = base64.urlsafe_b64decode(signature + "=" * (-len(signature) % 4))
    RSAPublicNumbers(e, n).public_key().verify(raw, signed.encode(), PKCS1v15(), SHA256())


def test_a_task_without_oidc_brings_no_token_and_keeps_its_own_sign_in() -> None:
    """Types: HttpRequest.oidc_token, "If specified"."""
    world = World()
    world.create(http={"headers": {"Authorization": "Basic YTpi"}})
    world.create()
    world.stepper.by(SECOND)
    assert [delivery.headers.get("Authorization") for delivery in world.seen] == ["Basic YTpi", None]
