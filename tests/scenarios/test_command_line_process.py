"""`calpair` as a real process: it keeps pairs in step until it is told to stop, and one wrong document stops only itself."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scenarios.office import ANA, ANAS, BEN, TOKEN, Office, office
from scenarios.processes import once, started, unread


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
        assert run.until("keeping") == "keeping 1 pair in step; Ctrl-C stops\n"
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
        assert run.until("created").endswith(" ben: 1 created\n")
        assert run.ends(signal.SIGTERM) == 0
    told = [line for line in run.lines if "pairs/ana: intervall: unknown field, did you mean `interval`?" in line]
    assert len(told) == 1
    assert "keeping 1 pair in step; Ctrl-C stops\n" in run.lines
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
            run.until("eve: error: Exchange: the server knows no mailbox with this primary address: check `mailbox`")
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
        said = once(company, "pairs", "ana", "all")
    assert (said.returncode, said.stdout) == (2, "")
    assert (
        said.stderr.splitlines()[-1] == "calpair: unrecognized arguments: all; `calpair --help` tells what can be said"
    )
    assert company.requests() == (0, 0)


def test_no_secret_stands_in_the_folder_or_on_the_output(company: Office) -> None:
    company.outlook("Lunch")
    with started(company, "run") as run:
        run.until("created")
        run.ends(signal.SIGTERM)
    everything = b"".join(company.files().values()) + "".join(run.lines).encode()
    assert TOKEN.encode() not in everything.replace(b"env:TOKEN", b"")
    assert ANA.encode() in everything


@pytest.mark.parametrize("words", ["doctor", "pairs", "--json pairs", "sync ana", "export"])
def test_a_command_whose_output_nobody_reads_ends_quietly(company: Office, words: str) -> None:
    assert unread(company, *words.split()) == (141, "")
