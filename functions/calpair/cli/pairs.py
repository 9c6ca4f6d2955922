"""`calpair pairs`, `approve`, `pause` and `resume`."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from calpair.app.machine import App
from calpair.care.starts import told
from calpair.care.words import left, meaning
from calpair.cli.say import Say
from calpair.cli.words import in_words
from calpair.documents import Documents
from calpair.errors import UsageError
from calpair.model.pair import Pair

_LIVE = 10
"""Pairs whose parked events are looked up; who has more would wait too long for the list."""

_REFUSED = "Its document has a mistake; the pair rests until that is mended."

_NAMED = 10
"""Parked events of a pair that are named one by one."""


def pairs(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """List the pairs and how they stand, wrong documents last; or one of them with all that is known of it."""
    app = App.from_file(config, environment)
    if line.pair:
        return _one(app, say, line.pair)
    documents = app.documents()
    rows: list[dict[str, Any]] = []
    for name, pair in documents.pairs.items():
        looked_up = sum(1 for row in rows if row.get("parked"))
        row = _row(app, name, pair, live=looked_up < _LIVE)
        rows.append(row)
        for text in _lines(name, row):
            say.line(text)
    for name in _refused(documents):
        rows.append({"pair": name, "state": "refused", "sentence": _REFUSED})
        say.line(f"{name}: refused  {_REFUSED}")
    for problem in documents.problems:
        say.line(str(problem))
    if not rows and not documents.problems:
        say.line(f"there is no pair; {app.how_to_begin}")
    say.value({"pairs": rows, "problems": [str(problem) for problem in documents.problems]})
    return 1 if documents.problems else 0


def _refused(documents: Documents) -> list[str]:
    """Give the names of pairs whose documents cannot be used."""
    named = (problem.document.partition("/") for problem in documents.problems)
    return [
        name
        for name in dict.fromkeys(name for kind, _, name in named if kind == "pairs")
        if name not in documents.pairs
    ]


def _one(app: App, say: Say, name: str) -> int:
    """Show one pair, with every event that is parked or held back. UsageError: there is none, or it has a mistake."""
    pair, _ = app.pair(name)
    row = _row(app, name, pair, live=True)
    if row.get("holds"):
        events = app.held(name)
        starts = app.starts_of(name, list(events))
        named = [{"link": link, **event, "starts": told(starts.get(link))} for link, event in events.items()]
        row["holds"] = {**row["holds"], "named": named}
    if row.get("lossy"):
        starts = app.starts_of(name, [event["link"] for event in row["lossy"]])
        row["lossy"] = [{**event, "starts": told(starts.get(event["link"]))} for event in row["lossy"]]
    for text in _lines(name, row, alone=True):
        say.line(text)
    say.value({"pairs": [row], "problems": []})
    return 0


def _row(app: App, name: str, pair: Pair, *, live: bool) -> dict[str, Any]:
    """Put together what a person sees of a pair. `live`: when its parked events start is asked of the servers."""
    row = {
        "pair": name,
        "mailbox": pair.mailbox,
        "folder": pair.folder,
        "calendar": pair.calendar,
        "direction": pair.direction.value,
        "from": app.origin(f"pairs/{name}"),
        **app.status(name),
    }
    if not pair.enabled:
        return row | {
            "state": "disabled",
            "sentence": f"{row['from'] or 'its document'} no longer names or enables it.",
        }
    if row.get("parked"):
        starts = app.starts_of(name, [parked["link"] for parked in row["parked"]]) if live else {}
        row["parked"] = [{**parked, "starts": told(starts.get(parked["link"]))} for parked in row["parked"]]
    if pair.paused:
        sentence = f"Paused by a person: {how_to_resume(app, name)}."
        # What was written of an earlier state says nothing of the pause.
        known = row.get("since") if row["state"] == "paused" and not row["held"] else None
        row |= {"state": "paused", "sentence": sentence, "since": app.paused_since(name) or known}
    return row


def _lines(name: str, row: Mapping[str, Any], *, alone: bool = False) -> Iterator[str]:
    """Tell of a pair. `alone`: nothing else is told, so that its events are named one by one."""
    arrow = "<->" if row["direction"] == "two_way" else "-->"
    last = f", in step at {row['last_success'][:19]}Z" if row["last_success"] else ""
    last += f", {row['parked_count']} parked" if row.get("parked_count") else ""
    yield f"{name}: {row['mailbox']} {arrow} {row['calendar']}: {row['state']}{last}  {row['sentence']}".rstrip()
    figures = [] if row["state"] == "disabled" else _figures(row)
    if figures:
        yield f"  {'; '.join(figures)}"
    if row.get("holds") and "named" in row["holds"]:
        yield from _held(row["holds"])
    if row.get("parked"):
        yield from _parked(row, len(row["parked"]) if alone else _NAMED)
    yield from _losses(name, row, alone=alone)
    for why, count in row.get("left", {}).items():
        yield f"  left alone: {why}, {_events(count)} ({left(why)})"
    if row.get("unknown_zones"):
        unknown = {zone["name"]: zone["events"] for zone in row["unknown_zones"]}
        yield f"  zones nobody knows: {_counts(unknown)}"
    if row.get("orphans"):
        yield f"  orphans: {row['orphans']} copies whose original is gone; `calpair approve {name}` removes them"


def _losses(name: str, row: Mapping[str, Any], *, alone: bool) -> Iterator[str]:
    """Say what was lost on how many events; of a pair that is told of alone, which and when they start."""
    events = row.get("lossy", ())
    for loss, count in row.get("losses", {}).items():
        yield f"  lost: {loss}, {_events(count)} ({meaning(loss)})"
        named = [event for event in events if loss in event["losses"]] if alone else []
        for event in sorted(named, key=lambda event: (event["starts"], event["link"])):
            yield f"    {': '.join(filter(None, (event['google_id'] or event['uid'], event['starts'])))}"
        if alone and count > len(named):
            yield f"    and {count - len(named)} more"
    if events and not alone:
        yield f"  `calpair pairs {name}` names what lost something; `calpair why {name} EVENT` tells all of one event"


def _events(count: int) -> str:
    return f"{count} {'event' if count == 1 else 'events'}"


def _held(holds: Mapping[str, Any]) -> Iterator[str]:
    """Name what waits for a person, as far as it is known."""
    yield f"  held back since {holds['since'][:19]}Z: {holds['kind']}, {holds['events']} events"
    for event in holds["named"]:
        uid = f", UID {event['uid']}" if event["uid"] else ""
        starts = f": {event['starts']}" if event["starts"] else ""
        home = "on both sides from the first" if event["home"] == "adopted" else f"from {event['home'].capitalize()}"
        yield f"    {event['google_id'] or event['exchange_id']}{starts} ({home}{uid})"
    if holds["events"] > len(holds["named"]):
        yield f"    and {holds['events'] - len(holds['named'])} more, which were not carried yet or are too many to be named"


def _parked(row: Mapping[str, Any], named: int) -> Iterator[str]:
    """Say how many events are parked for which reason, and name some of them."""
    shown = row["parked"][:named]
    count = row["parked_count"]
    yield f"  parked: {_counts(row.get('parked_reasons') or {'events': count})}"
    for parked in shown:
        event = ": ".join(filter(None, (parked["google_id"] or parked["uid"], parked.get("starts"))))
        yield f"    {event}: {parked['reason']} ({parked['meaning']})"
    if count > len(shown):
        yield f"    and {count - len(shown)} more"


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{word} {count}" for word, count in counted.items())


def _figures(row: Mapping[str, Any]) -> list[str]:
    """Say since when it stands so, how long changes take, and what was done so far."""
    figures = [f"{row['state']} since {row['since'][:19]}Z"] if row.get("since") else []
    visible = row.get("time_to_visible")
    if visible:
        figures.append(f"visible after {_span(visible['last'])}, typically {_span(visible['typical'])}")
    if row.get("totals"):
        figures.append(f"so far {in_words(row['totals'])}")
    if row.get("twins"):
        figures.append(f"{row['twins']} received on both sides")
    return figures


def _span(seconds: float) -> str:
    """Spell a span as people do: `12 s`, `5 min`, `3 h`."""
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def approve(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Let through what a pair showed and holds back."""
    app = App.from_file(config, environment)
    kind = app.approve(line.pair)
    if not kind:
        raise UsageError(f"pair `{line.pair}` holds nothing back; there is nothing to approve")
    say.line(f"{line.pair}: approved ({kind}); the next sync carries it out")
    say.value({"pair": line.pair, "approved": kind})
    return 0


def pause(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Set a pair aside until it is resumed."""
    app = App.from_file(config, environment)
    changed = not app.paused(line.pair) and app.switch(line.pair, paused=True)
    say.line(f"{line.pair}: {'paused' if changed else 'is paused already'}")
    say.value({"pair": line.pair, "paused": True, "changed": changed})
    return 0


def resume(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Let a paused pair go on. UsageError: a document pauses it, or what it holds back has to be approved."""
    app = App.from_file(config, environment)
    if any(app.paused(line.pair)):
        raise UsageError(f"pair `{line.pair}` is paused by its document: {how_to_resume(app, line.pair)}")
    changed = app.switch(line.pair, paused=False)
    held = app.status(line.pair)["held"]
    cure = (
        f"it holds something back: `calpair pairs {line.pair}` says what, `calpair approve {line.pair}` lets it through"
    )
    if held and not changed:
        raise UsageError(f"pair `{line.pair}` is not paused by hand; {cure}")
    say.line(
        f"{line.pair}: {'resumed' if changed else 'is not paused; nothing was changed'}{f', but {cure}' if held else ''}"
    )
    say.value({"pair": line.pair, "paused": False, "changed": changed, "held": held})
    return 0


def how_to_resume(app: App, name: str) -> str:
    """Say how a paused pair is let go on: where each thing that pauses it can be changed."""
    cures = [
        f"write paused = false for {document} in {app.origin(document) or 'the store'}"
        if document
        else f"`calpair resume {name}` lets it go on"
        for document in app.paused(name)
    ]
    return ", then ".join(cures)
