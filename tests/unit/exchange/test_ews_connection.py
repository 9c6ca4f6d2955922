"""One request an operation, whatever comes back; and who is asked what, as whom, how long."""

import base64
import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import requests

from calpair.errors import (
    AccessLostError,
    BackOffError,
    RefusedError,
    SideError,
    SignInError,
    UnknownOutcomeError,
)
from calpair.exchange import ews
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import Access
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.wire import Crash, LostReplyError, TimedOutError, mounted
from unit.exchange.ground import ANA, SERVER, MakeWorld, Script, World, draft, written
from unit.exchange.scripted import answer, ask, connected, refusal
from unit.resolving import HERE


def test_the_first_request_is_the_operation_itself(script: Script) -> None:
    script.say(answer())
    ask(connected(script))
    (request,) = script.asked
    assert request.method == "POST"
    assert b"<m:SyncFolderItems" in request.body
    assert request.headers["x-anchormailbox"] == ANA
    assert request.headers["user-agent"] == "calpair"
    assert request.headers["content-type"] == "text/xml; charset=utf-8"
    assert request.headers["authorization"] == "Basic " + base64.b64encode(b"svc@a.test:secret").decode()


def test_the_mailbox_is_impersonated_and_named(script: Script) -> None:
    script.say(answer())
    ask(connected(script))
    body = script.asked[0].body.decode()
    assert "<t:ConnectingSID><t:PrimarySmtpAddress>ana@a.test</t:PrimarySmtpAddress></t:ConnectingSID>" in body
    assert '<t:DistinguishedFolderId Id="calendar"><t:Mailbox><t:EmailAddress>ana@a.test<' in body
    assert "TimeZoneContext" not in body


def test_own_access_impersonates_nobody_and_still_names_the_mailbox(script: Script) -> None:
    script.say(answer())
    ask(connected(script, access=Access.OWN))
    body = script.asked[0].body.decode()
    assert "Impersonation" not in body
    assert "<t:EmailAddress>ana@a.test<" in body


@pytest.mark.parametrize(
    ("status", "headers", "kind"),
    [
        (401, {"WWW_Authenticate": "Negotiate, Basic"}, SignInError),
        (403, {}, AccessLostError),
        (404, {}, AccessLostError),
        (301, {"Location": "https://elsewhere.test/EWS/Exchange.asmx"}, AccessLostError),
        (302, {"Location": "https://exchange.test/owa"}, AccessLostError),
        (302, {"Location": "/ews/genericerrorpage.htm?aspxerrorpath=/ews/exchange.asmx"}, BackOffError),
        (307, {"Location": "https://elsewhere.test/EWS/Exchange.asmx"}, AccessLostError),
        (429, {"Retry_After": "7"}, BackOffError),
        (502, {}, BackOffError),
        (503, {"Retry_After": "7"}, BackOffError),
        (500, {}, BackOffError),
        (200, {}, AccessLostError),
    ],
)
def test_a_page_in_exchanges_stead_is_one_request_and_one_error(
    script: Script, status: int, headers: dict[str, str], kind: type[SideError]
) -> None:
    script.say("<html><body>the secret subject</body></html>", status, **headers)
    error = refusal(connected(script))
    assert type(error) is kind
    assert "secret subject" not in str(error)
    assert "elsewhere.test" not in str(error)
    assert error.__cause__ is None
    assert error.__suppress_context__
    assert len(script.asked) == 1


def test_retry_after_is_obeyed(script: Script) -> None:
    script.say("", 503, Retry_After="17")
    error = refusal(connected(script))
    assert isinstance(error, BackOffError)
    assert error.seconds == 17


@pytest.mark.parametrize("lost", [LostReplyError(), TimedOutError()])
def test_a_lost_reply_leaves_a_write_unknown_and_a_read_to_be_repeated(script: Script, lost: Exception) -> None:
    script.answers += [lost, lost]
    connection = connected(script)
    assert type(refusal(connection)) is BackOffError
    assert type(refusal(connection, writing=True)) is UnknownOutcomeError
    assert len(script.asked) == 2


def test_a_torn_answer_is_not_mended(script: Script) -> None:
    script.say(answer()[:-30])
    assert refusal(connected(script)).code == "TornAnswer"


@pytest.mark.parametrize(
    ("offers", "cure"),
    [
        ("", "name or password were refused: check exchange.username and exchange.secret"),
        ('Basic realm="Lunch with Bo"', "name or password were refused: check exchange.username and exchange.secret"),
        ("Negotiate, NTLM", "the server does not take basic here, but ntlm: correct exchange.auth"),
        ('Bearer client_id="x", NTLM', "the server does not take basic here, but ntlm or oauth: correct exchange.auth"),
        ("Lunch with Bo", "name or password were refused: check exchange.username and exchange.secret"),
    ],
)
def test_a_refusal_says_what_the_server_offers_where_it_is_something_else(
    script: Script, offers: str, cure: str
) -> None:
    script.say("", 401, WWW_Authenticate=offers)
    error = refusal(connected(script))
    assert isinstance(error, SignInError)
    assert error.sentence == cure


def test_after_a_death_in_the_middle_the_connection_still_works(script: Script) -> None:
    script.answers.append(Crash())
    script.say(answer())
    connection = connected(script, max_connections=1)
    with pytest.raises(Crash):
        ask(connection)
    ask(connection)


def test_a_refused_password_is_tried_once_and_asked_for_again(script: Script) -> None:
    script.say("", 401)
    script.say(answer())
    passwords = iter(["old", "new"])
    connection = ExchangeConnection(SERVER, lambda: next(passwords), ManualClock().now, SimulatorAdapter(script))
    assert isinstance(refusal(connection), SignInError)
    ask(connection)
    sent = [base64.b64decode(request.headers["authorization"].split()[1]) for request in script.asked]
    assert sent == [b"svc@a.test:old", b"svc@a.test:new"]


def test_the_password_is_asked_for_once_and_not_before_it_is_needed(script: Script) -> None:
    asked: list[str] = []

    def password() -> str:
        asked.append("asked")
        return "secret"

    connection = ExchangeConnection(SERVER, password, ManualClock().now, SimulatorAdapter(script))
    assert asked == []
    for _ in range(3):
        script.say(answer())
        ask(connection)
    assert asked == ["asked"]


@pytest.mark.parametrize(("password", "sent"), [("pässword", b"p\xe4ssword"), ("пароль", "пароль".encode())])
def test_a_password_of_any_letters_can_be_sent(script: Script, password: str, sent: bytes) -> None:
    script.say(answer())
    connection = ExchangeConnection(SERVER, lambda: password, ManualClock().now, SimulatorAdapter(script))
    ask(connection)
    assert base64.b64decode(script.asked[0].headers["authorization"].split()[1]) == b"svc@a.test:" + sent


def test_signing_out_before_signing_in_is_nothing(script: Script) -> None:
    ews.Wire(SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(script), HERE).sign_out()


def test_two_connections_to_one_address_and_account_share_nothing() -> None:
    first, second = Script(), Script()
    first.say(answer())
    second.say(answer(build="15.1.1.1"))
    one, other = connected(first), connected(second)
    ask(one)
    ask(other)
    assert (one.version, other.version) == ("15.2.2562.17", "15.1.1.1")
    assert len(first.asked) == len(second.asked) == 1


def test_an_endless_answer_is_not_read_to_its_end(script: Script, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ews, "MAX_ANSWER", 100_000)
    script.say(answer() + " " * 200_000)
    assert isinstance(refusal(connected(script)), RefusedError)


def test_a_dripping_answer_is_left_after_the_time_it_was_given(script: Script) -> None:
    times = iter(datetime(2026, 11, 2, 8, 0, tzinfo=UTC) + timedelta(seconds=11 * step) for step in range(100))
    script.say(answer() + " " * 1_000_000)
    connection = ExchangeConnection(SERVER, lambda: "secret", lambda: next(times), SimulatorAdapter(script))
    assert refusal(connection).code == "Timeout"


def test_nothing_of_an_answer_or_a_request_is_logged(
    script: Script, caplog: pytest.LogCaptureFixture, world: World
) -> None:
    caplog.set_level(logging.DEBUG)
    script.say("<html>the secret subject</html>", 500)
    refusal(connected(script))
    written(world.calendar.create([draft()])[0])
    script.answers.append(ValueError("what a library might raise"))
    with pytest.raises(ValueError, match="library"):
        ask(connected(script))
    assert "secret" not in caplog.text
    assert "Lunch" not in caplog.text
    assert "CreateItem" not in caplog.text


@pytest.fixture
def port() -> Iterator[str]:
    """The simulator on a real port."""
    with mounted(ExchangeSimulator(clock=ManualClock(), switches=Switches())) as address:
        yield address


def test_the_same_works_over_a_real_connection(port: str) -> None:
    settings = replace(SERVER, url=f"{port}/EWS/Exchange.asmx")
    connection = ExchangeConnection(settings, lambda: "secret", lambda: datetime.now(UTC), names=HERE)
    calendar = ExchangeCalendar(connection, ANA, "", zone=lambda: "")
    item = written(calendar.create([draft()])[0])
    assert [change.id for change in calendar.changes("").changes] == [item.id]


def test_where_nobody_listens_nothing_was_done(port: str, make_world: MakeWorld) -> None:
    del port
    settings = replace(SERVER, url="http://127.0.0.1:9/EWS/Exchange.asmx")
    connection = ExchangeConnection(settings, lambda: "secret", lambda: datetime.now(UTC), names=HERE)
    error = refusal(connection, writing=True)
    assert isinstance(error, BackOffError)
    assert error.code == "Unreachable"
    assert make_world().connection.version == ""


def test_a_connection_cut_on_a_port_leaves_a_write_unknown() -> None:
    script = Script([LostReplyError()])
    with mounted(script) as address:
        settings = replace(SERVER, url=f"{address}/EWS/Exchange.asmx")
        connection = ExchangeConnection(settings, lambda: "secret", lambda: datetime.now(UTC), names=HERE)
        assert isinstance(refusal(connection, writing=True), UnknownOutcomeError)


def test_timeouts_are_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []

    def send(_self: object, _request: object, **options: object) -> None:
        seen.append((options["timeout"], options["verify"], options["allow_redirects"], options["stream"]))
        raise requests.exceptions.ReadTimeout

    monkeypatch.setattr(requests.Session, "send", send)
    connection = connected(Script(), timeout_seconds=7, ca="/etc/ssl/own.pem")
    refusal(connection)
    assert seen == [((7, 7), "/etc/ssl/own.pem", False, True)]
