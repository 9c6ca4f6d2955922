"""UIDs, global object ids and extended properties in the Exchange simulator."""

import base64
from datetime import UTC, datetime

import pytest

from simulators.exchange.items import PUBLIC_STRINGS
from simulators.exchange.raw_client import ItemRef, RawClient, delete_field, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator

OURS = "PropertySetId='11111111-2222-3333-4444-555555555555'"
MARK = f"<t:ExtendedFieldURI {OURS} PropertyName='mark' PropertyType='String'/>"
GOID = "<t:ExtendedFieldURI DistinguishedPropertySetId='Meeting' PropertyId='3' PropertyType='Binary'/>"
CLEAN = (
    "<t:ExtendedFieldURI PropertySetId='6ED8DA90-450B-101B-98DA-00AA003F1305' PropertyId='35' PropertyType='Binary'/>"
)
HEADER = "040000008200E00074C5B7101A82E008"


def _property(path: str, value: str) -> str:
    return f"<t:ExtendedProperty>{path}<t:Value>{value}</t:Value></t:ExtendedProperty>"


def _set(path: str, value: str) -> str:
    return f"<t:SetItemField>{path}<t:CalendarItem>{_property(path, value)}</t:CalendarItem></t:SetItemField>"


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def test_a_uid_is_made_in_the_servers_form(client: RawClient) -> None:
    """Facts 2.3: header, a zero exception date, creation time, zeros, length, data."""
    first, second = (client.get(client.create(event()).refs, paths("calendar:UID")).text("UID") for _ in range(2))
    assert first != second
    assert first.startswith(HEADER + "00000000")
    assert (len(first), first[72:80]) == (112, "10000000")


def test_a_uid_can_be_set_at_birth_and_later_and_is_read_back_unchanged(client: RawClient) -> None:
    """Facts 2.3."""
    made = client.create(event(extra="", before="<t:UID>Own-UID@x.test</t:UID>"))
    assert client.get(made.refs, paths("calendar:UID")).text("UID") == "Own-UID@x.test"
    client.update(made.refs[0].xml, set_field("calendar:UID", "<t:UID>other</t:UID>"))
    assert client.get(made.refs, paths("calendar:UID")).text("UID") == "other"


def test_another_family_of_servers_answers_uids_in_lower_case() -> None:
    """Facts 8: compare UIDs without regard to case."""
    simulator = judged(uid_case="lower")
    client = RawClient(simulator)
    made = client.create(event(before="<t:UID>Own-UID</t:UID>"))
    assert client.get(made.refs, paths("calendar:UID")).text("UID") == "own-uid"
    assert client.find(_equal(paths("calendar:UID"), "OWN-UID")).refs == made.refs


def _equal(path: str, value: str) -> str:
    constant = f"<t:FieldURIOrConstant><t:Constant Value='{value}'/></t:FieldURIOrConstant>"
    return f"<m:Restriction><t:IsEqualTo>{path}{constant}</t:IsEqualTo></m:Restriction>"


def test_the_global_object_id_of_a_own_uid_is_its_bytes(client: RawClient) -> None:
    """Facts 2.3: of a single item the clean one equals it."""
    reply = client.get(client.create(event()).refs, paths("calendar:UID") + GOID + CLEAN)
    assert [base64.b64decode(value).hex().upper() for value in reply.texts("Value")] == [reply.text("UID")] * 2


def test_the_global_object_id_of_a_foreign_uid_wraps_it(client: RawClient) -> None:
    """Facts 2.3: vCal-Uid, 01000000, the UID, NUL."""
    made = client.create(event(before="<t:UID>abc@x</t:UID>"))
    data = base64.b64decode(client.get(made.refs, GOID).text("Value"))
    assert data.hex().upper().startswith(HEADER)
    assert data[36:] == b"\x12\x00\x00\x00vCal-Uid\x01\x00\x00\x00abc@x\x00"


def test_named_properties_are_written_read_replaced_and_removed(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """Facts 1.3, 8."""
    made = client.create(event(before=_property(MARK, "one")))
    assert client.get(made.refs, MARK).texts("Value") == ["one"]
    label = "11111111-2222-3333-4444-555555555555/mark"
    assert simulator.mailbox("ana@a.test").items()[0].extended == {label: "one"}
    saved = client.update(made.refs[0].xml, _set(MARK, "two"))
    assert client.get(made.refs, MARK).texts("Value") == ["two"]
    assert client.update(saved.refs[0].xml, f"<t:DeleteItemField>{MARK}</t:DeleteItemField>").codes == ["NoError"]
    assert client.get(made.refs, MARK).texts("Value") == []


def test_properties_come_only_when_asked_for_in_every_listing(client: RawClient) -> None:
    """Facts 1.3: GetItem, FindItem and SyncFolderItems alike."""
    made = client.create(event(before=_property(MARK, "one")))
    assert client.get(made.refs, base="AllProperties").texts("Value") == []
    assert client.find(fields=MARK).texts("Value") == ["one"]
    assert client.sync(fields=MARK).texts("Value") == ["one"]


def test_a_property_is_found_under_either_spelling_of_its_set(client: RawClient) -> None:
    by_name = "<t:ExtendedFieldURI DistinguishedPropertySetId='PublicStrings' PropertyName='m' PropertyType='String'/>"
    by_guid = f"<t:ExtendedFieldURI PropertySetId='{PUBLIC_STRINGS.upper()}' PropertyName='m' PropertyType='String'/>"
    made = client.create(event(before=_property(by_name, "x")))
    assert client.get(made.refs, by_guid).texts("Value") == ["x"]


def test_integers_and_arrays_round_trip_and_bad_values_are_refused(client: RawClient) -> None:
    """Facts 8."""
    number = f"<t:ExtendedFieldURI {OURS} PropertyName='n' PropertyType='Integer'/>"
    several = f"<t:ExtendedFieldURI {OURS} PropertyName='a' PropertyType='StringArray'/>"
    array = f"<t:ExtendedProperty>{several}<t:Values><t:Value>x</t:Value><t:Value>y</t:Value></t:Values></t:ExtendedProperty>"
    made = client.create(event(before=_property(number, "7") + array))
    assert client.get(made.refs, number + several).texts("Value") == ["7", "x", "y"]
    assert client.create(event(before=_property(number, "seven"))).codes == ["ErrorInvalidExtendedPropertyValue"]
    assert client.create(event(before=_property(several, "x"))).codes == ["ErrorInvalidExtendedPropertyValue"]


@pytest.mark.parametrize("attributes", [OURS, "PropertyName='x'", f"{OURS} PropertyName='x' PropertyId='1'"])
def test_a_path_that_names_no_property_is_refused(client: RawClient, attributes: str) -> None:
    made = client.create(event())
    reply = client.get(made.refs, f"<t:ExtendedFieldURI {attributes} PropertyType='String'/>")
    assert reply.codes == ["ErrorInvalidExtendedProperty"]


def test_properties_that_mirror_real_fields_are_not_half_modelled(client: RawClient) -> None:
    flags = "<t:ExtendedFieldURI DistinguishedPropertySetId='Appointment' PropertyId='33303' PropertyType='Integer'/>"
    tagged = "<t:ExtendedFieldURI PropertyTag='0x1000' PropertyType='String'/>"
    for path in (flags, tagged, GOID):
        assert client.create(event(before=_property(path, "1"))).codes == ["ErrorInvalidOperation"]
    made = client.create(event())
    assert client.get(made.refs, flags + tagged).codes == ["NoError"]


def test_a_copy_clones_uid_and_properties_under_a_new_id(simulator: ExchangeSimulator, client: RawClient) -> None:
    """What Outlook's copying does; facts 2.2: ItemId changes on copy."""
    made = client.create(event(before=_property(MARK, "one"))).refs[0]
    hand = simulator.mailbox("ana@a.test")
    copies = [hand.copy(made.id)]
    target = f"<m:ToFolderId><t:FolderId Id='{hand.calendar_id}'/></m:ToFolderId>"
    copies.append(client.send(f"<m:CopyItem>{target}<m:ItemIds>{made.xml}</m:ItemIds></m:CopyItem>").refs[0].id)
    items = {item.id: item for item in hand.items()}
    assert len(items) == 3
    for each in copies:
        assert (items[each].uid, items[each].extended) == (items[made.id].uid, items[made.id].extended)


def test_clearing_what_is_not_there_is_no_error(client: RawClient) -> None:
    made = client.create(event()).refs[0]
    removal = f"<t:DeleteItemField>{MARK}</t:DeleteItemField>"
    assert client.update(made.xml, removal, delete_field("calendar:Location")).codes == ["NoError"]


def test_the_hand_names_properties_plainly(simulator: ExchangeSimulator) -> None:
    hand = simulator.mailbox("ana@a.test")
    noon = datetime(2026, 11, 3, 12, tzinfo=UTC)
    made = hand.create(start=noon, end=noon, extended={"x": "1", "11111111-2222-3333-4444-555555555555/mark": "2"})
    reply = RawClient(simulator).get(ItemRef(made, ""), MARK)
    assert reply.texts("Value") == ["2"]
    assert hand.item(made).extended[f"{PUBLIC_STRINGS}/x"] == "1"
