"""Faults of whole requests in the Exchange simulator: facts 2.10, 6 item 11."""

from datetime import timedelta

import pytest

from simulators.clock import ManualClock
from simulators.exchange.faults import ITEM, KINDS, WHOLE
from simulators.exchange.raw_client import RawClient, event, judged, set_field
from simulators.exchange.simulator import ExchangeSimulator
from simulators.record import COMMON, Fault
from simulators.wire import Crash, LostReplyError, TimedOutError

TEA = set_field("item:Subject", "<t:Subject>Tea</t:Subject>")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _count(simulator: ExchangeSimulator) -> int:
    return len(simulator.mailbox("ana@a.test").items())


@pytest.mark.parametrize(
    ("kind", "error", "stored"),
    [
        ("crash_before", Crash, 0),
        ("crash_after", Crash, 1),
        ("lost_reply", LostReplyError, 1),
        ("timeout_before", TimedOutError, 0),
    ],
)
def test_an_answer_that_never_comes_leaves_the_effect_or_not(
    simulator: ExchangeSimulator, client: RawClient, kind: str, error: type[BaseException], stored: int
) -> None:
    simulator.record.plant(Fault(kind, "CreateItem"))
    client.sync()
    with pytest.raises(error):
        client.create(event())
    assert _count(simulator) == stored
    assert [(call.operation, call.changed) for call in simulator.record.calls] == [
        ("SyncFolderItems", False),
        ("CreateItem", stored == 1),
    ]
    assert client.create(event()).codes == ["NoError"]


def test_a_late_effect_happens_when_its_time_has_come(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 6 item 11: a timeout after which the server commits."""
    assert isinstance(simulator.clock, ManualClock)
    state = client.sync().text("SyncState")
    simulator.record.plant(Fault("late_effect", seconds=60))
    with pytest.raises(TimedOutError):
        client.create(event())
    assert client.sync(state).changes == []
    simulator.clock.advance(timedelta(seconds=61))
    assert len(client.sync(state).changes) == 1
    assert _count(simulator) == 1


def test_busy_as_a_soap_fault_tells_how_long_to_back_off(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.10: HTTP 500, detail/ResponseCode, MessageXml/Value."""
    simulator.record.plant(Fault("busy_fault", seconds=3))
    reply = client.create(event())
    assert (reply.response.status, reply.is_fault, reply.codes) == (500, True, ["ErrorServerBusy"])
    assert [each.text for each in reply.find("//s:Fault/detail/t:MessageXml/t:Value[@Name='BackOffMilliseconds']")] == [
        "3000"
    ]
    assert [each.text for each in reply.find("//s:Fault/faultcode")] == ["t:ErrorServerBusy"]
    assert _count(simulator) == 0


def test_busy_as_an_answer_is_http_200_with_an_error_for_each_item(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """Facts 2.10."""
    simulator.record.plant(Fault("busy_answer", seconds=5))
    reply = client.create(event("a"), event("b"))
    assert (reply.response.status, reply.is_fault, reply.codes) == (200, False, ["ErrorServerBusy"] * 2)
    assert [each.text for each in reply.find("//m:MessageXml/t:Value")] == ["5000", "5000"]
    assert _count(simulator) == 0


@pytest.mark.parametrize(
    ("kind", "status", "retry"), [("unavailable", 503, "7"), ("too_many_requests", 429, "7"), ("bad_gateway", 502, "")]
)
def test_pages_of_a_sick_server_are_html(
    simulator: ExchangeSimulator, client: RawClient, kind: str, status: int, retry: str
) -> None:
    """Facts 2.10."""
    simulator.record.plant(Fault(kind, seconds=7))
    response = client.create(event()).response
    headers = dict(response.headers)
    assert (response.status, headers.get("Retry-After", "")) == (status, retry)
    assert headers["Content-Type"].startswith("text/html")
    assert b"<html>" in response.body
    assert (_count(simulator), simulator.record.calls[-1].status) == (0, status)


@pytest.mark.parametrize(
    ("fault", "code", "status"),
    [
        (Fault("access_denied"), "ErrorAccessDenied", 200),
        (Fault("mailbox_moving"), "ErrorMailboxMoveInProgress", 200),
        (Fault("error_answer", detail="ErrorTooManyObjectsOpened"), "ErrorTooManyObjectsOpened", 200),
        (Fault("soap_fault", detail="ErrorInternalServerTransientError"), "ErrorInternalServerTransientError", 500),
    ],
)
def test_refusals_by_code(
    simulator: ExchangeSimulator, client: RawClient, fault: Fault, code: str, status: int
) -> None:
    """Facts 2.10."""
    simulator.record.plant(fault)
    reply = client.create(event())
    assert (reply.codes, reply.response.status, _count(simulator)) == ([code], status, 0)


def test_a_planted_401_is_no_failed_sign_in(simulator: ExchangeSimulator, client: RawClient) -> None:
    simulator.record.plant(Fault("unauthorized"))
    assert client.sync().response.status == 401
    assert simulator.accounts.failed == {}


def test_a_torn_answer_is_cut_but_the_effect_is_there(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 6 item 11."""
    simulator.record.plant(Fault("torn"))
    response = client.create(event()).response
    assert (response.status, response.body.endswith(b"Envelope>"), _count(simulator)) == (200, False, 1)


def test_a_mailbox_that_moves_voids_ids_and_states(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.10, 6 item 11."""
    made, state = client.create(event()).refs[0], client.sync().text("SyncState")
    simulator.record.plant(Fault("mailbox_moved"))
    assert client.update(made.xml, TEA).codes == ["ErrorItemNotFound"]
    assert client.sync(state).codes == ["ErrorInvalidSyncStateData"]
    assert client.sync().changes[0][1] != made.id


def test_an_invalid_state_can_be_planted(simulator: ExchangeSimulator, client: RawClient) -> None:
    simulator.record.plant(Fault("invalid_sync_state"))
    state = client.sync().text("SyncState")
    assert state == ""
    assert client.sync().codes == ["NoError"]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_truncated_list_claims_to_be_whole_and_the_state_goes_on(count: int) -> None:
    simulator = judged()
    client = RawClient(simulator)
    ids = [client.create(event(str(n))).refs[0].id for n in range(count)]
    simulator.record.plant(Fault("truncated_list"))
    first = client.sync()
    assert (first.text("IncludesLastItemInRange"), len(first.changes)) == ("true", count // 2)
    rest = client.sync(first.text("SyncState"))
    assert [item_id for _, item_id in first.changes + rest.changes] == ids[::-1]
    assert client.sync(rest.text("SyncState")).changes == []


def test_a_truncated_list_may_pass_over_the_rest_for_good(simulator: ExchangeSimulator, client: RawClient) -> None:
    for n in range(4):
        client.create(event(str(n)))
    simulator.record.plant(Fault("truncated_list", detail="skip"))
    first = client.sync()
    assert len(first.changes) == 2
    assert client.sync(first.text("SyncState")).changes == []
    simulator.record.plant(Fault("truncated_list"))
    assert len(client.find().refs) == 2


def test_an_empty_page_hides_what_is_there_and_gives_the_same_state_back(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    state = client.sync().text("SyncState")
    client.create(event())
    simulator.record.plant(Fault("empty_page", times=2))
    reply = client.sync(state)
    assert (reply.changes, reply.text("IncludesLastItemInRange"), reply.text("SyncState")) == ([], "true", state)
    assert client.find().refs == []
    assert len(client.sync(state).changes) == 1
    simulator.record.plant(Fault("empty_page"))
    first = client.sync()
    assert (first.codes, first.changes) == (["NoError"], [])
    assert len(client.sync(first.text("SyncState")).changes) == 1


def test_faults_wait_for_their_operation_user_and_turn(simulator: ExchangeSimulator, client: RawClient) -> None:
    bob = RawClient(simulator, "bob@a.test")
    simulator.record.plant(Fault("access_denied", "SyncFolderItems", nth=2, times=2, user="ana@a.test"))
    codes = [client.sync().codes[0], bob.sync().codes[0], client.create(event()).codes[0]]
    codes += [client.sync().codes[0] for _ in range(3)]
    assert codes == ["NoError", "NoError", "NoError", "ErrorAccessDenied", "ErrorAccessDenied", "NoError"]


def test_a_fault_of_one_operation_does_not_meet_another(simulator: ExchangeSimulator, client: RawClient) -> None:
    simulator.record.plant(Fault("invalid_sync_state"))
    simulator.record.plant(Fault("truncated_list"))
    assert client.create(event()).codes == ["NoError"]
    assert len(simulator.record.faults) == 2


@pytest.mark.parametrize(
    "fault",
    [
        Fault("typo"),
        Fault("item_error"),
        Fault("soap_fault", detail="busy"),
        Fault("lost_edit", "CreateItem"),
        Fault("torn", nth=0),
        Fault("torn", times=0),
    ],
)
def test_a_fault_that_would_never_play_is_a_mistake_of_the_test(client: RawClient, fault: Fault) -> None:
    """A fake refuses what it does not know."""
    client.handler.record.plant(fault)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="fault"):
        client.sync()


def test_every_kind_is_explained_once() -> None:
    assert len(KINDS) == len(COMMON) + len(WHOLE) + len(ITEM)
    assert all(KINDS.values())
