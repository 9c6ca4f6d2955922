"""A server that asks to be left alone is left alone until its own time, and nobody else waits for it."""

from datetime import UTC, datetime, timedelta

import pytest

from deployed.company import Company
from deployed.tasks import QUEUE
from simulators.record import Fault

pytestmark = pytest.mark.needs("firestore", "wheels")


def test_a_throttled_server_is_asked_again_at_its_own_time_and_the_queue_is_not_slowed(office: Company) -> None:
    office.domain("busy.test")
    office.pair("olga", domain="busy.test", interval="5s")
    office.pair("ned", interval="5s")
    office.follow("pairs/olga", "pairs/ned")
    office.outlook("olga", "Lunch")
    office.outlook("ned", "Lunch")
    office.exchange.record.plant(Fault("busy_answer", "SyncFolderItems", user="olga@a.test", seconds=40))
    begun = datetime.now(UTC)
    assert office.task({"pair": "olga"}).said == {"outcome": "later"}
    assert office.status("olga")["state"] == "behind"
    office.queue.renew()
    office.tick()
    asked = [task for task in office.queue.simulator.tasks(QUEUE) if b'"olga"' in task.http_request.body]
    assert timedelta(seconds=38) < asked[0].schedule_time - begun < timedelta(seconds=60)
    assert {attempt.status for attempt in office.queue.deliver(timedelta(seconds=15))} == {200}
    assert office.titles("ned")[1] == ["Lunch"]
    calls = office.calls("olga")
    assert office.task({"pair": "olga"}).said == {"outcome": "later"}
    assert office.calls("olga") == calls
