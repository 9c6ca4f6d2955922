"""The Google Calendar simulator: answers HTTP requests, remembers them, and fails where a test planted a fault.

    simulator = GoogleSimulator(clock=ManualClock())
    simulator.calendar("ana@g.test").create(summary="Lunch", ...)
    response = simulator.handle(Request.of("GET", "/calendar/v3/calendars/primary/events", {...}, b""))

`README.md` says what is modelled, from which source, and what is not.
"""

import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from simulators.clock import Clock
from simulators.google import batch, control, faults, identity
from simulators.google.access import Access, Tokens, allow, signed_in
from simulators.google.answering import Routed, overridden, refused
from simulators.google.beside import Beside
from simulators.google.cutting import Act, Outcome, under
from simulators.google.discovery import PREFIX, Method, route
from simulators.google.errors import RefusedError
from simulators.google.hand import Hand
from simulators.google.oauth import Issuer
from simulators.google.rates import Rates
from simulators.google.robots import Robot
from simulators.google.store import Calendar, Ground, micros
from simulators.google.strike import struck
from simulators.google.switches import Switches
from simulators.record import Call, Record
from simulators.wire import Crash, LostReplyError, Request, Response, TimedOutError

USERS: Mapping[str, str] = {"ana@g.test": "TOKEN"}


class GoogleSimulator:
    """The whole of Google Calendar, small: users by their bearer tokens, calendars, the record of calls."""

    def __init__(
        self,
        *,
        clock: Clock,
        users: Mapping[str, str] = USERS,
        switches: Switches | None = None,
        keys: Mapping[str, str] | None = None,
        undelegated: Collection[str] = (),
        refresh_tokens: Mapping[str, str] | None = None,
        robots: Collection[Robot] = (),
        runtime: str = "",
        epoch: int = 0,
    ) -> None:
        """Give each user (address to bearer token) a primary calendar; the rest is of sign-in.

        `keys` are service accounts with a key of their own (address to public key, PEM); those in `undelegated` speak for
        nobody but themselves. `robots` are those without one; `runtime` is the one the metadata server gives tokens of.
        Servers of different `epoch` take no sync or page token of each other.
        """
        self.record = Record()
        self._lock = threading.RLock()
        self._ground = Ground(clock, switches or Switches(), self.record)
        self._epoch = epoch
        self._ground.calendars.update(
            {user: Calendar(user, user, updated=micros(clock.now()), epoch=epoch) for user in users}
        )
        self._tokens = {token: Access(user) for user, token in users.items()}
        own = {email: Issuer(key, () if email in undelegated else None) for email, key in (keys or {}).items()}
        self._beside = Beside(clock, tuple(users), own, refresh_tokens or {}, robots, runtime)
        self._rates = Rates()
        self._late: list[tuple[datetime, Act]] = []
        self._requests = 0

    def calendar(self, calendar_id: str) -> Hand:
        """The hand on a calendar; a user's address is their primary one. KeyError for an unknown id."""
        return Hand(self._ground, self._ground.calendars[calendar_id], self._lock)

    def add_calendar(
        self, calendar_id: str, owner: str, zone: str = "Europe/Berlin", acl: Mapping[str, str] | None = None
    ) -> Hand:
        """Add a secondary calendar; `acl` maps users to roles."""
        with self._lock:
            if calendar_id in self._ground.calendars:
                raise ValueError(f"calendar {calendar_id!r} exists")
            self._ground.calendars[calendar_id] = Calendar(
                calendar_id,
                owner,
                zone,
                acl=dict(acl or {}),
                updated=micros(self._ground.clock.now()),
                epoch=self._epoch,
            )
            return self.calendar(calendar_id)

    def add_group(self, address: str, members: Collection[str]) -> None:
        """Make an address stand for a group of calendars, which freebusy.query expands."""
        with self._lock:
            if address in self._ground.calendars:
                raise ValueError(f"{address!r} is a calendar")
            self._ground.groups[address] = tuple(members)

    def turn(self, **switches: object) -> None:
        """Turn some switches while the simulator runs; the rest stay."""
        with self._lock:
            self._ground.switches = replace(self._ground.switches, **switches)  # type: ignore[arg-type]  # checked at birth

    def handle(self, request: Request) -> Response:
        """Answer one request, or raise `Crash`, `LostReplyError` or `TimedOutError` where a fault says so."""
        with self._lock:
            self.settle()
            if request.path.startswith("/_sim/"):
                return control.answer(self._ground, request)
            self._requests += 1
            if request.path == batch.PATH:
                return self._batch(request)
            outcome = self._call(request, self._requests, alone=True)
            if outcome.cut is not None:
                raise outcome.cut
            return outcome.response

    def settle(self) -> None:
        """Let late effects happen whose time has come."""
        with self._lock:
            now = self._ground.clock.now()
            come = [effect for when, effect in self._late if when <= now]
            self._late = [(when, effect) for when, effect in self._late if when > now]
            for effect in come:
                # A second fault may have waited in a late batch; its client is long gone.
                with suppress(Crash, LostReplyError, TimedOutError):
                    effect()

    def id_token(self, email: str, audience: str, **changes: Any) -> str:
        """An ID token of Google's by the simulator's clock; `changes` are those of `identity.id_token`."""
        return identity.id_token(email, audience, **{"now": self._ground.clock.now(), **changes})

    def _batch(self, request: Request) -> Response:
        self.record.requests["batch"] += 1
        try:
            user = signed_in(request, self._all_tokens()).user
        except RefusedError:
            user = ""  # each call may bring its own sign-in
        fault = faults.due(self.record, "batch", user, "")
        number = self._requests
        outcome = under(fault, lambda: self._items(request, number), self._postpone)
        if outcome.cut is not None:
            raise outcome.cut
        return outcome.response

    def _items(self, request: Request, number: int) -> Response:
        try:
            calls = batch.take_apart(request)
        except RefusedError as error:
            return refused(error)
        order = list(range(len(calls)))
        if self._ground.switches.batch_order == "reversed":
            order.reverse()
        answers: dict[int, Response] = {}
        cut: BaseException | None = None
        for index in order:
            outcome = self._call(calls[index][1], number, alone=False)
            if outcome.cut is not None and outcome.at_once:
                raise outcome.cut
            cut = cut or outcome.cut
            answers[index] = outcome.response
        if cut is not None:
            raise cut
        return batch.put_together([(name, answers[index]) for index, (name, _) in enumerate(calls)])

    def _call(self, request: Request, number: int, *, alone: bool) -> Outcome:
        request = overridden(request)
        beside = self._beside.operation(request) if alone else ""
        name, user = beside or "unknown", ""
        method: Method | None = None
        path: dict[str, str] = {}
        refusal: RefusedError | None = None
        try:
            if not beside:
                method, path = route(request.method, request.path)
                name = method.name
                access = signed_in(request, self._all_tokens())
                user = access.user
                allow(access, method)
        except RefusedError as error:
            refusal = error
        if alone:
            self.record.requests[name] += 1
        if request.path.startswith(PREFIX):
            self.record.units += 1
        fault = faults.due(self.record, name, user, faults.text_of(request))
        before = self._ground.writes()

        def act() -> Response:
            try:
                if refusal is not None:
                    raise refusal
                if method is None:
                    return self._beside.answer(request, self._all_tokens())
                self._rates.check(user, self._ground.clock.now(), self._ground.switches)
                return struck(fault, self._ground, Routed(method, path, user, request))
            except RefusedError as error:
                return refused(error)

        outcome = under(fault, act, self._postpone)
        status = 0 if outcome.cut is not None else outcome.response.status
        changed = self._ground.writes() != before
        self.record.calls.append(Call(len(self.record.calls) + 1, number, name, user, changed=changed, status=status))
        return outcome

    def _postpone(self, seconds: float, act: Act) -> None:
        self._late.append((self._ground.clock.now() + timedelta(seconds=seconds), act))

    def _all_tokens(self) -> Tokens:
        return {**self._tokens, **self._beside.tokens()}
