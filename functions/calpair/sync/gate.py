"""The gate before a domain's servers: after a refusal or a plea to wait, nobody knocks before the time.

After a refused sign-in one pair at a time tries again, at growing distances, so that no account is locked; a server's
back-off holds for every pair on it. Kept in the process's memory: a restart is a person's doing.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from calpair.errors import BackOffError, SideError, SignInError, UnknownOutcomeError

_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)


@dataclass(slots=True)
class _Closed:
    at: datetime
    until: datetime
    tries: int
    code: str
    refused: bool


_REFUSED = "the domain's account was refused: check exchange.username and exchange.secret, or google.secret"
_ASKED = "the domain's servers asked to be left alone"

CHECKING = "checking"
"""The code under which a pair waits for the first answer its domain ever gets."""


@dataclass(slots=True)
class Gate:
    """The closed domains of this process, and those that have answered before."""

    _closed: dict[str, _Closed] = field(default_factory=dict)
    _checking: dict[str, datetime] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def ask(self, domain: str, now: datetime) -> None:
        """Pass, or be told to come back (BackOffError).

        Whoever passes after a closure, or before the domain's first answer, goes alone.
        """
        with self._lock:
            closed, first = self._closed.get(domain), self._checking.get(domain)
            if closed and now < closed.until:
                wait = (closed.until - now).total_seconds()
                raise BackOffError(closed.code, _REFUSED if closed.refused else _ASKED, seconds=wait)
            if closed:
                closed.until = now + _FIRST
            elif domain not in self._answered:
                if first and now < first + _FIRST:
                    raise BackOffError(CHECKING, "another pair of the domain is asking for the first time", seconds=2)
                self._checking[domain] = now

    def note(self, domain: str, error: SideError, started: datetime, now: datetime) -> None:
        """Remember what a server said to a run begun at `started`, if it concerns everybody; else it has answered."""
        with self._lock:
            self._checking.pop(domain, None)
            closed = self._closed.get(domain)
            tries = closed.tries + 1 if closed else 1
            if isinstance(error, SignInError):
                rest = min(_FIRST * 2 ** min(tries - 1, 10), _LONGEST)
            elif isinstance(error, BackOffError) and error.scope == "server":
                rest = timedelta(seconds=error.seconds) if error.seconds else min(_FIRST / 2 * tries, _LONGEST)
            else:
                answered = not isinstance(error, UnknownOutcomeError)
                if closed and answered and closed.at <= started:
                    del self._closed[domain]
                return
            self._closed[domain] = _Closed(now, now + rest, tries, error.code, isinstance(error, SignInError))

    def leave(self, domain: str, started: datetime) -> None:
        """Give back what `ask` took, having learnt nothing: the next one may go."""
        with self._lock:
            self._checking.pop(domain, None)
            closed = self._closed.get(domain)
            if closed and closed.at <= started < closed.until:
                closed.until = started

    def open(self, domain: str, started: datetime) -> None:
        """Forget what was said before a run that went well had started: the servers answer again."""
        with self._lock:
            self._checking.pop(domain, None)
            self._answered.add(domain)
            if domain in self._closed and self._closed[domain].at <= started:
                del self._closed[domain]
