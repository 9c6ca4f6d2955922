"""The Exchange simulator refuses what Microsoft's schemas refuse, and what no honest client sends."""

import pytest

from simulators.exchange import Switches
from simulators.exchange.raw_client import RawClient, event, judged, shape
from simulators.wire import Request


@pytest.mark.needs("schemas")
def test_a_request_against_the_schema_is_a_fault() -> None:
    """Facts 6 item 1: ErrorSchemaValidation, HTTP 500; the schema wants Subject before Start."""
    simulator = judged()
    reply = RawClient(simulator).create(
        "<t:CalendarItem><t:Start>2026-11-03T12:00:00Z</t:Start><t:Subject/></t:CalendarItem>"
    )
    assert (reply.response.status, reply.is_fault, reply.codes) == (500, True, ["ErrorSchemaValidation"])
    assert simulator.mailbox("ana@a.test").items() == ()


@pytest.mark.needs("schemas")
def test_headers_are_held_to_the_schema_too() -> None:
    """Facts 6 item 1."""
    simulator = judged()
    client = RawClient(simulator, version="Exchange2016")
    data = client.envelope("<m:GetFolder/>").replace(b"Version='Exchange2016'", b"Version='Exchange2016' Odd='1'")
    assert client.post(data).codes == ["ErrorSchemaValidation"]


@pytest.mark.needs("schemas")
def test_a_2010_server_judges_by_the_schema_of_2010() -> None:
    """Facts 2.11, 6 item 2: TextBody came with 2013."""
    simulator = judged(version="Exchange2010_SP2")
    client = RawClient(simulator, version="Exchange2010_SP2")
    made = client.create(event())
    assert made.codes == ["NoError"]
    reply = client.get(made.refs[0], "<t:FieldURI FieldURI='item:TextBody'/>")
    assert reply.codes == ["ErrorSchemaValidation"]


@pytest.mark.needs("schemas")
def test_a_wrong_answer_would_be_noticed() -> None:
    """The judge is judged: an answer against the schema is an assertion error with check_answers."""
    simulator = judged()
    hand = simulator.mailbox("ana@a.test")
    made = RawClient(simulator).create(event())
    hand.update(made.refs[0].id, show_as="Lazy")
    with pytest.raises(AssertionError, match="against the schema"):
        RawClient(simulator).get(made.refs[0], base="AllProperties")


HOSTILE = {
    "document type": b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>",
    "external entity": b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>",
    "nothing": b"",
    "no XML": b"hello",
    "cut": b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Bo",
    "another document": b"<html/>",
    "empty body": b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body/></s:Envelope>",
    "foreign message": b"<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Body><x/></s:Body></s:Envelope>",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_or_broken_xml_is_refused(kind: str) -> None:
    """No document types, no entities: facts 6 item 1."""
    reply = RawClient(judged()).post(HOSTILE[kind])
    assert (reply.response.status, reply.codes) == (500, ["ErrorSchemaValidation"])
    assert b"passwd" not in reply.response.body


def test_a_request_beyond_the_bound_is_not_read() -> None:
    simulator = judged(max_request_bytes=100)
    assert RawClient(simulator).create(event()).response.status == 413


def test_values_outside_enumerations_are_refused_without_schemas_too() -> None:
    """Facts 6 item 1; a fake refuses what it does not know."""
    simulator = judged()
    simulator.schemas, simulator.switches = None, Switches()
    client = RawClient(simulator)
    made = client.create(event())
    assert client.create(event(extra="<t:LegacyFreeBusyStatus>Lazy</t:LegacyFreeBusyStatus>")).codes == [
        "ErrorSchemaValidation"
    ]
    assert client.create(event(), send="Perhaps").codes == ["ErrorSchemaValidation"]
    assert client.delete(made.refs[0].xml, how="Shred").codes == ["ErrorSchemaValidation"]
    assert client.update(made.refs[0].xml, rule="Guess").codes == ["ErrorSchemaValidation"]
    assert client.sync(most=513).codes == ["ErrorSchemaValidation"]


def test_one_broken_item_stores_nothing_of_its_request_without_schemas() -> None:
    """A schema judges the whole request before any of it is done."""
    simulator = judged()
    simulator.schemas, simulator.switches = None, Switches()
    RawClient(simulator).create(event("good"), event("bad", times="<t:Start>soon</t:Start><t:End>later</t:End>"))
    assert simulator.mailbox("ana@a.test").items() == ()


def test_other_operations_and_paths_are_refused_by_name() -> None:
    """What is not modelled is never silently accepted."""
    simulator = judged()
    client = RawClient(simulator)
    reply = client.send("<m:GetRoomLists/>")
    assert (reply.response.status, reply.codes) == (500, ["ErrorInvalidOperation"])
    assert "GetRoomLists" in (reply.find("//e:Message")[0].text or "")
    assert simulator.handle(Request("POST", "/elsewhere")).status == 404
    ranges = "<t:RecurringMasterItemIdRanges Id='AAAA'/>"
    reply = client.send(f"<m:GetItem>{shape()}<m:ItemIds>{ranges}</m:ItemIds></m:GetItem>")
    assert reply.codes == ["ErrorInvalidOperation"]
    accept = "<t:AcceptItem><t:ReferenceItemId Id='AAAA'/></t:AcceptItem>"
    assert client.create(accept).codes == ["ErrorInvalidOperation"]
