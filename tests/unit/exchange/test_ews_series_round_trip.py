"""What `hold` foretells of a series and its overrides is what a server then holds, however it came to be so."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.holding import hold
from calpair.exchange.server import ExchangeConnection
from calpair.exchange.versions import EXCHANGE_2013_SP1
from calpair.model.event import Event, Field, Item
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Draft, Edit, Written
from calpair.recurrence import expand
from calpair.recurrence.series import occurrence
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from unit.exchange.ground import ANA, LUNCH, SERVER, STAMP, written

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
# Around the days when clocks change, and where they never do.
STARTS = st.sampled_from([datetime(2026, 3, 27, 8, tzinfo=UTC), datetime(2026, 10, 22, 14, tzinfo=UTC)])
ZONES = st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
TIMED = st.builds(lambda start, hours, zone: Timed(start, start + hours * HOUR, zone), STARTS, st.integers(0, 9), ZONES)
DAYS = st.builds(
    lambda start, days: AllDay(start, start + days * DAY),
    st.sampled_from([date(2026, 3, 26), date(2026, 10, 23), date(2026, 12, 28)]),
    st.just(1),
)
WHENS = st.one_of(TIMED, DAYS)
RULES = st.sampled_from(
    [
        Rule(Frequency.DAILY),
        Rule(Frequency.DAILY, 3, count=12),
        Rule(Frequency.WEEKLY, 1, count=20),
        Rule(Frequency.MONTHLY, 1),
    ]
)
TITLES = st.sampled_from(["Call", "Talk", "x" * 300, ""])
LEAPS = st.one_of(
    st.just(timedelta(0)), st.sampled_from([-1, 1, 2, -3, 26, -50, 24 * 6]).map(lambda hours: hours * HOUR)
)


@st.composite
def series(draw: st.DrawFn) -> Event:
    """A series, some of whose first occurrences say something else."""
    when = draw(WHENS)
    rule = draw(RULES)
    if rule.frequency is Frequency.WEEKLY:
        rule = replace(rule, by_day=(Day(first_day(when)),))
    event = replace(LUNCH, title=draw(TITLES), when=when, repeats=Recurrence((rule,)))
    overrides: dict[Original, Event | None] = {}
    for original, _ in zip(expand.originals(when, Recurrence((rule,))), range(8), strict=False):
        kind = draw(st.integers(0, 3))
        if kind == 0:
            overrides[original] = None
        elif kind == 1:
            leap = draw(LEAPS)
            moved = shifted(occurrence(event, original).when, leap)
            overrides[original] = replace(
                occurrence(event, original),
                when=moved,
                title=draw(TITLES),
                place=draw(st.sampled_from(["", "Canteen"])),
            )
    return replace(event, overrides=overrides)


def first_day(when: When) -> int:
    # The rule's day is the wall clock's; the starts here are by day in every zone.
    return when.start.weekday()


def shifted(when: When, leap: timedelta) -> When:
    if isinstance(when, Timed):
        return Timed(when.start + leap, when.end + leap, when.zone)
    days = timedelta(days=leap.days)
    return AllDay(when.start + days, when.end + days)


def calendar(*, reaching: bool) -> ExchangeCalendar:
    switches = Switches(master_reaches_exceptions=reaching, same_rule_wipes=not reaching)
    simulator = ExchangeSimulator(clock=ManualClock(), switches=switches)
    connection = ExchangeConnection(SERVER, lambda: "secret", ManualClock().now, SimulatorAdapter(simulator))
    return ExchangeCalendar(connection, ANA, "", zone=lambda: "")


def one_item(event: Event) -> Event:
    """What one item would hold: what cannot be moved there stays."""
    return hold(event, EXCHANGE_2013_SP1, detach=False).event


def agreed(answer: object, event: Event) -> Item:
    assert isinstance(answer, Written)
    assert answer.refused == {}
    item = written(answer)
    assert item.event is not None
    foretold = one_item(event)
    if item.event.repeats != foretold.repeats:
        # To bring a deleted occurrence back the rule was spelled in another way.
        assert item.event.repeats is not None
        assert foretold.repeats is not None
        assert expand.same(item.event.when, item.event.repeats, foretold.when, foretold.repeats)
    assert replace(item.event, repeats=foretold.repeats) == foretold
    return item


@settings(max_examples=60, deadline=None)
@given(first=series(), second=series(), reaching=st.booleans())
def test_what_is_foretold_of_a_series_is_what_is_read_back(first: Event, second: Event, reaching: bool) -> None:
    ours = calendar(reaching=reaching)
    item = agreed(ours.create([Draft(first, STAMP, uid="calpair-1", zone="Europe/Berlin")])[0], first)
    item = agreed(ours.update([Edit(item, second, frozenset(Field), zone="Europe/Berlin")])[0], second)
    # Only occurrences: those of the other, as far as there are such.
    held = one_item(second)
    other = {original: first.overrides[original] for original in held.overrides if original in first.overrides}
    third = replace(second, overrides=other)
    edit = Edit(item, third, frozenset(), zone="Europe/Berlin", overrides=frozenset(held.overrides) | frozenset(other))
    item = agreed(ours.update([edit])[0], third)
    # Only the series: its occurrences stay as they are said to be.
    fourth = replace(third, place="Roof", reminder=None)
    fields = frozenset({Field.PLACE, Field.REMINDER})
    said = frozenset(third.overrides)
    agreed(ours.update([Edit(item, fourth, fields, zone="Europe/Berlin", overrides=said)])[0], fourth)


@settings(max_examples=60, deadline=None)
@given(event=series())
def test_what_is_held_is_held_again(event: Event) -> None:
    once = one_item(event)
    twice = one_item(once)
    assert replace(twice, body=once.body, overrides={}) == replace(once, overrides={})
    assert twice.overrides.keys() == once.overrides.keys()
