"""Zone names both ways, and whole days in whatever zone they were made in."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from exchangelib.winzone import MS_TIMEZONE_TO_IANA_MAP
from hypothesis import given
from hypothesis import strategies as st
from tzlocal.windows_tz import win_tz

from calpair.exchange import zones
from calpair.exchange.days import days, midnight
from calpair.model import iana
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


def test_every_zone_keeps_its_clocks_through_windows_but_four_which_have_no_name_there() -> None:
    """IANA -> Windows -> IANA, hour by hour from 2026 to 2028; what clocks differ in is not written under that name."""
    every = sorted({iana.canonical(name) for name in iana.spellings().values()})
    assert len(every) > 440
    nameless = [name for name in every if not zones.windows(name)]
    assert nameless == ["America/Scoresbysund", "Antarctica/Casey", "Antarctica/Troll", "Antarctica/Vostok"]
    assert [name for name in every if name not in nameless and not _same_clocks(name, _through(name))] == []
    # The tables have a name for these four, of other clocks.
    assert [name for name in nameless if _same_clocks(name, zones.iana(TABLES[name]))] == []


def test_what_came_through_windows_stays_as_it_is() -> None:
    every = [name for name in iana.spellings().values() if zones.windows(name)]
    assert [name for name in every if zones.windows(_through(name)) != zones.windows(name)] == []
    assert {_through(name) for name in every} == set(zones.common())
    assert zones.common()[0] == "UTC"


TABLES = {
    "America/Scoresbysund": "Azores Standard Time",
    "Antarctica/Casey": "Central Pacific Standard Time",
    "Antarctica/Troll": "W. Europe Standard Time",
    "Antarctica/Vostok": "Central Asia Standard Time",
}
STEP = timedelta(days=5)
"""No clock changes twice within it: the shortest season there is, Ramadan's in Morocco, lasts a month."""


def _through(name: str) -> str:
    return zones.iana(zones.windows(name))


@cache
def _clocks(name: str) -> list[tuple[datetime, timedelta | None]]:
    """Give every change of a zone's clocks from 2026 to 2028, to the hour, and what they are at the beginning."""
    rules = ZoneInfo(name)

    def offset(instant: datetime) -> timedelta | None:
        return instant.astimezone(rules).utcoffset()

    instant = datetime(2026, 1, 1, tzinfo=UTC)
    found = [(instant, offset(instant))]
    while instant < datetime(2029, 1, 1, tzinfo=UTC):
        if offset(instant + STEP) != found[-1][1]:
            hours = (instant + timedelta(hours=hour) for hour in range(STEP // timedelta(hours=1) + 1))
            found += [(hour, offset(hour)) for hour in hours if offset(hour) != found[-1][1]][:1]
        instant += STEP
    return found


def _same_clocks(one: str, other: str) -> bool:
    return one == other or _clocks(one) == _clocks(other)


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


# --- instants, written by hand: hours that are not there, hours that come twice, and half an hour of summer time


@pytest.mark.parametrize(
    ("day", "zone", "first", "last"),
    [
        # 25 and 23 hours
        (date(2026, 10, 25), "Europe/Berlin", "2026-10-24T22:00:00", "2026-10-25T23:00:00"),
        (date(2026, 3, 29), "Europe/Berlin", "2026-03-28T23:00:00", "2026-03-29T22:00:00"),
        # 24 and a half, 23 and a half
        (date(2026, 4, 5), "Australia/Lord_Howe", "2026-04-04T13:00:00", "2026-04-05T13:30:00"),
        (date(2026, 10, 4), "Australia/Lord_Howe", "2026-10-03T13:30:00", "2026-10-04T13:00:00"),
        # Midnight is not there, and comes twice
        (date(2026, 9, 6), "America/Santiago", "2026-09-06T04:00:00", "2026-09-07T03:00:00"),
        (date(2026, 11, 1), "America/Havana", "2026-11-01T04:00:00", "2026-11-02T05:00:00"),
        (date(2026, 3, 8), "America/Havana", "2026-03-08T05:00:00", "2026-03-09T04:00:00"),
        # No summer time, and the farthest there are
        (date(2026, 7, 1), "Pacific/Honolulu", "2026-07-01T10:00:00", "2026-07-02T10:00:00"),
        (date(2026, 9, 27), "Pacific/Auckland", "2026-09-26T12:00:00", "2026-09-27T11:00:00"),
        (date(2026, 7, 1), "Pacific/Kiritimati", "2026-06-30T10:00:00", "2026-07-01T10:00:00"),
    ],
)
def test_a_day_lasts_from_its_midnight_to_the_next(day: date, zone: str, first: str, last: str) -> None:
    start, end = (datetime.fromisoformat(words).replace(tzinfo=UTC) for words in (first, last))
    assert [midnight(one, zone).astimezone(UTC) for one in (day, day + timedelta(days=1))] == [start, end]
    assert days(start, end, zone, ()) == AllDay(day, day + timedelta(days=1))


@given(
    first=st.dates(date(2024, 1, 1), date(2030, 12, 1)),
    length=st.integers(1, 5),
    made_in=st.sampled_from(sorted(iana.countries())),
    told_in=st.sampled_from(PLACES),
)
def test_days_that_are_midnights_of_another_zone_are_never_shortened(
    first: date, length: int, made_in: str, told_in: str
) -> None:
    """An item that claims one zone and has another's midnights covers at least the hours it has."""
    start, end = (midnight(day, made_in).astimezone(UTC) for day in (first, first + timedelta(days=length)))
    read = days(start, end, told_in, ())
    assert length <= (read.end - read.start).days <= length + 1
    assert abs((read.start - first).days) <= 1
    # Read in the zone it was made in, it is the dates it was made for.
    assert days(start, end, made_in, ()) == AllDay(first, first + timedelta(days=length))
    assert days(start, end, "", (made_in,)) == AllDay(first, first + timedelta(days=length))


def test_a_day_that_ends_at_the_first_of_two_midnights_is_one_day() -> None:
    # Havana, 31 October 2026: 1 November has two midnights, at 04:00 and at 05:00 UTC.
    start, end = datetime(2026, 10, 31, 4, tzinfo=UTC), datetime(2026, 11, 1, 4, tzinfo=UTC)
    assert days(start, end, "America/Havana", ()) == AllDay(date(2026, 10, 31), date(2026, 11, 1))
    assert days(start, end, "", ("America/Havana",)) == AllDay(date(2026, 10, 31), date(2026, 11, 1))
