"""`calpair pairs`, `approve`, `pause` and `resume`."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from calpair.app.machine import App
from calpair.care.starts import told
from calpair.cli.say import Say
from calpair.errors import UsageError


def pairs(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """List the pairs and how they stand; wrong documents last."""
    del line
    app = App.from_file(config, environment)
    documents = app.documents()
    rows = []
    for name, pair in documents.pairs.items():
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
            row |= {"state": "disabled", "sentence": f"{row['from'] or 'its document'} no longer names or enables it."}
        elif pair.paused:
            row |= {"state": "paused", "sentence": f"Paused by a person: {how_to_resume(app, name)}."}
        if row.get("parked") and pair.enabled:
            starts = app.parked_starts(name)
            row["parked"] = [{**parked, "starts": told(starts.get(parked["link"]))} for parked in row["parked"]]
        rows.append(row)
        arrow = "<->" if pair.two_way else "-->"
        say.line(
            f"{name}: {pair.mailbox} {arrow} {pair.calendar}: {row['state']}{_since(row)}  {row['sentence']}".rstrip()
        )
        for parked in row.get("parked", ()):
            name_and_start = ": ".join(filter(None, (parked["google_id"] or parked["uid"], parked.get("starts", ""))))
            say.line(f"  parked: {name_and_start}: {parked['reason']} ({parked['meaning']})")
        counts = {key: row.get(key) for key in ("losses", "left") if row.get(key)}
        for key, words in counts.items():
            say.line(f"  {key}: " + ", ".join(f"{word} {count}" for word, count in (words or {}).items()))
        if row.get("orphans"):
            say.line(
                f"  orphans: {row['orphans']} copies whose original is gone; `calpair approve {name}` removes them"
            )
    for problem in documents.problems:
        say.line(str(problem))
    say.value({"pairs": rows, "problems": [str(problem) for problem in documents.problems]})
    return 1 if documents.problems else 0


def _since(row: Mapping[str, object]) -> str:
    last = row.get("last_success")
    return f", in step at {str(last)[:19]}Z" if last else ""


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
    cure = f"it holds something back: `calpair pairs` says what, `calpair approve {line.pair}` lets it through"
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
