"""Runs a script for Node against a simulator on a port, and reads the one line of JSON it prints."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from simulators.exchange.simulator import PATH
from simulators.wire import Handler, mounted


def run(script: str, simulator: Handler) -> Any:
    """What the script of that name beside this file printed; it is given the address of the server."""
    node = shutil.which("node")
    assert node
    # No proxy may stand between two programs of one machine.
    environment = {name: text for name, text in os.environ.items() if not name.lower().endswith("_proxy")}
    environment["TZ"] = "UTC"  # windows of availability are in the machine's zone
    with mounted(simulator) as base:
        ran = subprocess.run(  # noqa: S603 - our script, on an address of our own
            [node, str(Path(__file__).with_name(script)), base + PATH],
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout)
