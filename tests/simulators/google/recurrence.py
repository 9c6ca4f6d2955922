"""Which recurrence lines are accepted; they are kept as sent.

Source: facts/google.md 3.2 (last line), 3.3. What reports disagree on is a switch; the grammar is RFC 5545's.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from simulators.expand import occurrences
from simulators.google.errors import RefusedError, invalid, not_modelled
from simulators.google.switches import Switches
from simulators.google.times import instant, zone
from simulators.rules import Lines, Moment, Rule, parse_lines

MOST_UI = 730
MOST = 20_000
_SUBDAILY = ("SECONDLY", "MINUTELY", "HOURLY")
_FLOATING = re.compile(r"(RDATE|EXDATE)(;VALUE=DATE-TIME)?:(.*)", re.IGNORECASE)


def check_lines(lines: Sequence[str], start: Mapping[str, str], switches: Switches) -> None:
    """Refuse lines the documents forbid, those the switches say, and those that make no occurrence at all."""
    first = _start(start)
    said = _read(lines, first)
    timed = isinstance(first, datetime)
    for line in lines:
        match = _FLOATING.fullmatch(line)
        if match is not None and timed and any(not word.upper().endswith("Z") for word in match[3].split(",")):
            raise not_modelled("dates of recurrence without zone (RDATE or EXDATE with neither Z nor TZID)")
    if not said.rules and not said.rdates:
        raise invalid("Invalid recurrence rule.", "recurrence")
    if said.exrules and not switches.exrule_accepted:
        raise _refused()
    for rule in (*said.rules, *said.exrules):
        _check_rule(rule, switches, timed=timed)
    if next(_occurrences(first, said, switches), None) is None:
        raise _refused()


def check_exceptions(lines: Sequence[str], start: Mapping[str, str], switches: Switches) -> None:
    """Refuse an EXDATE that meets no instance; switch stray_exdate."""
    first = _start(start)
    said = _read(lines, first)
    if switches.stray_exdate == "kept":
        return
    for moment in said.exdates:
        bare = Lines(said.rules, said.exrules, said.rdates)
        after = moment + (timedelta(seconds=1) if isinstance(moment, datetime) else timedelta(days=1))
        if all(each != moment for each in _occurrences(first, bare, switches, after)):
            raise _refused()


def walked(starts: Iterator[Moment]) -> Iterator[Moment]:
    """The same starts, as long as somebody may wait for them."""
    for number, start in enumerate(starts):
        if number >= MOST:
            raise not_modelled(f"walking through more than {MOST} instances of a series")
        yield start


def _occurrences(first: Moment, said: Lines, switches: Switches, before: Moment | None = None) -> Iterator[Moment]:
    try:
        return walked(occurrences(first, said, before=before, odd_start=switches.odd_start))
    except ValueError:
        raise _refused() from None


def _start(start: Mapping[str, str]) -> Moment:
    if "date" in start:
        return date.fromisoformat(start["date"])
    return instant(start["dateTime"]).astimezone(zone(start["timeZone"]))


def _read(lines: Sequence[str], first: Moment) -> Lines:
    try:
        return parse_lines(lines, first)
    except ValueError:
        raise _refused() from None


def _refused() -> RefusedError:
    return invalid("Invalid recurrence rule.", "recurrence")


def _check_rule(rule: Rule, switches: Switches, *, timed: bool) -> None:
    until = rule.until
    in_utc = isinstance(until, datetime) and until.tzinfo is not None
    if until is not None and (not in_utc if timed else isinstance(until, datetime)):
        raise _refused()
    refused = (
        (bool(rule.setpos), switches.bysetpos_accepted),
        (any(number for number, _ in rule.day), switches.byday_ordinals_accepted),
        (bool(rule.rscale), switches.rscale_accepted),
        (rule.freq in _SUBDAILY, switches.subdaily_accepted),
        ((rule.count or 0) > MOST_UI, not switches.count_cap_730),
    )
    if any(there and not accepted for there, accepted in refused):
        raise _refused()
