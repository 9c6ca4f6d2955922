"""The command line on the store of the deployed functions: what it changes they heed within a minute."""

import subprocess
from pathlib import Path

import pytest

from deployed.company import Company
from deployed.environment import DATABASE
from tools.parts import ROOT

pytestmark = pytest.mark.needs("firestore", "wheels")

FILE = """
[service]
store = "firestore:{project}/{database}"
"""
PAIR = """
[pairs.uma]
domain = "a.test"
mailbox = "uma@a.test"
calendar = "uma@g.test"
direction = "two_way"
interval = "10s"
"""


class Desk:
    """An operator's folder, with a calpair.toml that names the database."""

    def __init__(self, office: Company, folder: Path) -> None:
        self.office = office
        self.folder = folder

        own = FILE.format(project=office.project, database=DATABASE)
        (folder / "calpair.toml").write_text(own)

    def apply(self, documents: str) -> str:
        """Apply a file of documents."""
        path = self.folder / "pairs.toml"
        path.write_text(documents)
        return self.say("apply", str(path))

    def say(self, *words: str) -> str:
        """Say a command, and let the minute's tick go by."""
        ran = subprocess.run(  # noqa: S603 - the command this tree brings
            [ROOT / ".venv" / "bin" / "calpair", "--config", self.folder / "calpair.toml", *words],
            env={"FIRESTORE_EMULATOR_HOST": self.office.places.firestore},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        assert self.office.tick().status == 200
        self.office.queue.deliver()
        self.office.queue.renew()
        return ran.stdout


def test_what_the_command_changes_is_heeded_at_the_next_tick(office: Company, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path)
    office.outlook("uma", "Lunch")
    desk.apply(PAIR)
    assert office.titles("uma") == (["Lunch"], ["Lunch"])
    assert office.status("uma")["state"] == "ok"

    desk.say("pause", "uma")
    assert office.status("uma")["state"] == "paused"
    calls = office.calls("uma")
    office.tick()
    assert not [task for task in office.queue.waiting() if '"uma"' in task]
    assert office.calls("uma") == calls

    desk.say("resume", "uma")
    assert office.status("uma")["state"] == "ok"

    for words in (("pairs", "uma"), ("export",)):
        assert "uma" in desk.say(*words)
    assert office.status("uma")["state"] == "ok"

    desk.apply("")
    assert office.status("uma")["state"] == "paused"
    assert "disabled" in office.status("uma")["sentence"]
