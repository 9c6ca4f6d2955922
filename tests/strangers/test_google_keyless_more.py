"""google-auth's keyless delegation, unmodified, on the simulator: in process and over a port, with its own requests.

Its addresses are constants (iamcredentials.googleapis.com, the metadata server's name): over a port a `requests` adapter
carries each of Google's hosts to the one port; in process the path tells them apart.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import httplib2
import pytest
import requests
from google.auth import compute_engine, iam, impersonated_credentials
from google.auth.exceptions import RefreshError, TransportError
from google.auth.transport.requests import AuthorizedSession
from google.auth.transport.requests import Request as OverRequests
from google.oauth2 import service_account
from google_auth_httplib2 import AuthorizedHttp
from google_auth_httplib2 import Request as OverHttplib2
from requests.adapters import BaseAdapter, HTTPAdapter

from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.google import GoogleSimulator, InProcessHttp, Robot
from simulators.wire import mounted

AUTH = "https://www.googleapis.com/auth/"
EVENTS, BUSY = f"{AUTH}calendar.events", f"{AUTH}calendar.freebusy"
RUN, SYNC, SHUT = (f"{name}@p.iam.gserviceaccount.com" for name in ("run", "sync", "shut"))
TOKENS = "https://oauth2.googleapis.com/token"
LIST = "https://www.googleapis.com/calendar/v3/calendars/primary/events"
PRIMARY = "https://www.googleapis.com/calendar/v3/calendars/primary"

# The libraries have no types, and are called from typed tests.
ENGINE: Any = compute_engine.Credentials
SIGNER: Any = iam.Signer
ACCOUNT: Any = service_account.Credentials
IMPERSONATED: Any = impersonated_credentials.Credentials
SESSION: Any = AuthorizedSession
Get = Callable[[Any, str], int]


class _ToPort(HTTPAdapter):
    """Carries every request to one address, whatever host it names."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.headers["Host"] = parts.netloc
        request.url = f"{self._base}{parts.path}{'?' if parts.query else ''}{parts.query}"
        return super().send(request, *args, **options)


@pytest.fixture
def simulator() -> GoogleSimulator:
    return GoogleSimulator(
        clock=ManualClock(),
        robots=[Robot(RUN), Robot(SYNC, {EVENTS}, {RUN}), Robot(SHUT, {EVENTS})],
        runtime=RUN,
    )


@pytest.fixture(params=["httplib2", "requests", "port"])
def ground(simulator: GoogleSimulator, request: pytest.FixtureRequest) -> Iterator[tuple[Any, Get]]:
    """The library's transport, in process with either of its clients or on a port, and a GET with credentials through it."""
    if request.param == "httplib2":
        http: httplib2.Http = InProcessHttp(simulator)  # type: ignore[assignment]  # as far as the libraries use it
        yield OverHttplib2(http), lambda credentials, url: AuthorizedHttp(credentials, http=http).request(url)[0].status
    elif request.param == "requests":
        yield from _over_requests(lambda: SimulatorAdapter(simulator))
    else:
        with mounted(simulator) as base:
            yield from _over_requests(lambda: _ToPort(base))


def _over_requests(adapter: Callable[[], BaseAdapter]) -> Iterator[tuple[Any, Get]]:
    def carried(session: requests.Session) -> requests.Session:
        session.trust_env = False
        for prefix in ("http://", "https://"):
            session.mount(prefix, adapter())
        return session

    with carried(requests.Session()) as session:
        transport: Any = OverRequests(session)

        def get(credentials: Any, url: str) -> int:
            with carried(SESSION(credentials, auth_request=transport)) as signed:
                return signed.get(url, timeout=10).status_code

        yield transport, get


def engine() -> Any:
    """The runtime's credentials; without the universe named they look it up past the transport they are given."""
    return ENGINE(universe_domain="googleapis.com")


def delegated(transport: Any, robot: str = SYNC, *, subject: str = "ana@g.test", scope: str = EVENTS) -> Any:
    return ACCOUNT(SIGNER(transport, engine(), robot), robot, TOKENS, scopes=[scope], subject=subject)


def test_signed_by_iam_a_service_account_acts_as_a_user(simulator: GoogleSimulator, ground: tuple[Any, Get]) -> None:
    """facts/platform.md 6 A: the runtime's token, signBlob, the JWT-bearer grant with a subject."""
    transport, get = ground
    credentials = delegated(transport)
    assert get(credentials, LIST) == 200
    assert [call.user for call in simulator.record.calls][-1] == "ana@g.test"
    first = {"metadata.default": 1, "metadata.token": 1, "iam.signBlob": 1, "token": 1}
    assert simulator.record.requests == {**first, "events.list": 1}
    assert get(credentials, LIST) == 200
    assert simulator.record.requests == {**first, "events.list": 2}


def test_the_subject_outlives_a_copy(simulator: GoogleSimulator, ground: tuple[Any, Get]) -> None:
    """facts/platform.md 0 item 3."""
    transport, get = ground
    assert get(delegated(transport, scope=BUSY).with_scopes([EVENTS]), LIST) == 200
    assert [call.user for call in simulator.record.calls][-1] == "ana@g.test"


def test_impersonated_credentials_have_a_jwt_signed(simulator: GoogleSimulator, ground: tuple[Any, Get]) -> None:
    """facts/platform.md 6 B: the same grant, with signJwt in place of signBlob."""
    _, get = ground
    made = IMPERSONATED(
        source_credentials=engine(), target_principal=SYNC, target_scopes=[EVENTS], subject="ana@g.test"
    )
    assert get(made, LIST) == 200
    assert [call.user for call in simulator.record.calls][-1] == "ana@g.test"
    assert (simulator.record.requests["iam.signJwt"], simulator.record.requests["iam.signBlob"]) == (1, 0)


def test_who_may_not_create_tokens_gets_nothing_signed(simulator: GoogleSimulator, ground: tuple[Any, Get]) -> None:
    transport, get = ground
    with pytest.raises(TransportError, match="PERMISSION_DENIED"):
        get(delegated(transport, SHUT), LIST)
    assert "token" not in simulator.record.requests


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": BUSY}, "unauthorized_client"),
        ({"scope": f"{AUTH}calendar"}, "unauthorized_client"),
        ({"subject": "nobody@g.test"}, "invalid_grant"),
    ],
)
def test_a_refused_grant_is_understood(ground: tuple[Any, Get], changes: dict[str, str], error: str) -> None:
    """RFC 6749 5.2."""
    transport, _ = ground
    with pytest.raises(RefreshError, match=error):
        delegated(transport, **changes).refresh(transport)


def test_a_scope_too_narrow_is_a_403_of_the_calendar(ground: tuple[Any, Get]) -> None:
    """facts/google.md 3.10."""
    transport, get = ground
    assert get(delegated(transport), PRIMARY) == 403
