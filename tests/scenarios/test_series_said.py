"""What the command says of series: what was taken back, where both sides had a hand in, and what was lost on the way."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from calpair.cli.words import in_words, noticed
from calpair.sync.run import Report
from scenarios.series_stage import Pattern, Rule, SeriesStage, at, weekly

HALVES = Rule(Pattern("Daily", date(2026, 11, 15)), ("RRULE:FREQ=MONTHLY;BYMONTHDAY=1,15",))
"""From 15 November on, in two items of Outlook's, without an end."""


def parts(stage: SeriesStage) -> dict[int, str]:
    """The two items by their day of the month."""
    stage.series("google", HALVES)
    stage.settle()
    return {item.start.day: item.id for item in stage.ana.items()}


def told(report: Report) -> tuple[str, list[str]]:
    """The line of counts, and those of single events without the names of their links."""
    lines = [noticed(notice).replace(notice.link, "LINK") for notice in report.notices]
    return in_words(report.said), lines


def test_a_part_without_end_that_is_renamed_or_deleted_is_put_back_and_said_with_its_start(stage: SeriesStage) -> None:
    ids = parts(stage)
    stage.ana.update(ids[1], subject="Mine")
    assert told(stage.settle()) == (
        "1 put back",
        ["put back on exchange: LINK (title): 2026-12-01 11:00 Europe/Berlin"],
    )
    stage.ana.delete(ids[15])
    assert told(stage.settle()) == (
        "1 put back",
        ["put back on exchange: LINK (deletion): 2026-11-15 11:00 Europe/Berlin"],
    )
    assert stage.status()["totals"] == {"create": 2, "put_back": 2}
    assert stage.agenda(at(1), at(30)) == ["2026-11-15 10:00-11:00 Call"]


def test_one_occurrence_renamed_on_both_sides_is_said_to_be_outlooks(tmp_path: Path) -> None:
    stage = SeriesStage(tmp_path)
    stage.series("exchange", weekly(4))
    stage.settle()
    stage.edit("exchange", "Call", at(12, 10), title="Talk")
    stage.edit("google", "Call", at(12, 10), title="Chat")
    (planned,) = stage.app.sync("ana", dry_run=True).decisions
    assert str(planned) == f"update on google: {planned.link.key} (clash: title of 2026-11-12T10:00:00Z)"
    assert told(stage.settle()) == (
        "1 updated, 1 changed on both sides",
        ["clash: LINK (title of 2026-11-12T10:00:00Z): exchange's stands: 2026-11-05 11:00 Europe/Berlin"],
    )
    assert stage.status()["totals"] == {"clash": 1, "create": 1, "update": 1}
    assert stage.agenda()[1] == "2026-11-12 10:00-11:00 Talk"


@pytest.mark.parametrize("policy", ["exchange", "google"])
def test_an_occurrence_cancelled_in_outlook_and_edited_on_google_comes_back_and_is_said(
    tmp_path: Path, policy: str
) -> None:
    stage = SeriesStage(tmp_path, pair={"on_conflict": policy})
    stage.series("exchange", weekly(4))
    stage.settle()
    stage.cancel("exchange", "Call", at(12, 10))
    stage.edit("google", "Call", at(12, 10), place="Roof")
    said, lines = told(stage.settle())
    assert said == "1 updated, 1 changed on both sides"
    assert lines == ["clash: LINK (deletion of 2026-11-12T10:00:00Z): google's stands: 2026-11-05 11:00 Europe/Berlin"]
    assert stage.agenda()[1] == "2026-11-12 10:00-11:00 Call @Roof"


@pytest.mark.parametrize("by", ["exchange", "google"])
def test_a_dry_run_says_when_what_it_would_delete_starts(stage: SeriesStage, by: str) -> None:
    ids = parts(stage)
    stage.web("Lunch", 6)
    stage.settle()
    if by == "exchange":
        stage.ana.delete(stage.item("Lunch").id)
        for one in ids.values():
            stage.ana.delete(one)
    else:
        stage.calendar.delete(stage.event("Lunch")["id"])
        stage.calendar.delete(stage.recurring("Call")["id"])
    decisions = stage.app.sync("ana", dry_run=True).decisions
    starts = stage.app.starts("ana", decisions)
    other = {"exchange": "google", "google": "exchange"}[by]
    assert sorted((str(one).partition(":")[0], starts[one.link.key].start) for one in decisions) == [
        (f"delete on {other}", datetime(2026, 11, 6, 10, tzinfo=UTC)),
        (f"delete on {other}", datetime(2026, 11, 15, 10, tzinfo=UTC)),
        (f"delete on {other}", datetime(2026, 12, 1, 10, tzinfo=UTC)),
    ]
