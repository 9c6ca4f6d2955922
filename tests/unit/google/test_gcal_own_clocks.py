"""What Google would hold of a series by clocks that are no zone's: single events, as far as they are asked for."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from calpair.exchange.zone_rules import read
from calpair.google.mapping import times
from calpair.google.mapping.holding import hold
from calpair.model import clocks
from calpair.model.body import Body
from calpair.model.event import Event
from calpair.model.rule import Frequency, Recurrence, Rule
from calpair.model.when import Timed
from unit.exchange.zone_definitions import NOWHERE, element

RULES = read(element(NOWHERE))
assert RULES is not None
OWN = clocks.named(RULES)
START = datetime(2027, 3, 4, 10, tzinfo=UTC)
CALL = Event("Call", Timed(START, START + timedelta(hours=1), OWN))


def weekly(count: int | None = None, **more: object) -> Event:
    return replace(CALL, repeats=Recurrence((Rule(Frequency.WEEKLY, count=count),)), **more)  # type: ignore[arg-type]


def test_each_occurrence_stands_alone_in_utc_at_its_own_hour() -> None:
    held = hold(weekly(3), {})
    assert held.event == weekly(3)
    assert held.losses == ("rule:zone",)
    assert [(part.key, part.original, part.event.when) for part in held.parts] == [
        (f"2027-03-{day}T{hour}:00:00Z", begins, Timed(begins, begins + timedelta(hours=1), "UTC"))
        for day, hour in (("04", "10"), ("11", "10"), ("18", "09"))
        for begins in [datetime(2027, 3, int(day), int(hour), tzinfo=UTC)]
    ]
    assert all(part.event.repeats is None for part in held.parts)


def test_without_an_end_they_reach_to_the_horizon() -> None:
    held = hold(weekly(), {}, START + timedelta(days=70, hours=-1))
    assert held.losses == ("rule:horizon", "rule:zone")
    assert len(held.parts) == 10
    longer = hold(weekly(), {}, START + timedelta(days=77, hours=-1))
    assert longer.parts[:10] == held.parts
    assert len(longer.parts) == 11


def test_an_occurrence_says_what_overrides_it_and_one_that_was_cancelled_still_counts() -> None:
    first, second = (START + timedelta(days=7 * week) for week in range(2))
    moved = replace(CALL, title="Talk", when=Timed(second, second + timedelta(hours=3), OWN), body=Body("x" * 9000))
    held = hold(weekly(2, overrides={first: None, second: moved}), {})
    assert [part.original for part in held.parts] == [first, second]
    assert (held.parts[1].event.title, held.parts[1].event.when.end) == ("Talk", second + timedelta(hours=3))
    assert held.losses == ("body:shortened", "rule:zone")


def test_more_than_anybody_could_want_are_none() -> None:
    often = replace(CALL, repeats=Recurrence((Rule(Frequency.HOURLY),)))
    held = hold(often, {}, START + timedelta(days=731))
    assert (held.parts, "rule" in held.losses) == ((), True)


def test_one_a_day_is_as_many_as_there_may_be() -> None:
    daily = replace(CALL, repeats=Recurrence((Rule(Frequency.DAILY),)))
    parts = hold(daily, {}, START + timedelta(days=5 * 365)).parts
    assert len(parts) == 1096
    starts = [part.event.when.start for part in parts]
    assert {later - one for one, later in pairwise(starts)} <= {timedelta(hours=hours) for hours in (23, 24, 25)}


def test_a_single_event_by_such_clocks_is_in_utc() -> None:
    assert hold(CALL, {}).event.when == Timed(START, START + timedelta(hours=1), "UTC")


def test_google_has_no_such_name_for_a_zone() -> None:
    moment = {"dateTime": "2027-03-04T10:00:00Z", "timeZone": OWN}
    found = times.read({"start": moment, "end": moment})
    assert isinstance(found, Timed)
    assert found.zone == ""
