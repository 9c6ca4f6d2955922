"""Stories 42 to 45 of the trackers: hours, days and zones arrive as they were meant."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios.agenda import ZONES
from scenarios.stage import Stage, at, days, span
from simulators.exchange.switches import Switches
from simulators.google.switches import Switches as GoogleSwitches

OFFSETS = [GoogleSwitches(), GoogleSwitches(date_time_offset="utc")]


# --- 42: UTC stays UTC, and zones nobody knows do no harm


@pytest.mark.parametrize("zone", ["UTC", "tzone://Microsoft/Utc"])
def test_an_appointment_planned_in_utc_stays_in_utc(tmp_path: Path, zone: str) -> None:
    """Story 42."""
    stage = Stage(tmp_path)
    stage.outlook("Call", start_zone=zone)
    stage.settle()
    event = stage.event("Call")
    assert event["start"]["timeZone"] in ("UTC", "Etc/UTC")
    assert datetime.fromisoformat(event["start"]["dateTime"]) == at(5, 10)
    stage.calendar.update(event["id"], location="Online")
    stage.settle()
    assert stage.item("Call").start_zone == zone


def test_an_event_planned_in_utc_stays_in_utc(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.web("Call", **span(at(5, 10), at(5, 11), "UTC"))
    stage.settle()
    assert stage.item("Call").start_zone == "UTC"
    assert stage.item("Call").start == at(5, 10)


@pytest.mark.parametrize("zone", ["Customized Time Zone", "tzone://Microsoft/Custom", "", "(UTC+01:00) Amsterdam"])
def test_a_zone_nobody_knows_keeps_the_instants_and_is_never_written_back(tmp_path: Path, zone: str) -> None:
    """Stories 39 and 42."""
    stage = Stage(tmp_path)
    stage.outlook("Call", start_zone=zone, end_zone=zone)
    stage.settle()
    assert datetime.fromisoformat(stage.event("Call")["start"]["dateTime"]) == at(5, 10)
    stage.calendar.update(stage.event("Call")["id"], summary="Call, again")
    stage.settle()
    item = stage.item("Call, again")
    assert (item.start, item.end, item.start_zone, item.end_zone) == (at(5, 10), at(5, 11), zone, zone)


# --- 43: whole days


@pytest.mark.parametrize("zone", sorted(ZONES))
def test_a_whole_day_of_outlook_is_the_same_day_on_google(tmp_path: Path, zone: str) -> None:
    """Story 43: stored at local midnights, anywhere between Auckland and Honolulu; also where summer time ends."""
    stage = Stage(tmp_path)
    rules = ZoneInfo(ZONES[zone])
    for title, first, last in (("One day", 5, 6), ("Three days", 9, 12)):
        start, end = (datetime(2026, 11, day, tzinfo=rules) for day in (first, last))
        stage.ana.create(subject=title, start=start, end=end, start_zone=zone, all_day=True)
    stage.settle()
    assert [(event["summary"], event["start"], event["end"]) for event in stage.calendar.events()] == [
        ("One day", {"date": "2026-11-05"}, {"date": "2026-11-06"}),
        ("Three days", {"date": "2026-11-09"}, {"date": "2026-11-12"}),
    ]
    before = stage.item("One day")
    stage.calendar.update(stage.event("One day")["id"], location="Home")
    stage.settle()
    after = stage.item("One day")
    assert (after.start, after.end, after.start_zone, after.all_day) == (before.start, before.end, zone, True)


@pytest.mark.parametrize(
    "zone", ["Pacific/Auckland", "Asia/Tokyo", "Europe/Berlin", "UTC", "America/New_York", "Pacific/Honolulu"]
)
def test_a_whole_day_of_google_is_the_same_day_in_outlook(tmp_path: Path, zone: str) -> None:
    """Story 43, the other way: at the midnights of the calendar's own zone."""
    stage = Stage(tmp_path)
    stage.calendar.set_zone(zone)
    stage.web("One day", **days("2026-11-05", "2026-11-06"))
    stage.web("Into summer time", **days("2027-03-26", "2027-03-30"))
    stage.settle()
    item = stage.item("One day")
    assert item.all_day
    assert item.start == datetime(2026, 11, 5, tzinfo=ZoneInfo(zone))
    assert item.end == datetime(2026, 11, 6, tzinfo=ZoneInfo(zone))
    assert [(row.title, row.start, row.end) for row in stage.both()] == [
        ("Into summer time", "2027-03-26", "2027-03-30"),
        ("One day", "2026-11-05", "2026-11-06"),
    ]
    # Moved by a day in Outlook, at Outlook's own midnights.
    stage.ana.update(item.id, start=item.start + timedelta(days=1), end=item.end + timedelta(days=1))
    stage.settle()
    assert stage.event("One day")["start"] == {"date": "2026-11-06"}


def test_a_whole_day_whose_zone_nobody_knows_is_read_in_the_calendars_own(tmp_path: Path) -> None:
    stage = Stage(tmp_path, exchange={"switches": Switches(zone_definitions=False)})
    stage.calendar.set_zone("Asia/Tokyo")
    midnight = datetime(2026, 11, 5, tzinfo=ZoneInfo("Asia/Tokyo"))
    stage.ana.create(
        subject="Day off",
        start=midnight,
        end=midnight + timedelta(days=1),
        start_zone="Customized Time Zone",
        all_day=True,
    )
    stage.settle()
    assert stage.event("Day off")["start"] == {"date": "2026-11-05"}
    assert stage.event("Day off")["end"] == {"date": "2026-11-06"}


# --- 44: from hours to whole days and back


@pytest.mark.parametrize("by", ["exchange", "google"])
@pytest.mark.parametrize("home", ["exchange", "google"])
def test_an_event_becomes_a_whole_day_and_hours_again(tmp_path: Path, home: str, by: str) -> None:
    """Story 44."""
    stage = Stage(tmp_path)
    if home == "exchange":
        stage.outlook("Workshop")
    else:
        stage.web("Workshop")
    stage.settle()
    for _ in range(2):
        _whole_day(stage, by)
        stage.settle()
        assert [(row.start, row.end) for row in stage.both()] == [("2026-11-09", "2026-11-11")]
        assert stage.event("Workshop")["start"] == {"date": "2026-11-09"}
        assert stage.item("Workshop").all_day
        _hours(stage, by)
        stage.settle()
        assert [(row.start, row.end) for row in stage.both()] == [
            ("2026-11-05T13:00:00+00:00", "2026-11-05T15:00:00+00:00")
        ]
        assert not stage.item("Workshop").all_day


def _whole_day(stage: Stage, by: str) -> None:
    if by == "exchange":
        midnight = datetime(2026, 11, 9, tzinfo=ZoneInfo("Europe/Berlin"))
        stage.ana.update(stage.item("Workshop").id, start=midnight, end=midnight + timedelta(days=2), all_day=True)
    else:
        whole = {
            name: {**day, "dateTime": None, "timeZone": None} for name, day in days("2026-11-09", "2026-11-11").items()
        }
        stage.calendar.update(stage.event("Workshop")["id"], **whole)


def _hours(stage: Stage, by: str) -> None:
    if by == "exchange":
        stage.ana.update(stage.item("Workshop").id, start=at(5, 13), end=at(5, 15), all_day=False)
    else:
        hours = {name: {**moment, "date": None} for name, moment in span(at(5, 13), at(5, 15)).items()}
        stage.calendar.update(stage.event("Workshop")["id"], **hours)


def test_one_side_makes_it_a_whole_day_while_the_other_renames_it(tmp_path: Path) -> None:
    """Story 44: both edits arrive."""
    stage = Stage(tmp_path)
    stage.outlook("Workshop")
    stage.settle()
    _whole_day(stage, "google")
    stage.ana.update(stage.item("Workshop").id, subject="Workshop II")
    stage.settle()
    assert [(row.title, row.start) for row in stage.both()] == [("Workshop II", "2026-11-09")]


# --- 45: the same instant in other words


@pytest.mark.parametrize("switches", OFFSETS)
def test_the_same_instant_in_other_words_is_no_change(tmp_path: Path, switches: GoogleSwitches) -> None:
    """Story 45."""
    stage = Stage(tmp_path, google={"switches": switches})
    stage.outlook("From Exchange")
    stage.web("From Google", hour=14)
    stage.settle()
    seen = stage.both()
    with stage.unchanged():
        for title, hour in (("From Exchange", 10), ("From Google", 14)):
            for offset in (0, 1, -8, 5.5):
                east = timedelta(hours=offset)
                start = at(5, hour).astimezone(ZoneInfo("UTC")) + east
                sign, rest = ("-" if offset < 0 else "+"), abs(east)
                minutes = int(rest.total_seconds()) // 60
                told = f"{start:%Y-%m-%dT%H:%M:%S}{sign}{minutes // 60:02}:{minutes % 60:02}"
                stage.calendar.update(
                    stage.event(title)["id"],
                    start={"dateTime": told, "timeZone": "Europe/Berlin"},
                    colorId=str(hour % 7 + 1),
                )
                stage.run()
        stage.silent()
    assert stage.both() == seen


@pytest.mark.parametrize("switches", OFFSETS)
def test_a_calendar_that_moves_to_another_zone_changes_no_event(tmp_path: Path, switches: GoogleSwitches) -> None:
    """Story 45: every answer is written with another offset then."""
    stage = Stage(tmp_path, google={"switches": switches})
    stage.outlook("From Exchange")
    stage.web("From Google", hour=14)
    stage.web("Whole day", **days("2026-11-05", "2026-11-06"))
    stage.settle()
    seen = stage.both()
    stage.calendar.set_zone("America/New_York")
    with stage.unchanged():
        stage.run()
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.silent()
    assert stage.both() == seen


@pytest.mark.parametrize("switches", [GoogleSwitches(), GoogleSwitches(zone_alias="canonical")])
@pytest.mark.parametrize("zone", ["Asia/Calcutta", "Asia/Kolkata", "US/Eastern", "Europe/Kiev", "Europe/Kyiv"])
def test_a_zone_by_its_old_name_is_the_same_zone(tmp_path: Path, zone: str, switches: GoogleSwitches) -> None:
    """Story 45: links of the zone database, answered as sent or by their present name."""
    stage = Stage(tmp_path, google={"switches": switches})
    stage.web("Call", **span(at(5, 10), at(5, 11), zone))
    stage.settle()
    assert stage.item("Call").start == at(5, 10)
    stage.ana.update(stage.item("Call").id, location="Online")
    stage.settle()
    event = stage.event("Call")
    assert datetime.fromisoformat(event["start"]["dateTime"]) == at(5, 10)
    with stage.unchanged():
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
    stage.silent()


def test_an_appointment_of_far_zones_keeps_its_instants_across_summer_time(tmp_path: Path) -> None:
    """Story 45's ground: the same wall clock on either side of a change of the clocks."""
    stage = Stage(tmp_path)
    moments = [
        datetime(2026, month, day, 9, 30, tzinfo=ZoneInfo(ZONES[zone]))
        for zone in sorted(ZONES)
        for month, day in ((11, 1), (11, 2), (12, 24))
    ]
    zones = [zone for zone in sorted(ZONES) for _ in range(3)]
    for number, (start, zone) in enumerate(zip(moments, zones, strict=True)):
        stage.outlook(f"{number:02}", start=start, start_zone=zone)
    stage.settle()
    assert [row.start for row in stage.both()] == [start.astimezone(UTC).isoformat() for start in moments]


def test_an_appointment_of_no_length_lasts_a_minute_on_google_and_stays_as_it_is(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Mark", end=at(5, 10))
    stage.settle()
    stage.calendar.update(stage.event("Mark")["id"], location="Here")
    stage.settle()
    item = stage.item("Mark")
    assert (item.start, item.end, item.location) == (at(5, 10), at(5, 10), "Here")
