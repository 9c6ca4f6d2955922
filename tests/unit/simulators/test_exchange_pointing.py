"""Redirects, and answers that point elsewhere, from the Exchange simulator."""

import json

import pytest
import requests

from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.raw_client import RawClient, event, judged
from simulators.exchange.simulator import PATH
from simulators.record import Fault
from simulators.wire import Request

METADATA = "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token"
LOOPBACK = "http://127.0.0.1:1/EWS/Exchange.asmx"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", [METADATA, LOOPBACK, "https://other.test/", "ftp://x/", "/owa/"])
def test_a_redirect_points_where_the_fault_says_and_nothing_is_done(status: int, location: str) -> None:
    """RFC 9110 15.4."""
    simulator = judged()
    simulator.record.plant(Fault(f"redirect_{status}", "CreateItem", location=location))
    response = RawClient(simulator).create(event()).response
    assert (response.status, dict(response.headers)["Location"]) == (status, location)
    assert simulator.mailbox("ana@a.test").items() == ()
    assert [(call.operation, call.changed, call.status) for call in simulator.record.calls] == [
        ("CreateItem", False, status)
    ]


def test_a_redirect_may_point_nowhere() -> None:
    """RFC 9110 15.4: Location is what the server ought to send, not what it must."""
    simulator = judged()
    simulator.record.plant(Fault("redirect_302"))
    response = RawClient(simulator).sync().response
    assert (response.status, "Location" in dict(response.headers)) == (302, False)


def test_a_good_answer_may_carry_a_location_nobody_is_to_follow() -> None:
    """RFC 9110 10.2.2: of a 200, Location asks for nothing."""
    simulator = judged()
    simulator.record.plant(Fault("stray_location", location=METADATA))
    reply = RawClient(simulator).create(event())
    assert (reply.response.status, reply.codes) == (200, ["NoError"])
    headers = dict(reply.response.headers)
    assert (headers["Location"], headers["Refresh"]) == (METADATA, f"0; url={METADATA}")


def test_a_redirect_may_stand_before_sign_in() -> None:
    """A load balancer in front asks for nobody's password."""
    simulator = judged()
    simulator.record.plant(Fault("redirect_307", "unauthorized", location=LOOPBACK))
    assert simulator.handle(Request("POST", PATH)).status == 307
    assert simulator.handle(Request("POST", PATH)).status == 401


def test_a_client_that_follows_is_seen_by_the_server_it_follows_to() -> None:
    """In process too: `requests` follows with the adapters it has; a 302 makes it ask again by GET, without a body."""
    simulator, other = judged(), judged()
    simulator.record.plant(Fault("redirect_302", location=f"https://other.test{PATH}"))
    with requests.Session() as session:
        session.mount("https://exchange.test/", SimulatorAdapter(simulator))
        session.mount("https://other.test/", SimulatorAdapter(other))
        client = RawClient(simulator)
        shape = "<m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
        folder = '<m:FolderIds><t:DistinguishedFolderId Id="calendar"/></m:FolderIds>'
        body = client.envelope(f"<m:GetFolder>{shape}{folder}</m:GetFolder>")
        # requests takes what it finds in .netrc and the environment for a redirect's sign-in otherwise
        session.trust_env = False
        response = session.post(
            f"https://exchange.test{PATH}", body, headers={"Authorization": client.authorization}, timeout=1
        )
    assert (response.status_code, [each.status_code for each in response.history]) == (401, [302])
    assert other.record.requests == {"unauthorized": 1}


@pytest.mark.parametrize("location", ["http://x/\r\nSet-Cookie: a=b", "http://\u00fc.test/"])
def test_a_location_that_is_no_header_is_refused(location: str) -> None:
    simulator = judged()
    body = json.dumps({"kind": "redirect_302", "location": location}).encode()
    response = simulator.handle(Request("POST", "/_sim/fault", body=body))
    assert (response.status, "location" in json.loads(response.body)["error"]) == (400, True)
