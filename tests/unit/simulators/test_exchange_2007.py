"""The Exchange simulator as Exchange 2007: the version it tells, the versions and requests it refuses.

Sources: types.xsd and messages.xsd of 2007 SP1; the pages RequestServerVersion (bb891876), Versioning Requests (bb856547)
and ServerVersionInfo (aa565057) for Exchange 2007; the answers on the pages GetDelegate operation and UpdateItem
(contact); Updating Exchange Web Services Clients for Exchange 2007 SP2 (ee332390). README.md has what is disputed.
"""

import pytest

from simulators.exchange.raw_client import paths, shape
from simulators.exchange.switches import Switches
from unit.simulators.public_world import (
    NAME,
    ROOT,
    contains,
    find_folder,
    folder_shape,
    get_folder,
    group_of,
    named,
    post,
)
from unit.simulators.world_2007 import SP1, client_2007, world_2007

UNREADABLE = "<m:Nonsense/>"
LATER = ["Exchange2010", "Exchange2010_SP2", "Exchange2013_SP1", "Exchange2016", "V2017_07_11", "Exchange2007_SP3"]
judges = pytest.mark.parametrize("with_schemas", [True, False], ids=["schema", "tables"])


def test_it_tells_the_build_of_its_last_service_pack_and_the_schema_of_the_first() -> None:
    """Microsoft's list of build numbers: 8.3.83.6 is SP3; GetDelegate operation: the label Exchange2007_SP1."""
    client = client_2007(world_2007())
    for reply in (get_folder(client, ROOT), client.send(UNREADABLE)):
        (info,) = reply.find("//t:ServerVersionInfo")
        assert {str(name): value for name, value in info.attrib.items()} == {
            "MajorVersion": "8",
            "MinorVersion": "3",
            "MajorBuildNumber": "83",
            "MinorBuildNumber": "6",
            "Version": SP1,
        }


def test_a_fault_may_come_without_the_version() -> None:
    """UpdateItem (contact) has it in a fault of 2007; later servers' faults, as clients report them, have no header."""
    client = client_2007(world_2007(fault_version=False))
    assert client.send(UNREADABLE).find("//s:Header") == []
    assert len(get_folder(client, ROOT).find("//t:ServerVersionInfo")) == 1


def test_a_fault_is_the_clients_and_names_its_reason_in_the_detail() -> None:
    """UpdateItem (contact): faultcode Client, ResponseCode in the detail; so Viewpoint's issue 130 on Exchange 2007."""
    reply = get_folder(client_2007(world_2007(), version="Exchange2010"), ROOT)
    (code,) = reply.find("//faultcode")
    assert code.text is not None
    prefix, _, name = code.text.partition(":")
    assert (code.nsmap[prefix], name) == ("http://schemas.xmlsoap.org/soap/envelope/", "Client")
    assert (reply.response.status, reply.codes) == (500, ["ErrorSchemaValidation"])


@judges
@pytest.mark.parametrize("asked", LATER)
@pytest.mark.parametrize(
    ("rule", "code"), [("schema", "ErrorSchemaValidation"), ("version", "ErrorInvalidServerVersion")]
)
def test_a_version_it_does_not_know_is_refused(asked: str, rule: str, code: str, *, with_schemas: bool) -> None:
    """Types.xsd, ExchangeVersionType has two values; ResponseCodeType has a code for others all the same: a switch."""
    simulator = world_2007(with_schemas=with_schemas, unknown_version=rule)
    reply = get_folder(client_2007(simulator, version=asked), ROOT)
    assert (reply.response.status, reply.is_fault, reply.codes) == (500, True, [code])


@judges
@pytest.mark.parametrize("rule", ["schema", "version"])
def test_a_header_without_its_attribute_breaks_the_schema_either_way(rule: str, *, with_schemas: bool) -> None:
    """Types.xsd, RequestServerVersion: the attribute is required."""
    client = client_2007(world_2007(with_schemas=with_schemas, unknown_version=rule))
    bare = client.envelope(UNREADABLE).replace(b" Version='Exchange2007_SP1'", b"")
    assert client.post(bare).codes == ["ErrorSchemaValidation"]


@judges
@pytest.mark.parametrize("asked", ["", "Exchange2007"])
def test_requests_of_the_initial_release_are_not_modelled(asked: str, *, with_schemas: bool) -> None:
    """RequestServerVersion, Versioning Requests: without a version the initial release is meant, which has no PostItem."""
    simulator = world_2007(with_schemas=with_schemas)
    reply = get_folder(client_2007(simulator, version=asked), ROOT)
    assert (reply.is_fault, reply.codes) == (True, ["ErrorInvalidOperation"])
    assert "the initial release of Exchange 2007" in (reply.find("//faultstring")[0].text or "")


ITEM = "<m:ItemIds><t:ItemId Id='AAAA'/></m:ItemIds>"
INBOX = "<t:DistinguishedFolderId Id='inbox'/>"


def _shaped(element: str) -> str:
    return shape().replace("</m:ItemShape>", f"{element}</m:ItemShape>")


def _find(inside: str = "", how: str = "Shallow", item_shape: str = "") -> str:
    ids = f"<m:ParentFolderIds>{ROOT}</m:ParentFolderIds>"
    return f"<m:FindItem Traversal='{how}'>{item_shape or shape()}{inside}{ids}</m:FindItem>"


def _where(test: str) -> str:
    ids = f"<m:ParentFolderIds>{ROOT}</m:ParentFolderIds>"
    where = f"<m:Restriction>{test}</m:Restriction>"
    return f"<m:FindFolder Traversal='Shallow'>{folder_shape()}{where}{ids}</m:FindFolder>"


def _folders(address: str, *uris: str) -> str:
    return f"<m:GetFolder>{folder_shape('Default', *uris)}<m:FolderIds>{address}</m:FolderIds></m:GetFolder>"


MAILBOX = "<t:Mailbox><t:EmailAddress>ana@a.test</t:EmailAddress><t:MailboxType>{}</t:MailboxType></t:Mailbox>"
NEWER = {
    "GetServerTimeZones": "<m:GetServerTimeZones/>",
    "ReturnNewItemIds": "<m:MoveItem><m:ToFolderId>"
    f"{INBOX}</m:ToFolderId>{ITEM}<m:ReturnNewItemIds>true</m:ReturnNewItemIds></m:MoveItem>",
    "SyncScope": f"<m:SyncFolderItems>{shape()}<m:SyncFolderId>{INBOX}</m:SyncFolderId>"
    "<m:MaxChangesReturned>9</m:MaxChangesReturned><m:SyncScope>NormalItems</m:SyncScope></m:SyncFolderItems>",
    "FilterHtmlContent": _find(item_shape=_shaped("<t:FilterHtmlContent>true</t:FilterHtmlContent>")),
    "BlockExternalImages": _find(item_shape=_shaped("<t:BlockExternalImages>true</t:BlockExternalImages>")),
    "QueryString": _find().replace("</m:FindItem>", "<m:QueryString>a</m:QueryString></m:FindItem>"),
    "Associated": _find(how="Associated"),
    "StoreEntryId": _find(item_shape=shape(paths("item:StoreEntryId"))),
    "StartTimeZone": _find(item_shape=shape(paths("calendar:StartTimeZone"))),
    "TextBody": _find(item_shape=shape(paths("item:TextBody"))),
    "contacts:Alias": _find(item_shape=shape(paths("contacts:Alias"))),
    "SharingEffectiveRights": _folders(ROOT, "folder:SharingEffectiveRights"),
    "recoverableitemsroot": _folders("<t:DistinguishedFolderId Id='recoverableitemsroot'/>"),
    "OneOff": _folders(f"<t:DistinguishedFolderId Id='inbox'>{MAILBOX.format('OneOff')}</t:DistinguishedFolderId>"),
    "OriginalDisplayName": _folders(
        f"<t:DistinguishedFolderId Id='inbox'>{MAILBOX.format('Mailbox')}</t:DistinguishedFolderId>"
    ).replace("</t:Mailbox>", "<t:OriginalDisplayName>Ana</t:OriginalDisplayName></t:Mailbox>"),
    "And of one": _where(f"<t:And>{named('a')}</t:And>"),
    "Or of one": _where(f"<t:Or>{named('a')}</t:Or>"),
    "IsArchive": "<m:ConvertId DestinationFormat='EwsId'><m:SourceIds><t:AlternateId Format='EwsId' Id='AAAA' "
    "Mailbox='ana@a.test' IsArchive='true'/></m:SourceIds></m:ConvertId>",
    "SuppressReadReceipts": f"<m:DeleteItem DeleteType='HardDelete' SuppressReadReceipts='true'>{ITEM}</m:DeleteItem>",
}


@judges
@pytest.mark.parametrize("body", NEWER.values(), ids=NEWER.keys())
def test_what_came_later_breaks_its_schema(body: str, *, with_schemas: bool) -> None:
    """Types.xsd and messages.xsd of 2007 SP1, beside those of 2010 SP2 and SE; facts 2.11."""
    client = client_2007(world_2007(with_schemas=with_schemas))
    assert client.send(body).codes == ["ErrorSchemaValidation"]


@judges
@pytest.mark.parametrize(
    "header",
    [
        "<t:DateTimePrecision>Milliseconds</t:DateTimePrecision>",
        "<t:TimeZoneContext><t:TimeZoneDefinition Id='UTC' Name='UTC'/></t:TimeZoneContext>",
        "<t:ManagementRole><t:UserRoles><t:Role>MailboxSearch</t:Role></t:UserRoles></t:ManagementRole>",
    ],
    ids=["DateTimePrecision", "Name of a zone", "ManagementRole"],
)
def test_headers_that_came_later_break_its_schema(header: str, *, with_schemas: bool) -> None:
    """Types.xsd: the headers 2007 SP1 has, and TimeZoneDefinition with an Id alone."""
    client = client_2007(world_2007(with_schemas=with_schemas))
    data = client.envelope(_folders(ROOT))
    assert client.post(data).codes == ["NoError"]
    assert client.post(data.replace(b"</s:Header>", f"{header}</s:Header>".encode())).codes == ["ErrorSchemaValidation"]


@judges
def test_a_zone_in_the_header_is_taken_and_says_nothing_of_a_search(*, with_schemas: bool) -> None:
    """Types.xsd has TimeZoneContext; ee332390: since SP2 it says how the times of tasks are meant."""
    simulator = world_2007(with_schemas=with_schemas)
    client = client_2007(simulator, zone="W. Europe Standard Time")
    client.send(
        f"<m:CreateItem MessageDisposition='SaveOnly'><m:SavedItemFolderId>{group_of(simulator)}</m:SavedItemFolderId>"
        f"<m:Items>{post()}</m:Items></m:CreateItem>"
    )
    now = simulator.clock.now()
    path = "<t:FieldURI FieldURI='item:DateTimeCreated'/>"
    wall = f"<t:FieldURIOrConstant><t:Constant Value='{now:%Y-%m-%dT%H:%M:%S}'/></t:FieldURIOrConstant>"
    test = f"<m:Restriction><t:IsEqualTo>{path}{wall}</t:IsEqualTo></m:Restriction>"
    assert len(client.find(test, folder=group_of(simulator)).refs) == 1


@judges
def test_it_impersonates_by_the_primary_address_and_not_by_another(*, with_schemas: bool) -> None:
    """Types.xsd, ConnectingSIDType: SmtpAddress came with 2010."""
    client = client_2007(world_2007(with_schemas=with_schemas), "svc@a.test", acts_as="ana@a.test")
    data = client.envelope(_folders(ROOT))
    assert client.post(data).codes == ["NoError"]
    assert client.post(data.replace(b"PrimarySmtpAddress", b"SmtpAddress")).codes == ["ErrorSchemaValidation"]


def test_no_other_server_takes_its_version() -> None:
    """Facts 1.9: from 2010 on, 2010 SP2 is the floor here."""
    simulator = world_2007()
    simulator.switches = Switches(version="Exchange2010_SP2", unknown_version="schema")
    assert find_folder(client_2007(simulator), ROOT).codes == ["ErrorInvalidServerVersion"]


@judges
def test_it_converts_an_id_to_itself(*, with_schemas: bool) -> None:
    """ConvertId came with 2007 SP1."""
    source = "<t:AlternateId Format='EwsId' Id='AAAA' Mailbox='ana@a.test'/>"
    body = f"<m:ConvertId DestinationFormat='EwsId'><m:SourceIds>{source}</m:SourceIds></m:ConvertId>"
    assert client_2007(world_2007(with_schemas=with_schemas)).send(body).codes == ["NoError"]


def test_a_search_for_a_text_where_there_is_none_has_no_code_in_its_schema() -> None:
    """Messages.xsd of 2007 SP1 lacks ErrorContainsFilterWrongType; no page tells what stands in for it."""
    simulator = world_2007()
    simulator.public_folders.add_folder("a")
    client = client_2007(simulator)
    test = contains("<t:FieldURI FieldURI='item:DateTimeCreated'/>", "2026")
    reply = client.find(f"<m:Restriction>{test}</m:Restriction>", folder=ROOT)
    assert (reply.codes, "ErrorContainsFilterWrongType" in reply.text("MessageText")) == (
        ["ErrorInvalidOperation"],
        True,
    )
    assert find_folder(client, ROOT, contains(NAME, "a")).texts("DisplayName") == ["a"]
