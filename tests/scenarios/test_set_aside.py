"""What is left or set aside, and told: series, special kinds of events, meetings with guests, parked events and their retries."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.grounds import planned
from scenarios.saying import UNTOLD, Saying
from scenarios.stage import BERLIN, MAILBOX, Stage, at, days, span
from unit.exchange.zone_definitions import own

WEEKLY = (
    '<t:Recurrence xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types">'
    "<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Thursday</t:DaysOfWeek></t:WeeklyRecurrence>"
    "<t:NoEndRecurrence><t:StartDate>2026-11-05</t:StartDate></t:NoEndRecurrence></t:Recurrence>"
)


# --- series

SEVENTH_MINUTES = ["RRULE:FREQ=MINUTELY;INTERVAL=7"]
"""No event of Outlook's repeats like this, nor any number of them."""


def _never_on_google(stage: Stage, title: str) -> str:
    """A series of Outlook's in a zone of which nothing is told but a name: when it is, nobody knows."""
    stage.exchange_door.simulator = Saying(stage.exchange, UNTOLD)
    return stage.outlook(title, recurrence=WEEKLY, start_zone=own("Nowhere"), end_zone=own("Nowhere"))


def test_a_series_the_other_side_cannot_have_is_set_aside_and_told(tmp_path: Path) -> None:
    """Never half copied: not as its first day, not without its rule."""
    stage = Stage(tmp_path)
    _never_on_google(stage, "Exchange series")
    stage.web("Google series", recurrence=SEVENTH_MINUTES)
    stage.outlook("Exchange", hour=14)
    stage.web("Google", hour=15)
    stage.settle()
    assert stage.google_titles() == ["Exchange", "Google", "Google series"]
    assert stage.exchange_titles() == ["Exchange", "Exchange series", "Google"]
    assert sorted(parked["reason"] for parked in stage.status()["parked"]) == ["rule", "zone"]
    assert stage.mails() == 0
    # Edited, it is still set aside; deleted, it is forgotten.
    with stage.unchanged():
        stage.ana.update(stage.item("Exchange series").id, location="Here")
        stage.calendar.update(stage.event("Google series")["id"], location="There")
        stage.run()
        stage.silent()
        stage.ana.delete(stage.item("Exchange series").id)
        stage.calendar.delete(stage.event("Google series")["id"])
        stage.run()
        stage.silent()
    assert stage.status()["parked"] == []


def test_a_series_that_becomes_a_single_event_is_carried(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    _never_on_google(stage, "Exchange")
    stage.web("Google", recurrence=SEVENTH_MINUTES)
    stage.settle()
    stage.ana.make_single(stage.item("Exchange").id)
    stage.calendar.update(stage.event("Google")["id"], recurrence=None)
    stage.settle()
    assert stage.titles() == ["Exchange", "Google"]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("home", ["exchange", "google"])
@pytest.mark.parametrize(("by", "reason"), [("exchange", "zone"), ("google", "rule")])
def test_an_event_in_step_that_becomes_such_a_series_keeps_its_copy_and_goes_on_when_single_again(
    tmp_path: Path, home: str, by: str, reason: str
) -> None:
    stage = Stage(tmp_path)
    stage.exchange_door.simulator = Saying(stage.exchange, UNTOLD)
    if home == "exchange":
        stage.outlook("Standup")
    else:
        stage.web("Standup")
    stage.settle()
    item, event = stage.item("Standup").id, stage.event("Standup")["id"]
    with stage.unchanged():
        if by == "exchange":
            stage.ana.update(item, recurrence=WEEKLY, start_zone=own("Nowhere"), end_zone=own("Nowhere"))
        else:
            stage.calendar.update(event, recurrence=SEVENTH_MINUTES)
        stage.run()
        stage.silent()
        # An edit of the other side waits as well.
        stage.ana.update(item, location="Here")
        stage.run()
        stage.silent()
    assert [parked["reason"] for parked in stage.status()["parked"]] == [reason]
    if by == "exchange":
        stage.ana.update(item, recurrence="", start_zone=BERLIN, end_zone=BERLIN)
    else:
        stage.calendar.update(event, recurrence=None)
    stage.settle()
    assert [(row.title, row.place) for row in stage.both()] == [("Standup", "Here")]
    assert stage.status()["parked"] == []


# --- special kinds


def _special(stage: Stage) -> None:
    whole = days("2026-11-05", "2026-11-06")
    stage.web(
        "Birthday",
        eventType="birthday",
        visibility="private",
        transparency="transparent",
        recurrence=["RRULE:FREQ=YEARLY"],
        **whole,
    )
    stage.web(
        "Home office",
        eventType="workingLocation",
        visibility="public",
        transparency="transparent",
        workingLocationProperties={"type": "homeOffice", "homeOffice": {}},
        **whole,
    )
    stage.web("Focus", eventType="focusTime", focusTimeProperties={})
    stage.web("Away", hour=14, eventType="outOfOffice", outOfOfficeProperties={})
    stage.web("Flight to Rome", hour=16, eventType="fromGmail")


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
def test_googles_special_events_are_left_alone_and_named(tmp_path: Path, direction: str) -> None:
    stage = Stage(tmp_path, pair={"direction": direction})
    _special(stage)
    stage.outlook("Lunch", hour=12)
    stage.settle()
    assert stage.exchange_titles() == ["Lunch"]
    kinds = {"birthday": 1, "focusTime": 1, "fromGmail": 1, "outOfOffice": 1, "workingLocation": 1}
    assert stage.status()["left"] == (kinds if direction == "two_way" else {"one_way": 5})
    with stage.unchanged():
        stage.calendar.update(stage.event("Focus")["id"], location="Library")
        stage.run()
        stage.set(history_days=60)
        stage.run()
        stage.silent()
        stage.wipe()
        stage.run()
        stage.silent()
        stage.calendar.delete(stage.event("Focus")["id"])
        stage.run()
        stage.silent()
    assert stage.exchange_titles() == ["Lunch"]


def test_what_lies_in_the_calendar_and_is_no_appointment_is_left_alone(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.ana.create_unknown()
    stage.outlook("Lunch")
    stage.settle()
    assert stage.google_titles() == ["Lunch"]
    assert sum(stage.status()["left"].values()) == 1


# --- meetings with other people

BOSS = "boss@x.test"


def _meeting(stage: Stage, *, ours: bool) -> str:
    """A meeting in the mailbox: ana's own with a guest, or one that she was invited to."""
    if ours:
        return stage.outlook("Review", required=["guest@x.test"])
    return stage.outlook("Review", required=[MAILBOX, "guest@x.test"], organizer=BOSS, my_response="Accept")


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
@pytest.mark.parametrize("ours", [True, False])
def test_a_meeting_of_outlook_stands_on_google_without_guests(tmp_path: Path, direction: str, ours: bool) -> None:
    """Carried from home only; what the copy is made to say is put back; nobody is ever told by us."""
    stage = Stage(tmp_path, pair={"direction": direction})
    item = _meeting(stage, ours=ours)
    stage.settle()
    event = stage.event("Review")
    assert "attendees" not in event or [row["email"] for row in event["attendees"]] == ["ana@g.test"]
    assert stage.status()["losses"]["guests"] == 1
    writes = sum(call.changed for call in stage.exchange.record.calls)
    stage.calendar.update(event["id"], summary="My review", location="Here", **span(at(6), at(6, 11)))
    stage.settle()
    assert [(row.title, row.start, row.place) for row in stage.google_rows()] == [
        ("Review", "2026-11-05T10:00:00+00:00", "")
    ]
    stage.calendar.delete(stage.event("Review")["id"])
    stage.settle()
    assert stage.google_titles() == ["Review"]
    # Its own edits and its end do arrive.
    stage.ana.update(item, location="Room 1", start=at(7), end=at(7, 11))
    stage.settle()
    assert [(row.start, row.place) for row in stage.google_rows()] == [("2026-11-07T10:00:00+00:00", "Room 1")]
    stage.ana.delete(item)
    stage.settle()
    assert stage.google_titles() == []
    assert sum(call.changed for call in stage.exchange.record.calls) == writes == 0
    assert stage.mails() == 0


def test_a_meeting_called_off_leaves_google(tmp_path: Path) -> None:
    """Story 24: Exchange keeps the item, its copy goes; what its owner does with the item then changes nothing."""
    stage = Stage(tmp_path)
    item = _meeting(stage, ours=False)
    stage.settle()
    stage.ana.update(item, is_cancelled=True, subject="Canceled: Review")
    stage.settle()
    assert stage.google_titles() == []
    assert stage.exchange_titles() == ["Canceled: Review"]
    with stage.unchanged():
        stage.ana.delete(item)
        stage.run()
        stage.silent()


def test_a_meeting_called_off_before_it_was_seen_is_not_copied(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    item = _meeting(stage, ours=False)
    stage.ana.update(item, is_cancelled=True)
    with stage.unchanged():
        stage.run()
        stage.silent()


@pytest.mark.parametrize("organised", [True, False])
def test_a_google_event_with_guests_is_an_appointment_without_attendees_in_outlook(
    tmp_path: Path, organised: bool
) -> None:
    stage = Stage(tmp_path)
    guests: list[dict[str, Any]] = [{"email": "guest@x.test"}, {"email": "ana@g.test"}]
    if organised:
        event = stage.web("Review", attendees=guests)
    else:
        event = stage.calendar.import_event(
            iCalUID="r1@x.test",
            summary="Review",
            organizer={"email": BOSS},
            attendees=[{"email": BOSS}, *guests],
            **span(at(5), at(5, 11)),
        )
    stage.settle()
    item = stage.item("Review")
    assert item.attendees == ()
    writes = stage.google.calendar("ana@g.test").event(event)["etag"]
    stage.ana.update(item.id, subject="My review", start=at(6), end=at(6, 11))
    stage.settle()
    assert [(row.title, row.start) for row in stage.exchange_rows()] == [("Review", "2026-11-05T10:00:00+00:00")]
    stage.ana.delete(stage.item("Review").id)
    stage.settle()
    assert stage.exchange_titles() == ["Review"]
    assert stage.calendar.event(event)["etag"] == writes
    assert stage.mails() == 0
    stage.calendar.update(event, location="Room 1")
    stage.settle()
    assert stage.item("Review").location == "Room 1"
    stage.calendar.delete(event)
    stage.settle()
    assert stage.exchange_titles() == []


@pytest.mark.parametrize("where", ["exchange", "google"])
def test_a_copy_that_its_user_invites_people_to_is_left_to_them(tmp_path: Path, where: str) -> None:
    """G3: no change of ours may leave other people with a false copy; it is parked and named."""
    stage = Stage(tmp_path)
    if where == "google":
        lunch = stage.outlook("Lunch")
        stage.settle()
        stage.calendar.update(stage.event("Lunch")["id"], attendees=[{"email": "guest@x.test"}])
    else:
        lunch = stage.web("Lunch")
        stage.settle()
        stage.ana.update(stage.item("Lunch").id, required=["guest@x.test"])
    with stage.unchanged():
        stage.run()
        stage.silent()
        if where == "google":
            stage.ana.update(lunch, start=at(6), end=at(6, 11))
            stage.run()
            stage.ana.delete(lunch)
        else:
            stage.calendar.update(lunch, location="Roof")
            stage.run()
            stage.calendar.delete(lunch)
        stage.run()
        stage.silent()
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["people"]
    assert stage.mails() == 0


def test_an_adopted_event_whose_owner_invites_guests_lives_where_they_are(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    stage.web("Lunch")
    stage.settle()
    stage.ana.update(lunch, required=["guest@x.test"], location="Room 1")
    stage.settle()
    assert stage.event("Lunch")["location"] == "Room 1"
    stage.calendar.update(stage.event("Lunch")["id"], location="Here")
    stage.settle()
    assert [row.place for row in stage.both()] == ["Room 1"]


# --- parking and retries


def test_a_parked_edit_is_retried_at_growing_distances_and_arrives_whole(tmp_path: Path) -> None:
    """What both sides edited meanwhile is still an edit of theirs when the server takes it at last."""
    stage = Stage(tmp_path)
    planned(stage)
    stage.ana.update(stage.item("Exchange 8").id, location="Here")
    stage.fault("google", "invalid_400", "events.patch", times=1000)
    waits = []
    for _ in range(6):
        stage.run()
        (parked,) = stage.status()["parked"]
        waits.append(parked["retry"])
        stage.calendar.update(stage.event("Exchange 8")["id"], description=f"Try {len(waits)}")
        stage.later(hours=13)
    assert len(set(waits)) == 6
    stage.calm()
    stage.settle()
    assert [(row.place, row.text) for row in stage.both() if row.title == "Exchange 8"] == [("Here", "Try 6")]
    assert stage.status()["parked"] == []


@pytest.mark.parametrize("side", ["exchange", "google"])
def test_a_parked_deletion_is_not_forgotten(tmp_path: Path, side: str) -> None:
    """A confirmed tombstone is kept as evidence until it can be acted upon."""
    stage = Stage(tmp_path)
    planned(stage)
    if side == "exchange":
        stage.ana.delete(stage.item("Exchange 8").id)
        stage.fault("google", "invalid_400", "events.delete", times=3)
        title = "Exchange 8"
    else:
        stage.calendar.delete(stage.event("Google 8")["id"])
        stage.fault("exchange", "item_error", "DeleteItem", times=3, detail="ErrorCannotDeleteObject")
        title = "Google 8"
    stage.run()
    assert stage.status()["parked_count"] == 1
    assert title in [*stage.exchange_titles(), *stage.google_titles()]
    stage.patient()
    assert title not in stage.titles()
    assert len(stage.both()) == 5


def test_two_programs_at_odds_are_told_after_three_turns(tmp_path: Path) -> None:
    """Story 64: another tool keeps setting the place back on Google; within the hour the event is set aside."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", location="Here")
    stage.settle()
    written = 0
    for turn in range(20):
        if turn % 2:
            stage.ana.update(lunch, location="Here")
        else:
            stage.calendar.update(stage.event("Lunch")["id"], location="There")
        before = stage.writes()
        stage.run()
        written += stage.writes() - before
        stage.later(minutes=2)
    assert written <= 6
    assert [parked["reason"] for parked in stage.status()["parked"]] == ["back_and_forth"]


def test_people_who_change_their_minds_are_not_taken_for_programs(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", location="Room 0")
    stage.settle()
    for number in range(1, 9):
        if number % 2:
            stage.ana.update(lunch, location=f"Room {number}")
        else:
            stage.calendar.update(stage.event("Lunch")["id"], location=f"Room {number}")
        stage.settle()
        assert [row.place for row in stage.both()] == [f"Room {number}"]
        stage.later(minutes=2)
    assert stage.status()["parked"] == []
