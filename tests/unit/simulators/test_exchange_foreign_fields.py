"""A shape may name fields of other items; what a server makes of it is disputed, so a switch decides.

The schema allows them (UnindexedFieldURIType). README.md of the Exchange simulator has the reports on both sides.
"""

from collections.abc import Callable

import pytest

from simulators.exchange.raw_client import ItemRef, RawClient, Reply, event, judged, paths
from simulators.exchange.switches import Switches

OTHERS = paths(
    "item:Subject", "contacts:Alias", "task:Owner", "message:IsRead", "meeting:IsDelegated", "postitem:PostedTime"
)
OTHERS += "<t:IndexedFieldURI FieldURI='contacts:PhysicalAddress:City' FieldIndex='Home'/>"
Ask = Callable[[RawClient, ItemRef, str], Reply]
ASKS: dict[str, Ask] = {
    "GetItem": lambda client, ref, fields: client.get(ref, fields),
    "FindItem": lambda client, _, fields: client.find(fields=fields),
    "SyncFolderItems": lambda client, _, fields: client.sync(fields=fields),
}


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
def test_fields_of_other_items_are_ignored(ask: Ask) -> None:
    client = RawClient(judged())
    (ref,) = client.create(event("Lunch")).refs
    reply = ask(client, ref, OTHERS)
    assert (reply.codes, reply.texts("Subject")) == (["NoError"], ["Lunch"])
    assert reply.texts("IsRead") == reply.texts("Alias") == []


@pytest.mark.parametrize("ask", ASKS.values(), ids=ASKS.keys())
def test_where_the_switch_says_so_they_are_refused_message_by_message(ask: Ask) -> None:
    """As Exchange 2007 answers: HTTP 200, the code in every response message."""
    client = RawClient(judged(foreign_fields="refused"))
    (ref,) = client.create(event("Lunch")).refs
    reply = ask(client, ref, OTHERS)
    assert (reply.response.status, reply.is_fault, reply.codes) == (200, False, ["ErrorInvalidPropertyRequest"])
    assert ask(client, ref, paths("item:Subject")).codes == ["NoError"]


def test_of_several_items_each_is_refused_for_itself() -> None:
    client = RawClient(judged(foreign_fields="refused"))
    refs = client.create(event("a"), event("b")).refs
    assert client.get([refs[0], ItemRef("AAAA", ""), refs[1]], OTHERS).codes == [
        "ErrorInvalidPropertyRequest",
        "ErrorItemNotFound",
        "ErrorInvalidPropertyRequest",
    ]


@pytest.mark.parametrize("field", ["contacts:Mood", "folder:DisplayName", "conversation:Importance", "Alias", ""])
def test_what_is_no_field_of_any_item_is_refused_either_way(field: str) -> None:
    simulator = judged()
    simulator.schemas, simulator.switches = None, Switches()
    assert RawClient(simulator).find(fields=paths(field)).codes == ["ErrorInvalidPropertyRequest"]


@pytest.mark.parametrize(
    ("asked", "code"), [("Exchange2010_SP2", "ErrorSchemaValidation"), ("Exchange2013", "NoError")]
)
def test_what_2013_brought_is_refused_to_a_request_of_2010_with_other_items_too(asked: str, code: str) -> None:
    """Facts 2.11."""
    simulator = judged()
    simulator.schemas, simulator.switches = None, Switches()
    assert RawClient(simulator, version=asked).find(fields=paths("meeting:ProposedStart")).codes == [code]


@pytest.mark.parametrize("field", ["contacts:Alias", "message:IsRead"])
def test_they_are_neither_written_nor_searched(field: str) -> None:
    client = RawClient(judged())
    (ref,) = client.create(event("Lunch")).refs
    path = f"<t:FieldURI FieldURI='{field}'/>"
    deleted = client.update(ref.xml, f"<t:DeleteItemField>{path}</t:DeleteItemField>")
    assert deleted.codes == ["ErrorInvalidPropertyRequest"]
    searched = client.find(f"<m:Restriction><t:Exists>{path}</t:Exists></m:Restriction>")
    assert searched.codes == ["ErrorInvalidPropertyRequest"]


def test_the_switch_has_two_values() -> None:
    with pytest.raises(ValueError, match="foreign_fields"):
        Switches(foreign_fields="perhaps")
