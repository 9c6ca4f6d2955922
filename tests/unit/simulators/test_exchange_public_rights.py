"""Who may do what in the public folders of the Exchange simulator, and how he is told that he may not.

Sources: the page PermissionLevel; MS-OXCPERM 2.2.7; EffectiveRights; ResponseCode (ErrorAccessDenied,
ErrorCreateItemAccessDenied); "Free/Busy Data in Exchange" (openspecification blog): all users may read and write.
"""

from datetime import timedelta

import pytest

from simulators.clock import ManualClock
from simulators.exchange.raw_client import RawClient
from simulators.exchange.simulator import ExchangeSimulator
from unit.simulators.public_world import (
    GROUP,
    GUS,
    client_of,
    create,
    find,
    find_folder,
    folder,
    get_folder,
    group_of,
    named,
    post,
    set_prop,
    update,
    world,
)

CHANGE = set_prop("0x6847", "Integer", "1")
OK, DENIED, NOT_MADE = "NoError", "ErrorAccessDenied", "ErrorCreateItemAccessDenied"


def _world(level: str) -> tuple[ExchangeSimulator, RawClient, str, str]:
    """Somebody else's post, and one of Ana's own, who then has that level alone."""
    simulator = world()
    others = simulator.public_folders.overwrite(GUS)
    client = client_of(simulator)
    own = create(client, group_of(simulator), post("own")).refs[0]
    simulator.public_folders.grant("Ana@a.test", level, GROUP)
    return simulator, client, f"<t:ItemId Id='{others}'/>", own.keyless


@pytest.mark.parametrize(
    ("level", "reads", "creates", "edits", "deletes"),
    [
        ("None", (DENIED, DENIED), DENIED, (DENIED, DENIED), (DENIED, DENIED)),
        ("Contributor", (DENIED, OK), OK, (DENIED, DENIED), (DENIED, DENIED)),
        ("Reviewer", (OK, OK), NOT_MADE, (DENIED, DENIED), (DENIED, DENIED)),
        ("NoneditingAuthor", (OK, OK), OK, (DENIED, DENIED), (DENIED, OK)),
        ("Author", (OK, OK), OK, (DENIED, OK), (DENIED, OK)),
        ("PublishingAuthor", (OK, OK), OK, (DENIED, OK), (DENIED, OK)),
        ("Editor", (OK, OK), OK, (OK, OK), (OK, OK)),
        ("PublishingEditor", (OK, OK), OK, (OK, OK), (OK, OK)),
        ("Owner", (OK, OK), OK, (OK, OK), (OK, OK)),
    ],
)
def test_each_level_stands_for_its_rights(
    level: str, reads: tuple[str, str], creates: str, edits: tuple[str, str], deletes: tuple[str, str]
) -> None:
    """PermissionLevel; MS-OXCPERM 2.2.7: one's own messages are read without ReadAny. Others' posts first, own second."""
    simulator, client, others, own = _world(level)
    assert client.get_at(others, own).codes == list(reads)
    assert create(client, group_of(simulator), post("new")).codes == [creates]
    assert update(client, (others, CHANGE), (own, CHANGE)).codes == list(edits)
    assert client.delete(others, own, send="").codes == list(deletes)


def test_a_search_shows_what_may_be_read() -> None:
    """MS-OXCPERM 2.2.7: without ReadAny the server must not show others' messages; PermissionLevel, Contributor."""
    simulator, client, _, own = _world("Contributor")
    assert [ref.keyless for ref in find(client, group_of(simulator)).refs] == [own]


def test_a_folder_one_does_not_see_is_not_listed_and_cannot_be_opened() -> None:
    """MS-OXCPERM 2.2.7, FolderVisible."""
    simulator, client, _, _ = _world("None")
    schedule = folder(simulator.public_folders.folder_id("SCHEDULE+ FREE BUSY"))
    assert find_folder(client, schedule, named(f"EX:{GROUP}")).find("//t:Folder") == []
    assert get_folder(client, schedule).texts("ChildFolderCount") == ["0"]
    group = group_of(simulator)
    assert get_folder(client, group).codes == find(client, group).codes == [DENIED]
    assert find_folder(client, group).codes == [DENIED]


def test_without_a_grant_the_free_busy_folder_may_be_read_and_not_written() -> None:
    """The connectors' SyncServiceGuide and Google's set-up (2552425) ask for Owner."""
    simulator = world(owner="")
    simulator.public_folders.overwrite(GUS)
    client = client_of(simulator)
    assert len(find(client, group_of(simulator)).refs) == 1
    assert create(client, group_of(simulator), post()).codes == [NOT_MADE]
    simulator.public_folders.grant("ana@a.test", "Owner", GROUP)
    assert create(client, group_of(simulator), post()).codes == [OK]


def test_all_users_may_write_where_the_store_is_as_it_comes() -> None:
    """Free/Busy Data in Exchange: all users may read and write. An account's own level goes before everybody's."""
    simulator = world(owner="", public_free_busy_rights="Editor")
    assert create(client_of(simulator), group_of(simulator), post()).codes == [OK]
    simulator.public_folders.grant("ana@a.test", "Reviewer", GROUP)
    assert create(client_of(simulator), group_of(simulator), post()).codes == [NOT_MADE]
    assert create(client_of(simulator, "bob@a.test"), group_of(simulator), post()).codes == [OK]
    simulator.public_folders.grant("", "Reviewer", GROUP)
    assert create(client_of(simulator, "bob@a.test"), group_of(simulator), post()).codes == [NOT_MADE]


def test_the_switch_is_about_free_busy_folders_alone() -> None:
    simulator = world(public_free_busy_rights="Editor")
    other = folder(simulator.public_folders.add_folder("Notices"))
    assert create(client_of(simulator), other, post()).codes == [NOT_MADE]


def test_denied_creations_may_have_the_general_code() -> None:
    """ResponseCode has both codes for it."""
    simulator = world(owner="", public_create_code="ErrorAccessDenied")
    assert create(client_of(simulator), group_of(simulator), post()).codes == [DENIED]


def test_an_impersonated_mailbox_acts_with_its_own_rights() -> None:
    """Impersonation: the service account acts as that user."""
    simulator = world()
    group = group_of(simulator)
    assert create(client_of(simulator, "svc@a.test", acts_as="ana@a.test"), group, post()).codes == [OK]
    assert create(client_of(simulator, "svc@a.test", acts_as="bob@a.test"), group, post()).codes == [NOT_MADE]
    assert [each.creator for each in simulator.public_folders.posts(GROUP)] == ["ana@a.test"]


def test_a_grant_counts_when_the_store_has_renewed_its_cache() -> None:
    """SyncServiceGuide: the store caches permissions; wait, or remount it."""
    simulator = world(owner="", permission_cache_minutes=120)
    simulator.public_folders.grant("ana@a.test", "Owner", GROUP)
    client, group = client_of(simulator), group_of(simulator)
    assert create(client, group, post()).codes == [NOT_MADE]
    assert isinstance(simulator.clock, ManualClock)
    simulator.clock.advance(timedelta(hours=2))
    assert create(client, group, post()).codes == [OK]


def test_effective_rights_tell_the_caller_what_he_may_do() -> None:
    """EffectiveRights, of folders and of items."""
    simulator, client, others, own = _world("Author")
    rights = "<t:FieldURI FieldURI='item:EffectiveRights'/>"
    assert client.get_at(others, own, fields=rights).texts("Modify") == ["false", "true"]
    assert client.get_at(others, own, fields=rights).texts("Delete") == ["false", "true"]
    shape = "<m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape>"
    told = get_folder(client, group_of(simulator), shape=shape)
    assert [told.text(name) for name in ("CreateContents", "CreateHierarchy", "Delete", "Read")] == [
        "true",
        "false",
        "false",
        "true",
    ]


@pytest.mark.parametrize("level", ["Custom", "owner", ""])
def test_levels_there_are_not_are_a_mistake_of_the_test(level: str) -> None:
    with pytest.raises(ValueError, match="permission level"):
        world().public_folders.grant("ana@a.test", level, GROUP)
