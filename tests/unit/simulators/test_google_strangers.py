"""Google's own client library, unaltered, against the simulator: batches, paging, retries, long queries."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest, HttpRequest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp, Switches
from simulators.record import Fault
from simulators.wire import mounted

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


def world(**switches: Any) -> GoogleSimulator:
    return GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))


@contextmanager
def library(simulator: GoogleSimulator, mount: str) -> Iterator[tuple[Any, str]]:
    """The events resource over either mount, with the library's usual credentials, and the batch address."""
    if mount == "process":
        with _built(InProcessHttp(simulator), "https://google.test") as events:
            yield events
    else:
        with mounted(simulator) as base, _built(httplib2.Http(), base) as events:
            yield events


@contextmanager
def _built(http: Any, base: str) -> Iterator[tuple[Any, str]]:
    credentials: Any = Credentials
    signed = AuthorizedHttp(credentials("TOKEN"), http=http)
    options = {"api_endpoint": f"{base}/calendar/v3/"}
    service = build("calendar", "v3", http=signed, static_discovery=True, client_options=options)
    yield service.events(), f"{base}/batch/calendar/v3"
    http.close()


@pytest.mark.parametrize("mount", ["process", "port"])
def test_a_batch_of_the_librarys_own_making_is_understood(mount: str) -> None:
    """Facts 1, 3.12."""
    simulator = world()
    simulator.calendar("ana@g.test").create(id="abcde", **DAY)
    seen: dict[str, Any] = {}

    def keep(name: str, answer: Any, error: HttpError | None) -> None:
        seen[name] = answer.get("summary") if error is None and answer else getattr(error, "status_code", "gone")

    with library(simulator, mount) as (events, address):
        batch = BatchHttpRequest(callback=keep, batch_uri=address)
        batch.add(events.insert(calendarId="primary", body={**DAY, "summary": "Grüße\nan alle"}), request_id="über 1")
        batch.add(events.get(calendarId="primary", eventId="nothere"))
        batch.add(events.delete(calendarId="primary", eventId="abcde"), request_id="gone")
        stale = events.patch(calendarId="primary", eventId="abcde", body={"summary": "x"})
        stale.headers["If-Match"] = '"1"'
        batch.add(stale, request_id="stale")
        batch.execute()
    assert seen == {"über 1": "Grüße\nan alle", "1": 404, "gone": "gone", "stale": 412}
    assert simulator.record.requests == {"batch": 1}


@pytest.mark.parametrize("mount", ["process", "port"])
def test_the_library_pages_through_a_list_and_gets_its_token_last(mount: str) -> None:
    """Facts 3.4."""
    simulator = world(empty_first_page=True, page_cap=2)
    for number in range(5):
        simulator.calendar("ana@g.test").create(summary=str(number), **DAY)
    names, tokens = [], []
    with library(simulator, mount) as (events, _):
        request = events.list(calendarId="primary", showDeleted=True, maxResults=1000)
        while request is not None:
            answer = request.execute()
            names.append([item["summary"] for item in answer["items"]])
            tokens.append("nextSyncToken" in answer)
            request = events.list_next(request, answer)
    assert names == [[], ["0", "1"], ["2", "3"], ["4"]]
    assert tokens == [False, False, False, True]


@pytest.mark.parametrize(
    "kind", ["backend_500", "backend_503", "rate_limit_403", "user_rate_limit_403", "rate_limit_429"]
)
def test_the_library_tries_again_where_google_says_so(kind: str) -> None:
    """Facts 1."""
    simulator = world()
    simulator.record.plant(Fault(kind, times=2))
    slept: list[float] = []
    with library(simulator, "process") as (events, _):
        request = patient(events.list(calendarId="primary"), slept)
        assert request.execute(num_retries=2)["items"] == []
    assert [call.status for call in simulator.record.calls][-1] == 200
    assert len(simulator.record.calls) == 3
    assert len(slept) == 2


@pytest.mark.parametrize("kind", ["quota_403", "forbidden_403", "not_found_404", "invalid_400", "conflict_409"])
def test_the_library_does_not_try_again_where_it_would_not_help(kind: str) -> None:
    """Facts 1: quotaExceeded, 412, 409 and 410 are final."""
    simulator = world()
    simulator.record.plant(Fault(kind))
    with library(simulator, "process") as (events, _), pytest.raises(HttpError):
        patient(events.list(calendarId="primary"), []).execute(num_retries=2)
    assert len(simulator.record.calls) == 1


def test_after_a_lost_reply_the_librarys_second_try_finds_the_id_taken() -> None:
    simulator = world()
    simulator.record.plant(Fault("lost_reply"))
    with library(simulator, "process") as (events, _):
        request = patient(events.insert(calendarId="primary", body={**DAY, "id": "abcde", "summary": "Once"}), [])
        with pytest.raises(HttpError) as refused:
            request.execute(num_retries=1)
    assert refused.value.status_code == 409
    assert [event["summary"] for event in simulator.calendar("ana@g.test").events()] == ["Once"]


def test_after_a_time_out_without_effect_the_librarys_second_try_is_the_first() -> None:
    simulator = world()
    simulator.record.plant(Fault("timeout_before"))
    with library(simulator, "process") as (events, _):
        request = patient(events.insert(calendarId="primary", body={**DAY, "id": "abcde", "summary": "Once"}), [])
        assert request.execute(num_retries=1)["id"] == "abcde"
    assert [event["summary"] for event in simulator.calendar("ana@g.test").events()] == ["Once"]


def patient(request: HttpRequest, slept: list[float]) -> HttpRequest:
    """The same request, noting its pauses instead of making them."""
    request._sleep = slept.append
    request._rand = random.Random(1).random  # noqa: S311 - jitter
    return request


@pytest.mark.parametrize("mount", ["process", "port"])
def test_a_query_too_long_for_an_address_still_arrives(mount: str) -> None:
    """Facts 1: over 2048 characters the library posts its GET."""
    simulator = world()
    text = "x" * 1024
    simulator.calendar("ana@g.test").create(
        summary="Found", extendedProperties={"private": {"key": text}, "shared": {}}, **DAY
    )
    with library(simulator, mount) as (events, _):
        answer = events.list(
            calendarId="primary",
            privateExtendedProperty=f"key={text}",
            fields="items(summary)," + ",".join(["kind"] * 300),
        ).execute()
    assert answer["items"] == [{"summary": "Found"}]
    assert [call.operation for call in simulator.record.calls] == ["events.list"]


def test_a_calendar_id_with_marks_in_it_finds_its_way() -> None:
    simulator = world()
    name = "de.german#holiday@group.v.calendar.google.com"
    simulator.add_calendar(name, "ana@g.test").create(summary="Feast", **DAY)
    with library(simulator, "process") as (events, _):
        assert events.list(calendarId=name).execute()["items"][0]["summary"] == "Feast"


def test_a_connection_is_cut_on_a_port_where_a_fault_says_so() -> None:
    simulator = world()
    simulator.record.plant(Fault("lost_reply", "events.insert", times=2))
    with library(simulator, "port") as (events, _), pytest.raises(ConnectionError):
        events.insert(calendarId="primary", body={**DAY, "summary": "There"}).execute()
    assert [event["summary"] for event in simulator.calendar("ana@g.test").events()][:1] == ["There"]
