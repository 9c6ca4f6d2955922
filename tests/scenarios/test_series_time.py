"""Stories 37 to 43, of series: clocks that change, organisers far away, zones nobody named, and days that stay days."""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios.series_stage import SIDES, Pattern, Rule, SeriesStage, daily, google, weekly
from scenarios.stage import BERLIN
from simulators.exchange.pattern import WEEK
from simulators.exchange.zones import ODD, spell

EASTERN, TOKYO = "Eastern Standard Time", "Tokyo Standard Time"
LORD_HOWE, HAWAII, NEW_ZEALAND = "Lord Howe Standard Time", "Hawaiian Standard Time", "New Zealand Standard Time"
NAMES = {
    BERLIN: "Europe/Berlin",
    EASTERN: "America/New_York",
    TOKYO: "Asia/Tokyo",
    LORD_HOWE: "Australia/Lord_Howe",
    HAWAII: "Pacific/Honolulu",
    NEW_ZEALAND: "Pacific/Auckland",
}


def _series(stage: SeriesStage, home: str, zone: str, day: date, at: time, rule: str, pattern: Pattern) -> None:
    if home == "exchange":
        stage.ana.create_series(pattern, at, zone=zone, subject="Call")
        return
    start = datetime.combine(day, at, ZoneInfo(NAMES[zone]))
    stage.calendar.create(
        summary="Call",
        recurrence=[rule],
        start={"dateTime": start.isoformat(), "timeZone": NAMES[zone]},
        end={"dateTime": (start + timedelta(hours=1)).isoformat(), "timeZone": NAMES[zone]},
    )


SUMMERS = [
    # zone, first day, clock, a span, and what is shown in it: both changes of the clocks of 2027, and of 2028.
    (
        BERLIN,
        date(2026, 11, 5),
        time(9),
        [
            (date(2027, 3, 24), date(2027, 4, 2), ["2027-03-25 08:00-09:00 Call", "2027-04-01 07:00-08:00 Call"]),
            (date(2027, 10, 27), date(2027, 11, 5), ["2027-10-28 07:00-08:00 Call", "2027-11-04 08:00-09:00 Call"]),
            (date(2028, 3, 22), date(2028, 3, 31), ["2028-03-23 08:00-09:00 Call", "2028-03-30 07:00-08:00 Call"]),
            (date(2028, 10, 25), date(2028, 11, 3), ["2028-10-26 07:00-08:00 Call", "2028-11-02 08:00-09:00 Call"]),
        ],
    ),
    (
        EASTERN,
        date(2026, 11, 5),
        time(9),
        [
            (date(2027, 3, 10), date(2027, 3, 19), ["2027-03-11 14:00-15:00 Call", "2027-03-18 13:00-14:00 Call"]),
            (date(2027, 11, 3), date(2027, 11, 12), ["2027-11-04 13:00-14:00 Call", "2027-11-11 14:00-15:00 Call"]),
        ],
    ),
    (
        TOKYO,
        date(2026, 11, 5),
        time(8),
        [
            (
                date(2027, 6, 1),
                date(2027, 6, 11),
                ["2027-06-02 23:00-06-03 00:00 Call", "2027-06-09 23:00-06-10 00:00 Call"],
            )
        ],
    ),
    (
        LORD_HOWE,
        date(2026, 11, 5),
        time(9),
        # Eleven hours ahead in summer, ten and a half in winter; back on 4 April 2027, on again on 3 October.
        [
            (date(2027, 3, 30), date(2027, 4, 9), ["2027-03-31 22:00-23:00 Call", "2027-04-07 22:30-23:30 Call"]),
            (date(2027, 9, 28), date(2027, 10, 8), ["2027-09-29 22:30-23:30 Call", "2027-10-06 22:00-23:00 Call"]),
        ],
    ),
    (
        HAWAII,
        date(2026, 11, 5),
        time(18),
        [(date(2027, 6, 3), date(2027, 6, 12), ["2027-06-04 04:00-05:00 Call", "2027-06-11 04:00-05:00 Call"])],
    ),
    (
        NEW_ZEALAND,
        date(2026, 11, 5),
        time(9),
        # Thirteen hours ahead in summer, twelve in winter; back on 4 April 2027, on again on 26 September.
        [
            (date(2027, 3, 30), date(2027, 4, 9), ["2027-03-31 20:00-21:00 Call", "2027-04-07 21:00-22:00 Call"]),
            (date(2027, 9, 21), date(2027, 10, 1), ["2027-09-22 21:00-22:00 Call", "2027-09-29 20:00-21:00 Call"]),
        ],
    ),
]


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("reader", ["Europe/Berlin", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize(("zone", "first", "at", "spans"), SUMMERS, ids=[row[0] for row in SUMMERS])
def test_a_series_keeps_the_clock_of_its_own_zone_whoever_reads_it(
    tmp_path: Path,
    home: str,
    reader: str,
    zone: str,
    first: date,
    at: time,
    spans: list[tuple[date, date, list[str]]],
) -> None:
    """Stories 37 and 38: on both sides of every change of the clocks, and on the right weekday."""
    stage = SeriesStage(tmp_path)
    stage.calendar.set_zone(reader)
    _series(stage, home, zone, first, at, "RRULE:FREQ=WEEKLY;BYDAY=TH", Pattern("Weekly", first, days=("Thursday",)))
    stage.settle()
    for begin, end, expected in spans:
        assert stage.agenda(begin, end) == expected


@pytest.mark.parametrize("home", SIDES)
def test_monday_in_tokyo_is_monday_in_tokyo(tmp_path: Path, home: str) -> None:
    """Story 38: Sunday for a reader in Rome and for UTC."""
    stage = SeriesStage(tmp_path)
    stage.calendar.set_zone("Europe/Rome")
    first = date(2026, 11, 9)
    rule, pattern = "RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=3", Pattern("Weekly", first, days=("Monday",), number=3)
    _series(stage, home, TOKYO, first, time(8), rule, pattern)
    stage.settle()
    assert stage.agenda() == [
        "2026-11-08 23:00-11-09 00:00 Call",
        "2026-11-15 23:00-11-16 00:00 Call",
        "2026-11-22 23:00-11-23 00:00 Call",
    ]
    assert stage.item("Call").start_zone == TOKYO
    assert stage.recurring("Call")["start"]["timeZone"] == "Asia/Tokyo"
    # The second is moved on Google, by an hour, and the third deleted.
    stage.calendar.move_instance(
        stage.recurring("Call")["id"],
        "2026-11-16T08:00:00+09:00",
        start="2026-11-16T09:00:00+09:00",
        end="2026-11-16T10:00:00+09:00",
    )
    stage.calendar.cancel_instance(stage.recurring("Call")["id"], "2026-11-23T08:00:00+09:00")
    stage.settle()
    assert stage.agenda() == ["2026-11-08 23:00-11-09 00:00 Call", "2026-11-16 00:00-01:00 Call"]


@pytest.mark.parametrize("home", SIDES)
def test_the_last_of_the_month_in_tokyo_is_of_tokyos_month(tmp_path: Path, home: str) -> None:
    stage = SeriesStage(tmp_path)
    first = date(2026, 12, 1)
    pattern = Pattern("AbsoluteMonthly", first, day=1, number=3)
    _series(stage, home, TOKYO, first, time(8), "RRULE:FREQ=MONTHLY;BYMONTHDAY=1;COUNT=3", pattern)
    stage.settle()
    assert stage.agenda() == [
        "2026-11-30 23:00-12-01 00:00 Call",
        "2026-12-31 23:00-01-01 00:00 Call",
        "2027-01-31 23:00-02-01 00:00 Call",
    ]


@pytest.mark.parametrize("zone", [HAWAII, EASTERN, BERLIN, TOKYO, LORD_HOWE, NEW_ZEALAND])
@pytest.mark.parametrize("at", [time(1), time(23)])
@pytest.mark.parametrize("home", SIDES)
def test_a_range_ends_on_the_last_day_of_its_own_zone(tmp_path: Path, home: str, at: time, zone: str) -> None:
    """Story 33: early and late in the day, where UTC has another date."""
    stage = SeriesStage(tmp_path)
    first = date(2026, 11, 5)
    last = datetime(2026, 11, 9, at.hour, tzinfo=ZoneInfo(NAMES[zone])).astimezone(UTC)
    _series(
        stage,
        home,
        zone,
        first,
        at,
        f"RRULE:FREQ=DAILY;UNTIL={last:%Y%m%dT%H%M%SZ}",
        Pattern("Daily", first, until=date(2026, 11, 9)),
    )
    stage.settle()
    seen = stage.agenda()
    assert len(seen) == 5
    assert seen[-1].startswith(f"{last:%Y-%m-%d %H:%M}")
    stage.edit_all("google" if home == "exchange" else "exchange", "Call", place="Here")
    stage.settle()
    assert stage.agenda() == [f"{line} @Here" for line in seen]


@pytest.mark.parametrize("home", SIDES)
def test_a_range_of_whole_days_has_its_last_day(tmp_path: Path, home: str) -> None:
    """Story 33: the last of whole days was lost."""
    stage = SeriesStage(tmp_path)
    rule = Rule(Pattern("Daily", date(2026, 11, 5), until=date(2026, 11, 7)), ("RRULE:FREQ=DAILY;UNTIL=20261107",))
    stage.whole_days(home, rule)
    stage.settle()
    assert stage.agenda() == ["2026-11-05 Fair", "2026-11-06 Fair", "2026-11-07 Fair"]


@pytest.mark.parametrize("zone", [HAWAII, EASTERN, BERLIN, TOKYO, LORD_HOWE, NEW_ZEALAND])
@pytest.mark.parametrize("reader", ["Pacific/Honolulu", "Europe/Berlin", "Pacific/Auckland"])
def test_whole_days_of_outlook_are_the_days_of_their_own_zone(tmp_path: Path, zone: str, reader: str) -> None:
    """Story 43, of a series across a change of the clocks."""
    stage = SeriesStage(tmp_path)
    stage.calendar.set_zone(reader)
    pattern = Pattern("Weekly", date(2027, 3, 27), days=("Saturday", "Sunday"), first_day="Monday", number=4)
    stage.ana.create_series(pattern, zone=zone, subject="Fair", all_day=True)
    stage.settle()
    expected = ["2027-03-27 Fair", "2027-03-28 Fair", "2027-04-03 Fair", "2027-04-04 Fair"]
    assert stage.agenda(date(2027, 3, 1), date(2027, 5, 1)) == expected
    stage.calendar.cancel_instance(stage.recurring("Fair")["id"], "2027-03-28")
    stage.calendar.move_instance(stage.recurring("Fair")["id"], "2027-04-04", start="2027-04-05", end="2027-04-06")
    stage.settle()
    expected = ["2027-03-27 Fair", "2027-04-03 Fair", "2027-04-05 Fair"]
    assert stage.agenda(date(2027, 3, 1), date(2027, 5, 1)) == expected
    assert stage.item("Fair").start_zone == zone


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Tokyo", "Europe/Berlin", "UTC", "Pacific/Honolulu"])
def test_whole_days_of_google_are_the_same_days_in_outlook(tmp_path: Path, zone: str) -> None:
    """Story 43."""
    stage = SeriesStage(tmp_path)
    stage.calendar.set_zone(zone)
    stage.whole_days("google", daily(3, date(2027, 3, 27)))
    stage.whole_days("google", weekly(None, date(2026, 11, 5)), "Free day")
    stage.settle()
    assert stage.agenda(date(2027, 3, 20), date(2027, 4, 3)) == [
        "2027-03-25 Free day",
        "2027-03-27 Fair",
        "2027-03-28 Fair",
        "2027-03-29 Fair",
        "2027-04-01 Free day",
    ]


@pytest.mark.parametrize(
    ("there", "name"),
    [
        (ODD["custom"], "Europe/Berlin"),
        (ODD["customized"], "Europe/Berlin"),
        (ODD["localised"], "Europe/Berlin"),
        (ODD["localised_name"], "Europe/Berlin"),
        (ODD["display_name"], "Europe/Berlin"),
        (ODD["newline"], "Europe/Berlin"),
        (ODD["numbered"], "America/New_York"),
        (ODD["no_id"], "America/Los_Angeles"),
        (ODD["utc"], "UTC"),
        (spell("GMT-5", like="SA Pacific Standard Time"), "Etc/GMT+5"),
        (spell("tzone://Microsoft/Custom", like=LORD_HOWE), "Australia/Lord_Howe"),
    ],
)
def test_a_series_in_a_zone_by_another_name_keeps_its_clock_and_its_name(tmp_path: Path, there: str, name: str) -> None:
    """Stories 39, 40 and 42: edits on Google never write the zone over."""
    stage = SeriesStage(tmp_path)
    stage.calendar.set_zone("Asia/Tokyo")
    stage.ana.create_series(
        Pattern("Weekly", date(2026, 11, 5), days=("Thursday",)), time(9), zone=there, subject="Call"
    )
    stage.settle()
    assert stage.recurring("Call")["start"]["timeZone"] == name
    assert stage.status()["losses"] == {}
    for begin in (date(2027, 3, 1), date(2027, 10, 1)):
        # The agendas agree; and the clock is nine o'clock in that zone, week after week.
        seen = stage.agenda(begin, begin + timedelta(days=60))
        starts = [datetime.fromisoformat(line[:16]).replace(tzinfo=UTC).astimezone(ZoneInfo(name)) for line in seen]
        assert {start.time() for start in starts} == {time(9)}
        assert {start.weekday() for start in starts} == {WEEK.index("Thursday")}
    stage.edit_all("google", "Call", place="Here")
    original = datetime(2026, 11, 12, 9, tzinfo=ZoneInfo(name))
    stage.calendar.move_instance(
        stage.recurring("Call")["id"],
        original,
        start=original + timedelta(hours=2),
        end=original + timedelta(hours=3),
    )
    stage.settle()
    assert stage.item("Call").start_zone == there
    moved = (original + timedelta(hours=2)).astimezone(UTC)
    assert any(line.startswith(f"{moved:%Y-%m-%d %H:%M}") for line in stage.agenda())


def test_a_series_in_utc_stays_in_utc(tmp_path: Path) -> None:
    """Story 42: no summer for it."""
    stage = SeriesStage(tmp_path)
    stage.ana.create_series(
        Pattern("Weekly", date(2027, 3, 25), days=("Thursday",), number=2), time(9), zone=ODD["utc"], subject="Call"
    )
    stage.settle()
    span = date(2027, 3, 1), date(2027, 5, 1)
    assert stage.agenda(*span) == ["2027-03-25 09:00-10:00 Call", "2027-04-01 09:00-10:00 Call"]


@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Europe/Kiev", "Europe/Kyiv", "US/Eastern"])
@pytest.mark.parametrize("alias", ["echo", "canonical"])
def test_a_series_of_google_keeps_the_name_of_its_zone(tmp_path: Path, zone: str, alias: str) -> None:
    """Stories 40 and 41."""
    stage = SeriesStage(tmp_path, google=google(zone_alias=alias))
    start = datetime(2026, 11, 5, 9, tzinfo=ZoneInfo(zone))
    stage.calendar.create(
        summary="Call",
        recurrence=["RRULE:FREQ=WEEKLY"],
        start={"dateTime": start.isoformat(), "timeZone": zone},
        end={"dateTime": (start + timedelta(hours=1)).isoformat(), "timeZone": zone},
    )
    stage.settle()
    told = stage.recurring("Call")["start"]["timeZone"]
    stage.edit_all("exchange", "Call", place="Here")
    stage.settle()
    assert stage.recurring("Call")["start"]["timeZone"] == told
    stage.agenda(date(2027, 3, 1), date(2027, 12, 1))


@pytest.mark.parametrize("home", SIDES)
def test_a_clock_that_never_comes_shifts_one_occurrence_alike_or_is_told(tmp_path: Path, home: str) -> None:
    """Half past two on 28 March 2027 in Berlin: all other days are the same on both sides."""
    stage = SeriesStage(tmp_path)
    first = date(2027, 3, 26)
    rule, pattern = "RRULE:FREQ=DAILY;COUNT=5", Pattern("Daily", first, number=5)
    _series(stage, home, BERLIN, first, time(2, 30), rule, pattern)
    stage.settle()
    span = date(2027, 3, 1), date(2027, 5, 1)
    google_seen = [line for line in stage.google_agenda(*span) if not line.startswith("2027-03-28")]
    exchange_seen = [line for line in stage.exchange_agenda(*span) if not line.startswith("2027-03-28")]
    assert google_seen == exchange_seen
    assert google_seen == [
        "2027-03-26 01:30-02:30 Call",
        "2027-03-27 01:30-02:30 Call",
        "2027-03-29 00:30-01:30 Call",
        "2027-03-30 00:30-01:30 Call",
    ]
    assert len(stage.google_agenda(*span)) == len(stage.exchange_agenda(*span)) == 5


def test_a_series_that_ends_in_another_zone_is_carried_by_its_start(tmp_path: Path) -> None:
    """Facts 4.1: Google has one zone for a series."""
    stage = SeriesStage(tmp_path)
    series = stage.ana.create_series(
        Pattern("Daily", date(2026, 11, 5), number=2), time(9), zone=BERLIN, subject="Call"
    )
    stage.ana.update(series, end_zone=TOKYO)
    stage.settle()
    assert stage.agenda() == ["2026-11-05 08:00-09:00 Call", "2026-11-06 08:00-09:00 Call"]
    event = stage.recurring("Call")
    assert event["start"]["timeZone"] == event["end"]["timeZone"] == "Europe/Berlin"
