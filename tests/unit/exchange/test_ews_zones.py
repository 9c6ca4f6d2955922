"""Zone names both ways, and whole days in whatever zone they were made in."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from exchangelib.winzone import MS_TIMEZONE_TO_IANA_MAP
from hypothesis import given
from hypothesis import strategies as st
from tzlocal.windows_tz import win_tz

from calpair.exchange import zones
from calpair.exchange.days import days, midnight
from calpair.model.when import AllDay

PLACES = (
    "Pacific/Honolulu",
    "America/Los_Angeles",
    "America/Santiago",
    "America/Havana",
    "America/St_Johns",
    "America/Sao_Paulo",
    "UTC",
    "Europe/Berlin",
    "Asia/Beirut",
    "Africa/Cairo",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Pacific/Auckland",
    "Pacific/Apia",
    "Pacific/Kiritimati",
)


@pytest.mark.parametrize(
    ("windows_id", "name"),
    [
        ("UTC", "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("w. europe standard time", "Europe/Berlin"),
        ("India Standard Time", "Asia/Kolkata"),
        ("FLE Standard Time", "Europe/Kyiv"),
        # Newer than exchangelib's table.
        ("Alberta Standard Time", "America/Edmonton"),
        ("tzone://Microsoft/Custom", ""),
        ("Customized Time Zone", ""),
        ("", ""),
    ],
)
def test_a_windows_id_has_one_iana_name(windows_id: str, name: str) -> None:
    assert zones.iana(windows_id) == name


@pytest.mark.parametrize(
    ("name", "windows_id"),
    [
        ("UTC", "UTC"),
        ("Etc/UTC", "UTC"),
        ("Europe/Amsterdam", "W. Europe Standard Time"),
        ("Asia/Calcutta", "India Standard Time"),
        ("Asia/Kolkata", "India Standard Time"),
        ("Europe/Kiev", "FLE Standard Time"),
        ("US/Pacific", "Pacific Standard Time"),
        ("Nowhere/Land", ""),
        ("", ""),
    ],
)
def test_an_iana_name_has_one_windows_id(name: str, windows_id: str) -> None:
    assert zones.windows(name) == windows_id


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("US/Pacific", "America/Los_Angeles"),
        ("Europe/Kiev", "Europe/Kyiv"),
        ("Europe/Amsterdam", "Europe/Amsterdam"),
        ("Etc/Zulu", "UTC"),
        ("UTC", "UTC"),
        ("Nowhere/Land", "Nowhere/Land"),
        ("", ""),
    ],
)
def test_an_alias_becomes_the_zones_own_name_and_a_countrys_own_zone_stays(name: str, own: str) -> None:
    assert zones.canonical(name) == own


def test_every_windows_id_comes_back_from_its_iana_name() -> None:
    every = (set(MS_TIMEZONE_TO_IANA_MAP) | set(win_tz)) - {"tzone://Microsoft/Utc"}
    assert len(every) > 140
    assert {name: zones.windows(zones.iana(name)) for name in every} == {name: name for name in every}


@pytest.mark.parametrize("name", ["", "../x", "America", "a\0b", "/etc/passwd", "x" * 300, "Nowhere/Land"])
def test_a_word_that_is_no_zone_is_none(name: str) -> None:
    assert zones.zone(name) is None


def test_a_zone_has_its_rules() -> None:
    assert zones.zone("Europe/Berlin") == ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("zone", "instant"),
    [
        ("Europe/Berlin", datetime(2026, 7, 13, 22, 0, tzinfo=UTC)),
        ("Pacific/Honolulu", datetime(2026, 7, 14, 10, 0, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 7, 13, 12, 0, tzinfo=UTC)),
        ("Nowhere/Land", datetime(2026, 7, 14, 0, 0, tzinfo=UTC)),
        ("", datetime(2026, 7, 14, 0, 0, tzinfo=UTC)),
    ],
)
def test_a_day_starts_at_its_zones_midnight(zone: str, instant: datetime) -> None:
    assert midnight(date(2026, 7, 14), zone) == instant


def test_a_day_without_a_midnight_starts_at_one() -> None:
    # Santiago, 6 September 2026: 24:00 of the fifth is 01:00 of the sixth.
    start = midnight(date(2026, 9, 6), "America/Santiago")
    assert start.isoformat() == "2026-09-06T01:00:00-03:00"


def test_a_day_with_two_midnights_starts_at_the_first() -> None:
    # Havana, 1 November 2026: at 01:00 clocks go back to 00:00.
    assert midnight(date(2026, 11, 1), "America/Havana").isoformat() == "2026-11-01T00:00:00-04:00"


@given(
    first=st.dates(date(2012, 1, 1), date(2037, 12, 1)),
    length=st.integers(1, 40),
    zone=st.sampled_from(PLACES),
)
def test_dates_written_as_midnights_are_read_as_the_same_dates(first: date, length: int, zone: str) -> None:
    last = first + timedelta(days=length)
    start, end = midnight(first, zone).astimezone(UTC), midnight(last, zone).astimezone(UTC)
    assert days(start, end, zone, ()) == AllDay(first, last)
    # The same for an event whose own zone nobody knows, in a calendar of that zone.
    assert days(start, end, "", (zone,)) == AllDay(first, last)


def test_the_dates_are_those_of_the_events_own_zone() -> None:
    start = datetime(2026, 7, 13, 12, 0, tzinfo=UTC)
    read = days(start, start + timedelta(days=1), "Pacific/Auckland", ("Europe/Berlin",))
    assert read == AllDay(date(2026, 7, 14), date(2026, 7, 15))


def test_an_event_at_midnights_of_utc_keeps_utcs_dates_whatever_zone_it_claims() -> None:
    start = datetime(2026, 7, 14, 0, 0, tzinfo=UTC)
    read = days(start, start + timedelta(days=1), "America/New_York", ())
    assert read == AllDay(date(2026, 7, 14), date(2026, 7, 15))


def test_an_event_that_is_not_aligned_covers_the_days_it_touches_in_its_own_zone() -> None:
    start = datetime(2026, 7, 14, 7, 0, tzinfo=UTC)
    assert days(start, start + timedelta(hours=20), "Europe/Berlin", ()) == AllDay(date(2026, 7, 14), date(2026, 7, 16))
    assert days(start, start + timedelta(hours=15), "Europe/Berlin", ()) == AllDay(date(2026, 7, 14), date(2026, 7, 15))


def test_an_event_of_no_known_zone_is_rounded_to_utcs_nearest_days() -> None:
    start = datetime(2026, 7, 13, 22, 0, tzinfo=UTC)
    assert days(start, start + timedelta(days=1), "", ("",)) == AllDay(date(2026, 7, 14), date(2026, 7, 15))


def test_an_all_day_event_of_no_length_lasts_a_day() -> None:
    start = datetime(2026, 7, 14, 0, 0, tzinfo=UTC)
    assert days(start, start, "UTC", ()) == AllDay(date(2026, 7, 14), date(2026, 7, 15))
