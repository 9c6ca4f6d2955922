"""Certificates and TLS versions, on a real loopback connection."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from calpair.errors import AccessLostError, UsageError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.network import tls_context
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import ExchangeServer
from simulators.clock import ManualClock
from simulators.exchange.simulator import ExchangeSimulator
from simulators.wire import server
from unit.exchange.ground import ANA, SERVER
from unit.resolving import HERE


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of its own authority, for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "exchange.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def address(certificate: Path) -> Iterator[str]:
    """The simulator behind TLS 1.2, no newer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    running = server(ExchangeSimulator(clock=ManualClock()))
    running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    # A handshake that fails here is what two of the tests are about.
    running.handle_error = lambda *_: None  # type: ignore[method-assign] # one server's own silence
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"https://127.0.0.1:{running.server_address[1]}/EWS/Exchange.asmx"
    running.shutdown()
    running.server_close()
    thread.join()


def calendar(settings: ExchangeServer) -> ExchangeCalendar:
    connection = ExchangeConnection(settings, lambda: "secret", lambda: datetime.now(UTC), names=HERE)
    return ExchangeCalendar(connection, ANA, "", zone=lambda: "")


def test_a_certificate_of_a_named_authority_is_trusted(address: str, certificate: Path) -> None:
    page = calendar(replace(SERVER, url=address, ca=str(certificate))).changes("")
    assert page.changes == ()


def test_a_certificate_of_nobody_is_not(address: str) -> None:
    with pytest.raises(AccessLostError, match=r"exchange\.ca") as caught:
        calendar(replace(SERVER, url=address)).changes("")
    assert caught.value.code == "TLS"


def test_an_examination_of_it_stops_at_tls(address: str) -> None:
    *before, last = calendar(replace(SERVER, url=address)).examine(writing=False)
    assert [finding.check for finding in before] == ["address"]
    assert (last.check, last.ok, last.found) == ("tls", False, "TLS")


def test_a_server_below_the_minimum_is_not_spoken_to(address: str, certificate: Path) -> None:
    with pytest.raises(AccessLostError, match=r"exchange\.tls_minimum"):
        calendar(replace(SERVER, url=address, ca=str(certificate), tls_minimum="1.3")).changes("")


@pytest.mark.parametrize(
    ("minimum", "version"),
    [
        ("1.0", ssl.TLSVersion.TLSv1),
        ("1.1", ssl.TLSVersion.TLSv1_1),
        ("1.2", ssl.TLSVersion.TLSv1_2),
        ("1.3", ssl.TLSVersion.TLSv1_3),
    ],
)
def test_the_minimum_is_the_settings(minimum: str, version: ssl.TLSVersion) -> None:
    context = tls_context(replace(SERVER, tls_minimum=minimum))
    assert context.minimum_version is version
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (replace(SERVER, tls_minimum="2.0"), "exchange.tls_minimum"),
        (replace(SERVER, ca="/nowhere/ca.pem"), "exchange.ca"),
        (replace(SERVER, ca=__file__), "exchange.ca"),
    ],
)
def test_settings_that_cannot_be_used_are_named(settings: ExchangeServer, named: str) -> None:
    with pytest.raises(UsageError, match=named):
        tls_context(settings)
