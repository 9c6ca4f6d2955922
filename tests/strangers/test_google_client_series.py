"""google-api-python-client on series, unmodified, in process and over a port: pages of instances, batches, deltas."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build
from googleapiclient.http import BatchHttpRequest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp
from simulators.google.hand import Hand
from simulators.wire import mounted

NINE = {"dateTime": "2026-11-02T09:00:00", "timeZone": "Europe/Berlin"}
TEN = {"dateTime": "2026-11-02T10:00:00", "timeZone": "Europe/Berlin"}
MORNING = {
    "id": "morning",
    "summary": "Stand-up",
    "start": NINE,
    "end": TEN,
    "recurrence": ["RRULE:FREQ=DAILY;COUNT=7"],
}


@dataclass
class Ground:
    """The library's events resource, where its batches go, and the person's hand."""

    service: Any
    base: str
    hand: Hand

    @property
    def events(self) -> Any:
        """The library's events resource."""
        return self.service.events()

    def instances(self, **query: Any) -> list[list[Any]]:
        """The pages of the series' instances, by instances_next."""
        pages = []
        request = self.events.instances(calendarId="primary", eventId="morning", **query)
        while request is not None:
            answer = request.execute()
            pages.append(answer["items"])
            request = self.events.instances_next(request, answer)
        return pages

    def batch(self, *requests: Any) -> list[Any]:
        """The answers of one batch, in order; a refusal is its exception."""
        answers: list[Any] = []
        batch = BatchHttpRequest(
            lambda _, answer, error: answers.append(error or answer), f"{self.base}/batch/calendar/v3"
        )
        for request in requests:
            batch.add(request)
        batch.execute()
        return answers


@pytest.fixture(params=["process", "port"])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    simulator = GoogleSimulator(clock=ManualClock())
    hand = simulator.calendar("ana@g.test")
    hand.create(**MORNING)
    if request.param == "process":
        yield Ground(
            _service(InProcessHttp(simulator, token="TOKEN"), "https://google.test"), "https://google.test", hand
        )
        return
    with mounted(simulator) as base:
        plain = httplib2.Http(timeout=20)
        credentials: Any = Credentials
        yield Ground(_service(AuthorizedHttp(credentials(token="TOKEN"), http=plain), base), base, hand)
        plain.close()


def _service(http: Any, base: str) -> Any:
    return build(
        "calendar", "v3", http=http, static_discovery=True, client_options={"api_endpoint": f"{base}/calendar/v3/"}
    )


def test_it_pages_through_instances(ground: Ground) -> None:
    """Discovery: events.instances and its next."""
    pages = ground.instances(maxResults=3)
    assert [[item["start"]["dateTime"][8:10] for item in page] for page in pages] == [
        ["02", "03", "04"],
        ["05", "06", "07"],
        ["08"],
    ]
    (found,) = ground.instances(originalStart="2026-11-05T09:00:00+01:00")
    assert found == [pages[1][0]]


def test_it_changes_instances_in_a_batch(ground: Ground) -> None:
    """Facts 3.12: each answered for itself, in order."""
    (items,) = ground.instances()
    ids = [item["id"] for item in items]
    answers = ground.batch(
        ground.events.patch(calendarId="primary", eventId=ids[0], body={"summary": "Long"}),
        ground.events.delete(calendarId="primary", eventId=ids[1]),
        ground.events.patch(calendarId="primary", eventId=ids[2], body={"recurrence": ["RRULE:FREQ=DAILY"]}),
        ground.events.update(calendarId="primary", eventId=ids[3], body={**items[3], "location": "Room 2"}),
    )
    assert (answers[0]["summary"], answers[3]["location"], answers[2].status_code) == ("Long", "Room 2", 400)
    assert [seen.title for seen in ground.hand.agenda("2026-11-02", "2026-11-06")] == ["Long", "Stand-up", "Stand-up"]


def test_it_syncs_exceptions_alone(ground: Ground) -> None:
    """Facts 3.2: bare when cancelled."""
    token = ground.events.list(calendarId="primary").execute()["nextSyncToken"]
    ground.hand.cancel_instance("morning", "2026-11-04T08:00:00Z")
    answer = ground.events.list(calendarId="primary", syncToken=token).execute()
    assert [(item["status"], item["recurringEventId"]) for item in answer["items"]] == [("cancelled", "morning")]


def test_it_expands_with_single_events(ground: Ground) -> None:
    """Facts 3.2, 3.4."""
    query = {"singleEvents": True, "orderBy": "startTime", "maxResults": 4}
    request = ground.events.list(calendarId="primary", **query)
    pages = []
    while request is not None:
        answer = request.execute()
        pages.append(len(answer["items"]))
        request = ground.events.list_next(request, answer)
    assert pages == [4, 3]
