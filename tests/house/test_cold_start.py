"""What each deployed function imports before its first call: its own parts, and nothing of what it does not use."""

import json
import subprocess
import sys

import pytest

from house.tree import ROOT

ENGINE = ("calpair.sync", "calpair.local", "calpair.cli", "googleapiclient", "httplib2", "sqlite3")
EXCHANGE = ("calpair.exchange", "exchangelib", "lxml", "spnego")
GOOGLE = ("calpair.google.calendar", "googleapiclient", "google_auth_httplib2", "httplib2")
QUEUE = ("calpair.gcp.queue", "google.cloud.tasks_v2")
SECRETS = ("calpair.gcp.secrets", "google.cloud.secretmanager_v1")
EWS = ("calpair.exchange.ews", "exchangelib", "spnego")
"""What only who speaks to an Exchange server needs, and not who is spoken to by one."""
WRITING = ("calpair.google.calendar", "calpair.exchange.calendar", "calpair.sync.run", "calpair.sync.plan")
"""What only who copies events needs."""
MACHINE = ("calpair.local", "calpair.cli", "sqlite3")

LOADED = """
import importlib, json, sys
import main
before = set(sys.modules)
importlib.import_module(sys.argv[1])
print(json.dumps([sorted(before), sorted(sys.modules)]))
"""


def loaded(parts: str) -> tuple[set[str], set[str]]:
    """The modules of a fresh interpreter once `main.py` is loaded, and once a function's parts are too."""
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", LOADED, parts], cwd=ROOT / "functions", capture_output=True, check=True, text=True
    )
    before, after = json.loads(done.stdout)
    return set(before), set(after)


def among(modules: set[str], names: tuple[str, ...]) -> list[str]:
    return sorted(one for one in modules if one.startswith(tuple(f"{name}." for name in names)) or one in names)


@pytest.mark.parametrize(
    ("parts", "unused"),
    [
        ("calpair.app.dispatching", (*EXCHANGE, *GOOGLE, *SECRETS, "calpair.sync.run", "calpair.local")),
        ("calpair.app.looking_up", (*ENGINE, *GOOGLE, *QUEUE)),
        ("calpair.app.looking_up_google", ("calpair.sync", *MACHINE, *EWS, *WRITING, *QUEUE)),
        ("calpair.app.publishing", (*MACHINE, *WRITING, *QUEUE)),
        ("calpair.app.syncing", ("calpair.local", "calpair.cli", "calpair.busy")),
    ],
)
def test_a_function_imports_nothing_it_does_not_use(parts: str, unused: tuple[str, ...]) -> None:
    _, after = loaded(parts)
    assert parts in after
    assert among(after, unused) == []


def test_the_entry_points_alone_import_no_part_of_any_function() -> None:
    before, _ = loaded("calpair.app.looking_up")
    assert "calpair.entrypoints" in before
    assert among(before, (*ENGINE, *EXCHANGE, *GOOGLE, *QUEUE, *SECRETS, "calpair.app", "calpair.busy", "grpc")) == []
