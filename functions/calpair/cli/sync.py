"""`calpair sync PAIR [--dry-run]`."""

import argparse
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from calpair.app.machine import App
from calpair.care.starts import told as told_when
from calpair.cli.pairs import how_to_resume
from calpair.cli.say import Say
from calpair.cli.words import in_words, noticed
from calpair.errors import UsageError


def sync(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Bring one pair in step, or say what would be done."""
    app = App.from_file(config, environment)
    app.own_store("sync", f"`calpair pairs {line.pair}` shows how it stands and what waits for a person")
    report = app.sync(line.pair, dry_run=line.dry_run, progress=say.progress)
    while report.outcome == "unfinished":
        # A lease is taken for minutes; a first sync of many events goes on under the next one.
        further = app.sync(line.pair, dry_run=line.dry_run, progress=say.progress)
        report = replace(
            further,
            said=report.said + further.said,
            writes=report.writes + further.writes,
            notices=[*report.notices, *further.notices],
        )
    if report.outcome == "paused":
        raise UsageError(f"pair `{line.pair}` is paused; {how_to_resume(app, line.pair)}")
    if report.outcome == "disabled":
        raise UsageError(f"pair `{line.pair}` is disabled; name it in its file again, or set enabled = true")
    starts = app.starts(line.pair, report.decisions)
    decisions = [
        ": ".join(filter(None, (str(decision), told_when(starts.get(decision.link.key)))))
        for decision in report.decisions
    ]
    held, notices = report.held, [noticed(notice) for notice in report.notices]
    say.value(
        {
            "pair": line.pair,
            "outcome": report.outcome,
            "said": dict(report.said),
            "writes": report.writes,
            "clashes": report.clashes,
            "retry": report.retry,
            "held": held and {"kind": held.kind, "events": len(held.links)},
            "notices": notices,
            "decisions": decisions,
        }
    )
    for line_of_one in (*decisions, *notices):
        say.line(line_of_one)
    if report.outcome == "held":
        say.line(f"{line.pair}: {app.status(line.pair)['sentence']}")
        return 1
    if report.outcome == "busy":
        say.line(f"{line.pair}: another process is at it; nothing done")
        return 0
    say.line(
        f"{line.pair}: {in_words(report.said, dry_run=line.dry_run)}{'; nothing was written' if line.dry_run else ''}"
    )
    missing = app.status(line.pair).get("missing")
    if missing:
        say.line(f"{line.pair}: {missing['sentence']}")
    return 0
