"""Cold starts: each function as it is deployed, from the packed files, from process start to its first answer.

What a platform does before a process starts is not in it. The libraries are the locked ones, in an environment of their
own under `build/`, made when it is not there; their bytecode is compiled, as a build does.
"""

import os
import re
import subprocess
import sys
import tempfile
import time
import venv
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from socket import socket

from tools.package import ROOT, SOURCE, pack, tracked

_LOCK = ROOT / SOURCE / "requirements.txt"
_PLACE = ROOT / "build" / "cold"
_SECONDS = 60.0
_ENVIRONMENT = {
    "CALPAIR_STORE": "firestore:p/(default)",
    "CALPAIR_DIGEST_KEY": "secret-manager:key",
    "CALPAIR_PROJECT": "p",
    "CALPAIR_QUEUE": "projects/p/locations/l/queues/sync",
    "CALPAIR_SYNC_URL": "https://sync-pair.run.test/",
    "CALPAIR_SYNC_IDENTITY": "sync@p.iam.gserviceaccount.com",
    "CALPAIR_FREE_BUSY_IDENTITY": "free-busy@p.iam.gserviceaccount.com",
    "CALPAIR_PUBLISH_QUEUE": "projects/p/locations/l/queues/publish",
    "CALPAIR_PUBLISH_URL": "https://publish-free-busy.run.test/",
    "CALPAIR_TASKS_ACCOUNT": "tasks@p.iam.gserviceaccount.com",
    "CALPAIR_AUDIENCE": "https://sync-pair.run.test/",
    "CALPAIR_CALLERS": "tasks@p.iam.gserviceaccount.com",
    # Nobody is asked before a caller has proven who they are; these lead nowhere.
    "FIRESTORE_EMULATOR_HOST": "127.0.0.1:1",
    "CALPAIR_TASKS_ENDPOINT": "127.0.0.1:1",
    "CALPAIR_SECRETS_ENDPOINT": "127.0.0.1:1",
}
_DOORS = {"google_free_busy": "/EWS/Exchange.asmx"}
"""Where a function is called that is called elsewhere than at its root."""
_MODULES = """
import sys
from functions_framework import create_app
app = create_app(sys.argv[1], "main.py")
assert app.test_client().post(sys.argv[2], data=b"{}").status_code == 401
print(len(sys.modules))
"""


@dataclass(frozen=True, slots=True)
class Start:
    """One function's start: seconds to the first answer, and of CPU until then; MiB resident; modules imported."""

    function: str
    seconds: float
    cpu: float
    memory: float
    modules: int


def measure() -> Iterator[Start]:
    """Start every function three times; gives the quickest start of each."""
    python = _environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = folder / "calpair.zip"
        pack(ROOT / SOURCE, tracked(ROOT), archive)
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(folder / SOURCE)
        _run(python, "-m", "compileall", "-q", str(folder / SOURCE))
        for function in _functions(folder / SOURCE):
            modules = int(_run(python, "-c", _MODULES, function, _DOORS.get(function, "/"), cwd=folder / SOURCE))
            starts = [_start(python, folder / SOURCE, function, modules) for _ in range(3)]
            yield min(starts, key=lambda start: start.seconds)


def _functions(folder: Path) -> list[str]:
    told = (folder / "main.py").read_text(encoding="utf-8").partition("__all__ = [")[2].partition("]")[0]
    return re.findall(r'"(\w+)"', told)


def _start(python: Path, folder: Path, function: str, modules: int) -> Start:
    with socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(python.parent / "functions-framework"), "--source", "main.py", "--target", function]
    begun = time.perf_counter()
    with _process([*command, "--host", "127.0.0.1", "--port", str(port)], folder) as process:
        _first_answer(port, _DOORS.get(function, "/"), begun + _SECONDS)
        seconds = time.perf_counter() - begun
        family = [process.pid, *_children(process.pid)]
        return Start(
            function, round(seconds, 2), round(sum(map(_cpu, family)), 2), round(max(map(_memory, family))), modules
        )


def _first_answer(port: int, door: str, until: float) -> None:
    while time.perf_counter() < until:
        connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
        try:
            connection.request("POST", door, b"{}")
            if connection.getresponse().status != 401:  # noqa: PLR2004 - nobody has said who they are
                raise RuntimeError("a function that asks who calls answered otherwise")
        except ConnectionError:
            time.sleep(0.005)
        else:
            return
        finally:
            connection.close()
    raise RuntimeError("a function did not answer within a minute")


@contextmanager
def _process(command: list[str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**_clean(), **_ENVIRONMENT}
    with subprocess.Popen(  # noqa: S603 - our own command
        command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def _children(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    return [int(child) for child in told.split()]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def _environment() -> Path:
    """Give the Python of an environment with exactly what is deployed."""
    python, copy = _PLACE / "bin" / "python", _PLACE / "requirements.lock"
    lock = _LOCK.read_text(encoding="utf-8")
    if not copy.exists() or copy.read_text(encoding="utf-8") != lock:
        venv.create(_PLACE, clear=True, with_pip=True)
        options = ["--require-hashes", "--no-deps", "--disable-pip-version-check", "-qq", "--compile"]
        _run(python, "-m", "pip", "install", *options, "--requirement", str(_LOCK))
        copy.write_text(lock, encoding="utf-8")
    return python


def _run(python: Path, *words: str, cwd: Path = ROOT) -> str:
    environment = {**_clean(), **_ENVIRONMENT}
    done = subprocess.run([python, *words], cwd=cwd, env=environment, check=True, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own command
    return done.stdout


def _clean() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "CALPAIR_CONFIG")}


if __name__ == "__main__":
    for one in measure():
        print(one)
    sys.exit()
