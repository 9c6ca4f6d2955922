"""Limits and value rules of single fields, and the kinds of event."""

from typing import Any

import pytest

from simulators.clock import ManualClock
from simulators.google import GoogleSimulator, Switches
from simulators.google.asking import Asking
from simulators.google.errors import RefusedError

DAY = {"start": {"date": "2026-11-05"}, "end": {"date": "2026-11-06"}}
TIMED = {"start": {"dateTime": "2026-11-05T09:00:00Z"}, "end": {"dateTime": "2026-11-05T10:00:00Z"}}


def world(**switches: Any) -> tuple[GoogleSimulator, Asking]:
    simulator = GoogleSimulator(clock=ManualClock(), switches=Switches(**switches))
    return simulator, Asking(simulator)


def popup(minutes: int) -> dict[str, Any]:
    return {"method": "popup", "minutes": minutes}


@pytest.mark.parametrize(
    "reminders",
    [
        {"useDefault": False, "overrides": [popup(n) for n in range(6)]},
        {"useDefault": False, "overrides": [popup(40321)]},
        {"useDefault": False, "overrides": [popup(-1)]},
        {"useDefault": False, "overrides": [{"method": "sms", "minutes": 5}]},
        {"useDefault": False, "overrides": [{"method": "popup"}]},
        {"useDefault": True, "overrides": [popup(5)]},
    ],
)
def test_reminders_outside_their_limits_are_refused(reminders: Any) -> None:
    """Facts 3.8."""
    answer = world()[1].insert({**DAY, "reminders": reminders})
    assert (answer.status, answer.reason) == (400, "invalid")


def test_reminders_within_their_limits_are_kept_and_the_defaults_stand_in() -> None:
    """Facts 3.8."""
    _, ana = world()
    rows = [popup(0), {"method": "email", "minutes": 40320}, popup(1), popup(2), popup(3)]
    event = ana.insert({**DAY, "id": "abcde", "reminders": {"useDefault": False, "overrides": rows}}).json
    assert event["reminders"] == {"useDefault": False, "overrides": rows}
    event = ana.patch("abcde", {"reminders": {"overrides": [popup(7)]}}).json
    assert event["reminders"] == {"useDefault": False, "overrides": [popup(7)]}
    assert ana.patch("abcde", {"reminders": {"useDefault": True}}).json["reminders"] == {"useDefault": True}
    assert ana.insert(DAY).json["reminders"] == {"useDefault": True}


def test_long_property_keys_are_dropped_and_long_values_cut_without_a_word() -> None:
    """Facts 3.8: 44 and 1024 characters."""
    sent = {"k" * 44: "v" * 1024, "l" * 45: "lost", "m": "w" * 1025}
    event = world()[1].insert({**DAY, "extendedProperties": {"private": sent, "shared": {"n" * 45: "x"}}}).json
    assert event["extendedProperties"] == {"private": {"k" * 44: "v" * 1024, "m": "w" * 1024}}


def test_too_many_properties_are_refused() -> None:
    """Facts 3.8: 300, or 32 kB, over private and shared."""
    _, ana = world()
    many = {f"key{number}": "v" for number in range(200)}
    assert ana.insert({**DAY, "extendedProperties": {"private": many}}).status == 200
    assert ana.insert({**DAY, "extendedProperties": {"private": many, "shared": many}}).reason == "invalid"
    large = {f"key{number}": "v" * 1024 for number in range(32)}
    assert ana.insert({**DAY, "extendedProperties": {"private": large}}).reason == "invalid"


def test_colours_are_one_to_eleven() -> None:
    """Facts 3.8."""
    _, ana = world()
    assert ana.insert({**DAY, "colorId": "11"}).json["colorId"] == "11"
    assert ana.insert({**DAY, "colorId": "12"}).reason == "invalid"
    assert ana.insert({**DAY, "colorId": "red"}).reason == "invalid"


def test_attachments_count_only_when_supported_and_are_at_most_25() -> None:
    """Facts 3.8."""
    _, ana = world()
    files = [{"fileUrl": f"https://x.test/{number}"} for number in range(26)]
    assert "attachments" not in ana.insert({**DAY, "attachments": files}).json
    event = ana.insert({**DAY, "id": "abcde", "attachments": files[:25]}, supportsAttachments=True).json
    assert len(event["attachments"]) == 25
    assert len(ana.update("abcde", DAY).json["attachments"]) == 25
    assert ana.insert({**DAY, "attachments": files}, supportsAttachments=True).reason == "invalid"


def test_fields_at_their_default_or_empty_are_left_out() -> None:
    """A stored event has one form, whoever wrote it."""
    event = world()[1].insert(
        {
            **DAY,
            "summary": "",
            "transparency": "opaque",
            "visibility": "default",
            "guestsCanModify": False,
            "guestsCanInviteOthers": True,
            "attendees": [],
            "extendedProperties": {"private": {}},
            "source": None,
        }
    )
    assert sorted(event.json) == [
        "created",
        "creator",
        "end",
        "etag",
        "eventType",
        "htmlLink",
        "iCalUID",
        "id",
        "kind",
        "organizer",
        "reminders",
        "sequence",
        "start",
        "status",
        "updated",
    ]


def test_a_description_is_stored_as_sent() -> None:
    """Facts 3.8; switch description_normalise off."""
    text = "One<br/>two<script>x</script> \n"
    assert world()[1].insert({**DAY, "description": text}).json["description"] == text


def test_a_description_may_come_back_rewritten() -> None:
    """Facts 3.8; switch description_normalise google."""
    text = "One<br/>two<BR />three<script>x</script><style>\ny\n</style> \n"
    event = world(description_normalise="google")[1].insert({**DAY, "description": text}).json
    assert event["description"] == "One<br>two<br>three"


def test_conference_data_is_ignored_at_version_0_and_kept_by_patch_and_update() -> None:
    """Facts 3.9, row 61."""
    _, ana = world()
    meeting = {"conferenceSolution": {"key": {"type": "addOn"}}, "entryPoints": [{"uri": "https://meet.test/1"}]}
    assert "conferenceData" not in ana.insert({**DAY, "conferenceData": meeting}).json
    event = ana.insert({**DAY, "id": "abcde", "conferenceData": meeting}, conferenceDataVersion=1).json
    assert event["conferenceData"] == meeting
    assert ana.patch("abcde", {"summary": "x", "conferenceData": None}).json["conferenceData"] == meeting
    assert ana.update("abcde", DAY).json["conferenceData"] == meeting
    assert "conferenceData" not in ana.patch("abcde", {"conferenceData": None}, conferenceDataVersion=1).json
    assert ana.insert(DAY, conferenceDataVersion=2).reason == "invalid"


def test_making_a_conference_is_not_modelled() -> None:
    body = {**DAY, "conferenceData": {"createRequest": {"requestId": "1"}}}
    assert world()[1].insert(body, conferenceDataVersion=1).reason == "notModelled"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({**TIMED, "eventType": "outOfOffice", "outOfOfficeProperties": {"autoDeclineMode": "declineNone"}}, 200),
        ({**TIMED, "eventType": "focusTime", "focusTimeProperties": {"autoDeclineMode": "declineNone"}}, 200),
        ({**DAY, "eventType": "workingLocation", "workingLocationProperties": {"homeOffice": {}}}, 200),
        ({**TIMED, "eventType": "outOfOffice"}, 400),
        ({**TIMED, "outOfOfficeProperties": {"autoDeclineMode": "declineNone"}}, 400),
        ({**TIMED, "eventType": "fromGmail"}, 400),
        ({**TIMED, "eventType": "party"}, 400),
    ],
)
def test_kinds_of_event_are_created_with_their_own_block(body: Any, status: int) -> None:
    """Facts 3.11."""
    assert world()[1].insert(body).status == status


def test_status_kinds_live_on_primary_calendars_only() -> None:
    """Facts 3.11."""
    simulator, ana = world()
    simulator.add_calendar("team@group.calendar.google.com", "ana@g.test")
    body = {**TIMED, "eventType": "focusTime", "focusTimeProperties": {"autoDeclineMode": "declineNone"}}
    answer = ana.send("POST", "calendars/team@group.calendar.google.com/events", body)
    assert (answer.status, answer.reason) == (400, "invalid")


def test_the_kind_of_an_event_does_not_change() -> None:
    """Facts 3.11."""
    _, ana = world()
    ana.insert({**TIMED, "id": "abcde"})
    assert ana.patch("abcde", {"eventType": "focusTime"}).reason == "invalid"
    assert ana.patch("abcde", {"eventType": "default"}).status == 200


def test_an_event_from_mail_comes_about_by_hand_and_holds_most_of_itself_fast() -> None:
    """Facts 3.11."""
    simulator, ana = world()
    event_id = simulator.calendar("ana@g.test").create(summary="Flight", eventType="fromGmail", **TIMED)
    assert ana.patch(event_id, {"summary": "x"}).reason == "invalid"
    assert ana.patch(event_id, {"start": {"dateTime": "2026-11-05T08:00:00Z"}}).reason == "invalid"
    allowed = {"colorId": "2", "visibility": "private", "extendedProperties": {"private": {"a": "b"}}}
    assert ana.patch(event_id, allowed).status == 200


BIRTHDAY = {
    **DAY,
    "eventType": "birthday",
    "visibility": "private",
    "transparency": "transparent",
    "recurrence": ["RRULE:FREQ=YEARLY"],
}


@pytest.mark.parametrize(
    "wrong",
    [
        {"end": {"date": "2026-11-07"}},
        {"visibility": "public"},
        {"transparency": "opaque"},
        {"recurrence": ["RRULE:FREQ=MONTHLY"]},
        {"recurrence": None},
    ],
)
def test_a_birthday_is_one_private_transparent_day_a_year(wrong: Any) -> None:
    """Facts 3.11."""
    _, ana = world()
    assert ana.insert({**BIRTHDAY, **wrong}).reason == "invalid"
    event_id = ana.insert({**BIRTHDAY, "summary": "Bob"}).json["id"]
    assert ana.patch(event_id, {"location": "x"}).reason == "invalid"
    assert ana.patch(event_id, {"summary": "Robert", "colorId": "2"}).status == 200


def test_a_leap_day_birthday_has_its_own_rule() -> None:
    """Facts 3.11."""
    leap = {"start": {"date": "2024-02-29"}, "end": {"date": "2024-03-01"}}
    rule = ["RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1"]
    _, ana = world()
    assert ana.insert({**BIRTHDAY, **leap}).reason == "invalid"
    assert ana.insert({**BIRTHDAY, **leap, "recurrence": rule}).status == 200


def test_the_date_of_a_contacts_birthday_is_the_contacts() -> None:
    """Facts 3.11."""
    simulator, ana = world()
    linked = {**BIRTHDAY, "birthdayProperties": {"contact": "people/c1", "type": "birthday"}}
    event_id = simulator.calendar("ana@g.test").create(**linked)
    moved = {"start": {"date": "2026-11-06"}, "end": {"date": "2026-11-07"}}
    assert ana.patch(event_id, moved).reason == "invalid"


def test_the_hand_too_writes_only_fields_there_are() -> None:
    hand = world()[0].calendar("ana@g.test")
    with pytest.raises(RefusedError, match="sumary"):
        hand.create(sumary="x", **DAY)
