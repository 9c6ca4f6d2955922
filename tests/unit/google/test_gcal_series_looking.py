"""Series of which something is known before they are read: the same is read, in fewer requests."""

from dataclasses import replace

import pytest

from calpair.errors import AbsentError, BackOffError, SideError
from calpair.model.event import Field, Item, Kind
from calpair.ports import Hint
from unit.google.ground import LUNCH_BODY, World, event_of, item_of, world
from unit.google.series import BODY, MONDAYS, STAND_UP, at, edited


def begun() -> tuple[World, str, str]:
    """A series somebody made, with one occurrence cancelled, and its UID."""
    here = world()
    name = here.ana.create(**BODY)
    here.ana.cancel_instance(name, MONDAYS[1])
    uid = item_of(here.calendar.read([name])[name]).uid
    here.requests()
    return here, name, uid


def test_a_list_tells_the_uids_of_series() -> None:
    here, name, uid = begun()
    here.ana.create(**LUNCH_BODY)
    changed = here.ana.edit_instance(name, MONDAYS[2], summary="Long stand-up")
    told = {(change.id == name, change.override): change.uid for change in here.calendar.changes("").changes}
    bare = next(override for _, override in told if override not in ("", changed))
    assert told == {(True, ""): uid, (True, changed): uid, (True, bare): "", (False, ""): ""}


def test_one_whose_uid_is_known_is_one_request() -> None:
    here, name, uid = begun()
    plain = here.calendar.read([name])
    assert here.requests() == {"events.get": 1, "events.list": 1}
    assert here.calendar.read([name], {name: Hint(uid)}) == plain
    assert here.requests() == {"events.list": 1}


def test_a_hundred_are_read_in_two_requests() -> None:
    here = world()
    names = [here.ana.create(**BODY) for _ in range(100)]
    for name in names:
        here.ana.cancel_instance(name, MONDAYS[1])
    known = {change.id: Hint(change.uid) for change in here.calendar.changes("").changes if change.uid}
    here.requests()
    answers = here.calendar.read(names, known)
    assert here.requests() == {"batch": 2}
    assert list(answers) == names
    assert all(event_of(one).overrides == {MONDAYS[1]: None} for one in answers.values())


def test_what_is_known_and_what_is_not_are_read_side_by_side() -> None:
    here, name, uid = begun()
    other, single = here.ana.create(**BODY), here.ana.create(**LUNCH_BODY)
    here.calendar.changes("")
    here.requests()
    answers = here.calendar.read([single, name, other], {name: Hint(uid), single: Hint()})
    assert here.requests() == {"batch": 1, "events.list": 1}
    assert {one: item_of(answer).kind for one, answer in answers.items()} == {
        single: Kind.SINGLE,
        name: Kind.SERIES,
        other: Kind.SERIES,
    }


def test_both_halves_of_a_split_are_in_one_list() -> None:
    here, name, uid = begun()
    second = here.ana.split(name, MONDAYS[10], summary="Sit-down")
    plain = here.calendar.read([name, second])
    here.requests()
    assert here.calendar.read([name, second], {name: Hint(uid), second: Hint(uid)}) == plain
    assert here.requests() == {"events.list": 1}


@pytest.mark.parametrize("uid", ["of-somebody-else@x.test", "UPPER"])
def test_one_that_its_list_leaves_out_is_asked_for_by_itself(uid: str) -> None:
    here, name, _ = begun()
    assert event_of(here.calendar.read([name], {name: Hint(uid)})[name]).overrides == {MONDAYS[1]: None}
    assert here.requests() == {"events.list": 2, "events.get": 1}


@pytest.mark.parametrize("tombstones", ["full", "bare"])
def test_one_that_was_deleted_is_known_to_be(tombstones: str) -> None:
    here, name, uid = begun()
    here.simulator.turn(tombstones=tombstones)
    here.ana.delete(name)
    answer = here.calendar.read([name], {name: Hint(uid)})[name]
    assert isinstance(answer, AbsentError)
    assert answer.code == "cancelled"


def test_one_that_was_never_there_is_only_not_found() -> None:
    here, _, _ = begun()
    answer = here.calendar.read(["nowhere"], {"nowhere": Hint("nowhere@x.test")})["nowhere"]
    assert isinstance(answer, AbsentError)
    assert answer.code == "notFound"


def test_a_single_event_is_read_as_what_it_is() -> None:
    here, _, _ = begun()
    single = here.ana.create(**LUNCH_BODY)
    plain = here.calendar.read([single])
    here.requests()
    assert here.calendar.read([single], {single: Hint(item_of(plain[single]).uid)}) == plain
    assert here.requests() == {"events.list": 1}


def test_a_list_that_is_refused_says_nothing_of_the_event() -> None:
    here, name, uid = begun()
    here.plant("not_found_404", "events.list")
    assert event_of(here.calendar.read([name], {name: Hint(uid)})[name]).title == "Stand-up"


def test_a_list_that_is_busy_is_that_series_answer() -> None:
    here, name, uid = begun()
    single = here.ana.create(**LUNCH_BODY)
    here.plant("backend_503", "events.list")
    answers = here.calendar.read([name, single], {name: Hint(uid)})
    assert isinstance(answers[name], BackOffError)
    assert isinstance(answers[single], SideError | Item)
    here.plant("backend_503", "events.list")
    with pytest.raises(BackOffError):
        here.calendar.read([name], {name: Hint(uid)})


class TestLookedUp:
    """Occurrences that may be about to be overridden."""

    @pytest.mark.parametrize("touching", [False, True])
    def test_they_are_looked_up_along_and_written_in_one_request(self, touching: bool) -> None:
        here, name, uid = begun()
        here.simulator.turn(exception_touches_master=touching)
        item = item_of(here.calendar.read([name], {name: Hint(uid, originals=frozenset({MONDAYS[9]}))})[name])
        assert here.requests() == {"batch": 1}
        wanted = replace(event_of(item), overrides={MONDAYS[1]: None, MONDAYS[9]: at(9, place="Room 2")})
        answer = edited(here, item, wanted, overrides=(MONDAYS[9],))
        assert here.requests() == {"events.patch": 1}
        assert (answer.refused, answer.sure, event_of(answer)) == ({}, True, wanted)

    def test_the_item_is_the_same_as_without(self) -> None:
        here, name, uid = begun()
        plain = here.calendar.read([name])
        assert here.calendar.read([name], {name: Hint(uid, originals=frozenset({MONDAYS[1], MONDAYS[9]}))}) == plain

    def test_many_are_not(self) -> None:
        here, name, uid = begun()
        here.calendar.read([name], {name: Hint(uid, originals=frozenset(MONDAYS[5:10]))})
        assert here.requests() == {"events.list": 1}

    def test_one_that_could_not_be_is_looked_up_when_it_is_written(self) -> None:
        here, name, uid = begun()
        here.plant("backend_503", "events.instances")
        item = item_of(here.calendar.read([name], {name: Hint(uid, originals=frozenset({MONDAYS[9]}))})[name])
        here.requests()
        wanted = replace(event_of(item), overrides={MONDAYS[1]: None, MONDAYS[9]: None})
        assert event_of(edited(here, item, wanted, overrides=(MONDAYS[9],))) == wanted
        assert here.requests() == {"events.instances": 1, "events.patch": 1}

    def test_one_that_somebody_changed_meanwhile_is_left(self) -> None:
        here, name, uid = begun()
        item = item_of(here.calendar.read([name], {name: Hint(uid, originals=frozenset({MONDAYS[9]}))})[name])
        here.ana.edit_instance(name, MONDAYS[9], summary="Mine")
        wanted = replace(event_of(item), overrides={MONDAYS[1]: None, MONDAYS[9]: at(9, title="Ours")})
        answer = edited(here, item, wanted, overrides=(MONDAYS[9],))
        assert not answer.sure
        assert answer.refused.keys() == {MONDAYS[9]}
        assert event_of(answer).overrides == {MONDAYS[1]: None, MONDAYS[9]: at(9, title="Mine")}

    def test_a_series_that_was_written_since_has_them_looked_up_anew(self) -> None:
        here, name, uid = begun()
        item = item_of(here.calendar.read([name], {name: Hint(uid, originals=frozenset({MONDAYS[9]}))})[name])
        wanted = replace(
            STAND_UP,
            place="Roof",
            overrides={MONDAYS[1]: None, MONDAYS[9]: replace(at(9, title="Else"), place="Roof")},
        )
        answer = edited(here, item, wanted, Field.PLACE, overrides=(MONDAYS[9],))
        assert (answer.refused, answer.sure, event_of(answer)) == ({}, True, wanted)
