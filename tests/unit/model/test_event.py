"""Events and items: values alone, and what of an item takes part in comparing it."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest

from calpair.model.body import Body
from calpair.model.event import Event, Field, Item, Kind, Privacy, ShowAs
from calpair.model.side import Side
from calpair.model.when import AllDay, Timed

AT = datetime(2026, 7, 1, 12, tzinfo=UTC)
EVENT = Event("title", Timed(AT, AT))


def test_an_event_is_busy_normal_and_silent_unless_it_says_otherwise() -> None:
    assert (EVENT.body, EVENT.place, EVENT.show_as, EVENT.privacy) == (Body(), "", ShowAs.BUSY, Privacy.NORMAL)
    assert (EVENT.reminder, EVENT.categories) == (None, None)


def test_every_field_that_is_carried_is_a_field_of_the_event() -> None:
    # How it repeats goes with its time, and overrides are events of their own.
    assert {field.value for field in Field} | {"repeats", "overrides"} == set(Event.__dataclass_fields__)


def test_an_event_cannot_be_changed_but_replaced() -> None:
    with pytest.raises(FrozenInstanceError):
        EVENT.title = "other"  # type: ignore[misc]
    assert replace(EVENT, title="other") != EVENT


def test_no_reminder_is_not_a_reminder_at_the_start() -> None:
    assert replace(EVENT, reminder=0) != EVENT


def test_the_adapters_own_rest_takes_no_part_in_comparing_and_is_not_shown() -> None:
    item = Item(Side.GOOGLE, "g1", "v1", "u", AT, AT, EVENT, rest={"secret": "words"})
    assert item == replace(item, rest=None)
    assert "words" not in repr(item)
    assert (item.kind, item.people, item.cancelled, item.stamp) == (Kind.SINGLE, False, False, None)


def test_timed_and_all_day_are_never_equal() -> None:
    assert Event("t", AllDay(AT.date(), AT.date().replace(day=2))) != Event("t", Timed(AT, AT))
