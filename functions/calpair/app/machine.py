"""The parts of one machine, joined: a file, SQLite, both sides of every pair, and the care of them.

app = App.from_file(Path("calpair.toml"), os.environ)
report = app.sync("ana")
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from calpair.app import looks, papers, shared
from calpair.app.clock import clock
from calpair.app.connections import Transports
from calpair.app.enrolling import enrol
from calpair.app.gated import Gated
from calpair.app.publisher import Publisher
from calpair.app.reasons import Reasons
from calpair.app.runner import How, Runner, keep_nothing, quiet
from calpair.app.sides import Sides
from calpair.busy.batches import PUBLISHED, Batch, batches
from calpair.busy.publish import Report as Published
from calpair.care import apply as people
from calpair.care import doctor, held
from calpair.care import status as statuses
from calpair.care.changed import say
from calpair.documents import Documents, Problem
from calpair.errors import UsageError
from calpair.google.delegation import Delegation
from calpair.google.machine import own_identity
from calpair.local.processes import alive, this_process
from calpair.local.secrets import digest_key, resolve
from calpair.local.store import SqliteStore
from calpair.model.pair import Domain, Pair
from calpair.model.when import When
from calpair.ports import Now, Store
from calpair.settings import Configuration, FirestoreAt, load_file
from calpair.sync.book import approve
from calpair.sync.decision import Decision
from calpair.sync.digest import Digester
from calpair.sync.gate import Gate
from calpair.sync.guard import CONFIRM_AFTER
from calpair.sync.run import Report

log = logging.getLogger("calpair")

REREAD = timedelta(seconds=5)
"""How old the documents in hand may be; a pause by another process is heeded after so long at most."""


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
    _read: tuple[datetime, Documents] | None = None

    @staticmethod
    def from_file(path: Path, environment: Mapping[str, str], now: Now = clock) -> "App":
        """Read `calpair.toml`; nothing is opened yet. UsageError: it holds what has no place there."""
        configuration = load_file(path)
        if configuration.paused:
            # Said again at every start, it would undo `calpair resume`.
            raise UsageError(f"{path.name}: `paused` has no place above the sections; write it into [pairs.NAME]")
        papers.check_place(configuration, path.name)
        return App(configuration, environment, path.name, now, path=path)

    @property
    def cloud(self) -> bool:
        """Whether the store is on Google Cloud: functions do the work there, and the files of many people meet."""
        return isinstance(self.configuration.settings.store, FirestoreAt)

    @property
    def how_to_begin(self) -> str:
        """Say what to do where there is no pair at all."""
        return doctor.BY_APPLYING if self.cloud else doctor.IN_THE_FILE

    def own_store(self, word: str, instead: str) -> None:
        """Make sure that the work on this store is this machine's to do. UsageError: it is the functions'."""
        if self.cloud:
            raise UsageError(
                f"`calpair {word}` is not for a store on Google Cloud, where the functions do the work, with rights and "
                f"secrets of their own; {instead}"
            )

    @cached_property
    def store(self) -> Store:
        """The store, with what the file says applied to it; a shared one as it is (docs/decisions/one-store-many-files.md)."""
        place = self.configuration.settings.store
        if isinstance(place, FirestoreAt):
            return shared.opened(place, self.environment)
        store = SqliteStore(place.path, self.now)
        papers.apply(store, self.configuration, self.source)
        return store

    def _say(self, store: Store, *documents: str) -> None:
        """Where functions keep the pairs in step, have them told what changed: they hear of written documents alone."""
        if self.cloud:
            for document in documents:
                say(store, document, self.now())

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
    def sides(self) -> Sides:
        """Both sides of every pair."""
        return Sides(self.store, self.now, self.secret, self.delegation, self.transports)

    @cached_property
    def runner(self) -> Runner:
        """What runs have in common."""
        gate = Gate(self.store, self.holder, self.alive)
        return Runner(self.sides, self.store, gate, lambda: self.digester, self.now, self.secret)

    def guard(self, domain: Domain) -> Gated:
        """Give what stands before a domain's Exchange when it is asked for free/busy."""
        return Gated(self.runner.gate, self.runner.asker(domain), self.now)

    @cached_property
    def publisher(self) -> Publisher:
        """What rounds of publishing have in common."""
        return Publisher(
            self.store,
            self.runner.gate,
            self.secret,
            keep_nothing,
            lambda: self.digester,
            self.delegation,
            self.now,
            self.sides.connections,
            self.transports,
            # Once a minute `publishing` does.
            lambda _: None,
        )

    def publishing(self) -> Mapping[str, str]:
        """Give the batches of people whose free/busy is to be published, each with its domain, as the directory is now."""
        domains = self.documents().domains
        enrol(self.store, domains.values(), self.now())
        return {batch.key: batch.domain for batch in batches(self.store) if batch.domain in domains}

    def publish(self, key: str) -> tuple[Published | None, datetime | None]:
        """Publish one batch, and say when it is due again; None: there is none. Raises what stands in the way."""
        found = self.store.get(PUBLISHED, key)
        if found is None:
            return None, None
        report = self.publisher.round(found, self.documents().domains.get(found.data["head"]["domain"]))
        return report, self.due(key)

    def due(self, key: str) -> datetime | None:
        """Say when a batch is due, at the earliest when nobody has it any more; None: there is none."""
        doc = self.store.get(PUBLISHED, key)
        if doc is None:
            return None
        due, taken = datetime.fromisoformat(doc.data["due"]), Batch.read(doc).taken
        return max(due, taken) if taken else due

    def documents(self) -> Documents:
        """Read what people wrote, as it is now or was a few seconds ago."""
        now = self.now()
        known = self._read
        if known is None or not now - REREAD < known[0] <= now:
            known = self._read = now, papers.read(self.store, cloud=self.cloud)
        return known[1]

    def pair(self, name: str) -> tuple[Pair, Domain]:
        """Give a pair that can be used. UsageError: there is none of that name, or its document is wrong."""
        documents = self.documents()
        if name not in documents.pairs:
            problems = documents.of(f"pairs/{name}")
            if problems:
                raise UsageError("; ".join(str(problem) for problem in problems))
            raise UsageError(
                doctor.unknown(name, [*documents.pairs, *people.written(self.store)[1]], cure=self.how_to_begin)
            )
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

    def sync(self, name: str, *, dry_run: bool = False, progress: Callable[[int, int], None] = quiet) -> Report:
        """Bring one pair in step, and keep its status. Raises what stands in the way."""
        pair, domain = self.pair(name)
        if not pair.enabled or pair.paused:
            return Report("paused" if pair.paused else "disabled")
        live = {one.key: pair.shares(one) for one in self.documents().pairs.values() if one.enabled}
        how = How(live, self.holder, self.alive, progress, dry_run=dry_run)
        return self.runner.run(pair, domain, how)

    def approve(self, name: str) -> str:
        """Let through what a pair showed and holds back; says in one word what that was, empty for nothing.

        UsageError: its orphans have not been missed for long enough.
        """
        pair, _ = self.pair(name)
        listed = statuses.orphans(self.store, pair.key)
        sure = [link for link, since in listed.items() if self.now() - since >= CONFIRM_AFTER]
        through = approve(self.store, pair, sure, self.now())
        if through:
            return through.kind
        if listed and not sure:
            raise UsageError(f"pair `{name}`: its orphans are missed since less than ten minutes; approve again later")
        return "orphans" if sure else ""

    def status(self, name: str) -> dict[str, Any]:
        """Give the status of a pair as people see it; a disabled one has none of another that took its place."""
        pair, _ = self.pair(name)
        others = self.documents().pairs.values()
        taken = not pair.enabled and any(other.enabled and other.key == pair.key for other in others)
        return statuses.nothing_yet() if taken else statuses.read(self.store, pair.key, pair.name)

    def starts(self, name: str, decisions: Sequence[Decision]) -> Mapping[str, When]:
        """Tell when the events start that a dry run speaks of, by link key; what it does not say is read live."""
        known, places = looks.decided(decisions)
        return {**known, **self._look_up(name, places)}

    def starts_of(self, name: str, links: Sequence[str]) -> Mapping[str, When]:
        """Tell when events start that the store knows, by link key, read live; nothing where the servers are not ours to ask."""
        return {} if self.cloud else self._look_up(name, statuses.places(self.store, links))

    def held(self, name: str) -> Mapping[str, Mapping[str, Any]]:
        """Name the events that a pair holds back for a person, by link key."""
        return held.named(self.store, self.pair(name)[0].key)

    def _look_up(self, name: str, places: looks.Places) -> Mapping[str, When]:
        pair, domain = self.pair(name)
        lent = partial(self.sides.lent, pair, domain)
        return looks.look_up(self.runner.gate, self.runner.asker(domain), lent, places, self.now())

    def why(self, name: str, event: str) -> list[dict[str, Any]]:
        """Tell how an event stands, and what a sync would do about it. UsageError: no event is meant by that."""
        self.own_store("why", f"`calpair pairs {name}` names what is parked and lost, by its ids")
        pair, domain = self.pair(name)
        reasons = Reasons(self.store, pair, self.digester, partial(self.sides.lent, pair, domain), self.now())
        return reasons.of(event, partial(self.sync, name, dry_run=True))

    def origin(self, document: str) -> str:
        """Name the file a document (`pairs/ana`) comes from; empty: it was written straight into the store."""
        return Path(people.source(self.store, document)).name

    def paused(self, name: str) -> Sequence[str]:
        """Say what pauses a pair: a document's name, `""` for a hand; empty: nothing does."""
        return people.paused_by(self.store, name, self.pair(name)[0].domain)

    def paused_since(self, name: str) -> str | None:
        """Tell since when a pair is paused by hand; None: by a document, whose time nobody took down."""
        return people.paused_since(self.store, name)

    def switch(self, name: str, *, paused: bool) -> bool:
        """Pause a pair by hand, or let it go on; tells whether that changed anything."""
        self.pair(name)
        changed = people.switch(self.store, name, self.now(), paused=paused)
        self._say(self.store, f"{people.PAIRS}/{name}")
        self._read = None
        return changed

    def apply(self, path: Path) -> tuple[people.Applied, Sequence[Problem], Mapping[str, str]]:
        """Write another file's documents into the store; tells what is wrong with those it names, and whose they were."""
        configuration = load_file(path, papers.NO_FILE)
        # On a shared store a name alone would be many people's.
        source = self.source if self._is_own(path) and not self.cloud else str(path.absolute())
        were = people.origins(self.store, papers.named(configuration))
        applied = papers.apply(self.store, configuration, source, cloud=self.cloud)
        self._say(self.store, *applied.written, *applied.disabled, *applied.refused, *applied.paused)
        self._read = None
        names = papers.named(configuration)
        others = {name: was for name, was in were.items() if was != source}
        _, misplaced = papers.entries(self.store, self.documents())
        return applied, [one for one in (*self.problems(), *misplaced) if one.document in names], others

    def remove(self, path: Path) -> Sequence[str]:
        """Take the documents a file names out of the store. UsageError: the own file names them, at every start."""
        names = papers.named(load_file(path, papers.NO_FILE))
        own = [name for name in names if name in papers.named(self.configuration)]
        if own:
            raise UsageError(f"{self.path} names {', '.join(own)} and is applied at every start; take them out of it")
        self._read = None
        removed = people.remove(self.store, names)
        self._say(self.store, *removed)
        return removed

    def tell_directory(self) -> None:
        """Where functions publish, have them told that the directory has changed."""
        self._say(self.store, people.DIRECTORY)

    def _is_own(self, path: Path) -> bool:
        return path.absolute() == self.path.absolute()

    def export(self) -> dict[str, Any]:
        """Give everything people wrote."""
        return people.export(self.store)

    def secret(self, reference: str) -> str:
        """Give what a reference names. UsageError."""
        return resolve(reference, self.configuration.settings.folder, self.environment)
