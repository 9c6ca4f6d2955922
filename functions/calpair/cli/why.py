"""`calpair why PAIR EVENT`."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from calpair.app.machine import App
from calpair.cli.say import Say

_SIDES = {"exchange": "Exchange", "google": "Google"}
_STANDING = {
    "paused": "the pair is paused: nothing is carried until it goes on",
    "disabled": "the pair is disabled: nothing is carried",
    "busy": "a sync is at work on this pair just now; ask again when it is done",
}
_UNLIKE = ("occurrence:refused", "occurrence:altered", "occurrence:crossing", "occurrence:unreadable")

Account = Mapping[str, Any]


def why(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Say how an event stands on both sides, what was lost on the way and why, and what a sync would do."""
    accounts = App.from_file(config, environment).why(line.pair, line.event)
    say.value({"pair": line.pair, "events": accounts})
    for account in accounts:
        for text in _lines(account):
            say.line(text)
    return 0


def _lines(account: Account) -> Iterator[str]:
    yield f"event {account['link']}: {account['state']}, {_home(account['home'])}"
    for match in account["matches"]:
        yield f"  {match}"
    yield from _sides(account)
    for reason in account["instead"]:
        yield f"  why so: {reason}"
    yield from _occurrence(account["occurrence"])
    if account["why"]:
        yield f"  left alone: {account['why']}: {account['meaning']}"
    yield from _parked(account["parked"], "  ")
    yield from _stale(account["stale"])
    for loss in account["losses"]:
        yield from _loss(loss)
    yield from _next(account)


def _home(home: str) -> str:
    return "on both sides before they were paired" if home == "adopted" else f"at home on {home}"


def _sides(account: Account) -> Iterator[str]:
    """Tell of both sides, where an event is born first; of one that is several items, these by date."""
    items = account["items"]
    several = account["items_on"]
    for side, told in account["sides"].items():
        if side != several or not items:
            yield f"  {_SIDES[side]}: {_side(told)}"
    if items:
        (whole,) = (told for side, told in account["sides"].items() if side != several)
        yield f"  {_SIDES[several]}: {_count(len(items), 'item')}:"
        for item in items:
            yield from _item(item, several, whole["title"] if whole else "")


def _side(told: Account | None, title: str = "") -> str:
    if told is None:
        return "nothing"
    named = told["title"] and told["title"] != title
    what = " ".join(filter(None, (told["starts"], f'"{told["title"]}"' if named else "")))
    parts = [what or ("there" if told["there"] else _trouble(told["trouble"])), told["rule"]]
    parts += [f"{told[key]} {key}" for key in ("deleted", "changed") if told[key]]
    return f"{', '.join(filter(None, parts))} ({told['id']})"


def _trouble(word: str) -> str:
    return word if word in ("deleted", "not found") else f"cannot be read now ({word})"


def _item(item: Account, several: str, title: str) -> Iterator[str]:
    asked = ", the one you asked for" if item["asked"] else ""
    yield f"    {_side(item[several], title)}{asked}"
    home = next(side for side in _SIDES if side != several)
    part = item[home]
    if part and not part["there"]:
        gone = f"taken out of its series on {_SIDES[home]}"
        yield f"      {gone if part['trouble'] == 'deleted' else _trouble(part['trouble'])}"
    yield from _parked(item["parked"], "      ")


def _occurrence(told: Account | None) -> Iterator[str]:
    if told is None:
        return
    sides = "; ".join(f"{_SIDES[side]}: {said}" for side, said in told["sides"].items())
    yield f"  the occurrence of {told['starts']}: {sides or 'cannot be read now'}"


def _parked(parked: Account | None, indent: str) -> Iterator[str]:
    if parked is None:
        return
    tries = "tried once" if parked["tries"] == 1 else f"tried {parked['tries']} times"
    if parked["due"]:
        again = "tried again by the next sync"
    elif parked["retry"]:
        again = f"next try {_time(parked['retry'])}"
    else:
        again = "tried again when it changes"
    yield f"{indent}parked: {parked['reason']} since {_time(parked['since'])}, {tries}; {again}: {parked['meaning']}"


def _stale(stale: Account | None) -> Iterator[str]:
    if stale is None:
        return
    sides = " and ".join(_SIDES[side] for side in stale["sides"])
    changed = "; ".join(
        f"changed on {_SIDES[side]} since: {', '.join(names)}" for side, names in stale["changed"].items()
    )
    verb = "keep" if len(stale["sides"]) > 1 else "keeps"
    yield f"  stale: {sides} {verb} what was there at {_time(stale['since'])}, and nothing is carried while it is parked"
    if changed:
        yield f"    {changed}"


def _loss(loss: Account) -> Iterator[str]:
    instead = f" ({loss['instead']})" if loss["instead"] else ""
    yield f"  {loss['loss']}: {loss['meaning']}{instead}"
    for one in loss["occurrences"]:
        sides = "; ".join(f"{_SIDES[side]}: {said}" for side, said in one.get("sides", {}).items())
        yield ": ".join(filter(None, (f"    the occurrence of {one['starts']}", one.get("instead", ""), sides)))


def _next(account: Account) -> Iterator[str]:
    if account["standing"]:
        yield f"  {_STANDING.get(account['standing'], account['standing'])}"
    elif account["next"]:
        for one in account["next"].split("; "):
            yield f"  the next sync: {one}"
    elif not (account["why"] or account["parked"]):
        unlike = any(loss["loss"] in _UNLIKE for loss in account["losses"])
        yield f"  {'as much in step as can be' if unlike else 'in step'}; the next sync has nothing to do"


def _time(text: str) -> str:
    return f"{text[:19]}Z"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"
