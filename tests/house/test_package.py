"""The package: the same bytes from the same files, and nothing in it that is not deployed."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools import package


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "functions"
    (made / "calpair").mkdir(parents=True)
    for name, text in (("main.py", "import calpair\n"), ("requirements.txt", "a==1\n"), ("calpair/a.py", "A = 1\n")):
        (made / name).write_text(text)
    return made


NAMES = ("main.py", "calpair/a.py", "requirements.txt")


def test_the_same_files_give_the_same_bytes_whenever_and_in_whatever_order(folder: Path, tmp_path: Path) -> None:
    first = package.pack(folder, NAMES, tmp_path / "one.zip")
    for name in NAMES:
        os.utime(folder / name, (1, 1))
        (folder / name).chmod(0o700)
    second = package.pack(folder, reversed(NAMES), tmp_path / "other" / "two.zip")
    assert first == second
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "other" / "two.zip").read_bytes()


def test_another_byte_gives_another_digest(folder: Path, tmp_path: Path) -> None:
    before = package.pack(folder, NAMES, tmp_path / "one.zip")
    (folder / "calpair" / "a.py").write_text("A = 2\n")
    assert package.pack(folder, NAMES, tmp_path / "two.zip") != before


def test_it_unpacks_to_what_was_packed(folder: Path, tmp_path: Path) -> None:
    package.pack(folder, NAMES, tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.namelist() == sorted(NAMES)
        archive.extractall(tmp_path / "out")
    assert (tmp_path / "out" / "calpair" / "a.py").read_text() == "A = 1\n"
    assert os.access(tmp_path / "out" / "main.py", os.R_OK)


@pytest.mark.parametrize("missing", ["main.py", "requirements.txt"])
def test_without_what_the_platform_starts_from_nothing_is_packed(folder: Path, tmp_path: Path, missing: str) -> None:
    with pytest.raises(SystemExit, match=missing):
        package.pack(folder, [name for name in NAMES if name != missing], tmp_path / "one.zip")
    assert not (tmp_path / "one.zip").exists()


def test_a_file_git_does_not_know_is_not_packed(folder: Path) -> None:
    root = folder.parent
    for words in ("init -q", "add functions"):
        command = ["git", *words.split()]
        subprocess.run(command, cwd=root, check=True)  # noqa: S603 - git, with words of our own
    (folder / "calpair" / "secret.json").write_text("{}")
    (folder / "calpair" / "a.py").unlink()
    assert package.tracked(root) == ["main.py", "requirements.txt"]


def test_a_tree_that_is_no_clone_is_named_though_it_lies_in_one(folder: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=folder.parent.parent, check=True)  # noqa: S607 - git, wherever it is
    with pytest.raises(SystemExit) as refusal:
        package.tracked(folder.parent)
    assert str(refusal.value) == (
        f"{folder.parent} is no clone (it has no .git); `git clone` it: what is packed is what git tracks"
    )


def test_without_git_a_line_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SystemExit, match=r"^git is not there; install it: what is packed is what git tracks$"):
        package.tracked(folder.parent)


def test_what_git_itself_refuses_is_said_in_a_line(folder: Path) -> None:
    (folder.parent / ".git").write_text("nonsense\n")
    with pytest.raises(SystemExit, match=r"^git does not list the files of .*: fatal: .*[^\n]$"):
        package.tracked(folder.parent)


def test_what_is_deployed_is_the_package_and_what_it_needs_alone() -> None:
    names = package.tracked(package.ROOT)
    assert {name.split("/")[0] for name in names} == {"calpair", "main.py", "requirements.txt"}
    assert all(name.endswith((".py", ".txt")) for name in names)
