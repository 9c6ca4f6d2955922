"""Ids, ChangeKeys and conflicts in the Exchange simulator."""

import pytest

from simulators.exchange.raw_client import ItemRef, RawClient, event, judged, set_field
from simulators.exchange.simulator import ExchangeSimulator

TEA = set_field("item:Subject", "<t:Subject>Tea</t:Subject>")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


@pytest.fixture
def stale(simulator: ExchangeSimulator, client: RawClient) -> ItemRef:
    """An item that was saved by hand after we read it."""
    made = client.create(event()).refs[0]
    simulator.mailbox("ana@a.test").update(made.id, location="by hand")
    return made


def _now(simulator: ExchangeSimulator) -> tuple[str, str]:
    (item,) = simulator.mailbox("ana@a.test").items()
    return item.subject, item.location


def test_never_overwrite_refuses_a_stale_key(simulator: ExchangeSimulator, client: RawClient, stale: ItemRef) -> None:
    """Facts 2.2."""
    assert client.update(stale.xml, TEA).codes == ["ErrorIrresolvableConflict"]
    assert _now(simulator) == ("Lunch", "by hand")


@pytest.mark.parametrize("rule", ["AutoResolve", "AlwaysOverwrite"])
def test_the_other_rules_write_over_it(
    simulator: ExchangeSimulator, client: RawClient, stale: ItemRef, rule: str
) -> None:
    """Facts 2.2."""
    assert client.update(stale.xml, TEA, rule=rule).codes == ["NoError"]
    assert _now(simulator) == ("Tea", "by hand")


@pytest.mark.parametrize("rule", ["NeverOverwrite", "AutoResolve"])
def test_a_key_is_required_for_writing(client: RawClient, stale: ItemRef, rule: str) -> None:
    """Facts 2.2."""
    assert client.update(stale.keyless, TEA, rule=rule).codes == ["ErrorChangeKeyRequiredForWriteOperations"]


def test_always_overwrite_is_lenient_about_a_missing_key(client: RawClient, stale: ItemRef) -> None:
    """Facts 2.2, 7: pages disagree, Thunderbird relies on it."""
    assert client.update(stale.keyless, TEA, rule="AlwaysOverwrite").codes == ["NoError"]


def test_every_save_gives_a_new_key_and_the_current_one_writes(client: RawClient, stale: ItemRef) -> None:
    """Facts 2.2."""
    (current,) = client.get(stale).refs
    assert current.key != stale.key
    saved = client.update(current.xml, TEA)
    assert (saved.codes, saved.refs[0].id) == (["NoError"], stale.id)
    assert saved.refs[0].key not in (current.key, stale.key)
    assert client.update(saved.refs[0].xml, TEA).codes == ["NoError"]


def test_a_key_nobody_issued_is_told_from_a_stale_one(client: RawClient, stale: ItemRef) -> None:
    """Facts 2.2: ErrorInvalidChangeKey."""
    for key in ("abc", "AAAA", stale.key[:-4] + "AAAA"):
        assert client.update(ItemRef(stale.id, key).xml, TEA).codes == ["ErrorInvalidChangeKey"]


def test_ids_that_name_nothing_are_refused_each_in_its_way(client: RawClient, stale: ItemRef) -> None:
    """Facts 2.2."""
    assert client.get(ItemRef("", "")).codes == ["ErrorInvalidIdEmpty"]
    assert client.get(ItemRef("not base64", "")).codes == ["ErrorInvalidIdMalformed"]
    assert client.get(ItemRef("A" * 516, "")).codes == ["ErrorInvalidIdMalformed"]
    assert client.get(ItemRef(stale.id[:-8] + "BBBBBBBB", "")).codes == ["ErrorItemNotFound"]


def test_ids_are_base64_of_at_most_512_bytes_and_case_sensitive(client: RawClient) -> None:
    """Facts 2.2: to fold the case of ids is to confuse two items."""
    ids = [client.create(event(str(n))).refs[0].id for n in range(8)]
    assert all(len(each) <= 512 for each in ids)
    assert len(set(ids)) == 8
    assert len({each.lower() for each in ids}) < 8


def test_one_items_failure_never_stops_the_others(
    simulator: ExchangeSimulator, client: RawClient, stale: ItemRef
) -> None:
    """Facts 1.5, 2.10: mixed batches, positions kept."""
    first, second = (client.create(event(name)).refs[0] for name in ("a", "b"))
    reply = client.update_all([(first.xml, TEA), (stale.xml, TEA), (second.xml, TEA)])
    assert reply.codes == ["NoError", "ErrorIrresolvableConflict", "NoError"]
    assert [each.get("ResponseClass") for each in reply.find("//m:UpdateItemResponseMessage")] == [
        "Success",
        "Error",
        "Success",
    ]
    assert [ref.id for ref in reply.refs] == [first.id, second.id]
    assert client.get([first, ItemRef(first.id[:-8] + "BBBBBBBB", ""), second]).codes == [
        "NoError",
        "ErrorItemNotFound",
        "NoError",
    ]
    bad = event("bad", "<t:IsMeeting>true</t:IsMeeting>")
    assert client.create(event("c"), bad, event("d")).codes == ["NoError", "ErrorInvalidPropertySet", "NoError"]
    assert [item.subject for item in simulator.mailbox("ana@a.test").items()] == ["Lunch", "Tea", "Tea", "c", "d"]


def test_one_call_is_recorded_for_each_item_of_a_request(
    simulator: ExchangeSimulator, client: RawClient, stale: ItemRef
) -> None:
    """What a loop over crashes enumerates."""
    simulator.record.calls.clear()
    client.update_all([(stale.xml, TEA), (client.get(stale).refs[0].xml, TEA)])
    assert [(call.number, call.request, call.operation, call.changed) for call in simulator.record.calls] == [
        (1, 2, "GetItem", False),
        (2, 3, "UpdateItem", False),
        (3, 3, "UpdateItem", True),
    ]


def test_deleting_needs_no_key_and_minds_no_stale_one(
    simulator: ExchangeSimulator, client: RawClient, stale: ItemRef
) -> None:
    """Facts 2.2."""
    other = client.create(event("b")).refs[0]
    assert client.delete(stale.xml, other.keyless).codes == ["NoError", "NoError"]
    assert simulator.mailbox("ana@a.test").items() == ()
    assert client.delete(other.keyless).codes == ["ErrorItemNotFound"]
