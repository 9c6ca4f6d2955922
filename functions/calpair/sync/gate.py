"""The gate before a domain's servers: after a refusal or a plea to wait, nobody knocks before the time.

After a refused sign-in one pair at a time tries again, at growing distances, so that no account is locked; a server's
back-off holds for every pair on it. Kept in the process's memory: a restart is a person's doing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from calpair.errors import BackOffError, SideError, SignInError

_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)


@dataclass(slots=True)
class _Closed:
    until: datetime
    tries: int
    code: str


@dataclass(slots=True)
class Gate:
    """The closed domains of this process."""

    _closed: dict[str, _Closed] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def ask(self, domain: str, now: datetime) -> None:
        """Pass, or be told to come back (BackOffError). Whoever passes after a closure goes alone."""
        with self._lock:
            closed = self._closed.get(domain)
            if closed is None:
                return
            if now < closed.until:
                wait = (closed.until - now).total_seconds()
                raise BackOffError(closed.code, "another pair of this domain was told to wait", seconds=wait)
            closed.until = now + _FIRST

    def note(self, domain: str, error: SideError, now: datetime) -> None:
        """Remember what a server said, if it concerns everybody on it."""
        with self._lock:
            tries = self._closed[domain].tries + 1 if domain in self._closed else 1
            if isinstance(error, SignInError):
                rest = min(_FIRST * 2 ** min(tries - 1, 10), _LONGEST)
            elif isinstance(error, BackOffError) and error.scope == "server":
                rest = timedelta(seconds=error.seconds) if error.seconds else min(_FIRST / 2 * tries, _LONGEST)
            else:
                return
            self._closed[domain] = _Closed(now + rest, tries, error.code)

    def open(self, domain: str) -> None:
        """Forget what was said: the server answers again."""
        with self._lock:
            self._closed.pop(domain, None)
