"""exchangelib signs in by NTLM and with a token, unmodified: over a port, and in process.

What it costs in requests is facts 1.1 F to H. exchangelib keeps one protocol for each endpoint in the process, and a port
may come back: the cache is emptied after each test.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import exchangelib
import pytest
from exchangelib import errors
from exchangelib.folders import Calendar, Root
from exchangelib.properties import DistinguishedFolderId, Mailbox
from exchangelib.protocol import BaseProtocol, CachingProtocol
from exchangelib.version import EXCHANGE_2016, Version

from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator, Switches
from simulators.exchange.mount import adapter_for
from simulators.exchange.simulator import PATH
from simulators.wire import mounted

# exchangelib leaves its pooled sessions, and requests-ntlm its first legs, to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")

ANA = "ana@a.test"
Mount = Callable[[ExchangeSimulator], Any]


@pytest.fixture(autouse=True)
def _no_protocol_kept() -> Iterator[None]:
    yield
    CachingProtocol.clear_cache()  # closes the sessions too


@pytest.fixture(params=["port", "process"])
def mount(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Mount:
    """Where a simulator is reached: both mounts, by the same address of its root."""

    @contextmanager
    def in_process(simulator: ExchangeSimulator) -> Iterator[str]:
        monkeypatch.setattr(BaseProtocol, "HTTP_ADAPTER_CLS", adapter_for(simulator))
        yield "https://exchange.test"

    return mounted if request.param == "port" else in_process


def world(*schemes: str, **switches: Any) -> ExchangeSimulator:
    return ExchangeSimulator(
        clock=ManualClock(), apps={"app-1": "s3cret"}, switches=Switches(schemes=schemes, **switches)
    )


def account(base: str, credentials: Any, *, auth_type: str | None = None, preset: bool = True) -> Any:
    """An account whose calendar is built by hand, so that nothing is asked but what a test asks."""
    options = {"version": Version(build=EXCHANGE_2016)} if preset else {}
    config = exchangelib.Configuration(
        service_endpoint=f"{base}{PATH}", credentials=credentials, auth_type=auth_type, **options
    )
    impersonates = exchangelib.IMPERSONATION if preset or auth_type == exchangelib.OAUTH2 else exchangelib.DELEGATE
    return exchangelib.Account(ANA, config=config, autodiscover=False, access_type=impersonates)


def calendar(account: Any) -> Any:
    place = DistinguishedFolderId(id="calendar", mailbox=Mailbox(email_address=ANA))
    return Calendar(root=Root(account=account), _distinguished_id=place)


class Token(exchangelib.OAuth2Credentials):  # type: ignore[misc]
    """The library's credentials with another token address, which it has no setting for."""

    base = ""

    @property
    def token_url(self) -> str:
        return f"{self.base}/a.test/oauth2/v2.0/token"


def token(base: str, secret: str = "s3cret") -> Token:  # noqa: S107 - of a simulated app
    made = Token(client_id="app-1", client_secret=secret, tenant_id="a.test")
    made.base = base
    return made


@pytest.fixture
def _plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    # oauthlib refuses any address without TLS, loopback too, unless the environment says so
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")


@pytest.mark.parametrize("name", ["svc@a.test", "A\\svc"])
def test_ntlm_takes_three_requests_and_one_for_each_later_call(mount: Mount, name: str) -> None:
    """Facts 1.1 F."""
    simulator = world("NTLM")
    with mount(simulator) as base:
        mine = calendar(account(base, exchangelib.Credentials(name, "secret"), auth_type=exchangelib.NTLM))
        assert list(mine.sync_items()) == []
        assert simulator.record.requests == {"unauthorized": 1, "ntlm_handshake": 1, "SyncFolderItems": 1}
        list(mine.sync_items())
        assert sum(simulator.record.requests.values()) == 4
    assert [call.user for call in simulator.record.calls] == [ANA, ANA]


def test_ntlm_is_chosen_where_it_is_offered(mount: Mount) -> None:
    """Facts 1.2: Digest, then NTLM, then Basic, as the challenges have them."""
    simulator = world("Negotiate", "NTLM", "Basic")
    with mount(simulator) as base:
        mine = account(base, exchangelib.Credentials(ANA, "secret"), preset=False)
        assert list(calendar(mine).sync_items()) == []
        assert mine.protocol.auth_type == exchangelib.NTLM
    assert simulator.record.requests["ntlm_handshake"] == 1


def test_a_wrong_password_fails_once_for_its_account(mount: Mount) -> None:
    """Facts 1.5."""
    simulator = world("NTLM")
    with mount(simulator) as base:
        mine = calendar(account(base, exchangelib.Credentials("svc@a.test", "wrong"), auth_type=exchangelib.NTLM))
        with pytest.raises(errors.UnauthorizedError):
            list(mine.sync_items())
    assert simulator.accounts.failed == {"svc@a.test": 1}
    assert simulator.record.calls == []


@pytest.mark.usefixtures("_plain_http")
def test_a_token_takes_one_request_and_serves_every_call(mount: Mount) -> None:
    """Facts 1.1 G."""
    simulator = world("Bearer")
    with mount(simulator) as base:
        mine = calendar(account(base, token(base), auth_type=exchangelib.OAUTH2))
        assert list(mine.sync_items()) == []
        assert simulator.record.requests == {"token": 1, "SyncFolderItems": 1}
        list(mine.sync_items())
        assert simulator.record.requests == {"token": 1, "SyncFolderItems": 2}
    assert [call.user for call in simulator.record.calls] == [ANA, ANA]


@pytest.mark.usefixtures("_plain_http")
def test_a_token_and_an_unknown_version_take_two_requests_more(mount: Mount) -> None:
    """Facts 1.1 H: token, ConvertId, and the call."""
    simulator = world("Bearer")
    with mount(simulator) as base:
        list(calendar(account(base, token(base), auth_type=exchangelib.OAUTH2, preset=False)).sync_items())
    assert simulator.record.requests == {"token": 1, "ConvertId": 1, "SyncFolderItems": 1}


@pytest.mark.usefixtures("_plain_http")
def test_a_wrong_secret_is_understood(mount: Mount) -> None:
    """RFC 6749 5.2, read by oauthlib."""
    simulator = world("Bearer")
    with mount(simulator) as base:
        mine = calendar(account(base, token(base, "wrong"), auth_type=exchangelib.OAUTH2))
        with pytest.raises(Exception, match="invalid_client") as caught:
            list(mine.sync_items())
    assert type(caught.value).__name__ == "InvalidClientError"
    assert simulator.record.requests == {"token": 1}


@pytest.mark.usefixtures("_plain_http")
def test_a_revoked_token_is_an_unauthorized_error(mount: Mount) -> None:
    simulator = world("Bearer")
    with mount(simulator) as base:
        mine = calendar(account(base, token(base), auth_type=exchangelib.OAUTH2))
        list(mine.sync_items())
        simulator.tokens.revoke()
        with pytest.raises(errors.UnauthorizedError):
            list(mine.sync_items())
