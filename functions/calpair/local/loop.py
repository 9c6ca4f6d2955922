"""The loop of one machine: which pair is looked at when, in a few threads, nothing durable.

    loop = Loop(work, now, group=lambda pair: domain_of[pair])
    loop.start(pairs)                   # at start every pair is due
    signal.signal(SIGTERM, lambda *_: loop.stop())
    loop.run()                          # until stop()
    finished = loop.finish(30)

`work(pair)` looks at one pair and answers when it wants to be looked at again (None: only when nudged). It runs at
most once at a time for each pair. A nudge brings a pair forward, never back; one that comes while the pair is being
looked at leads to exactly one look more. One slow pair holds one thread; one slow group (a server's pairs) at most
half of them, so that the others always find one. Work that raises is told by its class and looked at again after a
growing delay, which no nudge shortens.

Source: a heap with entries that may be stale (the heapq documentation's recipe for changing priorities).
"""

import contextlib
import functools
import heapq
import logging
import queue
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from calpair.ports import Ask, Now

Work = Callable[[str], datetime | None]
Wait = Callable[[float], bool]
Start = Callable[[Callable[[], None]], None]

LONGEST_WAIT = 60.0
"""Seconds after which the clock is read anew, should it have been put forward."""
FIRST_DELAY = timedelta(seconds=10)
LONGEST_DELAY = timedelta(minutes=15)
TOKENS = 10_000
"""Tokens of asks that are remembered."""

_logger = logging.getLogger(__name__)


class Loop:
    """Looks at pairs when they are due. Every method may be called from any thread; `stop` from a signal handler."""

    def __init__(
        self,
        work: Work,
        now: Now,
        wait: Wait | None = None,
        workers: int = 4,
        *,
        group: Callable[[str], str] = str,
        start: Start | None = None,
    ) -> None:
        """Set up; no thread is made before work is due.

        `wait(seconds)` waits that long or until something happened (then true), `start(job)` runs a job sometime: both
        are given by tests. `group` names what a pair shares with others that are slow when it is slow.
        """
        self._work = work
        self._now = now
        self._wait = wait or self._listen
        self._workers = workers
        self._of_group = max(1, workers // 2)
        self._group = group
        self._start = start or _Threads(workers).start
        # A SimpleQueue, because a signal handler may put into it; an Event set there can wait for itself.
        self._bell: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._heap: list[tuple[datetime, int, str]] = []
        self._count = 0
        self._due: dict[str, datetime] = {}
        self._running: dict[str, str] = {}
        self._wanted: dict[str, datetime] = {}
        self._failures: Counter[str] = Counter()
        self._rest: dict[str, datetime] = {}
        self._forgotten: set[str] = set()
        self._asked: dict[str, list[datetime]] = {}
        self._tokens: dict[str, None] = {}
        self._broken: BaseException | None = None
        self.stopping = False
        """Whether work under way should come to its end."""

    def start(self, pairs: Iterable[str]) -> None:
        """Make these pairs due now."""
        at = self._now()
        for pair in pairs:
            self.nudge(pair, at)

    def nudge(self, pair: str, at: datetime) -> None:
        """Look at the pair at `at`, if nothing earlier is planned; while it is looked at: once more afterwards."""
        with self._lock:
            self._forgotten.discard(pair)
            if pair in self._running:
                self._wanted[pair] = min(at, self._wanted.get(pair, at))
            else:
                self._plan(pair, min(at, self._due.get(pair, at)))
        self._ring()

    def ask(self, asks: Sequence[Ask]) -> None:
        """Look at pairs as `ports.Queue` promises: for each token once at its time or later, be it with others' looks."""
        for ask in asks:
            with self._lock:
                known = ask.token in self._tokens
                if not known:
                    self._tokens[ask.token] = None
                    while len(self._tokens) > TOKENS:
                        del self._tokens[next(iter(self._tokens))]
                    self._asked.setdefault(ask.pair, []).append(ask.at)
            if not known:
                self.nudge(ask.pair, ask.at)

    def forget(self, pair: str) -> None:
        """Look at the pair no more, until it is nudged."""
        with self._lock:
            self._due.pop(pair, None)
            self._wanted.pop(pair, None)
            self._failures.pop(pair, None)
            self._rest.pop(pair, None)
            self._asked.pop(pair, None)
            if pair in self._running:
                self._forgotten.add(pair)

    def run(self) -> None:
        """Take one step after the other until `stop`. Raises what ended a worker, if it was no ordinary error."""
        while not self.stopping:
            self.step()

    def step(self) -> None:
        """Start all that is due and finds a free worker, then wait for what comes next."""
        if self._broken:
            raise self._broken
        self._wait(self._launch())

    def stop(self) -> None:
        """Begin no more work, and let `run` return."""
        self.stopping = True
        self._ring()

    def finish(self, seconds: float) -> bool:
        """Wait for the work under way, at most that long (its threads end with the process); tell whether it ended."""
        until = self._now() + timedelta(seconds=seconds)
        while True:
            with self._lock:
                if not self._running:
                    return True
            left = (until - self._now()).total_seconds()
            if left <= 0:
                return False
            self._wait(left)

    def _launch(self) -> float:
        """Start what can be started; give the seconds until something may have to be started next."""
        pairs = []
        with self._lock:
            now = self._now()
            held: list[tuple[datetime, int, str]] = []
            while self._heap and self._heap[0][0] <= now and len(self._running) < self._workers and not self.stopping:
                entry = heapq.heappop(self._heap)
                at, _, pair = entry
                if self._due.get(pair) != at:
                    continue
                group = self._group(pair)
                if list(self._running.values()).count(group) >= self._of_group:
                    held.append(entry)
                    continue
                del self._due[pair]
                self._running[pair] = group
                # This look is the one that was asked for until now.
                self._asked[pair] = [later for later in self._asked.pop(pair, []) if later > now]
                pairs.append(pair)
            for entry in held:
                heapq.heappush(self._heap, entry)
            next_at = self._next(now)
        for pair in pairs:
            self._start(functools.partial(self._look, pair))
        return next_at

    def _next(self, now: datetime) -> float:
        while self._heap and self._due.get(self._heap[0][2]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        later = self._heap[0][0] if self._heap else None
        if later is not None and later <= now:
            # What is due already waits for a worker, and a worker rings when it is free; the rest is on time.
            later = min((at for at in self._due.values() if at > now), default=None)
        return LONGEST_WAIT if later is None else min(LONGEST_WAIT, (later - now).total_seconds())

    def _look(self, pair: str) -> None:
        again: datetime | None = None
        failed = False
        try:
            again = self._work(pair)
        except Exception as error:  # noqa: BLE001 - one bad pair never stops the others
            failed = True
            _logger.error("%s: the work ended with %s; it is tried again", pair, type(error).__name__)  # noqa: TRY400 - the text may be a server's
        except BaseException as error:  # noqa: BLE001 - `step` raises it where somebody can act on it
            self._broken = error
        finally:
            self._ended(pair, again, failed=failed)
            self._ring()

    def _ended(self, pair: str, again: datetime | None, *, failed: bool) -> None:
        with self._lock:
            self._running.pop(pair, None)
            wanted = self._wanted.pop(pair, None)
            if pair in self._forgotten:
                self._forgotten.discard(pair)
                return
            if failed:
                self._failures[pair] += 1
                delay = min(FIRST_DELAY * 2 ** min(self._failures[pair] - 1, 16), LONGEST_DELAY)
                again = self._rest[pair] = self._now() + delay
            else:
                self._failures.pop(pair, None)
                self._rest.pop(pair, None)
            times = [at for at in (again, wanted, *self._asked.get(pair, ())) if at is not None]
            if times:
                self._plan(pair, min(times))

    def _plan(self, pair: str, at: datetime) -> None:
        at = max(at, self._rest.get(pair, at))
        if self._due.get(pair) != at:
            self._due[pair] = at
            self._count += 1
            heapq.heappush(self._heap, (at, self._count, pair))

    def _ring(self) -> None:
        self._bell.put(None)

    def _listen(self, seconds: float) -> bool:
        try:
            self._bell.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            return False
        # One look answers for all that happened.
        with contextlib.suppress(queue.Empty):
            while True:
                self._bell.get_nowait()
        return True


class _Threads:
    """A few threads that end with the process: stopping never waits for a server that does not answer."""

    def __init__(self, count: int) -> None:
        self._left = count
        self._jobs: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()

    def start(self, job: Callable[[], None]) -> None:
        """Run the job in one of the threads."""
        self._jobs.put(job)
        if self._left:
            self._left -= 1
            threading.Thread(target=self._run, daemon=True, name="calpair").start()

    def _run(self) -> None:
        while True:
            self._jobs.get()()
