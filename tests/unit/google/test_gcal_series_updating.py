"""Series changed, whole and by the occurrence, over the simulator."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from calpair.errors import AbsentError, StaleError, UnknownOutcomeError
from calpair.model.event import Event, Field, Item, Kind
from calpair.model.link import Stamp
from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from calpair.ports import Edit, Removal
from simulators.google import Switches
from simulators.wire import Crash
from unit.google.ground import LUNCH, NOON, ONE, World, event_of, item_of, world, written
from unit.google.series import BERLIN, BODY, HOUR, MONDAYS, STAND_UP, at, edited, made, read

MODES = pytest.mark.parametrize("mode", ["drop", "keep"])
IDS = pytest.mark.parametrize("ids", ["opaque", "classic"])
THREE: dict[Original, Event | None] = {
    MONDAYS[1]: None,
    MONDAYS[2]: at(2, hours=3),
    MONDAYS[3]: at(3, title="Long stand-up"),
}


def start(mode: Any = "drop", ids: Any = "opaque", **switches: Any) -> tuple[World, Item]:
    """A series with three overrides."""
    here = world(switches=Switches(exceptions_on_master_change=mode, instance_ids=ids, **switches))
    return here, made(here, THREE)


def having(**changes: Any) -> Event:
    return replace(STAND_UP, overrides=THREE, **changes)


def overriding(*pairs: tuple[Original, Event | None], without: tuple[Original, ...] = ()) -> Event:
    kept = {original: said for original, said in {**THREE, **dict(pairs)}.items() if original not in without}
    return replace(STAND_UP, overrides=dict(sorted(kept.items())))


def unlike(there: Event, wanted: Event) -> tuple[Original, ...]:
    """The occurrences of which the two say something else."""
    named = {*there.overrides, *wanted.overrides}
    return tuple(one for one in named if there.overrides.get(one, STAND_UP) != wanted.overrides.get(one, STAND_UP))


class TestOccurrences:
    @IDS
    def test_one_that_has_a_resource_takes_one_request(self, ids: Any) -> None:
        here, item = start(ids=ids)
        wanted = overriding((MONDAYS[3], at(3, title="Longer", hours=1)))
        answer = edited(here, item, wanted, overrides=(MONDAYS[3],))
        assert here.requests() == {"events.patch": 1}
        assert (answer.refused, answer.sure, event_of(answer)) == ({}, True, wanted)
        assert read(here, item) == answer.item

    @IDS
    def test_one_that_has_none_yet_takes_two(self, ids: Any) -> None:
        here, item = start(ids=ids)
        wanted = overriding((MONDAYS[9], at(9, place="Room 2")))
        answer = edited(here, item, wanted, overrides=(MONDAYS[9],))
        assert here.requests() == {"events.instances": 1, "events.patch": 1}
        assert (answer.refused, answer.sure, event_of(answer)) == ({}, True, wanted)
        assert read(here, item) == answer.item

    def test_only_what_differs_is_written_and_nobody_is_told(self) -> None:
        here, item = start()
        edited(here, item, overriding((MONDAYS[3], at(3, title="Longer"))), overrides=(MONDAYS[3],))
        request = here.tap.seen[-1]
        assert request.body == b'{"summary": "Longer"}'
        assert request.headers["if-match"] == item.marks[MONDAYS[3]].version
        assert ("sendUpdates", "none") in request.query
        assert here.simulator.record.mails == []

    def test_they_become_as_the_series_again(self) -> None:
        here, item = start()
        answer = edited(here, item, STAND_UP, overrides=tuple(THREE))
        assert here.requests() == {"batch": 1}
        assert (answer.refused, event_of(answer)) == ({}, STAND_UP)
        assert set(item_of(answer).marks) == set(THREE)
        assert read(here, item) == answer.item

    def test_others_are_not_touched(self) -> None:
        here, item = start()
        wanted = replace(STAND_UP, overrides={MONDAYS[2]: None, MONDAYS[3]: at(3, title="Other")})
        answer = edited(here, item, wanted, overrides=(MONDAYS[2],))
        assert event_of(answer) == overriding((MONDAYS[2], None))

    def test_an_occurrence_moved_and_then_cancelled_is_one(self) -> None:
        here, item = start()
        answer = edited(here, item, overriding((MONDAYS[2], None)), overrides=(MONDAYS[2],))
        assert event_of(answer) == overriding((MONDAYS[2], None))
        assert read(here, item) == answer.item

    @pytest.mark.parametrize("order", ["given", "reversed"])
    def test_one_that_is_moved_to_a_day_freed_by_another(self, order: Any) -> None:
        here, item = start(batch_order=order)
        wanted = overriding((MONDAYS[4], None), (MONDAYS[5], replace(at(5), when=at(4).when)))
        answer = edited(here, item, wanted, overrides=(MONDAYS[4], MONDAYS[5]))
        assert (answer.refused, event_of(answer)) == ({}, wanted)

    def test_the_first_one_is_one_like_the_others(self) -> None:
        here, item = start()
        wanted = overriding((MONDAYS[0], None))
        answer = edited(here, item, wanted, overrides=(MONDAYS[0],))
        assert event_of(answer) == wanted
        assert read(here, item) == answer.item

    def test_what_is_so_already_is_not_written(self) -> None:
        here, item = start()
        answer = edited(here, item, having(), overrides=tuple(THREE))
        assert here.requests() == {}
        assert answer.item == item

    def test_one_that_somebody_changed_meanwhile_is_left(self) -> None:
        here, item = start()
        here.ana.update(item.marks[MONDAYS[3]].id, summary="Mine")
        wanted = overriding((MONDAYS[3], at(3, title="Ours")), (MONDAYS[2], None))
        answer = edited(here, item, wanted, overrides=(MONDAYS[2], MONDAYS[3]))
        assert {original: type(error) for original, error in answer.refused.items()} == {MONDAYS[3]: StaleError}
        assert answer.sure is False
        assert event_of(answer) == overriding((MONDAYS[3], at(3, title="Mine")), (MONDAYS[2], None))

    def test_one_that_somebody_made_different_meanwhile_is_left(self) -> None:
        here = world()
        before = made(here, {MONDAYS[9]: at(9, title="Mine")}, number=2)
        blind = replace(before, event=STAND_UP, marks={}, rest=replace(before.rest, exceptions={}))
        answer = edited(
            here, blind, replace(STAND_UP, overrides={MONDAYS[9]: at(9, title="Ours")}), overrides=(MONDAYS[9],)
        )
        assert [(type(error), error.code) for error in answer.refused.values()] == [(StaleError, "editedOccurrence")]
        assert answer.sure is False
        assert event_of(answer).overrides == {MONDAYS[9]: at(9, title="Mine")}

    def test_one_that_is_not_revived_is_refused(self) -> None:
        here, item = start()
        here.plant("forbidden_403", "events.patch", detail=item.marks[MONDAYS[1]].id)
        wanted = overriding((MONDAYS[2], None), without=(MONDAYS[1],))
        answer = edited(here, item, wanted, overrides=(MONDAYS[1], MONDAYS[2]))
        assert [(original, error.code) for original, error in answer.refused.items()] == [(MONDAYS[1], "forbidden")]
        assert (answer.sure, event_of(answer)) == (True, overriding((MONDAYS[2], None)))

    def test_of_a_series_that_is_gone_every_occurrence_is_refused(self) -> None:
        here, item = start()
        here.ana.delete(item.id)
        wanted = overriding((MONDAYS[9], at(9, title="Other")))
        answer = edited(here, item, wanted, overrides=(MONDAYS[9],))
        assert list(answer.refused) == [MONDAYS[9]]
        assert (answer.item, answer.sure) == (None, False)


class TestDatesTakenOut:
    def test_what_an_exdate_took_out_is_brought_back(self) -> None:
        here = world()
        name = here.ana.create(
            **{**BODY, "recurrence": [*BODY["recurrence"], "EXDATE:20261019T070000Z,20261026T080000Z"]}
        )
        item = item_of(here.calendar.read([name])[name])
        assert event_of(item) == replace(STAND_UP, overrides={MONDAYS[1]: None, MONDAYS[2]: None})
        here.requests()
        wanted = replace(STAND_UP, overrides={MONDAYS[2]: None})
        answer = edited(here, item, wanted, overrides=(MONDAYS[1],))
        assert here.requests() == {"events.patch": 2, "events.instances": 1}
        assert (answer.refused, event_of(answer)) == ({}, wanted)
        assert here.ana.event(name)["recurrence"] == BODY["recurrence"]
        assert read(here, item) == answer.item

    def test_they_stay_when_another_occurrence_is_written(self) -> None:
        here = world()
        lines = [*BODY["recurrence"], "EXDATE:20261019T070000Z"]
        name = here.ana.create(**{**BODY, "recurrence": lines})
        item = item_of(here.calendar.read([name])[name])
        wanted = replace(STAND_UP, overrides={MONDAYS[1]: None, MONDAYS[2]: None})
        answer = edited(here, item, wanted, overrides=(MONDAYS[1], MONDAYS[2]))
        assert event_of(answer) == wanted
        assert here.ana.event(name)["recurrence"] == lines


class TestWhole:
    def test_without_exceptions_it_takes_one_request(self) -> None:
        here = world()
        item = made(here)
        answer = edited(here, item, replace(STAND_UP, title="Sit-down"), Field.TITLE)
        assert here.requests() == {"events.patch": 1}
        assert (answer.sure, event_of(answer)) == (True, replace(STAND_UP, title="Sit-down"))

    @MODES
    def test_a_field_of_the_series_is_that_of_its_overrides_too_where_they_say_so(self, mode: Any) -> None:
        here, item = start(mode)
        wanted = replace(
            STAND_UP,
            place="Room 2",
            overrides={
                MONDAYS[1]: None,
                MONDAYS[2]: at(2, hours=3, place="Room 2"),
                MONDAYS[3]: at(3, title="Long stand-up"),
            },
        )
        answer = edited(here, item, wanted, Field.PLACE, overrides=(MONDAYS[2],))
        assert (answer.refused, answer.sure, event_of(answer)) == ({}, True, wanted)
        assert read(here, item) == answer.item

    def test_a_stamp_alone_asks_for_nothing_else(self) -> None:
        here, item = start()
        stamp = Stamp("pair", "link1", item.id, "other", rule=("RRULE:FREQ=MONTHLY;BYMONTHDAY=31",))
        answer = edited(here, item, having(), stamp=stamp)
        assert here.requests() == {"events.patch": 1}
        assert (item_of(answer).stamp, event_of(answer)) == (stamp, having())

    def test_another_version_is_stale_and_nothing_of_it_is_written(self) -> None:
        here, item = start()
        here.ana.update(item.id, summary="Mine")
        edit = Edit(item, having(title="Ours"), frozenset({Field.TITLE}), overrides=frozenset(THREE))
        (answer,) = here.calendar.update([edit])
        assert isinstance(answer, StaleError)
        assert event_of(read(here, item)).title == "Mine"

    def test_a_series_that_is_gone_is_gone(self) -> None:
        here, item = start()
        here.ana.delete(item.id)
        (answer,) = here.calendar.update([Edit(item, having(title="Ours"), frozenset({Field.TITLE}))])
        assert isinstance(answer, (StaleError, AbsentError))

    def test_a_lost_answer_concerns_it_all(self) -> None:
        here, item = start()
        here.plant("lost_reply", "events.patch")
        (answer,) = here.calendar.update([Edit(item, having(title="Ours"), frozenset({Field.TITLE}))])
        assert isinstance(answer, UnknownOutcomeError)

    def test_exceptions_that_cannot_be_seen_again_are_unknown(self) -> None:
        here, item = start()
        here.plant("backend_503", "events.list")
        answer = edited(here, item, having(title="Ours"), Field.TITLE, overrides=(MONDAYS[1],))
        assert (answer.item, answer.sure, list(answer.refused)) == (None, False, [MONDAYS[1]])

    def test_it_is_deleted_with_its_exceptions(self) -> None:
        here, item = start()
        assert here.calendar.delete([Removal(item.id, item.version)]) == [None]
        assert here.ana.events() == []


@MODES
@IDS
class TestRebuilding:
    def test_an_hour_later(self, mode: Any, ids: Any) -> None:
        here, item = start(mode, ids)
        overrides: dict[Original, Event | None] = {
            MONDAYS[1] + HOUR: None,
            MONDAYS[2] + HOUR: at(2, hours=3),
            MONDAYS[3] + HOUR: at(3, hours=1, title="Long stand-up"),
        }
        wanted = replace(STAND_UP, when=at(0, hours=1).when, overrides=overrides)
        answer = edited(here, item, wanted, Field.WHEN, overrides=tuple(overrides))
        assert sum(here.requests().values()) <= 5
        assert (answer.refused, answer.sure, event_of(answer)) == ({}, True, wanted)
        assert read(here, item) == answer.item
        again = edited(here, item_of(answer), wanted, Field.WHEN, overrides=tuple(overrides))
        assert (again.refused, event_of(again)) == ({}, wanted)

    def test_another_rule_keeps_what_is_still_there(self, mode: Any, ids: Any) -> None:
        here, item = start(mode, ids)
        repeats = Recurrence((Rule(Frequency.WEEKLY, 2, until=MONDAYS[20]),))
        wanted = replace(STAND_UP, repeats=repeats, overrides={MONDAYS[2]: at(2, hours=3)})
        answer = edited(here, item, wanted, Field.WHEN)
        assert (answer.refused, event_of(answer)) == ({}, wanted)
        assert read(here, item) == answer.item

    def test_overrides_are_brought_about_though_nobody_names_them(self, mode: Any, ids: Any) -> None:
        here, item = start(mode, ids)
        wanted = having(when=Timed(MONDAYS[0], MONDAYS[0] + 2 * HOUR, BERLIN))
        answer = edited(here, item, wanted, Field.WHEN)
        assert (answer.refused, event_of(answer)) == ({}, wanted)
        assert read(here, item) == answer.item

    @pytest.mark.parametrize("when", ["crash_before", "crash_after"])
    def test_wherever_it_breaks_off_the_next_time_mends_it(self, mode: Any, ids: Any, when: str) -> None:
        overrides: dict[Original, Event | None] = {
            MONDAYS[2] + HOUR: at(2, title="Later"),
            MONDAYS[3] + HOUR: None,
            MONDAYS[9] + HOUR: None,
        }
        wanted = replace(STAND_UP, when=at(0, hours=1).when, overrides=overrides)
        for nth in range(1, 20):
            here, item = start(mode, ids)
            here.plant(when, nth=nth)
            edit = Edit(item, wanted, frozenset({Field.WHEN}), overrides=frozenset(overrides))
            try:
                (answer,) = here.calendar.update([edit])
            except Crash:
                there = read(here, item)
                fields = (Field.WHEN,) if event_of(there).when != wanted.when else ()
                answer = edited(here, there, wanted, *fields, overrides=unlike(event_of(there), wanted))
                assert (written(answer).refused, event_of(answer)) == ({}, wanted)
                assert read(here, item) == item_of(answer)
            else:
                assert event_of(answer) == wanted
                break
        assert nth > 5

    def test_it_becomes_whole_days_and_back(self, mode: Any, ids: Any) -> None:
        here, item = start(mode, ids)
        day = date(2026, 10, 12)
        gone = day + timedelta(weeks=1)
        wanted = replace(STAND_UP, when=AllDay(day, day + timedelta(days=1)), overrides={gone: None})
        answer = edited(here, item, wanted, Field.WHEN, overrides=(gone,))
        assert (answer.refused, event_of(answer)) == ({}, wanted)
        there = read(here, item)
        assert there == answer.item
        answer = edited(here, there, having(), Field.WHEN, overrides=tuple(THREE))
        assert (answer.refused, event_of(answer)) == ({}, having())
        assert read(here, item) == answer.item

    def test_it_repeats_no_more_and_again(self, mode: Any, ids: Any) -> None:
        here, item = start(mode, ids)
        single = replace(STAND_UP, repeats=None)
        answer = edited(here, item, single, Field.WHEN)
        assert (item_of(answer).kind, event_of(answer)) == (Kind.SINGLE, single)
        there = read(here, item)
        assert (there.kind, there.event) == (Kind.SINGLE, single)
        answer = edited(here, there, having(), Field.WHEN, overrides=tuple(THREE))
        assert (answer.refused, item_of(answer).kind, event_of(answer)) == ({}, Kind.SERIES, having())
        assert read(here, item) == answer.item

    def test_an_occurrence_edited_just_now_is_left(self, mode: Any, ids: Any) -> None:
        here, item = start(mode, ids)
        here.ana.update(item.marks[MONDAYS[3]].id, summary="Mine")
        wanted = having(when=Timed(MONDAYS[0], MONDAYS[0] + 2 * HOUR, BERLIN))
        answer = edited(here, item, wanted, Field.WHEN)
        if mode == "drop":
            assert answer.refused == {}
        else:
            assert {original: type(error) for original, error in answer.refused.items()} == {MONDAYS[3]: StaleError}
            assert event_of(answer).overrides[MONDAYS[3]] == replace(at(3, title="Mine"))


def test_singles_and_series_are_written_side_by_side() -> None:
    here = world()
    series, other = made(here, THREE), made(here, {}, number=3)
    (single,) = here.made(2)
    edits = [
        Edit(single, replace(LUNCH, title="Supper"), frozenset({Field.TITLE})),
        Edit(series, overriding((MONDAYS[9], None)), frozenset(), overrides=frozenset({MONDAYS[9]})),
        Edit(replace(other, version=""), STAND_UP, frozenset({Field.TITLE})),
        Edit(other, replace(STAND_UP, title="Other"), frozenset({Field.TITLE})),
    ]
    one, two, three, four = here.calendar.update(edits)
    assert here.requests() == {"batch": 1, "events.instances": 1, "events.patch": 1}
    assert event_of(one).title == "Supper"
    assert event_of(two) == overriding((MONDAYS[9], None))
    assert isinstance(three, StaleError)
    assert event_of(four).title == "Other"


def test_a_single_event_is_made_a_series() -> None:
    here = world()
    (single,) = here.made(1)
    wanted = replace(LUNCH, repeats=Recurrence((Rule(Frequency.DAILY, count=3),)))
    (answer,) = here.calendar.update([Edit(single, wanted, frozenset({Field.WHEN}))])
    assert here.requests() == {"events.patch": 1}
    assert (event_of(answer), item_of(answer).kind) == (wanted, Kind.SERIES)
    assert LUNCH.when == Timed(NOON, ONE, BERLIN)
    assert written(answer).sure
