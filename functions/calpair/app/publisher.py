"""A round of publishing, as every ground has it: through the gate, Google asked, Exchange's folder written, and told.

publisher = Publisher(store, gate, secret, forget, digester, delegation)
publisher.round("altostrat.com:0", domain)
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from calpair.app.askers import asker
from calpair.app.connections import Connections, Transports
from calpair.busy.batches import PUBLISHED, Batch, Person, batches
from calpair.busy.publish import Means, Report, postpone, publish
from calpair.care import publishing
from calpair.errors import BackOffError, CalpairError, SideError, SignInError
from calpair.exchange.schedule_plus import folder_of
from calpair.exchange.schedule_plus_folders import sentence
from calpair.exchange.schedule_plus_writer import PublicFolderStore
from calpair.google.busy_events import GoogleBusyEvents
from calpair.google.delegation import Delegation
from calpair.google.free_busy import GoogleAvailability
from calpair.model.busy import Told
from calpair.model.pair import Detail, Domain, PublicFolder
from calpair.model.side import Side
from calpair.ports import Notice, Now, Posted, Store
from calpair.sync.digest import Digester
from calpair.sync.gate import CHECKING, Gate

_Said = TypeVar("_Said")
_REFUSED = "Exchange will not take it as it is: correct its legacy_dn"

REST = timedelta(minutes=5)
"""When a batch is looked at again whose round came to nothing, where no server says when."""
NOBODYS = timedelta(hours=1)
"""The same, where its domain cannot be used."""


@dataclass
class Publisher:
    """What rounds have in common. Threads may share it.

    `secret` gives what a reference names, `forget` has it read anew; `digester()`: UsageError, there is no key.
    """

    store: Store
    gate: Gate
    secret: Callable[[str], str]
    forget: Callable[[str], None]
    digester: Callable[[], Digester]
    delegation: Delegation | None
    now: Now
    connections: Connections
    transports: Transports

    def round(self, key: str, domain: Domain | None) -> Report | None:
        """Publish one batch, and say when it is due again. None: there is none, or nobody to publish for.

        Raises what stands in the way, having put the batch off.
        """
        doc = self.store.get(PUBLISHED, key)
        if doc is None:
            return None
        batch = Batch.read(doc)
        if domain is None or domain.public_folder is None:
            postpone(self.store, batch, self.now() + NOBODYS)
            return None
        try:
            report = self._passed(batch, domain)
        except CalpairError as error:
            postpone(self.store, batch, self.now() + _wait(error, domain.public_folder))
            if not (isinstance(error, BackOffError) and error.code == CHECKING):
                publishing.record(self.store, domain.name, publishing.after_error(error), self.now())
            raise
        before = {address: person.wrong for address, person in batch.people.items()}
        if before != {address: person.wrong for address, person in report.batch.people.items()} or report.written:
            publishing.record(self.store, domain.name, self._standing(domain), self.now())
        return report

    def _standing(self, domain: Domain) -> publishing.Standing:
        people = {address: one for batch in batches(self.store, domain.name) for address, one in batch.people.items()}
        return publishing.standing(
            len(people), [trouble(domain, address, one) for address, one in people.items() if one.wrong]
        )

    def _passed(self, batch: Batch, domain: Domain) -> Report:
        """Publish behind the gate, and tell it what the servers said."""
        passage = self.gate.ask(asker(domain, self.secret, self.digester), self.now())
        folder = _Folder(PublicFolderStore(self.connections.of(domain), batch.folders))
        means = Means(self.store, self._look_up(domain), folder, self.digester().free_busy, self.now)
        try:
            report = publish(batch, domain, means)
        except SideError as error:
            self.gate.note(passage, error, self.now())
            if isinstance(error, SignInError):
                self.forget(domain.exchange.secret)
                self.forget(domain.google.secret)
            raise
        except Exception:
            self.gate.leave(passage)
            raise
        if folder.asked:
            self.gate.open(passage)
        else:
            # Google alone has answered.
            self.gate.leave(passage)
        return report

    def _look_up(self, domain: Domain) -> Callable[[Sequence[str], datetime, datetime], Mapping[str, Told]]:
        events = domain.public_folder is not None and domain.public_folder.detail is Detail.STATUS
        http = self.transports.google(domain.google.free_busy_account) if self.transports.google else None
        availability = (GoogleBusyEvents if events else GoogleAvailability)(
            domain.google,
            lambda: self.secret(domain.google.secret),
            self.now,
            http,
            self.connections.names(domain),
            self.delegation,
        )

        def look_up(addresses: Sequence[str], start: datetime, end: datetime) -> Mapping[str, Told]:
            try:
                return availability.look_up(addresses, start, end)
            except SideError as error:
                error.side = Side.GOOGLE.value
                raise

        return look_up


def trouble(domain: Domain, address: str, person: Person) -> publishing.Trouble:
    """Say what is wrong with somebody who was not published, and the cure."""
    account = domain.exchange.username or domain.exchange.client_id
    meaning = publishing.of_google(person.wrong)
    if not meaning:
        with suppress(ValueError):
            meaning = sentence(person.wrong, folder_of(person.legacy_dn), account)
    return publishing.Trouble(address, person.wrong, meaning or _REFUSED, person.since)


def _wait(error: CalpairError, settings: PublicFolder) -> timedelta:
    """Give how long a batch rests after a round that came to nothing."""
    wish = error.seconds if isinstance(error, BackOffError) else None
    return timedelta(seconds=wish) if wish else min(REST, settings.interval)


@dataclass
class _Folder:
    """The folder, whose refusals say whose they are; remembers whether it was asked."""

    inner: PublicFolderStore
    asked: bool = False

    def write(self, notices: Sequence[Notice], now: datetime) -> Sequence[Posted | SideError]:
        """Write."""
        return self._said(lambda: self.inner.write(notices, now))

    def look(self, legacy_dns: Sequence[str]) -> Mapping[str, Posted | SideError | None]:
        """Look."""
        return self._said(lambda: self.inner.look(legacy_dns))

    def remembered(self) -> Mapping[str, str]:
        """Give the ids of folders."""
        return self.inner.remembered()

    def _said(self, ask: Callable[[], _Said]) -> _Said:
        self.asked = True
        try:
            return ask()
        except SideError as error:
            error.side = Side.EXCHANGE.value
            raise
