"""One domain's Google as look-ups reach it: asked in good time or not at all, and left alone when it says so.

    server = GoogleServer(domain, secret, forget, now, delegation)
    wait = server.begin(["ana@g.test"], start, end, until)      # asks in a thread of the domain's own
    wait()                                                      # its answer; CalpairError at `until` at the latest

The twin of `servers.py`. Google locks nobody out for a wrong key, so nothing waits for a first answer; a refused sign-in
rests for a minute, and a plea to wait is obeyed.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from calpair.app.patience import CALL_SECONDS, Rests, asking
from calpair.errors import BackOffError, SideError, SignInError
from calpair.google.delegation import Delegation
from calpair.google.free_busy import GoogleAvailability
from calpair.model.busy import Answer
from calpair.model.pair import Domain
from calpair.names import Names, Resolve, system
from calpair.ports import Now

CALLS = 4
"""How many questions to one domain's Google run at once."""
REFUSED = timedelta(minutes=1)
"""How long a refused sign-in is not tried again, or a secret looked at anew."""


@dataclass(frozen=True, slots=True)
class GoogleReach:
    """What replaces the network, in tests: a transport for each account."""

    http: Callable[[str], Any] | None = None
    resolve: Resolve = system


class GoogleServer:
    """A domain's Google. `secret` gives what a reference names, `forget` has it read anew. Threads may share it."""

    def __init__(
        self,
        domain: Domain,
        secret: Callable[[str], str],
        forget: Callable[[str], None],
        now: Now,
        delegation: Delegation | None,
        reach: GoogleReach,
    ) -> None:
        """Nothing is asked yet."""
        self.domain = domain
        self._forget = forget
        self._now = now
        self._threads = ThreadPoolExecutor(CALLS, f"google {domain.name}")
        account = domain.google.free_busy_account
        self._availability = GoogleAvailability(
            domain.google,
            lambda: secret(domain.google.secret),
            now,
            reach.http(account) if reach.http else None,
            Names(domain.limits, reach.resolve),
            delegation,
            CALL_SECONDS,
        )
        self._rests = Rests(now, "Google")

    def begin(self, addresses: Sequence[str], start: datetime, end: datetime, until: datetime) -> Callable[[], Answer]:
        """Ask, in a thread; what this gives waits for the answer, and no longer than `until`."""
        return asking(self._threads, self._now, "Google", until, self._ask, addresses, start, end)

    def close(self) -> None:
        """Hang up, once all have their answer."""
        self._threads.shutdown()
        self._availability.close()

    def _ask(self, addresses: Sequence[str], start: datetime, end: datetime) -> Answer:
        self._rests.let()
        try:
            return self._availability.look_up(addresses, start, end, self._note)
        except SideError as error:
            self._note(error)
            raise

    def _note(self, error: SideError) -> None:
        """Let Google rest where it asks for it, and after a refusal."""
        if isinstance(error, SignInError):
            self._rests.rest(error.code, REFUSED)
            self._forget(self.domain.google.secret)
        elif isinstance(error, BackOffError) and error.seconds:
            self._rests.rest(error.code, timedelta(seconds=error.seconds))
