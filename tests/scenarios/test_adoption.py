"""A first sync of two calendars that were both lived in: what is one event already is joined, never made twice."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.stage import MAILBOX, Stage, at, days, span

UID = "meeting-1@elsewhere.test"


def _received(stage: Stage, uid: str = UID, **fields: Any) -> str:
    """The same event on Google under its own UID, of ana's alone."""
    fields = {"summary": "Lunch", **span(at(5), at(5, 11)), "reminders": {"useDefault": False}} | fields
    return stage.calendar.import_event(iCalUID=uid, organizer={"email": "ana@g.test"}, **fields)


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
def test_equal_uid_and_equal_content_are_joined_without_a_write(tmp_path: Path, direction: str) -> None:
    stage = Stage(tmp_path, pair={"direction": direction})
    stage.outlook("Lunch", uid=UID.upper(), reminder_minutes=None)
    _received(stage)
    with stage.unchanged():
        stage.run()
    stage.silent()
    assert stage.titles() == ["Lunch"]


@pytest.mark.parametrize(("on_conflict", "title"), [("exchange", "In Outlook"), ("google", "On Google")])
def test_equal_uid_and_other_content_are_merged_as_the_pair_says(tmp_path: Path, on_conflict: str, title: str) -> None:
    stage = Stage(tmp_path, pair={"on_conflict": on_conflict})
    stage.outlook("In Outlook", uid=UID, reminder_minutes=None)
    _received(stage, summary="On Google")
    stage.settle()
    assert stage.titles() == [title]


def test_equal_uid_and_other_content_are_joined_one_way_without_a_write(tmp_path: Path) -> None:
    stage = Stage(tmp_path, pair={"direction": "exchange_to_google"})
    lunch = stage.outlook("In Outlook", uid=UID, reminder_minutes=None)
    _received(stage, summary="On Google")
    with stage.unchanged():
        stage.run()
    stage.silent()
    # Exchange's edits flow from now on, and only what was edited.
    stage.ana.update(lunch, location="Roof")
    stage.settle()
    assert [(row.title, row.place) for row in stage.google_rows()] == [("On Google", "Roof")]


def test_equal_looks_are_joined_and_each_keeps_the_rest_of_its_own(tmp_path: Path) -> None:
    """Times, title and place agree; bodies and reminders may differ, and stay so until somebody edits one."""
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch", location="Canteen", body="Soup", reminder_minutes=5)
    stage.web("Lunch", location="Canteen", description="Salad")
    with stage.unchanged():
        stage.run()
    stage.silent()
    stage.ana.update(lunch, body="Soup and bread")
    stage.settle()
    assert stage.event("Lunch")["description"] == "Soup and bread"


@pytest.mark.parametrize(
    "differs",
    [{"title": "Dinner"}, {"day": 6}, {"hour": 11}, {"location": "Roof"}, {"end": at(5, 12)}],
)
def test_what_looks_different_is_two_events(tmp_path: Path, differs: dict[str, Any]) -> None:
    stage = Stage(tmp_path)
    stage.outlook(**{"title": "Lunch", "location": "Canteen", **differs})
    stage.web("Lunch", location="Canteen")
    stage.settle()
    assert len(stage.both()) == 2


def test_whole_days_that_look_alike_are_joined(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    stage.outlook("Fair", start=at(8, 23), end=at(10, 23), all_day=True)
    stage.web("Fair", **days("2026-11-09", "2026-11-11"))
    with stage.unchanged():
        stage.run()
    stage.silent()


@pytest.mark.parametrize(("outlook", "web"), [(3, 3), (4, 2), (1, 3)])
def test_of_a_group_that_cannot_be_told_apart_the_lesser_number_is_joined_and_status_says_so(
    tmp_path: Path, outlook: int, web: int
) -> None:
    stage = Stage(tmp_path)
    for _ in range(outlook):
        stage.outlook("Standup", reminder_minutes=10)
    for _ in range(web):
        stage.web("Standup")
    before = stage.writes()
    stage.settle()
    assert stage.writes() == before + abs(outlook - web)
    assert stage.titles() == ["Standup"] * max(outlook, web)
    # Each has a partner of its own: the edits of one side arrive one by one.
    for number, item in enumerate(stage.ana.items()):
        stage.ana.update(item.id, subject=f"Standup {number}")
    stage.settle()
    assert stage.titles() == [f"Standup {number}" for number in range(max(outlook, web))]


def test_an_adopted_event_is_both_owners_own_two_way(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    lunch = stage.outlook("Lunch")
    event = stage.web("Lunch")
    stage.settle()
    stage.ana.update(lunch, location="Roof")
    stage.settle()
    stage.calendar.update(event, description="Soup")
    stage.settle()
    assert [(row.title, row.place, row.text) for row in stage.both()] == [("Lunch", "Roof", "Soup")]
    stage.calendar.delete(event)
    stage.settle()
    assert stage.titles() == []


def test_an_adopted_event_is_nobodys_to_delete_one_way(tmp_path: Path) -> None:
    """Google's edits and deletions stay, Exchange's edits flow, Exchange's deletions are not carried."""
    stage = Stage(tmp_path, pair={"direction": "exchange_to_google"})
    ids = [
        (stage.outlook(name, hour=hour), stage.web(name, hour=hour)) for name, hour in (("A", 8), ("B", 10), ("C", 12))
    ]
    stage.settle()
    with stage.unchanged():
        stage.calendar.update(ids[0][1], location="Mine")
        stage.calendar.delete(ids[1][1])
        stage.ana.delete(ids[2][0])
        stage.run()
        stage.silent()
    stage.ana.update(ids[0][0], subject="A, edited")
    stage.settle()
    assert [(row.title, row.place) for row in stage.google_rows()] == [("A, edited", "Mine"), ("C", "")]


def test_an_event_that_arrives_on_the_other_side_later_by_its_uid_is_joined(tmp_path: Path) -> None:
    """Left unlinked because it was over; noted with its UID, so that a later run finds it."""
    stage = Stage(tmp_path)
    stage.outlook("Old", start=at(5).replace(month=1), end=at(5, 11).replace(month=1), uid=UID, reminder_minutes=None)
    stage.settle()
    assert stage.google_titles() == []
    _received(stage, summary="Old", **span(at(5).replace(month=1), at(5, 11).replace(month=1)))
    with stage.unchanged():
        stage.run()
    stage.silent()
    assert stage.titles() == ["Old"]


def test_a_real_event_that_arrives_beside_our_copy_takes_its_place(tmp_path: Path) -> None:
    """The user imports the same event, UID and all, after we have copied it: one of them, and not ours, stays."""
    stage = Stage(tmp_path)
    stage.outlook("Lunch", uid=UID, reminder_minutes=None)
    stage.settle()
    ours = stage.event("Lunch")["id"]
    real = _received(stage)
    stage.settle()
    assert [event["id"] for event in stage.calendar.events()] == [real]
    assert real != ours
    assert stage.titles() == ["Lunch"]


@pytest.mark.parametrize("direction", ["two_way", "exchange_to_google"])
def test_the_same_invitation_on_both_sides_is_a_twin_and_never_written(tmp_path: Path, direction: str) -> None:
    """Story 6: mailed to both addresses; whatever becomes of one, nobody is told by us."""
    stage = Stage(tmp_path, pair={"direction": direction})
    boss = {"email": "boss@x.test"}
    item = stage.outlook("Review", uid=UID, organizer="boss@x.test", required=[MAILBOX], my_response="Accept")
    event = stage.calendar.import_event(
        iCalUID=UID,
        summary="Review",
        organizer=boss,
        attendees=[boss, {"email": "ana@g.test"}],
        **span(at(5), at(5, 11)),
    )
    with stage.unchanged():
        stage.run()
        stage.silent()
        assert stage.status()["twins"] == 1
        stage.ana.update(item, location="Room 1", start=at(6), end=at(6, 11))
        stage.run()
        stage.calendar.update(event, summary="Review, moved")
        stage.run()
        stage.ana.delete(item)
        stage.run()
        stage.silent()
        assert stage.google_titles() == ["Review, moved"]
        stage.calendar.delete(event)
        stage.run()
        stage.silent()
    assert stage.mails() == 0
