"""NTLM: what crosses the wire, connection by connection, and every way it can go wrong."""

import base64
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding

from calpair.errors import AccessLostError, BackOffError, SideError, SignInError, UnknownOutcomeError
from calpair.exchange import bodies, ntlm
from calpair.exchange.network import Adapter
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import ExchangeAuth
from unit.exchange.ground import ANA, SERVER
from unit.exchange.ntlm_server import NtlmServer, serving
from unit.google.sockets import self_signed
from unit.resolving import HERE

USER, PASSWORD = "A\\svc", "pässwörd"
Serve = Callable[..., AbstractContextManager[NtlmServer]]


@pytest.fixture
def serve(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Serve:
    """Start a server with two accounts."""

    def start(tls: Any = None, **manners: Any) -> AbstractContextManager[NtlmServer]:
        users = {"A:svc": PASSWORD, ":svc@a.test": PASSWORD}
        return serving(NtlmServer(**manners), users, tmp_path, monkeypatch, tls)

    return start


@pytest.fixture
def server(serve: Serve) -> Iterator[NtlmServer]:
    """One with the manners of IIS."""
    with serve() as running:
        yield running


def connected(server: NtlmServer, password: str = PASSWORD, **settings: Any) -> ExchangeConnection:
    changed = replace(SERVER, **{"url": server.url, "auth": ExchangeAuth.NTLM, "username": USER, **settings})
    return ExchangeConnection(changed, lambda: password, lambda: datetime.now(UTC), names=HERE)


def ask(connection: ExchangeConnection, *, writing: bool = False) -> None:
    connection.ask(ANA, bodies.sync(bodies.calendar_folder(ANA), ""), writing=writing)


def refusal(connection: ExchangeConnection, *, writing: bool = False) -> SideError:
    with pytest.raises(SideError) as caught:
        ask(connection, writing=writing)
    assert PASSWORD not in f"{caught.value!r} {caught.value}"
    return caught.value


def test_a_connection_is_signed_in_once_and_a_body_is_sent_once(server: NtlmServer) -> None:
    connection = connected(server)
    for _ in range(3):
        ask(connection)
    assert server.kinds == [["hello", "proof", "", ""]]
    assert [one.body > 0 for one in server.connections[0]] == [False, True, True, True]


@pytest.mark.parametrize(("username", "principal"), [("A\\svc", "A\\svc"), ("svc@a.test", "svc@a.test")])
def test_an_account_is_named_with_its_domain_or_as_a_principal(
    server: NtlmServer, username: str, principal: str
) -> None:
    ask(connected(server, username=username))
    assert server.principals == [principal]


@pytest.mark.parametrize("settings", [{"password": "wrong"}, {"username": "A\\nobody"}])
def test_a_wrong_password_is_tried_once(server: NtlmServer, settings: dict[str, str]) -> None:
    error = refusal(connected(server, **settings), writing=True)
    assert isinstance(error, SignInError)
    assert error.code == "HTTP401"
    assert "exchange.secret" in error.sentence
    assert server.kinds == [["hello", "proof"]]


def test_after_a_refusal_the_password_is_asked_for_again(server: NtlmServer) -> None:
    passwords = iter(["old", PASSWORD])
    settings = replace(SERVER, url=server.url, auth=ExchangeAuth.NTLM, username=USER)
    connection = ExchangeConnection(settings, lambda: next(passwords), lambda: datetime.now(UTC), names=HERE)
    assert isinstance(refusal(connection), SignInError)
    ask(connection)
    assert server.kinds == [["hello", "proof"], ["hello", "proof"]]


@pytest.mark.parametrize("kind", ["proof", "request"])
def test_a_connection_the_server_ended_is_opened_and_signed_in_anew(serve: Serve, kind: str) -> None:
    with serve(hangs_up=kind) as server:
        connection = connected(server)
        for _ in range(4):
            ask(connection)
        assert server.kinds == {"proof": [["hello", "proof"]] * 4, "request": [["hello", "proof", ""]] * 2}[kind]


def test_a_server_that_asks_again_each_time_is_told_again(serve: Serve) -> None:
    with serve(asks_again=True) as server:
        connection = connected(server)
        ask(connection)
        ask(connection)
        assert server.kinds == [["hello", "proof", "", "hello", "proof"]]


def test_a_server_that_offers_only_negotiate_is_spoken_to_in_its_word(serve: Serve) -> None:
    with serve(offers=("Negotiate",), scheme="Negotiate", hangs_up="proof") as server:
        connection = connected(server)
        ask(connection)
        ask(connection)
        # The first hello is in a word it does not know; that is remembered.
        assert server.kinds == [["", "hello", "proof"], ["hello", "proof"]]
        assert server.bodies == 2


@pytest.mark.parametrize("offers", [(), ('Basic realm="x"',), ("Bearer",)])
def test_a_server_without_ntlm_is_told_nothing(serve: Serve, offers: tuple[str, ...]) -> None:
    with serve(offers=offers) as server:
        error = refusal(connected(server))
        assert isinstance(error, SignInError)
        assert "does not offer NTLM" in error.sentence
        assert (server.kinds, server.bodies) == ([["hello"]], 0)


def test_a_server_that_closes_between_challenge_and_proof_gets_no_proof(serve: Serve) -> None:
    with serve(hangs_up="hello") as server:
        error = refusal(connected(server), writing=True)
        assert isinstance(error, AccessLostError)
        assert "NTLM signs in connections" in error.sentence
        assert (server.kinds, server.bodies) == ([["hello"]], 0)


@pytest.mark.parametrize(
    "challenge",
    [
        "TlRMTVNTUAA=",
        base64.b64encode(b"Lunch with Bo").decode(),
        base64.b64encode(b"NTLMSSP\0\3" + bytes(80)).decode(),
        base64.b64encode(b"NTLMSSP\0\2\0\0\0" + b"\xff" * 40).decode(),
        base64.b64encode(b"NTLMSSP\0\2" + bytes(38)).decode(),
        "TlRMTVNTUA",
    ],
)
def test_a_challenge_that_makes_no_sense_is_not_answered(serve: Serve, challenge: str) -> None:
    with serve(challenge=challenge) as server:
        error = refusal(connected(server), writing=True)
        assert isinstance(error, AccessLostError | SignInError)
        assert server.principals == []
        assert "Bo" not in str(error)


@pytest.mark.parametrize(
    ("status", "kind"), [(403, AccessLostError), (404, AccessLostError), (407, AccessLostError), (503, BackOffError)]
)
def test_a_server_that_refuses_the_hello_for_another_reason_is_heard(
    serve: Serve, status: int, kind: type[SideError]
) -> None:
    with serve(hello_status=status) as server:
        error = refusal(connected(server), writing=True)
        assert type(error) is kind
        assert error.code == f"HTTP{status}"
        assert server.bodies == 0


def test_a_page_of_refusal_without_end_is_not_read_to_its_end(serve: Serve) -> None:
    with serve(page=b" " * 1_000_000) as server:
        error = refusal(connected(server), writing=True)
        assert isinstance(error, AccessLostError)
        assert (server.kinds, server.bodies) == ([["hello"]], 0)


def test_a_challenge_that_breaks_off_gets_no_proof(server: NtlmServer) -> None:
    server.cuts = 401
    error = refusal(connected(server))
    assert type(error) is BackOffError
    assert (server.kinds, server.bodies) == ([["hello"]], 0)


def test_after_a_cut_in_the_middle_the_session_is_not_used_again(server: NtlmServer) -> None:
    connection = connected(server, max_connections=1)
    ask(connection)
    server.cuts = 200
    assert isinstance(refusal(connection, writing=True), UnknownOutcomeError)
    server.cuts = 0
    ask(connection)
    assert server.kinds == [["hello", "proof", ""], ["hello", "proof"]]


def test_each_of_several_connections_is_signed_in_once(server: NtlmServer) -> None:
    connection = connected(server, max_connections=3)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda _: ask(connection), range(30)))
    assert len(server.connections) <= 3
    for line in server.kinds:
        assert line[:2] == ["hello", "proof"]
        assert set(line[2:]) <= {""}
    assert server.bodies == 30


def test_over_tls_the_proof_is_bound_to_the_servers_certificate(serve: Serve, tmp_path: Path) -> None:
    """Servers with Extended Protection take no other."""
    tls = self_signed(tmp_path)
    pem = (tmp_path / "server.pem").read_bytes()
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    for certificate, taken in ((der, True), (b"another", False)):
        with serve(tls=tls, certificate=certificate) as server:
            url = server.url.replace("127.0.0.1", "localhost")
            connection = connected(server, url=url, ca=str(tmp_path / "server.pem"))
            if taken:
                ask(connection)
            else:
                assert isinstance(refusal(connection), SignInError)


def test_the_handshake_is_given_little_time_so_that_a_write_ends_when_it_was_planned_to(
    server: NtlmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[object] = []
    send = Adapter.send

    def kept(self: Adapter, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        given.append((options["timeout"], bool(request.body)))
        return send(self, request, *args, **options)

    monkeypatch.setattr(Adapter, "send", kept)
    ask(connected(server, timeout_seconds=60))
    assert given == [((10, 15), False), ((10, 60), True)]


def test_a_certificate_of_an_unknown_kind_binds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Socket:
        @staticmethod
        def getpeercert(_as_bytes: bool) -> bytes:
            return b"certificate"

    class Line:
        sock = Socket

    def strange(_certificate: bytes) -> None:
        raise UnsupportedAlgorithm("a signature of tomorrow")

    monkeypatch.setattr(x509, "load_der_x509_certificate", strange)
    assert ntlm._bindings(Line()) is None


def test_nothing_of_the_handshake_is_logged(server: NtlmServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    ask(connected(server))
    assert "TlRMTVNTUA" not in caplog.text
    assert PASSWORD not in caplog.text
