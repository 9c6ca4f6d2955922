"""Items as a server spells them, hand-written, and what they are to calpair."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from calpair.exchange import holding, mapping
from calpair.exchange.soap import Element
from calpair.exchange.versions import EXCHANGE_2010_SP2, EXCHANGE_2013_SP1
from calpair.model.body import MAX_CHARACTERS, Body
from calpair.model.event import Event, Item, Kind, Privacy, ShowAs
from calpair.model.link import Stamp
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed
from unit.exchange.ground import ANA

NINE = datetime(2026, 11, 5, 9, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 5, 10, 0, tzinfo=UTC)
EVENT = Event(title="Lunch", when=Timed(NINE, TEN, "Europe/Berlin"), body=Body("", html=True))

ID = '<t:ItemId Id="AAMk1" ChangeKey="CK1"/>'
SPAN = "<t:Start>2026-11-05T09:00:00Z</t:Start><t:End>2026-11-05T10:00:00Z</t:End>"
ZONE = '<t:StartTimeZone Id="W. Europe Standard Time" Name="x"/>'
DAY = (
    "<t:Start>2026-11-04T23:00:00Z</t:Start><t:End>2026-11-05T23:00:00Z</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>"
)


def element(inner: str, name: str = "CalendarItem") -> Element:
    namespace = "http://schemas.microsoft.com/exchange/services/2006/types"
    return etree.fromstring(f'<t:{name} xmlns:t="{namespace}">{inner}</t:{name}>')


def read(inner: str, name: str = "CalendarItem", zone: str = "") -> Item:
    return mapping.read(element(inner, name), ANA, lambda: zone)


def when(inner: str, zone: str = "") -> object:
    event = read(ID + inner, zone=zone).event
    assert event is not None
    return event.when


def test_an_item_is_read_word_for_word() -> None:
    item = read(
        f"""{ID}<t:Subject>Lunch</t:Subject><t:Sensitivity>Confidential</t:Sensitivity>
        <t:Body BodyType="HTML">&lt;p&gt;Hi&lt;/p&gt;</t:Body>
        <t:Categories><t:String>Red</t:String><t:String>Work</t:String></t:Categories>
        <t:DateTimeCreated>2026-11-01T08:00:00Z</t:DateTimeCreated>
        <t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>20</t:ReminderMinutesBeforeStart>
        <t:HasAttachments>true</t:HasAttachments>
        <t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="C0A1FA12-5D6E-4B7C-9A53-2F1F0C4B8D90"
          PropertyName="calpair" PropertyType="String"/><t:Value>1;p;l;u;g;0;0;2;d</t:Value></t:ExtendedProperty>
        <t:LastModifiedTime>2026-11-02T10:00:00+02:00</t:LastModifiedTime>
        <t:UID>0400ABcd</t:UID>{SPAN}<t:IsAllDayEvent>false</t:IsAllDayEvent>
        <t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus><t:Location>Canteen</t:Location>
        <t:IsMeeting>false</t:IsMeeting><t:IsCancelled>false</t:IsCancelled>
        <t:CalendarItemType>Single</t:CalendarItemType>{ZONE}"""
    )
    assert item == Item(
        side=Side.EXCHANGE,
        id="AAMk1",
        version="CK1",
        uid="0400ABcd",
        created=datetime(2026, 11, 1, 8, 0, tzinfo=UTC),
        modified=datetime(2026, 11, 2, 8, 0, tzinfo=UTC),
        event=Event(
            title="Lunch",
            when=Timed(NINE, TEN, "Europe/Berlin"),
            body=Body("<p>Hi</p>", html=True),
            place="Canteen",
            show_as=ShowAs.AWAY,
            privacy=Privacy.CONFIDENTIAL,
            reminder=20,
            categories=("Red", "Work"),
        ),
        kind=Kind.SINGLE,
        stamp=Stamp("p", "l", "u", "g", digest="d"),
        losses=("attachments",),
    )


def test_an_item_that_says_little_is_a_plain_event() -> None:
    item = read(ID + SPAN)
    assert item.event == Event(title="", when=Timed(NINE, TEN), categories=())
    assert (item.uid, item.stamp, item.created) == ("", None, mapping.NO_TIME)


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("Free", ShowAs.FREE),
        ("Tentative", ShowAs.TENTATIVE),
        ("Busy", ShowAs.BUSY),
        ("OOF", ShowAs.AWAY),
        ("WorkingElsewhere", ShowAs.ELSEWHERE),
        ("NoData", ShowAs.BUSY),
        ("Tomorrow", ShowAs.BUSY),
    ],
)
def test_show_as_is_read(word: str, shown: ShowAs) -> None:
    event = read(f"{ID}{SPAN}<t:LegacyFreeBusyStatus>{word}</t:LegacyFreeBusyStatus>").event
    assert event is not None
    assert event.show_as is shown


@pytest.mark.parametrize(
    ("word", "privacy"),
    [
        ("Normal", Privacy.NORMAL),
        ("Personal", Privacy.PERSONAL),
        ("Private", Privacy.PRIVATE),
        ("Confidential", Privacy.CONFIDENTIAL),
        ("", Privacy.NORMAL),
    ],
)
def test_privacy_is_read(word: str, privacy: Privacy) -> None:
    event = read(f"{ID}<t:Sensitivity>{word}</t:Sensitivity>{SPAN}").event
    assert event is not None
    assert event.privacy is privacy


@pytest.mark.parametrize(
    ("inner", "minutes"),
    [
        ("<t:ReminderIsSet>true</t:ReminderIsSet>", 0),
        ("<t:ReminderIsSet>1</t:ReminderIsSet><t:ReminderMinutesBeforeStart>5</t:ReminderMinutesBeforeStart>", 5),
        ("<t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>-5</t:ReminderMinutesBeforeStart>", 0),
        (
            "<t:ReminderIsSet>false</t:ReminderIsSet><t:ReminderMinutesBeforeStart>5</t:ReminderMinutesBeforeStart>",
            None,
        ),
        ("", None),
    ],
)
def test_a_reminder_counts_only_when_it_is_set(inner: str, minutes: int | None) -> None:
    event = read(ID + inner + SPAN).event
    assert event is not None
    assert event.reminder == minutes


def test_text_bodies_stay_text() -> None:
    event = read(f'{ID}<t:Body BodyType="Text">1 &lt; 2</t:Body>{SPAN}').event
    assert event is not None
    assert event.body == Body("1 < 2", html=False)


@pytest.mark.parametrize("zone", ["tzone://Microsoft/Custom", "", "Ana's own", "Customized Time Zone"])
def test_an_unknown_zone_costs_its_name_and_nothing_else(zone: str) -> None:
    assert when(f'{SPAN}<t:StartTimeZone Id="{zone}"/>') == Timed(NINE, TEN, "")


def test_times_without_a_zone_are_utc() -> None:
    assert when("<t:Start>2026-11-05T09:00:00</t:Start><t:End>2026-11-05T10:00:00</t:End>") == Timed(NINE, TEN)


def test_whole_days_are_read_in_their_own_zone() -> None:
    assert when(DAY + ZONE) == AllDay(date(2026, 11, 5), date(2026, 11, 6))


def test_whole_days_of_a_custom_zone_are_read_in_the_calendars() -> None:
    custom = '<t:StartTimeZone Id="tzone://Microsoft/Custom"/>'
    assert when(DAY + custom, "Europe/Paris") == AllDay(date(2026, 11, 5), date(2026, 11, 6))


def test_whole_days_of_no_zone_at_all_are_rounded() -> None:
    assert when(DAY) == AllDay(date(2026, 11, 5), date(2026, 11, 6))


@pytest.mark.parametrize(
    "inner",
    [
        "",
        "<t:Start>2026-11-05T09:00:00Z</t:Start>",
        "<t:Start>soon</t:Start><t:End>later</t:End>",
        "<t:Start>2026-11-05T10:00:00Z</t:Start><t:End>2026-11-05T09:00:00Z</t:End>",
        SPAN + "<t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>x</t:ReminderMinutesBeforeStart>",
        "<t:Start>0001-01-01T00:00:00+05:00</t:Start><t:End>0001-01-02T00:00:00Z</t:End>",
    ],
)
def test_an_item_that_cannot_be_understood_is_broken_and_still_named(inner: str) -> None:
    item = read(f"{ID}<t:UID>u1</t:UID>{inner}")
    assert (item.id, item.version, item.uid) == ("AAMk1", "CK1", "u1")
    assert (item.kind, item.trouble, item.event) == (Kind.BROKEN, "unreadable", None)


@pytest.mark.parametrize("word", ["x", "0001-01-01T00:00:00+05:00"])
def test_a_creation_time_nobody_can_read_harms_nothing(word: str) -> None:
    item = read(f"{ID}<t:DateTimeCreated>{word}</t:DateTimeCreated>{SPAN}")
    assert (item.kind, item.created) == (Kind.SINGLE, mapping.NO_TIME)


def test_an_item_of_another_sort_is_left_alone() -> None:
    item = read(f"{ID}<t:Subject>Hello</t:Subject>", "SharingMessage")
    assert (item.id, item.kind, item.trouble) == ("AAMk1", Kind.OTHER, "sharingmessage")


def test_an_item_without_a_name_has_none() -> None:
    assert mapping.identity(element(SPAN)) == ("", "")


def test_a_cancelled_meeting_says_so() -> None:
    item = read(f"{ID}{SPAN}<t:IsMeeting>true</t:IsMeeting><t:IsCancelled>true</t:IsCancelled>")
    assert item.cancelled
    assert item.people


@pytest.mark.parametrize(
    ("inner", "people"),
    [
        ("", False),
        ("<t:IsMeeting>true</t:IsMeeting>", True),
        ("<t:RequiredAttendees><t:Attendee><t:Mailbox/></t:Attendee></t:RequiredAttendees>", True),
        ("<t:OptionalAttendees><t:Attendee><t:Mailbox/></t:Attendee></t:OptionalAttendees>", True),
        ("<t:Resources><t:Attendee><t:Mailbox/></t:Attendee></t:Resources>", True),
        ("<t:RequiredAttendees/>", False),
        ("<t:Organizer><t:Mailbox><t:EmailAddress>Ana@A.test</t:EmailAddress></t:Mailbox></t:Organizer>", False),
        ("<t:Organizer><t:Mailbox><t:EmailAddress>bo@b.test</t:EmailAddress></t:Mailbox></t:Organizer>", True),
        ("<t:Organizer><t:Mailbox><t:EmailAddress>/o=Org/cn=ana</t:EmailAddress></t:Mailbox></t:Organizer>", False),
    ],
)
def test_people_are_anybody_but_the_owner(inner: str, people: bool) -> None:
    item = read(ID + SPAN + inner)
    assert item.people is people
    assert item.losses == (("guests",) if people else ())


def organized_by(address: str) -> str:
    return f"<t:Organizer><t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox></t:Organizer>"


@pytest.mark.parametrize(
    ("state", "people"),
    [("0", False), ("4", False), ("1", True), ("2", True), ("3", True), ("7", True), ("-", True), ("9" * 5000, True)],
)
def test_an_appointment_is_its_owners_by_whatever_name_the_pair_knows_them(state: str, people: bool) -> None:
    """Facts 2.4: bits 1 meeting, 2 received, 4 cancelled. A mailbox's main address need not be the pair's."""
    item = read(f"{ID}{SPAN}<t:AppointmentState>{state}</t:AppointmentState>{organized_by('main.name@a.test')}")
    assert item.people is people


def test_an_appointment_that_lists_guests_has_people_whatever_its_state() -> None:
    guests = "<t:RequiredAttendees><t:Attendee><t:Mailbox/></t:Attendee></t:RequiredAttendees>"
    assert read(f"{ID}{SPAN}<t:AppointmentState>0</t:AppointmentState>{guests}").people


@pytest.mark.parametrize(
    "uri",
    [
        'PropertySetId="c0a1fa12-5d6e-4b7c-9a53-2f1f0c4b8d90" PropertyName="other"',
        'PropertySetId="00020329-0000-0000-c000-000000000046" PropertyName="calpair"',
        'PropertyTag="0x3008"',
    ],
)
def test_a_property_that_is_not_ours_is_no_stamp(uri: str) -> None:
    prop = f"<t:ExtendedFieldURI {uri}/><t:Value>1;p;l;u;g;0;0;2;d</t:Value>"
    bare = "<t:ExtendedProperty><t:Value>1;p;l;u;g;0;0;2;d</t:Value></t:ExtendedProperty>"
    assert read(f"{ID}{bare}<t:ExtendedProperty>{prop}</t:ExtendedProperty>{SPAN}").stamp is None


def test_an_item_the_server_cannot_read_is_broken_with_the_servers_word() -> None:
    item = mapping.broken("AAMk1", "ErrorItemCorrupt")
    assert (item.id, item.version, item.kind, item.trouble) == ("AAMk1", "", Kind.BROKEN, "ErrorItemCorrupt")


def held(**fields: object) -> tuple[Event, tuple[str, ...]]:
    found = holding.hold(replace(EVENT, **fields), EXCHANGE_2013_SP1)  # type: ignore[arg-type] # fields by name
    return found.event, found.losses


def test_what_fits_is_held_as_it_is() -> None:
    event = replace(EVENT, categories=("Red",), place="Here", reminder=10, body=Body("<b>x</b>", html=True))
    assert holding.hold(event, EXCHANGE_2013_SP1).event == event
    assert holding.hold(event, EXCHANGE_2013_SP1).losses == ()


def test_a_long_title_and_place_are_cut_and_it_is_said() -> None:
    event, losses = held(title="a" * 256, place="b" * 256)
    assert (event.title, event.place) == ("a" * 255, "b" * 255)
    assert losses == ("title:shortened", "place:shortened")


def test_a_title_is_one_line_without_what_xml_cannot_carry() -> None:
    event, losses = held(title="a\nb\r\nc\x00\x08\ud800d")
    assert event.title == "a b cd"
    assert losses == ()


def test_a_body_is_held_as_harmless_html() -> None:
    event, _ = held(body=Body("1 < 2\nnew\x01line"))
    assert event.body == Body("1 &lt; 2<br>newline", html=True)
    event, _ = held(body=Body("<script>x</script><p>y</p>", html=True))
    assert event.body == Body("<p>y</p>", html=True)


def test_an_endless_body_is_cut_and_it_is_said() -> None:
    event, losses = held(body=Body("<p>" + "x" * MAX_CHARACTERS, html=True))
    assert len(event.body.content) <= MAX_CHARACTERS + 10
    assert losses == ("body:shortened",)


def test_a_public_event_is_a_normal_one() -> None:
    event, losses = held(privacy=Privacy.PUBLIC)
    assert event.privacy is Privacy.NORMAL
    assert losses == ("privacy",)


@pytest.mark.parametrize(("asked", "kept"), [(-5, 0), (3_000_000, holding.MAX_REMINDER)])
def test_a_reminder_stays_within_what_the_schema_allows(asked: int, kept: int) -> None:
    event, losses = held(reminder=asked)
    assert event.reminder == kept
    assert losses == ("reminder",)


def test_working_elsewhere_is_busy_before_2013() -> None:
    event = replace(EVENT, show_as=ShowAs.ELSEWHERE)
    old, new = holding.hold(event, EXCHANGE_2010_SP2), holding.hold(event, EXCHANGE_2013_SP1)
    assert (old.event.show_as, old.losses) == (ShowAs.BUSY, ("show_as",))
    assert (new.event.show_as, new.losses) == (ShowAs.ELSEWHERE, ())


@pytest.mark.parametrize(
    ("zone", "kept", "losses"),
    [
        ("Europe/Amsterdam", "Europe/Berlin", ()),
        ("Asia/Calcutta", "Asia/Kolkata", ()),
        ("", "UTC", ()),
        ("Nowhere/Land", "UTC", ("zone",)),
    ],
)
def test_a_zone_is_held_under_its_best_known_name(zone: str, kept: str, losses: tuple[str, ...]) -> None:
    event, said = held(when=Timed(NINE, TEN, zone))
    assert event.when == Timed(NINE, TEN, kept)
    assert said == losses


def test_times_are_held_to_the_second_and_days_as_days() -> None:
    event, _ = held(when=Timed(NINE.replace(microsecond=5), TEN, "UTC"))
    assert event.when == Timed(NINE, TEN, "UTC")
    day = AllDay(date(2026, 11, 5), date(2026, 11, 6))
    assert held(when=day)[0].when == day
