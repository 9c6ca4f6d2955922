"""GetUserAvailability of the Exchange simulator: how it is asked, refused, and answered mailbox by mailbox.

Sources: Microsoft's pages of the operation and its elements, ResponseCode among them; facts on free/busy 4.1 to 4.4.
What of a calendar is told, and in which zone, is in test_exchange_free_busy.py.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from simulators.exchange.hand import Hand
from simulators.exchange.raw_client import UTC_ZONE, RawClient, Reply, judged, zone
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault

FREE_DAY = "0" * 24
NOBODY = "nobody@a.test"


def _noon(hand: Hand, **fields: Any) -> str:
    noon, one = (datetime(2026, 11, 3, hour, tzinfo=UTC) for hour in (12, 13))
    return hand.create(**{"subject": "Lunch", "location": "Canteen", "start": noon, "end": one, **fields})


@pytest.fixture
def simulator() -> ExchangeSimulator:
    simulator = judged()
    _noon(simulator.mailbox("bob@a.test"))
    return simulator


@pytest.fixture
def ana(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _refused(reply: Reply) -> tuple[bool, list[str]]:
    return reply.is_fault, reply.codes


def test_each_mailbox_has_an_answer_of_its_own_in_the_order_asked_duplicates_too(ana: RawClient) -> None:
    """Facts on free/busy 4.4."""
    reply = ana.free_busy("bob@a.test", NOBODY, "ana@a.test", "BOB@a.test")
    assert reply.codes == ["NoError", "ErrorMailRecipientNotFound", "NoError", "NoError"]
    assert reply.texts("MergedFreeBusy") == ["0" * 12 + "2" + "0" * 11, FREE_DAY, "0" * 12 + "2" + "0" * 11]
    assert len(reply.find("/s:Envelope/s:Body/m:GetUserAvailabilityResponse/m:FreeBusyResponseArray/*")) == 4


def test_a_mailbox_that_fails_says_so_and_has_an_empty_view(ana: RawClient) -> None:
    """MS-OXWAVLS 3.1.4.1: a response message for the mailbox that is not in the directory; facts 4.4."""
    reply = ana.free_busy(NOBODY)
    (message,) = reply.find("//m:FreeBusyResponse/m:ResponseMessage[@ResponseClass='Error']")
    assert [etree.QName(one).localname for one in message] == ["MessageText", "ResponseCode", "DescriptiveLinkKey"]
    assert [one.text for one in reply.find("//m:FreeBusyView/*")] == ["None"]


@pytest.mark.parametrize(
    ("address", "code"),
    [("", "ErrorInvalidSmtpAddress"), ("bob", "ErrorInvalidSmtpAddress"), (NOBODY, "ErrorMailRecipientNotFound")],
)
def test_an_address_no_mailbox_has_spoils_nothing(ana: RawClient, address: str, code: str) -> None:
    """ResponseCode: ErrorInvalidSmtpAddress, ErrorMailRecipientNotFound."""
    assert ana.free_busy(address, "bob@a.test").codes == [code, "NoError"]


def test_a_hundred_mailboxes_may_be_asked_for_and_no_more(ana: RawClient) -> None:
    """ResponseCode: ErrorMailboxDataArrayTooBig; microsoft-graph-docs issue 7047, whose answer is for all."""
    assert ana.free_busy(*["bob@a.test"] * 100).codes == ["NoError"] * 100
    assert _refused(ana.free_busy(*["bob@a.test"] * 101)) == (True, ["ErrorMailboxDataArrayTooBig"])


def test_a_request_for_no_mailbox_is_refused(ana: RawClient) -> None:
    """ResponseCode: ErrorMailboxDataArrayEmpty."""
    assert _refused(ana.free_busy()) == (True, ["ErrorMailboxDataArrayEmpty"])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"end": "2026-11-03T00:00:00"}, "ErrorInvalidTimeInterval"),
        ({"end": "2026-11-02T00:00:00"}, "ErrorInvalidTimeInterval"),
        ({"end": "2026-12-15T00:00:01"}, "ErrorTimeIntervalTooBig"),
        ({"minutes": "4"}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"minutes": "1441", "end": "2026-11-06T00:00:00"}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"end": "2026-11-03T00:59:00"}, "ErrorInvalidMergedFreeBusyInterval"),
        ({"view": "None"}, "ErrorInvalidFreeBusyViewType"),
        ({"view": ""}, "ErrorInvalidFreeBusyViewType"),
        ({"view": "FreeBusy Detailed"}, "ErrorInvalidFreeBusyViewType"),
        ({"view": "Everything"}, "ErrorSchemaValidation"),
        ({"zone": ""}, "ErrorTimeZone"),
        ({"end": "tomorrow"}, "ErrorSchemaValidation"),
    ],
)
def test_what_is_wrong_with_the_request_refuses_it_all(ana: RawClient, wrong: dict[str, str], code: str) -> None:
    """ResponseCode, RequestedView, MergedFreeBusyIntervalInMinutes, TimeZone (Availability); facts 4.2, 4.3.

    An empty window too: ews-javascript-api's issue 249, whose client cuts windows to whole days.
    """
    assert _refused(ana.free_busy("bob@a.test", "ana@a.test", **wrong)) == (True, [code])


@pytest.mark.parametrize(
    "right",
    [
        {"minutes": "5"},
        {"minutes": "1440"},
        {"end": "2026-11-03T01:00:00"},
        {"end": "2026-12-15T00:00:00"},
        {"view": "MergedOnly"},
        {"start": "2026-11-03T00:00:00Z", "end": "2026-11-04T00:00:00+01:00"},
    ],
)
def test_what_is_just_allowed_is_answered(ana: RawClient, right: dict[str, str]) -> None:
    """The same pages: 5 to 1440 minutes, an interval as long as the window, 42 days; facts 4.1: offsets too."""
    assert ana.free_busy("bob@a.test", **right).codes == ["NoError"]


def test_the_longest_window_is_a_switch() -> None:
    """microsoft-graph-docs PR 19703: 62 days are allowed and 63 are not."""
    client = RawClient(judged(availability_days=62))
    assert client.free_busy("bob@a.test", end="2027-01-04T00:00:00").codes == ["NoError"]
    assert client.free_busy("bob@a.test", end="2027-01-05T00:00:00").codes == ["ErrorTimeIntervalTooBig"]


def test_some_servers_answer_each_mailbox_with_what_is_wrong_with_the_request() -> None:
    """Facts 4.4: seen on gromox."""
    client = RawClient(judged(availability_refusals="each"))
    assert _refused(client.free_busy("bob@a.test", "ana@a.test", zone="")) == (False, ["ErrorTimeZone"] * 2)
    assert _refused(client.free_busy("bob@a.test", view="Everything")) == (True, ["ErrorSchemaValidation"])
    assert _refused(client.free_busy()) == (True, ["ErrorMailboxDataArrayEmpty"])


def test_the_interval_is_half_an_hour_unless_told(ana: RawClient) -> None:
    """MergedFreeBusyIntervalInMinutes."""
    reply = ana.free_busy("bob@a.test", minutes="")
    assert reply.text("MergedFreeBusy") == "0" * 24 + "22" + "0" * 22


def test_suggested_times_are_refused_by_name(ana: RawClient) -> None:
    window = "<t:StartTime>2026-11-03T00:00:00</t:StartTime><t:EndTime>2026-11-04T00:00:00</t:EndTime>"
    person = "<t:Email><t:Address>bob@a.test</t:Address></t:Email><t:AttendeeType>Room</t:AttendeeType>"
    reply = ana.send(
        f"<m:GetUserAvailabilityRequest>{UTC_ZONE}<m:MailboxDataArray><t:MailboxData>{person}</t:MailboxData>"
        "</m:MailboxDataArray><t:SuggestionsViewOptions><t:DetailedSuggestionsWindow>"
        f"{window}</t:DetailedSuggestionsWindow></t:SuggestionsViewOptions></m:GetUserAvailabilityRequest>"
    )
    assert _refused(reply) == (True, ["ErrorInvalidOperation"])


def test_a_request_for_no_view_is_refused(ana: RawClient) -> None:
    """Facts 4.1: one of both options must be there."""
    person = "<t:Email><t:Address>bob@a.test</t:Address></t:Email><t:AttendeeType>Room</t:AttendeeType>"
    reply = ana.send(
        f"<m:GetUserAvailabilityRequest>{UTC_ZONE}<m:MailboxDataArray><t:MailboxData>{person}</t:MailboxData>"
        "</m:MailboxDataArray></m:GetUserAvailabilityRequest>"
    )
    assert _refused(reply) == (True, ["ErrorInvalidFreeBusyViewType"])


BROKEN = {
    "a mailbox without an address": ("<t:Address>bob@a.test</t:Address>", ""),
    "a mailbox that is nil": (
        "<t:MailboxData>",
        "<t:MailboxData xsi:nil='true' xmlns:xsi='http://x.test'/><t:MailboxData>",
    ),
    "a friend": ("Required", "Friend"),
    "conflicts that may be": ("<t:ExcludeConflicts>false", "<t:ExcludeConflicts>perhaps"),
    "a window without an end": ("<t:EndTime>2026-11-04T00:00:00</t:EndTime>", ""),
    "an end that is none": ("2026-11-04T00", "2026-11-31T00"),
    "minutes that are no number": (">60</t:Merged", ">sixty</t:Merged"),
    "a zone without summer": ("DaylightTime", "DarkTime"),
    "a bias that is no number": ("<t:Bias>0</t:Bias>", "<t:Bias>none</t:Bias>"),
    "a day that is none": ("Sunday", "Someday"),
}


@pytest.mark.parametrize("kind", BROKEN)
@pytest.mark.parametrize("judge", [True, False], ids=["with schemas", "without"])
def test_a_request_that_is_none_is_a_fault(simulator: ExchangeSimulator, kind: str, *, judge: bool) -> None:
    """Facts 6 item 1, with and without the schemas."""
    if not judge:
        simulator.schemas, simulator.switches = None, Switches()
    client = _Bent(simulator, *BROKEN[kind])
    assert _refused(client.free_busy("bob@a.test")) == (True, ["ErrorSchemaValidation"])


class _Bent(RawClient):
    """Says one thing in another way."""

    def __init__(self, simulator: ExchangeSimulator, old: str, new: str) -> None:
        super().__init__(simulator)
        self._old, self._new = old, new

    def send(self, body: str) -> Reply:
        assert self._old in body
        return super().send(body.replace(self._old, self._new))


def test_the_first_and_the_last_years_there_are_can_be_asked_for(ana: RawClient) -> None:
    berlin = zone(-60, "10/5 03:00:00", "3/5 02:00:00")
    for day in ("1601-01-01", "9998-12-31"):
        reply = ana.free_busy("bob@a.test", start=f"{day}T00:00:00", end=f"{day}T23:00:00", zone=berlin)
        assert reply.text("MergedFreeBusy") == "0" * 23


# What an asker may see.


@pytest.mark.parametrize(
    ("access", "asked", "told"),
    [
        ("TimeOnly", "Detailed", "FreeBusy"),
        ("TimeOnly", "DetailedMerged", "FreeBusyMerged"),
        ("TimeOnly", "FreeBusy", "FreeBusy"),
        ("TimeOnly", "MergedOnly", "MergedOnly"),
        ("TimeAndSubjectAndLocation", "Detailed", "Detailed"),
        ("TimeAndSubjectAndLocation", "DetailedMerged", "DetailedMerged"),
        ("FullDetails", "FreeBusyMerged", "FreeBusyMerged"),
    ],
)
def test_the_view_is_what_was_asked_for_as_far_as_the_asker_may_see(
    simulator: ExchangeSimulator, ana: RawClient, access: str, asked: str, told: str
) -> None:
    """RequestedView; facts 4.3."""
    simulator.mailbox("bob@a.test").share_free_busy(access)
    reply = ana.free_busy("bob@a.test", view=asked)
    assert reply.text("FreeBusyViewType") == told
    assert bool(reply.texts("Subject")) is told.startswith("Detailed")
    assert bool(reply.texts("MergedFreeBusy")) is told.endswith(("Merged", "MergedOnly"))
    assert [len(reply.find(f"//t:{name}")) for name in ("CalendarEventArray", "WorkingHours")] == [
        int(told != "MergedOnly")
    ] * 2


def test_who_may_see_nothing_is_told_so_of_that_mailbox(simulator: ExchangeSimulator, ana: RawClient) -> None:
    """ResponseCode: ErrorNoFreeBusyAccess; a right by name goes before everybody's."""
    bob = simulator.mailbox("bob@a.test")
    bob.share_free_busy("None")
    assert ana.free_busy("bob@a.test", "ana@a.test").codes == ["ErrorNoFreeBusyAccess", "NoError"]
    bob.share_free_busy("TimeOnly", "Ana@a.test")
    assert ana.free_busy("bob@a.test").text("FreeBusyViewType") == "FreeBusyMerged"


def test_the_owner_sees_all_of_it_and_everybody_else_the_times(simulator: ExchangeSimulator) -> None:
    """Facts on free/busy 3.2: AvailabilityOnly is the default."""
    bob = RawClient(simulator, "bob@a.test")
    assert bob.free_busy("bob@a.test").texts("Subject") == ["Lunch"]
    assert RawClient(simulator).free_busy("bob@a.test").texts("Subject") == []


def test_mailboxes_may_be_closed_and_opened_by_switch() -> None:
    simulator = judged(free_busy_denied=("bob@a.test",), free_busy_access="TimeAndSubjectAndLocation")
    service = RawClient(simulator, "svc@a.test")
    reply = service.free_busy("bob@a.test", "ana@a.test")
    assert reply.codes == ["ErrorNoFreeBusyAccess", "NoError"]
    assert reply.texts("FreeBusyViewType") == ["None", "DetailedMerged"]


def test_a_service_account_that_impersonates_nobody_asks_as_somebody_of_the_directory(
    simulator: ExchangeSimulator,
) -> None:
    """Facts 1.2: clients send no impersonation header here with Basic."""
    reply = RawClient(simulator, "svc@a.test").free_busy("bob@a.test")
    assert (reply.codes, reply.text("FreeBusyViewType")) == (["NoError"], "FreeBusyMerged")


def test_a_service_account_without_rights_in_the_directory_sees_what_it_was_given_by_name() -> None:
    """Facts 1.2."""
    simulator = judged(service_free_busy=False)
    service = RawClient(simulator, "svc@a.test")
    assert service.free_busy("ana@a.test", "bob@a.test").codes == ["ErrorNoFreeBusyAccess"] * 2
    simulator.mailbox("bob@a.test").share_free_busy("TimeOnly", "svc@a.test")
    assert service.free_busy("ana@a.test", "bob@a.test").codes == ["ErrorNoFreeBusyAccess", "NoError"]
    as_ana = RawClient(simulator, "svc@a.test", acts_as="ana@a.test")
    assert as_ana.free_busy("bob@a.test").codes == ["NoError"]


def test_who_impersonates_asks_as_that_mailbox(simulator: ExchangeSimulator) -> None:
    """The operation's page: the header ExchangeImpersonation."""
    as_bob = RawClient(simulator, "svc@a.test", acts_as="bob@a.test")
    assert as_bob.free_busy("bob@a.test").texts("Subject") == ["Lunch"]
    as_ana = RawClient(simulator, "svc@a.test", acts_as="ana@a.test")
    assert as_ana.free_busy("bob@a.test").texts("Subject") == []
    nobody = RawClient(simulator, "svc@a.test", acts_as=NOBODY)
    assert _refused(nobody.free_busy("bob@a.test")) == (True, ["ErrorNonExistentMailbox"])


def test_an_unknown_access_is_an_error_of_the_test() -> None:
    with pytest.raises(ValueError, match="TimeOnly"):
        judged().mailbox("bob@a.test").share_free_busy("All")
    for wrong in ({"free_busy_access": "All"}, {"availability_refusals": "often"}):
        with pytest.raises(ValueError, match="switch"):
            judged(**wrong)


# Counting and faults.


def test_one_request_is_counted_and_a_call_for_each_mailbox(simulator: ExchangeSimulator, ana: RawClient) -> None:
    ana.free_busy("bob@a.test", NOBODY)
    assert simulator.record.requests == {"GetUserAvailability": 1}
    assert [(call.operation, call.request, call.changed) for call in simulator.record.calls] == [
        ("GetUserAvailability", 1, False)
    ] * 2


@pytest.mark.parametrize("code", ["ErrorMailboxLogonFailed", "ErrorFreeBusyGenerationFailed", "ErrorServerBusy"])
def test_a_mailbox_whose_server_fails_leaves_the_others_alone(
    simulator: ExchangeSimulator, ana: RawClient, code: str
) -> None:
    """Scenario 59; facts 4.4."""
    simulator.record.plant(Fault("item_error", "GetUserAvailability", nth=2, detail=code))
    reply = ana.free_busy("bob@a.test", "ana@a.test", "bob@a.test")
    assert reply.codes == ["NoError", code, "NoError"]
    assert reply.texts("FreeBusyViewType") == ["FreeBusyMerged", "None", "FreeBusyMerged"]


def test_a_busy_server_says_so_with_a_back_off(simulator: ExchangeSimulator, ana: RawClient) -> None:
    """Facts 2.10: as a fault, and in every answer."""
    for kind in ("busy_fault", "busy_answer"):
        simulator.record.plant(Fault(kind, "GetUserAvailability", seconds=7))
    fault, answer = ana.free_busy("bob@a.test", "ana@a.test"), ana.free_busy("bob@a.test", "ana@a.test")
    assert (_refused(fault), fault.texts("Value")) == ((True, ["ErrorServerBusy"]), ["7000"])
    assert (_refused(answer), answer.texts("Value")) == ((False, ["ErrorServerBusy"] * 2), ["7000"] * 2)
    assert ana.free_busy("bob@a.test").codes == ["NoError"]


def test_it_counts_against_the_askers_budget() -> None:
    """Facts 2.9."""
    client = RawClient(judged(requests_per_minute=1))
    assert client.free_busy("bob@a.test").codes == ["NoError"]
    assert _refused(client.free_busy("bob@a.test")) == (True, ["ErrorServerBusy"])
