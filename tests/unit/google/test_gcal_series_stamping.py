"""A copy's stamp, written along with its occurrences: one request, whichever of them the server takes first."""

from dataclasses import replace
from typing import Any

import pytest

from calpair.errors import AbsentError, BackOffError, StaleError
from calpair.model.event import Event, Item
from calpair.model.link import Stamp
from calpair.model.rule import Original
from calpair.ports import Edit, Hint, Written
from simulators.google import Switches
from unit.google.ground import World, event_of, item_of, world
from unit.google.series import MONDAYS, STAND_UP, at, edited, made, read

THERE: dict[Original, Event | None] = {MONDAYS[3]: at(3, title="Long stand-up")}
ORDERS = pytest.mark.parametrize("order", ["given", "reversed"])


def start(order: Any = "given", **switches: Any) -> tuple[World, Item, Stamp]:
    """A copy with an override, one more occurrence looked up, and the stamp it is to have."""
    here = world(switches=Switches(batch_order=order, **switches))
    item = made(here, THERE)
    item = item_of(here.calendar.read([item.id], {item.id: Hint(item.uid, originals=frozenset({MONDAYS[9]}))})[item.id])
    here.requests()
    assert item.stamp is not None
    return here, item, replace(item.stamp, digest="d2")


def wanting(*pairs: tuple[Original, Event | None]) -> Event:
    return replace(STAND_UP, overrides={**THERE, **dict(pairs)})


@ORDERS
def test_they_go_together(order: Any) -> None:
    here, item, stamp = start(order)
    wanted = wanting((MONDAYS[3], at(3, title="Longer")))
    answer = edited(here, item, wanted, overrides=(MONDAYS[3],), stamp=stamp)
    assert here.requests() == {"batch": 1}
    assert (answer.refused, answer.sure, event_of(answer), item_of(answer).stamp) == ({}, True, wanted, stamp)
    assert read(here, item) == answer.item
    assert here.simulator.record.mails == []


def test_an_occurrence_without_a_resource_goes_first() -> None:
    here, item, stamp = start()
    wanted = wanting((MONDAYS[9], at(9, place="Room 2")))
    answer = edited(here, item, wanted, overrides=(MONDAYS[9],), stamp=stamp)
    assert here.requests() == {"batch": 1}
    assert (answer.refused, answer.sure, event_of(answer), item_of(answer).stamp) == ({}, True, wanted, stamp)
    assert read(here, item) == answer.item


def test_a_server_that_takes_the_stamp_first_is_asked_once_more() -> None:
    here, item, stamp = start("reversed")
    wanted = wanting((MONDAYS[9], at(9, place="Room 2")))
    answer = edited(here, item, wanted, overrides=(MONDAYS[9],), stamp=stamp)
    assert here.requests() == {"batch": 1, "events.get": 1, "events.patch": 1}
    assert (answer.refused, answer.sure, event_of(answer), item_of(answer).stamp) == ({}, True, wanted, stamp)


@ORDERS
def test_where_an_occurrence_is_a_new_version_of_its_series_the_stamp_may_have_to_wait(order: Any) -> None:
    here, item, stamp = start(order, exception_touches_master=True)
    wanted = wanting((MONDAYS[9], at(9, place="Room 2")))
    edit = Edit(item, wanted, frozenset(), stamp, overrides=frozenset({MONDAYS[9]}))
    (answer,) = here.calendar.update([edit])
    there = read(here, item)
    assert event_of(there) == wanted
    if isinstance(answer, Written):
        assert there.stamp == stamp
    else:
        assert isinstance(answer, StaleError)
        # Whoever looks again finds that there is nothing left but the stamp.
        again = edited(here, there, wanted, overrides=(MONDAYS[9],), stamp=stamp)
        assert here.requests() == {"events.patch": 1}
        assert (again.sure, item_of(again).stamp) == (True, stamp)


@ORDERS
def test_a_series_that_somebody_changed_meanwhile_is_stale(order: Any) -> None:
    here, item, stamp = start(order)
    here.ana.update(item.id, location="Roof")
    edit = Edit(item, wanting((MONDAYS[3], None)), frozenset(), stamp, overrides=frozenset({MONDAYS[3]}))
    (answer,) = here.calendar.update([edit])
    assert isinstance(answer, StaleError)
    assert (event_of(read(here, item)).place, read(here, item).stamp) == ("Roof", item.stamp)


def test_a_series_that_somebody_deleted_meanwhile_is_gone() -> None:
    here, item, stamp = start()
    here.ana.delete(item.id)
    edit = Edit(item, wanting((MONDAYS[3], None)), frozenset(), stamp, overrides=frozenset({MONDAYS[3]}))
    (answer,) = here.calendar.update([edit])
    assert isinstance(answer, AbsentError | StaleError)


def test_an_occurrence_that_somebody_changed_meanwhile_is_left() -> None:
    here, item, stamp = start()
    here.ana.update(item.marks[MONDAYS[3]].id, summary="Mine")
    answer = edited(here, item, wanting((MONDAYS[3], None)), overrides=(MONDAYS[3],), stamp=stamp)
    assert not answer.sure
    assert list(answer.refused) == [MONDAYS[3]]
    assert (event_of(answer).overrides, item_of(answer).stamp) == ({MONDAYS[3]: at(3, title="Mine")}, stamp)


def test_a_server_that_is_busy_is_left_in_peace() -> None:
    here, item, stamp = start()
    here.plant("rate_limit_429", "batch")
    edit = Edit(item, wanting((MONDAYS[3], None)), frozenset(), stamp, overrides=frozenset({MONDAYS[3]}))
    (answer,) = here.calendar.update([edit])
    assert isinstance(answer, BackOffError)
    assert here.requests() == {"batch": 1}


def test_occurrences_that_are_so_already_leave_the_stamp_alone_to_be_written() -> None:
    here, item, stamp = start()
    answer = edited(here, item, wanting(), overrides=(MONDAYS[3],), stamp=stamp)
    assert here.requests() == {"events.patch": 1}
    assert (answer.sure, item_of(answer).stamp, event_of(answer)) == (True, stamp, wanting())
