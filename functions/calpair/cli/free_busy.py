"""`calpair free-busy ADDRESS...`: when people are free, a day a line, asked live on whichever side they live."""

import argparse
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from tzlocal import get_localzone

from calpair.app.free_busy import Person, look_up
from calpair.app.machine import App
from calpair.cli.days import LEGEND, days, head
from calpair.cli.say import Say
from calpair.errors import UsageError
from calpair.model.busy import YEARS, Unknown
from calpair.model.side import Side

USUAL = timedelta(days=6)
"""How far beyond the first day is shown, where nobody says how far."""
LONGEST = timedelta(days=366)

_OF_GOOGLE = "Google knows no such calendar, or google.free_busy_account may not see when it is busy"
_WHY = {
    "not_found": "the server knows no such address",
    "no_access": "the account that asks may not see when this person is free",
    "no_data": "what the server says cannot be read",
    "unavailable": "the server did not answer",
}


def free_busy(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Show when people are free. UsageError: the days are none."""
    app = App.from_file(config, environment)
    zone = _zone()
    first = _day(line.since, "--from") or app.now().astimezone(zone).date()
    last = _day(line.until, "--to") or first + USUAL
    if last < first:
        raise UsageError(f"--to {last} is before --from {first}; give the last day that is to be shown")
    if last - first > LONGEST:
        raise UsageError(f"at most {LONGEST.days} days are shown; give a later --from or an earlier --to")
    start, end = (datetime.combine(day, time(), zone).astimezone(UTC) for day in (first, last + timedelta(days=1)))
    people = look_up(app, [address.strip() for address in line.address], start, end)
    nobodys = [one for one in dict.fromkeys(line.address) if all(one.strip() != person.address for person in people)]
    for number, person in enumerate(people):
        if number:
            say.line("")
        for text in _lines(person, first, last, zone):
            say.line(text)
    if any(not isinstance(person.told, Unknown) for person in people):
        say.line(f"\n  {LEGEND}   (by the clocks of {zone})")
    for address in nobodys:
        say.line(f"{address}: nobody's here; the directory, a pair, or `limits` of a domain says whose it is")
    say.value(
        {
            "from": start.isoformat(),
            "to": end.isoformat(),
            "people": [_value(person) for person in people],
            "nobodys": nobodys,
        }
    )
    return 1 if nobodys or any(isinstance(person.told, Unknown) for person in people) else 0


def _zone() -> tzinfo:
    try:
        return get_localzone()
    except (LookupError, ValueError, OSError):
        # The library's sentences speak of its own workings.
        raise UsageError("the time zone of this machine cannot be found; set TZ to one, as in Europe/Berlin") from None


def _lines(person: Person, first: date, last: date, zone: tzinfo) -> Sequence[str]:
    name = f"{person.address} ({person.side.capitalize()})"
    if isinstance(person.told, Unknown):
        unseen = person.told.reason == "not_found" and person.side is Side.GOOGLE
        return [f"{name}: {person.trouble or (_OF_GOOGLE if unseen else _WHY[person.told.reason])}"]
    return [name, head(), *days(person.told, first, last, zone)]


def _value(person: Person) -> dict[str, Any]:
    value: dict[str, Any] = {"address": person.address, "side": person.side.value}
    if isinstance(person.told, Unknown):
        return {**value, "unknown": person.told.reason, "trouble": person.trouble}
    blocks = [
        {"start": one.start.isoformat(), "end": one.end.isoformat(), "kind": one.busy.value} for one in person.told
    ]
    return {**value, "busy": blocks}


def _day(text: str, option: str) -> date | None:
    try:
        day = date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} {text} is no day; write it as in 2026-11-30") from None
    if day and day.year not in YEARS:
        raise UsageError(f"{option} {text} is not in the years {YEARS[0]} to {YEARS[-1]}")
    return day
