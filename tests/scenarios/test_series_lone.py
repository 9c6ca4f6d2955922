"""Story 25: an invitation to one occurrence, before its series came, beside it, and after."""

from datetime import time

import pytest

from scenarios.series_stage import BERLIN, FOUR, SeriesStage, at, weekly
from scenarios.stage import Json, span

BOSS = "boss@x.test"
PEOPLE: Json = {"organizer": {"email": BOSS}, "attendees": [{"email": "ana@g.test"}]}


def _one(stage: SeriesStage) -> str:
    """Ana is invited in Outlook to the occurrence of the 12th alone."""
    return stage.ana.receive_lone_occurrence(
        "s1@x.test", at(12, 10), at(12, 10), at(12, 11), organizer=BOSS, subject="Call"
    )


def _rest(stage: SeriesStage) -> str:
    """And then to all of it."""
    return stage.ana.receive_series(
        "s1@x.test", weekly(4).pattern, time(11), organizer=BOSS, zone=BERLIN, subject="Call"
    )


def test_an_invitation_to_one_occurrence_joins_its_series_when_that_arrives(stage: SeriesStage) -> None:
    """Story 25, without other guests."""
    _one(stage)
    stage.settle()
    assert stage.agenda() == [FOUR[1]]
    _rest(stage)
    assert stage.exchange_agenda() == FOUR
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


def test_two_lone_occurrences_of_one_series_are_two_events_and_then_it(stage: SeriesStage) -> None:
    """Story 25: they share the UID."""
    for day, title in ((12, "Call"), (19, "Call, moved")):
        moved = 1 if day == 19 else 0
        stage.ana.receive_lone_occurrence(
            "s1@x.test", at(day, 10), at(day, 10 + moved), at(day, 11 + moved), organizer=BOSS, subject=title
        )
    stage.settle()
    lone = [FOUR[1], "2026-11-19 11:00-12:00 Call, moved"]
    assert stage.agenda() == lone
    stage.stays(lone)
    _rest(stage)
    stage.settle()
    expected = [FOUR[0], FOUR[1], "2026-11-19 11:00-12:00 Call, moved", FOUR[3]]
    assert stage.agenda() == expected
    stage.stays(expected)


def test_a_lone_occurrence_kept_beside_its_series_is_an_event_of_its_own(stage: SeriesStage) -> None:
    _one(stage)
    stage.settle()
    stage.ana.receive_series(
        "s1@x.test", weekly(4).pattern, time(11), organizer=BOSS, keep_lone=True, zone=BERLIN, subject="Call"
    )
    expected = stage.exchange_agenda()
    assert len(expected) == 5
    stage.settle()
    assert stage.agenda() == expected
    stage.stays(expected)


@pytest.mark.parametrize("came", ["before", "after", "with"])
def test_a_lone_occurrence_that_its_organizer_moves_is_moved_before_and_after_its_series_came(
    stage: SeriesStage, came: str
) -> None:
    """Story 25: `came`: when the change came, seen from the series' coming."""
    lone = _one(stage)
    stage.settle()
    moved = "2026-11-13 08:00-09:00 Call @Roof"
    if came != "after":
        stage.ana.update(lone, start=at(13, 8), end=at(13, 9), location="Roof")
    if came == "before":
        stage.settle()
        assert stage.agenda() == [moved]
    _rest(stage)
    if came == "after":
        stage.settle()
        assert stage.agenda() == FOUR
        stage.ana.edit_occurrence(stage.item("Call").id, at(12, 10), start=at(13, 8), end=at(13, 9), location="Roof")
    stage.settle()
    assert stage.agenda() == [FOUR[0], moved, *FOUR[2:]]
    stage.stays([FOUR[0], moved, *FOUR[2:]])


def test_a_lone_occurrence_that_is_called_off_is_gone_on_google_and_stays_gone(stage: SeriesStage) -> None:
    """Stories 24 and 25: Outlook keeps what was called off, among the occurrences of the series as well."""
    lone = _one(stage)
    stage.settle()
    stage.ana.update(lone, is_cancelled=True, subject="Canceled: Call")
    stage.settle()
    assert stage.google_agenda() == []
    _rest(stage)
    stage.settle()
    assert stage.google_agenda() == [FOUR[0], *FOUR[2:]]
    with stage.unchanged():
        stage.calendar.expire_tokens()
        stage.ana.drop_sync_states()
        stage.run()
        stage.silent()


def test_an_occurrence_that_is_called_off_after_its_series_came_is_gone_on_google(stage: SeriesStage) -> None:
    """Stories 24 and 25."""
    _one(stage)
    stage.settle()
    _rest(stage)
    stage.settle()
    stage.ana.edit_occurrence(stage.item("Call").id, at(12, 10), is_cancelled=True, subject="Canceled: Call")
    stage.settle()
    assert stage.google_agenda() == [FOUR[0], *FOUR[2:]]
    with stage.unchanged():
        stage.ana.cancel_occurrence(stage.item("Call").id, at(12, 10))  # Its owner clears it away.
        stage.run()
        stage.silent()
    assert stage.agenda() == [FOUR[0], *FOUR[2:]]


def test_a_lone_occurrence_cleared_away_is_gone_until_its_series_comes(stage: SeriesStage) -> None:
    lone = _one(stage)
    stage.settle()
    stage.ana.delete(lone)
    stage.settle()
    assert stage.agenda() == []
    _rest(stage)
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


def test_a_series_that_is_called_off_whole_is_gone_on_google(stage: SeriesStage) -> None:
    """Story 24."""
    _one(stage)
    stage.settle()
    _rest(stage)
    stage.settle()
    stage.ana.update(stage.item("Call").id, is_cancelled=True, subject="Canceled: Call")
    stage.settle()
    assert stage.google_agenda() == []
    with stage.unchanged():
        stage.ana.delete(stage.item("Canceled: Call").id)
        stage.run()
        stage.silent()


def test_what_the_copy_of_a_lone_occurrence_is_made_to_say_is_put_back(stage: SeriesStage) -> None:
    """A meeting is changed only where it lives: somebody else called it, in Outlook."""
    stage.ana.receive_lone_occurrence(
        "s1@x.test", at(12, 10), at(12, 10), at(12, 11), organizer=BOSS, subject="Call", required=["guest@x.test"]
    )
    stage.settle()
    (event,) = stage.calendar.events()
    stage.calendar.update(event["id"], location="Elsewhere", **span(at(13, 10), at(13, 11)))
    stage.settle()
    assert stage.agenda() == [FOUR[1]]
    stage.calendar.delete(stage.calendar.events()[0]["id"])
    stage.settle()
    assert stage.agenda() == [FOUR[1]]


# --- on Google


def _one_on_google(stage: SeriesStage) -> str:
    return stage.calendar.import_lone_instance(
        at(12, 10), iCalUID="s1@x.test", summary="Call", **span(at(12, 10), at(12, 11)), **PEOPLE
    )


def _rest_on_google(stage: SeriesStage) -> str:
    lines = list(weekly(4).lines)
    return stage.calendar.import_event(
        iCalUID="s1@x.test", summary="Call", recurrence=lines, **span(at(5, 10), at(5, 11)), **PEOPLE
    )


def test_an_invitation_to_one_occurrence_on_google_joins_its_series_when_that_arrives(stage: SeriesStage) -> None:
    """Story 25, the other way."""
    _one_on_google(stage)
    stage.settle()
    assert stage.agenda() == [FOUR[1]]
    _rest_on_google(stage)
    assert stage.google_agenda() == FOUR
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)


@pytest.mark.parametrize("came", ["before", "after"])
def test_a_lone_occurrence_moved_on_google_is_moved_in_outlook_before_and_after_its_series_came(
    stage: SeriesStage, came: str
) -> None:
    lone = _one_on_google(stage)
    stage.settle()
    moved = "2026-11-13 08:00-09:00 Call @Roof"
    if came == "after":
        _rest_on_google(stage)
        stage.settle()
    stage.calendar.update(lone, location="Roof", **span(at(13, 8), at(13, 9)))
    stage.settle()
    assert stage.agenda() == ([moved] if came == "before" else [FOUR[0], moved, *FOUR[2:]])
    if came == "before":
        _rest_on_google(stage)
        stage.settle()
    assert stage.agenda() == [FOUR[0], moved, *FOUR[2:]]
    stage.stays([FOUR[0], moved, *FOUR[2:]])


@pytest.mark.parametrize("came", ["before", "after"])
def test_a_lone_occurrence_cancelled_on_google_is_gone_before_and_after_its_series_came(
    stage: SeriesStage, came: str
) -> None:
    lone = _one_on_google(stage)
    stage.settle()
    if came == "after":
        _rest_on_google(stage)
        stage.settle()
    stage.calendar.delete(lone)
    stage.settle()
    assert stage.agenda() == ([] if came == "before" else [FOUR[0], *FOUR[2:]])
    if came == "before":
        _rest_on_google(stage)
        expected = stage.google_agenda()
        stage.settle()
        assert stage.google_agenda() == expected
    stage.stays(stage.agenda())
