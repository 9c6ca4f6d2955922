"""The gate before a domain's servers: after a refusal or a plea to wait, nobody knocks before the time.

    asker = Asker("a.test", servers, account)
    passage = gate.ask(asker, now)                      # BackOffError: come back later
    gate.open(passage) | gate.note(passage, error, now) | gate.leave(passage, "google")

After a refused sign-in one run at a time tries again, at growing distances, so that no account is locked; a server's
back-off holds for every pair on it. What is closed stands in the store, so that no other process tries before its time:

    gates/{domain}    closed: since when, until when, how often tried, whose word it was and which, and of what
                      account and servers, as digests
                      trial: who is asking on behalf of all, and until when at most

It is read by a process that has not heard of the domain in the last minute, and written when something changes: a run
in a domain whose servers answer costs a read a minute and no write. Every write is compare-and-set. A domain that
never answered is asked by one run at first, in all processes; in each process one run goes first, too.

With another document a closed gate is tried at once, since it may name another server; after a refused sign-in with
another password, too. Another password does not end a server's plea.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

from calpair.errors import BackOffError, CalpairError, SideError, SignInError, UnknownOutcomeError, VersionError
from calpair.ports import Doc, Store

GATES = "gates"
SCHEMA = 1
CHECKING = "checking"
"""The code under which a pair waits for another that asks on behalf of all."""

_FIRST = timedelta(minutes=1)
_LONGEST = timedelta(hours=1)
_HEARD = timedelta(minutes=1)
"""How long what was read of a gate is believed."""
_MOMENT = timedelta(seconds=2)
_ROUNDS = 4
"""How often a change is tried that others come before."""

_REFUSED = {
    "exchange": "the domain's account was refused: check exchange.username and exchange.secret",
    "google": "the domain's account was refused: check google.secret",
    "": "the domain's account was refused: check exchange.username and exchange.secret, or google.secret",
}
_ALONE = "the server is left alone for a while, after what it said"
_NEXT = "the next try is at {until:%Y-%m-%dT%H:%M:%SZ}, and at once by `calpair doctor` or after a change {where}"
_FIRST_TIME = "another pair of the domain is asking its servers first; try again in a moment"

_OPEN: Mapping[str, Any] = {"schema": SCHEMA, "closed": None, "trial": None}


@dataclass(frozen=True, slots=True)
class Asker:
    """Whose servers are to be asked. `servers`: a digest of what the domain's document says of them.

    `account()` gives a keyed digest of how calpair signs in, the document and the secrets included; it is asked for only
    where a gate is or will be closed after a refusal. UsageError: a secret cannot be had.
    """

    domain: str
    servers: str
    account: Callable[[], str]


@dataclass(frozen=True, slots=True)
class Passage:
    """One run's way through. `trial`: it asks on behalf of all, and everybody waits for what it learns."""

    asker: Asker
    started: datetime
    trial: bool = False

    @property
    def domain(self) -> str:
        """The domain whose servers are asked."""
        return self.asker.domain


@dataclass(slots=True)
class Gate:
    """The gates of all domains as this process knows them. `holder` names it, `alive` tells whether a named one runs."""

    store: Store
    holder: str
    alive: Callable[[str], bool]
    _known: dict[str, tuple[datetime, Doc | None]] = field(default_factory=dict)
    _first: dict[str, datetime] = field(default_factory=dict)
    _answered: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def ask(self, asker: Asker, now: datetime, *, trial: bool = True, side: str = "") -> Passage:
        """Pass, or be told to come back (BackOffError).

        `trial` false: the run is to write nothing; it passes where it may, on nobody's behalf.
        `side`: the only side it asks; what is closed for the other one's word is no business of such a run.
        """
        domain = asker.domain
        with self._lock:
            doc = self._look(domain, now)
            data = doc.data if doc else None
            closed = data["closed"] if data else None
            if closed and side and closed.get("side", "") not in ("", side):
                return Passage(asker, now)
            if closed and now < _at(closed["until"]) and not _is_changed(closed, asker):
                raise _told(closed, now)
            self._wait_for_others(domain, data, now)
            passage = Passage(asker, now, trial=trial and (data is None or data != _OPEN))
            if passage.trial:
                claim = {"holder": self.holder, "until": (now + _FIRST).isoformat()}
                try:
                    self._put(doc, domain, {"schema": SCHEMA, "closed": closed, "trial": claim}, now)
                except VersionError:
                    self._known.pop(domain, None)
                    raise _shut(CHECKING, _FIRST_TIME, _MOMENT) from None
            if domain not in self._answered:
                self._first[domain] = now
            return passage

    def _wait_for_others(self, domain: str, data: Mapping[str, Any] | None, now: datetime) -> None:
        trial = data["trial"] if data else None
        if trial and now < _at(trial["until"]):
            ours = trial["holder"] == self.holder
            if ours or self.alive(trial["holder"]):
                closed = data["closed"] if data else None
                raise _shut(CHECKING, _FIRST_TIME, _at(trial["until"]) - now if closed else _MOMENT)
        first = self._first.get(domain)
        if domain not in self._answered and first and now < first + _FIRST:
            raise _shut(CHECKING, _FIRST_TIME, _MOMENT)

    def note(self, passage: Passage, error: SideError, now: datetime) -> None:
        """Remember what a server said to a run, if it concerns everybody; else it has answered."""
        with self._lock:
            self._first.pop(passage.domain, None)
            if isinstance(error, SignInError) or (isinstance(error, BackOffError) and error.scope == "server"):
                self._change(passage.domain, now, lambda data: _closing(data, error, passage.asker, now))
            elif passage.trial and isinstance(error, UnknownOutcomeError):
                self._change(passage.domain, now, lambda data: _untried(data, self.holder, now + _FIRST))
            elif passage.trial:
                self._change(passage.domain, now, lambda data: _opening(data, passage.started))

    def leave(self, passage: Passage, answered: str = "") -> None:
        """Give back what `ask` took, having learnt nothing but that one side answers, if any: the next one may go.

        What that side had said is forgotten: a run that has nothing to ask the other one opens what was closed for this.
        """
        with self._lock:
            self._first.pop(passage.domain, None)
            if passage.trial:
                self._change(passage.domain, passage.started, lambda data: self._left(data, passage, answered))

    def _left(self, data: Mapping[str, Any] | None, passage: Passage, answered: str) -> Mapping[str, Any] | None:
        closed = data["closed"] if data else None
        if closed and answered and closed.get("side", "") == answered:
            return _opening(data or _OPEN, passage.started)
        return _untried(data, self.holder, passage.started)

    def open(self, passage: Passage) -> None:
        """Forget what was said before a run that went well had started: the servers answer again."""
        with self._lock:
            self._first.pop(passage.domain, None)
            self._answered.add(passage.domain)
            if passage.trial:
                self._change(passage.domain, passage.started, lambda data: _opening(data, passage.started))

    def reopen(self, domain: str, now: datetime) -> None:
        """Forget a closure because a person has seen that the servers answer."""
        with self._lock:
            self._change(domain, now, lambda data: data and _opening(data, now))

    def _look(self, domain: str, now: datetime) -> Doc | None:
        heard = self._known.get(domain)
        if heard is None or not now - _HEARD < heard[0] <= now or self._is_anothers(heard[1]):
            heard = self._known[domain] = (now, self.store.get(GATES, domain))
        return heard[1]

    def _is_anothers(self, doc: Doc | None) -> bool:
        """Tell whether another process is asking, which may know more at any moment."""
        return bool(doc and doc.data["trial"] and doc.data["trial"]["holder"] != self.holder)

    def _put(self, old: Doc | None, domain: str, data: Mapping[str, Any], now: datetime) -> None:
        doc = self.store.put(Doc(GATES, domain, data, version=old.version if old else ""))
        self._known[domain] = (now, doc)

    def _change(
        self, domain: str, now: datetime, change: Callable[[Mapping[str, Any] | None], Mapping[str, Any] | None]
    ) -> None:
        """Change what stands in the store as it is now; where others are always faster, their word is as good."""
        for _ in range(_ROUNDS):
            doc = self.store.get(GATES, domain)
            old = doc.data if doc else None
            new = change(old)
            self._known[domain] = (now, doc)
            if new == old:
                return
            try:
                if new is not None:
                    self._put(doc, domain, new, now)
                elif doc is not None:
                    self.store.delete(doc)
                    self._known[domain] = (now, None)
            except VersionError:
                self._known.pop(domain, None)
                continue
            return


def _is_changed(closed: Mapping[str, Any], asker: Asker) -> bool:
    """Tell whether a person has changed what was closed for. Of what a former release closed less is known."""
    if closed["refused"]:
        return bool(closed["account"] != asker.account())
    return bool(closed.get("servers", asker.servers) != asker.servers)


def _concerns(closed: Mapping[str, Any], asker: Asker) -> bool:
    """Tell whether what was closed for is still what this one asks with."""
    try:
        return not _is_changed(closed, asker)
    except CalpairError:
        return False


def _account(asker: Asker) -> str:
    try:
        return asker.account()
    except CalpairError:
        # Its secret was taken away meanwhile: whatever comes next is another one.
        return ""


def _told(closed: Mapping[str, Any], now: datetime) -> BackOffError:
    """Say why it is closed, whose word that was, when the next try is, and what a person may do."""
    until, side = _at(closed["until"]), closed.get("side", "")
    if closed["refused"]:
        said, where, scope = _REFUSED[side], "there", "refused"
    else:
        said, where, scope = closed.get("sentence") or _ALONE, "of the domain's document", "gate"
    error = _shut(closed["code"], f"{said}; {_NEXT.format(until=until, where=where)}", until - now, scope)
    error.side = side
    return error


def _shut(code: str, sentence: str, wait: timedelta, scope: str = "gate") -> BackOffError:
    return BackOffError(code, sentence, seconds=wait.total_seconds(), scope=scope)


def _closing(data: Mapping[str, Any] | None, error: SideError, asker: Asker, now: datetime) -> Mapping[str, Any]:
    before = data["closed"] if data else None
    tries = before["tries"] + 1 if before else 1
    if isinstance(error, BackOffError):
        rest = timedelta(seconds=error.seconds) if error.seconds else min(_FIRST / 2 * tries, _LONGEST)
    else:
        rest = min(_FIRST * 2 ** min(tries - 1, 10), _LONGEST)
    refused, until = isinstance(error, SignInError), now + rest
    if before and now < _at(before["until"]) and _concerns(before, asker):
        # Several were under way. A lesser trouble shortens nothing, and takes nobody's mind off a refusal.
        longer = _at(before["until"]) > until
        until = max(until, _at(before["until"]))
        if not refused and (longer or before["refused"]):
            return {"schema": SCHEMA, "closed": {**before, "until": until.isoformat()}, "trial": None}
    closed = {
        "at": now.isoformat(),
        "until": until.isoformat(),
        "tries": tries,
        "code": error.code,
        "side": error.side,
        "sentence": error.sentence,
        "refused": refused,
        "account": _account(asker) if refused else "",
        "servers": asker.servers,
    }
    return {"schema": SCHEMA, "closed": closed, "trial": None}


def _opening(data: Mapping[str, Any] | None, started: datetime) -> Mapping[str, Any]:
    """Open, unless the closure is newer than what is known of the servers."""
    closed = data["closed"] if data else None
    return {**data, "trial": None} if data and closed and _at(closed["at"]) > started else _OPEN


def _untried(data: Mapping[str, Any] | None, holder: str, until: datetime) -> Mapping[str, Any] | None:
    """Take a holder's trial back; a closure stands until then at least.

    A domain that never answered is as if never asked. What has become another's trial meanwhile is left to it.
    """
    if data is None or data["trial"] is None or data["trial"]["holder"] != holder:
        return data
    closed = data["closed"]
    if not closed:
        return None
    later = max(until, _at(closed["until"]))
    return {"schema": SCHEMA, "closed": {**closed, "until": later.isoformat()}, "trial": None}


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)
