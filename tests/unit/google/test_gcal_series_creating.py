"""Series made with their overrides, over the simulator."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from calpair.errors import IdTakenError, RefusedError, StaleError
from calpair.model.event import Event
from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay
from simulators.google import Switches
from unit.google.ground import draft, event_of, item_of, world, written
from unit.google.series import BERLIN, MONDAYS, STAND_UP, at, drafted, made, read

IDS = pytest.mark.parametrize("ids", ["opaque", "classic"])


def many(count: int) -> dict[Original, Event | None]:
    """Every third cancelled, every third moved, every third with a title of its own."""
    kinds = (lambda _: None, lambda number: at(number, hours=3), lambda number: at(number, title=f"No. {number}"))
    return {MONDAYS[number]: kinds[number % 3](number) for number in range(count)}


@IDS
def test_a_series_is_made_with_fifty_overrides_in_three_requests(ids: Any) -> None:
    here = world(switches=Switches(instance_ids=ids))
    overrides = many(50)
    (answer,) = here.calendar.create([drafted(overrides)])
    assert here.requests() == {"events.insert": 1, "events.instances": 1, "batch": 1}
    assert here.simulator.record.units == 52
    assert (written(answer).sure, written(answer).refused) == (True, {})
    assert event_of(answer) == replace(STAND_UP, overrides=overrides)
    assert read(here, item_of(answer)) == item_of(answer)
    assert here.simulator.record.mails == []


@IDS
def test_a_few_are_looked_up_one_by_one(ids: Any) -> None:
    here = world(switches=Switches(instance_ids=ids))
    (answer,) = here.calendar.create([drafted(many(3))])
    assert here.requests() == {"events.insert": 1, "batch": 2}
    assert here.simulator.record.units == 7
    assert read(here, item_of(answer)) == item_of(answer)


def test_a_series_without_overrides_takes_one_request() -> None:
    here = world()
    (answer,) = here.calendar.create([drafted({})])
    assert here.requests() == {"events.insert": 1}
    assert (event_of(answer), written(answer).sure) == (STAND_UP, True)
    (event,) = here.ana.events()
    assert event["recurrence"] == ["RRULE:FREQ=WEEKLY;COUNT=60;BYDAY=MO"]
    assert (event["start"]["timeZone"], event["end"]["timeZone"]) == (BERLIN, BERLIN)


def test_many_series_share_their_requests() -> None:
    here = world()
    drafts = [*(drafted(many(2), number) for number in range(20)), draft(21)]
    answers = here.calendar.create(drafts)
    assert here.requests() == {"batch": 3}
    assert [event_of(one).overrides for one in answers[:20]] == [many(2)] * 20
    assert not event_of(answers[20]).overrides


def test_cancellations_go_first_then_moves_then_the_rest() -> None:
    here = world()
    made(here, many(6))
    bodies = here.tap.seen[-1].body.decode()
    places = [bodies.find(text) for text in ('"cancelled"', '"start"', '"No. 2"')]
    assert places == sorted(places)
    assert bodies.rfind('"cancelled"') < bodies.find('"start"')
    assert bodies.rfind('"start"') < bodies.find('"No. 2"')


def test_whole_days_and_their_overrides() -> None:
    here = world()
    days = AllDay(date(2026, 12, 21), date(2026, 12, 23))
    moved = AllDay(date(2027, 1, 5), date(2027, 1, 6))
    event = Event("Days", days, repeats=Recurrence((Rule(Frequency.WEEKLY, until=date(2027, 2, 1)),)))
    overrides: Mapping[Original, Event | None] = {
        date(2026, 12, 28): None,
        date(2027, 1, 4): Event("Days", moved),
        date(2027, 1, 11): Event("Other days", AllDay(date(2027, 1, 11), date(2027, 1, 13))),
        date(2027, 1, 18): None,
        date(2027, 1, 25): Event("Days", AllDay(date(2027, 1, 26), date(2027, 1, 28))),
    }
    for some in (overrides, dict(list(overrides.items())[:2])):
        (answer,) = here.calendar.create([replace(draft(len(some)), event=replace(event, overrides=some))])
        assert written(answer).refused == {}
        assert event_of(answer) == replace(event, overrides=some)
        assert read(here, item_of(answer)) == item_of(answer)


def test_an_override_that_says_nothing_else_is_not_written() -> None:
    here = world()
    assert made(here, {MONDAYS[1]: at(1), MONDAYS[2] + timedelta(hours=1): None}).event == STAND_UP
    assert len(here.simulator.record.calls) == 1


def test_an_override_google_does_not_take_is_refused_by_itself() -> None:
    here = world()
    here.plant("invalid_400", "events.patch", detail="No. 2")
    (answer,) = here.calendar.create([drafted(many(6))])
    refusal = written(answer).refused
    assert {original: (type(error), error.code) for original, error in refusal.items()} == {
        MONDAYS[2]: (RefusedError, "invalid")
    }
    there = {original: said for original, said in many(6).items() if original != MONDAYS[2]}
    assert (written(answer).sure, event_of(answer)) == (True, replace(STAND_UP, overrides=there))
    assert read(here, item_of(answer)) == item_of(answer)


def test_an_occurrence_the_series_has_not_got_is_refused() -> None:
    here = world()
    stray = MONDAYS[0] + timedelta(days=1)
    (answer,) = here.calendar.create([drafted({stray: at(1, title="Stray"), MONDAYS[3]: None})])
    assert [(one, error.code) for one, error in written(answer).refused.items()] == [(stray, "noOccurrence")]
    assert event_of(answer) == replace(STAND_UP, overrides={MONDAYS[3]: None})


@pytest.mark.parametrize("operation", ["events.instances", "events.patch"])
def test_what_could_not_be_done_for_now_is_refused_for_now(operation: str) -> None:
    here = world()
    here.plant("rate_limit_403", operation, times=9)
    (answer,) = here.calendar.create([drafted(many(6))])
    assert {error.code for error in written(answer).refused.values()} == {"rateLimitExceeded"}
    assert len(written(answer).refused) == 6
    assert event_of(answer) == STAND_UP


def test_a_lost_answer_is_looked_up() -> None:
    here = world()
    here.plant("lost_reply", "batch", nth=2)
    (answer,) = here.calendar.create([drafted(many(3))])
    assert {error.code for error in written(answer).refused.values()} == {"noAnswer"}
    assert written(answer).sure is False
    assert event_of(answer) == replace(STAND_UP, overrides=many(3))
    here = world()
    here.plant("lost_reply", "batch", nth=2)
    here.plant("backend_503", "events.list")
    (answer,) = here.calendar.create([drafted(many(3))])
    assert (written(answer).id, written(answer).item, written(answer).sure) == ("dupe0001", None, False)


def test_a_series_that_is_there_already_is_read_and_left() -> None:
    here = world()
    made(here, many(3))
    (answer,) = here.calendar.create([drafted(many(6))])
    assert here.requests() == {"events.insert": 1, "events.get": 1, "events.list": 1}
    assert (written(answer).sure, written(answer).refused) == (False, {})
    assert event_of(answer) == replace(STAND_UP, overrides=many(3))
    here.plant("backend_503", "events.list")
    (answer,) = here.calendar.create([drafted(many(6))])
    assert (written(answer).item, written(answer).sure, written(answer).refused) == (None, False, {})


def test_a_series_that_was_deleted_is_revived_with_its_overrides() -> None:
    here = world()
    item = made(here, many(6))
    here.ana.delete(item.id)
    overrides: dict[Original, Event | None] = {MONDAYS[0]: at(0, title="Back"), MONDAYS[5]: None}
    (answer,) = here.calendar.create([drafted(overrides)])
    assert (written(answer).refused, event_of(answer).overrides) == ({}, overrides)
    assert read(here, item) == item_of(answer)
    here.ana.delete(item.id)
    here.plant("backend_503", "events.list")
    (answer,) = here.calendar.create([drafted(overrides)])
    assert (written(answer).item, set(written(answer).refused)) == (None, set(overrides))


def test_a_series_that_is_not_to_be_revived_takes_the_next_generation() -> None:
    here = world(switches=Switches(undelete_allowed="forbidden"))
    here.ana.delete(made(here).id)
    (answer,) = here.calendar.create([drafted({})])
    assert isinstance(answer, IdTakenError)


class TestTouchedSeries:
    """Where writing one occurrence gives the series, and all occurrences without a resource, another version."""

    @IDS
    def test_occurrences_nobody_else_changed_are_written(self, ids: Any) -> None:
        here = world(switches=Switches(instance_ids=ids, exception_touches_master=True))
        (answer,) = here.calendar.create([drafted(many(50))])
        assert here.requests() == {"events.insert": 1, "events.instances": 1, "batch": 3}
        assert (written(answer).refused, written(answer).sure) == ({}, True)
        assert event_of(answer) == replace(STAND_UP, overrides=many(50))

    def test_one_that_somebody_changed_is_left(self) -> None:
        here = world(switches=Switches(exception_touches_master=True))
        here.plant("edited_before", "events.patch", nth=2)
        (answer,) = here.calendar.create([drafted(many(3))])
        assert {type(error) for error in written(answer).refused.values()} == {StaleError}
        assert written(answer).sure is False
        assert read(here, item_of(answer)) == item_of(answer)


def test_a_rule_google_does_not_take_is_refused() -> None:
    here = world(switches=Switches(subdaily_accepted=False))
    hourly = replace(STAND_UP, repeats=Recurrence((Rule(Frequency.HOURLY),)))
    (answer,) = here.calendar.create([replace(draft(1), event=hourly)])
    assert isinstance(answer, RefusedError)


@pytest.mark.parametrize("count", [2, 6])
def test_occurrences_years_ahead_of_a_series_without_end_are_found(count: int) -> None:
    here = world()
    endless = replace(STAND_UP, repeats=Recurrence((Rule(Frequency.YEARLY),)))
    winter = [STAND_UP.when.start.replace(year=2026 + number) for number in range(9, 9 + count)]
    overrides: dict[Original, Event | None] = dict.fromkeys(winter)
    (answer,) = here.calendar.create([replace(draft(1), event=replace(endless, overrides=overrides))])
    assert (written(answer).refused, event_of(answer).overrides) == ({}, overrides)


def test_a_long_list_of_occurrences_is_read_page_by_page() -> None:
    here = world(switches=Switches(page_cap=7))
    (answer,) = here.calendar.create([drafted(many(20))])
    assert (written(answer).refused, event_of(answer).overrides) == ({}, many(20))
    assert here.requests() == {"events.insert": 1, "events.instances": 3, "batch": 1}
    assert read(here, item_of(answer)) == item_of(answer)
