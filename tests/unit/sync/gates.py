"""A store, and the processes that stand before its gates."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from calpair.errors import BackOffError, SideError, SignInError
from calpair.sync.gate import Asker, Gate, Passage
from unit.sync.fakes import FakeStore

NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
REFUSED = SignInError("401")
BUSY = BackOffError("ErrorServerBusy", seconds=300)


@dataclass
class Ground:
    """A store and the processes on it, which all live."""

    store: FakeStore = field(default_factory=FakeStore)
    dead: set[str] = field(default_factory=set)
    password: str = "first"
    servers: str = "digest of the servers"

    def process(self, name: str = "one") -> Gate:
        return Gate(self.store, name, lambda holder: holder not in self.dead)

    def account(self) -> str:
        return f"digest of {self.password}"

    def asker(self, domain: str = "a.test") -> Asker:
        return Asker(domain, self.servers, self.account)

    def ask(self, gate: Gate, now: datetime = NOW, domain: str = "a.test") -> Passage:
        return gate.ask(self.asker(domain), now)

    def refused(self, gate: Gate, now: datetime = NOW, error: SideError = REFUSED) -> None:
        gate.note(self.ask(gate, now), error, now)

    def answered(self, gate: Gate, now: datetime = NOW) -> None:
        gate.open(self.ask(gate, now))

    def wait(self, gate: Gate, now: datetime = NOW, domain: str = "a.test") -> timedelta | None:
        """How long one who asks is told to wait; None: may pass, and has done so."""
        try:
            self.ask(gate, now, domain)
        except BackOffError as error:
            return timedelta(seconds=error.seconds or 0)
        return None


def said_by(side: str, error: SideError) -> SideError:
    error.side = side
    return error
