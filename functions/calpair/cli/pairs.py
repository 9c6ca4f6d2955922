"""`calpair pairs`, `approve`, `pause` and `resume`."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from calpair.app.machine import App
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
            "from": app.origin(name),
            **app.status(name),
        }
        if not pair.enabled:
            row |= {"state": "disabled", "sentence": f"{row['from'] or 'its document'} no longer names or enables it."}
        elif pair.paused:
            row |= {"state": "paused", "sentence": f"Paused by hand; `calpair resume {name}`."}
        rows.append(row)
        arrow = "<->" if pair.two_way else "-->"
        say.line(
            f"{name}: {pair.mailbox} {arrow} {pair.calendar}: {row['state']}{_since(row)}  {row['sentence']}".rstrip()
        )
        for parked in row.get("parked", ()):
            say.line(f"  parked: {parked['google_id'] or parked['uid']}: {parked['reason']} ({parked['meaning']})")
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
    return _switch(line, say, App.from_file(config, environment), paused=True)


def resume(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Let a paused pair go on."""
    return _switch(line, say, App.from_file(config, environment), paused=False)


def _switch(line: argparse.Namespace, say: Say, app: App, *, paused: bool) -> int:
    app.switch(line.pair, paused=paused)
    say.line(f"{line.pair}: {'paused' if paused else 'resumed'}")
    say.value({"pair": line.pair, "paused": paused})
    return 0
