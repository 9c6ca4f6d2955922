"""`calpair apply FILE` and `calpair export`."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from calpair.app.machine import App
from calpair.cli.say import Say


def apply(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Write the documents of a file into the store; a wrong one is told and stops no other."""
    app = App.from_file(config, environment)
    applied = app.apply(Path(line.file))
    problems = [str(problem) for problem in app.problems()]
    for name in applied.disabled:
        say.line(f"{name}: disabled ({line.file} no longer names it)")
    for name in applied.written:
        say.line(f"{name}: written")
    for problem in problems:
        say.line(problem)
    if not (applied.written or applied.disabled):
        say.line("nothing to change")
    say.value({"written": list(applied.written), "disabled": list(applied.disabled), "problems": problems})
    return 1 if problems else 0


def export(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Print every document as JSON, whether or not --json was given; `calpair apply` reads it."""
    del line
    say.document(App.from_file(config, environment).export())
    return 0
