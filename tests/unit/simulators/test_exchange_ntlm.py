"""NTLM sign-in of the Exchange simulator, leg by leg: it belongs to the connection. The client's side is pyspnego's."""

import base64
from typing import Any

import pytest
import spnego
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.exchange.raw_client import RawClient, judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.record import Fault
from simulators.wire import Connection, Request, Response

BODY = RawClient(judged()).envelope(
    "<m:FindFolder Traversal='Shallow'><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape>"
    "<m:ParentFolderIds><t:DistinguishedFolderId Id='calendar'/></m:ParentFolderIds></m:FindFolder>"
)


def world(**switches: Any) -> ExchangeSimulator:
    return judged(**{"schemes": ("NTLM",), **switches})


class Peer:
    """One connection of one client."""

    def __init__(self, simulator: ExchangeSimulator) -> None:
        self.simulator = simulator
        self.connection = Connection()

    def post(self, sign: str = "", body: bytes = BODY) -> Response:
        headers = {"content-type": "text/xml", **({"authorization": sign} if sign else {})}
        return self.simulator.handle(Request.of("POST", PATH, headers, body, self.connection))

    def sign_in(
        self,
        name: str,
        password: str = "secret",  # noqa: S107 - of simulated accounts
        *,
        scheme: str = "NTLM",
        other: "Peer | None" = None,
        body: bytes = BODY,
    ) -> Response:
        """All legs; the last one over another connection if one is given."""
        client = spnego.client(name, password, protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
        second = self.post(f"{scheme} {base64.b64encode(client.step() or b'').decode()}", body)
        told = challenge_of(second, scheme)
        return (other or self).post(f"{scheme} {base64.b64encode(client.step(told) or b'').decode()}")


def challenge_of(response: Response, scheme: str = "NTLM") -> bytes:
    assert response.status == 401
    ((name, value),) = response.headers
    assert (name, value.partition(" ")[0]) == ("WWW-Authenticate", scheme)
    return base64.b64decode(value.partition(" ")[2], validate=True)


def test_without_credentials_ntlm_is_offered_beside_what_else_is_accepted() -> None:
    """Facts 6 item 3: 401 with several challenges."""
    simulator = world(schemes=("Negotiate", "NTLM", "Basic"))
    response = Peer(simulator).post()
    assert (response.status, [value for _, value in response.headers]) == (
        401,
        ["Negotiate", "NTLM", 'Basic realm="exchange.test"'],
    )


def test_three_legs_sign_in_and_the_connection_needs_no_more() -> None:
    """Facts 1.1 F: three requests for the first call, one for each later call. Handshakes are counted apart."""
    simulator = world()
    peer = Peer(simulator)
    assert peer.post().status == 401
    assert peer.sign_in("ana@a.test").status == 200
    assert simulator.record.requests == {"unauthorized": 1, "ntlm_handshake": 1, "FindFolder": 1}
    assert [peer.post().status, peer.post().status] == [200, 200]
    assert simulator.record.requests == {"unauthorized": 1, "ntlm_handshake": 1, "FindFolder": 3}
    assert simulator.accounts.failed == {}
    assert [call.user for call in simulator.record.calls] == ["ana@a.test"] * 3


def test_another_connection_is_nobodys() -> None:
    """MS-NTHT 3.2: what is authenticated is the connection."""
    simulator = world()
    peer = Peer(simulator)
    assert peer.sign_in("ana@a.test").status == 200
    assert Peer(simulator).post().status == 401
    assert peer.post().status == 200


def test_a_handshake_cannot_be_finished_on_another_connection() -> None:
    """And nobody's password was wrong: that is no failed sign-in."""
    simulator = world()
    assert Peer(simulator).sign_in("ana@a.test", other=Peer(simulator)).status == 401
    assert simulator.accounts.failed == {}


def test_the_first_legs_may_come_without_a_body() -> None:
    """MS-NTHT 3.1.5.1: clients send Content-Length 0 until they are let in."""
    simulator = world()
    peer = Peer(simulator)
    assert peer.post(body=b"").status == 401
    assert peer.sign_in("ana@a.test", body=b"").status == 200


@pytest.mark.parametrize("name", ["ana@a.test", "ANA@A.TEST", "A\\ana", "a\\Ana", "a.test\\ana"])
def test_an_account_signs_in_by_its_upn_and_by_its_domain(name: str) -> None:
    simulator = world()
    assert Peer(simulator).sign_in(name).status == 200
    assert [call.user for call in simulator.record.calls] == ["ana@a.test"]


@pytest.mark.parametrize(
    ("name", "password", "counted"),
    [
        ("ana@a.test", "wrong", "ana@a.test"),
        ("A\\ana", "Secret", "ana@a.test"),
        ("A\\eve", "secret", "a\\eve"),
        ("B\\ana", "secret", "b\\ana"),
        ("ana", "secret", "ana"),
    ],
)
def test_a_wrong_password_is_refused_and_counted_for_its_account(name: str, password: str, counted: str) -> None:
    """Facts 1.5: it is what locks an account; a handshake counts once, whatever its legs."""
    simulator = world()
    peer = Peer(simulator)
    refused = peer.sign_in(name, password)
    assert (refused.status, refused.headers) == (401, (("WWW-Authenticate", "NTLM"),))
    assert simulator.accounts.failed == {counted: 1}
    assert peer.post().status == 401
    assert simulator.record.calls == []


def test_an_answer_is_good_once() -> None:
    """A type 3 message said again meets no challenge."""
    simulator = world()
    peer = Peer(simulator)
    client = spnego.client("ana@a.test", "secret", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    told = challenge_of(peer.post(f"NTLM {base64.b64encode(client.step() or b'').decode()}"))
    answer = f"NTLM {base64.b64encode(client.step(told) or b'').decode()}"
    assert peer.post(answer).status == 200
    assert peer.post(answer).status == 401
    assert peer.post().status == 401
    assert simulator.accounts.failed == {}


def test_a_new_handshake_ends_what_the_connection_was() -> None:
    simulator = world()
    peer = Peer(simulator)
    assert peer.sign_in("ana@a.test").status == 200
    assert peer.sign_in("bob@a.test", "wrong").status == 401
    assert peer.post().status == 401


def test_a_server_may_sign_in_single_requests_only() -> None:
    """IIS, authPersistSingleRequest: every call is a handshake."""
    simulator = world(ntlm_persists=False)
    peer = Peer(simulator)
    assert peer.sign_in("ana@a.test").status == 200
    assert peer.post().status == 401
    assert peer.sign_in("ana@a.test").status == 200
    assert simulator.record.requests == {"unauthorized": 1, "ntlm_handshake": 2, "FindFolder": 2}


@pytest.mark.parametrize(
    "message", ["", "%%%", "TlRMTVNTUAA=", base64.b64encode(b"NTLMSSP\0\2\0\0\0").decode(), "YII="]
)
def test_what_is_no_ntlm_message_is_refused(message: str) -> None:
    """Kerberos and wrapped tokens (RFC 4178) are not modelled; garbage is nobody's failure."""
    simulator = world(schemes=("Negotiate", "NTLM"))
    for scheme in ("NTLM", "Negotiate"):
        response = Peer(simulator).post(f"{scheme} {message}")
        assert (response.status, len(response.headers)) == (401, 2)
    assert simulator.accounts.failed == {}


@settings(max_examples=30)
@given(st.sampled_from([b"NTLMSSP\0\1\0\0\0", b"NTLMSSP\0\3\0\0\0", b""]), st.binary(max_size=160))
def test_whatever_is_sent_nobody_gets_in(head: bytes, rest: bytes) -> None:
    simulator = world()
    peer = Peer(simulator)
    client = spnego.client("ana@a.test", "secret", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    peer.post(f"NTLM {base64.b64encode(client.step() or b'').decode()}")
    assert peer.post(f"NTLM {base64.b64encode(head + rest).decode()}").status == 401
    assert peer.post().status == 401


def test_negotiate_takes_a_raw_ntlm_message_and_answers_in_kind() -> None:
    """RFC 4559 section 5 with NTLM's own messages, as clients without Kerberos send them."""
    simulator = world(schemes=("Negotiate",))
    assert Peer(simulator).sign_in("ana@a.test", scheme="Negotiate").status == 200


@pytest.mark.parametrize(
    ("schemes", "statuses"),
    [(("NTLM",), (200, 401)), (("Basic",), (401, 200)), (("Bearer",), (401, 401)), (("NTLM", "Basic"), (200, 200))],
)
def test_only_the_schemes_switched_on_are_accepted(schemes: tuple[str, ...], statuses: tuple[int, int]) -> None:
    simulator = world(schemes=schemes)
    by_name = RawClient(simulator).post(BODY).response.status
    peer = Peer(simulator)
    client = spnego.client("ana@a.test", "secret", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    response = peer.post(f"NTLM {base64.b64encode(client.step() or b'').decode()}")
    began = next(value for _, value in response.headers).startswith("NTLM T")
    assert (200 if began else 401, by_name) == statuses
    assert simulator.accounts.failed == {}


def test_a_service_account_signed_in_by_ntlm_impersonates() -> None:
    """Facts 6 item 3."""
    simulator = world()
    peer = Peer(simulator)
    client = RawClient(simulator, acts_as="bob@a.test")
    assert peer.sign_in("A\\svc", body=b"").status == 200
    folder = BODY[BODY.index(b"<s:Body>") + 8 : BODY.index(b"</s:Body>")].decode()
    assert peer.post(body=client.envelope(folder)).status == 200
    assert [call.user for call in simulator.record.calls] == ["svc@a.test", "bob@a.test"]


def test_a_fault_may_strike_the_first_legs_when_it_names_them() -> None:
    """A fault without an operation waits for one: sign-in is none."""
    simulator = world()
    simulator.record.plant(Fault("unavailable"))
    simulator.record.plant(Fault("redirect_302", "unauthorized", location="https://elsewhere.test/"))
    simulator.record.plant(Fault("unavailable", "ntlm_handshake"))
    peer = Peer(simulator)
    assert peer.post().status == 302
    client = spnego.client("ana@a.test", "secret", protocol="ntlm", options=spnego.NegotiateOptions.use_ntlm)
    assert peer.post(f"NTLM {base64.b64encode(client.step() or b'').decode()}").status == 503
    assert peer.sign_in("ana@a.test").status == 503
    assert peer.post().status == 200
