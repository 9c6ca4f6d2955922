"""`calpair` as a real process: it keeps pairs in step until it is told to stop, and one wrong document stops only itself."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Timer

import pytest

from scenarios.office import ANA, ANAS, BEN, TOKEN, Office, office

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
    return subprocess.run(  # noqa: S603 - the command itself, with words of our own
        [*COMMAND, "--config", str(company.config), *words],
        env=os.environ | {"PYTHONPATH": str(PACKAGE)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    with office(tmp_path, monkeypatch) as ground:
        yield ground.ready()


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_run_keeps_pairs_in_step_until_it_is_told_to_stop_and_ends_with_0(
    company: Office, sign: signal.Signals
) -> None:
    company.outlook("Lunch")
    company.web("Dinner")
    with started(company, "run") as run:
        assert run.until("keeping") == "keeping 1 pairs in step; Ctrl-C stops\n"
        assert run.until("created").endswith(" ana: 2 created\n")
        assert run.ends(sign) == 0
    assert company.titles() == (["Dinner", "Lunch"], ["Dinner", "Lunch"])
    assert company.calpair("sync", "ana").out == "ana: in step\n"


def test_run_in_json_writes_a_log_of_one_object_a_line_and_nothing_else(company: Office) -> None:
    company.outlook("Lunch")
    with started(company, "--json", "run") as run:
        record = json.loads(run.until("created"))
        assert run.ends(signal.SIGTERM) == 0
    assert (record["severity"], record["message"], record["pair"]) == ("INFO", "1 created", "ana")
    assert all(isinstance(json.loads(line), dict) for line in run.lines)


def test_a_wrong_document_stops_only_itself_in_run(company: Office) -> None:
    company.pairs["ana"] = company.pair(intervall="10s")
    company.pairs["ben"] = company.ben()
    company.outlook("Lunch")
    company.outlook("Ben's lunch", mailbox=BEN)
    company.write()
    with started(company, "run") as run:
        told = run.until("pairs/ana")
        assert "pairs/ana: intervall: unknown field, did you mean `interval`?" in told
        assert run.until("keeping") == "keeping 1 pairs in step; Ctrl-C stops\n"
        assert run.until("created").endswith(" ben: 1 created\n")
        assert run.ends(signal.SIGTERM) == 0
    assert company.titles() == (["Lunch"], [])
    assert [event["summary"] for event in company.google.calendar("ben@g.test").events()] == ["Ben's lunch"]


def test_a_mailbox_that_does_not_open_stops_only_its_pair_in_run(company: Office) -> None:
    company.pairs = {"eve": company.ben(mailbox="eve@a.test", calendar="eve@g.test"), **company.pairs}
    company.google.add_calendar("eve@g.test", ANAS)
    company.outlook("Lunch")
    company.write()
    with started(company, "run") as run:
        run.until("ana: 1 created")
        if not any("eve: error" in line for line in run.lines):
            run.until("eve: error: the server knows no mailbox with this primary address: check `mailbox`")
        assert run.ends(signal.SIGTERM) == 0
    assert company.titles() == (["Lunch"], ["Lunch"])


def test_a_killed_run_leaves_a_pair_that_the_next_one_takes_at_once(company: Office) -> None:
    company.outlook("Lunch")
    with started(company, "run") as run:
        run.until("created")
        run.ends(signal.SIGKILL)
    company.web("Dinner")
    with started(company, "run") as run:
        assert run.until("created").endswith(" ana: 1 created\n")
        assert run.ends(signal.SIGTERM) == 0
    assert company.titles() == (["Dinner", "Lunch"], ["Dinner", "Lunch"])


def test_a_run_on_a_file_that_cannot_be_used_ends_at_once(company: Office) -> None:
    company.config.write_text("[service]\nstore = 1\n")
    with company.nothing_changes():
        said = once(company, "run")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr == "calpair: calpair.toml: [service] store = 1 is not text; put it in quotes\n"


def test_a_sync_as_a_process_says_its_progress_in_lines_where_there_is_no_terminal(company: Office) -> None:
    for day in range(1, 61):
        company.outlook(f"Lunch {day}", days=day)
    said = once(company, "sync", "ana")
    assert (said.returncode, said.stdout, said.stderr) == (0, "ana: 60 created\n", "50 of 60\n60 of 60\n")
    again = once(company, "--json", "sync", "ana")
    assert (again.returncode, again.stderr, json.loads(again.stdout)["writes"]) == (0, "", 0)


def test_a_word_too_many_is_wrong_usage_and_asks_nobody(company: Office) -> None:
    with company.nothing_changes():
        said = once(company, "pairs", "all")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.splitlines()[-1] == "calpair: error: unrecognized arguments: all"
    assert company.requests() == (0, 0)


def test_no_secret_stands_in_the_folder_or_on_the_output(company: Office) -> None:
    company.outlook("Lunch")
    with started(company, "run") as run:
        run.until("created")
        run.ends(signal.SIGTERM)
    everything = b"".join(company.files().values()) + "".join(run.lines).encode()
    assert TOKEN.encode() not in everything.replace(b"env:TOKEN", b"")
    assert ANA.encode() in everything
