"""`calpair directory import FILE` and `calpair directory list`."""

import argparse
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from calpair.app.directory import entries, import_list, published
from calpair.app.machine import App
from calpair.care.publishing import Whereabouts
from calpair.cli.say import Say
from calpair.model.directory import Entry

_NAMED = 20
"""Wrong lines that are told one by one."""


def import_(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Register whom an administrator's list names; a wrong line is told and stops no other."""
    app = App.from_file(config, environment)
    imported, problems = import_list(app, Path(line.file), line.domain, replace=line.replace, most=line.remove_most)
    say.line(
        f"{len(imported.written)} written, {len(imported.unchanged)} as they were"
        + (f", {len(imported.removed)} removed" if line.replace else "")
    )
    for problem in problems[:_NAMED]:
        say.line(problem)
    if len(problems) > _NAMED:
        say.line(f"and {len(problems) - _NAMED} more wrong lines; --json names all")
    say.value(
        {
            "written": imported.written,
            "unchanged": imported.unchanged,
            "removed": imported.removed,
            "problems": list(problems),
        }
    )
    return 1 if problems else 0


def list_(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Say who is registered, all or the addresses given, and of whom is published how that stands; wrong entries last."""
    app = App.from_file(config, environment)
    known, problems = entries(app)
    wanted = [address.lower() for address in line.address]
    told = published(app, known)
    shown = [entry for address, entry in sorted(known.items()) if not wanted or address in wanted]
    said = [one for one in problems if not wanted or one.document.removeprefix("directory/") in wanted]
    wrong = {one.document.removeprefix("directory/") for one in problems}
    missing = [address for address in wanted if address not in known and address not in wrong]
    lines = [_line(entry, told.get(entry.address)) for entry in shown]
    for text in [*lines, *map(str, said), *(f"{address}: is not registered" for address in missing)]:
        say.line(text)
    if not known and not problems:
        say.line("nobody is registered; `calpair directory import FILE` takes the Exchange administrator's list")
    say.value(
        {
            "entries": [_value(entry, told.get(entry.address)) for entry in shown],
            "problems": [str(one) for one in said],
            "missing": missing,
        }
    )
    troubled = any(told[entry.address].meaning for entry in shown if entry.address in told)
    return 1 if said or missing or troubled else 0


def _line(entry: Entry, how: Whereabouts | None) -> str:
    sides = [
        f"{side} {address}" for side, address in (("Exchange", entry.exchange), ("Google", entry.google)) if address
    ]
    said = ", ".join([f"{entry.address} ({entry.domain}): {', '.join(sides)}", *filter(None, [entry.legacy_dn])])
    return f"{said}; {how}" if how else said


def _value(entry: Entry, how: Whereabouts | None) -> dict[str, Any]:
    return {
        "address": entry.address,
        "domain": entry.domain,
        "exchange": entry.exchange,
        "google": entry.google,
        "legacy_dn": entry.legacy_dn,
        "published": asdict(how) if how else None,
    }
