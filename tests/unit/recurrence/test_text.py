"""Rule lines, read and written: whatever they hold ends in a value or in a RuleError."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calpair.model.rule import Day, Frequency, Recurrence, Rule, Skip
from calpair.model.when import AllDay, Timed
from calpair.recurrence import text
from calpair.recurrence.text import RuleError

NINE = datetime(2026, 11, 30, 8, tzinfo=UTC)
BERLIN = Timed(NINE, NINE + timedelta(hours=1), "Europe/Berlin")
FAIR = AllDay(date(2026, 11, 30), date(2026, 12, 1))


def rule(line: str) -> Rule:
    (found,) = text.parse([line], BERLIN).rules
    return found


def test_a_weekly_rule_is_read() -> None:
    expected = Rule(Frequency.WEEKLY, 2, until=NINE, by_day=(Day(0), Day(2)), week_start=6)
    assert rule("RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20261130T080000Z;BYDAY=MO,WE;WKST=SU") == expected


def test_every_part_is_read() -> None:
    line = (
        "RRULE:FREQ=YEARLY;COUNT=3;BYMONTH=1,12;BYWEEKNO=-1,53;BYYEARDAY=366,-366;BYMONTHDAY=-31,+1;BYDAY=FR"
        ";BYHOUR=0,23;BYMINUTE=59;BYSECOND=60,1;BYSETPOS=-1;RSCALE=GREGORIAN;SKIP=BACKWARD"
    )
    expected = Rule(
        Frequency.YEARLY,
        count=3,
        by_month=(1, 12),
        by_week=(-1, 53),
        by_year_day=(366, -366),
        by_month_day=(-31, 1),
        by_day=(Day(4),),
        by_hour=(0, 23),
        by_minute=(59,),
        by_second=(59, 1),
        by_position=(-1,),
        skip=Skip.BACKWARD,
    )
    assert rule(line) == expected


def test_case_folding_blank_lines_and_a_last_semicolon_do_not_matter() -> None:
    lines = ["rrule:freq=monthly;byday=1mo,", " -1fr;", "", 'exdate;tzid="Europe/Berlin":20261207T090000']
    expected = Recurrence(
        (Rule(Frequency.MONTHLY, by_day=(Day(0, 1), Day(4, -1))),), except_dates=(NINE + timedelta(7),)
    )
    assert text.parse(["RRULE:FREQ=MONTHLY;BYDAY=1MO,-1FR", *lines[3:]], BERLIN) == expected
    assert text.parse(["rrule:freq=monthly;byday=1mo,", " -1fr;", *lines[2:]], BERLIN) == expected


def test_rules_and_dates_may_come_several_times() -> None:
    lines = [
        "RRULE:FREQ=DAILY;COUNT=2",
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "EXRULE:FREQ=MONTHLY",
        "RDATE;VALUE=PERIOD:20270103T080000Z/PT1H,20270102T080000Z/20270102T090000Z",
        "RDATE;TZID=America/New_York:20270101T080000",
        "RDATE:20270101T130000Z",
        "EXDATE:20270201T090000",
    ]
    expected = Recurrence(
        (Rule(Frequency.DAILY, count=2), Rule(Frequency.WEEKLY, count=2)),
        (Rule(Frequency.MONTHLY),),
        (
            datetime(2027, 1, 1, 13, tzinfo=UTC),
            datetime(2027, 1, 2, 8, tzinfo=UTC),
            datetime(2027, 1, 3, 8, tzinfo=UTC),
        ),
        (datetime(2027, 2, 1, 8, tzinfo=UTC),),
    )
    assert text.parse(lines, BERLIN) == expected


def test_a_date_in_a_timed_series_is_that_day_at_its_time_and_until_it_is_the_end_of_that_day() -> None:
    found = text.parse(["RRULE:FREQ=DAILY;UNTIL=20270601", "EXDATE;VALUE=DATE:20270501"], BERLIN)
    assert found.rules[0].until == datetime(2027, 6, 1, 21, 59, 59, tzinfo=UTC)
    assert found.except_dates == (datetime(2027, 5, 1, 7, tzinfo=UTC),)


def test_an_end_without_a_zone_is_one_of_the_series_zone() -> None:
    assert rule("RRULE:FREQ=DAILY;UNTIL=20270601T090000").until == datetime(2027, 6, 1, 7, tzinfo=UTC)


def test_a_series_of_whole_days_has_dates() -> None:
    found = text.parse(
        ["RRULE:FREQ=DAILY;UNTIL=20261224T230000Z", "EXDATE;VALUE=DATE:20261203,20261202", "RDATE:20270101T000000Z"],
        FAIR,
    )
    assert found == Recurrence(
        (Rule(Frequency.DAILY, until=date(2026, 12, 24)),),
        dates=(date(2027, 1, 1),),
        except_dates=(date(2026, 12, 2), date(2026, 12, 3)),
    )


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("RRULE:FREQ=DAILY;COUNT=2;UNTIL=20270101T000000Z", "COUNT and UNTIL"),
        ("RRULE:FREQ=FORTNIGHTLY", "FREQ"),
        ("RRULE:INTERVAL=2", "FREQ"),
        ("RRULE:FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("RRULE:FREQ=DAILY;INTERVAL=²", "INTERVAL"),
        ("RRULE:FREQ=DAILY;COUNT=-1", "COUNT"),
        ("RRULE:FREQ=DAILY;COUNT=99999999999999999999", "COUNT"),
        ("RRULE:FREQ=DAILY;BYEASTER=0", "part BYEASTER"),
        ("RRULE:FREQ=DAILY;BYMONTH", "part BYMONTH"),
        ("RRULE:FREQ=DAILY;BYMONTH=1;BYMONTH=2", "part BYMONTH"),
        ("RRULE:FREQ=DAILY;BYMONTH=13", "BYMONTH"),
        ("RRULE:FREQ=DAILY;BYMONTH=5L", "BYMONTH"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY"),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY"),
        ("RRULE:FREQ=DAILY;BYHOUR=-1", "BYHOUR"),
        ("RRULE:FREQ=DAILY;BYHOUR=24", "BYHOUR"),
        ("RRULE:FREQ=DAILY;BYSECOND=61", "BYSECOND"),
        ("RRULE:FREQ=WEEKLY;BYDAY=XX", "BYDAY"),
        ("RRULE:FREQ=MONTHLY;BYDAY=0MO", "BYDAY"),
        ("RRULE:FREQ=MONTHLY;BYDAY=6MO", "BYDAY"),
        ("RRULE:FREQ=YEARLY;BYDAY=54MO", "BYDAY"),
        ("RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=1MO", "BYDAY"),
        ("RRULE:FREQ=WEEKLY;BYDAY=1MO", "BYDAY"),
        ("RRULE:FREQ=WEEKLY;WKST=XX", "WKST"),
        ("RRULE:FREQ=MONTHLY;RSCALE=HEBREW", "RSCALE"),
        ("RRULE:FREQ=MONTHLY;SKIP=SIDEWAYS", "SKIP"),
        ("RRULE:FREQ=DAILY;UNTIL=20270230T000000Z", "date"),
        ("RRULE:FREQ=DAILY;UNTIL=20270230", "UNTIL"),
        ("RRULE:FREQ=DAILY;UNTIL=soon", "date"),
        ("EXDATE:20270230T000000Z", "date"),
        ("EXDATE:00000101T000000Z", "date"),
        ("EXDATE;TZID=Europe/Berlin:00010101T000000", "date"),
        ("EXDATE;TZID=Nowhere/Land:20270101T000000", "TZID"),
        ("EXDATE;TZID=../../etc/passwd:20270101T000000", "TZID"),
        ("EXDATE;VALUE=TEXT:20270101T000000", "VALUE"),
        ("DTSTART:20270101T000000Z", "unknown line"),
        ("RRULE", "unknown line"),
    ],
)
def test_what_cannot_be_is_refused_in_a_word(line: str, word: str) -> None:
    with pytest.raises(RuleError, match=f"^{word}$"):
        text.parse([line], BERLIN)


def test_whole_days_do_not_repeat_by_the_hour() -> None:
    with pytest.raises(RuleError, match="FREQ"):
        text.parse(["RRULE:FREQ=HOURLY"], FAIR)


@pytest.mark.parametrize("lines", [["RRULE:FREQ=DAILY"] * 201, ["EXDATE:" + "20270101T000000Z," * 5000]])
def test_absurd_lengths_are_refused(lines: list[str]) -> None:
    with pytest.raises(RuleError, match="too long"):
        text.parse(lines, BERLIN)


def test_more_rules_than_anybody_has_are_refused() -> None:
    assert len(text.parse(["RRULE:FREQ=DAILY"] * 16, BERLIN).rules) == 16
    with pytest.raises(RuleError, match="too many rules"):
        text.parse(["EXRULE:FREQ=DAILY"] * 17, BERLIN)


@pytest.mark.parametrize(
    "line",
    [
        "RRULE:FREQ=DAILY",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,WE",
        "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO",
        "RRULE:FREQ=WEEKLY;BYDAY=MO;WKST=SU",
        "RRULE:FREQ=MONTHLY;COUNT=10;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        "RRULE:RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD",
        "RRULE:FREQ=YEARLY;UNTIL=20301130T080000Z;BYMONTH=11;BYDAY=-1MO,1FR",
        "EXRULE:FREQ=HOURLY;BYHOUR=9,10;BYMINUTE=0,30;BYSECOND=0",
        "RDATE:20270101T080000Z,20270102T080000Z",
        "EXDATE:20270101T080000Z",
    ],
)
def test_what_was_written_is_read_the_same(line: str) -> None:
    assert text.lines(text.parse([line], BERLIN), BERLIN) == [line]


def test_dates_of_whole_days_are_written_as_such() -> None:
    lines = ["RRULE:FREQ=DAILY;UNTIL=20261224", "RDATE;VALUE=DATE:20270101", "EXDATE;VALUE=DATE:20261202,20261203"]
    assert text.lines(text.parse(lines, FAIR), FAIR) == lines


def test_dates_of_the_other_kind_are_written_in_the_series_kind() -> None:
    mixed = Recurrence((Rule(Frequency.DAILY, until=date(2027, 6, 1)),), except_dates=(date(2027, 5, 1),))
    assert text.lines(mixed, BERLIN) == ["RRULE:FREQ=DAILY;UNTIL=20270601T215959Z", "EXDATE:20270501T070000Z"]
    mixed = Recurrence((Rule(Frequency.DAILY, until=NINE),))
    assert text.lines(mixed, FAIR) == ["RRULE:FREQ=DAILY;UNTIL=20261130"]


WORDS = st.sampled_from(
    [
        "RRULE",
        "EXDATE",
        "RDATE",
        ":",
        ";",
        "=",
        ",",
        "FREQ",
        "DAILY",
        "YEARLY",
        "BYDAY",
        "1MO",
        "-1SU",
        "UNTIL",
        "20270101",
        "T000000",
        "Z",
        "COUNT",
        "5",
        "INTERVAL",
        "0",
        "TZID",
        "\n",
        "\r",
        "é",
    ]
)


@given(st.lists(st.lists(WORDS, max_size=12).map("".join) | st.text(max_size=40), max_size=5))
def test_hostile_text_ends_in_a_value_or_in_a_refusal(lines: list[str]) -> None:
    with suppress(RuleError):
        found = text.parse(lines, BERLIN)
        assert text.parse(text.lines(found, BERLIN), BERLIN) == found
