"""Strict checking of queries and bodies, sign-in, routing and the form of refusals."""

import json

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator
from simulators.google.asking import Asking
from simulators.google.discovery import route
from simulators.google.errors import RefusedError
from simulators.wire import Request

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}


def asking() -> Asking:
    return Asking(GoogleSimulator(clock=ManualClock()))


def test_an_unknown_parameter_is_refused_by_name() -> None:
    """Facts 3.0, 6 item 1."""
    answer = asking().list(maxResult=5)
    assert (answer.status, answer.reason) == (400, "invalid")
    assert answer.json["error"]["errors"][0]["location"] == "maxResult"
    assert answer.json["error"]["errors"][0]["locationType"] == "parameter"


@pytest.mark.parametrize(
    "query",
    [
        {"maxResults": "0"},
        {"maxResults": "many"},
        {"maxResults": ["1", "2"]},
        {"showDeleted": "yes"},
        {"eventTypes": "party"},
        {"alt": "xml"},
        {"timeMin": "2026-11-05T00:00:00"},
        {"timeMin": "2026-13-05T00:00:00Z"},
        {"timeZone": "W. Europe Standard Time"},
        {"syncToken": "x", "showDeleted": "false"},
        {"orderBy": "startTime"},
        {"privateExtendedProperty": "no equals sign"},
        {"fields": "items(nonsense)"},
        {"fields": "items(id"},
        {"fields": "items)"},
        {"fields": "items(id),,kind"},
        {"fields": "items(id)kind"},
        {"fields": "items/"},
        {"fields": "%"},
        {"pageToken": "x"},
    ],
)
def test_a_value_the_documents_do_not_allow_is_refused(query: dict[str, object]) -> None:
    """Facts 3.0, 3.4: minimum, enum, types, times with offset, orderBy only with singleEvents."""
    answer = asking().list(**query)
    assert (answer.status, answer.reason) == (400, "invalid")


def test_more_results_than_2500_are_asked_for_in_peace() -> None:
    """Facts 3.0: capped, not refused."""
    assert asking().list(maxResults=9999).status == 200


def test_an_empty_range_is_refused() -> None:
    """Facts 3.4."""
    answer = asking().list(timeMin="2026-11-05T00:00:00Z", timeMax="2026-11-05T01:00:00+01:00")
    assert (answer.status, answer.reason) == (400, "timeRangeEmpty")
    assert answer.json["error"]["errors"][0] == {
        "domain": "calendar",
        "reason": "timeRangeEmpty",
        "message": "The specified time range is empty.",
        "locationType": "parameter",
        "location": "timeMax",
    }


def test_a_missing_required_parameter_is_named() -> None:
    """Facts 3.10."""
    move, _ = route("POST", "/calendar/v3/calendars/primary/events/abcde/move")
    with pytest.raises(RefusedError, match="required: Missing required parameter: destination"):
        move.parameters(())
    answer = asking().insert({"start": {"date": "2026-11-05"}})
    assert (answer.status, answer.reason) == (400, "required")
    assert answer.json["error"]["errors"][0]["location"] == "end"


@pytest.mark.parametrize(
    "body",
    [
        {**DAY, "sumary": "x"},
        {**DAY, "summary": 5},
        {**DAY, "attendees": {"email": "bob@g.test"}},
        {**DAY, "reminders": {"overrides": [{"method": "popup", "minutes": "10"}]}},
        {**DAY, "extendedProperties": {"private": {"key": 1}}},
        {**DAY, "status": "maybe"},
        {**DAY, "transparency": "glassy"},
        {**DAY, "sequence": -1},
        {**DAY, "status": "cancelled"},
    ],
)
def test_a_body_that_is_no_event_is_refused(body: object) -> None:
    """Facts 3.0: the schema; a misspelt field is refused, which is stricter than Google."""
    answer = asking().insert(body)
    assert (answer.status, answer.reason) == (400, "invalid")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"'])
def test_a_body_that_is_no_json_object_is_a_parse_error(body: bytes) -> None:
    """Facts 3.10."""
    simulator = GoogleSimulator(clock=ManualClock())
    headers = {"Authorization": "Bearer TOKEN"}
    answer = simulator.handle(Request.of("POST", "/calendar/v3/calendars/primary/events", headers, body))
    assert answer.status == 400
    assert json.loads(answer.body)["error"]["errors"][0]["reason"] == "parseError"


@pytest.mark.parametrize("sign", ["", "Bearer WRONG", "Basic TOKEN", "TOKEN"])
def test_without_a_known_bearer_token_nothing_is_answered(sign: str) -> None:
    """Facts 3.10."""
    simulator = GoogleSimulator(clock=ManualClock())
    answer = simulator.handle(Request.of("GET", "/calendar/v3/calendars/primary", {"Authorization": sign}, b""))
    assert answer.status == 401
    assert json.loads(answer.body) == {
        "error": {
            "errors": [
                {
                    "domain": "global",
                    "reason": "authError",
                    "message": "Invalid Credentials",
                    "locationType": "header",
                    "location": "Authorization",
                }
            ],
            "code": 401,
            "message": "Invalid Credentials",
        }
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "calendars/primary/events/watch"),
        ("POST", "calendars/primary/events/abcde/move"),
        ("GET", "calendars/primary/acl"),
        ("POST", "channels/stop"),
        ("DELETE", "calendars/primary"),
    ],
)
def test_what_is_not_modelled_says_so(method: str, path: str) -> None:
    """Facts 6: an honest refusal, never an answer of Google's."""
    answer = asking().send(method, path, {})
    assert (answer.status, answer.reason) == (501, "notModelled")


@pytest.mark.parametrize(
    "query",
    [
        {"privateExtendedProperty": ["a=1", "b=2"]},
        {"privateExtendedProperty": "a=1", "sharedExtendedProperty": "b=2"},
    ],
)
def test_queries_that_are_not_modelled_say_so(query: dict[str, object]) -> None:
    """Facts 3.4: constraints on which the documents contradict each other."""
    answer = asking().list(**query)
    assert (answer.status, answer.reason) == (501, "notModelled")


def test_habits_of_clients_that_are_not_modelled_say_so() -> None:
    simulator = GoogleSimulator(clock=ManualClock())
    headers = {"Authorization": "Bearer TOKEN", "If-None-Match": '"1"'}
    answer = simulator.handle(Request.of("GET", "/calendar/v3/calendars/primary", headers, b""))
    assert answer.status == 501
    ana = Asking(simulator)
    assert ana.insert(DAY, eventLabelVersion=1).reason == "notModelled"
    assert ana.get("users/me/calendarList", syncToken="x").reason == "notModelled"


def test_no_such_path_is_not_found() -> None:
    assert asking().get("calendar/primary/events").status == 404
    assert asking().get("calendars/nobody@g.test/events").reason == "notFound"
    assert asking().read("nothere").reason == "notFound"


def test_a_long_get_may_come_as_a_post() -> None:
    """Facts 1: x-http-method-override with a form body."""
    simulator = GoogleSimulator(clock=ManualClock())
    simulator.calendar("ana@g.test").create(summary="Day", **DAY)
    headers = {
        "Authorization": "Bearer TOKEN",
        "X-HTTP-Method-Override": "GET",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    path = "/calendar/v3/calendars/primary/events"
    answer = simulator.handle(Request.of("POST", path, headers, b"maxResults=1&fields=items(summary)"))
    assert json.loads(answer.body) == {"items": [{"summary": "Day"}]}
    assert simulator.record.requests == {"events.list": 1}


def test_fields_leave_out_what_was_not_asked_for() -> None:
    """Facts 3.5: a system parameter of every method."""
    ana = asking()
    made = ana.insert({**DAY, "id": "abcde", "summary": "Day"}, fields="id,start/date,end(date)")
    assert made.json == {"id": "abcde", "start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
    listed = ana.list(fields="items(id,reminders/useDefault),accessRole")
    assert listed.json == {"accessRole": "owner", "items": [{"id": "abcde", "reminders": {"useDefault": True}}]}
    listed = ana.list(fields="items/start/*,kind")
    assert listed.json == {"kind": "calendar#events", "items": [{"start": {"date": "2026-11-05"}}]}
    ana.patch("abcde", {"extendedProperties": {"private": {"one": "1", "two": "2"}, "shared": {"three": "3"}}})
    listed = ana.list(fields="items/extendedProperties(private/one,shared),items/id,summary/*")
    properties = {"private": {"one": "1"}, "shared": {"three": "3"}}
    assert listed.json == {"summary": "ana@g.test", "items": [{"id": "abcde", "extendedProperties": properties}]}


def test_the_calendar_its_list_entry_the_zone_and_the_colours_can_be_read() -> None:
    """Facts 3.0 (methods), 3.8 (colour ids)."""
    ana = asking()
    assert ana.get("calendars/primary").json["timeZone"] == "Europe/Berlin"
    entry = ana.get("users/me/calendarList/ana@g.test").json
    assert (entry["id"], entry["primary"], entry["accessRole"]) == ("ana@g.test", True, "owner")
    assert entry["defaultReminders"] == [{"method": "popup", "minutes": 10}]
    assert [item["id"] for item in ana.get("users/me/calendarList").json["items"]] == ["ana@g.test"]
    assert list(ana.get("colors").json["event"]) == ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"]
    assert ana.get("users/me/settings/timezone").json["value"] == "Europe/Berlin"
    assert ana.get("users/me/settings/colour").status == 404
