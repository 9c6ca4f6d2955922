"""What an administrator is told before the first sync."""

from dataclasses import replace

import pytest
import requests

from calpair.errors import UsageError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import Access
from calpair.model.side import Side
from calpair.ports import Finding
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from unit.exchange.ground import SERVER, MakeWorld, Script, World


def look(calendar: ExchangeCalendar, *, writing: bool = True) -> list[Finding]:
    return list(calendar.examine(writing=writing))


def said(findings: list[Finding]) -> dict[str, bool]:
    return {finding.check: finding.ok for finding in findings}


def stopped_at(calendar: ExchangeCalendar, *, writing: bool = True) -> Finding:
    *before, last = look(calendar, writing=writing)
    assert all(finding.ok and not finding.cure for finding in before)
    assert not last.ok
    assert last.cure
    return last


def test_all_is_well_and_told_with_one_request(world: World) -> None:
    assert said(look(world.calendar)) == {
        "address": True,
        "tls": True,
        "sign-in": True,
        "mailbox": True,
        "folder": True,
        "rights": True,
    }
    assert world.requests() == {"GetFolder": 1}
    assert look(world.calendar)[0].found == "exchange.test answers, Exchange 15.2.2562.17"
    assert world.calendar.side is Side.EXCHANGE


def test_nothing_is_changed(world: World) -> None:
    before = world.ana.items()
    look(world.calendar)
    assert world.ana.items() == before
    assert not any(call.changed for call in world.simulator.record.calls)


def test_a_folder_below_the_calendar_costs_one_request_more(make_world: MakeWorld) -> None:
    world = make_world(folder="Team")
    world.ana.add_folder("Team")
    assert said(look(world.calendar))["folder"]
    assert world.requests() == {"FindFolder": 1, "GetFolder": 1}


def test_a_folder_that_is_not_there_is_named(make_world: MakeWorld) -> None:
    findings = look(make_world(folder="Team").calendar)
    assert [finding.check for finding in findings] == ["address", "tls", "sign-in", "mailbox", "folder"]
    assert findings[-1].cure == (
        "no folder 'Team' below the calendar of ana@a.test: write the path to it as Outlook shows it, "
        "or leave `folder` out for the calendar itself"
    )


def test_a_wrong_password_stops_at_the_sign_in_after_one_try(make_world: MakeWorld) -> None:
    world = make_world(password="wrong")
    last = stopped_at(world.calendar)
    assert (last.check, last.found) == ("sign-in", "HTTP401")
    assert world.requests() == {"unauthorized": 1}


def test_a_mailbox_nobody_may_impersonate_stops_at_the_mailbox(make_world: MakeWorld) -> None:
    last = stopped_at(make_world(Switches(impersonation_denied=("ana@a.test",))).calendar)
    assert last.check == "mailbox"
    assert "ApplicationImpersonation" in last.cure


def test_a_mailbox_that_does_not_exist_stops_at_the_mailbox(make_world: MakeWorld) -> None:
    simulator = ExchangeSimulator(clock=ManualClock(), mailboxes={"bo@a.test": "secret"})
    assert stopped_at(make_world(simulator=simulator).calendar).check == "mailbox"


def test_a_read_only_mailbox_is_enough_for_reading_only(world: World) -> None:
    world.ana.set_read_only()
    assert said(look(world.calendar, writing=False))["rights"]
    last = stopped_at(world.calendar)
    assert (last.check, last.found) == ("rights", "no right to write")


def test_a_path_that_is_no_exchange_stops_at_the_address(make_world: MakeWorld) -> None:
    last = stopped_at(make_world(url="https://exchange.test/owa").calendar)
    assert (last.check, last.found) == ("address", "HTTP404")


def test_a_busy_server_stops_at_the_address_and_says_so(world: World) -> None:
    world.plant("busy_fault", "GetFolder")
    last = stopped_at(world.calendar)
    assert (last.check, last.found, last.cure) == ("address", "ErrorServerBusy", "ask again later")


def test_a_denied_calendar_says_nothing_of_the_mailbox(world: World) -> None:
    world.plant("access_denied", "GetFolder")
    findings = look(world.calendar)
    assert [finding.check for finding in findings] == ["address", "tls", "sign-in", "folder"]
    assert not findings[-1].ok


def test_a_denied_folder_in_a_mailbox_that_showed_its_folders_does(make_world: MakeWorld) -> None:
    world = make_world(folder="Team")
    world.ana.add_folder("Team")
    world.plant("access_denied", "GetFolder")
    assert said(look(world.calendar)) == {
        "address": True,
        "tls": True,
        "sign-in": True,
        "mailbox": True,
        "folder": False,
    }


def test_an_account_that_opens_only_its_own_mailbox_is_told_to_impersonate(make_world: MakeWorld) -> None:
    simulator = ExchangeSimulator(clock=ManualClock(), mailboxes={"ana@a.test": "ana's", "bo@a.test": "bo's"})
    world = make_world(simulator=simulator, password="bo's", username="bo@a.test", access=Access.OWN)
    last = stopped_at(world.calendar)
    assert last.check == "mailbox"
    assert 'write "impersonation", or share the calendar with the account' in last.cure


def test_an_account_without_a_mailbox_of_its_own_is_told_to_impersonate(make_world: MakeWorld) -> None:
    last = stopped_at(make_world(access=Access.OWN).calendar)
    assert (last.check, last.found) == ("mailbox", "ErrorMissingEmailAddress")
    assert last.cure == (
        'the account has no mailbox of its own: write exchange.access = "impersonation", '
        "or sign in with the account the mailbox belongs to"
    )


def test_a_server_out_of_reach_shows_nothing_but_that(script: Script, scripted: ExchangeCalendar) -> None:
    script.answers.append(requests.exceptions.ConnectTimeout())
    (only,) = look(scripted)
    assert (only.check, only.ok, only.found) == ("address", False, "Unreachable")


def test_a_forbidden_service_stops_at_the_sign_in(script: Script, scripted: ExchangeCalendar) -> None:
    script.say("", 403)
    last = stopped_at(scripted)
    assert (last.check, last.found) == ("sign-in", "HTTP403")


def test_no_right_to_read_is_said(script: Script, scripted: ExchangeCalendar) -> None:
    script.say(
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
        'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" '
        'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Body><m:R><m:ResponseMessages>'
        '<m:X ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode><m:Folders><t:CalendarFolder>'
        "<t:EffectiveRights><t:CreateContents>false</t:CreateContents><t:Read>false</t:Read></t:EffectiveRights>"
        "</t:CalendarFolder></m:Folders></m:X></m:ResponseMessages></m:R></s:Body></s:Envelope>"
    )
    last = stopped_at(scripted, writing=False)
    assert (last.check, last.found) == ("rights", "no right to read")


def test_an_untrusted_certificate_stops_at_tls(make_world: MakeWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_world()

    def fails(*_: object, **__: object) -> None:
        raise UsageError("exchange.ca: '/x' cannot be read as certificates; name a PEM file")

    monkeypatch.setattr(world.connection, "ask", fails)
    (only,) = look(world.calendar)
    assert (only.check, only.ok) == ("tls", False)
    assert "exchange.ca" in only.cure


def test_without_a_password_nothing_is_asked_and_nothing_else_is_said(script: Script) -> None:
    def password() -> str:
        raise UsageError("exchange.secret: env:NOTHING is not set")

    connection = ExchangeConnection(SERVER, password, ManualClock().now, SimulatorAdapter(script))
    (only,) = look(ExchangeCalendar(connection, "ana@a.test", "", zone=lambda: ""))
    assert (only.check, only.ok) == ("sign-in", False)
    assert "exchange.secret" in only.cure
    assert script.asked == []


def test_without_tls_that_is_said(make_world: MakeWorld) -> None:
    world = make_world(url="http://127.0.0.1/EWS/Exchange.asmx")
    assert look(world.calendar)[1] == Finding("tls", ok=True, found="not used on this machine's own address")


def test_a_handshake_that_fails_stops_at_tls() -> None:
    settings = replace(SERVER, url="https://127.0.0.1:9/EWS/Exchange.asmx", ca="/nowhere.pem")
    connection = ExchangeConnection(settings, lambda: "secret", ManualClock().now)
    assert stopped_at(ExchangeCalendar(connection, "ana@a.test", "", zone=lambda: "")).check == "tls"
