"""`calpair` as a process of its own, started by a test and ended with it.

with started(company, "run") as run:
    run.until("created")                            # reads on until a line of the output or the log says so
    assert run.ends(signal.SIGTERM) == 0
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

from scenarios.office import Office

PACKAGE = Path(__file__).parents[2] / "functions"
COMMAND = (sys.executable, "-c", "from calpair.cli import main; raise SystemExit(main())")
PATIENCE = 60.0


@dataclass
class Running:
    """A process of ours, its output and its log together."""

    process: subprocess.Popen[str]
    lines: list[str] = field(default_factory=list)

    def until(self, words: str) -> str:
        """Read on until a line holds these words."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return line
        raise AssertionError(f"it ended without saying {words!r}: {self.lines}")

    def ends(self, sign: signal.Signals) -> int:
        """Send a signal; the exit code it ends with."""
        self.process.send_signal(sign)
        assert self.process.stdout
        self.lines += self.process.stdout
        return self.process.wait()


@contextmanager
def started(company: Office, *words: str) -> Iterator[Running]:
    """Start a command; it is ended with the block, and after a minute in any case."""
    process = subprocess.Popen(  # noqa: S603 - the command itself, with words of our own
        [*COMMAND, "--config", str(company.config), *words],
        env=os.environ | {"PYTHONPATH": str(PACKAGE)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    guard = Timer(PATIENCE, process.kill)
    guard.start()
    with process:
        try:
            yield Running(process)
        finally:
            guard.cancel()
            process.kill()


def once(company: Office, *words: str) -> subprocess.CompletedProcess[str]:
    """Start a command and wait for its end."""
    return subprocess.run(  # noqa: S603 - the command itself, with words of our own
        [*COMMAND, "--config", str(company.config), *words],
        env=os.environ | {"PYTHONPATH": str(PACKAGE)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def unread(company: Office, *words: str) -> tuple[int, str]:
    """Start a command whose reader has gone; its exit code, and what stands on the standard error."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        said = subprocess.run(  # noqa: S603 - the command itself, with words of our own
            [*COMMAND, "--config", str(company.config), *words],
            env=os.environ | {"PYTHONPATH": str(PACKAGE)},
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    finally:
        os.close(writer)
    return said.returncode, said.stderr
