"""RRULE, EXRULE, RDATE and EXDATE lines, read into values and written again. Pure.

repeats = text.parse(event["recurrence"], when)      # RuleError for what no calendar can mean
lines = text.lines(repeats, when)                    # ["RRULE:FREQ=WEEKLY;BYDAY=MO"]

`when` is the first occurrence: a time without a zone is one of its zone, and it tells whether dates or instants are
meant. The lines are other people's: whatever they hold, reading them ends soon, in a value or in a RuleError.
Source: RFC 5545, 3.3.10, 3.8.5.1 to 3; RFC 7529 (RSCALE, SKIP).
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from calpair.model.rule import Frequency, Original, Recurrence, Rule, Skip
from calpair.model.when import AllDay, When
from calpair.recurrence import dates
from calpair.recurrence.parts import LIST_PARTS, WEEKDAYS, days, number, numbers, written_days
from calpair.recurrence.refusal import RuleError

MOST_LINES = 200
MOST_CHARACTERS = 64 * 1024
MOST_RULES = 16
MOST_STEPS = 100_000
"""The greatest INTERVAL and COUNT that are read."""

_LINE = re.compile(r"(RRULE|EXRULE|RDATE|EXDATE)((?:;[^:;\"]*(?:\"[^\"]*\")?)*):(.*)", re.IGNORECASE)

__all__ = ["RuleError", "lines", "parse"]


def parse(lines: Sequence[str], when: When) -> Recurrence:
    """Read the lines of a series whose first occurrence is `when`; dates are kept ascending, and each once."""
    if len(lines) > MOST_LINES or sum(len(line) + 1 for line in lines) > MOST_CHARACTERS:
        raise RuleError("too long")
    rules: dict[str, list[Rule]] = {"RRULE": [], "EXRULE": []}
    found: dict[str, set[Original]] = {"RDATE": set(), "EXDATE": set()}
    unfolded = re.sub(r"\r?\n[ \t]", "", "\n".join(lines))
    for line in filter(None, (line.strip() for line in unfolded.split("\n"))):
        match = _LINE.fullmatch(line)
        if match is None:
            raise RuleError("unknown line")
        name, parameters, value = match[1].upper(), match[2], match[3]
        if name in rules:
            rules[name].append(_rule(value, when))
            if len(rules[name]) > MOST_RULES:
                raise RuleError("too many rules")
        else:
            found[name].update(dates.read_list(value, _parameters(parameters), when))
    return Recurrence(
        tuple(rules["RRULE"]), tuple(rules["EXRULE"]), tuple(sorted(found["RDATE"])), tuple(sorted(found["EXDATE"]))
    )


def _parameters(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";") if part)
    return {name.strip().upper(): value.strip().strip('"') for name, _, value in pairs}


def _rule(text: str, when: When) -> Rule:
    parts: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        name, sign, value = (word.strip().upper() for word in part.partition("="))
        if not sign or not value or name in parts:
            raise RuleError(f"part {name[:12]}")
        parts[name] = value
    try:
        frequency = Frequency(parts.pop("FREQ", ""))
    except ValueError:
        raise RuleError("FREQ") from None
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise RuleError("RSCALE")
    rule = Rule(frequency, number(parts.pop("INTERVAL", "1"), "INTERVAL", 1, MOST_STEPS))
    rule = _ending(rule, parts, when)
    skip, week_start = parts.pop("SKIP", "OMIT"), parts.pop("WKST", "MO")
    if skip not in Skip.__members__:
        raise RuleError("SKIP")
    if week_start not in WEEKDAYS:
        raise RuleError("WKST")
    lists: dict[str, Any] = {part.field: numbers(parts.pop(name, ""), name) for name, part in LIST_PARTS.items()}
    by_day = days(parts.pop("BYDAY", ""))
    rule = replace(rule, skip=Skip(skip), week_start=WEEKDAYS.index(week_start), by_day=by_day, **lists)
    if parts:
        raise RuleError(f"part {min(parts)[:12]}")
    _consistent(rule, when)
    return rule


def _ending(rule: Rule, parts: dict[str, str], when: When) -> Rule:
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    if count is not None and until is not None:
        raise RuleError("COUNT and UNTIL")
    if count is not None:
        return replace(rule, count=number(count, "COUNT", 1, MOST_STEPS))
    return rule if until is None else replace(rule, until=dates.read_until(until, when))


def _consistent(rule: Rule, when: When) -> None:
    most = {Frequency.MONTHLY: 5, Frequency.YEARLY: 5 if rule.by_month else 53}.get(rule.frequency, 0)
    if any(abs(day.nth) > most or (day.nth and rule.by_week) for day in rule.by_day):
        raise RuleError("BYDAY")
    if isinstance(when, AllDay) and rule.frequency in (Frequency.HOURLY, Frequency.MINUTELY, Frequency.SECONDLY):
        raise RuleError("FREQ")


def lines(repeats: Recurrence, when: When) -> list[str]:
    """Write the lines: instants in UTC, dates for whole days, and no part that says what goes without saying."""
    found = ["RRULE:" + _written(rule, when) for rule in repeats.rules]
    found += ["EXRULE:" + _written(rule, when) for rule in repeats.except_rules]
    kind = ";VALUE=DATE" if isinstance(when, AllDay) else ""
    for name, values in (("RDATE", repeats.dates), ("EXDATE", repeats.except_dates)):
        if values:
            found.append(f"{name}{kind}:" + ",".join(dates.write(value, when) for value in values))
    return found


def _written(rule: Rule, when: When) -> str:
    parts = [f"FREQ={rule.frequency}"]
    if rule.skip is not Skip.OMIT:
        parts.insert(0, "RSCALE=GREGORIAN")
    if rule.interval > 1:
        parts.append(f"INTERVAL={rule.interval}")
    if rule.count is not None:
        parts.append(f"COUNT={rule.count}")
    if rule.until is not None:
        parts.append(f"UNTIL={dates.write_until(rule.until, when)}")
    for name, part in LIST_PARTS.items():
        if values := getattr(rule, part.field):
            parts.append(f"{name}=" + ",".join(str(value) for value in values))
        if name == "BYMONTHDAY" and rule.by_day:
            parts.append("BYDAY=" + written_days(rule.by_day))
    if rule.week_start or (rule.frequency is Frequency.WEEKLY and rule.interval > 1):
        parts.append(f"WKST={WEEKDAYS[rule.week_start]}")
    if rule.skip is not Skip.OMIT:
        parts.append(f"SKIP={rule.skip}")
    return ";".join(parts)
