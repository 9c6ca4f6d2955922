"""The simulators' expander beside dateutil's, on rules drawn at random; where dateutil is wrong the answer is by hand.

dateutil is asked in UTC: what the clocks do is another test's affair.
"""

from datetime import UTC, datetime
from importlib import import_module
from itertools import islice
from random import Random
from typing import Any

import pytest

from simulators.expand import occurrences
from simulators.rules import FREQUENCIES, WEEKDAYS
from unit.simulators.expanding import days, first

rrulestr: Any = import_module("dateutil.rrule").rrulestr
ROUNDS, RULES, SHOWN = 4, 150, 12


def some(chance: Random, least: int, most: int, *, signed: bool = False) -> str:
    numbers = {chance.randint(least, most) for _ in range(chance.randint(1, 4))}
    return ",".join(str(-number if signed and chance.random() < 0.4 else number) for number in sorted(numbers))


def weekdays(chance: Random, *, numbered: int) -> str:
    chosen = chance.sample(WEEKDAYS, chance.randint(1, 4))
    if not numbered or chance.random() < 0.4:
        return ",".join(chosen)
    return ",".join(f"{chance.choice(['', '-'])}{chance.randint(1, numbered)}{day}" for day in chosen)


def drawn(chance: Random) -> str:
    """A rule that the grammar has and dateutil gets right."""
    freq = chance.choice(FREQUENCIES)
    parts = [f"FREQ={freq}", "UNTIL=20290101T000000Z"]
    sub = freq in FREQUENCIES[:3]

    def maybe(part: str, text: str, likely: float) -> None:
        if chance.random() < likely:
            parts.append(f"{part}={text}")

    maybe("INTERVAL", str(chance.randint(1, 5)), 0.5)
    maybe("WKST", chance.choice(WEEKDAYS), 0.5)
    if not sub:  # dateutil walks second by second through what is left out
        maybe("BYMONTH", some(chance, 1, 12), 0.35)
    weekno = freq == "YEARLY" and chance.random() < 0.25
    if weekno:
        parts.append(f"BYWEEKNO={some(chance, 1, 50)}")
    if freq == "YEARLY":
        maybe("BYYEARDAY", some(chance, 1, 365, signed=True), 0.15)
    if freq != "WEEKLY" and not sub:
        maybe("BYMONTHDAY", some(chance, 1, 31, signed=True), 0.35)
    numbered = 0 if weekno else {"MONTHLY": 5, "YEARLY": 5 if "BYMONTH" in str(parts) else 53}.get(freq, 0)
    if weekno or chance.random() < 0.5:
        parts.append(f"BYDAY={weekdays(chance, numbered=numbered)}")
    maybe("BYHOUR", some(chance, 0, 23), 0.25)
    maybe("BYMINUTE", some(chance, 0, 59), 0.2)
    maybe("BYSECOND", some(chance, 0, 59), 0.1)
    if freq != "WEEKLY" and any(part.startswith("BY") for part in parts):
        maybe("BYSETPOS", some(chance, 1, 1 if sub or freq == "DAILY" else 3, signed=True), 0.25)
    return ";".join(parts)


def ours(start: datetime, rule: str) -> list[str]:
    found = occurrences(start, [f"RRULE:{rule}"])
    return [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in islice(found, SHOWN)]


def theirs(start: datetime, rule: str) -> list[str]:
    try:
        found = rrulestr(rule, dtstart=start)
    except ValueError:  # its word for a rule below DAILY that never matches
        return []
    return [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in islice(found, SHOWN)]


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_rules_at_random_are_expanded_as_by_dateutil(seed: int) -> None:
    chance = Random(seed)  # noqa: S311 - a test's draw, the same every time
    for _ in range(RULES):
        rule = drawn(chance)
        hour, minute = chance.randint(0, 23), chance.randint(0, 59)
        start = datetime(2026, chance.randint(1, 12), chance.randint(1, 28), hour, minute, tzinfo=UTC)
        assert (rule, start, ours(start, rule)) == (rule, start, theirs(start, rule))


@pytest.mark.parametrize(
    ("start", "rule", "told"),
    [
        # dateutil takes every day of the week; RFC 5545 3.3.10 derives the weekday from the start.
        ("2026-11-04", "FREQ=YEARLY;BYWEEKNO=10", "2027 Mar 10 2028 Mar 8 2029 Mar 7"),
        # dateutil counts the places of the first week from the start on; the period is the whole week.
        ("2026-11-04", "FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=1", "2026 Nov 9,16,23"),
        ("2026-07-06", "FREQ=WEEKLY;INTERVAL=5;WKST=TU;BYDAY=MO,TH,WE,SA;BYSETPOS=2,3,4", "2026 Jul 6 Aug 6,8"),
        # dateutil does not see that the last days of 2025 are of the 53rd week from the end of 2026, which has 53.
        ("2025-12-01", "FREQ=YEARLY;BYWEEKNO=-53;BYDAY=TU", "2025 Dec 30 2031 Dec 30 2036 Dec 30"),
    ],
)
def test_where_dateutil_is_wrong_the_answer_is_the_standards(start: str, rule: str, told: str) -> None:
    assert [
        each.date()
        for each in first(3, datetime.fromisoformat(f"{start}T09:00:00+00:00"), f"RRULE:{rule}")
        if isinstance(each, datetime)
    ] == days(told)
