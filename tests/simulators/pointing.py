"""Answers that point elsewhere: redirects, and a stray Location on an answer that is none.

A client that follows one of these leaves the server it was told to trust: to loopback, to the metadata address, to
whoever the answer names. Source: RFC 9110 15.4 (3xx) and 10.2.2 (Location: of a 200 it asks for nothing).
"""

from simulators.record import Fault
from simulators.wire import Response

_STATUS = {f"redirect_{status}": status for status in (301, 302, 303, 307, 308)}


def redirect(fault: Fault) -> Response | None:
    """The redirect a fault stands for; None for other faults."""
    status = _STATUS.get(fault.kind)
    if status is None:
        return None
    headers = (("Location", fault.location),) if fault.location else ()
    return Response(status, b"<html><body>Object moved</body></html>", (("Content-Type", "text/html"), *headers))


def stray(fault: Fault, response: Response) -> Response:
    """The same answer; under `stray_location` with headers that point elsewhere."""
    if fault.kind != "stray_location":
        return response
    pointers = (("Location", fault.location), ("Refresh", f"0; url={fault.location}"))
    return Response(response.status, response.body, (*response.headers, *pointers))
