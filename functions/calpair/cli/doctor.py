"""`calpair doctor [DOMAIN|PAIR]`."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from calpair.app.doctoring import examine
from calpair.app.machine import App
from calpair.care.doctor import DISABLED
from calpair.cli.say import Say


def doctor(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Examine everything a sync and free/busy need, each with what was found and the cure. UsageError: others need it, elsewhere."""
    app = App.from_file(config, environment)
    app.own_store("doctor", "`calpair pairs` shows what they found, `calpair apply FILE` judges documents as they do")
    found = []
    for examined in examine(app, line.name):
        finding = examined.finding
        where = f"{examined.document} {examined.side}".strip()
        mark = "-- " if finding.check == DISABLED else "ok " if finding.ok else "BAD"
        say.line(f"{mark} {where}: {finding.check}: {finding.found}{f' -- {finding.cure}' if finding.cure else ''}")
        found.append(
            {
                "document": examined.document,
                "side": examined.side,
                "check": finding.check,
                "ok": finding.ok,
                "found": finding.found,
                "cure": finding.cure,
            }
        )
    # What belongs to no side, and is right, is there before anybody has written anything.
    examined_any = any(row["side"] or not row["ok"] for row in found)
    if not examined_any:
        say.line(
            "there is no pair to examine, and no domain publishes free/busy or lets anybody ask; write one or the other"
        )
    say.value(found)
    return 0 if examined_any and all(row["ok"] for row in found) else 1
