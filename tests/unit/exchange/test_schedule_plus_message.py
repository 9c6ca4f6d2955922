"""The requests about free/busy messages, and what is read of lists of them. Source: MS-OXOPFFB; Microsoft's schemas."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree

from calpair.exchange import bodies
from calpair.exchange import schedule_plus_message as message
from calpair.exchange.schedule_plus import published
from calpair.exchange.schedule_plus_message import Entry, Message
from calpair.exchange.soap import Element
from calpair.model.busy import Block, Busy
from simulators.exchange.schemas import Schemas
from simulators.exchange.versions import R2010

T = "{http://schemas.microsoft.com/exchange/services/2006/types}"
NOW = datetime(2026, 11, 20, 13, 0, 7, 654321, tzinfo=timezone(timedelta(hours=1)))
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
DN = "/o=ExchangeOrg/ou=Exchange/cn=Recipients/cn=guser"
TEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
BUSY = Entry(DN, published([Block(TEN, TEN + timedelta(hours=1), Busy.BUSY)], NOVEMBER, 3), "A1", "K1")
FREE = Entry("/o=ExchangeOrg/ou=Exchange/cn=Recipients/cn=ben", published([], NOVEMBER, 3), "A2")


def folder() -> Element:
    return bodies.folder_id("F")


def properties(item: Any) -> dict[tuple[str, str], object]:
    """The extended properties set anywhere in an element: tag and type, and the value or values."""
    found: dict[tuple[str, str], object] = {}
    for one in item.iter(f"{T}ExtendedProperty"):
        uri, values = one.find(f"{T}ExtendedFieldURI"), one.find(f"{T}Values")
        value = one.findtext(f"{T}Value") if values is None else [each.text for each in values]
        found[uri.get("PropertyTag"), uri.get("PropertyType")] = value
    return found


CONTENT: dict[tuple[str, str], object] = {
    ("0x6847", "Integer"): "223966080",
    ("0x6848", "Integer"): "224098560",
    ("0x6869", "Integer"): "3",
    ("0x6868", "SystemTime"): "2026-11-20T12:00:07Z",
    ("0x6849", "String"): DN,
    ("0x6841", "Integer"): "0",
    ("0x10f2", "Boolean"): "true",
    ("0x3ff1", "Integer"): "1033",
    ("0x66a1", "Integer"): "1033",
    # 19 days and 10 hours are 27960 minutes, 0x6d38; an hour later it is 0x6d74.
    ("0x684f", "IntegerArray"): ["32427"],
    ("0x6850", "BinaryArray"): ["OG10bQ=="],
    ("0x6853", "IntegerArray"): ["32427"],
    ("0x6854", "BinaryArray"): ["OG10bQ=="],
}


@pytest.mark.parametrize(
    "request_",
    [
        message.get_public_folders(),
        message.find_children(folder(), 0),
        message.find_messages(folder(), 0),
        message.find_messages(folder(), 1000, ["USER-/CN=A"]),
        message.find_messages(folder(), 0, ["USER-/CN=A", "USER-/CN=B", "USER-/CN=C"]),
        message.create_messages(folder(), [BUSY, FREE], NOW),
        message.update_messages([BUSY, FREE], NOW),
        message.delete_messages(["A", "B"]),
    ],
)
def test_servers_of_2010_and_later_understand_it(request_: Element, schemas: Schemas | None) -> None:
    if schemas is None:
        pytest.skip("CALPAIR_EWS_SCHEMAS names no schemas")
    again = etree.fromstring(etree.tostring(request_))
    assert schemas.fault_in(again, R2010) == ""
    assert schemas.fault_in(again, R2010 + 1) == ""


def test_a_new_message_is_a_post_whose_subject_names_its_person() -> None:
    request = message.create_messages(folder(), [BUSY], NOW)
    (post,) = request.iter(f"{T}PostItem")
    assert post.findtext(f"{T}ItemClass") == "IPM.Post"
    assert post.findtext(f"{T}Subject") == "USER-/CN=RECIPIENTS/CN=GUSER"
    assert properties(post) == CONTENT


def test_an_update_sets_what_is_told_and_deletes_the_pairs_that_are_not() -> None:
    request = message.update_messages([BUSY, FREE], NOW)
    assert request.get("ConflictResolution") == "AlwaysOverwrite"
    assert request.get("MessageDisposition") == "SaveOnly"
    first, second = request.iter(f"{T}ItemChange")
    assert [dict(name.attrib) for name in request.iter(f"{T}ItemId")] == [{"Id": "A1", "ChangeKey": "K1"}, {"Id": "A2"}]
    assert properties(first) == CONTENT
    assert deleted(first) == ["0x6851", "0x6852", "0x6855", "0x6856"]
    assert deleted(second) == ["0x684f", "0x6850", "0x6851", "0x6852", "0x6853", "0x6854", "0x6855", "0x6856"]
    assert not [tag for tag, _ in properties(second) if tag in deleted(second)]


def deleted(change: Any) -> list[str]:
    return [field[0].get("PropertyTag") for field in change.iter(f"{T}DeleteItemField")]


def test_each_field_that_is_set_names_itself_twice_alike() -> None:
    for field in message.update_messages([BUSY], NOW).iter(f"{T}SetItemField"):
        outer, inner = (dict(uri.attrib) for uri in field.iter(f"{T}ExtendedFieldURI"))
        assert outer == inner


def test_people_are_found_by_the_subject_that_clients_find_them_by() -> None:
    request = message.find_messages(folder(), 0, ["USER-/CN=A", "USER-/CN=B"])
    tests = list(request.iter(f"{T}IsEqualTo"))
    assert [test[0].get("PropertyTag") for test in tests] == ["0xe1d", "0xe1d"]
    assert [test[1][0].get("Value") for test in tests] == ["USER-/CN=A", "USER-/CN=B"]
    assert request.get("Traversal") == "Shallow"


def row(content: str) -> Element:
    return etree.fromstring(f'<t:PostItem xmlns:t="{T[1:-1]}"><t:ItemId Id="A" ChangeKey="K"/>{content}</t:PostItem>')


def told(tag: str, value: str) -> str:
    return f'<t:ExtendedProperty><t:ExtendedFieldURI PropertyTag="{tag}" PropertyType="String"/><t:Value>{value}</t:Value></t:ExtendedProperty>'


@pytest.mark.parametrize(
    ("content", "subject", "written"),
    [
        ("", "", None),
        ("<t:Subject>USER-/CN=A</t:Subject>", "USER-/CN=A", None),
        (told("0xe1d", "USER-/CN=A") + told("0x6868", "2026-11-20T12:00:07Z"), "USER-/CN=A", True),
        ("<t:Subject>X: USER-/CN=A</t:Subject>" + told("0xE1D", "USER-/CN=A"), "USER-/CN=A", None),
        (told("0x6868", "2026-11-20T13:00:07+01:00"), "", True),
        (told("0x6868", "2026-11-20T12:00:07"), "", True),
        (told("0x6868", "0001-01-01T00:00:00+14:00"), "", None),
        (told("0x6868", "yesterday") + told("seven", "x"), "", None),
        ("<t:ExtendedProperty/>", "", None),
    ],
)
def test_a_row_of_a_list_is_read(content: str, subject: str, written: bool | None) -> None:
    instant = datetime(2026, 11, 20, 12, 0, 7, tzinfo=UTC) if written else None
    assert message.read_message(row(content)) == Message(subject, "A", "K", instant)
