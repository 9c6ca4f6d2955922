"""The parts of the function that keeps pairs in step, `sync_pair`: one look at one pair.

Whatever a calendar server says is an answer: the pair is asked for again at its time, and the task is done. Only what is
broken here is a failure, which the queue tries again: a refusal of one mailbox must not slow down everybody's.
"""

import hashlib
import logging
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from typing import Any
from uuid import uuid4

from calpair import log
from calpair.app import stopping
from calpair.app.clock import clock
from calpair.app.connections import Transports
from calpair.app.documents import Found, OneByOne
from calpair.app.ground import callers, once, ready, store
from calpair.app.keys import digest_key
from calpair.app.queues import ASKING, ask_if_changed, queue, tell
from calpair.app.runner import How, Runner, keep_nothing
from calpair.app.sides import Sides
from calpair.app.turns import Turns
from calpair.care.answer import standing
from calpair.care.claims import holder
from calpair.care.status import State
from calpair.errors import BackOffError, CalpairError, StoreError, UnknownOutcomeError, UsageError
from calpair.gcp import secrets
from calpair.gcp.callers import Callers
from calpair.google.delegation import Delegation
from calpair.google.machine import own_identity
from calpair.model.pair import Domain, Pair
from calpair.model.side import Side
from calpair.ports import Now, Queue, Store
from calpair.sync.book import leave_alone, postpone
from calpair.sync.digest import Digester
from calpair.sync.dispatch import nudge
from calpair.sync.gate import CHECKING, Gate
from calpair.sync.run import Report
from calpair.sync.wanted import take, want

_logger = logging.getLogger("calpair")

MARGIN = timedelta(seconds=30)
"""Of a function's time, kept for what happens before the first and after the last call."""
SOON = timedelta(seconds=5)
REST = timedelta(minutes=5)
"""How long a pair rests at most when a server is busy and does not say how long, however seldom it is looked at."""


@once
def syncing() -> "Syncing":
    """Build the parts, once for each instance. UsageError: the environment lacks something."""
    deployment = ready(os.environ, "project", "callers", "audience", "digest_key", "sync_identity", *ASKING)
    own = partial(own_identity, os.environ, clock)
    manager = secrets.SecretManager(secrets.connect(deployment.secrets_endpoint), deployment.project, clock)
    return Syncing(
        store=store(deployment),
        queue=queue(deployment),
        callers=callers(deployment),
        secret=manager.resolve,
        forget=manager.forget,
        digest_key=deployment.digest_key,
        delegation=Delegation(deployment.sync_identity, own, clock, deployment.sign_in_endpoint),
        time=deployment.timeout - MARGIN,
    )


@dataclass
class Syncing:
    """What every look needs. Threads share it.

    `secret` gives what a reference names, `forget` has it read anew; `time`: how long a look may take; `stopping` tells
    that this process is to end.
    """

    store: Store
    queue: Queue
    callers: Callers
    secret: Callable[[str], str]
    digest_key: str
    delegation: Delegation | None
    time: timedelta
    now: Now = clock
    transports: Transports = field(default_factory=Transports)
    chance: Callable[[], object] = uuid4
    forget: Callable[[str], None] = keep_nothing
    stopping: Callable[[], bool] = stopping.asked
    documents: OneByOne = field(init=False)
    """What people wrote."""
    runner: Runner = field(init=False)
    """What looks have in common."""
    _turns: Turns = field(default_factory=Turns)

    def __post_init__(self) -> None:
        """Join what all threads have to share, before there are any."""
        self.documents = OneByOne(self.store, self.now)
        sides = Sides(self.store, self.now, self.secret, self.delegation, self.transports)
        gate = Gate(self.store, str(self.chance()), _anybody)
        self.runner = Runner(
            sides, self.store, gate, lambda: self.digester, self.now, self.secret, self.forget, doctor=False
        )

    @cached_property
    def digester(self) -> Digester:
        """The digests, under this installation's key."""
        return Digester(digest_key(self.secret(self.digest_key)))

    def look(self, name: str, key: str = "", *, changed: bool = True) -> dict[str, Any]:
        """Look at a pair once, and see to it that somebody looks again in time. Raises what is broken here.

        `changed`: as in `ports.Ask`; then every hand and file is asked first.
        """
        with log.bound(pair=name):
            found = self.documents.counting(name) if changed else self.documents.pair(name)
            pair, domain = found.pair, found.domain
            if key and (pair is None or pair.key != key):
                # A task of a pair that was deleted, or was another mailbox's.
                leave_alone(self.store, key, name)
            if pair is None or domain is None:
                return {"outcome": self._refuse(name)}
            if changed:
                # What a refusal wrote into the status meanwhile may hold no longer.
                self.runner.doubt(name)
                if self._standing(name, found):
                    return {"outcome": self._refuse(name)}
            if not pair.enabled or pair.paused:
                leave_alone(self.store, pair.key, name)
                ask_if_changed(self.documents, self.queue, pair, self.now())
                return {"outcome": "paused" if pair.paused else "disabled"}
            with self._turns.take(name) as mine:
                return self._looked(pair, domain) if mine else self._continued(pair, Report("busy"))

    def _looked(self, pair: Pair, domain: Domain) -> dict[str, Any]:
        try:
            report = self.runner.run(pair, domain, self._how(pair, domain))
        except NotEntitledError:
            leave_alone(self.store, pair.key, pair.name)
            if (other := self._pair_of({}, pair.key)) and other.name != pair.name:
                # It was asked for under another's name.
                nudge(self.queue, [other], self.now())
            return {"outcome": self._refuse(pair.name)}
        except StoreError:
            raise
        except CalpairError as error:
            return {"outcome": self._later(pair, error)}
        except Exception:
            # The queue gives a task up after a while, and a pair that was never looked at is due by nothing else.
            postpone(self.store, pair, self.now() + pair.interval)
            raise
        return self._continued(pair, report)

    def _how(self, pair: Pair, domain: Domain) -> How:
        call = timedelta(seconds=domain.exchange.timeout_seconds)
        return How(
            live_pairs=_Live(pair, partial(self._pair_of, {})),
            holder=str(self.chance()),
            alive=_anybody,
            lease=self.time + MARGIN + call + timedelta(minutes=1),
            time=self.time,
            stopping=self.stopping,
            entitled=partial(self._entitled, pair, domain),
        )

    def _entitled(self, pair: Pair, domain: Domain) -> None:
        """Make sure that the pair, as every hand and file has it, may write now, and to the same places."""
        found = self.documents.counting(pair.name)
        if self._standing(pair.name, found) or found.pair is None:
            raise NotEntitledError(f"pair `{pair.name}` may not be kept in step as its documents are")
        if (found.pair, found.domain) != (pair, domain):
            raise BackOffError("changed", "the pair's documents have just changed", seconds=SOON.seconds, scope="user")

    def _refuse(self, name: str) -> str:
        """Say why a pair is not looked at, where people look for it; by then it may have been mended."""
        found = self.documents.counting(name)
        state = self._standing(name, found)
        if found.pair and state is None:
            nudge(self.queue, [found.pair], self.now())
            return "later"
        if found.pair:
            leave_alone(self.store, found.pair.key, name)
        tell(self.store, name, found.pair, state, self.now())
        return "refused" if state else "unknown"

    def _later(self, pair: Pair, error: CalpairError) -> str:
        """Have the pair looked at again when that may help."""
        if isinstance(error, BackOffError) and error.code == CHECKING:
            # Who is asking first may be at this very pair: a word in its cursors would void that work.
            want(self.store, pair, self.now() + SOON)
            return "later"
        _logger.warning("%s", str(error))
        rest = pair.interval
        if isinstance(error, (BackOffError, UnknownOutcomeError)):
            wish = error.seconds if isinstance(error, BackOffError) else None
            rest = timedelta(seconds=wish) if wish else min(pair.interval, REST)
        postpone(self.store, pair, self.now() + max(rest, SOON) * (1 + _spread(pair.key)))
        return "later"

    def _continued(self, pair: Pair, report: Report) -> dict[str, Any]:
        """Tell what came of it. Ask for the pair once more where that was wanted meanwhile, or where time was up."""
        if report.outcome == "busy":
            want(self.store, pair, self.now())
        elif report.outcome == "unfinished" or (report.writes and take(self.store, pair.key)):
            nudge(self.queue, [pair], self.now())
        if report.said or report.outcome not in ("ok", "busy"):
            fields = {"outcome": report.outcome, "writes": report.writes, **report.said}
            _logger.info("looked", extra={"fields": fields})
        return {"outcome": report.outcome, "said": dict(report.said)}

    def _standing(self, name: str, found: Found) -> State | None:
        return standing(self.store, name, found.read(), self.documents.judged)

    def _pair_of(self, known: dict[str, Pair | None], key: str) -> Pair | None:
        """Find the enabled pair that has this key; asked for once a look."""
        if key not in known:
            name = holder(self.store, key)
            pair = self.documents.pair(name).pair if name else None
            known[key] = pair if pair and pair.enabled and pair.key == key else None
        return known[key]


class NotEntitledError(UsageError):
    """The pair's documents do not let it write."""


@dataclass(frozen=True, slots=True)
class _Live:
    """All enabled pairs, as a look asks for them: one by one."""

    own: Pair
    find: Callable[[str], Pair | None]

    def get(self, key: str, /) -> frozenset[Side] | None:
        """Give the sides on which the pair of this key keeps the same place as ours; None: there is no such pair."""
        found = self.own if key == self.own.key else self.find(key)
        return self.own.shares(found) if found else None


def _spread(pair_key: str) -> float:
    """Give a pair's own part of a half: pairs that were told to wait at the same moment do not all come back at one."""
    return hashlib.sha256(pair_key.encode()).digest()[0] / 512


def _anybody(name: str) -> bool:
    """Whether another instance lives nobody can tell: what it holds, it holds until its time is up."""
    del name
    return True
