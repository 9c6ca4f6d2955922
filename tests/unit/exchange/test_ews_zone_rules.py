"""Zones that items define themselves: what they say of any instant, and what is no zone at all."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calpair.exchange.zone_rules import MAX_PARTS, read
from unit.exchange.zone_definitions import (
    BERLIN,
    EUROPE,
    NEW_YORK,
    SYDNEY,
    element,
    periods,
    steady,
    turns,
    yearly,
    zone,
)


def offset(inner: str, instant: datetime) -> float:
    rules = read(element(inner))
    assert rules is not None
    return rules.offset(instant) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("inner", "instant", "hours"),
    [
        (BERLIN, datetime(2026, 1, 1, tzinfo=UTC), 1),
        (BERLIN, datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC), 1),
        (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC), 2),
        (BERLIN, datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC), 2),
        (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC), 1),
        (NEW_YORK, datetime(2026, 3, 8, 6, 59, 59, tzinfo=UTC), -5),
        (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC), -4),
        (NEW_YORK, datetime(2026, 11, 1, 5, 59, 59, tzinfo=UTC), -4),
        (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC), -5),
        # South of the equator the year begins in summer time.
        (zone("-PT10H", "-PT11H", SYDNEY), datetime(2026, 1, 1, tzinfo=UTC), 11),
        (zone("-PT10H", "-PT11H", SYDNEY), datetime(2026, 4, 4, 16, tzinfo=UTC), 10),
        (zone("-PT10H", "-PT11H", SYDNEY), datetime(2026, 10, 3, 16, tzinfo=UTC), 11),
        # Half an hour of summer time (Lord Howe).
        (zone("-PT10H30M", "-PT11H", SYDNEY), datetime(2026, 1, 1, tzinfo=UTC), 11),
        (zone("-PT10H30M", "-PT11H", SYDNEY), datetime(2026, 7, 1, tzinfo=UTC), 10.5),
        (periods(only="-PT5H45M"), datetime(2026, 7, 1, tzinfo=UTC), 5.75),
        (
            periods(only="PT0S") + f"<t:TransitionsGroups>{steady('only')}</t:TransitionsGroups>",
            datetime(2026, 7, 1, tzinfo=UTC),
            0,
        ),
    ],
)
def test_an_instant_has_the_offset_its_rules_give(inner: str, instant: datetime, hours: float) -> None:
    assert offset(inner, instant) == hours


def test_a_millisecond_before_midnight_is_midnight() -> None:
    cairo = zone(
        "-PT2H", "-PT3H", (("Daylight", "PT0S", 4, "Friday", -1), ("Standard", "PT23H59M59.999S", 10, "Thursday", -1))
    )
    assert offset(cairo, datetime(2026, 10, 29, 20, 59, 59, tzinfo=UTC)) == 3
    assert offset(cairo, datetime(2026, 10, 29, 21, tzinfo=UTC)) == 2


def test_a_fifth_week_is_the_last_as_in_windows_own_rules() -> None:
    fifth = zone("-PT1H", "-PT2H", tuple((to, at, month, day, 5) for to, at, month, day, _ in EUROPE))
    assert read(element(fifth)) == read(element(BERLIN))


def test_a_change_on_a_day_of_the_month_comes_that_day() -> None:
    def change(to: str, month: int, day: int) -> str:
        return (
            f'<t:RecurringDateTransition><t:To Kind="Period">{to}</t:To><t:TimeOffset>PT0S</t:TimeOffset>'
            f"<t:Month>{month}</t:Month><t:Day>{day}</t:Day></t:RecurringDateTransition>"
        )

    group = f'<t:TransitionsGroup Id="0">{change("Daylight", 2, 29)}{change("Standard", 9, 21)}</t:TransitionsGroup>'
    inner = periods(Standard="-PT3H", Daylight="-PT4H") + f"<t:TransitionsGroups>{group}</t:TransitionsGroups>"
    assert offset(inner, datetime(2028, 2, 28, 21, tzinfo=UTC)) == 4
    assert offset(inner, datetime(2028, 2, 28, 20, 59, tzinfo=UTC)) == 3
    # A year without the day has it a day earlier.
    assert offset(inner, datetime(2026, 2, 27, 21, tzinfo=UTC)) == 4
    assert offset(inner, datetime(2026, 9, 20, 20, tzinfo=UTC)) == 3


def test_groups_follow_each_other() -> None:
    # Moscow: four hours ahead the year round until 26 October 2014, then three.
    inner = (
        periods(four="-PT4H", three="-PT3H")
        + f"<t:TransitionsGroups>{steady('four', '0')}{steady('three', '1')}</t:TransitionsGroups>"
        + turns(("0", ""), ("1", "2014-10-26T02:00:00"))
    )
    assert offset(inner, datetime(2014, 10, 25, 21, 59, tzinfo=UTC)) == 4
    assert offset(inner, datetime(2014, 10, 25, 22, tzinfo=UTC)) == 3
    assert offset(inner, datetime(2026, 7, 1, tzinfo=UTC)) == 3
    assert offset(inner, datetime(1990, 7, 1, tzinfo=UTC)) == 4


def test_a_group_that_begins_in_summer_begins_with_summer_time() -> None:
    inner = (
        periods(Standard="-PT1H", Daylight="-PT2H", noon="PT0S")
        + f"<t:TransitionsGroups>{steady('noon', '0')}{yearly(EUROPE, '1')}</t:TransitionsGroups>"
        + turns(("0", ""), ("1", "2026-07-01T00:00:00"))
    )
    assert offset(inner, datetime(2026, 6, 30, 23, 59, tzinfo=UTC)) == 0
    assert offset(inner, datetime(2026, 7, 1, tzinfo=UTC)) == 2
    assert offset(inner, datetime(2026, 12, 1, tzinfo=UTC)) == 1
    assert offset(inner, datetime(2030, 7, 1, tzinfo=UTC)) == 2


def test_a_transition_may_lead_to_a_period_at_once() -> None:
    to = '<t:Transitions><t:Transition><t:To Kind="Period">b</t:To></t:Transition></t:Transitions>'
    assert offset(periods(a="PT1H", b="PT2H") + to, datetime(2026, 1, 1, tzinfo=UTC)) == -2


def test_a_name_alone_has_no_rules() -> None:
    assert read(element("", "W. Europe Standard Time")) is None


WRONG = {
    "a bias that is none": periods(a="an hour"),
    "a bias without a number": periods(a="PT"),
    "a bias of two days": periods(a="P2D"),
    "a bias of eternity": periods(a="P999999999999Y"),
    "no bias": '<t:Periods><t:Period Id="a"/></t:Periods>',
    "too many periods": periods(**{f"p{n}": "PT1H" for n in range(MAX_PARTS + 1)}),
    "two periods and nothing to choose by": periods(a="PT1H", b="PT2H"),
    "an empty group": periods(a="PT1H") + '<t:TransitionsGroups><t:TransitionsGroup Id="0"/></t:TransitionsGroups>',
    "a period nobody defines": periods(a="PT1H") + f"<t:TransitionsGroups>{steady('b')}</t:TransitionsGroups>",
    "a group nobody defines": BERLIN.replace('"Group">0', '"Group">1'),
    "a change to nothing": BERLIN.replace('<t:To Kind="Period">Daylight</t:To>', ""),
    "a month of another year": BERLIN.replace("<t:Month>3</t:Month>", "<t:Month>13</t:Month>"),
    "a month that is a word": BERLIN.replace("<t:Month>3</t:Month>", "<t:Month>March</t:Month>"),
    "a sixth week": BERLIN.replace("<t:Occurrence>-1", "<t:Occurrence>6"),
    "any day": BERLIN.replace("<t:DayOfWeek>Sunday", "<t:DayOfWeek>WeekendDay"),
    "an hour of next week": BERLIN.replace("PT2H</t:TimeOffset>", "PT200H</t:TimeOffset>"),
    "a steady change among yearly ones": BERLIN.replace("RecurringDayTransition", "Transition", 2),
    "a group that never begins": zone("PT1H", "PT2H", EUROPE).replace(
        turns(("0", "")), turns(("0", "2020-01-01T00:00:00"))
    ),
    "a group that begins some day": BERLIN.replace(turns(("0", "")), turns(("0", ""), ("0", "some day"))),
    "two groups at once": BERLIN.replace(turns(("0", "")), turns(("0", ""), ("0", ""))),
    "yearly changes among the groups": BERLIN.replace(
        "<t:Transitions><t:Transition>", "<t:Transitions><t:Odd>"
    ).replace("</t:Transition></t:Transitions>", "</t:Odd></t:Transitions>"),
    "clocks that change before they changed": zone(
        "PT12H", "-PT12H", (("Daylight", "PT1H", 3, "Sunday", -1), ("Standard", "PT2H", 3, "Sunday", -1))
    ),
}


@pytest.mark.parametrize("what", sorted(WRONG))
def test_nonsense_is_no_zone(what: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(element(WRONG[what]))


def test_a_day_no_month_has_is_no_zone() -> None:
    change = (
        '<t:RecurringDateTransition><t:To Kind="Period">a</t:To><t:TimeOffset>PT0S</t:TimeOffset>'
        "<t:Month>2</t:Month><t:Day>31</t:Day></t:RecurringDateTransition>"
    )
    group = f'<t:TransitionsGroups><t:TransitionsGroup Id="0">{change}</t:TransitionsGroup></t:TransitionsGroups>'
    with pytest.raises(ValueError, match=r"."):
        read(element(periods(a="PT1H") + group))


@given(
    words=st.lists(
        st.sampled_from(["PT1H", "-PT2H", "", "P1D", "3", "-1", "x", "PT1E9S", "9" * 400]), min_size=5, max_size=5
    )
)
def test_whatever_a_definition_says_it_is_rules_or_a_value_error(words: list[str]) -> None:
    bias, offset_, month, day, occurrence = words
    group = (
        f'<t:TransitionsGroups><t:TransitionsGroup Id="0"><t:RecurringDayTransition><t:To Kind="Period">a</t:To>'
        f"<t:TimeOffset>{offset_}</t:TimeOffset><t:Month>{month}</t:Month><t:DayOfWeek>{day}</t:DayOfWeek>"
        f"<t:Occurrence>{occurrence}</t:Occurrence></t:RecurringDayTransition></t:TransitionsGroup></t:TransitionsGroups>"
    )
    with pytest.raises(ValueError, match=r"."):
        read(element(periods(a=bias) + group))
