"""ews-javascript-api, unmodified and in Node, on series of the Exchange simulator.

`ews_series.js` does the work, a mailbox for each of its tasks. Expectations are by hand, of what the client saw and of
what the person sees. The series is Tuesdays at 13:00 in Berlin (12:00 UTC) from 3 November 2026, five times.
"""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.exchange.schemas import from_environment
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from strangers.node import run

pytestmark = pytest.mark.needs("node")

TASKS = ("reads", "edits", "rules")


@pytest.fixture(scope="module")
def simulator() -> ExchangeSimulator:
    schemas = from_environment()
    return ExchangeSimulator(
        clock=ManualClock(),
        mailboxes={f"{task}@a.test": "secret" for task in TASKS},
        schemas=schemas,
        switches=Switches(check_answers=schemas is not None),
    )


@pytest.fixture(scope="module")
def told(simulator: ExchangeSimulator) -> dict[str, Any]:
    told: dict[str, Any] = run("ews_series.js", simulator)
    return told


def _utc(*days: str) -> list[str]:
    return [f"2026-{day}T12:00:00.000Z" for day in days]


def test_it_reads_a_series_and_finds_its_way_through_it(told: dict[str, Any]) -> None:
    assert told["reads"] == {
        "kinds": ["RecurringMaster", "Occurrence", "RecurringMaster"],
        "back": True,
        "ends": _utc("11-03", "12-01"),
        "empty": [None, None],
        "rule": ["WeeklyPattern", "1", 5],
        "second": "2026-11-10T12:00:00.000Z",
        "shown": _utc("11-03", "11-10", "11-17", "11-24", "12-01"),
        "beyond": ["ServiceResponseException", "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"],
    }


def test_it_changes_one_occurrence_and_deletes_another(told: dict[str, Any], simulator: ExchangeSimulator) -> None:
    assert told["edits"] == {
        "exception": ["Exception", "Long call", "2026-11-11T08:00:00.000Z", True],
        "modified": [["2026-11-11T08:00:00.000Z", "2026-11-10T12:00:00.000Z"]],
        "deleted": ["2026-11-17T12:00:00.000Z"],
        "gone": ["ServiceResponseException", "ErrorCalendarOccurrenceIsDeletedFromRecurrence"],
    }
    seen = simulator.mailbox("edits@a.test").agenda(datetime(2026, 11, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC))
    assert [(each.title, f"{each.start:%m-%d %H}") for each in seen] == [
        ("Call", "11-03 12"),
        ("Long call", "11-11 08"),
        ("Call", "11-24 12"),
        ("Call", "12-01 12"),
    ]


def test_it_writes_and_reads_every_other_pattern(told: dict[str, Any]) -> None:
    assert told["rules"] == {
        "daily": ["2026-11-05T12:00:00.000Z", "DailyPattern", False],
        "monthly": ["2026-12-03T12:00:00.000Z", "MonthlyPattern", False],
        "relativeMonthly": ["2026-12-01T12:00:00.000Z", "RelativeMonthlyPattern", False],
        "yearly": ["2027-11-03T12:00:00.000Z", "YearlyPattern", False],
        "relativeYearly": ["2027-11-02T12:00:00.000Z", "RelativeYearlyPattern", False],
    }
