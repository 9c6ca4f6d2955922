"""A lease whose process is gone is void; one that cannot be judged from here is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from calpair.local.processes import alive, this_process


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    """A /proc with one process, 42, started at 8123, whose name is a trap."""
    written(tmp_path, 42, "S", 8123)
    (tmp_path / "self/ns").mkdir(parents=True)
    (tmp_path / "self/ns/pid").symlink_to("pid:[4026531836]")
    (tmp_path / "sys/kernel/random").mkdir(parents=True)
    (tmp_path / "sys/kernel/random/boot_id").write_text("b00t\n")
    return tmp_path


def written(proc: Path, number: int, state: str, start: int) -> None:
    (proc / str(number)).mkdir(exist_ok=True)
    rest = " ".join(["1"] * 18)
    (proc / str(number) / "stat").write_text(f"{number} (a) b (c) {state} {rest} {start} 0 0\n")


def test_an_identity_is_boot_namespace_number_and_start(proc: Path) -> None:
    assert this_process(proc, 42) == "b00t 4026531836 42 8123"


def test_a_process_lives_as_long_as_its_number_and_start_agree(proc: Path) -> None:
    assert alive("b00t 4026531836 42 8123", proc)
    assert not alive("b00t 4026531836 42 8122", proc)
    assert not alive("b00t 4026531836 43 8123", proc)


@pytest.mark.parametrize("state", ["Z", "X"])
def test_a_process_that_only_waits_to_be_buried_is_gone(proc: Path, state: str) -> None:
    written(proc, 42, state, 8123)
    assert not alive("b00t 4026531836 42 8123", proc)


def test_a_process_of_an_earlier_boot_is_gone(proc: Path) -> None:
    assert not alive("older 4026531836 42 8123", proc)


def test_a_process_of_another_container_counts_as_alive(proc: Path) -> None:
    assert alive("b00t 4026532999 1 5", proc)


@pytest.mark.parametrize("identity", ["", "cloud-run-7", "b00t 4026531836 x 8123"])
def test_an_identity_of_another_form_counts_as_alive(proc: Path, identity: str) -> None:
    assert alive(identity, proc)


def test_without_proc_a_word_stands_for_the_boot(tmp_path: Path) -> None:
    identity = this_process(tmp_path)
    kind, word, number, start = identity.split()
    assert (kind, number, start) == ("word", str(os.getpid()), "-")
    assert alive(identity, tmp_path)
    # Our number with another word: the process that had the number before us.
    assert not alive(f"word other {number} -", tmp_path)
    assert alive("b00t 4026531836 42 8123", tmp_path)
    assert alive(f"word {word} {number} -", tmp_path, word)


def test_without_proc_another_process_is_asked_for_by_number(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as child:
        identity = f"word other {child.pid} -"
        child.wait()
        assert not alive(identity, tmp_path)
    assert alive(f"word other {os.getppid()} -", tmp_path)
    assert alive(f"word other {10**30} -", tmp_path)


def test_where_asking_would_kill_nobody_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calpair.local.processes.os.name", "nt")
    assert alive("word other 999999999 -", tmp_path)


def test_a_missing_boot_or_namespace_is_a_dash(tmp_path: Path) -> None:
    written(tmp_path, 42, "S", 8123)
    assert this_process(tmp_path, 42) == "- - 42 8123"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc here")
def test_on_this_machine_a_child_lives_until_it_is_gone() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        identity = this_process(number=child.pid)
        assert alive(identity)
        assert alive(this_process())
        child.communicate(b"\n")
    assert not alive(identity)
