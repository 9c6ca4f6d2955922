"""Series as the hands write them and the reader sees them: as their occurrences, on both simulators, over a port."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pytest

from demo.acts import Desk
from demo.company import TWO_WAY, Ground
from demo.events import Event, Plan, at
from demo.ews import Ews
from demo.exchange_hand import ExchangeHand
from demo.google_hand import Google, GoogleHand
from demo.reader import EXCHANGE, GOOGLE, Reader, Sides
from demo.views import ExchangeView, GoogleView, Seen
from simulators.clock import ManualClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.google.switches import Switches
from simulators.wire import mounted

# the clocks are put back between the second and the third
DAYS = [date(2026, 10, 13) + timedelta(days=7 * number) for number in range(4)]
CALL = Event("Call", at(DAYS[0], 0, 30), at(DAYS[0], 1, 30), "Room 2")
ALL = [replace(CALL, start=at(day, 0, 30), end=at(day, 1, 30)) for day in DAYS]
TEA = Event("Call", at(DAYS[1], 15), at(DAYS[1], 16))


@dataclass
class Side:
    name: str
    pair: Ground
    series: Callable[[Event], str]

    @property
    def hand(self) -> ExchangeHand | GoogleHand:
        return self.pair.exchange if self.name == EXCHANGE else self.pair.google

    def seen(self) -> list[Seen]:
        sides: Sides = self.pair.reader.look()
        held = sides.exchange if self.name == EXCHANGE else sides.google
        return sorted(held.values(), key=lambda seen: str(seen.event.start))

    def events(self) -> list[Event]:
        return [seen.event for seen in self.seen()]


@pytest.fixture(params=[(EXCHANGE, "full"), (GOOGLE, "full"), (GOOGLE, "bare")], ids=" ".join)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    name, tombstones = request.param
    exchange = ExchangeSimulator(clock=ManualClock())
    google = GoogleSimulator(clock=ManualClock(), switches=Switches(tombstones=tombstones))
    with mounted(exchange) as at_exchange, mounted(google) as at_google:
        ews = Ews(f"{at_exchange}/EWS/Exchange.asmx", "ana@a.test", "secret")
        api = Google(at_google, "ana@g.test", lambda: "TOKEN")
        hands = ExchangeHand(ews), GoogleHand(api)
        pair = Ground("ana", TWO_WAY, "ana@a.test", *hands, Reader(ExchangeView(ews), GoogleView(api)))

        def series(event: Event) -> str:
            if name == EXCHANGE:
                return hands[0].create_weekly(Plan(event), len(DAYS))
            return hands[1].create_series(Plan(event), f"FREQ=WEEKLY;COUNT={len(DAYS)}")

        yield Side(name, pair, series)
        ews.wire.close()
        api.wire.close()


def test_a_series_is_seen_occurrence_by_occurrence_at_the_same_clock_time(side: Side) -> None:
    series = side.series(CALL)
    assert side.events() == ALL
    assert {seen.series for seen in side.seen()} == {series}


def test_days_repeat_as_days(side: Side) -> None:
    side.series(Event("Duty", DAYS[0], DAYS[0] + timedelta(days=2)))
    assert side.events() == [Event("Duty", day, day + timedelta(days=2)) for day in DAYS]


def test_an_event_of_the_same_title_is_no_occurrence(side: Side) -> None:
    series = side.series(CALL)
    (tea,) = side.hand.create([Plan(TEA)])
    assert [seen.series for seen in side.seen() if seen.id != tea] == [series] * 4
    assert [seen.event for seen in side.seen() if not seen.series] == [TEA]


def test_what_is_done_to_an_occurrence_is_seen_of_that_one(side: Side) -> None:
    side.series(CALL)
    _, second, third, fourth = side.seen()
    moved = replace(second.event, start=at(DAYS[1], 9), end=at(DAYS[1], 10))
    side.hand.edit(second.id, times=(moved.start, moved.end))
    assert side.events() == [ALL[0], moved, *ALL[2:]]
    side.hand.edit(third.id, title="Visit")
    assert side.events() == [ALL[0], moved, replace(ALL[2], title="Visit"), ALL[3]]
    side.hand.delete([fourth.id])
    wanted = [ALL[0], moved, replace(ALL[2], title="Visit")]
    assert side.events() == wanted
    side.hand.delete([second.id])
    assert side.events() == [ALL[0], wanted[2]]
    assert side.pair.reader.fresh().events(side.name) == side.events()


def test_a_deleted_series_is_gone_with_all_that_was_done_to_it(side: Side) -> None:
    series = side.series(CALL)
    side.hand.edit(side.seen()[1].id, title="Visit")
    assert len(side.seen()) == 4
    side.hand.delete([series])
    assert side.events() == []


def test_the_versions_tell_of_a_write_to_one_occurrence(side: Side) -> None:
    side.series(CALL)
    before = side.pair.reader.look().versions()
    assert side.pair.reader.fresh().versions() == before
    side.hand.edit(side.seen()[1].id, place="Room 3")
    assert side.pair.reader.look().versions() != before


def test_a_series_that_is_unchanged_is_not_asked_for_again(side: Side) -> None:
    side.series(CALL)
    assert len(side.seen()) == 4
    wires = side.pair.exchange.ews.wire, side.pair.google.google.wire
    before = [wire.requests for wire in wires]
    assert len(side.seen()) == 4
    assert [wire.requests for wire in wires] == [number + 1 for number in before]


def test_a_series_without_end_is_opened_for_two_years_at_most(side: Side) -> None:
    side.pair.google.create_series(Plan(CALL), "FREQ=WEEKLY")
    assert len(side.pair.reader.look().google) == 100


def test_the_page_edits_one_occurrence(side: Side) -> None:
    side.series(CALL)
    desk = Desk({"ana": side.pair}, lambda: 0.0)
    desk.taking = True
    here = {"pair": "ana", "side": side.name.lower()}
    hour = {"title": "Call", "start": "2026-10-20T15:00", "end": "2026-10-20T16:00"}
    desk.act({**here, "do": "edit", "id": side.seen()[1].id, **hour})
    assert side.events() == [ALL[0], TEA, *ALL[2:]]
    desk.act({**here, "do": "delete", "id": side.seen()[2].id})
    assert side.events() == [ALL[0], TEA, ALL[3]]
