"""The breaker, approval, and a pair turned two-way: what would go is shown, and only what was shown goes."""

from pathlib import Path

import pytest

from calpair.errors import UsageError
from scenarios.stage import Stage


def _events(folder: Path, count: int = 20) -> Stage:
    stage = Stage(folder)
    for number in range(count):
        stage.outlook(f"Event {number:02}", day=3 + number // 5, hour=8 + number % 5)
    stage.settle()
    return stage


def _delete(stage: Stage, side: str, count: int, begin: int = 0) -> None:
    for number in range(begin, begin + count):
        title = f"Event {number:02}"
        if side == "exchange":
            stage.ana.delete(stage.item(title).id)
        else:
            stage.calendar.delete(stage.event(title)["id"])


@pytest.mark.parametrize("side", ["exchange", "google"])
@pytest.mark.parametrize(("events", "deleted", "held"), [(20, 10, False), (20, 11, True), (8, 4, False), (8, 5, True)])
def test_too_many_deletions_of_a_day_wait_for_a_person(
    tmp_path: Path, side: str, events: int, deleted: int, held: bool
) -> None:
    """More than ten, or at least five and more than half of all, are too many to be believed."""
    stage = _events(tmp_path, events)
    _delete(stage, side, deleted)
    assert stage.tries() == ("held" if held else "ok")
    other = stage.google_titles() if side == "exchange" else stage.exchange_titles()
    assert len(other) == (events if held else events - deleted)


@pytest.mark.parametrize("side", ["exchange", "google"])
def test_approve_lets_through_what_was_shown(tmp_path: Path, side: str) -> None:
    stage = _events(tmp_path)
    _delete(stage, side, 12)
    with stage.unchanged():
        assert stage.tries() == "held"
        assert stage.tries() == "held"
    assert stage.status()["state"] == "paused"
    assert "12 deletions wait" in stage.status()["sentence"]
    assert stage.app.approve("ana") == "deletions"
    stage.settle()
    assert stage.titles() == [f"Event {number:02}" for number in range(12, 20)]
    assert stage.status()["state"] == "ok"
    # What was let through once is not let through for good.
    _delete(stage, side, 5, begin=12)
    assert stage.tries() == "held"


def test_approve_lets_through_nothing_that_came_after_it_was_shown(tmp_path: Path) -> None:
    """Another eleven, deleted before the first twelve were approved, are too many by themselves."""
    stage = _events(tmp_path, 50)
    _delete(stage, "google", 12)
    assert stage.tries() == "held"
    _delete(stage, "google", 11, begin=12)
    assert stage.app.approve("ana") == "deletions"
    stage.tries()
    assert {f"Event {number:02}" for number in range(12, 50)} <= {*stage.exchange_titles()}
    assert stage.status()["state"] == "paused"
    assert stage.app.approve("ana") == "deletions"
    stage.settle()
    assert stage.titles() == [f"Event {number:02}" for number in range(23, 50)]


def test_deletions_spread_over_a_day_are_added_up(tmp_path: Path) -> None:
    stage = _events(tmp_path, 30)
    for begin in (0, 5):
        _delete(stage, "google", 5, begin=begin)
        assert stage.tries() == "ok"
        stage.later(hours=3)
    _delete(stage, "google", 1, begin=10)
    assert stage.tries() == "held"


def test_deletions_of_yesterday_no_longer_count(tmp_path: Path) -> None:
    stage = _events(tmp_path, 40)
    for begin in (0, 8, 16):
        _delete(stage, "google", 8, begin=begin)
        assert stage.tries() == "ok"
        stage.later(hours=25)
    stage.settle()
    assert len(stage.both()) == 16


def test_a_calendar_emptied_at_a_stroke_waits_and_comes_back(tmp_path: Path) -> None:
    """The deletions are undone on Google before anybody approves: nothing has happened."""
    stage = _events(tmp_path)
    before = stage.both()
    ids = [event["id"] for event in stage.calendar.events()]
    _delete(stage, "google", 20)
    assert stage.tries() == "held"
    for event in ids:
        stage.calendar.restore(event)
    assert stage.app.approve("ana") == "deletions"
    stage.patient(hours=1)
    assert stage.both() == before


def test_a_held_pair_says_what_would_go_in_a_dry_run(tmp_path: Path) -> None:
    stage = _events(tmp_path)
    _delete(stage, "google", 12)
    stage.tries()
    with stage.unchanged():
        report = stage.app.sync("ana", dry_run=True)
    assert report.said["delete"] == 12
    assert len(report.decisions) == 12


def test_a_dry_run_writes_nothing_and_tells_everything(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("From Exchange")
    stage.web("From Google", hour=15)
    with stage.unchanged():
        report = stage.app.sync("ana", dry_run=True)
        assert dict(report.said) == {"create": 2}
        assert stage.status()["state"] == "waiting"
    stage.settle()
    assert stage.titles() == ["From Exchange", "From Google"]


def test_there_is_nothing_to_approve_in_a_pair_that_waits_for_nobody(tmp_path: Path) -> None:
    stage = _events(tmp_path, 2)
    assert stage.app.approve("ana") == ""


def test_orphans_are_not_removed_before_they_were_missed_for_long_enough(tmp_path: Path) -> None:
    """Two complete lists, ten minutes apart."""
    stage = _events(tmp_path, 3)
    stage.wipe()
    stage.ana.delete(stage.item("Event 00").id)
    with stage.unchanged():
        stage.run()
        with pytest.raises(UsageError, match="ten minutes"):
            stage.app.approve("ana")
        stage.run()
        stage.later(minutes=11)
        stage.run()
    assert stage.app.approve("ana") == "orphans"
    stage.run()
    stage.silent()
    assert stage.titles() == ["Event 01", "Event 02"]


# --- a pair turned two-way


def _one_way(folder: Path) -> Stage:
    stage = Stage(folder, pair={"direction": "exchange_to_google"})
    stage.outlook("From Exchange")
    stage.web("From Google", hour=15)
    stage.settle()
    assert stage.google_titles() == ["From Exchange", "From Google"]
    assert stage.exchange_titles() == ["From Exchange"]
    return stage


def test_a_pair_turned_two_way_shows_its_plan_before_the_first_write_on_exchange(tmp_path: Path) -> None:
    stage = _one_way(tmp_path)
    stage.set(direction="two_way")
    with stage.unchanged():
        assert stage.tries() == "held"
        assert stage.tries() == "held"
    assert "would write 1 events on Exchange" in stage.status()["sentence"]
    assert stage.app.approve("ana") == "two_way"
    stage.settle()
    assert stage.titles() == ["From Exchange", "From Google"]
    # From now on edits of Google flow without asking.
    stage.calendar.update(stage.event("From Exchange")["id"], location="Here")
    stage.settle()
    assert stage.item("From Exchange").location == "Here"


def test_a_pair_turned_two_way_with_nothing_to_write_needs_nobody(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"direction": "exchange_to_google"})
    stage.outlook("From Exchange")
    stage.settle()
    stage.set(direction="two_way")
    with stage.unchanged():
        assert stage.tries() == "ok"
    stage.silent()
    stage.web("From Google", hour=15)
    stage.settle()
    assert stage.titles() == ["From Exchange", "From Google"]


def test_a_pair_turned_back_is_not_held_any_more(tmp_path: Path) -> None:
    stage = _one_way(tmp_path)
    stage.set(direction="two_way")
    assert stage.tries() == "held"
    stage.set(direction="exchange_to_google")
    with stage.unchanged():
        assert stage.tries() == "ok"
        stage.silent()
    assert stage.status()["state"] == "ok"


def test_a_two_way_pair_turned_one_way_writes_no_more_on_exchange(tmp_path: Path) -> None:
    """G6; what was born on Google stays where it stands, on both sides."""
    stage = Stage(tmp_path)
    stage.outlook("From Exchange")
    stage.web("From Google", hour=15)
    stage.settle()
    stage.set(direction="exchange_to_google")
    stage.calendar.update(stage.event("From Google")["id"], location="Here")
    stage.web("Google, new", day=9)
    stage.settle()
    writes = sum(call.changed for call in stage.exchange.record.calls)
    stage.calendar.update(stage.event("From Exchange")["id"], location="Put back")
    stage.calendar.delete(stage.event("From Google")["id"])
    stage.settle()
    assert sum(call.changed for call in stage.exchange.record.calls) == writes
    assert stage.exchange_titles() == ["From Exchange", "From Google"]
    assert [(row.title, row.place) for row in stage.google_rows()] == [("From Exchange", ""), ("Google, new", "")]


def test_a_pair_that_lost_its_store_needs_no_approval_to_go_on_two_way(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("From Exchange")
    stage.settle()
    stage.wipe()
    stage.web("From Google", hour=15)
    stage.settle()
    assert stage.titles() == ["From Exchange", "From Google"]


# --- one-way pairs


def test_a_one_way_pair_puts_back_and_never_writes_exchange(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"direction": "exchange_to_google"})
    for hour in (8, 10, 12):
        stage.outlook(f"Exchange {hour}", hour=hour)
    stage.web("Google's own", hour=20)
    stage.settle()
    stage.calendar.update(stage.event("Exchange 8")["id"], summary="Mine", location="Here")
    stage.calendar.delete(stage.event("Exchange 10")["id"])
    stage.calendar.update(stage.event("Google's own")["id"], location="Home")
    stage.settle()
    assert stage.google_titles() == ["Exchange 10", "Exchange 12", "Exchange 8", "Google's own"]
    assert stage.exchange_titles() == ["Exchange 10", "Exchange 12", "Exchange 8"]
    assert sum(call.changed for call in stage.exchange.record.calls) == 0
    stage.ana.delete(stage.item("Exchange 12").id)
    stage.settle()
    assert stage.google_titles() == ["Exchange 10", "Exchange 8", "Google's own"]
