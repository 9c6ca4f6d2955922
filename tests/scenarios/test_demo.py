"""The demo as people run it: well when all is well, and not when a server does something wrong."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.needs("demo")


def play(folder: Path, **settings: str) -> tuple[int, str]:
    """Run the demo with its temporary files in a folder of the test's; its exit code and all it said."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("DEMO_", "SERVE", "STORE"))}
    ran = subprocess.run(
        [sys.executable, "-m", "demo"],
        cwd=ROOT,
        env=inherited | {"PYTHONPATH": "tests", "TMPDIR": str(folder), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=400,
        check=False,
    )
    return ran.returncode, ran.stdout


def test_the_whole_demo_ends_well_within_two_minutes(tmp_path: Path) -> None:
    numbers = tmp_path / "demo.json"
    code, said = play(tmp_path, DEMO_JSON=str(numbers))
    assert code == 0, said
    assert "BAD" not in said
    assert "35 of 35" in said
    found = json.loads(numbers.read_text())
    # ana: 250, dinner, taxi, retrospective, two series of 5 and 4, less 79; ben: 245 and a retrospective, 5 of Google's own
    assert (found["events_exchange"], found["events_google"]) == (183 + 246, 183 + 251)
    assert (found["equal"], found["duplicates"], found["mails"]) == (True, 0, 0)
    assert 0 < found["requests_exchange"] < 200
    assert 0 < found["requests_google"] < 200
    assert 0 < found["quota_units"] < 1500
    assert list(tmp_path.glob("calpair-demo-*")) == []


@pytest.mark.needs("firestore")
def test_the_deployed_functions_play_the_whole_story_on_firestore(tmp_path: Path) -> None:
    numbers = tmp_path / "demo.json"
    code, said = play(tmp_path, STORE="firestore", DEMO_EVENTS="20", DEMO_JSON=str(numbers))
    assert code == 0, said
    assert "BAD" not in said
    assert "kill -9 to sync_pair" in said
    found = json.loads(numbers.read_text())
    # ana: 20, dinner, taxi, retrospective, two series of 5 and 4, less 12; ben: 18 and a retrospective, 2 of Google's own
    assert (found["events_exchange"], found["events_google"]) == (20 + 19, 20 + 21)
    assert (found["equal"], found["duplicates"], found["mails"]) == (True, 0, 0)
    assert 0 < found["requests_exchange"] < 150
    assert 0 < found["requests_google"] < 150
    assert list(tmp_path.glob("calpair-demo-*")) == []


@pytest.mark.parametrize(
    ("missing", "begins"),
    [
        ("FIRESTORE_EMULATOR_JAR", "demo: STORE=firestore: needs Java 11 and the emulator (install a Java runtime, "),
        ("PATH", "demo: STORE=firestore: needs git and a clone of this tree "),
    ],
)
def test_what_the_deployed_functions_lack_here_is_told_in_a_line(tmp_path: Path, missing: str, begins: str) -> None:
    code, said = play(tmp_path, STORE="firestore", **{missing: str(tmp_path / "nothing")})
    assert code == 2, said
    assert said.startswith(begins)
    assert said.count("\n") == 1


FAULTS = {
    "duplicate": ("'Lunch with Ida' 2 times on", "(duplicate)", "NOT MET: nothing stands twice: duplicates: 'Lunch"),
    "lost_edit": ("NOT MET: Google shows the lunch's new title and hour: 'Lunch with Ida and Noor' not on Google",),
    "mail": ("NOT MET: no mail was sent: 1 mails were sent",),
}


def test_what_a_server_does_wrong_is_found_and_named(tmp_path: Path) -> None:
    """The three are played at once, since a demo waits most of its time."""
    folders = {fault: tmp_path / fault for fault in FAULTS}
    for folder in folders.values():
        folder.mkdir()
    with ThreadPoolExecutor() as stages:
        plays = {
            fault: stages.submit(play, folder, DEMO_EVENTS="20", DEMO_FAULT=fault) for fault, folder in folders.items()
        }
    for fault, names in FAULTS.items():
        code, said = plays[fault].result()
        assert code == 1, said
        assert [name for name in names if name not in said] == [], said
        (kept,) = folders[fault].glob("calpair-demo-*")
        assert f"kept for a look: {kept}" in said


def test_another_store_is_refused_in_one_line(tmp_path: Path) -> None:
    assert play(tmp_path, STORE="postgres") == (2, "demo: STORE=postgres: write sqlite or firestore\n")
