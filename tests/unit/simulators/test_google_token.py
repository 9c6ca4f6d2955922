"""The token endpoint, through google-auth's own service-account and refresh-token credentials."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from google.auth import crypt, jwt
from google.auth.exceptions import RefreshError
from google.oauth2 import credentials as users
from google.oauth2 import service_account as accounts
from google_auth_httplib2 import AuthorizedHttp
from google_auth_httplib2 import Request as AuthRequest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.record import Fault
from simulators.wire import Request

# The library has no types, and is called from typed tests.
JWT: Any = jwt
SIGNER: Any = crypt.RSASigner
UserCredentials: Any = users.Credentials
Credentials: Any = accounts.Credentials

URI = "https://google.test/token"
SCOPE = "https://www.googleapis.com/auth/calendar"
PRIMARY = "https://google.test/calendar/v3/calendars/primary"
ROBOT = "robot@project.iam.gserviceaccount.com"
LONER = "loner@project.iam.gserviceaccount.com"


def pair() -> tuple[str, str]:
    key = generate_private_key(65537, 2048)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return private, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


PRIVATE, PUBLIC = pair()
FORGED = pair()[0]


def world() -> tuple[ManualClock, GoogleSimulator, InProcessHttp]:
    clock = ManualClock()
    simulator = GoogleSimulator(
        clock=clock,
        keys={ROBOT: PUBLIC, LONER: PUBLIC},
        undelegated={LONER},
        refresh_tokens={"REFRESH": "ana@g.test"},
    )
    return clock, simulator, InProcessHttp(simulator)


def robot(subject: str = "ana@g.test", *, email: str = ROBOT, key: str = PRIVATE, uri: str = URI) -> Any:
    info = {"client_email": email, "private_key": key, "token_uri": uri}
    return Credentials.from_service_account_info(info, scopes=[SCOPE], subject=subject)


def test_a_service_account_acts_as_a_user() -> None:
    """RFC 7523; facts/platform.md: the JWT-bearer grant with a subject."""
    _, simulator, http = world()
    response, content = AuthorizedHttp(robot(), http=http).request(PRIMARY)
    assert (response.status, json.loads(content)["id"]) == (200, "ana@g.test")
    assert simulator.record.requests == {"token": 1, "calendars.get": 1}
    assert simulator.record.units == 1


def test_a_refresh_token_is_exchanged_for_its_users_access() -> None:
    _, _, http = world()
    user = UserCredentials(None, refresh_token="REFRESH", token_uri=URI, client_id="id", client_secret="s")
    response, content = AuthorizedHttp(user, http=http).request(PRIMARY)
    assert (response.status, json.loads(content)["id"]) == (200, "ana@g.test")


def test_an_access_token_is_good_for_an_hour() -> None:
    clock, _, http = world()
    credentials = robot()
    credentials.refresh(AuthRequest(http))
    sign = {"authorization": f"Bearer {credentials.token}"}
    assert http.request(PRIMARY, headers=sign)[0].status == 200
    clock.advance(timedelta(seconds=3600))
    assert http.request(PRIMARY, headers=sign)[0].status == 401


@pytest.mark.parametrize(
    ("credentials", "error"),
    [
        (robot("nobody@g.test"), "invalid_grant"),
        (robot(email="stranger@project.iam.gserviceaccount.com"), "invalid_grant"),
        (robot(key=FORGED), "invalid_grant"),
        (robot(email=LONER), "unauthorized_client"),
        (
            UserCredentials(None, refresh_token="OLD", token_uri=URI, client_id="id", client_secret="s"),
            "invalid_grant",
        ),
    ],
)
def test_refusals_are_in_googles_form(credentials: Any, error: str) -> None:
    """RFC 6749 section 5.2."""
    _, _, http = world()
    with pytest.raises(RefreshError) as refused:
        credentials.refresh(AuthRequest(http))
    assert refused.value.args[1]["error"] == error
    assert refused.value.args[1]["error_description"]


@pytest.mark.parametrize("email", [ROBOT, LONER])
def test_without_a_subject_an_account_speaks_for_itself_and_owns_no_calendar_here(email: str) -> None:
    """RFC 7523 3: the issuer is the subject then. A subject lost on the way shows as a calendar that is not there."""
    _, simulator, http = world()
    response, content = AuthorizedHttp(robot("", email=email), http=http).request(PRIMARY)
    assert (response.status, json.loads(content)["error"]["errors"][0]["reason"]) == (404, "notFound")
    assert [call.user for call in simulator.record.calls] == ["", email]


def ask(simulator: GoogleSimulator, form: dict[str, str], method: str = "POST") -> tuple[int, str]:
    body = urlencode(form).encode()
    answer = simulator.handle(Request.of(method, "/token", {"Host": "google.test"}, body))
    return answer.status, json.loads(answer.body).get("error", "")


def claims(**other: Any) -> dict[str, str]:
    content = {"iss": ROBOT, "sub": "ana@g.test", "aud": URI, "scope": SCOPE, "iat": 1000, "exp": 4600, **other}
    assertion = JWT.encode(SIGNER.from_string(PRIVATE), content).decode()
    return {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        (claims(), 200, ""),
        (claims(aud="https://oauth2.googleapis.com/token"), 200, ""),
        (claims(aud="https://other.test/token"), 400, "invalid_grant"),
        (claims(aud="https://google.test/"), 400, "invalid_grant"),
        (claims(exp=4601), 400, "invalid_grant"),
        (claims(exp=1000), 400, "invalid_grant"),
        (claims(scope=""), 401, "unauthorized_client"),
        (claims(scope=f"{SCOPE} everything"), 400, "invalid_scope"),
        ({"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": "a.b"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "REFRESH"}, 400, "invalid_request"),
    ],
)
def test_assertions_and_grants_are_checked(form: dict[str, str], status: int, error: str) -> None:
    """RFC 7523: audience, issuer, lifetime, signature; RFC 6749: the grant."""
    assert ask(world()[1], form) == (status, error)


def test_an_unsigned_assertion_is_refused() -> None:
    head, content, signature = claims()["assertion"].split(".")
    plain = base64.urlsafe_b64encode(b'{"alg": "none"}').decode().rstrip("=")
    form = {**claims(), "assertion": f"{plain}.{content}.{signature}"}
    assert ask(world()[1], form) == (400, "invalid_grant")
    assert ask(world()[1], {**claims(), "assertion": f"{head}.{content}."}) == (400, "invalid_grant")


def test_a_token_is_asked_for_by_post() -> None:
    assert ask(world()[1], claims(), "GET") == (400, "unsupported_grant_type")


def test_faults_strike_the_token_endpoint_too() -> None:
    simulator = world()[1]
    simulator.record.plant(Fault("backend_503", "token"))
    answer = simulator.handle(Request.of("POST", "/token", {"Host": "google.test"}, urlencode(claims()).encode()))
    assert answer.status == 503
    assert ask(simulator, claims()) == (200, "")
