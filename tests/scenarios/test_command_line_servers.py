"""Servers that refuse, or are none: one line with the thing and the cure, exit code 1, and nothing written on either side."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from scenarios.office import ACCOUNT, ANA, ANAS, BEN, Office, office
from simulators.record import Fault
from simulators.wire import Request, Response, mounted, server

TEAM = "team@group.calendar.google.com"


class Page:
    """A web server that answers everything with one page."""

    def __init__(self, status: int = 200, body: bytes = b"<html><body>It works!</body></html>") -> None:
        self.answer = Response(status, body, (("Content-Type", "text/html"),))
        self.asked: list[Request] = []

    def handle(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        ground.ready()
        ground.outlook("Lunch")
        ground.web("Dinner")
        yield ground


def fails(company: Office, pair: str = "ana") -> str:
    """Sync; it must fail with one line, which is given, and leave both calendars as they are."""
    with calendars_unchanged(company):
        said = company.calpair("sync", pair)
    assert said.code == 1
    return said.complaint


@contextmanager
def calendars_unchanged(company: Office) -> Iterator[None]:
    """No item is written on either side; what a server counts of sign-ins is no item."""
    changed = sum(call.changed for side in (company.exchange, company.google) for call in side.record.calls)
    before = company.titles()
    yield
    assert company.titles() == before
    assert sum(call.changed for side in (company.exchange, company.google) for call in side.record.calls) == changed
    assert not company.exchange.record.mails
    assert not company.google.record.mails


def found_by_doctor(company: Office) -> list[dict[str, Any]]:
    """What doctor finds wrong, as JSON."""
    with calendars_unchanged(company):
        said = company.calpair("--json", "doctor")
    assert (said.code, said.err) == (1, "")
    return [row for row in said.json if not row["ok"]]


def status(company: Office) -> tuple[str, str]:
    (row,) = company.calpair("--json", "pairs").json["pairs"]
    return row["state"], row["sentence"]


def test_a_wrong_password_is_tried_once_and_named(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    line = "Exchange: name or password were refused: check exchange.username and exchange.secret (HTTP401)"
    assert fails(company) == line
    assert company.exchange.accounts.failed == {ACCOUNT: 1}
    assert company.requests() == (1, 0)
    state, sentence = status(company)
    assert state == "failing"
    assert sentence.startswith(line)
    assert b"hunter2" not in b"".join(company.files().values())


def test_doctor_tries_a_wrong_password_once_too(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PASSWORD", "hunter2")
    (wrong,) = found_by_doctor(company)
    assert (wrong["side"], wrong["check"], wrong["found"]) == ("exchange", "sign-in", "HTTP401")
    assert wrong["cure"] == "name or password were refused: check exchange.username and exchange.secret"
    assert company.exchange.accounts.failed == {ACCOUNT: 1}


def test_doctor_says_ok_of_nothing_it_has_not_seen(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PASSWORD")
    monkeypatch.setenv("TOKEN", "hunter2")
    said = company.calpair("doctor")
    assert [line.partition(": ")[0] for line in said.out.splitlines()] == [
        "ok  service",
        "BAD pairs/ana exchange",
        "BAD pairs/ana google",
    ]
    assert "hunter2" not in said.out
    assert company.requests()[0] == 0


def test_an_unknown_mailbox_is_named(company: Office) -> None:
    company.pairs["ana"] = company.pair(mailbox="nobody@a.test")
    company.write()
    assert fails(company) == (
        "Exchange: the server knows no mailbox with this primary address: check `mailbox` (ErrorNonExistentMailbox)"
    )
    (wrong,) = found_by_doctor(company)
    assert (wrong["check"], wrong["found"]) == ("mailbox", "ErrorNonExistentMailbox")
    assert status(company)[0] == "failing"


def test_a_folder_that_is_not_there_is_named(company: Office) -> None:
    company.pairs["ana"] = company.pair(folder="Team/Travel")
    company.write()
    assert fails(company) == (
        f"Exchange: no folder 'Team/Travel' below the calendar of {ANA}: write the path to it as Outlook shows it, "
        "or leave `folder` out for the calendar itself (ErrorFolderNotFound)"
    )
    (wrong,) = found_by_doctor(company)
    assert wrong["check"] == "folder"


def test_an_address_nobody_answers_at_is_named(company: Office) -> None:
    company.domains["a.test"] = company.domain(url=f"http://127.0.0.1:{closed_port()}/EWS/Exchange.asmx")
    company.write()
    assert fails(company) == "Exchange: the server cannot be reached: check exchange.url and the network (Unreachable)"
    (wrong,) = found_by_doctor(company)
    assert (wrong["check"], wrong["cure"]) == (
        "address",
        "the server cannot be reached: check exchange.url and the network",
    )


def test_googles_address_nobody_answers_at_is_named(company: Office) -> None:
    company.domains["a.test"]["google"]["url"] = f"http://127.0.0.1:{closed_port()}/"
    company.write()
    assert fails(company) == ("Google: no connection to google.url: check the network and the address (unreachable)")


def test_a_web_page_is_not_taken_for_exchange(company: Office) -> None:
    with mounted(Page()) as url:
        company.domains["a.test"] = company.domain(url=f"{url}/EWS/Exchange.asmx")
        company.write()
        assert fails(company) == "Exchange: what answers is no Exchange web service: check exchange.url (NotExchange)"
        (wrong,) = found_by_doctor(company)
        assert (wrong["check"], wrong["cure"]) == (
            "address",
            "what answers is no Exchange web service: check exchange.url",
        )


@pytest.mark.parametrize(
    ("status_code", "line"),
    [
        (
            404,
            "Exchange: nothing answers at this path: check exchange.url, it usually ends in /EWS/Exchange.asmx (HTTP404)",
        ),
        (
            302,
            "Exchange: the server sends us elsewhere, and redirects are not followed: set exchange.url to the final address (HTTP302)",
        ),
        (403, "Exchange: the server forbids the web service: enable EWS for this account and mailbox (HTTP403)"),
    ],
)
def test_a_server_that_is_no_exchange_is_told_by_what_it_said(company: Office, status_code: int, line: str) -> None:
    page = Page(status_code, b"")
    with mounted(page) as url:
        company.domains["a.test"] = company.domain(url=f"{url}/EWS/Exchange.asmx")
        company.write()
        assert fails(company) == line
    assert len(page.asked) == 1


def test_a_certificate_of_nobody_is_named_and_no_password_is_sent(company: Office, tmp_path: Path) -> None:
    page = Page()
    with behind_tls(page, tmp_path) as url:
        company.domains["a.test"] = company.domain(url=f"{url}/EWS/Exchange.asmx")
        company.write()
        line = fails(company)
        (wrong,) = found_by_doctor(company)
    cure = "the server's certificate is not trusted, or TLS could not be agreed on: check exchange.ca, exchange.tls_minimum"
    assert line == f"Exchange: {cure} (TLS)"
    assert (wrong["check"], wrong["cure"]) == ("tls", cure)
    assert page.asked == []


def test_a_certificate_of_nobody_before_google_is_named_and_no_token_is_sent(company: Office, tmp_path: Path) -> None:
    page = Page()
    with behind_tls(page, tmp_path) as url:
        company.domains["a.test"]["google"]["url"] = url
        company.write()
        assert fails(company) == (
            "Google: the certificate of google.url is not trusted: check the address (certificate)"
        )
    assert page.asked == []


def test_a_file_of_certificates_that_is_none_is_named(company: Office) -> None:
    company.domains["a.test"] = company.domain(url="https://127.0.0.1:1/EWS/Exchange.asmx", ca=str(company.config))
    company.write()
    with calendars_unchanged(company):
        said = company.calpair("sync", "ana")
    assert (said.code, said.complaint) == (
        2,
        f"exchange.ca: {str(company.config)!r} cannot be read as certificates; name a PEM file",
    )


def test_a_refused_google_token_is_named(company: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", "hunter2")
    line = "Google does not accept the credentials: check google.auth, google.secret and google_user"
    assert fails(company) == f"Google: {line} (authError)"
    assert company.requests()[1] == 1
    (wrong,) = found_by_doctor(company)
    assert (wrong["side"], wrong["cure"]) == ("google", line)
    assert b"hunter2" not in b"".join(company.files().values())


def test_an_unknown_calendar_is_named(company: Office) -> None:
    company.pairs["ana"] = company.pair(calendar=TEAM, google_user=ANAS)
    company.write()
    line = "no such calendar, or it is hidden from google_user: correct `calendar`, or share it"
    assert fails(company) == f"Google: {line} (notFound)"
    (wrong,) = found_by_doctor(company)
    assert (wrong["check"], wrong["cure"]) == ("google calendar", line)


def test_a_calendar_without_the_right_to_write_is_named_and_nothing_is_half_done(company: Office) -> None:
    company.google.add_calendar(TEAM, "boss@g.test", acl={ANAS: "reader"})
    company.pairs["ana"] = company.pair(calendar=TEAM, google_user=ANAS)
    company.write()
    assert fails(company) == (
        "Google: this calendar may not be used: share it with google_user, with the right to make changes to events "
        "(requiredAccessLevel)"
    )
    (wrong,) = found_by_doctor(company)
    assert wrong["found"] == "the right is only reader"
    assert wrong["cure"] == f"share {TEAM} with {ANAS}, with the right to make changes to events"


def test_a_mailbox_without_the_right_to_write_is_named_and_nothing_is_half_done(company: Office) -> None:
    company.exchange.mailbox(ANA).set_read_only()
    assert (
        fails(company) == "Exchange: the account may not do this in this mailbox: check its rights (ErrorAccessDenied)"
    )
    (wrong,) = found_by_doctor(company)
    assert (wrong["check"], wrong["cure"]) == (
        "rights",
        "let the account create items in the calendar, or make the pair one-way",
    )


def test_a_one_way_pair_needs_no_right_to_write_the_mailbox(company: Office) -> None:
    company.exchange.mailbox(ANA).set_read_only()
    company.pairs["ana"] = company.pair(direction="exchange_to_google")
    company.write()
    assert company.calpair("doctor").code == 0
    assert company.calpair("sync", "ana").out == "ana: 1 created, 1 left alone\n"


def test_a_server_that_asks_to_wait_fails_this_time_and_is_tried_again(company: Office) -> None:
    company.exchange.record.plant(Fault("unavailable", seconds=90))
    assert fails(company) == "Exchange: the server answered HTTP503"
    state, sentence = status(company)
    assert state == "behind"
    assert sentence.startswith("Exchange: the server answered HTTP503. It is tried again by itself; ")


def test_one_pairs_unknown_mailbox_is_nothing_to_another(company: Office) -> None:
    company.pairs["ben"] = company.ben(mailbox="nobody@a.test")
    company.pairs["eve"] = company.ben(mailbox=BEN)
    company.pairs["eve"]["calendar"] = "eve@g.test"
    company.google.add_calendar("eve@g.test", ANAS)
    company.write()
    fails(company, "ben")
    assert company.calpair("sync", "eve").code == 0
    assert company.calpair("sync", "ana").code == 0
    assert company.titles() == (["Dinner", "Lunch"], ["Dinner", "Lunch"])
    checks = {row["document"]: row["check"] for row in company.calpair("--json", "doctor").json if not row["ok"]}
    assert checks == {"pairs/ben": "mailbox"}


def closed_port() -> int:
    """A port where nobody listens."""
    taken = server(Page())
    port = taken.server_address[1]
    taken.server_close()
    return int(port)


@contextmanager
def behind_tls(page: Page, folder: Path) -> Iterator[str]:
    """The page on loopback, behind a certificate it signed itself."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate(folder))
    running = server(page)
    running.socket = context.wrap_socket(running.socket, server_side=True, do_handshake_on_connect=False)
    # That the handshake fails is what is looked at.
    running.handle_error = lambda *_: None  # type: ignore[method-assign] # one server's own silence
    thread = Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{running.server_address[1]}"
    finally:
        running.shutdown()
        running.server_close()
        thread.join()


def certificate(folder: Path) -> Path:
    """A certificate for 127.0.0.1 that vouches for itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "exchange.test")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "server.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    return path
