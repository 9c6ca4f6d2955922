"""Story 25: an invitation to one occurrence, before its series came, beside it, and after."""

from datetime import time

from scenarios.series_stage import BERLIN, FOUR, SeriesStage, at, weekly

BOSS = "boss@x.test"


def test_an_invitation_to_one_occurrence_joins_its_series_when_that_arrives(stage: SeriesStage) -> None:
    """Story 25, without other guests."""
    stage.ana.receive_lone_occurrence("s1@x.test", at(12, 10), at(12, 10), at(12, 11), organizer=BOSS, subject="Call")
    stage.settle()
    assert stage.agenda() == [FOUR[1]]
    stage.ana.receive_series("s1@x.test", weekly(4).pattern, time(11), organizer=BOSS, zone=BERLIN, subject="Call")
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
    stage.ana.receive_series("s1@x.test", weekly(4).pattern, time(11), organizer=BOSS, zone=BERLIN, subject="Call")
    stage.settle()
    expected = [FOUR[0], FOUR[1], "2026-11-19 11:00-12:00 Call, moved", FOUR[3]]
    assert stage.agenda() == expected
    stage.stays(expected)


def test_a_lone_occurrence_kept_beside_its_series_is_an_event_of_its_own(stage: SeriesStage) -> None:
    stage.ana.receive_lone_occurrence("s1@x.test", at(12, 10), at(12, 10), at(12, 11), organizer=BOSS, subject="Call")
    stage.settle()
    stage.ana.receive_series(
        "s1@x.test", weekly(4).pattern, time(11), organizer=BOSS, keep_lone=True, zone=BERLIN, subject="Call"
    )
    expected = stage.exchange_agenda()
    assert len(expected) == 5
    stage.settle()
    assert stage.agenda() == expected
    stage.stays(expected)


def test_an_invitation_to_one_occurrence_on_google_joins_its_series_when_that_arrives(stage: SeriesStage) -> None:
    """Story 25, the other way."""
    span = {
        "start": {"dateTime": "2026-11-12T10:00:00Z", "timeZone": "Europe/Berlin"},
        "end": {"dateTime": "2026-11-12T11:00:00Z", "timeZone": "Europe/Berlin"},
    }
    people = {"organizer": {"email": BOSS}, "attendees": [{"email": "ana@g.test"}]}
    stage.calendar.import_lone_instance(at(12, 10), iCalUID="s1@x.test", summary="Call", **span, **people)
    stage.settle()
    assert stage.agenda() == [FOUR[1]]
    first = {name: {**there, "dateTime": there["dateTime"].replace("-12T", "-05T")} for name, there in span.items()}
    stage.calendar.import_event(
        iCalUID="s1@x.test", summary="Call", recurrence=list(weekly(4).lines), **first, **people
    )
    assert stage.google_agenda() == FOUR
    stage.settle()
    assert stage.agenda() == FOUR
    stage.stays(FOUR)
