"""CreateItem and UpdateItem of the Exchange simulator: which fields can be written, and what the server makes of them."""

import pytest

from simulators.exchange.raw_client import TIMES, ItemRef, RawClient, delete_field, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator

LOCATION = "<t:Location>Canteen</t:Location>"
APPEND = (
    "<t:AppendToItemField><t:FieldURI FieldURI='item:Body'/><t:CalendarItem><t:Body BodyType='Text'>x</t:Body>"
    "</t:CalendarItem></t:AppendToItemField>"
)


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


@pytest.fixture
def lunch(client: RawClient) -> ItemRef:
    return client.create(event(extra=LOCATION)).refs[0]


def test_every_modelled_field_is_stored_and_answered(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.4: settable fields."""
    before = (
        "<t:Sensitivity>Private</t:Sensitivity><t:Body BodyType='HTML'>&lt;b&gt;hi&lt;/b&gt;</t:Body>"
        "<t:Categories><t:String>Red</t:String><t:String>Blue</t:String></t:Categories><t:Importance>High</t:Importance>"
        "<t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>30</t:ReminderMinutesBeforeStart>"
        "<t:UID>my-uid</t:UID>"
    )
    extra = "<t:IsAllDayEvent>false</t:IsAllDayEvent><t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>" + LOCATION
    made = client.create(event("Lunch", extra, before=before))
    assert made.codes == ["NoError"]
    (item,) = simulator.mailbox("ana@a.test").items()
    assert (item.subject, item.sensitivity, item.body, item.body_type) == ("Lunch", "Private", "<b>hi</b>", "HTML")
    assert (item.categories, item.importance, item.reminder_minutes) == (("Red", "Blue"), "High", 30)
    assert (item.uid, item.show_as, item.location) == ("my-uid", "OOF", "Canteen")
    reply = client.get(made.refs[0], base="AllProperties")
    assert [reply.text(name) for name in ("Subject", "Body", "Importance", "Sensitivity", "LegacyFreeBusyStatus")] == [
        *("Lunch", "<b>hi</b>", "High", "Private", "OOF")
    ]
    assert [reply.text(name) for name in ("Start", "End", "UID", "Location", "CalendarItemType", "Duration")] == [
        *("2026-11-03T12:00:00Z", "2026-11-03T13:00:00Z", "my-uid", "Canteen", "Single", "PT1H")
    ]


def test_what_is_not_said_takes_the_servers_defaults(simulator: ExchangeSimulator, client: RawClient) -> None:
    """A judgement of this simulator: the reminder is on at 15 minutes, as new appointments have it."""
    client.create(event())
    (item,) = simulator.mailbox("ana@a.test").items()
    assert (item.show_as, item.sensitivity, item.importance, item.reminder_minutes) == ("Busy", "Normal", "Normal", 15)
    assert (item.all_day, item.categories, item.body, item.organizer) == (False, (), "", "ana@a.test")


@pytest.mark.parametrize("field", ["<t:IsMeeting>true</t:IsMeeting>", "<t:IsCancelled>true</t:IsCancelled>"])
def test_read_only_fields_cannot_be_created(simulator: ExchangeSimulator, client: RawClient, field: str) -> None:
    """Facts 2.4: ErrorInvalidPropertySet."""
    assert client.create(event(extra=field)).codes == ["ErrorInvalidPropertySet"]
    assert simulator.mailbox("ana@a.test").items() == ()


@pytest.mark.parametrize(
    ("uri", "value"),
    [
        ("calendar:CalendarItemType", "<t:CalendarItemType>Single</t:CalendarItemType>"),
        ("calendar:MyResponseType", "<t:MyResponseType>Accept</t:MyResponseType>"),
        ("item:DateTimeCreated", "<t:DateTimeCreated>2026-01-01T00:00:00Z</t:DateTimeCreated>"),
        ("calendar:AppointmentSequenceNumber", "<t:AppointmentSequenceNumber>3</t:AppointmentSequenceNumber>"),
    ],
)
def test_read_only_fields_cannot_be_updated(client: RawClient, lunch: ItemRef, uri: str, value: str) -> None:
    """Facts 2.4: ErrorInvalidPropertySet."""
    assert client.update(lunch.xml, set_field(uri, value)).codes == ["ErrorInvalidPropertySet"]


@pytest.mark.parametrize(
    "uri", ["calendar:Start", "calendar:UID", "item:Sensitivity", "item:ReminderIsSet", "calendar:IsMeeting"]
)
def test_fields_that_every_item_has_cannot_be_deleted(client: RawClient, lunch: ItemRef, uri: str) -> None:
    """Facts 2.4: ErrorInvalidPropertyDelete."""
    assert client.update(lunch.xml, delete_field(uri)).codes == ["ErrorInvalidPropertyDelete"]


def test_what_is_not_modelled_is_refused_by_name(client: RawClient, lunch: ItemRef) -> None:
    mime = "<t:MimeContent>QkVHSU4=</t:MimeContent>"
    reply = client.create(f"<t:CalendarItem>{mime}<t:Subject>x</t:Subject>{TIMES}</t:CalendarItem>")
    assert reply.codes == ["ErrorInvalidOperation"]
    assert "MimeContent" in reply.text("MessageText")
    meeting_zone = set_field("calendar:MeetingTimeZone", "<t:MeetingTimeZone TimeZoneName='x'/>")
    assert client.update(lunch.xml, meeting_zone).codes == ["ErrorInvalidOperation"]
    assert client.create("<t:Message><t:Subject>x</t:Subject></t:Message>").codes == ["ErrorInvalidOperation"]
    assert client.create("<t:CalendarItem><t:Subject>x</t:Subject></t:CalendarItem>").codes == ["ErrorInvalidOperation"]


def test_updates_set_and_delete_in_order(simulator: ExchangeSimulator, client: RawClient, lunch: ItemRef) -> None:
    """Facts 2.2: updates inside one ItemChange are applied in order."""
    reply = client.update(
        lunch.xml,
        set_field("item:Subject", "<t:Subject>first</t:Subject>"),
        delete_field("calendar:Location"),
        set_field("item:Subject", "<t:Subject>second</t:Subject>"),
    )
    assert reply.codes == ["NoError"]
    (item,) = simulator.mailbox("ana@a.test").items()
    assert (item.subject, item.location) == ("second", "")
    assert client.get(lunch, paths("calendar:Location")).texts("Location") == []


@pytest.mark.parametrize(
    ("update", "code"),
    [
        (set_field("item:Subject", "<t:Location>x</t:Location>"), "ErrorUpdatePropertyMismatch"),
        (
            set_field("item:Subject", "<t:Subject>x</t:Subject><t:Location>x</t:Location>"),
            "ErrorIncorrectUpdatePropertyCount",
        ),
        (set_field("item:Subject", ""), "ErrorIncorrectUpdatePropertyCount"),
        (
            APPEND,
            "ErrorInvalidPropertyAppend",
        ),
    ],
)
def test_an_update_names_one_field_and_gives_it(client: RawClient, lunch: ItemRef, update: str, code: str) -> None:
    assert client.update(lunch.xml, update).codes == [code]


def test_a_refused_update_changes_nothing(simulator: ExchangeSimulator, client: RawClient, lunch: ItemRef) -> None:
    before = simulator.mailbox("ana@a.test").items()
    subject = set_field("item:Subject", "<t:Subject>x</t:Subject>")
    assert client.update(lunch.xml, subject, delete_field("calendar:UID")).codes == ["ErrorInvalidPropertyDelete"]
    assert simulator.mailbox("ana@a.test").items() == before


def test_the_reminder_keeps_its_minutes_while_it_is_off(
    simulator: ExchangeSimulator, client: RawClient, lunch: ItemRef
) -> None:
    minutes = "<t:ReminderMinutesBeforeStart>5</t:ReminderMinutesBeforeStart>"
    off = set_field("item:ReminderIsSet", "<t:ReminderIsSet>false</t:ReminderIsSet>")
    reply = client.update(lunch.xml, set_field("item:ReminderMinutesBeforeStart", minutes), off)
    assert simulator.mailbox("ana@a.test").items()[0].reminder_minutes is None
    shown = client.get(lunch, paths("item:ReminderIsSet", "item:ReminderMinutesBeforeStart"))
    assert (shown.text("ReminderIsSet"), shown.text("ReminderMinutesBeforeStart")) == ("false", "5")
    client.update(reply.refs[0].xml, set_field("item:ReminderIsSet", "<t:ReminderIsSet>true</t:ReminderIsSet>"))
    assert simulator.mailbox("ana@a.test").items()[0].reminder_minutes == 5


def test_saying_whom_to_mail_is_mandatory(simulator: ExchangeSimulator, client: RawClient, lunch: ItemRef) -> None:
    """Facts 2.7."""
    before = simulator.mailbox("ana@a.test").items()
    assert client.create(event(), send="").codes == ["ErrorSendMeetingInvitationsRequired"]
    unsaid = client.update(lunch.xml, delete_field("calendar:Location"), send="")
    assert unsaid.codes == ["ErrorSendMeetingInvitationsOrCancellationsRequired"]
    assert client.delete(lunch.xml, send="").codes == ["ErrorSendMeetingCancellationsRequired"]
    assert simulator.mailbox("ana@a.test").items() == before


def test_a_mailbox_that_may_only_be_read_refuses_every_write(
    simulator: ExchangeSimulator, client: RawClient, lunch: ItemRef
) -> None:
    """Facts 2.10: ErrorAccessDenied, and EffectiveRights say so beforehand."""
    hand = simulator.mailbox("ana@a.test")
    hand.set_read_only()
    target = f"<m:ToFolderId><t:FolderId Id='{hand.calendar_id}'/></m:ToFolderId><m:ItemIds>{lunch.xml}</m:ItemIds>"
    replies = [
        client.create(event()),
        client.update(lunch.xml, delete_field("calendar:Location")),
        client.delete(lunch.xml),
        client.send(f"<m:MoveItem>{target}</m:MoveItem>"),
        client.send(f"<m:CopyItem>{target}</m:CopyItem>"),
    ]
    assert [reply.codes for reply in replies] == [["ErrorAccessDenied"]] * 5
    assert client.get(lunch, paths("item:EffectiveRights")).text("Modify") == "false"
    hand.set_read_only(read_only=False)
    assert client.delete(lunch.xml).codes == ["NoError"]


def test_items_are_created_in_the_folder_named(simulator: ExchangeSimulator, client: RawClient) -> None:
    hand = simulator.mailbox("ana@a.test")
    team = hand.add_folder("Team")
    assert client.create(event(), folder=team).codes == ["NoError"]
    assert (len(hand.items(team)), len(hand.items())) == (1, 0)
    inbox = hand.folder_id("inbox")
    assert client.create(event(), folder=inbox).codes == ["ErrorCannotCreateCalendarItemInNonCalendarFolder"]
    hand.move_mailbox()
    assert client.create(event(), folder=team).codes == ["ErrorSavedItemFolderNotFound"]


def test_html_may_come_back_as_a_whole_document_and_text_as_asked() -> None:
    """Facts 2.4: the reply may be normalised HTML; compare TextBody."""
    simulator = judged(html_normalise=True)
    client = RawClient(simulator)
    made = client.create(event(before="<t:Body BodyType='HTML'>&lt;p&gt;a &amp;amp; b&lt;/p&gt;</t:Body>"))
    body = client.get(made.refs, paths("item:Body")).text("Body")
    assert body.startswith("<html>")
    assert "<p>a &amp; b</p>" in body
    assert client.get(made.refs, paths("item:Body"), body_type="Text").text("Body") == "a & b"
    assert client.get(made.refs, paths("item:TextBody")).text("TextBody") == "a & b"
    plain = client.create(event(before="<t:Body BodyType='Text'>1 &lt; 2</t:Body>"))
    assert client.get(plain.refs, paths("item:Body")).text("Body") == "1 < 2"
    assert "1 &lt; 2" in client.get(plain.refs, paths("item:Body"), body_type="HTML").text("Body")


def test_characters_xml_cannot_carry_are_dropped_on_the_way_out(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """What came in by other ways, such as an import, may hold them."""
    noon = simulator.clock.now()
    made = simulator.mailbox("ana@a.test").create(subject="a\x00b\x0bc\ttab \U0001f600", start=noon, end=noon)
    assert client.get(ItemRef(made, ""), paths("item:Subject")).texts("Subject") == ["abc\ttab \U0001f600"]
