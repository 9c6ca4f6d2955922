"""Stories 32 and 33: every rule of Google's is the same days in Outlook, or is said not to be."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from scenarios.series_stage import SeriesStage, at, summer, winter
from scenarios.stage import Json
from simulators.exchange.errors import EwsError

FAR = date(2026, 11, 1), date(2029, 1, 1)
"""A span that holds what the longest of these rules show; a horizon of 24 months ends before."""

GOOGLE: list[tuple[str, list[str], datetime, list[str]]] = [
    ("every other year", ["RRULE:FREQ=YEARLY;INTERVAL=2"], at(5), winter("2026-11-05", "2028-11-05")),
    (
        "the last but one working day",
        ["RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=4"],
        at(27),
        winter("2026-11-27", "2026-12-30", "2027-01-28", "2027-02-25"),
    ),
    (
        "the 320th day of the year",
        ["RRULE:FREQ=YEARLY;BYYEARDAY=320;COUNT=3"],
        at(16),
        winter("2026-11-16", "2027-11-16", "2028-11-15"),
    ),
    (
        "two rules",
        ["RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=2", "RRULE:FREQ=WEEKLY;BYDAY=TH,FR;UNTIL=20261113T230000Z"],
        at(5),
        winter("2026-11-05", "2026-11-06", "2026-11-12", "2026-11-13"),
    ),
    (
        "a date more",
        ["RRULE:FREQ=WEEKLY;COUNT=2", "RDATE:20261110T150000Z"],
        at(5),
        ["2026-11-05 10:00-11:00 Call", "2026-11-10 15:00-16:00 Call", "2026-11-12 10:00-11:00 Call"],
    ),
    (
        "dates alone",
        ["RDATE:20261105T100000Z,20261110T150000Z,20261117T100000Z"],
        at(5),
        ["2026-11-05 10:00-11:00 Call", "2026-11-10 15:00-16:00 Call", "2026-11-17 10:00-11:00 Call"],
    ),
    (
        "dates left out",
        ["RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261106T100000Z"],
        at(5),
        winter("2026-11-05", "2026-11-07", "2026-11-08"),
    ),
    (
        "a rule of dates left out",
        ["RRULE:FREQ=DAILY;COUNT=6", "EXRULE:FREQ=DAILY;INTERVAL=2;COUNT=2"],
        at(4),
        winter("2026-11-05", "2026-11-07", "2026-11-08", "2026-11-09"),
    ),
    (
        "every third hour",
        ["RRULE:FREQ=HOURLY;INTERVAL=3;COUNT=4"],
        at(5),
        [
            "2026-11-05 10:00-11:00 Call",
            "2026-11-05 13:00-14:00 Call",
            "2026-11-05 16:00-17:00 Call",
            "2026-11-05 19:00-20:00 Call",
        ],
    ),
    (
        "twice a day",
        ["RRULE:FREQ=DAILY;BYHOUR=11,16;COUNT=4"],
        at(5),
        [
            "2026-11-05 10:00-11:00 Call",
            "2026-11-05 15:00-16:00 Call",
            "2026-11-06 10:00-11:00 Call",
            "2026-11-06 15:00-16:00 Call",
        ],
    ),
    (
        "the fifth Monday",
        ["RRULE:FREQ=MONTHLY;BYDAY=5MO;COUNT=3"],
        at(30),
        [*winter("2026-11-30"), *summer("2027-03-29", "2027-05-31")],
    ),
    (
        "the 1st and the 15th",
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=5"],
        at(15),
        winter("2026-11-15", "2026-12-01", "2026-12-15", "2027-01-01", "2027-01-15"),
    ),
    (
        "Friday the 13th",
        ["RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=2"],
        at(13),
        [*winter("2026-11-13"), *summer("2027-08-13")],
    ),
    (
        "the 31st of long months",
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4"],
        datetime(2026, 12, 31, 10, tzinfo=UTC),
        [*winter("2026-12-31", "2027-01-31"), *summer("2027-03-31", "2027-05-31")],
    ),
    (
        "the 31st of long months without end",
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=31"],
        datetime(2027, 12, 31, 10, tzinfo=UTC),
        [
            *winter("2027-12-31", "2028-01-31"),
            *summer("2028-03-31", "2028-05-31", "2028-07-31", "2028-08-31"),
            *winter("2028-10-31", "2028-12-31"),
        ],
    ),
    (
        "the 30th without February",
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=30"],
        datetime(2028, 8, 30, 9, tzinfo=UTC),
        [*summer("2028-08-30", "2028-09-30"), *winter("2028-10-30", "2028-11-30", "2028-12-30")],
    ),
    (
        "the last day but one",
        ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-2;COUNT=3"],
        at(29),
        winter("2026-11-29", "2026-12-30", "2027-01-30"),
    ),
    (
        "leap days",
        ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"],
        datetime(2028, 2, 29, 10, tzinfo=UTC),
        winter("2028-02-29"),
    ),
    (
        "two months of the year",
        ["RRULE:FREQ=YEARLY;BYMONTH=1,11;BYMONTHDAY=5"],
        at(5),
        winter("2026-11-05", "2027-01-05", "2027-11-05", "2028-01-05", "2028-11-05"),
    ),
    (
        "every other week from Sunday",
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU;COUNT=4"],
        at(8),
        winter("2026-11-08", "2026-11-09", "2026-11-22", "2026-11-23"),
    ),
    (
        "every other week from Monday",
        ["RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;COUNT=4"],
        at(8),
        winter("2026-11-08", "2026-11-16", "2026-11-22", "2026-11-30"),
    ),
    (
        "daily on working days",
        ["RRULE:FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=4"],
        at(5),
        winter("2026-11-05", "2026-11-06", "2026-11-09", "2026-11-10"),
    ),
    (
        "Thursday of week 45",
        ["RRULE:FREQ=YEARLY;BYWEEKNO=45;BYDAY=TH;COUNT=2"],
        at(5),
        winter("2026-11-05", "2027-11-11"),
    ),
    (
        "the first Monday and the third Wednesday",
        ["RRULE:FREQ=MONTHLY;BYDAY=1MO,3WE;COUNT=4"],
        datetime(2026, 12, 7, 10, tzinfo=UTC),
        winter("2026-12-07", "2026-12-16", "2027-01-04", "2027-01-20"),
    ),
    (
        "the first Thursday by its days",
        ["RRULE:FREQ=MONTHLY;BYDAY=TH;BYMONTHDAY=1,2,3,4,5,6,7;COUNT=3"],
        at(5),
        winter("2026-11-05", "2026-12-03", "2027-01-07"),
    ),
    (
        "the first Monday or Thursday",
        ["RRULE:FREQ=MONTHLY;BYDAY=MO,TH;BYSETPOS=1;COUNT=3"],
        datetime(2026, 12, 3, 10, tzinfo=UTC),
        winter("2026-12-03", "2027-01-04", "2027-02-01"),
    ),
    (
        "the 31st, or the last day before it",
        ["RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=3"],
        datetime(2026, 12, 31, 10, tzinfo=UTC),
        winter("2026-12-31", "2027-01-31", "2027-02-28"),
    ),
    (
        "until the very start of the last",
        ["RRULE:FREQ=WEEKLY;UNTIL=20261119T100000Z"],
        at(5),
        winter("2026-11-05", "2026-11-12", "2026-11-19"),
    ),
    (
        "until a second before the last",
        ["RRULE:FREQ=WEEKLY;UNTIL=20261119T095959Z"],
        at(5),
        winter("2026-11-05", "2026-11-12"),
    ),
]


@pytest.mark.parametrize(("lines", "start", "expected"), [row[1:] for row in GOOGLE], ids=[row[0] for row in GOOGLE])
def test_a_rule_of_google_is_the_same_days_in_outlook(
    tmp_path: Path, lines: list[str], start: datetime, expected: list[str]
) -> None:
    """Stories 32 and 33; where Exchange has no such pattern, by several items; the rule on Google stays as it was."""
    stage = SeriesStage(tmp_path)
    stage.web("Call", recurrence=lines, **_span(start))
    stage.settle()
    assert stage.google_agenda(*FAR) == expected
    horizon = FAR[0], date(2028, 11, 1)
    assert stage.agenda(*horizon) == [seen for seen in expected if seen < "2028-11-01"]
    assert stage.status()["parked"] == []
    assert stage.recurring("Call")["recurrence"] == lines
    # An edit of the whole reaches every one of them; the end of it leaves nothing.
    stage.edit_all("google", "Call", place="Here")
    stage.settle()
    assert stage.agenda(*horizon) == [f"{seen} @Here" for seen in expected if seen < "2028-11-01"]
    assert stage.recurring("Call")["recurrence"] == lines
    stage.stays(stage.google_agenda())
    stage.delete_all("google")
    stage.settle()
    assert stage.agenda(*FAR) == []
    stage.stays([])


@pytest.mark.parametrize(("lines", "start", "expected"), [row[1:] for row in GOOGLE], ids=[row[0] for row in GOOGLE])
def test_one_day_of_any_rule_is_edited_and_deleted_on_either_side(
    tmp_path: Path, lines: list[str], start: datetime, expected: list[str]
) -> None:
    """Story 32: whatever carries it in Outlook, it is that occurrence on Google."""
    stage = SeriesStage(tmp_path)
    stage.web("Call", recurrence=lines, **_span(start))
    stage.settle()
    seen = [line for line in expected if line < "2028-11-01"]
    _outlook_at(stage, seen[-1], location="Attic")
    stage.settle()
    seen[-1] += " @Attic"
    assert stage.agenda(FAR[0], date(2028, 11, 1)) == seen
    if len(seen) > 1:
        stage.calendar.cancel_instance(stage.recurring("Call")["id"], _start(seen[0]))
        stage.settle()
        assert stage.agenda(FAR[0], date(2028, 11, 1)) == seen[1:]
        _delete_at(stage, seen[-1])
        stage.settle()
        assert stage.agenda(FAR[0], date(2028, 11, 1)) == seen[1:-1]
    stage.stays(stage.google_agenda())


def test_a_series_that_is_many_items_in_outlook_is_one_deletion_to_the_breaker(tmp_path: Path) -> None:
    """The unit is the event: its owner deletes one, and nobody has to approve it."""
    stage = SeriesStage(tmp_path)
    stage.web("Call", recurrence=["RRULE:FREQ=MONTHLY;BYMONTHDAY=31"], **_span(datetime(2026, 12, 31, 10, tzinfo=UTC)))
    for day in (5, 6, 7, 8):
        stage.web("Lunch", day)
    stage.settle()
    stage.delete_all("google")
    assert stage.run().outcome == "ok"
    stage.silent()
    assert stage.agenda() == [f"2026-11-0{day} 10:00-11:00 Lunch" for day in (5, 6, 7, 8)]


def _span(start: datetime) -> Json:
    return {
        "start": {"dateTime": start.isoformat(), "timeZone": "Europe/Berlin"},
        "end": {"dateTime": start.replace(hour=start.hour + 1).isoformat(), "timeZone": "Europe/Berlin"},
    }


def _start(seen: str) -> datetime:
    return datetime.fromisoformat(seen[:16]).replace(tzinfo=UTC)


def _at(stage: SeriesStage, seen: str) -> Any:
    """What ana sees in Outlook at the time that begins a line of an agenda."""
    start = _start(seen)
    (found,) = (each for each in stage.ana.agenda(start, start.replace(hour=start.hour + 1)) if each.start == start)
    return found


def _outlook_at(stage: SeriesStage, seen: str, **fields: Any) -> None:
    stage.ana.update(_at(stage, seen).item_id, **fields)


def _delete_at(stage: SeriesStage, seen: str) -> None:
    found = _at(stage, seen)
    item = stage.ana.item(found.item_id)
    try:
        stage.ana.delete(item.id)
    except EwsError:  # The last of its series: Outlook lets it go with the series only.
        stage.ana.delete(item.master_id)
