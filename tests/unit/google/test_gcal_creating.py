"""Copies under ids of our own choosing, and what a taken id comes to."""

from dataclasses import replace
from typing import Any

import pytest

from calpair.errors import BackOffError, IdTakenError, RefusedError, SideError, UnknownOutcomeError
from calpair.model.event import Kind
from simulators.google import Switches
from unit.google.ground import LUNCH, LUNCH_BODY, World, draft, event_of, item_of, scripted, world, written

DEAD = '{"id": "dupe0001", "etag": "1", "status": "cancelled"}'


def refusal(status: int, reason: str) -> tuple[int, str]:
    return status, f'{{"error": {{"errors": [{{"reason": "{reason}"}}]}}}}'


def test_a_copy_is_made_with_its_id_its_stamp_and_nobody_told() -> None:
    here = world()
    (answer,) = here.calendar.create([draft(1)])
    assert written(answer).sure
    assert (written(answer).id, item_of(answer).stamp, event_of(answer)) == ("dupe0001", draft(1).stamp, LUNCH)
    assert ("sendUpdates", "none") in here.tap.seen[-1].query
    (event,) = here.ana.events()
    assert item_of(answer).version == event["etag"]
    assert here.requests() == {"events.insert": 1}


def test_fifty_copies_are_made_in_one_request() -> None:
    here = world()
    answers = here.calendar.create([draft(number) for number in range(50)])
    assert [written(answer).id for answer in answers] == [f"dupe{number:04d}" for number in range(50)]
    assert here.requests() == {"batch": 1}


def test_nothing_to_make_asks_nothing() -> None:
    here = world()
    assert here.calendar.create([]) == []
    assert here.requests() == {}


def test_an_insert_repeated_finds_its_own_copy() -> None:
    here = world()
    here.plant("lost_reply", "events.insert")
    (answer,) = here.calendar.create([draft(1)])
    assert isinstance(answer, UnknownOutcomeError)
    here.requests()
    (answer,) = here.calendar.create([draft(1, title="Supper")])
    assert not written(answer).sure
    assert event_of(answer).title == "Lunch"
    assert len(here.ana.events()) == 1
    assert here.requests() == {"events.insert": 1, "events.get": 1}


def test_a_batch_repeated_finds_its_own_copies() -> None:
    here = world()
    here.plant("lost_reply", "batch")
    drafts = [draft(1), draft(2)]
    assert [type(answer) for answer in here.calendar.create(drafts)] == [UnknownOutcomeError] * 2
    here.requests()
    answers = here.calendar.create([draft(0), *drafts])
    assert [written(answer).sure for answer in answers] == [True, False, False]
    assert len(here.ana.events()) == 3
    assert here.requests() == {"batch": 2}


def test_an_id_that_is_somebody_elses_is_taken() -> None:
    here = world()
    here.ana.create(**LUNCH_BODY, id="dupe0001")
    (answer,) = here.calendar.create([draft(1)])
    assert isinstance(answer, IdTakenError)
    assert here.ana.event("dupe0001")["summary"] == "Lunch"
    here.made(2, link="another")
    (answer,) = here.calendar.create([draft(2)])
    assert isinstance(answer, IdTakenError)


@pytest.mark.parametrize("tombstones", ["full", "bare"])
def test_a_deleted_copy_is_revived_as_the_draft_says(tombstones: str) -> None:
    here = world(switches=Switches(tombstones=tombstones))  # type: ignore[arg-type]  # one of its words
    (item,) = here.made(1)
    here.ana.delete(item.id)
    (answer,) = here.calendar.create([draft(1, title="Again", place="", reminder=None)])
    assert written(answer).sure
    assert event_of(answer) == replace(LUNCH, title="Again", place="", reminder=None)
    assert item_of(answer).stamp == draft(1).stamp
    assert here.requests() == {"events.insert": 1, "events.get": 1, "events.update": 1}
    assert here.tap.seen[-1].headers["if-match"]
    assert ("sendUpdates", "none") in here.tap.seen[-1].query
    assert [event["summary"] for event in here.ana.events()] == ["Again"]


def test_a_moved_and_deleted_copy_is_revived_with_its_sequence() -> None:
    here = world()
    (item,) = here.made(1)
    here.ana.update(item.id, start={"dateTime": "2026-11-05T10:00:00Z"})
    here.ana.delete(item.id)
    (answer,) = here.calendar.create([draft(1)])
    assert event_of(answer) == LUNCH


def test_a_copy_that_may_not_be_revived_has_lost_its_id() -> None:
    here = world(switches=Switches(undelete_allowed="forbidden"))
    (item,) = here.made(1)
    here.ana.delete(item.id)
    (answer,) = here.calendar.create([draft(1)])
    assert isinstance(answer, IdTakenError)
    assert here.ana.events() == []


def test_an_id_whose_tombstone_is_forgotten_is_taken() -> None:
    here = world()
    (item,) = here.made(1)
    here.ana.delete(item.id)
    here.ana.forget_deleted()
    (answer,) = here.calendar.create([draft(1)])
    assert isinstance(answer, IdTakenError)


def test_each_of_a_batch_comes_to_its_own_end() -> None:
    here = world()
    here.made(1, 2)
    here.made(3, link="another")
    here.ana.delete("dupe0002")
    answers = here.calendar.create([draft(number) for number in range(5)])
    found = [answer.sure if not isinstance(answer, SideError) else type(answer) for answer in answers]
    assert found == [True, False, True, IdTakenError, True]
    # One request for all, one to look at the three met again (in a batch), one for the single revival.
    assert here.requests() == {"batch": 2, "events.update": 1}


def test_a_conflict_that_is_no_taken_id_is_tried_again_later() -> None:
    here = world()
    here.plant("conflict_409", "events.insert")
    (answer,) = here.calendar.create([draft(1)])
    assert isinstance(answer, BackOffError)
    assert (answer.code, answer.scope) == ("conflict", "item")
    assert here.ana.events() == []


@pytest.mark.parametrize(("kind", "error"), [("backend_503", BackOffError), ("user_rate_limit_403", BackOffError)])
def test_a_look_that_fails_leaves_the_other_answers_standing(kind: str, error: type[SideError]) -> None:
    here = world()
    here.made(1)
    here.plant(kind, "events.get")
    made, met = here.calendar.create([draft(0), draft(1)])
    assert written(made).sure
    assert type(met) is error


def test_a_revival_overtaken_may_have_happened() -> None:
    calendar, script = scripted(refusal(409, "duplicate"), (200, DEAD), refusal(412, "conditionNotMet"))
    (answer,) = calendar.create([draft(1)])
    assert isinstance(answer, UnknownOutcomeError)
    assert script.asked[-1][3]["If-Match"] == "1"


def test_a_revival_without_an_answer_is_unknown() -> None:
    here = world()
    (item,) = here.made(1)
    here.ana.delete(item.id)
    here.plant("lost_reply", "events.update")
    (answer,) = here.calendar.create([draft(1)])
    assert isinstance(answer, UnknownOutcomeError)
    (answer,) = here.calendar.create([draft(1)])
    assert not written(answer).sure


def test_a_revival_that_does_not_revive_has_lost_its_id() -> None:
    calendar, script = scripted(refusal(409, "duplicate"), (200, DEAD), (200, DEAD))
    (answer,) = calendar.create([draft(1)])
    assert isinstance(answer, IdTakenError)
    assert [method for method, *_ in script.asked] == ["POST", "GET", "PUT"]


def test_an_event_google_will_not_take_is_refused_alone() -> None:
    here = world()
    here.plant("invalid_400", "events.insert", detail="dupe0002")
    answers = here.calendar.create([draft(1), draft(2), draft(3)])
    assert isinstance(answers[1], RefusedError)
    assert [written(answer).id for answer in (answers[0], answers[2])] == ["dupe0001", "dupe0003"]


def test_a_copy_met_again_may_have_become_something_else() -> None:
    here = world()
    (item,) = here.made(1)
    here.ana.update(item.id, recurrence=["RRULE:FREQ=DAILY"])
    (answer,) = here.calendar.create([draft(1)])
    assert (written(answer).sure, item_of(answer).kind) == (False, Kind.SERIES)


def values(here: World) -> list[Any]:
    return [(event["start"], event["end"]) for event in here.ana.events()]


def test_times_are_stored_as_planned() -> None:
    here = world()
    here.made(1)
    assert values(here) == [
        (
            {"dateTime": "2026-11-05T12:00:00+01:00", "timeZone": "Europe/Berlin"},
            {"dateTime": "2026-11-05T13:00:00+01:00", "timeZone": "Europe/Berlin"},
        )
    ]
