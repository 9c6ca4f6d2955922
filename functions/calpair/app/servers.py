"""One domain's Exchange as look-ups reach it: asked in good time or not at all, and left alone when it says so.

    server = Server(domain, secret, forget, now, Reach())
    wait = server.begin(["ana@a.test"], start, end, until)     # asks in a thread of the domain's own
    wait()                                                      # its answer; CalpairError at `until` at the latest

A domain has as many threads as its server takes calls, so a slow server holds up nobody but itself. Until it has
answered once, one look-up at a time asks it; the others see what became of that. After a refused password and a
server's plea to wait a guard stands before it. On one machine that is the store's gate (`gated.py`). On Google Cloud a
look-up may not write the store, so it is what the process alone has met: a refused password is not tried again for an
hour, unless its secret says something else by then. How many processes there can be, and so how often a wrong password
is tried, `infra/functions.yaml` says.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Protocol

from calpair.app.patience import CALL_SECONDS, Rests, asking
from calpair.errors import BackOffError, SignInError
from calpair.exchange.free_busy import ExchangeAvailability
from calpair.exchange.server import ExchangeConnection, server_of
from calpair.model.busy import Answer
from calpair.model.pair import Access, Domain, ExchangeAuth
from calpair.names import Names, Resolve, system
from calpair.ports import Now

MOMENT = timedelta(seconds=10)
"""How long a server rests that did not answer, and did not say how long."""
REFUSED = timedelta(hours=1)
"""How long a refused password is not tried again."""
REREAD = timedelta(minutes=1)
"""How often a secret is looked at anew whose password was refused."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What replaces the network, in tests."""

    transport: Any = None
    resolve: Resolve = system


class Guard(Protocol):
    """Stands before one domain's server, and learns from what is said there. Threads share it."""

    def passing(self) -> AbstractContextManager[None]:
        """Let a question through, which is asked inside. BackOffError: not now."""


@dataclass(frozen=True, slots=True)
class _Refused:
    """A password that is not to be tried again before its time."""

    until: datetime
    code: str
    password: str = field(repr=False)


@dataclass
class _Memory:
    """A guard that knows what this process has met. `used()` gives the password that was tried last."""

    reference: str
    secret: Callable[[str], str]
    forget: Callable[[str], None]
    now: Now
    used: Callable[[], str]
    _refused: _Refused | None = None
    _rests: Rests = field(init=False)

    def __post_init__(self) -> None:
        """Nothing was met yet."""
        self._rests = Rests(self.now, "the server")

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Pass."""
        self._let_rest()
        try:
            yield
        except SignInError as error:
            self._refused = _Refused(self.now() + REFUSED, error.code, self.used())
            self._reread(error.code)
            raise
        except BackOffError as error:
            if error.scope == "server":
                self._rests.rest(error.code, timedelta(seconds=error.seconds) if error.seconds else MOMENT)
            raise

    def _let_rest(self) -> None:
        """Make sure that the server may be asked now. BackOffError: not yet."""
        self._rests.let()
        refused = self._refused
        if refused and self.now() < refused.until and self.secret(self.reference) == refused.password:
            self._reread(refused.code)
            self._rests.let()

    def _reread(self, code: str) -> None:
        """Leave the server alone until the secret is looked at anew."""
        self._rests.rest(code, REREAD)
        self.forget(self.reference)


class Server:
    """A domain's Exchange. `secret` gives what a reference names, `forget` has it read anew. Threads may share it."""

    def __init__(
        self,
        domain: Domain,
        secret: Callable[[str], str],
        forget: Callable[[str], None],
        now: Now,
        reach: Reach,
        guard: Guard | None = None,
    ) -> None:
        """Nothing is asked yet. `guard`: None for what this process alone has met."""
        self.domain = domain
        self._secret = secret
        self._now = now
        self._reach = reach
        self._threads = ThreadPoolExecutor(domain.exchange.max_connections, f"exchange {domain.name}")
        self._first = Lock()
        self._answered = False
        self._availability: ExchangeAvailability | None = None
        self._used = ""
        self._guard = guard or _Memory(domain.exchange.secret, secret, forget, now, lambda: self._used)

    def begin(self, addresses: Sequence[str], start: datetime, end: datetime, until: datetime) -> Callable[[], Answer]:
        """Ask, in a thread; what this gives waits for the answer, and no longer than `until`."""
        return asking(self._threads, self._now, "the server", until, self._in_turn, addresses, start, end)

    def _in_turn(self, addresses: Sequence[str], start: datetime, end: datetime) -> Answer:
        if self._answered:
            return self._ask(addresses, start, end)
        with self._first:
            return self._ask(addresses, start, end)

    def _ask(self, addresses: Sequence[str], start: datetime, end: datetime) -> Answer:
        try:
            with self._guard.passing():
                if self._availability is None:
                    self._availability = ExchangeAvailability(self._connect())
                answer = self._availability.look_up(addresses, start, end)
        except SignInError:
            self._answered = False
            raise
        self._answered = True
        return answer

    def _connect(self) -> ExchangeConnection:
        exchange = server_of(self.domain)
        settings = replace(
            exchange,
            # Whoever signs in sees what everybody may see; an application has no eyes of its own.
            access=Access.IMPERSONATION if exchange.auth is ExchangeAuth.OAUTH else Access.OWN,
            timeout_seconds=min(exchange.timeout_seconds, CALL_SECONDS),
        )
        names = Names(self.domain.limits, self._reach.resolve)
        return ExchangeConnection(settings, self._password, self._now, self._reach.transport, names)

    def _password(self) -> str:
        self._used = self._secret(self.domain.exchange.secret)
        return self._used
