"""Recurrence elements as a server spells them, hand-written, and the patterns they are: both ways, whole."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from calpair.exchange.recurrence import read, spell
from calpair.exchange.soap import TYPES, Element, child, local_name, t
from calpair.exchange.versions import EXCHANGE_2010, EXCHANGE_2010_SP1
from calpair.recurrence.pattern import (
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    EndDate,
    Group,
    Index,
    Kind,
    NoEnd,
    Numbered,
    Pattern,
    Range,
    RelativeMonthly,
    RelativeYearly,
    Series,
    Weekly,
)

PATTERNS: list[tuple[str, Pattern]] = [
    ("<t:DailyRecurrence><t:Interval>3</t:Interval></t:DailyRecurrence>", Daily(3)),
    (
        (
            "<t:WeeklyRecurrence><t:Interval>2</t:Interval><t:DaysOfWeek>Monday Wednesday Sunday</t:DaysOfWeek>"
            "<t:FirstDayOfWeek>Monday</t:FirstDayOfWeek></t:WeeklyRecurrence>"
        ),
        Weekly(2, (0, 2, 6), 0),
    ),
    (
        "<t:AbsoluteMonthlyRecurrence><t:Interval>12</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>",
        AbsoluteMonthly(12, 31),
    ),
    (
        (
            "<t:RelativeMonthlyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Weekday</t:DaysOfWeek>"
            "<t:DayOfWeekIndex>Last</t:DayOfWeekIndex></t:RelativeMonthlyRecurrence>"
        ),
        RelativeMonthly(1, Index.LAST, Group.WEEKDAY),
    ),
    (
        "<t:AbsoluteYearlyRecurrence><t:DayOfMonth>29</t:DayOfMonth><t:Month>February</t:Month></t:AbsoluteYearlyRecurrence>",
        AbsoluteYearly(2, 29),
    ),
    (
        (
            "<t:RelativeYearlyRecurrence><t:DaysOfWeek>Thursday</t:DaysOfWeek><t:DayOfWeekIndex>Fourth</t:DayOfWeekIndex>"
            "<t:Month>November</t:Month></t:RelativeYearlyRecurrence>"
        ),
        RelativeYearly(11, Index.FOURTH, 3),
    ),
]
START = "<t:StartDate>2026-11-05</t:StartDate>"
RANGES: list[tuple[str, Range]] = [
    (f"<t:NoEndRecurrence>{START}</t:NoEndRecurrence>", NoEnd()),
    (
        f"<t:EndDateRecurrence>{START}<t:EndDate>2027-01-31</t:EndDate></t:EndDateRecurrence>",
        EndDate(date(2027, 1, 31)),
    ),
    (
        f"<t:NumberedRecurrence>{START}<t:NumberOfOccurrences>10</t:NumberOfOccurrences></t:NumberedRecurrence>",
        Numbered(10),
    ),
]
DAILY = PATTERNS[0][0]
NO_END = RANGES[0][0]


def element(inner: str) -> Element:
    return etree.fromstring(f'<t:Recurrence xmlns:t="{TYPES}">{inner}</t:Recurrence>')


Shape = tuple[str, str, tuple[Any, ...]]


def shape(found: Element) -> Shape:
    """An element without its prefixes: name, text, children."""
    return local_name(found), found.text or "", tuple(shape(part) for part in found)


@pytest.mark.parametrize(("spelling", "pattern"), PATTERNS)
@pytest.mark.parametrize(("ending", "until"), RANGES)
def test_every_pattern_with_every_range_is_read_and_spelled(
    spelling: str, pattern: Pattern, ending: str, until: Range
) -> None:
    series = Series(pattern, date(2026, 11, 5), until)
    assert read(element(spelling + ending)) == series
    assert shape(spell(series, EXCHANGE_2010_SP1)) == shape(element(spelling + ending))


@pytest.mark.parametrize("suffix", ["Z", "+01:00", "-08:00"])
def test_a_day_is_the_day_it_says_whatever_offset_follows(suffix: str) -> None:
    ending = (
        RANGES[1][0]
        .replace("</t:StartDate>", f"{suffix}</t:StartDate>")
        .replace("</t:EndDate>", f"{suffix}</t:EndDate>")
    )
    assert read(element(DAILY + ending)) == Series(Daily(3), date(2026, 11, 5), EndDate(date(2027, 1, 31)))


@pytest.mark.parametrize(
    ("word", "kind"),
    [("Day", Group.DAY), ("Weekday", Group.WEEKDAY), ("WeekendDay", Group.WEEKEND_DAY), ("Sunday", 6)],
)
def test_a_word_for_several_days_is_all_of_them(word: str, kind: Kind) -> None:
    relative = PATTERNS[3][0].replace("Weekday", word)
    series = Series(RelativeMonthly(1, Index.LAST, kind), date(2026, 11, 5), NoEnd())
    assert read(element(relative + NO_END)) == series
    assert shape(spell(series, EXCHANGE_2010_SP1)) == shape(element(relative + NO_END))


def test_a_week_may_name_its_days_by_one_word() -> None:
    weekly = PATTERNS[1][0].replace("Monday Wednesday Sunday", "Weekday")
    assert read(element(weekly + NO_END)).pattern == Weekly(2, (0, 1, 2, 3, 4), 0)


def test_a_week_begins_on_sunday_unless_told_otherwise() -> None:
    weekly = PATTERNS[1][0].replace("<t:FirstDayOfWeek>Monday</t:FirstDayOfWeek>", "")
    assert read(element(weekly + NO_END)).pattern == Weekly(2, (0, 2, 6), 6)


def test_a_server_before_2010_sp1_is_told_no_first_day() -> None:
    series = Series(Weekly(1, (0,), 0), date(2026, 11, 5), NoEnd())
    assert child(spell(series, EXCHANGE_2010), "WeeklyRecurrence", "FirstDayOfWeek") is None
    assert child(spell(series, EXCHANGE_2010_SP1), "WeeklyRecurrence", "FirstDayOfWeek") is not None


@pytest.mark.parametrize(
    "inner",
    [
        "",
        DAILY,
        NO_END,
        NO_END + DAILY,
        DAILY + NO_END + NO_END,
        "<t:DailyRegeneration><t:Interval>1</t:Interval></t:DailyRegeneration>" + NO_END,
        "<t:HijriRecurrence/>" + NO_END,
        DAILY + f"<t:MoonRecurrence>{START}</t:MoonRecurrence>",
        DAILY + "<t:NoEndRecurrence/>",
        DAILY + NO_END.replace("2026-11-05", "2026-13-05"),
        DAILY + NO_END.replace("2026-11-05", "2026-W45-4"),
        DAILY + NO_END.replace("2026-11-05", "20261105"),
        DAILY + NO_END.replace("2026-11-05", "2026-11-05T00:00:00"),
        DAILY.replace("3", "") + NO_END,
        DAILY.replace("3", "0") + NO_END,
        DAILY.replace("3", "-1") + NO_END,
        DAILY.replace("3", "1.5") + NO_END,
        DAILY.replace("3", "٣") + NO_END,
        DAILY.replace("3", "9" * 4000) + NO_END,
        DAILY + RANGES[2][0].replace("10", "0"),
        PATTERNS[1][0].replace("Monday Wednesday Sunday", "") + NO_END,
        PATTERNS[1][0].replace("Monday Wednesday Sunday", "Mon") + NO_END,
        PATTERNS[1][0].replace("Monday Wednesday Sunday", "Monday " * 100_000) + NO_END,
        PATTERNS[1][0].replace("<t:FirstDayOfWeek>Monday", "<t:FirstDayOfWeek>Day") + NO_END,
        PATTERNS[2][0].replace("31", "32") + NO_END,
        PATTERNS[2][0].replace("31", "0") + NO_END,
        PATTERNS[3][0].replace("Weekday", "Monday Tuesday") + NO_END,
        PATTERNS[3][0].replace("Last", "Fifth") + NO_END,
        PATTERNS[4][0].replace("February", "Smarch") + NO_END,
    ],
)
def test_what_is_no_pattern_of_a_calendar_is_not_read(inner: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read(element(inner))


def test_a_series_without_a_recurrence_has_no_pattern() -> None:
    with pytest.raises(ValueError, match="pattern"):
        read(None)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20), min_size=5, max_size=5))
def test_no_words_break_the_reader(words: list[str]) -> None:
    pattern = t("WeeklyRecurrence", t("Interval", words[0]), t("DaysOfWeek", words[1]), t("FirstDayOfWeek", words[2]))
    span = t("EndDateRecurrence", t("StartDate", words[3]), t("EndDate", words[4]))
    with pytest.raises(ValueError, match=r"."):
        read(t("Recurrence", pattern, span))
