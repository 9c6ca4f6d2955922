"""The simulators' expander against every example of RFC 5545 3.8.5.3 and the Gregorian ones of RFC 7529."""

from datetime import date, datetime
from itertools import islice

import pytest

from simulators.expand import occurrences
from unit.simulators.expanding import at, days, first, walls

EVERY_DAY = "SU,MO,TU,WE,TH,FR,SA"
EXAMPLES = [  # start, rule, days; those that go on for ever are told for as long as the RFC tells them
    ("1997-09-02", "FREQ=DAILY;COUNT=10", "1997 Sep 2-11"),
    ("1997-09-02", "FREQ=DAILY;UNTIL=19971224T000000Z", "1997 Sep 2-30 Oct 1-31 Nov 1-30 Dec 1-23"),
    (
        "1997-09-02",
        "FREQ=DAILY;INTERVAL=2",
        "1997 Sep 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 Oct 2,4,6,8,10,12,14,16,18,20,22,24,26,28,30 Nov 1,3,5,7",
    ),
    ("1997-09-02", "FREQ=DAILY;INTERVAL=10;COUNT=5", "1997 Sep 2,12,22 Oct 2,12"),
    (
        "1998-01-01",
        f"FREQ=YEARLY;UNTIL=20000131T140000Z;BYMONTH=1;BYDAY={EVERY_DAY}",
        "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31",
    ),
    ("1998-01-01", "FREQ=DAILY;UNTIL=20000131T140000Z;BYMONTH=1", "1998 Jan 1-31 1999 Jan 1-31 2000 Jan 1-31"),
    ("1997-09-02", "FREQ=WEEKLY;COUNT=10", "1997 Sep 2,9,16,23,30 Oct 7,14,21,28 Nov 4"),
    (
        "1997-09-02",
        "FREQ=WEEKLY;UNTIL=19971224T000000Z",
        "1997 Sep 2,9,16,23,30 Oct 7,14,21,28 Nov 4,11,18,25 Dec 2,9,16,23",
    ),
    (
        "1997-09-02",
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU",
        "1997 Sep 2,16,30 Oct 14,28 Nov 11,25 Dec 9,23 1998 Jan 6,20 Feb 3,17",
    ),
    (
        "1997-09-02",
        "FREQ=WEEKLY;UNTIL=19971007T000000Z;WKST=SU;BYDAY=TU,TH",
        "1997 Sep 2,4,9,11,16,18,23,25,30 Oct 2",
    ),
    ("1997-09-02", "FREQ=WEEKLY;COUNT=10;WKST=SU;BYDAY=TU,TH", "1997 Sep 2,4,9,11,16,18,23,25,30 Oct 2"),
    (
        "1997-09-01",
        "FREQ=WEEKLY;INTERVAL=2;UNTIL=19971224T000000Z;WKST=SU;BYDAY=MO,WE,FR",
        "1997 Sep 1,3,5,15,17,19,29 Oct 1,3,13,15,17,27,29,31 Nov 10,12,14,24,26,28 Dec 8,10,12,22",
    ),
    ("1997-09-02", "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH", "1997 Sep 2,4,16,18,30 Oct 2,14,16"),
    (
        "1997-09-05",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        "1997 Sep 5 Oct 3 Nov 7 Dec 5 1998 Jan 2 Feb 6 Mar 6 Apr 3 May 1 Jun 5",
    ),
    ("1997-09-05", "FREQ=MONTHLY;UNTIL=19971224T000000Z;BYDAY=1FR", "1997 Sep 5 Oct 3 Nov 7 Dec 5"),
    (
        "1997-09-07",
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        "1997 Sep 7,28 Nov 2,30 1998 Jan 4,25 Mar 1,29 May 3,31",
    ),
    ("1997-09-22", "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO", "1997 Sep 22 Oct 20 Nov 17 Dec 22 1998 Jan 19 Feb 16"),
    ("1997-09-28", "FREQ=MONTHLY;BYMONTHDAY=-3", "1997 Sep 28 Oct 29 Nov 28 Dec 29 1998 Jan 29 Feb 26"),
    (
        "1997-09-02",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=2,15",
        "1997 Sep 2,15 Oct 2,15 Nov 2,15 Dec 2,15 1998 Jan 2,15",
    ),
    (
        "1997-09-30",
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        "1997 Sep 30 Oct 1,31 Nov 1,30 Dec 1,31 1998 Jan 1,31 Feb 1",
    ),
    (
        "1997-09-10",
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11,12,13,14,15",
        "1997 Sep 10-15 1999 Mar 10-13",
    ),
    (
        "1997-09-02",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU",
        "1997 Sep 2,9,16,23,30 Nov 4,11,18,25 1998 Jan 6,13,20,27 Mar 3,10,17,24,31",
    ),
    (
        "1997-06-10",
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        "1997 Jun 10 Jul 10 1998 Jun 10 Jul 10 1999 Jun 10 Jul 10 2000 Jun 10 Jul 10 2001 Jun 10 Jul 10",
    ),
    (
        "1997-03-10",
        "FREQ=YEARLY;INTERVAL=2;COUNT=10;BYMONTH=1,2,3",
        "1997 Mar 10 1999 Jan 10 Feb 10 Mar 10 2001 Jan 10 Feb 10 Mar 10 2003 Jan 10 Feb 10 Mar 10",
    ),
    (
        "1997-01-01",
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        "1997 Jan 1 Apr 10 Jul 19 2000 Jan 1 Apr 9 Jul 18 2003 Jan 1 Apr 10 Jul 19 2006 Jan 1",
    ),
    ("1997-05-19", "FREQ=YEARLY;BYDAY=20MO", "1997 May 19 1998 May 18 1999 May 17"),
    ("1997-05-12", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "1997 May 12 1998 May 11 1999 May 17"),
    (
        "1997-03-13",
        "FREQ=YEARLY;BYMONTH=3;BYDAY=TH",
        "1997 Mar 13,20,27 1998 Mar 5,12,19,26 1999 Mar 4,11,18,25",
    ),
    (
        "1997-06-05",
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        "1997 Jun 5,12,19,26 Jul 3,10,17,24,31 Aug 7,14,21,28 1998 Jun 4,11,18,25 Jul 2,9,16,23,30 Aug 6,13,20,27",
    ),
    ("1997-09-02", "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "1998 Feb 13 Mar 13 Nov 13 1999 Aug 13 2000 Oct 13"),
    (
        "1997-09-13",
        "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13",
        "1997 Sep 13 Oct 11 Nov 8 Dec 13 1998 Jan 10 Feb 7 Mar 7 Apr 11 May 9 Jun 13",
    ),
    (
        "1996-11-05",
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        "1996 Nov 5 2000 Nov 7 2004 Nov 2",
    ),
    ("1997-09-04", "FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", "1997 Sep 4 Oct 7 Nov 6"),
    (
        "1997-09-29",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        "1997 Sep 29 Oct 30 Nov 27 Dec 30 1998 Jan 29 Feb 26 Mar 30",
    ),
    ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO", "1997 Aug 5,10,19,24"),
    ("1997-08-05", "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU", "1997 Aug 5,17,19,31"),
    ("2007-01-15", "FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", "2007 Jan 15,30 Feb 15 Mar 15,30"),
]


@pytest.mark.parametrize(("start", "rule", "told"), EXAMPLES)
def test_examples_of_days(start: str, rule: str, told: str) -> None:
    """RFC 5545 3.8.5.3, all at 9 in New York, whatever the clocks there do; and the same of all-day series."""
    expected = days(told)
    ends = "COUNT" in rule or "UNTIL" in rule
    count = len(expected) + (5 if ends else 0)
    found = first(count, at(f"{start} 09:00"), f"RRULE:{rule}")
    assert walls(found) == walls([datetime.combine(day, at("1997-01-01 09:00").timetz()) for day in expected])
    plain = rule.replace("T000000Z", "").replace("T140000Z", "")
    if "19971007" not in rule:  # midnight in UTC is the evening before in New York
        assert [day for day in first(count, date.fromisoformat(start), f"RRULE:{plain}") if day in expected] == expected


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T210000Z", ["09:00", "12:00", "15:00"]),
        ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000Z", ["09:00", "12:00"]),
        ("FREQ=MINUTELY;INTERVAL=15;COUNT=6", ["09:00", "09:15", "09:30", "09:45", "10:00", "10:15"]),
        ("FREQ=MINUTELY;INTERVAL=90;COUNT=4", ["09:00", "10:30", "12:00", "13:30"]),
    ],
)
def test_examples_of_hours_and_minutes(rule: str, told: list[str]) -> None:
    """RFC 5545 3.8.5.3; the first rule there ends at 17:00Z and is said to reach 15:00, which erratum 3883 corrects."""
    assert [f"{moment:%H:%M}" for moment in first(9, at("1997-09-02 09:00"), f"RRULE:{rule}")] == told


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYHOUR=9,10,11,12,13,14,15,16;BYMINUTE=0,20,40",
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,10,11,12,13,14,15,16",
    ],
)
def test_every_twenty_minutes_from_nine_to_twenty_to_five_two_ways(rule: str) -> None:
    """RFC 5545 3.8.5.3."""
    day = [f"{hour:02d}:{minute:02d}" for hour in range(9, 17) for minute in (0, 20, 40)]
    found = first(48, at("1997-09-02 09:00"), f"RRULE:{rule}")
    assert [f"{moment:%d %H:%M}" for moment in found] == [f"{date} {clock}" for date in ("02", "03") for clock in day]


def test_friday_the_thirteenth_without_the_day_it_was_made() -> None:
    """RFC 5545 3.8.5.3: the start is excluded by name, as it is no Friday; the EXDATE harms nothing else."""
    lines = ["EXDATE;TZID=America/New_York:19970902T090000", "RRULE:FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13"]
    found = occurrences(at("1997-09-02 09:00"), lines, odd_start="kept")
    assert [moment.strftime("%Y-%m-%d") for moment in islice(found, 3)] == ["1998-02-13", "1998-03-13", "1998-11-13"]


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ("FREQ=MONTHLY;SKIP=OMIT", "2014 Jan 31 Mar 31 May 31 Jul 31"),
        ("FREQ=MONTHLY;SKIP=BACKWARD", "2014 Jan 31 Feb 28 Mar 31 Apr 30"),
        ("FREQ=MONTHLY;SKIP=FORWARD", "2014 Jan 31 Mar 1,31 May 1"),
        ("FREQ=MONTHLY", "2014 Jan 31 Mar 31 May 31 Jul 31"),
        ("FREQ=MONTHLY;BYMONTHDAY=30;SKIP=BACKWARD", "2014 Feb 28 Mar 30 Apr 30 May 30"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,31;SKIP=BACKWARD", "2014 Jan 31 Feb 28 Mar 28,31"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD", "2014 Jan 31 Feb 1 Mar 1,31"),
    ],
)
def test_days_a_month_does_not_have_are_left_out_or_moved(rule: str, told: str) -> None:
    """RFC 7529 4.1: the 31st of January and its four fates; days that meet are one."""
    assert first(4, date(2014, 1, 31), f"RRULE:RSCALE=GREGORIAN;{rule}") == days(told)


@pytest.mark.parametrize(
    ("skip", "told"),
    [
        ("OMIT", "2012 Feb 29 2016 Feb 29 2020 Feb 29"),
        ("BACKWARD", "2012 Feb 29 2013 Feb 28 2014 Feb 28"),
        ("FORWARD", "2012 Feb 29 2013 Mar 1 2014 Mar 1"),
    ],
)
def test_the_birthday_of_a_leap_year(skip: str, told: str) -> None:
    """RFC 7529 4.1."""
    assert first(3, date(2012, 2, 29), f"RRULE:RSCALE=GREGORIAN;FREQ=YEARLY;SKIP={skip}") == days(told)
