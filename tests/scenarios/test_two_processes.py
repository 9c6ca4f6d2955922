"""One pair, several processes: one lease, and a second that neither asks nor writes; a dead process's lease is void."""

import threading
from pathlib import Path

import pytest

from calpair.app.machine import App
from scenarios.grounds import AFTERWARDS, edited_all_round, planned
from scenarios.stage import Stage
from simulators.wire import Crash, Request


def _while_writing(stage: Stage, second: App) -> list[str]:
    """Run the first process, with a look of the second's just before its first write; what that look came to."""
    seen: list[str] = []
    asked: list[tuple[int, int]] = []

    def before(request: Request) -> None:
        if any(word in request.body for word in (b"CreateItem", b"UpdateItem", b"DeleteItem")) and not seen:
            seen.append("")
            asked.append(stage.requests())
            seen[0] = second.sync("ana").outcome
            asked.append(stage.requests())

    stage.exchange_door.before = before
    stage.run()
    stage.calm()
    assert len(asked) == 2
    assert asked[0] == asked[1]
    return seen


def test_a_second_process_finds_the_pair_taken_and_asks_nothing(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    second = stage.process("second", lambda _: True)
    assert _while_writing(stage, second) == ["busy"]
    # Afterwards the pair is free, for either.
    assert second.sync("ana").outcome == "ok"
    stage.silent()
    assert stage.titles() == AFTERWARDS


def test_the_lease_of_a_process_that_died_is_void_at_once(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    stage.fault("exchange", "crash_before", "UpdateItem")
    assert stage.crash()
    stage.run()
    stage.later(minutes=3)
    stage.settle()
    assert stage.titles() == AFTERWARDS


def test_the_lease_of_a_process_nobody_can_see_ends_by_itself(tmp_path: Path) -> None:
    """Another machine or container: it counts as alive until ten minutes have passed."""
    stage = Stage(tmp_path)
    planned(stage)
    edited_all_round(stage)
    elsewhere = stage.process("elsewhere", lambda _: True)
    stage.fault("exchange", "crash_before", "UpdateItem")
    with pytest.raises(Crash):
        elsewhere.sync("ana")
    here = stage.process("here", lambda _: True)
    with stage.unchanged():
        assert here.sync("ana").outcome == "busy"
        stage.later(minutes=9)
        assert here.sync("ana").outcome == "busy"
    stage.later(minutes=2)
    assert here.sync("ana").outcome == "ok"
    stage.settle()
    assert stage.titles() == AFTERWARDS


def test_two_processes_in_earnest_end_in_one_copy_of_each(tmp_path: Path) -> None:
    """Two threads with a connection to the store each, over and over, as edits come in."""
    stage = Stage(tmp_path)
    planned(stage)
    failures: list[BaseException] = []

    def keep(process: App) -> None:
        try:
            for _ in range(12):
                process.sync("ana")
        except BaseException as error:  # noqa: BLE001 - whatever it was, the test has to tell
            failures.append(error)

    threads = [
        threading.Thread(target=keep, args=(stage.process(f"process {number}", lambda _: True),), daemon=True)
        for number in (1, 2)
    ]
    edited_all_round(stage)
    for thread in threads:
        thread.start()
    for number in range(6):
        stage.ana.update(stage.item("Exchange 10").id, location=f"Room {number}")
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive()
    assert failures == []
    stage.patient(hours=1)
    assert stage.titles() == AFTERWARDS
    assert [row.place for row in stage.both() if row.title == "Exchange 10"] == ["Room 5"]
