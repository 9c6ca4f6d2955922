"""What look-ups of either side have in common about a server: how long they wait for it, and when they leave it alone.

rests = Rests(now, "the server")
rests.let()                                     # BackOffError: not yet
rests.rest("ErrorServerBusy", timedelta(minutes=5))

wait = asking(threads, now, "the server", until, work, "ana@a.test", ...)     # works in a thread
wait()                                          # what came of it; CalpairError at `until` at the latest
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar

from calpair.errors import BackOffError, CalpairError
from calpair.model.busy import Answer
from calpair.model.pair import Domain
from calpair.ports import Now

CALL_SECONDS = 15
"""How long one call may take, where the domain does not say less: whoever asked has gone by then."""

T = TypeVar("T")


class Rests:
    """When a server is left alone. Threads share it: of several pleas the longest is obeyed."""

    def __init__(self, now: Now, whose: str) -> None:
        """It may be asked."""
        self._now = now
        self._whose = whose
        self._rests: tuple[datetime, str] | None = None
        self._lock = Lock()

    def let(self) -> None:
        """Make sure that it may be asked now. BackOffError: not yet."""
        with self._lock:
            if self._rests and self._now() < self._rests[0]:
                raise BackOffError(
                    self._rests[1], f"{self._whose} is left alone for a while, after what it said", scope="gate"
                )

    def rest(self, code: str, time: timedelta) -> None:
        """Leave it alone for so long."""
        until = self._now() + time
        with self._lock:
            if self._rests is None or self._rests[0] < until:
                self._rests = until, code


def asking(
    threads: Executor, now: Now, whose: str, until: datetime, work: Callable[..., Answer], *about: Any
) -> Callable[[], Answer]:
    """Work in a thread; what this gives waits for the answer, and no longer than `until`."""
    asked = threads.submit(work, *about)
    return lambda: _waited(asked, now, whose, until)


def _waited(asked: "Future[Answer]", now: Now, whose: str, until: datetime) -> Answer:
    try:
        return asked.result(timeout=max((until - now()).total_seconds(), 0))
    except TimeoutError:
        asked.cancel()
        raise BackOffError("Timeout", f"{whose} did not answer in the time a look-up has", scope="user") from None
    except CalpairError:
        raise
    except Exception as error:  # noqa: BLE001 - see below
        # Whatever broke over one server's answer must not take the others' with it. Not chained: it may quote the answer.
        raise BackOffError(type(error).__name__, f"what {whose} answered broke this look-up", scope="user") from None


class OneEach(Generic[T]):
    """One thing a domain, made when it is needed, and anew when the domain's document has changed. Threads share it.

    `retire`: what becomes of the old one, which still answers whom it has.
    """

    def __init__(self, make: Callable[[Domain], T], retire: Callable[[T], object] = lambda _: None) -> None:
        """Nothing is made yet."""
        self._make = make
        self._retire = retire
        self._made: Mapping[str, tuple[Domain, T]] = {}
        self._lock = Lock()

    def of(self, domain: Domain) -> T:
        """Give a domain's."""
        with self._lock:
            known = self._made.get(domain.name)
            if known and known[0] == domain:
                return known[1]
            made = self._make(domain)
            self._made = {**self._made, domain.name: (domain, made)}
        if known:
            self._retire(known[1])
        return made
