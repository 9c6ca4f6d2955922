"""What is written, to the letter, and that it is what Microsoft's schema allows."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from lxml import etree

from calpair.errors import RefusedError
from calpair.exchange import bodies, fields
from calpair.exchange.mapping import NO_TIME
from calpair.exchange.soap import Element
from calpair.exchange.versions import EXCHANGE_2010_SP2, EXCHANGE_2013_SP1, Build
from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, ShowAs
from calpair.model.rule import Day, Frequency, Recurrence, Rule
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Edit
from simulators.exchange.schemas import Schemas
from unit.exchange.ground import LUNCH, NINE, STAMP, TEN, draft

ITEM = Item(Side.EXCHANGE, "AAMk1", "CK1", "u1", NO_TIME, NO_TIME, LUNCH)
PLAIN = Event(title="Plain", when=Timed(NINE, TEN, "UTC"))


def spelled(element: Element) -> str:
    text = etree.tostring(element, encoding="unicode")
    for name in ("types", "messages"):
        text = text.replace(f' xmlns:{name[0]}="http://schemas.microsoft.com/exchange/services/2006/{name}"', "")
    return text.replace(' xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"', "")


def updates(event: Event, *changed: Field, build: Build = EXCHANGE_2013_SP1, zone: str = "") -> str:
    text = spelled(fields.changes(Edit(ITEM, event, frozenset(changed)), build, zone))
    return text.removeprefix("<t:Updates>").removesuffix("</t:Updates>")


def set_field(uri: str, inner: str) -> str:
    return f'<t:SetItemField><t:FieldURI FieldURI="{uri}"/><t:CalendarItem>{inner}</t:CalendarItem></t:SetItemField>'


def test_a_new_item_is_written_in_the_schemas_order() -> None:
    assert spelled(fields.new_item(draft(), EXCHANGE_2013_SP1, "")) == (
        "<t:CalendarItem><t:Subject>Lunch &amp; talk</t:Subject><t:Sensitivity>Private</t:Sensitivity>"
        '<t:Body BodyType="HTML">Bring &lt;b&gt;papers&lt;/b&gt;</t:Body>'
        "<t:Categories><t:String>Red</t:String><t:String>Work</t:String></t:Categories>"
        "<t:ReminderIsSet>true</t:ReminderIsSet><t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>"
        '<t:ExtendedProperty><t:ExtendedFieldURI PropertySetId="c0a1fa12-5d6e-4b7c-9a53-2f1f0c4b8d90" '
        'PropertyName="calpair" PropertyType="String"/>'
        "<t:Value>1;pair-key;link-key;calpair-1;google-id;0;0;2;d1</t:Value></t:ExtendedProperty>"
        "<t:UID>calpair-1</t:UID><t:Start>2026-11-05T10:00:00+01:00</t:Start>"
        "<t:End>2026-11-05T11:00:00+01:00</t:End><t:IsAllDayEvent>false</t:IsAllDayEvent>"
        "<t:LegacyFreeBusyStatus>Tentative</t:LegacyFreeBusyStatus><t:Location>Canteen</t:Location>"
        '<t:StartTimeZone Id="W. Europe Standard Time"/><t:EndTimeZone Id="W. Europe Standard Time"/>'
        "</t:CalendarItem>"
    )


def test_what_an_event_does_not_have_is_not_written() -> None:
    text = spelled(fields.new_item(draft(PLAIN, uid=""), EXCHANGE_2013_SP1, ""))
    assert "<t:ReminderIsSet>false</t:ReminderIsSet>" in text
    for name in ("ReminderMinutesBeforeStart", "Categories", "UID"):
        assert f"<t:{name}" not in text


@pytest.mark.parametrize(
    ("when", "day_zone", "start", "zone"),
    [
        (Timed(NINE, TEN, "America/New_York"), "", "2026-11-05T04:00:00-05:00", "Eastern Standard Time"),
        (Timed(NINE, TEN, ""), "Europe/Berlin", "2026-11-05T09:00:00+00:00", "UTC"),
        (Timed(NINE, TEN, "Nowhere/Land"), "", "2026-11-05T09:00:00+00:00", "UTC"),
        (
            Timed(datetime(1875, 1, 1, tzinfo=UTC), TEN, "Europe/Paris"),
            "",
            "1875-01-01T00:00:00+00:00",
            "Romance Standard Time",
        ),
        (
            AllDay(date(2026, 11, 5), date(2026, 11, 6)),
            "Pacific/Honolulu",
            "2026-11-05T00:00:00-10:00",
            "Hawaiian Standard Time",
        ),
        (AllDay(date(2026, 11, 5), date(2026, 11, 6)), "", "2026-11-05T00:00:00+00:00", "UTC"),
        # Chihuahua had other midnights then than the zone Windows has for it.
        (
            AllDay(date(2012, 1, 1), date(2012, 1, 2)),
            "America/Chihuahua",
            "2012-01-01T00:00:00-06:00",
            "Central Standard Time (Mexico)",
        ),
        (AllDay(date(2026, 11, 5), date(2026, 11, 6)), "Nowhere/Land", "2026-11-05T00:00:00+00:00", "UTC"),
        (
            AllDay(date(2026, 9, 6), date(2026, 9, 7)),
            "America/Santiago",
            "2026-09-06T01:00:00-03:00",
            "Pacific SA Standard Time",
        ),
    ],
)
def test_times_go_out_with_their_offset_and_their_zone(when: When, day_zone: str, start: str, zone: str) -> None:
    text = spelled(fields.new_item(draft(replace(PLAIN, when=when)), EXCHANGE_2013_SP1, day_zone))
    assert f"<t:Start>{start}</t:Start>" in text
    assert f'<t:StartTimeZone Id="{zone}"/><t:EndTimeZone Id="{zone}"/>' in text
    assert f"<t:IsAllDayEvent>{'true' if isinstance(when, AllDay) else 'false'}</t:IsAllDayEvent>" in text


def test_a_change_of_times_carries_all_five_of_them_zones_first() -> None:
    zone = '<t:{} Id="W. Europe Standard Time"/>'
    assert updates(LUNCH, Field.WHEN) == (
        set_field("calendar:StartTimeZone", zone.format("StartTimeZone"))
        + set_field("calendar:EndTimeZone", zone.format("EndTimeZone"))
        + set_field("calendar:IsAllDayEvent", "<t:IsAllDayEvent>false</t:IsAllDayEvent>")
        + set_field("calendar:Start", "<t:Start>2026-11-05T10:00:00+01:00</t:Start>")
        + set_field("calendar:End", "<t:End>2026-11-05T11:00:00+01:00</t:End>")
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field.TITLE, set_field("item:Subject", "<t:Subject>Lunch &amp; talk</t:Subject>")),
        (Field.BODY, set_field("item:Body", '<t:Body BodyType="HTML">Bring &lt;b&gt;papers&lt;/b&gt;</t:Body>')),
        (Field.PLACE, set_field("calendar:Location", "<t:Location>Canteen</t:Location>")),
        (
            Field.SHOW_AS,
            set_field("calendar:LegacyFreeBusyStatus", "<t:LegacyFreeBusyStatus>Tentative</t:LegacyFreeBusyStatus>"),
        ),
        (Field.PRIVACY, set_field("item:Sensitivity", "<t:Sensitivity>Private</t:Sensitivity>")),
        (
            Field.REMINDER,
            set_field("item:ReminderIsSet", "<t:ReminderIsSet>true</t:ReminderIsSet>")
            + set_field(
                "item:ReminderMinutesBeforeStart",
                "<t:ReminderMinutesBeforeStart>15</t:ReminderMinutesBeforeStart>",
            ),
        ),
        (
            Field.CATEGORIES,
            set_field(
                "item:Categories", "<t:Categories><t:String>Red</t:String><t:String>Work</t:String></t:Categories>"
            ),
        ),
    ],
)
def test_one_field_is_one_change(field: Field, expected: str) -> None:
    assert updates(LUNCH, field) == expected


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (Field.PLACE, '<t:DeleteItemField><t:FieldURI FieldURI="calendar:Location"/></t:DeleteItemField>'),
        (Field.CATEGORIES, '<t:DeleteItemField><t:FieldURI FieldURI="item:Categories"/></t:DeleteItemField>'),
        (Field.REMINDER, set_field("item:ReminderIsSet", "<t:ReminderIsSet>false</t:ReminderIsSet>")),
        (Field.TITLE, set_field("item:Subject", "<t:Subject></t:Subject>")),
        (Field.BODY, set_field("item:Body", '<t:Body BodyType="HTML"></t:Body>')),
    ],
)
def test_what_was_emptied_is_written_as_empty(field: Field, expected: str) -> None:
    assert updates(replace(PLAIN, title="", categories=()), field) == expected


def test_categories_that_are_not_carried_are_not_touched() -> None:
    assert updates(PLAIN, Field.CATEGORIES) == "<t:Updates/>"


def test_fields_are_changed_in_one_order_whatever_order_they_are_asked_in() -> None:
    text = updates(LUNCH, Field.PRIVACY, Field.TITLE, Field.PLACE)
    assert text.index("item:Subject") < text.index("calendar:Location") < text.index("item:Sensitivity")


def test_a_stamp_is_written_when_it_is_given_and_only_then() -> None:
    edit = Edit(ITEM, PLAIN, frozenset(), STAMP)
    assert spelled(fields.changes(edit, EXCHANGE_2013_SP1, "")) == (
        "<t:Updates><t:SetItemField>"
        '<t:ExtendedFieldURI PropertySetId="c0a1fa12-5d6e-4b7c-9a53-2f1f0c4b8d90" PropertyName="calpair" '
        'PropertyType="String"/><t:CalendarItem><t:ExtendedProperty>'
        '<t:ExtendedFieldURI PropertySetId="c0a1fa12-5d6e-4b7c-9a53-2f1f0c4b8d90" PropertyName="calpair" '
        'PropertyType="String"/><t:Value>1;pair-key;link-key;calpair-1;google-id;0;0;2;d1</t:Value>'
        "</t:ExtendedProperty></t:CalendarItem></t:SetItemField></t:Updates>"
    )
    assert updates(PLAIN) == "<t:Updates/>"


def test_working_elsewhere_is_not_written_to_an_old_server() -> None:
    event = replace(PLAIN, show_as=ShowAs.ELSEWHERE)
    assert "Busy" in updates(event, Field.SHOW_AS, build=EXCHANGE_2010_SP2)
    assert "WorkingElsewhere" in updates(event, Field.SHOW_AS)


def test_times_nobody_can_hold_are_an_error_before_anything_is_sent() -> None:
    last = datetime(9999, 12, 31, 23, 0, tzinfo=UTC)
    with pytest.raises(OverflowError):
        fields.new_item(draft(replace(PLAIN, when=Timed(last, last, "Pacific/Auckland"))), EXCHANGE_2013_SP1, "")


def test_a_rule_that_exchange_has_no_pattern_for_is_not_written_anew() -> None:
    event = replace(PLAIN, repeats=Recurrence((Rule(Frequency.MONTHLY, by_month_day=(2, 15)),)))
    edit = Edit(replace(ITEM, event=event), event, frozenset({Field.TITLE}))
    with pytest.raises(RefusedError):
        fields.changes(edit, EXCHANGE_2013_SP1, "", forgetting=True)


def test_every_write_is_silent_and_every_update_conditional() -> None:
    create = bodies.create_items(calendar(), [fields.new_item(draft(), Build(15, 2), "")])
    assert attributes(create) == {"MessageDisposition": "SaveOnly", "SendMeetingInvitations": "SendToNone"}
    change = fields.changes(Edit(ITEM, PLAIN, frozenset(Field)), Build(15, 2), "")
    update = bodies.update_items([(bodies.item_id("AAMk1", "CK1"), change)], Build(15, 2))
    assert attributes(update) == {
        "ConflictResolution": "NeverOverwrite",
        "MessageDisposition": "SaveOnly",
        "SendMeetingInvitationsOrCancellations": "SendToNone",
        "SuppressReadReceipts": "true",
    }
    delete = bodies.delete_items([bodies.item_id("AAMk1", "CK1")], Build(15, 2), permanent=False)
    assert attributes(delete) == {
        "DeleteType": "MoveToDeletedItems",
        "SendMeetingCancellations": "SendToNone",
        "SuppressReadReceipts": "true",
    }
    hard = bodies.delete_items([bodies.item_id("AAMk1", "CK1")], EXCHANGE_2010_SP2, permanent=True)
    assert attributes(hard) == {"DeleteType": "HardDelete", "SendMeetingCancellations": "SendToNone"}


def calendar() -> Element:
    return bodies.calendar_folder("ana@a.test")


def attributes(element: Element) -> dict[str, str]:
    return {str(name): str(value) for name, value in element.items()}


def requests(build: Build) -> list[Element]:
    day = replace(PLAIN, when=AllDay(date(2026, 11, 5), date(2026, 11, 6)), body=Body("\x00x"))
    new = [fields.new_item(draft(event), build, "Asia/Kolkata") for event in (LUNCH, PLAIN, day)]
    full = fields.changes(Edit(ITEM, LUNCH, frozenset(Field), STAMP), build, "")
    bare = fields.changes(Edit(ITEM, replace(PLAIN, categories=()), frozenset(Field)), build, "")
    series = replace(PLAIN, repeats=Recurrence((Rule(Frequency.WEEKLY, 2, by_day=(Day(3),)),)))
    repeating = replace(ITEM, event=series)
    moved = fields.occurrence_changes(LUNCH, frozenset(Field), series, "")
    rule = fields.changes(Edit(repeating, series, frozenset({Field.WHEN})), build, "", forgetting=True)
    single = fields.changes(Edit(repeating, PLAIN, frozenset({Field.WHEN})), build, "")
    return [
        bodies.get_folder(calendar()),
        bodies.find_folders(calendar()),
        bodies.sync(calendar(), ""),
        bodies.sync(bodies.folder_id("AAMkF"), "c3RhdGU="),
        bodies.get_items(["AAMk1", "AAMk2"]),
        bodies.get_items(["AAMk1"], content=False),
        bodies.create_items(calendar(), new),
        bodies.update_items([(bodies.item_id("AAMk1", "CK1"), full), (bodies.item_id("AAMk2", "CK2"), bare)], build),
        bodies.update_items([(bodies.item_id("AAMk1", "CK1"), rule), (bodies.item_id("AAMk2", "CK2"), single)], build),
        bodies.update_items([(bodies.occurrence_id("AAMk1", "CK1", 3), moved)], build, overwriting=True),
        bodies.create_items(calendar(), [fields.new_item(draft(series), build, "")]),
        bodies.delete_items([bodies.item_id("AAMk1", "CK1"), bodies.item_id("AAMk2")], build, permanent=True),
        bodies.delete_items([bodies.occurrence_id("AAMk1", "CK1", 3)], build, permanent=False),
    ]


@pytest.mark.parametrize("build", [EXCHANGE_2010_SP2, EXCHANGE_2013_SP1, Build(15, 2, 2562, 17)])
def test_every_request_is_what_the_schema_allows(build: Build, schemas: Schemas | None) -> None:
    if schemas is None:
        pytest.skip("CALPAIR_EWS_SCHEMAS names no folder with Microsoft's schemas")
    for body in requests(build):
        # As it arrives: parsed from its text.
        sent = etree.fromstring(etree.tostring(body))
        judge = schemas.of_2010 if build == EXCHANGE_2010_SP2 else schemas.current
        judge.assertValid(sent)
