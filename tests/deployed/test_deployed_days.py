"""What is deployed, as it is tested: from a document, or the minute's tick, to calendars that are equal."""

from datetime import timedelta

import pytest

from deployed.company import Company
from simulators.record import Fault

pytestmark = pytest.mark.needs("firestore", "wheels")


def test_a_written_pair_is_brought_in_step_at_once(office: Company) -> None:
    office.outlook("ana", "Lunch")
    office.web("ana", "Dinner")
    office.pair("ana")
    assert office.written("pairs/ana").said == {"asked": 1}
    office.queue.deliver()
    assert office.titles("ana") == (["Dinner", "Lunch"], ["Dinner", "Lunch"])
    assert office.status("ana")["state"] == "ok"


def test_the_tick_of_a_minute_carries_what_was_edited_and_is_then_quiet(office: Company) -> None:
    office.pair("ben", interval="10s")
    office.follow("pairs/ben")
    office.outlook("ben", "Lunch")
    office.web("ben", "Dinner")
    assert office.tick().status == 200
    office.queue.deliver(timedelta(seconds=16))
    assert office.titles("ben") == (["Dinner", "Lunch"], ["Dinner", "Lunch"])
    assert office.status("ben")["state"] == "ok"
    before = len(office.exchange.record.mails), office.stored()
    calls = [call for side in (office.exchange, office.google) for call in side.record.calls if call.changed]
    office.queue.deliver(timedelta(seconds=12))
    assert calls == [call for side in (office.exchange, office.google) for call in side.record.calls if call.changed]
    assert len(office.exchange.record.mails) == before[0] == 0


def test_a_tick_that_comes_twice_asks_once(office: Company) -> None:
    office.pair("cem", interval="20s")
    office.follow("pairs/cem")
    office.tick()
    tasks = office.queue.waiting()
    assert any('"cem"' in task for task in tasks)
    assert office.tick().status == 200
    assert office.queue.waiting() == tasks


def test_a_task_that_comes_twice_at_once_ends_in_one_copy(office: Company) -> None:
    for day in range(3, 9):
        office.outlook("dora", f"Day {day}", day)
    office.pair("dora")
    office.written("pairs/dora")
    office.queue.simulator.plant(Fault("duplicate_concurrent", "deliver", detail='"dora"'))
    office.queue.deliver()
    office.queue.deliver()
    assert [attempt.status for attempt in office.queue.simulator.journal][:2] == [200, 200]
    days = [f"Day {day}" for day in range(3, 9)]
    assert office.titles("dora") == (days, days)
    office.task({"pair": "dora"})
    assert office.titles("dora") == (days, days)


def test_a_pair_that_nobody_told_of_is_found_within_the_hour(office: Company) -> None:
    office.outlook("eva", "Lunch")
    office.pair("eva")
    again = office.start_anew("dispatch")
    assert again.listens()
    office.tick()
    office.queue.deliver()
    assert office.titles("eva") == (["Lunch"], ["Lunch"])
    waiting = office.queue.waiting()
    office.tick()
    assert [task for task in office.queue.waiting() if '"eva"' in task and task not in waiting] == []


def test_a_task_of_a_pair_that_was_deleted_is_answered_and_nobody_asks_for_it_again(office: Company) -> None:
    office.pair("fay", interval="10s")
    office.follow("pairs/fay")
    office.tick()
    office.delete("pairs", "fay")
    office.follow("pairs/fay")
    calls = office.calls("fay")
    office.queue.deliver(timedelta(seconds=12))
    assert office.status("fay") == {}
    office.queue.renew()
    office.tick()
    assert not [task for task in office.queue.waiting() if '"fay"' in task]
    assert office.calls("fay") == calls > 0


def test_events_that_come_twice_and_out_of_order_are_one_look_at_what_is_there(office: Company) -> None:
    office.outlook("gus", "Lunch")
    office.pair("gus", interval="nonsense")
    office.pair("gus")
    for _ in range(3):
        assert office.written("pairs/gus").status == 200
    assert len([task for task in office.queue.waiting() if '"gus"' in task]) <= 2
    office.queue.deliver()
    assert office.titles("gus") == (["Lunch"], ["Lunch"])
    assert office.status("gus")["state"] == "ok"
