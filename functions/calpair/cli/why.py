"""`calpair why PAIR EVENT`."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from calpair.app.machine import App
from calpair.cli.say import Say

_SIDES = {"exchange": "Exchange", "google": "Google"}


def why(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Say how an event stands on both sides, what was lost on the way, and what a sync would do."""
    accounts = App.from_file(config, environment).why(line.pair, line.event)
    say.value({"pair": line.pair, "events": accounts})
    for account in accounts:
        for text in _lines(account):
            say.line(text)
    return 0


def _lines(account: Mapping[str, Any]) -> Iterator[str]:
    yield f"event {account['link']}: {account['state']}, at home on {account['home']}"
    for side, told in account["sides"].items():
        if told is None:
            yield f"  {_SIDES[side]}: nothing"
            continue
        what = " ".join(filter(None, (told["starts"], told["title"] and f'"{told["title"]}"')))
        series = f", a series with {told['overrides']} occurrences of their own" if told["repeats"] else ""
        yield f"  {_SIDES[side]}: {what or ('there' if told['there'] else 'not found')}{series} ({told['id']})"
    if account["why"]:
        yield f"  left alone: {account['why']} (see the glossary)"
    parked = account["parked"]
    if parked:
        again = f"; next try {parked['retry'][:19]}Z" if parked["retry"] else "; tried again when it changes"
        yield f"  parked: {parked['reason']} since {parked['since'][:19]}Z, {parked['tries']} tries{again}"
    for loss in account["losses"]:
        yield f"  {loss['loss']}: {loss['meaning']}"
    if account["next"]:
        yield f"  the next sync: {account['next']}"
    elif not (account["why"] or parked):
        yield "  in step; the next sync has nothing to do"
