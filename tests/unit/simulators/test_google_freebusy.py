"""freebusy.query of the Google simulator. Source: facts/google.md 3.14, facts on free/busy 5.3."""

import json
from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Answer, Asking
from simulators.record import Fault
from simulators.wire import Request

ANA, BOB, TEAM = "ana@g.test", "bob@g.test", "team@group.calendar.google.com"
HOURS = {"start": "09", "end": "10"}
DAY = {"timeMin": "2026-11-03T00:00:00Z", "timeMax": "2026-11-04T00:00:00Z"}


def world(**switches: Any) -> tuple[GoogleSimulator, Asking]:
    """Ana asks, and bob's calendar has shown her its free/busy."""
    users = {ANA: "ANA", BOB: "BOB"}
    simulator = GoogleSimulator(clock=ManualClock(), users=users, switches=Switches(**switches))
    simulator.calendar(BOB).set_access(ANA, "freeBusyReader")
    return simulator, Asking(simulator, "ANA")


def at(start: str, end: str, **more: Any) -> dict[str, Any]:
    """An event of the third of November, in UTC."""
    ends = {name: {"dateTime": f"2026-11-03T{hour}:00Z"} for name, hour in (("start", start), ("end", end))}
    return {"summary": "x", **ends, **more}


def ask(asking: Asking, *ids: str, **more: Any) -> Answer:
    return asking.send("POST", "freeBusy", {**DAY, "items": [{"id": one} for one in ids], **more})


def busy(answer: Answer, calendar: str = ANA) -> list[tuple[str, str]]:
    return [(period["start"], period["end"]) for period in answer.json["calendars"][calendar]["busy"]]


def failed(reason: str) -> dict[str, Any]:
    return {"errors": [{"domain": "global", "reason": reason}], "busy": []}


def test_busy_periods_are_told_in_utc_and_nothing_of_the_events() -> None:
    simulator, asking = world()
    simulator.calendar(ANA).create(**at("09:00", "10:30"))
    assert ask(asking, ANA).json == {
        "kind": "calendar#freeBusy",
        **DAY,
        "calendars": {ANA: {"busy": [{"start": "2026-11-03T09:00:00Z", "end": "2026-11-03T10:30:00Z"}]}},
    }


def test_a_zone_is_that_of_the_answer_alone() -> None:
    simulator, asking = world()
    simulator.calendar(ANA).create(**at("09:00", "10:00"))
    answer = ask(asking, ANA, timeZone="Europe/Berlin")
    assert busy(answer) == [("2026-11-03T10:00:00+01:00", "2026-11-03T11:00:00+01:00")]
    assert answer.json["timeMin"] == "2026-11-03T01:00:00+01:00"
    assert ask(asking, ANA, timeZone="W. Europe Standard Time").status == 400


def test_the_range_may_be_given_with_any_offset() -> None:
    simulator, asking = world()
    simulator.calendar(ANA).create(**at("09:00", "10:00"))
    answer = ask(asking, ANA, timeMin="2026-11-03T05:00:00-05:00", timeMax="2026-11-03T23:00:00.500+01:00")
    assert (busy(answer), answer.json["timeMin"]) == ([], "2026-11-03T10:00:00Z")


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        ({"timeMin": None}, "required"),
        ({"timeMax": ""}, "required"),
        ({"timeMin": "2026-11-03T00:00:00"}, "badRequest"),
        ({"timeMin": "2026-11-03T00:00:00", "timeZone": "EST"}, "badRequest"),
        ({"timeMin": "2026-11-03"}, "badRequest"),
        ({"timeMax": "9999-12-31T00:00:00Z"}, "badRequest"),
        ({"timeMax": "2026-11-03T00:00:00Z"}, "timeRangeEmpty"),
        ({"timeMax": "2026-11-02T00:00:00Z"}, "timeRangeEmpty"),
        ({"timeMax": "2027-02-01T00:00:01Z"}, "timeRangeTooLong"),
        ({"items": [{}]}, "required"),
        ({"items": [None]}, "invalid"),
        ({"calendarExpansionMax": 51}, "invalid"),
        ({"calendarExpansionMax": 0}, "invalid"),
        ({"groupExpansionMax": 101}, "invalid"),
        ({"calendarExpansionMax": "5"}, "invalid"),
        ({"calendars": []}, "invalid"),
    ],
)
def test_what_is_wrong_with_the_request_is_a_400(wrong: dict[str, Any], reason: str) -> None:
    """Nodejs-client's issue 3145 (offsets, whatever the zone), google-workspace-mcp's 98 (missing), cal.com's PR 11962."""
    answer = ask(world()[1], ANA, **wrong)
    assert (answer.status, answer.reason) == (400, reason)


def test_ninety_days_are_allowed_or_what_the_switch_says() -> None:
    """cal.com's PRs 11696 and 11962."""
    assert ask(world()[1], ANA, timeMax="2027-02-01T00:00:00Z").status == 200
    answer = ask(world(freebusy_days=60)[1], ANA, timeMax="2027-02-01T00:00:00Z")
    assert answer.json["error"]["message"] == "The requested time range is too long."


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({}, True),
        ({"transparency": "transparent"}, False),
        ({"status": "tentative"}, True),
        ({"attendees": [{"email": ANA, "responseStatus": "declined"}, {"email": BOB}]}, False),
        ({"attendees": [{"email": "ANA@g.test", "responseStatus": "declined"}, {"email": BOB}]}, False),
        ({"attendees": [{"email": ANA, "responseStatus": "needsAction"}, {"email": BOB}]}, True),
        ({"attendees": [{"email": ANA, "responseStatus": "tentative"}]}, True),
        ({"attendees": [{"email": BOB, "responseStatus": "declined"}]}, True),
        ({"eventType": "outOfOffice"}, True),
        ({"eventType": "focusTime"}, True),
        ({"eventType": "workingLocation"}, False),
    ],
)
def test_what_counts_as_busy(more: dict[str, Any], counts: bool) -> None:
    simulator, asking = world()
    simulator.calendar(ANA).create(**at("09:00", "10:00", **more))
    assert bool(busy(ask(asking, ANA))) is counts


def test_a_deleted_event_does_not_count() -> None:
    simulator, asking = world()
    hand = simulator.calendar(ANA)
    hand.delete(hand.create(**at("09:00", "10:00")))
    assert busy(ask(asking, ANA)) == []


def test_an_all_day_event_is_busy_from_midnight_to_midnight_of_its_calendar() -> None:
    """Facts 3.4: the calendar's zone, Berlin here."""
    simulator, asking = world()
    simulator.calendar(ANA).create(start={"date": "2026-11-03"}, end={"date": "2026-11-04"})
    answer = ask(asking, ANA, timeMin="2026-11-02T00:00:00Z", timeMax="2026-11-05T00:00:00Z")
    assert busy(answer) == [("2026-11-02T23:00:00Z", "2026-11-03T23:00:00Z")]


def test_a_series_is_busy_when_its_instances_are() -> None:
    """Facts 3.14, 6 item 7: moved ones where they are, cancelled and transparent ones not at all."""
    simulator, asking = world()
    hand = simulator.calendar(ANA)
    ends = {name: {"dateTime": f"2026-11-01T{hour}:00:00Z", "timeZone": "UTC"} for name, hour in HOURS.items()}
    series = hand.create(**ends, recurrence=["RRULE:FREQ=DAILY;COUNT=5"])
    hand.cancel_instance(series, f"2026-11-02T{HOURS['start']}:00:00Z")
    hand.edit_instance(series, f"2026-11-04T{HOURS['start']}:00:00Z", transparency="transparent")
    moved = {"start": "2026-11-06T20:00:00Z", "end": "2026-11-06T21:00:00Z"}
    hand.move_instance(series, f"2026-11-05T{HOURS['start']}:00:00Z", **moved)
    answer = ask(asking, ANA, timeMin="2026-11-02T00:00:00Z", timeMax="2026-11-08T00:00:00Z")
    assert busy(answer) == [
        (f"2026-11-03T{HOURS['start']}:00:00Z", f"2026-11-03T{HOURS['end']}:00:00Z"),
        ("2026-11-06T20:00:00Z", "2026-11-06T21:00:00Z"),
    ]
    hand.delete(series)
    assert busy(ask(asking, ANA, timeMin="2026-11-02T00:00:00Z", timeMax="2026-11-08T00:00:00Z")) == []


def test_an_all_day_series_is_busy_by_its_calendars_days() -> None:
    """Facts 3.4: the calendar's zone, Berlin here."""
    simulator, asking = world()
    days = {"start": {"date": "2026-11-03"}, "end": {"date": "2026-11-04"}}
    simulator.calendar(ANA).create(**days, recurrence=["RRULE:FREQ=WEEKLY"])
    answer = ask(asking, ANA, timeMin="2026-11-10T22:00:00Z", timeMax="2026-11-16T23:00:00Z")
    assert busy(answer) == [("2026-11-10T22:00:00Z", "2026-11-10T23:00:00Z")]


# How periods are told.


@pytest.mark.parametrize(
    ("switch", "told"),
    [
        ("merged", [("09:00", "12:00"), ("13:00", "14:00")]),
        ("apart", [("09:00", "11:00"), ("11:00", "12:00"), ("13:00", "14:00")]),
    ],
)
def test_periods_that_overlap_are_one_and_those_that_touch_as_the_switch_says(
    switch: str, told: list[tuple[str, str]]
) -> None:
    simulator, asking = world(freebusy_touching=switch)
    for start, end in (("13:00", "14:00"), ("09:00", "11:00"), ("11:00", "12:00"), ("09:30", "10:00")):
        simulator.calendar(ANA).create(**at(start, end))
    assert busy(ask(asking, ANA)) == [(f"2026-11-03T{start}:00Z", f"2026-11-03T{end}:00Z") for start, end in told]


@pytest.mark.parametrize(
    ("switch", "told"),
    [
        ("clipped", ("2026-11-03T09:30:00Z", "2026-11-03T10:00:00Z")),
        ("whole", ("2026-11-03T09:00:00Z", "2026-11-03T11:00:00Z")),
    ],
)
def test_a_period_that_sticks_out_of_the_range_is_cut_or_not(switch: str, told: tuple[str, str]) -> None:
    simulator, asking = world(freebusy_edges=switch)
    simulator.calendar(ANA).create(**at("09:00", "11:00"))
    simulator.calendar(ANA).create(**at("08:00", "09:30"))
    simulator.calendar(ANA).create(**at("12:00", "13:00"))
    answer = ask(asking, ANA, timeMin="2026-11-03T09:30:00Z", timeMax="2026-11-03T10:00:00Z")
    assert busy(answer) == [told]


def test_an_event_that_begins_when_the_range_ends_is_not_told() -> None:
    simulator, asking = world(freebusy_touching="apart")
    simulator.calendar(ANA).create(**at("10:00", "11:00"))
    assert busy(ask(asking, ANA, timeMax="2026-11-03T10:00:00Z")) == []


# Whose.


def test_who_may_read_no_more_than_free_and_busy_may_ask() -> None:
    simulator, asking = world()
    simulator.calendar(BOB).create(**at("09:00", "10:00"))
    assert busy(ask(asking, BOB), BOB) == [("2026-11-03T09:00:00Z", "2026-11-03T10:00:00Z")]
    assert asking.get(f"calendars/{BOB}/events").status == 403


def test_a_calendar_that_is_not_there_or_not_shared_is_not_found_and_spoils_nothing() -> None:
    simulator, asking = world()
    simulator.calendar(BOB).set_access(ANA, "none")
    simulator.calendar(BOB).create(**at("09:00", "10:00"))
    answer = ask(asking, "nobody@g.test", ANA, BOB)
    assert (answer.status, answer.json["calendars"]) == (
        200,
        {"nobody@g.test": failed("notFound"), ANA: {"busy": []}, BOB: failed("notFound")},
    )


def test_primary_is_the_askers_own_and_a_calendar_asked_for_twice_is_told_once() -> None:
    simulator, asking = world()
    simulator.calendar(ANA).create(**at("09:00", "10:00"))
    answer = ask(asking, "primary", "primary")
    assert list(answer.json["calendars"]) == ["primary"]
    assert busy(answer, "primary") == [("2026-11-03T09:00:00Z", "2026-11-03T10:00:00Z")]
    assert ask(asking).json["calendars"] == {}


def test_calendars_beyond_the_cap_that_was_sent_are_too_many() -> None:
    answer = ask(world()[1], ANA, BOB, calendarExpansionMax=1)
    assert answer.json["calendars"] == {ANA: {"busy": []}, BOB: failed("tooManyCalendarsRequested")}


@pytest.mark.parametrize(
    ("switch", "last"),
    [("answered", failed("notFound")), ("errors", failed("tooManyCalendarsRequested")), ("missing", None)],
)
def test_the_fifty_first_calendar_without_a_cap_is_as_the_switch_says(switch: str, last: Any) -> None:
    """Facts 3.14: 51 entries came back once; a client must not read what is missing as free."""
    ids = [f"{number}@g.test" for number in range(51)]
    calendars = ask(world(freebusy_overflow=switch)[1], *ids).json["calendars"]
    assert list(calendars)[:50] == ids[:50]
    assert (calendars["49@g.test"], calendars.get("50@g.test")) == (failed("notFound"), last)


def test_a_group_is_told_with_its_members_and_each_of_them() -> None:
    simulator, asking = world()
    simulator.add_group(TEAM, [ANA, BOB])
    simulator.calendar(BOB).create(**at("09:00", "10:00"))
    answer = ask(asking, TEAM, BOB)
    assert answer.json["groups"] == {TEAM: {"calendars": [ANA, BOB]}}
    assert [(one, len(row["busy"])) for one, row in answer.json["calendars"].items()] == [(ANA, 0), (BOB, 1)]


def test_a_group_with_more_members_than_the_cap_is_too_big() -> None:
    simulator, asking = world()
    simulator.add_group(TEAM, [ANA, BOB])
    answer = ask(asking, TEAM, groupExpansionMax=1)
    assert answer.json["groups"] == {TEAM: {"errors": [{"domain": "global", "reason": "groupTooBig"}]}}
    assert answer.json["calendars"] == {}
    assert list(ask(asking, TEAM, groupExpansionMax=2).json["calendars"]) == [ANA, BOB]
    with pytest.raises(ValueError, match="is a calendar"):
        simulator.add_group(ANA, [BOB])


# Beside the rest.


def test_a_calendar_whose_answer_google_cannot_work_out_says_so_alone() -> None:
    simulator, asking = world()
    simulator.calendar(BOB).create(**at("09:00", "10:00"))
    for detail in (BOB, ""):
        simulator.record.plant(Fault("internal_error", "freebusy.query", detail=detail))
    assert ask(asking, ANA, BOB).json["calendars"] == {ANA: {"busy": []}, BOB: failed("internalError")}
    assert ask(asking, ANA).json["calendars"] == {ANA: failed("internalError")}
    assert busy(ask(asking, BOB), BOB) != []


def test_it_is_counted_signed_for_and_cut_to_fields_like_any_call() -> None:
    simulator, asking = world()
    assert asking.send("POST", "freeBusy", {**DAY, "items": [{"id": ANA}]}, fields="calendars").json == {
        "calendars": {ANA: {"busy": []}}
    }
    assert Asking(simulator, "WRONG").send("POST", "freeBusy", DAY).status == 401
    assert (simulator.record.requests["freebusy.query"], simulator.record.units) == (2, 2)
    assert [(call.operation, call.changed) for call in simulator.record.calls] == [("freebusy.query", False)] * 2


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'{"items": {}}', b"{", b'{"timeMin": 5}'])
def test_a_body_that_is_none_is_a_400(body: bytes) -> None:
    simulator, _ = world()
    answer = simulator.handle(Request.of("POST", "/calendar/v3/freeBusy", {"authorization": "Bearer ANA"}, body))
    assert (answer.status, json.loads(answer.body)["error"]["code"]) == (400, 400)
