"""What a person does to series in Google, as the change list tells it and as it is read, over the simulator."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest

from calpair.errors import AbsentError, SideError
from calpair.model.event import Field, Item, Kind
from calpair.model.when import Timed
from calpair.ports import Change, Edit
from simulators.google import Switches
from unit.google.ground import World, event_of, item_of, world
from unit.google.series import BERLIN, BODY, HOUR, MONDAYS, STAND_UP, at, edited, made, read

IDS = pytest.mark.parametrize("ids", ["opaque", "classic"])


def begun(**switches: Any) -> tuple[World, str, str]:
    """A series somebody made, and the cursor after it."""
    here = world(switches=Switches(**switches))
    name = here.ana.create(**BODY)
    return here, name, here.calendar.changes("").cursor


def found(here: World, name: str) -> Item:
    here.requests()
    return item_of(here.calendar.read([name])[name])


@IDS
def test_occurrences_cancelled_moved_and_changed_are_read(ids: Any) -> None:
    here, name, cursor = begun(instance_ids=ids)
    here.ana.cancel_instance(name, MONDAYS[1])
    moved = here.ana.move_instance(name, MONDAYS[2], start=MONDAYS[2] + 3 * HOUR, end=MONDAYS[2] + 4 * HOUR)
    other = here.ana.edit_instance(name, MONDAYS[3], summary="Long stand-up")
    page = here.calendar.changes(cursor)
    item = found(here, name)
    assert here.requests() == {"events.get": 1, "events.list": 1}
    assert item.event == replace(
        STAND_UP,
        overrides={MONDAYS[1]: None, MONDAYS[2]: at(2, hours=3), MONDAYS[3]: at(3, title="Long stand-up")},
    )
    assert [(change.id, change.gone, change.item) for change in page.changes] == [(name, False, None)] * 3
    assert {change.override: change.version for change in page.changes} == {
        mark.id: mark.version for mark in item.marks.values()
    }
    assert {moved, other} < {mark.id for mark in item.marks.values()}


def test_moved_and_then_cancelled_is_one_override() -> None:
    here, name, _ = begun()
    here.ana.move_instance(name, MONDAYS[2], start=MONDAYS[2] + 24 * HOUR, end=MONDAYS[2] + 25 * HOUR)
    here.ana.cancel_instance(name, MONDAYS[2])
    assert found(here, name).event == replace(STAND_UP, overrides={MONDAYS[2]: None})


def test_put_back_it_is_as_the_series() -> None:
    here, name, _ = begun()
    here.ana.cancel_instance(name, MONDAYS[2])
    here.ana.restore_instance(name, MONDAYS[2])
    assert found(here, name).event == STAND_UP


def test_taken_out_by_a_line_or_by_itself_is_the_same() -> None:
    here, name, cursor = begun()
    here.ana.cancel_instance(name, MONDAYS[1], as_exdate=True)
    here.ana.cancel_instance(name, MONDAYS[2])
    assert [change.override == "" for change in here.calendar.changes(cursor).changes] == [True, False]
    item = found(here, name)
    assert item.event == replace(STAND_UP, overrides={MONDAYS[1]: None, MONDAYS[2]: None})
    assert list(item.marks) == [MONDAYS[2]]


def test_the_first_one_cancelled_leaves_the_start() -> None:
    here, name, _ = begun()
    here.ana.cancel_instance(name, MONDAYS[0])
    assert found(here, name).event == replace(STAND_UP, overrides={MONDAYS[0]: None})


def test_an_override_a_year_ahead_is_read() -> None:
    here, name, _ = begun()
    here.ana.edit_instance(name, MONDAYS[59], location="Far")
    assert found(here, name).event == replace(STAND_UP, overrides={MONDAYS[59]: at(59, place="Far")})


@pytest.mark.parametrize("first", [False, True])
def test_all_is_told_in_whatever_order(first: bool) -> None:
    here, name, _ = begun(exceptions_first=first, page_cap=1)
    here.ana.cancel_instance(name, MONDAYS[1])
    cursor, seen, more = "", [], True
    while more:
        page = here.calendar.changes(cursor)
        cursor, more = page.cursor, page.more
        seen += [(change.id, bool(change.override)) for change in page.changes]
    assert sorted(seen) == [(name, False), (name, True)]
    assert seen[0] == (name, first)
    assert list(found(here, name).marks) == [MONDAYS[1]]


@pytest.mark.parametrize("tombstones", [False, True])
def test_a_series_that_is_deleted_is_gone_with_all_it_has(tombstones: bool) -> None:
    here, name, _ = begun(exception_tombstones=tombstones)
    here.ana.cancel_instance(name, MONDAYS[1])
    cursor = here.calendar.changes("").cursor
    here.ana.delete(name)
    assert here.calendar.changes(cursor).changes == (Change(name, gone=True),)
    answer = here.calendar.read([name])[name]
    assert isinstance(answer, AbsentError)
    assert answer.code == "cancelled"


class TestSplit:
    """What the web interface calls "this and following events"."""

    def split(self) -> tuple[World, Item, str]:
        here = world()
        item = made(here, {MONDAYS[1]: None, MONDAYS[20]: None})
        return here, item, here.ana.split(item.id, MONDAYS[10], summary="Sit-down")

    def test_both_halves_are_read_each_with_its_own(self) -> None:
        here, item, second = self.split()
        old, new = (found(here, name) for name in (item.id, second))
        assert old.uid == new.uid
        assert event_of(old).overrides == {MONDAYS[1]: None}
        assert event_of(new).title == "Sit-down"
        assert event_of(new).when.start == MONDAYS[10]
        assert set(old.marks) <= {MONDAYS[1], MONDAYS[20]}

    def test_the_new_half_has_the_stamp_of_the_old_one(self) -> None:
        here, item, second = self.split()
        stamp = found(here, second).stamp
        assert stamp == item.stamp
        assert stamp is not None
        assert stamp.self_name == item.id != second

    def test_both_may_be_read_with_one_list_between_them(self) -> None:
        here, item, second = self.split()
        here.requests()
        answers = here.calendar.read([item.id, second])
        assert here.requests() == {"batch": 1, "events.list": 1}
        assert [one.id for one in answers.values() if isinstance(one, Item)] == [item.id, second]

    def test_an_occurrence_of_the_new_half_is_written_there(self) -> None:
        here, _, second = self.split()
        item = found(here, second)
        wanted = replace(event_of(item), overrides={MONDAYS[12]: None})
        answer = edited(here, item, wanted, overrides=(MONDAYS[12],))
        assert (answer.refused, event_of(answer)) == ({}, wanted)


class TestAlone:
    ORIGINAL = datetime(2026, 11, 5, 8, tzinfo=UTC)
    BODY: ClassVar[dict[str, Any]] = {
        "summary": "Review",
        "start": {"dateTime": "2026-11-05T10:00:00+01:00", "timeZone": BERLIN},
        "end": {"dateTime": "2026-11-05T11:00:00+01:00", "timeZone": BERLIN},
        "iCalUID": "uid@x.test",
        "organizer": {"email": "bo@x.test"},
        "attendees": [{"email": "ana@g.test"}],
    }

    def test_an_invitation_to_one_occurrence_is_read_by_itself(self) -> None:
        here = world()
        name = here.ana.import_lone_instance(self.ORIGINAL, **self.BODY)
        (change,) = here.calendar.changes("").changes
        assert (change.override, change.gone, change.item) == (name, False, None)
        answers = here.calendar.read([change.id, name])
        assert isinstance(answers[change.id], SideError)
        item = item_of(answers[name])
        assert (item.kind, item.alone, item.people, item.uid) == (Kind.SINGLE, self.ORIGINAL, True, "uid@x.test")
        assert event_of(item).when == Timed(self.ORIGINAL + HOUR, self.ORIGINAL + 2 * HOUR, BERLIN)
        assert event_of(item).repeats is None


def test_a_hundred_series_are_read_in_four_requests() -> None:
    here = world()
    names = [here.ana.create(**BODY) for _ in range(100)]
    for name in names:
        here.ana.cancel_instance(name, MONDAYS[1])
    here.requests()
    answers = here.calendar.read(names)
    assert here.requests() == {"batch": 4}
    assert all(event_of(one).overrides == {MONDAYS[1]: None} for one in answers.values())


@pytest.mark.parametrize("mode", ["drop", "keep"])
def test_a_series_somebody_moved_is_read_as_it_is_then(mode: Any) -> None:
    here, name, _ = begun(exceptions_on_master_change=mode)
    here.ana.cancel_instance(name, MONDAYS[1])
    here.ana.edit_instance(name, MONDAYS[2], summary="Long stand-up")
    later = timedelta(hours=2)
    here.ana.move_series(name, start=MONDAYS[0] + later, end=MONDAYS[0] + later + HOUR)
    item = found(here, name)
    assert event_of(item).when.start == MONDAYS[0] + later
    kept = {} if mode == "drop" else {MONDAYS[2]: at(2, title="Long stand-up")}
    assert event_of(item).overrides == kept
    wanted = replace(event_of(item), overrides={})
    answer = edited(here, item, wanted, overrides=tuple(kept))
    assert (answer.refused, event_of(answer)) == ({}, wanted)
    assert read(here, item) == answer.item


def test_a_field_changed_for_all_is_read_of_all() -> None:
    here, name, cursor = begun()
    here.ana.move_instance(name, MONDAYS[2], start=MONDAYS[2] + HOUR, end=MONDAYS[2] + 2 * HOUR)
    item = found(here, name)
    here.ana.update(name, location="Room 2")
    assert {change.id for change in here.calendar.changes(cursor).changes} == {name}
    again = found(here, name)
    assert event_of(again) == replace(STAND_UP, place="Room 2", overrides={MONDAYS[2]: at(2, hours=1, place="Room 2")})
    (answer,) = here.calendar.update([Edit(item, STAND_UP, frozenset({Field.TITLE}))])
    assert isinstance(answer, SideError)
