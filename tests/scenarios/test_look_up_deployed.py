"""The look-up as it is deployed: Google's framework and server in a process of their own, set up by the environment alone."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer
from typing import Any
from uuid import uuid4

import pytest

from calpair.gcp.firestore import connect
from calpair.gcp.store import FirestoreStore
from calpair.ports import Doc
from scenarios.knocking import MAIN
from scenarios.looking import AUDIENCE, PLANNER, at, busy, token
from simulators.clock import SystemClock
from simulators.exchange import ExchangeSimulator
from simulators.google import GoogleSimulator
from simulators.google.identity import PEM
from simulators.rpc import mounted as mounted_rpc
from simulators.secrets import SecretsSimulator
from simulators.wire import mounted

pytestmark = pytest.mark.needs("firestore")

ASKED = {
    "timeMin": "2026-11-02T00:00:00Z",
    "timeMax": "2026-11-09T00:00:00Z",
    "items": [{"id": "ana@a.test"}, {"id": "nobody@a.test"}],
}


@contextmanager
def deployed(environment: dict[str, str]) -> Iterator[tuple[int, list[str]]]:
    """Start the function on a port of loopback; its port and where its log is."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    command = [str(Path(sys.executable).parent / "functions-framework"), "--source", str(MAIN)]
    command += ["--target", "exchange_free_busy", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ours
    assert process.stderr
    lines: list[str] = []
    guard = Timer(60, process.kill)
    guard.start()
    try:
        for line in process.stderr:
            lines.append(line)
            if "Booting worker" in line:
                break
        yield port, lines
    finally:
        process.terminate()
        lines += process.stderr
        process.wait()
        guard.cancel()
        process.stderr.close()


def call(port: int, body: bytes, bearer: str) -> tuple[int, Any]:
    line = HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("POST", "/", body, {"Authorization": f"Bearer {bearer}"} if bearer else {})
    answer = line.getresponse()
    told = answer.status, json.loads(answer.read())
    line.close()
    return told


def test_the_environment_alone_sets_it_up(firestore_host: str) -> None:
    database, secrets = f"demo-{uuid4().hex}", SecretsSimulator(clock=SystemClock())
    exchange = ExchangeSimulator(clock=SystemClock())
    exchange.mailbox("ana@a.test").create(subject="A secret lunch", start=at(5, 12), end=at(5, 13))
    secrets.add("projects/p/secrets/mail", b"secret")
    with ExitStack() as stack:
        server = stack.enter_context(mounted(exchange))
        google = stack.enter_context(mounted(GoogleSimulator(clock=SystemClock())))
        manager = stack.enter_context(mounted_rpc(secrets.door))
        document = {
            "exchange": {
                "url": f"{server}/EWS/Exchange.asmx",
                "auth": "basic",
                "username": "svc@a.test",
                "secret": "secret-manager:mail",
            },
            "google": {"auth": "delegated"},
            "limits": {"hosts": ["127.0.0.1"], "secrets": ["mail"]},
        }
        FirestoreStore(connect(firestore_host), database).put(Doc("domains", "a.test", document))
        environment = {
            "PATH": os.environ["PATH"],
            "THREADS": "16",
            "GUNICORN_LOG_LEVEL": "info",
            "CALPAIR_STORE": f"firestore:{database}/(default)",
            "CALPAIR_PROJECT": "p",
            "CALPAIR_AUDIENCE": AUDIENCE,
            "CALPAIR_CALLERS": PLANNER,
            "CALPAIR_CERTIFICATES": f"{google}{PEM}",
            "CALPAIR_SECRETS_ENDPOINT": manager,
            "FIRESTORE_EMULATOR_HOST": firestore_host,
        }
        port, log = stack.enter_context(deployed(environment))
        found = call(port, json.dumps(ASKED).encode(), token())
        refused = call(port, b" " * 40_000, "")
        too_long = call(port, b" " * 70_000, token())
    assert found[0] == 200
    assert found[1]["calendars"] == {
        "ana@a.test": busy((at(5, 12), at(5, 13))),
        "nobody@a.test": {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []},
    }
    assert (refused[0], too_long[0]) == (401, 413)
    [line] = [json.loads(line) for line in log if "looked up" in line]
    assert (line["severity"], line["asked"], line["unknown"], line["failed"]) == ("INFO", 2, 1, 0)
    assert "ana@" not in "".join(log)
