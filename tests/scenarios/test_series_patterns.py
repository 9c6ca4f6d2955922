"""Story 31: every pattern of Outlook's is the same days on Google, and comes back as it was."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from scenarios.series_stage import BERLIN, Pattern, SeriesStage, google, summer, winter
from scenarios.stage import Json
from simulators.exchange import recurrence
from simulators.exchange.pattern import WEEK

FAR = date(2026, 11, 1), date(2029, 1, 1)
"""A span that holds what the longest of these rules show; a horizon of 24 months ends before."""
REFUSALS: list[Json] = [
    {},
    {"google": google(bysetpos_accepted=False)},
    {"google": google(bysetpos_accepted=False, rscale_accepted=False)},
]

OUTLOOK = [
    (
        "every third day",
        Pattern("Daily", date(2026, 11, 5), interval=3, number=3),
        winter("2026-11-05", "2026-11-08", "2026-11-11"),
    ),
    (
        "every other week from Sunday",
        Pattern("Weekly", date(2026, 11, 8), interval=2, days=("Sunday", "Monday"), number=4),
        winter("2026-11-08", "2026-11-09", "2026-11-22", "2026-11-23"),
    ),
    (
        "every other week from Monday",
        Pattern("Weekly", date(2026, 11, 8), interval=2, days=("Sunday", "Monday"), first_day="Monday", number=4),
        winter("2026-11-08", "2026-11-16", "2026-11-22", "2026-11-30"),
    ),
    (
        "working days",
        Pattern("Weekly", date(2026, 11, 5), days=WEEK[:5], until=date(2026, 11, 11)),
        winter("2026-11-05", "2026-11-06", "2026-11-09", "2026-11-10", "2026-11-11"),
    ),
    (
        "the 31st",
        Pattern("AbsoluteMonthly", date(2026, 12, 31), day=31, number=5),
        [*winter("2026-12-31", "2027-01-31", "2027-02-28"), *summer("2027-03-31", "2027-04-30")],
    ),
    (
        "the 30th",
        Pattern("AbsoluteMonthly", date(2026, 11, 30), day=30, number=5),
        [*winter("2026-11-30", "2026-12-30", "2027-01-30", "2027-02-28"), *summer("2027-03-30")],
    ),
    (
        "the 29th",
        Pattern("AbsoluteMonthly", date(2026, 12, 29), day=29, number=4),
        [*winter("2026-12-29", "2027-01-29", "2027-02-28"), *summer("2027-03-29")],
    ),
    (
        "the 29th of every other month",
        Pattern("AbsoluteMonthly", date(2026, 12, 29), interval=2, day=29, number=3),
        [*winter("2026-12-29", "2027-02-28"), *summer("2027-04-29")],
    ),
    (
        "the second Tuesday",
        Pattern("RelativeMonthly", date(2026, 11, 10), days=("Tuesday",), index="Second", number=3),
        winter("2026-11-10", "2026-12-08", "2027-01-12"),
    ),
    (
        "the last Monday",
        Pattern("RelativeMonthly", date(2026, 11, 30), days=("Monday",), index="Last", number=3),
        winter("2026-11-30", "2026-12-28", "2027-01-25"),
    ),
    (
        "the last working day",
        Pattern("RelativeMonthly", date(2026, 11, 30), days=("Weekday",), index="Last", number=3),
        winter("2026-11-30", "2026-12-31", "2027-01-29"),
    ),
    (
        "the first day of a weekend",
        Pattern("RelativeMonthly", date(2026, 12, 5), days=("WeekendDay",), index="First", number=3),
        winter("2026-12-05", "2027-01-02", "2027-02-06"),
    ),
    (
        "the fourth day",
        Pattern("RelativeMonthly", date(2026, 11, 4), days=("Day",), index="Fourth", number=2),
        winter("2026-11-04", "2026-12-04"),
    ),
    (
        "the last day",
        Pattern("RelativeMonthly", date(2026, 11, 30), days=("Day",), index="Last", number=3),
        winter("2026-11-30", "2026-12-31", "2027-01-31"),
    ),
    (
        "the last day of February",
        Pattern("AbsoluteYearly", date(2027, 2, 28), day=29, month=2, number=2),
        winter("2027-02-28", "2028-02-29"),
    ),
    (
        "the 31st of April",
        Pattern("AbsoluteYearly", date(2027, 4, 30), day=31, month=4, number=2),
        summer("2027-04-30", "2028-04-30"),
    ),
    (
        "the fourth Thursday of November",
        Pattern("RelativeYearly", date(2026, 11, 26), days=("Thursday",), index="Fourth", month=11, number=3),
        winter("2026-11-26", "2027-11-25", "2028-11-23"),
    ),
]


@pytest.mark.parametrize("simulators", REFUSALS, ids=["takes all", "no BYSETPOS", "nor RSCALE"])
@pytest.mark.parametrize(("pattern", "expected"), [row[1:] for row in OUTLOOK], ids=[row[0] for row in OUTLOOK])
def test_a_pattern_of_outlook_is_the_same_days_on_google_and_comes_back_as_it_was(
    tmp_path: Path, simulators: dict[str, Any], pattern: Pattern, expected: list[str]
) -> None:
    """Story 31 among them: "day 31" is the last day, and is not "the last day" when it comes back."""
    stage = SeriesStage(tmp_path, **simulators)
    first = datetime.fromisoformat(expected[0][:16]).replace(tzinfo=UTC)
    stage.ana.create_series(pattern, time(11), zone=BERLIN, subject="Call")
    before = stage.item("Call").recurrence
    stage.settle()
    assert stage.agenda(*FAR) == expected
    assert stage.status()["parked"] == []
    assert stage.item("Call").start == first
    stage.edit_all("google", "Call", place="Here")
    stage.settle()
    assert stage.agenda(*FAR) == [f"{seen} @Here" for seen in expected]
    assert stage.item("Call").recurrence == before


@pytest.mark.parametrize("simulators", REFUSALS, ids=["takes all", "no BYSETPOS", "nor RSCALE"])
@pytest.mark.parametrize("day", [29, 30, 31])
def test_a_day_that_short_months_lack_is_their_last_for_years(
    tmp_path: Path, simulators: dict[str, Any], day: int
) -> None:
    """Story 31, without end."""
    stage = SeriesStage(tmp_path, **simulators)
    stage.ana.create_series(
        Pattern("AbsoluteMonthly", date(2026, 12, day), day=day), time(11), zone=BERLIN, subject="Call"
    )
    stage.settle()
    expected = {
        29: [*winter("2027-12-29", "2028-01-29", "2028-02-29"), *summer("2028-03-29", "2028-04-29")],
        30: [*winter("2027-12-30", "2028-01-30", "2028-02-29"), *summer("2028-03-30", "2028-04-30")],
        31: [*winter("2027-12-31", "2028-01-31", "2028-02-29"), *summer("2028-03-31", "2028-04-30")],
    }[day]
    assert stage.agenda(date(2027, 12, 1), date(2028, 5, 1)) == expected


def test_a_pattern_that_outlook_made_of_others_days_is_that_pattern_with_every_rule_refused(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path, google=google(bysetpos_accepted=False, rscale_accepted=False))
    stage.ana.create_series(
        Pattern("AbsoluteMonthly", date(2026, 11, 30), day=30), time(11), zone=BERLIN, subject="Call"
    )
    stage.settle()
    # One of the short months is moved on Google, and is February's alone.
    stage.move("google", "Call", datetime(2027, 2, 28, 10, tzinfo=UTC), datetime(2027, 2, 26, 10, tzinfo=UTC))
    stage.settle()
    assert stage.agenda(date(2027, 1, 1), date(2027, 4, 15)) == [
        *winter("2027-01-30", "2027-02-26"),
        *summer("2027-03-30"),
    ]
    recurred = recurrence.read_text(stage.item("Call").recurrence)
    assert (recurred.kind, recurred.day, recurred.ends) == ("AbsoluteMonthly", 30, False)


def test_a_rule_that_google_refuses_however_it_is_said_is_set_aside_with_the_rest_carried(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path, google=google(byday_ordinals_accepted=False))
    stage.ana.create_series(
        Pattern("RelativeMonthly", date(2026, 11, 10), days=("Tuesday",), index="Second"),
        time(11),
        zone=BERLIN,
        subject="Call",
    )
    stage.outlook("Lunch")
    stage.settle()
    assert stage.google_titles() == ["Lunch"]
    assert stage.status()["parked_count"] == 1
