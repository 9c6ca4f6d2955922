"""Who is published with whom: batches of at most fifty, as many as one question to Google takes.

    enrol(store, domain, entries, now)          # when the directory has changed, and once an hour
    ask(store, queue, now)                      # once a minute: batches that are due are asked for

`published/{domain}:{number}` holds a batch: its people, and of each what was written last and what went wrong since. It
is the whole memory of publishing, one document read and one written a round. A batch once full stays so: who joins is put
where there is room, so that a thousand people are twenty questions and not a hundred. Where the documents of a pair have
its key, those of a domain have a name no pair's key is like, so that one domain's are listed without the others'.

Whoever is about to write messages takes the batch first (`taken`, a compare-and-set of its document): two rounds of one
batch, as a doubled task makes them, would both make the messages of people who have none.

Two with one legacyExchangeDN have one message between them. The first who has it is published, the other is told of (`TWIN`).

Who leaves the directory is published no longer. What their message in Exchange says stays there, and nobody reads beyond
its range: it may be a mailbox's own by now, for people move.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from calpair.errors import VersionError
from calpair.model.directory import Entry
from calpair.model.pair import Domain
from calpair.ports import Ask, Doc, Queue, Store, every

SCHEMA = 1
PUBLISHED = "published"
SIZE = 50
MOST = 1_000
"""Batches asked for at once, fifty thousand people; the rest waits a minute."""
TICK = timedelta(minutes=1)
PATIENCE = timedelta(minutes=10)
"""How long an ask that led to nothing stands in the way of the next."""


TWIN = "twin"
"""What is wrong with whose legacyExchangeDN is somebody else's who is published."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody published. `google`: their address there; `legacy_dn`: whose message in Exchange is theirs.

    `item`, `version`: the message's id and version, as far as known. `digest`: of what was written last, `at`: when, as
    the message says it. `wrong`: a word for why the last round could not publish them, `since` when; empty: it could.
    """

    google: str
    legacy_dn: str
    item: str = ""
    version: str = ""
    digest: str = ""
    at: str = ""
    wrong: str = ""
    since: str = ""

    @property
    def twin(self) -> bool:
        """Whether their message is somebody else's."""
        return self.wrong == TWIN


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why the last round came to nothing: as the status tells it, and since when it has been so."""

    state: str
    sentence: str
    since: str


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as it is stored. `compared`: when its messages were last looked at; `folders`: ids of folders by name.

    `taken`: until when a round that writes has it for itself. `stopped`: None, its last round was carried through.
    """

    key: str
    domain: str
    people: Mapping[str, Person]
    compared: datetime | None = None
    folders: Mapping[str, str] = field(default_factory=dict)
    version: str = ""
    taken: datetime | None = None
    stopped: Stopped | None = None

    @staticmethod
    def read(doc: Doc) -> "Batch":
        """Read a document of `published`."""
        data = doc.data
        people = {address: Person(**told) for address, told in data["people"].items()}
        stopped = Stopped(**data["stopped"]) if data["stopped"] else None
        return Batch(
            doc.key,
            data["head"]["domain"],
            people,
            _instant(data["compared"]),
            data["folders"],
            doc.version,
            _instant(data["taken"]),
            stopped,
        )

    def doc(self, due: datetime) -> Doc:
        """Give the document, which is due then."""
        data: dict[str, Any] = {
            "schema": SCHEMA,
            "due": due.isoformat(),
            "head": {"domain": self.domain},
            "people": {address: _said(person) for address, person in self.people.items()},
            "compared": self.compared.isoformat() if self.compared else "",
            "folders": dict(self.folders),
            "taken": self.taken.isoformat() if self.taken else "",
            "stopped": asdict(self.stopped) if self.stopped else {},
        }
        return Doc(PUBLISHED, self.key, data, _of(self.domain), self.version)


def _instant(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _said(person: Person) -> dict[str, str]:
    return {name: value for name, value in asdict(person).items() if value}


def batches(store: Store, domain: str | None = None) -> Sequence[Batch]:
    """Give the batches of a domain, or all."""
    return [Batch.read(doc) for doc in every(store, PUBLISHED, None if domain is None else _of(domain))]


def _of(domain: str) -> str:
    """Name what a domain's batches have in common."""
    return f"domain {domain}"


def enrol(
    store: Store, domain: Domain, entries: Iterable[Entry], now: datetime, known: Sequence[Batch] | None = None
) -> int:
    """Bring the batches of a domain (`known`: they are at hand) to what the directory says; gives how many were changed.

    Those that another instance is writing at this moment are left for the next time.
    """
    known = batches(store, domain.name) if known is None else known
    named = {entry.address: one for entry in entries if (one := person(domain, entry))}
    wanted = _told_apart(named, known, now)
    changed = 0
    for before, after in _arranged(domain.name, known, wanted):
        if after is None or before is None or after.people != before.people:
            with suppress(VersionError):
                if after:
                    store.put(after.doc(now))
                elif before:
                    store.delete(Doc(PUBLISHED, before.key, {}, version=before.version))
                changed += 1
    return changed


def person(domain: Domain, entry: Entry) -> Person | None:
    """Give how an entry of the directory is published; None: it is not."""
    if domain.public_folder is None or not entry.google or entry.domain != domain.name:
        return None
    template = domain.public_folder.legacy_dn_template
    name = entry.legacy_dn or template.replace("{local}", entry.address.partition("@")[0])
    return Person(entry.google, name) if name else None


def _told_apart(wanted: Mapping[str, Person], known: Iterable[Batch], now: datetime) -> Mapping[str, Person]:
    """Leave each name to one person: who has had it, else the first."""
    first = {
        person.legacy_dn.lower(): address
        for batch in known
        for address, person in batch.people.items()
        if not person.twin and address in wanted and wanted[address].legacy_dn.lower() == person.legacy_dn.lower()
    }
    for address in sorted(wanted):
        first.setdefault(wanted[address].legacy_dn.lower(), address)
    return {
        address: person
        if first[person.legacy_dn.lower()] == address
        else replace(person, wrong=TWIN, since=now.isoformat())
        for address, person in wanted.items()
    }


def _arranged(
    domain: str, known: Sequence[Batch], wanted: Mapping[str, Person]
) -> Iterator[tuple[Batch | None, Batch | None]]:
    """Give each batch as it was and as it is to be: who goes goes, who comes is put where there is room."""
    kept: list[dict[str, Person]] = []
    placed: set[str] = set()
    for batch in known:
        # Two who enrol at once may have put somebody into two batches: one is enough.
        staying = [address for address in batch.people if address in wanted and address not in placed]
        kept.append({address: _again(batch.people[address], wanted[address]) for address in staying})
        placed.update(staying)
    coming = [address for address in wanted if address not in placed]
    for batch, people in zip(known, kept, strict=True):
        joining, coming = coming[: SIZE - len(people)], coming[max(0, SIZE - len(people)) :]
        after = replace(batch, people=people | {address: wanted[address] for address in joining})
        yield batch, after if after.people else None
    taken = {batch.key for batch in known}
    free = (key for number in range(len(known) + len(coming) + 1) if (key := f"{domain}:{number}") not in taken)
    while coming:
        joining, coming = coming[:SIZE], coming[SIZE:]
        yield None, Batch(next(free), domain, {address: wanted[address] for address in joining})


def _again(known: Person, wanted: Person) -> Person:
    """Keep what is known of somebody who still is the same."""
    same = (known.google, known.legacy_dn, known.twin) == (wanted.google, wanted.legacy_dn, wanted.twin)
    return known if same else wanted


def ask(store: Store, queue: Queue, now: datetime) -> int:
    """Ask for the batches that are due before the next tick; gives how many. BackOffError: the queue did not take all."""
    asks = []
    for doc in store.due(PUBLISHED, now + TICK, MOST):
        due = datetime.fromisoformat(doc.data["due"])
        late = max(0, (now - due) // PATIENCE)
        asks.append(Ask(doc.key, doc.key, max(due, now), _token(doc.key, due.isoformat(), str(late))))
    queue.ask(asks)
    return len(asks)


def _token(*parts: str) -> str:
    return hashlib.sha256("\0".join((PUBLISHED, *parts)).encode()).hexdigest()[:40]
