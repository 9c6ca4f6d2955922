"""However the evening ends, everything that was started is ended."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Self

import pytest

from demo.company import Company
from demo.evening import INTERRUPTED, perform
from demo.options import Options
from demo.stage import Stage
from house.tree import ROOT

SIGNS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture
def signals() -> Iterator[None]:
    handlers = {sign: signal.getsignal(sign) for sign in SIGNS}
    yield
    for sign, handler in handlers.items():
        signal.signal(sign, handler)


class Interrupted(Stage):
    """A stage that hears the signal once more while it is put away, as make passes it on to whom the shell told it too."""

    ended = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        self.ended = True


@pytest.mark.usefixtures("signals")
@pytest.mark.parametrize("sign", SIGNS)
def test_a_signal_that_comes_twice_leaves_nothing_running(
    sign: signal.Signals, capfd: pytest.CaptureFixture[str]
) -> None:
    stage = Interrupted()

    def prepare(_: Stage) -> Company:
        os.kill(os.getpid(), sign)
        raise AssertionError("nobody heard it")

    assert perform(Options(), prepare, (), theatre=lambda: stage) == INTERRUPTED
    assert stage.ended
    assert capfd.readouterr().out.endswith("stopped; everything is ended\n")


def test_make_hands_a_signal_to_the_demo_itself() -> None:
    told = [line for line in (ROOT / "Makefile").read_text().splitlines() if "-m demo" in line and "lacks" not in line]
    assert len(told) == 2
    assert all(" exec $(RUN) " in line for line in told)


def test_what_the_demo_lacks_on_firestore_is_told_before_anything_is_installed() -> None:
    ran = subprocess.run(
        [sys.executable, "-S", "-m", "demo.lacks"],
        cwd=ROOT,
        env={"PATH": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (
        2,
        "",
        "demo: STORE=firestore: needs git and a clone of this tree (what is deployed is what git tracks)\n",
    )
    shown = subprocess.run(
        ["make", "--dry-run", "demo", "STORE=firestore"],  # noqa: S607 - the make of this machine
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert 0 < shown.index("-m demo.lacks") < shown.index("requirements-dev.txt")
