"""Holds the database that Terraform makes to the store's one table of queries, `functions/calpair/gcp/queries.py`.

    for line in store.problems(ROOT, plan): print(line)

The table is read, not imported. Whatever composite index it asks for has to be made, and what it calls UNINDEXED has to
be left out of the automatic indexes, in every collection that the package writes and in no other.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

QUERIES = Path("functions") / "calpair" / "gcp" / "queries.py"
PLAIN = Path("functions") / "calpair" / "model" / "plain.py"


def problems(tree: Path, plan: Mapping[str, Any]) -> list[str]:
    """Give a line for each index too many or too few; none where the tree has no store of that kind."""
    file = tree / QUERIES
    if not file.is_file():
        return []
    code = ast.parse(file.read_text(encoding="utf-8"))
    made = plan["planned_values"]["root_module"]["resources"]
    fields = [one["values"] for one in made if one["type"] == "google_firestore_field"]
    left_out = {(one["collection"], one["field"]) for one in fields if one.get("index_config")}
    wanted = set(_unindexed(code))
    found = [
        f"database.tf: {collection}: {field} is left out of the indexes, and {QUERIES} does not say UNINDEXED of it"
        for collection, field in sorted(left_out)
        if field not in wanted
    ]
    collections = set(_written(tree / "functions" / "calpair")) - _peoples(tree / PLAIN)
    found += [
        f"database.tf: {collection}: {field} is UNINDEXED in {QUERIES} and is not left out of the indexes"
        for collection in sorted(collections)
        for field in sorted(wanted)
        if (collection, field) not in left_out
    ]
    found += [
        f"database.tf: {collection}: nobody in functions/calpair writes that collection"
        for collection in sorted({collection for collection, _ in left_out} - collections)
    ]
    indexes = {
        tuple(field["field_path"] for field in one["values"]["fields"])
        for one in made
        if one["type"] == "google_firestore_index"
    }
    return found + [
        f"database.tf: no google_firestore_index of {', '.join(index)}, which a query in {QUERIES} needs"
        for index in _composite(code)
        if index and index not in indexes
    ]


def _written(package: Path) -> Iterator[str]:
    """Give the collections that documents are written to under a name of their own: `Doc(LINKS, ...)`."""
    named: dict[str, str] = {}
    used: set[str] = set()
    for path in sorted(package.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))) if name.isupper():
                    named[name] = text
                case ast.Call(func=ast.Name(id="Doc"), args=[ast.Name(id=name), *_]):
                    used.add(name)
    return (named[name] for name in used if name in named)


def _peoples(file: Path) -> set[str]:
    """Give the collections that stand field by field, as people read them: they have no fields of the store's own."""
    for node in ast.parse(file.read_text(encoding="utf-8")).body if file.is_file() else ():
        if (
            isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call)
            and any(isinstance(one, ast.Name) and one.id == "PEOPLES" for one in node.targets)
        ):
            return set(ast.literal_eval(node.value.args[0]))
    return set()


def _unindexed(code: ast.Module) -> tuple[str, ...]:
    for node in code.body:
        match node:
            case ast.Assign(targets=[ast.Name(id="UNINDEXED")], value=fields):
                return tuple(ast.literal_eval(fields))
    return ()


def _composite(code: ast.Module) -> Iterator[tuple[str, ...]]:
    for node in ast.walk(code):
        match node:
            case ast.Call(func=ast.Name(id="Shape"), keywords=keywords):
                yield from (tuple(ast.literal_eval(one.value)) for one in keywords if one.arg == "index")
