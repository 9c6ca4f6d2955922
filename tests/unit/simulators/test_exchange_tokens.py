"""Client credentials at the token endpoint of the Exchange simulator, and what its tokens are good for."""

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator, Switches
from simulators.exchange.raw_client import RawClient, event
from simulators.record import Fault
from simulators.wire import LostReplyError, Request

TOKENS = "/a.test/oauth2/v2.0/token"
SCOPE = "https://outlook.office365.com/.default"
GRANT = {"grant_type": "client_credentials", "client_id": "app-1", "client_secret": "s3cret", "scope": SCOPE}
FORM = {"content-type": "application/x-www-form-urlencoded"}


def world(**switches: Any) -> ExchangeSimulator:
    return ExchangeSimulator(
        clock=ManualClock(),
        mailboxes={"ana@a.test": "secret", "bob@a.test": "secret"},
        apps={"app-1": "s3cret", "app-2": "other"},
        switches=Switches(**{"schemes": ("Bearer",), **switches}),
    )


def ask(
    simulator: ExchangeSimulator,
    form: dict[str, str] | str,
    path: str = TOKENS,
    *,
    method: str = "POST",
    **headers: str,
) -> tuple[int, dict[str, Any]]:
    body = (form if isinstance(form, str) else urlencode(form)).encode()
    response = simulator.handle(Request.of(method, path, {**FORM, **headers}, body))
    return response.status, json.loads(response.body)


def token(simulator: ExchangeSimulator, app: str = "app-1", secret: str = "s3cret") -> str:  # noqa: S107 - simulated
    _, granted = ask(simulator, {**GRANT, "client_id": app, "client_secret": secret})
    return str(granted["access_token"])


def client(simulator: ExchangeSimulator, bearer: str, acts_as: str = "ana@a.test") -> RawClient:
    made = RawClient(simulator, acts_as=acts_as)
    made.authorization = f"Bearer {bearer}"
    return made


def test_an_app_gets_a_token_and_impersonates_with_it() -> None:
    """RFC 6749 4.4 and 5.1; facts 1.1 G: one request for the token and one for the call. It is counted apart."""
    simulator = world()
    status, granted = ask(simulator, GRANT)
    assert (status, granted["token_type"], granted["expires_in"]) == (200, "Bearer", 3599)
    assert client(simulator, granted["access_token"]).create(event()).codes == ["NoError"]
    assert len(simulator.mailbox("ana@a.test").items()) == 1
    assert simulator.record.requests == {"token": 1, "CreateItem": 1}
    assert [call.user for call in simulator.record.calls] == ["ana@a.test"]


def test_an_answer_with_a_token_is_not_to_be_kept() -> None:
    """RFC 6749 5.1."""
    response = world().handle(Request.of("POST", TOKENS, FORM, urlencode(GRANT).encode()))
    assert ("Cache-Control", "no-store") in response.headers


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "stranger"}, 400, "unauthorized_client"),
        ({"client_id": ""}, 400, "invalid_request"),
        ({"scope": "https://graph.microsoft.com/.default"}, 400, "invalid_scope"),
        ({"scope": "https://outlook.office365.com/EWS.AccessAsUser.All"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_is_told_in_oauths_form(change: dict[str, str], status: int, error: str) -> None:
    """RFC 6749 5.2."""
    simulator = world()
    told, said = ask(simulator, {**GRANT, **change})
    assert (told, said["error"]) == (status, error)
    assert said["error_description"].startswith(f"AADSTS{said['error_codes'][0]}: ")
    assert "access_token" not in said


def test_a_wrong_secret_is_counted_for_its_app() -> None:
    simulator = world()
    ask(simulator, {**GRANT, "client_secret": "wrong"})
    assert simulator.accounts.failed == {"app-1": 1}


def test_a_secret_may_come_in_a_basic_header() -> None:
    """RFC 6749 2.3.1: form-encoded inside. A wrong one is answered with a challenge (5.2)."""
    simulator = world()
    form = {name: value for name, value in GRANT.items() if not name.startswith("client_")}
    sign = "Basic " + base64.b64encode(b"app%2D1:s3cret").decode()
    assert ask(simulator, form, authorization=sign)[0] == 200
    wrong = "Basic " + base64.b64encode(b"app-1:wrong").decode()
    response = simulator.handle(Request.of("POST", TOKENS, {**FORM, "authorization": wrong}, urlencode(form).encode()))
    assert (response.status, ("WWW-Authenticate", "Basic") in response.headers) == (401, True)
    assert ask(simulator, form, authorization="Basic %%%")[1]["error"] == "invalid_client"


@pytest.mark.parametrize(
    ("form", "path", "changes"),
    [
        (GRANT, "/b.test/oauth2/v2.0/token", {}),
        (GRANT, TOKENS, {"method": "GET"}),
        (GRANT, TOKENS, {"content-type": "application/json"}),
        (urlencode(GRANT) + "&scope=other", TOKENS, {}),
    ],
)
def test_a_token_is_asked_for_at_its_tenant_by_post_in_a_form_once(
    form: dict[str, str] | str, path: str, changes: dict[str, str]
) -> None:
    """RFC 6749 3.2."""
    status, said = ask(world(), form, path, **changes)
    assert (status, said["error"]) == (400, "invalid_request")


def test_an_app_that_impersonates_nobody_is_told_so() -> None:
    """Facts 6 item 3: the header is mandatory; code and sentence as app developers report them."""
    simulator = world()
    reply = client(simulator, token(simulator), acts_as="").sync()
    assert (reply.response.status, reply.codes) == (500, ["ErrorInvalidExchangeImpersonationHeaderData"])
    assert b"ExchangeImpersonation SOAP header must be present for this type of OAuth token." in reply.response.body


def test_an_app_may_be_kept_from_a_mailbox() -> None:
    """Facts 2.10, 5.5: an app's scope is a set of mailboxes."""
    simulator = world(impersonation_denied=("bob@a.test",))
    bearer = token(simulator)
    assert client(simulator, bearer, "bob@a.test").sync().codes == ["ErrorImpersonateUserDenied"]
    assert client(simulator, bearer, "eve@a.test").sync().codes == ["ErrorNonExistentMailbox"]
    assert client(simulator, bearer).sync().codes == ["NoError"]


def refused(simulator: ExchangeSimulator, bearer: str) -> tuple[int, str, str]:
    response = client(simulator, bearer).sync().response
    headers = dict(response.headers)
    return response.status, headers["WWW-Authenticate"], headers["x-ms-diagnostics"]


def test_a_token_is_good_until_its_time_is_over() -> None:
    simulator = world(token_seconds=600)
    bearer = token(simulator)
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(timedelta(seconds=599))
    assert client(simulator, bearer).sync().codes == ["NoError"]
    simulator.clock.advance(timedelta(seconds=1))
    status, challenge, diagnostics = refused(simulator, bearer)
    assert (status, challenge) == (401, 'Bearer realm="exchange.test", error="invalid_token"')
    assert 'reason="The token has expired.";error_category="invalid_token"' in diagnostics


@pytest.mark.parametrize("bearer", ["", "nonsense", "simulated-1x", "simulated-2"])
def test_a_garbled_token_is_refused_and_is_nobodys_failure(bearer: str) -> None:
    """RFC 6750 3.1."""
    simulator = world()
    token(simulator)
    status, challenge, diagnostics = refused(simulator, bearer)
    assert (status, 'error="invalid_token"' in challenge) == (401, True)
    assert "malformed" in diagnostics
    assert simulator.accounts.failed == {}


def test_the_tokens_of_one_app_are_revoked_on_demand() -> None:
    simulator = world()
    first, second = token(simulator), token(simulator, "app-2", "other")
    simulator.tokens.revoke("app-1")
    assert "revoked" in refused(simulator, first)[2]
    assert client(simulator, second).sync().codes == ["NoError"]
    assert client(simulator, token(simulator)).sync().codes == ["NoError"]
    simulator.tokens.revoke()
    assert "revoked" in refused(simulator, second)[2]


def test_tokens_are_revoked_through_the_back_door() -> None:
    simulator = world()
    bearer = token(simulator)

    def revoke(body: str) -> tuple[int, Any]:
        response = simulator.handle(Request("POST", "/_sim/revoke", body=body.encode()))
        return response.status, json.loads(response.body)

    assert revoke('{"app": "app-2"}') == (200, {"revoked": 0})
    assert client(simulator, bearer).sync().codes == ["NoError"]
    assert revoke('{"app": ""}') == (200, {"revoked": 1})
    assert refused(simulator, bearer)[0] == 401
    for wrong in ("[]", "{", '{"app": 1}', '{"app": "", "x": 1}'):
        assert revoke(wrong)[0] == 400


def test_a_bearer_token_is_of_no_use_where_bearer_is_switched_off() -> None:
    simulator = world()
    bearer = token(simulator)
    simulator.switches = Switches()
    response = client(simulator, bearer).sync().response
    assert response.headers == (("WWW-Authenticate", "Negotiate"), ("WWW-Authenticate", 'Basic realm="exchange.test"'))


def test_a_bad_token_meets_the_other_challenges_too() -> None:
    """Facts 6 item 3."""
    response = client(world(schemes=("NTLM", "Bearer")), "nonsense").sync().response
    assert [value for name, value in response.headers if name == "WWW-Authenticate"] == [
        'Bearer realm="exchange.test", error="invalid_token"',
        "NTLM",
    ]


def test_faults_strike_the_token_endpoint_when_they_name_it() -> None:
    simulator = world()
    simulator.record.plant(Fault("too_many_requests"))
    simulator.record.plant(Fault("unavailable", "token", seconds=7))
    simulator.record.plant(Fault("lost_reply", "token", nth=2))
    response = simulator.handle(Request.of("POST", TOKENS, FORM, urlencode(GRANT).encode()))
    assert (response.status, ("Retry-After", "7") in response.headers) == (503, True)
    with pytest.raises(LostReplyError):
        ask(simulator, GRANT)
    assert client(simulator, token(simulator)).sync().response.status == 429


@pytest.mark.parametrize("kind", ["busy_fault", "mailbox_moved", "duplicate", "unauthorized"])
def test_a_fault_that_makes_no_sense_at_a_door_is_an_error(kind: str) -> None:
    simulator = world()
    simulator.record.plant(Fault(kind, "token"))
    with pytest.raises(ValueError, match="never meets 'token'"):
        ask(simulator, GRANT)


@given(st.binary(max_size=200), st.text(max_size=40))
def test_whatever_is_sent_is_answered_in_oauths_form(body: bytes, sign: str) -> None:
    headers = {**FORM, "authorization": f"Basic {sign}"}
    response = world().handle(Request.of("POST", TOKENS, headers, body))
    assert (response.status in {400, 401}, set(json.loads(response.body)) >= {"error"}) == (True, True)
