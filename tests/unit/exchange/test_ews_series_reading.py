"""Series as a server spells them, hand-written, with their exceptions; and what they are to calpair."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from lxml import etree

from calpair.errors import AbsentError, RefusedError, SideError
from calpair.exchange import mapping
from calpair.exchange.joined import exceptions, joined
from calpair.exchange.rest import midnights
from calpair.exchange.soap import TYPES, Element
from calpair.model.body import Body
from calpair.model.event import Event, Item, Kind, Mark
from calpair.model.rule import Day, Frequency, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from unit.exchange.ground import ANA

WEEK = timedelta(weeks=1)
NINE = datetime(2026, 11, 5, 9, tzinfo=UTC)
"""A Thursday, ten o'clock in Berlin."""
ZONE = '<t:StartTimeZone Id="W. Europe Standard Time"/>'
RULE = (
    "<t:Recurrence><t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Thursday</t:DaysOfWeek></t:WeeklyRecurrence>"
    "<t:NumberedRecurrence><t:StartDate>2026-11-05+01:00</t:StartDate><t:NumberOfOccurrences>9</t:NumberOfOccurrences>"
    "</t:NumberedRecurrence></t:Recurrence>"
)
SPAN = "<t:Start>2026-11-05T09:00:00Z</t:Start><t:End>2026-11-05T10:00:00Z</t:End>"
MASTER = "<t:IsRecurring>false</t:IsRecurring><t:CalendarItemType>RecurringMaster</t:CalendarItemType>"
HEAD = '<t:ItemId Id="AAMk1" ChangeKey="CK1"/><t:Subject>Call</t:Subject><t:Body BodyType="HTML">&lt;p&gt;Hi&lt;/p&gt;</t:Body>'
REPEATS = Recurrence((Rule(Frequency.WEEKLY, count=9, by_day=(Day(3),), week_start=6),))
CALL = Event(
    "Call",
    Timed(NINE, NINE + timedelta(hours=1), "Europe/Berlin"),
    Body("<p>Hi</p>", html=True),
    categories=(),
    repeats=REPEATS,
)


def element(inner: str, name: str = "CalendarItem") -> Element:
    return etree.fromstring(f'<t:{name} xmlns:t="{TYPES}">{inner}</t:{name}>')


def read(inner: str, zone: str = "") -> Item:
    return mapping.read(element(inner), ANA, lambda: zone)


def master(more: str = "", *, span: str = SPAN, zone: str = ZONE, rule: str = RULE) -> str:
    return HEAD + span + MASTER + rule + more + zone


def lists(modified: str = "", deleted: str = "") -> str:
    told = f"<t:ModifiedOccurrences>{modified}</t:ModifiedOccurrences>" if modified else ""
    return told + (f"<t:DeletedOccurrences>{deleted}</t:DeletedOccurrences>" if deleted else "")


def modified(identifier: str, original: str, start: str = "2026-11-12T15:00:00Z") -> str:
    return (
        f'<t:Occurrence><t:ItemId Id="{identifier}" ChangeKey="CK1"/><t:Start>{start}</t:Start><t:End>{start}</t:End>'
        f"<t:OriginalStart>{original}</t:OriginalStart></t:Occurrence>"
    )


def deleted(original: str) -> str:
    return f"<t:DeletedOccurrence><t:Start>{original}</t:Start></t:DeletedOccurrence>"


def exception(day: int, hour: int, more: str = "", title: str = "Call") -> Element:
    return element(
        HEAD.replace("AAMk1", "X").replace("Call", title)
        + f"<t:Start>2026-11-{day:02}T{hour:02}:00:00Z</t:Start><t:End>2026-11-{day:02}T{hour + 1:02}:00:00Z</t:End>"
        + f"<t:CalendarItemType>Exception</t:CalendarItemType>{more}{ZONE}"
    )


def with_exceptions(item: Item, **answers: Element | SideError) -> Item:
    return joined(item, answers, ANA, lambda: "")


def test_a_series_is_its_first_occurrence_and_its_rule() -> None:
    item = read(master())
    assert (item.kind, item.trouble, item.event) == (Kind.SERIES, "", CALL)
    assert item.marks == {}
    assert exceptions(item) == ()
    assert with_exceptions(item) == item


def test_what_was_deleted_is_named_by_when_it_was_to_begin() -> None:
    item = read(master(lists(deleted=deleted("2026-11-19T09:00:00Z") + deleted("2026-11-12T10:00:00+01:00"))))
    assert item.event == replace(CALL, overrides={NINE + WEEK: None, NINE + 2 * WEEK: None})
    assert list(item.event.overrides) == [NINE + WEEK, NINE + 2 * WEEK]


def test_an_exception_says_what_it_says_instead() -> None:
    item = read(master(lists(modified("X1", "2026-11-12T09:00:00Z") + modified("X2", "2026-11-19T09:00:00Z"))))
    assert exceptions(item) == ("X1", "X2")
    whole = with_exceptions(item, X1=exception(12, 15), X2=exception(19, 9, title="Talk"))
    moved = Timed(datetime(2026, 11, 12, 15, tzinfo=UTC), datetime(2026, 11, 12, 16, tzinfo=UTC), "Europe/Berlin")
    second = Timed(NINE + 2 * WEEK, NINE + 2 * WEEK + timedelta(hours=1), "Europe/Berlin")
    bare = replace(CALL, repeats=None)
    assert whole.event == replace(
        CALL,
        overrides={NINE + WEEK: replace(bare, when=moved), NINE + 2 * WEEK: replace(bare, when=second, title="Talk")},
    )
    assert whole.marks == {NINE + WEEK: Mark("X1"), NINE + 2 * WEEK: Mark("X2")}


def test_an_exception_that_says_the_same_is_no_override() -> None:
    item = read(master(lists(modified("X1", "2026-11-12T09:00:00Z"))))
    spelled = exception(12, 9)
    body = spelled.find(f"{{{TYPES}}}Body")
    assert body is not None
    body.text = "<div>Hi</div>"
    whole = with_exceptions(item, X1=spelled)
    assert whole.event == CALL
    assert whole.marks == {NINE + WEEK: Mark("X1")}


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        (RefusedError("ErrorItemCorrupt"), "ErrorItemCorrupt"),
        (AbsentError("ErrorItemNotFound"), "ErrorItemNotFound"),
        (element(HEAD), "unreadable"),
        (element(HEAD, "Message"), "unreadable"),
    ],
)
def test_an_exception_nobody_can_read_is_left_alone_and_the_series_is_carried(
    answer: Element | SideError, trouble: str
) -> None:
    found = lists(modified("X1", "2026-11-12T09:00:00Z"), deleted("2026-11-19T09:00:00Z"))
    whole = with_exceptions(read(master(found)), X1=answer)
    assert (whole.kind, whole.event) == (Kind.SERIES, replace(CALL, overrides={NINE + 2 * WEEK: None}))
    assert whole.marks == {NINE + WEEK: Mark("X1", trouble=trouble)}


def test_an_exception_without_a_name_is_not_asked_for_and_left_alone() -> None:
    nameless = modified("X1", "2026-11-12T09:00:00Z").replace('<t:ItemId Id="X1" ChangeKey="CK1"/>', "")
    item = read(master(lists(nameless)))
    assert exceptions(item) == ()
    assert with_exceptions(item).marks == {NINE + WEEK: Mark("", trouble="unreadable")}


def test_an_exception_that_was_called_off_is_a_cancelled_occurrence() -> None:
    item = read(master(lists(modified("X1", "2026-11-12T09:00:00Z"))))
    whole = with_exceptions(item, X1=exception(12, 9, "<t:IsCancelled>true</t:IsCancelled>"))
    assert whole.event == replace(CALL, overrides={NINE + WEEK: None})


def test_guests_and_attachments_of_an_exception_are_the_series() -> None:
    item = read(master(lists(modified("X1", "2026-11-12T09:00:00Z"))))
    whole = with_exceptions(
        item, X1=exception(12, 9, "<t:HasAttachments>true</t:HasAttachments><t:IsMeeting>true</t:IsMeeting>")
    )
    assert (whole.people, whole.losses) == (True, ("guests", "attachments"))
    assert (item.people, item.losses) == (False, ())
    assert whole.marks[NINE + WEEK].losses == ("guests", "attachments")


@pytest.mark.parametrize(
    ("zone", "midnight", "days_later"),
    [
        ("New Zealand Standard Time", "2026-11-04T11:00:00Z", "2026-11-11T11:00:00Z"),
        ("Hawaiian Standard Time", "2026-11-05T10:00:00Z", "2026-11-12T10:00:00Z"),
        # The clocks go back on 1 November: the second midnight is another hour of UTC.
        ("Central Standard Time", "2026-10-29T05:00:00Z", "2026-11-05T06:00:00Z"),
    ],
)
def test_a_series_of_whole_days_has_its_days_in_its_own_zone(zone: str, midnight: str, days_later: str) -> None:
    end = (datetime.fromisoformat(midnight) + timedelta(days=1)).isoformat()
    span = f"<t:Start>{midnight}</t:Start><t:End>{end}</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>"
    first = date(2026, 10, 29) if zone.startswith("Central") else date(2026, 11, 5)
    weekly = RULE.replace("2026-11-05+01:00", first.isoformat())
    found = lists(modified("X1", days_later))
    item = read(master(found, span=span, zone=f'<t:StartTimeZone Id="{zone}"/>', rule=weekly))
    assert item.event is not None
    assert item.event.when == AllDay(first, first + timedelta(days=1))
    assert item.marks.keys() == {first + WEEK}
    assert midnights(item) != ""


def test_whole_days_without_a_zone_are_those_of_the_calendars_own() -> None:
    span = "<t:Start>2026-11-04T23:00:00Z</t:Start><t:End>2026-11-05T23:00:00Z</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>"
    item = read(master(lists(deleted=deleted("2026-11-18T23:00:00Z")), span=span, zone=""), zone="Europe/Berlin")
    assert item.event is not None
    assert list(item.event.overrides) == [date(2026, 11, 19)]
    assert midnights(item) == "Europe/Berlin"


def test_a_series_whose_zone_nobody_knows_is_broken() -> None:
    item = read(master(zone='<t:StartTimeZone Id="Customized Time Zone"/>'))
    assert (item.kind, item.trouble, item.event) == (Kind.BROKEN, "zone", None)
    assert item.starts == Timed(NINE, NINE + timedelta(hours=1), "")


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "<t:Recurrence/>",
        RULE.replace("WeeklyRecurrence", "WeeklyRegeneration"),
        RULE.replace("Thursday", "Payday"),
        RULE.replace("2026-11-05", "yesterday"),
        RULE.replace("NumberedRecurrence", "EndDateRecurrence").replace(
            "<t:NumberOfOccurrences>9</t:NumberOfOccurrences>", "<t:EndDate>2026-11-01</t:EndDate>"
        ),
    ],
)
def test_a_series_whose_rule_nobody_knows_is_broken_and_named(rule: str) -> None:
    item = read(master(rule=rule))
    assert (item.kind, item.trouble, item.event, item.version) == (Kind.BROKEN, "rule", None, "CK1")
    assert item.starts == CALL.when


@pytest.mark.parametrize(
    "inner",
    [
        master(span=""),
        master(lists(deleted=deleted(""))),
        master(lists(deleted=deleted("yesterday"))),
        master(lists(modified("X1", "9999-99-99"))),
    ],
)
def test_a_series_whose_times_nobody_knows_is_broken(inner: str) -> None:
    item = read(inner)
    assert (item.kind, item.trouble, item.event) == (Kind.BROKEN, "unreadable", None)


def test_a_first_occurrence_is_where_the_pattern_has_one() -> None:
    span = SPAN.replace("2026-11-05", "2026-11-03")
    assert read(master(span=span, rule=RULE.replace("2026-11-05", "2026-11-03"))).event == CALL


@pytest.mark.parametrize("name", ["OriginalStart", "RecurrenceId"])
@pytest.mark.parametrize("kind", ["Exception", "Occurrence", "Single"])
def test_an_occurrence_without_its_series_is_a_single_event_that_says_which_it_is(name: str, kind: str) -> None:
    told = f"<t:CalendarItemType>{kind}</t:CalendarItemType><t:{name}>2026-11-12T09:00:00Z</t:{name}>"
    item = read(HEAD + SPAN + told + ZONE)
    assert (item.kind, item.event, item.alone) == (Kind.SINGLE, replace(CALL, repeats=None), NINE + WEEK)


def test_a_sort_of_event_nobody_knows_is_named_and_left_alone() -> None:
    item = read(f"{HEAD}{SPAN}<t:CalendarItemType>Template</t:CalendarItemType>{ZONE}")
    assert (item.kind, item.trouble, item.event) == (Kind.OTHER, "template", None)


def test_an_occurrence_that_was_never_moved_begins_when_it_was_to() -> None:
    item = read(f"{HEAD}{SPAN}<t:CalendarItemType>Occurrence</t:CalendarItemType>{ZONE}")
    assert (item.kind, item.alone) == (Kind.SINGLE, NINE)
    assert read(f"{HEAD}{SPAN}<t:CalendarItemType>Single</t:CalendarItemType>{ZONE}").alone is None


def test_a_lone_occurrence_of_whole_days_is_named_by_its_day() -> None:
    span = "<t:Start>2026-11-04T23:00:00Z</t:Start><t:End>2026-11-05T23:00:00Z</t:End><t:IsAllDayEvent>true</t:IsAllDayEvent>"
    told = "<t:CalendarItemType>Exception</t:CalendarItemType><t:OriginalStart>2026-11-11T23:00:00Z</t:OriginalStart>"
    assert read(HEAD + span + told + ZONE).alone == date(2026, 11, 12)
