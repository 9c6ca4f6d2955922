"""Free/busy told on one machine: the functions' doors, behind the web server of `calpair run`."""

import base64
import http.client
import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from calpair.app.machine import App
from calpair.app.serving import LARGEST, Serving
from calpair.errors import UsageError
from scenarios.office import ANA, ANAS, PASSWORD, Office, office

ASKED = """<?xml version="1.0" encoding="utf-8"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"
 xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><s:Body><m:GetUserAvailabilityRequest>
<t:TimeZone><t:Bias>0</t:Bias>
<t:StandardTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>10</t:Month>
<t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime>
<t:DaylightTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>5</t:DayOrder><t:Month>3</t:Month>
<t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>
<m:MailboxDataArray><t:MailboxData><t:Email><t:Address>{address}</t:Address></t:Email>
<t:AttendeeType>Required</t:AttendeeType></t:MailboxData></m:MailboxDataArray>
<t:FreeBusyViewOptions><t:TimeWindow><t:StartTime>2030-01-07T00:00:00</t:StartTime>
<t:EndTime>2030-01-08T00:00:00</t:EndTime></t:TimeWindow>
<t:MergedFreeBusyIntervalInMinutes>60</t:MergedFreeBusyIntervalInMinutes>
<t:RequestedView>MergedOnly</t:RequestedView></t:FreeBusyViewOptions>
</m:GetUserAvailabilityRequest></s:Body></s:Envelope>"""
DISCOVER = (
    '<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"><Request>'
    "<EMailAddress>{address}</EMailAddress><AcceptableResponseSchema>"
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
    "</AcceptableResponseSchema></Request></Autodiscover>"
)
EWS = "EWS/Exchange.asmx"


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("CALLER", "svc-exchange:secret")
    with office(tmp_path, monkeypatch) as ground:
        ground.service["listen"] = f"127.0.0.1:{_free_port()}"
        ground.domains["a.test"]["google"]["free_busy_account"] = ANAS
        ground.domains["a.test"]["availability"] = {"credentials": "env:CALLER"}
        ground.domains["a.test"]["limits"] |= {"calendar_domains": ["g.test"], "mailbox_domains": ["a.test"]}
        ground.ready()
        yield ground


@pytest.fixture
def serving(company: Office) -> Iterator[Serving]:
    server = Serving(App.from_file(company.config, os.environ))
    server.start()
    yield server
    server.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(serving: Serving, path: str, body: str, password: str = "secret") -> tuple[int, str]:  # noqa: S107 - of a test
    connection = http.client.HTTPConnection(urlsplit(serving.address).netloc, timeout=20)
    proof = base64.b64encode(f"svc-exchange:{password}".encode()).decode()
    try:
        headers = {"Authorization": f"Basic {proof}", "Content-Type": "text/xml; charset=utf-8"}
        connection.request("POST", path, body.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_exchange_is_told_when_a_google_user_is_busy(company: Office, serving: Serving) -> None:
    company.web("Dinner", start={"dateTime": "2030-01-07T19:00:00Z"}, end={"dateTime": "2030-01-07T21:00:00Z"})
    status, found = post(serving, "/google_free_busy/autodiscover/autodiscover.xml", DISCOVER.format(address=ANAS))
    assert status == 200
    assert f"<EwsUrl>{serving.address}/google_free_busy/{EWS}</EwsUrl>" in found
    status, told = post(serving, f"/google_free_busy/{EWS}", ASKED.format(address=ANAS))
    assert status == 200
    assert "<t:MergedFreeBusy>000000000000000000022000</t:MergedFreeBusy>" in told
    assert "Dinner" not in told


def test_google_is_told_when_an_exchange_user_is_busy(company: Office, serving: Serving) -> None:
    company.outlook("Lunch", start=datetime(2030, 1, 7, 12, tzinfo=UTC), end=datetime(2030, 1, 7, 13, tzinfo=UTC))
    status, told = post(serving, f"/exchange_free_busy/{EWS}", ASKED.format(address=ANA))
    assert status == 200
    assert "<t:MergedFreeBusy>000000000000200000000000</t:MergedFreeBusy>" in told
    assert "Lunch" not in told


def asked_anew(company: Office) -> tuple[str, int]:
    """Ask about Ana after a restart: what was told, and how many requests Exchange saw."""
    company.exchange.record.requests.clear()
    server = Serving(App.from_file(company.config, os.environ))
    server.start()
    try:
        told = [post(server, f"/exchange_free_busy/{EWS}", ASKED.format(address=ANA))[1] for _ in range(2)]
    finally:
        server.stop()
    return told[-1], sum(company.exchange.record.requests.values())


def test_a_refused_password_is_tried_once_whatever_is_restarted(
    company: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSWORD", "wrong")
    tries = []
    for _ in range(3):
        told, count = asked_anew(company)
        tries.append(count)
        assert "MergedFreeBusy" not in told
    assert tries == [1, 0, 0]
    monkeypatch.setenv("PASSWORD", PASSWORD)
    told, count = asked_anew(company)
    assert "<t:MergedFreeBusy>000000000000000000000000</t:MergedFreeBusy>" in told
    assert count > 0


@pytest.mark.parametrize(
    ("path", "password", "status"),
    [
        (f"/google_free_busy/{EWS}", "wrong", 401),
        (f"/exchange_free_busy/{EWS}", "", 401),
        ("/exchange_free_busy/connector/a.test", "secret", 404),
        ("/exchange_free_busy/addon", "secret", 404),
        ("/google_free_busy/", "secret", 404),
        ("/", "secret", 404),
        ("/sync_pair", "secret", 404),
    ],
)
def test_a_door_that_is_shut_or_none_says_so(serving: Serving, path: str, password: str, status: int) -> None:
    assert post(serving, path, ASKED.format(address=ANA), password)[0] == status


def test_a_body_that_is_too_long_is_refused(serving: Serving) -> None:
    assert post(serving, f"/google_free_busy/{EWS}", "x" * (300 * 1024))[0] == 413


def test_a_body_that_says_it_is_endless_is_not_read(serving: Serving) -> None:
    connection = http.client.HTTPConnection(urlsplit(serving.address).netloc, timeout=20)
    try:
        connection.putrequest("POST", f"/google_free_busy/{EWS}")
        connection.putheader("Content-Length", str(LARGEST + 1))
        connection.endheaders()
        assert connection.getresponse().status == 413
    finally:
        connection.close()


def test_a_port_that_is_taken_is_told_in_a_line(company: Office, serving: Serving) -> None:
    again = Serving(App.from_file(company.config, os.environ))
    with pytest.raises(UsageError) as refusal:
        again.start()
    assert str(refusal.value) == (
        f"nothing can listen at {company.service['listen']} (OSError); "
        "end what listens there, or write another [service] listen"
    )
    assert serving.address
