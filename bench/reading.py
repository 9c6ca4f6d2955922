"""CPU of reading items from Exchange over a port: what the wire, the parser and the mapping take together.

An answer is read in pieces of 64 KiB, between which its length and its time are looked at; reading it in one piece was
measured to save a tenth of a millisecond in fifty.
"""

import tempfile
import time
from dataclasses import replace
from pathlib import Path

from bench.ground import MAILBOX, Ground
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.model.pair import Limits
from calpair.names import Names
from simulators.wire import mounted

_CALL = 50
"""Items a request, as a run asks for them."""


def measure(items: int) -> float:
    """Give the milliseconds of CPU, in the thread that asks."""
    with tempfile.TemporaryDirectory() as name:
        ground = Ground(Path(name))
        ground.fill_exchange(items)
        with mounted(ground.exchange) as url:
            server = replace(ground.app.pair("ana")[1].exchange, url=f"{url}/EWS/Exchange.asmx")
            names = Names(Limits(hosts=("127.0.0.1",)))
            connection = ExchangeConnection(server, lambda: "secret", ground.clock.now, None, names)
            calendar = ExchangeCalendar(connection, MAILBOX, "", zone=lambda: "")
            ids = [change.id for change in calendar.changes("").changes]
            begun = time.thread_time()
            for start in range(0, len(ids), _CALL):
                calendar.read(ids[start : start + _CALL])
            return (time.thread_time() - begun) * 1000
