"""Spans on the wall: Berlin's clock went back from 03:00 to 02:00 on 25 October 2026, at 01:00 UTC; by the IANA rules."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from calpair.google.wall import seen

BERLIN = ZoneInfo("Europe/Berlin")


def on_wall(start: str, end: str, zone: tzinfo = BERLIN) -> tuple[str, str]:
    since, until = seen(
        datetime.fromisoformat(start).replace(tzinfo=UTC), datetime.fromisoformat(end).replace(tzinfo=UTC), zone
    )
    assert since.tzinfo is until.tzinfo is None
    assert since < until
    return since.isoformat(), until.isoformat()


def test_on_an_ordinary_day_it_is_the_same_span() -> None:
    assert on_wall("2026-11-02T08:30", "2026-11-02T09:00") == ("2026-11-02T09:30:00", "2026-11-02T10:00:00")


@pytest.mark.parametrize(
    ("start", "end", "since", "until"),
    [
        ("00:15", "00:45", "02:15:00", "02:45:00"),  # all before
        ("01:15", "01:45", "02:15:00", "02:45:00"),  # all after
        ("00:15", "01:00", "02:15:00", "03:00:00"),  # up to the turn
        ("01:00", "01:30", "02:00:00", "02:30:00"),  # from the turn on
        ("00:45", "01:15", "02:00:00", "03:00:00"),  # over it, within the hour that comes twice
        ("00:30", "01:30", "02:00:00", "03:00:00"),  # an hour that would last no time
        ("00:45", "05:00", "02:00:00", "06:00:00"),
        ("00:00", "01:10", "02:00:00", "03:00:00"),
        ("00:00", "05:00", "02:00:00", "06:00:00"),
    ],
)
def test_over_an_hour_that_comes_twice_it_is_as_wide_as_its_name(start: str, end: str, since: str, until: str) -> None:
    day = "2026-10-25T"
    assert on_wall(day + start, day + end) == (day + since, day + until)


def test_a_long_span_over_the_turn_keeps_its_ends() -> None:
    assert on_wall("2026-10-24T06:00", "2026-10-26T07:00") == ("2026-10-24T08:00:00", "2026-10-26T08:00:00")


def test_over_a_gap_it_is_longer_on_the_wall() -> None:
    assert on_wall("2026-03-29T00:30", "2026-03-29T01:30") == ("2026-03-29T01:30:00", "2026-03-29T03:30:00")


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=1)), ZoneInfo("Asia/Tokyo")])
def test_where_no_clock_is_changed_nothing_is_wider(zone: tzinfo) -> None:
    since, until = on_wall("2026-10-25T00:45", "2026-10-25T01:15", zone)
    assert datetime.fromisoformat(until) - datetime.fromisoformat(since) == timedelta(minutes=30)


def test_half_an_hour_can_come_twice_too() -> None:
    # Lord Howe Island, 2026-04-05: from 02:00 back to 01:30, at 15:00 UTC the day before.
    found = on_wall("2026-04-04T14:45", "2026-04-04T15:15", ZoneInfo("Australia/Lord_Howe"))
    assert found == ("2026-04-05T01:30:00", "2026-04-05T02:00:00")
