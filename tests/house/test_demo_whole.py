"""The demo runs from beginning to end, as `make demo` runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from house.tree import ROOT


@pytest.mark.needs("demo")
def test_the_demo_ends_well_and_writes_what_it_counted(tmp_path: Path) -> None:
    told = tmp_path / "demo.json"
    environment = os.environ | {"PYTHONPATH": "tests", "DEMO_EVENTS": "20", "DEMO_JSON": str(told)}
    command = [sys.executable, "-m", "demo"]
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)  # noqa: S603 - our own demo
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert json.loads(told.read_text())
