"""The door of Autodiscover in plain old XML: who is asked about, where free/busy is, and how no is said. Source: MS-OXDSCLI."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from lxml import etree

from calpair.errors import RefusedRequestError
from calpair.exchange.autodiscover_service import (
    CONTENT_TYPE,
    LARGEST,
    NO_SUCH_ADDRESS,
    REFUSED,
    parse,
    refusal,
    render,
)

REQUEST = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
RESPONSE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
OUTLOOK = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
NOW = datetime(2026, 11, 2, 18, 5, 6, 789, tzinfo=UTC)
URL = "https://busy.altostrat.com/EWS/Exchange.asmx"
ADDRESS = "<EMailAddress>{}</EMailAddress>"
SCHEMA = f"<AcceptableResponseSchema>{OUTLOOK}</AcceptableResponseSchema>"


def asked(inside: str, namespace: str = REQUEST) -> bytes:
    head = "<?xml version='1.0' encoding='utf-8'?>"
    return f"{head}<Autodiscover xmlns='{namespace}'><Request>{inside}</Request></Autodiscover>".encode()


def of(address: str) -> bytes:
    return asked(ADDRESS.format(address) + SCHEMA)


ANA = of("ana@g.altostrat.com")


@pytest.mark.parametrize(
    ("body", "address"),
    [
        (ANA, "ana@g.altostrat.com"),
        (asked(SCHEMA + ADDRESS.format(" Ana@G.altostrat.com\n")), "Ana@G.altostrat.com"),
        (asked(ADDRESS.format("ana@a.test") + "<LegacyDN>/o=x/cn=y</LegacyDN>" + SCHEMA), "ana@a.test"),
        (of("ana<!-- -->@a.test"), "ana@a.test"),
        (of("O'Hara&amp;sons@a.test"), "O'Hara&sons@a.test"),
        (of("名前@a.test"), "名前@a.test"),
        (of("a" * 313 + "@a.test"), "a" * 313 + "@a.test"),
    ],
)
def test_the_address_is_read(body: bytes, address: str) -> None:
    assert parse(body, "text/xml; charset=utf-8") == address


def test_it_is_read_in_utf_16_too() -> None:
    assert parse(ANA.decode().replace("'utf-8'", "'utf-16'").encode("utf-16"), "text/xml") == "ana@g.altostrat.com"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "600"),
        (b"{}", "600"),
        (ANA[:-5], "600"),
        (b"<!DOCTYPE x>" + ANA, "600"),
        (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>" + of("&e;@a.test"), "600"),
        (b"<x>" * 10_000 + b"</x>" * 10_000, "600"),
        (ANA + b" " * LARGEST, "600"),
        (ANA.decode().encode("utf-32"), "600"),
        (b"<Autodiscover/>", "600"),
        (f"<Autodiscover xmlns='{REQUEST}'/>".encode(), "600"),
        (asked(ADDRESS.format("ana@a.test") + SCHEMA, RESPONSE), "600"),
        (asked(SCHEMA), "600"),
        (asked(ADDRESS.format("ana@a.test")), "600"),
        (asked(ADDRESS.format("ana@a.test") * 2 + SCHEMA), "600"),
        (asked(ADDRESS.format("ana@a.test") + SCHEMA * 2), "600"),
        (asked("<LegacyDN>/o=x/cn=y</LegacyDN>" + SCHEMA), "600"),
        (ANA.replace(b"Request>", b"Question>"), "600"),
        (of(""), "600"),
        (of("ana"), "600"),
        (of("ana@a@b"), "600"),
        (of("ana b@a.test"), "600"),
        (of("a" * 314 + "@a.test"), "600"),
        (of("<b>ana@a.test</b>"), "600"),
        (asked(ADDRESS.format("ana@a.test") + SCHEMA.replace("outlook", "mobilesync")), "601"),
        (asked(ADDRESS.format("ana@a.test") + "<AcceptableResponseSchema/>"), "601"),
    ],
)
def test_a_request_that_is_none_is_refused_with_autodiscovers_code(body: bytes, reason: str) -> None:
    with pytest.raises(RefusedRequestError) as refused:
        parse(body)
    assert refused.value.reason == reason
    assert "\n" not in str(refused.value)


def test_the_answer_names_the_one_address_for_inside_and_outside() -> None:
    root = etree.fromstring(render("ana@g.altostrat.com", URL + "?a=1&b=2"))
    assert root.tag == f"{{{RESPONSE}}}Autodiscover"
    (response,) = root
    assert response.tag == f"{{{OUTLOOK}}}Response"
    where = {"o": OUTLOOK}
    assert response.findtext("o:User/o:DisplayName", "", where) == "ana@g.altostrat.com"
    assert response.findtext("o:Account/o:AccountType", "", where) == "email"
    assert response.findtext("o:Account/o:Action", "", where) == "settings"
    protocols = [[part.text for part in one] for one in response.iterfind("o:Account/o:Protocol", where)]
    names = [[etree.QName(part).localname for part in one] for one in response.iterfind("o:Account/o:Protocol", where)]
    url = URL + "?a=1&b=2"
    assert protocols == [["EXCH", url, url], ["EXPR", url, url]]
    assert names == [["Type", "ASUrl", "EwsUrl"]] * 2


def test_a_refusal_is_an_error_of_autodiscover() -> None:
    said = refusal(REFUSED, "EMailAddress is to be <an> SMTP address", "600", now=NOW)
    root = etree.fromstring(said)
    (response,) = root
    (error,) = response
    assert [one.tag for one in (root, response, error)] == [
        f"{{{RESPONSE}}}{name}" for name in ("Autodiscover", "Response", "Error")
    ]
    assert {name: error.get(name) for name in ("Time", "Id")} == {"Time": "18:05:06.0007890", "Id": "0"}
    assert [(etree.QName(part).localname, part.text) for part in error] == [
        ("ErrorCode", "600"),
        ("Message", "EMailAddress is to be <an> SMTP address"),
        ("DebugData", None),
    ]
    assert (REFUSED, CONTENT_TYPE) == (200, "text/xml; charset=utf-8")


def test_without_a_reason_the_status_says_it() -> None:
    said = {status: refusal(status, "no", now=NOW) for status in (400, 404, 405, 413, 401, 500, 503)}
    codes = {status: etree.fromstring(answer)[0][0][0].text for status, answer in said.items()}
    assert codes == {400: "600", 404: "500", 405: "600", 413: "600", 401: "603", 500: "603", 503: "603"}
    assert codes[404] == NO_SUCH_ADDRESS


def test_the_time_is_told_in_utc() -> None:
    berlin = NOW.astimezone(timezone(timedelta(hours=1)))
    assert refusal(500, "no", now=berlin) == refusal(500, "no", now=NOW)
