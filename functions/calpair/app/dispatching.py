"""The parts of the functions that ask for pairs.

`dispatch` does once a minute, `renew` once an hour, and `document_written` when somebody wrote. None speaks to
Exchange or Google, nor knows how.

What is due is asked for first, whatever goes wrong afterwards; and what goes wrong with one document stops no other.
"""

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from calpair.app.clock import clock
from calpair.app.documents import OneByOne
from calpair.app.enrolling import enrol
from calpair.app.enrolling import tell as tell_standing
from calpair.app.ground import callers, once, ready, store
from calpair.app.queues import ASKING, ask_if_changed, publishing_queue, queue, tell
from calpair.busy import batches
from calpair.care import apply as people
from calpair.care.answer import answer
from calpair.care.changed import about, age, drop, put_off, said, say
from calpair.care.status import State
from calpair.errors import VersionError
from calpair.gcp.callers import Callers
from calpair.model.pair import Pair
from calpair.ports import Doc, Now, Queue, Store
from calpair.sync.book import expect, leave_alone
from calpair.sync.dispatch import PATIENCE, TICK, dispatch, nudge
from calpair.sync.renew import renew

_Came = TypeVar("_Came")
_logger = logging.getLogger("calpair")

_STORED = timedelta(seconds=30)
"""Within which a batch is stored whose news was said before: a word as young is answered once more, lest it came too soon."""


@once
def dispatching() -> "Dispatching":
    """Build the parts of `dispatch` and of `renew`, once for each instance. UsageError: the environment lacks something."""
    return _built("audience", *ASKING)


@once
def answering() -> "Dispatching":
    """Build those of `document_written`. What Eventarc's tokens say they are for is not known: no audience is needed.

    Who hears of the directory alone asks for no pair, and has neither a queue nor a right to one.
    """
    return _built(*(ASKING if os.environ.get("CALPAIR_QUEUE") else ()))


def _built(*needed: str) -> "Dispatching":
    deployment = ready(os.environ, "project", "callers", *needed)
    publishing = publishing_queue(deployment)
    return Dispatching(store(deployment), queue(deployment), callers(deployment), publishing=publishing)


@dataclass
class Dispatching:
    """What these functions do."""

    store: Store
    queue: Queue
    callers: Callers
    now: Now = clock
    publishing: Queue | None = None
    """Where tasks of `publish_free_busy` go; None: this function asks for none."""
    documents: OneByOne = field(init=False)
    """What people wrote."""
    _swept: tuple[datetime, str | None] | None = None
    """The hour of the last sweep, and the page that is next; None: it is through."""

    def __post_init__(self) -> None:
        """Join what all threads have to share, before there are any."""
        self.documents = OneByOne(self.store, self.now)

    def dispatch(self) -> int:
        """Ask for all that is due, answer what was changed past the trigger; gives how many asks there were."""
        now = self.now()
        asked = dispatch(self.store, self.queue, now) + self._ask_batches(now)
        return asked + self._answer_changes(now) + self._sweep(now)

    def renew(self) -> int:
        """Ask for every pair of which something has to be done anew; gives how many there were."""
        asked = renew(self.store, self.queue, self.now())
        enrol(self.store, self.documents.domains(anew=True).usable, self.now())
        return asked

    def written(self, document: str) -> dict[str, Any]:
        """Answer a document (`pairs/ana`) that somebody wrote or deleted, and ask for the pairs it concerns."""
        collection, _, name = document.partition("/")
        changed = people.changed_by(collection, name)
        if changed is None:
            return {"asked": 0}
        if changed[0] == people.DIRECTORY:
            # Many are written at once: the next tick looks at all of them together.
            say(self.store, people.DIRECTORY, self.now())
            return {"asked": 0}
        if changed[0] == people.PAIRS:
            pairs = list(answer(self.store, changed[1], self.documents.judged, self._tell))
        else:
            self.documents.forget(changed[1])
            say(self.store, people.DIRECTORY, self.now())
            pairs = []
            for name, found in self.documents.pairs_of(changed[1]):
                if found.pair:
                    pairs.append(found.pair)
                else:
                    state = State("failing", f"{'; '.join(found.problems)}.")
                    self._alone(f"{people.PAIRS}/{name}", partial(self._tell, name, None, state))
        for pair in pairs:
            self._alone(f"{people.PAIRS}/{pair.name}", partial(expect, self.store, pair, self.now() + PATIENCE))
        nudge(self.queue, pairs, self.now())
        return {"asked": len(pairs)}

    def _ask_batches(self, now: datetime) -> int:
        return batches.ask(self.store, self.publishing, now) if self.publishing else 0

    def _answer_changes(self, now: datetime) -> int:
        asked = 0
        for doc in said(self.store, now):
            answered = self._alone(about(doc), partial(self._answer, doc, now))
            if answered is None:
                put_off(self.store, doc, now + TICK)
            asked += answered or 0
        return asked

    def _answer(self, doc: Doc, now: datetime) -> int:
        """Answer a change, and forget it; gives how many asks came of it."""
        collection, _, name = about(doc).partition("/")
        asked = 0
        if collection == people.DIRECTORY and not name:
            # The word is dropped with it, and it may have been a domain that changed.
            enrolled = enrol(self.store, self.documents.domains(anew=True).usable, now)
            asked = self._ask_batches(now) if enrolled else 0
        elif collection == batches.PUBLISHED:
            domain = self.documents.domain(name)
            if domain:
                tell_standing(self.store, domain, now)
            if age(doc, now) < _STORED:
                return 0
        else:
            asked = self.written(f"{collection}/{name}")["asked"]
        drop(self.store, doc)
        return asked

    def _sweep(self, now: datetime) -> int:
        """Once an hour, a page a tick, answer pairs that nobody would look at: told of by no event, or forgotten.

        A restored database tells of nothing, and what calpair keeps of a pair may be lost. Costs two reads a pair.
        """
        hour = now.replace(minute=0, second=0, microsecond=0)
        page = self._swept[1] if self._swept and self._swept[0] == hour else ""
        if page is None:
            return 0
        docs, after = self.store.list(people.PAIRS, None, page)
        self._swept = hour, after or None
        return sum(self._alone(f"{people.PAIRS}/{doc.key}", partial(self._revive, doc, now)) or 0 for doc in docs)

    def _revive(self, doc: Doc, now: datetime) -> int:
        """Answer a pair if nobody would look at it; gives how many asks came of it."""
        pair = self.documents.read(doc).pair
        if pair and not (pair.enabled and not pair.paused and expect(self.store, pair, now + PATIENCE)):
            return 0
        return int(self.written(f"{people.PAIRS}/{doc.key}")["asked"])

    def _alone(self, name: str, act: Callable[[], _Came]) -> _Came | None:
        """See to one document; None: nothing came of it, which is told and keeps nobody from seeing to the others."""
        try:
            return act()
        except VersionError:
            # Others are at the same claims: another time will do.
            return None
        except Exception:
            _logger.exception("%s could not be seen to", name)
            return None

    def _tell(self, name: str, pair: Pair | None, state: State | None) -> None:
        if pair and state:
            # Whoever is looking at it now finds out by itself.
            leave_alone(self.store, pair.key, name)
            ask_if_changed(self.documents, self.queue, pair, self.now())
        tell(self.store, name, pair, state, self.now())
