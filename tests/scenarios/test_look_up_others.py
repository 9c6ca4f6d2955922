"""What other programs put around their questions, at the doors that answer Exchange: addresses, heads, and encodings.

Sources: ews-managed-api (heads that name a mailbox and a request), Microsoft's pages on Autodiscover (the addresses a
client tries, the type it sends), and what an Exchange server's own look-ups have in their heads.
"""

from collections.abc import Mapping
from pathlib import Path

import pytest
from lxml import etree

from scenarios.doorways import DISCOVER
from scenarios.knocking import AUTODISCOVER, EWS, basic
from scenarios.looking import Desk
from scenarios.looking_google import ADDRESS, GoogleDesk
from unit.exchange.availability_ground import at, mailbox, options, request, told

ANA = "ana@ga.test"
DAY = request(mailbox(ANA), asked=options("2026-11-05T00:00:00", "2026-11-06T00:00:00", 60))
LUNCH = "0" * 12 + "2" + "0" * 11
SOAP_ACTION = '"http://schemas.microsoft.com/exchange/services/2006/messages/GetUserAvailability"'
RESPONSE = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a}"


@pytest.fixture
def desk(tmp_path: Path) -> GoogleDesk:
    desk = GoogleDesk(tmp_path)
    desk.event(ANA, at(12, day=5), at(13, day=5))
    return desk


def merged(
    desk: GoogleDesk,
    body: bytes = DAY,
    path: str = EWS,
    *,
    length: int | None = None,
    head: Mapping[str, str] | None = None,
) -> str | None:
    heard = desk.knock(path, body, {**desk.proof(), **(head or {})}, length=length)
    assert heard.status == 200
    (answer,) = told(heard.body)
    assert answer.code == "NoError"
    return answer.merged


@pytest.mark.parametrize(
    "path",
    [
        "/ews/exchange.asmx",
        "/EWS/exchange.ASMX",
        "/EWS/Exchange.asmx/",
        "/EWS/Exchange.asmx?a=1",
        f"{ADDRESS}{EWS}",
        "/EWS//Exchange.asmx",
    ],
    ids=[
        "IIS knows no case",
        "nor does it here",
        "a slash behind",
        "a query",
        "the whole address, as proxies are asked",
        "to IIS two slashes are one",
    ],
)
def test_the_address_is_known_however_it_is_spelt(desk: GoogleDesk, path: str) -> None:
    assert merged(desk, path=path) == LUNCH


HEADS: dict[str, Mapping[str, str]] = {
    "ews-managed-api: mailbox, ids, and a wish for gzip": {
        "X-AnchorMailbox": ANA,
        "client-request-id": "1f3c1f3c-0000-0000-0000-000000000000",
        "return-client-request-id": "true",
        "Accept-Encoding": "gzip,deflate",
        "User-Agent": "ExchangeServicesClient/15.00.0913.015",
        "Accept": "text/xml",
        "Content-Type": "text/xml; charset=utf-8",
    },
    "another forest's server": {
        "SOAPAction": SOAP_ACTION,
        "User-Agent": "ASProxy/CrossForest/EmailDomain//15.01.2507.006",
        "Expect": "100-continue",
        "X-AnchorMailbox": ANA,
        "Content-Type": "text/xml; charset=utf-8",
    },
    "a client that keeps cookies": {"Cookie": "exchangecookie=0123; X-BackEndCookie=S-1", "Content-Type": "text/xml"},
}


@pytest.mark.parametrize("head", HEADS.values(), ids=HEADS)
def test_what_else_is_in_a_head_changes_nothing(desk: GoogleDesk, head: Mapping[str, str]) -> None:
    assert merged(desk, head=head) == LUNCH


@pytest.mark.parametrize("path", [f"/{EWS}", "//EWS///Exchange.asmx//"])
def test_a_slash_at_the_end_of_an_address_makes_two_with_the_one_that_follows(
    desk: GoogleDesk, tmp_path: Path, path: str
) -> None:
    """As clients write it that put an address and a path together: an address of both functions."""
    assert desk.parts.door(path) is not None
    (tmp_path / "other").mkdir()
    assert Desk(tmp_path / "other").parts.door(path) is not None


@pytest.mark.parametrize("proof", [basic("SVC-A", "knock-a"), basic("svc-a", "knock-a").replace("Basic", "basic")])
def test_neither_windows_nor_http_knows_the_case_of_a_name(desk: GoogleDesk, proof: str) -> None:
    assert merged(desk, head={"Authorization": proof}) == LUNCH


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\xef\xbb\xbf<?xml version='1.0' encoding='utf-8'?>" + DAY, "text/xml; charset=utf-8"),
        (DAY.decode().encode("utf-16"), "text/xml; charset=utf-16"),
        (DAY, 'text/xml; charset="utf-8"'),
        (DAY, "application/soap+xml; charset=utf-8"),
    ],
    ids=["UTF-8 with its mark", "UTF-16", "quoted", "SOAP 1.2's type"],
)
def test_the_body_is_read_in_what_it_is_written_in(desk: GoogleDesk, body: bytes, content_type: str) -> None:
    assert merged(desk, body, head={"Content-Type": content_type}) == LUNCH


def test_a_body_may_come_in_chunks(desk: GoogleDesk) -> None:
    assert merged(desk, length=0) == LUNCH


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT"])
def test_whoever_only_tries_the_address_is_told_how(desk: GoogleDesk, method: str) -> None:
    assert desk.knock(EWS, DAY, desk.proof(), method=method).status == 405


@pytest.mark.parametrize("proof", ["", "Negotiate YIIB", "NTLM TlRMTVNTUAABAAAAl4II4gAA"])
def test_who_begins_with_another_sign_in_is_asked_for_basic(desk: GoogleDesk, proof: str) -> None:
    """As .NET's client does, which sends nothing, or what it likes best, until it is told what is offered."""
    heard = desk.knock(EWS, DAY, {"Authorization": proof} if proof else {})
    assert heard.status == 401
    assert heard.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize("path", [AUTODISCOVER, "/Autodiscover/Autodiscover.xml", "/AutoDiscover//AutoDiscover.xml"])
@pytest.mark.parametrize("content_type", ["text/xml", "text/xml; charset=utf-8", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("address", [ANA, f"SMTP:{ANA}", "01B62C6D-4324-448f-9884-5FEC6D18A7E2@ga.test"])
def test_a_server_finds_where_to_ask(desk: GoogleDesk, path: str, content_type: str, address: str) -> None:
    """It takes what Outlook gets outside of its network (EXPR) before what it gets inside, and of that the ASUrl."""
    body = b'<?xml version="1.0" encoding="utf-8"?>' + DISCOVER.format(address).encode()
    head = {
        **desk.proof(),
        "Content-Type": content_type,
        "User-Agent": "ASAutoDiscover/CrossForest/EmailDomain",
        "X-AnchorMailbox": address,
    }
    heard = desk.knock(path, body, head)
    assert heard.status == 200
    found = {
        protocol.findtext(f"{RESPONSE}Type"): protocol.findtext(f"{RESPONSE}ASUrl")
        for protocol in etree.fromstring(heard.body).iter(f"{RESPONSE}Protocol")
    }
    assert found.get("EXPR", found.get("EXCH")) == ADDRESS + EWS
