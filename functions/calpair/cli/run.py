"""`calpair run`: keep every pair in step until stopped."""

import argparse
import logging
import signal
import sys
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from calpair import log
from calpair.app.machine import App
from calpair.app.papers import DEFAULT_INTERVAL
from calpair.care.publishing import unpublished
from calpair.cli.say import Say
from calpair.cli.words import in_words, noticed
from calpair.errors import BackOffError, CalpairError, UsageError
from calpair.local.loop import Loop
from calpair.sync.gate import CHECKING
from calpair.sync.run import Report

if TYPE_CHECKING:
    from calpair.app.serving import Serving

_logger = logging.getLogger("calpair")

DOCUMENTS = "\0"
"""The loop's entry for reading the documents anew; no pair can have this name."""
BATCH = "\0free-busy "
"""Begins the loop's entries for batches of people whose free/busy is published."""

_REREAD = timedelta(minutes=1)
_SOON = timedelta(seconds=1)
_FINISH_SECONDS = 30.0


def run(line: argparse.Namespace, say: Say, config: Path, environment: Mapping[str, str]) -> int:
    """Keep every pair in step until SIGTERM or SIGINT."""
    del line
    log.configure(sys.stderr, cloud=say.as_json)
    app = App.from_file(config, environment)
    app.own_store("run", "`calpair pairs` shows how the pairs stand")
    keeper = _Keeper(app)
    problems = app.problems()
    documents = app.documents()
    if not documents.pairs and not any(one.public_folder or one.told for one in documents.domains.values()):
        nothing = f"{config} has no pair that can be used, and no domain publishes free/busy or lets anybody ask; "
        raise UsageError(nothing + (str(problems[0]) if problems else "write one or the other"))
    keeper.prepare()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        keeper.loop.stop()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, stop)
    count = len(app.names())
    say.line(f"keeping {count} {'pair' if count == 1 else 'pairs'} in step; Ctrl-C stops")
    if keeper.open_doors() and keeper.serving:
        say.line(f"free/busy is told at {keeper.serving.address}")
    keeper.loop.run()
    if keeper.serving:
        keeper.serving.stop()
    return 0 if keeper.loop.finish(_FINISH_SECONDS) else 1


class _Keeper:
    """What the loop does at each look: bring a pair in step, or read the documents anew."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._known: dict[str, str] = {}
        self._problems: set[str] = set()
        self._trouble: dict[str, str] = {}
        """Pairs that do not go on, each with what was last told of it: what lasts is told once, and so is its end."""
        self.serving: Serving | None = None
        """The doors of the look-ups, once one was opened."""
        self.loop = Loop(self.look, app.now, group=lambda name: self._known.get(name, name))

    def prepare(self) -> None:
        """Open what must be there before any thread needs it, and make every pair due."""
        _ = self._app.digester, self._app.runner
        self.loop.start([DOCUMENTS])

    def open_doors(self) -> bool:
        """Listen, once a document opens a door; tells whether it began now. UsageError: the address is taken."""
        if self.serving or not any(domain.told for domain in self._app.documents().domains.values()):
            return False
        from calpair.app.serving import Serving  # noqa: PLC0415 - most never need a web server

        serving = Serving(self._app)
        serving.start()
        self.serving = serving
        return True

    def look(self, name: str) -> datetime | None:
        """Look once; give the time of the next look."""
        if name == DOCUMENTS:
            self._reread()
            return self._app.now() + _REREAD
        with log.bound(pair=name.removeprefix("\0")):
            return self._publish(name) if name.startswith(BATCH) else self._sync(name)

    def _reread(self) -> None:
        names = {**self._app.names(), **{f"{BATCH}{key}": domain for key, domain in self._app.publishing().items()}}
        problems = {str(problem) for problem in self._app.problems()}
        for problem in sorted(problems - self._problems):
            _logger.warning("%s", problem)
        self._problems = problems
        for name in set(self._known) - set(names):
            self.loop.forget(name)
        now = self._app.now()
        for name in names:
            # A batch that somebody has joined is due before the time it gave.
            due = self._app.due(name.removeprefix(BATCH)) if name.startswith(BATCH) and name in self._known else None
            if name not in self._known or (due and due <= now):
                self.loop.nudge(name, now)
        self._known = dict(names)
        try:
            if self.open_doors() and self.serving:
                _logger.info("free/busy is told at %s", self.serving.address)
        except UsageError as error:
            self._warn(DOCUMENTS, str(error))

    def _sync(self, name: str) -> datetime:
        interval = DEFAULT_INTERVAL
        try:
            interval = self._app.interval(name)
            report = self._app.sync(name, progress=_Progress())
        except BackOffError as error:
            return self._back_off(name, error, interval)
        except CalpairError as error:
            # Its text alone: an ordinary refusal has no place in the code.
            _logger.error("%s", str(error))  # noqa: TRY400 - the sentence is ours, the rest is nobody's business
            self._trouble[name] = str(error)
            return self._app.now() + interval
        if report.outcome == "held":
            self._warn(name, self._app.status(name)["sentence"])
        elif report.outcome in _WELL and self._trouble.pop(name, ""):
            _logger.info("goes on again")
        if report.outcome != "held":
            self._tell(report)
        later = self._app.now() + (_SOON if report.outcome == "unfinished" else interval)
        return min(later, report.retry) if report.retry else later

    def _publish(self, name: str) -> datetime | None:
        """Publish one batch; None: there is none any more."""
        key = name.removeprefix(BATCH)
        try:
            report, due = self._app.publish(key)
        except BackOffError as error:
            return self._back_off(name, error, _REREAD)
        except CalpairError as error:
            self._warn(name, str(error))
            return self._app.due(key)
        if report is None or report.taken:
            return due
        if report.written:
            _logger.info("%d published", report.written)
        if report.troubled:
            self._warn(name, unpublished(len(report.troubled), len(report.batch.people)))
        elif self._trouble.pop(name, ""):
            _logger.info("goes on again")
        return due

    def _tell(self, report: Report) -> None:
        """Tell what was done; that a parked event was tried in vain once more is nothing new."""
        said = {word: count for word, count in report.said.items() if word != "still_parked"}
        if said:
            _logger.info("%s", in_words(said))
        for notice in report.notices[:_NOTICES]:
            _logger.info("%s", noticed(notice))
        if len(report.notices) > _NOTICES:
            _logger.info("and as much of %d more", len(report.notices) - _NOTICES)

    def _back_off(self, name: str, error: BackOffError, interval: timedelta) -> datetime:
        """Wait as the server wishes; before calpair's own gate, which a person may open, no longer than a minute."""
        wish = timedelta(seconds=error.seconds) if error.seconds else interval
        shut = error.scope in ("gate", "refused")
        if shut:
            wish = min(wish, _REREAD)
        if not shut:
            self._trouble.pop(name, None)
        # That another pair asks first is the order of things, and no trouble.
        if error.code != CHECKING:
            self._warn(name, str(error), error.code)
        return self._app.now() + max(wish, _SOON)

    def _warn(self, name: str, sentence: str, state: str = "") -> None:
        """Tell of what keeps a pair from going on, unless it was the last thing told of it."""
        if self._trouble.get(name) != (state or sentence):
            _logger.warning("%s", sentence)
        self._trouble[name] = state or sentence


class _Progress:
    """Tells of long work in the log, every tenth of the way; short work is told when it is done."""

    def __init__(self) -> None:
        self._told = 0

    def __call__(self, done: int, total: int) -> None:
        """Tell how far it is."""
        tenth = done * 10 // total
        if total >= _LONG and tenth > self._told:
            self._told = tenth
            _logger.info("%d of %d", done, total)


_LONG = 100
_NOTICES = 20
"""Events that are told of one by one, of one run."""
_WELL = ("ok", "unfinished")
