"""Ways to say the same rule, for a server that does not take the first."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from calpair.errors import RefusedError
from calpair.google.mapping.spelling import spellings
from calpair.model.event import Event, Field
from calpair.model.rule import Day, Frequency, Recurrence, Rule, Skip
from calpair.model.when import AllDay, Timed
from calpair.ports import Edit
from calpair.recurrence import expand, text
from calpair.recurrence.pattern import (
    AbsoluteMonthly,
    Group,
    Index,
    Numbered,
    RelativeMonthly,
    Series,
    Weekly,
    dates,
    to_recurrence,
)
from simulators.google import Switches
from unit.google.ground import draft, event_of, item_of, world

DAY = AllDay(date(2026, 1, 30), date(2026, 1, 31))
NINE = Timed(datetime(2026, 1, 30, 9, tzinfo=UTC), datetime(2026, 1, 30, 10, tzinfo=UTC), "UTC")
WORKDAYS = tuple(Day(day) for day in range(5))


def said(*rules: Rule, when: AllDay | Timed = DAY, **more: Any) -> list[list[str]]:
    return spellings(Recurrence(rules, **more), when)


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        (Rule(Frequency.DAILY), "RRULE:FREQ=DAILY"),
        (Rule(Frequency.MONTHLY, by_month_day=(30,)), "RRULE:FREQ=MONTHLY;BYMONTHDAY=30"),
        (Rule(Frequency.MONTHLY, by_day=(Day(0, 2),), count=3), "RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=2MO"),
        (
            Rule(Frequency.MONTHLY, by_month_day=(28, 30), by_position=(-1,)),
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=28,30;BYSETPOS=-1",
        ),
    ],
)
def test_most_rules_are_said_in_one_way(rule: Rule, line: str) -> None:
    assert said(rule) == [[line]]


def test_a_clipped_day_is_a_set_or_a_skip() -> None:
    as_set = "RRULE:FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"
    skipping = "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD"
    # Ten years of Februaries, the last thing to try.
    shorts = "0228,20270228,20280229,20290228,20300228,20310228,20320229,20330228,20340228,20350228"
    listing = ["RRULE:FREQ=MONTHLY;BYMONTHDAY=30", f"RDATE;VALUE=DATE:2026{shorts}"]
    assert said(Rule(Frequency.MONTHLY, by_month_day=(28, 29, 30), by_position=(-1,))) == [
        [as_set],
        [skipping],
        listing,
    ]
    assert said(Rule(Frequency.MONTHLY, by_month_day=(30,), skip=Skip.BACKWARD)) == [[skipping], [as_set], listing]
    last = Rule(Frequency.MONTHLY, by_month_day=(31,), skip=Skip.BACKWARD)
    when = AllDay(date(2026, 1, 31), date(2026, 2, 1))
    assert said(last, when=when)[1] == ["RRULE:FREQ=MONTHLY;BYMONTHDAY=-1"]
    # Every thirtieth of March there is.
    yearly = Rule(Frequency.MONTHLY, interval=12, by_month_day=(30,), skip=Skip.BACKWARD)
    assert len(said(yearly, when=AllDay(date(2026, 3, 30), date(2026, 3, 31)))) == 2
    two = Recurrence((last, Rule(Frequency.YEARLY)))
    assert len(spellings(two, when)) == 1


@pytest.mark.parametrize(
    "rule",
    [
        Rule(Frequency.MONTHLY, count=2, by_day=WORKDAYS, by_position=(-1,)),
        Rule(Frequency.MONTHLY, count=2, by_day=(Day(4, -1), Day(3, -1)), by_month_day=(26, 30)),
        Rule(Frequency.MONTHLY, count=2, by_day=(Day(4, -1), Day(3, -5))),
    ],
)
def test_an_unusual_rule_that_ends_soon_is_a_list_of_dates(rule: Rule) -> None:
    second = {True: "20260227", False: "20260226"}[rule.by_month_day == ()]
    found = said(rule)
    assert found[1:] == [[f"RDATE;VALUE=DATE:20260130,{second}"]]


def test_a_rule_that_excepts_is_a_list_of_dates_too() -> None:
    rule = Rule(Frequency.DAILY, count=4)
    found = said(rule, when=NINE, except_rules=(Rule(Frequency.DAILY, 2, count=2),))
    # The first is excepted, and a list of dates would have it.
    assert len(found) == 1
    later = Rule(Frequency.WEEKLY, by_day=(Day(5),))
    found = said(rule, when=NINE, except_rules=(later,))
    assert found[1:] == [["RDATE:20260130T090000Z,20260201T090000Z,20260202T090000Z"]]


def test_a_long_list_is_none() -> None:
    assert len(said(Rule(Frequency.DAILY, count=731))) == 1
    assert len(said(Rule(Frequency.HOURLY, count=366), when=NINE)) == 2
    assert len(said(Rule(Frequency.HOURLY, count=367), when=NINE)) == 1
    assert len(said(Rule(Frequency.HOURLY), when=NINE)) == 1


def of_pattern(series: Series) -> list[list[str]]:
    when = AllDay(series.start, series.start + timedelta(days=1))
    return spellings(to_recurrence(series, when), when)


def test_most_patterns_have_one_spelling() -> None:
    monday = date(2026, 11, 30)
    assert of_pattern(Series(Weekly(1, (0,)), monday)) == [["RRULE:FREQ=WEEKLY;BYDAY=MO"]]
    assert len(of_pattern(Series(AbsoluteMonthly(1, 31), date(2026, 12, 31)))) == 1
    assert len(of_pattern(Series(RelativeMonthly(1, Index.LAST, Group.WEEKDAY), monday))) == 1


def test_a_pattern_of_a_clipped_day_has_three_spellings() -> None:
    series = Series(AbsoluteMonthly(1, 30), date(2026, 11, 30), Numbered(16))
    first = "RDATE;VALUE=DATE:20261130,20261230,20270130,20270228,20270330,20270430,20270530,20270630"
    rest = "20270730,20270830,20270930,20271030,20271130,20271230,20280130,20280229"
    found = of_pattern(series)
    assert found == [
        ["RRULE:FREQ=MONTHLY;COUNT=16;BYMONTHDAY=28,29,30;BYSETPOS=-1"],
        ["RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;COUNT=16;BYMONTHDAY=30;SKIP=BACKWARD"],
        [f"{first},{rest}"],
    ]
    when = AllDay(series.start, series.start + timedelta(days=1))
    for lines in found:
        days = list(expand.originals(when, text.parse(lines, when)))
        assert days == list(dates(series))
        assert len(days) == 16


def test_where_a_pattern_does_not_end_ten_years_of_short_months_are_listed() -> None:
    lines = of_pattern(Series(AbsoluteMonthly(1, 29), date(2026, 11, 29)))[2]
    assert lines[0] == "RRULE:FREQ=MONTHLY;BYMONTHDAY=29"
    assert lines[1] == ("RDATE;VALUE=DATE:20270228,20290228,20300228,20310228,20330228,20340228,20350228")


class TestTrying:
    EVENT = Event(
        "Pay day", NINE, repeats=Recurrence((Rule(Frequency.MONTHLY, by_month_day=(28, 29, 30), by_position=(-1,)),))
    )
    SKIPPING = Recurrence((Rule(Frequency.MONTHLY, by_month_day=(30,), skip=Skip.BACKWARD),))
    CANCELLED = datetime(2026, 2, 28, 9, tzinfo=UTC)

    def test_the_next_way_is_tried_for_an_insert(self) -> None:
        here = world(switches=Switches(bysetpos_accepted=False))
        event = replace(self.EVENT, overrides={self.CANCELLED: None})
        drafts = [replace(draft(1), event=event), draft(2)]
        one, _ = here.calendar.create(drafts)
        assert here.requests() == {"batch": 1, "events.insert": 1, "events.instances": 1, "events.patch": 1}
        assert event_of(one) == replace(event, repeats=self.SKIPPING)

    def test_and_for_a_change(self) -> None:
        here = world(switches=Switches(bysetpos_accepted=False))
        (item,) = here.made(1)
        (answer,) = here.calendar.update([Edit(item, self.EVENT, frozenset({Field.WHEN}))])
        assert event_of(answer).repeats == self.SKIPPING
        assert here.requests() == {"events.patch": 2}

    def test_and_for_one_that_is_revived(self) -> None:
        here = world()
        (item,) = here.made(1)
        here.ana.delete(item.id)
        here.simulator.turn(bysetpos_accepted=False)
        (answer,) = here.calendar.create([replace(draft(1), event=self.EVENT)])
        assert item_of(answer).event == replace(self.EVENT, repeats=self.SKIPPING)

    def test_a_rule_that_is_refused_in_every_way_is_refused(self) -> None:
        here = world(switches=Switches(bysetpos_accepted=False))
        last_workday = Recurrence((Rule(Frequency.MONTHLY, by_day=WORKDAYS, by_position=(-1,)),))
        (answer,) = here.calendar.create([replace(draft(1), event=replace(self.EVENT, repeats=last_workday))])
        assert isinstance(answer, RefusedError)
        assert here.requests() == {"events.insert": 1}

    def test_what_is_refused_for_another_reason_is_not_said_again(self) -> None:
        here = world()
        here.plant("forbidden_403", "events.insert")
        (answer,) = here.calendar.create([replace(draft(1), event=self.EVENT)])
        assert isinstance(answer, RefusedError)
        assert here.requests() == {"events.insert": 1}

    def test_a_back_off_at_the_second_try_is_that_ones_answer(self) -> None:
        here = world(switches=Switches(bysetpos_accepted=False))
        here.plant("rate_limit_403", "events.insert", nth=3)
        one, two = here.calendar.create([replace(draft(1), event=self.EVENT), draft(2)])
        assert getattr(one, "code", "") == "rateLimitExceeded"
        assert event_of(two).title == "Lunch"

    def test_a_list_of_dates_has_its_overrides(self) -> None:
        here = world(switches=Switches(subdaily_accepted=False))
        hourly = Recurrence((Rule(Frequency.HOURLY, 5, count=3),))
        five = timedelta(hours=5)
        event = replace(self.EVENT, repeats=hourly, overrides={NINE.start + five: None})
        (answer,) = here.calendar.create([replace(draft(1), event=event)])
        assert event_of(answer).overrides == event.overrides
        assert event_of(answer).repeats == Recurrence(dates=tuple(NINE.start + number * five for number in range(3)))
