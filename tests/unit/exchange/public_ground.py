"""An Exchange 2010 with free/busy in its public folders, an account that may write there, and what people are busy with."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from calpair.exchange.schedule_plus_writer import PublicFolderStore
from calpair.exchange.server import ExchangeConnection
from calpair.model.busy import Block, Busy
from calpair.ports import Notice, Posted
from simulators.clock import ManualClock
from simulators.exchange.mount import SimulatorAdapter
from simulators.exchange.public_hand import PublicHand
from simulators.exchange.published import Span
from simulators.exchange.schemas import from_environment
from simulators.exchange.simulator import ExchangeSimulator
from simulators.exchange.switches import Switches
from simulators.record import Fault
from unit.exchange.ground import SERVER

ACCOUNT = "svc@a.test"
GROUP = "/o=First Organization/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)"
NAME = f"EX:{GROUP}"
NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 20, 12, 0, 7, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
MORNING: Span = (NINE, NINE + HOUR)
NOON: Span = (NINE + 3 * HOUR, NINE + 4 * HOUR)

schemas = cache(from_environment)


@dataclass
class PublicWorld:
    """One server with public folders, and calpair's store there."""

    simulator: ExchangeSimulator
    store: PublicFolderStore
    connection: ExchangeConnection

    @property
    def hand(self) -> PublicHand:
        return self.simulator.public_folders

    def pass_time(self, time: timedelta) -> None:
        """Let time pass on the server."""
        clock = self.simulator.clock
        assert isinstance(clock, ManualClock)
        clock.advance(time)

    def plant(self, kind: str, operation: str = "", **more: Any) -> None:
        self.simulator.record.plant(Fault(kind, operation, **more))

    def requests(self) -> dict[str, int]:
        """The requests by operation since the last time this was asked."""
        counted = dict(self.simulator.record.requests)
        self.simulator.record.requests.clear()
        return counted

    def again(self) -> None:
        """Start a new process, which knows the folders that the last one remembered."""
        self.store = PublicFolderStore(self.connection, self.store.remembered())


def public_world(switches: Switches | None = None, *, group: str = GROUP, name: str = "", **server: Any) -> PublicWorld:
    """Make an Exchange 2010 with one administrative group, whose folder the account owns."""
    simulator = ExchangeSimulator(
        clock=ManualClock(NOW),
        mailboxes={ACCOUNT: "secret", "ana@a.test": "secret"},
        services={ACCOUNT: "secret"},
        switches=switches or Switches(version="Exchange2010_SP2"),
        schemas=schemas(),
    )
    simulator.public_folders.add_administrative_group(group, name=name)
    simulator.public_folders.grant(ACCOUNT, "Owner", name or group)
    settings = replace(SERVER, version="Exchange2010_SP2", **server)
    connection = ExchangeConnection(settings, lambda: "secret", ManualClock().now, SimulatorAdapter(simulator))
    return PublicWorld(simulator, PublicFolderStore(connection, {}), connection)


def dn(name: str, group: str = GROUP) -> str:
    return f"{group}/cn=Recipients/cn={name}"


def told(*busy: Span, tentative: tuple[Span, ...] = (), away: tuple[Span, ...] = ()) -> tuple[Block, ...]:
    """What somebody is busy with."""
    kinds = ((Busy.BUSY, busy), (Busy.TENTATIVE, tentative), (Busy.AWAY, away))
    return tuple(Block(*span, kind) for kind, spans in kinds for span in spans)


def notice(legacy_dn: str, *busy: Span, posted: Posted | None = None, **more: tuple[Span, ...]) -> Notice:
    """What is to be said of somebody, three months from November."""
    known = (posted.id, posted.version) if posted else ()
    return Notice(legacy_dn, told(*busy, **more), NOVEMBER, 3, *known)


def entry(name: str, *busy: Span, posted: Posted | None = None, **more: tuple[Span, ...]) -> Notice:
    """The same of somebody in the group."""
    return notice(dn(name), *busy, posted=posted, **more)


def posted(answer: object) -> Posted:
    """The answer, which must be a message that was written."""
    assert isinstance(answer, Posted), answer
    return answer
