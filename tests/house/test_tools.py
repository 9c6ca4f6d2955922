"""The house's own tools: locks, floors and parts say what is wrong, and are quiet when nothing is."""

import os
import subprocess
import sys
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest

from house.tree import ROOT
from tools import emulator, environment, floors, locks, parts

LOCK = """# made by a tool
left-pad==1.3.0 \\
    --hash=sha256:00
    # via
    #   -c functions/requirements.txt
    #   calpair (pyproject.toml)
Right.Pad==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:01
    # via left-pad
"""


def test_a_lock_is_read_by_package() -> None:
    lock = locks.read(LOCK)
    assert lock.pins == {"left-pad": "1.3.0", "right-pad": "2.0"}
    assert locks.read(LOCK.replace("left-pad==", "left-pad[fast,c.d]==")).pins == lock.pins
    assert lock.direct == {"left-pad"}
    assert locks.compare(lock, ["left_pad>=1,<2"]) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LOCK.replace("    --hash=sha256:00\n", ""), "left-pad has no hash"),
        (LOCK + "--index-url x\n", "a line that is neither a pin nor a hash: --index-url x"),
        (LOCK + "# from ftp://a.test\n", "an address: # from ftp://a.test"),
        (LOCK.replace("1.3.0", "2.1"), "left-pad<2 is asked for, 2.1 is locked"),
        (LOCK.replace("left-pad==", "other=="), "left-pad is asked for and not locked"),
        (
            LOCK.replace("# via left-pad", "# via calpair (pyproject.toml:dev)"),
            "right-pad is locked and no longer asked for",
        ),
    ],
)
def test_a_lock_gone_wrong_is_named(text: str, said: str) -> None:
    assert said in locks.compare(locks.read(text), ["left-pad<2"])


def test_two_locks_that_pin_differently_are_named(tmp_path: Path) -> None:
    (tmp_path / "functions").mkdir()
    project = '[project]\ndependencies = ["left-pad"]\n[dependency-groups]\ndev = ["right-pad"]\n'
    (tmp_path / "pyproject.toml").write_text(project)
    (tmp_path / locks.RUN).write_text(LOCK)
    (tmp_path / locks.DEV).write_text(LOCK.replace("1.3.0", "1.4.0"))
    assert locks.problems(tmp_path) == [f"left-pad is 1.3.0 in {locks.RUN} and 1.4.0 in {locks.DEV}"]


def report(*, covered: float, branches: int, **files: list[Any]) -> dict[str, Any]:
    return {
        "totals": {"percent_covered": covered, "covered_branches": branches, "num_branches": 100},
        "files": {
            name: {"missing_lines": gaps, "missing_branches": [[gap, -1] for gap in gaps]}
            for name, gaps in files.items()
        },
    }


def test_coverage_above_its_floors_is_quiet() -> None:
    assert floors.below(report(covered=95.0, branches=95, **{"functions/calpair/log.py": [3]})) == []


def test_coverage_below_a_floor_is_named() -> None:
    assert floors.below(report(covered=94.9, branches=90)) == [
        "coverage is 94.9 %, the floor is 95 %",
        "branch coverage is 90.0 %, the floor is 95 %",
    ]


@pytest.mark.parametrize("name", ["functions/calpair/sync/plan.py", "functions/calpair/google/mapping.py"])
def test_what_is_to_be_covered_whole_is_named_with_its_gaps(name: str) -> None:
    assert floors.below(report(covered=99.0, branches=99, **{name: [7]})) == [
        f"{name} is to be covered whole; no test reaches 7, 7->-1"
    ]


def test_an_empty_report_is_below_every_floor() -> None:
    assert len(floors.below({"totals": {"percent_covered": 0.0}, "files": {}})) == 2


def test_a_part_that_is_missing_tells_its_cure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CALPAIR_EWS_SCHEMAS", str(tmp_path))
    assert parts.missing("schemas").startswith(
        "schemas: needs a folder with SE, 2010_SP2 and 2007_SP1, each with messages.xsd (take messages.xsd"
    )
    for version in ("SE", "2010_SP2", "2007_SP1"):
        assert parts.missing("schemas")
        (tmp_path / version).mkdir()
        (tmp_path / version / "messages.xsd").touch()
    assert parts.missing("schemas") == ""


def test_the_emulator_is_looked_for_where_its_makers_put_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(emulator, "_SDKS", ("~/google-cloud-sdk",))
    monkeypatch.delenv("FIRESTORE_EMULATOR_JAR", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert emulator.jar() is None
    assert parts.missing("firestore").startswith("firestore: needs Java 11 and the emulator (install a Java runtime,")
    fetched = tmp_path / ".cache" / "firebase" / "emulators" / "cloud-firestore-emulator-v1.19.8.jar"
    component = tmp_path / "google-cloud-sdk" / "platform" / "cloud-firestore-emulator" / "cloud-firestore-emulator.jar"
    named = tmp_path / "mine.jar"
    for path in (fetched, component):
        path.parent.mkdir(parents=True)
        path.touch()
        assert emulator.jar() == path
    monkeypatch.setenv("FIRESTORE_EMULATOR_JAR", str(named))
    assert emulator.jar() is None
    named.touch()
    assert emulator.jar() == named


@pytest.mark.parametrize(
    ("told", "enough"),
    [
        ('openjdk version "17.0.15" 2025-04-15', True),
        ('openjdk version "11" 2018-09-25', True),
        ('java version "1.8.0_392"', False),
        ("no such thing", False),
    ],
)
def test_a_java_is_asked_for_its_version(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str, *, enough: bool
) -> None:
    command = tmp_path / "bin" / "java"
    command.parent.mkdir()
    command.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    command.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    assert emulator.java.__wrapped__() == (str(command) if enough else None)


def test_the_command_is_linked_by_path_and_knows_its_version(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    libraries = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (libraries / "calpair-0.0.1.dist-info").mkdir(parents=True)
    (libraries / "calpair-0.0.1.dist-info" / "METADATA").touch()
    project = '[project]\nname = "calpair"\nversion = "0.2.0"\nscripts = {tool = "this:main"}\n'
    (tmp_path / "pyproject.toml").write_text(project)
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(environment, "PYTHON", sys.executable)

    environment._link()

    assert sorted(path.name for path in libraries.iterdir()) == ["calpair-0.2.0.dist-info", "calpair.pth"]
    assert (libraries / "calpair.pth").read_text() == f"{tmp_path}/functions\n"
    [found] = distributions(name="calpair", path=[str(libraries)])
    assert found.version == "0.2.0"
    command = [str(tmp_path / ".venv" / "bin" / "tool")]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - Python's own poem
    assert "The Zen of Python" in ran.stdout


def test_wheels_are_there_when_all_the_lock_names_was_fetched_and_nothing_has_changed_since(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "some.txt").write_text("a==1\n")
    lock, folder = Path("some.txt"), tmp_path / "build" / "wheels"
    fetched: list[str] = []

    def pip(verb: str, lock: Path, *more: str) -> int:
        fetched.append(f"{verb} {lock} {' '.join(more[:-1])}")
        Path(more[-1], "a-1.whl").write_text("a")
        return len(fetched) - 1

    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", Path(sys.executable))
    monkeypatch.setattr(environment, "_pip", lambda *words: 1 - pip(*words))
    assert environment._fetched(lock, folder) == 1
    assert not environment.wheels_are_there(folder, lock), "what was fetched in part is nothing"
    assert environment._fetched(lock, folder) == 0
    assert environment.wheels_are_there(folder, lock)
    assert environment._fetched(lock, folder) == 0
    assert fetched == ["download some.txt --only-binary :all: --dest"] * 2
    assert "fetching what some.txt names into build/wheels" in capsys.readouterr().out

    (folder / "b-1.whl").write_text("b")
    assert not environment.wheels_are_there(folder, lock)
    (folder / "b-1.whl").unlink()
    assert environment.wheels_are_there(folder, lock)
    (tmp_path / "some.txt").write_text("a==2\n")
    assert not environment.wheels_are_there(folder, lock)


PROBE = """
import socket

import pytest


@pytest.mark.needs("schemas")
def test_schemas():
    pass


def test_names():
    with pytest.raises(RuntimeError, match="stay on this machine"):
        socket.getaddrinfo("a.test", 80)
    assert socket.getaddrinfo("127.0.0.1", 80)
"""


@pytest.mark.parametrize(("require", "code", "said"), [("", 0, "1 passed, 1 skipped"), ("all", 1, "1 passed, 1 error")])
def test_a_part_left_out_is_shown_and_fails_only_where_all_is_required(
    tmp_path: Path, require: str, code: int, said: str
) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "tests" / "conftest.py").read_text())
    (tmp_path / "test_probe.py").write_text(PROBE)
    environment = os.environ | {
        "CALPAIR_REQUIRE": require,
        "CALPAIR_EWS_SCHEMAS": "nowhere",
        "CALPAIR_TABLE": "1",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603 - ourselves
    assert ran.returncode == code, ran.stdout + ran.stderr
    assert ran.stdout.splitlines()[-1].startswith(said)
    assert "LEFT OUT" in ran.stdout or require
    assert "a folder with SE, 2010_SP2 and 2007_SP1" in ran.stdout
