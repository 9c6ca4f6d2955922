"""Story 32, without end: what Exchange repeats by no pattern stands there singly, two years ahead, month after month."""

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scenarios.series_stage import GROUNDS, SeriesStage, summer, winter
from scenarios.stage import span

SECOND = "RRULE:FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2"
"""The second of all Tuesdays and Thursdays of a month: the Thursday of the first week, or the Tuesday after it."""
DAYS = [
    *winter("2026-11-05", "2026-12-03", "2027-01-07", "2027-02-04", "2027-03-04"),
    *summer("2027-04-06", "2027-05-06", "2027-06-03", "2027-07-06", "2027-08-05", "2027-09-07", "2027-10-07"),
    *winter("2027-11-04", "2027-12-07", "2028-01-06", "2028-02-03", "2028-03-07"),
    *summer("2028-04-06", "2028-05-04", "2028-06-06", "2028-07-06", "2028-08-03", "2028-09-07", "2028-10-05"),
]
"""Two years of it, from a calendar of paper."""
NEXT = winter("2028-11-07", "2028-12-07", "2029-01-04", "2029-02-06")
"""The months after these."""
ALL = date(2026, 11, 1), date(2030, 1, 1)


def _endless(stage: SeriesStage) -> None:
    start = datetime(2026, 11, 5, 10, tzinfo=UTC)
    stage.web("Call", recurrence=[SECOND], **span(start, start.replace(hour=11)))


def _horizon(stage: SeriesStage, months: int, first: int = 0) -> list[str]:
    """What both sides show up to where singles go, of the month numbered so and later; on Google it goes on."""
    edge = datetime(2028 + (10 + months) // 12, (10 + months) % 12 + 1, 1, tzinfo=UTC)
    seen = stage.agenda(ALL[0], edge)
    assert stage.exchange_agenda(*ALL) == seen
    assert len(stage.google_agenda(*ALL)) > len(seen)
    return seen[first:]


def test_a_series_without_end_stands_singly_two_years_ahead_and_says_so(stage: SeriesStage) -> None:
    _endless(stage)
    stage.web("Lunch", 6)
    stage.settle()
    assert _horizon(stage, 0) == sorted([*DAYS, "2026-11-06 10:00-11:00 Lunch"])
    assert len(stage.ana.items()) == 25
    assert stage.status()["parked"] == []
    assert set(stage.status()["losses"]) == {"rule:horizon"}


@pytest.mark.parametrize("looks", ["each day", "each month"])
def test_each_month_brings_one_more_and_nothing_else_is_touched(tmp_path: Path, looks: str) -> None:
    stage = SeriesStage(tmp_path)
    _endless(stage)
    stage.settle()
    ids = {item.id for item in stage.ana.items()}
    for month, days in enumerate((30, 31, 31, 28), start=1):  # The 2nd of December, January, February and March.
        created, writes = stage.done("CreateItem"), stage.writes()
        for _ in range(days if looks == "each day" else 1):
            stage.later(days=1 if looks == "each day" else days)
            stage.run()
        stage.silent()
        assert stage.done("CreateItem") == created + 1
        assert stage.writes() == writes + 1
        assert _horizon(stage, month) == [*DAYS, *NEXT[:month]]
    # Those of the past stay, and so do all that were there.
    assert ids < {item.id for item in stage.ana.items()}


def test_a_run_that_comes_after_half_a_year_brings_all_that_is_due(stage: SeriesStage) -> None:
    _endless(stage)
    stage.settle()
    stage.later(days=121)
    stage.settle()
    assert _horizon(stage, 4) == [*DAYS, *NEXT]
    stage.silent()


@pytest.mark.parametrize("ground", range(len(GROUNDS)))
def test_an_edit_of_the_series_reaches_all_of_them_those_of_the_past_too(tmp_path: Path, ground: int) -> None:
    stage = SeriesStage(tmp_path, **GROUNDS[ground])
    _endless(stage)
    stage.settle()
    stage.later(days=91)
    stage.settle()
    stage.edit_all("google", "Call", place="Room 1", text="Bring cake")
    stage.settle()
    assert _horizon(stage, 3) == [f"{line} @Room 1" for line in [*DAYS, *NEXT[:3]]]
    assert Counter("cake" in item.body for item in stage.ana.items()) == {True: 27}
    stage.edit_all("google", "Call", title="Talk")
    stage.later(days=31)
    stage.settle()
    assert _horizon(stage, 4) == [f"{line} @Room 1".replace("Call", "Talk") for line in [*DAYS, *NEXT]]


def test_what_was_done_to_single_days_outlives_an_edit_of_the_series_and_the_month(stage: SeriesStage) -> None:
    """Story 32: on either side, it is that occurrence."""
    _endless(stage)
    stage.settle()
    december, january, february = (
        datetime(2026 + (month == 1) + (month == 2), month, day, 10, tzinfo=UTC)
        for month, day in ((12, 3), (1, 7), (2, 4))
    )
    (found,) = (item for item in stage.ana.items() if item.start == december)
    stage.ana.update(found.id, location="Roof")
    (found,) = (item for item in stage.ana.items() if item.start == january)
    stage.ana.delete(found.id)
    stage.move("google", "Call", february, february.replace(day=5))
    stage.settle()
    expected = [DAYS[0], f"{DAYS[1]} @Roof", "2027-02-05 10:00-11:00 Call", *DAYS[4:]]
    assert _horizon(stage, 0) == expected
    assert stage.recurring("Call")["recurrence"] == [SECOND]
    stage.later(days=30)
    stage.settle()
    assert _horizon(stage, 1) == [*expected, *NEXT[:1]]
    stage.edit_all("google", "Call", title="Talk")
    stage.settle()
    assert _horizon(stage, 1) == [line.replace("Call", "Talk") for line in [*expected, *NEXT[:1]]]


def test_an_occurrence_beyond_the_horizon_that_differs_arrives_with_its_month(stage: SeriesStage) -> None:
    _endless(stage)
    stage.settle()
    beyond = datetime(2028, 11, 7, 10, tzinfo=UTC)
    stage.edit("google", "Call", beyond, place="Roof")
    stage.cancel("google", "Call", datetime(2028, 12, 7, 10, tzinfo=UTC))
    stage.settle()
    assert _horizon(stage, 0) == DAYS
    stage.later(days=30)
    stage.settle()
    assert _horizon(stage, 1) == [*DAYS, f"{NEXT[0]} @Roof"]
    stage.later(days=61)
    stage.settle()
    assert _horizon(stage, 3) == [*DAYS, f"{NEXT[0]} @Roof", NEXT[2]]


def test_a_series_that_ends_at_last_and_one_that_becomes_a_pattern_are_told_no_more(stage: SeriesStage) -> None:
    _endless(stage)
    stage.settle()
    stage.calendar.change_rule(stage.recurring("Call")["id"], f"{SECOND};COUNT=3")
    stage.settle()
    assert stage.agenda(*ALL) == DAYS[:3]
    assert stage.status()["losses"] == {}
    stage.calendar.change_rule(stage.recurring("Call")["id"], SECOND)
    stage.settle()
    assert _horizon(stage, 0) == DAYS
    stage.calendar.change_rule(stage.recurring("Call")["id"], "RRULE:FREQ=WEEKLY;BYDAY=TH")
    stage.settle()
    assert len(stage.ana.items()) == 1
    assert stage.status()["losses"] == {}
    span_ = date(2030, 1, 1), date(2030, 1, 8)
    assert stage.agenda(*span_) == ["2030-01-03 10:00-11:00 Call"]


def test_an_endless_series_deleted_after_months_takes_its_singles_along(stage: SeriesStage) -> None:
    _endless(stage)
    stage.settle()
    stage.later(days=91)
    stage.settle()
    stage.delete_all("google")
    stage.settle()
    assert stage.agenda(*ALL) == []
    stage.later(days=31)
    stage.silent()


def test_a_store_lost_after_months_is_rebuilt_without_a_write(stage: SeriesStage) -> None:
    """G8: the singles of the past among them."""
    _endless(stage)
    stage.settle()
    stage.later(days=91)
    stage.settle()
    with stage.unchanged():
        stage.wipe()
        stage.run()
        stage.silent()
    assert _horizon(stage, 3) == [*DAYS, *NEXT[:3]]
    assert set(stage.status()["losses"]) == {"rule:horizon"}


def test_a_series_that_begins_beyond_the_horizon_is_there_with_its_first_day(tmp_path: Path) -> None:
    """So that there is something to open, and no month brings it late."""
    stage = SeriesStage(tmp_path)
    start = datetime(2028, 11, 7, 10, tzinfo=UTC)
    stage.web("Call", recurrence=[SECOND], **span(start, start.replace(hour=11)))
    stage.settle()
    assert stage.exchange_agenda(*ALL) == NEXT[:1]
    stage.later(days=30)
    with stage.unchanged():
        stage.run()
        stage.silent()
    stage.later(days=61)
    stage.settle()
    assert stage.exchange_agenda(*ALL) == NEXT[:3]
