"""Redirects, and answers that point elsewhere, from the Google simulator."""

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator
from simulators.google.asking import Asking
from simulators.record import Fault
from simulators.wire import Request, Response

DAY = {"summary": "Lunch", "start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
METADATA = "http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token"
LIST = "/calendar/v3/calendars/primary/events"


def get(simulator: GoogleSimulator, path: str) -> Response:
    return simulator.handle(Request.of("GET", path, {"authorization": "Bearer TOKEN"}, b""))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", [METADATA, "http://127.0.0.1:1/", "https://other.test/", "//other.test/"])
def test_a_redirect_points_where_the_fault_says(status: int, location: str) -> None:
    """RFC 9110 15.4."""
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.record.plant(Fault(f"redirect_{status}", "events.list", location=location))
    response = get(simulator, LIST)
    assert (response.status, dict(response.headers)["Location"]) == (status, location)
    assert get(simulator, LIST).status == 200


def test_a_redirect_may_point_nowhere() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.record.plant(Fault("redirect_302"))
    response = get(simulator, LIST)
    assert (response.status, "Location" in dict(response.headers)) == (302, False)


def test_nothing_is_done_under_a_redirect_and_a_fault_may_name_one_event() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.record.plant(Fault("redirect_307", "events.insert", detail="Lunch", location=METADATA))
    request = Request.of("POST", LIST, {"authorization": "Bearer TOKEN"}, b'{"summary": "Lunch"}')
    assert simulator.handle(request).status == 307
    assert simulator.calendar("ana@g.test").events() == []


@pytest.mark.parametrize("path", ["/token", "/oauth2/v1/certs", "/computeMetadata/v1/project/project-id"])
def test_what_stands_beside_the_calendar_may_point_elsewhere_too(path: str) -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.record.plant(Fault("redirect_301", location="https://other.test/"))
    assert get(simulator, path).status == 301


def test_a_good_answer_may_carry_a_location_nobody_is_to_follow() -> None:
    """RFC 9110 10.2.2: of a 200, Location asks for nothing."""
    simulator = GoogleSimulator(clock=ManualClock())
    Asking(simulator).insert(DAY)
    simulator.record.plant(Fault("stray_location", location=METADATA))
    response = get(simulator, LIST)
    headers = dict(response.headers)
    assert (response.status, headers["Location"], headers["Refresh"]) == (200, METADATA, f"0; url={METADATA}")
    assert b"Lunch" in response.body
