"""Batches: form, order, headers, single failures, and faults within and around them."""

from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking
from simulators.record import Fault
from simulators.wire import Crash, LostReplyError, Request, TimedOutError

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
EVENTS = "calendars/primary/events"


def world(*faults: Fault, **switches: Any) -> tuple[GoogleSimulator, Asking]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    for fault in faults:
        simulator.record.plant(fault)
    return simulator, Asking(simulator)


def inserts(*names: str) -> list[tuple[str, str, Any]]:
    return [("POST", EVENTS, {**DAY, "summary": name}) for name in names]


def summaries(simulator: GoogleSimulator) -> list[str]:
    return [event["summary"] for event in simulator.calendar("ana@g.test").events()]


def raw(simulator: GoogleSimulator, body: bytes, content_type: str = "multipart/mixed; boundary=cut") -> Any:
    headers = {"Authorization": "Bearer TOKEN", "Content-Type": content_type}
    return simulator.handle(Request.of("POST", "/batch/calendar/v3", headers, body))


def test_each_part_is_answered_under_its_own_name_in_the_order_given() -> None:
    """Facts 3.12."""
    simulator, ana = world()
    answers = ana.batch(*inserts("One", "Two"), ("GET", f"{EVENTS}?maxResults=1&fields=items(summary)", None))
    assert list(answers) == ["response-1", "response-2", "response-3"]
    assert [answer.status for answer in answers.values()] == [200, 200, 200]
    assert answers["response-3"].json == {"items": [{"summary": "One"}]}
    assert simulator.record.requests == {"batch": 1}
    assert simulator.record.units == 3
    assert [(call.request, call.operation) for call in simulator.record.calls] == [
        (1, "events.insert"),
        (1, "events.insert"),
        (1, "events.list"),
    ]


def test_the_bytes_of_an_answer_are_googles() -> None:
    """Facts 3.12: multipart/mixed of application/http."""
    simulator, _ = world()
    simulator.calendar("ana@g.test").create(id="abcde", **DAY)
    body = (
        b"--cut\r\nContent-Type: application/http\r\nContent-ID: <a + 1>\r\n\r\n"
        b"DELETE /calendar/v3/calendars/primary/events/abcde HTTP/1.1\r\n\r\n\r\n--cut--\r\n"
    )
    answer = raw(simulator, body)
    boundary = dict(answer.headers)["Content-Type"].removeprefix("multipart/mixed; boundary=")
    assert answer.body.decode() == (
        f"--{boundary}\r\nContent-Type: application/http\r\nContent-ID: <response-a + 1>\r\n\r\n"
        f"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n\r\n--{boundary}--\r\n"
    )


def test_one_failure_is_the_failure_of_one() -> None:
    """Facts 3.12: no transaction."""
    simulator, ana = world()
    answers = ana.batch(
        *inserts("One"), ("GET", f"{EVENTS}/nothere", None), ("POST", EVENTS, {"summary": "No time"}), *inserts("Two")
    )
    assert [(answer.status, answer.reason) for answer in answers.values()] == [
        (200, ""),
        (404, "notFound"),
        (400, "required"),
        (200, ""),
    ]
    assert summaries(simulator) == ["One", "Two"]


def test_inner_preconditions_and_sign_in_count() -> None:
    """Facts 3.12: inner headers override outer ones."""
    simulator, ana = world()
    etag = ana.insert({**DAY, "id": "abcde"}).json["etag"]
    part = "--cut\nContent-Type: application/http\nContent-ID: <{}>\n\nPATCH /calendar/v3/{}/abcde HTTP/1.1\n{}\n\n{}\n"
    body = "".join(
        part.format(number, EVENTS, headers, '{"summary": "x"}')
        for number, headers in enumerate(('If-Match: "1"', f"If-Match: {etag}", "authorization: Bearer WRONG"))
    )
    text = raw(simulator, f"{body}--cut--".encode()).body.decode()
    assert [line for line in text.splitlines() if line.startswith("HTTP/1.1")] == [
        "HTTP/1.1 412 Precondition Failed",
        "HTTP/1.1 200 OK",
        "HTTP/1.1 401 Unauthorized",
    ]


def test_each_item_may_bring_its_own_sign_in() -> None:
    """Facts 3.12: none of the outer request's is needed then."""
    simulator, _ = world()
    body = PART + b"GET /calendar/v3/colors HTTP/1.1\nAuthorization: Bearer TOKEN\n\n\n--cut--"
    headers = {"Content-Type": 'multipart/mixed; boundary="cut"'}
    answer = simulator.handle(Request.of("POST", "/batch/calendar/v3", headers, body))
    assert b"HTTP/1.1 200 OK" in answer.body


def test_the_order_of_effects_may_be_another() -> None:
    """Facts 3.12: items may run in any order; switch batch_order."""
    simulator, ana = world(batch_order="reversed")
    answers = ana.batch(*inserts("One", "Two"))
    assert [answer.json["summary"] for answer in answers.values()] == ["One", "Two"]
    assert summaries(simulator) == ["Two", "One"]


def test_a_thousand_calls_are_taken_and_one_more_is_not() -> None:
    """Facts 3.12."""
    simulator, ana = world()
    assert len(ana.batch(*[("GET", "calendars/primary", None)] * 1000)) == 1000
    refused = ana.batch(*[("GET", "calendars/primary", None)] * 1001)[""]
    assert (refused.status, refused.reason) == (400, "badRequest")
    assert simulator.record.units == 1000


PART = b"--cut\nContent-Type: application/http\n\n"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"{}", "application/json"),
        (b"{}", "multipart/mixed"),
        (b"no boundary", "multipart/mixed; boundary=cut"),
        (b"--cut--", "multipart/mixed; boundary=cut"),
        (PART + b"GET /calendar/v3/colors HTTP/1.1\n\n", "multipart/mixed; boundary=cut"),
        (PART + b"GET https://google.test/calendar/v3/colors HTTP/1.1\n\n--cut--", "multipart/mixed; boundary=cut"),
        (PART + b"nonsense\n\n--cut--", "multipart/mixed; boundary=cut"),
        (b"--cut\n\nGET /calendar/v3/colors HTTP/1.1\n\n--cut--", "multipart/mixed; boundary=cut"),
    ],
)
def test_a_body_that_is_no_batch_is_refused(body: bytes, content_type: str) -> None:
    """Facts 3.12: parts are application/http and name paths only."""
    simulator, _ = world()
    assert raw(simulator, body, content_type).status == 400
    assert simulator.record.calls == []


def test_a_batch_within_a_batch_is_no_method() -> None:
    simulator, _ = world()
    answer = raw(simulator, PART + b"POST /batch/calendar/v3 HTTP/1.1\n\n--cut--")
    assert b"HTTP/1.1 404" in answer.body


@pytest.mark.parametrize(
    ("kind", "error", "there"),
    [
        ("crash_before", Crash, ["One"]),
        ("crash_after", Crash, ["One", "Two"]),
        ("timeout_before", TimedOutError, ["One"]),
        ("lost_reply", LostReplyError, ["One", "Two", "Three"]),
        ("late_effect", TimedOutError, ["One", "Three"]),
    ],
)
def test_a_client_cut_off_at_one_item(kind: str, error: type[BaseException], there: list[str]) -> None:
    """A crash ends the batch there; a lost or late answer is that of all, and the rest is done."""
    simulator, ana = world(Fault(kind, "events.insert", nth=2, seconds=60))
    with pytest.raises(error):
        ana.batch(*inserts("One", "Two", "Three"))
    assert summaries(simulator) == there


@pytest.mark.parametrize(
    ("kind", "error", "there"),
    [
        ("crash_before", Crash, []),
        ("crash_after", Crash, ["One", "Two"]),
        ("timeout_before", TimedOutError, []),
        ("lost_reply", LostReplyError, ["One", "Two"]),
        ("late_effect", TimedOutError, []),
    ],
)
def test_a_client_cut_off_around_the_whole(kind: str, error: type[BaseException], there: list[str]) -> None:
    simulator, ana = world(Fault(kind, "batch", seconds=0.5))
    with pytest.raises(error):
        ana.batch(*inserts("One", "Two"))
    assert summaries(simulator) == there


def test_a_late_batch_takes_effect_whole() -> None:
    simulator, ana = world(Fault("late_effect", "batch", seconds=0))
    with pytest.raises(TimedOutError):
        ana.batch(*inserts("One", "Two"))
    simulator.settle()
    assert summaries(simulator) == ["One", "Two"]


def test_a_late_batch_may_be_cut_off_once_more_and_nobody_notices() -> None:
    simulator, ana = world(Fault("late_effect", "batch", seconds=0), Fault("crash_after", "events.insert"))
    with pytest.raises(TimedOutError):
        ana.batch(*inserts("One", "Two"))
    assert ana.get("calendars/primary").status == 200
    assert summaries(simulator) == ["One"]


def test_a_fault_without_an_operation_counts_items_and_not_the_batch() -> None:
    simulator, ana = world(Fault("conflict_409", nth=2))
    answers = ana.batch(*inserts("One", "Two", "Three"))
    assert [answer.reason for answer in answers.values()] == ["", "conflict", ""]
    assert summaries(simulator) == ["One", "Three"]


def test_the_whole_batch_may_be_refused() -> None:
    simulator, ana = world(Fault("backend_503", "batch"))
    assert ana.batch(*inserts("One"))[""].reason == "backendError"
    assert (summaries(simulator), simulator.record.units, simulator.record.calls) == ([], 0, [])
