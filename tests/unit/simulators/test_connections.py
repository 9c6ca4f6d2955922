"""Connections are what NTLM signs in: kept, shared and closed alike in process and on a port, by `requests` itself."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
import requests
from requests_ntlm import HttpNtlmAuth

from simulators.connections import Pool
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.raw_client import RawClient, judged
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.record import Fault
from simulators.wire import mounted

# requests-ntlm leaves the first legs' answers to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

Mount = Callable[[ExchangeSimulator], AbstractContextManager[tuple[requests.Session, str]]]


@contextmanager
def in_process(simulator: ExchangeSimulator) -> Iterator[tuple[requests.Session, str]]:
    with requests.Session() as session:
        session.mount("https://exchange.test/", SimulatorAdapter(simulator))
        yield session, f"https://exchange.test{PATH}"


@contextmanager
def on_a_port(simulator: ExchangeSimulator) -> Iterator[tuple[requests.Session, str]]:
    with mounted(simulator) as base, requests.Session() as session:
        yield session, f"{base}{PATH}"


both = pytest.mark.parametrize("mount", [in_process, on_a_port])


def sync(simulator: ExchangeSimulator) -> bytes:
    return RawClient(simulator).envelope(
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
        "<m:SyncFolderId><t:DistinguishedFolderId Id='calendar'/></m:SyncFolderId>"
        "<m:MaxChangesReturned>9</m:MaxChangesReturned></m:SyncFolderItems>"
    )


@both
def test_a_session_signs_in_once_and_its_next_calls_need_no_sign_in(mount: Mount) -> None:
    """Facts 1.1 F. A second session is another connection."""
    simulator = judged(schemes=("NTLM",))
    with mount(simulator) as (session, url):
        session.auth = HttpNtlmAuth("ana@a.test", "secret")
        assert session.post(url, sync(simulator)).status_code == 200
        session.auth = None
        assert session.post(url, sync(simulator)).status_code == 200
        with mount(simulator) as (other, its_url):
            assert other.post(its_url, sync(simulator)).status_code == 401
    assert simulator.record.requests == {"unauthorized": 2, "ntlm_handshake": 1, "SyncFolderItems": 2}


@both
def test_a_connection_that_is_closed_has_to_sign_in_again(mount: Mount) -> None:
    """RFC 9112 9.6."""
    simulator = judged(schemes=("NTLM",))
    with mount(simulator) as (session, url):
        session.auth = HttpNtlmAuth("ana@a.test", "secret")
        assert session.post(url, sync(simulator)).status_code == 200
        session.auth = None
        assert session.post(url, sync(simulator), headers={"Connection": "close"}).status_code == 200
        assert session.post(url, sync(simulator)).status_code == 401


def test_a_port_says_when_it_closes() -> None:
    """RFC 9112 9.6: otherwise the client's next request meets a connection about to go."""
    simulator = judged()
    with on_a_port(simulator) as (session, url):
        assert session.post(url, headers={"Connection": "close"}).headers["Connection"] == "close"
        assert "Connection" not in session.post(url).headers


@both
def test_a_lost_reply_takes_the_connection_with_it(mount: Mount) -> None:
    simulator = judged(schemes=("NTLM",))
    with mount(simulator) as (session, url):
        session.auth = HttpNtlmAuth("ana@a.test", "secret")
        assert session.post(url, sync(simulator)).status_code == 200
        session.auth = None
        simulator.record.plant(Fault("lost_reply"))
        with pytest.raises(requests.ConnectionError):
            session.post(url, sync(simulator))
        assert session.post(url, sync(simulator)).status_code == 401


@both
def test_closing_the_first_leg_breaks_the_handshake(mount: Mount) -> None:
    """A proxy that closes after each answer makes NTLM impossible; nobody's password was wrong."""
    simulator = judged(schemes=("NTLM",))

    class Closing(HttpNtlmAuth):
        def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
            made: requests.PreparedRequest = super().__call__(request)
            made.headers["Connection"] = "close"
            return made

    with mount(simulator) as (session, url):
        session.auth = Closing("ana@a.test", "secret")
        assert session.post(url, sync(simulator)).status_code == 401
    assert simulator.accounts.failed == {}
    assert simulator.record.calls == []


def test_two_requests_at_once_have_a_connection_each_and_the_last_used_comes_first() -> None:
    pool = Pool()
    first, second = pool.take("a"), pool.take("a")
    assert first is not second
    pool.give_back("a", first)
    pool.give_back("a", second, [("Connection", "Keep-Alive")])
    assert pool.take("b") not in (first, second)
    assert [pool.take("a"), pool.take("a")] == [second, first]
    pool.give_back("a", first, [], [("connection", "Close")])
    assert pool.take("a") is not first
    pool.give_back("a", second)
    pool.close()
    assert pool.take("a") is not second
