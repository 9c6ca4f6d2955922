"""Where connections to Exchange go: what a name stands for, certificates, proxies and redirects, on real sockets."""

import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from calpair.errors import AccessLostError, BackOffError, SideError
from calpair.exchange import bodies
from calpair.exchange.network import Adapter
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import Limits
from calpair.names import Names
from unit.exchange.ground import ANA, SERVER, answer
from unit.google.sockets import Heard, ok, self_signed, speaking
from unit.resolving import HERE, says

MAIL = "mail.altostrat.com"
LISTED = Limits(hosts=(MAIL, "localhost"))


def connected(url: str, names: Names, ca: str = "") -> ExchangeConnection:
    return ExchangeConnection(replace(SERVER, url=url, ca=ca), lambda: "secret", lambda: datetime.now(UTC), names=names)


def ask(connection: ExchangeConnection, *, writing: bool = False) -> None:
    connection.ask(ANA, bodies.sync(bodies.calendar_folder(ANA), ""), writing=writing)


def refusal(connection: ExchangeConnection, *, writing: bool = True) -> SideError:
    with pytest.raises(SideError) as caught:
        ask(connection, writing=writing)
    return caught.value


def named(server: Heard, host: str = MAIL, scheme: str = "http") -> str:
    return f"{scheme}://{host}:{server.port}/EWS/Exchange.asmx"


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "169.254.169.254", "fe80::1"])
def test_a_server_whose_name_stands_for_this_machine_is_never_spoken_to(address: str) -> None:
    with speaking() as server:
        error = refusal(connected(named(server), Names(Limits(), says(address))))
        assert isinstance(error, AccessLostError)
        assert error.code == "AddressRefused"
        assert error.sentence.endswith("the operator may list it in limits.hosts")


def test_a_name_made_to_point_elsewhere_is_refused_at_the_next_connection_and_never_looked_up_twice_for_one() -> None:
    resolver = says("127.0.0.1")
    with speaking([ok(answer().encode())] * 2) as server:
        connection = connected(named(server), Names(LISTED, resolver))
        ask(connection)
        resolver.addresses = ["169.254.169.254"]
        # The connection that was allowed is kept, so nobody has to be asked.
        ask(connection)
    assert refusal(connection).code == "AddressRefused"
    assert resolver.asked == [(MAIL, server.port)] * 2


def test_the_certificate_and_the_name_asked_for_are_the_names_not_the_addresss(tmp_path: Path) -> None:
    """The certificate is localhost's; what is connected to is the address that was looked at."""
    tls = self_signed(tmp_path)
    asked_for: list[str | None] = []
    tls.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    ca = str(tmp_path / "server.pem")
    resolver = says("127.0.0.1")
    with speaking([ok(answer().encode())], tls=tls) as server:
        ask(connected(named(server, "localhost", "https"), Names(LISTED, resolver), ca))
    with speaking([b""], tls=tls) as server:
        assert refusal(connected(named(server, MAIL, "https"), Names(LISTED, resolver), ca)).code == "TLS"
    assert asked_for == ["localhost", MAIL]


def test_a_name_nobody_knows_means_nothing_was_sent() -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    def late(_host: str, _port: int) -> list[str]:
        raise TimeoutError

    for resolver in (nowhere, late, says()):
        error = refusal(connected("https://mail.altostrat.com/EWS/Exchange.asmx", Names(Limits(), resolver)))
        assert type(error) is BackOffError
        assert error.code == "Unreachable"


class TestAProxy:
    @pytest.fixture(autouse=True)
    def _no_proxy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
            monkeypatch.delenv(name.upper(), raising=False)

    @pytest.mark.parametrize("scheme", ["http", "https"])
    def test_it_is_not_given_names_the_operator_has_not_listed(
        self, monkeypatch: pytest.MonkeyPatch, scheme: str
    ) -> None:
        resolver = says("203.0.113.5")
        with speaking() as proxy:
            monkeypatch.setenv(f"{scheme}_proxy", proxy.url)
            error = refusal(connected(f"{scheme}://{MAIL}/EWS/Exchange.asmx", Names(Limits(), resolver)))
        assert (error.code, resolver.asked) == ("AddressRefused", [])
        assert "NO_PROXY" in error.sentence

    def test_it_is_given_listed_ones(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with speaking([b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n"]) as proxy:
            monkeypatch.setenv("https_proxy", proxy.url)
            error = refusal(connected(f"https://{MAIL}/EWS/Exchange.asmx", Names(LISTED, says("203.0.113.5"))))
        assert (type(error), error.code) == (BackOffError, "Unreachable")
        assert proxy.requests[0][0].startswith(f"CONNECT {MAIL}:443 HTTP/1.".encode())
        assert b"uthorization" not in proxy.requests[0][0]

    def test_what_comes_through_it_is_held_to_the_same_certificates(self) -> None:
        adapter = Adapter(HERE, context := ssl.create_default_context())
        manager = adapter.proxy_manager_for("http://127.0.0.1:9")
        assert manager.connection_pool_kw["ssl_context"] is context
        assert adapter.poolmanager.connection_pool_kw["ssl_context"] is context

    def test_it_is_not_for_this_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with speaking() as proxy, speaking([ok(answer().encode())]) as server:
            monkeypatch.setenv("http_proxy", proxy.url)
            ask(connected(f"{server.url}EWS/Exchange.asmx", HERE))

    def test_one_that_cannot_be_spoken_to_means_nothing_was_sent(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for proxy in ("socks5://127.0.0.1:9", "http://:9", "http://127.0.0.1:9"):
            monkeypatch.setenv("https_proxy", proxy)
            error = refusal(connected(f"https://{MAIL}/EWS/Exchange.asmx", Names(LISTED, says("203.0.113.5"))))
            assert (type(error), error.code) == (BackOffError, "Unreachable")

    def test_where_it_is_not_to_be_used_a_name_is_looked_up(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
        monkeypatch.setenv("no_proxy", "altostrat.com")
        resolver = says("127.0.0.1")
        error = refusal(connected(f"https://{MAIL}/EWS/Exchange.asmx", Names(Limits(), resolver)))
        assert (error.code, resolver.asked) == ("AddressRefused", [(MAIL, 443)])


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with speaking() as elsewhere:
        head = f"HTTP/1.1 {status} Moved\r\nLocation: {elsewhere.url}EWS/Exchange.asmx\r\nContent-Length: 0\r\n\r\n"
        with speaking([head.encode()]) as server:
            error = refusal(connected(f"{server.url}EWS/Exchange.asmx", HERE))
        assert isinstance(error, AccessLostError)
        assert "redirects are not followed" in error.sentence


def test_the_password_of_the_users_netrc_is_not_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login intruder password hush\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with speaking([ok(answer().encode())]) as server:
        ask(connected(f"{server.url}EWS/Exchange.asmx", HERE))
    assert b"Basic c3ZjQGEudGVzdDpzZWNyZXQ=" in server.requests[0][0]
