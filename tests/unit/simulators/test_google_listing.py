"""events.list: pages, filters, deltas, tokens and tombstones."""

from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking


def at(hour: int) -> dict[str, Any]:
    return {
        "start": {"dateTime": f"2026-11-05T{hour:02d}:00:00Z"},
        "end": {"dateTime": f"2026-11-05T{hour + 1:02d}:00:00Z"},
    }


def world(count: int = 0, **switches: Any) -> tuple[GoogleSimulator, Asking]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    for number in range(count):
        simulator.calendar("ana@g.test").create(id=f"event{number}", summary=f"Event {number}", **at(number))
    return simulator, Asking(simulator)


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer.json["items"]]


def test_the_envelope_says_whose_calendar_it_is() -> None:
    """Facts 3.0."""
    answer = world()[1].list().json
    token = answer.pop("nextSyncToken")
    assert token
    assert answer.pop("etag").startswith('"p')
    assert answer == {
        "kind": "calendar#events",
        "summary": "ana@g.test",
        "updated": "2026-11-02T08:00:00.001Z",
        "timeZone": "Europe/Berlin",
        "accessRole": "owner",
        "defaultReminders": [{"method": "popup", "minutes": 10}],
        "items": [],
    }


def test_pages_hold_250_unless_asked_otherwise() -> None:
    """Facts 3.4."""
    simulator, ana = world()
    for number in range(251):
        simulator.calendar("ana@g.test").create(id=f"event{number:03d}", **at(9))
    first = ana.list()
    assert len(first.json["items"]) == 250
    assert "nextSyncToken" not in first.json
    second = ana.list(pageToken=first.json["nextPageToken"])
    assert ids(second) == ["event250"]
    assert "nextPageToken" not in second.json
    assert "nextSyncToken" in second.json


def test_a_page_may_hold_fewer_than_asked_for() -> None:
    """Facts 3.4; switch page_cap."""
    _, ana = world(3, page_cap=2)
    first = ana.list(maxResults=100)
    assert ids(first) == ["event0", "event1"]
    assert ids(ana.list(maxResults=100, pageToken=first.json["nextPageToken"])) == ["event2"]


def test_pages_are_cut_before_they_are_filtered_so_one_may_be_empty() -> None:
    """Facts 3.4, row 73."""
    simulator, ana = world(3)
    simulator.calendar("ana@g.test").delete("event0")
    first = ana.list(maxResults=1)
    assert (first.json["items"], "nextPageToken" in first.json) == ([], True)
    second = ana.list(maxResults=1, pageToken=first.json["nextPageToken"])
    assert ids(second) == ["event1"]


def test_the_first_page_may_be_empty_of_its_own_accord() -> None:
    """Facts 3.4; switch empty_first_page."""
    _, ana = world(1, empty_first_page=True)
    first = ana.list()
    assert (first.json["items"], "nextSyncToken" in first.json) == ([], False)
    assert ids(ana.list(pageToken=first.json["nextPageToken"])) == ["event0"]


def test_a_delta_tells_each_change_once_in_order_with_its_last_state() -> None:
    """Facts 3.4, 6 item 2."""
    simulator, ana = world(3)
    hand = simulator.calendar("ana@g.test")
    token = ana.list().json["nextSyncToken"]
    assert ana.list(syncToken=token).json["items"] == []
    hand.update("event2", summary="First")
    hand.update("event0", summary="Second")
    hand.update("event2", summary="Third")
    answer = ana.list(syncToken=token)
    assert [(item["id"], item["summary"]) for item in answer.json["items"]] == [
        ("event0", "Second"),
        ("event2", "Third"),
    ]
    assert ids(ana.list(syncToken=answer.json["nextSyncToken"])) == []


def test_a_change_between_two_pages_of_a_delta_comes_with_the_next_delta() -> None:
    """Facts 3.4: nothing is lost between a token and the next."""
    simulator, ana = world(2)
    hand = simulator.calendar("ana@g.test")
    token = ana.list(
        maxResults=1, showDeleted=True, pageToken=ana.list(maxResults=1, showDeleted=True).json["nextPageToken"]
    )
    asked = {"maxResults": 1, "showDeleted": True, "syncToken": token.json["nextSyncToken"]}
    hand.update("event0", summary="A")
    hand.update("event1", summary="B")
    first = ana.list(**asked)
    assert ids(first) == ["event0"]
    hand.update("event1", summary="C")
    second = ana.list(**asked, pageToken=first.json["nextPageToken"])
    assert ids(second) == []
    third = ana.list(**{**asked, "syncToken": second.json["nextSyncToken"]})
    assert [item["summary"] for item in third.json["items"]] == ["C"]


def test_a_deletion_is_a_tombstone_in_the_delta_bare_unless_deleted_events_are_shown() -> None:
    """Facts 3.4."""
    simulator, ana = world(2)
    plain = ana.list().json["nextSyncToken"]
    shown = ana.list(showDeleted=True).json["nextSyncToken"]
    simulator.calendar("ana@g.test").delete("event0")
    (bare,) = ana.list(syncToken=plain).json["items"]
    assert bare == {"kind": "calendar#event", "etag": bare["etag"], "id": "event0", "status": "cancelled"}
    (full,) = ana.list(syncToken=shown, showDeleted=True).json["items"]
    assert (full["status"], full["summary"]) == ("cancelled", "Event 0")


def test_tombstones_may_be_bare_everywhere() -> None:
    """Facts 3.4: only the id is sure; switch tombstones."""
    simulator, ana = world(1, tombstones="bare")
    simulator.calendar("ana@g.test").delete("event0")
    (item,) = ana.list(showDeleted=True).json["items"]
    assert sorted(item) == ["etag", "id", "kind", "status"]
    assert sorted(ana.read("event0").json) == ["etag", "id", "kind", "status"]


def test_a_full_list_says_nothing_of_what_vanished_unless_deleted_events_are_shown() -> None:
    """Facts 3.4, row 73: then with the whole history of deletions."""
    simulator, ana = world(3)
    hand = simulator.calendar("ana@g.test")
    hand.delete("event0")
    hand.delete("event2")
    assert ids(ana.list()) == ["event1"]
    answer = ana.list(showDeleted=True)
    assert [(item["id"], item["status"]) for item in answer.json["items"]] == [
        ("event0", "cancelled"),
        ("event1", "confirmed"),
        ("event2", "cancelled"),
    ]


def test_tombstones_disappear_in_the_end_and_their_ids_stay_taken() -> None:
    """Facts 3.1, and the discovery document on `status`."""
    simulator, ana = world(1)
    hand = simulator.calendar("ana@g.test")
    hand.delete("event0")
    hand.forget_deleted()
    assert ids(ana.list(showDeleted=True)) == []
    assert ana.read("event0").status == 404
    assert ana.insert({"id": "event0", **at(9)}).reason == "duplicate"


@pytest.mark.parametrize("name", ["expire", "access"])
def test_tokens_outdated_by_the_server_or_by_a_change_of_access_are_410(name: str) -> None:
    """Facts 3.4."""
    simulator, ana = world(1)
    token = ana.list().json["nextSyncToken"]
    hand = simulator.calendar("ana@g.test")
    if name == "expire":
        hand.expire_tokens()
    else:
        hand.set_access("bob@g.test", "reader")
    answer = ana.list(syncToken=token)
    assert (answer.status, answer.reason) == (410, "fullSyncRequired")
    assert answer.json["error"]["errors"][0]["domain"] == "calendar"
    assert answer.json["error"]["errors"][0]["location"] == "syncToken"
    assert ana.list(syncToken=ana.list().json["nextSyncToken"]).status == 200


def test_paging_through_a_delta_ends_with_410_when_its_token_is_outdated_meanwhile() -> None:
    """Facts 3.4."""
    simulator, ana = world(2)
    hand = simulator.calendar("ana@g.test")
    full = ana.list(maxResults=1).json["nextPageToken"]
    token = ana.list(maxResults=1, pageToken=full).json["nextSyncToken"]
    hand.update("event0", summary="A")
    hand.update("event1", summary="B")
    page = ana.list(maxResults=1, syncToken=token).json["nextPageToken"]
    hand.expire_tokens()
    assert ana.list(maxResults=1, syncToken=token, pageToken=page).reason == "fullSyncRequired"
    assert ana.list(maxResults=1, pageToken=full).reason == "invalid"


@pytest.mark.parametrize("token", ["", "nonsense", "CPDAlvWDx70CEPDAlvWDx70CGAU=", "WzFd"])
def test_a_token_that_never_was_one_is_410(token: str) -> None:
    """Facts 3.4: expired or invalid."""
    assert world()[1].list(syncToken=token).reason == "fullSyncRequired"


def test_a_token_of_one_calendar_is_none_of_another() -> None:
    simulator, ana = world()
    simulator.add_calendar("team@group.calendar.google.com", "ana@g.test")
    token = ana.list().json["nextSyncToken"]
    answer = ana.get("calendars/team@group.calendar.google.com/events", syncToken=token)
    assert answer.reason == "fullSyncRequired"


def test_a_token_of_one_server_is_none_of_another_at_its_place() -> None:
    """Facts 3.4: a token is the server's own."""
    token = world()[1].list().json["nextSyncToken"]
    anew = GoogleSimulator(clock=ManualClock(), epoch=1)
    assert Asking(anew).list(syncToken=token).reason == "fullSyncRequired"
    assert Asking(anew).list(syncToken=Asking(anew).list().json["nextSyncToken"]).status == 200


def test_tokens_are_bound_to_the_parameters_they_were_issued_for() -> None:
    """Facts 3.4; switch synctoken_param_mismatch."""
    simulator, ana = world(2)
    first = ana.list(showDeleted=True, maxResults=1).json["nextPageToken"]
    assert ana.list(maxResults=1, pageToken=first).reason == "invalid"
    token = ana.list(showDeleted=True).json["nextSyncToken"]
    assert ana.list(syncToken=token).reason == "invalid"
    assert ana.list(syncToken=token, showDeleted=True, eventTypes="default").reason == "invalid"
    assert ana.list(syncToken=token, showDeleted=True, fields="items", prettyPrint=False).status == 200
    simulator.turn(synctoken_param_mismatch="lenient")
    assert ana.list(syncToken=token).status == 200
    assert ana.list(maxResults=1, pageToken=first).status == 200


@pytest.mark.parametrize(
    "query",
    [
        {"iCalUID": "x"},
        {"orderBy": "updated"},
        {"privateExtendedProperty": "a=1"},
        {"sharedExtendedProperty": "a=1"},
        {"q": "x"},
        {"timeMin": "2026-11-05T00:00:00Z"},
        {"timeMax": "2026-11-05T00:00:00Z"},
        {"updatedMin": "2026-11-01T00:00:00Z"},
    ],
)
def test_some_parameters_are_refused_beside_a_sync_token(query: dict[str, str]) -> None:
    """Facts 3.4."""
    _, ana = world()
    token = ana.list().json["nextSyncToken"]
    answer = ana.list(syncToken=token, **query)
    assert (answer.status, answer.reason) == (400, "invalid")


def test_a_filtered_list_gives_no_sync_token_and_one_bounded_in_time_does() -> None:
    """Facts 3.4."""
    _, ana = world(2)
    for query in ({"q": "event"}, {"orderBy": "updated"}, {"iCalUID": "x"}, {"privateExtendedProperty": "a=1"}):
        assert "nextSyncToken" not in ana.list(**query).json
    bounded = ana.list(timeMin="2026-11-05T00:00:00Z")
    assert ana.list(syncToken=bounded.json["nextSyncToken"]).status == 200


def test_time_bounds_are_exclusive_of_ends_and_starts() -> None:
    """Facts 3.4."""
    _, ana = world(4)
    answer = ana.list(timeMin="2026-11-05T01:00:00Z", timeMax="2026-11-05T03:00:00.900Z")
    assert ids(answer) == ["event1", "event2"]


def test_all_day_events_are_bracketed_in_the_calendars_zone() -> None:
    """Facts 3.4: 5 November in Berlin begins at 23:00 the day before in UTC."""
    simulator, ana = world()
    simulator.calendar("ana@g.test").create(id="fulltime", start={"date": "2026-11-05"}, end={"date": "2026-11-06"})
    assert ids(ana.list(timeMax="2026-11-04T23:00:00Z")) == []
    assert ids(ana.list(timeMax="2026-11-04T23:00:01Z")) == ["fulltime"]
    assert ids(ana.list(timeMin="2026-11-05T22:59:59Z")) == ["fulltime"]
    assert ids(ana.list(timeMin="2026-11-05T23:00:00Z")) == []


def test_filters_find_by_text_uid_property_kind_and_time_of_change() -> None:
    """Facts 3.4."""
    simulator, ana = world(2)
    hand = simulator.calendar("ana@g.test")
    hand.create(
        id="marked",
        summary="Board meeting",
        extendedProperties={"private": {"pair": "7"}, "shared": {"room": "red"}},
        **at(9),
    )
    hand.create(id="absent", eventType="outOfOffice", **at(10))
    assert ids(ana.list(q="BOARD")) == ["marked"]
    assert ids(ana.list(iCalUID="event1@google.com")) == ["event1"]
    assert ids(ana.list(privateExtendedProperty="pair=7")) == ["marked"]
    assert ids(ana.list(privateExtendedProperty="pair=8")) == []
    assert ids(ana.list(sharedExtendedProperty="room=red")) == ["marked"]
    assert ids(ana.list(eventTypes=["outOfOffice", "focusTime"])) == ["absent"]
    hand.delete("event0")
    assert ids(ana.list(updatedMin="2026-11-02T09:00:00Z")) == []
    assert ids(ana.list(updatedMin="2026-11-02T08:00:00Z", orderBy="updated")) == [
        "event1",
        "marked",
        "absent",
        "event0",
    ]


def test_a_time_of_change_too_long_ago_is_410() -> None:
    """Facts 3.4; switch updated_min_days."""
    answer = world()[1].list(updatedMin="2026-09-01T00:00:00Z")
    assert (answer.status, answer.reason) == (410, "updatedMinTooLongAgo")


def test_answers_come_in_the_zone_asked_for() -> None:
    """Facts 3.4: rendering only."""
    _, ana = world(1)
    (item,) = ana.list(timeZone="America/New_York").json["items"]
    assert item["start"] == {"dateTime": "2026-11-04T19:00:00-05:00", "timeZone": "Europe/Berlin"}
    assert ana.read("event0").json["start"]["dateTime"] == "2026-11-05T01:00:00+01:00"


def test_a_series_is_listed_as_its_master() -> None:
    """Facts 3.2: with singleEvents=false; an endless one reaches into every later range."""
    simulator, ana = world()
    rule = ["RRULE:FREQ=WEEKLY"]
    zoned = {name: {**moment, "timeZone": "Europe/Berlin"} for name, moment in at(9).items()}
    simulator.calendar("ana@g.test").create(id="series", recurrence=rule, **zoned)
    (item,) = ana.list(timeMin="2030-01-01T00:00:00Z").json["items"]
    assert item["recurrence"] == ["RRULE:FREQ=WEEKLY"]
