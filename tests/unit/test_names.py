"""What a name stands for is looked at for every connection, and connected to as it was looked at."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from calpair.errors import AccessLostError
from calpair.model.pair import Limits
from calpair.names import REFUSED, STRICT, Names, system
from unit.resolving import says

MAIL = "mail.altostrat.com"
LISTED = Limits(hosts=(MAIL,))


@pytest.fixture
def port() -> Iterator[int]:
    """Somebody who listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def test_what_was_looked_at_is_what_is_connected_to(port: int) -> None:
    """A second look could be answered otherwise: by another address than the one that was allowed."""
    resolver = says("127.0.0.1")
    with closing(Names(LISTED, resolver).connect(MAIL, port, 5)) as line:
        assert line.getpeername() == ("127.0.0.1", port)
        assert line.gettimeout() == 5
        assert line.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert resolver.asked == [(MAIL, port)]


def test_every_connection_looks_anew(port: int) -> None:
    resolver = says("127.0.0.1")
    names = Names(LISTED, resolver)
    names.connect(MAIL, port, 5).close()
    resolver.addresses = ["169.254.169.254"]
    with pytest.raises(AccessLostError):
        names.connect(MAIL, port, 5)


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["::127.0.0.1"],
        ["0.0.0.0"],  # noqa: S104 - what a name may be made to stand for
        ["169.254.10.10"],
        ["fe80::1%eth0"],
        ["169.254.169.254"],
        ["fd20:ce::254"],
        ["64:ff9b::a9fe:a9fe"],
        ["10.0.0.5", "127.0.0.1"],
        ["2001:db8::5", "169.254.169.254"],
    ],
)
def test_a_name_is_refused_when_any_of_its_addresses_is_the_machines_own(addresses: list[str]) -> None:
    with pytest.raises(AccessLostError, match=r"limits\.hosts") as caught:
        Names(Limits(), says(*addresses)).connect(MAIL, 443, 5)
    assert caught.value.code == REFUSED == "AddressRefused"
    assert MAIL in caught.value.sentence


@pytest.mark.parametrize("address", ["169.254.169.254", "fd20:ce::254", "100.100.100.200", "168.63.129.16"])
def test_a_listed_name_still_does_not_reach_the_metadata_service(address: str) -> None:
    with pytest.raises(AccessLostError, match="metadata service"):
        Names(LISTED, says(address)).addresses(MAIL, 443)


@pytest.mark.parametrize("address", ["10.0.0.5", "172.16.0.5", "192.168.1.5", "fd12::5", "203.0.113.5", "100.64.0.1"])
def test_private_networks_are_where_exchange_stands(address: str) -> None:
    assert Names(Limits(), says(address)).addresses(MAIL, 443) == (address,)


def test_a_name_outside_the_listed_ones_is_refused() -> None:
    with pytest.raises(AccessLostError, match=r"has not listed mail\.evil\.example in limits\.hosts"):
        Names(LISTED, says("203.0.113.5")).addresses("mail.evil.example", 443)


def test_the_next_address_is_tried_when_one_does_not_answer(port: int) -> None:
    with closing(Names(LISTED, says("::1", "127.0.0.1")).connect(MAIL, port, 5)) as line:
        assert line.getpeername() == ("127.0.0.1", port)


def test_when_none_answers_the_last_ones_trouble_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(ConnectionRefusedError):
        Names(LISTED, says("127.0.0.1")).connect(MAIL, port, 5)


def test_a_list_without_end_is_not_tried_to_its_end_and_takes_no_longer_than_one_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[float] = []

    def refuse(_address: tuple[str, int], seconds: float) -> None:
        tried.append(seconds)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(ConnectionRefusedError):
        Names(Limits(), says(*(f"203.0.113.{number}" for number in range(200)))).connect(MAIL, 443, 10)
    assert tried == [1.25] * 8


def test_a_name_that_stands_for_nothing_is_no_server() -> None:
    with pytest.raises(OSError, match="without an address"):
        Names(Limits(), says()).connect(MAIL, 443, 5)


def test_the_machines_resolver_knows_the_machine() -> None:
    assert system("127.0.0.1", 443) == ["127.0.0.1"]


def test_a_name_no_resolver_takes_is_a_name_without_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: object, **__: object) -> None:
        raise UnicodeError("label too long")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with pytest.raises(OSError, match="no resolver takes"):
        system("a" * 64 + ".example", 443)


def test_without_limits_the_machine_itself_is_refused() -> None:
    with pytest.raises(AccessLostError, match="loopback"):
        STRICT.addresses("127.0.0.1", 443)


def test_a_proxy_is_for_names_the_operator_listed_and_the_built_in_ones() -> None:
    names = Names(LISTED)
    assert names.by_proxy(MAIL)
    assert names.by_proxy("www.googleapis.com")
    assert STRICT.by_proxy("login.microsoftonline.com")
    with pytest.raises(AccessLostError, match=r"a proxy hides where mail\.evil\.example leads") as caught:
        names.by_proxy("mail.evil.example")
    assert caught.value.code == "AddressRefused"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "x.localhost"])
def test_no_proxy_is_for_the_machine_itself(host: str) -> None:
    assert not STRICT.by_proxy(host)
