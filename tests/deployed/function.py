"""One function as the platform serves it: a process, a port, its environment, and what it wrote to its log.

    function = start(package, "dispatch", environment, log, port)
    function.up()
    function.call(token=..., body=b"{}")        # Answer(status, said)
    function.post("/EWS/Exchange.asmx", body, {"Authorization": "Basic ..."})       # the same, of bytes
    function.end()

The environment is the one given and nothing of ours: no PYTHONPATH, no home.
"""

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from time import monotonic
from typing import Any

from deployed.package import Package

UP_SECONDS = 30.0
END_SECONDS = 20.0
_BETWEEN = threading.Event()


@dataclass(frozen=True)
class Answer:
    """What a function answered."""

    status: int
    said: Any
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass
class Function:
    """A function that is served."""

    name: str
    port: int
    log: Path
    process: "subprocess.Popen[bytes]"

    @property
    def url(self) -> str:
        return address(self.port)

    def call(
        self, token: str = "", body: bytes = b"", headers: Mapping[str, str] | None = None, method: str = "POST"
    ) -> Answer:
        """Call it, signed by this ID token."""
        sent = {"Content-Type": "application/json", **(headers or {})}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        answer = self.post("/", body, sent, method)
        return Answer(answer.status, json.loads(answer.said), answer.headers)

    def post(self, path: str, body: bytes, headers: Mapping[str, str], method: str = "POST") -> Answer:
        """Call one of its doors, whatever that answers in."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.read(), dict(answer.getheaders()))
        finally:
            connection.close()

    def records(self) -> list[dict[str, Any]]:
        """Everything it wrote, line by line; ValueError for a line that is no JSON."""
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def up(self) -> None:
        """Wait until somebody listens, as the platform's start-up probe does."""
        begun = monotonic()
        while self.process.poll() is None and monotonic() - begun < UP_SECONDS:
            if self.listens():
                return
            _BETWEEN.wait(0.02)
        raise RuntimeError(f"the function was not up: {self.log.read_text()[-2000:]}")

    def listens(self) -> bool:
        """Tell whether somebody takes connections."""
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def ending(self) -> None:
        """Wait until it knows that it is to end: connections are still taken, by nobody."""
        begun = monotonic()
        while monotonic() - begun < UP_SECONDS:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=0.5)
            try:
                connection.request("GET", "/")
                connection.getresponse()
            except OSError:
                return
            finally:
                connection.close()
        raise RuntimeError("the function does not end")

    def kill(self) -> None:
        """End it without a word, with all its processes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._gone()

    def ask_to_end(self) -> None:
        """Ask it to end, as the platform does; nothing happens to one that has ended."""
        self.process.terminate()

    def end(self) -> int:
        """Ask it to end, and wait for it; its exit code."""
        self.ask_to_end()
        try:
            code = self.process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self._gone()
        return code

    def _gone(self) -> None:
        """Wait until the address is free for another."""
        begun = monotonic()
        while self.listens() and monotonic() - begun < UP_SECONDS:
            _BETWEEN.wait(0.02)


def address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(package: Package, target: str, environment: Mapping[str, str], log: Path, port: int) -> Function:
    """Start a function; `up` waits for it, `end` ends it."""
    own = {
        "PATH": f"{package.python.parent}{os.pathsep}{os.defpath}",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "FUNCTION_TARGET": target,
        "K_SERVICE": f"calpair-{target.replace('_', '-')}",
        **environment,
    }
    command = [str(package.python.parent / "functions-framework"), "--target", target]
    with log.open("ab") as stream:
        process = subprocess.Popen(  # noqa: S603 - the package's own
            command,
            cwd=package.folder,
            env=own,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
        )
    return Function(target, port, log, process)
