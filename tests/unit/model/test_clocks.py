"""Clocks that an event brings with it: Python's dates reckon by them as by any zone's, and their name is all there is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calpair.exchange.zone_rules import read
from calpair.model import clocks
from unit.exchange.zone_definitions import BERLIN, NEW_YORK, NOWHERE, element, periods, steady, turns, yearly

LAW = (
    periods(Standard="-PT1H", Daylight="-PT2H", Ever="-PT2H30M")
    + f"<t:TransitionsGroups>{yearly((('Daylight', 'PT2H', 3, 'Sunday', -1), ('Standard', 'PT3H', 10, 'Sunday', -1)))}"
    f"{steady('Ever', '1')}</t:TransitionsGroups>" + turns(("0", ""), ("1", "2027-06-01T00:00:00"))
)
"""Berlin's clocks until June 2027; then half an hour more, without a change."""


def name(inner: str) -> str:
    rules = read(element(inner))
    assert rules is not None
    return clocks.named(rules)


@pytest.mark.parametrize(("inner", "like"), [(BERLIN, "Europe/Berlin"), (NEW_YORK, "America/New_York")])
@given(
    moment=st.datetimes(datetime(2010, 1, 1), datetime(2036, 1, 1)),  # noqa: DTZ001 - on the wall
    near=st.sampled_from([None, (3, 8, 7), (3, 29, 1), (10, 25, 1), (11, 1, 6)]),
    fold=st.sampled_from([0, 1]),
)
def test_they_are_read_as_a_zone_of_the_same_rules(
    inner: str, like: str, moment: datetime, near: tuple[int, int, int] | None, fold: int
) -> None:
    ours, theirs = clocks.zone(name(inner)), ZoneInfo(like)
    if near:
        # Around the changes of 2026, where hours are left out or come twice.
        month, day, hour = near
        moment = moment.replace(year=2026, month=month, day=day, hour=(hour + moment.hour % 5 - 2) % 24)
    wall = moment.replace(fold=fold)
    assert wall.replace(tzinfo=ours).utcoffset() == wall.replace(tzinfo=theirs).utcoffset()
    instant = moment.replace(tzinfo=UTC)
    mine, other = instant.astimezone(ours), instant.astimezone(theirs)
    assert (mine.replace(tzinfo=None), mine.fold) == (other.replace(tzinfo=None), other.fold)
    assert mine.astimezone(UTC) == instant


@pytest.mark.parametrize("inner", [BERLIN, NOWHERE, LAW, periods(only="-PT1H7M"), periods(only="PT0.25S")])
def test_a_name_says_it_all(inner: str) -> None:
    rules = read(element(inner))
    assert rules is not None
    named = clocks.named(rules)
    assert clocks.is_own(named)
    assert not clocks.is_own("Europe/Berlin")
    zone = clocks.zone(named)
    for instant in (datetime(year, month, 20, tzinfo=UTC) for year in (2026, 2027, 2028) for month in range(1, 13)):
        assert instant.astimezone(zone).utcoffset() == rules.offset(instant)


def test_a_change_of_law_counts_from_its_day() -> None:
    zone = clocks.zone(name(LAW))
    before, after = (datetime(2027, 5, 31, 21, 59, tzinfo=UTC) + timedelta(minutes=more) for more in (0, 1))
    assert before.astimezone(zone).utcoffset() == timedelta(hours=2)
    assert after.astimezone(zone).utcoffset() == timedelta(hours=2, minutes=30)
    assert datetime(2027, 12, 1, 9, tzinfo=zone).astimezone(UTC) == datetime(2027, 12, 1, 6, 30, tzinfo=UTC)


def test_at_the_ends_of_time_they_are_clocks_all_the_same() -> None:
    zone = clocks.zone(name(NOWHERE))
    assert datetime(1, 1, 1, tzinfo=zone).utcoffset() in (timedelta(hours=1), timedelta(hours=2))
    assert datetime(9999, 12, 31, tzinfo=zone).utcoffset() == timedelta(hours=1)
    assert [zone.tzname(None), zone.dst(None), zone.utcoffset(None)] == [None] * 3


def test_a_year_in_which_they_change_in_the_wrong_order_stops_nobody() -> None:
    """The second Sunday of March is the 8th in 2026, and then one change undoes the other before it came."""
    rules = clocks.Rules(
        (
            clocks.Group(
                (
                    clocks.Change(timedelta(hours=9), 3, timedelta(), day=8),
                    clocks.Change(timedelta(hours=-9), 3, timedelta(hours=1), weekday=6, week=2),
                )
            ),
        ),
        (clocks.EVER,),
    )
    with pytest.raises(ValueError, match="before they changed"):
        rules.changes(2026, 2026)
    zone = clocks.zone(clocks.named(rules))
    offsets = {datetime(year, 7, 1, tzinfo=zone).utcoffset() for year in range(2020, 2040)}
    assert offsets <= {timedelta(hours=9), timedelta(hours=-9)}
    assert datetime(2026, 7, 1, tzinfo=UTC).astimezone(zone).tzinfo is zone
