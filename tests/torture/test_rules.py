"""Rules by the thousand, there and back: not one may come to other dates without a word.

Every rule of `rule_material` becomes what Exchange can hold of it, and that is expanded by the Exchange simulator's own
arithmetic; every pattern of Exchange's becomes a rule, and that is expanded by the simulators' own reading of RFC 5545.
Neither is the product's. Compared is what both generate over at least five years and two full cycles; a table tells what
became of how many rules. A slice runs always; CALPAIR_TORTURE=1 takes ten thousand rules and as many patterns.
"""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import islice, takewhile
from random import Random
from zoneinfo import ZoneInfo

import pytest

from calpair.model.rule import Recurrence
from calpair.model.when import AllDay, Timed, When
from calpair.recurrence import ladder, pattern, text
from calpair.recurrence.refusal import RuleError
from simulators.exchange.pattern import MONTHS, WEEK, Pattern, dates, instant
from simulators.expand import occurrences
from simulators.rules import Moment
from torture.rule_material import patterns, rules

TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"
COUNT = 10_000 if TORTURE else 320
BATCHES = range(20 if TORTURE else 4)
"""Each a test of its own, so that two processes share them."""

MOST = 1_200
"""Occurrences compared of one rule, at most."""

INDEXES = {1: "First", 2: "Second", 3: "Third", 4: "Fourth", -1: "Last"}


def planned(start: Moment) -> When:
    """An hour from a start, or a day."""
    if isinstance(start, datetime):
        return Timed(start, start + timedelta(hours=1), str(start.tzinfo))
    return AllDay(start, start + timedelta(days=1))


def far(start: Moment, lines: Sequence[str]) -> Moment:
    """Beyond five years and two full cycles of any of the lines."""
    interval = max(
        [int(line.partition("INTERVAL=")[2].split(";")[0] or 1) for line in lines if "INTERVAL=" in line] + [1]
    )
    yearly = any("FREQ=YEARLY" in line for line in lines)
    years = max(9, 2 * interval * (1 if yearly else 0) + 9, 2 * interval // 12 + 1)
    return start + timedelta(days=366 * years)


def key(moment: Moment) -> Moment:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def of_rule(start: Moment, lines: Sequence[str], before: Moment) -> list[Moment]:
    """What the judge reads the lines as."""
    return [key(moment) for moment in islice(occurrences(start, lines, before=before), MOST)]


def judged(series: pattern.Series) -> Pattern:
    """A pattern of the product's, in the judge's words."""
    said, end = series.pattern, series.range
    more: dict[str, object] = {}
    if isinstance(end, pattern.Numbered):
        more["number"] = end.count
    elif isinstance(end, pattern.EndDate):
        more["until"] = end.date
    match said:
        case pattern.Daily(interval):
            return Pattern("Daily", series.start, interval=interval, **more)  # type: ignore[arg-type]
        case pattern.Weekly(interval, days, first_day):
            names = tuple(WEEK[day] for day in days)
            return Pattern("Weekly", series.start, interval=interval, days=names, first_day=WEEK[first_day], **more)  # type: ignore[arg-type]
        case pattern.AbsoluteMonthly(interval, day):
            return Pattern("AbsoluteMonthly", series.start, interval=interval, day=day, **more)  # type: ignore[arg-type]
        case pattern.RelativeMonthly(interval, index, days):
            return Pattern(
                "RelativeMonthly",
                series.start,
                interval=interval,
                index=INDEXES[index],
                days=(_kind(days),),
                **more,  # type: ignore[arg-type]
            )
        case pattern.AbsoluteYearly(month, day):
            return Pattern("AbsoluteYearly", series.start, month=month, day=day, **more)  # type: ignore[arg-type]
        case pattern.RelativeYearly(month, index, days):
            return Pattern(
                "RelativeYearly",
                series.start,
                month=month,
                index=INDEXES[index],
                days=(_kind(days),),
                **more,  # type: ignore[arg-type]
            )


def _kind(days: pattern.Kind) -> str:
    return days.value if isinstance(days, pattern.Group) else WEEK[days]


def of_pattern(said: Pattern, start: Moment) -> Iterator[Moment]:
    """What the judge reads a pattern as, at the start's time of day."""
    if not isinstance(start, datetime):
        return iter(dates(said))
    at, zone = start.timetz().replace(tzinfo=None), start.tzinfo
    assert isinstance(zone, ZoneInfo)
    return (instant(day, at, zone) for day in dates(said))


def shown(parts: Iterable[ladder.Part], before: Moment, zone: str) -> list[Moment]:
    """What Exchange shows of the parts: every occurrence, also those that come twice."""
    found: list[Moment] = []
    for part in parts:
        start = part.when.start
        local = start.astimezone(ZoneInfo(zone)) if isinstance(start, datetime) else start
        there = [start] if part.series is None else of_pattern(judged(part.series), local)
        left = set(part.cancelled)
        found += islice((one for one in takewhile(lambda one: one < key(before), there) if one not in left), MOST)
    return sorted(found)


@pytest.mark.parametrize("batch", BATCHES)
def test_a_rule_comes_to_the_same_dates_on_exchange(batch: int) -> None:
    tally: Counter[str] = Counter()
    wrong: list[str] = []
    for start, lines in rules(Random(batch), COUNT // len(BATCHES)):  # noqa: S311 - chance by a seed
        word, fault = _there(start, lines)
        tally[word] += 1
        if fault:
            wrong.append(f"{start} {lines}: {fault}")
    _tell("rules on Exchange", tally)
    assert not wrong, "\n".join(wrong[:20])
    assert tally.total() == COUNT // len(BATCHES)
    # What cannot be carried at all is the rare rule that has no date.
    assert tally["impossible"] <= tally.total() // 5
    assert tally["equal"] >= tally.total() // 4


def _there(start: Moment, lines: Sequence[str]) -> tuple[str, str]:
    """What became of a rule, and what is wrong with it."""
    when = planned(start)
    wanted = of_rule(start, lines, far(start, lines))
    try:
        repeats = text.parse(lines, when)
    except RuleError as error:
        return "refused", f"the product does not read it: {error}" if wanted else ""
    horizon = key(start + timedelta(days=730))
    try:
        found = ladder.convert(when, repeats, horizon=horizon)
    except Exception as error:  # noqa: BLE001 - counted, and told with the rule
        return "broken", f"raised {error!r}"
    word = found.rung.name.lower()
    if not found.parts:
        # So many a day that nobody could look at them singly: that is said, and nothing is carried.
        declared = not wanted or (found.why == "many" and "rule" in found.losses)
        return word if not wanted else "refused", "" if declared else f"nothing was carried of {len(wanted)}"
    rolling = "rule:horizon" in found.losses
    before = horizon if rolling else far(start, lines)
    wanted = [moment for moment in wanted if moment < key(before)]
    zone = getattr(when, "zone", "")
    there = shown(found.parts, before, zone)[: len(wanted) + 1 if len(wanted) == MOST else None]
    there = there[:MOST]
    fault = _differing(wanted, there)
    if not fault and word == "equal":
        (part,) = found.parts
        assert part.series is not None
        again = _lines_of(pattern.to_recurrence(part.series, part.when), part.when, before, zone)
        left = [one for one in again if one not in part.cancelled]
        most = min(len(wanted), len(left)) if len(again) == MOST else None
        fault = _differing(wanted[:most], left[:most])
        fault = fault and f"back again: {fault}"
    return word, fault


def _lines_of(repeats: Recurrence, when: When, before: Moment, zone: str) -> list[Moment]:
    start = when.start.astimezone(ZoneInfo(zone)) if isinstance(when, Timed) else when.start
    return of_rule(start, text.lines(repeats, when), before)


@pytest.mark.parametrize("batch", BATCHES)
def test_a_pattern_comes_to_the_same_dates_on_google_and_is_a_pattern_again(batch: int) -> None:
    tally: Counter[str] = Counter()
    wrong: list[str] = []
    for start, said in patterns(Random(1000 + batch), COUNT // len(BATCHES)):  # noqa: S311 - the same
        fault = _back(start, said)
        tally[said.kind] += 1
        if fault:
            wrong.append(f"{start} {said}: {fault}")
    _tell("patterns on Google", tally)
    assert not wrong, "\n".join(wrong[:20])
    assert min(tally.values()) >= COUNT // len(BATCHES) // 6


def _back(start: Moment, said: Pattern) -> str:
    before = start + timedelta(days=366 * 17)
    there = list(islice(takewhile(lambda one: one < key(before), of_pattern(said, start)), MOST))
    series = pattern.Series(_pattern(said), said.start, _range(said))
    if not there:
        return ""
    zone = str(start.tzinfo) if isinstance(start, datetime) else ""
    first = there[0].astimezone(ZoneInfo(zone)) if isinstance(there[0], datetime) else there[0]
    if isinstance(first, datetime) and isinstance(start, datetime) and first.time() != start.time():
        # A series that begins at a time which never comes begins at another; its rule goes by that.
        return ""
    when = planned(first)
    lines = text.lines(pattern.to_recurrence(series, when), when)
    fault = _differing(there, of_rule(first, lines, before))
    if fault:
        return f"{lines}: {fault}"
    found = ladder.convert(when, text.parse(lines, when), horizon=None)
    if found.rung is not ladder.Rung.EQUAL:
        return f"{lines} is {found.rung.name} again"
    again = shown(found.parts, before, zone)[:MOST]
    fault = _differing(there, again)
    return f"again: {fault}" if fault else ""


def _pattern(said: Pattern) -> pattern.Pattern:
    match said.kind:
        case "Daily":
            return pattern.Daily(said.interval)
        case "Weekly":
            days = tuple(WEEK.index(day) for day in said.days)
            return pattern.Weekly(said.interval, days, WEEK.index(said.first_day))
        case "AbsoluteMonthly":
            return pattern.AbsoluteMonthly(said.interval, said.day)
        case "RelativeMonthly":
            return pattern.RelativeMonthly(said.interval, _index(said), _days(said))
        case "AbsoluteYearly":
            return pattern.AbsoluteYearly(said.month, said.day)
    return pattern.RelativeYearly(said.month, _index(said), _days(said))


def _index(said: Pattern) -> pattern.Index:
    return next(pattern.Index(number) for number, name in INDEXES.items() if name == said.index)


def _days(said: Pattern) -> pattern.Kind:
    (name,) = said.days
    return WEEK.index(name) if name in WEEK else pattern.Group(name)


def _range(said: Pattern) -> pattern.Range:
    if said.number is not None:
        return pattern.Numbered(said.number)
    return pattern.EndDate(said.until) if said.until else pattern.NoEnd()


def _differing(wanted: Sequence[date], there: Sequence[date]) -> str:
    if list(wanted) == list(there):
        return ""
    lacking, more = sorted(set(wanted) - set(there))[:3], sorted(set(there) - set(wanted))[:3]
    doubled = [one for one, count in Counter(there).items() if count > 1][:3]
    return f"lacks {lacking}, has {more}, twice {doubled} ({len(wanted)} wanted, {len(there)} there)"


def _tell(what: str, tally: Counter[str]) -> None:
    print(f"\n{what}: " + ", ".join(f"{word} {count}" for word, count in sorted(tally.items())))  # noqa: T201 - the table is the point


def test_the_judges_know_all_months() -> None:
    assert len(MONTHS) == 12
