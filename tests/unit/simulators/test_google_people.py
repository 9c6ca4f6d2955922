"""Organizers, guests, their mails, and who may do what on a calendar."""

from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
TEAM = "team@group.calendar.google.com"
GUESTS = [{"email": "bob@g.test"}, {"email": "cleo@x.test"}, {"email": "ana@g.test"}]


def world(**switches: Any) -> tuple[GoogleSimulator, Asking, Asking]:
    users = {"ana@g.test": "ANA", "bob@g.test": "BOB"}
    simulator = GoogleSimulator(clock=ManualClock(), users=users, switches=Switches(**switches))
    return simulator, Asking(simulator, "ANA"), Asking(simulator, "BOB")


def invitation(simulator: GoogleSimulator, **more: Any) -> str:
    return simulator.calendar("ana@g.test").import_event(
        iCalUID="invite@x.test",
        summary="Invited",
        organizer={"email": "boss@x.test", "displayName": "Boss"},
        attendees=[{"email": "ana@g.test"}, {"email": "bob@g.test", "responseStatus": "accepted"}],
        **{**DAY, **more},
    )


def test_the_organizer_is_the_calendar_and_its_row_has_accepted() -> None:
    """Facts 3.7."""
    _, ana, _ = world()
    event = ana.insert({**DAY, "attendees": GUESTS}).json
    assert event["organizer"] == {"email": "ana@g.test", "self": True}
    assert event["attendees"] == [
        {"email": "bob@g.test", "responseStatus": "needsAction"},
        {"email": "cleo@x.test", "responseStatus": "needsAction"},
        {"email": "ana@g.test", "responseStatus": "accepted", "self": True, "organizer": True},
    ]


def test_on_a_secondary_calendar_the_calendar_organizes_and_its_owners_row_is_not_self() -> None:
    """Facts 3.7, row 50."""
    simulator, ana, _ = world()
    simulator.add_calendar(TEAM, "ana@g.test")
    event = ana.send("POST", f"calendars/{TEAM}/events", {**DAY, "attendees": [{"email": "ana@g.test"}]}).json
    assert event["organizer"] == {"email": TEAM, "self": True}
    assert event["creator"] == {"email": "ana@g.test"}
    assert event["attendees"] == [{"email": "ana@g.test", "responseStatus": "needsAction"}]


@pytest.mark.parametrize(
    "rows",
    [
        [{"displayName": "Nobody"}],
        [{"email": "nobody"}],
        [{"email": "bob@g.test"}, {"email": "BOB@g.test"}],
        [{"email": "bob@g.test", "responseStatus": "maybe"}],
    ],
)
def test_rows_that_are_no_guests_are_refused(rows: Any) -> None:
    assert world()[1].insert({**DAY, "attendees": rows}).reason == "invalid"


def test_bare_addresses_sent_again_reset_the_answers() -> None:
    """Facts 3.5: arrays are replaced whole."""
    _, ana, _ = world()
    rows = [{"email": "bob@g.test", "responseStatus": "accepted", "comment": "Gladly", "optional": True}]
    event = ana.insert({**DAY, "id": "abcde", "attendees": rows}).json
    assert event["attendees"] == rows
    event = ana.patch("abcde", {"attendees": [{"email": "bob@g.test"}]}).json
    assert event["attendees"] == [{"email": "bob@g.test", "responseStatus": "needsAction"}]


def test_more_guests_than_asked_for_leave_only_oneself() -> None:
    """Facts 3.7: maxAttendees."""
    _, ana, _ = world()
    ana.insert({**DAY, "id": "abcde", "attendees": GUESTS})
    event = ana.read("abcde", maxAttendees=2).json
    assert ([row["email"] for row in event["attendees"]], event["attendeesOmitted"]) == (["ana@g.test"], True)
    assert "attendeesOmitted" not in ana.read("abcde", maxAttendees=3).json


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({}, []),
        ({"sendUpdates": "none"}, []),
        ({"sendUpdates": "all"}, ["bob@g.test", "cleo@x.test"]),
        ({"sendUpdates": "externalOnly"}, ["cleo@x.test"]),
        ({"sendNotifications": True}, ["bob@g.test", "cleo@x.test"]),
    ],
)
def test_mails_go_to_guests_as_send_updates_says(query: Any, told: list[str]) -> None:
    """Facts 3.7: for events nobody is told by default."""
    simulator, ana, _ = world()
    ana.insert({**DAY, "id": "abcde", "attendees": GUESTS}, **query)
    ana.patch("abcde", {"summary": "x"}, **query)
    ana.update("abcde", {**DAY, "attendees": GUESTS[:1]}, **query)
    ana.delete("abcde", **query)
    mails = [(mail["about"], mail["to"]) for mail in simulator.record.mails]
    last = [("cancellation", address) for address in told if address == "bob@g.test"]
    assert mails == [*(("invitation", one) for one in told), *(("change", one) for one in told * 2), *last]


def test_an_import_and_the_persons_hand_mail_nobody() -> None:
    """Facts 3.6."""
    simulator, ana, _ = world()
    assert ana.bring_in({**DAY, "iCalUID": "x", "attendees": GUESTS}, sendUpdates="all").reason == "invalid"
    ana.bring_in({**DAY, "iCalUID": "x", "attendees": GUESTS})
    simulator.calendar("ana@g.test").create(**DAY, attendees=GUESTS)
    assert simulator.record.mails == []


def test_an_invitation_is_somebody_elses_event() -> None:
    """Facts 3.7: organizer.self is relative to the calendar."""
    simulator, ana, _ = world()
    event = ana.read(invitation(simulator)).json
    assert event["organizer"] == {"email": "boss@x.test", "displayName": "Boss"}
    assert event["attendees"][0] == {"email": "ana@g.test", "responseStatus": "needsAction", "self": True}
    assert "privateCopy" not in event


@pytest.mark.parametrize(
    "fields",
    [
        {"summary": "x"},
        {"end": {"date": "2026-11-07"}},
        {"attendees": [{"email": "ana@g.test"}]},
        {"extendedProperties": {"shared": {"a": "b"}}},
        {"recurrence": ["RRULE:FREQ=DAILY"]},
    ],
)
def test_a_guest_does_not_change_what_is_shared(fields: Any) -> None:
    """Facts 3.7."""
    simulator, ana, _ = world()
    answer = ana.patch(invitation(simulator), fields)
    assert (answer.status, answer.reason) == (403, "forbiddenForNonOrganizer")
    assert answer.json["error"]["errors"][0]["domain"] == "calendar"


def test_a_guest_changes_what_is_their_own() -> None:
    """Facts 3.7: answer, colour, reminders, show-as, private properties."""
    simulator, ana, _ = world()
    event_id = invitation(simulator)
    own = {"email": "ana@g.test", "responseStatus": "accepted"}
    event = ana.patch(event_id, {"attendees": [own], "attendeesOmitted": True}).json
    assert [row["responseStatus"] for row in event["attendees"]] == ["accepted", "accepted"]
    own_fields = {"colorId": "3", "transparency": "transparent", "reminders": {"useDefault": False}}
    assert ana.patch(event_id, own_fields).status == 200
    assert ana.patch(event_id, {"extendedProperties": {"private": {"a": "b"}}}).status == 200
    simulator.turn(private_on_guest_copy="forbidden")
    answer = ana.patch(event_id, {"extendedProperties": {"private": {"a": "c"}}})
    assert answer.reason == "forbiddenForNonOrganizer"


def test_an_update_that_leaves_out_shared_fields_is_refused_to_a_guest() -> None:
    """Facts 3.5: they count as reset."""
    simulator, ana, _ = world()
    event_id = invitation(simulator)
    assert ana.update(event_id, DAY).reason == "forbiddenForNonOrganizer"
    assert ana.update(event_id, ana.read(event_id).json | {"colorId": "3"}).status == 200


def test_guests_who_may_modify_do() -> None:
    """Facts 3.7: guestsCanModify."""
    simulator, ana, _ = world()
    assert ana.patch(invitation(simulator, guestsCanModify=True), {"summary": "x"}).status == 200


def test_a_private_copy_is_the_calendars_own() -> None:
    """Facts 3.6: an imported event is patched, not imported again."""
    _, ana, _ = world()
    body = {**DAY, "iCalUID": "x", "organizer": {"email": "boss@x.test"}, "attendees": [{"email": "ana@g.test"}]}
    event_id = ana.bring_in(body).json["id"]
    assert ana.patch(event_id, {"summary": "x"}).status == 200


def test_a_guest_who_deletes_tells_the_organizer_and_cannot_bring_it_back() -> None:
    """Facts 3.1, 3.7."""
    simulator, ana, _ = world()
    event_id = invitation(simulator)
    ana.delete(event_id, sendUpdates="all")
    assert [(mail["about"], mail["to"]) for mail in simulator.record.mails] == [("cancellation", "boss@x.test")]
    assert ana.patch(event_id, {"status": "confirmed"}).reason == "forbidden"


def test_a_calendar_that_is_not_shared_is_not_found() -> None:
    """Facts 3.10."""
    _, ana, bob = world()
    ana.insert({**DAY, "id": "abcde"})
    assert bob.get("calendars/ana@g.test/events").reason == "notFound"
    assert bob.get("calendars/ana@g.test/events/abcde").reason == "notFound"
    assert bob.get("calendars/ana@g.test").reason == "notFound"


def test_a_reader_reads_without_private_details_and_writes_nothing() -> None:
    """Facts 3.7, 3.10."""
    simulator, ana, bob = world()
    ana.insert({**DAY, "id": "abcde", "summary": "Open"})
    ana.insert({**DAY, "id": "fghij", "summary": "Secret", "visibility": "private", "attendees": GUESTS})
    simulator.calendar("ana@g.test").set_access("bob@g.test", "reader")
    answer = bob.get("calendars/ana@g.test/events").json
    assert answer["accessRole"] == "reader"
    assert [(item.get("summary"), item["start"]) for item in answer["items"]] == [
        ("Open", DAY["start"]),
        (None, DAY["start"]),
    ]
    assert "attendees" not in answer["items"][1]
    for method, path, body in (
        ("POST", "", DAY),
        ("PATCH", "/abcde", {"summary": "x"}),
        ("PUT", "/abcde", DAY),
        ("DELETE", "/abcde", None),
        ("POST", "/import", {**DAY, "iCalUID": "x"}),
    ):
        refused = bob.send(method, f"calendars/ana@g.test/events{path}", body)
        assert (refused.status, refused.reason) == (403, "requiredAccessLevel")
        assert refused.json["error"]["errors"][0]["domain"] == "calendar"


def test_a_free_busy_reader_sees_no_events() -> None:
    """Facts 3.10: 403."""
    simulator, ana, bob = world()
    ana.insert({**DAY, "id": "abcde"})
    simulator.calendar("ana@g.test").set_access("bob@g.test", "freeBusyReader")
    assert bob.get("calendars/ana@g.test/events").reason == "forbidden"
    assert bob.get("calendars/ana@g.test/events/abcde").reason == "forbidden"
    assert bob.get("users/me/calendarList/ana@g.test").json["accessRole"] == "freeBusyReader"


def test_a_writer_writes_and_is_the_creator_but_not_the_organizer() -> None:
    """Facts 3.7."""
    simulator, _, bob = world()
    simulator.add_calendar(TEAM, "ana@g.test", "America/New_York", {"bob@g.test": "writer"})
    event = bob.send("POST", f"calendars/{TEAM}/events", DAY).json
    assert (event["creator"], event["organizer"]) == ({"email": "bob@g.test"}, {"email": TEAM, "self": True})
    assert bob.get(f"calendars/{TEAM}").json["timeZone"] == "America/New_York"
    listed = bob.get("users/me/calendarList", minAccessRole="writer").json["items"]
    assert [item["id"] for item in listed] == ["bob@g.test", TEAM]


def test_access_taken_away_hides_the_calendar_again() -> None:
    simulator, _, bob = world()
    hand = simulator.calendar("ana@g.test")
    hand.set_access("bob@g.test", "writer")
    assert bob.get("calendars/ana@g.test/events").status == 200
    hand.set_access("bob@g.test", "none")
    assert bob.get("calendars/ana@g.test/events").status == 404
    with pytest.raises(ValueError, match="role 'boss'"):
        hand.set_access("bob@g.test", "boss")
