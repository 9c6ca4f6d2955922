"""A zone refused under one name is written under another of its names, where it has one."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calpair.errors import AccessLostError, RefusedError, SideError
from calpair.google.renaming import with_other_names
from calpair.model.event import Event, Field
from calpair.model.rule import Original
from calpair.model.when import AllDay, Timed
from calpair.ports import Draft, Edit, Written
from simulators.record import Fault
from unit.google.ground import World, draft, edit, item_of, world, written

NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)


def timed(zone: str, hours: int = 0) -> Timed:
    start = NOON + timedelta(hours=hours)
    return Timed(start, start + timedelta(hours=1), zone)


def refusing(*names: str, kind: str = "invalid_400") -> World:
    here = world()
    for name in names:
        here.simulator.record.plant(Fault(kind, detail=name, times=99))
    return here


def zone_of(here: World, number: int) -> str:
    return str(here.ana.event(f"dupe{number:04d}")["start"]["timeZone"])


def test_a_renamed_zone_is_written_under_its_other_name() -> None:
    here = refusing("Europe/Kyiv")
    answers = here.calendar.create([draft(1, when=timed("Europe/Kyiv")), draft(2), draft(3, when=timed("Europe/Kiev"))])
    assert [written(answer).sure for answer in answers] == [True] * 3
    assert [zone_of(here, number) for number in (1, 3)] == ["Europe/Kiev", "Europe/Kiev"]
    assert here.requests() == {"batch": 1, "events.insert": 1}


def test_its_own_name_is_tried_where_an_old_one_is_refused() -> None:
    here = refusing("Asia/Calcutta")
    (answer,) = here.calendar.create([draft(1, when=timed("Asia/Calcutta"))])
    assert written(answer).sure
    assert zone_of(here, 1) == "Asia/Kolkata"


def test_an_edit_of_times_is_tried_again_and_another_is_not() -> None:
    here = world()
    (made,) = here.calendar.create([draft(1)])
    here.simulator.record.plant(Fault("invalid_400", detail="Europe/Kyiv", times=99))
    here.requests()
    (answer,) = here.calendar.update([edit(item_of(made), Field.WHEN, when=timed("Europe/Kyiv", 1))])
    assert zone_of(here, 1) == "Europe/Kiev"
    assert here.requests() == {"events.patch": 2}
    here.simulator.record.plant(Fault("invalid_400", "events.patch", times=1))
    (refused,) = here.calendar.update([edit(item_of(answer), Field.TITLE, title="Supper")])
    assert isinstance(refused, RefusedError)
    assert here.requests() == {"events.patch": 1}


@pytest.mark.parametrize(
    ("zone", "kind", "requests"),
    [
        # Tried under every name there is, and then refused.
        ("Asia/Kolkata", "invalid_400", 2),
        ("Europe/Kyiv", "invalid_400", 4),
        # There is no other name; or that was not it.
        ("Europe/Berlin", "invalid_400", 1),
        ("", "invalid_400", 1),
        ("Europe/Kyiv", "backend_503", 1),
    ],
)
def test_what_is_refused_under_every_name_is_refused(zone: str, kind: str, requests: int) -> None:
    here = world()
    here.simulator.record.plant(Fault(kind, "events.insert", times=99))
    (answer,) = here.calendar.create([draft(1, when=timed(zone))])
    assert isinstance(answer, SideError)
    assert here.requests() == {"events.insert": requests}


def test_whole_days_have_no_zone_to_be_refused() -> None:
    here = world()
    here.simulator.record.plant(Fault("invalid_400", "events.insert", times=1))
    day = NOON.date()
    (answer,) = here.calendar.create([draft(1, when=AllDay(day, day + timedelta(days=1)))])
    assert isinstance(answer, RefusedError)


def test_overrides_are_written_under_the_other_name_too() -> None:
    day = NOON.date()
    zone = "Europe/Kyiv"
    other = Event("Off", AllDay(day, day + timedelta(days=1)))
    overrides: dict[Original, Event | None] = {
        NOON: Event("Later", timed(zone, 1)),
        NOON + timedelta(days=1): None,
        NOON + timedelta(days=2): Event("There", timed("Asia/Tokyo")),
        NOON + timedelta(days=3): other,
    }
    series = replace(draft(1), event=Event("Daily", timed(zone), overrides=overrides))
    seen: list[Draft] = []

    def send(drafts: "list[Draft] | tuple[Draft, ...]") -> list[Written | SideError]:
        seen.extend(drafts)
        return [RefusedError("invalid") if len(seen) == 1 else Written(drafts[0].id, None, sure=True)]

    (answer,) = with_other_names([series], lambda drafts: send(list(drafts)))
    assert isinstance(answer, Written)
    kiev: dict[Original, Event | None] = {**overrides, NOON: Event("Later", timed("Europe/Kiev", 1))}
    assert seen[1].event == Event("Daily", timed("Europe/Kiev"), overrides=kiev)


def test_what_goes_wrong_on_the_second_way_is_that_ones_alone() -> None:
    lost = AccessLostError("gone", "share it")
    calls: list[int] = []

    def send(edits: "list[Edit]") -> list[Written | SideError]:
        calls.append(len(edits))
        if len(calls) > 1:
            raise lost
        return [Written("a", None, sure=True), RefusedError("invalid")]

    here = world()
    (made,) = here.calendar.create([draft(1)])
    moved = edit(item_of(made), Field.WHEN, when=timed("Asia/Kolkata"))
    assert with_other_names([moved, moved], lambda edits: send(list(edits))) == [Written("a", None, sure=True), lost]
    assert calls == [2, 1]
