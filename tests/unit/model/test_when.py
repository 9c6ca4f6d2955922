"""Spans of time: instants in UTC with a planner's zone, or dates; wrong ones cannot be built."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from calpair.model.when import AllDay, Timed, ended_by

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_instants_are_kept_in_utc_whatever_offset_they_came_in() -> None:
    local = datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))
    span = Timed(local, local + HOUR, "Europe/Berlin")
    assert (span.start, span.end) == (NOON, NOON + HOUR)
    assert span.start.tzinfo is UTC
    assert span == Timed(NOON, NOON + HOUR, "Europe/Berlin")
    assert span != Timed(NOON, NOON + HOUR)


def test_an_event_may_last_no_time() -> None:
    assert Timed(NOON, NOON).end == NOON


@pytest.mark.parametrize(
    ("start", "end"), [(NOON.replace(tzinfo=None), NOON), (NOON, NOON.replace(tzinfo=None)), (NOON, NOON - HOUR)]
)
def test_naive_and_backward_spans_cannot_be_built(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match=r"zone|before"):
        Timed(start, end)


def test_an_end_is_compared_as_an_instant() -> None:
    earlier_on_the_wall = datetime(2026, 7, 1, 11, 30, tzinfo=timezone(timedelta(hours=-2)))
    assert Timed(NOON, earlier_on_the_wall).end == NOON + HOUR + HOUR / 2


DAY = date(2026, 7, 1)


@pytest.mark.parametrize("end", [DAY, DAY - timedelta(days=1)])
def test_a_day_ends_after_it_began(end: date) -> None:
    with pytest.raises(ValueError, match="at least a day"):
        AllDay(DAY, end)


@pytest.mark.parametrize(("start", "end"), [(NOON, DAY), (DAY, NOON)])
def test_an_instant_is_no_date(start: date, end: date) -> None:
    with pytest.raises(TypeError, match="dates"):
        AllDay(start, end)


def test_a_timed_event_is_over_when_it_ends() -> None:
    assert ended_by(Timed(NOON, NOON + HOUR, "Asia/Tokyo")) == NOON + HOUR


def test_a_day_is_over_when_it_is_over_in_the_last_zone() -> None:
    # The first of July ends at UTC-12 twelve hours after it ends at UTC.
    assert ended_by(AllDay(DAY, date(2026, 7, 2))) == datetime(2026, 7, 2, 12, tzinfo=UTC)
    assert ended_by(AllDay(date(2026, 1, 1), date(2026, 7, 2))) == datetime(2026, 7, 2, 12, tzinfo=UTC)
