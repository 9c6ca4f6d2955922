"""Answers taken apart: whole or not at all, errors in their places, nothing of a server's prose kept."""

import pytest

from calpair.exchange.answer import Answer, parse
from calpair.exchange.errors import NotExchangeError, ServerSaidError, TornError
from calpair.exchange.soap import Element, clean, code_word, local_name, t

NAMES = (
    'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" '
    'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages" '
    'xmlns:e="http://schemas.microsoft.com/exchange/services/2006/errors"'
)
INFO = (
    '<s:Header><t:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="2562" '
    'MinorBuildNumber="17" Version="V2017_07_11"/></s:Header>'
)
GOOD = '<m:GetItemResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>{}</m:GetItemResponseMessage>'
BAD = (
    '<m:GetItemResponseMessage ResponseClass="{}"><m:MessageText>the secret subject</m:MessageText>'
    "<m:ResponseCode>{}</m:ResponseCode>{}</m:GetItemResponseMessage>"
)


def envelope(body: str, header: str = INFO) -> bytes:
    return f'<?xml version="1.0"?><s:Envelope {NAMES}>{header}<s:Body>{body}</s:Body></s:Envelope>'.encode()


def answer(*messages: str) -> Answer:
    listed = "".join(messages)
    return parse(envelope(f"<m:GetItemResponse><m:ResponseMessages>{listed}</m:ResponseMessages></m:GetItemResponse>"))


def error(message: object) -> ServerSaidError:
    assert isinstance(message, ServerSaidError)
    return message


def fault(body: str, header: str = "") -> ServerSaidError:
    with pytest.raises(ServerSaidError) as caught:
        parse(envelope(f"<s:Fault>{body}</s:Fault>", header))
    return caught.value


def test_messages_come_in_order_with_errors_in_their_places() -> None:
    found = answer(
        GOOD.format(""),
        BAD.format("Error", "ErrorIrresolvableConflict", ""),
        GOOD.format(""),
        BAD.format("Error", "ErrorOfTheFuture", ""),
        BAD.format("Warning", "ErrorBatchProcessingStopped", ""),
    )
    first, second, third, fourth, fifth = found.messages
    for good in (first, third):
        assert isinstance(good, Element)
        assert local_name(good) == "GetItemResponseMessage"
    assert error(second).code == "ErrorIrresolvableConflict"
    assert error(fourth).code == "ErrorOfTheFuture"
    assert error(fifth).code == "ErrorBatchProcessingStopped"
    assert not error(second).fault


def test_the_servers_build_is_told() -> None:
    assert answer(GOOD.format("")).build == "15.2.2562.17"


@pytest.mark.parametrize("header", ["", "<s:Header/>", INFO.replace('"15"', '"x"'), INFO.replace('"15"', '"-1"')])
def test_a_build_that_is_not_told_is_empty(header: str) -> None:
    body = f"<m:R><m:ResponseMessages>{GOOD.format('')}</m:ResponseMessages></m:R>"
    assert parse(envelope(body, header)).build == ""


def test_a_warning_without_an_error_is_an_answer() -> None:
    (message,) = answer(BAD.format("Warning", "NoError", "")).messages
    assert not isinstance(message, ServerSaidError)


def test_an_error_without_a_code_is_still_an_error() -> None:
    (message,) = answer('<m:X ResponseClass="Error"/>').messages
    assert error(message).code == "UnknownCode"


@pytest.mark.parametrize(
    ("values", "code", "seconds"),
    [
        ('<t:Value Name="BackOffMilliseconds">12500</t:Value>', "ErrorServerBusy", 12.5),
        ('<t:Value Name="BackOffMilliseconds">soon</t:Value>', "ErrorServerBusy", None),
        ('<t:Value Name="BackOffMilliseconds"/>', "ErrorServerBusy", None),
        (f'<t:Value Name="BackOffMilliseconds">{"9" * 40}</t:Value>', "ErrorServerBusy", 999_999.999),
        ("<t:Value>1</t:Value>", "ErrorServerBusy", None),
        ('<t:Value Name="InnerErrorResponseCode">ErrorMailboxFailover</t:Value>', "ErrorMailboxFailover", None),
        ('<t:Value Name="InnerErrorResponseCode">a subject!</t:Value>', "UnknownCode", None),
    ],
)
def test_the_values_of_an_error_are_read(values: str, code: str, seconds: float | None) -> None:
    (message,) = answer(BAD.format("Error", "ErrorServerBusy", f"<m:MessageXml>{values}</m:MessageXml>")).messages
    assert (error(message).code, error(message).seconds) == (code, seconds)


def test_a_fault_carries_code_back_off_and_build() -> None:
    said = fault(
        "<faultcode>a:ErrorServerBusy</faultcode><faultstring>words</faultstring><detail>"
        "<e:ResponseCode>ErrorServerBusy</e:ResponseCode><t:MessageXml>"
        '<t:Value Name="BackOffMilliseconds">30000</t:Value></t:MessageXml></detail>',
        INFO,
    )
    assert (said.code, said.seconds, said.fault, said.build) == ("ErrorServerBusy", 30.0, True, "15.2.2562.17")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("<faultcode>a:ErrorSchemaValidation</faultcode>", "ErrorSchemaValidation"),
        ("<faultcode>ErrorSchemaValidation</faultcode><detail/>", "ErrorSchemaValidation"),
        ("<faultcode>s:Client</faultcode><faultstring>the secret subject</faultstring>", "SoapFault"),
        ("", "SoapFault"),
    ],
)
def test_a_fault_without_a_detail_is_named_by_its_own_code(body: str, code: str) -> None:
    said = fault(body)
    assert said.code == code
    assert "secret" not in repr(said) + str(said)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \r\n",
        envelope("<m:R/>")[:-5],
        envelope(f"<m:R><m:ResponseMessages>{GOOD.format('')}</m:ResponseMessages></m:R>").replace(b"</m:R>", b""),
        envelope(""),
        envelope("<m:R/>"),
        envelope("x").replace(b"<s:Body>x</s:Body>", b""),
        envelope("<m:R>&nothing;</m:R>"),
    ],
)
def test_an_answer_that_is_not_whole_is_torn(data: bytes) -> None:
    with pytest.raises(TornError):
        parse(data)


@pytest.mark.parametrize(
    "data",
    [
        b"<html><body>Sign in</body></html>",
        b"<!DOCTYPE html><html><p>An Envelope</p></html>",
        b'<?xml version="1.0"?><!DOCTYPE bomb [<!ENTITY a "aaaa">]>' + envelope("<m:R>&a;</m:R>")[21:],
        b'<?xml version="1.0"?><!-- <s:Envelope> -->' + envelope("<m:R/>")[21:],
        b"Service Unavailable",
        b"<x>" + b" " * 5000 + b"<Envelope/></x>",
        envelope("<m:R/>").decode().encode("utf-16"),
    ],
)
def test_what_is_no_envelope_is_no_exchange(data: bytes) -> None:
    with pytest.raises(NotExchangeError):
        parse(data)


def test_characters_xml_forbids_are_left_out_and_the_rest_is_read() -> None:
    items = "<m:Items><t:CalendarItem><t:Subject>a&#x1F;b&#0;c\x0bd&#xFFFE;&#x9;e&#31;</t:Subject></t:CalendarItem></m:Items>"
    (message,) = answer(GOOD.format(items)).messages
    assert not isinstance(message, ServerSaidError)
    assert "".join(map(str, message.itertext())) == "NoErrorabcd\te"


def test_a_byte_order_mark_is_no_hindrance() -> None:
    body = f"<m:R><m:ResponseMessages>{GOOD.format('')}</m:ResponseMessages></m:R>"
    assert len(parse(b"\xef\xbb\xbf" + envelope(body) + b"\r\n").messages) == 1


def test_comments_between_messages_are_no_messages() -> None:
    assert len(answer("<!-- a -->", GOOD.format("")).messages) == 1


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("ErrorServerBusy", "ErrorServerBusy"),
        (" ErrorServerBusy\n", "ErrorServerBusy"),
        ("Dinner with Bo", "UnknownCode"),
        ("", "UnknownCode"),
        ("E" * 81, "UnknownCode"),
    ],
)
def test_only_one_short_word_is_a_code(word: str, kept: str) -> None:
    assert code_word(word) == kept


def test_what_xml_cannot_carry_is_left_out_when_writing_too() -> None:
    assert clean("a\x00b\ud800c\ufffed\te\U0001f600") == "abcd\te\U0001f600"
    assert t("X", "a\x01b", Id="c\x02d").get("Id") == "cd"
