"""A stage whose processes share a database of Firestore, Google's own emulator.

stage = OnFirestore(tmp_path, firestore_host)
stage.recorder.reads                            # everything said to Firestore is counted, and may be made to fail
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from calpair.app.machine import App
from calpair.care import apply as people
from calpair.gcp.firestore import connect
from calpair.gcp.store import FirestoreStore
from contracts.firestore_recorder import Recorder
from scenarios.stage import Stage

_line = cache(connect)
"""One a process of pytest, however many stages."""


class OnFirestore(Stage):
    """A stage with Firestore where others have a file; each has a database of its own."""

    def __init__(self, folder: Path, host: str, **fields: Any) -> None:
        self.recorder = Recorder(_line(host))
        self.database = f"demo-{uuid4().hex}"
        super().__init__(folder, **fields)

    def process(self, holder: str, alive: Callable[[str], bool]) -> App:
        app = super().process(holder, alive)
        app.store = FirestoreStore(self.recorder, self.database)
        people.apply(app.store, self.domains, self.pairs, "calpair.toml")
        return app

    def wipe(self) -> None:
        self.database = f"demo-{uuid4().hex}"
        self.start()


class Database:
    """A database, opened as often as there are instances that share it."""

    def __init__(self, host: str) -> None:
        self.line = _line(host)
        self.name = f"demo-{uuid4().hex}"

    def __call__(self, _: object = None) -> FirestoreStore:
        return FirestoreStore(self.line, self.name)

    def recorded(self) -> tuple[FirestoreStore, Recorder]:
        """Open it with everything said to it counted."""
        recorder = Recorder(self.line)
        return FirestoreStore(recorder, self.name), recorder
