"""What Exchange would hold of a series: one item, several, or none; and which overrides could not be where they are."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from calpair.exchange.crossing import crosses
from calpair.exchange.holding import hold, overridden, pattern, respelled
from calpair.exchange.likeness import differing
from calpair.exchange.occurrences import agree
from calpair.exchange.versions import EXCHANGE_2010, EXCHANGE_2013_SP1
from calpair.model.body import Body
from calpair.model.event import Event, Field
from calpair.model.rule import Day, Frequency, Original, Recurrence, Rule
from calpair.model.when import AllDay, Timed, When
from calpair.ports import Held, Portion
from calpair.recurrence.pattern import AbsoluteMonthly, Daily, EndDate, NoEnd, Numbered, Series
from calpair.recurrence.series import occurrence
from simulators.exchange.errors import EwsError
from simulators.exchange.pattern import Pattern
from unit.exchange.ground import World

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)
NINE = datetime(2026, 11, 2, 9, tzinfo=UTC)
"""A Monday, ten o'clock in Berlin."""
DAILY = Recurrence((Rule(Frequency.DAILY),))
CALL = Event("Call", Timed(NINE, NINE + HOUR, "Europe/Berlin"), Body("", html=True), categories=(), repeats=DAILY)
FAIR = replace(CALL, when=AllDay(date(2026, 11, 2), date(2026, 11, 3)))


def held(event: Event) -> Held:
    return hold(event, EXCHANGE_2013_SP1)


def day(number: int) -> datetime:
    return NINE + number * DAY


def at(original: datetime, start: datetime, length: timedelta = HOUR) -> Event:
    return replace(occurrence(CALL, original), when=Timed(start, start + length, "Europe/Berlin"))


def test_a_rule_that_exchange_has_is_held_as_it_is() -> None:
    assert held(CALL) == Held(CALL)
    assert pattern(CALL, EXCHANGE_2013_SP1) == Series(Daily(1), date(2026, 11, 2), NoEnd())
    assert pattern(replace(CALL, repeats=None), EXCHANGE_2013_SP1) is None


def test_dates_that_are_left_out_are_deleted_occurrences() -> None:
    event = replace(CALL, repeats=replace(DAILY, except_dates=(day(2),)))
    assert held(event) == Held(replace(CALL, overrides={day(2): None}))
    assert held(held(event).event) == held(event)


def test_more_than_there_is_is_deleted_where_there_is_an_end() -> None:
    first = datetime(2026, 12, 31, 9, tzinfo=UTC)
    months = Recurrence((Rule(Frequency.MONTHLY, count=3, by_month_day=(31,)),))
    event = replace(CALL, when=Timed(first, first + HOUR, "Europe/Berlin"), repeats=months)
    whole = held(event)
    assert (whole.losses, whole.parts) == ((), ())
    assert whole.event.overrides == {datetime(2027, 2, 28, 9, tzinfo=UTC): None}
    assert pattern(whole.event, EXCHANGE_2013_SP1) == Series(AbsoluteMonthly(1, 31), date(2026, 12, 31), Numbered(4))


def test_a_rule_of_two_days_of_the_month_is_two_series_that_share_the_overrides() -> None:
    first = datetime(2026, 12, 1, 9, tzinfo=UTC)
    twice = Recurrence((Rule(Frequency.MONTHLY, by_month_day=(1, 15)),))
    event = replace(CALL, when=Timed(first, first + HOUR, "Europe/Berlin"), repeats=twice)
    second = first + 14 * DAY
    said: dict[Original, Event | None] = {first: None, second: replace(occurrence(event, second), title="Talk")}
    whole = held(replace(event, overrides=said))
    assert whole.event.repeats == twice
    assert [part.event.when.start for part in whole.parts] == [first, second]
    assert [part.event.overrides for part in whole.parts] == [{first: None}, {second: said[second]}]
    assert [(part.key, part.original) for part in whole.parts] == [("", None), ("1", None)]


def test_dates_without_a_rule_are_events_of_their_own() -> None:
    dates = (NINE, NINE + 3 * DAY, NINE + 10 * DAY + HOUR)
    event = replace(CALL, repeats=Recurrence(dates=dates))
    said: dict[Original, Event | None] = {dates[1]: None, dates[2]: replace(occurrence(event, dates[2]), title="Talk")}
    whole = held(replace(event, overrides=said))
    talk = said[dates[2]]
    assert talk
    # Each goes by its own start, so that what comes and goes beside it does not rename it.
    assert whole.parts == (
        Portion("2026-11-02T09:00:00Z", occurrence(event, NINE), NINE),
        Portion("2026-11-12T10:00:00Z", talk, dates[2]),
    )


def test_what_has_no_occurrence_is_not_held() -> None:
    event = replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY, count=1),), except_dates=(NINE,)))
    assert held(event) == Held(event, ("rule",))


def test_another_clock_than_the_zones_own_is_not_held() -> None:
    # Troll goes by two hours; no zone of Windows does.
    event = replace(CALL, when=Timed(NINE, NINE + HOUR, "Antarctica/Troll"))
    assert held(event).losses == ("zone", "rule", "nameless_zone")
    assert held(replace(event, when=Timed(NINE, NINE + HOUR, "Europe/Amsterdam"))).losses == ()


def test_an_old_server_knows_no_first_day_of_the_week() -> None:
    rule = Rule(Frequency.WEEKLY, 2, by_day=(Day(0), Day(6)))
    monday, sunday = (replace(CALL, repeats=Recurrence((replace(rule, week_start=first),))) for first in (0, 6))
    every = replace(CALL, repeats=Recurrence((replace(rule, interval=1, week_start=0),)))
    assert "rule" in hold(monday, EXCHANGE_2010).losses
    assert pattern(monday, EXCHANGE_2010) is None
    assert hold(sunday, EXCHANGE_2010).losses == hold(every, EXCHANGE_2010).losses == held(monday).losses == ()


def test_overrides_are_held_as_any_event_and_those_of_no_occurrence_are_dropped() -> None:
    long = replace(occurrence(CALL, day(1)), title="x" * 300)
    said: dict[Original, Event | None] = {
        day(1): long,
        day(2): occurrence(CALL, day(2)),
        day(3) + HOUR: None,
        date(2026, 11, 7): None,
        day(6): None,
    }
    whole = held(replace(CALL, overrides=said))
    assert whole.event.overrides == {day(1): replace(long, title="x" * 255), day(6): None}
    assert whole.losses == ("title:shortened",)
    assert overridden(replace(CALL, repeats=None), said, EXCHANGE_2013_SP1).event.overrides == {}


PLACES = [
    (day(2) + 5 * HOUR, HOUR, False),
    (day(2) - 5 * HOUR, HOUR, False),
    (day(3) - 2 * HOUR, HOUR, True),
    (day(1) + 2 * HOUR, HOUR, True),
    (day(4), HOUR, True),
    (day(0) - HOUR, HOUR, True),
    (day(2), 23 * HOUR, False),
    (day(2), 25 * HOUR, True),
    # Eleven at night in Berlin is still the same day, an hour later is not.
    (day(2) + 13 * HOUR, HOUR, False),
    (day(2) + 14 * HOUR, HOUR, True),
]
"""Where to, how long, and whether that crosses a neighbour."""


@pytest.mark.parametrize(("start", "length", "crossing"), PLACES)
def test_an_occurrence_stays_between_its_neighbours_days(start: datetime, length: timedelta, crossing: bool) -> None:
    moved = at(day(2), start, length)
    event = replace(CALL, overrides={day(2): moved})
    assert crosses(event, day(2)) is crossing
    assert held(event).losses == ()
    apart = (Portion("", replace(CALL, overrides={day(2): None})), Portion("2026-11-04T09:00:00Z", moved, day(2)))
    assert held(event).parts == (apart if crossing else ())


@pytest.mark.parametrize(("start", "length", "crossing"), PLACES)
def test_a_server_refuses_what_crosses_and_nothing_else(
    world: World, start: datetime, length: timedelta, crossing: bool
) -> None:
    series = world.ana.create_series(Pattern("Daily", date(2026, 11, 2)), time(10), zone="W. Europe Standard Time")
    if crossing:
        with pytest.raises(EwsError):
            world.ana.move_occurrence(series, date(2026, 11, 4), start, start + length)
    else:
        world.ana.move_occurrence(series, date(2026, 11, 4), start, start + length)


def test_a_deleted_neighbour_is_in_nobodys_way_and_a_moved_one_is_where_it_is() -> None:
    free = replace(CALL, overrides={day(2): at(day(2), day(3)), day(3): None})
    assert not crosses(free, day(2))
    away = replace(
        CALL, overrides={day(2): at(day(2), day(3)), day(3): at(day(3), day(4)), day(4): at(day(4), day(4) + HOUR)}
    )
    assert [crosses(away, day(number)) for number in (2, 3, 4)] == [False, True, True]
    assert not crosses(away, day(5))


def test_the_first_and_the_last_occurrence_have_one_neighbour() -> None:
    three = replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY, count=3),)))
    event = replace(three, overrides={day(0): at(day(0), day(-9)), day(2): at(day(2), day(9))})
    assert not crosses(event, day(0))
    assert not crosses(event, day(2))
    assert crosses(replace(three, overrides={day(2): at(day(2), day(1))}), day(2))
    assert not crosses(replace(event, repeats=None), day(0))


def test_what_crosses_where_one_item_has_to_do_keeps_everything_but_its_time() -> None:
    event = replace(CALL, overrides={day(2): replace(at(day(2), day(4)), title="Talk")})
    one = hold(event, EXCHANGE_2013_SP1, detach=False)
    assert one.losses == ("occurrence:crossing",)
    assert one.event.overrides == {day(2): replace(at(day(2), day(2)), title="Talk")}


def test_several_that_cross_one_another_all_stand_apart() -> None:
    event = replace(CALL, overrides={day(2): at(day(2), day(4)), day(4): at(day(4), day(2)), day(7): None})
    rest, *apart = held(event).parts
    assert rest.event.overrides == {day(2): None, day(4): None, day(7): None}
    assert [part.original for part in apart] == [day(2), day(4)]


def test_whole_days_have_neighbours_too() -> None:
    def on(first: int, last: int) -> Event:
        return replace(occurrence(FAIR, date(2026, 11, 4)), when=AllDay(date(2026, 11, first), date(2026, 11, last)))

    assert crosses(replace(FAIR, overrides={date(2026, 11, 4): on(5, 6)}), date(2026, 11, 4))
    freed = {date(2026, 11, 5): None, date(2026, 11, 4): on(5, 6)}
    assert not crosses(replace(FAIR, overrides=freed), date(2026, 11, 4))


@pytest.mark.parametrize(
    ("rule", "series", "other"),
    [
        (Rule(Frequency.DAILY), NoEnd(), EndDate(date(4500, 8, 31))),
        (Rule(Frequency.DAILY, count=3), Numbered(3), EndDate(date(2026, 11, 4))),
        (Rule(Frequency.DAILY, until=day(2)), EndDate(date(2026, 11, 4)), Numbered(3)),
        (Rule(Frequency.DAILY, until=day(2000)), EndDate(date(2032, 4, 24)), EndDate(date(2032, 4, 24))),
        (Rule(Frequency.DAILY), EndDate(date(4500, 8, 31)), NoEnd()),
    ],
)
@pytest.mark.parametrize("when", [CALL.when, FAIR.when])
def test_a_series_has_another_way_to_say_where_it_ends(
    rule: Rule, series: NoEnd | EndDate | Numbered, other: NoEnd | EndDate | Numbered, when: When
) -> None:
    event = replace(CALL, when=when, repeats=Recurrence((rule,)))
    first = Series(Daily(1), date(2026, 11, 2), series)
    assert respelled(first, event) == replace(first, range=other)
    assert respelled(first, replace(event, repeats=None)) == first


def test_two_accounts_of_a_series_agree_if_every_occurrence_does() -> None:
    deleted = replace(CALL, overrides={day(1): None})
    longer = replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY, until=datetime(4500, 8, 31, 8, tzinfo=UTC)),)))
    assert agree(CALL, longer)
    assert agree(deleted, replace(longer, overrides=deleted.overrides))
    assert not agree(deleted, CALL)
    assert not agree(CALL, replace(CALL, title="Talk"))
    assert not agree(CALL, replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY, count=9),))))
    single = replace(CALL, repeats=None)
    assert agree(single, single)
    assert not agree(single, CALL)


def test_two_accounts_differ_in_what_a_person_would_see() -> None:
    spelled = replace(CALL, body=Body("<br/>", html=True), when=Timed(NINE, NINE + HOUR, ""), categories=None)
    assert differing(CALL, spelled) == frozenset()
    other = replace(spelled, body=Body("x"), when=Timed(NINE, NINE), place="Roof", reminder=5)
    assert differing(CALL, other) == {Field.BODY, Field.WHEN, Field.PLACE, Field.REMINDER}
