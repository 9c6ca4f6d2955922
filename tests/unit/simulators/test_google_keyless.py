"""Keyless delegation at the Google simulator, leg by leg: metadata server, IAM Credentials, token endpoint, scopes."""

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given
from hypothesis import strategies as st

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Robot
from simulators.google.asking import Asking
from simulators.google.robots import key_id, public
from simulators.record import Fault
from simulators.wire import Request, Response

AUTH = "https://www.googleapis.com/auth/"
EVENTS, BUSY = f"{AUTH}calendar.events", f"{AUTH}calendar.freebusy"
RUN, SYNC, LOOK, SHUT = (f"{name}@p.iam.gserviceaccount.com" for name in ("run", "sync", "look", "shut"))
ACCOUNT = "/computeMetadata/v1/instance/service-accounts/default"
FLAVOR = {"Metadata-Flavor": "Google"}
DAY = {"summary": "Lunch", "start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


def world(runtime: str = RUN) -> GoogleSimulator:
    return GoogleSimulator(
        clock=ManualClock(),
        robots=[
            Robot(RUN),
            Robot(SYNC, delegated={EVENTS}, creators={RUN}),
            Robot(LOOK, delegated={BUSY, f"{AUTH}calendar.events.freebusy"}, creators={RUN, SYNC}),
            Robot(SHUT, delegated={EVENTS}, creators={SYNC}),
        ],
        runtime=runtime,
    )


def fetch(simulator: GoogleSimulator, path: str, **headers: str) -> Response:
    return simulator.handle(Request.of("GET", path, {**FLAVOR, **headers}, b""))


def own_token(simulator: GoogleSimulator, query: str = "") -> str:
    return str(json.loads(fetch(simulator, f"{ACCOUNT}/token{query}").body)["access_token"])


def sign(
    simulator: GoogleSimulator,
    robot: str,
    body: Any,
    verb: str = "signBlob",
    *,
    token: str | None = None,
    project: str = "-",
) -> tuple[int, Any]:
    bearer = own_token(simulator) if token is None else token
    path = f"/v1/projects/{project}/serviceAccounts/{quote(robot)}:{verb}"
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    response = simulator.handle(Request.of("POST", path, {"authorization": f"Bearer {bearer}"}, content))
    return response.status, json.loads(response.body)


def status(answer: tuple[int, Any]) -> tuple[int, str]:
    return answer[0], answer[1]["error"]["status"]


def claims(robot: str = SYNC, **other: Any) -> str:
    said = {"iss": robot, "sub": "ana@g.test", "scope": EVENTS, "aud": "https://oauth2.googleapis.com/token"}
    return json.dumps({**said, "iat": 1000, "exp": 4600, **other})


def exchange(simulator: GoogleSimulator, assertion: str) -> tuple[int, Any]:
    grant = {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": assertion}
    response = simulator.handle(Request.of("POST", "/token", {"Host": "g.test"}, urlencode(grant).encode()))
    return response.status, json.loads(response.body)


def delegated(simulator: GoogleSimulator, robot: str = SYNC, **other: Any) -> tuple[int, Any]:
    signed = sign(simulator, robot, {"payload": claims(robot, **other)}, "signJwt")
    return exchange(simulator, signed[1]["signedJwt"])


def test_a_runtime_without_a_key_acts_as_a_user() -> None:
    """facts/platform.md 6: its own token, signJwt, the JWT-bearer grant with a subject; each is counted apart."""
    simulator = world()
    code, granted = delegated(simulator)
    assert (code, granted["token_type"], granted["expires_in"]) == (200, "Bearer", 3600)
    made = Asking(simulator, granted["access_token"]).insert(DAY)
    assert (made.status, made.json["organizer"]["email"]) == (200, "ana@g.test")
    assert simulator.record.requests == {"metadata.token": 1, "iam.signJwt": 1, "token": 1, "events.insert": 1}
    assert simulator.record.units == 1


def test_a_blob_is_signed_with_the_accounts_key() -> None:
    """The reference of signBlob: base64 both ways; RFC 8017 8.2 with SHA-256."""
    code, answer = sign(world(), SYNC, {"payload": base64.b64encode(b"message").decode()})
    assert (code, answer["keyId"]) == (200, key_id(SYNC))
    key = load_pem_public_key(public(SYNC))
    assert isinstance(key, RSAPublicKey)
    key.verify(base64.b64decode(answer["signedBlob"]), b"message", PKCS1v15(), SHA256())


def test_a_jwt_keeps_its_claims_and_gets_an_end_if_it_has_none() -> None:
    """The reference of signJwt: without exp, an hour."""
    simulator = world()
    kept = sign(simulator, SYNC, {"payload": '{"a": 1, "exp": 7}'}, "signJwt")[1]["signedJwt"].split(".")
    assert base64.urlsafe_b64decode(kept[1] + "==") == b'{"a": 1, "exp": 7}'
    head = json.loads(base64.urlsafe_b64decode(kept[0] + "=="))
    assert head == {"alg": "RS256", "kid": key_id(SYNC), "typ": "JWT"}
    added = sign(simulator, SYNC, {"payload": '{"a": 1}'}, "signJwt")[1]["signedJwt"].split(".")
    ends = json.loads(base64.urlsafe_b64decode(added[1] + "=="))["exp"]
    assert ends == int(datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp())


def test_only_a_token_creator_may_have_something_signed() -> None:
    """facts/platform.md 6: roles/iam.serviceAccountTokenCreator on the account, itself included."""
    simulator = world()
    code, answer = sign(simulator, SHUT, {"payload": ""})
    assert (code, answer["error"]["status"]) == (403, "PERMISSION_DENIED")
    assert answer["error"]["details"][0]["metadata"] == {"permission": "iam.serviceAccounts.signBlob"}
    assert status(sign(simulator, RUN, {"payload": ""})) == (403, "PERMISSION_DENIED")
    assert sign(simulator, SYNC, {"payload": ""})[0] == 200


def test_delegates_are_a_chain_of_token_creators() -> None:
    """The reference of signBlob: each has to be creator on the next, the last on the account."""
    simulator = world()
    through = {"payload": "", "delegates": [f"projects/-/serviceAccounts/{SYNC}"]}
    assert sign(simulator, SHUT, through)[0] == 200
    assert status(sign(simulator, SHUT, {"payload": "", "delegates": None})) == (403, "PERMISSION_DENIED")
    past = {"payload": "", "delegates": [f"projects/-/serviceAccounts/{LOOK}"]}
    assert status(sign(simulator, SHUT, past)) == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(
    ("robot", "body", "verb", "options", "expected"),
    [
        (SYNC, {"payload": ""}, "signBlob", {"token": "nonsense"}, (401, "UNAUTHENTICATED")),
        ("gone@p.iam.gserviceaccount.com", {"payload": ""}, "signBlob", {}, (404, "NOT_FOUND")),
        (SYNC, {"payload": ""}, "signBlob", {"project": "p"}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "%"}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": 1}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "", "other": 1}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "", "delegates": "x"}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "", "delegates": ["x"]}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "", "delegates": [1]}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "", "delegates": 1}, "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, b"{", "signBlob", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "[]"}, "signJwt", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": "{"}, "signJwt", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": '{"exp": "1"}'}, "signJwt", {}, (400, "INVALID_ARGUMENT")),
        (SYNC, {"payload": ""}, "generateAccessToken", {}, (501, "UNIMPLEMENTED")),
    ],
)
def test_a_wrong_request_to_sign_is_told(
    robot: str, body: Any, verb: str, options: dict[str, str], expected: tuple[int, str]
) -> None:
    assert status(sign(world(), robot, body, verb, **options)) == expected


@given(st.binary(max_size=120), st.sampled_from(["signBlob", "signJwt"]))
def test_whatever_is_sent_is_answered_in_googles_form(body: bytes, verb: str) -> None:
    code, answer = sign(world(), SYNC, body, verb)
    assert (code, answer["error"]["status"]) == (400, "INVALID_ARGUMENT")


def test_signing_wants_the_scope_of_the_platform() -> None:
    """The reference of signBlob: iam or cloud-platform."""
    simulator = world()
    few = own_token(simulator, f"?scopes={EVENTS}")
    assert status(sign(simulator, SYNC, {"payload": ""}, token=few)) == (403, "PERMISSION_DENIED")
    right = own_token(simulator, f"?scopes={EVENTS},{AUTH}iam")
    assert sign(simulator, SYNC, {"payload": ""}, token=right)[0] == 200


@pytest.mark.parametrize("path", ["token", "email", "?recursive=true", "identity?audience=x"])
def test_the_metadata_server_answers_only_who_asks_for_it(path: str) -> None:
    """Its flavour in the request and in the answer, and nothing that was forwarded: a page cannot be made to ask it."""
    simulator = world()
    good = fetch(simulator, f"{ACCOUNT}/{path}")
    assert (good.status, ("Metadata-Flavor", "Google") in good.headers) == (200, True)
    for headers in ({}, {"Metadata-Flavor": "google"}, {**FLAVOR, "X-Forwarded-For": "10.0.0.1"}):
        bad = simulator.handle(Request.of("GET", f"{ACCOUNT}/{path}", headers, b""))
        assert (bad.status, ("Metadata-Flavor", "Google") in bad.headers) == (403, True)
    assert simulator.handle(Request.of("POST", f"{ACCOUNT}/{path}", FLAVOR, b"")).status == 405


def test_the_metadata_server_tells_who_runs_here() -> None:
    simulator = world()
    assert fetch(simulator, f"{ACCOUNT}/email").body == RUN.encode()
    assert fetch(simulator, f"/computeMetadata/v1/instance/service-accounts/{RUN}/email").body == RUN.encode()
    assert fetch(simulator, f"{ACCOUNT}/scopes").body == f"{AUTH}cloud-platform\n".encode()
    assert json.loads(fetch(simulator, f"{ACCOUNT}/?recursive=true").body)["email"] == RUN
    assert fetch(simulator, "/computeMetadata/v1/project/project-id").body == b"project"
    assert fetch(simulator, "/computeMetadata/v1/universe/universe-domain").body == b"googleapis.com"
    assert fetch(simulator, "/").status == 200


@pytest.mark.parametrize(
    "path",
    [
        f"{ACCOUNT}/nonsense",
        f"{ACCOUNT}/",
        f"{ACCOUNT}/project/project-id",
        "/computeMetadata/v1/email",
        "/computeMetadata/v1/token",
        f"/computeMetadata/v1/instance/service-accounts/{SYNC}/token",
    ],
)
def test_the_metadata_server_knows_nothing_else(path: str) -> None:
    assert fetch(world(), path).status == 404
    assert fetch(world(runtime=""), f"{ACCOUNT}/email").status == 404


def test_a_runtime_is_one_of_the_robots() -> None:
    with pytest.raises(ValueError, match="none of the robots"):
        world("nobody@p.iam.gserviceaccount.com")


@pytest.mark.parametrize(
    ("other", "code", "error"),
    [
        ({"scope": f"{AUTH}calendar"}, 401, "unauthorized_client"),
        ({"scope": f"{EVENTS} {BUSY}"}, 401, "unauthorized_client"),
        ({"scope": "calendar.events"}, 400, "invalid_scope"),
        ({"sub": "nobody@g.test"}, 400, "invalid_grant"),
        ({"iss": LOOK, "scope": BUSY}, 400, "invalid_grant"),
        ({"iss": "stranger@p.iam.gserviceaccount.com"}, 400, "invalid_grant"),
        ({"aud": "https://iamcredentials.googleapis.com/token"}, 400, "invalid_grant"),
        ({"exp": 4601}, 400, "invalid_grant"),
    ],
)
def test_an_assertion_is_held_to_its_accounts_key_and_delegation(other: dict[str, Any], code: int, error: str) -> None:
    """facts/platform.md 6: exactly the scopes that were delegated; RFC 7523 3.1."""
    told, said = delegated(world(), **other)
    assert (told, said["error"]) == (code, error)


def test_a_robot_that_is_delegated_nothing_speaks_for_itself_alone() -> None:
    simulator = GoogleSimulator(clock=ManualClock(), robots=[Robot(RUN, creators={RUN})], runtime=RUN)
    assert delegated(simulator, RUN)[1]["error"] == "unauthorized_client"
    code, granted = delegated(simulator, RUN, sub="")
    assert code == 200
    assert Asking(simulator, granted["access_token"]).list().reason == "notFound"


def token(simulator: GoogleSimulator, robot: str, scope: str) -> Asking:
    return Asking(simulator, delegated(simulator, robot, scope=scope)[1]["access_token"])


def test_a_token_is_good_for_the_methods_of_its_scope_alone() -> None:
    """facts/google.md 3.10: 403 insufficientPermissions; which method wants which scope is the discovery document's."""
    simulator = world()
    events = token(simulator, SYNC, EVENTS)
    assert events.list().status == 200
    assert [events.get(path).reason for path in ("calendars/primary", "users/me/settings/timezone")] == [
        "insufficientPermissions",
        "insufficientPermissions",
    ]
    look = token(simulator, LOOK, BUSY)
    assert (look.list().status, look.list().reason) == (403, "insufficientPermissions")
    assert look.send("POST", "freeBusy", {}).reason != "insufficientPermissions"
    assert simulator.calendar("ana@g.test").events() == []


def test_a_refusal_for_want_of_a_scope_says_so_in_its_challenge() -> None:
    """RFC 6750 3.1."""
    simulator = world()
    bearer = delegated(simulator, LOOK, scope=BUSY)[1]["access_token"]
    path = "/calendar/v3/calendars/primary/events"
    response = simulator.handle(Request.of("GET", path, {"authorization": f"Bearer {bearer}"}, b""))
    assert (response.status, 'error="insufficient_scope"' in dict(response.headers)["WWW-Authenticate"]) == (403, True)


def test_a_batch_is_held_to_the_scope_item_by_item() -> None:
    answers = token(world(), SYNC, EVENTS).batch(
        ("GET", "calendars/primary/events", None), ("GET", "calendars/primary", None)
    )
    assert [answer.status for answer in answers.values()] == [200, 403]


def test_what_a_narrow_scope_shows_of_an_event_is_not_modelled() -> None:
    """A scope for free/busy lists events without their content: refused here rather than told in full."""
    narrow = token(world(), LOOK, f"{AUTH}calendar.events.freebusy")
    assert (narrow.list().status, narrow.list().reason) == (501, "notModelled")
    assert narrow.get("colors").status == 200


def test_the_runtimes_own_token_opens_no_calendar() -> None:
    simulator = world()
    assert Asking(simulator, own_token(simulator)).list().reason == "insufficientPermissions"


def test_tokens_of_all_kinds_end_after_an_hour() -> None:
    clock = ManualClock()
    simulator = GoogleSimulator(clock=clock, robots=[Robot(RUN), Robot(SYNC, {EVENTS}, {RUN})], runtime=RUN)
    bearer = own_token(simulator)
    user = Asking(simulator, delegated(simulator)[1]["access_token"])
    clock.advance(timedelta(hours=1))
    assert status(sign(simulator, SYNC, {"payload": ""}, token=bearer)) == (401, "UNAUTHENTICATED")
    assert user.list().reason == "authError"


@pytest.mark.parametrize("operation", ["metadata.email", "iam.signBlob", "token", "certs"])
def test_faults_strike_beside_the_calendar_too(operation: str) -> None:
    simulator = world()
    bearer = own_token(simulator)
    paths = {
        "metadata.email": f"{ACCOUNT}/email",
        "iam.signBlob": f"/v1/projects/-/serviceAccounts/{SYNC}:signBlob",
        "token": "/token",
        "certs": "/oauth2/v1/certs",
    }
    simulator.record.plant(Fault("backend_503", operation))
    headers = {**FLAVOR, "authorization": f"Bearer {bearer}"}
    request = Request.of("GET", paths[operation], headers, b"")
    assert simulator.handle(request).status == 503
    assert simulator.handle(request).status != 503
    assert simulator.record.requests[operation] == 2
