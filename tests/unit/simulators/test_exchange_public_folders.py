"""The tree of public folders in the Exchange simulator: the way to the free/busy folder, searches, rights, versions.

Sources: MS-OXOPFFB and "Free/Busy Data in Exchange" (openspecification blog) for the tree; the pages FindFolder, Contains,
ResponseCode, "Public folder access with EWS in Exchange"; zm-mailbox' ExchangeEWSFreeBusyProvider for the way.
"""

import pytest

from simulators.exchange.raw_client import CALENDAR, RawClient
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault
from unit.simulators.public_world import (
    GROUP,
    NAME,
    ROOT,
    client_of,
    compare,
    contains,
    find_folder,
    folder,
    folder_shape,
    get_folder,
    group_of,
    named,
    walk,
    world,
)

SCHEDULE = "SCHEDULE+ FREE BUSY"


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return world()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return client_of(simulator)


def _named(simulator: ExchangeSimulator, name: str) -> str:
    return folder(simulator.public_folders.folder_id(name))


def test_the_way_to_the_free_busy_folder_leads_over_the_parent_of_the_root(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """ExchangeEWSFreeBusyProvider: publicfoldersroot, its parent, NON_IPM_SUBTREE, SCHEDULE+ FREE BUSY, EX: + group."""
    assert get_folder(client, ROOT).texts("DisplayName") == ["IPM_SUBTREE"]
    assert walk(client) == group_of(simulator)
    assert simulator.record.requests == {"GetFolder": 2, "FindFolder": 3}


def test_the_true_root_holds_both_subtrees_and_has_no_parent(client: RawClient) -> None:
    """MS-OXCSTOR's public store: IPM_SUBTREE and NON_IPM_SUBTREE are below one root."""
    (up,) = get_folder(client, ROOT).find("//t:ParentFolderId")
    root = folder(up.get("Id") or "")
    assert find_folder(client, root).texts("DisplayName") == ["IPM_SUBTREE", "NON_IPM_SUBTREE"]
    assert get_folder(client, root).find("//t:ParentFolderId") == []


def test_the_root_of_public_folders_takes_no_mailbox(client: RawClient) -> None:
    """Exchangelib's DistinguishedFolderId: "It is not valid to specify a mailbox with the public folder root"."""
    mailbox = "<t:Mailbox><t:EmailAddress>ana@a.test</t:EmailAddress></t:Mailbox>"
    address = f"<t:DistinguishedFolderId Id='publicfoldersroot'>{mailbox}</t:DistinguishedFolderId>"
    assert get_folder(client, address).codes == ["ErrorInvalidOperation"]


@pytest.mark.parametrize("name", ["non_ipm_subtree", "publicfolders"])
def test_no_distinguished_id_names_the_other_subtree(client: RawClient, name: str) -> None:
    """types.xsd, DistinguishedFolderIdNameType: publicfoldersroot alone."""
    (code,) = get_folder(client, f"<t:DistinguishedFolderId Id='{name}'/>").codes
    assert code in ("ErrorSchemaValidation", "ErrorFolderNotFound")


@pytest.mark.parametrize(("how", "code"), [("Deep", "ErrorInvalidOperation"), ("SoftDeleted", "ErrorInvalidOperation")])
def test_public_folders_are_walked_level_by_level(client: RawClient, how: str, code: str) -> None:
    """FindFolder operation: deep traversal queries cannot be performed on public folders; ResponseCode."""
    assert find_folder(client, ROOT, how=how).codes == [code]


@pytest.mark.parametrize(
    ("test", "found"),
    [
        (named("EX:" + GROUP), 1),
        (named("ex:" + GROUP), 0),
        (contains(NAME, "ex:" + GROUP.lower(), "FullString"), 1),
        (contains(NAME, "EX:" + GROUP, "FullString", "Exact"), 1),
        (contains(NAME, "ex:" + GROUP, "FullString", "Exact"), 0),
        (contains(NAME, "EX:/o=", "Prefixed", "Exact"), 2),
        (contains(NAME, "first organization"), 1),
        (contains(NAME, "FÍRST", comparison="IgnoreCaseAndNonSpacingCharacters"), 1),
        (contains(NAME, "FÍRST", comparison="IgnoreNonSpacingCharacters"), 0),
        (f"<t:And>{contains(NAME, 'first')}{contains(NAME, 'second')}</t:And>", 0),
        (f"<t:Or>{contains(NAME, 'first')}{contains(NAME, 'second')}</t:Or>", 2),
        (f"<t:Not>{contains(NAME, 'first')}</t:Not>", 1),
        (f"<t:Exists>{NAME}</t:Exists>", 2),
        (compare("IsEqualTo", "<t:FieldURI FieldURI='folder:FolderClass'/>", "IPF.Note"), 2),
    ],
)
def test_restrictions_on_the_name_select_folders(
    simulator: ExchangeSimulator, client: RawClient, test: str, found: int
) -> None:
    """The pages Restriction and Contains: ContainmentMode, ContainmentComparison."""
    simulator.public_folders.add_administrative_group("/o=Second/ou=Group")
    reply = find_folder(client, _named(simulator, SCHEDULE), test)
    assert (reply.codes, len(reply.find("//t:Folder"))) == (["NoError"], found)


def test_a_server_may_compare_names_without_regard_to_case() -> None:
    """No page tells which: a switch."""
    simulator = world(public_search_ignores_case=True)
    found = find_folder(client_of(simulator), _named(simulator, SCHEDULE), named("ex:" + GROUP.lower()))
    assert len(found.find("//t:Folder")) == 1


@pytest.mark.parametrize(
    "test",
    [
        contains(NAME, "x", "", ""),
        contains(NAME, "x", "PrefixOnWords"),
        contains(NAME, "x", "ExactPhrase"),
        contains(NAME, "x", comparison="Loose"),
        compare("IsEqualTo", "<t:FieldURI FieldURI='item:Subject'/>", "x"),
        compare("IsEqualTo", "<t:ExtendedFieldURI PropertyTag='0x3001' PropertyType='String'/>", "x"),
        f"<t:Or>{named('EX:' + GROUP)}{contains(NAME, 'x', 'ExactPhrase')}</t:Or>",
        f"<t:IsEqualTo>{NAME}<t:FieldURIOrConstant>{NAME}</t:FieldURIOrConstant></t:IsEqualTo>",
        f"<t:Excludes>{NAME}<t:Bitmask Value='1'/></t:Excludes>",
    ],
)
def test_searches_no_page_explains_are_refused_even_where_nothing_is(client: RawClient, test: str) -> None:
    """Contains: Loose is "to be removed"; FindFolder operation: folder properties only."""
    assert find_folder(client, ROOT, test).codes == ["ErrorInvalidOperation"]


def test_folders_come_in_pages(simulator: ExchangeSimulator, client: RawClient) -> None:
    """IndexedPageFolderView."""
    for name in ("a", "b", "c"):
        simulator.public_folders.add_folder(name)
    page = "<m:IndexedPageFolderView MaxEntriesReturned='2' Offset='{}' BasePoint='Beginning'/>"
    told = []
    for offset in (0, 2):
        reply = find_folder(client, ROOT, view=page.format(offset))
        (root,) = reply.find("//m:RootFolder")
        told.append((reply.texts("DisplayName"), root.get("IndexedPagingOffset"), root.get("IncludesLastItemInRange")))
    assert told == [(["a", "b"], "2", "false"), (["c"], "3", "true")]
    assert find_folder(client, ROOT, view=page.format(-1)).codes == ["ErrorInvalidIndexedPagingParameters"]
    assert find_folder(client, ROOT, view=page.format(0).replace("Beginning", "End")).codes == ["ErrorInvalidOperation"]


def test_a_search_of_public_folders_tells_no_count_unless_asked(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """FindFolder operation: the AllProperties shape has no TotalCount for public folder searches."""
    simulator.public_folders.add_folder("a")
    everything = folder_shape("AllProperties")
    assert find_folder(client, ROOT, shape=everything).texts("TotalCount") == []
    assert find_folder(client, ROOT, shape=folder_shape("IdOnly", "folder:TotalCount")).texts("TotalCount") == ["0"]
    assert get_folder(client, ROOT, shape=everything).texts("TotalCount") == ["0"]


def test_properties_of_public_folders_by_tag_are_refused(client: RawClient) -> None:
    shape = folder_shape("IdOnly", "x").replace(
        "<t:FieldURI FieldURI='x'/>", "<t:ExtendedFieldURI PropertyTag='0x6698' PropertyType='Binary'/>"
    )
    assert get_folder(client, ROOT, shape=shape).codes == ["ErrorInvalidOperation"]


def test_public_folders_are_not_synchronised(simulator: ExchangeSimulator, client: RawClient) -> None:
    """How to synchronize items: SyncFolderItems does not work on public folders; nor does SyncFolderHierarchy."""
    assert client.sync(folder=group_of(simulator)).codes == ["ErrorInvalidOperation"]
    assert client.sync(folder=ROOT).codes == ["ErrorInvalidOperation"]
    hierarchy = f"<m:SyncFolderHierarchy>{folder_shape()}</m:SyncFolderHierarchy>"
    assert client.send(hierarchy).codes == ["ErrorInvalidOperation"]


def test_without_a_database_there_is_no_server_to_ask() -> None:
    """ResponseCode: ErrorNoPublicFolderServerAvailable."""
    simulator = world()
    simulator.public_folders.drop_database()
    assert get_folder(client_of(simulator), ROOT).codes == ["ErrorNoPublicFolderServerAvailable"]
    assert find_folder(client_of(simulator), group_of(simulator)).codes == ["ErrorNoPublicFolderServerAvailable"]
    simulator.public_folders.create_database()
    assert get_folder(client_of(simulator), ROOT).codes == ["NoError"]


def test_a_caller_needs_a_home_public_folder_server() -> None:
    """ResponseCode: "or if the caller does not have a home public server"."""
    simulator = world()
    simulator.public_folders.set_home("ana@a.test", has_one=False)
    code = ["ErrorNoPublicFolderServerAvailable"]
    assert get_folder(client_of(simulator), ROOT).codes == code
    assert get_folder(client_of(simulator, "bob@a.test"), ROOT).codes == ["NoError"]
    assert get_folder(client_of(simulator, "svc@a.test"), ROOT).codes == code
    assert get_folder(client_of(simulator, "svc@a.test", acts_as="bob@a.test"), ROOT).codes == ["NoError"]
    simulator.public_folders.set_home("ana@a.test", has_one=True)
    assert get_folder(client_of(simulator), ROOT).codes == ["NoError"]


@pytest.mark.parametrize("code", ["ErrorNoPublicFolderReplicaAvailable", "ErrorNoPublicFolderServerAvailable"])
def test_a_folder_whose_replica_is_out_of_reach_is_in_the_tree_and_cannot_be_opened(code: str) -> None:
    """Routing public folder requests: FindFolder asks the hierarchy, GetFolder and FindItem the contents.

    exchangelib's GetFolder takes ErrorNoPublicFolderReplicaAvailable for a folder's; ResponseCode has it unused.
    """
    simulator = world(public_replica_code=code)
    simulator.public_folders.set_replica(GROUP, within_reach=False)
    client = client_of(simulator)
    assert get_folder(client, walk(client)).codes == [code]
    assert client.find(folder=group_of(simulator)).codes == [code]
    assert find_folder(client, group_of(simulator)).codes == ["NoError"]
    simulator.public_folders.set_replica(GROUP, within_reach=True)
    assert client.find(folder=group_of(simulator)).codes == ["NoError"]


@pytest.mark.parametrize("version", ["Exchange2013_SP1", "Exchange2016", "Exchange2019", "ExchangeSE"])
def test_from_2013_on_there_is_no_free_busy_folder(version: str) -> None:
    """MS-OXOPFFB 1.6: where there is an Availability service it is asked; "Public folder access with EWS": a new design."""
    simulator = world()
    client, group = client_of(simulator), group_of(simulator)
    assert get_folder(client, group).codes == ["NoError"]
    simulator.switches = Switches(version=version)
    found = find_folder(client, _named(simulator, "NON_IPM_SUBTREE"))
    assert SCHEDULE not in found.texts("DisplayName")
    assert find_folder(client, _named(simulator, "NON_IPM_SUBTREE"), named(SCHEDULE)).find("//t:Folder") == []
    assert get_folder(client, group).codes == ["ErrorFolderNotFound"]
    assert client.find(folder=group).codes == ["ErrorFolderNotFound"]


def test_ids_of_one_kind_are_not_those_of_the_other(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: ErrorCannotUseItemIdForFolderId, ErrorCannotUseFolderIdForItemId."""
    made = simulator.public_folders.overwrite(f"{GROUP}/cn=Recipients/cn=gus")
    assert get_folder(client, folder(made)).codes == ["ErrorCannotUseItemIdForFolderId"]
    group = simulator.public_folders.folder_id(GROUP)
    assert client.get_at(f"<t:ItemId Id='{group}'/>").codes == ["ErrorCannotUseFolderIdForItemId"]


def test_a_folder_that_is_gone_is_not_found(simulator: ExchangeSimulator, client: RawClient) -> None:
    """ResponseCode: ErrorFolderNotFound."""
    group = group_of(simulator)
    simulator.public_folders.remove_folder(GROUP)
    assert get_folder(client, group, ROOT).codes == ["ErrorFolderNotFound", "NoError"]


def test_public_folders_and_a_mailbox_are_read_in_one_request(client: RawClient) -> None:
    """GetFolder operation: one message for each id."""
    assert get_folder(client, CALENDAR, ROOT).texts("DisplayName") == ["Calendar", "IPM_SUBTREE"]


@pytest.mark.parametrize("operation", ["GetFolder", "FindFolder"])
def test_faults_strike_public_folders_as_all_else(
    simulator: ExchangeSimulator, client: RawClient, operation: str
) -> None:
    """ResponseCode: ErrorServerBusy."""
    simulator.record.plant(Fault("busy_answer", operation))
    ask = get_folder if operation == "GetFolder" else find_folder
    assert ask(client, ROOT).codes == ["ErrorServerBusy"]
    assert ask(client, ROOT).codes == ["NoError"]


def test_requests_about_public_folders_count_against_the_callers_budget() -> None:
    """ews-throttling-in-exchange; ErrorServerBusy tells how long to wait."""
    simulator = world(requests_per_minute=1)
    client = client_of(simulator)
    assert get_folder(client, ROOT).codes == ["NoError"]
    busy = client.find(folder=group_of(simulator))
    assert (busy.is_fault, busy.codes, simulator.record.requests) == (
        True,
        ["ErrorServerBusy"],
        {"GetFolder": 1, "FindItem": 1},
    )


def test_an_administrative_group_is_an_organization_and_a_unit(simulator: ExchangeSimulator) -> None:
    public = simulator.public_folders
    for wrong in ("First", f"{GROUP}/cn=Recipients"):
        with pytest.raises(ValueError, match="no administrative group"):
            public.add_administrative_group(wrong)
    with pytest.raises(ValueError, match="has a folder"):
        public.add_administrative_group(GROUP.lower())
    with pytest.raises(KeyError):
        public.folder_id("/o=Elsewhere/ou=x")
    lower = public.add_administrative_group("/o=Lower/ou=Case", name="EX:/o=lower/ou=case")
    assert public.folder_id("/O=LOWER/OU=CASE") == lower
    sub = public.add_folder("below", public.add_folder("above"))
    assert public.folder_id("below") == sub
