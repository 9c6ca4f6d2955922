"""The stage where calpair runs as on Google Cloud: the deployed functions in place of `calpair run` (`STORE=firestore`).

    with Cloud() as stage:          # as any other stage; `lacks.py` says beforehand what this machine has not
        ...

Served by functions-framework from the unpacked zip, each with the environment that `infra/` gives it. What they call is
in `tests/deployed/surroundings.py`; the simulated Google is their metadata server and IAM too. The scheduler, and the trigger on written
documents, are the stage's part.
"""

import json
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
from subprocess import CalledProcessError, TimeoutExpired
from typing import Any, ClassVar, Self
from urllib.parse import urlsplit
from uuid import uuid4

from demo.scheduler import Scheduler
from demo.stage import ROOT, Simulator, Stage, StageError, Words, toml
from deployed import database as databases
from deployed.environment import (
    DATABASE,
    DELEGATED,
    DIGEST_KEY,
    EVENTS,
    LOOK_UP,
    PROJECT_ACCOUNTS,
    ROWS,
    RUNTIME,
    SCHEDULER,
    SYNC_IDENTITY,
    Places,
    environment,
)
from deployed.events import event
from deployed.function import Function, address, free_port, start
from deployed.package import Package, beside
from deployed.surroundings import Surroundings, surroundings

SERVED: Mapping[str, str] = {
    "dispatch": "dispatch",
    "domain_written": "document_written",
    "pair_written": "document_written",
    "sync_pair": "sync_pair",
    "exchange_free_busy": "exchange_free_busy",
    "google_free_busy": "google_free_busy",
}
"""The functions by their rows in `infra/functions.yaml`, and what each is served as."""

_WATCHER = f"calpair-free-busy-identity@{PROJECT_ACCOUNTS}"
_WATCHES = "https://www.googleapis.com/auth/calendar.freebusy"
_DOCUMENTS = "documents.toml"


@dataclass
class Cloud(Stage):
    """The functions, and who calls them."""

    words: ClassVar[Words] = Words(
        started="the functions are served and the documents applied; the trigger tells of each",
        killed=(
            "kill -9 to sync_pair, and another instance is started. Nobody can tell that the first is dead: what it held "
            "it would hold for eleven minutes, which the story lets be over at once"
        ),
        lost="the functions are ended, all that calpair keeps in Firestore is deleted, and they are started again",
    )
    project: str = field(default_factory=lambda: f"demo-{uuid4().hex[:20]}")
    _opened: ExitStack = field(default_factory=ExitStack)
    _functions: dict[str, Function] = field(default_factory=dict)
    _documents: list[str] = field(default_factory=list)
    _google: str = ""

    def __enter__(self) -> Self:
        """Open what the functions call."""
        super().__enter__()
        with ExitStack() as undone:
            undone.push(self.__exit__)
            self._open()
            undone.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        """End the functions before what they call."""
        with ExitStack() as ending:
            ending.callback(super().__exit__, kind, *rest)
            ending.callback(self._opened.close)
            ending.callback(self.stop)

    @property
    def service(self) -> Mapping[str, Any]:
        """What calpair.toml says to the command: where the functions' store is."""
        return {"store": f"firestore:{self.project}/{DATABASE}"}

    @property
    def doors(self) -> Mapping[str, str]:
        """Where it is told when the users of each side are busy: at the functions' own addresses."""
        return {side: self._addresses[f"{side}_free_busy"] for side in ("exchange", "google")}

    def google(self, name: str, token: str) -> Mapping[str, Any]:
        """How the functions sign in to Google: they act as its users, and have no key."""
        del name, token
        return {"google.auth": "delegated"}

    def simulator(self, side: str, *words: str) -> Simulator:
        """Start a simulated server; Google's has the functions' accounts."""
        if side != "google":
            return super().simulator(side, *words)
        acting = {SYNC_IDENTITY: DELEGATED, _WATCHER: _WATCHES}
        accounts = ["--robot", RUNTIME, "--runtime", RUNTIME]
        for robot, scope in acting.items():
            accounts += ["--robot", robot, "--delegate", f"{robot}:{scope}", "--creator", f"{robot}:{RUNTIME}"]
        found = super().simulator(side, *words, *accounts)
        self._google = found.url.rstrip("/")
        return found

    def secret(self, name: str, value: str) -> str:
        """Put a secret into Secret Manager; the reference to it."""
        self._around.keep(name, value)
        return f"secret-manager:{name}"

    def write(self, documents: Mapping[str, Mapping[str, Any]]) -> Path:
        """Write calpair.toml, and the documents beside it; the digest key goes into Secret Manager."""
        path = self.folder / "calpair.toml"
        path.write_text(toml({"service": documents["service"]}), encoding="utf-8")
        own = {section: fields for section, fields in documents.items() if section != "service"}
        (self.folder / _DOCUMENTS).write_text(toml(own), encoding="utf-8")
        self._around.keep(DIGEST_KEY, token_hex(32))
        sections = [section.replace('"', "").split(".", 1) for section in documents if "." in section]
        self._documents = [f"{collection}/{name}" for collection, name in sections]
        return path

    def start(self) -> None:
        """Serve what is not served; where nothing was, apply the documents, and tell of each as the trigger does."""
        anew = not self._functions
        for row in SERVED.keys() - self._functions.keys():
            self._functions[row] = self._serve(row)
        try:
            for function in self._functions.values():
                function.up()
        except RuntimeError as error:
            raise StageError(str(error)) from None
        if anew:
            code, said = self.say("apply", _DOCUMENTS)
            if code:
                raise StageError(f"`calpair apply`: {said}")
            for document in self._documents:
                self._tell(document)

    def alive(self) -> str:
        """Say which function ended by itself; empty when none did."""
        ended = [one for one in self._functions.values() if one.process.poll() is not None]
        return "; ".join(
            f"the function {one.name} ended by itself with code {one.process.returncode}; see {one.log}"
            for one in ended
        )

    def stop(self) -> int:
        """End all functions politely; 0 when each did so."""
        functions, self._functions = list(self._functions.values()), {}
        for function in functions:
            function.ask_to_end()
        return max(map(_ended, functions), default=0)

    def kill(self) -> None:
        """Kill `sync_pair` without a word, and let the time be over for which it holds its pairs."""
        self._functions.pop("sync_pair").kill()
        databases.lease_is_up(self._around.database)

    def invitation(self, mailbox: str) -> Sequence[str]:
        """Say how the look-up is asked about a mailbox, by a caller whose token is good for an hour."""
        function = self._functions["exchange_free_busy"]
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        asked = {
            "timeMin": today.isoformat(),
            "timeMax": (today + timedelta(days=14)).isoformat(),
            "items": [{"id": mailbox}],
        }
        return (
            "Ask the look-up when somebody is busy:",
            f"curl -H 'Authorization: Bearer {self._around.token(LOOK_UP, function.url)}' {function.url} -d '{json.dumps(asked)}'",
        )

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop the clock of `sync_pair` while the block runs, so that both edits of a pair come before its look."""
        group = self._functions["sync_pair"].process.pid
        os.killpg(group, signal.SIGSTOP)
        try:
            yield
        finally:
            os.killpg(group, signal.SIGCONT)

    def forget(self) -> None:
        """Delete what calpair keeps; what people wrote stays."""
        databases.forget(self._around.database)

    def _open(self) -> None:
        try:
            self._package: Package = beside(self.folder, ROOT / ".venv" / "bin" / "python")
            self._around: Surroundings = self._opened.enter_context(surroundings(self.project))
        except (RuntimeError, OSError, CalledProcessError) as error:
            raise StageError(f"the functions' surroundings could not be set up: {error}") from None
        self._addresses = {row: address(free_port()) for row in (*ROWS, *SERVED)}
        self._opened.enter_context(Scheduler(self._tick, lambda: self._around.idle))

    def _serve(self, row: str) -> Function:
        around = self._around
        places = Places(
            self._addresses, around.firestore, around.tasks, around.secrets, around.certificates, self._google
        )
        # .venv's own path leads to this tree; what is served is the package
        own = {**_environment(row, self.project, places), "PYTHONPATH": str(self._package.folder)}
        port = urlsplit(self._addresses[row]).port or 0
        return start(self._package, SERVED[row], own, self.folder / f"{row}.log", port)

    def _tell(self, document: str) -> None:
        """Tell a function of a written document, as the trigger does."""
        function = self._functions["domain_written" if document.startswith("domains/") else "pair_written"]
        headers, body = event(self.project, document)
        answer = function.call(self._around.token(EVENTS, "https://eventarc.test/"), body, headers)
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            raise StageError(f"{function.name} answered {answer.status} to {document}; see {function.log}")

    def _tick(self) -> None:
        """Call `dispatch`, as the scheduler does."""
        function = self._functions.get("dispatch")
        if function:
            function.call(self._around.token(SCHEDULER, function.url))


def _environment(row: str, project: str, places: Places) -> dict[str, str]:
    """Give a function's environment; for one without a row what the row most like it would give."""
    if row in ROWS:
        return environment(row, project, places)
    alike = environment("exchange_free_busy", project, places)
    return alike | {"CALPAIR_AUDIENCE": places.functions[row], "CALPAIR_FREE_BUSY_IDENTITY": _WATCHER}


def _ended(function: Function) -> int:
    try:
        return function.end()
    except TimeoutExpired:
        return 1
