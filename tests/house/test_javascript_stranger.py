"""A client written by others, in another language, finds the Exchange simulator to be an Exchange server.

What it shares with the product is nothing: no library, no author, no reading of the documentation. Where both are right
the simulator is no mirror of the product's own mistakes.
"""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from simulators.clock import ManualClock
from simulators.exchange import schemas
from simulators.exchange.simulator import PATH, ExchangeSimulator
from simulators.wire import mounted

SCRIPT = Path(__file__).with_name("javascript_stranger.cjs")


@pytest.mark.needs("node")
def test_a_javascript_client_keeps_an_event_through_its_life() -> None:
    simulator = ExchangeSimulator(clock=ManualClock(), schemas=schemas.from_environment())
    node = shutil.which("node")
    assert node
    with mounted(simulator) as address:
        command = [node, str(SCRIPT), f"{address}{PATH}"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our script
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == {
        "created": ["Lunch", "Canteen", "2026-11-03T12:00:00.000Z", "2026-11-03T13:00:00.000Z"],
        "listed": ["Create"],
        "updated": "Long lunch",
        "found": ["Long lunch"],
        "gone": ["Delete"],
    }
    assert simulator.mailbox("ana@a.test").items() == ()
    assert simulator.record.mails == []
