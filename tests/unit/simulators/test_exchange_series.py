"""Series on the wire: a master, its occurrences by every way to name them, exceptions, deletions. Dates by hand.

The series is Tuesdays at 13:00 in Berlin (12:00 UTC in winter) from 3 November 2026, five times unless told otherwise.
Sources: facts 2.1, 2.2, 2.4, 2.6, 2.9; the pages named.
"""

import base64
from datetime import UTC, date, datetime

import pytest

from simulators.exchange.raw_client import ItemRef, RawClient, Reply, event, judged, paths, set_field
from simulators.exchange.simulator import ExchangeSimulator

BERLIN = "W. Europe Standard Time"
TUESDAYS = "<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday</t:DaysOfWeek></t:WeeklyRecurrence>"
FIVE = (
    "<t:NumberedRecurrence><t:StartDate>2026-11-03</t:StartDate>"
    "<t:NumberOfOccurrences>5</t:NumberOfOccurrences></t:NumberedRecurrence>"
)
ENDLESS = "<t:NoEndRecurrence><t:StartDate>2026-11-03</t:StartDate></t:NoEndRecurrence>"
ZONE = f"<t:StartTimeZone Id='{BERLIN}'/><t:EndTimeZone Id='{BERLIN}'/>"
SERIES_FIELDS = paths(
    *(f"calendar:{name}Occurrence" for name in ("First", "Last")),
    *(f"calendar:{name}Occurrences" for name in ("Modified", "Deleted")),
)
TYPE = paths("calendar:CalendarItemType", "calendar:IsRecurring", "calendar:Start", "calendar:OriginalStart")


@pytest.fixture
def simulator() -> ExchangeSimulator:
    return judged()


@pytest.fixture
def client(simulator: ExchangeSimulator) -> RawClient:
    return RawClient(simulator)


def _series(client: RawClient, span: str = FIVE, what: str = TUESDAYS) -> ItemRef:
    reply = client.create(event("Call", extra=f"<t:Recurrence>{what}{span}</t:Recurrence>{ZONE}"))
    assert reply.codes == ["NoError"]
    return reply.refs[0]


def _subject(text: str) -> str:
    return set_field("item:Subject", f"<t:Subject>{text}</t:Subject>")


def _times(start: str, end: str) -> str:
    return set_field("calendar:Start", f"<t:Start>{start}</t:Start>") + set_field(
        "calendar:End", f"<t:End>{end}</t:End>"
    )


def _inside(reply: Reply, name: str) -> list[str]:
    """The starts inside an element of a master."""
    return [each.text or "" for each in reply.find(f"//t:{name}//t:Start")]


def test_a_master_tells_its_first_and_last_occurrence_and_no_empty_lists(client: RawClient) -> None:
    """Pages FirstOccurrence, LastOccurrence; facts 2.6: ModifiedOccurrences and DeletedOccurrences absent when empty."""
    series = _series(client)
    reply = client.get(series, SERIES_FIELDS)
    assert _inside(reply, "FirstOccurrence") == ["2026-11-03T12:00:00Z"]
    assert _inside(reply, "LastOccurrence") == ["2026-12-01T12:00:00Z"]
    assert reply.texts("OriginalStart") == ["2026-11-03T12:00:00Z", "2026-12-01T12:00:00Z"]
    assert reply.find("//t:ModifiedOccurrences | //t:DeletedOccurrences") == []
    assert client.get(_series(client, ENDLESS), SERIES_FIELDS).find("//t:LastOccurrence") == []


def test_a_recurrence_is_answered_whole_and_its_range_begins_with_the_first_occurrence(client: RawClient) -> None:
    """Facts 1.9, MS-OXOCAL 2.2.1.44.1 (StartDate, FirstDOW): a Wednesday asked for, the Tuesday after it told."""
    series = _series(client, FIVE.replace("11-03", "11-04"))
    reply = client.get(series, paths("calendar:Recurrence", "calendar:Start"))
    assert (reply.text("StartDate"), reply.text("FirstDayOfWeek")) == ("2026-11-10Z", "Sunday")
    assert (reply.text("NumberOfOccurrences"), reply.text("Start")) == ("5", "2026-11-10T12:00:00Z")
    told = RawClient(judged(range_start_snaps=False, recurrence_date_suffix=""))
    other = _series(told, FIVE.replace("11-03", "11-04"))
    assert told.get(other, paths("calendar:Recurrence")).text("StartDate") == "2026-11-04"


@pytest.mark.parametrize(
    ("pattern", "second"),
    [
        ("<t:DailyRecurrence><t:Interval>2</t:Interval></t:DailyRecurrence>", "2026-11-05"),
        (
            (
                "<t:WeeklyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Tuesday Sunday</t:DaysOfWeek>"
                "<t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence>"
            ),
            "2026-11-08",
        ),
        (
            (
                "<t:AbsoluteMonthlyRecurrence><t:Interval>3</t:Interval><t:DayOfMonth>3</t:DayOfMonth>"
                "</t:AbsoluteMonthlyRecurrence>"
            ),
            "2027-02-03",
        ),
        (
            (
                "<t:RelativeMonthlyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Weekday</t:DaysOfWeek>"
                "<t:DayOfWeekIndex>Second</t:DayOfWeekIndex></t:RelativeMonthlyRecurrence>"
            ),
            "2026-12-02",
        ),
        (
            (
                "<t:AbsoluteYearlyRecurrence><t:DayOfMonth>3</t:DayOfMonth><t:Month>November</t:Month>"
                "</t:AbsoluteYearlyRecurrence>"
            ),
            "2027-11-03",
        ),
        (
            (
                "<t:RelativeYearlyRecurrence><t:DaysOfWeek>Tuesday</t:DaysOfWeek><t:DayOfWeekIndex>First</t:DayOfWeekIndex>"
                "<t:Month>November</t:Month></t:RelativeYearlyRecurrence>"
            ),
            "2027-11-02",
        ),
    ],
)
def test_every_pattern_goes_in_and_comes_back_as_it_was(client: RawClient, pattern: str, second: str) -> None:
    """Facts 2.6 and the schema's RecurrencePatternTypes."""
    series = _series(client, what=pattern)
    reply = client.get_at(series.nth(2), fields=paths("calendar:Start"))
    assert [each[:10] for each in reply.texts("Start")] == [second]
    (told,) = client.get(series, paths("calendar:Recurrence")).find("//t:Recurrence/*[1]")
    given = [(part.partition(">")[0], part.partition(">")[2].partition("<")[0]) for part in pattern.split("<t:")[2:]]
    for name, value in given:
        assert [each.text for each in told.iterchildren(f"{{*}}{name}")] == [value]


def test_occurrences_are_named_by_index_by_their_own_id_and_lead_to_their_master(client: RawClient) -> None:
    """Pages OccurrenceItemId, RecurringMasterItemId; facts 2.2, 2.4: one ChangeKey, IsRecurring true."""
    series = _series(client)
    reply = client.get_at(series.nth(2), fields=TYPE)
    (second,) = reply.refs
    assert (second.id == series.id, second.key) == (False, series.key)
    assert [reply.text(name) for name in ("CalendarItemType", "IsRecurring")] == ["Occurrence", "true"]
    assert [reply.text(name) for name in ("Start", "OriginalStart")] == ["2026-11-10T12:00:00Z"] * 2
    assert client.get(second, TYPE).texts("Start") == ["2026-11-10T12:00:00Z"]
    back = client.get_at(f"<t:RecurringMasterItemId OccurrenceId='{second.id}'/>", fields=TYPE)
    assert (back.refs, back.text("CalendarItemType")) == ([series], "RecurringMaster")
    everything = client.get(second, base="AllProperties")
    assert (everything.text("RecurrenceId"), everything.texts("Recurrence")) == ("2026-11-10T12:00:00Z", [])


def test_a_master_is_changed_and_deleted_by_way_of_an_occurrence(client: RawClient) -> None:
    """The page RecurringMasterItemId; facts 2.8: a master goes to Deleted Items like a single."""
    series = _series(client)
    (second,) = client.get_at(series.nth(2)).refs
    way = f"<t:RecurringMasterItemId OccurrenceId='{second.id}' ChangeKey='{second.key}'/>"
    saved = client.update(way, _subject("Short call"))
    assert (saved.codes, saved.refs[0].id) == (["NoError"], series.id)
    assert client.get(second, paths("item:Subject")).text("Subject") == "Short call"
    assert client.update(way, _subject("x")).codes == ["ErrorIrresolvableConflict"]
    state = client.sync().text("SyncState")
    assert client.delete(way, how="MoveToDeletedItems").codes == ["NoError"]
    assert client.sync(state).changes == [("Delete", series.id)]
    assert client.get(second).codes == ["ErrorItemNotFound"]
    bin_rows = client.find(fields=TYPE, folder="<t:DistinguishedFolderId Id='deleteditems'/>")
    assert bin_rows.texts("CalendarItemType") == ["RecurringMaster"]


def test_ids_that_name_no_occurrence_are_refused_each_in_its_way(client: RawClient) -> None:
    """ResponseCode; facts 2.6: a deleted occurrence keeps its number."""
    series = _series(client)
    single = client.create(event("Lunch")).refs[0]
    (third,) = client.get_at(series.nth(3)).refs
    assert client.delete(series.nth(3)).codes == ["NoError"]
    reply = client.get_at(
        series.nth(0),
        series.nth(6),
        series.nth(3),
        series.nth(4),
        single.nth(1),
        f"<t:RecurringMasterItemId OccurrenceId='{single.id}'/>",
        f"<t:RecurringMasterItemId OccurrenceId='{series.id}'/>",
        third.keyless,
        fields=paths("calendar:Start"),
    )
    assert reply.codes == [
        "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange",
        "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange",
        "ErrorCalendarOccurrenceIsDeletedFromRecurrence",
        "NoError",
        "ErrorCalendarCannotUseIdForRecurringMasterId",
        "ErrorCalendarCannotUseIdForOccurrenceId",
        "ErrorCalendarCannotUseIdForOccurrenceId",
        "ErrorItemNotFound",
    ]
    assert reply.texts("Start") == ["2026-11-24T12:00:00Z"]


def test_an_update_of_an_occurrence_makes_an_exception_and_is_a_save_of_its_master(client: RawClient) -> None:
    """Facts 2.1, 2.2, 2.6; the page Occurrence."""
    series = _series(client)
    state = client.sync().text("SyncState")
    (second,) = client.get_at(series.nth(2)).refs
    moved = client.update(
        second.xml, _subject("Long call"), _times("2026-11-11T08:00:00Z", "2026-11-11T10:00:00Z"), rule="NeverOverwrite"
    )
    assert (moved.codes, moved.refs[0].id, moved.refs[0].key == series.key) == (["NoError"], second.id, False)
    reply = client.get(second, TYPE + paths("item:Subject"))
    shown = [reply.text(name) for name in ("CalendarItemType", "IsRecurring", "Start", "OriginalStart", "Subject")]
    assert shown == ["Exception", "true", "2026-11-11T08:00:00Z", "2026-11-10T12:00:00Z", "Long call"]
    master = client.get(series, SERIES_FIELDS + paths("item:Subject"))
    (told,) = master.find("//t:ModifiedOccurrences/t:Occurrence")
    assert [each.text or each.get("Id") for each in told] == [
        second.id,
        "2026-11-11T08:00:00Z",
        "2026-11-11T10:00:00Z",
        "2026-11-10T12:00:00Z",
    ]
    assert (master.refs[0].key, master.text("Subject")) == (moved.refs[0].key, "Call")
    assert client.sync(state).changes == [("Update", series.id)]
    assert client.get_at(series.nth(1), series.nth(3)).refs[0].key == moved.refs[0].key


def test_occurrences_and_exceptions_have_item_classes_of_their_own(client: RawClient) -> None:
    """Microsoft's page on activation rules (IPM.Appointment.Occurrence); MS-OXOCAL, the exception's embedded message."""
    series = _series(client)
    client.update(series.nth(2), _subject("x"))
    reply = client.get_at(series.keyless, series.nth(1), series.nth(2), fields=paths("item:ItemClass"))
    assert reply.texts("ItemClass") == [
        "IPM.Appointment",
        "IPM.Appointment.Occurrence",
        "IPM.OLE.CLASS.{00061055-0000-0000-C000-000000000046}",
    ]


def test_what_only_getitem_of_a_master_tells_is_told_nowhere_else(client: RawClient) -> None:
    """Facts 2.6: not FindItem; 2.1: SyncFolderItems lists singles and masters."""
    series = _series(client)
    client.update(series.nth(2), _subject("x"))
    client.delete(series.nth(3))
    for reply in (client.sync(fields=SERIES_FIELDS), client.find(fields=SERIES_FIELDS)):
        assert [ref.id for ref in reply.refs] == [series.id]
        assert reply.find("//t:FirstOccurrence | //t:ModifiedOccurrences | //t:DeletedOccurrences") == []
    assert client.get_at(series.nth(1), fields=SERIES_FIELDS).texts("Start") == []


def test_a_deleted_occurrence_is_an_edit_of_its_master_and_goes_nowhere(
    simulator: ExchangeSimulator, client: RawClient
) -> None:
    """Facts 2.6 and the page DeletedOccurrences; an exception that is deleted is no longer modified."""
    series = _series(client)
    state = client.sync().text("SyncState")
    client.update(series.nth(2), _subject("x"), rule="AlwaysOverwrite")
    assert client.delete(series.nth(2), how="MoveToDeletedItems").codes == ["NoError"]
    reply = client.get(series, SERIES_FIELDS)
    assert _inside(reply, "DeletedOccurrences") == ["2026-11-10T12:00:00Z"]
    assert reply.find("//t:ModifiedOccurrences") == []
    hand = simulator.mailbox("ana@a.test")
    assert hand.items(hand.folder_id("deleteditems")) == ()
    assert client.sync(state).changes == [("Update", series.id)]
    client.delete(series.nth(1), series.nth(5))
    left = client.get(series, SERIES_FIELDS)
    assert _inside(left, "FirstOccurrence") + _inside(left, "LastOccurrence") == [
        "2026-11-17T12:00:00Z",
        "2026-11-24T12:00:00Z",
    ]


def test_occurrences_of_one_series_in_one_batch_share_a_key_that_the_first_uses_up(client: RawClient) -> None:
    """Facts 2.2."""
    series = _series(client)
    both = [(series.nth(index), _subject(f"n{index}")) for index in (1, 2)]
    assert client.update_all(both).codes == ["NoError", "ErrorIrresolvableConflict"]
    for rule in ("AutoResolve", "AlwaysOverwrite"):
        assert client.update_all(both, rule=rule).codes == ["NoError", "NoError"]
    assert client.update_all([(series.nth(3), _subject("x"))]).codes == ["ErrorIrresolvableConflict"]
    assert client.get_at(series.nth(2), fields=paths("item:Subject")).texts("Subject") == ["n2"]


def test_a_calendar_view_shows_occurrences_and_a_plain_search_masters(client: RawClient) -> None:
    """Facts 2.9."""
    series = _series(client, ENDLESS)
    client.create(event("Lunch"))
    client.update(series.nth(2), _times("2026-11-11T08:00:00Z", "2026-11-11T10:00:00Z"), rule="AlwaysOverwrite")
    client.delete(series.nth(3))
    view = "<m:CalendarView StartDate='2026-11-01T00:00:00Z' EndDate='2026-12-01T00:00:00Z'/>"
    reply = client.find(view, fields=TYPE)
    assert list(zip(reply.texts("CalendarItemType"), reply.texts("Start"), strict=True)) == [
        ("Occurrence", "2026-11-03T12:00:00Z"),
        ("Single", "2026-11-03T12:00:00Z"),
        ("Exception", "2026-11-11T08:00:00Z"),
        ("Occurrence", "2026-11-24T12:00:00Z"),
    ]
    assert reply.refs[2].id == client.get_at(series.nth(2)).refs[0].id
    assert client.find(fields=TYPE).texts("CalendarItemType") == ["RecurringMaster", "Single"]
    wide = "<m:CalendarView StartDate='2026-11-01T00:00:00Z' EndDate='2028-11-03T00:00:00Z'/>"
    assert client.find(wide).codes == ["ErrorCalendarViewRangeTooBig"]
    capped = "<m:CalendarView MaxEntriesReturned='2' StartDate='2026-11-01T00:00:00Z' EndDate='2027-11-01T00:00:00Z'/>"
    (root,) = client.find(capped).find("//m:RootFolder")
    assert (root.get("IncludesLastItemInRange"), len(root[0])) == ("false", 2)
    trash = "<t:DistinguishedFolderId Id='deleteditems'/>"
    assert client.find(view, folder=trash).codes == ["ErrorCalendarFolderIsInvalidForCalendarView"]


def test_an_occurrence_is_neither_moved_nor_copied(client: RawClient) -> None:
    """Facts 2.6; ResponseCode."""
    series = _series(client)
    to = "<m:ToFolderId><t:DistinguishedFolderId Id='deleteditems'/></m:ToFolderId>"
    for operation in ("MoveItem", "CopyItem"):
        reply = client.send(f"<m:{operation}>{to}<m:ItemIds>{series.nth(1)}</m:ItemIds></m:{operation}>")
        assert reply.codes == ["ErrorCalendarCannotMoveOrCopyOccurrence"]


def test_occurrences_keep_their_wall_clock_over_the_turn_of_the_clocks(client: RawClient) -> None:
    """Facts 5 of the page on Google: Berlin turns on 28 March 2027; the 21st and 22nd Tuesday are on both sides of it."""
    series = _series(client, ENDLESS)
    reply = client.get_at(series.nth(21), series.nth(22), fields=paths("calendar:Start", "calendar:End"))
    assert reply.texts("Start") == ["2027-03-23T12:00:00Z", "2027-03-30T11:00:00Z"]
    assert reply.texts("End") == ["2027-03-23T13:00:00Z", "2027-03-30T12:00:00Z"]


def test_an_all_day_series_takes_whole_days_of_its_zone(simulator: ExchangeSimulator, client: RawClient) -> None:
    """Facts 2.5, 2.6: midnight in Berlin, also after the clocks were turned; an item of 12:00 reaches out."""
    extra = f"<t:IsAllDayEvent>true</t:IsAllDayEvent><t:Recurrence>{TUESDAYS}{ENDLESS}</t:Recurrence>{ZONE}"
    series = client.create(event("Holiday", extra=extra)).refs[0]
    reply = client.get_at(series.nth(21), series.nth(22), fields=paths("calendar:Start", "calendar:End"))
    assert reply.texts("Start") == ["2027-03-22T23:00:00Z", "2027-03-29T22:00:00Z"]
    assert reply.texts("End") == ["2027-03-23T23:00:00Z", "2027-03-30T22:00:00Z"]
    seen = simulator.mailbox("ana@a.test").agenda(datetime(2027, 3, 29, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
    assert [(each.start, each.end) for each in seen] == [(date(2027, 3, 30), date(2027, 3, 31))]


def test_the_global_object_id_of_an_occurrence_has_its_original_date_and_the_clean_one_none(client: RawClient) -> None:
    """MS-OXOCAL 2.2.1.27, facts 2.3: year, month and day at bytes 16 to 19."""
    series = _series(client)
    uri = "<t:ExtendedFieldURI DistinguishedPropertySetId='Meeting' PropertyId='{}' PropertyType='Binary'/>"
    reply = client.get_at(series.nth(2), series.keyless, fields=uri.format(3) + uri.format(35) + paths("calendar:UID"))
    dated, clean, of_master, clean_of_master = reply.texts("Value")
    assert clean == clean_of_master == of_master
    assert base64.b64decode(dated)[16:20] == bytes((0x07, 0xEA, 11, 10))
    assert len(set(reply.texts("UID"))) == 1
