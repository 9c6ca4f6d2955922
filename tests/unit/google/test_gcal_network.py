"""Where connections to Google go: what a name stands for, and certificates, on real sockets."""

import socket
from contextlib import closing
from pathlib import Path

import pytest

from calpair.errors import AccessLostError, BackOffError
from calpair.google.calendar import GoogleCalendar
from calpair.google.http import NotSentError, Wire
from calpair.model.pair import GoogleAuth, GoogleService, Limits
from calpair.names import STRICT, Names
from simulators.clock import ManualClock
from unit.google.ground import ANA, draft
from unit.google.sockets import ok, self_signed, speaking
from unit.resolving import HERE, says

LIST = ok(b'{"kind": "calendar#events", "items": [], "nextSyncToken": "s"}')
LISTED = Limits(hosts=("google.test",))


def at(url: str, names: Names = STRICT) -> GoogleCalendar:
    return GoogleCalendar(
        GoogleService(GoogleAuth.TOKEN, "env:NOTHING", url), ANA, ANA, lambda: "TOKEN", ManualClock().now, names=names
    )


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "fd20:ce::254", "fe80::1"])
def test_a_name_that_stands_for_this_machine_gets_no_token(address: str) -> None:
    with (
        speaking() as server,
        closing(at(f"https://google.test:{server.port}/", Names(Limits(), says(address)))) as one,
    ):
        with pytest.raises(AccessLostError, match=r"limits\.hosts") as caught:
            one.changes("")
        with pytest.raises(AccessLostError):
            one.create([draft(1)])
    assert caught.value.code == "AddressRefused"


def test_the_same_holds_for_where_a_key_files_token_comes_from() -> None:
    file = '{"client_id": "c", "client_secret": "s", "refresh_token": "r", "token_uri": "https://evil.example/token"}'
    settings = GoogleService(GoogleAuth.ADC, "file:user.json")
    for names in (Names(LISTED, says("203.0.113.5")), Names(Limits(), says("127.0.0.1"))):
        calendar = GoogleCalendar(settings, ANA, ANA, lambda: file, ManualClock().now, names=names)
        with closing(calendar), pytest.raises(AccessLostError, match=r"evil\.example"):
            calendar.changes("")


def test_each_connection_is_looked_up_once_and_one_that_is_kept_not_again(tmp_path: Path) -> None:
    resolver = says("127.0.0.1")
    wire = Wire(names=Names(Limits(hosts=("localhost",)), resolver))
    wire.ca_certs = str(tmp_path / "server.pem")
    tls = self_signed(tmp_path)
    asked_for: list[str | None] = []
    tls.sni_callback = lambda _socket, name, _context: asked_for.append(name)
    with speaking([LIST, LIST], tls=tls) as server, closing(wire):
        for _ in range(2):
            response, _ = wire.request(f"https://localhost:{server.port}/")
            assert response.status == 200
    assert resolver.asked == [("localhost", server.port)]
    assert asked_for == ["localhost"]


def test_a_certificate_for_another_name_is_not_taken_for_the_addresss_sake(tmp_path: Path) -> None:
    wire = Wire(names=Names(LISTED, says("127.0.0.1")))
    tls = self_signed(tmp_path)
    wire.ca_certs = str(tmp_path / "server.pem")
    with speaking([b""], tls=tls) as server, closing(wire), pytest.raises(NotSentError, match="certificate"):
        wire.request(f"https://google.test:{server.port}/")


def test_a_name_nobody_knows_means_nothing_was_sent() -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror(-2, "Name or service not known")

    for resolver in (nowhere, says()):
        calendar = at("https://google.test/", Names(Limits(), resolver))
        with closing(calendar), pytest.raises(BackOffError, match="unreachable"):
            calendar.changes("")


def test_a_proxy_of_the_environment_is_not_for_google(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking() as proxy, speaking([LIST]) as server, closing(at(server.url, HERE)) as calendar:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        assert calendar.changes("").cursor
