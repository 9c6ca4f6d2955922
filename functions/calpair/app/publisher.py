"""A round of publishing, as every ground has it: through the gate, Google asked, Exchange's folder written.

publisher = Publisher(store, gate, secret, forget, digester, delegation, now, connections, transports, tell)
publisher.round(store.get(PUBLISHED, "altostrat.com:0"), domain)
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from calpair.app.askers import asker
from calpair.app.connections import Connections, Transports
from calpair.app.standing import news
from calpair.busy.batches import Batch, Stopped
from calpair.busy.publish import Means, Report, postpone, publish
from calpair.care import publishing
from calpair.errors import BackOffError, CalpairError, SideError, SignInError
from calpair.exchange.schedule_plus_writer import PublicFolderStore
from calpair.google.busy_events import GoogleBusyEvents
from calpair.google.delegation import Delegation
from calpair.google.free_busy import GoogleAvailability
from calpair.model.busy import Told
from calpair.model.pair import GOOGLES_OWN, Detail, Domain, PublicFolder
from calpair.model.side import Side
from calpair.ports import Doc, Notice, Now, Posted, Store
from calpair.sync.digest import Digester
from calpair.sync.gate import CHECKING, Gate

_Said = TypeVar("_Said")

REST = timedelta(minutes=5)
"""When a batch is looked at again whose round came to nothing, where no server says when."""
NOBODYS = timedelta(hours=1)
"""The same, where its domain cannot be used."""


@dataclass
class Publisher:
    """What rounds have in common. Threads may share it.

    `secret` gives what a reference names, `forget` has it read anew; `digester()`: UsageError, there is no key. `tell` has
    the status of a domain told anew: a moment before the batch is stored in which there is news.
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
    tell: Callable[[Domain], None]

    def round(self, doc: Doc, domain: Domain | None) -> Report | None:
        """Publish one batch, and say when it is due again. None: there is nobody to publish for.

        Raises what stands in the way, having put the batch off.
        """
        batch = Batch.read(doc)
        if domain is None or domain.public_folder is None:
            postpone(self.store, batch.key, self.now(), self.now() + NOBODYS)
            return None
        try:
            return self._passed(batch, domain)
        except CalpairError as error:
            # That another batch asks first is the order of things, and no trouble.
            waits = isinstance(error, BackOffError) and error.code == CHECKING
            stopped = None if waits else self._stopped(batch, error)
            if stopped and stopped != batch.stopped:
                self.tell(domain)
            postpone(self.store, batch.key, self.now(), self.now() + _wait(error, domain.public_folder), stopped)
            raise

    def _stopped(self, batch: Batch, error: CalpairError) -> Stopped:
        state, sentence = publishing.after_error(error)
        return Stopped(state, sentence, batch.stopped.since if batch.stopped else self.now().isoformat())

    def _passed(self, batch: Batch, domain: Domain) -> Report:
        """Publish behind the gate, and tell it what the servers said."""
        passage = self.gate.ask(asker(domain, self.secret, self.digester), self.now())
        try:
            folder = _Folder(PublicFolderStore(self.connections.of(domain), batch.folders))

            def tell(after: Batch) -> None:
                if news(after) != news(batch):
                    self.tell(domain)

            with closing(self._google(domain)) as google:
                means = Means(self.store, google.look_up, folder, self.digester().free_busy, self.now, tell)
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
            self.connections.remember_version(domain)
        if folder.plea:
            # Some were written before the server pleaded: everybody else on it waits all the same.
            self.gate.note(passage, folder.plea, self.now())
        elif folder.asked:
            self.gate.open(passage)
        else:
            self.gate.leave(passage, "" if report.taken else Side.GOOGLE.value)
        return report

    def _google(self, domain: Domain) -> "_Google":
        how = (
            domain.google,
            lambda: self.secret(domain.google.secret),
            self.now,
            self.transports.google(domain.google.free_busy_account) if self.transports.google else None,
            self.connections.names(domain),
            self.delegation,
        )
        status = domain.public_folder is not None and domain.public_folder.detail is Detail.STATUS
        return _Google(GoogleAvailability(*how), GoogleBusyEvents(*how) if status else None)


def _wait(error: CalpairError, settings: PublicFolder) -> timedelta:
    """Give how long a batch rests after a round that came to nothing."""
    wish = error.seconds if isinstance(error, BackOffError) else None
    return timedelta(seconds=wish) if wish else min(REST, settings.interval)


@dataclass
class _Google:
    """Google's users, whose refusals say whose they are. `events`: what their events tell; None: free/busy is enough.

    Rooms and groups have nobody who could be acted as: of them free/busy is all there is.
    """

    free_busy: GoogleAvailability
    events: GoogleBusyEvents | None

    def look_up(self, addresses: Sequence[str], start: datetime, end: datetime) -> Mapping[str, Told]:
        """Tell of every address when it is not free."""
        by_events = [one for one in addresses if self.events and not one.lower().endswith(GOOGLES_OWN)]
        others = [one for one in addresses if one not in by_events]
        try:
            told = self.free_busy.look_up(others, start, end) if others else {}
            return told | (self.events.look_up(by_events, start, end) if self.events and by_events else {})
        except SideError as error:
            error.side = Side.GOOGLE.value
            raise

    def close(self) -> None:
        """Hang up."""
        self.free_busy.close()


@dataclass
class _Folder:
    """The folder, whose refusals say whose they are; remembers whether it was asked, and what was said to everybody."""

    inner: PublicFolderStore
    asked: bool = False
    plea: SideError | None = None

    def write(self, notices: Sequence[Notice], now: datetime) -> Sequence[Posted | SideError]:
        """Write."""
        answers = self._said(lambda: self.inner.write(notices, now))
        for answer in answers:
            if isinstance(answer, BackOffError | SignInError):
                answer.side = Side.EXCHANGE.value
                self.plea = answer
        return answers

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
