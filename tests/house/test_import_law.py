"""What import-linter cannot see of the import law: packages that may not be there yet, and clocks behind a value's class.

The law itself stands in pyproject.toml and is checked by `make check`.
"""

import ast
import re
import tomllib
from fnmatch import fnmatch

from house.tree import ROOT, imports, short, tracked

JUDGES = tracked("demo/*.py", "bench/reader.py", "tests/simulators/*.py")
PURE = re.compile(r"functions/calpair/(model/.*|recurrence/.*|sync/(plan|merge|digest)|\w+/mapping.*|\w+/zones)\.py")
CLOCKS = {"now", "utcnow", "today"}


def pure() -> list[str]:
    return [name for name in map(short, tracked("functions/calpair/*.py")) if PURE.fullmatch(name)]


def test_those_who_judge_the_package_import_nothing_of_it() -> None:
    guilty = {
        f"{short(path)}:{line}"
        for path in JUDGES
        for module, line in imports(path)
        if module.partition(".")[0] == "calpair"
    }
    assert not guilty


def test_the_deployed_door_knows_the_entry_points_alone() -> None:
    main = ROOT / "functions" / "main.py"
    assert not main.exists() or {module for module, _ in imports(main)} == {"calpair.entrypoints"}


def test_what_decides_is_found() -> None:
    assert {"functions/calpair/sync/plan.py", "functions/calpair/model/when.py"} <= set(pure())


def test_what_decides_is_held_to_be_pure_by_the_linter() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    [held] = [contract["source_modules"] for contract in contracts if contract["name"].startswith("What decides")]
    modules = [name.removeprefix("functions/").removesuffix(".py").replace("/", ".") for name in pure()]
    assert not [
        one for one in modules if not any(fnmatch(one, source) or fnmatch(one, f"{source}.*") for source in held)
    ]


def test_what_decides_reads_no_clock() -> None:
    clocks = [
        f"{name}:{node.lineno}"
        for name in pure()
        for node in ast.walk(ast.parse((ROOT / name).read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]
    assert not clocks


def test_what_decides_opens_no_address() -> None:
    doors = {"urllib.request", "urllib.error", "http.client"}
    assert not [f"{name}:{line}" for name in pure() for module, line in imports(ROOT / name) if module in doors]
