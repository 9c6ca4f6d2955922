"""A series by clocks that no zone has all the year round: a zone in which it repeats the same, or these clocks."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from calpair.exchange.zone_rules import read
from calpair.exchange.zone_series import repeating
from calpair.model import clocks
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence import expand
from calpair.recurrence.pattern import AbsoluteMonthly, AbsoluteYearly, Daily, EndDate, NoEnd, Numbered, Series, Weekly
from unit.exchange.zone_definitions import NOWHERE, element, periods

HOUR = timedelta(hours=1)
THURSDAY = date(2026, 11, 5)


def placed(series: Series, start: datetime, inner: str = NOWHERE) -> tuple[str, list[str]]:
    """The zone a series is put in, and its first occurrences."""
    when, repeats = repeating(series, Timed(start, start + HOUR), read(element(inner)))
    assert isinstance(when, Timed)
    zone = "own" if clocks.is_own(when.zone) else when.zone
    return zone, [f"{one:%Y-%m-%d %H:%M}" for one in islice(expand.originals(when, repeats), 6)]


def test_one_that_happens_on_both_sides_of_a_change_goes_by_its_own_clocks() -> None:
    monthly = Series(AbsoluteMonthly(1, 20), date(2027, 1, 20), NoEnd())
    assert placed(monthly, datetime(2027, 1, 20, 10, tzinfo=UTC)) == (
        "own",
        [
            "2027-01-20 10:00",
            "2027-02-20 10:00",
            "2027-03-20 09:00",
            "2027-04-20 09:00",
            "2027-05-20 09:00",
            "2027-06-20 09:00",
        ],
    )


@pytest.mark.parametrize(
    ("series", "start", "zone"),
    [
        (Series(Weekly(1, (3,)), THURSDAY, Numbered(18)), datetime(2026, 11, 5, 10, tzinfo=UTC), "Europe/Berlin"),
        # The nineteenth is on the 11th of March; the twentieth after the change.
        (Series(Weekly(1, (3,)), THURSDAY, Numbered(20)), datetime(2026, 11, 5, 10, tzinfo=UTC), "own"),
        (
            Series(Daily(1), date(2027, 6, 1), EndDate(date(2027, 9, 30))),
            datetime(2027, 6, 1, 9, tzinfo=UTC),
            "Europe/Berlin",
        ),
        (
            Series(AbsoluteYearly(1, 5), date(2027, 1, 5), NoEnd()),
            datetime(2027, 1, 5, 10, tzinfo=UTC),
            "Europe/Berlin",
        ),
    ],
)
def test_one_that_never_meets_the_difference_is_in_a_zone(series: Series, start: datetime, zone: str) -> None:
    assert placed(series, start)[0] == zone


@pytest.mark.parametrize(
    ("inner", "start", "zone"),
    [
        (periods(only="-PT1H7M"), datetime(2026, 11, 5, 9, tzinfo=UTC), "Etc/GMT-1"),
        (periods(only="PT3H50M"), datetime(2026, 11, 5, 9, tzinfo=UTC), "Etc/GMT+4"),
        # Three minutes after midnight on Thursday, which the whole hour below calls Wednesday.
        (periods(only="-PT1H7M"), datetime(2026, 11, 4, 22, 56, tzinfo=UTC), "Etc/GMT-2"),
        # No zone is so far in the east.
        (periods(only="-PT15H30M"), datetime(2026, 11, 5, 5, tzinfo=UTC), "own"),
    ],
)
def test_clocks_that_never_change_are_those_of_the_next_whole_hour_where_the_days_are(
    inner: str, start: datetime, zone: str
) -> None:
    found, seen = placed(Series(Weekly(1, (3,)), THURSDAY, Numbered(2)), start, inner)
    assert (found, seen) == (zone, [f"{start + week:%Y-%m-%d %H:%M}" for week in (timedelta(), timedelta(days=7))])


@pytest.mark.parametrize(
    "when",
    [
        Timed(datetime(2026, 11, 5, 9, tzinfo=UTC), datetime(2026, 11, 5, 10, tzinfo=UTC), "Asia/Tokyo"),
        AllDay(THURSDAY, date(2026, 11, 6)),
    ],
)
def test_where_a_zone_is_known_or_none_needed_the_rules_do_not_count(when: When) -> None:
    found, _ = repeating(Series(Weekly(1, (3,)), THURSDAY, NoEnd()), when, read(element(NOWHERE)))
    assert found == when


def test_a_pattern_without_an_occurrence_is_none() -> None:
    start = datetime(2026, 11, 5, 10, tzinfo=UTC)
    never = Series(Daily(1), THURSDAY, EndDate(date(2026, 11, 1)))
    with pytest.raises(ValueError, match="occurrence"):
        repeating(never, Timed(start, start + HOUR), read(element(NOWHERE)))
