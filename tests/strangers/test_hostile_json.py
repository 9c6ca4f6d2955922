"""Hostile and broken requests to the Google simulator: each is refused in Google's own form and changes nothing.

In process, so that a traceback would be seen; what is wrong below HTTP's headers is in test_hostile_wire.py. Expected
statuses and reasons are by hand (facts/google 3.0, 3.4, 3.5, 3.10, 3.12).
"""

import base64
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator
from simulators.google.asking import Asking
from simulators.wire import Request, Response

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
NOON, ONE = {"dateTime": "2026-11-05T12:00:00Z"}, {"dateTime": "2026-11-05T13:00:00Z"}
EVENTS = "/calendar/v3/calendars/primary/events"
JWT = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion="
CUT = "multipart/mixed; boundary=cut"


@dataclass
class Ground:
    """A simulator in which one event is, and stays the only one."""

    simulator: GoogleSimulator
    event_id: str

    def send(self, body: bytes, method: str = "POST", target: str = EVENTS, **headers: str) -> Response:
        """Send bytes as ana, with more headers as given."""
        named = {"authorization": "Bearer TOKEN"} | {name.replace("_", "-"): text for name, text in headers.items()}
        return self.simulator.handle(Request.of(method, target, named, body))

    def insert(self, body: Any, target: str = EVENTS) -> Response:
        """Send JSON."""
        return self.send(json.dumps(body).encode(), target=target)

    def untouched(self) -> bool:
        """Whether the event is as it was, and the next request is served."""
        listed = Asking(self.simulator).list(timeMin="2026-01-01T00:00:00Z")
        return [(event["summary"], event["sequence"]) for event in listed.json["items"]] == [("Kept", 0)]


@pytest.fixture
def ground() -> Ground:
    simulator = GoogleSimulator(clock=ManualClock())
    return Ground(simulator, simulator.calendar("ana@g.test").create(summary="Kept", **DAY))


def said(response: Response) -> tuple[int, str]:
    """The status and reason of a refusal, whose form is checked."""
    error = json.loads(response.body)["error"]
    (first,) = error["errors"]
    assert {"domain", "reason", "message"} <= set(first)
    assert error["code"] == response.status
    return response.status, first["reason"]


NO_EVENT = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"Lunch"',
    "XML": b"<a/>",
    "cut off": json.dumps({"summary": "Lunch", **DAY}).encode()[:-5],
    "two values": json.dumps(DAY).encode() * 2,
    "not UTF-8": b'{"summary": "\xff\xfe"}',
    "zeros": bytes(100),
    "ten million letters": b"x" * 10_000_000,
    "a number of 5000 digits": b'{"sequence": ' + b"9" * 5000 + b"}",
}
NESTED = {"lists": b"[" * 10_000 + b"]" * 10_000, "objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000}


@pytest.mark.parametrize(
    "body",
    [pytest.param(body, id=name) for name, body in NO_EVENT.items()]
    + [pytest.param(body, id=f"10,000 {name}, each in the one before") for name, body in NESTED.items()],
)
def test_a_body_that_is_no_object_is_a_parse_error(ground: Ground, body: bytes) -> None:
    """Facts 3.0, 3.10."""
    assert said(ground.send(body)) == (400, "parseError")
    assert said(ground.send(body, "PATCH", f"{EVENTS}/{ground.event_id}")) == (400, "parseError")
    assert ground.untouched()


@pytest.mark.parametrize(
    "fields",
    [
        {"sequence": float("nan")},
        {"sequence": float("inf")},
        {"sequence": -1},
        {"sequence": 2**31},
        {"sequence": True},
        {"summary": 5},
        {"summary": ["Lunch"]},
        {"nobodys": "field"},
        {"__class__": "x"},
        {"start": "2026-11-05"},
        {"start": {"date": "2026-02-30"}},
        {"start": {"date": "٢٠٢٦-11-05"}},
        {"start": {"dateTime": "2026-11-05T12:00:00+99:99"}, "end": ONE},
        {"start": {"dateTime": "2026-11-05T24:00:00Z"}, "end": ONE},
        {"start": {"dateTime": "2026-11-05T12:00:00", "timeZone": "../../etc/hostname"}, "end": ONE},
        {"start": {"dateTime": "2026-11-05T12:00:00", "timeZone": "Europe/\0Berlin"}, "end": ONE},
        {"id": "abcde\n"},
        {"id": "../abcde"},
        {"id": "a" * 1025},
        {"attendees": [{"email": "nobody"}]},
        {"attendees": [{"email": None}]},
        {"recurrence": ["RRULE:" + "A=B;" * 100_000]},
        {"recurrence": ["DTSTART:20261105T120000Z"]},
        {"extendedProperties": {"private": {f"k{n}": "v" for n in range(301)}}},
        {"extendedProperties": {"private": {"key": {"key": "value"}}}},
        {"reminders": {"overrides": [{"method": "pigeon", "minutes": 5}]}},
        {"reminders": {"overrides": [{"method": "popup", "minutes": 10**30}]}},
        {"attendees": [None]},
        {"recurrence": [None]},
        {"reminders": {"overrides": [None]}},
        {"reminders": {"overrides": [{"method": "popup", "minutes": None}]}},
        {"extendedProperties": {"private": {"key": "\ud800"}}},
        {"extendedProperties": {"private": {"\udfff": "value"}}},
        {"start": {"dateTime": "0001-01-01T00:00:00+14:00"}, "end": ONE},
        {"start": NOON, "end": {"dateTime": "9999-12-31T23:59:59-14:00"}},
    ],
    ids=lambda fields: json.dumps(fields)[:50],
)
def test_a_field_that_cannot_be_is_invalid(ground: Ground, fields: dict[str, Any]) -> None:
    """Facts 3.0, 3.1, 3.5, 3.8."""
    assert said(ground.insert({"summary": "New", **DAY, **fields})) == (400, "invalid")
    assert ground.untouched()


@pytest.mark.parametrize(
    "fields",
    [
        {"iCalUID": ""},
        {"iCalUID": "x", "organizer": {"email": "eve@x.test"}},
        {"iCalUID": "half \ud800"},
        {"iCalUID": "x", "attendees": [None]},
        {"iCalUID": "x", "organizer": {"email": None}, "attendees": [{"email": "ana@g.test"}]},
    ],
    ids=lambda fields: json.dumps(fields)[:50],
)
def test_an_import_that_cannot_be_is_refused(ground: Ground, fields: dict[str, Any]) -> None:
    """Facts 3.6."""
    assert said(ground.insert({**DAY, **fields}, f"{EVENTS}/import"))[0] == 400
    assert ground.untouched()


def test_an_answer_of_nobody_is_refused(ground: Ground) -> None:
    body = json.dumps({"attendeesOmitted": True, "attendees": [{"email": None}]}).encode()
    assert said(ground.send(body, "PATCH", f"{EVENTS}/{ground.event_id}"))[0] == 400


@pytest.mark.parametrize(
    "fields",
    [
        {"start": {"dateTime": "0001-01-01T00:00:00Z"}, "end": ONE},
        {"start": {"date": "0001-01-01"}},
        {"end": {"date": "9999-12-31"}},
    ],
    ids=["time", "first day", "last day"],
)
def test_an_event_at_the_ends_of_the_calendar_is_refused(ground: Ground, fields: dict[str, Any]) -> None:
    """In another zone it would lie in a year there is not."""
    assert said(ground.insert({"summary": "New", **DAY, **fields})) == (400, "invalid")
    assert ground.untouched()


def test_an_event_of_the_year_2_to_the_year_9998_is_kept_as_it_is(ground: Ground) -> None:
    first = {"dateTime": "0002-01-01T00:00:00+14:00", "timeZone": "Pacific/Kiritimati"}
    made = ground.insert({"start": first, "end": {"dateTime": "9998-12-31T23:59:59-12:00"}})
    assert made.status == 200
    # On 1 January of the year 2, Berlin's clocks were still 53 minutes and 28 seconds ahead of Greenwich's.
    assert json.loads(made.body)["start"]["dateTime"] == "0001-12-31T10:53:28+00:53:28"
    asking = Asking(ground.simulator)
    for zone in ("Pacific/Kiritimati", "Etc/GMT+12"):
        assert len(asking.list(timeMin="0001-01-01T00:00:00Z", timeZone=zone).json["items"]) == 2


def _token(*parts: object) -> str:
    return base64.b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    ("query", "refusal"),
    [
        ("bogus=1", (400, "invalid")),
        ("maxResults=-1", (400, "invalid")),
        ("maxResults=1e3", (400, "invalid")),
        ("maxResults=" + "9" * 5000, (400, "invalid")),
        ("maxResults=1&maxResults=2", (400, "invalid")),
        ("alt=media", (400, "invalid")),
        ("orderBy=id%3B--", (400, "invalid")),
        ("timeMin=yesterday", (400, "invalid")),
        ("timeMin=2026-11-05T12:00:00", (400, "invalid")),
        ("timeZone=../../etc/hostname", (400, "invalid")),
        ("timeZone=%00", (400, "invalid")),
        ("fields=items(", (400, "invalid")),
        ("fields=%00", (400, "invalid")),
        ("fields=items(items(items(id)))", (400, "invalid")),
        ("pageToken=%ff", (400, "invalid")),
        ("pageToken=" + _token("page", "ana@g.test", 0, [], "a", "b"), (400, "invalid")),
        ("syncToken=" + "A" * 100_000, (410, "fullSyncRequired")),
        ("syncToken=" + _token("sync"), (410, "fullSyncRequired")),
        ("syncToken=" + _token("sync", "eve@g.test", 0, "", 0, 0), (410, "fullSyncRequired")),
        ("syncToken=" + _token(*"sync"), (410, "fullSyncRequired")),
        ("fields=*(" + "a(" * 5000 + "a" + ")" * 5001, (400, "invalid")),
        ("fields=*/" + "a/" * 5000 + "a", (400, "invalid")),
        ("syncToken=" + base64.b64encode(b"[" * 20_000).decode(), (410, "fullSyncRequired")),
        ("timeMin=0001-01-01T00:00:00%2B14:00", (400, "invalid")),
        ("updatedMin=9999-12-31T23:59:59-14:00", (400, "invalid")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_question_that_is_none_is_refused(ground: Ground, query: str, refusal: tuple[int, str]) -> None:
    """Facts 3.0, 3.4, 3.10."""
    assert said(ground.send(b"", "GET", f"{EVENTS}?{query}")) == refusal
    assert ground.untouched()


@pytest.mark.parametrize("place", ["x", -1, 99, True, None, [], 1.0])
def test_a_token_of_its_own_with_another_place_is_no_longer_good(ground: Ground, place: object) -> None:
    asking = Asking(ground.simulator)
    for index in range(6):
        parts = json.loads(base64.b64decode(asking.list().json["nextSyncToken"]))
        parts[index] = place
        forged = quote(_token(*parts))
        assert said(ground.send(b"", "GET", f"{EVENTS}?syncToken={forged}")) == (410, "fullSyncRequired")
        assert said(ground.send(b"", "GET", f"{EVENTS}?pageToken={forged}")) == (400, "invalid")


@pytest.mark.parametrize(
    ("method", "target", "refusal"),
    [
        ("BREW", EVENTS, (404, "notFound")),
        ("HEAD", EVENTS, (404, "notFound")),
        ("PUT", EVENTS, (404, "notFound")),
        ("GET", "/", (404, "notFound")),
        ("GET", "/calendar/v3/../v3/calendars/primary/events", (404, "notFound")),
        ("GET", "/calendar/v3/calendars/..%2f..%2fetc/events", (404, "notFound")),
        ("GET", "/calendar/v3/calendars/%00%ff/events", (404, "notFound")),
        ("GET", "/calendar/v3/calendars/eve@g.test/events", (404, "notFound")),
        ("GET", f"{EVENTS}/{'a' * 100_000}", (404, "notFound")),
        ("GET", f"{EVENTS}/%0d%0aX-Evil:%201", (404, "notFound")),
        ("GET", "//[", (404, "notFound")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_nowhere_is_not_found(ground: Ground, method: str, target: str, refusal: tuple[int, str]) -> None:
    assert said(ground.send(b"", method, target)) == refusal
    assert ground.untouched()


@pytest.mark.parametrize(
    "sign", ["", "Bearer", "Bearer ", "Bearer \xfc", "Basic VE9LRU4=", "Bearer TOKEN\r\nX: y", "TOKEN"]
)
def test_a_sign_in_that_is_none_is_401(ground: Ground, sign: str) -> None:
    """Facts 3.10."""
    response = ground.send(json.dumps(DAY).encode(), authorization=sign)
    assert said(response) == (401, "authError")
    assert "WWW-Authenticate" in dict(response.headers)
    assert ground.untouched()


def test_a_query_in_a_form_that_is_no_text_is_refused(ground: Ground) -> None:
    """Facts 1: a long GET comes as POST."""
    assert said(ground.send(b"\xff\xfe", x_http_method_override="GET"))[0] == 400


@pytest.mark.parametrize(
    "body",
    [
        "",
        "&" * 100_000,
        "grant_type=magic",
        JWT,
        f"{JWT}a.b.c",
        f"{JWT}%C3%BC.b.c",
        f"{JWT}e30.e30.e30",
        "grant_type=refresh_token&client_id=c&client_secret=s&refresh_token=%00",
        "\xff",
        f"{JWT}W10.W10.W10",
        f"{JWT}{base64.urlsafe_b64encode(b'[' * 20_001).decode()}.e30.e30",
    ],
    ids=lambda body: body[-20:] or "nothing",
)
def test_a_grant_that_is_none_is_refused_in_oauths_form(ground: Ground, body: str) -> None:
    """RFC 6749 5.2."""
    response = ground.send(body.encode("latin-1"), target="/token")
    assert (response.status, set(json.loads(response.body))) == (400, {"error", "error_description"})


def _part(line: str, head: str = "Content-ID: <1>", body: str = "") -> str:
    return f"--cut\nContent-Type: application/http\n{head}\n\n{line}\n\n{body}\n"


INSERT = _part(f"POST {EVENTS} HTTP/1.1", body=json.dumps({"summary": "New", **DAY}))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("", INSERT + "--cut--"),
        ("application/json", INSERT + "--cut--"),
        ("multipart/mixed", INSERT + "--cut--"),
        ("multipart/mixed; boundary=other", INSERT + "--cut--"),
        ('multipart/mixed; boundary=""', "----"),
        ("multipart/mixed; boundary=cut\r\nX: y", INSERT + "--cut--"),
        (CUT, ""),
        (CUT, "--cut--"),
        (CUT, INSERT),
        (CUT, INSERT + "--cut"),
        (CUT, INSERT[:-30]),
        (CUT, INSERT + _part("nonsense") + "--cut--"),
        (CUT, INSERT + _part("GET http://evil.test/ HTTP/1.1") + "--cut--"),
        (CUT, INSERT + _part(f"GET {EVENTS} HTTP/1.1").replace("application/http", "text/html") + "--cut--"),
        (CUT, INSERT * 1001 + "--cut--"),
        (CUT, INSERT + _part("GET //[ HTTP/1.1") + "--cut--"),
    ],
)
def test_a_batch_that_is_none_is_refused_whole(ground: Ground, kind: str, body: str) -> None:
    """Facts 3.12."""
    response = ground.send(body.encode(), target="/batch/calendar/v3", content_type=kind)
    assert said(response) == (400, "badRequest")
    assert ground.untouched()


@pytest.mark.parametrize(
    ("part", "status"),
    [
        (_part("POST /batch/calendar/v3 HTTP/1.1", body="a batch"), 404),
        (_part("POST /token HTTP/1.1", body="grant_type=magic"), 404),
        (_part("GET /_sim/state HTTP/1.1"), 404),
        (_part(f"POST {EVENTS} HTTP/1.1", body="{"), 400),
        (_part(f"BREW {EVENTS} HTTP/1.1"), 404),
        (_part(f"GET {EVENTS}?bogus=1 HTTP/1.1"), 400),
        (_part(f"GET {EVENTS} HTTP/1.1\nAuthorization: Bearer nobody"), 401),
        (_part(f"POST {EVENTS} HTTP/1.1", body="[" * 20_000), 400),
    ],
)
def test_a_hostile_call_in_a_batch_is_refused_alone(ground: Ground, part: str, status: int) -> None:
    """Facts 3.12: the batch is 200, each call has its own status."""
    good = _part(f"GET {EVENTS}/{ground.event_id} HTTP/1.1", "Content-ID: <2>")
    body = (part + good + "--cut--").encode()
    response = ground.send(body, target="/batch/calendar/v3", content_type=CUT)
    assert response.status == 200
    assert response.body.count(b"HTTP/1.1 %d " % status) == 1
    assert response.body.count(b"HTTP/1.1 200 ") == 1
    assert ground.untouched()
