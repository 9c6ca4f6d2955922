"""Deleting, moving and restoring in the Exchange simulator: facts 2.1, 2.2, 2.8."""

import pytest

from simulators.exchange.raw_client import ItemRef, RawClient, event, judged
from simulators.exchange.simulator import ExchangeSimulator


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


@pytest.mark.parametrize(
    ("how", "folder"),
    [
        ("HardDelete", "recoverableitemspurges"),
        ("SoftDelete", "recoverableitemsdeletions"),
        ("MoveToDeletedItems", "deleteditems"),
    ],
)
def test_each_way_of_deleting_has_its_folder_and_gives_a_new_id(
    simulator: ExchangeSimulator, client: RawClient, how: str, folder: str
) -> None:
    """Facts 2.8."""
    made = client.create(event()).refs[0]
    assert client.delete(made.xml, how=how).codes == ["NoError"]
    hand = simulator.mailbox("ana@a.test")
    assert hand.items() == ()
    (left,) = hand.items(hand.folder_id(folder))
    assert (left.id != made.id, left.subject) == (True, "Lunch")
    assert client.get(made).codes == ["ErrorItemNotFound"]
    assert client.get(ItemRef(left.id, "")).codes == ["NoError"]
    back = hand.item(hand.restore(made.id))
    assert [(item.id, item.uid) for item in hand.items()] == [(back.id, left.uid)]


def test_deleting_for_good_in_the_last_folder_leaves_nothing(simulator: ExchangeSimulator, client: RawClient) -> None:
    hand = simulator.mailbox("ana@a.test")
    client.delete(client.create(event()).refs[0].xml)
    (purged,) = hand.items(hand.folder_id("recoverableitemspurges"))
    assert client.delete(ItemRef(purged.id, purged.change_key).xml).codes == ["NoError"]
    assert hand.items(hand.folder_id("recoverableitemspurges")) == ()
    with pytest.raises(KeyError):
        hand.restore(purged.id)


def test_moving_gives_a_new_id_and_leaves_a_deletion_behind(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.1, 2.2."""
    hand = simulator.mailbox("ana@a.test")
    team = hand.add_folder("Team")
    made = client.create(event()).refs[0]
    here, there = client.sync(), client.sync(folder=f"<t:FolderId Id='{team}'/>")
    target = f"<m:ToFolderId><t:FolderId Id='{team}'/></m:ToFolderId>"
    moved = client.send(f"<m:MoveItem>{target}<m:ItemIds>{made.xml}</m:ItemIds></m:MoveItem>").refs[0]
    assert moved.id != made.id
    assert client.sync(here.text("SyncState")).changes == [("Delete", made.id)]
    arrived = client.sync(there.text("SyncState"), folder=f"<t:FolderId Id='{team}'/>")
    assert arrived.changes == [("Create", moved.id)]
    assert hand.move(moved.id, hand.calendar_id) not in (made.id, moved.id)


def test_new_ids_are_told_unless_declined_and_a_target_that_is_gone_is_refused(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    hand = simulator.mailbox("ana@a.test")
    team = hand.add_folder("Team")
    made = client.create(event()).refs[0]
    body = f"<m:ToFolderId><t:FolderId Id='{team}'/></m:ToFolderId><m:ItemIds>{{}}</m:ItemIds>"
    silent = "<m:ReturnNewItemIds>false</m:ReturnNewItemIds>"
    assert client.send(f"<m:CopyItem>{body.format(made.xml)}{silent}</m:CopyItem>").refs == []
    hand.move_mailbox()
    assert client.send(f"<m:CopyItem>{body.format(made.xml)}</m:CopyItem>").codes == ["ErrorToFolderNotFound"]


def test_the_mails_of_a_deletion_go_to_the_guests_or_to_the_organizer(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """Facts 2.7: SendToNone is silent; else the owner cancels, a guest declines."""
    hand = simulator.mailbox("ana@a.test")
    start = hand.item(client.create(event("template")).refs[0].id).start
    own = hand.create(subject="own", start=start, end=start, required=["bob@a.test", "eve@x.test"])
    theirs = hand.create(subject="theirs", start=start, end=start, organizer="boss@x.test", my_response="Accept")
    quiet = hand.create(subject="quiet", start=start, end=start, required=["bob@a.test"])
    client.delete(ItemRef(quiet, "").keyless)
    assert simulator.record.mails == []
    client.delete(ItemRef(own, "").keyless, ItemRef(theirs, "").keyless, send="SendToAllAndSaveCopy")
    sent = [(mail["to"], mail["subject"], mail["kind"]) for mail in simulator.record.mails]
    assert sent == [
        ("bob@a.test", "own", "cancellation"),
        ("eve@x.test", "own", "cancellation"),
        ("boss@x.test", "theirs", "cancellation"),
    ]
