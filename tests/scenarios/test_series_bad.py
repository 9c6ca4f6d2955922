"""Series that cannot be, or cannot be read: set aside or declared, with a reason, and the rest is carried."""

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scenarios.saying import UNTOLD, Saying
from scenarios.series_stage import BERLIN, FOUR, SIDES, SeriesStage, at, daily, weekly
from scenarios.stage import span
from unit.exchange.zone_definitions import own

MANY = 1000 if os.environ.get("CALPAIR_TORTURE") == "1" else 200
LUNCH = "2026-11-06 12:00-13:00 Lunch"
THURSDAYS = "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=4"


def _told(*lines: str) -> dict[bytes, bytes]:
    """Instead of what Google has of the way series repeat."""
    there = ", ".join(f'"{line}"' for line in lines).encode()
    return {rb'("recurrence": ?\[)[^\]]*': rb"\g<1>" + there}


def _lunches(stage: SeriesStage) -> None:
    stage.outlook("Lunch", 6, 12)
    stage.web("Tea", 6, 16)


# --- 14: what cannot be read


def test_an_exception_nobody_can_open_is_left_alone_and_told(stage: SeriesStage) -> None:
    """Story 14: it is no deletion; the rest is carried."""
    stage.series("exchange", weekly(4))
    stage.outlook("Lunch", hour=12)
    stage.settle()
    stage.ana.corrupt_occurrence(stage.item("Call").id, at(12, 10))
    stage.edit("exchange", "Call", at(19, 10), place="Roof")
    stage.ana.update(stage.item("Lunch").id, location="Canteen")
    stage.settle()
    seen = stage.google_agenda()
    assert "2026-11-12 10:00-11:00 Call" in seen
    assert "2026-11-19 10:00-11:00 Call @Roof" in seen
    assert "2026-11-05 12:00-13:00 Lunch @Canteen" in seen
    assert len(seen) == 5
    status = stage.status()
    assert status["parked_count"] + sum(status["losses"].values()) == 1


def test_a_series_with_an_exception_nobody_can_open_is_carried_on_a_first_sync(stage: SeriesStage) -> None:
    """Story 14."""
    stage.series("exchange", weekly(4))
    stage.ana.corrupt_occurrence(stage.item("Call").id, at(12, 10))
    stage.outlook("Lunch", hour=12)
    stage.settle()
    seen = stage.google_agenda()
    assert {FOUR[0], *FOUR[2:], "2026-11-05 12:00-13:00 Lunch"} <= set(seen)
    status = stage.status()
    assert status["parked_count"] + sum(status["losses"].values()) == 1


# --- rules that no calendar understands

UNREADABLE = {
    "no such frequency": ["RRULE:FREQ=FORTNIGHTLY;COUNT=4"],
    "no rule in the rule": ["RRULE:"],
    "a day that is none": ["RRULE:FREQ=WEEKLY;BYDAY=XX;COUNT=4"],
    "no line of the standard": ["X-RULE:WEEKLY"],
    "an interval of nothing": ["RRULE:FREQ=WEEKLY;INTERVAL=0;COUNT=4"],
    "a number and an end": ["RRULE:FREQ=WEEKLY;COUNT=4;UNTIL=20270101T000000Z"],
    "a date that is none": ["RRULE:FREQ=WEEKLY;UNTIL=20269999T000000Z"],
    "lunar months": ["RRULE:RSCALE=CHINESE;FREQ=MONTHLY;COUNT=4"],
}
NEVER = {
    "a day that no year has": ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"],
    "over before it begins": ["RRULE:FREQ=WEEKLY;BYDAY=TH;UNTIL=20261001T000000Z"],
    "all dates left out": [THURSDAYS, "EXDATE:20261105T100000Z,20261112T100000Z,20261119T100000Z,20261126T100000Z"],
    "the same rule left out": [THURSDAYS, "EXRULE:FREQ=WEEKLY;BYDAY=TH"],
}


@pytest.mark.parametrize("lines", UNREADABLE.values(), ids=UNREADABLE)
def test_a_rule_nobody_understands_is_set_aside_and_carried_once_it_is_mended(tmp_path: Path, lines: list[str]) -> None:
    stage = SeriesStage(tmp_path)
    stage.google_door.simulator = saying = Saying(stage.google, _told(*lines))
    stage.series("google", weekly(4))
    _lunches(stage)
    stage.settle()
    assert stage.exchange_titles() == ["Lunch", "Tea"]
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["rule"]
    saying.words = {}
    stage.edit_all("google", "Call", place="Roof")
    stage.patient()
    assert [line for line in stage.agenda() if "Call" in line] == [f"{line} @Roof" for line in FOUR]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("lines", UNREADABLE.values(), ids=UNREADABLE)
def test_a_series_in_step_whose_rule_nobody_understands_any_more_stays_as_it_was(
    tmp_path: Path, home: str, lines: list[str]
) -> None:
    stage = SeriesStage(tmp_path)
    stage.google_door.simulator = saying = Saying(stage.google)
    stage.series(home, weekly(4))
    _lunches(stage)
    stage.settle()
    saying.words = _told(*lines)
    stage.edit_all("google", "Call", place="Roof")
    stage.ana.update(stage.item("Lunch").id, location="Canteen")
    stage.settle()
    assert [line.partition(" @")[0] for line in stage.exchange_agenda() if "Call" in line] == FOUR
    assert stage.event("Lunch")["location"] == "Canteen"
    assert stage.status()["parked_count"] == 1
    saying.words = {}
    stage.patient()
    assert [line for line in stage.agenda() if "Call" in line] == [f"{line} @Roof" for line in FOUR]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("lines", NEVER.values(), ids=NEVER)
def test_a_series_without_an_occurrence_is_nothing_to_see(tmp_path: Path, lines: list[str]) -> None:
    """Story 35."""
    stage = SeriesStage(tmp_path)
    stage.google_door.simulator = saying = Saying(stage.google, _told(*lines))
    stage.series("google", weekly(4))
    stage.outlook("Lunch", 6, 12)
    stage.settle()
    assert stage.exchange_agenda() == [LUNCH]
    assert all(parked["reason"] == "rule" for parked in stage.status()["parked"])
    saying.words = {}
    stage.edit_all("google", "Call", place="Roof")
    stage.patient()
    assert stage.agenda() == sorted([LUNCH, *(f"{line} @Roof" for line in FOUR)])
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("lines", NEVER.values(), ids=NEVER)
def test_a_series_in_step_that_loses_all_its_occurrences_is_empty_or_set_aside_as_it_was(
    tmp_path: Path, home: str, lines: list[str]
) -> None:
    """Story 35: its end was moved before its start, say; once that is mended it is there, whole."""
    stage = SeriesStage(tmp_path)
    stage.google_door.simulator = saying = Saying(stage.google)
    stage.series(home, weekly(4))
    stage.outlook("Lunch", 6, 12)
    stage.settle()
    saying.words = _told(*lines)
    stage.edit_all("google", "Call", place="Roof")
    stage.patient()
    parked = [parked["reason"] for parked in stage.status()["parked"]]
    assert (parked, stage.exchange_agenda()) in (([], [LUNCH]), (["rule"], sorted([LUNCH, *FOUR])))
    saying.words = {}
    stage.edit_all("google", "Call", place="Attic")
    stage.patient()
    assert stage.status()["parked"] == []
    assert stage.agenda() == sorted([LUNCH, *(f"{line} @Attic" for line in FOUR)])


@pytest.mark.parametrize("lines", [["RRULE:FREQ=SECONDLY"], ["RRULE:FREQ=MINUTELY"], ["RRULE:FREQ=HOURLY;BYSECOND=1"]])
def test_a_series_of_a_flood_of_events_is_set_aside_at_once(tmp_path: Path, lines: list[str]) -> None:
    stage = SeriesStage(tmp_path)
    stage.google_door.simulator = Saying(stage.google, _told(*lines))
    stage.series("google", weekly(4))
    stage.outlook("Lunch", 6, 12)
    stage.settle()
    assert stage.exchange_titles() == ["Lunch"]
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["rule"]


# --- what Exchange says of a series that nobody knows


WEEK = rb"<t:WeeklyRecurrence>.*?</t:WeeklyRecurrence>"
FOREIGN: dict[str, dict[bytes, bytes]] = {
    "a pattern from after our time": {WEEK: b"<t:LunarRecurrence><t:Interval>1</t:Interval></t:LunarRecurrence>"},
    "a pattern of tasks": {WEEK: b"<t:WeeklyRegeneration><t:Interval>1</t:Interval></t:WeeklyRegeneration>"},
    "an interval of nothing": {rb"<t:Interval>1</t:Interval>": b"<t:Interval>0</t:Interval>"},
    "a day that is none": {rb">Thursday<": b">Doomsday<"},
    "no range": {rb"<t:NumberedRecurrence>.*?</t:NumberedRecurrence>": b""},
    "a range of no number": {rb"<t:NumberOfOccurrences>4<": b"<t:NumberOfOccurrences>many<"},
    "a first day that is none": {rb"<t:StartDate>2026-11-05Z?</t:StartDate>": b"<t:StartDate>2026-13-45</t:StartDate>"},
    "no pattern": {rb"<t:Recurrence>.*?</t:Recurrence>": b"<t:Recurrence/>"},
}


@pytest.mark.parametrize("words", FOREIGN.values(), ids=FOREIGN)
def test_a_pattern_nobody_understands_is_set_aside_and_the_rest_is_carried(
    tmp_path: Path, words: dict[bytes, bytes]
) -> None:
    stage = SeriesStage(tmp_path)
    stage.exchange_door.simulator = saying = Saying(stage.exchange, words)
    stage.series("exchange", weekly(4))
    _lunches(stage)
    stage.settle()
    assert stage.google_titles() == ["Lunch", "Tea"]
    assert stage.status()["parked_count"] == 1
    saying.words = {}
    stage.edit_all("exchange", "Call", place="Roof")
    stage.patient()
    assert [line for line in stage.agenda() if "Call" in line] == [f"{line} @Roof" for line in FOUR]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("home", SIDES)
@pytest.mark.parametrize("words", FOREIGN.values(), ids=FOREIGN)
def test_a_series_in_step_whose_pattern_nobody_understands_any_more_stays_as_it_was(
    tmp_path: Path, home: str, words: dict[bytes, bytes]
) -> None:
    stage = SeriesStage(tmp_path)
    stage.exchange_door.simulator = saying = Saying(stage.exchange)
    stage.series(home, weekly(4))
    _lunches(stage)
    stage.settle()
    saying.words = words
    stage.edit_all("exchange", "Call", place="Roof")
    stage.ana.update(stage.item("Lunch").id, location="Canteen")
    stage.settle()
    assert [line.partition(" @")[0] for line in stage.google_agenda() if "Call" in line] == FOUR
    assert stage.event("Lunch")["location"] == "Canteen"
    assert stage.status()["parked_count"] == 1
    saying.words = {}
    stage.patient()
    assert [line for line in stage.agenda() if "Call" in line] == [f"{line} @Roof" for line in FOUR]
    assert stage.status()["parked"] == []


# --- zones


def test_a_series_of_whose_clock_nothing_is_told_is_set_aside_until_it_is_known(stage: SeriesStage) -> None:
    """Story 39: single events of that zone are carried by their instants; a series cannot be."""
    stage.exchange_door.simulator = Saying(stage.exchange, UNTOLD)
    stage.series("exchange", weekly(4))
    stage.ana.update(stage.item("Call").id, start_zone=own("Nowhere"), end_zone=own("Nowhere"))
    stage.outlook("Lunch", 6, 12, start_zone=own("Nowhere"), end_zone=own("Nowhere"))
    stage.settle()
    assert stage.google_titles() == ["Lunch"]
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["zone"]
    assert stage.status()["unknown_zones"] == [{"name": "Nowhere", "events": 2}]
    stage.ana.change_series(stage.item("Call").id, zone=BERLIN)
    stage.patient()
    assert [line.partition(" ")[0] for line in stage.agenda() if "Call" in line] == [line[:10] for line in FOUR]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("home", SIDES)
def test_a_series_in_step_of_whose_clock_nothing_is_told_any_more_keeps_its_copy(stage: SeriesStage, home: str) -> None:
    stage.exchange_door.simulator = Saying(stage.exchange, UNTOLD)
    stage.series(home, weekly(4))
    stage.settle()
    stage.ana.update(stage.item("Call").id, start_zone=own("Nowhere"), end_zone=own("Nowhere"), location="Roof")
    stage.settle()
    assert [line.partition(" @")[0] for line in stage.google_agenda()] == FOUR
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["zone"]
    assert stage.item("Call").start_zone == own("Nowhere")


# --- a great many


@pytest.mark.parametrize("home", SIDES)
def test_very_many_overrides_are_carried(tmp_path: Path, home: str) -> None:
    """A thousand where CALPAIR_TORTURE=1."""
    stage = SeriesStage(tmp_path)
    berlin = ZoneInfo("Europe/Berlin")
    days = [datetime(2026, 11, 3, 7, tzinfo=berlin) + timedelta(days=day) for day in range(min(MANY, 999))]
    stage.series(home, daily(len(days)), "Long", start=at(3, 6))
    for place, day in enumerate(days):
        stage.edit(home, "Long", day.astimezone(UTC), place=f"Room {place}")
    stage.outlook("Lunch", 6, 12)
    for _ in range(6):
        stage.tries()
        stage.later(minutes=20)
    stage.silent()
    assert stage.status()["parked"] == []
    seen = stage.agenda(date(2026, 11, 1), date(2029, 11, 1))
    assert [line.partition(" @")[2] for line in seen if "Lunch" not in line] == [
        f"Room {place}" for place in range(len(days))
    ]
    assert LUNCH in seen


def test_a_series_of_very_many_dates_is_carried_as_far_as_is_said(tmp_path: Path) -> None:
    """Dates alone, singles in Outlook: all of them, or those of two years with a word about the others."""
    stage = SeriesStage(tmp_path)
    dates = [datetime(2026, 11, 5, 10, tzinfo=UTC) + timedelta(days=3 * day, hours=day % 5) for day in range(MANY)]
    stage.web(
        "Call", recurrence=["RDATE:" + ",".join(f"{day:%Y%m%dT%H%M%SZ}" for day in dates)], **span(at(5), at(5, 11))
    )
    stage.outlook("Lunch", 6, 12)
    for _ in range(6):
        stage.tries()
        stage.later(minutes=20)
    stage.silent()
    assert "Lunch" in stage.google_titles()
    assert stage.status()["parked"] == []
    cut = dates[-1] > datetime(2028, 11, 1, tzinfo=UTC)
    assert set(stage.status()["losses"]) == ({"rule:horizon"} if cut else set())
    starts = [*dates, at(6, 12)]
    expected = sorted(f"{start:%Y-%m-%d %H:%M}" for start in starts if start < datetime(2028, 11, 1, tzinfo=UTC))
    assert [line[:16] for line in stage.exchange_agenda(date(2026, 11, 1), date(2036, 1, 1))] == expected
