"""The stage: starts and ends every process of the demo, and writes what calpair is told.

    with Stage() as stage:
        exchange = stage.simulator("exchange", "--mailbox", "ana@a.test:secret")
        stage.write(documents)
        stage.start()           # calpair run
        stage.kill()            # kill -9
        stage.say("approve", "ana")

Here calpair is one process beside a file; `cloud.Cloud` is a stage on which the deployed functions do the same.

Every process is ended by its own id when the block ends, however it ends. The folder goes with it, unless `keep` was
set: then it stays, with calpair's log and every simulator's, and is named.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit

from demo.options import OptionError
from demo.wire import Wire

ROOT = Path(__file__).resolve().parent.parent
COMMAND = ROOT / ".venv" / "bin" / "calpair"
_PATIENCE = 20.0


class StageError(Exception):
    """Something could not be started, or ended by itself; one line that says what and where its log is."""


def free_place() -> str:
    """Give an address and port of this machine at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@dataclass
class Simulator:
    """A simulated server: its address, and its own counters and faults."""

    url: str
    wire: Wire

    def counters(self) -> Mapping[str, Any]:
        """What the server counted since it started."""
        status, body = self.wire.ask("GET", "/_sim/counters")
        if status != 200:  # noqa: PLR2004 - HTTP
            raise StageError(f"{self.url} has no counters")
        found: Mapping[str, Any] = json.loads(body)
        return found

    def fault(self, kind: str, **fields: object) -> None:
        """Plant a fault."""
        status, body = self.wire.ask("POST", "/_sim/fault", json.dumps({"kind": kind, **fields}).encode())
        if status != 200:  # noqa: PLR2004 - HTTP
            raise StageError(f"no fault {kind}: {body.decode(errors='replace')}")


@dataclass(frozen=True, slots=True)
class Words:
    """How the story tells what the stage did."""

    started: str = "`calpair run` is started"
    killed: str = "kill -9; calpair is started again"
    lost: str = "calpair is stopped, its store deleted, and it is started again"


@dataclass
class Stage:
    """The processes and the folder they share. `environment` is added to calpair's own."""

    words: ClassVar[Words] = Words()

    environment: dict[str, str] = field(default_factory=dict)
    keep: bool = False
    _running: list[subprocess.Popen[str]] = field(default_factory=list)
    _simulators: list[Simulator] = field(default_factory=list)
    _calpair: subprocess.Popen[str] | None = None
    _listens: str = field(default_factory=free_place)

    def __enter__(self) -> Self:
        """Make the folder."""
        self.folder = Path(tempfile.mkdtemp(prefix="calpair-demo-"))
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """End every process; drop the folder, or name it."""
        for process in reversed(self._running):
            _end(process)
        for simulator in self._simulators:
            simulator.wire.close()
        failed = kind is not None and issubclass(kind, Exception) and not issubclass(kind, OptionError)
        if self.keep or failed:
            print(f"kept for a look: {self.folder}", flush=True)
        else:
            shutil.rmtree(self.folder, ignore_errors=True)

    def simulator(self, side: str, *words: str) -> Simulator:
        """Start a simulated server on a free port of this machine."""
        command = [sys.executable, "-m", "simulators", side, "--port", "0", *words]
        path = os.environ | {"PYTHONPATH": str(ROOT / "tests")}
        with (self.folder / f"{side}.log").open("w") as log:
            process = subprocess.Popen(  # noqa: S603 - our own module, words of our own
                command, env=path, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        self._running.append(process)
        line = process.stdout.readline() if process.stdout else ""
        address = line.strip().rpartition(" ")[2]
        if not address.startswith("http://127.0.0.1:"):
            raise StageError(f"the {side} simulator did not start; see {self.folder / f'{side}.log'}")
        parts = urlsplit(address)
        simulator = Simulator(address, Wire(f"{parts.scheme}://{parts.netloc}"))
        self._simulators.append(simulator)
        return simulator

    def write(self, documents: Mapping[str, Mapping[str, Any]]) -> Path:
        """Write calpair.toml (dotted names are maps); `calpair init` makes the digest key beside it."""
        path = self.folder / "calpair.toml"
        if not path.exists():
            code, said = self.say("init")
            if code:
                raise StageError(f"`calpair init`: {said}")
        path.write_text(toml(documents), encoding="utf-8")
        return path

    def secret(self, name: str, value: str) -> str:
        """Write a secret only its owner may read; the reference to it."""
        path = self.folder / name
        path.touch(mode=0o600)
        path.write_text(value, encoding="utf-8")
        return f"file:{name}"

    @property
    def service(self) -> Mapping[str, Any]:
        """What calpair.toml says of the process and its store."""
        return {"store": "sqlite:calpair.db", "listen": self._listens}

    @property
    def doors(self) -> Mapping[str, str]:
        """Where it is told when the users of each side are busy."""
        return {side: f"http://{self._listens}/{side}_free_busy" for side in ("exchange", "google")}

    def google(self, name: str, token: str) -> Mapping[str, Any]:
        """How calpair signs in to Google for a person whose own token is this: fields of a domain."""
        return {"google.auth": "token", "google.secret": self.secret(f"{name}-token", token)}

    def start(self) -> None:
        """Start `calpair run`."""
        with (self.folder / "calpair.log").open("a") as log:
            self._calpair = subprocess.Popen(  # noqa: S603 - the command this tree brings
                [*self._line(), "run"],
                env=self._environment(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self._running.append(self._calpair)

    def alive(self) -> str:
        """Say what is wrong with the calpair process; empty when it runs."""
        if self._calpair is None or self._calpair.poll() is None:
            return ""
        return f"`calpair run` ended by itself with code {self._calpair.returncode}: {self._last_words()}"

    def stop(self) -> int:
        """End `calpair run` politely; its exit code."""
        process, self._calpair = self._calpair, None
        return _end(process) if process else 0

    def kill(self) -> None:
        """Kill `calpair run` without a word (kill -9), by its id."""
        process, self._calpair = self._calpair, None
        if process:
            process.kill()
            process.wait()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the clock of the calpair process while the block runs, so that both edits of a pair come before its look."""
        process = self._calpair
        if process:
            process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            if process:
                process.send_signal(signal.SIGCONT)

    def say(self, *words: str) -> tuple[int, str]:
        """Run another `calpair` command; its exit code and what it said."""
        ran = subprocess.run(  # noqa: S603 - the command this tree brings
            [*self._line(), *words],
            env=self._environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return ran.returncode, (ran.stdout or ran.stderr).strip()

    def invitation(self, mailbox: str) -> Sequence[str]:
        """Say what else can be tried here once the story is over."""
        del mailbox
        return ()

    def forget(self) -> None:
        """Delete calpair's store."""
        for path in self.folder.glob("calpair.db*"):
            path.unlink()

    def _line(self) -> Sequence[str]:
        if not COMMAND.exists():
            raise StageError(f"{COMMAND} is not there; `make demo` installs it")
        return [str(COMMAND), "--config", str(self.folder / "calpair.toml")]

    def _environment(self) -> dict[str, str]:
        # a proxy someone set for the internet has no business between this machine and itself
        return os.environ | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"} | self.environment

    def _last_words(self) -> str:
        lines = (self.folder / "calpair.log").read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def toml(documents: Mapping[str, Mapping[str, Any]]) -> str:
    """Sections of names and values (texts, flags, numbers, lists of texts) as TOML; JSON writes all of these alike."""
    parts = []
    for section, values in documents.items():
        lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
        parts.append("\n".join([f"[{section}]", *lines]) + "\n")
    return "\n".join(parts)


def _end(process: subprocess.Popen[str]) -> int:
    """End a process by its id, politely first; one that was stopped is woken to hear it."""
    if process.poll() is None:
        process.send_signal(signal.SIGCONT)
        process.terminate()
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout:
        process.stdout.close()
    return process.returncode
