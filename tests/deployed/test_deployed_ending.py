"""An instance that is asked to end in the midst of a run: what is begun is ended, and another goes on."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic

import pytest

from deployed.company import Company

pytestmark = pytest.mark.needs("firestore", "wheels")

EVENTS = 120
"""More than two requests' worth, fifty going in one."""


def test_a_run_ends_in_good_time_and_another_instance_goes_on(office: Company) -> None:
    for number in range(EVENTS):
        office.outlook("pat", f"Event {number:03}", days=3 + number % 20)
    office.pair("pat")
    office.written("pairs/pat")
    old = office.functions["sync_pair"]
    with ThreadPoolExecutor(1) as meanwhile:
        with office.held.at("/batch/") as reached:
            delivered = meanwhile.submit(office.queue.deliver)
            assert reached.wait(20)
            old.ask_to_end()
            old.ending()
            begun = monotonic()
        first, *further = delivered.result(20)
    assert first.status == 200
    assert {attempt.status for attempt in further} <= {None}, "nobody was there yet"
    assert old.end() == 0
    assert monotonic() - begun < 8, "the platform gives ten seconds"
    [answer] = office.queue.answers
    assert answer["outcome"] == "unfinished"
    assert 0 < len(office.titles("pat")[1]) < EVENTS

    office.start("sync_pair").up()
    office.queue.renew()
    office.tick()
    office.queue.deliver()
    titles = [f"Event {number:03}" for number in range(EVENTS)]
    assert office.titles("pat") == (titles, titles)
    assert office.status("pat")["state"] == "ok"
    assert [record for record in old.records() if record["severity"] in ("ERROR", "CRITICAL")] == []


def test_an_instance_that_dies_in_the_midst_of_a_run_leaves_the_pair_to_the_next_when_its_lease_is_up(
    office: Company,
) -> None:
    office.outlook("quin", "Lunch")
    office.pair("quin")
    office.written("pairs/quin")
    old = office.functions["sync_pair"]
    with ThreadPoolExecutor(1) as meanwhile, office.held.at("/calendars/quin") as reached:
        delivered = meanwhile.submit(office.queue.deliver)
        assert reached.wait(20)
        old.kill()
        office.start("sync_pair").up()
    assert {attempt.status for attempt in delivered.result(20)} == {None}
    office.queue.deliver(timedelta(seconds=25))
    assert office.queue.answers[0]["outcome"] == "busy"
    office.lease_is_up("quin")
    office.queue.renew()
    office.tick()
    office.queue.deliver()
    assert office.titles("quin") == (["Lunch"], ["Lunch"])
    assert office.status("quin")["state"] == "ok"
