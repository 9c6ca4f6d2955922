"""The simulators' own expansion of recurring events: from lines and a start to the original starts, in order.

    start = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Europe/Berlin"))
    starts = occurrences(start, ["RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20261103T080000Z"])
    list(starts)            # aware datetimes in the start's zone, their wall clock kept over changes of the clocks
    occurrences(date(2026, 11, 2), ["RRULE:FREQ=WEEKLY"], before=date(2027, 1, 1))   # dates, of an all-day series

Written from RFC 5545 3.3.10 and 3.8.5 and RFC 7529 4.1 alone. How they are read where more than one reading is known:

* The set is RRULEs and RDATEs together, each start once, without EXDATEs and what EXRULEs generate (RFC 5545 3.8.5).
* A local time that does not exist is read with the offset before the gap, one that is twice is the first (3.3.5, and
  3.3.10: "in the same manner"). Another sentence of 3.3.10 would have the former ignored; 3.3.5 is followed. What is
  given out is the real time: 03:30 for 02:30 in the gap.
* COUNT counts what its rule generates, gaps, exceptions and all; UNTIL is inclusive.
* A start that a rule does not generate is undefined in RFC 5545. `odd_start` says what becomes of it: "dropped" (the
  series is what the rule generates) or "kept" (it is the first, and counted). Without any RRULE it is always the first.
* Rules walk on the wall clock, HOURLY and below too; DATE-valued starts ignore BYHOUR, BYMINUTE, BYSECOND.
* BYWEEKNO without BYDAY means the start's weekday. A day of week 1 or 53 belongs to the calendar year it lies in.
* SKIP moves days that BYMONTHDAY, or the start's own day, names and a month does not have (RFC 7529 4.1); days counted
  from a month's end and BYYEARDAY=366 are left out whatever it says.

A rule that never matches ends: the calendar repeats after 400 years, so nothing in as long means nothing ever. So does
a set of which 20 000 starts in a row, 54 years of days, are excluded. The year 9998 ends every rule.
"""

import heapq
from calendar import isleap, monthrange
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice
from math import gcd
from typing import Literal

from simulators.rules import Lines, Moment, Rule, parse_lines

OddStart = Literal["dropped", "kept"]

_LAST = datetime(9998, 12, 31)  # noqa: DTZ001 - walls are naive here; their zone is put on at the end
_BARREN = {"YEARLY": 400, "MONTHLY": 4800, "WEEKLY": 20871, "DAILY": 146097}  # periods in which the calendar repeats
_EXCLUDED = 20_000
_UNITS = {"HOURLY": 3600, "MINUTELY": 60, "SECONDLY": 1}
_DAY = timedelta(days=1)


def occurrences(
    start: Moment, lines: Sequence[str] | Lines, *, before: Moment | None = None, odd_start: OddStart = "dropped"
) -> Iterator[Moment]:
    """The original starts in order, all of them or those before a moment; ValueError for lines that are none."""
    said = lines if isinstance(lines, Lines) else parse_lines(lines, start)
    if not isinstance(start, datetime) and any(rule.freq in _UNITS for rule in (*said.rules, *said.exrules)):
        raise ValueError("a FREQ below DAILY is not for dates")
    return _walk(start, said, before, odd_start)


def _walk(start: Moment, said: Lines, before: Moment | None, odd_start: OddStart) -> Iterator[Moment]:
    gone = {_key(moment) for moment in said.exdates}
    streams: list[Iterable[Moment]] = [_starts(rule, start, before, odd_start) for rule in said.rules]
    streams.append(sorted(said.rdates if said.rules else (start, *said.rdates), key=_key))
    excluded = _merged([_starts(rule, start, before, "dropped") for rule in said.exrules])
    barred = next(excluded, None)
    bound = None if before is None else _key(before)
    excluded_in_a_row = 0
    for key, moment in _merged(streams):
        if bound is not None and key >= bound:
            return
        while barred is not None and barred[0] < key:
            barred = next(excluded, None)
        if key not in gone and (barred is None or barred[0] != key):
            yield moment
            excluded_in_a_row = 0
        elif (excluded_in_a_row := excluded_in_a_row + 1) > _EXCLUDED:
            return


def _key(moment: Moment) -> date:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _merged(streams: Iterable[Iterable[Moment]]) -> Iterator[tuple[date, Moment]]:
    last: date | None = None
    for key, moment in heapq.merge(*map(_keyed, streams)):
        if key != last:
            last = key
            yield key, moment


def _keyed(stream: Iterable[Moment]) -> Iterator[tuple[date, Moment]]:
    return ((_key(moment), moment) for moment in stream)


# One rule.


def _starts(rule: Rule, start: Moment, before: Moment | None, odd_start: OddStart) -> Iterator[Moment]:
    zone = start.tzinfo if isinstance(start, datetime) else None
    first = start.replace(tzinfo=None) if isinstance(start, datetime) else datetime.combine(start, time())
    # Walls and instants differ in order around changes of the clocks only: two days beyond the end are far enough.
    ends = [_wall(moment, zone) + 2 * _DAY for moment in (rule.until, before) if moment and moment.year < _LAST.year]
    walls = _walls(_completed(rule, first, timed=zone is not None), first, min([_LAST, *ends]))
    if odd_start == "kept":
        walls = _with(first, walls)
    within = islice(walls, rule.count)
    moments: Iterator[Moment] = (wall.date() for wall in within) if zone is None else _real(within, zone)
    return _until(moments, rule.until, zone) if rule.until and rule.until.year < _LAST.year else moments


def _wall(moment: Moment, zone: tzinfo | None) -> datetime:
    if not isinstance(moment, datetime):
        return datetime.combine(moment, time())
    return (moment.astimezone(zone) if moment.tzinfo and zone else moment).replace(tzinfo=None)


def _with(first: datetime, walls: Iterator[datetime]) -> Iterator[datetime]:
    yield first
    yield from (wall for wall in walls if wall != first)


def _until(moments: Iterator[Moment], until: Moment, zone: tzinfo | None) -> Iterator[Moment]:
    """A floating UNTIL is in the series' zone, and a date is that whole day, though servers may refuse both."""
    end = until
    if zone is None:
        end = until.date() if isinstance(until, datetime) else until
    elif not isinstance(until, datetime):
        end = datetime.combine(until, time(23, 59, 59), zone)
    elif until.tzinfo is None:
        end = until.replace(tzinfo=zone)
    return (moment for moment in moments if _key(moment) <= _key(end))


def _real(walls: Iterable[datetime], zone: tzinfo) -> Iterator[datetime]:
    """Walls as the real times they are; those out of a gap wait for their turn."""
    waiting: list[datetime] = []
    for wall in walls:
        there = wall.replace(tzinfo=zone).astimezone(UTC).astimezone(zone)
        if there.replace(tzinfo=None) != wall:
            waiting.append(there)
            continue
        while waiting and waiting[0] <= there:
            moved = waiting.pop(0)
            if moved != there:
                yield moved
        yield there
    yield from waiting


def _completed(rule: Rule, first: datetime, *, timed: bool) -> Rule:
    """The rule with what it leaves to its start written out."""
    sub, unit = rule.freq in _UNITS, _UNITS.get(rule.freq, 86400)
    filled = rule
    if not timed or not (rule.hour or sub):
        filled = replace(filled, hour=(first.hour,))
    if not timed or not (rule.minute or unit < 3600):
        filled = replace(filled, minute=(first.minute,))
    if not timed or not (rule.second or unit < 60):
        filled = replace(filled, second=(first.second,))
    # Systems without leap seconds read second 60 as 59: RFC 5545 3.3.12.
    filled = replace(filled, second=tuple(sorted({min(second, 59) for second in filled.second})))
    if rule.freq == "YEARLY" and not (rule.day or rule.monthday or rule.yearday):
        if rule.weekno:
            return replace(filled, day=((0, first.weekday()),))
        return replace(filled, monthday=(first.day,), month=rule.month or (first.month,))
    if rule.freq == "MONTHLY" and not (rule.day or rule.monthday):
        return replace(filled, monthday=(first.day,))
    if rule.freq == "WEEKLY" and not rule.day:
        return replace(filled, day=((0, first.weekday()),))
    return filled


def _walls(rule: Rule, first: datetime, stop: datetime) -> Iterator[datetime]:
    """What a rule generates from its start on, each once and in order, while its periods begin before `stop`."""
    if rule.setpos and min(map(abs, rule.setpos)) > _most(rule):
        return
    periods = _within_days(rule, first, stop) if rule.freq in _UNITS else _of_days(rule, first, stop)
    last = first - _DAY
    for period in periods:
        for wall in _chosen(rule, period):
            if wall >= first and wall > last:
                last = wall
                yield wall


def _most(rule: Rule) -> int:
    """How many times a period holds at most."""
    days = {"YEARLY": 366, "MONTHLY": 32, "WEEKLY": 7}.get(rule.freq, 1)
    hours = 1 if rule.freq in _UNITS else len(rule.hour)
    minutes = 1 if _UNITS.get(rule.freq, 3600) < 3600 else len(rule.minute)
    return days * hours * minutes * (1 if rule.freq == "SECONDLY" else len(rule.second))


def _chosen(rule: Rule, period: Sequence[datetime]) -> Iterable[datetime]:
    if not rule.setpos:
        return period
    size = len(period)
    places = {place - 1 if place > 0 else size + place for place in rule.setpos if abs(place) <= size}
    return [period[place] for place in sorted(places)]


# Periods of a day or more.


def _of_days(rule: Rule, first: datetime, stop: datetime) -> Iterator[list[datetime]]:
    times = [time(h, m, s) for h in rule.hour for m in rule.minute for s in rule.second]
    barren = 0
    for days in _days(rule, first.date(), stop.date()):
        barren = 0 if _lasting(rule, days, times) else barren + 1
        if barren > _BARREN[rule.freq]:
            return
        if days:
            yield [datetime.combine(day, clock) for day in days for clock in times]


def _lasting(rule: Rule, days: Sequence[date], times: Sequence[time]) -> bool:
    return bool(days) and (not rule.setpos or len(days) * len(times) >= min(map(abs, rule.setpos)))


def _days(rule: Rule, first: date, stop: date) -> Iterator[list[date]]:
    """The days of each period, which may be none."""
    fits = _fitting(rule)
    if rule.freq == "YEARLY":
        months = rule.month or tuple(range(1, 13))
        for year in range(first.year, stop.year + 1, rule.interval):
            yield [day for month in months for day in _month(rule, year, month) if fits(day)]
    elif rule.freq == "MONTHLY":
        for number in range(first.year * 12 + first.month - 1, stop.year * 12 + stop.month, rule.interval):
            year, month = divmod(number, 12)
            fit = not rule.month or month + 1 in rule.month
            yield [day for day in _month(rule, year, month + 1) if fits(day)] if fit else []
    else:
        length = 7 if rule.freq == "WEEKLY" else 1
        begin = first.toordinal() - ((first.weekday() - rule.wkst) % 7 if length == 7 else 0)
        for number in range(begin, stop.toordinal() + 1, length * rule.interval):
            week = [date.fromordinal(number + more) for more in range(length)]
            yield [day for day in week if (not rule.month or day.month in rule.month) and fits(day)]


def _month(rule: Rule, year: int, month: int) -> list[date]:
    """The days of a month that BYMONTHDAY names, all if it does not speak; SKIP moves those the month does not have."""
    size = monthrange(year, month)[1]
    named = {number if number > 0 else size + 1 + number for number in rule.monthday or range(1, size + 1)}
    days = [date(year, month, number) for number in sorted(named) if 1 <= number <= size]
    if max(named) > size and rule.skip != "OMIT":
        end = date(year, month, size)
        moved = end if rule.skip == "BACKWARD" else end + _DAY
        return sorted({*days, moved})
    return days


def _fitting(rule: Rule) -> Callable[[date], bool]:
    """The test a day passes for BYWEEKNO, BYYEARDAY, BYDAY and, below MONTHLY, BYMONTHDAY."""
    of_month = rule.freq == "MONTHLY" or bool(rule.month)
    plain = frozenset(day for number, day in rule.day if not number)
    numbered = frozenset(rule.day) if any(number for number, _ in rule.day) else frozenset()
    monthdays = frozenset(rule.monthday) if rule.freq not in {"YEARLY", "MONTHLY"} else frozenset()

    def fits(day: date) -> bool:
        weekday = day.weekday()
        if rule.day and weekday not in plain and not (numbered and _numbers(day, of_month) & numbered):
            return False
        if monthdays and not {day.day, day.day - 1 - monthrange(day.year, day.month)[1]} & monthdays:
            return False
        if rule.yearday:
            number = day.timetuple().tm_yday
            if number not in rule.yearday and number - 1 - _year(day.year) not in rule.yearday:
                return False
        return not rule.weekno or any(number in rule.weekno for number in _weeks(day, rule.wkst))

    return fits


def _year(year: int) -> int:
    return 366 if isleap(year) else 365


def _numbers(day: date, of_month: bool) -> set[tuple[int, int]]:
    """Which weekday this is of its month or year: (2, weekday) and, from the end, (-4, weekday)."""
    number = day.day if of_month else day.timetuple().tm_yday
    size = monthrange(day.year, day.month)[1] if of_month else _year(day.year)
    return {((number - 1) // 7 + 1, day.weekday()), (-((size - number) // 7 + 1), day.weekday())}


def _weeks(day: date, wkst: int) -> tuple[int, int]:
    """The number of a day's week, from the front and from the end; the week with the fourth of January is 1."""

    def middle(one: date) -> date:
        return one + timedelta(days=3 - (one.weekday() - wkst) % 7)

    def number(one: date) -> int:
        return (middle(one).timetuple().tm_yday - 1) // 7 + 1

    week = number(day)
    return week, week - 1 - number(date(middle(day).year, 12, 28))


# Periods of less than a day.


def _within_days(rule: Rule, first: datetime, stop: datetime) -> Iterator[list[datetime]]:
    unit = _UNITS[rule.freq]
    step = unit * rule.interval
    begin = first.replace(minute=0 if unit == 3600 else first.minute, second=0 if unit > 1 else first.second)
    if not _reaches(rule, begin, step):
        return
    fits = _fitting(rule)
    seconds, at, found, day = 0, begin, begin, None
    # Of days told by month, number and weekday the rarest, a 29 February of one weekday, comes within 40 years.
    while at < stop and (at - found).days <= 50 * 366:
        if day != at.date():
            day = at.date()
            open_day = (not rule.month or day.month in rule.month) and fits(day)
        closed = _closed(rule, at, unit, open_day=open_day)
        if closed is None:
            found = at
            yield _expanded(rule, at, unit)
        ahead = seconds + step if closed is None else int((closed - begin).total_seconds())
        seconds = max(seconds + step, -(-ahead // step) * step)
        if seconds > (stop - begin).total_seconds():
            return
        at = begin + timedelta(seconds=seconds)


def _closed(rule: Rule, at: datetime, unit: int, *, open_day: bool) -> datetime | None:
    """The moment before which nothing more fits; None if this one does."""
    if not open_day:
        return datetime.combine(at.date() + _DAY, time())
    if rule.hour and at.hour not in rule.hour:
        return at.replace(minute=0, second=0) + timedelta(hours=1)
    if unit < 3600 and rule.minute and at.minute not in rule.minute:
        return at.replace(second=0) + timedelta(minutes=1)
    if unit == 1 and rule.second and at.second not in rule.second:
        return at + timedelta(seconds=1)
    return None


def _expanded(rule: Rule, at: datetime, unit: int) -> list[datetime]:
    minutes = rule.minute if unit == 3600 else (at.minute,)
    seconds = rule.second if unit > 1 else (at.second,)
    return [at.replace(minute=minute, second=second) for minute in minutes for second in seconds]


def _reaches(rule: Rule, begin: datetime, step: int) -> bool:
    """Tell whether steps of this length ever meet a time of day the rule allows."""
    common = gcd(step, 86400)
    unit = _UNITS[rule.freq]
    minutes = (0,) if unit == 3600 else rule.minute or range(60)
    seconds = (0,) if unit > 1 else rule.second or range(60)
    origin = begin.hour * 3600 + begin.minute * 60 + begin.second
    hours = rule.hour or range(24)
    return any((h * 3600 + m * 60 + s - origin) % common == 0 for h in hours for m in minutes for s in seconds)
