"""What series and their overrides cost: requests of one run, both servers together, against maxima written by hand.

A weekly series stands on one side with its overrides, is carried, and one occurrence after the other is edited, wherever
the series was born and on whichever side the edit is made. After each run comes a silent one: one list a side.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scenarios.stage import BERLIN, Stage
from simulators.exchange.pattern import Pattern
from simulators.wire import Handler, Request, Response

SIDES = ["exchange", "google"]
HOMES = pytest.mark.parametrize("home", SIDES)
EDITED = pytest.mark.parametrize("side", SIDES)
ON_GOOGLE: dict[str, Any] = {
    "summary": "Call",
    "start": {"dateTime": "2026-11-03T09:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-11-03T10:00:00+01:00", "timeZone": "Europe/Berlin"},
    "recurrence": ["RRULE:FREQ=WEEKLY;COUNT=90;BYDAY=TU"],
    "reminders": {"useDefault": False},
}


def tuesday(number: int) -> datetime:
    """The original start of an occurrence, counted from none."""
    return datetime(2026, 11, 3, 9, tzinfo=ZoneInfo("Europe/Berlin")) + timedelta(weeks=number)


@dataclass
class Series:
    """A weekly call on both sides, with occurrences 1 to `overrides` renamed."""

    stage: Stage
    exchange: str
    google: str

    def edit(self, side: str, number: int, title: str) -> None:
        """Ana renames one occurrence."""
        if side == "exchange":
            self.stage.ana.edit_occurrence(self.exchange, tuesday(number).date(), subject=title)
        else:
            self.stage.calendar.edit_instance(self.google, tuesday(number).isoformat(), summary=title)

    def move(self, side: str, number: int, hours: int) -> None:
        """Ana moves one occurrence; it takes an hour wherever it is."""
        start = tuesday(number) + timedelta(hours=hours)
        end = start + timedelta(hours=1)
        if side == "exchange":
            self.stage.ana.move_occurrence(self.exchange, tuesday(number).date(), start=start, end=end)
        else:
            original = tuesday(number).isoformat()
            self.stage.calendar.move_instance(self.google, original, start=start.isoformat(), end=end.isoformat())

    def cancel(self, side: str, number: int) -> None:
        """Ana cancels one occurrence."""
        if side == "exchange":
            self.stage.ana.cancel_occurrence(self.exchange, tuesday(number).date())
        else:
            self.stage.calendar.cancel_instance(self.google, tuesday(number).isoformat())

    def run(self) -> int:
        """Run once, then once more and expect silence; the requests of the first run."""
        before = sum(self.stage.requests())
        assert self.stage.run().outcome == "ok"
        cost = sum(self.stage.requests()) - before
        self.stage.silent()
        assert self.seen("exchange") == self.seen("google")
        return cost

    def seen(self, side: str) -> list[tuple[datetime, str]]:
        """What Ana sees of it on a side: when, and under which title."""
        first, last = tuesday(0) - timedelta(days=1), tuesday(90)
        rows: list[tuple[date, str]]
        if side == "exchange":
            rows = [(one.start, one.title) for one in self.stage.ana.agenda(first, last)]
        else:
            shown = self.stage.calendar.agenda(first.isoformat(), last.isoformat())
            rows = [(one.start, one.title) for one in shown]
        return sorted((start.astimezone(UTC), title) for start, title in rows if isinstance(start, datetime))

    def title(self, number: int, side: str) -> str:
        """The title of the occurrence that is where its series has it."""
        return dict(self.seen(side))[tuesday(number).astimezone(UTC)]


def begun(folder: Path, home: str, overrides: int, **pair: Any) -> tuple[Series, int]:
    """A call born there, carried with its overrides; and what the carrying cost."""
    stage = Stage(folder, pair=pair)
    stage.settle()
    series = Series(stage, "", "")
    if home == "exchange":
        pattern = Pattern("Weekly", date(2026, 11, 3), days=("Tuesday",), number=90)
        series.exchange = stage.ana.create_series(pattern, time(9), zone=BERLIN, subject="Call")
    else:
        series.google = stage.calendar.create(**ON_GOOGLE)
    for number in range(1, overrides + 1):
        series.edit(home, number, f"Call {number}")
    cost = series.run()
    series.exchange = series.exchange or stage.item("Call").id
    series.google = series.google or str(
        next(event["id"] for event in stage.calendar.events() if event.get("recurrence"))
    )
    return series, cost


@HOMES
def test_a_first_carry_with_fifty_overrides_is_twelve_at_most(tmp_path: Path, home: str) -> None:
    series, cost = begun(tmp_path, home, 50)
    assert cost <= 12
    assert [series.title(number, "google") for number in (0, 1, 50, 51)] == ["Call", "Call 1", "Call 50", "Call"]


@HOMES
def test_a_first_carry_with_fifty_overrides_is_this_many_today(tmp_path: Path, home: str) -> None:
    assert begun(tmp_path, home, 50)[1] <= {"exchange": 8, "google": 7}[home]


@HOMES
@EDITED
@pytest.mark.parametrize("overrides", [3, 50])
def test_one_changed_override_is_six_at_most(tmp_path: Path, home: str, side: str, overrides: int) -> None:
    series, _ = begun(tmp_path, home, overrides)
    series.edit(side, 1, "Else")
    assert series.run() <= 6
    assert series.title(1, "exchange") == "Else"
    series.move(side, 2, 3)
    assert series.run() <= 6
    assert (tuesday(2).astimezone(UTC) + timedelta(hours=3), "Call 2") in series.seen("google")


@HOMES
@EDITED
def test_one_new_override_is_seven_at_most(tmp_path: Path, home: str, side: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    series.edit(side, 7, "Else")
    # From Exchange the exception nobody knew of is asked for once it is named.
    assert series.run() <= {"exchange": 7, "google": 6}[side]
    assert series.title(7, "exchange") == "Else"
    series.edit(side, 7, "Else again")
    assert series.run() <= 6


@HOMES
@EDITED
def test_one_cancelled_occurrence(tmp_path: Path, home: str, side: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    series.cancel(side, 1)
    # Exchange checks nothing when it deletes: the series is written before, and looked at after.
    assert series.run() <= {"exchange": 6, "google": 8}[side]
    series.cancel(side, 7)
    assert series.run() <= {"exchange": 6, "google": 8}[side]
    assert len(series.seen("exchange")) == 88


@EDITED
def test_edits_on_both_sides_at_once_are_carried_in_nine(tmp_path: Path, side: str) -> None:
    series, _ = begun(tmp_path, side, 3)
    series.edit("exchange", 1, "From Exchange")
    series.edit("google", 2, "From Google")
    assert series.run() <= 9
    assert [series.title(number, "exchange") for number in (1, 2)] == ["From Exchange", "From Google"]


@HOMES
def test_an_idle_run_is_one_list_a_side(tmp_path: Path, home: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    series.stage.later(hours=1)
    assert series.run() == 2


# --- what is told without a look


@dataclass
class Altering:
    """A server that keeps something else than what an update says, under the version it answers with."""

    handler: Handler
    said: bytes
    kept: bytes

    def handle(self, request: Request) -> Response:
        if b"UpdateItem" in request.body:
            request = replace(request, body=request.body.replace(self.said, self.kept))
        return self.handler.handle(request)


@HOMES
def test_a_server_that_keeps_something_else_is_in_step_once_the_series_is_read_again(tmp_path: Path, home: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    series.stage.exchange_door.simulator = Altering(series.stage.exchange, b"Late call", b"LATE CALL")
    series.edit("google", 1, "Late call")
    before = sum(series.stage.requests())
    series.stage.run()
    assert sum(series.stage.requests()) - before <= 6
    # It said that it was done: nothing is to be done, and nothing goes back and forth.
    series.stage.silent()
    assert (series.title(1, "google"), series.title(1, "exchange")) == ("Late call", "LATE CALL")
    series.edit("google", 2, "Another")
    series.stage.run()
    series.stage.settle()
    assert series.seen("exchange") == series.seen("google")
    assert series.title(1, "google") == "LATE CALL"


@HOMES
def test_somebody_who_edits_right_after_the_write_is_heard(tmp_path: Path, home: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    door = series.stage.exchange_door

    def edit(request: Request) -> None:
        if b"UpdateItem" in request.body:
            door.after = None
            series.edit("exchange", 1, "Mine")

    door.after = edit
    series.edit("google", 1, "Theirs")
    series.stage.settle()
    assert series.seen("exchange") == series.seen("google")
    assert series.title(1, "google") == "Mine"


@HOMES
def test_somebody_who_edits_right_before_the_write_is_heard(tmp_path: Path, home: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    door = series.stage.exchange_door

    def edit(request: Request) -> None:
        if b"UpdateItem" in request.body:
            door.before = None
            series.edit("exchange", 2, "Mine")

    door.before = edit
    series.edit("google", 1, "Theirs")
    series.stage.settle()
    assert series.seen("exchange") == series.seen("google")
    assert [series.title(number, "google") for number in (1, 2)] == ["Theirs", "Mine"]


@HOMES
def test_a_write_that_was_never_stored_is_missed_in_the_next_list_and_done_again(tmp_path: Path, home: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    series.stage.fault("exchange", "lost_edit", "UpdateItem")
    series.edit("google", 1, "Else")
    series.run()
    assert series.title(1, "exchange") == "Else"


@HOMES
@EDITED
@pytest.mark.parametrize("kind", ["crash_before", "crash_after", "lost_reply", "timeout_before"])
def test_a_run_that_ends_at_the_write_is_mended_by_the_next(tmp_path: Path, home: str, side: str, kind: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    other, operation = ("google", "events.patch") if side == "exchange" else ("exchange", "UpdateItem")
    series.stage.fault(other, kind, operation)
    series.edit(side, 1, "Else")
    series.stage.crash() if kind.startswith("crash") else series.stage.tries()
    series.stage.patient()
    assert series.seen("exchange") == series.seen("google")
    assert series.title(1, other) == "Else"


# --- the stamp, which may wait


@HOMES
@EDITED
def test_a_lost_store_is_rebuilt_without_a_write(tmp_path: Path, home: str, side: str) -> None:
    series, _ = begun(tmp_path, home, 3)
    series.edit(side, 1, "Else")
    series.run()
    series.stage.wipe()
    with series.stage.unchanged():
        series.stage.settle()


@HOMES
@EDITED
@pytest.mark.parametrize("again", SIDES)
def test_what_was_edited_while_the_store_was_lost_is_carried(tmp_path: Path, home: str, side: str, again: str) -> None:
    # Where a stamp waits, or the last edit was made on the copy, nobody knows any more which side was edited.
    series, _ = begun(tmp_path, home, 3, on_conflict="newest")
    series.edit(side, 1, "Else")
    series.run()
    series.stage.wipe()
    series.stage.later(minutes=5)
    series.edit(again, 2, "While it was lost")
    series.run()
    assert series.title(2, "google" if again == "exchange" else "exchange") == "While it was lost"
