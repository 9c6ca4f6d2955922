"""google-api-python-client at length, unmodified, in process and over a port: large batches, pages, tokens, patience.

Single calls are in test_google_strangers.py. Everything here is the library's own: the service comes from its discovery
document with the simulator's address as root, its batches and next pages are those it makes itself, its pauses go
through its `_sleep` and move the simulator's clock. The Calendar API has no method with media, so none is here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from typing import Any

import httplib2
import pytest
from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import HttpRequest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, InProcessHttp, Switches
from simulators.record import Fault
from simulators.wire import mounted

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
NAMES = [f"event {n:02}" for n in range(60)]


@dataclass
class Ground:
    """A simulator on its clock, and the library's service for it."""

    simulator: GoogleSimulator
    clock: ManualClock
    service: Any

    @property
    def events(self) -> Any:
        """The library's events resource."""
        return self.service.events()

    @property
    def names(self) -> list[str]:
        """What the events are called, oldest first."""
        return [event["summary"] for event in self.simulator.calendar("ana@g.test").events()]

    def fill(self, count: int) -> list[str]:
        """Let a person make events; returns their ids."""
        hand = self.simulator.calendar("ana@g.test")
        return [hand.create(summary=name, **DAY) for name in NAMES[:count]]

    def insert(self, name: str, **more: Any) -> Any:
        """A request to insert a day's event."""
        return self.events.insert(calendarId="primary", body={"summary": name, **DAY, **more})

    def listed(self, **query: Any) -> tuple[list[list[str]], str]:
        """Page through a list with list_next: names (or ids of what is gone) page by page, and the sync token."""
        pages, answer = [], {}
        request = self.events.list(calendarId="primary", **query)
        while request is not None:
            answer = request.execute()
            pages.append([event.get("summary", event["id"]) for event in answer["items"]])
            request = self.events.list_next(request, answer)
        return pages, answer["nextSyncToken"]

    def patient(self, request: HttpRequest) -> HttpRequest:
        """The same request, whose pauses pass on the simulator's clock."""
        request._sleep = lambda seconds: self.clock.advance(timedelta(seconds=seconds))
        request._rand = lambda: 1.0
        return request


@pytest.fixture(params=["process", "port"])
def ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    clock = ManualClock()
    simulator = GoogleSimulator(
        clock=clock, users={"ana@g.test": "TOKEN"}, switches=Switches(), refresh_tokens={"AGAIN": "ana@g.test"}
    )
    if request.param == "process":
        yield Ground(simulator, clock, _service(InProcessHttp(simulator), "https://google.test"))
        return
    with mounted(simulator) as base:
        http = httplib2.Http(timeout=20)
        yield Ground(simulator, clock, _service(http, base))
        http.close()


def _service(http: Any, base: str, token: str = "TOKEN") -> Any:  # noqa: S107 - of a simulated account
    place = files("googleapiclient") / "discovery_cache" / "documents" / "calendar.v3.json"
    document = json.loads(place.read_text(encoding="utf-8")) | {"rootUrl": f"{base}/"}
    credentials: Any = Credentials
    known = credentials(
        token, refresh_token="AGAIN", token_uri=f"{base}/token", client_id="client", client_secret="hidden"
    )
    return build_from_document(document, http=AuthorizedHttp(known, http=http))


def test_a_batch_of_60_is_one_request_and_60_events(ground: Ground) -> None:
    """Facts 1, 3.12."""
    made: dict[str, str] = {}
    batch = ground.service.new_batch_http_request(callback=lambda key, answer, _: made.update({key: answer["summary"]}))
    for name in NAMES:
        batch.add(ground.insert(name), request_id=name)
    batch.execute()
    assert made == {name: name for name in NAMES}
    assert list(made) == NAMES
    assert ground.names == NAMES
    assert ground.simulator.record.requests == {"batch": 1}
    assert [call.request for call in ground.simulator.record.calls] == [1] * 60


def test_in_a_batch_of_60_each_call_is_answered_for_itself(ground: Ground) -> None:
    """Facts 3.10, 3.12: a third is there, a third is gone, a third never was."""
    ids = ground.fill(40)
    for event_id in ids[20:]:
        ground.simulator.calendar("ana@g.test").delete(event_id)
    seen: list[int] = []
    batch = ground.service.new_batch_http_request(
        callback=lambda _, __, error: seen.append(204 if error is None else error.status_code)
    )
    for event_id in [*ids, *(f"nobodys{n:02}" for n in range(20))]:
        batch.add(ground.events.delete(calendarId="primary", eventId=event_id))
    batch.execute()
    assert seen == [204] * 20 + [410] * 20 + [404] * 20
    assert ground.names == []


def test_calls_refused_for_their_rate_in_a_batch_do_not_spoil_the_others(ground: Ground) -> None:
    """Facts 3.10: each call of a batch counts."""
    ground.simulator.turn(units_per_minute=50)
    errors: list[HttpError] = []
    batch = ground.service.new_batch_http_request(callback=lambda _, __, error: errors.append(error) if error else None)
    for name in NAMES:
        batch.add(ground.insert(name))
    batch.execute()
    assert ground.names == NAMES[:50]
    assert [(error.status_code, error.error_details[0]["reason"]) for error in errors] == [
        (403, "userRateLimitExceeded")
    ] * 10


def test_small_pages_are_gone_through_to_the_token_on_the_last(ground: Ground) -> None:
    """Facts 3.4: a page may hold less than was asked for."""
    ground.fill(60)
    ground.simulator.turn(page_cap=7)
    pages, token = ground.listed(maxResults=2500)
    assert [len(page) for page in pages] == [7] * 8 + [4]
    assert [name for page in pages for name in page] == NAMES
    assert ground.simulator.record.requests == {"events.list": 9}
    assert ground.listed(maxResults=2500, syncToken=token)[0] == [[]]


def test_a_token_tells_what_changed_since_in_pages_too(ground: Ground) -> None:
    """Facts 3.4: deltas page like lists, deleted events come as cancelled."""
    ids = ground.fill(10)
    _, token = ground.listed()
    hand = ground.simulator.calendar("ana@g.test")
    ground.events.patch(calendarId="primary", eventId=ids[0], body={"summary": "patched"}).execute()
    hand.update(ids[1], summary="by hand")
    hand.delete(ids[2])
    ground.insert("new").execute()
    ground.simulator.turn(page_cap=3, tombstones="bare")
    pages, token = ground.listed(syncToken=token)
    assert pages == [["patched", "by hand", ids[2]], ["new"]]
    assert ground.listed(syncToken=token)[0] == [[]]


def test_a_token_that_is_no_longer_good_says_so_and_a_full_list_begins_anew(ground: Ground) -> None:
    """Facts 3.4, 3.10."""
    ground.fill(2)
    _, token = ground.listed()
    ground.simulator.calendar("ana@g.test").expire_tokens()
    with pytest.raises(HttpError) as refused:
        ground.listed(syncToken=token)
    assert (refused.value.status_code, refused.value.error_details[0]["reason"]) == (410, "fullSyncRequired")
    assert ground.listed()[0] == [NAMES[:2]]


@pytest.mark.parametrize("kind", ["backend_503", "backend_500", "rate_limit_403", "user_rate_limit_403"])
def test_with_retries_it_pauses_and_tries_again(ground: Ground, kind: str) -> None:
    """Facts 1, 3.10: two, four, eight seconds where chance gives one."""
    ground.simulator.record.plant(Fault(kind, "events.insert", times=3))
    before = ground.clock.now()
    made = ground.patient(ground.insert("at last")).execute(num_retries=3)
    assert made["summary"] == "at last"
    assert timedelta(seconds=14) <= ground.clock.now() - before < timedelta(seconds=15)
    assert ground.names == ["at last"]
    assert ground.simulator.record.requests == {"events.insert": 4}


def test_when_its_retries_are_used_up_it_gives_the_last_refusal(ground: Ground) -> None:
    ground.simulator.record.plant(Fault("backend_503", "events.insert", times=9))
    with pytest.raises(HttpError) as refused:
        ground.patient(ground.insert("never")).execute(num_retries=2)
    assert refused.value.status_code == 503
    assert ground.simulator.record.requests == {"events.insert": 3}
    assert ground.names == []


@pytest.mark.parametrize("status", [403, 429])
def test_it_sits_out_a_minutes_limit_when_it_has_retries_enough(ground: Ground, status: int) -> None:
    """Facts 3.10: the window slides; 2 + 4 + 8 + 16 + 32 seconds are past it."""
    ground.simulator.turn(units_per_minute=3, rate_limit_status=status)
    for name in NAMES[:3]:
        ground.insert(name).execute()
    with pytest.raises(HttpError) as refused:
        ground.insert(NAMES[3]).execute()
    assert refused.value.status_code == status
    ground.patient(ground.insert(NAMES[3])).execute(num_retries=5)
    assert ground.names == NAMES[:4]


def test_it_renews_an_outdated_sign_in_by_itself(ground: Ground) -> None:
    """Facts 3.10: after 401 authError it asks the token endpoint and repeats the call."""
    base = ground.service._baseUrl.partition("/calendar/")[0]
    service = _service(ground.service._http.http, base, "OUTDATED")
    assert service.calendars().get(calendarId="primary").execute()["id"] == "ana@g.test"
    assert ground.simulator.record.requests == {"calendars.get": 2, "token": 1}


# To renew a sign-in within a batch the library opens a connection of its own, and leaves it to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("ground", ["port"], indirect=True)
def test_in_a_batch_it_repeats_only_what_was_not_signed_in(ground: Ground) -> None:
    """Facts 3.12: inner sign-ins override the outer one."""
    ids = ground.fill(2)
    ground.simulator.record.plant(Fault("auth_401", "events.get", nth=2))
    seen: list[str] = []
    batch = ground.service.new_batch_http_request(callback=lambda _, answer, __: seen.append(answer["summary"]))
    for event_id in ids:
        batch.add(ground.events.get(calendarId="primary", eventId=event_id))
    batch.execute()
    assert seen == NAMES[:2]
    assert [call.status for call in ground.simulator.record.calls if call.operation == "events.get"] == [200, 401, 200]


def test_the_methods_it_makes_of_the_document_do_what_they_are_called(ground: Ground) -> None:
    """Facts 3.5, 3.6, 3.7."""
    made = ground.insert("Lunch", location="Canteen").execute()
    where = {"calendarId": "primary", "eventId": made["id"]}
    replaced = ground.events.update(**where, body={"summary": "Dinner", **DAY}).execute()
    assert (replaced["summary"], "location" in replaced) == ("Dinner", False)
    patched = ground.events.patch(**where, body={"location": "Home"}).execute()
    assert (patched["summary"], patched["location"]) == ("Dinner", "Home")
    assert ground.events.get(**where).execute() == patched
    brought = ground.events.import_(
        calendarId="primary", body={"iCalUID": "abc@a.test", "summary": "From elsewhere", **DAY}
    ).execute()
    assert (brought["id"][0], brought["iCalUID"]) == ("_", "abc@a.test")
    assert ground.events.delete(**where).execute() == ""
    assert ground.names == ["From elsewhere"]
    assert ground.service.calendarList().get(calendarId="primary").execute()["accessRole"] == "owner"
    assert [row["id"] for row in ground.service.calendarList().list().execute()["items"]] == ["ana@g.test"]
    assert ground.service.settings().get(setting="timezone").execute()["value"] == "Europe/Berlin"
    assert len(ground.service.colors().get().execute()["event"]) == 11
    assert ground.simulator.record.mails == []


def test_it_asks_when_people_are_busy_and_reads_what_failed_beside_what_did_not(ground: Ground) -> None:
    """Facts 3.14."""
    ground.fill(1)
    asked = {
        "timeMin": "2026-11-04T00:00:00Z",
        "timeMax": "2026-11-07T00:00:00Z",
        "timeZone": "Europe/Berlin",
        "items": [{"id": "ana@g.test"}, {"id": "nobody@g.test"}],
    }
    answer = ground.service.freebusy().query(body=asked).execute()
    assert answer["calendars"] == {
        "ana@g.test": {"busy": [{"start": "2026-11-05T00:00:00+01:00", "end": "2026-11-06T00:00:00+01:00"}]},
        "nobody@g.test": {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []},
    }
    with pytest.raises(HttpError) as refused:
        ground.service.freebusy().query(body=asked | {"timeMax": "2027-11-07T00:00:00Z"}).execute()
    assert (refused.value.status_code, refused.value.reason) == (400, "The requested time range is too long.")


def test_its_stale_write_is_refused_and_changes_nothing(ground: Ground) -> None:
    """Facts 3.5."""
    made = ground.insert("Lunch").execute()
    ground.simulator.calendar("ana@g.test").update(made["id"], summary="by hand")
    late = ground.events.patch(calendarId="primary", eventId=made["id"], body={"summary": "by us"})
    late.headers["If-Match"] = made["etag"]
    with pytest.raises(HttpError) as refused:
        late.execute(num_retries=3)
    assert refused.value.status_code == 412
    assert ground.names == ["by hand"]


def test_a_request_it_wrote_down_can_be_sent_another_day(ground: Ground) -> None:
    """The library turns requests into JSON and back."""
    request = ground.insert("Grüße\nan alle 🍝")
    again = HttpRequest.from_json(request.to_json(), request.http, request.postproc)
    assert again.execute()["summary"] == "Grüße\nan alle 🍝"
    assert ground.names == ["Grüße\nan alle 🍝"]


@pytest.mark.parametrize("method", ["quickAdd", "move", "watch"])
def test_what_is_not_modelled_is_refused_by_name_and_changes_nothing(ground: Ground, method: str) -> None:
    (event_id,) = ground.fill(1)
    arguments: dict[str, dict[str, Any]] = {
        "quickAdd": {"text": "Lunch at noon"},
        "move": {"eventId": event_id, "destination": "other"},
        "watch": {"body": {"id": "channel", "type": "web_hook", "address": "https://calpair.test/"}},
    }
    with pytest.raises(HttpError) as refused:
        getattr(ground.events, method)(calendarId="primary", **arguments[method]).execute()
    assert refused.value.status_code == 501
    assert f"events.{method}" in refused.value.reason
    assert ground.names == NAMES[:1]
