"""The Exchange simulator as Exchange 2007: posts in public folders work, calendars are refused, fields are those it had.

Sources: types.xsd of 2007 SP1, beside that of 2010 SP2; the pages of the item operations and PostItem, which 2007 SP1
brought; zm-mailbox' ExchangeEWSFreeBusyProvider for the way; facts 2.11 and on free/busy 2.4, 2.6, 2.7.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from simulators.exchange import fields, foreign
from simulators.exchange.errors import EwsError
from simulators.exchange.raw_client import CALENDAR, RawClient, Reply, event, paths, set_field
from simulators.exchange.schemas import VARIABLE
from simulators.exchange.versions import R2007_SP1
from unit.simulators.public_world import (
    GROUP,
    GUS,
    ROOT,
    SUBJECT,
    at,
    compare,
    create,
    delete_prop,
    find,
    find_folder,
    folder,
    folder_shape,
    get_folder,
    group_of,
    post,
    prop,
    set_prop,
    tag,
    told,
    update,
    walk,
)
from unit.simulators.world_2007 import client_2007, world_2007

MONTHS = prop("0x6853", "IntegerArray", "32427", "32428")
TIMES = prop("0x6854", "BinaryArray", "/GySbUiowKg=", "AAB4ACSuYK4=")
WRITTEN = prop("0x6868", "SystemTime", "2026-11-20T10:00:00Z")
INBOX, BIN = (f"<t:DistinguishedFolderId Id='{name}'/>" for name in ("inbox", "deleteditems"))
BY_SUBJECT = compare("IsEqualTo", "<t:FieldURI FieldURI='item:Subject'/>", SUBJECT)
judges = pytest.mark.parametrize("with_schemas", [True, False], ids=["schema", "tables"])


@judges
def test_the_way_to_the_free_busy_folder_is_that_of_2010(*, with_schemas: bool) -> None:
    """ExchangeEWSFreeBusyProvider; facts on free/busy 2.7: 2007 has the store once there is a database."""
    simulator = world_2007(with_schemas=with_schemas)
    assert walk(client_2007(simulator)) == group_of(simulator)


@judges
def test_a_message_is_written_found_read_changed_and_deleted(*, with_schemas: bool) -> None:
    """PostItem; ExtendedFieldURI; the operations' pages: each of them on one post."""
    simulator = world_2007(with_schemas=with_schemas)
    client, where = client_2007(simulator), group_of(simulator)
    made = create(client, where, post(SUBJECT, MONTHS, TIMES, WRITTEN, prop("0x6849", "String", GUS)))
    assert made.codes == ["NoError"]
    (ref,) = find(client, where, BY_SUBJECT, fields=tag("0x6853", "IntegerArray")).refs
    assert (told(client, ref, "0x6853", "IntegerArray"), told(client, ref, "0x0E1D", "String")) == (
        ["32427", "32428"],
        [SUBJECT],
    )
    changed = update(
        client, (ref.xml, set_prop("0x6853", "IntegerArray", "32429") + delete_prop("0x6854", "BinaryArray"))
    )
    assert changed.codes == ["NoError"]
    assert told(client, ref, "0x6853", "IntegerArray") == ["32429"]
    assert told(client, ref, "0x6854", "BinaryArray") == []
    assert client.delete(changed.refs[0].xml, send="").codes == ["NoError"]
    assert simulator.public_folders.posts(GROUP) == ()


@judges
def test_a_shape_of_everything_tells_what_2007_had(*, with_schemas: bool) -> None:
    """Types.xsd, ItemType: IsAssociated came with 2010."""
    simulator = world_2007(with_schemas=with_schemas)
    client = client_2007(simulator)
    (ref,) = create(client, group_of(simulator), post()).refs
    reply = client.get(ref, base="AllProperties")
    assert (reply.codes, reply.text("ItemClass"), reply.texts("IsDraft")) == (["NoError"], "IPM.Post", ["false"])
    assert reply.texts("IsAssociated") == []
    assert get_folder(client, ROOT, shape=folder_shape("AllProperties")).codes == ["NoError"]


@pytest.mark.parametrize(
    ("rule", "codes"),
    [
        ("by_version", ["ErrorInvalidPropertyRequest"]),
        ("refused", ["ErrorInvalidPropertyRequest"]),
        ("ignored", ["NoError"]),
    ],
)
def test_fields_of_other_items_are_refused_message_by_message(rule: str, codes: list[str]) -> None:
    """Exchangelib's issues 100 and 909 report it of servers of 2007: a switch, which they set."""
    simulator = world_2007(foreign_fields=rule)
    client = client_2007(simulator)
    (ref,) = create(client, group_of(simulator), post()).refs
    asked = paths("item:Subject", "task:Owner", "contacts:Manager")
    assert client.get(ref, asked).codes == find(client, group_of(simulator), fields=asked).codes == codes
    assert client.get(ref, paths("item:Subject", "postitem:PostedTime", "message:IsRead")).codes == ["NoError"]


@pytest.mark.parametrize("lack", ["database", "home", "replica"])
def test_public_folders_out_of_reach_have_one_code(lack: str) -> None:
    """Messages.xsd of 2007 SP1 has ErrorNoPublicFolderReplicaAvailable and no ErrorNoPublicFolderServerAvailable."""
    simulator = world_2007()
    group = group_of(simulator)
    if lack == "database":
        simulator.public_folders.drop_database()
    elif lack == "home":
        simulator.public_folders.set_home("ana@a.test", has_one=False)
    else:
        simulator.public_folders.set_replica(GROUP, within_reach=False)
    assert get_folder(client_2007(simulator), group).codes == ["ErrorNoPublicFolderReplicaAvailable"]


def test_the_other_code_cannot_be_switched_on() -> None:
    """Messages.xsd of 2007 SP1."""
    with pytest.raises(ValueError, match="public_replica_code"):
        world_2007(public_replica_code="ErrorNoPublicFolderServerAvailable")


def test_rights_and_denials_are_those_of_2010() -> None:
    """PermissionLevel; ResponseCode, ErrorCreateItemAccessDenied, which 2007 has."""
    simulator = world_2007()
    bob = client_2007(simulator, "bob@a.test")
    assert create(bob, group_of(simulator), post()).codes == ["ErrorCreateItemAccessDenied"]
    assert find(bob, group_of(simulator)).codes == ["NoError"]


CALENDARS: dict[str, Callable[[RawClient], Reply]] = {
    "GetFolder": lambda client: get_folder(client, CALENDAR),
    "FindItem": lambda client: client.find(),
    "SyncFolderItems": lambda client: client.sync(),
    "CreateItem": lambda client: client.create(event()),
    "bin": lambda client: client.find(folder=BIN),
    "sync of the bin": lambda client: client.sync(folder=BIN),
}


@judges
@pytest.mark.parametrize("ask", CALENDARS.values(), ids=CALENDARS.keys())
def test_calendars_are_refused_by_name(ask: Callable[[RawClient], Reply], *, with_schemas: bool) -> None:
    """Facts 2.11: an item of 2007 has one zone, spelt otherwise; what is not modelled is never silently accepted."""
    simulator = world_2007(with_schemas=with_schemas)
    hand = simulator.mailbox("ana@a.test")
    hand.delete(hand.create(subject="Lunch", start=at(2026, 11, 3, 12), end=at(2026, 11, 3, 13)))
    reply = ask(client_2007(simulator))
    assert (reply.codes, hand.items()) == (["ErrorInvalidOperation"], ())


@pytest.mark.parametrize("name", ["get", "update", "delete", "move"])
def test_so_are_their_items(name: str) -> None:
    """The same, by id."""
    simulator = world_2007()
    hand = simulator.mailbox("ana@a.test")
    item = f"<t:ItemId Id='{hand.create(subject='Lunch', start=at(2026, 11, 3, 12), end=at(2026, 11, 3, 13))}'/>"
    client = client_2007(simulator)
    replies = {
        "get": lambda: client.get_at(item),
        "update": lambda: client.update(
            item, set_field("item:Subject", "<t:Subject>x</t:Subject>"), rule="AlwaysOverwrite"
        ),
        "delete": lambda: client.delete(item),
        "move": lambda: client.send(
            f"<m:MoveItem><m:ToFolderId>{BIN}</m:ToFolderId><m:ItemIds>{item}</m:ItemIds></m:MoveItem>"
        ),
    }
    reply = replies[name]()
    assert (reply.codes, "calendar items of Exchange 2007" in reply.text("MessageText")) == (
        ["ErrorInvalidOperation"],
        True,
    )
    assert [one.subject for one in hand.items()] == ["Lunch"]


def test_other_folders_of_a_mailbox_are_told_while_they_are_empty() -> None:
    """What else lies in a mailbox of 2007, and where its folders are, is not modelled."""
    simulator = world_2007()
    client = client_2007(simulator)
    assert get_folder(client, INBOX).texts("DisplayName") == ["Inbox"]
    assert client.find(folder=INBOX).codes == client.sync(folder=INBOX).codes == ["NoError"]
    assert find_folder(client, folder(get_folder(client, INBOX).find("//t:FolderId")[0].get("Id") or "")).codes == [
        "ErrorInvalidOperation"
    ]


def _uris(generation: str) -> Iterator[str]:
    path = Path(os.environ[VARIABLE], generation, "types.xsd")
    kinds = ("UnindexedFieldURIType", "DictionaryURIType")
    for kind in etree.parse(path).iterfind("{*}simpleType"):
        if kind.get("name") in kinds:
            yield from (each.get("value") or "" for each in kind.iter("{*}enumeration"))


def _known(uri: str) -> bool:
    try:
        if foreign.is_foreign(uri, R2007_SP1):
            return True
        fields.path_name(uri, R2007_SP1)
    except EwsError:
        return False
    return True


@pytest.mark.needs("schemas")
def test_the_fields_it_knows_are_those_of_its_schema() -> None:
    """Types.xsd of 2007 SP1: UnindexedFieldURIType and DictionaryURIType; folders' and headers' are looked up elsewhere."""
    elsewhere = ("folder:", "item:InternetMessageHeader", "conversation:")
    old, new = set(_uris("2007_SP1")), set(_uris("2010_SP2"))
    assert {uri for uri in old | new if _known(uri)} == {uri for uri in old if not uri.startswith(elsewhere)} | {
        "item:InternetMessageHeaders"
    }


@pytest.mark.needs("schemas")
def test_a_wrong_answer_would_be_noticed_by_the_schema_of_2007() -> None:
    """The judge is judged: WorkingElsewhere came with 2013, and later schemas would let it pass."""
    simulator = world_2007()
    hand = simulator.mailbox("ana@a.test")
    hand.create(subject="x", start=at(2026, 11, 3, 12), end=at(2026, 11, 3, 13), show_as="WorkingElsewhere")
    client = client_2007(simulator)
    with pytest.raises(AssertionError, match="WorkingElsewhere"):
        client.free_busy("ana@a.test", view="FreeBusy")
