"""What a series allows, and what is lost when it changes. Dates by hand.

The series is Tuesdays at 13:00 in Berlin (12:00 UTC in winter) from 3 November 2026, five times unless told otherwise.
Sources: facts 2.2, 2.5, 2.6; MS-OXOCAL 2.2.1.44, 3.1.4.7.3.5; the page ResponseCode.
"""

import pytest

from simulators.exchange.raw_client import ItemRef, RawClient, delete_field, event, judged, paths, set_field
from simulators.exchange.switches import Switches
from simulators.record import Fault

BERLIN = "W. Europe Standard Time"
ZONE = f"<t:StartTimeZone Id='{BERLIN}'/><t:EndTimeZone Id='{BERLIN}'/>"
TUESDAYS = "<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Tuesday</t:DaysOfWeek></t:WeeklyRecurrence>"
DAILY = "<t:DailyRecurrence><t:Interval>1</t:Interval></t:DailyRecurrence>"
LISTS = paths("calendar:ModifiedOccurrences", "calendar:DeletedOccurrences", "calendar:Start", "calendar:Recurrence")


def _range(number: str = "5", start: str = "2026-11-03") -> str:
    count = f"<t:NumberOfOccurrences>{number}</t:NumberOfOccurrences>"
    return f"<t:NumberedRecurrence><t:StartDate>{start}</t:StartDate>{count}</t:NumberedRecurrence>"


def _until(end: str, start: str = "2026-11-03") -> str:
    inside = f"<t:StartDate>{start}</t:StartDate><t:EndDate>{end}</t:EndDate>"
    return f"<t:EndDateRecurrence>{inside}</t:EndDateRecurrence>"


def _rule(pattern: str = TUESDAYS, span: str = "") -> str:
    return f"<t:Recurrence>{pattern}{span or _range()}</t:Recurrence>"


def _times(start: str, end: str) -> str:
    return f"<t:Start>{start}</t:Start><t:End>{end}</t:End>"


def _set_times(start: str, end: str) -> str:
    both = zip(("Start", "End"), (start, end), strict=True)
    return "".join(set_field(f"calendar:{name}", f"<t:{name}>{text}</t:{name}>") for name, text in both)


def _subject(text: str) -> str:
    return set_field("item:Subject", f"<t:Subject>{text}</t:Subject>")


def _series(client: RawClient, rule: str = "", **more: str) -> ItemRef:
    reply = client.create(event("Call", extra=(rule or _rule()) + ZONE, **more))
    assert reply.codes == ["NoError"]
    return reply.refs[0]


def _touched(client: RawClient, series: ItemRef) -> ItemRef:
    """The series with its second occurrence renamed and its third deleted, under its new key."""
    client.update(series.nth(2), _subject("Long call"), rule="AlwaysOverwrite")
    client.delete(series.nth(3))
    return client.get(series).refs[0]


def _counts(client: RawClient, series: ItemRef) -> tuple[int, int]:
    reply = client.get(series, LISTS)
    return len(reply.find("//t:ModifiedOccurrences/*")), len(reply.find("//t:DeletedOccurrences/*"))


@pytest.fixture
def client() -> RawClient:
    return RawClient(judged())


@pytest.mark.parametrize(
    ("update", "wiped"),
    [
        (_subject("Other"), False),
        (set_field("item:Body", "<t:Body BodyType='Text'>x</t:Body>"), False),
        (set_field("calendar:Location", "<t:Location>x</t:Location>"), False),
        (set_field("calendar:Recurrence", _rule()), False),
        (set_field("calendar:Recurrence", _rule(span=_range("6"))), True),
        (set_field("calendar:Recurrence", _rule(span=_until("2026-12-01"))), True),
        (set_field("calendar:Recurrence", _rule(DAILY)), True),
        (_set_times("2026-11-03T13:00:00Z", "2026-11-03T14:00:00Z"), True),
        (set_field("calendar:End", "<t:End>2026-11-03T13:30:00Z</t:End>"), True),
        (set_field("calendar:StartTimeZone", "<t:StartTimeZone Id='GMT Standard Time'/>"), True),
    ],
)
def test_a_new_rule_range_time_or_zone_drops_every_exception_and_deletion(
    client: RawClient, update: str, wiped: bool
) -> None:
    """Facts 2.6: pattern, start and end time, zone, range; subject, body and location keep them."""
    series = _touched(client, _series(client))
    assert _counts(client, series) == (1, 1)
    assert client.update(series.xml, update).codes == ["NoError"]
    assert _counts(client, series) == ((0, 0) if wiped else (1, 1))
    assert client.get_at(series.nth(3)).codes == (
        ["NoError"] if wiped else ["ErrorCalendarOccurrenceIsDeletedFromRecurrence"]
    )


def test_the_same_rule_written_again_may_drop_them_too() -> None:
    """A judgement either way: the switch same_rule_wipes."""
    client = RawClient(judged(same_rule_wipes=True))
    series = _touched(client, _series(client))
    client.update(series.xml, set_field("calendar:Recurrence", _rule()))
    assert _counts(client, series) == (0, 0)


def test_new_values_of_a_master_reach_what_an_exception_did_not_override() -> None:
    """Facts 2.6 leave open how far: the switch master_reaches_exceptions."""
    for reaches, place in ((True, "B7"), (False, "A1")):
        client = RawClient(judged(master_reaches_exceptions=reaches))
        series = _touched(client, _series(client, before="", rule=""))
        client.update(series.xml, set_field("calendar:Location", "<t:Location>A1</t:Location>"))
        client.update(series.nth(4), _subject("Fourth"), rule="AlwaysOverwrite")
        renewed = set_field("calendar:Location", "<t:Location>B7</t:Location>") + _subject("Short call")
        client.update(series.xml, renewed, rule="AlwaysOverwrite")
        reply = client.get_at(series.nth(4), series.nth(5), fields=paths("item:Subject", "calendar:Location"))
        assert reply.texts("Subject") == ["Fourth", "Short call"]
        assert reply.texts("Location") == [place, "B7"]


def test_a_zone_changed_alone_keeps_the_wall_clock_of_the_series(client: RawClient) -> None:
    """Facts 2.5: 13:00 in Berlin becomes 13:00 in New York."""
    series = _series(client)
    eastern = "".join(
        set_field(f"calendar:{name}", f"<t:{name} Id='Eastern Standard Time'/>")
        for name in ("StartTimeZone", "EndTimeZone")
    )
    assert client.update(series.xml, eastern).codes == ["NoError"]
    reply = client.get_at(series.nth(1), series.nth(2), fields=paths("calendar:Start", "calendar:End"))
    assert reply.texts("Start") == ["2026-11-03T18:00:00Z", "2026-11-10T18:00:00Z"]
    assert reply.texts("End") == ["2026-11-03T19:00:00Z", "2026-11-10T19:00:00Z"]


@pytest.mark.parametrize(
    ("start", "end", "code"),
    [
        ("2026-11-16T12:00:00Z", "2026-11-16T13:00:00Z", "NoError"),
        ("2026-11-04T12:00:00Z", "2026-11-04T13:00:00Z", "NoError"),
        ("2026-11-17T06:00:00Z", "2026-11-17T07:00:00Z", "ErrorOccurrenceCrossingBoundary"),
        ("2026-11-17T15:00:00Z", "2026-11-17T16:00:00Z", "ErrorOccurrenceCrossingBoundary"),
        ("2026-11-18T12:00:00Z", "2026-11-18T13:00:00Z", "ErrorOccurrenceCrossingBoundary"),
        ("2026-11-03T15:00:00Z", "2026-11-03T16:00:00Z", "ErrorOccurrenceCrossingBoundary"),
        ("2026-11-16T23:30:00Z", "2026-11-16T23:45:00Z", "ErrorOccurrenceCrossingBoundary"),
        ("2026-11-16T12:00:00Z", "2026-11-17T12:30:00Z", "ErrorOccurrenceTimeSpanTooBig"),
        ("2026-11-16T12:00:00Z", "2026-11-17T12:00:00Z", "NoError"),
    ],
)
def test_an_occurrence_stays_between_the_days_of_its_neighbours(
    client: RawClient, start: str, end: str, code: str
) -> None:
    """MS-OXOCAL 2.2.1.44: days are those of Berlin, where 23:30 UTC is the next one; ResponseCode."""
    series = _series(client)
    assert client.update(series.nth(2), _set_times(start, end)).codes == [code]


def test_who_is_deleted_is_nobodys_neighbour_and_who_moved_is_one_where_it_is(client: RawClient) -> None:
    """Facts 4 of the page on Google."""
    series = _series(client)
    client.delete(series.nth(3))
    day_of_third = _set_times("2026-11-17T12:00:00Z", "2026-11-17T13:00:00Z")
    assert client.update(series.nth(2), day_of_third, rule="AlwaysOverwrite").codes == ["NoError"]
    fourth_to = _set_times("2026-11-17T15:00:00Z", "2026-11-17T16:00:00Z")
    assert client.update(series.nth(4), fourth_to, rule="AlwaysOverwrite").codes == ["ErrorOccurrenceCrossingBoundary"]
    first_to = _set_times("2026-11-16T15:00:00Z", "2026-11-16T16:00:00Z")
    assert client.update(series.nth(1), first_to, rule="AlwaysOverwrite").codes == ["NoError"]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        (_rule(span=_until("2026-11-02")), "ErrorRecurrenceHasNoOccurrence"),
        (_rule(span=_until("2026-11-09", "2026-11-04")), "ErrorRecurrenceHasNoOccurrence"),
        (_rule(span=_until("4500-09-01")), "ErrorRecurrenceEndDateTooBig"),
        (_rule(span=_range("1000")), "ErrorCalendarOutOfRange"),
        (_rule(span=_range("0")), "ErrorCalendarOutOfRange"),
        (_rule(TUESDAYS.replace("1", "100")), "ErrorCalendarOutOfRange"),
        (_rule(DAILY.replace("1", "1000")), "ErrorCalendarOutOfRange"),
        (_rule(DAILY.replace("1", "0")), "ErrorCalendarOutOfRange"),
        (
            _rule(
                "<t:AbsoluteYearlyRecurrence><t:DayOfMonth>32</t:DayOfMonth><t:Month>May</t:Month>"
                "</t:AbsoluteYearlyRecurrence>"
            ),
            "ErrorCalendarOutOfRange",
        ),
        (_rule(TUESDAYS.replace("Tuesday", "Weekday")), "ErrorCalendarInvalidDayForWeeklyRecurrence"),
        (_rule(span=_until("4500-08-31")), "NoError"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_when_made_and_when_changed(client: RawClient, rule: str, code: str) -> None:
    """Facts 2.6; ResponseCode: out of range, no occurrence, 1 September 4500, days of a week."""
    assert client.create(event(extra=rule)).codes == [code]
    series = _series(client)
    assert client.update(series.xml, set_field("calendar:Recurrence", rule)).codes == [code]


def test_occurrences_that_would_overlap_are_refused(client: RawClient) -> None:
    """ResponseCode, ErrorOccurrenceTimeSpanTooBig; a Microsoft answer (1389456) tells it of a new series."""
    long = _times("2026-11-03T12:00:00Z", "2026-11-04T12:30:00Z")
    assert client.create(event(extra=_rule(DAILY), times=long)).codes == ["ErrorOccurrenceTimeSpanTooBig"]
    whole = _times("2026-11-03T12:00:00Z", "2026-11-04T12:00:00Z")
    made = client.create(event(extra=_rule(DAILY), times=whole))
    assert made.codes == ["NoError"]
    end = set_field("calendar:End", "<t:End>2026-11-04T13:00:00Z</t:End>")
    assert client.update(made.refs[0].xml, end).codes == ["ErrorOccurrenceTimeSpanTooBig"]
    ages = _times("2026-11-03T12:00:00Z", "2033-11-04T12:00:00Z")
    assert client.create(event(extra=_rule(), times=ages)).codes == ["ErrorCalendarDurationIsTooLong"]


def test_the_last_occurrence_left_cannot_be_deleted(client: RawClient) -> None:
    """Facts 2.6."""
    series = _series(client, _rule(span=_range("2")))
    assert client.delete(series.nth(1), series.nth(2)).codes == ["NoError", "ErrorRecurrenceHasNoOccurrence"]


def test_a_single_becomes_a_series_and_a_single_again(client: RawClient) -> None:
    """Facts 2.6: SetItemField and DeleteItemField of calendar:Recurrence; the id stays."""
    kind = paths("calendar:CalendarItemType", "calendar:Start")
    single = client.create(event("Lunch", extra=ZONE)).refs[0]
    made = client.update(single.xml, set_field("calendar:Recurrence", _rule()))
    series = made.refs[0]
    assert (made.codes, series.id) == (["NoError"], single.id)
    assert client.get(series, kind).text("CalendarItemType") == "RecurringMaster"
    assert client.get_at(series.nth(2), fields=kind).text("Start") == "2026-11-10T12:00:00Z"
    (second,) = client.get_at(series.nth(2)).refs
    series = _touched(client, series)
    ended = client.update(series.xml, delete_field("calendar:Recurrence"))
    reply = client.get(ended.refs, kind)
    assert (reply.text("CalendarItemType"), reply.text("Start")) == ("Single", "2026-11-03T12:00:00Z")
    assert client.get(second).codes == ["ErrorItemNotFound"]
    again = client.update(ended.refs[0].xml, set_field("calendar:Recurrence", _rule()))
    assert _counts(client, again.refs[0]) == (0, 0)


def test_a_series_moves_to_another_date_with_its_rule_and_not_by_its_start_alone(client: RawClient) -> None:
    """No page says what a start alone would do: refused by name."""
    series = _series(client)
    wednesday = _set_times("2026-11-04T12:00:00Z", "2026-11-04T13:00:00Z")
    assert client.update(series.xml, wednesday).codes == ["ErrorInvalidOperation"]
    rule = _rule(TUESDAYS.replace("Tuesday", "Wednesday"), _range(start="2026-11-04"))
    assert client.update(series.xml, wednesday, set_field("calendar:Recurrence", rule)).codes == ["NoError"]
    assert client.get_at(series.nth(2), fields=paths("calendar:Start")).text("Start") == "2026-11-11T12:00:00Z"


def test_an_occurrence_has_no_rule_and_no_uid_of_its_own(client: RawClient) -> None:
    """No page says what writing them would do: refused by name."""
    series = _series(client)
    for update in (set_field("calendar:Recurrence", _rule()), set_field("calendar:UID", "<t:UID>x</t:UID>")):
        assert client.update(series.nth(1), update).codes == ["ErrorInvalidOperation"]


def test_an_exception_may_differ_in_everything_else(client: RawClient) -> None:
    """Facts 2.4, 2.6: an occurrence is written like a single item."""
    series = _series(client)
    written = {
        "item:Sensitivity": "<t:Sensitivity>Private</t:Sensitivity>",
        "item:Body": "<t:Body BodyType='Text'>agenda</t:Body>",
        "item:Categories": "<t:Categories><t:String>Red</t:String></t:Categories>",
        "item:ReminderMinutesBeforeStart": "<t:ReminderMinutesBeforeStart>5</t:ReminderMinutesBeforeStart>",
        "calendar:IsAllDayEvent": "<t:IsAllDayEvent>true</t:IsAllDayEvent>",
        "calendar:LegacyFreeBusyStatus": "<t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>",
        "calendar:Location": "<t:Location>B7</t:Location>",
    }
    updates = [set_field(uri, value) for uri, value in written.items()]
    assert client.update(series.nth(2), *updates).codes == ["NoError"]
    shown = client.get_at(series.nth(2), series.nth(3), fields=paths(*written, "calendar:Start", "calendar:End"))
    assert shown.texts("Sensitivity") == ["Private", "Normal"]
    assert shown.texts("Body") == ["agenda", ""]
    assert shown.texts("String") + shown.texts("Location") == ["Red", "B7"]
    assert shown.texts("ReminderMinutesBeforeStart") == ["5", "15"]
    assert shown.texts("LegacyFreeBusyStatus") == ["OOF", "Busy"]
    assert shown.texts("IsAllDayEvent") == ["true", "false"]
    assert (shown.texts("Start")[0], shown.texts("End")[0]) == ("2026-11-09T23:00:00Z", "2026-11-10T23:00:00Z")


def test_faults_of_single_items_strike_occurrences_too() -> None:
    """`conflict` edits the occurrence first, `lost_edit` stores nothing, `item_error` is of one id alone."""
    simulator = judged()
    client = RawClient(simulator)
    series = _series(client)
    simulator.record.plant(Fault("conflict", "UpdateItem", detail="Elsewhere"))
    assert client.update(series.nth(2), _subject("x")).codes == ["ErrorIrresolvableConflict"]
    shown = client.get_at(series.nth(2), series.nth(3), fields=paths("item:Subject", "calendar:Location"))
    assert (shown.texts("Subject"), shown.texts("Location")) == (["Call", "Call"], ["Elsewhere"])
    simulator.record.plant(Fault("lost_edit", "UpdateItem"))
    assert client.update(series.nth(3), _subject("x"), rule="AlwaysOverwrite").codes == ["NoError"]
    simulator.record.plant(Fault("item_error", "GetItem", nth=1, detail="ErrorItemCorrupt"))
    third = client.get_at(series.nth(2), series.nth(3), fields=paths("item:Subject"))
    assert (third.codes, third.texts("Subject")) == (["ErrorItemCorrupt", "NoError"], ["Call"])


def test_series_are_told_by_a_server_of_2010_as_well() -> None:
    """Facts 2.11: RecurrenceId, OriginalStart and FirstDayOfWeek are of the schema of 2010."""
    client = RawClient(judged(version="Exchange2010_SP2"), version="Exchange2010_SP2")
    series = _touched(client, _series(client))
    reply = client.get_at(series.keyless, series.nth(2), series.nth(4), base="AllProperties")
    assert reply.texts("CalendarItemType") == ["RecurringMaster", "Exception", "Occurrence"]
    assert reply.texts("RecurrenceId") == ["2026-11-10T12:00:00Z", "2026-11-24T12:00:00Z"]


def test_a_series_to_the_end_of_time_is_told_at_once(client: RawClient) -> None:
    """Facts 2.6: it ends before 1 September 4500; a look at its end costs dates, not items."""
    series = _series(client, _rule(DAILY, _until("4500-08-31")))
    reply = client.get(series, paths("calendar:LastOccurrence"))
    assert reply.text("Start") == "4500-08-31T11:00:00Z"


def test_a_date_of_a_range_has_an_offset_or_none() -> None:
    assert RawClient(judged(recurrence_date_suffix="-07:00")).create(event(extra=_rule())).codes == ["NoError"]
    with pytest.raises(ValueError, match="recurrence_date_suffix"):
        Switches(recurrence_date_suffix="x")
