"""What `hold` foretells is what a server then holds, whatever the event: else a quiet pair would never be quiet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

from exchangelib.winzone import MS_TIMEZONE_TO_IANA_MAP
from hypothesis import given, settings
from hypothesis import strategies as st

from calpair.exchange import zones
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.model.body import Body
from calpair.model.event import Event, Field, Privacy, ShowAs
from calpair.model.when import AllDay, Timed
from calpair.ports import Draft, Edit
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.simulator import ExchangeSimulator
from unit.exchange.ground import ANA, SERVER, STAMP, written

# Zones that got a Windows name of their own lately are refused by servers without the latest updates.
ZONES = st.sampled_from(
    sorted(name for name in available_timezones() if zones.windows(name) in {"", *MS_TIMEZONE_TO_IANA_MAP})
)
TEXTS = st.text(max_size=300)
LENGTHS = st.timedeltas(timedelta(0), timedelta(days=20))
# From 2012: before, whole days are missing from the calendars of some islands.
TIMED = st.builds(
    lambda start, length, zone: Timed(start, start + length, zone),
    st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - the strategy adds the zone
    LENGTHS,
    st.one_of(ZONES, st.just("")),
)
DAYS = st.builds(
    lambda start, days: AllDay(start, start + timedelta(days=days)),
    st.dates(date(2012, 1, 1), date(2037, 1, 1)),
    st.integers(1, 20),
)
EVENTS = st.builds(
    Event,
    title=TEXTS,
    when=st.one_of(TIMED, DAYS),
    body=st.builds(Body, TEXTS, st.booleans()),
    place=TEXTS,
    show_as=st.sampled_from(ShowAs),
    privacy=st.sampled_from(Privacy),
    reminder=st.one_of(st.none(), st.integers(-10, 3_000_000)),
    categories=st.lists(TEXTS, max_size=3).map(tuple),
)


def calendar() -> ExchangeCalendar:
    simulator = ExchangeSimulator(clock=ManualClock())
    connection = ExchangeConnection(SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(simulator))
    return ExchangeCalendar(connection, ANA, "", zone=lambda: "")


@settings(max_examples=60, deadline=None)
@given(first=EVENTS, second=EVENTS, zone=ZONES)
def test_what_is_foretold_is_what_is_read_back(first: Event, second: Event, zone: str) -> None:
    ours = calendar()
    item = written(ours.create([Draft(first, STAMP, uid="calpair-1", zone=zone)])[0])
    assert item.event == ours.hold(first).event
    assert item.stamp == STAMP
    later = written(ours.update([Edit(item, second, frozenset(Field), zone=zone)])[0])
    assert later.event == ours.hold(second).event
    # What is held is held again, but for how its HTML is spelled.
    once = ours.hold(second).event
    twice = ours.hold(once).event
    assert replace(twice, body=once.body) == once
    assert twice.body.alike() == once.body.alike()
