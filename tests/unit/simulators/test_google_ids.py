"""Ids, iCalUIDs, imports and what a deleted event leaves taken."""

from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
# An Outlook UID and what Google made of it, in base32hex by hand: "ab" is 01100 00101 10001 0(0000).
UID = "ab"
ID_OF_UID = "_c5h0"


def world(**switches: Any) -> tuple[GoogleSimulator, Asking]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    return simulator, Asking(simulator)


@pytest.mark.parametrize("event_id", ["abcd", "abcdw", "ABCDE", "abc-e", "_abcde", "a" * 1025])
def test_an_id_outside_the_alphabet_or_length_is_refused(event_id: str) -> None:
    """Facts 3.1: `[a-v0-9]{5,1024}`; those beginning with `_` are the server's."""
    answer = world()[1].insert({**DAY, "id": event_id})
    assert (answer.status, answer.reason) == (400, "invalid")
    assert answer.json["error"]["message"] == "Invalid resource id value."


@pytest.mark.parametrize("event_id", ["abcde", "a" * 1024, "0123456789abcdefghijklmnopqrstuv"])
def test_an_id_of_the_clients_choice_is_kept(event_id: str) -> None:
    """Facts 3.1, with the iCalUID that follows from it."""
    answer = world()[1].insert({**DAY, "id": event_id})
    assert (answer.json["id"], answer.json["iCalUID"]) == (event_id, f"{event_id}@google.com")


def test_without_an_id_the_server_chooses_one_of_its_own_kind() -> None:
    """Facts 3.1."""
    _, ana = world()
    one, two = ana.insert(DAY).json["id"], ana.insert(DAY).json["id"]
    assert one != two
    assert len(one) == 26
    assert set(one) <= set("0123456789abcdefghijklmnopqrstuv")


def test_the_same_id_again_is_a_duplicate_and_stays_one_after_deletion() -> None:
    """Facts 3.1, rows 37 and 39."""
    _, ana = world()
    ana.insert({**DAY, "id": "abcde"})
    for _ in range(2):
        answer = ana.insert({**DAY, "id": "abcde"})
        assert (answer.status, answer.reason) == (409, "duplicate")
        assert answer.json["error"]["errors"][0]["domain"] == "global"
        ana.delete("abcde")


def test_the_same_id_is_free_on_another_calendar() -> None:
    """Facts 3.1: unique per calendar."""
    simulator, ana = world()
    simulator.add_calendar("team@group.calendar.google.com", "ana@g.test")
    ana.insert({**DAY, "id": "abcde"})
    answer = ana.send("POST", "calendars/team@group.calendar.google.com/events", {**DAY, "id": "abcde"})
    assert answer.status == 200


def test_id_and_ical_uid_are_not_both_given() -> None:
    """Facts 3.1."""
    answer = world()[1].insert({**DAY, "id": "abcde", "iCalUID": "x@y"})
    assert (answer.status, answer.reason) == (400, "invalid")


def test_an_ical_uid_the_calendar_knows_cannot_be_inserted() -> None:
    """Facts 3.6."""
    _, ana = world()
    ana.insert({**DAY, "id": "abcde"})
    answer = ana.insert({**DAY, "iCalUID": "abcde@google.com"})
    assert (answer.status, answer.reason) == (409, "duplicate")


def test_neither_id_nor_ical_uid_changes() -> None:
    _, ana = world()
    ana.insert({**DAY, "id": "abcde"})
    assert ana.patch("abcde", {"id": "fghij"}).reason == "invalid"
    assert ana.patch("abcde", {"iCalUID": "x"}).reason == "invalid"
    assert ana.patch("abcde", {"id": "abcde", "iCalUID": "abcde@google.com", "summary": "x"}).status == 200


def test_an_imported_event_is_a_private_copy_whose_id_is_its_uid_in_base32hex() -> None:
    """Facts 3.1 (four samples), 3.6."""
    _, ana = world()
    answer = ana.bring_in({**DAY, "iCalUID": UID, "eventType": "outOfOffice"})
    assert answer.json["id"] == ID_OF_UID
    assert answer.json["privateCopy"] is True
    assert answer.json["guestsCanInviteOthers"] is False
    assert answer.json["eventType"] == "default"
    assert answer.json["organizer"] == {"email": "ana@g.test", "self": True}


def test_an_outlook_uid_gives_the_id_google_gave_it() -> None:
    """Facts 3.1: GlobalObjectId UIDs begin 040000008200E000; each five characters are eight of the id."""
    answer = world()[1].bring_in({**DAY, "iCalUID": "040000008200E000"})
    assert answer.json["id"] == "_" + "60q30c1g" + "60o30e1i" + "60o4ac1g" + "60"


def test_an_import_needs_its_uid_and_its_times() -> None:
    """Facts 3.6."""
    _, ana = world()
    assert ana.bring_in(DAY).reason == "required"
    assert ana.bring_in({"iCalUID": UID}).reason == "required"


def test_an_imported_event_must_be_this_calendars_business() -> None:
    """Facts 3.6."""
    _, ana = world()
    foreign = {**DAY, "iCalUID": UID, "organizer": {"email": "boss@x.test"}}
    answer = ana.bring_in(foreign)
    assert (answer.status, answer.reason) == (400, "participantIsNeitherOrganizerNorAttendee")
    assert answer.json["error"]["errors"][0]["domain"] == "calendar"
    answer = ana.bring_in({**foreign, "attendees": [{"email": "Ana@G.test"}]})
    assert answer.status == 200
    assert answer.json["organizer"] == {"email": "boss@x.test"}


@pytest.mark.parametrize("deleted", [False, True])
def test_importing_an_existing_uid_is_a_duplicate(*, deleted: bool) -> None:
    """Facts 3.6, reports of 2024: even after deletion; switch import_existing."""
    simulator, ana = world(import_existing="duplicate")
    ana.bring_in({**DAY, "iCalUID": UID})
    if deleted:
        ana.delete(ID_OF_UID)
    answer = ana.bring_in({**DAY, "iCalUID": UID, "summary": "New"})
    assert (answer.status, answer.reason) == (409, "duplicate")
    assert len(simulator.calendar("ana@g.test").events()) == (0 if deleted else 1)


@pytest.mark.parametrize("deleted", [False, True])
def test_importing_an_existing_uid_replaces_it_in_place(*, deleted: bool) -> None:
    """Facts 3.6, the report of 2021; switch import_existing."""
    simulator, ana = world(import_existing="update")
    ana.bring_in({**DAY, "iCalUID": UID, "location": "Old"})
    if deleted:
        ana.delete(ID_OF_UID)
    assert ana.bring_in({**DAY, "iCalUID": UID, "summary": "New"}).json["id"] == ID_OF_UID
    (event,) = simulator.calendar("ana@g.test").events()
    assert (event["summary"], "location" in event) == ("New", False)


def test_an_import_of_what_was_forgotten_finds_its_id_taken() -> None:
    """Facts 3.6: refused even after deletion."""
    simulator, ana = world(import_existing="update")
    ana.bring_in({**DAY, "iCalUID": UID})
    ana.delete(ID_OF_UID)
    simulator.calendar("ana@g.test").forget_deleted()
    assert ana.bring_in({**DAY, "iCalUID": UID}).reason == "duplicate"


def test_the_link_names_event_and_calendar() -> None:
    """Facts 3.1: unpadded base64 of "abcde ana@g.test"."""
    answer = world()[1].insert({**DAY, "id": "abcde"})
    assert answer.json["htmlLink"] == "https://www.google.com/calendar/event?eid=YWJjZGUgYW5hQGcudGVzdA"


def test_the_link_shortens_googles_own_addresses() -> None:
    """Facts 3.1: "abcde ana@m"."""
    simulator = GoogleSimulator(clock=ManualClock(), users={"ana@gmail.com": "TOKEN"})
    answer = Asking(simulator).insert({**DAY, "id": "abcde"})
    assert answer.json["htmlLink"] == "https://www.google.com/calendar/event?eid=YWJjZGUgYW5hQG0"


def test_reviving_a_deleted_event() -> None:
    """Facts 3.1; switch undelete_allowed."""
    simulator, ana = world()
    ana.insert({**DAY, "id": "abcde", "summary": "Back"})
    ana.delete("abcde")
    assert (ana.patch("abcde", {"summary": "x"}).status, ana.patch("abcde", {"summary": "x"}).reason) == (
        403,
        "forbidden",
    )
    assert ana.update("abcde", DAY).reason == "forbidden"
    simulator.turn(undelete_allowed="forbidden")
    assert ana.patch("abcde", {"status": "confirmed"}).reason == "forbidden"
    simulator.turn(undelete_allowed="allowed")
    revived = ana.patch("abcde", {"status": "confirmed"}).json
    assert (revived["status"], revived["summary"]) == ("confirmed", "Back")
    ana.delete("abcde")
    assert ana.update("abcde", {**DAY, "status": "confirmed"}).json["status"] == "confirmed"
    assert [event["id"] for event in simulator.calendar("ana@g.test").events()] == ["abcde"]


def test_a_deleted_event_is_still_read_and_not_deleted_twice() -> None:
    """Facts 3.5."""
    _, ana = world()
    ana.insert({**DAY, "id": "abcde"})
    assert ana.delete("abcde").status == 204
    assert (ana.read("abcde").status, ana.read("abcde").json["status"]) == (200, "cancelled")
    answer = ana.delete("abcde")
    assert (answer.status, answer.reason) == (410, "deleted")
    assert answer.json["error"]["message"] == "Resource has been deleted"
