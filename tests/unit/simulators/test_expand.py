"""The simulators' expander: sets, zones, starts a rule does not generate, rules that never match, and the grammar."""

from datetime import date
from itertools import islice

import pytest

from simulators.expand import occurrences
from simulators.rules import parse_lines, parse_rule
from unit.simulators.expanding import at, days, first, walls


@pytest.mark.parametrize(
    ("zone", "start", "rule", "told"),
    [
        # Spring in Berlin, 2026-03-29: 02:30 is not there, and is read with winter's offset.
        (
            "Europe/Berlin",
            "2026-03-28 02:30",
            "FREQ=DAILY;COUNT=3",
            ["2026-03-28 02:30+0100", "2026-03-29 03:30+0200", "2026-03-30 02:30+0200"],
        ),
        # Autumn, 2026-10-25: 02:30 is twice, and the first is meant.
        (
            "Europe/Berlin",
            "2026-10-24 02:30",
            "FREQ=DAILY;COUNT=3",
            ["2026-10-24 02:30+0200", "2026-10-25 02:30+0200", "2026-10-26 02:30+0100"],
        ),
        (
            "America/New_York",
            "2007-03-04 02:30",
            "FREQ=WEEKLY;COUNT=3",
            ["2007-03-04 02:30-0500", "2007-03-11 03:30-0400", "2007-03-18 02:30-0400"],
        ),
        (
            "America/New_York",
            "2007-10-28 01:30",
            "FREQ=WEEKLY;COUNT=3",
            ["2007-10-28 01:30-0400", "2007-11-04 01:30-0400", "2007-11-11 01:30-0500"],
        ),
        # Half an hour on Lord Howe Island: 2026-10-04 at 2, back on 2026-04-05 at 2.
        (
            "Australia/Lord_Howe",
            "2026-10-03 02:15",
            "FREQ=DAILY;COUNT=3",
            ["2026-10-03 02:15+1030", "2026-10-04 02:45+1100", "2026-10-05 02:15+1100"],
        ),
        (
            "Australia/Lord_Howe",
            "2026-04-04 01:45",
            "FREQ=DAILY;COUNT=3",
            ["2026-04-04 01:45+1100", "2026-04-05 01:45+1100", "2026-04-06 01:45+1030"],
        ),
        (
            "Pacific/Honolulu",
            "2026-03-01 09:00",
            "FREQ=MONTHLY;COUNT=2",
            ["2026-03-01 09:00-1000", "2026-04-01 09:00-1000"],
        ),
        (
            "Asia/Kolkata",
            "2026-03-01 09:00",
            "FREQ=MONTHLY;INTERVAL=6;COUNT=2",
            ["2026-03-01 09:00+0530", "2026-09-01 09:00+0530"],
        ),
        # Summer ends in April in Auckland, and begins in September.
        (
            "Pacific/Auckland",
            "2026-04-01 09:00",
            "FREQ=WEEKLY;COUNT=2",
            ["2026-04-01 09:00+1300", "2026-04-08 09:00+1200"],
        ),
        (
            "Pacific/Auckland",
            "2026-09-26 02:30",
            "FREQ=DAILY;COUNT=2",
            ["2026-09-26 02:30+1200", "2026-09-27 03:30+1300"],
        ),
    ],
)
def test_the_wall_clock_is_kept_over_changes_of_the_clocks(zone: str, start: str, rule: str, told: list[str]) -> None:
    """RFC 5545 3.3.5: a time that is not there has the offset before the gap, one that is twice is the first."""
    assert walls(first(9, at(start, zone), f"RRULE:{rule}")) == told


def test_times_out_of_a_gap_come_in_their_turn_and_once() -> None:
    """RFC 5545 3.3.5: 02:00 and 02:30 are 03:00 and 03:30, which the rule generates too."""
    found = first(5, at("2026-03-29 01:30", "Europe/Berlin"), "RRULE:FREQ=MINUTELY;INTERVAL=30")
    assert [f"{moment:%H:%M}" for moment in found] == ["01:30", "03:00", "03:30", "04:00", "04:30"]


def test_a_day_that_a_zone_left_out_is_the_day_after() -> None:
    """RFC 5545 3.3.5: Samoa had no 30 December 2011."""
    found = first(3, at("2011-12-29 09:00", "Pacific/Apia"), "RRULE:FREQ=DAILY")
    assert [f"{moment:%m-%d}" for moment in found] == ["12-29", "12-31", "01-01"]


@pytest.mark.parametrize(
    ("zone", "until", "count"),
    [
        ("Europe/Berlin", "20261105T080000Z", 4),  # nine in Berlin's winter, inclusive
        ("Europe/Berlin", "20261105T075959Z", 3),
        ("Pacific/Auckland", "20261104T200000Z", 4),  # nine on the fifth in Auckland
        ("Europe/Berlin", "20261105T090000", 4),  # floating: in the series' zone
        ("Europe/Berlin", "20261105", 4),
    ],
)
def test_until_is_inclusive_and_an_instant(zone: str, until: str, count: int) -> None:
    """RFC 5545 3.3.10."""
    assert len(first(9, at("2026-11-02 09:00", zone), f"RRULE:FREQ=DAILY;UNTIL={until}")) == count


def test_the_end_of_the_calendar_ends_no_rule_in_an_error() -> None:
    line = "RRULE:FREQ=YEARLY;INTERVAL=1000;UNTIL=99991231T235959Z"
    assert [each.year for each in first(9, at("2026-11-02 09:00"), line)] == [*range(2026, 9027, 1000)]
    assert len(first(9, date(2026, 11, 2), "RRULE:FREQ=YEARLY;INTERVAL=7000;UNTIL=99991231")) == 2


def test_a_series_is_its_rules_and_dates_without_its_exceptions() -> None:
    """RFC 5545 3.8.5: each start once, in order; RFC 2445 4.8.5.2 for EXRULE."""
    found = first(
        9,
        date(2026, 11, 2),
        "RRULE:FREQ=DAILY;COUNT=6",
        "RRULE:FREQ=WEEKLY;COUNT=3",
        "RDATE;VALUE=DATE:20261120,20261103,20261101",
        "EXDATE;VALUE=DATE:20261104,20261231",
        "EXRULE:FREQ=WEEKLY;BYDAY=FR",
    )
    assert found == days("2026 Nov 1,2,3,5,7,9,16")


def test_exceptions_are_told_by_the_instant() -> None:
    """RFC 5545 3.8.5.1: in UTC, in another zone, or in the series' own."""
    lines = [
        "EXDATE:20261103T080000Z,20261104T080000Z",
        "EXDATE;TZID=Asia/Tokyo:20261105T170000",
        "EXDATE:20261106T090000",
    ]
    found = first(3, at("2026-11-02 09:00", "Europe/Berlin"), "RRULE:FREQ=DAILY", *lines)
    assert [each.day for each in found] == [2, 7, 8]


@pytest.mark.parametrize(
    ("lines", "dropped", "kept"),
    [
        (["RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2"], "2026 Nov 3,10", "2026 Nov 2,3"),
        (["RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"], "2026 Nov 2,9", "2026 Nov 2,9"),
        (["RDATE;VALUE=DATE:20261110"], "2026 Nov 2,10", "2026 Nov 2,10"),
        (["RDATE;VALUE=DATE:20261110", "EXDATE;VALUE=DATE:20261102"], "2026 Nov 10", "2026 Nov 10"),
        ([], "2026 Nov 2", "2026 Nov 2"),
    ],
)
def test_a_start_the_rule_does_not_generate_is_dropped_or_kept(lines: list[str], dropped: str, kept: str) -> None:
    """RFC 5545 3.8.5.3: "undefined"; 3.3.10: DTSTART "always counts as the first occurrence"."""
    assert first(9, date(2026, 11, 2), *lines) == days(dropped)
    assert first(9, date(2026, 11, 2), *lines, odd_start="kept") == days(kept)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;BYMONTH=4;BYMONTHDAY=31",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTH=12",
        "FREQ=WEEKLY;BYMONTH=1;BYDAY=MO;BYSETPOS=2",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=DAILY;BYSETPOS=2",
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=HOURLY;INTERVAL=24;BYHOUR=5",
        "FREQ=MINUTELY;INTERVAL=7;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30",
    ],
)
def test_a_rule_that_never_matches_ends(rule: str) -> None:
    if rule == "FREQ=DAILY;BYSETPOS=2":
        rule += ";BYHOUR=9"
    assert first(1, at("2026-11-02 09:00", "Europe/Berlin"), f"RRULE:{rule}") == []


def test_a_rule_that_is_excluded_altogether_ends() -> None:
    assert first(1, date(2026, 11, 2), "RRULE:FREQ=DAILY", "EXRULE:FREQ=DAILY") == []
    assert first(1, at("2026-11-02 09:00"), "RRULE:FREQ=SECONDLY", "EXRULE:FREQ=SECONDLY") == []


def test_a_bound_ends_the_walk_where_it_is_asked_to() -> None:
    start = at("2026-11-02 09:00", "Europe/Berlin")
    found = occurrences(start, ["RRULE:FREQ=DAILY"], before=at("2026-11-04 09:00", "Europe/Berlin"))
    assert [each.day for each in found] == [2, 3]
    assert list(occurrences(date(2026, 11, 2), ["RRULE:FREQ=DAILY"], before=date(2026, 11, 4))) == days("2026 Nov 2,3")


def test_dates_ignore_times_of_day() -> None:
    """RFC 5545 3.3.10: "MUST be ignored"."""
    assert first(2, date(2026, 11, 2), "RRULE:FREQ=DAILY;BYHOUR=8,20;BYMINUTE=5") == days("2026 Nov 2,3")


def test_a_week_without_weekday_means_the_starts() -> None:
    """RFC 5545 3.3.10: what a rule does not say is derived from DTSTART."""
    assert first(3, date(2026, 11, 4), "RRULE:FREQ=YEARLY;BYWEEKNO=1,-1") == days("2026 Dec 30 2027 Jan 6 Dec 29")


def test_a_leap_second_is_the_one_before() -> None:
    """RFC 5545 3.3.12."""
    found = first(2, at("2026-11-02 09:00"), "RRULE:FREQ=MINUTELY;BYSECOND=59,60")
    assert [f"{each:%H:%M:%S}" for each in found] == ["09:00:59", "09:01:59"]


def test_the_rules_own_words_are_read_in_any_case() -> None:
    """RFC 5545 2: names and enumerated values have no case."""
    assert first(1, date(2026, 11, 2), "rrule:freq=weekly;byday=mo", "exdate;value=date:20261102") == [
        date(2026, 11, 9)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=FORTNIGHTLY",
        "INTERVAL=2",
        "FREQ=DAILY;",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=2;UNTIL=20261231",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;UNTIL=20261331",
        "FREQ=DAILY;UNTIL=2026",
        "FREQ=DAILY;UNTIL=20261231T000061Z",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMONTH=13",
        "FREQ=DAILY;BYEASTER=0",
        "FREQ=DAILY;WKST=XX",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=1,,2",
        "FREQ=MONTHLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYDAY=54MO",
        "FREQ=MONTHLY;BYDAY=FIRST",
        "FREQ=MONTHLY;BYSETPOS=1",
        "FREQ=MONTHLY;BYWEEKNO=3",
        "FREQ=MONTHLY;BYYEARDAY=3",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=3;BYDAY=1MO",
        "FREQ=YEARLY;SKIP=OMIT",
        "RSCALE=CHINESE;FREQ=YEARLY",
        "RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=SIDEWAYS",
    ],
)
def test_a_rule_the_grammar_does_not_have_is_an_error(text: str) -> None:
    """RFC 5545 3.3.10, RFC 7529 4.1: what "MUST NOT" be, and what is no rule at all."""
    with pytest.raises(ValueError, match=r"."):
        parse_rule(text)


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART:20261105T090000Z",
        "RRULE",
        "RRULE;X=Y:FREQ=DAILY",
        "RDATE;VALUE=DATE:20261105",
        "RDATE;VALUE=PERIOD:20261105T090000Z/PT1H",
        "EXDATE:20261105",
        "EXDATE;TZID=Mars/Olympus:20261105T090000",
        "EXDATE;TZID=Europe/Berlin:20261105T090000Z",
        "EXDATE;X=Y:20261105T090000Z",
        "RDATE:99991231T235959",
    ],
)
def test_a_line_that_is_none_is_an_error(line: str) -> None:
    """RFC 5545 3.8.5.1, 3.8.5.2; periods are not modelled."""
    with pytest.raises(ValueError, match=r"."):
        parse_lines([line], at("2026-11-02 09:00"))


def test_dates_take_no_times() -> None:
    for line in ("EXDATE:20261105T090000Z", "EXDATE:20261105", "RRULE:FREQ=HOURLY"):
        with pytest.raises(ValueError, match=r"."):
            occurrences(date(2026, 11, 2), [line])


def test_thousands_of_rules_take_a_moment() -> None:
    start = at("2010-01-04 09:00", "Europe/Berlin")
    found = list(islice(occurrences(start, ["RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"]), 5000))
    assert f"{found[-1]:%Y-%m-%d}" == "2029-03-02"
