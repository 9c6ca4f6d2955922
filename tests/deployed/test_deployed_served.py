"""What is served is what was packed: its code from the zip, its libraries from the lock, its environment from infra/."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deployed.company import SERVED, Company
from deployed.environment import ROWS, SCHEDULER, environment
from deployed.function import Function, free_port, start
from deployed.package import Package
from tools.locks import read
from tools.package import ROOT

pytestmark = pytest.mark.needs("firestore", "wheels")


def served(office: Company, package: Package, tmp_path: Path, **changes: str) -> Function:
    """The function `dispatch`, served from there, with a changed environment."""
    own = {**environment("dispatch", office.project, office.places), **changes}
    own = {name: value for name, value in own.items() if value}
    function = start(package, "dispatch", own, tmp_path / "dispatch.log", free_port())
    function.up()
    return function


def test_the_code_is_that_of_the_unpacked_zip(office: Company, package: Package, tmp_path: Path) -> None:
    copy = replace(package, folder=tmp_path / "elsewhere")
    shutil.copytree(package.folder, copy.folder, ignore=shutil.ignore_patterns("__pycache__"))
    entry = copy.folder / "calpair" / "app" / "doors.py"
    entry.write_text(entry.read_text().replace("POST is the only way", "This is another copy, and POST the only way"))
    function = served(office, copy, tmp_path)
    token = office.queue.token(SCHEDULER, office.functions["dispatch"].url)
    said = function.call(token, method="GET").said
    function.end()
    assert said == {"error": "This is another copy, and POST the only way to call this"}


def test_no_path_of_this_tree_leads_into_a_function(office: Company, package: Package) -> None:
    assert not package.folder.is_relative_to(ROOT)
    for function in office.functions.values():
        told = Path(f"/proc/{function.process.pid}/environ").read_bytes().decode().split("\0")
        names = {one.partition("=")[0] for one in told}
        assert "FUNCTION_TARGET" in names
        assert not {name for name in names if name.startswith("PYTHON")}


def test_the_libraries_are_those_of_the_lock_and_no_others(package: Package) -> None:
    told = "from importlib.metadata import distributions as d; print(*sorted(x.name.lower() + '==' + x.version for x in d()))"
    said = subprocess.run([package.python, "-c", told], check=True, capture_output=True, text=True).stdout  # noqa: S603 - our own
    lock = read((ROOT / "functions" / "requirements.txt").read_text())
    found = dict(one.split("==") for one in said.split())
    locked = {name: version for name, version in lock.pins.items() if name != "sspilib"}
    assert {name.replace("_", "-").replace(".", "-"): version for name, version in found.items()} == locked


def test_everything_is_compiled_before_it_starts(package: Package) -> None:
    for source in package.folder.rglob("*.py"):
        assert list((source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")), source


def test_every_entry_point_there_is_is_served_here() -> None:
    names = re.findall(r'"(\w+)",?$', (ROOT / "functions" / "main.py").read_text(), re.MULTILINE)
    assert sorted(set(SERVED.values())) == sorted(names)


def test_every_row_of_the_table_is_served_here() -> None:
    assert {name: row["entry_point"] for name, row in ROWS.items()} == SERVED


@pytest.mark.parametrize("missing", ["CALPAIR_QUEUE", "CALPAIR_CALLERS", "CALPAIR_AUDIENCE", "CALPAIR_STORE"])
def test_a_function_that_was_not_told_something_names_it_in_its_log_and_nothing_to_who_calls(
    office: Company, package: Package, tmp_path: Path, missing: str
) -> None:
    function = served(office, package, tmp_path, **{missing: ""})
    answer = function.call(office.queue.token(SCHEDULER, office.functions["dispatch"].url))
    function.end()
    assert (answer.status, answer.said) == (
        500,
        {"error": "this did not work; the log of the function says why"},
    )
    [record] = function.records()
    assert record["severity"] == "ERROR"
    assert f"{missing} is not set" in record["message"]
