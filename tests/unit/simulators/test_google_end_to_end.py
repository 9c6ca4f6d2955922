"""The whole Google simulator through Google's own client library, in process and on a port."""

import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httplib2
import pytest
import requests
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.record import Fault
from simulators.wire import Crash, mounted

LUNCH = {
    "summary": "Lunch",
    "start": {"dateTime": "2026-11-05T12:00:00+01:00", "timeZone": "Europe/Berlin"},
    "end": {"dateTime": "2026-11-05T13:00:00+01:00", "timeZone": "Europe/Berlin"},
}


def service(http: Any, base: str = "https://google.test") -> Any:
    return build(
        "calendar",
        "v3",
        http=http,
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": f"{base}/calendar/v3/"},
    )


class SignedHttp(httplib2.Http):
    """The library's own HTTP with a bearer token on every request."""

    def request(self, uri: str, *args: Any, **more: Any) -> Any:
        more["headers"] = {**(more.get("headers") or {}), "authorization": "Bearer TOKEN"}
        return super().request(uri, *args, **more)


def walk(events: Any, batch: BatchHttpRequest) -> None:
    made = events.insert(calendarId="primary", body={**LUNCH, "id": "lunch1"}).execute()
    assert made["start"] == {"dateTime": "2026-11-05T12:00:00+01:00", "timeZone": "Europe/Berlin"}
    assert made["organizer"] == {"email": "ana@g.test", "self": True}
    first = events.list(calendarId="primary").execute()
    assert [item["id"] for item in first["items"]] == ["lunch1"]
    moved = events.patch(calendarId="primary", eventId="lunch1", body={"location": "Canteen"})
    moved.headers["If-Match"] = made["etag"]
    assert moved.execute()["location"] == "Canteen"
    with pytest.raises(HttpError) as stale:
        moved.execute()
    assert stale.value.status_code == 412
    delta = events.list(calendarId="primary", syncToken=first["nextSyncToken"]).execute()
    assert [item["location"] for item in delta["items"]] == ["Canteen"]

    answers: dict[str, Any] = {}
    for name in ("supper", "tea 1"):
        batch.add(
            events.insert(calendarId="primary", body={**LUNCH, "summary": name}),
            callback=lambda key, answer, error: answers.update({key: error or answer["summary"]}),
            request_id=name,
        )
    batch.execute()
    assert answers == {"supper": "supper", "tea 1": "tea 1"}

    events.delete(calendarId="primary", eventId="lunch1").execute()
    gone = events.list(calendarId="primary", syncToken=delta["nextSyncToken"]).execute()
    assert [(item.get("summary"), item["status"]) for item in gone["items"]] == [
        ("supper", "confirmed"),
        ("tea 1", "confirmed"),
        (None, "cancelled"),
    ]


def test_the_client_library_walks_through_in_process() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    http = InProcessHttp(simulator, token="TOKEN")
    batch = BatchHttpRequest(batch_uri="https://google.test/batch/calendar/v3")
    walk(service(http).events(), batch)
    assert simulator.record.counters() == {
        "requests": {"batch": 1, "events.delete": 1, "events.insert": 1, "events.list": 3, "events.patch": 2},
        "requests_total": 8,
        "quota_units": 9,
        "mails": 0,
    }
    assert [call.operation for call in simulator.record.calls if call.changed] == [
        "events.insert",
        "events.patch",
        "events.insert",
        "events.insert",
        "events.delete",
    ]


def test_the_client_library_walks_through_over_a_port() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    with mounted(simulator) as base:
        batch = BatchHttpRequest(batch_uri=f"{base}/batch/calendar/v3")
        http = SignedHttp()
        walk(service(http, base).events(), batch)
        http.close()
        state = requests.get(f"{base}/_sim/state", timeout=10).json()
    assert [event["summary"] for event in state["calendars"]["ana@g.test"]["events"]] == ["supper", "tea 1"]
    assert state["calendars"]["ana@g.test"]["timeZone"] == "Europe/Berlin"


@pytest.mark.parametrize(("kind", "stored"), [("crash_before", 0), ("crash_after", 1)])
def test_a_planted_crash_ends_the_client_before_or_after_the_effect(kind: str, stored: int) -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.record.plant(Fault(kind, "events.insert"))
    with pytest.raises(Crash):
        service(InProcessHttp(simulator, token="TOKEN")).events().insert(calendarId="primary", body=LUNCH).execute()
    assert len(simulator.calendar("ana@g.test").events()) == stored


def test_the_command_serves_on_a_port_and_says_where() -> None:
    tests = Path(__file__).parents[2]
    words = ["-m", "simulators", "google", "--port", "0", "--user", "bob@g.test:BOB", "--switch", "tombstones=bare"]
    command = [sys.executable, *words]
    with subprocess.Popen(command, cwd=tests, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own words
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("google simulator at http://127.0.0.1:")
        url = f"{line.split()[-1]}calendar/v3/calendars/primary"
        answer = requests.get(url, headers={"Authorization": "Bearer BOB"}, timeout=10)
        assert answer.json()["id"] == "bob@g.test"
        try:
            process.send_signal(signal.SIGINT)
            assert process.wait(10) == 0
        finally:
            process.kill()
