"""Looks at `functions.yaml`: every row whole, in units the platform takes, and in agreement with the code and itself.

    for line in table.problems(ROOT): print(line)

Reads the table, `functions/main.py` (entry points, once it is there), `infra/settings.tf` (names of settings) and the
package (that somebody reads them). Needs no Terraform.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tools.infra import text
from tools.infra.rights import HOLDERS, PUBLIC, roles_on

FIELDS: Mapping[str, type | tuple[type, ...]] = {
    "does": str,
    "entry_point": str,
    "trigger": dict,
    "cpu": int,
    "memory": str,
    "concurrency": int,
    "timeout_seconds": int,
    "instances": dict,
    "settings": list,
    "rights": dict,
    "alert": dict,
}
OPTIONAL: Mapping[str, type] = {"reaches_exchange": bool}
KINDS = {"schedule", "queue", "documents", "https"}
LONGEST_TIMEOUT = {"schedule": 1_800, "queue": 600, "documents": 540, "https": 3_600}
"""Seconds after which the caller gives up: an attempt of Scheduler, of a task by default, of an event, of Cloud Run."""

NAME_LONGEST = 18
"""Accounts are named PREFIX-FUNCTION; a prefix may have 11 characters and an account 30."""

ALERTS: Mapping[str, tuple[set[str], ...]] = {
    "schedule": ({"stopped_after_minutes"},),
    "queue": ({"failing_percent"}, {"failing_percent", "stopped_after_minutes"}),
    "documents": ({"failing_percent"},),
    "https": ({"failing_percent"},),
}
"""What is watched of a function, by who calls it: one of these sets."""

TASKS = {"CALPAIR_QUEUE", "CALPAIR_SYNC_URL", "CALPAIR_TASKS_ACCOUNT", "CALPAIR_TIMEOUT_SECONDS"}
GO_TOGETHER = (
    ("sync_queue", TASKS),
    ("publish_queue", {"CALPAIR_PUBLISH_QUEUE", "CALPAIR_PUBLISH_URL"}),
    ("tasks_account", TASKS),
    ("sync_identity", {"CALPAIR_SYNC_IDENTITY"}),
    ("free_busy_identity", {"CALPAIR_FREE_BUSY_IDENTITY"}),
    ("digest_key", {"CALPAIR_DIGEST_KEY"}),
)
"""A right, and the settings that are of no use without it and it not without them."""

_NAME = re.compile(r"[a-z]+(_[a-z]+)*")
_MEMORY = re.compile(r"[1-9]\d*(Mi|Gi)")
_DOCUMENTS = re.compile(r"[a-z]+/\{[a-z]+\}")
_SETTING = re.compile(r"^ +(CALPAIR_[A-Z_]+) += ", re.MULTILINE)


def read(tree: Path) -> dict[str, dict[str, Any]]:
    """Read the rows by name."""
    return dict(yaml.safe_load((tree / "infra" / "functions.yaml").read_text(encoding="utf-8")))


def problems(tree: Path) -> list[str]:
    """Give a line for everything that is wrong with the table."""
    rows = read(tree)
    found = [f"functions.yaml: {name}: {line}" for name, row in rows.items() for line in _row(name, row)]
    if found:
        return found  # what follows takes whole rows for granted
    provided = set(_SETTING.findall((tree / "infra" / "settings.tf").read_text(encoding="utf-8")))
    found += [
        f"functions.yaml: {name}: {setting} has no value in settings.tf"
        for name, row in rows.items()
        for setting in row["settings"]
        if setting not in provided
    ]
    return found + list(_alerts(rows)) + list(_code(tree, rows, provided))


def _row(name: str, row: Any) -> Iterator[str]:
    if not isinstance(row, dict):
        yield "a row is a map of fields"
        return
    for field in row.keys() - FIELDS.keys() - OPTIONAL.keys():
        yield f"{field} is unknown; the fields stand at the head of the table"
    for field in FIELDS.keys() - row.keys():
        yield f"{field} is missing"
    for field, kind in {**FIELDS, **OPTIONAL}.items():
        if field in row and (not isinstance(row[field], kind) or (kind is int and isinstance(row[field], bool))):
            yield f"{field} is {row[field]!r}, which is of the wrong kind"
            return
    if FIELDS.keys() <= row.keys():
        yield from _name(name)
        yield from _trigger(name, row)
        yield from _size(row)
        yield from _rights(row)
        yield from _holders(name, row)


def _name(name: str) -> Iterator[str]:
    if not _NAME.fullmatch(name) or len(name) > NAME_LONGEST:
        yield f"a name has lower-case words joined by _ and at most {NAME_LONGEST} characters"


def _trigger(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    trigger = row["trigger"]
    if len(trigger) != 1 or not trigger.keys() <= KINDS:
        yield f"a trigger is exactly one of {', '.join(sorted(KINDS))}"
        return
    [(kind, value)] = trigger.items()
    if not isinstance(value, str):
        yield f"{kind} is {value!r}, which is no text"
        return
    if kind == "schedule" and text.cron(value):
        yield text.cron(value)
    if kind == "documents" and not _DOCUMENTS.fullmatch(value):
        yield f"{value!r} is no pattern of documents, as in pairs/{{name}}"
    if kind == "https" and value not in {"look_up_callers", "passwords"}:
        yield f"https is look_up_callers or passwords, not {value!r}"
    if kind == "https" and name not in PUBLIC:
        yield "may not be reached from outside; tools/infra/rights.py lists those that may"
    longest = LONGEST_TIMEOUT[kind]
    if not 1 <= row["timeout_seconds"] <= longest:
        yield f"timeout_seconds is {row['timeout_seconds']}; who calls by {kind} waits at most {longest}"


def _size(row: Mapping[str, Any]) -> Iterator[str]:
    if row["cpu"] not in {1, 2, 4, 8}:
        yield f"cpu is {row['cpu']}; take 1, 2, 4 or 8"
    if not _MEMORY.fullmatch(row["memory"]):
        yield f"memory is {row['memory']!r}; write it with Mi or Gi"
    if not 1 <= row["concurrency"] <= 1_000:  # noqa: PLR2004 - Cloud Run's limit
        yield f"concurrency is {row['concurrency']}; take 1 to 1000"
    match row["instances"]:
        case {"fewest": int(fewest), "most": int(most), **others} if not others and 0 <= fewest <= most and most:
            return
        case _:
            yield "instances is {fewest: n, most: m} with 0 <= n <= m and m at least 1"


def _rights(row: Mapping[str, Any]) -> Iterator[str]:
    rights, settings = row["rights"], set(row["settings"])
    for thing, role in rights.items():
        if not roles_on(thing):
            yield f"nobody knows how to give a right on {thing}"
        elif role not in roles_on(thing):
            yield f"{role} may not be given on {thing}; tools/infra/rights.py lists what may"
    for thing, needed in GO_TOGETHER:
        if thing in rights and needed - settings:
            yield f"{thing} is of no use without {', '.join(sorted(needed - settings))} in settings"
        if thing not in rights and needed & settings:
            yield f"{', '.join(sorted(needed & settings))} is of no use without {thing}"


def _holders(name: str, row: Mapping[str, Any]) -> Iterator[str]:
    has = row["rights"].keys() | {field for field in OPTIONAL if row.get(field)}
    for thing, holders in HOLDERS.items():
        if thing in has and name not in holders:
            yield f"{thing} is for {', '.join(sorted(holders))} alone; tools/infra/rights.py says so"


def _alerts(rows: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    shared: dict[str, Any] = {}
    for name, row in rows.items():
        [kind] = row["trigger"]
        numbers = all(isinstance(one, int) and one >= 1 for one in row["alert"].values())
        if row["alert"].keys() not in ALERTS[kind] or not numbers:
            wanted = " or ".join(", ".join(f"{one}: n" for one in sorted(names)) for names in ALERTS[kind])
            yield f"functions.yaml: {name}: its alert is {wanted}, with n at least 1"
        if shared.setdefault(row["entry_point"], row["alert"]) != row["alert"]:
            yield f"functions.yaml: {name}: rows of one entry point share one alert, and name the same number"


def _code(tree: Path, rows: Mapping[str, Mapping[str, Any]], provided: set[str]) -> Iterator[str]:
    main = tree / "functions" / "main.py"
    if not main.is_file():
        return  # nothing is deployed from this tree
    names, used = _public(main), {row["entry_point"] for row in rows.values()}
    for entry_point in sorted(used - names):
        yield f"functions.yaml: {entry_point} is no entry point of functions/main.py"
    for entry_point in sorted(names - used):
        yield f"functions/main.py: {entry_point} has no row in infra/functions.yaml"
    code = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((tree / "functions" / "calpair").rglob("*.py"))
    )
    for setting in sorted(provided):
        if not re.search(rf"\b{setting}\b", code):
            yield f"settings.tf: nobody in functions/calpair reads {setting}"


def _public(main: Path) -> set[str]:
    """Give the names a module has for others: what it imports or defines, without those that begin with _."""
    names: set[str] = set()
    for node in ast.parse(main.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {alias.asname or alias.name for alias in node.names}
        elif isinstance(node, ast.FunctionDef):
            names.add(node.name)
    return {name for name in names if not name.startswith("_")}
