"""The stage: what it writes, what it starts, and that all it started ends with it."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

import pytest

from demo import stage as module
from demo.options import OptionError, Options
from demo.stage import Stage, StageError, toml

SLEEPER = """#!{python}
import signal, sys, time
if "init" in sys.argv:
    print("made"); sys.exit(0)
if "pairs" in sys.argv:
    print("two pairs"); sys.exit(3)
print("running", flush=True)
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
while True:
    time.sleep(0.05)
"""


@pytest.fixture(autouse=True)
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A command that stands in for calpair, and a temporary folder of the test's own."""
    path = tmp_path / "calpair"
    path.write_text(SLEEPER.format(python=sys.executable))
    path.chmod(0o755)
    monkeypatch.setattr(module, "COMMAND", path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return path


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def pid_of(stage: Stage) -> int:
    process: subprocess.Popen[str] | None = stage._calpair
    assert process is not None
    return process.pid


def test_the_file_says_what_was_asked_for() -> None:
    written = toml(
        {
            "service": {"store": "sqlite:calpair.db"},
            'domains."ana.altostrat.test"': {"exchange.url": "http://127.0.0.1:1/x", "limits.hosts": ["127.0.0.1"]},
            "pairs.ana": {"mailbox": 'o"neil\\@a.test', "paused": False, "history_days": 30},
        }
    )
    assert tomllib.loads(written) == {
        "service": {"store": "sqlite:calpair.db"},
        "domains": {
            "ana.altostrat.test": {"exchange": {"url": "http://127.0.0.1:1/x"}, "limits": {"hosts": ["127.0.0.1"]}}
        },
        "pairs": {"ana": {"mailbox": 'o"neil\\@a.test', "paused": False, "history_days": 30}},
    }


def test_free_busy_is_told_where_calpair_is_told_to_listen_however_often_it_is_started() -> None:
    with Stage() as stage, Stage() as other:
        place = stage.service["listen"]
        assert (stage.service["listen"], other.service["listen"] == place) == (place, False)
        assert stage.doors == {
            "exchange": f"http://{place}/exchange_free_busy",
            "google": f"http://{place}/google_free_busy",
        }
        host, _, port = place.partition(":")
        socket.create_server((host, int(port))).close()


def test_secrets_are_for_their_owner_alone() -> None:
    with Stage() as stage:
        assert stage.secret("ana.token", "hush") == "file:ana.token"
        path = stage.folder / "ana.token"
        assert (path.read_text(), path.stat().st_mode & 0o777) == ("hush", 0o600)


def test_the_folder_goes_when_all_was_well_and_stays_and_is_named_when_not(capsys: pytest.CaptureFixture[str]) -> None:
    with Stage() as well:
        pass
    assert not well.folder.exists()
    with Stage() as kept:
        kept.keep = True
    with pytest.raises(StageError), Stage() as broken:
        raise StageError("no")
    assert kept.folder.exists()
    assert broken.folder.exists()
    assert capsys.readouterr().out == f"kept for a look: {kept.folder}\nkept for a look: {broken.folder}\n"


def test_nothing_is_kept_of_what_was_refused_or_interrupted() -> None:
    with pytest.raises(OptionError), Stage() as refused:
        raise OptionError("no")
    with pytest.raises(KeyboardInterrupt), Stage() as stopped:
        raise KeyboardInterrupt
    assert not refused.folder.exists()
    assert not stopped.folder.exists()


def test_calpair_is_started_stopped_and_killed_by_its_id() -> None:
    with Stage() as stage:
        stage.write({})
        stage.start()
        first = pid_of(stage)
        while "running" not in (stage.folder / "calpair.log").read_text():
            assert stage.alive() == ""
        assert stage.stop() == 0
        stage.start()
        second = pid_of(stage)
        stage.kill()
        assert not runs(first)
        assert not runs(second)


def played(stage: Stage, pids: list[int]) -> None:
    """Start one of everything, freeze calpair, and fail."""
    stage.simulator("google", "--user", "ana@g.test:TOKEN")
    stage.write({})
    stage.start()
    os.kill(pid_of(stage), signal.SIGSTOP)
    pids += [process.pid for process in stage._running]
    raise StageError("over")


def test_everything_ends_with_the_stage_even_what_was_frozen() -> None:
    pids: list[int] = []
    with pytest.raises(StageError), Stage() as stage:
        played(stage, pids)
    assert [runs(pid) for pid in pids] == [False, False]


def test_a_simulator_is_asked_for_its_counters_and_given_faults() -> None:
    with Stage() as stage:
        simulator = stage.simulator("exchange", "--mailbox", "ana@a.test:pw")
        assert simulator.counters()["mails"] == 0
        simulator.fault("mail", operation="CreateItem")
        with pytest.raises(StageError, match="no fault nonsense"):
            simulator.fault("nonsense")


def test_a_frozen_calpair_goes_on_afterwards() -> None:
    def state(pid: int) -> str:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]

    if not Path("/proc/self/stat").exists():
        pytest.skip("only Linux shows the state of a process here")
    with Stage() as stage:
        stage.write({})
        stage.start()
        with stage.frozen():
            while state(pid_of(stage)) != "T":
                pass
        while state(pid_of(stage)) == "T":
            pass
        assert stage.alive() == ""


def test_a_calpair_that_ended_by_itself_is_told_with_its_last_words(command: Path) -> None:
    command.write_text(f"#!{sys.executable}\nimport sys\nif 'run' in sys.argv:\n    sys.exit('no key')\n")
    with Stage() as stage:
        stage.write({})
        stage.start()
        while not stage.alive():
            pass
        assert stage.alive() == "`calpair run` ended by itself with code 1: no key"


def test_other_commands_give_their_code_and_words() -> None:
    with Stage() as stage:
        stage.write({})
        assert stage.say("pairs") == (3, "two pairs")


def test_the_store_is_forgotten_with_its_companions() -> None:
    with Stage() as stage:
        for name in ("calpair.db", "calpair.db-wal", "calpair.toml"):
            (stage.folder / name).touch()
        stage.forget()
        assert [path.name for path in stage.folder.iterdir()] == ["calpair.toml"]


def test_a_simulator_that_does_not_start_is_told() -> None:
    with pytest.raises(StageError, match="the google simulator did not start"), Stage() as stage:
        stage.simulator("google", "--user", "nobody")


def test_a_missing_command_is_told(command: Path) -> None:
    command.unlink()
    with pytest.raises(StageError, match="make demo"), Stage() as stage:
        stage.write({})


def test_settings_have_defaults_and_are_read() -> None:
    assert Options.read({}) == Options(250, None, "", serve=False, yes=False, store="sqlite")
    assert Options.read({}, 20).events == 20
    given = {
        "DEMO_EVENTS": "40",
        "DEMO_JSON": "x.json",
        "DEMO_FAULT": "mail",
        "SERVE": "1",
        "STORE": "firestore",
        "YES": "1",
    }
    assert Options.read(given) == Options(40, Path("x.json"), "mail", serve=True, yes=True, store="firestore")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("DEMO_EVENTS", "many", "DEMO_EVENTS=many: write a number from 12 to 1000"),
        ("DEMO_EVENTS", "11", "DEMO_EVENTS=11: write a number from 12 to 1000"),
        ("DEMO_FAULT", "rain", "DEMO_FAULT=rain: write one of duplicate, lost_edit, mail"),
        ("STORE", "postgres", "STORE=postgres: write sqlite or firestore"),
    ],
)
def test_a_wrong_setting_is_one_line_with_the_cure(name: str, value: str, said: str) -> None:
    with pytest.raises(OptionError) as caught:
        Options.read({name: value})
    assert str(caught.value) == said


def test_a_story_for_one_store_alone_refuses_the_other() -> None:
    with pytest.raises(OptionError, match=r"STORE=firestore: write sqlite$"):
        Options.read({"STORE": "firestore"}, stores=("sqlite",))
