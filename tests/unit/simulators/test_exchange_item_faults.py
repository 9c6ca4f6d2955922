"""Faults of single items in the Exchange simulator: facts 1.5, 2.10, 6 item 11."""

import pytest

from simulators.exchange.raw_client import RawClient, event, judged, set_field
from simulators.exchange.simulator import ExchangeSimulator
from simulators.record import Fault

TEA = set_field("item:Subject", "<t:Subject>Tea</t:Subject>")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _subjects(simulator: ExchangeSimulator) -> list[str]:
    return [item.subject for item in simulator.mailbox("ana@a.test").items()]


@pytest.mark.parametrize("code", ["ErrorServerBusy", "ErrorIrresolvableConflict", "ErrorInternalServerError"])
def test_one_item_of_a_batch_fails_alone(simulator: ExchangeSimulator, client: RawClient, code: str) -> None:
    """Facts 1.5: per-item mix of Success and Error."""
    simulator.record.plant(Fault("item_error", "CreateItem", nth=2, detail=code))
    assert client.create(event("a"), event("b"), event("c")).codes == ["NoError", code, "NoError"]
    assert _subjects(simulator) == ["a", "c"]
    assert [call.changed for call in simulator.record.calls] == [True, False, True]


def test_a_batch_may_be_stopped_with_warnings(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.10: ErrorBatchProcessingStopped is ResponseClass Warning."""
    simulator.record.plant(Fault("batch_stopped", nth=2))
    reply = client.create(event("a"), event("b"), event("c"))
    assert reply.codes == ["NoError", "ErrorBatchProcessingStopped", "ErrorBatchProcessingStopped"]
    classes = [each.get("ResponseClass") for each in reply.find("//m:CreateItemResponseMessage")]
    assert classes == ["Success", "Warning", "Warning"]
    assert _subjects(simulator) == ["a"]


@pytest.mark.parametrize(
    ("rule", "code", "subject"),
    [("NeverOverwrite", "ErrorIrresolvableConflict", "Lunch"), ("AlwaysOverwrite", "NoError", "Tea")],
)
def test_somebody_edits_just_before_the_update(rule: str, code: str, subject: str) -> None:
    """Facts 2.2, 6 item 5: the other's edit stays in either case."""
    simulator = judged()
    client = RawClient(simulator)
    made = client.create(event()).refs[0]
    state = client.sync().text("SyncState")
    simulator.record.plant(Fault("conflict", detail="elsewhere"))
    assert client.update(made.xml, TEA, rule=rule).codes == [code]
    (item,) = simulator.mailbox("ana@a.test").items()
    assert (item.subject, item.location) == (subject, "elsewhere")
    assert client.sync(state).changes == [("Update", made.id)]


def test_a_conflict_that_says_no_place_moves_the_item_anyway(simulator: ExchangeSimulator, client: RawClient) -> None:
    made = client.create(event()).refs[0]
    simulator.record.plant(Fault("conflict"))
    client.update(made.xml, TEA)
    assert simulator.mailbox("ana@a.test").items()[0].location == " (moved by hand)"


def test_a_creation_may_store_a_second_copy(simulator: ExchangeSimulator, client: RawClient) -> None:
    simulator.record.plant(Fault("duplicate"))
    made = client.create(event(before="<t:UID>own</t:UID>"))
    first, second = simulator.mailbox("ana@a.test").items()
    assert (first.id, second.subject, second.start, second.end) == (made.refs[0].id, "Lunch", first.start, first.end)
    assert (first.uid == second.uid, second.extended) == (False, {})


def test_an_edit_may_be_lost_though_it_was_answered(simulator: ExchangeSimulator, client: RawClient) -> None:
    made, before = client.create(event()).refs[0], simulator.mailbox("ana@a.test").items()
    state = client.sync().text("SyncState")
    simulator.record.plant(Fault("lost_edit"))
    reply = client.update(made.xml, TEA)
    assert (reply.codes, reply.refs[0].id, reply.refs[0].key != made.key) == (["NoError"], made.id, True)
    assert simulator.mailbox("ana@a.test").items() == before
    assert client.sync(state).changes == []
    assert simulator.record.calls[-2].changed is False


def test_a_mail_may_be_sent_that_nobody_asked_for(simulator: ExchangeSimulator, client: RawClient) -> None:
    simulator.record.plant(Fault("mail", "CreateItem", detail="eve@x.test"))
    client.create(event())
    assert [(mail["to"], mail["kind"]) for mail in simulator.record.mails] == [("eve@x.test", "planted")]


def test_items_are_matched_one_by_one_and_requests_as_a_whole(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Request faults count requests, item faults count items."""
    simulator.record.plant(Fault("access_denied", "CreateItem", nth=2))
    simulator.record.plant(Fault("item_error", "CreateItem", nth=4, detail="ErrorItemSave"))
    assert client.create(event("a"), event("b")).codes == ["NoError", "NoError"]
    assert client.create(event("c"), event("d")).codes == ["ErrorAccessDenied"] * 2
    assert simulator.record.faults == []
