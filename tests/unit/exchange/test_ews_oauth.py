"""An application's token: how it is asked for, how long it serves, and every refusal."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from requests.adapters import BaseAdapter

from calpair.errors import AccessLostError, BackOffError, SideError, SignInError, UsageError
from calpair.exchange import bodies
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import ExchangeAuth
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.wire import Handler, LostReplyError, Request, Response
from unit.exchange.ground import ANA, SERVER, Script, answer
from unit.google.sockets import Heard, ok, speaking
from unit.resolving import HERE

TENANT = "11111111-2222-3333-4444-555555555555"
OAUTH = replace(SERVER, auth=ExchangeAuth.OAUTH, username="", tenant=TENANT, client_id="app-1")
HUSH = "client-hush"


class Kept(SimulatorAdapter):
    """A transport that keeps where requests went."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(handler)
        self.urls: list[str] = []

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self.urls.append(request.url or "")
        return super().send(request, *args, **options)


def token(script: Script, text: str = "T1", seconds: object = 3599) -> None:
    script.say(f'{{"token_type": "Bearer", "expires_in": {seconds}, "access_token": "{text}"}}')


def connected(
    handler: Handler, clock: ManualClock | None = None, transport: BaseAdapter | None = None, **settings: Any
) -> ExchangeConnection:
    return ExchangeConnection(
        replace(OAUTH, **settings), lambda: HUSH, (clock or ManualClock()).now, transport or SimulatorAdapter(handler)
    )


def ask(connection: ExchangeConnection, *, writing: bool = False) -> None:
    connection.ask(ANA, bodies.sync(bodies.calendar_folder(ANA), ""), writing=writing)


def refusal(connection: ExchangeConnection, *, writing: bool = False) -> SideError:
    with pytest.raises(SideError) as caught:
        ask(connection, writing=writing)
    assert HUSH not in f"{caught.value} {caught.value!r}"
    return caught.value


def bearers(script: Script) -> list[str]:
    """What stood in Authorization, request by request; empty for requests for a token."""
    return [request.headers.get("authorization", "") for request in script.asked]


def test_a_token_is_asked_for_as_the_tenant_wants_it(script: Script) -> None:
    token(script)
    script.say(answer())
    transport = Kept(script)
    ask(connected(script, transport=transport))
    assert transport.urls == [f"https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token", SERVER.url]
    asked, _ = script.asked
    assert (asked.method, asked.headers["content-type"]) == ("POST", "application/x-www-form-urlencoded")
    assert parse_qs(asked.body.decode()) == {
        "grant_type": ["client_credentials"],
        "client_id": ["app-1"],
        "client_secret": [HUSH],
        "scope": ["https://outlook.office365.com/.default"],
    }
    assert bearers(script) == ["", "Bearer T1"]


def test_an_address_of_ones_own_is_asked_instead(script: Script) -> None:
    token(script)
    script.say(answer())
    transport = Kept(script)
    ask(connected(script, transport=transport, token_url="https://adfs.a.test/adfs/oauth2/token"))
    assert transport.urls[0] == "https://adfs.a.test/adfs/oauth2/token"


def test_a_tenant_is_a_name_and_no_path(script: Script) -> None:
    token(script)
    script.say(answer())
    transport = Kept(script)
    ask(connected(script, transport=transport, tenant="../x?y#z"))
    assert transport.urls[0] == "https://login.microsoftonline.com/..%2Fx%3Fy%23z/oauth2/v2.0/token"


def test_the_application_acts_as_the_mailboxs_user(script: Script) -> None:
    token(script)
    script.say(answer())
    ask(connected(script))
    assert b"<t:ExchangeImpersonation><t:ConnectingSID><t:PrimarySmtpAddress>ana@a.test<" in script.asked[1].body
    assert script.asked[1].headers["x-anchormailbox"] == ANA


def test_a_token_serves_until_shortly_before_its_end(script: Script) -> None:
    clock = ManualClock()
    connection = connected(script, clock)
    token(script, "T1", 3600)
    for _ in range(2):
        script.say(answer())
    ask(connection)
    clock.advance(timedelta(minutes=54))
    ask(connection)
    clock.advance(timedelta(minutes=2))
    token(script, "T2", 3600)
    script.say(answer())
    ask(connection)
    assert bearers(script) == ["", "Bearer T1", "Bearer T1", "", "Bearer T2"]


def test_a_token_that_ended_early_is_renewed_once(script: Script) -> None:
    connection = connected(script)
    token(script)
    script.say(answer())
    ask(connection)
    script.say("", 401)
    token(script, "T2")
    script.say(answer())
    ask(connection, writing=True)
    assert bearers(script) == ["", "Bearer T1", "Bearer T1", "", "Bearer T2"]
    script.say("", 401)
    token(script, "T3")
    script.say("", 401)
    error = refusal(connection)
    assert isinstance(error, SignInError)
    assert "full_access_as_app" in error.sentence
    assert bearers(script)[5:] == ["Bearer T2", "", "Bearer T3"]


def test_a_token_of_a_short_life_serves_half_of_it(script: Script) -> None:
    clock = ManualClock()
    connection = connected(script, clock)
    for text in ("T1", "T2"):
        token(script, text, 240)
        for _ in range(2):
            script.say(answer())
        ask(connection)
        clock.advance(timedelta(seconds=110))
        ask(connection)
        clock.advance(timedelta(seconds=20))
    assert bearers(script) == ["", "Bearer T1", "Bearer T1", "", "Bearer T2", "Bearer T2"]


def test_a_refusal_that_was_long_in_coming_is_not_answered_by_a_request_that_would_end_too_late(script: Script) -> None:
    clock = ManualClock()

    class Slow(SimulatorAdapter):
        def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
            clock.advance(timedelta(seconds=11))
            return super().send(request, *args, **options)

    connection = connected(script, clock, Slow(script))
    token(script)
    script.say(answer())
    ask(connection)
    script.say("", 401)
    assert isinstance(refusal(connection, writing=True), SignInError)
    assert bearers(script) == ["", "Bearer T1", "Bearer T1"]
    token(script, "T2")
    script.say(answer())
    ask(connection)


def test_a_token_that_was_just_given_and_is_refused_is_not_asked_for_again(script: Script) -> None:
    token(script)
    script.say("", 401)
    assert isinstance(refusal(connected(script)), SignInError)
    assert bearers(script) == ["", "Bearer T1"]


@pytest.mark.parametrize(
    ("status", "word", "code", "cure"),
    [
        (401, "invalid_client", "invalid_client", "exchange.secret"),
        (400, "unauthorized_client", "unauthorized_client", "exchange.tenant"),
        (400, "invalid_request", "invalid_request", "exchange.tenant"),
        (400, "invalid_scope", "invalid_scope", "exchange.token_url"),
        (400, "invalid_resource", "invalid_resource", "full_access_as_app"),
        (403, "access_denied", "access_denied", "full_access_as_app"),
        (400, "Lunch with Bo", "refused", "exchange.client_id"),
    ],
)
def test_a_refusal_names_the_cure_and_nothing_is_tried_twice(
    script: Script, status: int, word: str, code: str, cure: str
) -> None:
    script.say(f'{{"error": "{word}", "error_description": "AADSTS7000215: {HUSH}"}}', status)
    error = refusal(connected(script), writing=True)
    assert isinstance(error, SignInError)
    assert error.code == code
    assert cure in error.sentence
    assert "Bo" not in str(error)
    assert len(script.asked) == 1


@pytest.mark.parametrize(
    ("status", "body"), [(429, ""), (500, ""), (503, "<html>"), (400, '{"error": "temporarily_unavailable"}')]
)
def test_a_busy_address_is_asked_again_later(script: Script, status: int, body: str) -> None:
    script.say(body, status, Retry_After="17")
    error = refusal(connected(script), writing=True)
    assert type(error) is BackOffError
    assert (error.code, error.seconds, error.scope) == (f"HTTP{status}", 17, "server")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{}",
        "[" * 100_000,
        '{"access_token": "T"}',
        '{"access_token": "T", "expires_in": "soon"}',
        '{"access_token": "T", "expires_in": 1e400}',
        '{"access_token": "T", "expires_in": 99999999999999}',
    ],
)
def test_an_answer_without_a_token_is_none(script: Script, body: str) -> None:
    script.say(body)
    error = refusal(connected(script), writing=True)
    assert (type(error), error.code) == (BackOffError, "garbled")


@pytest.mark.parametrize("status", [301, 302, 307, 308, 404, 405])
def test_what_gives_no_tokens_is_not_asked_elsewhere(script: Script, status: int) -> None:
    script.say("<html>", status, Location="https://elsewhere.test/")
    error = refusal(connected(script))
    assert isinstance(error, AccessLostError)
    assert error.code == f"HTTP{status}"
    assert "exchange.token_url" in error.sentence
    assert len(script.asked) == 1


def test_a_lost_answer_leaves_a_write_undone(script: Script) -> None:
    """The request itself was never sent."""
    script.answers.append(LostReplyError())
    error = refusal(connected(script), writing=True)
    assert (type(error), error.sentence) == (BackOffError, "where tokens come from gives no usable answer")


def test_an_endless_answer_is_not_read_to_its_end(script: Script) -> None:
    script.say(" " * 1_000_000)
    error = refusal(connected(script), writing=True)
    assert (type(error), error.code) == (AccessLostError, "AnswerTooLarge")


def test_the_secret_is_read_for_each_token_and_not_before(script: Script) -> None:
    clock, read = ManualClock(), list[str]()

    def secret() -> str:
        read.append("read")
        return HUSH

    connection = ExchangeConnection(OAUTH, secret, clock.now, SimulatorAdapter(script))
    assert read == []
    for lifetime in range(2):
        token(script, f"T{lifetime}")
        script.say(answer())
        script.say(answer())
        ask(connection)
        ask(connection)
        assert len(read) == lifetime + 1
        clock.advance(timedelta(hours=1))


def test_threads_wait_for_one_token(script: Script) -> None:
    class Busy:
        """Gives a token to each who asks, and says how many did."""

        def __init__(self) -> None:
            self.tokens = 0
            self._lock = Lock()

        def handle(self, request: Request) -> Response:
            if b"grant_type" not in request.body:
                return Response(200, answer().encode())
            with self._lock:
                self.tokens += 1
            return Response(200, b'{"access_token": "T", "expires_in": 3600}')

    busy = Busy()
    connection = connected(busy, max_connections=8)
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: ask(connection), range(40)))
    assert busy.tokens == 1
    assert script.asked == []


def test_nothing_shows_a_token_or_the_secret(script: Script, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    connection = connected(script)
    token(script, "ey-very-secret")
    script.say(answer())
    ask(connection)
    tokens = connection._wire._tokens
    shown = f"{caplog.text} {connection!r} {tokens!r} {tokens.__dict__} {tokens._token!r}"
    assert "ey-very-secret" not in shown
    assert HUSH not in shown


class TestOverRealConnections:
    TOKEN = ok(b'{"access_token": "T", "expires_in": 3600}')

    def connection(self, tokens: Heard, server: Heard, **more: Any) -> ExchangeConnection:
        settings = replace(OAUTH, url=f"{server.url}EWS/Exchange.asmx", token_url=f"{tokens.url}token")
        return ExchangeConnection(settings, lambda: HUSH, ManualClock().now, **more)

    def test_the_whole_way(self) -> None:
        with speaking([self.TOKEN]) as tokens, speaking([ok(answer().encode())]) as server:
            ask(self.connection(tokens, server, names=HERE))
        assert b"Bearer T" in server.requests[0][0]

    def test_a_token_address_is_held_to_the_operators_limits(self) -> None:
        with speaking() as tokens, speaking() as server:
            error = refusal(self.connection(tokens, server))
        assert (type(error), error.code) == (AccessLostError, "AddressRefused")

    def test_one_that_cannot_be_reached_is_told_apart_from_the_server(self) -> None:
        with speaking() as tokens:
            pass
        with speaking() as server:
            error = refusal(self.connection(tokens, server, names=HERE))
        assert (type(error), error.code) == (BackOffError, "Unreachable")
        assert "exchange.token_url" in error.sentence


def test_certificates_for_an_own_token_address_are_the_documents(script: Script) -> None:
    connection = ExchangeConnection(
        replace(OAUTH, token_url="https://adfs.a.test/token", ca="/nowhere/ca.pem"), lambda: HUSH, ManualClock().now
    )
    with pytest.raises(UsageError, match=r"exchange\.ca"):
        ask(connection)
    assert script.asked == []
