"""When writing a series goes wrong half way: what was done is told, what was not is named, and the next edit mends it."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from calpair.errors import BackOffError, RefusedError, SideError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.occurrences import Aim
from calpair.exchange.overriding import Work
from calpair.exchange.server import ExchangeConnection
from calpair.model.event import Event, Field, Item, Kind, Mark
from calpair.model.rule import Frequency, Original, Recurrence, Rule
from calpair.model.when import Timed
from calpair.ports import Edit, Written
from calpair.recurrence.series import occurrence
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.pattern import Pattern
from simulators.exchange.switches import Switches
from simulators.wire import Request, Response
from unit.exchange.ground import ANA, LUNCH, SERVER, MakeWorld, World, draft, event_of, item_of, written

BERLIN = "W. Europe Standard Time"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
DAILY = Recurrence((Rule(Frequency.DAILY, count=140),))
CALL = replace(LUNCH, title="Call", when=Timed(NINE, NINE + HOUR, "Europe/Berlin"), repeats=DAILY)
CROSSING = "ErrorOccurrenceCrossingBoundary"


def day(number: int) -> datetime:
    return NINE + number * DAY


def titled(*numbers: int, title: str = "Else") -> dict[Original, Event | None]:
    return {day(number): replace(occurrence(CALL, day(number)), title=title) for number in numbers}


def create(world: World, event: Event) -> Written:
    answer = world.calendar.create([draft(event)])[0]
    assert isinstance(answer, Written)
    return answer


def update(world: World, item: Item, event: Event, *fields: Field, on: set[Original] | None = None) -> Written:
    answer = world.calendar.update([Edit(item, event, frozenset(fields), overrides=frozenset(on or ()))])[0]
    assert isinstance(answer, Written)
    return answer


def codes(refused: object) -> dict[Original, str]:
    assert isinstance(refused, dict)
    return {original: error.code for original, error in refused.items() if isinstance(error, SideError)}


def test_an_occurrence_the_server_will_not_take_is_named_and_the_rest_stands(world: World) -> None:
    world.plant("item_error", "UpdateItem", nth=2, detail=CROSSING)
    wanted = replace(CALL, overrides={day(0): None} | titled(1, 2, 3))
    answer = create(world, wanted)
    assert answer.sure
    assert codes(answer.refused) == {day(2): CROSSING}
    assert event_of(answer.item).overrides.keys() == {day(0), day(1), day(3)}
    mended = update(world, written(answer), wanted, on={day(2)})
    assert (mended.refused, written(mended).event) == ({}, world.calendar.hold(wanted).event)


def test_a_server_that_is_busy_half_way_is_left_in_peace_and_what_was_not_reached_is_named(world: World) -> None:
    world.plant("busy_answer", "DeleteItem")
    wanted = replace(CALL, overrides={day(0): None} | titled(1))
    world.requests()
    answer = create(world, wanted)
    assert world.requests() == {"CreateItem": 1, "DeleteItem": 1, "GetItem": 1}
    assert all(isinstance(error, BackOffError) for error in answer.refused.values())
    assert answer.refused.keys() == wanted.overrides.keys()
    assert event_of(written(answer)).overrides == {}


def test_an_answer_that_was_lost_is_looked_for(world: World) -> None:
    world.plant("lost_reply", "UpdateItem")
    wanted = replace(CALL, overrides=titled(1, 2))
    answer = create(world, wanted)
    assert (answer.refused, written(answer).event) == ({}, world.calendar.hold(wanted).event)


def test_a_dead_line_is_not_asked_about_what_comes_after(world: World) -> None:
    world.plant("lost_reply", "UpdateItem")
    wanted = replace(CALL, overrides=titled(*range(120)))
    world.requests()
    answer = create(world, wanted)
    assert world.requests()["UpdateItem"] == 1
    # What the lost answer was about is found done.
    assert codes(answer.refused) == {day(number): "NotReached" for number in range(50, 120)}
    assert event_of(written(answer)).overrides.keys() == {day(number) for number in range(50)}


def test_a_last_look_that_fails_leaves_the_write_done_and_unseen(world: World) -> None:
    world.plant("busy_answer", "GetItem")
    wanted = replace(CALL, overrides=titled(1))
    answer = create(world, wanted)
    assert (answer.item, answer.sure, answer.refused) == (None, False, {})
    assert event_of(world.calendar.read([answer.id])[answer.id]) == world.calendar.hold(wanted).event


def test_a_look_that_fails_before_the_occurrences_leaves_them_to_the_next_edit(world: World) -> None:
    item = written(create(world, replace(CALL, overrides=titled(1))))
    later = replace(CALL, when=Timed(NINE + HOUR, NINE + 2 * HOUR, "Europe/Berlin"))
    said = replace(occurrence(later, day(1) + HOUR), title="Else")
    wanted = replace(later, overrides={day(1) + HOUR: said})
    world.plant("busy_answer", "GetItem")
    answer = update(world, item, wanted, Field.WHEN)
    assert (answer.item, answer.sure) == (None, False)
    there = item_of(world.calendar.read([item.id])[item.id])
    assert event_of(there).overrides == {}
    mended = update(world, there, wanted, on={day(1) + HOUR})
    assert written(mended).event == world.calendar.hold(wanted).event


def test_a_broken_exception_is_left_alone_when_others_are_written(world: World) -> None:
    series = world.ana.create_series(
        Pattern("Daily", date(2026, 11, 2), number=9), time(10), zone=BERLIN, subject="Call"
    )
    broken = world.ana.corrupt_occurrence(series, date(2026, 11, 4))
    world.ana.cancel_occurrence(series, date(2026, 11, 5))
    item = item_of(world.calendar.read([series])[series])
    assert (item.kind, list(event_of(item).overrides)) == (Kind.SERIES, [day(3)])
    assert item.marks == {day(2): Mark(broken, trouble="ErrorItemCorrupt")}
    event = event_of(item)
    talk = replace(occurrence(event, day(1)), title="Talk")
    alive: dict[Original, Event | None] = {day(1): talk, day(2): replace(talk, when=occurrence(event, day(2)).when)}
    answer = update(world, item, replace(event, overrides=alive), on={day(1), day(2), day(3)})
    # To have the deleted one back, the broken one would have to go.
    assert codes(answer.refused) == {
        day(2): "ErrorItemCorrupt",
        day(3): "ErrorCalendarOccurrenceIsDeletedFromRecurrence",
    }
    assert written(answer).marks[day(2)] == item.marks[day(2)]
    assert event_of(answer.item).overrides == {day(1): talk, day(3): None}


def test_an_exception_that_is_busy_makes_its_series_wait(world: World) -> None:
    item = written(create(world, replace(CALL, overrides=titled(1))))
    world.plant("item_error", "GetItem", nth=2, detail="ErrorInternalServerError")
    assert isinstance(world.calendar.read([item.id])[item.id], BackOffError)


def test_an_occurrence_that_the_pattern_does_not_have_is_reached_by_its_own_id(world: World) -> None:
    item = written(create(world, replace(CALL, overrides=titled(1))))
    event = event_of(item)
    odd = day(1) + HOUR
    # As a server of other clocks would list it.
    listed = replace(
        item,
        event=replace(event, overrides={odd: replace(occurrence(CALL, odd), title="Else")}),
        marks={odd: item.marks[day(1)]},
    )
    answer = update(world, listed, CALL, on={odd})
    assert answer.refused == {}
    assert event_of(answer.item).overrides == {}


def test_an_occurrence_that_nobody_can_name_is_refused() -> None:
    odd = day(1) + HOUR
    there = replace(CALL, overrides={odd: replace(occurrence(CALL, odd), title="Else")})
    work = Work("AAMk1", "CK1", there, Aim(CALL, frozenset({odd})), "Europe/Berlin")
    work.plan(people=False)
    assert codes(work.refused) == {odd: "ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange"}
    assert (work.deletions, work.changes) == ([], [])


def test_times_no_server_could_hold_are_refused_and_the_rest_stands(world: World) -> None:
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    far = replace(occurrence(CALL, day(60)), when=Timed(last, last, "Pacific/Auckland"))
    short = replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY, count=61),)))
    answer = create(world, replace(short, overrides={day(60): far} | titled(1)))
    assert codes(answer.refused) == {day(60): "unwritable"}
    assert event_of(answer.item).overrides.keys() == {day(1)}


@pytest.mark.parametrize("reaching", [True, False])
def test_an_edit_of_the_series_leaves_its_overrides_as_they_were(make_world: MakeWorld, reaching: bool) -> None:
    world = make_world(Switches(master_reaches_exceptions=reaching))
    item = written(create(world, replace(CALL, overrides=titled(1) | {day(2): None})))
    wanted = replace(CALL, title="Talk", place="Roof")
    answer = update(world, item, replace(wanted, overrides={}), Field.TITLE, Field.PLACE)
    expected = replace(wanted, overrides={day(1): replace(occurrence(wanted, day(1)), title="Else"), day(2): None})
    assert written(answer).event == world.calendar.hold(expected).event


def test_a_rule_that_one_item_cannot_carry_is_refused_and_nothing_is_sent(world: World) -> None:
    twice = replace(CALL, repeats=Recurrence((Rule(Frequency.MONTHLY, by_month_day=(2, 15)),)))
    item = written(create(world, CALL))
    world.requests()
    answers = [
        *world.calendar.create([draft(twice)]),
        *world.calendar.update([Edit(item, twice, frozenset({Field.WHEN}))]),
    ]
    assert [answer.code for answer in answers if isinstance(answer, RefusedError)] == ["rule", "rule"]
    assert world.requests() == {}


@dataclass
class Meddling:
    """A server on which somebody edits an occurrence right after the next update."""

    world: World
    series: str

    def handle(self, request: Request) -> Response:
        response = self.world.simulator.handle(request)
        if self.series and b"UpdateItem" in request.body:
            series, self.series = self.series, ""
            self.world.ana.edit_occurrence(series, date(2026, 11, 9), subject="Mine")
        return response


def test_what_somebody_changes_between_two_requests_is_seen_and_nothing_is_written_over_it(world: World) -> None:
    item = written(create(world, replace(CALL, overrides=titled(1))))
    connection = ExchangeConnection(
        SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(Meddling(world, item.id))
    )
    calendar = ExchangeCalendar(connection, ANA, "", zone=lambda: "")
    later = replace(CALL, when=Timed(NINE + HOUR, NINE + 2 * HOUR, "Europe/Berlin"))
    wanted = replace(later, overrides={day(1) + HOUR: replace(occurrence(later, day(1) + HOUR), title="Else")})
    answer = calendar.update([Edit(item, wanted, frozenset({Field.WHEN}))])[0]
    assert isinstance(answer, Written)
    assert not answer.sure
    assert [said and said.title for said in event_of(answer.item).overrides.values()] == ["Mine"]


def test_what_somebody_changes_while_occurrences_are_written_makes_the_result_unsure(world: World) -> None:
    item = written(create(world, CALL))
    connection = ExchangeConnection(
        SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(Meddling(world, item.id))
    )
    calendar = ExchangeCalendar(connection, ANA, "", zone=lambda: "")
    edit = Edit(item, replace(CALL, overrides=titled(1, 2)), frozenset(), overrides=frozenset({day(1), day(2)}))
    answer = calendar.update([edit])[0]
    assert isinstance(answer, Written)
    assert not answer.sure
    assert [said and said.title for said in event_of(answer.item).overrides.values()] == ["Else", "Else", "Mine"]
