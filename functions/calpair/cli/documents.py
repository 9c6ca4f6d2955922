"""`calpair apply FILE` and `calpair export`."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path

from calpair.app.machine import App
from calpair.care.apply import Applied
from calpair.cli.say import Say


def apply(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Write the documents of a file into the store, or take them out of it; a wrong one is told and stops no other."""
    app = App.from_file(config, environment)
    if line.remove:
        return _remove(app, say, Path(line.file))
    applied, problems, others = app.apply(Path(line.file))
    done = list(_done(applied, line.file, others))
    for text in done:
        say.line(text)
    for name in applied.refused:
        say.line(f"{name}: refused; nothing of it was stored, and it rests until its mistakes are mended:")
        for problem in problems:
            if problem.document == name:
                say.line(f"  {problem}")
    for problem in problems:
        if problem.document not in applied.refused:
            say.line(f"{problem}")
    if not (done or problems):
        say.line("nothing to change")
    say.value(
        {
            "written": list(applied.written),
            "disabled": list(applied.disabled),
            "refused": list(applied.refused),
            "paused": list(applied.paused),
            "problems": [str(problem) for problem in problems],
        }
    )
    return 1 if problems else 0


def _done(applied: Applied, file: str, others: Mapping[str, str]) -> Iterator[str]:
    """Say what was done. `others`: where documents came from that another file, or a hand, had written."""
    yield from (f"{name}: disabled ({file} no longer names it)" for name in applied.disabled)
    for name in applied.written:
        was = f"what {others[name]} said" if others.get(name) else "what was written straight into the store"
        yield f"{name}: written{f', over {was}' if name in others else ''}"
    yield from (f"{name}: paused, as it was when {file} was exported" for name in applied.paused)


def _remove(app: App, say: Say, path: Path) -> int:
    removed = app.remove(path)
    for name in removed:
        say.line(f"{name}: removed; nothing changes on either side")
    if not removed:
        say.line("nothing to remove")
    say.value({"removed": list(removed)})
    return 0


def export(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Print every document as JSON, whether or not --json was given; `calpair apply` reads it."""
    del line
    say.document(App.from_file(config, environment).export())
    return 0
