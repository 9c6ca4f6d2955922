"""What the log of `calpair run` tells of pairs that do not go on: once that it is so, and once that it is over."""

import logging
from datetime import timedelta
from pathlib import Path

import pytest

from scenarios.stage import Stage
from unit.cli.keeping import Kept, with_ben


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, logger="calpair")
    return caplog


def test_what_is_held_back_is_told_once_and_so_is_its_end(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    made = [stage.outlook(f"Lunch {hour}", hour=hour) for hour in range(8, 15)]
    kept = Kept(stage)
    kept.go_on(seconds=30)
    for item in made[:5]:
        stage.ana.delete(item)
    kept.go_on(minutes=10)
    assert len(stage.google_titles()) == 7
    (told,) = [record.message for record in log.records if record.levelname == "WARNING"]
    assert "5 deletions wait" in told
    log.clear()
    stage.app.approve("ana")
    kept.go_on(minutes=10)
    assert [record.message for record in log.records] == ["goes on again", "5 deleted"]


def test_a_server_that_answers_again_is_told_once_by_every_pair_that_was_told_to_wait(
    stage: Stage, log: pytest.LogCaptureFixture
) -> None:
    kept = Kept(stage)
    kept.go_on(minutes=2)
    assert log.records == []
    stage.fault("exchange", "unavailable", seconds=300)
    kept.go_on(minutes=20)
    assert [record.levelname for record in log.records] == ["WARNING", "INFO"]
    assert log.records[-1].message == "goes on again"


def test_a_pair_that_only_lets_another_ask_first_is_not_told(stage: Stage, log: pytest.LogCaptureFixture) -> None:
    with_ben(stage)
    kept = Kept(stage)
    waits: list[timedelta] = []

    def before(_: object) -> None:
        stage.exchange_door.before = None
        later = kept.keeper.look("ben")
        assert later
        waits.append(later - stage.clock.now())

    stage.exchange_door.before = before
    kept.go_on(seconds=30)
    assert [wait <= timedelta(seconds=2) for wait in waits] == [True]
    assert log.records == []
