"""Attendees, mails and stored series in the Exchange simulator: facts 2.6, 2.7."""

from datetime import UTC, datetime

import pytest

from simulators.exchange.items import Attendee
from simulators.exchange.raw_client import ItemRef, RawClient, delete_field, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator

NOON, ONE = datetime(2026, 11, 3, 12, tzinfo=UTC), datetime(2026, 11, 3, 13, tzinfo=UTC)


def _guests(*addresses: str, kind: str = "RequiredAttendees") -> str:
    each = "<t:Attendee><t:Mailbox><t:EmailAddress>{}</t:EmailAddress></t:Mailbox></t:Attendee>"
    return f"<t:{kind}>{''.join(each.format(address) for address in addresses)}</t:{kind}>"


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _mailed(simulator: ExchangeSimulator) -> list[tuple[str, str]]:
    return [(mail["kind"], mail["to"]) for mail in simulator.record.mails]


def test_attendees_make_the_owner_the_organizer_of_a_meeting(client: RawClient) -> None:
    """Facts 2.7."""
    people = (
        _guests("bob@a.test")
        + _guests("eve@x.test", kind="OptionalAttendees")
        + _guests("room@a.test", kind="Resources")
    )
    made = client.create(event(extra=people))
    reply = client.get(made.refs, base="AllProperties")
    assert [reply.text(name) for name in ("IsMeeting", "MyResponseType", "AppointmentState")] == [
        "true",
        "Organizer",
        "1",
    ]
    assert [each.text for each in reply.find("//t:Organizer//t:EmailAddress")] == ["ana@a.test"]
    assert [each.text for each in reply.find("//t:Attendee//t:EmailAddress")] == [
        "bob@a.test",
        "eve@x.test",
        "room@a.test",
    ]
    assert reply.texts("ResponseType") == ["Unknown"] * 3


def test_a_plain_appointment_is_no_meeting(client: RawClient) -> None:
    reply = client.get(client.create(event()).refs, base="AllProperties")
    assert [reply.text(name) for name in ("IsMeeting", "MyResponseType", "AppointmentState")] == [
        "false",
        "Unknown",
        "0",
    ]


def test_no_mail_leaves_when_it_is_sent_to_none(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.7."""
    made = client.create(event(extra=_guests("bob@a.test"))).refs[0]
    saved = client.update(made.xml, delete_field("calendar:Location")).refs[0]
    client.delete(saved.xml)
    assert simulator.record.mails == []


@pytest.mark.parametrize("send", ["SendOnlyToAll", "SendToAllAndSaveCopy"])
def test_every_guest_is_mailed_otherwise(simulator: ExchangeSimulator, client: RawClient, send: str) -> None:
    """Facts 2.7: the journal by which tests see that no mail leaves."""
    made = client.create(event(extra=_guests("bob@a.test", "eve@x.test")), send=send).refs[0]
    assert _mailed(simulator) == [("invitation", "bob@a.test"), ("invitation", "eve@x.test")]
    simulator.record.mails.clear()
    client.update(made.xml, delete_field("calendar:Location"), send=send)
    assert _mailed(simulator) == [("update", "bob@a.test"), ("update", "eve@x.test")]
    assert client.get(made, paths("calendar:MeetingRequestWasSent")).text("MeetingRequestWasSent") == "true"


def test_mailing_only_the_changed_mails_who_came_or_went(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.7."""
    made = client.create(event(extra=_guests("bob@a.test", "eve@x.test"))).refs[0]
    guests = set_field("calendar:RequiredAttendees", _guests("eve@x.test", "new@x.test"))
    client.update(made.xml, guests, send="SendOnlyToChanged")
    assert _mailed(simulator) == [("update", "bob@a.test"), ("update", "new@x.test")]


def test_an_appointment_mails_nobody(simulator: ExchangeSimulator, client: RawClient) -> None:
    client.create(event(), send="SendToAllAndSaveCopy")
    assert simulator.record.mails == []


def test_an_invitation_that_arrived_shows_its_organizer_and_our_answer(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """Facts 2.4, 2.7: AppointmentState bits 1 meeting, 2 received, 4 cancelled."""
    made = simulator.mailbox("ana@a.test").create(
        start=NOON,
        end=ONE,
        organizer="boss@x.test",
        organizer_name="The Boss",
        my_response="Tentative",
        is_cancelled=True,
        required=[Attendee("ana@a.test", "Ana", "Tentative"), "eve@x.test"],
    )
    reply = client.get(ItemRef(made, ""), base="AllProperties")
    shown = [reply.text(name) for name in ("IsMeeting", "IsCancelled", "MyResponseType", "AppointmentState")]
    assert shown == ["true", "true", "Tentative", "7"]
    assert [each.text for each in reply.find("//t:Organizer//t:Name")] == ["The Boss"]
    assert reply.texts("ResponseType") == ["Tentative", "Unknown"]


WEEKLY = (
    "<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday</t:DaysOfWeek></t:WeeklyRecurrence>"
    "<t:NoEndRecurrence><t:StartDate>2026-11-03</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
)


def test_a_series_is_stored_and_returned_as_its_master(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.4: IsRecurring is false on the master; decide by CalendarItemType."""
    made = client.create(event(extra=WEEKLY))
    reply = client.get(made.refs, base="AllProperties")
    assert (reply.text("CalendarItemType"), reply.text("IsRecurring")) == ("RecurringMaster", "false")
    assert reply.text("DaysOfWeek") == "Tuesday"
    assert client.sync().changes == [("Create", made.refs[0].id)]
    assert client.find(fields=paths("calendar:Recurrence", "calendar:CalendarItemType")).texts("Recurrence") == []
    saved = client.update(made.refs[0].xml, delete_field("calendar:Recurrence"))
    assert client.get(saved.refs, paths("calendar:CalendarItemType")).text("CalendarItemType") == "Single"
    simulator.mailbox("ana@a.test").create(start=NOON, end=ONE, recurrence=WEEKLY.replace("<t:Recurrence>", NAMED, 1))
    assert client.sync(fields=paths("calendar:CalendarItemType")).texts("CalendarItemType")[0] == "RecurringMaster"


NAMED = "<t:Recurrence xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types'>"
