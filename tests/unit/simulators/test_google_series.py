"""Series: masters, exceptions and instances as lists, deltas and events.instances tell them."""

from typing import Any

import pytest

from simulators.google.asking import Asking
from unit.simulators.series_world import all_day, daily, ends, instances, on, starts, world


def ids(answer: Any) -> list[str]:
    return [item["id"] for item in answer.json["items"]]


def test_a_list_has_series_and_exceptions_and_no_instance_that_nobody_touched() -> None:
    """Facts 3.2 [D]."""
    _, ana, _ = world(daily())
    assert ids(ana.list()) == ["morning"]
    moved = on(ana, "2026-11-04")["id"]
    ana.patch(moved, {"summary": "Long stand-up"})
    assert ids(ana.list()) == ["morning", moved]
    master, exception = ana.list().json["items"]
    assert (master["recurrence"], "recurringEventId" in master) == (["RRULE:FREQ=DAILY;COUNT=5"], False)
    assert (exception["recurringEventId"], "recurrence" in exception) == ("morning", False)
    assert exception["iCalUID"] == master["iCalUID"]
    assert exception["originalStartTime"] == {
        "dateTime": "2026-11-04T09:00:00+01:00",
        "timeZone": "Europe/Berlin",
    }


def test_single_events_are_instances_without_series() -> None:
    """Facts 3.2 [D], 3.4: timeMin is exclusive on the end, timeMax on the start; orderBy startTime is for these."""
    _, ana, _ = world(daily(), {"id": "lunch", "summary": "Lunch", **ends("2026-11-03", 12)})
    span = {"timeMin": "2026-11-03T09:00:00Z", "timeMax": "2026-11-05T08:00:00Z"}
    items = ana.list(singleEvents=True, orderBy="startTime", **span).json["items"]
    assert [item["summary"] for item in items] == ["Lunch", "Stand-up"]
    assert starts(items) == ["03 12:00", "04 09:00"]
    assert ids(ana.list(singleEvents=True))[-1] == "lunch"
    assert ana.list(singleEvents=True, timeMin="2026-11-03T00:00:00Z", timeMax="2026-11-02T00:00:00Z").status == 400


def test_instances_come_in_order_and_on_pages() -> None:
    """Facts 3.2; discovery: events.instances."""
    _, ana, _ = world(daily())
    assert starts(instances(ana)) == ["02 09:00", "03 09:00", "04 09:00", "05 09:00", "06 09:00"]
    path = "calendars/primary/events/morning/instances"
    first = ana.get(path, maxResults=3).json
    second = ana.get(path, maxResults=3, pageToken=first["nextPageToken"]).json
    assert (len(first["items"]), starts(second["items"])) == (3, ["05 09:00", "06 09:00"])
    assert ("nextPageToken" in second, "nextSyncToken" in second) == (False, False)
    assert ana.get(path, pageToken="nonsense").status == 400
    span = {"timeMin": "2026-11-03T09:00:00Z", "timeMax": "2026-11-05T08:00:00Z"}
    assert starts(instances(ana, **span)) == ["04 09:00"]
    assert starts(instances(ana, timeZone="Asia/Tokyo", **span)) == ["04 17:00"]


def test_an_instance_is_found_by_its_original_start_wherever_it_is() -> None:
    """Facts 3.2 [D]: its key is recurringEventId with originalStartTime."""
    _, ana, hand = world(daily(), all_day())
    hand.move_instance("morning", "2026-11-04T08:00:00Z", start="2026-11-20T08:00:00Z", end="2026-11-20T09:00:00Z")
    assert starts([on(ana, "2026-11-04")]) == ["20 09:00"]
    assert starts(instances(ana, originalStart="2026-11-04T08:00:00Z")) == ["20 09:00"]
    assert instances(ana, originalStart="2026-11-20T08:00:00Z") == []
    span = {"timeMin": "2026-11-04T00:00:00Z", "timeMax": "2026-11-05T00:00:00Z"}
    assert instances(ana, originalStart="2026-11-04T08:00:00Z", **span) == []
    assert starts(instances(ana, timeMin="2026-11-19T00:00:00Z")) == ["20 09:00"]
    (day,) = instances(ana, "trade", originalStart="2026-11-05")
    assert (day["start"], day["end"], day["originalStartTime"]) == (
        {"date": "2026-11-05"},
        {"date": "2026-11-06"},
        {"date": "2026-11-05"},
    )
    assert ana.get("calendars/primary/events/morning/instances", originalStart="noon").status == 400


def test_instances_of_an_instance_are_itself_and_of_a_cancelled_one_nothing() -> None:
    """Facts 3.2, row 31."""
    _, ana, _ = world(daily())
    event_id = on(ana, "2026-11-04")["id"]
    assert starts(instances(ana, event_id)) == ["04 09:00"]
    assert ana.delete(event_id).status == 204
    assert instances(ana, event_id) == []
    assert [item["status"] for item in instances(ana, event_id, showDeleted=True)] == ["cancelled"]
    assert (len(instances(ana)), len(instances(ana, showDeleted=True))) == (4, 5)


@pytest.mark.parametrize("gone", [False, True])
def test_instances_of_what_is_no_series_are_not_modelled(*, gone: bool) -> None:
    """README."""
    _, ana, hand = world({"id": "lunch", **ends("2026-11-03", 12)}, daily())
    hand.delete("morning")
    answer = ana.get(f"calendars/primary/events/{'morning' if gone else 'lunch'}/instances")
    assert (answer.status, answer.reason) == (501, "notModelled")
    assert ana.get("calendars/primary/events/nothing/instances").status == 404


def test_an_endless_series_is_told_for_two_years() -> None:
    """Facts 3.3 (SO 30599745): a long finite list; switch expansion_days."""
    simulator, ana, _ = world(daily(recurrence=["RRULE:FREQ=WEEKLY"]))
    simulator.turn(expansion_days=28)
    assert starts(instances(ana)) == ["02 09:00", "09 09:00", "16 09:00", "23 09:00", "30 09:00"]
    assert len(instances(ana, timeMin="2030-01-01T00:00:00Z")) == 4
    assert len(ana.list(singleEvents=True).json["items"]) == 5


def test_deltas_of_expanded_lists_are_not_modelled() -> None:
    """README; the list itself has a token, as in the guide's sample: facts 3.4."""
    _, ana, _ = world(daily())
    token = ana.list(singleEvents=True).json["nextSyncToken"]
    assert ana.list(singleEvents=True, syncToken=token).reason == "notModelled"


def test_a_cancelled_instance_is_told_bare_whatever_showdeleted_says() -> None:
    """Facts 3.2, row 33: id, status, recurringEventId, originalStartTime and no more."""
    _, ana, _ = world(daily())
    event_id = on(ana, "2026-11-04")["id"]
    ana.delete(event_id)
    (_, hole) = ana.list().json["items"]
    etag = hole.pop("etag")
    bare = {
        "kind": "calendar#event",
        "id": event_id,
        "status": "cancelled",
        "recurringEventId": "morning",
        "originalStartTime": {"dateTime": "2026-11-04T09:00:00+01:00", "timeZone": "Europe/Berlin"},
    }
    assert hole == bare
    assert ana.read(event_id).json == {**bare, "etag": etag}
    span = {"timeMin": "2026-11-04T00:00:00Z", "timeMax": "2026-11-05T00:00:00Z"}
    assert ana.list(singleEvents=True, **span).json["items"] == []
    (shown,) = ana.list(singleEvents=True, showDeleted=True, **span).json["items"]
    assert shown == {**bare, "etag": etag}


def delta(ana: Asking, token: str, **query: Any) -> tuple[list[Any], str]:
    answer = ana.list(syncToken=token, **query).json
    return answer["items"], answer["nextSyncToken"]


def test_a_delta_has_the_changed_exception_and_not_its_series() -> None:
    """Facts 3.2, 6 item 4."""
    _, ana, hand = world(daily())
    token = ana.list().json["nextSyncToken"]
    moved = hand.move_instance(
        "morning", "2026-11-04T08:00:00Z", start="2026-11-04T14:00:00Z", end="2026-11-04T15:00:00Z"
    )
    items, token = delta(ana, token)
    assert [(item["id"], item["status"]) for item in items] == [(moved, "confirmed")]
    hand.cancel_instance("morning", "2026-11-04T08:00:00Z")
    items, token = delta(ana, token)
    assert [(item["id"], item["status"], "start" in item) for item in items] == [(moved, "cancelled", False)]
    hand.update("morning", location="Room 2")
    items, token = delta(ana, token)
    assert [item["id"] for item in items] == ["morning"]
    assert delta(ana, token)[0] == []


def test_exceptions_come_before_their_series_or_after_and_pages_may_part_them() -> None:
    """Facts 3.2 [C]; switch exceptions_first."""
    simulator, ana, hand = world(daily())
    token = ana.list().json["nextSyncToken"]
    hand.cancel_instance("morning", "2026-11-04T08:00:00Z")
    hand.update("morning", location="Room 2")
    hole = on(ana, "2026-11-04")["id"]
    assert ids(ana.list()) == ["morning", hole]
    simulator.turn(exceptions_first=True, page_cap=1)
    for query in ({}, {"syncToken": token}):
        first = ana.list(**query)
        second = ana.list(**query, pageToken=first.json["nextPageToken"])
        assert (ids(first), ids(second)) == ([hole], ["morning"])
        assert delta(ana, second.json["nextSyncToken"])[0] == []


def test_a_deleted_series_is_one_tombstone() -> None:
    """README, switch exception_tombstones: no source tells of its exceptions'."""
    for tombstones in (False, True):
        _, ana, hand = world(daily(), exception_tombstones=tombstones)
        hand.edit_instance("morning", "2026-11-03T08:00:00Z", summary="Long")
        hand.cancel_instance("morning", "2026-11-04T08:00:00Z")
        token = ana.list().json["nextSyncToken"]
        changed = on(ana, "2026-11-03")["id"]
        assert ana.delete("morning").status == 204
        items, _ = delta(ana, token)
        assert {item["status"] for item in items} == {"cancelled"}
        assert len(items) == (3 if tombstones else 1)
        assert ids(ana.list()) == []
        assert ana.read(changed).json["status"] == "cancelled"
        assert ana.delete(changed).status == 410
        assert ana.patch(changed, {"summary": "Ghost"}).status == 403
        assert hand.events() == []


def test_a_series_out_of_the_bin_has_its_exceptions_again() -> None:
    _, ana, hand = world(daily())
    hand.cancel_instance("morning", "2026-11-04T08:00:00Z")
    hand.delete("morning")
    hand.restore("morning")
    assert starts(instances(ana)) == ["02 09:00", "03 09:00", "05 09:00", "06 09:00"]


def test_tombstones_forgotten_are_those_of_events_and_not_the_holes_of_series() -> None:
    _, ana, hand = world(daily(), all_day())
    hand.cancel_instance("morning", "2026-11-04T08:00:00Z")
    hand.edit_instance("trade", "2026-11-04", summary="Long fair")
    hand.delete("trade")
    hand.forget_deleted()
    assert (len(instances(ana)), len(ana.list(showDeleted=True).json["items"])) == (4, 2)


def test_all_instances_cancelled_one_by_one_leave_the_series() -> None:
    """README: it stays until it is deleted itself."""
    _, ana, _ = world(daily())
    for item in instances(ana):
        assert ana.delete(item["id"]).status == 204
    assert instances(ana) == []
    assert ana.read("morning").json["status"] == "confirmed"


def test_a_hole_may_be_a_line_of_the_series_and_stays_as_sent() -> None:
    """Facts 3.2: EXDATE and RDATE lines come back as sent."""
    lines = ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE;TZID=Asia/Tokyo:20261103T170000", "RDATE:20261110T080000Z"]
    _, ana, hand = world(daily(recurrence=lines))
    assert starts(instances(ana)) == ["02 09:00", "04 09:00", "10 09:00"]
    hand.cancel_instance("morning", "2026-11-04T08:00:00Z", as_exdate=True)
    assert ana.read("morning").json["recurrence"] == [*lines, "EXDATE:20261104T080000Z"]
    assert ids(ana.list()) == ["morning"]
    assert starts(instances(ana)) == ["02 09:00", "10 09:00"]


def test_the_wall_clock_is_kept_over_changes_of_the_clocks_and_so_is_the_length() -> None:
    """Facts 3.2, row 23; RFC 5545 3.8.5.3 for the length."""
    body = daily(recurrence=["RRULE:FREQ=DAILY;COUNT=2"], **ends("2026-10-24"))
    _, ana, _ = world(body)
    assert [(item["start"]["dateTime"], item["end"]["dateTime"]) for item in instances(ana)] == [
        ("2026-10-24T09:00:00+02:00", "2026-10-24T10:00:00+02:00"),
        ("2026-10-25T09:00:00+01:00", "2026-10-25T10:00:00+01:00"),
    ]


def test_a_bounded_list_has_the_series_that_reach_into_it() -> None:
    """Facts 3.4."""
    _, ana, _ = world(daily())
    assert ids(ana.list(timeMin="2026-11-06T00:00:00Z")) == ["morning"]
    assert ids(ana.list(timeMin="2026-11-06T09:00:00Z")) == []
    assert ids(ana.list(timeMax="2026-11-02T08:00:00Z")) == []


def test_the_link_of_a_series_names_its_first_instance() -> None:
    """Facts 3.1 [S]: unpadded base64 of `morning_20261102T080000Z ana@g.test`."""
    _, ana, _ = world(daily(), instance_ids="classic")
    assert ana.read("morning").json["htmlLink"].endswith("eid=bW9ybmluZ18yMDI2MTEwMlQwODAwMDBaIGFuYUBnLnRlc3Q")
