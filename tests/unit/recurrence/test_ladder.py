"""What Exchange can hold of Google's rules, row by row, with the dates written out."""

from datetime import UTC, date, datetime

import pytest

from calpair.model.when import AllDay, Timed
from calpair.recurrence import text
from calpair.recurrence.ladder import Conversion, Part, Rung, convert
from calpair.recurrence.pattern import (
    AbsoluteMonthly,
    AbsoluteYearly,
    Daily,
    EndDate,
    Group,
    Index,
    NoEnd,
    Numbered,
    Pattern,
    RelativeMonthly,
    RelativeYearly,
    Weekly,
)
from unit.recurrence.conversions import BERLIN, at_nine, converted, patterns, shown

EQUAL = [
    ("DAILY", "2026-11-30", Daily(1), "2026-11-30 2026-12-01 2026-12-02"),
    ("DAILY;INTERVAL=999", "2026-11-30", Daily(999), "2026-11-30 2029-08-25"),
    ("DAILY;BYDAY=MO,TU,WE,TH,FR", "2026-12-03", Weekly(1, (0, 1, 2, 3, 4)), "2026-12-03 2026-12-04 2026-12-07"),
    ("WEEKLY", "2026-11-30", Weekly(1, (0,)), "2026-11-30 2026-12-07"),
    ("WEEKLY;BYDAY=MO,WE;WKST=SU", "2026-11-30", Weekly(1, (0, 2), 6), "2026-11-30 2026-12-02 2026-12-07"),
    ("WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "2026-11-30", Weekly(2, (0, 6), 6), "2026-11-30 2026-12-13 2026-12-14"),
    ("WEEKLY;INTERVAL=2;BYDAY=MO,SU", "2026-11-30", Weekly(2, (0, 6), 0), "2026-11-30 2026-12-06 2026-12-14"),
    ("WEEKLY;INTERVAL=100", "2026-11-30", Daily(700), "2026-11-30 2028-10-30"),
    ("MONTHLY", "2026-11-28", AbsoluteMonthly(1, 28), "2026-11-28 2026-12-28 2027-01-28 2027-02-28"),
    ("MONTHLY;BYMONTHDAY=5", "2026-11-30", AbsoluteMonthly(1, 5), "2026-12-05 2027-01-05"),
    ("MONTHLY;BYMONTHDAY=-1", "2026-11-30", AbsoluteMonthly(1, 31), "2026-11-30 2026-12-31 2027-01-31 2027-02-28"),
    ("MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2026-11-30", AbsoluteMonthly(1, 30), "2026-11-30 2026-12-30 2027-01-30 2027-02-28"),
    ("MONTHLY;BYMONTHDAY=28,29;BYSETPOS=-1", "2026-11-29", AbsoluteMonthly(1, 29), "2026-11-29 2026-12-29 2027-01-29 2027-02-28"),
    ("MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD", "2026-11-30", AbsoluteMonthly(1, 31), "2026-11-30 2026-12-31 2027-01-31 2027-02-28"),
    ("MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD", "2026-11-30", AbsoluteMonthly(1, 30), "2026-11-30 2026-12-30 2027-01-30 2027-02-28"),
    ("MONTHLY;BYDAY=2TU", "2026-12-08", RelativeMonthly(1, Index.SECOND, 1), "2026-12-08 2027-01-12 2027-02-09"),
    ("MONTHLY;BYDAY=-1FR", "2026-12-25", RelativeMonthly(1, Index.LAST, 4), "2026-12-25 2027-01-29 2027-02-26"),
    ("MONTHLY;BYDAY=TU;BYMONTHDAY=1,2,3,4,5,6,7", "2026-12-01", RelativeMonthly(1, Index.FIRST, 1), "2026-12-01 2027-01-05"),
    ("MONTHLY;BYDAY=TU;BYMONTHDAY=8,9,10,11,12,13,14", "2026-12-08", RelativeMonthly(1, Index.SECOND, 1), "2026-12-08 2027-01-12"),
    ("MONTHLY;BYDAY=TU;BYMONTHDAY=15,16,17,18,19,20,21", "2026-12-15", RelativeMonthly(1, Index.THIRD, 1), "2026-12-15 2027-01-19"),
    ("MONTHLY;BYDAY=TU;BYMONTHDAY=22,23,24,25,26,27,28", "2026-12-22", RelativeMonthly(1, Index.FOURTH, 1), "2026-12-22 2027-01-26"),
    ("MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2026-11-30", RelativeMonthly(1, Index.LAST, Group.WEEKDAY), "2026-11-30 2026-12-31 2027-01-29"),
    ("MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1", "2026-12-01", RelativeMonthly(1, Index.FIRST, Group.WEEKDAY), "2026-12-01 2027-01-01 2027-02-01"),
    ("MONTHLY;BYDAY=SA,SU;BYSETPOS=2", "2026-12-06", RelativeMonthly(1, Index.SECOND, Group.WEEKEND_DAY), "2026-12-06 2027-01-03 2027-02-07"),
    ("MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=-1", "2026-11-30", RelativeMonthly(1, Index.LAST, Group.DAY), "2026-11-30 2026-12-31"),
    ("MONTHLY;INTERVAL=12;BYMONTHDAY=5", "2026-12-05", AbsoluteMonthly(12, 5), "2026-12-05 2027-12-05"),
    ("YEARLY", "2026-11-30", AbsoluteYearly(11, 30), "2026-11-30 2027-11-30"),
    ("YEARLY;BYMONTH=2;BYMONTHDAY=29", "2026-11-30", AbsoluteMonthly(48, 29), "2028-02-29 2032-02-29 2036-02-29"),
    ("YEARLY;INTERVAL=2", "2026-11-30", AbsoluteMonthly(24, 30), "2026-11-30 2028-11-30"),
    ("YEARLY;INTERVAL=8", "2026-11-30", AbsoluteMonthly(96, 30), "2026-11-30 2034-11-30"),
    ("YEARLY;INTERVAL=8;BYMONTH=11;BYDAY=-1MO", "2026-11-30", RelativeMonthly(96, Index.LAST, 0), "2026-11-30 2034-11-27"),
    ("YEARLY;BYMONTH=1,4,7,10;BYMONTHDAY=5", "2026-11-30", AbsoluteMonthly(3, 5), "2027-01-05 2027-04-05 2027-07-05"),
    ("YEARLY;BYMONTH=11;BYDAY=4TH", "2026-11-26", RelativeYearly(11, Index.FOURTH, 3), "2026-11-26 2027-11-25"),
    ("YEARLY;BYMONTH=2;BYDAY=-1MO", "2027-02-22", RelativeYearly(2, Index.LAST, 0), "2027-02-22 2028-02-28"),
    ("YEARLY;BYMONTH=2;BYDAY=4MO", "2027-02-22", RelativeYearly(2, Index.FOURTH, 0), "2027-02-22 2028-02-28"),
    ("YEARLY;BYYEARDAY=1", "2026-11-30", AbsoluteYearly(1, 1), "2027-01-01 2028-01-01"),
    ("YEARLY;BYYEARDAY=-1", "2026-11-30", AbsoluteYearly(12, 31), "2026-12-31 2027-12-31"),
    ("HOURLY;INTERVAL=48", "2026-11-30", Daily(2), "2026-11-30 2026-12-02"),
    ("HOURLY;INTERVAL=168", "2026-11-30", Weekly(1, (0,)), "2026-11-30 2026-12-07"),
    ("WEEKLY;BYDAY=MO\nRRULE:FREQ=WEEKLY;BYDAY=WE", "2026-11-30", Weekly(1, (0, 2)), "2026-11-30 2026-12-02 2026-12-07"),
    ("DAILY\nEXRULE:FREQ=WEEKLY;BYDAY=SA,SU", "2026-11-30", Weekly(1, (0, 1, 2, 3, 4)), "2026-11-30 2026-12-01 2026-12-02"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "start", "pattern", "first"), EQUAL)
def test_one_series_with_the_same_dates(rule: str, start: str, pattern: Pattern, first: str) -> None:
    found = converted(f"RRULE:FREQ={rule}", at_nine(start))
    assert found.rung is Rung.EQUAL
    assert patterns(found) == [pattern]
    assert shown(found, len(first.split())) == first
    (part,) = found.parts
    assert part.series is not None
    assert (part.series.range, part.cancelled, found.losses) == (NoEnd(), (), ())
    assert part.when == at_nine(first.split(maxsplit=1)[0])


SPLIT = [
    ("MONTHLY;BYMONTHDAY=31", "2026-12-31", [AbsoluteYearly(month, 31) for month in (12, 1, 3, 5, 7, 8, 10)],
     "2026-12-31 2027-01-31 2027-03-31 2027-05-31 2027-07-31 2027-08-31 2027-10-31 2027-12-31"),
    ("MONTHLY", "2027-01-30", [AbsoluteYearly(month, 30) for month in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)],
     "2027-01-30 2027-03-30 2027-04-30"),
    ("MONTHLY", "2027-01-29", [*(AbsoluteYearly(month, 29) for month in range(3, 13)), AbsoluteYearly(1, 29), AbsoluteMonthly(48, 29)],
     "2027-01-29 2027-03-29 2027-04-29 2027-05-29 2027-06-29 2027-07-29 2027-08-29 2027-09-29 2027-10-29 2027-11-29 2027-12-29 2028-01-29 2028-02-29"),
    ("MONTHLY;INTERVAL=2;BYMONTHDAY=31", "2026-12-31", [AbsoluteYearly(month, 31) for month in (8, 10, 12)],
     "2026-12-31 2027-08-31 2027-10-31 2027-12-31"),
    ("MONTHLY;BYMONTHDAY=1,15", "2026-12-01", [AbsoluteMonthly(1, 1), AbsoluteMonthly(1, 15)], "2026-12-01 2026-12-15 2027-01-01"),
    ("MONTHLY;BYMONTHDAY=15,-1", "2026-12-15", [AbsoluteMonthly(1, 15), AbsoluteMonthly(1, 31)], "2026-12-15 2026-12-31 2027-01-15 2027-01-31"),
    ("MONTHLY;BYDAY=1MO,3WE", "2026-12-07", [RelativeMonthly(1, Index.FIRST, 0), RelativeMonthly(1, Index.THIRD, 2)],
     "2026-12-07 2026-12-16 2027-01-04 2027-01-20"),
    ("MONTHLY;BYDAY=1MO,-1MO", "2026-12-07", [RelativeMonthly(1, Index.FIRST, 0), RelativeMonthly(1, Index.LAST, 0)],
     "2026-12-07 2026-12-28 2027-01-04 2027-01-25"),
    ("YEARLY;BYMONTH=1,2;BYMONTHDAY=5", "2026-12-07", [AbsoluteYearly(1, 5), AbsoluteYearly(2, 5)], "2027-01-05 2027-02-05 2028-01-05"),
    ("YEARLY;BYYEARDAY=100", "2026-12-07", [AbsoluteMonthly(48, 10), AbsoluteMonthly(48, 9), AbsoluteMonthly(48, 10), AbsoluteMonthly(48, 10)],
     "2027-04-10 2028-04-09 2029-04-10 2030-04-10 2031-04-10 2032-04-09"),
    ("MONTHLY;BYMONTHDAY=1\nRRULE:FREQ=MONTHLY;BYDAY=2TU", "2026-12-01", [AbsoluteMonthly(1, 1), RelativeMonthly(1, Index.SECOND, 1)],
     "2026-12-01 2026-12-08 2027-01-01 2027-01-12"),
    ("DAILY;INTERVAL=3\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=17", "2026-12-01", [Daily(3), AbsoluteMonthly(1, 1), AbsoluteMonthly(1, 15)],
     "2026-12-01 2026-12-01 2026-12-04 2026-12-07 2026-12-10 2026-12-13 2026-12-15"),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "start", "expected", "first"), SPLIT)
def test_several_series_with_the_dates_between_them(rule: str, start: str, expected: list[Pattern], first: str) -> None:
    found = converted(f"RRULE:FREQ={rule}", at_nine(start))
    assert found.rung is Rung.SPLIT
    assert sorted(map(repr, patterns(found))) == sorted(map(repr, expected))
    assert shown(found, len(first.split())) == first
    assert found.losses == ()
    assert not any(part.cancelled for part in found.parts)


@pytest.mark.parametrize(
    ("rule", "clocks"),
    [
        ("DAILY;BYHOUR=9,17", ["09:00", "17:00"]),
        ("DAILY;BYHOUR=9,17;BYMINUTE=0,30", ["09:00", "09:30", "17:00", "17:30"]),
        ("HOURLY;INTERVAL=6", ["09:00", "15:00", "21:00", "03:00"]),
        ("HOURLY;INTERVAL=36", ["09:00", "21:00"]),
        ("MINUTELY;INTERVAL=30;BYHOUR=9,10", ["09:00", "09:30", "10:00", "10:30"]),
    ],
)
def test_a_series_for_every_time_of_the_day(rule: str, clocks: list[str]) -> None:
    found = converted(f"RRULE:FREQ={rule}", at_nine("2026-11-30", 0.5))
    assert (found.rung, found.why) == (Rung.SPLIT, "times")
    assert [
        f"{part.when.start.astimezone(BERLIN):%H:%M}" for part in found.parts if isinstance(part.when, Timed)
    ] == clocks
    expected = 3 if "36" in rule else 1
    assert patterns(found) == [Daily(expected)] * len(clocks)


def test_occurrences_that_last_into_the_next_one_take_turns() -> None:
    found = converted("RRULE:FREQ=DAILY", at_nine("2026-11-30", 30))
    assert patterns(found) == [Daily(2), Daily(2)]
    found = converted("RRULE:FREQ=DAILY;COUNT=5", AllDay(date(2026, 11, 30), date(2026, 12, 2)))
    assert [part.series.range for part in found.parts if part.series] == [Numbered(3), Numbered(2)]
    found = converted("RRULE:FREQ=WEEKLY;BYDAY=MO,TU", at_nine("2026-11-30", 30))
    assert patterns(found) == [Weekly(1, (0,)), Weekly(1, (1,))]


def test_occurrences_that_touch_are_one_series() -> None:
    assert converted("RRULE:FREQ=DAILY", at_nine("2026-11-30", 24)).rung is Rung.EQUAL


@pytest.mark.parametrize(
    ("rule", "start", "pattern", "end", "gone", "all_of_them"),
    [
        ("MONTHLY;COUNT=5", "2026-12-31", AbsoluteMonthly(1, 31), Numbered(8), "2027-02-28 2027-04-30 2027-06-30",
         "2026-12-31 2027-01-31 2027-03-31 2027-05-31 2027-07-31"),
        ("MONTHLY;UNTIL=20270401T000000Z", "2026-12-30", AbsoluteMonthly(1, 30), EndDate(date(2027, 3, 30)), "2027-02-28",
         "2026-12-30 2027-01-30 2027-03-30"),
        ("MONTHLY;BYDAY=5MO;COUNT=3", "2026-11-30", RelativeMonthly(2, Index.LAST, 0), Numbered(4), "2027-01-25",
         "2026-11-30 2027-03-29 2027-05-31"),
        ("MONTHLY;BYDAY=-2MO;COUNT=4", "2026-12-21", Weekly(1, (0,)), Numbered(14),
         "2026-12-28 2027-01-04 2027-01-11 2027-01-25 2027-02-01 2027-02-08 2027-02-22 2027-03-01 2027-03-08 2027-03-15",
         "2026-12-21 2027-01-18 2027-02-15 2027-03-22"),
    ],
)  # fmt: skip
def test_one_series_with_more_dates_where_there_is_an_end(
    rule: str, start: str, pattern: Pattern, end: object, gone: str, all_of_them: str
) -> None:
    found = converted(f"RRULE:FREQ={rule}", at_nine(start))
    assert found.rung is Rung.SUPERSET
    (part,) = found.parts
    assert part.series is not None
    assert (part.series.pattern, part.series.range) == (pattern, end)
    assert " ".join(str(each.date()) for each in part.cancelled if isinstance(each, datetime)) == gone
    assert shown(found, 99) == all_of_them


@pytest.mark.parametrize(
    ("rule", "start", "expected", "ends", "all_of_them"),
    [
        ("MONTHLY;BYMONTHDAY=5,20;COUNT=6", "2027-01-05", [AbsoluteMonthly(1, 5), AbsoluteMonthly(1, 20)], [3, 3],
         "2027-01-05 2027-01-20 2027-02-05 2027-02-20 2027-03-05 2027-03-20"),
        ("MONTHLY;BYMONTHDAY=5,20;COUNT=6", "2027-01-20", [AbsoluteMonthly(1, 20), AbsoluteMonthly(1, 5)], [3, 3],
         "2027-01-20 2027-02-05 2027-02-20 2027-03-05 2027-03-20 2027-04-05"),
        ("MONTHLY;BYMONTHDAY=1,15;COUNT=4", "2026-12-01", [AbsoluteMonthly(1, 1), AbsoluteMonthly(1, 15)], [2, 2],
         "2026-12-01 2026-12-15 2027-01-01 2027-01-15"),
        ("MONTHLY;BYDAY=1MO,3WE;COUNT=8", "2026-12-07", [RelativeMonthly(1, Index.FIRST, 0), RelativeMonthly(1, Index.THIRD, 2)], [4, 4],
         "2026-12-07 2026-12-16 2027-01-04 2027-01-20 2027-02-01 2027-02-17 2027-03-01 2027-03-17"),
        ("YEARLY;BYMONTH=1,2;BYMONTHDAY=5;COUNT=6", "2026-12-07", [AbsoluteYearly(1, 5), AbsoluteYearly(2, 5)], [3, 3],
         "2027-01-05 2027-02-05 2028-01-05 2028-02-05 2029-01-05 2029-02-05"),
    ],
)  # fmt: skip
def test_a_few_series_are_better_than_one_of_which_much_is_deleted(
    rule: str, start: str, expected: list[Pattern], ends: list[int], all_of_them: str
) -> None:
    found = converted(f"RRULE:FREQ={rule}", at_nine(start))
    assert (found.rung, patterns(found)) == (Rung.SPLIT, expected)
    assert [part.series.range for part in found.parts if part.series] == [Numbered(number) for number in ends]
    assert not any(part.cancelled for part in found.parts)
    assert shown(found, 99) == all_of_them


def test_what_happens_to_be_a_series_of_its_own_is_one() -> None:
    found = converted("RRULE:FREQ=MONTHLY;COUNT=2", at_nine("2027-01-31"))
    assert (found.rung, patterns(found)) == (Rung.EQUAL, [AbsoluteMonthly(2, 31)])


@pytest.mark.parametrize(
    ("rule", "start", "all_of_them"),
    [
        (
            "MONTHLY;BYDAY=FR;BYMONTHDAY=13;COUNT=5",
            "2026-11-13",
            "2026-11-13 2027-08-13 2028-10-13 2029-04-13 2029-07-13",
        ),
        ("YEARLY;BYDAY=20MO;COUNT=4", "2027-05-17", "2027-05-17 2028-05-15 2029-05-14 2030-05-20"),
        ("YEARLY;INTERVAL=9;COUNT=2", "2026-11-30", "2026-11-30 2035-11-30"),
        ("DAILY;INTERVAL=1000;COUNT=2", "2026-11-30", "2026-11-30 2029-08-26"),
    ],
)
def test_few_dates_that_are_no_series_are_single_appointments(rule: str, start: str, all_of_them: str) -> None:
    found = converted(f"RRULE:FREQ={rule}", at_nine(start))
    assert found == Conversion(Rung.SINGLES, tuple(Part(at_nine(day)) for day in all_of_them.split()), (), "bounded")


@pytest.mark.parametrize(
    ("rule", "dates_to_come"),
    [
        ("MONTHLY;BYMONTHDAY=-2", "2026-11-29 2026-12-30 2027-01-30 2027-02-27 2027-03-30"),
        ("MONTHLY;BYDAY=5MO", "2026-11-30 2027-03-29"),
        ("MONTHLY;BYDAY=MO,TU;BYSETPOS=1", "2026-12-01 2027-01-04 2027-02-01 2027-03-01"),
        ("MONTHLY;BYDAY=-2MO", "2026-11-23 2026-12-21 2027-01-18 2027-02-15 2027-03-22"),
        ("YEARLY;BYDAY=20MO", "2027-05-17"),
        ("YEARLY;BYWEEKNO=1;BYDAY=MO", "2027-01-04"),
        ("YEARLY;BYMONTH=3;BYDAY=TH", "2027-03-04 2027-03-11 2027-03-18 2027-03-25"),
        ("YEARLY;INTERVAL=9", "2026-11-16"),
        ("WEEKLY;BYMONTH=12,3", "2026-12-07 2026-12-14 2026-12-21 2026-12-28 2027-03-01 2027-03-08 2027-03-15 2027-03-22 2027-03-29"),
    ],
)  # fmt: skip
def test_without_an_end_there_are_single_appointments_up_to_the_horizon(rule: str, dates_to_come: str) -> None:
    horizon = datetime(2027, 4, 1, tzinfo=UTC)
    found = converted(f"RRULE:FREQ={rule}", at_nine("2026-11-16"), horizon=horizon)
    assert (found.rung, found.losses) == (Rung.SINGLES, ("rule:horizon",))
    assert shown(found, 99) == dates_to_come


def test_the_horizon_is_two_years_after_the_first_one_where_none_is_given() -> None:
    found = converted("RRULE:FREQ=MONTHLY;BYMONTHDAY=-2", at_nine("2026-11-29"))
    assert (len(found.parts), found.parts[-1]) == (24, Part(at_nine("2028-10-30")))


def test_of_an_old_rule_a_year_before_the_horizons_base_is_kept() -> None:
    found = converted(
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=-2", at_nine("2000-11-29"), horizon=datetime(2028, 11, 1, tzinfo=UTC)
    )
    assert found.parts[0] == Part(at_nine("2025-11-29"))


def test_a_horizon_of_the_other_kind_is_understood() -> None:
    rule = "RRULE:FREQ=MONTHLY;BYMONTHDAY=-2"
    whole = AllDay(date(2026, 11, 29), date(2026, 11, 30))
    assert shown(converted(rule, whole, horizon=datetime(2026, 12, 31, tzinfo=UTC)), 9) == "2026-11-29 2026-12-30"
    found = convert(at_nine("2026-11-29"), text.parse([rule], at_nine("2026-11-29")), horizon=date(2026, 12, 31))
    assert shown(found, 9) == "2026-11-29 2026-12-30"
