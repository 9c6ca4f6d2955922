"""Patches that each break one guarantee in a small way, and the fast tests that have to notice.

A patch says in its first lines which guarantee it breaks, how, and which tests catch it. That it still applies is
checked always. Under CALPAIR_TORTURE=1 each is applied to a copy of `functions/`, the named tests run against the
copy, and at least one of them has to fail; a table tells which did.
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATCHES = sorted(Path(__file__).parent.glob("*.patch"))
GUARANTEES = {*(f"G{number}" for number in range(1, 13)), "door"}
"""Of the design: its twelve, and what every door of a look-up holds to."""
TORTURE = os.environ.get("CALPAIR_TORTURE") == "1"


@dataclass(frozen=True, slots=True)
class Mutant:
    """A patch and what it says of itself."""

    path: Path
    breaks: str
    how: str
    caught_by: tuple[str, ...]


def read(path: Path) -> Mutant:
    head = dict(line.split(": ", 1) for line in path.read_text(encoding="utf-8").split("\n\n", 1)[0].splitlines())
    return Mutant(path, head["Breaks"], head["How"], tuple(head["Caught-by"].split()))


MUTANTS = [read(path) for path in PATCHES]


def apply(mutant: Mutant, tree: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = ["git", "apply", *options, str(mutant.path)]
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(tree.parent)}
    return subprocess.run(command, cwd=tree, env=environment, check=False, capture_output=True, text=True)  # noqa: S603 - git


def test_the_word_torture_replays_them() -> None:
    assert "CALPAIR_TORTURE=1 $(RUN) -m pytest --capture=no tests/mutants " in (ROOT / "Makefile").read_text()


def test_every_guarantee_has_a_patch_that_breaks_it() -> None:
    assert {mutant.breaks for mutant in MUTANTS} == GUARANTEES


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.path.stem)
def test_the_patch_still_applies_and_names_tests_that_are_there(mutant: Mutant, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "functions", tmp_path / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    applied = apply(mutant, tmp_path, "--check")
    assert applied.returncode == 0, applied.stderr
    assert mutant.caught_by
    assert all((ROOT / name).is_file() for name in mutant.caught_by)


def survives(mutant: Mutant, tree: Path) -> bool:
    """Run the named tests against a copy of the package with the patch applied; tell whether they all pass."""
    shutil.copytree(ROOT / "functions", tree / "functions", ignore=shutil.ignore_patterns("__pycache__"))
    applied = apply(mutant, tree)
    assert applied.returncode == 0, applied.stderr
    paths = f"pythonpath={tree / 'functions'} tests ."
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-o", paths, *mutant.caught_by]
    environment = {name: value for name, value in os.environ.items() if name not in {"CALPAIR_TORTURE", "PYTHONPATH"}}
    run = subprocess.run(command, cwd=ROOT, env=environment, check=False, capture_output=True, text=True)  # noqa: S603 - pytest
    caught = [line for line in run.stdout.splitlines() if line.startswith("FAILED")]
    assert run.returncode in {0, 1}, run.stdout[-2000:] + run.stderr[-2000:]
    told = caught[0].removeprefix("FAILED ").split(" - ")[0].split("::")[-1] if caught else "NOBODY"
    print(f"{mutant.breaks:4} {mutant.path.stem:45} {told}")  # noqa: T201 - the table is the point
    return run.returncode == 0


if TORTURE:

    def test_every_mutant_is_caught(tmp_path: Path) -> None:
        print()  # noqa: T201 - the table begins on a line of its own
        assert not [mutant.path.stem for mutant in MUTANTS if survives(mutant, tmp_path / mutant.path.stem)]
