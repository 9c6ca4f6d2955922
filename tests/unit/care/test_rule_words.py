"""How an event repeats, in words: lines of RFC 5545 beside what a person would say of them."""

from datetime import UTC, date, datetime

import pytest

from calpair.care.rule_words import in_words, ordinal
from calpair.model.when import AllDay, Timed
from calpair.recurrence.text import parse

# A Monday, 31 August 2026, nine in the morning in Berlin.
MONDAY = Timed(datetime(2026, 8, 31, 7, tzinfo=UTC), datetime(2026, 8, 31, 8, tzinfo=UTC), "Europe/Berlin")
DAY = AllDay(date(2026, 8, 31), date(2026, 9, 1))


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY;COUNT=5", "daily, 5 times"),
        ("FREQ=DAILY;COUNT=1", "daily, once"),
        ("FREQ=DAILY;INTERVAL=3", "every 3 days, without end"),
        ("FREQ=WEEKLY", "weekly on Mon, without end"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10", "every 2 weeks on Mon and Wed, 10 times"),
        ("FREQ=WEEKLY;BYDAY=FR,MO,WE", "weekly on Mon, Wed and Fri, without end"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "weekly on weekdays, without end"),
        ("FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20270531T215959Z", "monthly on the last Friday until 2027-05-31"),
        # An instant that is the next day on the event's own clock.
        ("FREQ=MONTHLY;UNTIL=20270531T230000Z", "monthly on the 31st until 2027-06-01"),
        ("FREQ=MONTHLY;BYDAY=2TU,4TU", "monthly on the 2nd and 4th Tuesday, without end"),
        ("FREQ=MONTHLY;BYDAY=1MO,-1FR", "monthly on the 1st Monday and the last Friday, without end"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,15;COUNT=6", "monthly on the 1st and 15th, 6 times"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "monthly on the last day, without end"),
        ("FREQ=MONTHLY;BYMONTHDAY=-2", "monthly on the 2nd to last day, without end"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "monthly on the 13th where that is Fri, without end"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "monthly on the last weekday, without end"),
        ("FREQ=MONTHLY;BYDAY=SA,SU;BYSETPOS=1", "monthly on the 1st weekend day, without end"),
        ("FREQ=MONTHLY;BYDAY=TU,TH;BYSETPOS=2", "monthly on the 2nd of the month's Tue and Thu, without end"),
        (
            "FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
            "monthly on the 31st, or the last day of a shorter month, without end",
        ),
        (
            "FREQ=MONTHLY;RSCALE=GREGORIAN;SKIP=BACKWARD",
            "monthly on the 31st; where a month has no such day, the day before, without end",
        ),
        ("FREQ=YEARLY", "yearly on 31 August, without end"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31", "yearly on 31 January, without end"),
        ("FREQ=YEARLY;BYMONTH=3,9", "yearly on 31 March and September, without end"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "yearly on the 4th Thursday in November, without end"),
        ("FREQ=YEARLY;BYYEARDAY=100,-1", "yearly on the 100th and last day of the year, without end"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "yearly on Mon in the 20th week of the year, without end"),
        ("FREQ=DAILY;BYMONTH=1;COUNT=31", "daily in January, 31 times"),
        ("FREQ=HOURLY;INTERVAL=7", "every 7 hours, without end"),
        ("FREQ=HOURLY", "hourly, without end"),
        ("FREQ=MINUTELY;INTERVAL=7", "every 7 minutes, without end"),
        ("FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0", "daily at 09:00 and 17:00, without end"),
        ("FREQ=DAILY;BYHOUR=9,17", "daily in hours 9 and 17, without end"),
        ("FREQ=HOURLY;BYMINUTE=0,30", "hourly in minutes 0 and 30, without end"),
        ("FREQ=YEARLY;UNTIL=99991231T000000Z", "yearly on 31 August, without end"),
    ],
)
def test_a_rule_is_told_in_words(rule: str, words: str) -> None:
    assert in_words(MONDAY, parse([f"RRULE:{rule}"], MONDAY)) == words


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (["RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY"], "daily, 2 times; and weekly on Mon, without end"),
        (["RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"], "daily, without end; but not weekly on Mon, without end"),
        (
            ["RRULE:FREQ=DAILY;COUNT=9", "EXDATE:20260902T070000Z"],
            "daily, 9 times; but not on 2026-09-02",
        ),
        (["RDATE:20260901T070000Z,20260903T070000Z"], "on 2026-09-01 and 2026-09-03"),
        (
            ["RRULE:FREQ=DAILY;COUNT=2", "RDATE:20261001T070000Z,20261002T070000Z,20261003T070000Z,20261007T220000Z"],
            "daily, 2 times; and on 4 dates from 2026-10-01 to 2026-10-08",
        ),
    ],
)
def test_several_rules_and_single_dates_are_told_one_after_another(lines: list[str], words: str) -> None:
    assert in_words(MONDAY, parse(lines, MONDAY)) == words


def test_whole_days_are_told_by_their_dates() -> None:
    assert in_words(DAY, parse(["RRULE:FREQ=DAILY;UNTIL=20260905"], DAY)) == "daily until 2026-09-05"


@pytest.mark.parametrize(
    ("number", "word"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (13, "13th"),
        (21, "21st"),
        (111, "111th"),
        (-1, "last"),
        (-2, "2nd to last"),
    ],
)
def test_numbers_are_told_in_their_order(number: int, word: str) -> None:
    assert ordinal(number) == word
