"""Series with their overrides on a simulated server: what was meant is there, told without mails, in few requests."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from calpair.errors import RefusedError, StaleError
from calpair.exchange.holding import hold
from calpair.exchange.versions import EXCHANGE_2013_SP1
from calpair.model.event import Event, Field, Item
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed
from calpair.ports import Edit, Written
from calpair.recurrence.series import occurrence
from simulators.exchange.pattern import Pattern
from unit.exchange.ground import LUNCH, MakeWorld, World, draft, event_of, item_of, written

BERLIN = "W. Europe Standard Time"
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""A Monday, ten o'clock in Berlin."""
DAILY = Recurrence((Rule(Frequency.DAILY, count=60),))
CALL = replace(LUNCH, title="Call", when=Timed(NINE, NINE + HOUR, "Europe/Berlin"), repeats=DAILY)
FAIR = replace(LUNCH, title="Fair", when=AllDay(date(2026, 11, 2), date(2026, 11, 3)), repeats=DAILY)


def day(number: int) -> datetime:
    return NINE + number * DAY


def said(original: datetime, **words: Any) -> Event:
    """The call of that day, saying something else."""
    return replace(occurrence(CALL, original), **words)


def moved(original: datetime, by: timedelta) -> Event:
    return said(original, when=Timed(original + by, original + by + HOUR, "Europe/Berlin"))


def create(world: World, event: Event) -> Item:
    return written(world.calendar.create([draft(event)])[0])


def edit(world: World, item: Item, event: Event, *fields: Field, on: set[Original] | None = None) -> Written:
    answer = world.calendar.update(
        [Edit(item, event, frozenset(fields), zone="Europe/Berlin", overrides=frozenset(on or ()))]
    )[0]
    assert isinstance(answer, Written)
    return answer


def starts(world: World, first: int, last: int) -> list[tuple[str, str]]:
    """What the person sees: title, day and hour in UTC."""
    seen = world.ana.agenda(day(first) - 10 * HOUR, day(last) + 10 * HOUR)
    return [(one.title, f"{one.start:%d %H}") for one in seen]


def read(world: World, item: Item) -> Item:
    return item_of(world.calendar.read([item.id])[item.id])


def test_a_series_with_fifty_overrides_is_four_requests(world: World) -> None:
    overrides: dict[Original, Event | None] = {day(2 * number): None for number in range(25)}
    overrides |= {day(2 * number + 1): moved(day(2 * number + 1), HOUR) for number in range(20)}
    overrides |= {day(41 + 2 * number): said(day(41 + 2 * number), title="Else") for number in range(5)}
    world.requests()
    item = create(world, replace(CALL, overrides=overrides))
    assert world.requests() == {"CreateItem": 1, "DeleteItem": 1, "UpdateItem": 1, "GetItem": 1}
    assert item.event == world.calendar.hold(replace(CALL, overrides=overrides)).event
    assert item.event.overrides.keys() == overrides.keys()
    assert not world.simulator.record.mails
    assert read(world, item) == item


def test_two_changed_overrides_are_three_requests(world: World) -> None:
    item = create(world, replace(CALL, overrides={day(1): None, day(2): said(day(2), title="Else")}))
    world.requests()
    wanted = replace(CALL, overrides={day(1): None, day(2): moved(day(2), HOUR), day(3): said(day(3), title="Else")})
    answer = edit(world, item, wanted, on={day(2), day(3)})
    assert world.requests() == {"UpdateItem": 2, "GetItem": 1}
    assert answer.sure
    assert not answer.refused
    assert written(answer).event == world.calendar.hold(wanted).event


def test_a_changed_time_brings_every_override_about_anew(world: World) -> None:
    item = create(
        world, replace(CALL, overrides={day(1): None, day(2): moved(day(2), HOUR), day(3): said(day(3), title="Else")})
    )
    later = replace(CALL, when=Timed(NINE + HOUR, NINE + 2 * HOUR, "Europe/Berlin"))
    wanted = replace(later, overrides={day(1) + HOUR: None, day(2) + HOUR: moved(day(2) + HOUR, HOUR)})
    world.requests()
    answer = edit(world, item, wanted, Field.WHEN)
    assert world.requests() == {"UpdateItem": 2, "DeleteItem": 1, "GetItem": 2}
    assert written(answer).event == world.calendar.hold(wanted).event
    assert starts(world, 0, 4) == [("Call", "02 10"), ("Call", "04 11"), ("Call", "05 10"), ("Call", "06 10")]


def test_a_longer_series_keeps_its_overrides_and_forgets_what_is_wanted_back(world: World) -> None:
    item = create(world, replace(CALL, overrides={day(1): None, day(2): moved(day(2), HOUR), day(3): None}))
    longer = replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY, count=70),)))
    wanted = replace(longer, overrides={day(2): moved(day(2), HOUR), day(3): None})
    assert written(edit(world, item, wanted, Field.WHEN)).event == world.calendar.hold(wanted).event


def test_a_deleted_occurrence_is_put_back_and_the_others_stay_as_they_were(world: World) -> None:
    before: dict[Original, Event | None] = {
        day(1): None,
        day(2): moved(day(2), HOUR),
        day(3): None,
        day(4): said(day(4), title="Else"),
    }
    item = create(world, replace(CALL, overrides=before))
    wanted = replace(
        CALL, overrides={original: override for original, override in before.items() if original != day(1)}
    )
    answer = edit(world, item, wanted, on={day(1)})
    assert not answer.refused
    assert event_of(written(answer)).overrides == world.calendar.hold(wanted).event.overrides
    # The same sixty occurrences, by their last day instead of their number; and by their number again.
    assert event_of(answer.item).repeats == Recurrence((Rule(Frequency.DAILY, until=day(59)),))
    again = edit(world, written(answer), CALL, on={day(2), day(3), day(4)})
    assert not again.refused
    assert event_of(written(again)).overrides == {}
    assert event_of(again.item).repeats == DAILY


def test_an_exception_is_put_back_to_the_series(world: World) -> None:
    item = create(
        world, replace(CALL, overrides={day(2): moved(day(2), HOUR), day(3): said(day(3), title="Else", place="")})
    )
    answer = edit(world, item, CALL, on={day(2), day(3)})
    assert written(answer).event == world.calendar.hold(CALL).event
    assert edit(world, written(answer), CALL, on={day(2), day(3)}).sure


def test_a_day_that_a_deletion_frees_can_be_moved_to(world: World) -> None:
    wanted = replace(CALL, overrides={day(3): None, day(4): moved(day(4), -DAY)})
    assert create(world, wanted).event == world.calendar.hold(wanted).event


def test_occurrences_that_move_out_of_each_others_way_meet_nowhere(world: World) -> None:
    weekly = replace(CALL, repeats=Recurrence((Rule(Frequency.WEEKLY, by_day=(Day(0),), count=6),)))
    ahead = replace(
        weekly,
        overrides={day(0): moved(day(0), 7 * DAY), day(7): moved(day(7), 8 * DAY), day(14): moved(day(14), 6 * DAY)},
    )
    item = create(world, ahead)
    assert item.event == world.calendar.hold(ahead).event
    behind = replace(
        weekly,
        overrides={
            day(7): moved(day(7), -6 * DAY),
            day(14): moved(day(14), -7 * DAY),
            day(21): moved(day(21), -8 * DAY),
        },
    )
    answer = edit(world, item, behind, on={day(0), day(7), day(14), day(21)})
    assert not answer.refused
    assert written(answer).event == world.calendar.hold(behind).event


def test_what_crosses_another_stays_and_is_told(world: World) -> None:
    wanted = replace(
        CALL, overrides={day(2): said(day(2), title="Else", when=Timed(day(4), day(4) + HOUR, "Europe/Berlin"))}
    )
    held = hold(wanted, EXCHANGE_2013_SP1, detach=False)
    assert "occurrence:crossing" in held.losses
    item = create(world, wanted)
    assert item.event == held.event
    assert starts(world, 1, 3) == [("Call", "03 09"), ("Else", "04 09"), ("Call", "05 09")]


def test_an_edit_of_the_series_reaches_what_said_the_same_and_nothing_else(world: World) -> None:
    item = create(
        world, replace(CALL, overrides={day(1): said(day(1), title="Else"), day(2): moved(day(2), HOUR), day(3): None})
    )
    wanted = replace(
        CALL,
        title="Talk",
        place="Roof",
        overrides={
            day(1): said(day(1), title="Else", place="Roof"),
            day(2): replace(moved(day(2), HOUR), title="Talk", place="Roof"),
            day(3): None,
        },
    )
    answer = edit(world, item, wanted, Field.TITLE, Field.PLACE)
    assert written(answer).event == world.calendar.hold(wanted).event


def test_an_edit_in_between_is_noticed_before_any_occurrence_is_written(world: World) -> None:
    item = create(world, replace(CALL, overrides={day(1): None}))
    world.ana.edit_occurrence(item.id, day(5), subject="Mine")
    wanted = replace(CALL, overrides={day(2): None})
    answer = world.calendar.update([Edit(item, wanted, frozenset(), overrides=frozenset({day(1), day(2)}))])[0]
    assert isinstance(answer, StaleError)
    assert event_of(read(world, item)).overrides.keys() == {day(1), day(5)}


def test_a_single_event_becomes_a_series_and_a_series_a_single_event(world: World) -> None:
    item = create(world, replace(CALL, repeats=None))
    wanted = replace(CALL, overrides={day(1): None, day(2): said(day(2), title="Else")})
    series = written(edit(world, item, wanted, Field.WHEN))
    assert series.event == world.calendar.hold(wanted).event
    single = written(edit(world, series, replace(CALL, repeats=None), Field.WHEN))
    assert single.event == world.calendar.hold(replace(CALL, repeats=None)).event


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Pacific/Auckland", "Pacific/Honolulu", "America/Sao_Paulo"])
def test_a_series_of_whole_days_keeps_its_days_in_any_zone(make_world: MakeWorld, zone: str) -> None:
    world = make_world(zone=zone)
    days = [date(2026, 11, 2) + number * DAY for number in range(6)]
    two = replace(FAIR, repeats=None, overrides={}, when=AllDay(days[3], days[3] + DAY), title="Else")
    wanted = replace(
        FAIR,
        overrides={days[1]: None, days[2]: replace(two, when=AllDay(days[1], days[2]), title="Fair"), days[3]: two},
    )
    item = written(world.calendar.create([replace(draft(wanted), zone="")])[0])
    assert item.event == world.calendar.hold(wanted).event
    answer = world.calendar.update([Edit(item, FAIR, frozenset(), overrides=frozenset({days[2], days[3]}))])[0]
    assert written(answer).event == world.calendar.hold(replace(FAIR, overrides={days[1]: None})).event


def test_a_series_goes_from_hours_to_days_and_back(world: World) -> None:
    item = create(world, replace(CALL, overrides={day(1): None, day(2): said(day(2), title="Else")}))
    days = replace(
        FAIR,
        overrides={
            date(2026, 11, 3): None,
            date(2026, 11, 4): replace(
                FAIR, when=AllDay(date(2026, 11, 4), date(2026, 11, 5)), title="Else", repeats=None
            ),
        },
    )
    fair = written(edit(world, item, days, *Field))
    assert fair.event == world.calendar.hold(days).event
    call = replace(CALL, overrides={day(1): None, day(2): said(day(2), title="Else")})
    assert written(edit(world, fair, call, *Field)).event == world.calendar.hold(call).event


def test_a_meetings_occurrences_are_changed_where_it_lives(world: World) -> None:
    pattern = Pattern("Daily", date(2026, 11, 2), number=5)
    series = world.ana.create_series(pattern, time(10), zone=BERLIN, subject="Board", required=("bo@b.test",))
    item = item_of(world.calendar.read([series])[series])
    assert item.people
    event = event_of(item)
    shown = replace(event, when=Timed(day(2), day(2) + HOUR, "Europe/Berlin"), repeats=None, reminder=5)
    wanted = replace(
        event,
        overrides={
            day(1): None,
            day(2): shown,
            day(3): replace(shown, when=Timed(day(3), day(3) + 2 * HOUR), reminder=15),
        },
    )
    answer = edit(world, item, wanted, on={day(1), day(2), day(3)})
    assert {original: error.code for original, error in answer.refused.items()} == {day(1): "people", day(3): "people"}
    assert event_of(answer.item).overrides.keys() == {day(2)}
    assert not world.simulator.record.mails
    refused = world.calendar.update([Edit(item, wanted, frozenset({Field.WHEN}))])[0]
    assert isinstance(refused, RefusedError)
