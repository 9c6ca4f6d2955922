"""What a person has of an event, read as what it names: ids, links of Google Calendar, ids of occurrences, starts."""

import base64
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from calpair.care import sought
from calpair.errors import UsageError

TEN = datetime(2026, 11, 5, 10)  # noqa: DTZ001 - as the event's own clock shows it


def eid(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "link",
    [
        f"https://www.google.com/calendar/event?eid={eid('7nis_20270112T090000Z ana@g.test')}",
        f"https://calendar.google.com/calendar/event?ctz=UTC&eid={eid('7nis_20270112T090000Z ana@g.test')}",
        f"https://calendar.google.com/calendar/u/0/r/eventedit/{eid('7nis_20270112T090000Z ana@g.test')}?pli=1",
        f"  https://calendar.google.com/calendar/event?eid={eid('7nis_20270112T090000Z')} ",
    ],
)
def test_a_link_of_google_calendar_names_the_event_in_its_eid(link: str) -> None:
    assert sought.names(link) == (link.strip(), "7nis_20270112T090000Z")


@pytest.mark.parametrize(
    "text",
    [
        "7nis",
        f"eid={eid('7nis ana')}",
        "https://calendar.google.com/event?eid=%00",
        "https://calendar.google.com/event?eid=%FF%FE",
        "https://calendar.google.com/event?eid=_w",
        "https://[calendar",
        f"https://calendar.google.com/event?eid={'a' * 3000}",
    ],
)
def test_anything_else_names_itself_alone(text: str) -> None:
    assert sought.names(text) == (text,)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("7nis_20270112T090000Z", ("7nis", datetime(2027, 1, 12, 9, tzinfo=UTC))),
        ("7nis_20270112", ("7nis", date(2027, 1, 12))),
        ("7nis_R20270105T090000_20270112T090000Z", ("7nis_R20270105T090000", datetime(2027, 1, 12, 9, tzinfo=UTC))),
        ("7nis_R20270105T090000", None),
        ("7nis_20270230", None),
        ("7nis_20270112T250000Z", None),
        ("20270112T090000Z", None),
        ("7nis", None),
    ],
)
def test_the_classic_id_of_an_occurrence_names_its_series_and_its_start(name: str, read: object) -> None:
    assert sought.occurrence(name) == read


@pytest.mark.parametrize(
    ("name", "so"),
    [
        ("7nis_20270112T090000Z", True),
        ("abcdefghij0123456789", True),
        ("nothing", False),
        ("AAMkAGI1+/=aaaaaaaaaaaaaaaaaaaaaaaaa", False),
        ("a/../b_c", False),
        ("a_" * 600, False),
    ],
)
def test_google_is_asked_only_of_what_may_be_an_id_it_made(name: str, so: bool) -> None:
    assert sought.may_be_google_s(name) is so


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-11-05", date(2026, 11, 5)),
        ("2026-11-5", date(2026, 11, 5)),
        ("2026-11-05T10:00", TEN),
        ("2026-11-05 10:00", TEN),
        ("2026-11-5T10:00:00", TEN),
        (" 2026-11-05T10:00 ", TEN),
        ("2026-11-05T10:00Z", TEN.replace(tzinfo=UTC)),
        ("2026-11-05 10:00 UTC", TEN.replace(tzinfo=UTC)),
        ("2026-11-05T10:00+01:00", TEN.replace(tzinfo=timezone(timedelta(hours=1)))),
        ("2026-11-05T10:00-0530", TEN.replace(tzinfo=timezone(-timedelta(hours=5, minutes=30)))),
        # As calpair itself tells a start.
        ("2026-11-05 10:00 Europe/Berlin", TEN.replace(tzinfo=ZoneInfo("Europe/Berlin"))),
        ("2028-02-29", date(2028, 2, 29)),
        ("2026-11-05-abc@g.test", None),
        ("7nis", None),
        ("", None),
    ],
)
def test_a_start_is_a_day_or_a_time_of_the_events_clock_or_an_instant(text: str, read: date | None) -> None:
    found = sought.start(text)
    assert found == read
    assert type(found) is type(read)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("2027-02-30", "there is no 30 February; the last day is the 28"),
        ("2027-02-29", "there is no 29 February in 2027; the last day is the 28"),
        ("2027-04-31T09:00", "there is no 31 April; the last day is the 30"),
        ("2027-12-32", "there is no 32 December; the last day is the 31"),
        ("2027-01-00", "there is no 0 January; the last day is the 31"),
        ("2027-13-01", "there is no month 13; the months are 1 to 12"),
        ("0000-01-01", "there is no year 0"),
        ("2027-01-05T24:00", "there is no hour 24 (`2027-01-05T24:00`); the last one is 23"),
        ("2027-01-05T23:60", "there is no minute 60 (`2027-01-05T23:60`); the last one is 59"),
        ("2027-01-05T23:59:60", "there is no second 60 (`2027-01-05T23:59:60`); the last one is 59"),
        ("2027-01-05T10:00 Mars/Olympus", "there is no time zone `Mars/Olympus`"),
        ("2027-01-05T10:00+25:00", "there is no time zone `+25:00`"),
        ("2027-01-05T10", "`2027-01-05T10` cannot be read as a start; write it as in 2026-11-05 or 2026-11-05T10:00"),
    ],
)
def test_what_no_calendar_has_is_told_as_such(text: str, complaint: str) -> None:
    with pytest.raises(UsageError) as told:
        sought.start(text)
    assert str(told.value).startswith(complaint)
