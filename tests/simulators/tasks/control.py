"""What the simulator answers over HTTP: the documents its tokens are checked by, and its back door for tests and people.

`GET /oauth2/v1/certs` (X.509), `GET /oauth2/v3/certs` (JWK), `GET /_sim/journal`, `GET /_sim/counters`, `POST /_sim/fault`.
None needs sign-in and none is counted.
"""

import json
from typing import Any, Protocol

from simulators.reading import read
from simulators.record import Fault, Record, read_fault
from simulators.rpc import faults
from simulators.tasks.delivery import KINDS as DELIVERIES
from simulators.tasks.dispatch import Attempt
from simulators.tasks.oidc import Issuer
from simulators.wire import Request, Response

KINDS = {**faults.KINDS, **DELIVERIES}


class Shown(Protocol):
    """What is seen of the simulator from here."""

    record: Record
    issuer: Issuer

    @property
    def journal(self) -> list[Attempt]:
        """The deliveries so far."""

    def plant(self, fault: Fault) -> None:
        """Plant a fault; ValueError for one nobody can play."""


def answer(simulator: Shown, request: Request) -> Response:
    """Answer an HTTP request; 404 names the paths there are."""
    asked = (request.method, request.path)
    if asked == ("GET", "/oauth2/v1/certs"):
        return _json(simulator.issuer.certificates())
    if asked == ("GET", "/oauth2/v3/certs"):
        return _json(simulator.issuer.key_set())
    if asked == ("GET", "/_sim/journal"):
        return _json([_line(attempt) for attempt in simulator.journal])
    if asked == ("GET", "/_sim/counters"):
        return _json(simulator.record.counters())
    if asked == ("POST", "/_sim/fault"):
        try:
            fault = read_fault(read(request.body), KINDS)
            simulator.plant(fault)
        except ValueError as error:
            return _json({"error": str(error)}, 400)
        return _json({"planted": fault.kind})
    known = "GET /oauth2/v1/certs, /oauth2/v3/certs, /_sim/journal, /_sim/counters or POST /_sim/fault"
    return _json({"error": f"write {known}"}, 404)


def _line(attempt: Attempt) -> dict[str, Any]:
    delivery = attempt.delivery
    return {
        "queue": delivery.queue,
        "task": delivery.task,
        "url": delivery.url,
        "at": attempt.at.isoformat(),
        "status": attempt.status,
        "end": attempt.end,
        "again": attempt.again.isoformat() if attempt.again else None,
    }


def _json(value: object, status: int = 200) -> Response:
    return Response(status, json.dumps(value, indent=1).encode(), (("Content-Type", "application/json"),))
