"""SyncFolderItems of the Exchange simulator: states, pages, and what counts as a change."""

from datetime import UTC, datetime

import pytest

from simulators.clock import ManualClock
from simulators.exchange.raw_client import CALENDAR, RawClient, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches

NOON, ONE = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 3, 13, tzinfo=UTC)


def _filled(count: int) -> tuple[ExchangeSimulator, RawClient, list[str]]:
    simulator = judged()
    hand = simulator.mailbox("ana@a.test")
    return simulator, RawClient(simulator), [hand.create(subject=f"{n}", start=NOON, end=ONE) for n in range(count)]


def test_no_state_lists_everything_as_created_newest_first() -> None:
    """Facts 2.1."""
    _, client, ids = _filled(3)
    reply = client.sync()
    assert reply.changes == [("Create", ids[2]), ("Create", ids[1]), ("Create", ids[0])]
    assert reply.text("IncludesLastItemInRange") == "true"


def test_a_second_call_is_silent() -> None:
    _, client, _ = _filled(3)
    state = client.sync().text("SyncState")
    again = client.sync(state)
    assert again.changes == []
    assert client.sync(again.text("SyncState")).changes == []


def test_pages_tell_that_more_is_to_come_until_the_last() -> None:
    """Facts 2.1: call again at once while IncludesLastItemInRange is false."""
    _, client, ids = _filled(5)
    first = client.sync(most=2)
    second = client.sync(first.text("SyncState"), most=2)
    third = client.sync(second.text("SyncState"), most=2)
    assert [reply.text("IncludesLastItemInRange") for reply in (first, second, third)] == ["false", "false", "true"]
    assert [item_id for reply in (first, second, third) for _, item_id in reply.changes] == ids[::-1]
    assert client.sync(first.text("SyncState"), most=2).changes == second.changes


def test_own_writes_come_back_with_the_change_key_they_were_answered_with() -> None:
    """Facts 2.1: echoes are recognised by their ChangeKey."""
    client = RawClient(judged())
    state = client.sync().text("SyncState")
    made = client.create(event())
    reply = client.sync(state)
    assert (reply.changes, reply.refs) == ([("Create", made.refs[0].id)], made.refs)
    saved = client.update(made.refs[0].xml, set_field("item:Subject", "<t:Subject>Tea</t:Subject>"))
    reply = client.sync(reply.text("SyncState"))
    assert (reply.changes, reply.refs) == ([("Update", made.refs[0].id)], saved.refs)


def test_several_saves_are_one_change_and_come_and_gone_is_none() -> None:
    simulator, client, ids = _filled(1)
    hand = simulator.mailbox("ana@a.test")
    state = client.sync().text("SyncState")
    hand.update(ids[0], subject="a")
    hand.update(ids[0], subject="b")
    new = hand.create(start=NOON, end=ONE)
    hand.update(new, subject="c")
    hand.delete(hand.create(start=NOON, end=ONE))
    assert client.sync(state).changes == [("Create", new), ("Update", ids[0])]


@pytest.mark.parametrize("hard", [True, False])
def test_what_left_the_folder_is_deleted_under_its_old_id(*, hard: bool) -> None:
    """Facts 2.1: moving to Deleted Items is a move away, thus Delete."""
    simulator, client, ids = _filled(2)
    state = client.sync().text("SyncState")
    simulator.mailbox("ana@a.test").delete(ids[0], hard=hard)
    assert client.sync(state).changes == [("Delete", ids[0])]


def test_what_comes_back_has_a_new_id() -> None:
    """Facts 2.2: moving gives a new ItemId."""
    simulator, client, ids = _filled(1)
    hand = simulator.mailbox("ana@a.test")
    state = client.sync().text("SyncState")
    hand.delete(ids[0])
    back = hand.restore(ids[0])
    assert back != ids[0]
    assert client.sync(state).changes == [("Create", back), ("Delete", ids[0])]


def test_a_save_between_two_pages_loses_nothing() -> None:
    simulator, client, ids = _filled(4)
    hand = simulator.mailbox("ana@a.test")
    first = client.sync(most=2)
    hand.update(ids[0], subject="not yet shown")
    hand.update(ids[3], subject="shown already")
    new = hand.create(start=NOON, end=ONE)
    second = client.sync(first.text("SyncState"), most=2)
    assert second.changes == [("Create", ids[1]), ("Create", ids[0])]
    third = client.sync(second.text("SyncState"), most=512)
    assert third.changes == [("Create", new), ("Update", ids[3]), ("Update", ids[0])]


def test_an_item_deleted_between_two_pages_is_not_shown_any_more() -> None:
    simulator, client, ids = _filled(4)
    first = client.sync(most=2)
    simulator.mailbox("ana@a.test").delete(ids[0])
    second = client.sync(first.text("SyncState"), most=2)
    assert (second.changes, second.text("IncludesLastItemInRange")) == ([("Create", ids[1])], "true")
    assert client.sync(second.text("SyncState")).changes == [("Delete", ids[0])]


def test_the_read_flag_changes_alone() -> None:
    """Facts 2.1: ReadFlagChange may occur for any item."""
    simulator, client, ids = _filled(2)
    state = client.sync().text("SyncState")
    simulator.mailbox("ana@a.test").mark_read(ids[0], is_read=False)
    reply = client.sync(state)
    assert (reply.changes, reply.texts("IsRead")) == ([("ReadFlagChange", ids[0])], ["false"])
    assert client.sync(reply.text("SyncState")).changes == []


def test_ignored_ids_are_left_out() -> None:
    """Facts 1.3."""
    _, client, ids = _filled(2)
    request = (
        "<m:SyncFolderItems><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:SyncFolderId>"
        f"{CALENDAR}</m:SyncFolderId><m:Ignore><t:ItemId Id='{ids[0]}'/></m:Ignore>"
        "<m:MaxChangesReturned>10</m:MaxChangesReturned></m:SyncFolderItems>"
    )
    assert client.send(request).changes == [("Create", ids[1])]


def test_a_page_carries_fields_but_never_a_body() -> None:
    """Facts 2.1: the response shape cannot carry Body."""
    simulator = judged()
    simulator.mailbox("ana@a.test").create(subject="Lunch", body="long", start=NOON, end=ONE)
    reply = RawClient(simulator).sync(fields=paths("item:Subject", "item:Body", "calendar:UID", "item:TextBody"))
    assert (reply.texts("Subject"), reply.texts("Body"), reply.texts("TextBody")) == (["Lunch"], [], [])
    assert len(reply.texts("UID")) == 1


def test_an_error_carries_an_empty_state_and_says_it_is_the_last() -> None:
    """Facts 1.7, 2.1: without these children exchangelib stumbles."""
    reply = RawClient(judged()).sync("bm9uc2Vuc2U=")
    assert (reply.response.status, reply.codes) == (200, ["ErrorInvalidSyncStateData"])
    assert (reply.text("SyncState"), reply.text("IncludesLastItemInRange")) == ("", "true")


def test_a_state_is_bound_to_its_folder_and_mailbox_and_must_be_whole() -> None:
    """Facts 2.1."""
    simulator, client, _ = _filled(1)
    hand = simulator.mailbox("ana@a.test")
    other = f"<t:FolderId Id='{hand.add_folder('Team')}'/>"
    state = client.sync().text("SyncState")
    assert client.sync(state, folder=other).codes == ["ErrorInvalidSyncStateData"]
    assert RawClient(simulator, "bob@a.test").sync(state).codes == ["ErrorInvalidSyncStateData"]
    assert client.sync(state[: len(state) // 2]).codes == ["ErrorInvalidSyncStateData"]
    assert client.sync("no base64!").codes == ["ErrorInvalidSyncStateData"]
    assert client.sync(state[:-8] + "AAAAAAAA").codes == ["ErrorInvalidSyncStateData"]
    assert client.sync(state).codes == ["NoError"]


def test_a_state_may_be_long() -> None:
    """Facts 2.1: tens of KB are possible."""
    assert len(RawClient(judged(sync_state_bytes=30_000)).sync().text("SyncState")) > 40_000


def test_dropped_states_and_a_moved_mailbox_void_what_was_handed_out() -> None:
    """Facts 2.1, 2.10; UIDs stay when everything else is new."""
    simulator, client, ids = _filled(1)
    hand = simulator.mailbox("ana@a.test")
    state, uid = client.sync().text("SyncState"), hand.items()[0].uid
    hand.drop_sync_states()
    assert client.sync(state).codes == ["ErrorInvalidSyncStateData"]
    state = client.sync().text("SyncState")
    hand.move_mailbox()
    assert client.sync(state).codes == ["ErrorInvalidSyncStateData"]
    (item,) = hand.items()
    assert (item.uid, item.id != ids[0]) == (uid, True)
    assert client.sync().changes == [("Create", item.id)]


def test_another_family_of_servers_lists_everything_again_in_silence() -> None:
    """Facts 8: a silent full resync instead of ErrorInvalidSyncStateData."""
    simulator = judged(silent_resync=True)
    made = RawClient(simulator).create(event())
    reply = RawClient(simulator).sync("bm9uc2Vuc2U=")
    assert (reply.codes, reply.changes) == (["NoError"], [("Create", made.refs[0].id)])


def test_another_family_of_servers_says_last_too_early_after_large_deletions() -> None:
    """Facts 8: keep calling until nothing comes."""
    simulator = judged(early_last=True)
    hand, client = simulator.mailbox("ana@a.test"), RawClient(simulator)
    ids = [hand.create(start=NOON, end=ONE) for _ in range(5)]
    state = client.sync().text("SyncState")
    for each in ids:
        hand.delete(each)
    first = client.sync(state, most=2)
    assert (len(first.changes), first.text("IncludesLastItemInRange")) == (2, "true")
    second = client.sync(first.text("SyncState"), most=2)
    third = client.sync(second.text("SyncState"), most=2)
    assert sorted(one for reply in (first, second, third) for _, one in reply.changes) == sorted(ids)
    assert client.sync(third.text("SyncState")).changes == []


def test_items_that_are_no_calendar_items_come_along() -> None:
    """Facts 1.7 item 3: an unknown element in a page."""
    simulator = judged()
    odd = simulator.mailbox("ana@a.test").create_unknown()
    reply = RawClient(simulator).sync(fields=paths("item:Subject", "calendar:Start"))
    assert (reply.changes, len(reply.find("//t:Create/t:SharingMessage"))) == ([("Create", odd)], 1)


def test_folders_that_are_gone_or_public_are_refused() -> None:
    """Facts 2.1: ErrorSyncFolderNotFound; public folders are not synchronised."""
    simulator = judged()
    client, hand = RawClient(simulator), simulator.mailbox("ana@a.test")
    gone = hand.calendar_id
    hand.move_mailbox()
    assert client.sync(folder=f"<t:FolderId Id='{gone}'/>").codes == ["ErrorSyncFolderNotFound"]
    assert client.sync(folder="<t:DistinguishedFolderId Id='publicfoldersroot'/>").codes == ["ErrorInvalidOperation"]


def _another(switches: Switches | None = None) -> ExchangeSimulator:
    mailboxes = {"ana@a.test": "secret"}
    return ExchangeSimulator(clock=ManualClock(), mailboxes=mailboxes, switches=switches, secret=b"another")


def test_a_state_of_another_server_is_refused_and_its_ids_are_not_known() -> None:
    """Facts 2.1: a state is the server's own; one that stands anew at the same address never gave it."""
    _, client, ids = _filled(1)
    another = _another()
    anew = RawClient(another)
    assert another.mailbox("ana@a.test").create(subject="0", start=NOON, end=ONE) != ids[0]
    assert anew.sync(client.sync().text("SyncState")).codes == ["ErrorInvalidSyncStateData"]


def test_a_state_of_another_server_may_also_list_everything_anew_without_a_word() -> None:
    """Facts 8: a silent full resync on a foreign sync state."""
    _, client, _ = _filled(3)
    another = _another(Switches(silent_resync=True))
    made = another.mailbox("ana@a.test").create(subject="New", start=NOON, end=ONE)
    assert RawClient(another).sync(client.sync().text("SyncState")).changes == [("Create", made)]
