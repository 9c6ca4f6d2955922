"""Whatever the rule and the zone: what it is turned into has its occurrences, exactly and each once; and back again."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calpair.model.rule import Original, Recurrence
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence import expand, text
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
    Series,
    Weekly,
    dates,
    to_recurrence,
)

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Honolulu",
    "Pacific/Auckland",
)
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def listed(least: int, most: int, *, size: int, signed: bool = False) -> st.SearchStrategy[str]:
    numbers = st.integers(least, most)
    if signed:
        numbers = numbers | numbers.map(lambda number: -number)
    return st.lists(numbers, min_size=1, max_size=size, unique=True).map(lambda found: ",".join(map(str, found)))


def weekdays(nth: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    day = st.tuples(nth, st.sampled_from(WEEKDAYS)).map("".join)
    sets = st.sampled_from(["MO,TU,WE,TH,FR", "SA,SU", ",".join(WEEKDAYS)])
    return st.lists(day, min_size=1, max_size=3, unique=True).map(",".join) | sets


NTH = st.sampled_from(["", "1", "2", "3", "4", "5", "-1", "-2"])
NONE = st.just("")
MONTH_DAYS = listed(1, 31, size=3, signed=True) | st.sampled_from(
    ["29", "30", "31", "28,29", "28,29,30", "8,9,10,11,12,13,14"]
)
PARTS = {
    "DAILY": {"BYMONTH": listed(1, 12, size=4), "BYMONTHDAY": MONTH_DAYS, "BYDAY": weekdays(NONE), "BYHOUR": listed(0, 23, size=3)},
    "WEEKLY": {"BYMONTH": listed(1, 12, size=4), "BYDAY": weekdays(NONE), "BYHOUR": listed(0, 23, size=2), "WKST": st.sampled_from(WEEKDAYS)},
    "MONTHLY": {"BYMONTHDAY": MONTH_DAYS, "BYDAY": weekdays(NTH), "BYSETPOS": listed(1, 4, size=1, signed=True),
                "SKIP": st.sampled_from(["BACKWARD", "FORWARD"])},
    "YEARLY": {"BYMONTH": listed(1, 12, size=4), "BYMONTHDAY": MONTH_DAYS, "BYDAY": weekdays(NTH), "BYYEARDAY": listed(1, 366, size=2, signed=True),
               "SKIP": st.sampled_from(["BACKWARD"])},
    "HOURLY": {"BYHOUR": listed(0, 23, size=3), "BYDAY": weekdays(NONE)},
}  # fmt: skip


@st.composite
def rules(draw: st.DrawFn, *, whole: bool) -> str:
    frequency = draw(st.sampled_from([name for name in PARTS if not (whole and name == "HOURLY")]))
    words = [f"FREQ={frequency}"]
    interval = draw(st.sampled_from([1, 1, 1, 2, 3, 4, 6, 12, 24]))
    if interval > 1:
        words.append(f"INTERVAL={interval}")
    for name, values in PARTS[frequency].items():
        if draw(st.integers(0, 3)) == 0 and not (whole and name == "BYHOUR"):
            words.append(f"{name}={draw(values)}")
    end = draw(st.sampled_from(["", "", "COUNT", "UNTIL"]))
    if end == "COUNT":
        words.append(f"COUNT={draw(st.integers(1, 40))}")
    if end == "UNTIL":
        until = draw(st.dates(date(2026, 6, 1), date(2030, 12, 31)))
        words.append(f"UNTIL={until:%Y%m%d}" + ("" if whole else f"T{draw(st.integers(0, 23)):02}0000Z"))
    return "RRULE:" + ";".join(words)


@st.composite
def sets(draw: st.DrawFn) -> tuple[When, Recurrence]:
    day = draw(st.dates(date(2026, 1, 1), date(2028, 3, 1)))
    whole = draw(st.integers(0, 3)) == 0
    lines = [draw(rules(whole=whole)) for _ in range(draw(st.sampled_from([1, 1, 1, 1, 2])))]
    when: When
    if whole:
        when = AllDay(day, day + timedelta(days=draw(st.sampled_from([1, 1, 2, 8]))))
    else:
        zone = draw(st.sampled_from(ZONES))
        start = datetime.combine(
            day, time(draw(st.integers(0, 23)), draw(st.sampled_from([0, 30]))), tzinfo=ZoneInfo(zone)
        )
        when = Timed(start, start + timedelta(minutes=draw(st.sampled_from([0, 30, 30, 60, 1800]))), zone)
    repeats = text.parse(lines, when)
    some = list(islice(expand.originals(when, repeats), 30))
    gone = draw(st.lists(st.sampled_from(some), max_size=2)) if some else []
    further = draw(st.sampled_from([(), (), (), (some or [when.start])[:1]]))
    more = tuple(each + timedelta(days=3) for each in further)
    return when, Recurrence(repeats.rules, (), more, tuple(sorted(set(gone))))


def of_part(part: Part) -> Iterator[Original]:
    """Give a part's occurrences by way of the rule its pattern is: not the way they were proven."""
    if part.series is None:
        return iter((part.when.start,))
    found = expand.originals(part.when, to_recurrence(part.series, part.when))
    return (original for original in found if original not in part.cancelled)


def until(stream: Iterator[Original], limit: Original) -> list[Original]:
    return list(takewhile(lambda original: original < limit, stream))


@given(sets())
@settings(max_examples=150, deadline=None)
def test_what_a_set_is_turned_into_has_its_occurrences(given_set: tuple[When, Recurrence]) -> None:
    when, repeats = given_set
    found = convert(when, repeats)
    first = next(expand.originals(when, repeats), None)
    if first is None or found.rung is Rung.IMPOSSIBLE:
        assert found == Conversion(Rung.IMPOSSIBLE, (), ("rule",), "empty" if first is None else "many")
        return
    limit = first + timedelta(days=730)
    wanted = until(expand.originals(when, repeats), limit)
    have = sorted(original for part in found.parts for original in until(of_part(part), limit))
    assert have == (wanted if have else [])
    for part in found.parts:
        assert part.when.end - part.when.start == when.end - when.start
        assert set(part.cancelled) <= set(until(part_dates(part), (part.cancelled or (limit,))[-1] + timedelta(days=1)))
    assert found.rung is not Rung.EQUAL or set(found.parts[0].cancelled) <= set(repeats.except_dates)
    assert found.losses == () or found.rung is Rung.SINGLES


def part_dates(part: Part) -> Iterator[Original]:
    assert part.series is not None or not part.cancelled
    return expand.originals(part.when, to_recurrence(part.series, part.when)) if part.series else iter(())


KINDS = st.integers(0, 6) | st.sampled_from(list(Group))
INTERVALS = st.sampled_from([1, 2, 3, 5, 6, 12, 24, 99])
PATTERNS: st.SearchStrategy[Pattern] = st.one_of(
    st.builds(Daily, st.sampled_from([1, 2, 7, 14, 30, 365, 999])),
    st.builds(Weekly, INTERVALS, st.lists(st.integers(0, 6), min_size=1).map(tuple), st.integers(0, 6)),
    st.builds(AbsoluteMonthly, INTERVALS, st.integers(1, 31)),
    st.builds(RelativeMonthly, INTERVALS, st.sampled_from(Index), KINDS),
    st.builds(AbsoluteYearly, st.integers(1, 12), st.integers(1, 31)),
    st.builds(RelativeYearly, st.integers(1, 12), st.sampled_from(Index), KINDS),
)


@given(
    PATTERNS,
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.sampled_from([None, 1, 2, 30]),
    st.booleans(),
    st.sampled_from(ZONES),
)
@settings(max_examples=150, deadline=None)
def test_a_pattern_comes_back_as_a_pattern_of_the_same_days(
    pattern: Pattern, day: date, number: int | None, by_date: bool, zone: str
) -> None:
    start = next(dates(Series(pattern, day)))
    days = list(islice(dates(Series(pattern, start)), number or 60))
    end = NoEnd() if number is None else EndDate(days[-1]) if by_date else Numbered(number)
    begin = datetime.combine(start, time(9), tzinfo=ZoneInfo(zone))
    when = Timed(begin, begin + timedelta(minutes=30), zone)
    found = convert(when, to_recurrence(Series(pattern, start, end), when))
    assert found.rung is Rung.EQUAL
    (part,) = found.parts
    assert part.series is not None
    assert part.when == when
    assert list(islice(dates(part.series), len(days) + (number is not None))) == days
    assert part.series.range == end


@pytest.mark.parametrize(
    ("pattern", "start"),
    [
        (AbsoluteMonthly(1, 31), date(2026, 10, 31)),
        (AbsoluteMonthly(1, 30), date(2026, 11, 30)),
        (AbsoluteMonthly(1, 29), date(2026, 11, 29)),
        (AbsoluteMonthly(2, 31), date(2026, 10, 31)),
        (AbsoluteMonthly(12, 31), date(2026, 11, 30)),
        (AbsoluteMonthly(12, 5), date(2026, 12, 5)),
        (AbsoluteYearly(11, 31), date(2026, 11, 30)),
        (AbsoluteYearly(2, 28), date(2027, 2, 28)),
        (RelativeMonthly(1, Index.LAST, 0), date(2027, 2, 22)),
        (RelativeMonthly(1, Index.FOURTH, 0), date(2027, 2, 22)),
        (RelativeYearly(2, Index.LAST, 0), date(2027, 2, 22)),
        (RelativeYearly(2, Index.FOURTH, 0), date(2027, 2, 22)),
        (RelativeMonthly(1, Index.LAST, Group.WEEKDAY), date(2026, 11, 30)),
        (RelativeMonthly(1, Index.FIRST, Group.WEEKEND_DAY), date(2026, 12, 5)),
        (Weekly(1, (0, 1, 2, 3, 4, 5, 6)), date(2026, 11, 30)),
        (Weekly(2, (0, 6), 6), date(2026, 11, 30)),
        (Weekly(1, (0,), 6), date(2026, 11, 30)),
        (Daily(7), date(2026, 11, 30)),
    ],
)
@pytest.mark.parametrize("end", [NoEnd(), Numbered(2), Numbered(20)])
def test_a_pattern_comes_back_as_itself(pattern: Pattern, start: date, end: NoEnd | Numbered) -> None:
    series = Series(pattern, start, end)
    when = AllDay(start, start + timedelta(days=1))
    lines = text.lines(to_recurrence(series, when), when)
    assert convert(when, text.parse(lines, when)).parts == (Part(when, series),)


def test_a_rule_comes_back_as_a_rule_of_the_same_dates() -> None:
    start = datetime(2026, 11, 30, 8, tzinfo=UTC)
    when = Timed(start, start + timedelta(hours=1), "Europe/Berlin")
    for line in ("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", "FREQ=YEARLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1MO;COUNT=1000"):
        repeats = text.parse(["RRULE:" + line], when)
        (part,) = convert(when, repeats).parts
        assert part.series is not None
        assert expand.same(when, repeats, part.when, to_recurrence(part.series, part.when))
