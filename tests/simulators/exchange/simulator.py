"""The Exchange simulator: one object that answers HTTP requests as an Exchange server does, and remembers them.

    simulator = ExchangeSimulator(clock=ManualClock())
    simulator.mailbox("ana@a.test").create(subject="Lunch", start=..., end=...)
    response = simulator.handle(request)

`handle` is thread-safe. README.md tells what is modelled, from which source, and what is not.
"""

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from simulators.clock import Clock
from simulators.exchange import admin, answers, door, faults, operations, playing, tokens
from simulators.exchange.accounts import Accounts
from simulators.exchange.directory import Directory
from simulators.exchange.errors import EwsError
from simulators.exchange.hand import Hand
from simulators.exchange.ids import Mint
from simulators.exchange.mailbox import Mailbox
from simulators.exchange.public_hand import PublicHand
from simulators.exchange.public_store import PublicStore
from simulators.exchange.schemas import Schemas
from simulators.exchange.sign_in import SignIn, Stopped
from simulators.exchange.soap import Element
from simulators.exchange.switches import Switches
from simulators.exchange.turn import Turn
from simulators.exchange.versions import R2010, R2013, Version, server
from simulators.record import Fault, Record
from simulators.wire import Request, Response

PATH = "/EWS/Exchange.asmx"
TENANT = "a.test"
_MINUTE = timedelta(minutes=1)


class ExchangeSimulator:
    """A server with mailboxes and service accounts, each `address: password`, and the tenant's apps, `id: secret`."""

    def __init__(
        self,
        *,
        clock: Clock,
        mailboxes: Mapping[str, str] | None = None,
        services: Mapping[str, str] | None = None,
        apps: Mapping[str, str] | None = None,
        tenant: str = TENANT,
        switches: Switches | None = None,
        schemas: Schemas | None = None,
        secret: bytes = b"exchange simulator",
    ) -> None:
        """Start empty. Servers of different `secret` issue different ids and refuse each other's sync states."""
        self.clock = clock
        self.record = Record()
        self.switches = switches or Switches()
        self.schemas = schemas
        own = {"ana@a.test": "secret"} if mailboxes is None else mailboxes
        helpers = {"svc@a.test": "secret"} if services is None else services
        self.accounts = Accounts(
            {address.lower(): password for address, password in own.items()},
            {address.lower(): password for address, password in helpers.items()},
        )
        self.tokens = tokens.TokenEndpoint(clock, tenant, apps or {}, self.accounts.failed)
        self._sign_in = SignIn(self.accounts, self.tokens, clock.now)
        mint = Mint(secret)
        self.mailboxes = {address: Mailbox(address, mint, clock) for address in self.accounts.mailboxes}
        self.directory = Directory()
        self.lock = threading.RLock()
        # Its ids are counted apart, so that those of mailboxes are the same with public folders and without.
        self._public = PublicStore(Mint(secret), clock)
        self.public_folders = PublicHand(self._public, self.lock, lambda: self.switches)
        self._requests = 0
        self._recent: dict[str, deque[datetime]] = {}
        self._late: list[tuple[datetime, Callable[[], object]]] = []

    def mailbox(self, address: str) -> Hand:
        """The hand of the person who owns a mailbox; KeyError when there is none."""
        return Hand(self.mailboxes[address.lower()], self.lock, lambda: self.switches)

    def handle(self, request: Request) -> Response:
        """Answer one request; raises `Crash`, `LostReplyError` or `TimedOutError` when such a fault is due."""
        with self.lock:
            self._settle_late()
            if request.path.startswith("/_sim/"):
                return admin.answer(self, request)
            return self._serve(request)

    def _settle_late(self) -> None:
        now = self.clock.now()
        due = [effect for at, effect in self._late if at <= now]
        self._late = [(at, effect) for at, effect in self._late if at > now]
        for effect in due:
            effect()

    def _serve(self, request: Request) -> Response:
        if request.path.lower().endswith(tokens.SUFFIX):
            return self._at_door("token", lambda: self.tokens.answer(request, self.switches.token_seconds))
        if request.path.lower() != PATH.lower():
            return answers.page(404, "Not Found")
        self._requests += 1
        caller = self._sign_in.caller(request, self.switches)
        if isinstance(caller, Stopped):
            stopped = caller.response
            return self._at_door(caller.counted, lambda: stopped)
        if request.method != "POST":
            self.record.requests[request.method] += 1
            return answers.page(405, "Method Not Allowed")
        if len(request.body) > self.switches.max_request_bytes:
            self.record.requests["too large"] += 1
            return answers.page(413, "Request Entity Too Large")
        running = server(self.switches.version)
        operation = "unreadable"
        try:
            envelope, message = door.operation_of(request.body)
            operation = operations_name(message)
            letter = door.open_letter(envelope, message, caller, self.accounts, self.switches, running, self.schemas)
            perform = operations.find(operation)
            self._count(letter.address or caller.name)
        except EwsError as refused:
            self.record.requests[operation] += 1
            return answers.soap_fault(refused, running, tells_version=self.switches.fault_version)
        self.record.requests[operation] += 1
        turn = Turn(
            record=self.record,
            switches=self.switches,
            clock=self.clock,
            operation=operation,
            number=self._requests,
            user=letter.address or caller.name,
            rank=letter.rank,
            box=self.mailboxes.get(letter.address),
            boxes=self.mailboxes,
            public=self._public,
            directory=self.directory,
            zone=letter.zone,
        )
        turn.fault = faults.due_request(self.record, turn.operation, turn.user)
        return self._play(turn, lambda: self._answer(turn, perform, letter.request, running))

    def _play(self, turn: Turn, answer: Callable[[], Response]) -> Response:
        """Answer under the fault that is due for the whole request, if one is."""
        fault = turn.fault or Fault("")
        instead = playing.planted(fault, self.switches.challenge_headers)
        if instead is not None:
            self._file(turn, instead.status)
            return instead
        if fault.kind == "mailbox_moved" and turn.box is not None:
            turn.box.relocate()
        if fault.kind in ("crash_before", "timeout_before"):
            self._file(turn, 0)
        return playing.play(fault, turn.operation, answer, self._postpone)

    def _at_door(self, door: str, answer: Callable[[], Response]) -> Response:
        """Count a request that is no operation, and answer it under the fault that names its door, if one does."""
        self.record.requests[door] += 1
        fault = faults.due_door(self.record, door) or Fault("")
        instead = playing.planted(fault, self.switches.challenge_headers)
        return instead or playing.play(fault, door, answer, self._postpone)

    def _postpone(self, seconds: float, effect: Callable[[], object]) -> None:
        self._late.append((self.clock.now() + timedelta(seconds=seconds), effect))

    def _answer(self, turn: Turn, perform: operations.Operation, message: Element, running: Version) -> Response:
        turn.forced = faults.refusal(turn.fault) if turn.fault else None
        try:
            if turn.forced is not None and turn.forced.fault:
                raise turn.forced
            response = answers.success(self._checked(perform(turn, message), turn.rank), running)
        except EwsError as refused:
            response = answers.soap_fault(refused, running, tells_version=self.switches.fault_version)
        self._file(turn, response.status)
        return response

    def _checked(self, answer: Element, rank: int) -> Element:
        if self.switches.check_answers:
            if self.schemas is None:
                raise ValueError("the switch check_answers needs schemas")
            # Servers from 2010 on are held to the latest schema, which allows them more than theirs; 2007 to its own.
            wrong = self.schemas.fault_in(answer, rank if rank < R2010 else R2013)
            if wrong:
                raise AssertionError(f"an answer of the simulator is against the schema: {wrong}")
        return answer

    def _count(self, user: str) -> None:
        """Count a request against the user's budget; beyond it ErrorServerBusy as a SOAP fault."""
        if not self.switches.requests_per_minute:
            return
        now = self.clock.now()
        recent = self._recent.setdefault(user, deque())
        while recent and now - recent[0] >= _MINUTE:
            recent.popleft()
        if len(recent) >= self.switches.requests_per_minute:
            wait = recent[0] + _MINUTE - now
            raise faults.busy(int(wait.total_seconds() * 1000) + 1, fault=True)
        recent.append(now)

    def _file(self, turn: Turn, status: int) -> None:
        """Put the calls of a request into the record; a request that got nowhere is one call that changed nothing."""
        if not turn.calls:
            turn.note(changed=False)
        for call in turn.calls:
            self.record.calls.append(replace(call, number=len(self.record.calls) + 1, status=status))


def operations_name(message: Element) -> str:
    """The name of the operation a message asks for; those of the Availability service say Request behind it."""
    return str(message.tag).rpartition("}")[2].removesuffix("Request")
