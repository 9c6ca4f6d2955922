"""The parts of one machine, joined: a file, SQLite, both sides of every pair, and the care of them.

app = App.from_file(Path("calpair.toml"), os.environ)
report = app.sync("ana")
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from threading import Lock
from typing import Any

from calpair.app import papers
from calpair.care import apply as people
from calpair.care import doctor
from calpair.care import status as statuses
from calpair.documents import Documents, Problem
from calpair.errors import BackOffError, CalpairError, SideError, SignInError, UsageError, VersionError
from calpair.exchange.calendar import ExchangeCalendar
from calpair.exchange.server import ExchangeConnection
from calpair.google.calendar import GoogleCalendar
from calpair.google.delegation import Delegation, own_identity
from calpair.local.processes import alive, this_process
from calpair.local.secrets import digest_key, resolve
from calpair.local.store import SqliteStore
from calpair.model.pair import Domain, Pair
from calpair.model.side import Side
from calpair.names import Names, Resolve, system
from calpair.ports import Calendar, Doc, Now, Store
from calpair.settings import Configuration, SqliteAt, load_file
from calpair.sync.book import approve, zone_of
from calpair.sync.digest import Digester
from calpair.sync.gate import CHECKING, Gate, Passage
from calpair.sync.guard import CONFIRM_AFTER
from calpair.sync.run import Report, World, sync

log = logging.getLogger("calpair")

SERVERS = "servers"
"""What was learnt of each domain's Exchange."""

REREAD = timedelta(seconds=5)
"""How old the documents in hand may be; a pause by another process is heeded after so long at most."""


def clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


def quiet(done: int, total: int) -> None:
    """Tell nobody of progress."""


@dataclass(frozen=True, slots=True)
class Transports:
    """What replaces the network, in tests: a transport for Exchange, and one a Google user."""

    exchange: Any = None
    google: Callable[[str], Any] | None = None
    resolve: Resolve = system
    """Gives the addresses of a name, where connections are real."""
    instance: Any = None
    """Answers for the machine's metadata server."""


@dataclass
class App:
    """One process's parts. Threads may share it."""

    configuration: Configuration
    environment: Mapping[str, str]
    source: str
    now: Now = clock
    transports: Transports = field(default_factory=Transports)
    path: Path = Path("calpair.toml")
    holder: str = field(default_factory=this_process)
    alive: Callable[[str], bool] = alive
    _connections: dict[str, tuple[Domain, ExchangeConnection]] = field(default_factory=dict)
    _calendars: dict[str, tuple[Pair, Domain, Mapping[Side, Calendar]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _read: tuple[datetime, Documents] | None = None
    _listed: set[str] = field(default_factory=set)
    _versions: dict[str, str] = field(default_factory=dict)
    _states: dict[str, statuses.State] = field(default_factory=dict)

    @staticmethod
    def from_file(path: Path, environment: Mapping[str, str], now: Now = clock) -> "App":
        """Read `calpair.toml`; nothing is opened yet."""
        return App(load_file(path), environment, path.name, now, path=path)

    @cached_property
    def store(self) -> Store:
        """The store, with what the file says applied to it."""
        place = self.configuration.settings.store
        if not isinstance(place, SqliteAt):
            raise UsageError('[service] store: Firestore is not available yet; write store = "sqlite:calpair.db"')
        store = SqliteStore(place.path, self.now)
        papers.apply(store, self.configuration, self.source)
        return store

    @cached_property
    def digester(self) -> Digester:
        """The digests, under this installation's key."""
        settings = self.configuration.settings
        return Digester(digest_key(settings.digest_key, settings.folder, self.environment))

    @cached_property
    def delegation(self) -> Delegation | None:
        """The way to act as users without a key, with the tokens of all of them; None where no account is set."""
        account = self.configuration.settings.sync_identity
        own = partial(own_identity, self.environment, self.now, self.transports.instance)
        return Delegation(account, own, self.now) if account else None

    @cached_property
    def _gate(self) -> Gate:
        return Gate(self.store, self.holder, self.alive)

    def documents(self) -> Documents:
        """Read what people wrote, as it is now or was a few seconds ago."""
        now = self.now()
        if self._read is None or not now - REREAD < self._read[0] <= now:
            self._read = now, papers.read(self.store)
        return self._read[1]

    def pair(self, name: str) -> tuple[Pair, Domain]:
        """Give a pair that can be used. UsageError: there is none of that name, or its document is wrong."""
        documents = self.documents()
        if name not in documents.pairs:
            problems = documents.of(f"pairs/{name}")
            if problems:
                raise UsageError("; ".join(str(problem) for problem in problems))
            raise UsageError(doctor.unknown(name, [*documents.pairs, *people.written(self.store)[1]]))
        pair = documents.pairs[name]
        return pair, documents.domains[pair.domain]

    def names(self) -> Mapping[str, str]:
        """Give the pairs to be kept in step, each with its domain."""
        return {name: pair.domain for name, pair in self.documents().pairs.items() if pair.enabled and not pair.paused}

    def interval(self, name: str) -> timedelta:
        """Give how often a pair is looked at."""
        return self.pair(name)[0].interval

    def problems(self) -> Sequence[Problem]:
        """Say what is wrong with documents."""
        return self.documents().problems

    def calendars(self, pair: Pair, domain: Domain) -> Mapping[Side, Calendar]:
        """Give both sides of a pair, kept between runs: tokens and found folders with them."""
        with self._lock:
            known = self._calendars.get(pair.name)
            if known is None or known[:2] != (pair, domain):
                known = self._calendars[pair.name] = (pair, domain, self._sides(pair, domain))
            return known[2]

    def _sides(self, pair: Pair, domain: Domain) -> Mapping[Side, Calendar]:
        google = self.transports.google
        return {
            Side.EXCHANGE: ExchangeCalendar(
                self._connection(domain), pair.mailbox, pair.folder, zone=lambda: zone_of(self.store, pair)
            ),
            Side.GOOGLE: GoogleCalendar(
                domain.google,
                pair.calendar,
                pair.google_user,
                lambda: self._secret(domain.google.secret),
                self.now,
                colours=pair.colours,
                http=google(pair.google_user) if google else None,
                names=self._names(domain),
                delegation=self.delegation,
            ),
        }

    def sync(self, name: str, *, dry_run: bool = False, progress: Callable[[int, int], None] = quiet) -> Report:
        """Bring one pair in step, and keep its status. Raises what stands in the way."""
        pair, domain = self.pair(name)
        if not pair.enabled or pair.paused:
            return Report("paused" if pair.paused else "disabled")
        started = self.now()
        try:
            passage = self._gate.ask(domain.name, partial(self._account, domain), started, trial=not dry_run)
            report = self._passed(pair, domain, passage, progress, dry_run=dry_run)
        except CalpairError as error:
            if not dry_run and not (isinstance(error, BackOffError) and error.code == CHECKING):
                self._tell(pair, statuses.after_error(error), {})
            raise
        held = report.held
        state = statuses.after_run(name, report.outcome, held.kind if held else "", len(held.links) if held else 0)
        if state and not dry_run:
            self._tell(pair, state, report.said)
            self._remember_version(domain)
        return report

    def _passed(
        self, pair: Pair, domain: Domain, passage: Passage, progress: Callable[[int, int], None], *, dry_run: bool
    ) -> Report:
        """Run behind the gate, and tell it what the servers said."""
        try:
            report = self._run(pair, domain, progress, dry_run=dry_run)
        except SideError as error:
            self._gate.note(passage, error, self.now())
            raise
        except Exception:
            self._gate.leave(passage)
            raise
        if report.outcome in ("ok", "planned"):
            self._gate.open(passage)
        else:
            self._gate.leave(passage)
        return report

    def _account(self, domain: Domain) -> str:
        """Digest how calpair signs in to a domain's servers, the secrets included. UsageError: one cannot be had."""
        secrets = [self._secret(one.secret) if one.secret else "" for one in (domain.exchange, domain.google)]
        return self.digester.secret(repr((domain.exchange, domain.google, secrets)))

    def _run(self, pair: Pair, domain: Domain, progress: Callable[[int, int], None], *, dry_run: bool) -> Report:
        world = World(
            calendars=self.calendars(pair, domain),
            store=self.store,
            digester=self.digester.under(pair.colours),
            now=self.now,
            holder=self.holder,
            alive=self.alive,
            live_pairs={one.key: pair.shares(one) for one in self.documents().pairs.values() if one.enabled},
            progress=progress if dry_run else self._telling(pair, progress),
            call_timeout=timedelta(seconds=domain.exchange.timeout_seconds),
        )
        return sync(pair, world, dry_run=dry_run)

    def examine(self, name: str) -> Iterator[doctor.Examined]:
        """Examine a pair, or every pair of a domain, or (empty) all of them."""
        documents = self.documents()
        for problem in documents.problems:
            yield doctor.wrong_document(problem.document, str(problem))
        chosen = doctor.chosen(name, documents.pairs, documents.domains)
        yield doctor.digest_key(lambda: self.digester)
        refused: set[tuple[str, Side]] = set()
        for pair in chosen:
            domain = documents.domains[pair.domain]
            if not pair.enabled:
                yield doctor.disabled(pair.name, self.origin(f"pairs/{pair.name}"))
                if pair.name != name:
                    continue
            found = []
            for one in doctor.examine(pair, partial(self.calendars, pair, domain), refused):
                found.append(one.finding)
                yield one
            self._tell_gate(domain, doctor.signed_in(found))

    def _tell_gate(self, domain: Domain, signed_in: bool | None) -> None:
        """What a person asks to be examined is asked whether the gate is open or not, and the gate learns from it."""
        now = self.now()
        if signed_in:
            self._gate.reopen(domain.name, now)
        elif signed_in is False:
            error = SignInError(doctor.REFUSED)
            self._gate.note(Passage(domain.name, now, partial(self._account, domain)), error, now)

    def approve(self, name: str) -> str:
        """Let through what a pair showed and holds back; says in one word what that was, empty for nothing.

        UsageError: its orphans have not been missed for long enough.
        """
        pair, _ = self.pair(name)
        listed = statuses.orphans(self.store, pair.key)
        sure = [link for link, since in listed.items() if self.now() - since >= CONFIRM_AFTER]
        held = approve(self.store, pair, sure, self.now())
        if held:
            return held.kind
        if listed and not sure:
            raise UsageError(f"pair `{name}`: its orphans are missed since less than ten minutes; approve again later")
        return "orphans" if sure else ""

    def status(self, name: str) -> dict[str, Any]:
        """Give the status of a pair as people see it; a disabled one has none of another that took its place."""
        pair, _ = self.pair(name)
        others = self.documents().pairs.values()
        taken = not pair.enabled and any(other.enabled and other.key == pair.key for other in others)
        return statuses.nothing_yet() if taken else statuses.read(self.store, pair.key, pair.name)

    def origin(self, document: str) -> str:
        """Name the file a document (`pairs/ana`) comes from; empty: it was written straight into the store."""
        return Path(people.source(self.store, document)).name

    def paused(self, name: str) -> Sequence[str]:
        """Say what pauses a pair: a document's name, `""` for a hand; empty: nothing does."""
        return people.paused_by(self.store, name, self.pair(name)[0].domain)

    def switch(self, name: str, *, paused: bool) -> bool:
        """Pause a pair by hand, or let it go on; tells whether that changed anything."""
        self.pair(name)
        changed = people.switch(self.store, name, paused=paused)
        self._read = None
        return changed

    def apply(self, path: Path) -> tuple[people.Applied, Sequence[Problem]]:
        """Write another file's documents into the store; tells what is wrong with those it names."""
        configuration = load_file(path, papers.NO_FILE)
        source = self.source if self._is_own(path) else str(path.absolute())
        applied = papers.apply(self.store, configuration, source)
        self._read = None
        names = papers.named(configuration)
        return applied, [problem for problem in self.problems() if problem.document in names]

    def remove(self, path: Path) -> Sequence[str]:
        """Take the documents a file names out of the store. UsageError: the own file names them, at every start."""
        names = papers.named(load_file(path, papers.NO_FILE))
        own = [name for name in names if name in papers.named(self.configuration)]
        if own:
            raise UsageError(f"{self.path} names {', '.join(own)} and is applied at every start; take them out of it")
        self._read = None
        return people.remove(self.store, names)

    def _is_own(self, path: Path) -> bool:
        return path.absolute() == self.path.absolute()

    def export(self) -> dict[str, Any]:
        """Give everything people wrote."""
        return people.export(self.store)

    def _connection(self, domain: Domain) -> ExchangeConnection:
        """Give the domain's one connection, made anew when its document has changed."""
        known = self._connections.get(domain.name)
        if known is None or known[0] != domain:
            server, secret = domain.exchange, domain.exchange.secret
            if not server.url:
                raise UsageError(
                    f"domains/{domain.name}: exchange.autodiscover is not available yet; write exchange.url"
                )
            remembered = self.store.get(SERVERS, domain.name)
            if remembered and not server.version:
                server = replace(server, version=remembered.data["version"])
            made = ExchangeConnection(
                server, lambda: self._secret(secret), self.now, self.transports.exchange, self._names(domain)
            )
            known = self._connections[domain.name] = (domain, made)
        return known[1]

    def _names(self, domain: Domain) -> Names:
        """Give what a domain's connections are held to, Exchange's and Google's."""
        return Names(domain.limits, self.transports.resolve)

    def _remember_version(self, domain: Domain) -> None:
        """Store which Exchange answered, so that the next process need not guess."""
        version = self._connection(domain).version
        if version and version != self._versions.get(domain.name):
            old = self.store.get(SERVERS, domain.name)
            if old is None or old.data["version"] != version:
                data = {"schema": 1, "version": version}
                with suppress(VersionError):
                    self.store.put(Doc(SERVERS, domain.name, data, version=old.version if old else ""))
            self._versions[domain.name] = version

    def _telling(self, pair: Pair, progress: Callable[[int, int], None]) -> Callable[[int, int], None]:
        """Keep the status of a first sync, tenth by tenth, beside telling whoever asked."""
        if pair.key not in self._listed and statuses.was_listed(self.store, pair.key):
            self._listed.add(pair.key)
        if pair.key in self._listed:
            return progress
        tenths: set[int] = set()

        def tell(done: int, total: int) -> None:
            progress(done, total)
            if done * 10 // total not in tenths:
                tenths.add(done * 10 // total)
                with suppress(VersionError):
                    statuses.record(self.store, pair.key, pair.name, statuses.first_sync(done, total), {}, self.now())

        return tell

    def _secret(self, reference: str) -> str:
        return resolve(reference, self.configuration.settings.folder, self.environment)

    def _tell(self, pair: Pair, state: statuses.State, said: Mapping[str, int]) -> None:
        """Keep the status when there is something to say: a quiet run in a known state writes nothing."""
        if said or self._states.get(pair.name) != state:
            # Where another process has just written it, its word is as good as ours.
            with suppress(VersionError):
                statuses.record(self.store, pair.key, pair.name, state, said, self.now())
            self._states[pair.name] = state
